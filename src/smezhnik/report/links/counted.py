"""What the sums of the report count: each need once; contracts, refusals and weak candidates apart."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from smezhnik.types import BASES, GRADES

#: Stages of a case from the contract on: what then flows is no potential any more.
SIGNED = ("contracted", "delivering", "closed")
#: Position of a grade and of a basis, the better the smaller.
GRADE_ORDER = {grade: place for place, grade in enumerate(GRADES)}


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of all links, shown or not.

    Attributes
    ----------
    links : candidate links; ``needs`` : needs asked; ``served`` : needs with a candidate
    fit : needs with a candidate better than the weakest grade, which is probably another product
    weak_links : links of the weakest grade
    strong : needs with a candidate of grade A; ``strong_links`` : links of grade A
    inferred : links whose basis is inferred
    signed : needs that a known contract serves already, or whose case has come to one
    unpriced : counted links without value, since a price or a volume is absent
    unlike_units : counted links without value, since the units of need and offer cannot be compared
    potential, imports : thousand roubles a year over ``best``; None where no counted link has a value
    best : the counted links, one a need (or those of the plan), without contracts, refusals and weak candidates, in
        the report's order
    planned : whether ``best`` follows an allocation plan
    """

    links: int
    needs: int
    served: int
    fit: int
    weak_links: int
    strong: int
    strong_links: int
    inferred: int
    signed: int
    unpriced: int
    unlike_units: int
    potential: float | None
    imports: float | None
    best: pl.DataFrame
    planned: bool

    @property
    def unserved(self) -> int:
        return self.needs - self.served

    @property
    def weak_only(self) -> int:
        """Needs whose candidates are all of the weakest grade."""
        return self.served - self.fit


def count(links: pl.DataFrame, *, needs: pl.DataFrame | None, allocations: pl.DataFrame | None,
          every_link: bool = False) -> Counted:
    """The figures of a table of links.

    A link counts towards the potential if it has no contract, was not declined and is better than the weakest grade:
    what is probably another product is worth nothing to the need. Without a plan each need counts once, by its best
    candidate; with a plan links, quantities and sums are those of the plan. A need that a contract serves is not
    potential. With ``every_link`` a need may count more than once: the list is already one of pairs that do not
    compete.
    """
    under_contract = pl.col("contract_id").is_not_null() | pl.col("decision").is_in(SIGNED).fill_null(False)
    signed = links.filter(under_contract)["need_id"].unique()
    free = links.filter(pl.col("decision").ne_missing("declined") & ~pl.col("need_id").is_in(signed.implode()))
    fitting = pl.col("grade") != GRADES[-1]
    better = free.filter(fitting)
    one_each = better if every_link else _best_of_each(better)
    best = one_each if allocations is None else _of_plan(free, allocations)
    best = best.with_columns(
        (pl.col("probability") * pl.col("value_th_rub")).alias("_expected")
    ).sort("_expected", "probability", "need_id", "offer_id", descending=[True, True, False, False], nulls_last=True)
    strong = links.filter(pl.col("grade") == GRADES[0])
    unlike = best.filter(pl.col("value_th_rub").is_null() & _unlike_units()).height
    served = links["need_id"].n_unique()
    return Counted(
        links=links.height,
        needs=served if needs is None else pl.concat([links["need_id"], needs["need_id"]]).n_unique(),
        served=served,
        fit=links.filter(fitting)["need_id"].n_unique(),
        weak_links=links.filter(~fitting).height,
        strong=strong["need_id"].n_unique(),
        strong_links=strong.height,
        inferred=links.filter(pl.col("basis") == BASES[-1]).height,
        signed=signed.len(),
        unpriced=best["value_th_rub"].null_count() - unlike,
        unlike_units=unlike,
        potential=_sum(best["value_th_rub"]),
        imports=_sum(best["imported_th_rub"]),
        best=best.drop("_expected"),
        planned=allocations is not None,
    )


def needs_in_order(links: pl.DataFrame) -> pl.Series:
    """Needs by their best candidate: grade, then probability, then value, then id."""
    return (
        links.with_columns(pl.col("grade").replace_strict(GRADE_ORDER, return_dtype=pl.Int8).alias("_grade"))
        .group_by("need_id")
        .agg(pl.col("_grade").min(), pl.col("probability").max(), pl.col("value_th_rub").max())
        .sort("_grade", "probability", "value_th_rub", "need_id", descending=[False, True, True, False],
              nulls_last=True)["need_id"]
    )


def _unlike_units() -> pl.Expr:
    """Whether the gaps of a link say that its units cannot be compared."""
    return pl.col("gaps").list.eval(pl.element().struct.field("code") == "unit").list.any().fill_null(False)


def _best_of_each(links: pl.DataFrame) -> pl.DataFrame:
    return links.sort("need_id", "rank", "offer_id").unique("need_id", keep="first", maintain_order=True)


def _of_plan(links: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    chosen = allocations.select("need_id", "offer_id", "quantity", "value_th_rub", "imported_th_rub")
    return links.drop("quantity", "value_th_rub", "imported_th_rub").join(chosen, on=["need_id", "offer_id"])


def _sum(values: pl.Series) -> float | None:
    return None if values.null_count() == values.len() else float(values.sum())
