"""A road map and evidence in files → how far each commitment is; orders in a file → the red list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from smezhnik.errors import InputFaults
from smezhnik.io import Loaded, check_table
from smezhnik.messages import say
from smezhnik.progress import Progress as Told
from smezhnik.progress import no_progress
from smezhnik.promises.evidence import Evidence, prepare
from smezhnik.promises.light import red_list
from smezhnik.promises.plan import Promise, find_plan_faults, promises_of
from smezhnik.promises.progress import Progress, progress, promise_state
from smezhnik.promises.reminders import reminders
from smezhnik.tables import complete
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all, refuse_all


@dataclass(frozen=True)
class Counted:
    """A promise with how far each of its measures is, and its state, that of the worst."""

    promise: Promise
    parts: tuple[Progress, ...]
    state: str


@dataclass(frozen=True)
class Status:
    """Promises by a day, and the files that they were read from."""

    on: dt.date
    promises: tuple[Counted, ...]
    loaded: tuple[Loaded, ...]


def read_road_map(path: Path, reading: Reading = Reading()) -> tuple[list[Promise], Loaded]:
    """A road map of one file.

    Raises
    ------
    InputFaults with all that is wrong with its cells and its targets, each at its place: nothing is taken of a plan
    that is faulty, since a plan is signed as a whole.
    """
    loaded = check_table(path, "commitments", columns=reading.columns.get("commitments"),
                         recipe=reading.recipes.get("commitments"))
    faults = [*loaded.faults, *(replace(fault, file=loaded.file) for fault in
                                find_plan_faults(loaded.frame, loaded.rows))]
    if faults:
        raise refuse_all(sorted(faults, key=lambda fault: (fault.row is not None, fault.sheet or "", fault.row or 0)))
    return promises_of(loaded.frame), loaded


def count_promises(promises: Sequence[Promise], evidence: Evidence, *, on: dt.date) -> tuple[Counted, ...]:
    """How far promises are by a day."""
    made = iter(progress([target for promise in promises for target in promise.targets], evidence, on=on))
    counted = []
    for promise in promises:
        parts = tuple(next(made) for _ in promise.targets)
        counted.append(Counted(promise, parts, promise_state(parts)))
    return tuple(counted)


def find_status(plan: Path, evidence: Path, *, on: dt.date, reading: Reading = Reading(), progress: Told = no_progress
                ) -> Status:
    """Read a road map and what proves it, and count.

    Raises
    ------
    InputFaults with the faults of both files together.
    """
    faults: list[Any] = []
    promises: list[Promise] = []
    files: list[Loaded] = []
    try:
        promises, loaded = read_road_map(plan, reading)
        files.append(loaded)
    except InputFaults as refused:
        faults += refused.faults
    try:
        files.append(read_all({"evidence": evidence}, reading, progress)["evidence"])
    except InputFaults as refused:
        faults += refused.faults
    if faults:
        raise refuse_all(faults)
    return Status(on, count_promises(promises, prepare(files[1].frame), on=on), tuple(files))


def status_rows(promises: Sequence[Counted], lang: Lang) -> pl.DataFrame:
    """Table ``promise_progress``: a row for each measure, one for a commitment of words alone."""
    rows = [row for one in promises for row in (_rows_of(one, lang) or [{
        "state": one.state, "why": say("promises.missing.measure", lang), "promise_id": one.promise.no,
        "text": one.promise.text}])]
    return complete(pl.DataFrame(rows, infer_schema_length=None), "promise_progress")


def _rows_of(one: Counted, lang: Lang) -> list[dict[str, Any]]:
    return [{"promise_id": one.promise.no, "text": one.promise.text, "measure": part.target.measure,
             "state": part.state, "value": part.value, "plan": part.target.plan, "share": part.share,
             "expected": part.expected, "due": part.target.due, "counted": part.counted,
             "left_out": sum(part.left_out.values()), "why": why_line(part, lang)} for part in one.parts]


def why_line(part: Progress, lang: Lang) -> str | None:
    """Why rows do not count, or what is missing; None where there is nothing to say."""
    if part.missing is not None:
        code, fields = part.missing
        return say(f"promises.missing.{code}", lang, **{
            name: say(f"choice.{value}", lang) if name == "kind" else value for name, value in fields.items()})
    return "; ".join(say("promises.left_out.counted", lang, reason=say(f"promises.left_out.{reason}", lang),
                         count=count) for reason, count in part.left_out.items()) or None


def find_red_list(orders: Path, *, on: dt.date, data_say: Mapping[str, str] | None = None,
                  reading: Reading = Reading(), progress: Told = no_progress) -> tuple[pl.DataFrame, Loaded]:
    """Read orders and list those that are overdue by a day."""
    loaded = read_all({"orders": orders}, reading, progress)["orders"]
    return red_list(loaded.frame, on=on, data_say=data_say), loaded


def find_reminders(orders: Path, *, on: dt.date, reading: Reading = Reading(), progress: Told = no_progress
                   ) -> tuple[pl.DataFrame, Loaded]:
    """Read orders and say whom to remind of them on a day."""
    loaded = read_all({"orders": orders}, reading, progress)["orders"]
    return reminders(loaded.frame, on=on), loaded


def when_line(days_over: int, lang: Lang) -> str:
    """«осталось 3 дня», «сегодня», «прошло 7 дней»."""
    if days_over == 0:
        return say("web.reminders.today", lang)
    return say("web.reminders.over" if days_over > 0 else "web.reminders.left", lang, count=abs(days_over))
