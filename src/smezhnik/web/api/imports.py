"""Files on their way in: upload, how far, how headers are understood, load, undo. The work itself is done by jobs."""
# Annotations of operations must be values, not text: no annotations import.

from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from ninja import File, Form, Path, Query, Router
from ninja.files import UploadedFile
from ninja.responses import Status
from pydantic import Field, StringConstraints

from smezhnik.errors import SmezhnikError
from smezhnik.imports.access import may_import, visible_imports
from smezhnik.imports.actions import ask_to_apply, ask_to_undo, settle, upload
from smezhnik.imports.models import Import
from smezhnik.records.access import Viewer
from smezhnik.registry.loading import LOADABLE
from smezhnik.tables import table
from smezhnik.web.api.callers import refuse_session
from smezhnik.web.api.operations import operation
from smezhnik.web.api.paging import read_cursor, write_cursor
from smezhnik.web.api.problems import Closed, Refused
from smezhnik.web.api.records import Onward
from smezhnik.web.api.schemas import Answered, Moment
from smezhnik.web.views.errors import sentence_of

Number = Annotated[int, Path(ge=1, le=2**62, description="Number of the import")]


class Column(Closed):
    """How a header of the file is understood."""

    header: Annotated[str, StringConstraints(max_length=1000)] = Field(description="Header as it is written")
    column: Annotated[str, StringConstraints(max_length=100)] = Field(description="Declared column")


class Said(Answered):
    """A fault or a note, in the language of the answer."""

    sentence: str = Field(description="Where it is, what was found, what to do")
    severity: str = Field(description="refused: the row cannot be used; skipped; note")


class ImportRecord(Answered):
    """A file on its way into the records."""

    number: int = Field(description="Number of the import")
    file: str = Field(description="Name of the file")
    digest: str = Field(description="SHA-256 of its content")
    size: int = Field(description="Bytes")
    table: str = Field(description="Declared table that it is read as")
    state: str = Field(description="uploaded, then ready or faulty, then applied, then undone")
    busy: bool = Field(description="A job is at work on it: ask again")
    job: int | None = Field(description="Number of its latest job")
    error: str | None = Field(description="Why the latest job failed")
    read: int = Field(description="Rows read = accepted + refused + skipped")
    accepted: int = Field(description="Rows without faults")
    refused: int = Field(description="Rows with faults")
    skipped: int = Field(description="Empty rows, totals, notes")
    columns: list[Column] = Field(description="How its headers are understood")
    ignored: list[str] = Field(description="Headers that are no declared column")
    skip_faulty: bool = Field(description="Load the rows without faults and leave the others")
    created: int = Field(description="Records that loading would make, or has made")
    changed: int = Field(description="Records that loading would change, or has changed")
    same: int = Field(description="Rows that say what is there already")
    undone: int | None = Field(description="Records brought back by the undo")
    conflicts: int | None = Field(description="Fields that others changed since, which the undo left")
    fault_count: int = Field(description="Faults in all")
    faults: list[Said] = Field(description="The first faults and notes")
    action: int | None = Field(description="Number of its action in the journal, once it is loaded")
    who: str = Field(description="Login of whoever uploaded it")
    created_at: Moment = Field(description="When it was uploaded")


class ImportPage(Answered):
    """Imports, the newest first."""

    items: list[ImportRecord] = Field(description="Imports")
    next: str | None = Field(description="Cursor of the next part; null at the end")


class Settled(Closed):
    """How the file is to be read."""

    columns: Annotated[list[Column], Field(max_length=500)] = Field(
        default=[], description="Headers that are to be understood so; the others are recognised")
    skip_faulty: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Load the rows without faults and leave the others")


def _shown(request: Any, item: Import) -> dict[str, Any]:
    job: Any = item.job
    found = {**item.found, **item.done}
    error = SmezhnikError(job.error["code"], **job.error.get("fields", {})) if job and job.error else None
    told = sentence_of(error, request.lang) if error is not None else None
    return {
        **{name: getattr(item, name) for name in (
            "file", "digest", "size", "table", "state", "read", "accepted", "refused", "skipped", "ignored", "who",
            "skip_faulty", "fault_count", "action", "created_at")},
        "number": item.pk, "job": job and job.pk, "busy": bool(job and job.state in ("ready", "running")),
        "error": told, "columns": [{"header": header, "column": column} for header, column in item.mapping.items()],
        "created": found.get("created", 0), "changed": found.get("changed", 0), "same": found.get("same", 0),
        "undone": item.done.get("undone"), "conflicts": item.done.get("conflict_count"),
        "faults": [{"sentence": one[request.lang], "severity": one["severity"]} for one in item.faults],
    }


def _may_import(viewer: Viewer) -> None:
    if not may_import(viewer):
        raise Refused(403, "api_forbidden")


def _find(request: Any, number: int) -> Import:
    _may_import(request.viewer)
    found = visible_imports(request.viewer).filter(pk=number).select_related("job").first()
    if found is None:
        raise Http404
    return found


def imports_router() -> Router:
    """The operations of imports."""
    router = Router(tags=["imports"])

    @operation(router, "get", "/imports", "list_imports", ImportPage)
    def list_imports(request: Any, asked: Query[Onward]) -> Any:
        _may_import(request.viewer)
        rows = visible_imports(request.viewer).select_related("job").order_by("-id")
        if asked.cursor:
            (last,) = read_cursor("imports", asked.cursor)
            rows = rows.filter(pk__lt=last)
        some = list(rows[:asked.size + 1])
        return {"items": [_shown(request, item) for item in some[:asked.size]],
                "next": write_cursor("imports", some[asked.size - 1].pk) if len(some) > asked.size else None}

    @operation(router, "post", "/imports", "upload_import", ImportRecord, status=202, errors=[413])
    def upload_import(request: Any, response: HttpResponse,
                      file: Annotated[UploadedFile, File(description="The file: XLSX, XLS, ODS, CSV, JSON …")],
                      table: Annotated[Literal[LOADABLE], Form(description="Declared table")]) -> Any:  # type: ignore[valid-type]
        _may_import(request.viewer)
        viewer = request.viewer
        item = upload(file.name or "file", file.chunks(), table, viewer.login, viewer.region)
        response.headers["Location"] = f"/api/v1/imports/{item.pk}"
        return Status(202, _shown(request, item))

    @operation(router, "get", "/imports/{number}", "get_import", ImportRecord, errors=[404])
    def get_import(request: Any, number: Number) -> Any:
        return _shown(request, _find(request, number))

    @operation(router, "post", "/imports/{number}/columns", "settle_import", ImportRecord, status=202,
               errors=[404, 409, 413])
    def settle_import(request: Any, number: Number, given: Settled) -> Any:
        item = _find(request, number)
        unknown = {f"columns.{place}.column": SmezhnikError("api_column_unknown", found=one.column, table=item.table)
                   for place, one in enumerate(given.columns) if one.column not in table(item.table).columns}
        if unknown:
            raise Refused(422, "api_invalid", unknown, count=len(unknown))
        settle(item, {one.header: one.column for one in given.columns}, skip_faulty=given.skip_faulty,
               who=request.viewer.login)
        return Status(202, _shown(request, item))

    @operation(router, "post", "/imports/{number}/apply", "apply_import", ImportRecord, status=202, errors=[404, 409])
    def apply_import(request: Any, number: Number) -> Any:
        return Status(202, _shown(request, ask_to_apply(_find(request, number), request.viewer.login)))

    @operation(router, "post", "/imports/{number}/undo", "undo_import", ImportRecord, status=202, errors=[404, 409])
    def undo_import(request: Any, number: Number) -> Any:
        refuse_session(request)
        return Status(202, _shown(request, ask_to_undo(_find(request, number), request.viewer.login)))

    return router
