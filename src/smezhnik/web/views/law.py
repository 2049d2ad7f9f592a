"""Rule packs as readable law: what a day asks, with the source of every number, and what changed between two days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from smezhnik.errors import SmezhnikError
from smezhnik.rules.differences import find_difference
from smezhnik.rules.load import list_packs, load_pack
from smezhnik.rules.pack import Edition, Pack
from smezhnik.rules.sentences import (
    act_words,
    amendment_line,
    carried_words,
    checked_line,
    criterion_change_line,
    fact_name,
    source_line,
    status_word,
    term_change_line,
    term_line,
    unread_line,
    value_words,
)
from smezhnik.rules.wanted import find_wanted
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.web.forms import read_value
from smezhnik.web.given import day_of
from smezhnik.web.views.errors import sentence_of


def packs(request: Any) -> HttpResponse:
    """The packs that are loaded: what each is, its editions, how many of its rules are confirmed."""
    rows = []
    for name in list_packs():
        pack = load_pack(name)
        held = [criterion.provenance.status for criterion in pack.criteria]
        rows.append({"pack": pack, "title": pack.title.of(request.lang), "criteria": len(pack.criteria),
                     "confirmed": sum(status == "confirmed" for status in held)})
    return render(request, "packs.html", {"rows": rows})


def pack(request: Any, name: str) -> HttpResponse:
    """The law of a day."""
    found, lang, day = _pack(name), request.lang, day_of(request)
    context: dict[str, Any] = {"pack": found, "title": found.title.of(lang), "day": day, "error": "", "rows": [],
                               "about": found.about.of(lang) if found.about else ""}
    try:
        edition = found.on(day)
    except SmezhnikError as error:
        return render(request, "pack.html", {**context, "error": sentence_of(error, lang)})
    lines = (amendment_line(edition.amendment, lang), unread_line(edition.unread, lang), checked_line(edition, lang))
    return render(request, "pack.html", {**context, "rows": _rows(edition, lang), **_rest(edition, lang),
                                         "lines": [line for line in lines if line]})


def pack_changes(request: Any, name: str) -> HttpResponse:
    """What changed between two days: by default between the two latest editions."""
    found, lang = _pack(name), request.lang
    until = _day(request, "to") or found.days[-1]
    before = [day for day in found.days if day < until]
    since = _day(request, "from") or (before[-1] if before else until)
    context: dict[str, Any] = {"pack": found, "title": found.title.of(lang), "since": since, "until": until,
                               "error": "", "changes": [], "criteria": [], "terms": []}
    try:
        made = find_difference(found.on(since), found.on(until))
    except SmezhnikError as error:
        context["error"] = sentence_of(error, lang)
    else:
        context |= {
            "changes": [{"on": one.on, "area": one.area.of(lang), "text": one.text.of(lang), "whom": one.whom.of(lang)}
                        for one in made.changes],
            "criteria": [criterion_change_line(one, lang) for one in made.criteria],
            "terms": [term_change_line(one, lang) for one in made.terms]}
    return render(request, "pack_changes.html", context)


def _rows(edition: Edition, lang: Lang) -> list[dict[str, Any]]:
    """Each requirement with its thresholds, where it is read, and how sure that is; those for information last."""
    rows = []
    for criterion in sorted(edition.criteria, key=lambda one: one.informative):
        terms = [edition.law.terms[code] for code in criterion.parameters() if code in edition.law.terms]
        rows.append({
            "code": criterion.code, "title": criterion.title.of(lang), "informative": criterion.informative,
            "since": criterion.period.since, "act": act_words(criterion.provenance, lang),
            "status": criterion.provenance.status, "status_word": status_word(criterion.provenance.status, lang),
            "source": source_line(criterion.provenance, lang), "waivable": ", ".join(criterion.waivable_by),
            "terms": [{"title": term.parameter.title.of(lang), "value": value_words(term, lang),
                       "since": term.value.period.since, "status": term.value.provenance.status,
                       "status_word": status_word(term.value.provenance.status, lang),
                       "source": source_line(term.value.provenance, lang) + carried_words(term.value, lang)}
                      for term in terms]})
    return rows


def _rest(edition: Edition, lang: Lang) -> dict[str, Any]:
    """Earlier decisions, obligations, amounts, and the facts that are asked."""
    wanted, law = find_wanted(edition), edition.law
    return {
        "clauses": [*(term_line(law.terms[one.years], lang) for one in edition.validities),
                    *(f"{one.title.of(lang)}: {source_line(one.provenance, lang)}" for one in edition.grandfathering),
                    *(f"{one.title.of(lang)}: {source_line(one.provenance, lang)}" for one in edition.obligations)],
        "amounts": [(one.title.of(lang), [term_line(law.terms[code], lang) for code in one.parameters()])
                    for one in edition.amounts],
        "member_facts": [fact_name(fact, law, lang) for fact in wanted.members],
        "cluster_facts": [fact_name(fact, law, lang) for fact in wanted.cluster]}


def _pack(name: str) -> Pack:
    if name not in list_packs():
        raise Http404
    return load_pack(name)


def _day(request: Any, name: str) -> dt.date | None:
    found: dt.date | None = read_value(table("cases").columns["stage_on"], request.GET.get(name, ""))
    return found
