"""Records of every kind: list, one, enter, change, take away, bring back, history. What differs stands in ``KINDS``."""
# Annotations of operations are schemas made at run time, so they must be values, not text: no annotations import.

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from ninja import Path, Query, Router
from ninja.responses import Status
from pydantic import Field, StringConstraints, create_model

from smezhnik.errors import InputError, InputFaults, SmezhnikError, UnknownCode
from smezhnik.messages import Words
from smezhnik.records.access import Kind, Viewer
from smezhnik.records.actions import Stale
from smezhnik.records.history import find_record, history_of
from smezhnik.records.told import told_changes
from smezhnik.registry.actions import archive, edit, enter, restore
from smezhnik.registry.queries import Asked, access_page, filters_of
from smezhnik.tables import table
from smezhnik.web.api.callers import refuse_session
from smezhnik.web.api.operations import ETAG, IF_MATCH, operation
from smezhnik.web.api.paging import read_cursor, write_cursor
from smezhnik.web.api.problems import Closed, Refused, about, english, problem_of
from smezhnik.web.api.schemas import (
    Absent,
    Answered,
    Moment,
    Reasoned,
    column_about,
    entered_columns,
    name_of,
    needed_columns,
    references,
    schemas_of,
)
from smezhnik.web.exporting import FORMATS, endings_of, exported
from smezhnik.web.limits import spend
from smezhnik.web.values import check_needed, settle

#: Rows of a part, and most of them; changes of a part of the history.
SIZE, MOST = 25, 200
#: Text of a query: no control characters, which no database searches for.
Asking = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
PublicId = Annotated[str, about("public_id"), Path(description=english("public_id"), min_length=1, max_length=40)]


class FieldChange(Answered):
    """One column before and after."""

    column: str = about("column.column")
    old: Any = about("change.old")
    new: Any = about("change.new")


class RecordChange(Answered):
    """What one action did to the record."""

    action: int = about("change.action")
    at: Moment = about("change.at")
    who: str | None = about("change.who")
    what: str = about("change.what")
    verb: str = about("change.verb")
    reason: str = about("change.reason")
    version: int = about("change.version")
    fields: list[FieldChange] = about("change.fields")


class History(Answered):
    """Changes of a record, the newest first."""

    items: list[RecordChange] = about("change.items")
    next: str | None = about("page.next")


class Onward(Closed):
    """Which part of a list."""

    cursor: Annotated[str, StringConstraints(max_length=1000)] | Absent = about("page.cursor", None)
    size: Annotated[int, Field(ge=1, le=MOST)] = about("page.size", SIZE)


def filters_schema(kind: Kind, *, paged: bool) -> Any:
    """What a list may be asked for: words, the columns that it is filtered by, the part."""
    columns = table(kind.table).columns
    fields: dict[str, Any] = {}
    if kind.model.SEARCHED:
        fields["q"] = (Asking | Absent, about("page.q", None))
    for name in filters_of(kind):
        column = columns[name]
        choices = ("yes", "no") if column.kind == "flag" else column.choices
        made: Any = Literal[choices] if choices else Asking
        fields[name] = (made | Absent, Field(None, **column_about(column, answered=False, asked=True)))
    suffix, base = ("Asked", Onward) if paged else ("Filters", Closed)
    return create_model(f"{name_of(kind)}{suffix}", __base__=base, **fields)


def file_schema(kind: Kind, ending: str) -> dict[str, Any]:
    """What stands in a file: rows of the table, points with such rows, or what only spreadsheets read."""
    row = {"$ref": f"#/components/schemas/{name_of(kind)}Row"}
    if ending == "json":
        return {"type": "array", "items": row}
    if ending != "geojson":
        return {"type": "string"}
    point = closed_object(type={"const": "Point"}, coordinates={
        "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2})
    feature = closed_object(type={"const": "Feature"}, properties=row, geometry={"anyOf": [point, {"type": "null"}]})
    return closed_object(type={"const": "FeatureCollection"}, features={"type": "array", "items": feature})


def closed_object(**properties: Any) -> dict[str, Any]:
    """The schema of an object with exactly these properties."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def asked_of(kind: Kind, given: Any) -> Asked:
    """The list that is asked for; words cost a try of the user."""
    where = {name: value for name in filters_of(kind) if (value := getattr(given, name))}
    return Asked(getattr(given, "q", None) or "", where)


def shown(kind: Kind, viewer: Viewer, record: Any) -> dict[str, Any]:
    """A record as the viewer may read it."""
    fields = kind.visible_fields(viewer, record)
    return {"id": record.public_id, "version": record.version, "changed_at": record.changed_at,
            "archived": record.archived, "may_edit": kind.may_edit(viewer, record),
            "hidden": [name for name in table(kind.table).columns if name not in fields],
            "row": kind.seen(viewer, record)}


def find(kind: Kind, viewer: Viewer, public_id: str) -> Any:
    """A record of the kind that the viewer may know of; of those taken away, the ones that it may bring back.

    Http404 for others, whether they exist or not; an alias leads to its record.
    """
    try:
        record: Any = find_record(public_id)
    except UnknownCode as error:
        raise Http404 from error
    if kind.name != record.KIND:
        raise Http404
    found = kind.visible_to(replace(viewer, archived=record.archived)).filter(pk=record.pk).first()
    if found is None or (found.archived and not kind.may_edit(viewer, found)):
        raise Http404
    return found


def expected_version(request: Any, record: Any) -> int:
    """The version that If-Match names.

    Raises
    ------
    Refused 428 without the header; Stale where it names other versions than the one that stands.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        raise Refused(428, "api_version_needed")
    if f'"{record.version}"' not in map(str.strip, header.split(",")):
        raise Stale(record, 0)
    return int(record.version)


def refuse_hidden(kind: Kind, viewer: Viewer, record: Any, row: Mapping[str, Any]) -> None:
    """Refused 403 where a column was sent that the viewer may not read: nobody writes over what it cannot see."""
    hidden = [name for name in row if name not in kind.visible_fields(viewer, record)]
    if hidden:
        raise Refused(403, "api_hidden", {f"row.{name}": SmezhnikError("api_hidden_field") for name in hidden})


def settled(kind: Kind, viewer: Viewer, record: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent as the fields of the record hold it.

    Raises
    ------
    Refused 422 for values that the columns do not take, all of them at once.
    """
    declared = table(kind.table)
    values: dict[str, Any] = {}
    wrong: dict[str, SmezhnikError] = {}
    for name, given in row.items():
        try:
            if name in references(kind):
                field, other = references(kind)[name]
                values[field] = None if given is None else _referred(other, viewer, record, given)
            else:
                values[name] = settle(name, declared.columns[name], given)
            if name in needed_columns(kind):
                check_needed(declared.columns[name], given if name in references(kind) else values[name])
        except (InputError, InputFaults) as error:
            wrong[f"row.{name}"] = error
    if wrong:
        raise Refused(422, "api_invalid", wrong, count=len(wrong))
    return values


def _referred(kind: Kind, viewer: Viewer, record: Any, public_id: str) -> Any:
    """The record that an id names, of the same region and seen by the viewer."""
    try:
        found: Any = find_record(public_id)
    except UnknownCode as error:
        raise InputError("api_no_record", found=public_id) from error
    if kind.name != found.KIND or found.held_by != record.held_by or \
            not kind.visible_to(viewer).filter(pk=found.pk).exists():
        raise InputError("api_no_record", found=public_id)
    return found


def changes_of(kind: Kind, some: Sequence[Any]) -> list[list[dict[str, Any]]]:
    """The columns of each change before and after; a reference by the public id of the record, not by our key."""
    return [[{"column": column, "old": old, "new": new} for column, old, new in told]
            for _, told in told_changes(kind.model, some)]


def put(record: Any, values: Mapping[str, Any]) -> None:
    """Set the fields of a record that is not yet written."""
    for name, value in values.items():
        setattr(record, name, value)


def by_field(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the fields that the history knows: a reference by the key that it holds."""
    fields = {field for field, _ in references(kind).values()}
    return {f"{name}_id" if name in fields else name: (value and value.pk) if name in fields else value
            for name, value in values.items()}


def router_of(kind: Kind) -> Router:
    """The operations of a kind: reading for all kinds, writing for those that people enter by columns."""
    router = Router(tags=[kind.table])
    made, declared, plural = schemas_of(kind), table(kind.table), kind.table
    what = Words(declared.ru, declared.en)
    asked_schema, filters = filters_schema(kind, paged=True), filters_schema(kind, paged=False)

    @operation(router, "get", f"/{plural}", "list", made.page, name=f"list_{plural}", what=what)
    def list_records(request: Any, asked: Query[asked_schema]) -> Any:
        wanted = asked_of(kind, asked)
        if wanted.text:
            spend(request.viewer.login, "search")
        if asked.cursor:
            key, last = read_cursor(plural, asked.cursor)
            found = kind.model.objects.filter(public_id=last).values_list("pk", flat=True).first()
            wanted = replace(wanted, after=(key, found or 0))
        listed = access_page(kind, request.viewer, wanted, size=asked.size)
        onward = write_cursor(plural, listed.more[0], listed.rows[-1].public_id) if listed.more else None
        return {"items": [shown(kind, request.viewer, record) for record in listed.rows], "count": listed.count,
                "next": onward}

    def add_file(ending: str) -> None:
        @operation(router, "get", f"/{plural}.{ending}", "file", None, name=f"{plural}_{ending}", what=what,
                   media={FORMATS[ending].split(";")[0]: file_schema(kind, ending)})
        def file(request: Any, asked: Query[filters]) -> Any:
            refuse_session(request)
            if not request.viewer.exports:
                raise Refused(403, "api_no_exports")
            return exported(request, kind, request.viewer, asked_of(kind, asked), ending)

    for ending in endings_of(kind):
        add_file(ending)

    @operation(router, "get", f"/{plural}/{{public_id}}", "one", made.record, name=f"get_{kind.name}", what=what,
               errors=[404], headers=ETAG)
    def one(request: Any, response: HttpResponse, public_id: PublicId) -> Any:
        record = find(kind, request.viewer, public_id)
        response.headers["ETag"] = f'"{record.version}"'
        return shown(kind, request.viewer, record)

    @operation(router, "get", f"/{plural}/{{public_id}}/history", "history", History, name=f"{kind.name}_history",
               what=what, errors=[404])
    def history(request: Any, public_id: PublicId, asked: Query[Onward]) -> Any:
        record = find(kind, request.viewer, public_id)
        fields, where = kind.visible_fields(request.viewer, record), f"{record.public_id} history"
        rows = history_of(record.public_id)
        if asked.cursor:
            (last,) = read_cursor(where, asked.cursor)
            rows = rows.filter(pk__lt=last)
        some = list(rows[:asked.size + 1])
        tells = kind.may_edit(request.viewer, record) or request.viewer.sees("internal")
        items = [{"action": change.action_id, "at": change.action.at, "who": change.action.who if tells else None,
                  "what": change.action.what, "verb": change.verb, "reason": change.action.reason if tells else "",
                  "version": change.version, "fields": [one for one in told if one["column"] in fields]}
                 for change, told in zip(some[:asked.size], changes_of(kind, some[:asked.size]), strict=True)]
        return {"items": items, "next": write_cursor(where, some[asked.size - 1].pk) if len(some) > asked.size
                else None}

    if kind.entered:
        _add_writing(router, kind)
    return router


def told(kind: Kind, request: Any, response: HttpResponse, record: Any) -> Any:
    """A record that was just written, with its version in the header."""
    fresh = kind.model.objects.get(pk=record.pk)  # the change may have hidden it from whoever made it
    response.headers["ETag"] = f'"{fresh.version}"'
    return shown(kind, request.viewer, fresh)


def changed(kind: Kind, request: Any, response: HttpResponse, public_id: str, do: Callable[[Any, int], Any]) -> Any:
    """Do something to a record in the version that was named; a stale one is answered with what stands there."""
    record = find(kind, request.viewer, public_id)
    if not kind.may_edit(request.viewer, record):
        raise Refused(403, "api_forbidden")
    try:
        do(record, expected_version(request, record))
    except Stale:
        now = told(kind, request, response, record)
        return Status(412, {**problem_of(request, SmezhnikError("api_stale", version=now["version"])),
                            "current": now})
    return told(kind, request, response, record)


def _add_writing(router: Router, kind: Kind) -> None:
    made, declared, plural = schemas_of(kind), table(kind.table), kind.table
    what = Words(declared.ru, declared.en)
    columns = entered_columns(kind)

    def sent(row: Any) -> dict[str, Any]:
        """The columns that were sent, in the declared order."""
        return {name: getattr(row, name) for name in columns if name in row.model_fields_set}

    @operation(router, "post", f"/{plural}", "enter", made.record, status=201, name=f"enter_{kind.name}", what=what,
               errors=[413], headers=ETAG)
    def enter_record(request: Any, response: HttpResponse, given: made.new) -> Any:  # type: ignore[name-defined]
        viewer = request.viewer
        record: Any = kind.model(held_by=viewer.region)
        put(record, settled(kind, viewer, record, sent(given.row)))
        refuse_hidden(kind, viewer, record, sent(given.row))
        if not viewer.region or not kind.may_edit(viewer, record):
            raise Refused(403, "api_forbidden")
        enter(record, viewer.login, reason=given.reason)
        return Status(201, told(kind, request, response, record))

    @operation(router, "patch", f"/{plural}/{{public_id}}", "change", made.record, name=f"change_{kind.name}",
               what=what, errors=[404, 413, 428], stale=made.stale, headers=ETAG, parameters=[IF_MATCH])
    def change_record(request: Any, response: HttpResponse, public_id: PublicId,
                      given: made.change) -> Any:  # type: ignore[name-defined]
        def do(record: Any, expected: int) -> None:
            if record.archived:
                raise Refused(403, "api_archived")
            viewer = request.viewer
            refuse_hidden(kind, viewer, record, sent(given.row))
            values = settled(kind, viewer, record, sent(given.row))
            later: Any = kind.model.objects.get(pk=record.pk)
            put(later, values)
            if not kind.may_edit(viewer, later):  # nobody gives a record away that is its own
                raise Refused(403, "api_forbidden")
            edit(record, by_field(kind, values), viewer.login, expected=expected, reason=given.reason)

        return changed(kind, request, response, public_id, do)

    @operation(router, "post", f"/{plural}/{{public_id}}/archive", "archive", made.record, name=f"archive_{kind.name}",
               what=what, errors=[404, 413, 428], stale=made.stale, headers=ETAG, parameters=[IF_MATCH])
    def archive_record(request: Any, response: HttpResponse, public_id: PublicId, given: Reasoned) -> Any:
        return changed(kind, request, response, public_id, lambda record, expected: archive(
            record, request.viewer.login, expected=expected, reason=given.reason))

    @operation(router, "post", f"/{plural}/{{public_id}}/restore", "restore", made.record, name=f"restore_{kind.name}",
               what=what, errors=[404, 413, 428], stale=made.stale, headers=ETAG, parameters=[IF_MATCH])
    def restore_record(request: Any, response: HttpResponse, public_id: PublicId, given: Reasoned) -> Any:
        refuse_session(request)
        return changed(kind, request, response, public_id, lambda record, expected: restore(
            record, request.viewer.login, expected=expected, reason=given.reason))
