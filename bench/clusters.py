"""Clusters: truth on small cases, then large networks beside SCIP on the same model, greedy, and communities, one run.

    ./run bench clusters                     everything, five seeds
    ./run bench clusters truth hard …        only these parts: truth, large, hard, repair, conflicts, judge
    ./run bench clusters large --seeds 2     fewer seeds

Networks are drawn (``bench/networks.py``). Times are CPU seconds of this process, all its threads together. SCIP reads
the same rows that HiGHS gets (the whole network that peeling leaves, every "or" as rows), with its own defaults.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pyscipopt

from bench.networks import Shape, dense, make_network, observed
from bench.report import save
from smezhnik.clusters.asked import Request
from smezhnik.clusters.bound import find_bound
from smezhnik.clusters.compose import compose_facts, problem_of
from smezhnik.clusters.conflicts import _Oracle, conflicts_facts, enumerate_conflicts
from smezhnik.clusters.discover import discover_facts
from smezhnik.clusters.engine import Engine
from smezhnik.clusters.greedy import leave_out
from smezhnik.clusters.problem import Problem
from smezhnik.clusters.repair import repair_facts
from smezhnik.clusters.search import Search
from smezhnik.rules import Edition, Facts, judge_facts, load_pack
from smezhnik.solver import Watch
from tests.clusters.test_changes import changing
from tests.clusters.test_conflicts import by_trial
from tests.clusters.test_least import SHARES, least_sum, market
from tests.clusters.truth import all_subsets, feasible, random_problem, values

DAYS = {"2016 edition": dt.date(2016, 10, 1), "2021 edition": dt.date(2021, 12, 1)}
#: Seconds that a peer may take for one case.
PEER_S = 60.0
#: Seeds of the large networks on which the peers run too.
PEER_SEEDS = 2
#: Dense possible links: shape, the largest number of members.
HARD: dict[str, tuple[Shape, int]] = {
    "1,000 x 20, 30 members, jobs 0.48": (dense(1_000, 20, 0.48), 30),
    "1,000 x 20, 40 members, jobs 0.40": (dense(1_000, 20, 0.40), 40),
    "10,000 x 20, 40 members, jobs 0.48": (dense(10_000, 20, 0.48, (1.6, 2.0)), 40),
}


def edition(name: str) -> Edition:
    return load_pack("ru-779").on(DAYS[name])


def cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    """The result and the CPU seconds it took."""
    began = time.process_time()
    return work(), time.process_time() - began


def truth(seeds: int) -> dict[str, Any]:
    """Every set of members of small random cases with all kinds of rules, in compose, repair and conflicts.

    ``signing``: with all members fixed, as few links as any choice of links allows, and of so many the least sum.
    """
    found: dict[str, Any] = {"compose": [0, 0], "repair": [0, 0], "conflicts": [0, 0], "signing": [0, 0]}
    for seed in range(200 * seeds):
        problem = random_problem(seed, 14)
        sets = all_subsets(problem.facts.count)
        able = feasible(problem, sets)
        worth = values(problem, sets[able])
        best = worth.max() if able.any() else None
        answer = Search(problem, Watch(60.0), gap=0.0).run()
        value = None if answer.answer is None else problem.value(answer.answer.member)
        same = (value is None) == (best is None) and (best is None or abs(value - best) <= 1e-6 * max(1, abs(best)))
        _count(found["compose"], same and answer.proven)
        change, inside = changing(problem, np.random.default_rng(seed))
        least = (sets[able] != inside).sum(1).min() if able.any() else None
        repaired = Search(change, Watch(60.0), gap=0.0).run()
        changes = None if repaired.answer is None else int((repaired.answer.member != inside).sum())
        _count(found["repair"], changes == least and repaired.proven)
    for seed in range(40 * seeds):
        _count(found["signing"], signs_least(seed))
    for seed in range(60 * seeds):
        problem = random_problem(seed, 8)
        problem = replace(problem, worth=np.zeros(len(problem.worth)), gain=np.zeros(8))
        minimal, relaxed, complete = enumerate_conflicts(_Oracle(problem, Watch(60.0)), tuple(problem.forms))
        sets_found = ({frozenset(one) for one in minimal}, {frozenset(one) for one in relaxed})
        _count(found["conflicts"], complete and sets_found == by_trial(problem))
    for name, (count, different) in found.items():
        print(f"truth, {name}: {count} cases, {different} differences", flush=True)
    return {name: {"cases": count, "differences": different} for name, (count, different) in found.items()}


def signs_least(seed: int) -> bool:
    """Whether repair signs as few possible links as suffice, and the least sum by so many; or rightly none."""
    facts, need = market(seed)
    made = repair_facts(facts, facts.ids, SHARES, request=Request(possible=True, must=facts.ids), time_limit_s=60.0)
    counts = range(len(facts.seller) + 1)
    fewest = next((count for count in counts if np.isfinite(least_sum(facts, need, count))), None)
    if fewest is None:
        return made.status == "impossible"
    signed = sum(item.volume_th_rub for item in made.new_contracts)
    return (made.status == "proved" and made.least_volume and len(made.new_contracts) == fewest
            and abs(signed - least_sum(facts, need, fewest)) <= 0.001 * fewest)


def _count(tally: list[int], same: bool) -> None:
    tally[0] += 1
    tally[1] += not same


def large(seeds: int) -> dict[str, Any]:
    """10,000 plants with 50 links sought by each: both editions, ours and (on some seeds) the others."""
    found: dict[str, Any] = {}
    for name in DAYS:
        rows = []
        for seed in range(1, seeds + 1):
            network = make_network(observed(10_000, 50), seed)
            ours, took = cpu(lambda: compose_facts(network, edition(name), time_limit_s=120.0))  # noqa: B023
            problem, _ = problem_of(network, edition(name), Request())
            row = {"seed": seed, "cpu_s": took, "value": ours.value_th_rub, "gap": ours.gap, "status": ours.status,
                   "members": len(ours.members), **_greedy(problem)}
            if seed <= PEER_SEEDS:
                row |= {**_communities(network, name), **_scip(problem)}
            rows.append(row)
            print(f"{name}, seed {seed}: " + _line(row), flush=True)
        found[name] = {"median_cpu_s": statistics.median(row["cpu_s"] for row in rows), "seeds": rows}
        print(f"{name}: median {found[name]['median_cpu_s']:.2f} CPU s", flush=True)
    return found


def hard(seeds: int) -> dict[str, Any]:
    """Dense possible links, a limit of members: the first answer, the best after a minute, greedy and plain search."""
    found: dict[str, Any] = {}
    for (name, (shape, most)), seed in itertools.product(HARD.items(), range(1, min(seeds, PEER_SEEDS) + 1)):
        network = make_network(shape, seed)
        problem, _ = problem_of(network, edition("2016 edition"), Request(possible=True, most_size=most))
        first, first_took = cpu(lambda: Search(problem, Watch(60.0), gap=1e18).run())  # noqa: B023
        ours, took = cpu(lambda: Search(problem, Watch(60.0)).run())  # noqa: B023
        row = {"first_cpu_s": first_took, "first_value": _value(first), "cpu_s": took, "value": _value(ours),
               "bound": ours.bound, "gap": ours.gap, **_greedy(problem), **_plain(problem)}
        found[f"{name}, seed {seed}"] = row
        print(f"hard, {name}, seed {seed}: first {row['first_value']:,.0f} in {first_took:.2f} CPU s; " + _line(row),
              flush=True)
    return found


def repair(seeds: int) -> dict[str, Any]:
    """Clusters of 14 grown around an end product, not compliant, among 10,000 plants."""
    found: dict[str, Any] = {}
    for name in DAYS:
        rows = []
        for seed in range(1, seeds + 1):
            network = make_network(observed(10_000, 50), seed)
            members = grown(network, seed)
            done, took = cpu(lambda: repair_facts(network, members, edition(name)))  # noqa: B023
            rows.append({"seed": seed, "cpu_s": took, "status": done.status, "weight": done.weight,
                         "added": len(done.added), "removed": len(done.removed),
                         "unavoidable": len(done.unavoidable), "after": done.verdict_after.counts})
            print(f"repair, {name}, seed {seed}: {took:.2f} CPU s, {done.status}, {len(done.added)} added, "
                  f"{len(done.removed)} removed, {len(done.unavoidable)} of them unavoidable", flush=True)
        found[name] = {"median_cpu_s": statistics.median(row["cpu_s"] for row in rows), "seeds": rows}
    return found


def grown(network: Facts, seed: int) -> list[str]:
    """Fourteen plants around a maker of an end product, drawn by what they trade with those who are in already."""
    draw = np.random.default_rng(seed)
    makers = np.flatnonzero(network.role("final_producer"))
    degree = np.bincount(network.buyer, minlength=network.count)
    inside = np.zeros(network.count, np.bool_)
    inside[makers[np.argsort(-degree[makers])[draw.integers(5)]]] = True
    while inside.sum() < 14:
        trade = np.bincount(network.seller, network.volume * inside[network.buyer], network.count)
        trade += np.bincount(network.buyer, network.volume * inside[network.seller], network.count)
        trade[inside] = 0
        inside[draw.choice(network.count, p=trade / trade.sum())] = True
    return [network.ids[node] for node in np.flatnonzero(inside)]


def conflicts(seeds: int) -> dict[str, Any]:
    """Requests that the law excludes: at most 12 members of 10,000, few high-productivity jobs."""
    found: dict[str, Any] = {}
    for name in DAYS:
        network = make_network(observed(10_000, 50, 0.2), 1)
        request = Request(most_size=12, least_regions=2)
        first, first_took = cpu(lambda: conflicts_facts(network, edition(name), request=request,  # noqa: B023
                                                        first_only=True, time_limit_s=120.0))
        every, took = cpu(lambda: conflicts_facts(network, edition(name), request=request,  # noqa: B023
                                                  time_limit_s=240.0))
        found[name] = {"first_cpu_s": first_took, "first": first.minimal, "all_cpu_s": took,
                       "complete": every.complete, "minimal": every.minimal, "relaxations": every.relaxations,
                       "searches": every.searches}
        print(f"conflicts, {name}: first in {first_took:.2f}, all in {took:.2f} CPU s ({every.complete}): "
              f"{every.minimal}; give up {every.relaxations}", flush=True)
    return found


def judge(seeds: int) -> dict[str, Any]:
    """1,000 members with 5,000 contracts, every criterion of both editions; the best of five."""
    network = make_network(observed(980, 8), 1)
    everybody = np.ones(network.count, np.bool_)
    took = {name: min(cpu(lambda: judge_facts(network, everybody, edition(name)))[1] for _ in range(5))  # noqa: B023
            for name in DAYS}
    print(f"judge: {network.count} members, {len(network.seller)} contracts, CPU s {took}", flush=True)
    return {"members": network.count, "contracts": len(network.seller), "cpu_s": took}


def _greedy(problem: Problem) -> dict[str, Any]:
    """Leaving out one plant after the other, best of all cases."""
    def work() -> float:
        found = [leave_out(case, find_bound(case, case.peeled.kept & ~case.must, case.must)) for case in problem.cases]
        return max((problem.value(member) for member in found if member is not None), default=float("nan"))

    value, took = cpu(work)
    return {"greedy_value": value, "greedy_cpu_s": took}


def _communities(network: Facts, name: str) -> dict[str, Any]:
    """The best of the compositions within the five largest communities."""
    found, took = cpu(lambda: discover_facts(network, edition(name), most=5, time_limit_s=30.0))
    return {"communities_value": max((item.composition.value_th_rub for item in found), default=float("nan")),
            "communities_sum": sum(item.composition.value_th_rub for item in found), "communities_cpu_s": took}


def _whole(problem: Problem) -> tuple[highspy.HighsLp, float]:
    """The rows over all that peeling leaves, and what one unit of cost is worth."""
    kept = problem.peeled.kept
    model, worth = problem.model(kept & ~problem.must, problem.must)
    size = max(float(np.abs(worth.value).sum()), 1.0)
    cost = np.zeros(model.rows.columns)
    np.add.at(cost, worth.column, -worth.value / size)
    return model.rows.build(cost, np.zeros(model.rows.columns), model.rows.upper), size


def _scip(problem: Problem) -> dict[str, Any]:
    lp, size = _whole(problem)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.mps"
        engine = highspy.Highs()
        engine.setOptionValue("output_flag", False)
        engine.passModel(lp)
        engine.writeModel(str(file))
        peer = pyscipopt.Model()
        peer.hideOutput()
        peer.readProblem(str(file))
    peer.setParam("limits/gap", 1e-4)
    peer.setParam("limits/time", PEER_S)
    _, took = cpu(peer.optimize)
    value = -peer.getObjVal() * size if peer.getNSols() else float("nan")
    return {"scip_value": value, "scip_cpu_s": took, "scip_gap": peer.getGap(), "scip_says": peer.getStatus()}


def _plain(problem: Problem) -> dict[str, Any]:
    """HiGHS alone on the same rows, started with what leaving out finds, a minute."""
    kept = problem.peeled.kept
    bound = find_bound(problem, kept & ~problem.must, problem.must)
    member = leave_out(problem, bound)
    lp, size = _whole(problem)
    start = None
    if member is not None:
        nodes = np.flatnonzero(kept & ~problem.must)
        start = (np.arange(len(nodes)), member[nodes].astype(np.float64))
    run, took = cpu(lambda: Engine(lp, gap=1e-4).run(Watch(PEER_S), "compose_search", start=start))
    return {"plain_value": -run.cost * size if run.columns is not None else float("nan"), "plain_cpu_s": took,
            "plain_bound": -run.bound * size}


def _value(found: Any) -> float:
    return float("nan") if found.answer is None else found.answer.value


def _line(row: dict[str, Any]) -> str:
    """The numbers of ours and of each other method."""
    parts = [f"ours {row['value']:,.0f} (gap {100 * row['gap']:.4f} %) in {row['cpu_s']:.2f} CPU s"]
    parts += [f"{peer} {row[f'{peer}_value']:,.0f} in {row[f'{peer}_cpu_s']:.2f}"
              for peer in ("greedy", "communities", "scip", "plain") if f"{peer}_value" in row]
    return "; ".join(parts)


PARTS = {"truth": truth, "judge": judge, "repair": repair, "conflicts": conflicts, "large": large, "hard": hard}


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench clusters")
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []])
    asked.add_argument("--seeds", type=int, default=5)
    given = asked.parse_args()
    # Compiled kernels are read from their cache once.
    compose_facts(make_network(observed(300, 10), 0), edition("2016 edition"), time_limit_s=5.0)
    chosen = given.parts or list(PARTS)
    found = {name: PARTS[name](given.seeds) for name in chosen}
    save("clusters" if len(chosen) == len(PARTS) else "clusters-" + "-".join(chosen), found)


if __name__ == "__main__":
    main()
