"""How long a verdict takes: 1,000 members, 5,000 contracts, every pack and edition; from frames and from files.

    ./run bench judge

Times are CPU seconds of this process, the median of runs after the first one.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from smezhnik.clusters.cluster import Cluster, make_cluster
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.judge import judge
from smezhnik.io import write_table
from smezhnik.rules import judge_facts, load_pack
from smezhnik.tables import complete
from smezhnik.workflows.judge import judge_files

MEMBERS, CONTRACTS, SEED, RUNS = 1_000, 5_000, 20261122, 9
DAYS = {"ru-779": ("2015-07-31", "2016-09-26", "2021-11-16", "2024-06-01"), "eccp": ("2026-11-22",),
        "ecei": ("2024-06-01",), "pl-kkk": ("2021-07-01",), "eaeu-programme": ("2026-01-01",)}


def draw_cluster(members: int = MEMBERS, contracts: int = CONTRACTS, seed: int = SEED) -> Cluster:
    """A cluster by chance: a tenth of its facts is absent, a tenth of its contracts is inferred."""
    draw = np.random.default_rng(seed)
    ids = [f"m{number}" for number in range(members)]

    def some(values: np.ndarray) -> list[object]:
        return [None if draw.random() < 0.1 else value for value in values.tolist()]

    jobs = draw.integers(10, 900, members)
    people = pl.DataFrame({
        "org_id": ids, "name": [f"Завод {number}" for number in range(members)],
        "roles": [[str(role)] for role in draw.choice(["producer", "final_producer", "university"], members,
                                                      p=[0.8, 0.15, 0.05])],
        "region": some(draw.choice(["RU-BA", "RU-CHE", "RU-ME"], members)), "country": ["RU"] * members,
        "output_th_rub": some(np.round(draw.lognormal(12, 1.6, members))),
        "purchases_th_rub": some(np.round(draw.lognormal(12, 1.6, members))),
        "jobs": jobs.astype(float), "high_productivity_jobs": np.floor(jobs * draw.random(members)),
        "spic": some(draw.random(members) < 0.05), "newcomer": some(draw.random(members) < 0.05),
        "since": [dt.date(2014, 1, 1)] * members}, strict=False)
    sums = draw.lognormal(5, 1.0, contracts)
    bonds = pl.DataFrame({
        "contract_id": [f"d{number}" for number in range(contracts)],
        "seller_id": draw.choice(ids, contracts), "buyer_id": draw.choice(ids, contracts),
        "kind": draw.choice(["supply", "works", "project"], contracts), "value_th_rub": some(np.round(sums)),
        "basis": draw.choice(["declared", "inferred"], contracts, p=[0.9, 0.1])}, strict=False)
    return make_cluster(complete(people, "members"), complete(bonds, "contracts"))


def median_ms(work: Callable[[], object]) -> float:
    """Median of CPU milliseconds; the first run warms up and is not counted."""
    work()
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


def main() -> None:
    cluster = draw_cluster()
    print(f"{MEMBERS} members, {CONTRACTS} contracts; CPU ms, median of {RUNS}")
    print(f"{'pack':16}{'day':12}{'criteria':>9}{'rules alone':>13}{'from frames':>13}")
    for name, days in DAYS.items():
        pack = load_pack(name)
        for day in map(dt.date.fromisoformat, days):
            facts, edition = facts_of(cluster, day), pack.on(day)
            everybody = np.ones(facts.count, np.bool_)
            alone = median_ms(lambda facts=facts, everybody=everybody, edition=edition:
                              judge_facts(facts, everybody, edition))
            whole = median_ms(lambda pack=pack, day=day: judge(cluster, pack, on=day))
            print(f"{name:16}{day.isoformat():12}{len(edition.criteria):9}{alone:13.1f}{whole:13.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            place = Path(folder) / kind
            place.mkdir()
            write_table(cluster.members, place / f"members.{kind}", "members")
            write_table(cluster.contracts, place / f"contracts.{kind}", "contracts")
            took = median_ms(lambda place=place: judge_files(place, "ru-779", on=dt.date(2024, 6, 1)))
            print(f"from {kind} files, with reading: {took:.0f} ms")


if __name__ == "__main__":
    main()
