"""A look through the cells of an ODS workbook: how far they reach, its error values, its hidden rows."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

_TAG = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)(?![\w-])([^>]*?)(/?)>")
_REPEAT = re.compile(rb"table:number-(?:rows|columns)-repeated=\"(\d+)\"")
_NAME = re.compile(rb"table:name=\"([^\"]*)\"")
_HIDDEN = re.compile(rb"table:visibility=\"(?:collapse|filter)\"")
_ERROR = re.compile(rb"calcext:value-type=\"error\"")
_CELL_END = re.compile(rb"</table:table-cell>")
#: Refuses a sheet whose few cells lie too far apart: file, sheet, rows, columns, filled cells.
CheckReach = Callable[[str, str, int, int, int], None]


@dataclass
class Seen:
    """What was seen in one sheet: (row from 1, column from 0) → error value; rows hidden."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    rows: int = 0
    columns: int = 0
    filled: int = 0


def survey_ods(path: Path, check_reach: CheckReach) -> dict[str, Seen]:
    """Sheet name → what was seen in it.

    Filled cells and rows may be stored once and repeated: a few bytes can unfold into millions, so the reach is
    checked while it grows.
    """
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    sheets: dict[str, Seen] = {}
    name, seen = "", Seen()
    row = column = row_repeat = filled = reach = 0
    hidden = False
    for match in _TAG.finditer(content):
        closing, tag, attributes, empty = match.groups()
        repeat = int(found[1]) if (found := _REPEAT.search(attributes)) else 1
        if tag == b"table":
            if not closing:
                title = _NAME.search(attributes)
                name = unescape(title[1].decode("utf-8", "replace")) if title else ""
                seen = sheets.setdefault(name, Seen())
                row = 0
        elif tag == b"table-row" and not closing and not empty:
            row_repeat, column, filled, reach = repeat, 0, 0, 0
            hidden = _HIDDEN.search(attributes) is not None
        elif tag == b"table-row":
            row += row_repeat if closing else repeat
            if filled:
                seen.rows, seen.columns = row, max(seen.columns, reach)
                # Repeated cells are stored once, so only single ones count as filled by hand.
                seen.filled += filled
                seen.hidden_rows += row_repeat if hidden else 0
                check_reach(path.name, name, seen.rows, seen.columns, seen.filled)
        elif not closing:
            if not empty or b"office:value" in attributes:
                filled, reach = filled + 1, column + repeat
                if _ERROR.search(attributes):
                    end = _CELL_END.search(content, match.end())
                    text = re.sub(rb"<[^>]*>", b"", content[match.end():end.start() if end else match.end()])
                    seen.errors[row + 1, column] = unescape(text.decode("utf-8", "replace")).strip() or "#N/A"
            column += repeat
    return sheets
