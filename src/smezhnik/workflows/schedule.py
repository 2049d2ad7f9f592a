"""Participants and wishes in files → a schedule of pair meetings in files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.errors import Fault, InputFaults
from smezhnik.io import Loaded
from smezhnik.io.book import write_book
from smezhnik.messages import say
from smezhnik.progress import Progress, no_progress
from smezhnik.report.schedule import Card, report_schedule
from smezhnik.scheduling import Meeting, Person, Schedule, Slot, Wish, plan_pairs, replan_pairs
from smezhnik.tables import complete
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all, refuse_all
from smezhnik.workflows.report import Reported

_PART = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")


@dataclass(frozen=True)
class Asked:
    """What a schedule is asked for.

    Attributes
    ----------
    tables : that there are; None as many as are needed
    absent : name of who did not come → first slot missed; ``now``: first slot that has not begun
    """

    slots: tuple[Slot, ...]
    tables: int | None = None
    absent: Mapping[str, int] | None = None
    now: int = 1
    time_limit_s: float = 10.0


@dataclass(frozen=True)
class Scheduled:
    """The schedule with the names of its participants and what their wishes are about."""

    schedule: Schedule
    people: tuple[Person, ...]
    names: Mapping[str, str]
    topics: Mapping[tuple[str, str], str]
    asked: Asked
    loaded: tuple[Loaded, ...]


def schedule_files(participants: Path, wishes: Path, asked: Asked, *, previous: Path | None = None,
                   reading: Reading = Reading(), progress: Progress = no_progress) -> Scheduled:
    """Read the tables and make a schedule; with an earlier one, what stands there stays.

    Raises
    ------
    InputFaults with the faults of all files together, and every name that no participant has.
    """
    loaded = read_all({"participants": participants, "wishes": wishes, "pair_meetings": previous}, reading, progress)
    people, names = read_people(loaded["participants"].frame, len(asked.slots))
    ids = {name.casefold(): who for who, name in names.items()} | {who.casefold(): who for who in names}
    faults: list[Fault] = []

    def find(name: str, file: str | None) -> str:
        found = ids.get(name.casefold().strip())
        if found is None:
            faults.append(Fault("wish_of_unknown", {"id": name}, file=file))
        return found or ""

    wanted, topics = read_wishes(loaded["wishes"].frame, people, lambda name: find(name, loaded["wishes"].file))
    absent = {find(name, None): slot for name, slot in (asked.absent or {}).items()}
    kept = [Meeting(row["slot"], row["table"], find(row["host"], loaded["pair_meetings"].file),
                    find(row["guest"], loaded["pair_meetings"].file))
            for row in (loaded["pair_meetings"].frame.to_dicts() if previous else [])]
    if faults:
        raise refuse_all(list({fault.fields["id"]: fault for fault in faults}.values()))
    if previous is None:
        made = plan_pairs(people, wanted, asked.slots, tables=asked.tables, time_limit_s=asked.time_limit_s,
                          progress=progress)
    else:
        before = Schedule(tuple(sorted(kept)), (), max((one.table for one in kept), default=1), 0, 0, 0, 0.0, 0.0,
                          "found")
        made = replan_pairs(before, people, wanted, asked.slots, absent=absent, now=asked.now, tables=asked.tables,
                            time_limit_s=asked.time_limit_s, progress=progress)
    return Scheduled(made, tuple(people), names, topics, asked, tuple(loaded.values()))


def read_people(frame: pl.DataFrame, slots: int) -> tuple[list[Person], dict[str, str]]:
    """Rows of ``participants`` → participants and their names.

    Raises
    ------
    InputFaults where free slots cannot be read.
    """
    rows = complete(frame, "participants").to_dicts()
    faults = [Fault("slots_unread", {"id": row["name"], "found": row["slots"]}) for row in rows
              if row["slots"] and read_slots(row["slots"]) is None]
    if faults:
        raise InputFaults(faults, "schedule_faults")
    people = [Person(row["participant_id"] or row["name"], row["side"],
                     read_slots(row["slots"]) if row["slots"] else None, row["most"]) for row in rows]
    return people, {row["participant_id"] or row["name"]: row["name"] for row in rows}


def read_slots(text: str) -> frozenset[int] | None:
    """``1–8; 12`` → the numbers; None where it is something else."""
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in re.split("[;,]", text))):
        read = _PART.fullmatch(part)
        if read is None:
            return None
        found.update(range(int(read[1]), int(read[2] or read[1]) + 1))
    return frozenset(found)


def read_wishes(frame: pl.DataFrame, people: Sequence[Person], find: Callable[[str], str]
                ) -> tuple[list[Wish], dict[tuple[str, str], str]]:
    """Rows of ``wishes``, of either side → wishes of pairs, and what they are about."""
    side = {person.id: person.side for person in people}
    wanted: dict[tuple[str, str], dict[str, float]] = {}
    topics: dict[tuple[str, str], str] = {}
    for row in complete(frame, "wishes").to_dicts():
        who, whom = find(row["who"]), find(row["whom"])
        pair = (who, whom) if side.get(who) == "host" else (whom, who)
        one = wanted.setdefault(pair, {"host": 0, "guest": 0, "score": 0.0})
        of = side.get(who, "host")
        one[of] = max(one[of], 1 if row["wish"] is None else row["wish"])
        one["score"] = max(one["score"], row["score"] or 0.0)
        if row["topic"]:
            topics[pair] = "; ".join(dict.fromkeys([*filter(None, [topics.get(pair)]), row["topic"]]))
    return [Wish(host, guest, int(one["host"]), int(one["guest"]), one["score"])
            for (host, guest), one in wanted.items()], topics


def schedule_frames(made: Scheduled) -> dict[str, pl.DataFrame]:
    """The schedule, and the wishes that it does not meet, as declared tables."""
    slots = {slot.number: slot for slot in made.asked.slots}
    rows = [{"slot": one.slot, "day": slots[one.slot].starts.date(), "starts": f"{slots[one.slot].starts:%H:%M}",
             "ends": f"{slots[one.slot].ends:%H:%M}", "table": one.table, "host": made.names[one.host],
             "guest": made.names[one.guest], "mutual": one.mutual,
             "topic": made.topics.get((one.host, one.guest))} for one in made.schedule.meetings]
    left = [{"host": made.names[item.wish.host], "guest": made.names[item.wish.guest], "mutual": item.wish.mutual,
             "wish_host": item.wish.of_host, "wish_guest": item.wish.of_guest, "reason": item.reason}
            for item in made.schedule.unmet]
    return {"pair_meetings": complete(pl.DataFrame(rows), "pair_meetings"),
            "unmet_wishes": complete(pl.DataFrame(left), "unmet_wishes")}


def write_schedule(made: Scheduled, path: Path, *, lang: Lang) -> None:
    """One workbook with both tables; any other kind of file holds the meetings."""
    write_book(schedule_frames(made), path, lang=lang)


def schedule_page(made: Scheduled, *, lang: Lang, title: str | None = None, issuer: str = "",
                  made_at: dt.datetime | None = None, sample: bool = False) -> Reported:
    """A card for every participant and every table, to print and hand out."""
    frame = schedule_frames(made)["pair_meetings"]
    cards = [Card(say("report.schedule.table", lang, number=number), tuple(
        (f"{row['day']:%d.%m} {row['starts']}–{row['ends']}", f"{row['host']} – {row['guest']}", row["topic"] or "")
        for row in of.to_dicts())) for (number,), of in frame.sort("table", "slot").group_by(
            "table", maintain_order=True)]
    for side, other in (("host", "guest"), ("guest", "host")):
        cards += [Card(str(name), tuple(
            (f"{row['day']:%d.%m} {row['starts']}–{row['ends']}",
             say("report.schedule.at", lang, table=row["table"], whom=row[other]), row["topic"] or "")
            for row in of.to_dicts())) for (name,), of in frame.sort(side, "slot").group_by(side, maintain_order=True)]
    page = report_schedule(made.schedule, cards, lang=lang, title=title, issuer=issuer, made_at=made_at, sample=sample,
                           slots=len(made.asked.slots))
    return Reported(page, say("report.schedule.file", lang), made.loaded)
