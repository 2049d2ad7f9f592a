"""A scheme and a file of numbers → a rating, its intervals, a plan, and their workbooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from smezhnik.classifiers.regions import open_pack
from smezhnik.errors import Fault, InputError
from smezhnik.io import atomic, write_text
from smezhnik.io.book import write_book
from smezhnik.io.charts import Bars
from smezhnik.io.indicators import read_indicators
from smezhnik.io.schemes import read_scheme
from smezhnik.messages import say
from smezhnik.regions.rating import Composite, Scheme, Sensitivity, Uncertainty, make_tables, rate
from smezhnik.regions.rating.change import Change, calc_change
from smezhnik.regions.rating.frames import make_changes, make_dictionary, make_ratings, make_scores, of
from smezhnik.types import Lang


@dataclass(frozen=True, eq=False)
class Rated:
    """A rating of one year.

    Attributes
    ----------
    scheme : as it was written; that of ``composite`` lacks the indicators left out
    change : from the year before, where it was asked for
    years : all years of the file
    ignored : columns of the file that the scheme does not know
    notes : what was decided on the way
    """

    scheme: Scheme
    composite: Composite
    change: Change | None
    years: tuple[int | None, ...]
    file: str
    ignored: tuple[str, ...]
    notes: tuple[Fault, ...]


def rate_file(scheme: str, data: Path, *, year: int | None = None, since: int | None = None) -> Rated:
    """Read a scheme and its data, rate the last year or the one asked for.

    Parameters
    ----------
    since : the year from which the change is shared out; none by default

    Raises
    ------
    InputFaults with all faults of the scheme, or of the data; InputError where a year is not there; CannotSay.
    """
    asked = read_scheme(scheme)
    read = read_indicators(data, asked)
    tables = make_tables(read.frame, asked, pack=open_pack() if asked.regions else None, file=read.file,
                         rows=read.rows, headers=read.headers, found=read.faults)
    by_year = {table.year: table for table in tables}
    last = tables[-1].year if year is None else year
    for wanted in (last, last if since is None else since):
        if wanted not in by_year:
            raise InputError("rating.no_such_year", found=wanted, known=[table.year for table in tables])
    composite = rate(by_year[last], asked)
    change = None if since is None else calc_change(rate(by_year[since], asked), composite)
    return Rated(asked, composite, change, tuple(by_year), read.file, read.ignored, composite.notes)


def write_rating(rated: Rated, path: Path, *, lang: Lang, spread: Uncertainty | None = None,
                 effects: Sensitivity | None = None) -> None:
    """Write a rating: JSON with everything, a workbook with all tables and a chart, or the table of places."""
    places = make_ratings(rated.composite, spread)
    if path.suffix.lower() == ".json":
        write_text(path, json.dumps(rating_data(rated, lang, spread, effects), ensure_ascii=False, indent=1) + "\n")
        return
    frames = {"ratings": places, "rating_scores": make_scores(rated.composite, lang)}
    if rated.change is not None:
        frames["rating_changes"] = make_changes(rated.change, rated.scheme, lang)
    frames["rating_indicators"] = make_dictionary(rated.scheme, rated.composite, lang)
    write_book(frames, path, lang=lang, bars=Bars("name", "score", of(rated.scheme.index, lang) or ""),
               about=method_lines(rated.scheme, lang))


def write_template(scheme: Scheme, path: Path, *, lang: Lang) -> None:
    """An empty file to fill in: the header of the data of a scheme, then the dictionary of its indicators."""
    header = ["region", "name", "year", *scheme.groups, *(item.code for item in scheme.denominators), *scheme.codes]
    if path.suffix.lower() == ".csv":
        with atomic(path) as aside:
            aside.write_text(",".join(header) + "\n", encoding="utf-8")
        return
    write_book({"rating_indicators": make_dictionary(scheme, None, lang)}, path, lang=lang, header=header,
               about=method_lines(scheme, lang))


def method_lines(scheme: Scheme, lang: Lang, *, sources: bool = True) -> list[str]:
    """The method in words: what the scheme says of itself, its steps, and where its indicators are from."""
    title = of(scheme.title, lang) or ""
    steps = (("missing", "share_out" if scheme.missing.method == "none" else scheme.missing.method),
             ("outliers", scheme.outliers.method), ("normalisation", scheme.normalisation.method),
             ("weights", scheme.weighting.method), ("joining", scheme.joining.method), ("ties", scheme.ties.rule))
    lines = [title, *filter(None, [of(scheme.note, lang)])]
    for step, method in steps:
        lines.append(say(f"rating.step.{step}", lang, how=say(f"rating.method.{method}", lang)))
    for code, method in scheme.joining.by_block.items():
        lines.append(say("rating.step.joining_of", lang, block=code, how=say(f"rating.method.{method}", lang)))
    if sources:
        found = sorted({of(item.source, lang) or "" for item in scheme.indicators} - {""})
        lines += [say("rating.step.source", lang, source=source) for source in found]
    return lines


def rating_data(rated: Rated, lang: Lang, spread: Uncertainty | None = None,
                effects: Sensitivity | None = None) -> dict[str, Any]:
    """Everything of a rating as plain data, for JSON."""
    composite = rated.composite
    found: dict[str, Any] = {
        "scheme": rated.scheme.code, "title": of(rated.scheme.title, lang), "year": composite.table.year,
        "file": rated.file, "method": method_lines(rated.scheme, lang),
        "places": records(make_ratings(composite, spread)), "scores": records(make_scores(composite, lang)),
        "indicators": records(make_dictionary(rated.scheme, composite, lang))}
    if spread is not None:
        found["uncertainty"] = {"runs": spread.runs, "seed": spread.seed}
    if effects is not None:
        found["sensitivity"] = sensitivity_data(effects)
    if rated.change is not None:
        found["changes"] = records(make_changes(rated.change, rated.scheme, lang))
    return found


def sensitivity_data(effects: Sensitivity) -> dict[str, Any]:
    """Effects of choices as plain data."""
    return {"runs": effects.runs, "seed": effects.seed, "mean_shift": effects.shift,
            "effects": [{"factor": item.factor, "first": item.first, "first_interval": list(item.first_interval),
                         "total": item.total, "total_interval": list(item.total_interval)}
                        for item in effects.effects]}


def records(frame: pl.DataFrame) -> list[Mapping[str, Any]]:
    """Rows without their empty cells."""
    return [{key: value for key, value in row.items() if value is not None} for row in frame.iter_rows(named=True)]


def rows_of(rated: Rated, names: Sequence[str]) -> tuple[int, ...]:
    """Rows of regions by id, by name as in the data, or, where regions are rated, under any of their names.

    CannotSay where one is not rated.
    """
    composite = rated.composite
    known = {name.casefold() for name in (*composite.table.regions, *composite.table.names)}
    pack = open_pack() if rated.scheme.regions else None
    return tuple(composite.row(name if pack is None or name.strip().casefold() in known else pack.find(name) or name)
                 for name in names)
