"""Imports: upload, how headers are understood, what would change, load, undo."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from smezhnik.errors import InputError
from smezhnik.imports.access import may_import, visible_imports
from smezhnik.imports.actions import ask_to_apply, ask_to_undo, settle, upload
from smezhnik.imports.models import BOOK, REGISTER, Import
from smezhnik.io import readable_name
from smezhnik.io.template import FILLED, write_template
from smezhnik.messages import say
from smezhnik.registry.loading import LOADABLE
from smezhnik.tables import table
from smezhnik.web.exporting import FORMATS, as_file
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.stepup import step_up
from smezhnik.workflows.imports import marked_file, recipe_file


def import_list(request: Any) -> HttpResponse:
    """All imports, and the form for the next."""
    viewer = request.user.viewer
    if not may_import(viewer):
        return forbidden(request)
    if request.method == "POST":
        given = request.FILES.get("file")
        name = request.POST.get("table", "")
        if given is None or name not in (*LOADABLE, BOOK, REGISTER):
            raise InputError("upload_nothing")
        item = upload(given.name, given.chunks(), name, viewer.login, viewer.region)
        return redirect("import", number=item.pk)
    return render(request, "imports.html", {"imports": visible_imports(viewer)[:50], "tables": LOADABLE,
                                            "book": BOOK, "register": REGISTER})


def blank_form(request: Any, name: str) -> HttpResponse:
    """The empty form of a table that people fill in; it holds nobody's data."""
    if name not in FILLED:
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_template(name, path, lang=request.lang)
        return as_file(path.read_bytes(), FORMATS["xlsx"], readable_name(
            say("web.form.file", request.lang, table=getattr(table(name), request.lang)), suffix=".xlsx"))


def one_import(request: Any, number: int) -> HttpResponse:
    """How far a file is, what it would change, what is wrong with it."""
    item = _import(request, number)
    busy = item.job is not None and item.job.state in ("ready", "running")
    context = {"item": item, "job": item.job, "busy": busy,
               "faults": [fault for fault in item.faults if fault["severity"] == "refused"],
               "notes": [fault for fault in item.faults if fault["severity"] != "refused"]}
    return render(request, "import_body.html" if request.htmx else "import.html", context)


@require_POST
def do_import(request: Any, number: int, what: str) -> HttpResponse:
    """Read again with other columns, load, undo."""
    item, viewer = _import(request, number), request.user.viewer
    if what == "settle":
        columns = {part["table"]: {
            header: name for place, header in enumerate([*part["mapping"], *part["ignored"]])
            if (name := request.POST.get(f"column-{number}-{place}", "")) in table(part["table"]).columns}
            for number, part in enumerate(item.parts)}
        settle(item, columns, skip_faulty=request.POST.get("skip_faulty") == "1", who=viewer.login)
    elif what == "apply":
        ask_to_apply(item, viewer.login)
    elif what == "undo":
        return _undo(request, item)
    else:
        raise Http404
    return redirect("import", number=item.pk)


@step_up
def _undo(request: Any, item: Import) -> HttpResponse:
    ask_to_undo(item, request.user.login)
    return redirect("import", number=item.pk)


def import_file(request: Any, number: int, what: str) -> HttpResponse:
    """The file with its faulty cells marked, or the recipe by which it was read."""
    item = _import(request, number)
    if what not in ("marked", "recipe"):
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        path = marked_file(item, Path(folder), request.lang) if what == "marked" else recipe_file(item, Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _import(request: Any, number: int) -> Import:
    item = visible_imports(request.user.viewer).filter(pk=number).select_related("job").first()
    if item is None:
        raise Http404
    return item
