"""Candidates and conditions in files → a delegation in files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from smezhnik.errors import InputError
from smezhnik.io import Loaded
from smezhnik.io.book import write_book
from smezhnik.messages import say
from smezhnik.progress import Progress, no_progress
from smezhnik.scheduling import Candidate, Condition, Delegation, Limit, compose_delegation
from smezhnik.tables import complete
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all


@dataclass(frozen=True)
class Composed:
    """The delegation, with the rows of its candidates and the conditions that it was composed under."""

    delegation: Delegation
    rows: Mapping[str, Mapping[str, Any]]
    seats: Mapping[str, int]
    limits: tuple[Limit, ...]
    loaded: tuple[Loaded, ...] = ()

    def name(self, candidate: str) -> str:
        """Organisation and post."""
        row = self.rows[candidate]
        return ", ".join(filter(None, (row["organisation"], row["post"])))

    def condition(self, one: Condition, lang: Lang) -> str:
        """A condition in words."""
        if one.kind in ("least", "most"):
            limit = self.limits[int(one.name)]
            return say(f"delegation.condition.{one.kind}", lang, of=say(f"choice.{limit.of}", lang), value=limit.value,
                       count=limit.least if one.kind == "least" else limit.most)
        if one.kind == "seats":
            return say("delegation.condition.seats", lang, value=one.name, count=self.seats[one.name])
        named = one.name if one.kind == "cluster" else self.name(one.name)
        return say(f"delegation.condition.{one.kind}", lang, value=named)


def compose_files(candidates: Path, rules: Path, *, reading: Reading = Reading(), time_limit_s: float = 10.0,
                  progress: Progress = no_progress) -> Composed:
    """Read the tables and compose.

    Raises
    ------
    InputFaults with the faults of both files; InputError where no package of seats is given.
    """
    loaded = read_all({"candidates": candidates, "delegation_rules": rules}, reading, progress)
    return compose_rows(loaded["candidates"].frame, loaded["delegation_rules"].frame, tuple(loaded.values()),
                        time_limit_s=time_limit_s, progress=progress)


def compose_rows(candidates: pl.DataFrame, rules: pl.DataFrame, loaded: tuple[Loaded, ...] = (), *,
                 time_limit_s: float = 10.0, progress: Progress = no_progress) -> Composed:
    """The same of tables. A cluster without numbers is to be represented; a package says how many seats it has."""
    rows = {row["candidate_id"] or str(number): row for number, row in enumerate(
        complete(candidates, "candidates").to_dicts(), 1)}
    people = [Candidate(who, row["organisation"], _all(row["packages"]), _all(row["clusters"]), _all(row["roles"]),
                        _all(row["industries"]), row["expected_meetings"] or 0.0, bool(row["must"]),
                        bool(row["must_not"])) for who, row in rows.items()]
    seats: dict[str, int] = {}
    clusters: list[str] = []
    limits: list[Limit] = []
    for row in complete(rules, "delegation_rules").to_dicts():
        least, most = row["least"], row["most"]
        if row["counted"] == "package":
            seats[row["value"]] = most or 0
        elif row["counted"] == "cluster" and most is None and (least or 1) == 1:
            clusters.append(row["value"])
        else:
            limits.append(Limit(row["counted"], row["value"], least, most))
    if not seats:
        raise InputError("delegation_no_seats")
    made = compose_delegation(people, seats, clusters, limits, time_limit_s=time_limit_s, progress=progress)
    return Composed(made, rows, seats, tuple(limits), loaded)


def delegation_frames(made: Composed) -> dict[str, pl.DataFrame]:
    """The delegation and those without a seat as declared tables."""
    seats = [{**made.rows[seat.candidate], "number": number, "package": seat.package, "alone_for": list(seat.alone_for)}
             for number, seat in enumerate(made.delegation.seats, 1)]
    losers = [{**made.rows[loser.candidate], "candidate_id": loser.candidate, "reason": loser.reason,
               "by": [made.name(who) for who in loser.by], "loss": loser.loss} for loser in made.delegation.losers]
    return {"delegation_seats": complete(pl.DataFrame(seats, infer_schema_length=None), "delegation_seats"),
            "delegation_losers": complete(pl.DataFrame(losers, infer_schema_length=None), "delegation_losers")}


def delegation_lines(made: Composed, lang: Lang) -> list[str]:
    """The answer in sentences: seats and who is left out, or why there is no delegation."""
    found = made.delegation
    if found.status == "impossible":
        lines = [say("delegation.impossible", lang, count=len(found.conflict))]
        lines += [f"  {made.condition(one, lang)}" for one in found.conflict]
        lines.append(say("delegation.smallest" if found.smallest else "delegation.irreducible", lang))
        if found.seats_needed is not None:
            lines.append(say("delegation.needed", lang, count=found.seats_needed, seats=sum(made.seats.values())))
        if found.uncovered:
            lines.append(say("delegation.uncovered", lang, count=len(found.uncovered), names=found.uncovered))
        return lines
    if found.status == "unknown":
        return [say("delegation.unknown", lang)]
    lines = [say("delegation.done", lang, count=len(found.seats), seats=sum(made.seats.values()), worth=found.worth),
             say(f"delegation.status.{found.status}", lang)]
    for loser in found.losers:
        if loser.reason == "displaced":
            lines.append(say("delegation.displaced", lang, name=made.name(loser.candidate),
                             by=[made.name(who) for who in loser.by], clusters=loser.clusters or None))
    return lines


def write_delegation(made: Composed, path: Path, *, lang: Lang) -> None:
    """One workbook with seats, losers and the answer in words; any other kind of file holds the seats."""
    write_book(delegation_frames(made), path, lang=lang, about=delegation_lines(made, lang))


def _all(given: list[str] | None) -> tuple[str, ...]:
    return tuple(given or ())
