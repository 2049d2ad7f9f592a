"""A table of output → what territories are strong in, how their structure differs, what changed and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.errors import CannotSay
from smezhnik.io import find_kind_to_write, name_beside, write_table
from smezhnik.io.charts import Bars
from smezhnik.messages import say
from smezhnik.progress import Progress, no_progress
from smezhnik.regions import location_quotients, shift_share, structures, suppress
from smezhnik.regions.panel import Panel
from smezhnik.regions.specialisation import name_peers
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.workflows.output import Asked, OutputRead, read_output
from smezhnik.workflows.reading import Reading

#: Peers that the table of structures names.
PEERS = 5
#: Figures of a cell that tell its value, of change that tell two.
OF_CELL = ("value", "share", "lq", "firms", "lq_firms", "lq_low", "lq_high", "certain")
OF_CHANGE = ("growth", "change", "national", "mix", "own")
OF_STRUCTURE = ("krugman", "herfindahl", "equivalent", "entropy", "unrelated", "related", "hachman")


@dataclass(frozen=True)
class Profiled:
    """The profile of every territory, and what was read.

    Attributes
    ----------
    cells, structures : the declared tables ``profile`` and ``structures``
    hidden : cells kept secret, as ``regions.suppress`` gives them; None in the internal view
    """

    output: OutputRead
    cells: pl.DataFrame
    structures: pl.DataFrame
    hidden: pl.DataFrame | None


def profile_files(path: Path, asked: Asked = Asked(), *, public: bool = False, lang: Lang = "ru",
                  reading: Reading = Reading(), progress: Progress = no_progress) -> Profiled:
    """Read a table of output and profile every territory in every year.

    Parameters
    ----------
    public : leave out what would tell on fewer than three firms (``regions.suppression``); the internal view shows all
    """
    read = read_output(path, asked, beside={}, reading=reading, progress=progress)
    return make_profile(read, public=public, lang=lang)


def make_profile(read: OutputRead, *, public: bool = False, lang: Lang = "ru") -> Profiled:
    """The profile of a table that was read."""
    cells, whole = _cells(read.panel), _structures(read.panel)
    hidden = suppress(read.panel) if public else None
    if hidden is not None:
        cells, whole = hide_cells(cells, hidden), hide_structures(whole, hidden)
    names = read.name_territories(read.panel.regions, lang)
    activities = read.name_activities(read.panel.activities, lang)
    territory_name = pl.col("territory").replace_strict(names, return_dtype=pl.String).alias("territory_name")
    cells = cells.with_columns(territory_name, pl.col("activity").replace_strict(
        activities, return_dtype=pl.String).alias("activity_name"))
    whole = whole.with_columns(territory_name, pl.col("peers").list.eval(
        pl.element().replace_strict(names, default=None, return_dtype=pl.String)))
    return Profiled(read, cells, whole, hidden)


def _cells(panel: Panel) -> pl.DataFrame:
    """Location quotients of every year; the change over the whole period stands in the rows of the last."""
    found = location_quotients(panel)
    if len(panel.years) < 2:
        return found
    change = shift_share(panel).select("territory", "activity", *OF_CHANGE, year=pl.lit(panel.years[-1], pl.Int64))
    return found.join(change, on=["year", "territory", "activity"], how="left", maintain_order="left")


def _structures(panel: Panel) -> pl.DataFrame:
    return structures(panel).join(name_peers(panel, PEERS), on=["year", "territory"], how="left",
                                  maintain_order="left")


def hide_cells(cells: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Take out every figure from which a hidden cell or total could be told.

    A share tells the total of its territory, a quotient all the totals; changes tell both years.
    """
    marked = _mark(cells, hidden)
    cell, row = pl.col("hidden").is_not_null(), pl.col("row_hidden")
    country = pl.col("column_hidden") | pl.col("all_hidden")
    last = cells["year"].max()
    first_hidden = _mark(cells.with_columns(year=pl.lit(cells["year"].min(), pl.Int64)), hidden).select(
        (cell | row | country).alias("was_hidden")).to_series()
    gone = {"value": cell, "firms": cell, "share": cell | row, "country_share": country,
            **dict.fromkeys(("lq", "lq_firms", "lq_low", "lq_high", "certain"), cell | row | country),
            **dict.fromkeys(OF_CHANGE, cell | row | country | pl.col("was_hidden") | (pl.col("year") != last))}
    return marked.with_columns(first_hidden).with_columns(
        pl.when(~rule).then(pl.col(name)).alias(name) for name, rule in gone.items() if name in marked.columns).drop(
        "row_hidden", "column_hidden", "all_hidden", "was_hidden")


def hide_structures(whole: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Take out the figures of territories that have hidden cells: a sum of squares tells the last two of them."""
    kept = hidden.select("year", "territory", "activity")
    touched = kept.filter(pl.col("activity").is_not_null()).select("year", "territory").unique()
    totals = kept.filter(pl.col("activity").is_null()).select("year", "territory", total=pl.lit(value=True))
    # a hidden total of an activity or of all unsettles what is measured against the country
    country = kept.filter(pl.col("territory").is_null()).select("year", country=pl.lit(value=True)).unique()
    marked = (whole.join(touched.with_columns(cell=pl.lit(value=True)), on=["year", "territory"], how="left")
              .join(totals, on=["year", "territory"], how="left").join(country, on="year", how="left")
              .with_columns(pl.col("cell", "total", "country").fill_null(value=False)))
    shut = pl.col("cell") | pl.col("total")
    against = shut | pl.col("country")
    return marked.with_columns(
        *(pl.when(~(against if name in ("krugman", "hachman") else shut)).then(pl.col(name)).alias(name)
          for name in OF_STRUCTURE),
        pl.when(~pl.col("total")).then(pl.col("value")).alias("value"),
        pl.when(~shut).then(pl.col("peers")).alias("peers")).drop("cell", "total", "country")


def _mark(cells: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Which cell, total of a territory, total of an activity, total of all is hidden."""
    keys = ["year", "territory", "activity"]
    inner = hidden.filter(pl.col("territory").is_not_null() & pl.col("activity").is_not_null())
    rows = hidden.filter(pl.col("territory").is_not_null() & pl.col("activity").is_null())
    columns = hidden.filter(pl.col("territory").is_null() & pl.col("activity").is_not_null())
    everything = hidden.filter(pl.col("territory").is_null() & pl.col("activity").is_null())
    yes = pl.lit(value=True)
    return (cells.join(inner.rename({"reason": "hidden"}), on=keys, how="left", maintain_order="left")
            .join(rows.select(keys[:2]).with_columns(row_hidden=yes), on=keys[:2], how="left", maintain_order="left")
            .join(columns.select("year", "activity").with_columns(column_hidden=yes), on=["year", "activity"],
                  how="left", maintain_order="left")
            .join(everything.select("year").with_columns(all_hidden=yes), on="year", how="left", maintain_order="left")
            .with_columns(pl.col("row_hidden", "column_hidden", "all_hidden").fill_null(value=False)))


def write_profile(made: Profiled, path: Path, *, lang: Lang, region: str | None = None) -> list[Path]:
    """Write the cells and, beside them, the structures; each whole or not at all.

    A workbook has a chart of the quotients of ``region`` in the last year, where one is named.
    """
    kind = find_kind_to_write(path)
    files = {"profile": path, "structures": name_beside(path, getattr(table("structures"), lang))}
    for (name, file), frame in zip(files.items(), (made.cells, made.structures), strict=True):
        write_table(frame, file, name, lang=lang, kind=kind,
                    bars=_quotients_of(made, region, lang) if name == "profile" and region else None)
    return list(files.values())


def _quotients_of(made: Profiled, region: str, lang: Lang) -> Bars | None:
    """The rows of a region in the last year, which stand together, as a chart; None where it has none."""
    rows = made.cells.with_row_index("row").filter(
        (pl.col("territory") == region) & (pl.col("year") == made.output.panel.years[-1]))
    if not rows.height:
        return None
    by = "activity_name" if rows["activity_name"].null_count() == 0 else "activity"
    return Bars(by, "lq", say("cli.profile.chart", lang, name=rows["territory_name"][0], year=rows["year"][0]),
                rows["row"][0], rows.height)


def calc_change(made: Profiled, region: str) -> dict[str, float] | None:
    """Sums of ``shift_share`` over all activities of a territory, from the first to the last year.

    Returns
    -------
    first, last (values), change, national, mix, own, country (growth of all territories, share); None with one year,
    where the territory is absent in one of the two, or where a part of it is hidden
    """
    panel = made.output.panel
    row = panel.region(region)
    if len(panel.years) < 2 or not (panel.present[0, row] and panel.present[-1, row]):
        return None
    causes = shift_share(panel).filter(pl.col("territory") == region)
    told = made.cells.filter((pl.col("territory") == region) & (pl.col("year") == panel.years[-1])).select(
        "activity", told="change")
    if made.hidden is not None and causes.join(told, on="activity", how="left")["told"].null_count():
        return None
    sums = {name: float(causes[name].sum()) for name in ("change", "national", "mix", "own")}
    first, last = float(panel.values[0, row].sum()), float(panel.values[-1, row].sum())
    return {"first": first, "last": last, **sums, "country": sums["national"] / first}


def pick_region(made: Profiled, region: str, year: int | None) -> tuple[dict[str, object], pl.DataFrame]:
    """The structure of one territory in a year (the last by default) and its cells, most specialised first."""
    place = made.output.panel.year(year)
    asked = made.output.panel.years[place]
    here = (pl.col("territory") == region) & (pl.col("year") == asked)
    structure = made.structures.filter(here)
    if not structure.height:
        raise CannotSay("panel_absent", region=region, year=asked)
    cells = made.cells.filter(here & ((pl.col("value") > 0) | pl.col("hidden").is_not_null()
                                      if "hidden" in made.cells.columns else pl.col("value") > 0))
    return structure.row(0, named=True), cells.sort(["lq", "activity"], descending=[True, False], nulls_last=True)
