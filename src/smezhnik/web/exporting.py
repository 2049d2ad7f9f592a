"""A list or a card as a file, with the same filters and the same rows and fields that the viewer sees on the page."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from smezhnik.io import readable_name, write_table
from smezhnik.io.write import Readable
from smezhnik.messages import say
from smezhnik.people.log import note
from smezhnik.records.access import Kind, Viewer
from smezhnik.records.chain import plain
from smezhnik.registry.queries import Asked, rows_of
from smezhnik.registry.rows import frame_of
from smezhnik.tables import table
from smezhnik.web.limits import spend

#: Ending → media type.
FORMATS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
    "json": "application/json", "geojson": "application/geo+json",
}
#: Records that are in memory as objects at a time.
PIECE = 2_000


def endings_of(kind: Kind) -> tuple[str, ...]:
    """What the kind is written as; a map only where its rows have a place."""
    placed = {"latitude", "longitude"} <= set(table(kind.table).columns)
    return tuple(ending for ending in FORMATS if placed or ending != "geojson")


def exported(request: Any, kind: Kind, viewer: Viewer, asked: Asked, ending: str) -> HttpResponse:
    """The whole list; that somebody took it away is noted.

    Raises
    ------
    TooOften where the user took away too much lately.
    """
    rows = rows_of(kind, viewer, asked)
    return _file(request, kind, viewer, rows.iterator(chunk_size=PIECE), ending, viewer.region)


def exported_card(request: Any, kind: Kind, viewer: Viewer, record: Any, ending: str) -> HttpResponse:
    """One record as a file of one row, which can be changed and imported back."""
    return _file(request, kind, viewer, [record], ending, record.public_id)


def _file(request: Any, kind: Kind, viewer: Viewer, records: Iterable[Any], ending: str, of: str) -> HttpResponse:
    spend(viewer.login, "export")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{ending}"
        seen = _Counted(kind.seen(viewer, record) for record in records)
        if ending == "geojson":
            with path.open("w", encoding="utf-8") as file:
                file.writelines(_geojson(seen))
        else:
            frames = (frame_of(kind.table, piece) for piece in _pieces(seen))
            # JSON is written piece by piece; a workbook needs all rows for its widths, and CSV is written by threads,
            # which have no connection of ours
            write_table(frames if ending == "json" else pl.concat(frames), path, kind.table, lang=request.lang)
        note("exported", viewer.login, kind=kind.name, of=of, rows=seen.count, format=ending)
        name = readable_name(say(f"web.{kind.table}", request.lang), of, timezone.localdate().isoformat(),
                             suffix=f".{ending}")
        # the open file lives on until it is sent
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=FORMATS[ending])


def as_table(request: Any, frame: pl.DataFrame, name: str, title: str, *, kind: str, of: str,
             readable: Readable | None = None) -> HttpResponse:
    """A table of a page as a workbook to take away; that somebody took it is noted.

    Parameters
    ----------
    frame, name : rows of a declared table
    title : how the file is called
    kind, of : what was taken, for the log
    readable : see ``smezhnik.io.write_table``

    Raises
    ------
    TooOften where the user took away too much lately.
    """
    spend(request.user.login, "export")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write_table(frame, path, name, lang=request.lang, readable=readable)
        note("exported", request.user.login, kind=kind, of=of, rows=frame.height, format="xlsx")
        return as_file(path.read_bytes(), FORMATS["xlsx"], title)


def as_file(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to take away under a name, in letters of any language."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


class _Counted:
    """Rows, and how many came by."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def _pieces(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists of ``PIECE``; one empty list where there is none, so that its columns are known."""
    left = iter(rows)
    piece = list(islice(left, PIECE))
    while True:
        yield piece
        if not (piece := list(islice(left, PIECE))):
            return


def _geojson(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Points in WGS 84, longitude first (RFC 7946); rows without a place have no geometry and are not left out."""
    yield '{"type": "FeatureCollection", "features": ['
    mark = "\n"
    for row in rows:
        place = [row.get("longitude"), row.get("latitude")]
        feature = {"type": "Feature", "properties": plain(row),
                   "geometry": None if None in place else {"type": "Point", "coordinates": place}}
        yield mark + json.dumps(feature, ensure_ascii=False)
        mark = ",\n"
    yield "\n]}\n"
