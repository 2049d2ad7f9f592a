"""A cluster composed of 2,000 stored plants in the background, and its pages: seconds of CPU and wall clock.

    ./run bench cluster_pages [--plants 2000] [--links 6]

The network is drawn (``bench/networks.py``) and stored; everything lies in a folder aside that is deleted at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.filling import indexed, write
from bench.networks import make_network, observed
from bench.report import describe_machine, save
from bench.web import prepare

HERE = "RU-BA"
DAY = dt.date(2026, 11, 22)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench cluster_pages", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plants", type=int, default=2_000)
    parser.add_argument("--links", type=int, default=6, help="contracts that a plant seeks on average")
    given = parser.parse_args()
    print(describe_machine())
    home = Path(tempfile.mkdtemp(prefix="smezhnik-bench-"))
    prepare(home, "sqlite")
    try:
        results = {"stored": fill(given.plants, given.links), **measured()}
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for name, value in results.items():
        print(f"{name:28} {value}")
    save("cluster_pages", results)


def fill(plants: int, links: int) -> dict[str, int]:
    """Plants in one cluster, for what is known of a member stands there, with their contracts."""
    from smezhnik.cooperation.models import Cluster, Contract, Member
    from smezhnik.registry.models import Organisation

    drawn = make_network(observed(plants, links), 0)
    roles = [[role for role, has in drawn.roles.items() if has[node]] for node in range(drawn.count)]
    output, jobs, productive, bought = (drawn.numbers[name] for name in (
        "output", "jobs", "high_productivity_jobs", "purchases"))
    write(Organisation, (indexed(Organisation(
        held_by=HERE, region=HERE, name=f"Завод {own}", own_id=own, roles=roles[node],
        output_th_rub=float(output[node]), jobs=float(jobs[node]), high_productivity_jobs=float(productive[node])))
        for node, own in enumerate(drawn.ids)))
    known = {whose.own_id: whose for whose in Organisation.objects.all()}
    cluster = indexed(Cluster(held_by=HERE, region=HERE, name="Все вместе", pack="ru-779"))
    write(Cluster, [cluster])
    cluster = Cluster.objects.get()
    write(Member, (Member(held_by=HERE, cluster=cluster, organisation=known[own], since=DAY.replace(year=2024),
                          purchases_th_rub=float(bought[node]), spic=False,
                          special_territory=bool(drawn.flags["special_territory"][node]))
                   for node, own in enumerate(drawn.ids)))
    write(Contract, (Contract(held_by=HERE, seller=known[drawn.ids[seller]], buyer=known[drawn.ids[buyer]],
                              value_th_rub=float(value), kind="supply", basis="declared")
                     for seller, buyer, value in zip(drawn.seller, drawn.buyer, drawn.volume, strict=True)))
    return {"plants": drawn.count, "contracts": len(drawn.seller)}


def measured() -> dict[str, Any]:
    """What each step of composing takes, and the pages of the largest cluster that there is."""
    from smezhnik.cooperation.models import Cluster
    from smezhnik.jobs.models import Job
    from smezhnik.progress import no_progress
    from smezhnik.records.access import Viewer
    from smezhnik.workflows.cluster_card import cluster_card
    from smezhnik.workflows.cluster_network import network_around
    from smezhnik.workflows.cluster_records import stored
    from smezhnik.workflows.cluster_repair import network
    from smezhnik.workflows.compose_records import compose_cluster, show_composition

    viewer = Viewer("bench", "ministry", HERE)
    job = Job(kind="compose_cluster", who="bench", held_by=HERE, args={
        "pack": "ru-779", "on": DAY.isoformat(), "role": "ministry", "regions": [], "must": [], "around": None,
        "industry": "", "variants": ["signed"], "least": None, "most": None})
    found: dict[str, Any] = {}

    def clock(name: str, step: Any) -> Any:
        began, used = time.perf_counter(), time.process_time()
        result = step()
        found[f"{name}_cpu_s"] = round(time.process_time() - used, 2)
        found[f"{name}_s"] = round(time.perf_counter() - began, 2)
        return result

    clock("read_network", lambda: network(HERE, viewer))
    kept = clock("job", lambda: compose_cluster(job, no_progress)).result["found"][0]
    found |= {"status": kept["status"], "members": len(kept["members"])}
    clock("page_of_result", lambda: show_composition(kept, job, viewer, "ru"))
    cluster = Cluster.objects.get()
    clock("card_of_all", lambda: cluster_card(stored(cluster), viewer, on=DAY, lang="ru"))
    clock("network_of_all", lambda: network_around(cluster, viewer, "ru"))
    return found


if __name__ == "__main__":
    main()
