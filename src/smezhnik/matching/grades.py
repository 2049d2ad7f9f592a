"""From a probability and the gaps to a grade: one predicate for each threshold."""

from __future__ import annotations

import polars as pl

from smezhnik.matching.settings import GRADE_FROM

#: A gap of these kinds means that the thing itself differs, so that the offer is at best adaptable (B).
TECHNICAL_GAPS = ("size", "standard")


def grade_of(probability: pl.Expr, technical_gap: pl.Expr, inferred: pl.Expr) -> pl.Expr:
    """The grade of each link.

    A: probability from 0.85 and no technical gap. B: from 0.70, or held back from A by such a gap. C: from 0.50,
    or held back because one side is inferred. D: the rest. Thresholds include their own value (CONVENTIONS §5).

    Parameters
    ----------
    probability : 0…1
    technical_gap : the need and the offer state different sizes or standards
    inferred : the need or the offer is inferred
    """
    return (
        pl.when((probability >= GRADE_FROM["A"]) & ~technical_gap & ~inferred).then(pl.lit("A"))
        .when((probability >= GRADE_FROM["B"]) & ~inferred).then(pl.lit("B"))
        .when(probability >= GRADE_FROM["C"]).then(pl.lit("C"))
        .otherwise(pl.lit("D"))
    )
