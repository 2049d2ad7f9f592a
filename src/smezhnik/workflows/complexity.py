"""A table of output → complexity of territories and activities, the back-test, and what a territory could make next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.errors import CannotSay
from smezhnik.io import find_kind_to_write, name_beside, write_table
from smezhnik.io.charts import Bars
from smezhnik.messages import format_number, say
from smezhnik.progress import Progress, no_progress
from smezhnik.regions import ComplexityTables, NextWeights, backtest, complexity, what_next
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.workflows.output import Asked, OutputRead, read_output
from smezhnik.workflows.reading import Reading


@dataclass(frozen=True)
class ComplexityRead:
    """Complexity of every year, whether density told changes beforehand, and what was read.

    ``tested`` is None where there are too few years.
    """

    output: OutputRead
    tables: ComplexityTables
    tested: pl.DataFrame | None


@dataclass(frozen=True)
class NextRead:
    """What a territory could make next, the test of the method on the same table, and what was read."""

    output: OutputRead
    region: str
    found: pl.DataFrame
    tested: pl.DataFrame | None


def complexity_files(path: Path, asked: Asked = Asked(), *, threshold: float = 1.0, continuous: bool = False,
                     lang: Lang = "ru", reading: Reading = Reading(),
                     progress: Progress = no_progress) -> ComplexityRead:
    """Read a table of output or exports and calculate complexity of every year."""
    read = read_output(path, asked, beside={}, reading=reading, progress=progress)
    made = complexity(read.panel, threshold=threshold, continuous=continuous, progress=progress)
    territories = read.name_territories(read.panel.regions, lang)
    activities = read.name_activities(read.panel.activities, lang)
    regions = made.regions.with_columns(territory_name=pl.col("territory").replace_strict(
        territories, return_dtype=pl.String)).sort(["year", "eci_rank", "territory"], nulls_last=True)
    goods = made.activities.with_columns(activity_name=pl.col("activity").replace_strict(
        activities, return_dtype=pl.String)).sort(["year", "pci", "activity"], descending=[False, True, False],
                                                  nulls_last=True)
    named = ComplexityTables(regions, goods, made.pairs, made.refused)
    return ComplexityRead(read, named, _tested(read, threshold))


def write_complexity(made: ComplexityRead, path: Path, *, lang: Lang) -> list[Path]:
    """Write territories and, beside them, activities and the back-test where there is one."""
    kind = find_kind_to_write(path)
    frames = {"region_complexity": made.tables.regions, "activity_complexity": made.tables.activities}
    if made.tested is not None:
        frames["backtest"] = made.tested
    files = [path, *(name_beside(path, getattr(table(name), lang)) for name in list(frames)[1:])]
    for file, (name, frame) in zip(files, frames.items(), strict=True):
        write_table(frame, file, name, lang=lang, kind=kind)
    return files


def next_files(path: Path, region: str, asked: Asked = Asked(), *, year: int | None = None, count: int = 20,
               imports: Path | None = None, organisations: Path | None = None, weights: NextWeights = NextWeights(),
               lang: Lang = "ru", reading: Reading = Reading(), progress: Progress = no_progress) -> NextRead:
    """Read a table of output, and imports and plants where given, and list what the region could make next."""
    read = read_output(path, asked, beside={"organisations": organisations}, reading=reading, progress=progress)
    place = read.find_region(region)
    found, tested = find_next(read, place, year=year, count=count, imports=imports, weights=weights, reading=reading,
                              progress=progress)
    activities = read.name_activities(read.panel.activities, lang)
    shown = [pl.Series(column, [[_shown(pair, activities, lang) for pair in pairs] for pairs in found[column]],
                       pl.List(pl.String)) for column in ("near", "lacking")]
    found = found.with_columns(*shown, territory=pl.lit(place), activity_name=pl.col("activity").replace_strict(
        activities, return_dtype=pl.String))
    return NextRead(read, place, found, tested)


def find_next(read: OutputRead, region: str, *, year: int | None = None, count: int = 20, imports: Path | None = None,
              weights: NextWeights = NextWeights(), reading: Reading = Reading(), progress: Progress = no_progress
              ) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """``what_next`` of a table that was read, with the imports of a file and the plants read beside it; its back-test.

    ``imports`` is a table of output too: its values are summed by activity, whatever the territory.
    """
    brought = None
    if imports is not None:
        other = read_output(imports, read.asked, beside={}, reading=reading, progress=progress).panel
        brought = pl.DataFrame({"activity": other.activities, "value": other.values[-1].sum(axis=0)})
    plants = read.loaded["organisations"].frame if "organisations" in read.loaded else None
    found = what_next(read.panel, region, year=year, count=count, weights=weights, imports=brought,
                      organisations=plants)
    return found, _tested(read, 1.0)


def _shown(pair: dict[str, object], names: dict[str, str | None], lang: Lang) -> str:
    """«25 Металлоизделия (0,62)»."""
    code = str(pair["activity"])
    name = f" {names[code]}" if names.get(code) else ""
    return f"{code}{name} ({format_number(float(str(pair['proximity'])), lang, 2)})"


def _tested(read: OutputRead, threshold: float) -> pl.DataFrame | None:
    try:
        return backtest(read.panel, threshold=threshold)
    except CannotSay:
        return None


def write_next(made: NextRead, path: Path, *, lang: Lang) -> list[Path]:
    """Write the list, and the back-test beside it where there is one."""
    kind = find_kind_to_write(path)
    named = "activity_name" if made.found["activity_name"].null_count() == 0 else "activity"
    write_table(made.found, path, "next", lang=lang, kind=kind,
                bars=Bars(named, "score", say("cli.next.chart", lang, name=made.output.name_territories(
                    [made.region], lang)[made.region])))
    if made.tested is None:
        return [path]
    beside = name_beside(path, getattr(table("backtest"), lang))
    write_table(made.tested, beside, "backtest", lang=lang, kind=kind)
    return [path, beside]
