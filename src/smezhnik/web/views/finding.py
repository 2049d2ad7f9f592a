"""Find partners: from a need, words, a code or a pasted column to candidates side by side, each a case to open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.cooperation.access import visible_cases
from smezhnik.cooperation.queries import needs_without_candidates
from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.io import readable_name
from smezhnik.jobs.access import visible_jobs
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.matching.sentences import readable_columns
from smezhnik.matching.settings import GRADE_FROM
from smezhnik.messages import format_number, say
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.registry.models import Need
from smezhnik.report.links.cards import Candidate
from smezhnik.report.links.view import Bars
from smezhnik.report.links.where import draw_links_map
from smezhnik.report.map import COUNT
from smezhnik.report.territory import place_name, short_name
from smezhnik.tables import table
from smezhnik.tables.links import REFUSALS
from smezhnik.types import GRADES, Lang
from smezhnik.web.exporting import as_table
from smezhnik.web.forms import read_value
from smezhnik.web.limits import spend
from smezhnik.web.values import settle
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.column import KIND, MOST_LINES, column_lines, column_links
from smezhnik.workflows.finding import Answer, Question, find_candidates
from smezhnik.workflows.places import find_spot

#: Who may look for partners of anything; others only for their own needs.
FINDERS = frozenset({*EDITORS, "plant"})
#: Candidates side by side; columns of reasons in the table and px for them; regions that get a chip.
SIDE_BY_SIDE, COLUMNS, ROOM, CHIPS = 4, 5, 250.0, 4
#: Candidates less probable than this stay behind a link: their bars would press the scale of the others together.
LIKELY = 0.05
#: What of an address narrows the candidates down without asking anew.
NARROWED = ("grade", "from", "facts", "all")
#: Fields of the strip, in its order.
STRIP = ("text", "okpd2", "volume", "unit", "place", "within_km", "needed_by")
_CODE = re.compile(r"\d\d(\.?\d){0,7}")


@dataclass
class Strip:
    """The strip of a need as it was typed: texts, what they mean, and why some of them cannot be taken."""

    texts: dict[str, str]
    question: Question
    errors: dict[str, SmezhnikError] = field(default_factory=dict)


def find(request: Any, public_id: str = "") -> HttpResponse:
    """The question, its candidates, and the chosen one explained; without a question, where to begin."""
    viewer = request.user.viewer
    need = _need(viewer, public_id or request.GET.get("need", ""))
    if viewer.role not in FINDERS or (need is not None and not _may_ask(viewer, need)):
        return forbidden(request)
    strip = read_strip(request.GET, need, viewer)
    asked = bool(need or request.GET.get("text") or request.GET.get("okpd2"))
    context: dict[str, Any] = {"need": need, "strip": strip, "asked_for": asked, "columns": table("needs").columns,
                               "STRIP": STRIP, "thresholds": GRADE_FROM, "refusals": REFUSALS}
    if not asked:
        bare = list(needs_without_candidates(viewer)[:8])
        context |= {"bare": [(one, KINDS["need"].seen(viewer, one)) for one in bare], "most": MOST_LINES,
                    "jobs": visible_jobs(viewer).filter(kind=KIND, who=viewer.login)[:5]}
    elif not strip.errors:
        spend(viewer.login, "match")
        context |= _found(request, viewer, strip.question, request.lang)
    return render(request, "found.html" if request.htmx else "find.html", context)


def compare_candidates(request: Any) -> HttpResponse:
    """Up to four candidates of a question side by side."""
    viewer = request.user.viewer
    need = _need(viewer, request.GET.get("need", ""))
    if viewer.role not in FINDERS or (need is not None and not _may_ask(viewer, need)):
        return forbidden(request)
    strip = read_strip(request.GET, need, viewer)
    for error in strip.errors.values():
        raise error
    spend(viewer.login, "match")
    answer = find_candidates(strip.question, viewer, on=timezone.localdate(), lang=request.lang)
    wanted = list(dict.fromkeys(request.GET.getlist("of")))
    chosen = [one for one in answer.candidates if one.offer_id in wanted][:SIDE_BY_SIDE]
    if len(chosen) < 2:
        raise InputError("find_compare_two", most=SIDE_BY_SIDE)
    bars = Bars.over(chosen, request.lang)
    reasons = {reason.code: reason.name for one in chosen for reason in one.reasons}
    return render(request, "find_compare.html", {
        "need": need, "strip": strip, "chosen": _with_records(viewer, need, chosen), "bars": bars, "reasons": reasons,
        "query": _query(request.GET, drop=("of",)),
        "terms": {one.offer_id: {reason.code: reason for reason in one.reasons} for one in chosen}})


@require_POST
def column(request: Any) -> HttpResponse:
    """Ask for candidates of every line of a pasted column."""
    viewer = request.user.viewer
    if viewer.role not in FINDERS:
        return forbidden(request)
    lines = read_column(request.POST.get("column", ""))
    spend(viewer.login, "match")
    job = ask(KIND, viewer.login, held_by=viewer.region, lines=lines)
    return redirect("column_found", number=job.pk)


def column_found(request: Any, number: int) -> HttpResponse:
    """The lines of a column with their best candidates, or how far the search is."""
    viewer, job = request.user.viewer, _column_job(request, number)
    busy = job.state in ("ready", "running")
    lines = column_lines(job, viewer) if job.state == "done" else []
    return render(request, "column_body.html" if request.htmx else "column.html", {
        "job": job, "busy": busy, "lines": lines, "may_take": viewer.exports,
        "town": lambda row: place_name(row["seller_region"], row["seller_latitude"], row["seller_longitude"],
                                        request.lang)})


def column_file(request: Any, number: int) -> HttpResponse:
    """The same as a workbook: a row for every candidate that was kept."""
    viewer, job = request.user.viewer, _column_job(request, number)
    if not viewer.exports:
        return forbidden(request)
    if job.state != "done":
        raise Http404
    title = readable_name(say("web.column.file", request.lang), timezone.localdate().isoformat(), suffix=".xlsx")
    return as_table(request, column_links(job, viewer), "links", title, kind="column", of=str(job.pk),
                    readable=readable_columns(request.lang))


def read_strip(given: Mapping[str, str], need: Need | None, viewer: Viewer) -> Strip:
    """The strip of a question: what was typed, else what the viewer may read of the need; a code alone is a code."""
    columns = table("needs").columns
    seen = {} if need is None else KINDS["need"].seen(viewer, need)
    stands = {name: _shown(seen.get(name)) for name in ("text", "okpd2", "volume", "unit", "needed_by")}
    texts = {name: str(given.get(name, stands.get(name, ""))).strip()[:500] for name in STRIP}
    strip = Strip(texts, Question("", need=need))
    if not texts["okpd2"] and _CODE.fullmatch(texts["text"]):
        texts["okpd2"], texts["text"] = texts["text"], ""
    values: dict[str, Any] = {}
    readers: dict[str, Callable[[str], Any]] = {
        "place": lambda text: find_spot(text) if text else None,
        "within_km": lambda text: read_value(table("links").columns["distance_km"], text),
        **{name: lambda text, name=name: settle(name, columns[name], read_value(columns[name], text))  # type: ignore[misc]
           for name in ("text", "okpd2", "volume", "unit", "needed_by")}}
    for name, read in readers.items():
        try:
            values[name] = read(texts[name])
        except (InputError, InputFaults) as error:
            strip.errors[name] = error
    strip.question = Question(values.pop("text", None) or "", need=need, **values)
    return strip


def read_column(pasted: str) -> list[dict[str, str | None]]:
    """Lines as a spreadsheet gives them: a cell that is a code of ОКПД2 is the code, the others are the words.

    Raises
    ------
    InputError where there is no line, or more than ``MOST_LINES``.
    """
    lines = []
    for line in pasted.splitlines():
        cells = [cell.strip().strip('"') for cell in line.split("\t") if cell.strip()]
        codes = [cell for cell in cells if _CODE.fullmatch(cell) and "." in cell]
        words = " ".join(cell for cell in cells if cell not in codes)[:500]
        code = None
        if codes:
            try:
                code = settle("okpd2", table("needs").columns["okpd2"], codes[0])
            except InputFaults:  # no code after all: a number of the customer's own
                words = f"{words} {codes[0]}".strip()
        if words or code:
            lines.append({"text": words or str(code), "okpd2": code})
    if not lines:
        raise InputError("column_empty")
    if len(lines) > MOST_LINES:
        raise InputError("column_long", lines=len(lines), most=MOST_LINES)
    return lines


def _found(request: Any, viewer: Viewer, question: Question, lang: Lang) -> dict[str, Any]:
    """Everything that the page of an answer shows."""
    answer = find_candidates(question, viewer, on=timezone.localdate(), lang=lang)
    given = request.GET
    every = answer.candidates
    fitting = [one for one in every if (not given.get("grade") or one.grade == given["grade"])
               and (not given.get("from") or one.region == given["from"])
               and (given.get("facts") != "1" or one.basis != "inferred")]
    likely = [one for one in fitting if one.probability >= LIKELY] or fitting
    shown = fitting if given.get("all") == "1" else likely
    rows = _with_records(viewer, question.need, shown)
    chosen = next((row for row in rows if row["candidate"].offer_id == given.get("offer")), rows[0] if rows else None)
    wider = _query(given, drop=("within_km", "offer", *NARROWED),
                   **({"need": question.need.public_id} if question.need else {}))
    return {"answer": answer, "every": every, "rows": rows, "chosen": chosen, "wider": wider,
            "chips": _chips(every, given, lang), "left": len(fitting) - len(shown),
            "bars": Bars.over(shown, lang, most_columns=COLUMNS, room=ROOM),
            "query": _query(given, drop=("offer",)), "kept": _kept(given, question.need),
            "may_lead": viewer.role in EDITORS and (question.need is None or viewer.region == question.need.held_by),
            "side_by_side": SIDE_BY_SIDE, "where": _where(answer, shown, lang),
            "buyer": answer.row["buyer"], "buyer_place": place_name(
                answer.row["region"], answer.row["latitude"], answer.row["longitude"], lang),
            "strong": sum(one.grade == "A" for one in every),
            "units": {one.unit for one in shown if one.free is not None}}


def _with_records(viewer: Viewer, need: Need | None, candidates: list[Candidate]) -> list[dict[str, Any]]:
    """Candidates with the record of their offer and the case that leads them, where the viewer sees them."""
    offers = {offer.public_id: offer for offer in KINDS["offer"].visible_to(viewer).filter(
        public_id__in=[one.offer_id for one in candidates])}
    led = {case.offer_id: case for case in visible_cases(viewer).filter(need=need)} if need is not None else {}
    return [{"candidate": one, "offer": offers[one.offer_id], "case": led.get(offers[one.offer_id].pk)}
            for one in candidates if one.offer_id in offers]


def _chips(every: list[Candidate], given: QueryDict, lang: Lang) -> list[dict[str, Any]]:
    """What the candidates can be narrowed to, each with its address and how many are left."""
    regions = sorted({one.region for one in every if one.region},
                     key=lambda region: (-sum(one.region == region for one in every), region))[:CHIPS]
    wanted = [("grade", "", len(every)), *(("grade", grade, sum(one.grade == grade for one in every))
                                           for grade in GRADES)]
    if len(regions) > 1:
        wanted += [("from", region, sum(one.region == region for one in every)) for region in regions]
    inferred = sum(one.basis == "inferred" for one in every)
    if 0 < inferred < len(every):
        wanted.append(("facts", "1", len(every) - inferred))
    narrowed = any(given.get(name) for name in NARROWED)
    return [{"kind": name if value else "all", "value": value, "count": count,
             "name": short_name(value, lang) if name == "from" else "",
             "on": given.get(name) == value if value else not narrowed,
             "query": _query(given, drop=("offer", *NARROWED), **({name: value} if value else {}))}
            for name, value, count in wanted if count]


def _where(answer: Answer, shown: list[Candidate], lang: Lang) -> dict[str, Any]:
    """The map of the candidates that are shown and of who asks."""
    ids = {one.offer_id for one in shown}
    links = answer.links.filter(answer.links["offer_id"].is_in(list(ids)))
    home = answer.row["region"]
    tones = dict.fromkeys(sorted({*links["seller_region"].drop_nulls(), *([home] if home else [])}), "o")
    if home:
        tones[home] = "a"
    drawing, beside, centres = draw_links_map(links, tones, say("web.find.map", lang), lang)
    return {"drawing": drawing, "beside": beside, "centres": centres, "counts": f'class="{COUNT}"' in drawing}


def _query(given: QueryDict, *, drop: tuple[str, ...] = (), **more: str) -> str:
    """The question as the end of an address, with something else in it."""
    pairs = [(name, value) for name, values in given.lists() for value in values if name not in drop and value]
    return urlencode([*((name, value) for name, value in pairs if name not in more), *more.items()])


def _kept(given: QueryDict, need: Need | None) -> list[tuple[str, str]]:
    """The question as hidden fields of a form."""
    pairs = [(name, given[name]) for name in STRIP if given.get(name)]
    return [*([("need", need.public_id)] if need is not None else []), *pairs]


def _need(viewer: Viewer, public_id: str) -> Need | None:
    return visible(KINDS["need"], viewer, public_id) if public_id else None


def _may_ask(viewer: Viewer, need: Need) -> bool:
    return viewer.role in EDITORS or need.organisation_id == viewer.organisation


def _column_job(request: Any, number: int) -> Job:
    """A column is what somebody typed: it is shown to nobody else."""
    job = visible_jobs(request.user.viewer).filter(pk=number, kind=KIND, who=request.user.login).first()
    if job is None or request.user.viewer.role not in FINDERS:
        raise Http404
    return job


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return format_number(value, "ru")
    return f"{value:%d.%m.%Y}" if isinstance(value, dt.date) else str(value)
