"""A look through the records of an XLS workbook (BIFF5, BIFF8): how far its cells reach and its error values.

Layout: [MS-CFB] for the file around it, [MS-XLS] for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from smezhnik.io.kinds import refuse

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_END = 0xFFFFFFF0
_SHEET, _PASSWORD, _EOF, _REACH, _STRINGS = 0x0085, 0x002F, 0x000A, 0x0200, 0x00FC
#: What a sheet of this format can hold.
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
_FORMULA, _BOOL_OR_ERROR, _SEVERAL = 0x0006, 0x0205, 0x00BD
_CELLS = {_FORMULA, _BOOL_OR_ERROR, _SEVERAL, 0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6}

#: Refuses a sheet whose few cells lie too far apart: file, sheet, rows, columns, filled cells.
CheckReach = Callable[[str, str, int, int, int], None]


def survey_xls(path: Path, check_reach: CheckReach) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet name → (row from 1, column from 0) → error value as a spreadsheet shows it.

    Raises InputFaults for a workbook with a password, ValueError for one that is damaged.
    """
    try:
        stream = _workbook_stream(path.read_bytes())
        return {name: _survey_sheet(stream, start, path.name, name, check_reach)
                for name, start in _sheets(stream, path.name)}
    except (struct.error, IndexError, KeyError) as error:
        raise ValueError("damaged") from error


def _sheets(stream: bytes, file: str) -> Iterator[tuple[str, int]]:
    wide = struct.unpack_from("<H", stream, 4)[0] == 0x0600
    for kind, at, size in _records(stream, 0):
        if kind == _PASSWORD:
            raise refuse("file_encrypted", file)
        if kind == _STRINGS and size >= 8 and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise ValueError("declared strings")
        if kind == _SHEET:
            start, = struct.unpack_from("<I", stream, at)
            count = stream[at + 6]
            if not wide:
                yield stream[at + 7:at + 7 + count].decode("cp1251", "replace"), start
            elif stream[at + 7] & 1:
                yield stream[at + 8:at + 8 + 2 * count].decode("utf-16-le", "replace"), start
            else:
                yield stream[at + 8:at + 8 + count].decode("latin-1"), start
        if kind == _EOF or size < 0:
            return


def _survey_sheet(stream: bytes, start: int, file: str, sheet: str,
                  check_reach: CheckReach) -> dict[tuple[int, int], str]:
    low_row, high_row, low_column, high_column, filled = 1 << 30, -1, 1 << 30, -1, 0
    errors: dict[tuple[int, int], str] = {}
    for kind, at, size in _records(stream, start):
        if kind == _EOF:
            break
        if kind == _REACH:
            _check_declared(stream, at, size)
        if kind not in _CELLS or size < 6:
            continue
        row, first = struct.unpack_from("<HH", stream, at)
        last = struct.unpack_from("<H", stream, at + size - 2)[0] if kind == _SEVERAL else first
        filled += max(last - first, 0) + 1
        low_row, high_row = min(low_row, row), max(high_row, row)
        low_column, high_column = min(low_column, first), max(high_column, last)
        code = _error_code(stream, kind, at)
        if code is not None:
            errors[(row + 1, first)] = ERRORS.get(code, "#N/A")
    if filled:
        check_reach(file, sheet, high_row - low_row + 1, high_column - low_column + 1, filled)
    return errors


def _check_declared(stream: bytes, at: int, size: int) -> None:
    """The reader's library reserves memory for as many cells as a sheet declares, so it may not declare more."""
    wide = size >= 14
    rows, = struct.unpack_from("<I" if wide else "<H", stream, at + (4 if wide else 2))
    columns, = struct.unpack_from("<H", stream, at + (10 if wide else 6))
    if rows > _MAX_ROWS or columns > _MAX_COLUMNS:
        raise ValueError("declared reach")


def _error_code(stream: bytes, kind: int, at: int) -> int | None:
    if kind == _BOOL_OR_ERROR and stream[at + 7]:
        return stream[at + 6]
    if kind == _FORMULA and stream[at + 6] == 2 and stream[at + 12:at + 14] == b"\xff\xff":
        return stream[at + 8]
    return None


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record from ``at`` on."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size


def _workbook_stream(content: bytes) -> bytes:
    """The stream ``Workbook`` (``Book`` before Excel 97) of a compound file."""
    sector = 1 << struct.unpack_from("<H", content, 30)[0]
    mini = 1 << struct.unpack_from("<H", content, 32)[0]
    if not (128 <= sector <= 4096 and 8 <= mini <= 512):
        raise ValueError("sector size")
    directory_start, = struct.unpack_from("<I", content, 48)
    cutoff, mini_start, _, difat_start, difat_count = struct.unpack_from("<IIIII", content, 56)

    def read(number: int) -> bytes:
        return content[(number + 1) * sector:(number + 2) * sector]

    places = list(struct.unpack_from("<109I", content, 76))
    for _ in range(min(difat_count, len(content) // sector)):
        block = struct.unpack(f"<{sector // 4}I", read(difat_start))
        places += block[:-1]
        difat_start = block[-1]
    fat: list[int] = []
    for place in places:
        if place < _END:
            fat += struct.unpack(f"<{sector // 4}I", read(place))

    def chain(start: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table) + 1):  # a chain longer than its table goes round in a circle
            if start >= _END:
                return
            yield start
            start = table[start]
        raise ValueError("circle")

    directory = b"".join(read(number) for number in chain(directory_start, fat))
    entries = {}
    for at in range(0, len(directory) - 127, 128):
        length, = struct.unpack_from("<H", directory, at + 64)
        name = directory[at:at + max(length - 2, 0)].decode("utf-16-le", "replace")
        entries[name] = struct.unpack_from("<II", directory, at + 116)
    start, size = entries.get("Workbook") or entries["Book"]
    if size >= cutoff:
        return b"".join(read(number) for number in chain(start, fat))[:size]
    root = b"".join(read(number) for number in chain(entries["Root Entry"][0], fat))
    table = [item for number in chain(mini_start, fat) for item in struct.unpack(f"<{sector // 4}I", read(number))]
    return b"".join(root[number * mini:(number + 1) * mini] for number in chain(start, table))[:size]
