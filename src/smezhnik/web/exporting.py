"""A list as a file, with the same filters and the same rows and fields that the viewer sees on the page."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.utils import timezone

from smezhnik.io import readable_name, write_table
from smezhnik.messages import say
from smezhnik.people.log import note
from smezhnik.records.access import Kind, Viewer
from smezhnik.registry.queries import Asked, rows_of
from smezhnik.registry.rows import frame_of

#: Ending → media type.
FORMATS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
    "json": "application/json", "geojson": "application/geo+json",
}


def exported(request: Any, kind: Kind, viewer: Viewer, asked: Asked, ending: str) -> HttpResponse:
    """The whole list; that somebody took it away is noted."""
    rows = rows_of(kind, viewer, asked)
    seen = [kind.seen(viewer, record) for record in rows.iterator(chunk_size=2_000)]
    note("exported", viewer.login, kind=kind.name, rows=len(seen), format=ending)
    name = readable_name(say(f"web.{kind.table}", request.lang), viewer.region,
                         timezone.localdate().isoformat(), suffix=f".{ending}")
    if ending == "geojson":
        return HttpResponse(json.dumps(_geojson(seen), ensure_ascii=False, default=_day), headers={
            "Content-Disposition": _disposition(name)}, content_type=FORMATS[ending])
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"rows.{ending}"
    write_table(frame_of(kind.table, seen), path, kind.table, lang=request.lang)
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=FORMATS[ending])
    folder.cleanup()  # the open file lives on until it is sent
    return answer


def _geojson(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Points in WGS 84, longitude first (RFC 7946); rows without a place have no geometry and are not left out."""
    def geometry(row: dict[str, Any]) -> dict[str, Any] | None:
        if row.get("latitude") is None or row.get("longitude") is None:
            return None
        return {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}

    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": geometry(row), "properties": row} for row in rows]}


def _day(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _disposition(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"
