"""What is missing of an order that was reported as done: how much of which measure, and in which direction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from smezhnik.accords.models import Agreement
from smezhnik.promises.evidence import Evidence
from smezhnik.promises.progress import Progress, rows_of
from smezhnik.promises.target import Target


@dataclass(frozen=True)
class Direction:
    """A direction of the agreement with the rows that count there; ``missing``: there are none."""

    title: str
    counted: int

    @property
    def missing(self) -> bool:
        """Whether nothing was done in that direction."""
        return self.counted == 0


@dataclass(frozen=True)
class Shortfall:
    """A measure that lacks something.

    Attributes
    ----------
    missing : plan less value, in the unit of the measure; None where it cannot be said
    directions : of the agreement that the order serves, in its order; empty where it serves none or names no codes
    """

    target: Target
    missing: float | None
    directions: tuple[Direction, ...]


def find_shortfalls(parts: Sequence[Progress], agreement: Agreement | None, evidence: Evidence, *, on: dt.date
                    ) -> list[Shortfall]:
    """The measures of a promise that are not reached by a day, each with what is missing and where nothing was done.

    A row stands in the first direction whose codes its product begins with, else the activity of the seller; a
    direction outside the industries of the measure is left out.
    """
    headings = [(one.title, [_digits(code) for code in one.industries]) for one in (
        agreement.direction_rows.filter(archived=False) if agreement is not None else ()) if one.industries]
    found = []
    for part in parts:
        if part.state == "done" or part.target.at_most:
            continue
        missing = None if part.value is None or part.target.plan is None else part.target.plan - part.value
        wanted = [(title, codes) for title, codes in headings if _meets(codes, part.target.industries)]
        rows = rows_of(part.target, evidence, on=on).filter(pl.col("reason").is_null()) if wanted else None
        codes = [] if rows is None else [_digits(code or "") for code in rows.select(
            pl.coalesce("okpd2", "okved2")).to_series()]
        found.append(Shortfall(part.target, missing, tuple(
            Direction(title, sum(code.startswith(tuple(own)) for code in codes)) for title, own in wanted)))
    return found


def _meets(own: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether two lists of beginnings of codes can hold one code."""
    return not asked or any(one.startswith(other) or other.startswith(one) for one in own for other in asked)


def _digits(code: str) -> str:
    return "".join(letter for letter in code if letter.isdigit())
