"""Output by activities of one edition of a classification, told by those of another; how much was split on the way."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from smezhnik.classifiers.bridges import bridge_all
from smezhnik.errors import InputError

#: Digits of a division, the finest level at which the editions of ОКВЭД agree mostly one to one.
DIVISION = 2


@dataclass(frozen=True)
class Bridged:
    """A table of output in another classification.

    Attributes
    ----------
    frame : the table with ``activity`` in the target classification, cut to the level asked for; values summed
    split_share : part of the value (0…1), by year, that stands in more than one target code and was divided by the
        weights of the bridge (equal shares where it has none): the figures rest on an assumption to this extent
    lost_share : part of the value, by year, whose codes have no counterpart; it is not in ``frame``
    lost : those codes
    """

    frame: pl.DataFrame
    split_share: dict[int, float]
    lost_share: dict[int, float]
    lost: tuple[str, ...]


def bridge_output(output: pl.DataFrame, from_: str, to: str = "okved2", *, digits: int = DIVISION,
                  table: pl.DataFrame | None = None) -> Bridged:
    """Tell output by the activities of another classification.

    Each code goes to its counterparts by the weights of the bridge; counterparts that agree in the first ``digits``
    digits are one, so a code that stays inside one division is not split.

    Parameters
    ----------
    output : frame with ``territory``, ``activity`` (codes of ``from_``), ``value`` ≥ 0; ``year`` and ``firms`` if known
    from_, to : names of classifications, as ``classifiers.bridges.bridge`` takes them
    digits : level of the result
    table : the owner's own correspondence; goes before the chain of the package

    Returns
    -------
    Bridged; ``firms`` counts a firm in every activity that a part of it is put to (so that no cell looks more crowded
    than it is, each is rounded down to at least one)

    Raises
    ------
    InputError where no bridge joins the classifications or the level is below two digits.
    """
    if digits < DIVISION:
        raise InputError("bridge_digits", found=digits)
    codes = output["activity"].drop_nulls().unique().sort().to_list()
    links = (bridge_all(codes, from_, to, table=table).with_columns(target=_cut(pl.col("to"), digits))
             .group_by("from", "target", maintain_order=True).agg(pl.col("weight").sum()))
    links = links.with_columns(pl.col("weight") / pl.col("weight").sum().over("from"),
                               ways=pl.len().over("from"))
    rows = output if "year" in output.columns else output.with_columns(year=pl.lit(0, pl.Int64))
    joined = rows.join(links, left_on="activity", right_on="from", how="left")
    total = rows.group_by("year").agg(pl.col("value").sum().alias("total"))
    split = _share(joined.filter(pl.col("ways") > 1).with_columns(pl.col("value") * pl.col("weight")), total)
    lost = joined.filter(pl.col("target").is_null())
    sums = [(pl.col("value") * pl.col("weight")).sum()]
    if "firms" in rows.columns:
        sums.append((pl.col("firms") * pl.col("weight")).sum().floor().clip(lower_bound=1).cast(pl.Int64))
    frame = (joined.filter(pl.col("target").is_not_null()).group_by("territory", "target", "year").agg(sums)
             .rename({"target": "activity"}).sort("year", "territory", "activity"))
    return Bridged(frame, split, _share(lost, total), tuple(lost["activity"].unique().sort()))


def _cut(code: pl.Expr, digits: int) -> pl.Expr:
    """The first digits of a code, with the dot after the second where more follow."""
    plain = code.str.replace_all(".", "", literal=True).str.slice(0, digits)
    return pl.when(plain.str.len_chars() > 2).then(
        plain.str.slice(0, 2) + "." + plain.str.slice(2)).otherwise(plain)


def _share(part: pl.DataFrame, total: pl.DataFrame) -> dict[int, float]:
    """Share of the part in the total of each year."""
    sums = total.join(part.group_by("year").agg(pl.col("value").sum()), on="year", how="left").sort("year")
    return {year: (value or 0.0) / whole if whole else 0.0
            for year, whole, value in sums.select("year", "total", "value").iter_rows()}
