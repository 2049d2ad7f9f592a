"""What people do with delegations: nominate, set conditions, keep a composition, approve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from smezhnik.activities.models import Delegation, DelegationRule, Nominee
from smezhnik.errors import InputError
from smezhnik.records.actions import act
from smezhnik.tables.activities import DELEGATION_STATES

#: Columns of ``candidates`` that a nominee keeps.
SAID = ("organisation", "post", "packages", "clusters", "roles", "industries", "expected_meetings", "must", "must_not")


def nominate(delegation: Delegation, rows: Sequence[Mapping[str, Any]], who: str) -> list[Nominee]:
    """Take candidates in, rows of ``candidates``; one that is there by organisation and post is changed.

    Raises
    ------
    InputError where a candidate has no post.
    """
    there = {(one.organisation.casefold(), one.post.casefold()): one for one in delegation.nominees.all()}
    new, changes = [], []
    for row in rows:
        values: dict[str, Any] = {name: row.get(name) if row.get(name) is not None else _empty(name) for name in SAID}
        found = there.get((values["organisation"].casefold(), values["post"].casefold()))
        if found is None:
            new.append(Nominee(held_by=delegation.held_by, delegation=delegation, **values))
        else:
            changes.append((found, {**values, "archived": False}))
    with act(who, "activities.nominate", held_by=delegation.held_by, rows=len(rows)) as action:
        action.create(new)
        action.change_all(changes)
    return new


def _empty(name: str) -> Any:
    return {"post": "", "must": False, "must_not": False, "expected_meetings": None}.get(name, [])


def set_rules(delegation: Delegation, rows: Sequence[Mapping[str, Any]], who: str) -> None:
    """Put rows of ``delegation_rules`` in the place of the conditions that there are."""
    made = [DelegationRule(held_by=delegation.held_by, delegation=delegation, **{
        name: row.get(name) for name in ("counted", "value", "least", "most")}) for row in rows]
    with act(who, "activities.set_rules", held_by=delegation.held_by, rows=len(rows)) as action:
        action.change_all([(one, {"archived": True}) for one in delegation.rules.filter(archived=False)],
                          verb="archived")
        action.create(made)


def keep_composition(delegation: Delegation, seats: Mapping[str, Mapping[str, Any]], losers: Mapping[
        str, Mapping[str, Any]], answer: Mapping[str, Any], who: str) -> None:
    """Keep who goes and why others do not, by public id of the nominee; ``answer`` as ``Delegation.answer``.

    Raises
    ------
    InputError where the delegation is approved: who goes is then no longer calculated.
    """
    if delegation.standing not in ("call", "composed"):
        raise InputError("delegation_approved")
    clean: dict[str, Any] = {"package": "", "alone_for": [], "reason": "", "by": [], "loss": None}
    with act(who, "activities.keep_composition", held_by=delegation.held_by) as action:
        action.change_all([(one, {**clean, **seats.get(one.public_id, {}), **losers.get(one.public_id, {})})
                           for one in delegation.nominees.filter(archived=False)])
        action.change(delegation, {"answer": dict(answer), "standing": "composed" if seats and not answer.get(
            "conflict") else "call"})


def move_delegation(delegation: Delegation, standing: str, who: str, *, expected: int, on: dt.date, by: str = ""
                    ) -> None:
    """Approve a composed delegation, send it, have it reported.

    Raises
    ------
    InputError where a step is left out, or who approved it is not said.
    """
    order = DELEGATION_STATES.index
    if standing not in DELEGATION_STATES or order(standing) != order(delegation.standing) + 1 or standing == "composed":
        raise InputError("delegation_step", found=standing, standing=delegation.standing)
    values: dict[str, Any] = {"standing": standing}
    if standing == "approved":
        if not by.strip():
            raise InputError("delegation_without_approval")
        values |= {"approved_by": by.strip(), "approved_on": on}
    with act(who, "activities.move_delegation", held_by=delegation.held_by, to=standing) as action:
        action.change(delegation, values, expected=expected)
