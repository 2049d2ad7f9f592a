"""Verdicts and editions as plain data, for JSON, tables and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smezhnik.rules.criterion import Criterion, Finding
from smezhnik.rules.differences import Difference
from smezhnik.rules.judge import Verdict
from smezhnik.rules.pack import Amendment, Edition
from smezhnik.rules.parameters import Term
from smezhnik.rules.provenance import Provenance, Title
from smezhnik.rules.sentences import list_lines, missing_lines, source_line, term_line
from smezhnik.types import Lang


def verdict_data(verdict: Verdict, names: Mapping[str, str]) -> dict[str, Any]:
    """A verdict with all it rests on; members by their own ids, dates as ISO texts."""
    return {
        "pack": verdict.edition.pack.name, "on": verdict.day.isoformat(), "state": verdict.state,
        "status": verdict.status, "logic": verdict.edition.pack.logic, "counts": verdict.counts,
        "checked": verdict.edition.pack.checked.isoformat(), "after_check": verdict.edition.after_check,
        "edition": amendment_data(verdict.edition.amendment),
        "unread": [amendment_data(item) for item in verdict.unread],
        "criteria": [_finding(item, verdict, names) for item in verdict.findings],
        "standing": None if verdict.standing is None else {
            "state": verdict.standing.state, "decided_on": verdict.standing.decided_on.isoformat(),
            "until": verdict.standing.until and verdict.standing.until.isoformat(),
            "clause": verdict.standing.by and verdict.standing.by.code,
            **provenance_data(verdict.standing.provenance)},
    }


def _finding(finding: Finding, verdict: Verdict, names: Mapping[str, str]) -> dict[str, Any]:
    outcome = finding.outcome
    return {
        "criterion": finding.code, **_title(finding.criterion.title), "pack": finding.criterion.pack,
        "state": finding.state, "informative": finding.criterion.informative, "status": finding.status,
        "found": outcome.found, "needed": outcome.needed, "unit": outcome.unit, "sense": outcome.sense,
        "shortfall": outcome.shortfall, "shortfall_unit": outcome.shortfall_unit,
        "members": [verdict.ids[place] for place in finding.concerned],
        "each": [{"member": verdict.ids[item.position], "name": names.get(verdict.ids[item.position]),
                  "met": item.truth, "found": item.found, "needed": item.needed, "shortfall": item.shortfall,
                  "excused": item.excused} for item in finding.each],
        "missing": [{"holder": item.holder, "owner": item.owner, "fact": item.fact, "parties": list(item.parties)}
                    for item in finding.missing],
        "lacking": list(outcome.lacking), "exempted": finding.exempted,
        "waiver": finding.waiver and {"authority": finding.waiver.authority, "reason": finding.waiver.reason},
        "rule": provenance_data(finding.criterion.provenance),
        "parameters": [term_data(use, verdict.edition) for use in finding.uses],
        "lists": [{"list": item.territories.code, **_title(item.territories.title), "status": item.status,
                   "sources": [provenance_data(whence) for whence in item.provenances]} for item in finding.lists],
    }


def _title(title: Title) -> dict[str, str]:
    return {"title": title.ru, "title_en": title.en}


def provenance_data(provenance: Provenance) -> dict[str, Any]:
    """Act, point, address, day of the last check, status, note."""
    return {
        "act": provenance.act and provenance.act.title.ru, "act_en": provenance.act and provenance.act.title.en,
        "point": provenance.point and provenance.point.ru, "point_en": provenance.point and provenance.point.en,
        "address": provenance.source and provenance.source.address,
        "checked": provenance.source and provenance.source.checked.isoformat(), "status": provenance.status,
        "note": provenance.note and provenance.note.ru, "note_en": provenance.note and provenance.note.en,
    }


def amendment_data(amendment: Amendment) -> dict[str, Any]:
    return {"since": amendment.since.isoformat(), **_title(amendment.title), "day_known_from": amendment.day,
            "content": amendment.content, **provenance_data(amendment.provenance)}


def term_data(term: Term, edition: Edition) -> dict[str, Any]:
    """A parameter of the day with its value, period, the edition that brought it, and its source."""
    value, brought = term.value, edition.amendment_of(term)
    return {"parameter": term.parameter.code, **_title(term.parameter.title), "unit": term.parameter.unit,
            "value": value.number, "known": value.known, "from": value.period.since.isoformat(),
            "until": value.period.until and value.period.until.isoformat(), "carried_status": value.carried,
            "edition": brought and brought.title.ru, "edition_en": brought and brought.title.en,
            **provenance_data(value.provenance)}


def criterion_data(criterion: Criterion) -> dict[str, Any]:
    return {"criterion": criterion.code, **_title(criterion.title), "pack": criterion.pack,
            "informative": criterion.informative, "parameters": list(criterion.parameters()),
            "waivable_by": list(criterion.waivable_by), **provenance_data(criterion.provenance)}


def edition_data(edition: Edition) -> dict[str, Any]:
    """The law of a day."""
    pack = edition.pack
    return {
        "pack": pack.name, **_title(pack.title), "on": edition.day.isoformat(), "layer": pack.layer,
        "logic": pack.logic, "span": [pack.span.since.isoformat(), pack.span.until and pack.span.until.isoformat()],
        "checked": pack.checked.isoformat(), "edition": amendment_data(edition.amendment),
        "unread": [amendment_data(item) for item in edition.unread],
        "criteria": [criterion_data(item) for item in edition.criteria],
        "parameters": [term_data(term, edition) for term in edition.law.terms.values()],
        "amounts": [{"amount": item.code, **_title(item.title), "unit": item.unit,
                     "parameters": list(item.parameters()), **provenance_data(item.provenance)}
                    for item in edition.amounts],
        "obligations": [{"obligation": item.code, **_title(item.title), **provenance_data(item.provenance)}
                        for item in edition.obligations],
    }


def difference_data(difference: Difference) -> dict[str, Any]:
    """What changed between two days."""
    return {
        "pack": difference.before.pack.name, "from": difference.before.day.isoformat(),
        "to": difference.after.day.isoformat(),
        "amendments": [amendment_data(item) for item in difference.amendments],
        "changes": [{"on": item.on.isoformat(), "area": item.area.ru, "area_en": item.area.en, "text": item.text.ru,
                     "text_en": item.text.en, "whom": item.whom.ru, "whom_en": item.whom.en}
                    for item in difference.changes],
        "parameters": [{"kind": item.kind, "before": item.before and term_data(item.before, difference.before),
                        "after": item.after and term_data(item.after, difference.after)} for item in difference.terms],
        "criteria": [{"kind": item.kind, "before": item.before and criterion_data(item.before),
                      "after": item.after and criterion_data(item.after)} for item in difference.criteria],
    }


def finding_rows(verdict: Verdict, names: Mapping[str, str], lang: Lang) -> list[dict[str, Any]]:
    """Rows of the table ``findings``."""
    law = verdict.edition.law
    return [{
        "pack": finding.criterion.pack, "as_of": verdict.day, "criterion": finding.code,
        "title": finding.criterion.title.of(lang), "state": finding.state,
        "informative": finding.criterion.informative, "found": finding.found, "needed": finding.needed,
        "number_unit": finding.unit, "sense": finding.outcome.sense, "shortfall": finding.shortfall,
        "shortfall_unit": finding.outcome.shortfall_unit,
        "members": [names.get(verdict.ids[place], verdict.ids[place]) for place in finding.concerned],
        "missing": list(missing_lines(finding.missing, law, names, lang)),
        "status": finding.status,
        "rests_on": [source_line(finding.criterion.provenance, lang),
                     *(term_line(use, lang) for use in finding.uses), *list_lines(finding.lists, lang)],
    } for finding in verdict.findings]
