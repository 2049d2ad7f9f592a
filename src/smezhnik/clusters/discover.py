"""Candidate clusters in a network: several that share nobody, or one around each end product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from smezhnik.clusters.arrays import named
from smezhnik.clusters.asked import Request, check_request, worth_of
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.communities import find_communities
from smezhnik.clusters.compose import Composition, compose_facts
from smezhnik.clusters.facts import facts_of
from smezhnik.errors import Cancelled
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Edition, Pack
from smezhnik.solver import Watch

By = Literal["communities", "product", "best"]


@dataclass(frozen=True)
class Candidate:
    """A cluster that could be formed.

    Attributes
    ----------
    around : id of the end-product maker it was composed around; None for the other ways
    pool : how many plants it was composed from
    composition : members, value, proof, verdict
    shared : ids of members that an earlier candidate has too
    """

    around: str | None
    pool: int
    composition: Composition
    shared: tuple[str, ...]


def discover(network: Cluster, pack: Pack | str, *, on: dt.date, by: By = "communities", request: Request = Request(),
             regions: tuple[str, ...] = (), most: int = 10, resolution: float = 0.4, seed: int = 0,
             time_limit_s: float = 60.0, progress: Progress = no_progress) -> tuple[Candidate, ...]:
    """Clusters that could be formed in a network, the largest objective first; each with its verdict.

    ``communities``: groups that trade most among themselves (``find_communities``), one composition in each; nobody is
    in two but institutions without contracts. ``best``: the best cluster, then the best of the others …; nobody is in
    two. ``product``: one around every maker of an end product; plants may be in several.

    Parameters
    ----------
    network, pack, on, request, time_limit_s, progress : as of ``compose``
    by : how to look
    regions : only plants of these regions, at least one of each in every cluster
    most : candidates at most; makers with the largest purchases are tried first
    resolution : of the communities; lower means larger ones
    seed : of the communities
    """
    edition = (load_pack(pack) if isinstance(pack, str) else pack).on(on)
    return discover_facts(facts_of(network, on), edition, by=by, request=request, regions=regions, most=most,
                          resolution=resolution, seed=seed, time_limit_s=time_limit_s, progress=progress)


def discover_facts(network: Facts, edition: Edition, *, by: By = "communities", request: Request = Request(),
                   regions: tuple[str, ...] = (), most: int = 10, resolution: float = 0.4, seed: int = 0,
                   time_limit_s: float = 60.0, progress: Progress = no_progress) -> tuple[Candidate, ...]:
    """``discover`` over what rules see."""
    request = replace(request, from_region={**dict.fromkeys(regions, 1), **request.from_region})
    check_request(request, network)
    here = np.array([not regions or label in regions for label in network.label("region")], np.bool_)
    watch = Watch(time_limit_s, progress)
    pools = {"communities": _communities, "product": _products, "best": _rest}[by](
        network, request, here, most, resolution, seed)
    found: list[Candidate] = []
    seen: set[str] = set()
    taken = np.zeros(network.count, np.bool_)
    for number, (around, pool) in enumerate(pools):
        if not watch.tell("discover", number, most) or number >= most:
            break
        within = pool & ~taken if by == "best" else pool
        try:
            part = compose_facts(network, edition, replace(request, seed=around), within=within, seed=seed,
                                 time_limit_s=max(watch.left / max(most - number, 1), 1.0),
                                 progress=partial(_retold, progress, number, most))
        except (KeyboardInterrupt, Cancelled) as stopped:
            watch.stopped = stopped
            break
        if part.interrupted:  # what it has found so far still counts; no other is begun
            watch.stopped = KeyboardInterrupt()
        if not part.members:
            if by == "best":
                break
            continue
        members = set(part.members)
        taken |= named(network.ids, members)
        found.append(Candidate(around, int(within.sum()), part, tuple(sorted(members & seen))))
        seen |= members
    watch.give_up() if not found else None
    return tuple(sorted(found, key=lambda item: (-item.composition.value_th_rub, item.composition.members)))


def _retold(progress: Progress, number: int, most: int, _step: Step) -> None:
    """A step of one composition as a step of the whole: who listens may stop it at any of them."""
    progress(Step("discover", number, most))


Pools = Iterator[tuple[str | None, Bools]]


def _communities(network: Facts, request: Request, here: Bools, most: int, resolution: float, seed: int) -> Pools:
    """The communities with most trade inside, each with all institutions that have no contracts."""
    facts = network.supposing_links() if request.possible else network
    worth = worth_of(facts, "volume") * (here[facts.seller] & here[facts.buyer])
    group = find_communities(facts, worth, resolution, seed)
    alone = np.ones(network.count, np.bool_)
    alone[facts.seller[worth > 0]] = alone[facts.buyer[worth > 0]] = False
    for number in range(most):
        pool = (group == number) & ~alone & here
        if pool.any():
            yield None, pool | (alone & here)


def _products(network: Facts, request: Request, here: Bools, most: int, resolution: float, seed: int) -> Pools:
    """Makers of end products by what they buy from the network, the largest first."""
    bought = np.bincount(network.buyer, worth_of(network, "volume"), network.count)
    makers = np.flatnonzero(network.role("final_producer") & here)
    for node in makers[np.argsort(-bought[makers], kind="stable")].tolist():
        yield network.ids[node], here


def _rest(network: Facts, request: Request, here: Bools, most: int, resolution: float, seed: int) -> Pools:
    """Everybody, again and again: who is taken is left out by the one who asks."""
    for _ in range(most):
        yield None, here
