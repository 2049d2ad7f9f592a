"""From a probability and the gaps to a grade: one predicate for each threshold."""

from __future__ import annotations

import polars as pl

from smezhnik.matching.settings import GRADE_FROM

#: A gap of these kinds means that the thing itself differs, so that the offer is at best adaptable (B).
TECHNICAL_GAPS = ("size", "standard")

#: A gap of these kinds means that at the time there is no offer, only a plant that could make it (C).
ABSENT_GAPS = ("offer_expired", "not_yet", "late")


def grade_of(probability: pl.Expr, technical_gap: pl.Expr, could_only: pl.Expr) -> pl.Expr:
    """The grade of each link.

    A: probability from 0.85 and no technical gap. B: from 0.70, or held back from A by such a gap. C: from 0.50,
    or held back because there is no offer of the plant's own for the time: one side is inferred, or the offer has ended
    or begins too late. D: the rest. Thresholds include their own value (CONVENTIONS §5).

    Parameters
    ----------
    probability : 0…1
    technical_gap : the need and the offer state different sizes or standards
    could_only : the need or the offer is inferred, or the offer does not hold when it is wanted
    """
    return (
        pl.when((probability >= GRADE_FROM["A"]) & ~technical_gap & ~could_only).then(pl.lit("A"))
        .when((probability >= GRADE_FROM["B"]) & ~could_only).then(pl.lit("B"))
        .when(probability >= GRADE_FROM["C"]).then(pl.lit("C"))
        .otherwise(pl.lit("D"))
    )
