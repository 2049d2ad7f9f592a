"""Communities: the two halves of a barbell, no worse than chance could do, the same for the same seed."""

from __future__ import annotations

import numpy as np

from smezhnik.clusters.communities import find_communities
from smezhnik.rules.facts import Facts


def network(pairs: list[tuple[int, int]], count: int) -> Facts:
    one, other = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    return Facts(ids=tuple(map(str, range(count))), seller=one, buyer=other, volume=np.ones(len(pairs)),
                 kind=("supply",) * len(pairs), possible=np.zeros(len(pairs), np.bool_))


def modularity(facts: Facts, weight: np.ndarray, group: np.ndarray, resolution: float) -> float:
    whole = 2 * weight.sum()
    degree = np.bincount(facts.seller, weight, facts.count) + np.bincount(facts.buyer, weight, facts.count)
    same = group[facts.seller] == group[facts.buyer]
    return float(2 * weight[same].sum() / whole - resolution * sum(
        (degree[group == number].sum() / whole) ** 2 for number in np.unique(group)))


def test_two_rings_joined_by_one_contract_are_two_communities() -> None:
    pairs = [(a, b) for ring in (range(6), range(6, 12)) for a in ring for b in ring if a < b] + [(0, 6)]
    found = find_communities(network(pairs, 13), np.ones(len(pairs)), resolution=1.0)
    assert len({*found[:6].tolist()}) == 1 and len({*found[6:12].tolist()}) == 1
    assert found[0] != found[6] and (found[12] != found[:12]).all()


def test_planted_groups_are_found_and_the_same_seed_finds_the_same() -> None:
    draw = np.random.default_rng(2)
    planted = np.repeat(np.arange(8), 40)
    one, other = draw.integers(0, 320, 9000), draw.integers(0, 320, 9000)
    kept = (planted[one] == planted[other]) | (draw.random(9000) < 0.05)
    facts = network(list(zip(one[kept], other[kept], strict=True)), 320)
    weight = draw.lognormal(0, 0.5, int(kept.sum())) * (one[kept] != other[kept])
    found = find_communities(facts, weight, resolution=1.0, seed=3)
    assert (found == find_communities(facts, weight, resolution=1.0, seed=3)).all()
    assert modularity(facts, weight, found, 1.0) >= modularity(facts, weight, planted, 1.0) - 1e-9
    assert len(np.unique(found)) == 8


def test_every_community_hangs_together() -> None:
    draw = np.random.default_rng(4)
    facts = network([(int(a), int(b)) for a, b in draw.integers(0, 200, (400, 2))], 200)
    found = find_communities(facts, np.ones(400), resolution=0.5)
    for number in np.unique(found):
        inside = found == number
        reached = np.zeros(200, np.bool_)
        reached[np.flatnonzero(inside)[0]] = True
        for _ in range(200):
            edges = inside[facts.seller] & inside[facts.buyer] & (reached[facts.seller] | reached[facts.buyer])
            reached[facts.seller[edges]] = reached[facts.buyer[edges]] = True
        assert (reached & inside == inside).all(), number
