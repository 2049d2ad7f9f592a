"""A stored delegation: composed from its candidates and conditions, and kept."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from smezhnik.activities.delegations import SAID, keep_composition, nominate, set_rules
from smezhnik.activities.models import Delegation
from smezhnik.io import read_table
from smezhnik.messages import say
from smezhnik.tables import complete
from smezhnik.workflows.delegation import Composed, compose_rows, delegation_lines


def load_candidates(delegation: Delegation, path: Path, who: str) -> int:
    """Candidates from a sheet of the table ``candidates``."""
    rows = read_table(path, "candidates").frame.to_dicts()
    nominate(delegation, rows, who)
    return len(rows)


def load_rules(delegation: Delegation, path: Path, who: str) -> int:
    """Conditions from a sheet of the table ``delegation_rules``; they take the place of those that there are."""
    rows = read_table(path, "delegation_rules").frame.to_dicts()
    set_rules(delegation, rows, who)
    return len(rows)


def compose_stored(delegation: Delegation, who: str, *, time_limit_s: float = 10.0) -> Composed:
    """Compose a delegation and keep who goes, why others do not, and where it is impossible why.

    Raises
    ------
    InputError where no seats are given, or the delegation is approved.
    """
    people = list(delegation.nominees.filter(archived=False))
    rules = [{name: getattr(one, name) for name in ("counted", "value", "least", "most")}
             for one in delegation.rules.filter(archived=False)]
    frame = complete(pl.DataFrame([{"candidate_id": one.public_id, **{name: getattr(one, name) for name in SAID}}
                                   for one in people], infer_schema_length=None), "candidates")
    made = compose_rows(frame, complete(pl.DataFrame(rules, infer_schema_length=None), "delegation_rules"),
                        time_limit_s=time_limit_s)
    found = made.delegation
    seats = {seat.candidate: {"package": seat.package, "alone_for": list(seat.alone_for)} for seat in found.seats}
    losers = {loser.candidate: {"reason": loser.reason, "by": [made.name(who) for who in loser.by], "loss": loser.loss,
                                "alone_for": list(loser.clusters)}
              for loser in found.losers}
    answer = {"status": found.status, "worth": found.worth, "conflict": len(found.conflict),
              **{lang: delegation_lines(made, lang) for lang in ("ru", "en")},
              "seats": sum(made.seats.values()), "needed": found.seats_needed, "uncovered": list(found.uncovered)}
    keep_composition(delegation, seats, losers, answer, who)
    return made


def seats_said(delegation: Delegation, lang: str) -> str:
    """Packages with their seats, «Премиум 3, Обычный 9»."""
    seats = [f"{one.value} {one.most or 0}" for one in delegation.rules.filter(archived=False) if
             one.counted == "package"]
    return ", ".join(seats) or say("delegation.no_seats", "en" if lang == "en" else "ru")
