"""A picture or a table of a page with all it needs to be quoted: finding, comparison, formula, source, year, number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.types import Lang

#: How the columns of a shelf share its width: ``aside`` gives the first the most, ``wide`` the other a little more.
Shape = Literal["one", "even", "aside", "wide"]


@dataclass(frozen=True, slots=True)
class Head:
    """A column.

    Attributes
    ----------
    text : its heading; ``hidden`` keeps it for who listens, ``drawn`` stands there instead
    num : numbers, to the right
    width : px on a desk, 0 leaves it to the browser
    desk : not shown on a phone, where the row says the same in other words
    """

    text: str
    num: bool = False
    width: int = 0
    desk: bool = False
    hidden: bool = False
    drawn: Markup | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its subject, then a cell for each further column; ``class_`` is ``own``, ``total`` or nothing."""

    cells: Sequence[Markup | str]
    class_: str = ""


@dataclass(frozen=True)
class Grid:
    """A table. ``caption`` is for who listens; ``as_cards`` rows become cards on a phone."""

    caption: str
    heads: Sequence[Head]
    lines: Sequence[Line]
    as_cards: bool = False
    class_: str = ""


@dataclass(frozen=True)
class Figure:
    """One card of a page.

    Attributes
    ----------
    title : the finding; said : what it is compared with
    drawing : picture, for a desk and for a phone; empty where the table is the picture
    grid : the table that is shown, behind : the table behind the picture, opened on demand
    below : further tables with their headings
    formula, source : how it was made, of what and which year
    inferred : a calculation, not a finding on the spot
    code : stays the same whatever else the page shows: part of its address
    cite : the line to quote it by, set by ``arrange``
    """

    code: str
    title: str
    said: str
    formula: str
    source: str
    drawing: Markup | str = ""
    grid: Grid | None = None
    behind: Grid | None = None
    below: Sequence[tuple[str, Grid]] = field(default=())
    notes: Sequence[str] = field(default=())
    note: str = ""
    inferred: bool = False
    cite: str = ""


@dataclass(frozen=True)
class Shelf:
    """Columns of cards that stand side by side on a desk."""

    shape: Shape
    columns: tuple[tuple[Figure, ...], ...]


def arrange(figures: Sequence[Figure | None], shelves: Sequence[tuple[Shape, Sequence[Sequence[str]]]], number: str,
            lang: Lang) -> list[Shelf]:
    """The cards that there are, in the order of the shelves; columns that stand alone take the whole width.

    Each gets the line to quote it by: its place on the page and the permanent number of the page.

    Parameters
    ----------
    figures : those that could be made, in any order; shelves : shape, and the codes of each of its columns
    """
    there = {figure.code: figure for figure in figures if figure is not None}
    order = [code for _, columns in shelves for column in columns for code in column if code in there]
    cited = {code: replace(there[code], cite=say("report.figure.cite", lang, product=say("report.product", lang),
                                                 place=place, number=number, code=code))
             for place, code in enumerate(order, 1)}
    found = []
    for shape, columns in shelves:
        filled = tuple(kept for column in columns if (kept := tuple(cited[code] for code in column if code in cited)))
        if filled:
            found.append(Shelf(shape if len(filled) > 1 else "one", filled))
    return found
