"""A look through a workbook before it is loaded: how far its cells reach, its error values, its hidden rows.

The reader's library builds a full rectangle from the first cell to the last, so two far cells would take all
memory; and it gives error values as empty cells. Both are found here by reading the parts of the file as a stream.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from smezhnik.errors import InputFaults
from smezhnik.io.biff import survey_xls
from smezhnik.io.kinds import Kind, check_reach, refuse
from smezhnik.io.odf import survey_ods

_CHUNK = 1 << 20

_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_HIDDEN = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=\"(?:1|true)\"")
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*(?<!/)>")
_ERROR = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>"
                    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)/?>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Survey:
    """What was seen in one sheet: (row from 1, column from 0) → error value; rows hidden; how dates count."""

    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    epoch_1904: bool = False


def survey_workbook(path: Path, kind: Kind) -> dict[str, Survey]:
    """Sheet name → what was seen in it; refuses a workbook whose few cells lie too far apart."""
    try:
        if kind == "xlsx":
            return _survey_xlsx(path)
        if kind == "ods":
            return {name: Survey(seen.errors, seen.hidden_rows) for name, seen in survey_ods(path, check_reach).items()}
        if kind == "xls":
            return {name: Survey(errors) for name, errors in survey_xls(path, check_reach).items()}
    except InputFaults:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, zlib.error, NotImplementedError) as error:
        raise refuse("file_damaged", path.name) from error
    return {}


def _survey_xlsx(path: Path) -> dict[str, Survey]:
    surveys = {}
    with zipfile.ZipFile(path) as archive:
        book = next((part for part in archive.namelist() if part.lower().endswith("xl/workbook.xml")), None)
        if book is None:
            return {}
        folder = posixpath.dirname(book)
        relations = f"{folder}/_rels/{posixpath.basename(book)}.rels"
        content = archive.read(book)
        epoch_1904 = re.search(rb"date1904\s*=\s*[\"'](?:1|true)[\"']", content) is not None
        targets = {}
        if relations in archive.namelist():
            for match in _RELATION.finditer(archive.read(relations)):
                about = _attributes(match[1])
                targets[about.get("Id", "")] = posixpath.normpath(
                    posixpath.join("/" if about.get("Target", "").startswith("/") else folder,
                                   about.get("Target", ""))).lstrip("/")
        for match in _SHEET.finditer(content):
            about = _attributes(match[1])
            part = targets.get(next((about[key] for key in about if key.endswith(":id")), ""), "")
            if part in archive.namelist():
                surveys[about.get("name", "")] = _survey_sheet(archive, part, path.name, about.get("name", ""),
                                                              epoch_1904)
    return surveys


def _survey_sheet(archive: zipfile.ZipFile, part: str, file: str, sheet: str, epoch_1904: bool) -> Survey:
    low_row, high_row, low_column, high_column, filled, hidden = 1 << 30, 0, 1 << 30, 0, 0, 0
    errors: dict[tuple[int, int], str] = {}
    for piece in _pieces(archive, part):
        hidden += len(_HIDDEN.findall(piece))
        if b't="e"' in piece:
            errors |= {(int(row), _position(letters)): unescape(value.decode("utf-8", "replace"))
                       for letters, row, value in _ERROR.findall(piece)}
        found = _FILLED.findall(piece)
        filled += len(found)
        for letters in {letters for letters, _ in found}:
            position = _position(letters)
            low_column, high_column = min(low_column, position), max(high_column, position)
        for row in {row for _, row in found}:
            low_row, high_row = min(low_row, int(row)), max(high_row, int(row))
    if filled:
        check_reach(file, sheet, high_row - low_row + 1, high_column - low_column + 1, filled)
    return Survey(errors, hidden, epoch_1904)


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end with the end of a row."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            rest += chunk
            end = 0
            for match in _ROW_END.finditer(rest, max(len(rest) - len(chunk) - 20, 0)):
                end = match.end()
            if end:
                yield rest[:end]
                rest = rest[end:]
    yield rest


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position - 1


def _attributes(tag: bytes) -> dict[str, str]:
    return {key.decode(): unescape((double or single).decode("utf-8", "replace"))
            for key, double, single in _ATTRIBUTE.findall(tag)}

