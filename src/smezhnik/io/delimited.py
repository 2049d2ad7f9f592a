"""CSV as plants, portals and Excel write it: any usual encoding, separator and line end."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smezhnik.io.grid import Grid, from_rows
from smezhnik.io.kinds import check_reach, looks_like_utf16, refuse

SEPARATORS = (";", "\t", ",", "|")
#: Rows of one piece: long files are read piece by piece, so that memory does not grow with them.
PIECE = 50_000
_SAMPLE = 1 << 20
_NUMBER = re.compile(r"[+-]?\d[\d.]*")
_COMMON = set("оеаинтсрвлкмдпуяыьгзбчй")


@dataclass(frozen=True)
class Dialect:
    """How a text file is laid out.

    Attributes
    ----------
    encoding : name of the encoding as Python knows it
    separator : the character between cells; an empty string where a line is one cell
    guarded : written "for Excel": a leading apostrophe keeps a cell from being taken for a formula, and is removed
    quoted : cells may stand in quotation marks
    """

    encoding: str
    separator: str
    guarded: bool = False
    quoted: bool = True


def find_dialect(path: Path) -> Dialect:
    """Encoding and separator of a text file, from its content."""
    encoding = find_encoding(path)
    with path.open(encoding=encoding, newline="", errors="replace") as stream:
        sample = stream.read(_SAMPLE // 4)
    separator = _find_separator(sample)
    with path.open("rb") as raw:
        guarded = separator == ";" and raw.read(3) == codecs.BOM_UTF8
    return Dialect(encoding, separator, guarded, _quotes_hold(path, encoding, separator))


def read_delimited(path: Path, dialect: Dialect) -> Iterator[Grid]:
    """The rows of the file in pieces of ``PIECE``; the number of a row is that of its record, as Excel counts."""
    numbers = itertools.count(1)
    with path.open(encoding=dialect.encoding, newline="", errors="replace") as stream:
        records = _records(stream, dialect, path.name)
        while piece := list(itertools.islice(records, PIECE)):
            check_reach(path.name, "", len(piece), max(map(len, piece)), sum(map(len, piece)))
            if dialect.guarded:
                piece = [[unguard(cell) for cell in row] for row in piece]
            yield from_rows(piece, list(itertools.islice(numbers, len(piece))))


def guard(cell: str) -> str:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it."""
    return "'" + cell if _is_risky(cell) else cell


def unguard(cell: str) -> str:
    """The text before ``guard``."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell) else cell


def _is_risky(cell: str) -> bool:
    return cell.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r"))


def _records(stream: Iterator[str], dialect: Dialect, name: str) -> Iterator[list[str]]:
    if not dialect.separator:
        for line in stream:
            yield [line.rstrip("\r\n").lstrip("\ufeff")]
        return
    reader = csv.reader(stream, delimiter=dialect.separator, strict=dialect.quoted,
                        quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE)
    try:
        for number, record in enumerate(reader):
            if number == 0 and record:
                record[0] = record[0].lstrip("\ufeff")  # Excel and scripts in a row leave two marks at the start
            yield record
    except csv.Error as error:
        code = "csv_long_cell" if "field limit" in str(error) else "csv_quotes"
        raise refuse(code, name, line=reader.line_num) from error


def _quotes_hold(path: Path, encoding: str, separator: str) -> bool:
    """Whether quotation marks are used as CSV means them; otherwise they belong to the text (ООО "Стекло" Юг)."""
    if not separator:
        return False
    with path.open(encoding=encoding, newline="", errors="replace") as stream:
        quoted = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for _ in quoted:
                pass
        except csv.Error:
            pass
        else:
            return True
    with path.open(encoding=encoding, newline="", errors="replace") as stream:
        widths = Counter(line.count(separator) for line in stream if line.strip())
    # Only where every line has the same number of cells can the marks be mere text: otherwise a quote is left open.
    return len(widths) != 1


def find_encoding(path: Path) -> str:
    """UTF-8 with or without mark, UTF-16, else the one of cp1251 and cp866 whose letters look like Russian."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if wide := looks_like_utf16(head):
            return wide
        while head.isascii() and (more := stream.read(_SAMPLE)):
            head = more
    if head.isascii():
        return "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    decoded = decoder.decode(head)
    letters = sum(not char.isascii() for char in decoded)
    if decoded.count("\ufffd") * 10 <= letters:  # a few broken letters do not make it another encoding
        return "utf-8"
    return max(("cp1251", "cp866"), key=lambda name: _russian_share(head.decode(name, errors="replace")))


def _russian_share(text: str) -> float:
    """Share of frequent Russian small letters among all that is not ASCII."""
    foreign = [char for char in text if not char.isascii()]
    return sum(char in _COMMON for char in foreign) / max(len(foreign), 1)


def _find_separator(sample: str) -> str:
    """The separator that cuts most records into the same number of cells, more than one; else none."""
    lines = sample.splitlines()[:200]
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        widths = _widths(lines, separator)
        if not widths:
            continue
        width, number = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
        share = number / len(widths)
        # Commas of a plain text come with a blank, those of a table seldom do; then some column holds numbers.
        prose = separator == "," and width < 4 and _mostly_before_blank(sample)
        wanted = 0.95 if prose else 0.6
        if width < 2 or share < wanted or (prose and not _has_numbers(lines)) or (widths[0] != width and share < 0.8):
            continue
        score = share * (1 + 0.1 * min(width, 10)) + (separator != ",") * 0.2
        if score > best_score:
            best, best_score = separator, score
    return best


def _widths(lines: list[str], separator: str) -> list[int]:
    """Number of cells in each filled record; where quotation marks do not hold, in each line."""
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        rows = [line.split(separator) for line in lines]
    return [len(row) for row in rows if any(cell.strip() for cell in row)]


def _has_numbers(lines: list[str]) -> bool:
    """Whether one of the columns between commas is mostly numbers."""
    rows = [line.split(",") for line in lines[1:] if line.strip()]
    columns = itertools.zip_longest(*rows, fillvalue="")
    return any(2 * sum(bool(_NUMBER.fullmatch(cell.strip())) for cell in column) > len(rows) for column in columns)


def _mostly_before_blank(sample: str) -> bool:
    return sample.count(", ") * 2 > sample.count(",")
