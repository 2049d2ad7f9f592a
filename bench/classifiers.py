"""Classifications: how fast they load, and how much of real files they resolve.

    ./run bench classifiers DATA

DATA is the folder of source data (``classifiers/``, ``firms_ru/``, ``regional_ru/``). CPU milliseconds are the median
of seven loads in one process; polars is imported and warm.
"""

from __future__ import annotations

import csv
import gzip
import json
import platform
import statistics
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import polars as pl

from smezhnik.classifiers import SYSTEMS, load
from smezhnik.classifiers.bridges import bridge, okved2007_of
from smezhnik.classifiers.places import find_place
from smezhnik.classifiers.regions import open_pack

OUT = Path(__file__).parent / "out" / "classifiers.json"
MANUFACTURING = range(15, 38)


def load_ms() -> dict[str, float]:
    """CPU milliseconds to load each system."""
    pl.DataFrame({"warm": [1]})
    found = {}
    for system in SYSTEMS:
        times = []
        for _ in range(7):
            load.cache_clear()
            began = time.process_time()
            load(system)
            times.append(1000 * (time.process_time() - began))
        found[system] = round(statistics.median(times), 1)
    return found


def restored_headings() -> dict[str, int]:
    """Headings that the source of ТН ВЭД lost: all that have a place again, and those of them with a name."""
    tnved = load("tnved")
    marks = Counter(tnved.show(code).mark for code in tnved)
    return {"placed": marks["hs"] + marks["earlier"] + marks["lost"], "named": marks["hs"] + marks["earlier"]}


def bridged_firms(data: Path, year: int) -> dict[str, int]:
    """Manufacturing firms of Rosstat's open accounts by the quality of their bridge from ОКВЭД-2007."""
    quality: Counter[str] = Counter()
    known: dict[str, str] = {}
    with gzip.open(data / f"firms_ru/bln_{year}.utf8.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if int(row["ok1"]) in MANUFACTURING:
                code = okved2007_of(int(row["ok1"]), int(row["ok2"]), int(row["ok3"]))
                if code not in known:
                    frame = bridge(code, "okved2007", "okved2")
                    known[code] = "none" if frame.is_empty() else frame["quality"][0]
                quality[known[code]] += 1
    return dict(quality)


def resolved_regions(data: Path) -> dict[str, list[int]]:
    """Distinct region names of open files: how many there are, how many resolve."""
    pack = open_pack()
    found = {}
    for name, column in (("firms_ru/gisp_registry_orgs_2026.csv", "region"),
                         ("regional_ru/rosstat_org_counts_tidy.csv", "region")):
        with (data / name).open(encoding="utf-8") as file:
            texts = {row[column] for row in csv.DictReader(file)}
        found[name] = [len(texts), sum(pack.find(text) is not None for text in texts)]
    return found


def placed_firms(data: Path) -> list[int]:
    """Firms of a list with region and city: all, and those whose city gives coordinates."""
    with (data / "firms_ru/sme_legal_entities_sample.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["city"]]
    pack = open_pack()
    return [len(rows), sum(find_place(f"г. {row['city']}", pack.find(row["region"])) is not None for row in rows)]


def main() -> None:
    """Measure everything, print it, write it as JSON."""
    data = Path(sys.argv[1])
    result = {
        "python": platform.python_version(), "machine": platform.machine(), "polars": version("polars"),
        "load_cpu_ms": load_ms(), "tnved_lost_headings": restored_headings(),
        "okved2007_bridge": {year: bridged_firms(data, year) for year in (2012, 2013, 2014)},
        "region_names": resolved_regions(data), "firms_placed": placed_firms(data),
    }
    OUT.parent.mkdir(exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=1)
    OUT.write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
