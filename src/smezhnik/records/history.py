"""What happened to a record, and how an action is undone without losing what came after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from smezhnik.errors import UnknownCode
from smezhnik.records.actions import BATCH, Act, act
from smezhnik.records.chain import plain
from smezhnik.records.ids import read_id
from smezhnik.records.models import Action, Change, Record


def model_of(kind: str) -> type[Record]:
    """The model whose records are of that kind."""
    for model in apps.get_models():
        if issubclass(model, Record) and kind == model.KIND:
            return model
    raise UnknownCode("record_kind", found=kind)


def find_record(public_id: str) -> Record:
    """The record of an id as a person wrote it; of a merged one, the record that it lives on in.

    Raises
    ------
    UnknownCode where there is none.
    """
    wanted, seen = read_id(public_id), set[str]()
    for model in apps.get_models():
        if issubclass(model, Record) and wanted.startswith(model.PREFIX):
            found = model.objects.filter(public_id=wanted).first()
            while found is not None and found.archived and (into := getattr(found, "merged_into", None)):
                seen.add(found.public_id)
                if into in seen:
                    break
                found = model.objects.get(public_id=into)
            if found is not None:
                return found
    raise UnknownCode("record_absent", found=public_id)


def history_of(public_id: str) -> QuerySet[Change]:
    """The changes of a record, the newest first, each with its action."""
    return Change.objects.filter(record=public_id).select_related("action").order_by("-id")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody changed after the action that is to be undone: it stays as it is now.

    Of a record that stays since another one refers to it: ``field`` is the kind of that one, ``now`` its id.
    """

    record: str
    field: str
    was: Any
    set_to: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: records brought back to what they were, and what stayed since others had changed it."""

    records: int
    conflicts: tuple[Conflict, ...]


def find_undo(action: Action) -> tuple[list[tuple[Record, dict[str, Any]]], list[Conflict]]:
    """What undoing would set, and where it would take away what somebody did later.

    A record that the action made goes away unless somebody changed it since, or made another one refer to it; a field
    that the action changed goes back unless it has another value now.
    """
    changes = _net(action)
    records = _records_of(changes)
    made: list[tuple[Record, dict[str, Any]]] = []
    conflicts: list[Conflict] = []
    going: list[Record] = []
    for change in changes:
        record = records.get(change.record)
        if record is None:
            continue
        if change.verb == "created":
            later = _later(record, change.new)
            conflicts.extend(Conflict(record.public_id, name, None, change.new.get(name), now)
                             for name, now in later.items())
            if not later and not record.archived:
                going.append(record)
            continue
        back: dict[str, Any] = {}
        for name, value in change.new.items():
            now = plain(getattr(record, name))
            if now == value:
                back[name] = _typed(record, name, change.old.get(name))
            else:
                conflicts.append(Conflict(record.public_id, name, change.old.get(name), value, now))
        if back:
            made.append((record, back))
    needed: dict[str, tuple[str, str]] = {}
    freed = {(record.public_id, name) for record, back in made for name in back}
    while found := _needed([record for record in going if record.public_id not in needed], freed):
        needed |= found  # what stays holds in turn what it refers to
    conflicts.extend(Conflict(record, kind, None, None, by) for record, (kind, by) in needed.items())
    made.extend((record, {"archived": True}) for record in going if record.public_id not in needed)
    return made, conflicts


def undo(number: int, who: str, *, reason: str = "") -> Undone:
    """Undo an action: an action of its own, with its row of the journal.

    Raises
    ------
    UnknownCode where there is no such action.
    """
    action = Action.objects.filter(number=number).first()
    if action is None:
        raise UnknownCode("action_absent", found=number)
    with act(who, "records.undo", held_by=action.held_by, reason=reason, undoes=number) as made:
        return undo_within(made, action)


def undo_within(made: Act, action: Action) -> Undone:
    """The same as a part of a larger action."""
    back, conflicts = find_undo(action)
    done = made.change_all(back, verb="undone")
    return Undone(done, tuple(conflicts))


def _net(action: Action) -> list[Change]:
    """What an action did to each record in all: it may have changed one more than once."""
    net: dict[str, Change] = {}
    for change in action.rows.all():
        first = net.setdefault(change.record, change)
        if first is not change:
            first.old = {**change.old, **first.old}
            first.new = {**first.new, **change.new}
    return list(net.values())


def _needed(going: list[Record], freed: set[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Of records that would go away, those that another one, which stays, refers to: its kind and id.

    ``freed``: id and field of references that go back to what they were.
    """
    leaving = {record.public_id for record in going}
    needed: dict[str, tuple[str, str]] = {}
    for model in {type(record) for record in going}:
        ids = {record.pk: record.public_id for record in going if type(record) is model}
        keys = list(ids)
        for relation in model._meta.related_objects:
            other, name = relation.related_model, relation.field.attname
            is_record = issubclass(other, Record)
            kind, told = (other.KIND, "public_id") if is_record else (other._meta.model_name, "pk")
            for start in range(0, len(keys), BATCH):
                rows = other.objects.filter(**{f"{name}__in": keys[start:start + BATCH]})
                rows = rows.filter(archived=False) if is_record else rows
                needed |= {ids[pk]: (kind, str(by)) for pk, by in rows.values_list(name, told)
                           if by not in leaving and (by, name) not in freed}
    return needed


def _later(record: Record, made: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a record that no longer say what it was made with."""
    now = {name: plain(getattr(record, name)) for name in record.kept_fields() if name != "archived"}
    return {name: value for name, value in now.items() if value != made.get(name)}


def _records_of(changes: list[Change]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for kind in {change.kind for change in changes}:
        ids = [change.record for change in changes if change.kind == kind]
        for start in range(0, len(ids), BATCH):
            found |= {item.public_id: item for item in model_of(kind).objects.filter(
                public_id__in=ids[start:start + BATCH])}
    return found


def _typed(record: Record, name: str, value: Any) -> Any:
    """A value of the history as the field holds it."""
    return next(item for item in record._meta.concrete_fields if item.attname == name).to_python(value)
