"""Papers of an event: the catalogue of participants, cards of participants and tables, sheets to hand out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet

from smezhnik.activities.access import visible_pairs, visible_participants
from smezhnik.activities.models import Event, PairMeeting, Participant
from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.papers import Cell, Column, Paper, Table
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_needs, visible_offers
from smezhnik.scheduling import Slot
from smezhnik.types import Lang
from smezhnik.workflows.events import slots_of

#: Participants of a page of the catalogue, offers and needs of one, letters of one of these.
OF_PAGE, SHOWN, LETTERS = 4, 3, 70


def catalogue_paper(event: Event, viewer: Viewer, lang: Lang) -> Paper:
    """Who takes part and agreed to be listed: what each offers and needs, four to a page, nothing that was closed.

    Raises
    ------
    InputError where nobody agreed.
    """
    listed = list(event.participants.filter(archived=False, listed=True).select_related("organisation").order_by(
        "organisation__sort_key", "id"))
    if not listed:
        raise InputError("catalogue_empty")
    firms = [one.organisation_id for one in listed]
    offers = texts_of(visible_offers(viewer), firms)
    needs = texts_of(visible_needs(viewer), firms)
    heads = ((say("paper.no", lang), 0.4), (say("paper.body", lang), 4), (say("paper.event.side", lang), 2))
    contents = Table(say("paper.catalogue.list", lang), [Column(*head) for head in heads], [
        [Cell(str(number)), Cell(one.organisation.name), Cell(_side(one, lang))]
        for number, one in enumerate(listed, 1)])
    entries = [_entry(f"{number}. {one.organisation.name}", offers.get(one.organisation_id, []),
                      needs.get(one.organisation_id, []), lang, new_page=(number - 1) % OF_PAGE == 0)
               for number, one in enumerate(listed, 1)]
    asked = event.participants.filter(archived=False).count()
    return Paper(say("paper.catalogue.title", lang, name=event.name), lang, event.public_id, [contents, *entries],
                 lead=[when_of(event, lang), say("paper.catalogue.lead", lang, count=len(listed), of=asked)],
                 as_of=event.starts_on, sources=[say("paper.catalogue.source", lang)])


def texts_of(rows: QuerySet[Any], firms: Sequence[int]) -> dict[int, list[str]]:
    """Organisation → texts of its offers or needs that are not closed."""
    found: dict[int, list[str]] = {}
    for firm, text in rows.exclude(confidential=True).filter(organisation__in=firms).order_by("id").values_list(
            "organisation", "text"):
        found.setdefault(firm, []).append(text)
    return found


def _entry(title: str, offers: Sequence[str], needs: Sequence[str], lang: Lang, *, new_page: bool) -> Table:
    """What one participant offers and needs, side by side; how many more there are stands under it."""
    count = max(min(max(len(offers), len(needs)), SHOWN), 1)
    rows = [[Cell(_short(offers, row)), Cell(_short(needs, row))] for row in range(count)]
    more = [max(len(some) - SHOWN, 0) for some in (offers, needs)]
    return Table(title, [Column(say("paper.catalogue.offers", lang)), Column(say("paper.catalogue.needs", lang))], rows,
                 note=say("paper.catalogue.more", lang, offers=more[0], needs=more[1]) if any(more) else "",
                 new_page=new_page)


def _short(texts: Sequence[str], row: int) -> str:
    if row >= len(texts):
        return "–" if row == 0 else ""
    return texts[row] if len(texts[row]) <= LETTERS else texts[row][:LETTERS - 1].rstrip() + "…"


def cards_paper(event: Event, viewer: Viewer, lang: Lang) -> Paper:
    """A sheet for every table and for every participant of pair meetings: when, with whom, where, of what; with room
    to tick what came of it. A plant has its own sheet only.

    Raises
    ------
    InputError where there is no schedule.
    """
    slots = {slot.number: slot for slot in slots_of(event)}
    pairs = [one for one in visible_pairs(viewer, event).order_by("slot", "table", "id") if one.slot in slots]
    if not pairs:
        raise InputError("cards_without_schedule")
    blocks = []
    if viewer.sees("internal"):
        blocks += [_card(say("paper.card.table", lang, number=number), some, slots, _both, lang)
                   for number, some in sorted(_by(pairs, lambda one: [one.table]).items())]
    people = {one.pk: one.organisation for one in visible_participants(viewer, event)}
    own = _by(pairs, lambda one: [one.host_id, one.guest_id])
    for pk, firm in sorted(people.items(), key=lambda one: (one[1].sort_key, one[0])):
        if pk in own and viewer.organisation in (None, firm.pk):
            blocks.append(_card(firm.name, own[pk], slots, partial(_other, pk), lang))
    return Paper(say("paper.card.title", lang, name=event.name), lang, event.public_id, blocks,
                 lead=[when_of(event, lang), say("paper.card.lead", lang, count=len(blocks), meetings=len(pairs))],
                 as_of=event.starts_on, sources=[say("report.schedule.source", lang)])


def _by(pairs: Iterable[PairMeeting], keys: Callable[[PairMeeting], Sequence[int]]) -> dict[int, list[PairMeeting]]:
    found: dict[int, list[PairMeeting]] = {}
    for one in pairs:
        for key in keys(one):
            found.setdefault(key, []).append(one)
    return found


def _both(one: PairMeeting) -> str:
    return f"{one.host.organisation.name} – {one.guest.organisation.name}"


def _other(pk: int, one: PairMeeting) -> str:
    return str((one.guest if one.host_id == pk else one.host).organisation.name)


def _card(title: str, pairs: Sequence[PairMeeting], slots: Mapping[int, Slot], name: Callable[[PairMeeting], str],
          lang: Lang) -> Table:
    heads = (("paper.card.when", 1.5, False), ("paper.card.at", 0.7, True), ("paper.card.whom", 3.2, False),
             ("paper.card.came", 2.6, False))
    rows = []
    for one in pairs:
        slot = slots[one.slot]
        rows.append([Cell(f"{slot.starts:%H:%M}–{slot.ends:%H:%M}", f"{slot.starts:%d.%m}"), Cell(str(one.table)),
                     Cell(name(one), one.topic), Cell("1   2   3   4   5", "________   __.__.____")])
    return Table(title, [Column(say(code, lang), share, number) for code, share, number in heads], rows,
                 note=say("paper.card.ticks", lang), new_page=True)


def when_of(event: Event, lang: Lang) -> str:
    """Days and place of an event, in a line."""
    return say("paper.event.when", lang, starts=event.starts_on or "–", ends=event.last_day or event.starts_on or "–",
               place=event.place or "–")


def _side(one: Participant, lang: Lang) -> str:
    return say(f"choice.{one.side}", lang) if one.side else "–"
