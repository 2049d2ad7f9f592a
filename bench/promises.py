"""How long it takes to say how far promises are: 2,000 targets over 200,000 cases, contracts and deliveries.

    ./run bench promises

And the report of a year over 50,000 contracts: its content, then each file.

Wall seconds of one process, the median of runs after the first one; of the year one run. «ready» makes the rows ready
once for all targets; «one» is a single target over rows that are ready, and with making them ready.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl

from smezhnik.papers import Paper, write_docx, write_pdf
from smezhnik.papers.sections import paper_of
from smezhnik.papers.slides import Deck, write_pptx
from smezhnik.papers.yearly import Told, year_sections
from smezhnik.promises.evidence import prepare
from smezhnik.promises.indicators import Value, usual_indicators
from smezhnik.promises.progress import progress, rows_of
from smezhnik.promises.target import Target
from smezhnik.promises.year import CASE_SCHEMA, CHAIN_COLUMNS, CONTRACT_SCHEMA, Kept, Part, YearFacts, make_year
from smezhnik.tables import complete
from smezhnik.workflows.installation import opened

ROWS, TARGETS, SEED, RUNS = 200_000, 2_000, 20261122, 5
DAY = dt.date(2026, 11, 22)
YEAR_CONTRACTS, YEAR_PROMISES, YEAR_DAY = 50_000, 60, dt.date(2026, 12, 31)
REGIONS = [f"RU-{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def draw_evidence(rows: int = ROWS, promises: int = TARGETS, seed: int = SEED) -> pl.DataFrame:
    """Evidence by chance: a half contracts, a third of the rows without origin, a tenth without a sum."""
    draw = np.random.default_rng(seed)
    origins = draw.integers(0, promises, (rows, 2))
    return complete(pl.DataFrame({
        "evidence_id": [f"d{number}" for number in range(rows)],
        "kind": draw.choice(["contract", "case", "delivery", "membership"], rows, p=[0.5, 0.25, 0.2, 0.05]),
        "on": pl.Series(draw.integers(20_000, 20_800, rows)).cast(pl.Int32).cast(pl.Date),
        "from_org": draw.choice([f"s{number}" for number in range(5_000)], rows),
        "to_org": draw.choice([f"b{number}" for number in range(5_000)], rows),
        "from_region": draw.choice(REGIONS, rows), "to_region": draw.choice(REGIONS, rows),
        "okpd2": draw.choice([f"{a}.{b}" for a in range(10, 34) for b in range(11, 60)], rows),
        "value_th_rub": [None if draw.random() < 0.1 else float(value) for value in draw.lognormal(7, 1, rows)],
        "origins": [None if number % 3 == 0 else [f"p{one}" for one in pair] for number, pair in
                    enumerate(origins.tolist())],
        "basis": draw.choice(["declared", "inferred"], rows, p=[0.9, 0.1])}, strict=False), "evidence")


def draw_targets(count: int = TARGETS, seed: int = SEED) -> list[Target]:
    """Half of them count what names them, half all that fits their scope."""
    draw = np.random.default_rng(seed)
    measures = ["links_new", "contracts_sum", "contracts_count", "delivered_sum", "members_joined", "cases_opened"]
    return [Target(f"p{number}", str(draw.choice(measures)), 10.0, in_scope=number % 2 == 0,
                   from_regions=(str(draw.choice(REGIONS)),) if number % 5 else (),
                   to_regions=(str(draw.choice(REGIONS)),) if number % 3 else (), both_ways=number % 4 == 0,
                   industries=(str(draw.integers(10, 34)),) if number % 2 else (),
                   since=dt.date(2025, 1, 1), due=dt.date(2026, 12, 31)) for number in range(count)]


def draw_year(contracts: int = YEAR_CONTRACTS, seed: int = SEED) -> YearFacts:
    """A year of contracts by chance: a third without origin, a tenth without a sum, chains of every length."""
    draw = np.random.default_rng(seed)
    promises = [Kept(f"p{number}", "commitment" if number % 2 else "order", f"{number // 10}.{number % 10}",
                     f"Обязательство {number}", "О промышленной кооперации", "Отдел кооперации",
                     ("done", "on_the_way", "behind", "late")[number % 4] if number % 2 else "in_time",
                     dt.date(2026, 12, 31), "", (Part("links_new", 4.0, 12.0, "links", "behind", 8),))
                for number in range(YEAR_PROMISES)]
    chosen = draw.integers(0, YEAR_PROMISES, contracts)
    firms = [(f"Завод {seller}", f"Покупатель {buyer}", f"s{seller}", f"b{buyer}") for seller, buyer in draw.integers(
        0, 4_000, (contracts, 2)).tolist()]
    rows = {"contract": [f"D-{number:07d}" for number in range(contracts)],
            "own_id": [f"{number}-П/26" for number in range(contracts)],
            "signed_on": pl.Series(draw.integers(20_454, 20_819, contracts)).cast(pl.Int32).cast(pl.Date),
            "text": ["Насос центробежный"] * contracts, "seller": [one[0] for one in firms],
            "buyer": [one[1] for one in firms], "seller_id": [one[2] for one in firms],
            "buyer_id": [one[3] for one in firms], "okpd2": ["28.13.14"] * contracts,
            "signed": [None if number % 10 == 0 else float(value) for number, value in enumerate(
                draw.lognormal(7, 1, contracts).round(1))],
            "imported": [None] * contracts,
            "delivered": [float(number) if number % 3 == 0 else None for number in range(contracts)],
            "inferred": [False] * contracts,
            "origins": [None if number % 3 == 0 else [f"p{one}"] for number, one in enumerate(chosen.tolist())],
            **{name: [f"{name} {number}" if number % 3 else None for number in range(contracts)]
               for name in CHAIN_COLUMNS}}
    indicators = usual_indicators()
    values = [Value(one.code, 2026, plan=100.0, fact=float(value), source="Росстат") for one, value in zip(
        indicators, draw.normal(100, 5, len(indicators)).round(1), strict=True) if one.own is None]
    cases = pl.DataFrame({
        "case": [f"K-{number}" for number in range(contracts)], "opened_on": rows["signed_on"],
        "potential": [float(number) for number in range(contracts)]}).with_columns(
        pl.lit(None, pl.String).alias(name) for name in CASE_SCHEMA if name not in ("case", "opened_on", "potential"))
    return YearFacts("RU-BA", YEAR_DAY, pl.DataFrame(rows, schema=dict(CONTRACT_SCHEMA)),
                     cases.select(list(CASE_SCHEMA)), {}, promises, indicators, values)


def bench_year() -> None:
    """The content of a year and each of its files, from facts that are in memory."""
    opened("year_files")  # the settings; no record is read
    write_book = import_module("smezhnik.workflows.year_book").write_book
    gathered = import_module("smezhnik.workflows.year_records").Gathered
    facts, told = draw_year(), Told("ru", sees=True)
    began = time.perf_counter()
    year = make_year(facts)
    sections = year_sections(year, told)
    times = {"content": time.perf_counter() - began}
    paper, deck = Paper("Итоги года", "ru", "Z-0", ()), Deck("Итоги года", "", "RU-BA", "ru", sections, figures="five")
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("docx", lambda: write_docx(paper_of(sections, paper))),
                            ("pdf", lambda: write_pdf(paper_of(sections, paper))), ("pptx", lambda: write_pptx(deck)),
                            ("xlsx", lambda: write_book(Path(folder) / "year.xlsx", year, sections,
                                                        gathered(facts, year), told))):
            began = time.perf_counter()
            write()
            times[name] = time.perf_counter() - began
    print(f"year: {facts.contracts.height} contracts, {len(facts.promises)} promises, wall time, one run")
    for name, seconds in times.items():
        print(f"{name:26} {seconds:8.2f} s")
    print(f"{'content and four files':26} {sum(times.values()):8.2f} s")


def median_s(work: Callable[[], object]) -> float:
    """Median of wall seconds; the first run warms up and is not counted."""
    work()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    frame, targets = draw_evidence(), draw_targets()
    ready = prepare(frame)
    attributed, in_scope = targets[1], targets[0]
    print(f"{ROWS} rows, {TARGETS} targets, wall time, median of {RUNS}")
    print(f"ready                      {1000 * median_s(lambda: prepare(frame)):8.1f} ms")
    print(f"all targets                {1000 * median_s(lambda: progress(targets, ready, on=DAY)):8.1f} ms")
    whole = median_s(lambda: progress(targets, prepare(frame), on=DAY))
    print(f"ready and all targets      {1000 * whole:8.1f} ms")
    for name, target in (("attributed", attributed), ("in scope", in_scope)):
        print(f"one {name:22} {1000 * median_s(lambda one=target: progress([one], ready, on=DAY)):8.2f} ms")
        print(f"its rows, each with reason {1000 * median_s(lambda one=target: rows_of(one, ready, on=DAY)):8.2f} ms")

    bench_year()


if __name__ == "__main__":
    main()
