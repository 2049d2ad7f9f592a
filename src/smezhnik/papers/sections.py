"""A section of a report before it is written anywhere: one finding, one sentence, a chart, a table, a source line.

Papers, slides, sheets and pages are made from the same sections, so that no two of them say different things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smezhnik.messages import format_number, format_value
from smezhnik.papers.paper import Cell, Column, Light, Paper, Table
from smezhnik.types import Lang


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in a cell, with its type: sheets and slides hold numbers as numbers.

    Attributes
    ----------
    decimals : of a number; None writes it as it is
    opens : code of the sum that it is; a page leads from it to the contracts
    """

    value: str | float | dt.date | None
    decimals: int | None = None
    second: str = ""
    light: Light | None = None
    opens: str = ""
    bold: bool = False

    def said(self, lang: Lang) -> str:
        """The value as the language writes it."""
        if isinstance(self.value, int | float):
            return format_number(self.value, lang, self.decimals)
        return format_value(self.value, lang)


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one thing over all categories; ``token``: its colour by meaning, ``points``: that of each number."""

    name: str
    values: tuple[float | None, ...]
    token: str = "pos"
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of native kind. ``bars`` lie, ``columns`` stand, ``stacked`` lie and add up to a whole.

    Attributes
    ----------
    unit : of its numbers, said once; decimals : of its labels
    """

    kind: Literal["bars", "columns", "stacked"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A section.

    Attributes
    ----------
    code : its name in addresses and sheets; title : the finding; sentence : what the section says, in one line
    rows : as long as ``columns``, or of one cell, the head of a group; total : last row
    empty : what is said where no row is; source : where the numbers come from
    brief : columns that have room beside the chart; all of them where none is named
    """

    code: str
    title: str
    sentence: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Item, ...], ...]
    source: str
    chart: Chart | None = None
    total: tuple[Item, ...] | None = None
    empty: str = ""
    brief: tuple[int, ...] = ()


def table_of(section: Section, lang: Lang) -> Table:
    """The section as a table of a paper, its sentence and its source around it."""
    def cells(row: Sequence[Item]) -> list[Cell]:
        return [Cell(one.said(lang), one.second, one.light, one.bold) for one in row]

    return Table(section.title, section.columns, [cells(row) for row in section.rows],
                 total=cells(section.total) if section.total else None,
                 note=" ".join(filter(None, (section.sentence, section.source))), empty=section.empty)


def paper_of(sections: Sequence[Section], paper: Paper) -> Paper:
    """The paper with the sections as its blocks."""
    return replace(paper, blocks=[table_of(section, paper.lang) for section in sections])
