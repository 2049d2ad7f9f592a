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
from smezhnik.imports.models import BOOK, Import
from smezhnik.records.access import Viewer
from smezhnik.registry.loading import LOADABLE
from smezhnik.tables import table
from smezhnik.web.api.callers import refuse_session
from smezhnik.web.api.operations import operation
from smezhnik.web.api.paging import read_cursor, write_cursor
from smezhnik.web.api.problems import Closed, Refused, about, english
from smezhnik.web.api.records import Onward
from smezhnik.web.api.schemas import Answered, Moment
from smezhnik.web.views.errors import sentence_of

Number = Annotated[int, about("import.number"), Path(description=english("import.number"), ge=1, le=2**62)]

Sent = Annotated[UploadedFile, about("upload.file"), File(description=english("upload.file"))]
Loadable = Annotated[Literal[(*LOADABLE, BOOK)], about("import.table"),  # type: ignore[valid-type]
                     Form(description=english("import.table"))]


class Column(Closed):
    """How a header of the file is understood; the table is named for a workbook only."""

    table: Annotated[str, StringConstraints(max_length=40)] = about("import.table", "")
    header: Annotated[str, StringConstraints(max_length=1000)] = about("column.header")
    column: Annotated[str, StringConstraints(max_length=100)] = about("column.column")


class Said(Answered):
    """A fault or a note, in the language of the answer."""

    sentence: str = about("said.sentence")
    severity: str = about("said.severity")


class ImportPart(Answered):
    """One table of a file: a workbook of linked sheets has several."""

    table: str = about("import.table")
    sheets: list[str] = about("import.part.sheets")
    read: int = about("import.read")
    accepted: int = about("import.accepted")
    refused: int = about("import.refused")
    skipped: int = about("import.skipped")
    created: int = about("import.created")
    changed: int = about("import.changed")
    same: int = about("import.same")
    archived: int = about("import.part.archived")
    ignored: list[str] = about("import.ignored")


class ImportRecord(Answered):
    """A file on its way into the records."""

    number: int = about("import.number")
    file: str = about("import.file")
    digest: str = about("import.digest")
    size: int = about("import.size")
    table: str = about("import.table")
    state: str = about("import.state")
    busy: bool = about("import.busy")
    job: int | None = about("import.job")
    error: str | None = about("import.error")
    read: int = about("import.read")
    accepted: int = about("import.accepted")
    refused: int = about("import.refused")
    skipped: int = about("import.skipped")
    columns: list[Column] = about("import.columns")
    parts: list[ImportPart] = about("import.parts")
    skip_faulty: bool = about("import.skip_faulty")
    created: int = about("import.created")
    changed: int = about("import.changed")
    same: int = about("import.same")
    undone: int | None = about("import.undone")
    conflicts: int | None = about("import.conflicts")
    fault_count: int = about("import.fault_count")
    faults: list[Said] = about("import.faults")
    action: int | None = about("import.action")
    who: str = about("import.who")
    created_at: Moment = about("import.created_at")


class ImportPage(Answered):
    """Imports, the newest first."""

    items: list[ImportRecord] = about("import.items")
    next: str | None = about("page.next")


class Settled(Closed):
    """How the file is to be read."""

    columns: Annotated[list[Column], Field(max_length=500)] = about("settled.columns", [])
    skip_faulty: Annotated[bool, Field(strict=True)] = about("import.skip_faulty", False)


def _shown(request: Any, item: Import) -> dict[str, Any]:
    job: Any = item.job
    found = {**item.found, **item.done}
    error = SmezhnikError(job.error["code"], **job.error.get("fields", {})) if job and job.error else None
    told = sentence_of(error, request.lang) if error is not None else None
    return {
        **{name: getattr(item, name) for name in (
            "file", "digest", "size", "table", "state", "read", "accepted", "refused", "skipped", "who",
            "skip_faulty", "fault_count", "action", "created_at")},
        "number": item.pk, "job": job and job.pk, "busy": bool(job and job.state in ("ready", "running")),
        "error": told, "columns": [{"table": part["table"], "header": header, "column": column} for part in item.parts
                                   for header, column in part["mapping"].items()],
        "parts": [{name: part[name] for name in ImportPart.model_fields} for part in item.parts],
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
    def upload_import(request: Any, response: HttpResponse, file: Sent, table: Loadable) -> Any:
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
        known = {name: table(name).columns for name in (LOADABLE if item.table == BOOK else (item.table,))
                 if name in LOADABLE}
        columns: dict[str, dict[str, str]] = {}
        unknown: dict[str, SmezhnikError] = {}
        for place, one in enumerate(given.columns):
            name = one.table or item.table
            if one.column not in known.get(name, ()):
                unknown[f"columns.{place}.column"] = SmezhnikError("api_column_unknown", found=one.column, table=name)
            columns.setdefault(name, {})[one.header] = one.column
        if unknown:
            raise Refused(422, "api_invalid", unknown, count=len(unknown))
        settle(item, columns, skip_faulty=given.skip_faulty, who=request.viewer.login)
        return Status(202, _shown(request, item))

    @operation(router, "post", "/imports/{number}/apply", "apply_import", ImportRecord, status=202, errors=[404, 409])
    def apply_import(request: Any, number: Number) -> Any:
        return Status(202, _shown(request, ask_to_apply(_find(request, number), request.viewer.login)))

    @operation(router, "post", "/imports/{number}/undo", "undo_import", ImportRecord, status=202, errors=[404, 409])
    def undo_import(request: Any, number: Number) -> Any:
        refuse_session(request)
        return Status(202, _shown(request, ask_to_undo(_find(request, number), request.viewer.login)))

    return router
