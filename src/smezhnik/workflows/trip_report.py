"""The report after an event or a delegation in the eight points that offices ask for; what is not known stands so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smezhnik.accords.access import visible_orders
from smezhnik.activities.access import visible_participants
from smezhnik.activities.models import Decision, Delegation, Event, Nominee
from smezhnik.activities.queries import EventFunnel, event_funnel
from smezhnik.messages import format_number, say
from smezhnik.papers import Cell, Column, Paper, Table, Text
from smezhnik.records.access import Viewer
from smezhnik.types import Lang
from smezhnik.workflows.event_papers import when_of

#: The numbers of the seventh point, in the order of the funnel.
_COUNTS = ("invited", "registered", "came", "scheduled", "held", "contact", "cases", "contracts")
_SUMS = ("potential_th_rub", "signed_th_rub", "delivered_th_rub")


def report_paper(event: Event | None, viewer: Viewer, lang: Lang, *, delegation: Delegation | None = None) -> Paper:
    """The report of an event, or of the delegation that went to it; an event or a delegation at least is given."""
    of: Any = delegation or event
    funnel = event_funnel(event, viewer) if event is not None else None
    people = _delegates(delegation, lang) if delegation is not None else _firms(event, viewer, lang)
    points: list[Text | Table] = [
        _point(1, [event.organiser if event else None, delegation.head if delegation else None], lang),
        _point(2, [_place(event, delegation, lang)], lang),
        _point(3, [say(f"web.choice.{event.participation}", lang) if event and event.participation else None], lang),
        _point(4, [event.stand if event else None], lang),
        _point(5, [*((event.programme if event else None) or ()), *((delegation.programme if delegation else None)
                                                                   or ())], lang),
        people, *_results(event, funnel, viewer, lang), _point(8, _costs(event, funnel, viewer, lang), lang)]
    missing = [str(number) for number, point in enumerate(points[:5], 1) if isinstance(point, Text)
               and point.lines == [say("paper.report.unknown", lang)]]
    lead = [say("paper.report.missing", lang, points=missing)] if missing else []
    return Paper(say("paper.report.title", lang, name=of.name), lang, of.public_id, points, lead=lead,
                 as_of=of.last_day or of.starts_on, sources=[say("paper.report.source", lang)])


def _point(number: int, lines: Sequence[Any], lang: Lang) -> Text:
    told = [str(line) for line in lines if line]
    return Text(say(f"paper.report.{number}", lang), told or [say("paper.report.unknown", lang)])


def _place(event: Event | None, delegation: Delegation | None, lang: Lang) -> str:
    if event is not None:
        return f"{event.name}. {when_of(event, lang)}"
    assert delegation is not None
    return f"{delegation.name}. " + say("paper.event.when", lang, starts=delegation.starts_on or "–",
                                        ends=delegation.last_day or delegation.starts_on or "–", place="–")


def _delegates(delegation: Delegation, lang: Lang) -> Table:
    """Who went: post and function; no names are kept."""
    rows = seated(delegation)
    return _people([[Cell(one.organisation), Cell(one.post), Cell("; ".join(one.roles) or "–")] for one in rows], lang)


def seated(delegation: Delegation) -> list[Nominee]:
    """Who has a seat, by package and organisation."""
    return sorted(delegation.nominees.filter(archived=False).exclude(package=""),
                  key=lambda one: (one.package, one.organisation, one.pk))


def _firms(event: Event | None, viewer: Viewer, lang: Lang) -> Table:
    rows = visible_participants(viewer, event).exclude(attended=False).order_by(
        "organisation__sort_key", "id") if event is not None else []
    return _people([[Cell(one.organisation.name), Cell(say("paper.report.people", lang, count=one.people)
                                                       if one.people else "–"),
                     Cell(say(f"choice.{one.side}", lang) if one.side else "–")] for one in rows], lang)


def _people(rows: list[list[Cell]], lang: Lang) -> Table:
    heads = (("paper.body", 3), ("paper.post", 2.4), ("paper.report.function", 1.6))
    return Table(say("paper.report.6", lang), [Column(say(code, lang), share) for code, share in heads], rows,
                 empty=say("paper.report.unknown", lang))


def _results(event: Event | None, funnel: EventFunnel | None, viewer: Viewer, lang: Lang) -> list[Table | Text]:
    """Counts from invitations to contracts, three sums that are never added, what was decided."""
    if event is None or funnel is None:
        return [_point(7, [], lang)]
    rows = [[Cell(say(f"web.way.{name}", lang)), Cell(format_number(getattr(funnel, name), lang))] for name in _COUNTS]
    if event.visitors is not None:
        rows.insert(0, [Cell(say("paper.report.visitors", lang)), Cell(format_number(event.visitors, lang))])
    if viewer.sees("confidential"):
        rows += [[Cell(say(f"paper.report.{name}", lang)),
                  Cell("–" if getattr(funnel, name) is None else format_number(getattr(funnel, name), lang, 1))]
                 for name in _SUMS]
    rows += [[Cell(say("paper.report.alive", lang, days=days)), Cell(say("paper.report.of", lang, alive=alive, of=of))]
             for days, (alive, of) in funnel.alive.items()]
    made: list[Table | Text] = [Table(say("paper.report.7", lang), [
        Column(say("paper.report.what", lang), 4), Column(say("paper.report.count", lang), 1, number=True)], rows)]
    decided = Decision.objects.filter(meeting__event=event, meeting__archived=False, archived=False)
    if decided.exists():
        orders = visible_orders(viewer).filter(public_id__in=decided.exclude(order_id="").values("order_id"))
        made.append(Text(say("paper.report.decided", lang), [
            say("paper.report.decisions", lang, count=decided.count()),
            *(f"{order.number}. {order.text}" for order in orders.order_by("id"))]))
    return made


def _costs(event: Event | None, funnel: EventFunnel | None, viewer: Viewer, lang: Lang) -> list[str]:
    """Items with their sources, the whole, and what a contract cost."""
    if event is None or not viewer.sees("internal"):
        return []
    lines = list(event.costs or ())
    if event.budget_th_rub is not None:
        lines.append(say("paper.report.budget", lang, value=event.budget_th_rub))
        if funnel is not None and funnel.contracts:
            lines.append(say("paper.report.per_contract", lang, value=event.budget_th_rub / funnel.contracts))
    return lines

