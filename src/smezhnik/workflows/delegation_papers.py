"""Papers of a delegation: the list, the programme of stay, a dossier of each plant that goes."""

from __future__ import annotations

from collections.abc import Sequence

from smezhnik.activities.access import visible_pairs
from smezhnik.activities.models import Delegation, Nominee
from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.papers import Cell, Column, Paper, Table, Text
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_needs, visible_offers, visible_organisations
from smezhnik.types import Lang
from smezhnik.workflows.event_papers import texts_of
from smezhnik.workflows.trip_report import report_paper, seated

#: Offers and needs of a plant on its page.
SHOWN = 6


def list_paper(delegation: Delegation, viewer: Viewer, lang: Lang) -> Paper:
    """Who goes: post, organisation, function, package, clusters; no names are kept.

    Raises
    ------
    InputError where nobody has a seat.
    """
    rows = _going(delegation)
    heads = (("paper.no", 0.4), ("paper.post", 1.6), ("paper.body", 2.4), ("paper.report.function", 1.4),
             ("paper.delegation.package", 1.1), ("paper.delegation.clusters", 2.2))
    table = Table(say("paper.delegation.list", lang), [Column(say(code, lang), share) for code, share in heads], [
        [Cell(str(number)), Cell(one.post), Cell(one.organisation), Cell("; ".join(one.roles) or "–"),
         Cell(one.package), Cell("; ".join(one.clusters) or "–")] for number, one in enumerate(rows, 1)])
    return _paper("list", delegation, [table], lang, [say("paper.delegation.lead", lang, count=len(rows))])


def programme_paper(delegation: Delegation, viewer: Viewer, lang: Lang) -> Paper:
    """The programme of stay as it was written, a line for each point.

    Raises
    ------
    InputError where none was written.
    """
    lines = list(delegation.programme or ())
    if not lines:
        raise InputError("programme_absent")
    table = Table(say("paper.delegation.programme", lang), [
        Column(say("paper.no", lang), 0.5), Column(say("paper.delegation.point", lang), 6)],
        [[Cell(str(number)), Cell(line)] for number, line in enumerate(lines, 1)])
    return _paper("programme", delegation, [table], lang, [])


def dossiers_paper(delegation: Delegation, viewer: Viewer, lang: Lang) -> Paper:
    """A page for each who goes: for which clusters, what the plant makes and needs, whom it meets at the event.

    Raises
    ------
    InputError where nobody has a seat.
    """
    rows = _going(delegation)
    names = {one.organisation.casefold() for one in rows}
    plants = {plant.name.casefold(): plant for plant in visible_organisations(viewer).filter(
        held_by=delegation.held_by) if plant.name.casefold() in names}
    keys = [plant.pk for plant in plants.values()]
    offers = texts_of(visible_offers(viewer), keys)
    needs = texts_of(visible_needs(viewer), keys)
    meets = _meets(delegation, viewer)
    blocks: list[Text | Table] = []
    for one in rows:
        plant = plants.get(one.organisation.casefold())
        key = plant.pk if plant is not None else -1
        blocks.append(Text(f"{one.organisation}: {one.post}", [
            say("paper.delegation.of_package", lang, package=one.package),
            say("paper.delegation.for", lang, clusters=one.clusters or None),
            *([say("web.delegation.alone", lang, clusters=one.alone_for)] if one.alone_for else [])], new_page=True))
        for code, lines in (("paper.dossier.makes", offers.get(key, [])), ("paper.catalogue.needs", needs.get(key, [])),
                            ("paper.delegation.meets", meets.get(key, []))):
            blocks.append(Text(say(code, lang), lines[:SHOWN] or [say("paper.report.unknown", lang)]))
    return _paper("dossiers", delegation, blocks, lang, [say("paper.delegation.lead", lang, count=len(rows))])


def delegation_report(delegation: Delegation, viewer: Viewer, lang: Lang) -> Paper:
    """The report in eight points, of the delegation and of the event that it went to."""
    return report_paper(delegation.event, viewer, lang, delegation=delegation)


def _going(delegation: Delegation) -> list[Nominee]:
    rows = seated(delegation)
    if not rows or delegation.answer.get("conflict"):
        raise InputError("delegation_of_nobody", name=delegation.name)
    return rows


def _meets(delegation: Delegation, viewer: Viewer) -> dict[int, list[str]]:
    """Organisation → whom it meets at the event of the delegation."""
    found: dict[int, list[str]] = {}
    for one in visible_pairs(viewer, delegation.event).order_by("slot", "id") if delegation.event else ():
        host, guest = one.host.organisation, one.guest.organisation
        for own, other in ((host, guest), (guest, host)):
            found.setdefault(own.pk, []).append(" – ".join(filter(None, (other.name, one.topic))))
    return found


def _paper(name: str, delegation: Delegation, blocks: Sequence[Text | Table], lang: Lang, lead: Sequence[str]) -> Paper:
    approved = [say("web.delegation.approved", lang, post=delegation.approved_by, day=delegation.approved_on)
                ] if delegation.approved_by else []
    when = say("paper.event.when", lang, starts=delegation.starts_on or "–",
               ends=delegation.last_day or delegation.starts_on or "–",
               place=(delegation.event.place if delegation.event else None) or "–")
    return Paper(say(f"paper.delegation.title.{name}", lang, name=delegation.name), lang, delegation.public_id,
                 list(blocks), lead=[when, *lead, *approved], as_of=delegation.starts_on,
                 sources=[say("paper.delegation.source", lang)])
