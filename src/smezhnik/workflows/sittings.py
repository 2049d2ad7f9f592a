"""Sittings: the agenda from what is open, the protocol as DOCX in both layouts, meetings as ICS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import icalendar
from django.utils import timezone

from smezhnik.activities.meetings import keep_agenda, numbered
from smezhnik.activities.models import AgendaItem, Event, Meeting
from smezhnik.activities.queries import subjects_of
from smezhnik.messages import catalogue, format_date, say
from smezhnik.papers import Cell, Column, Paper, Table, Text
from smezhnik.records.access import Viewer
from smezhnik.scheduling import Agenda, write_agenda
from smezhnik.scheduling.agenda import LENGTH
from smezhnik.types import Lang
from smezhnik.workflows.agenda import promise_subjects

#: From how many people on a protocol names their number and has the list attached.
ATTACHED = 15
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def prepare_agenda(meeting: Meeting, viewer: Viewer, on: dt.date) -> Agenda:
    """Write the agenda of a sitting anew from what is open, and keep it; own lines and their minutes stay."""
    own = sum(item.minutes for item in meeting.items.filter(archived=False, backlog=False) if
              item.kind == "own" or item.heard)
    length = meeting.minutes or LENGTH
    subjects = subjects_of(meeting, viewer, on)
    there = {subject.record for subject in subjects}
    subjects += [subject for subject in promise_subjects(meeting, viewer, on) if subject.record not in there]
    made = write_agenda(subjects, on=on, length=length, opening=min(own, length))
    keep_agenda(meeting, made, viewer.login)
    return made


def reason_of(item: AgendaItem, lang: Lang) -> str:
    """Why a line stands on the agenda, in words."""
    days = item.days
    sides = () if days is None else ("late",) if days < 0 else ("today", "day") if days == 0 else ("day",)
    codes = [*(f"agenda.reason.{item.kind}.{side}" for side in sides), f"agenda.reason.{item.kind}"]
    code = next(code for code in codes if code in catalogue())
    said = say(code, lang, days=abs(item.days or 0), **{"whom": "–", **item.fields})
    if item.fields.get("percent") is None:
        return said
    how = "agenda.reason.percent" if item.fields.get("expected") is not None else "agenda.reason.percent_only"
    return f"{said}; {say(how, lang, **item.fields)}"


def roman(number: int) -> str:
    """I, II, III … as questions of a protocol are numbered.

    Examples
    --------
    >>> roman(14)
    'XIV'
    """
    said = ""
    for value, letters in _ROMAN:
        while number >= value:
            said, number = said + letters, number - value
    return said


def agenda_paper(meeting: Meeting, lang: Lang) -> Paper:
    """The agenda on one page: minutes beside each question, the reason under it, the sum."""
    items = list(meeting.items.filter(archived=False, backlog=False))
    rows = [[Cell(roman(number)), Cell(item.title, reason_of(item, lang) if item.kind != "own" else ""),
             Cell(item.speaker or "–"), Cell(str(item.minutes))] for number, item in enumerate(items, 1)]
    heads = (("paper.no", 0.5, False), ("paper.question", 5, False), ("paper.speaker", 2, False),
             ("paper.minutes", 0.8, True))
    table = Table(say("paper.agenda", lang), [Column(say(code, lang), share, number) for code, share, number in heads],
                  rows, total=[Cell(""), Cell(say("paper.total", lang)), Cell(""),
                               Cell(str(sum(item.minutes for item in items)))], empty=say("web.card.none", lang))
    return Paper(meeting.name, lang, meeting.public_id, [table], lead=[_when(meeting, lang)], as_of=meeting.held_on,
                 sources=[say("paper.agenda.source", lang)])


def protocol_paper(meeting: Meeting, lang: Lang, *, full: bool) -> Paper:
    """The protocol.

    Parameters
    ----------
    full : agenda of the day, then heard – spoke – decided of every question; else questions with numbered decisions
    """
    items = list(meeting.items.filter(archived=False, backlog=False))
    guests = list(meeting.guests.filter(archived=False))
    came = [one for one in guests if one.attended is not False]
    decided = numbered(meeting)
    blocks: list[Any] = [Text(say("paper.present", lang), _present(meeting, came, lang))]
    if full:
        blocks.append(Text(say("paper.agenda.title", lang), [
            f"{roman(number)}. {item.title}" for number, item in enumerate(items, 1)]))
    for number, item in enumerate(items, 1):
        lines = []
        if full:
            lines += [f"**{say('paper.heard', lang)}** {item.heard or item.speaker or '–'}",
                      f"**{say('paper.spoke', lang)}** {item.spoke or '–'}", f"**{say('paper.decided', lang)}**"]
        lines += [_decision(no, row, lang) for no, row in decided if row.item_id == item.pk] or [
            say("paper.noted", lang, number=number)]
        blocks.append(Text(f"{roman(number)}. {item.title}" + (
            f" ({item.speaker})" if item.speaker and not full else ""), lines))
    loose = [(no, row) for no, row in decided if row.item_id not in {item.pk for item in items}]
    if loose:
        blocks.append(Text(say("paper.decided.other", lang), [_decision(no, row, lang) for no, row in loose]))
    blocks.append(Text("", [say("paper.chair", lang, post=meeting.chair or "–"), "____________________",
                            say("paper.secretary", lang, post=meeting.secretary or "–"), "____________________"]))
    if len(came) >= ATTACHED:
        blocks.append(Table(say("paper.list", lang), [Column(say("paper.no", lang), 0.5), Column(
            say("paper.body", lang), 3), Column(say("paper.post", lang), 3)], [
                [Cell(str(number)), Cell(one.body), Cell(one.post)] for number, one in enumerate(came, 1)]))
    title = say("paper.protocol", lang, number=meeting.protocol_no or say("paper.unnumbered", lang), name=meeting.name)
    lead = [_when(meeting, lang), say(f"paper.protocol.{meeting.protocol}", lang, day=meeting.signed_on)]
    return Paper(title, lang, meeting.public_id, blocks, lead=lead, as_of=meeting.held_on,
                 sources=[say("paper.protocol.source", lang, decisions=len(decided))])


def _present(meeting: Meeting, came: Sequence[Any], lang: Lang) -> list[str]:
    lines = [say("paper.chaired", lang, post=meeting.chair or "–")]
    if len(came) >= ATTACHED:
        return [*lines, say("paper.present.list", lang, count=len(came))]
    return [*lines, *(f"{one.body}: {one.post}" for one in came)]


def _decision(number: str, row: Any, lang: Lang) -> str:
    said = f"{number}. {row.text}"
    if row.executor:
        said += " " + say("paper.executor", lang, post=row.executor)
    return said + (" " + say("paper.due", lang, day=format_date(row.due_on, lang)) if row.due_on else "")


def _when(meeting: Meeting, lang: Lang) -> str:
    return say("paper.when", lang, day=meeting.held_on, starts=meeting.starts or "–", place=meeting.place or "–")


def calendar_of(meetings: Iterable[Meeting], lang: Lang, *, host: str, agenda: bool) -> bytes:
    """Meetings as ICS, with their agenda where it may be read; one without an hour takes the whole day."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Smezhnik//meetings//RU")
    made.add("version", "2.0")
    for entry in entries_of(meetings, lang, host=host, agenda=agenda):
        made.add_component(entry)
    found: bytes = made.to_ical()
    return found


def entries_of(meetings: Iterable[Meeting], lang: Lang, *, host: str, agenda: bool) -> Iterator[icalendar.Event]:
    """An entry for each meeting that has a day; the same meeting keeps its identity."""
    zone = timezone.get_current_timezone()
    for meeting in meetings:
        if meeting.held_on is None:
            continue
        event = icalendar.Event()
        event.add("uid", f"{meeting.public_id}@{host}")
        event.add("summary", meeting.name)
        event.add("dtstamp", meeting.changed_at)
        event.add("sequence", meeting.version)
        starts = _starts(meeting)
        event.add("dtstart", starts.replace(tzinfo=zone) if starts else meeting.held_on)
        if starts:
            event.add("duration", dt.timedelta(minutes=meeting.minutes or LENGTH))
        if meeting.place:
            event.add("location", meeting.place)
        if agenda:
            heard = [item.title for item in meeting.items.all() if not item.archived and not item.backlog]
            event.add("description", "\n".join(f"{roman(number)}. {title}" for number, title in enumerate(heard, 1)) or
                      say("web.meeting.agenda.none", lang))
        yield event


def visits_of(events: Iterable[Event], *, host: str) -> Iterator[icalendar.Event]:
    """An entry for each event that has a day: whole days from its first to its last."""
    for one in events:
        if one.starts_on is None:
            continue
        entry = icalendar.Event()
        entry.add("uid", f"{one.public_id}@{host}")
        entry.add("summary", one.name)
        entry.add("dtstamp", one.changed_at)
        entry.add("sequence", one.version)
        entry.add("dtstart", one.starts_on)
        entry.add("dtend", (one.last_day or one.starts_on) + dt.timedelta(days=1))
        if one.place:
            entry.add("location", one.place)
        yield entry


def _starts(meeting: Meeting) -> dt.datetime | None:
    try:
        return dt.datetime.combine(meeting.held_on, dt.time.fromisoformat((meeting.starts or "").strip().zfill(5)))
    except ValueError:  # an hour that people wrote in words
        return None
