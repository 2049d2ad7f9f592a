"""What a file is, told by its content and not by its ending, and whether it is safe to open."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from smezhnik.errors import Fault, InputFaults

Kind = Literal["xlsx", "xls", "ods", "csv", "html", "json", "parquet"]

HEAD = 1 << 16
#: Unpacked sizes beyond which a file is refused unread: a part that grows more than ``MAX_RATIO`` times and is
#: larger than ``BIG_PART``, or a workbook larger than ``MAX_UNPACKED`` altogether. Sheets pack 5–40 times.
BIG_PART, MAX_RATIO, MAX_UNPACKED = 64 << 20, 100, 4 << 30

#: Cells of a rectangle that are loaded without asking how many of them are filled.
FREE_CELLS = 400_000
#: Beyond that, at least this share of the rectangle must be filled.
MIN_FILLED = 0.01
#: Columns of the widest spreadsheet.
MAX_COLUMNS = 16_384

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (
    (b"%PDF", "file_pdf"),
    (b"{\\rtf", "file_document"),
    (b"Rar!", "file_archive"), (b"7z\xbc\xaf", "file_archive"), (b"\x1f\x8b", "file_archive"),
    (b"\xff\xd8\xff", "file_image"), (b"\x89PNG", "file_image"), (b"GIF8", "file_image"), (b"BM", "file_image"),
    (b"II*\x00", "file_image"), (b"MM\x00*", "file_image"),
)
_TAG = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)


def refuse(code: str, file: str, **fields: object) -> InputFaults:
    """The whole file cannot be used, for one reason."""
    return InputFaults([Fault(code, fields, file=file)], "file_refused", file=file)


def check_reach(file: str, sheet: str, rows: int, columns: int, filled: int) -> None:
    """Refuse a table whose rectangle is huge and almost empty, or that is wider than any spreadsheet.

    Memory is taken by the rectangle, time by the number of columns.
    """
    if columns > MAX_COLUMNS:
        raise refuse("file_wide", file, columns=columns, limit=MAX_COLUMNS)
    if rows * columns > FREE_CELLS and filled < rows * columns * MIN_FILLED:
        raise refuse("file_sparse", file, sheet=sheet, rows=rows, columns=columns, filled=filled)


def find_kind(path: Path) -> Kind:
    """The format of a file by its first bytes and, for archives, by what lies inside.

    Raises InputFaults with one fault where the file is missing, empty, packed with a password, cut off, a bomb,
    or not a table at all.
    """
    name = path.name
    if not path.exists():
        raise refuse("file_missing", name)
    if path.is_dir():
        raise refuse("file_folder", name)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise refuse("file_empty", name)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(path)
    if head.startswith(_OLE):
        return _kind_of_compound(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00") and head[2:4] in (b"\x10\x00", b"\x08\x00",
                                                                                 b"\x06\x00", b"\x04\x00"):
        raise refuse("file_old_excel", name)
    for start, code in _OTHER:
        if head.startswith(start) and _is_binary(head):
            raise refuse(code, name)
    return _kind_of_text(head, name)


def _kind_of_archive(path: Path) -> Kind:
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            items = archive.infolist()
            if any(item.flag_bits & 1 for item in items):
                raise refuse("file_encrypted", name)
            check_unpacked(items, name)
            inside = {item.filename for item in items}
            for part in items:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in (start := stream.read(HEAD)) or b"<!ENTITY" in start:
                            raise refuse("file_entities", name)
            kind = _kind_of_parts(archive, inside)
            if "xl/workbook.bin" in inside:
                raise refuse("file_xlsb", name)
            if kind is None:
                raise refuse("file_document" if inside & {"word/document.xml", "ppt/presentation.xml"}
                             else "file_archive", name)
            if kind == "ods" and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise refuse("file_encrypted", name)
            return kind
    except InputFaults:  # is a ValueError too
        raise
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, NotImplementedError, OSError, zlib.error) as error:
        raise refuse("file_damaged", name) from error


def _kind_of_parts(archive: zipfile.ZipFile, inside: set[str]) -> Kind | None:
    if "xl/workbook.xml" in inside or any(part.lower().endswith("xl/workbook.xml") for part in inside):
        return "xlsx"
    if "mimetype" in inside and b"spreadsheet" in archive.read("mimetype"):
        return "ods"
    return None


def check_unpacked(items: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse an archive whose parts grow beyond reason when unpacked."""
    for item in items:
        if item.file_size > BIG_PART and item.file_size > MAX_RATIO * max(item.compress_size, 1):
            raise refuse("file_bomb", name, megabytes=item.file_size >> 20)
    if (whole := sum(item.file_size for item in items)) > MAX_UNPACKED or len(items) > 20_000:
        raise refuse("file_bomb", name, megabytes=whole >> 20)


def _kind_of_compound(path: Path) -> Kind:
    """A compound file holds a workbook of Excel 97–2003, a workbook packed with a password, or something else."""
    with path.open("rb") as stream:
        content = stream.read()
    if _stream_name("EncryptedPackage") in content:
        raise refuse("file_encrypted", path.name)
    if _stream_name("Workbook") in content or _stream_name("Book") in content:
        return "xls"
    raise refuse("file_document" if _stream_name("WordDocument") in content else "file_damaged", path.name)


def _stream_name(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\x00\x00"


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(code) for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 127))
    return controls * 50 > len(head)


def _kind_of_text(head: bytes, name: str) -> Kind:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise refuse("file_xml_table", name)
    if start.startswith(b"<") and _TAG.search(head):
        return "html"
    if start.startswith(b"<?xml"):
        raise refuse("file_xml", name)
    if start.startswith((b"{", b"[")):
        return "json"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_like_utf16(head):
        return "csv"
    if _is_binary(head):
        raise refuse("file_unknown", name)
    return "csv"


def looks_like_utf16(head: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` where every second byte says so, even without a mark at the start."""
    sample = head[:2000]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2], sample[1::2]
    # Latin, digits and blanks have 00 as their high byte, Cyrillic 04.
    if sum(odd.count(code) for code in (0, 4)) > 0.95 * len(odd) and even.count(0) < 0.2 * len(even):
        return "utf-16-le"
    if sum(even.count(code) for code in (0, 4)) > 0.95 * len(even) and odd.count(0) < 0.2 * len(odd):
        return "utf-16-be"
    return None
