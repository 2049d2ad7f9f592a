"""Events of the workplace: wishes from a sheet, the schedule, answers after 30 and 90 days as one workbook a plant."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

from smezhnik.activities.events import ASKED_AFTER, keep_answers, keep_schedule, keep_wishes
from smezhnik.activities.models import Event, FollowUp, PairMeeting, Participant
from smezhnik.errors import Fault, InputError, InputFaults
from smezhnik.io import read_table
from smezhnik.messages import say
from smezhnik.registry.models import Organisation
from smezhnik.scheduling import Meeting, Person, Schedule, Slot, Wish, make_slots, plan_pairs, replan_pairs
from smezhnik.types import Lang
from smezhnik.workflows.schedule import read_slots

#: Columns of the workbook of answers: name → kind; the first three say which meeting it is and are not read.
_ANSWERS = ("pair", "after_days", "whom", "alive", "potential_th_rub", "signed_th_rub", "delivered_th_rub", "reason")
_SUMS = ("potential_th_rub", "signed_th_rub", "delivered_th_rub")


def slots_of(event: Event) -> tuple[Slot, ...]:
    """Slots of an event; none where it has no day or no hours.

    Raises
    ------
    InputError where the hours cannot be read.
    """
    if event.starts_on is None or not event.hours:
        return ()
    days = [event.starts_on + dt.timedelta(days=day) for day in range(
        ((event.last_day or event.starts_on) - event.starts_on).days + 1)]
    opens, closes = _hours(event.hours)
    return make_slots(days, opens, closes, minutes=event.slot_minutes or 25,
                      pause_minutes=5 if event.pause_minutes is None else event.pause_minutes,
                      lunch=_hours(event.lunch) if event.lunch else None)


def _hours(text: str) -> tuple[dt.time, dt.time]:
    first, _, last = text.replace("–", "-").partition("-")
    try:
        return dt.time.fromisoformat(first.strip().zfill(5)), dt.time.fromisoformat(last.strip().zfill(5))
    except ValueError as error:
        raise InputError("hours_unread", found=text) from error


def schedule_event(event: Event, who: str, *, time_limit_s: float = 10.0) -> Schedule:
    """Make the schedule of an event and keep it.

    With a schedule that there is, what stands in it stays; who is marked as not come leaves, holes are filled.

    Raises
    ------
    InputError where the event has no day or hours, or is over; InputFaults of participants.
    """
    slots = slots_of(event)
    if not slots:
        raise InputError("event_without_slots")
    people, wishes, topics = _asked(event)
    there = list(event.pairs.filter(archived=False).select_related("host", "guest"))
    if not there:
        made = plan_pairs(people, wishes, slots, tables=event.tables, time_limit_s=time_limit_s)
    else:
        before = Schedule(tuple(sorted(Meeting(one.slot, one.table, one.host.public_id, one.guest.public_id)
                                       for one in there if one.slot <= len(slots))),
                          (), int(event.plan.get("tables") or 1), 0, 0, 0, 0.0, 0.0, "found")
        gone = {one.public_id: 1 for one in event.participants.filter(archived=False, attended=False)}
        made = replan_pairs(before, people, wishes, slots, absent=gone, tables=event.tables,
                            time_limit_s=time_limit_s)
    keep_schedule(event, made, topics, who)
    return made


def _asked(event: Event) -> tuple[list[Person], list[Wish], dict[tuple[str, str], str]]:
    """Participants and wishes of an event by public id."""
    rows = list(event.participants.filter(archived=False).exclude(side="").select_related("organisation"))
    faults = [Fault("slots_unread", {"id": row.organisation.name, "found": row.slots}) for row in rows
              if row.slots and read_slots(row.slots) is None]
    if faults:
        raise InputFaults(faults, "schedule_faults")
    people = [Person(row.public_id, row.side, read_slots(row.slots) if row.slots else None, row.most) for row in rows]
    side = {row.pk: row.side for row in rows}
    wanted: dict[tuple[str, str], dict[str, int]] = {}
    topics: dict[tuple[str, str], str] = {}
    for wish in event.wishes.filter(archived=False).select_related("who", "whom"):
        if {side.get(wish.who_id), side.get(wish.whom_id)} != {"host", "guest"}:
            continue  # the page names it: two of one side do not meet at a table
        of = side[wish.who_id]
        pair = (wish.who.public_id, wish.whom.public_id)
        pair = pair if of == "host" else pair[::-1]
        wanted.setdefault(pair, {"host": 0, "guest": 0})[of] = wish.wish
        if wish.topic:
            topics[pair] = wish.topic
    return people, [Wish(host, guest, one["host"], one["guest"]) for (host, guest), one in wanted.items()], topics


def load_wishes(event: Event, path: Path, who: str) -> int:
    """Wishes from a sheet of the table ``wishes``; names are those of the participants, or their ids.

    Raises
    ------
    InputFaults with every name that no participant has; nothing is stored then.
    """
    loaded = read_table(path, "wishes")
    names: dict[str, Participant] = {}
    for one in event.participants.filter(archived=False).select_related("organisation"):
        for name in (one.organisation.name, one.organisation.public_id, one.organisation.inn, one.public_id):
            if name:
                names[name.casefold().strip()] = one
    faults, rows = [], []
    for row in loaded.frame.to_dicts():
        sides = [names.get(row[name].casefold().strip()) for name in ("who", "whom")]
        faults += [Fault("wish_of_unknown", {"id": row[name]}, file=loaded.file)
                   for name, side in zip(("who", "whom"), sides, strict=True) if side is None]
        if None not in sides and sides[0] is not sides[1]:
            rows.append({"who": sides[0], "whom": sides[1], "wish": row["wish"], "topic": row["topic"]})
    if faults:
        raise InputFaults(list({str(fault.fields["id"]): fault for fault in faults}.values()), "schedule_faults")
    return keep_wishes(event, rows, who)


def plan_frame(event: Event, pairs: Sequence[PairMeeting]) -> pl.DataFrame:
    """A schedule as rows of ``pair_meetings``."""
    slots = {slot.number: slot for slot in slots_of(event)}
    return pl.DataFrame([{
        "slot": one.slot, "day": slots[one.slot].starts.date() if one.slot in slots else None,
        "starts": f"{slots[one.slot].starts:%H:%M}" if one.slot in slots else None,
        "ends": f"{slots[one.slot].ends:%H:%M}" if one.slot in slots else None, "table": one.table,
        "host": one.host.organisation.name, "guest": one.guest.organisation.name, "mutual": one.mutual,
        "topic": one.topic or None} for one in pairs])


def ask_answers(event: Event, organisation: Organisation, lang: Lang) -> bytes:
    """The workbook that a plant fills in: a row for each of its held meetings and each day that is asked for."""
    pairs = event.pairs.filter(archived=False, standing="held").select_related(
        "host__organisation", "guest__organisation")
    own = [one for one in pairs if organisation.pk in (one.host.organisation_id, one.guest.organisation_id)]
    said = {(one.pair_id, one.after_days): one for one in FollowUp.objects.filter(
        pair__in=own, by=organisation, archived=False)}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(say("followup.sheet", lang))
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        for column, name in enumerate(_ANSWERS):
            sheet.write_string(0, column, say(f"followup.{name}", lang), bold)
        sheet.set_column(0, 1, 14)
        sheet.set_column(2, 2, 40)
        sheet.set_column(3, 7, 18)
        sheet.freeze_panes(1, 3)
        rows = [(one, days) for one in own for days in ASKED_AFTER]
        for row, (one, days) in enumerate(rows, 1):
            other = one.guest if one.host.organisation_id == organisation.pk else one.host
            sheet.write_string(row, 0, one.public_id)
            sheet.write_number(row, 1, days)
            sheet.write_string(row, 2, other.organisation.name)
            answer = said.get((one.pk, days))
            if answer is None:
                continue
            if answer.alive is not None:
                sheet.write_string(row, 3, say("followup.yes" if answer.alive else "followup.no", lang))
            for column, name in enumerate(_SUMS, 4):
                if getattr(answer, name) is not None:
                    sheet.write_number(row, column, getattr(answer, name))
            sheet.write_string(row, 7, answer.reason)
        if rows:
            sheet.data_validation(1, 3, len(rows), 3, {"validate": "list", "source": [
                say("followup.yes", lang), say("followup.no", lang)]})
    return out.getvalue()


def take_answers(event: Event, organisation: Organisation, content: bytes, who: str, *, on: dt.date) -> int:
    """Read a workbook that ``ask_answers`` made, filled in; rows without an answer are passed over.

    Raises
    ------
    InputFaults that name each cell that cannot be read; nothing is stored then. InputError where it is another file.
    """
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except Exception as error:  # whatever the reader says, it is no workbook of ours
        raise InputError("followup_file") from error
    heads = [{say(f"followup.{name}", lang) for name in _ANSWERS} for lang in ("ru", "en")]
    if not sheet or not any(set(map(str, sheet[0])) >= some for some in heads):
        raise InputError("followup_file")
    words = {say(f"followup.{name}", lang): name for name in _ANSWERS for lang in ("ru", "en")}
    columns = {words[str(head)]: at for at, head in enumerate(sheet[0]) if str(head) in words}
    faults: list[Fault] = []
    rows = []
    for number, cells in enumerate(sheet[1:], 2):
        row = _answer(cells, columns, number, faults)
        if row is not None:
            rows.append(row)
    if faults:
        raise InputFaults(faults, "followup_faults")
    return keep_answers(event, organisation, rows, who, on=on)


def _answer(cells: Sequence[Any], columns: Mapping[str, int], number: int, faults: list[Fault]
            ) -> dict[str, Any] | None:
    """One row; None where nothing is answered."""
    given = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
    if all(given[name] in ("", None) for name in ("alive", *_SUMS, "reason")):
        return None
    row: dict[str, Any] = {"pair": str(given["pair"]).strip(), "reason": str(given["reason"] or "").strip()}
    word = str(given["alive"] or "").strip().casefold()
    row["alive"] = {"": None, **{say(f"followup.{name}", lang): name == "yes" for name in ("yes", "no")
                                for lang in ("ru", "en")}}.get(word, "?")
    if row["alive"] == "?":
        faults.append(Fault("followup_alive", {"found": given["alive"]}, row=number))
    for name in ("after_days", *_SUMS):
        row[name] = _number(given[name])
        if row[name] is not None and (row[name] != row[name] or row[name] < 0):
            faults.append(Fault("followup_number", {"found": given[name]}, row=number))
    if row["after_days"] not in ASKED_AFTER:
        faults.append(Fault("followup_days", {"found": given["after_days"], "days": list(ASKED_AFTER)}, row=number))
    else:
        row["after_days"] = int(row["after_days"])
    return row


def _number(cell: Any) -> float | None:
    """A number as people write it; nan where it is none."""
    if cell in ("", None):
        return None
    try:
        return float(str(cell).replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return float("nan")
