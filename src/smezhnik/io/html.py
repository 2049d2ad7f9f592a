"""Tables of an HTML page, as portals save them under the name ``.xls``."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from smezhnik.io.delimited import find_encoding
from smezhnik.io.grid import Grid, from_rows
from smezhnik.io.kinds import check_reach, refuse

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
#: A cell that claims to span more columns or rows than this spans one: such claims only waste memory.
_MAX_SPAN = 200


def read_html(path: Path) -> list[Grid]:
    """Every table of the page that has at least two rows, as a grid named after its place.

    Raises InputFaults where the page has no table.
    """
    content = path.read_bytes()
    named = _CHARSET.search(content[:4096])
    encoding = named[1].decode() if named else find_encoding(path)
    try:
        text = content.decode(encoding, errors="replace")
    except LookupError:
        text = content.decode(find_encoding(path), errors="replace")
    parser = _Tables()
    parser.feed(text)
    parser.close()
    tables = [rows for rows in parser.tables if len(rows) > 1]
    if not tables:
        raise refuse("html_no_table", path.name)
    for rows in tables:
        check_reach(path.name, "", len(rows), max(map(len, rows)), sum(bool(cell) for row in rows for cell in row))
    return [from_rows(rows, range(1, len(rows) + 1), sheet=None if len(tables) == 1 else str(number))
            for number, rows in enumerate(tables, 1)]


class _Tables(HTMLParser):
    """Cells of all tables; spanned cells keep their place, nested tables stand on their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._open: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._below: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self._open.append([])
            self.tables.append(self._open[-1])
            self._below = {}
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            about = dict(attrs)
            self._span = (_span(about.get("colspan")), _span(about.get("rowspan")))
            self._cell = []
        elif tag in ("br", "p") and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        row = self._open[-1][-1]
        while self._below.get(len(row), 0):  # a cell above reaches down to here
            self._below[len(row)] -= 1
            row.append("")
        text = re.sub(r"[ \t\r\f\v]*\n\s*", "\n", re.sub(r"[ \t\r\f\v]+", " ", "".join(self._cell))).strip()
        across, down = self._span
        for place in range(len(row), len(row) + across):
            if down > 1:
                self._below[place] = down - 1
        row.extend([text, *[""] * (across - 1)])
        self._cell = None


def _span(text: str | None) -> int:
    return min(int(text), _MAX_SPAN) if text and text.isdecimal() and int(text) > 0 else 1
