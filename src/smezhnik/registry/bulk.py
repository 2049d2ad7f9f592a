"""Many records at once: what would be done is told first, then done as one action with one undo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from smezhnik.errors import SmezhnikError
from smezhnik.records.access import EDITORS, Kind, Viewer
from smezhnik.records.actions import act
from smezhnik.records.chain import plain
from smezhnik.records.models import Action
from smezhnik.tables import table

#: Kinds whose records are changed many at once; most records of one such action.
KINDS, MOST = ("organisation", "site", "offer", "need"), 1_000


@dataclass(frozen=True)
class Plan:
    """What would be done to many records.

    Attributes
    ----------
    changes : records that would change, with the new values; an empty mapping takes the record away
    same : how many say already what they would be made to say
    closed : how many the viewer may not change
    digest : of the records in their versions and of what is to be done: another one where somebody was quicker
    """

    changes: tuple[tuple[Any, Mapping[str, Any]], ...]
    same: int
    closed: int
    digest: str


def may_bulk(kind: Kind, viewer: Viewer) -> bool:
    """Who changes records changes many of them: those that it may change one by one."""
    return kind.name in KINDS and bool(viewer.region) and (
        viewer.role in EDITORS or viewer.organisation is not None)


def changeable(kind: Kind) -> tuple[str, ...]:
    """Columns that may be changed for many at once: what is chosen from a list, a flag, a day, a region, a source.

    Names, numbers and codes are each record's own.
    """
    if kind.name not in KINDS:
        return ()
    own = {item.name for item in kind.model._meta.concrete_fields if not item.is_relation}
    return tuple(name for name, about in table(kind.table).columns.items() if name in own and (
        about.kind in ("flag", "date") or (about.kind == "text" and about.choices) or name in ("region", "source")))


def find_plan(kind: Kind, viewer: Viewer, records: Iterable[Any], values: Mapping[str, Any]) -> Plan:
    """What giving the records these values would do; with no values, what taking them away would."""
    changes, same, closed = [], 0, 0
    for record in records:
        if not kind.may_edit(viewer, record) or not values.keys() <= kind.visible_fields(viewer, record):
            closed += 1
        elif values and all(plain(getattr(record, name)) == plain(value) for name, value in values.items()):
            same += 1
        else:
            changes.append((record, values))
    said = sorted(f"{record.public_id} {record.version}" for record, _ in changes)
    digest = hashlib.sha256("\n".join([*said, repr(plain(dict(values)))]).encode()).hexdigest()
    return Plan(tuple(changes), same, closed, digest)


class PlanOver(SmezhnikError, ValueError):
    """What was looked at is no longer what would be done: somebody changed a record meanwhile."""


def do_plan(plan: Plan, kind: Kind, viewer: Viewer, *, seen: str, reason: str = "") -> Action | None:
    """Do it, whole or not at all; the row of the journal, by which it is undone.

    Raises
    ------
    PlanOver where ``seen``, the digest that the person looked at, is another one; Stale where a record changes now.
    """
    if plan.digest != seen:
        raise PlanOver("plan_over")
    away = all(not values for _, values in plan.changes)
    with act(viewer.login, f"registry.bulk_{'archive' if away else 'change'}", held_by=viewer.region,
             reason=reason, kind=kind.name) as made:
        if away:
            made.change_all([(record, {"archived": True}) for record, _ in plan.changes], verb="archived")
        else:
            made.change_all(plan.changes)
    return made.action
