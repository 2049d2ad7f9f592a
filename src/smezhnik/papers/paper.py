"""A paper before it is set: head with the finding, frame, blocks, sources; both writers read this and nothing else."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from smezhnik.messages import format_date, say
from smezhnik.types import Lang

#: Not met, cannot say, met with a reservation, met, on the way.
Light = Literal["bad", "unk", "warn", "ok", "way"]
_BOLD = re.compile(r"<strong>(.*?)</strong>|\*\*(.+?)\*\*")
_TAG = re.compile(r"<[^>]+>")
#: From this many columns on a table lies on its side (ГОСТ papers keep wide tables in landscape).
WIDE = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: text, a second line in smaller type under it, a light with its shape before it."""

    text: str = ""
    second: str = ""
    light: Light | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its share of the width, and whether it holds numbers, which stand right."""

    title: str
    share: float = 1.0
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a row of one cell is the head of a group. ``note`` stands under it: unit, source, proof.

    Attributes
    ----------
    rows : rows as long as ``columns``, or of length 1
    total : last row, 600 above a line; None has none
    empty : what is said where no row is
    new_page : begins a sheet
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    note: str = ""
    empty: str = ""
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs under a heading; what stands between ``**`` is bold. ``new_page``: begins a sheet."""

    title: str
    lines: Sequence[str]
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """All that a paper says, in one language.

    Attributes
    ----------
    title : the finding in one line
    lead : sentences that answer the paper's question, the number in bold (``**`` or ``<strong>``)
    number : permanent number of the record or result, also in the QR code
    frame : label and text: date, rule pack, selection
    sources : where the facts come from, a sentence each
    as_of, data_date, made_at : day the result holds for, day of the facts, moment of making; None leaves it out
    issuer : who issues the paper, top left of each sheet
    sample : plants and values are invented, said on the sheet
    """

    title: str
    lang: Lang
    number: str
    blocks: Sequence[Table | Text]
    lead: Sequence[str] = ()
    frame: Sequence[tuple[str, str]] = ()
    sources: Sequence[str] = ()
    as_of: dt.date | None = None
    data_date: dt.date | None = None
    made_at: dt.datetime | None = None
    issuer: str = ""
    sample: bool = False

    @property
    def landscape(self) -> bool:
        """A table of more than six columns lays the sheet on its side."""
        return any(isinstance(block, Table) and len(block.columns) >= WIDE for block in self.blocks)

    @property
    def frame_rows(self) -> list[tuple[str, str]]:
        """The frame with its date first."""
        day = [] if self.as_of is None else [
            (say("report.frame.as_of", self.lang), format_date(self.as_of, self.lang))]
        return [*day, *self.frame]

    @property
    def foot(self) -> list[str]:
        """Sources, then date of the data, moment of making and permanent number in one line."""
        last = [say("report.data_date", self.lang, day=self.data_date) if self.data_date else "",
                say("report.made_at", self.lang, moment=self.made_at) if self.made_at else "",
                say("report.number", self.lang, number=self.number)]
        return [*self.sources, " ".join(part for part in last if part)]


def runs(text: str) -> list[tuple[str, bool]]:
    """A sentence in pieces that are bold or not; markup of a page becomes plain text, plain text stays as it is."""
    made: list[tuple[str, bool]] = []
    at = 0
    for found in _BOLD.finditer(text):
        made += [(text[at:found.start()], False), (found[1] or found[2] or "", True)]
        at = found.end()
    made.append((text[at:], False))
    if isinstance(text, Markup):
        made = [(html.unescape(_TAG.sub("", piece)), bold) for piece, bold in made]
    return [(str(piece), bold) for piece, bold in made if piece]
