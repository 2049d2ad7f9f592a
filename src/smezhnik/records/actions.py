"""Every write is one action: one transaction, one row of the journal, the history of each record that it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from smezhnik.errors import SmezhnikError, UnknownCode
from smezhnik.records.bulk import insert_all, update_all
from smezhnik.records.chain import digest_of, plain, seal
from smezhnik.records.ids import draw_id
from smezhnik.records.models import Action, Change, Head, Record

#: Rows of one INSERT or UPDATE.
BATCH = 1_000
#: Content of a row of the journal that its hash covers.
SEALED = ("number", "at", "who", "what", "held_by", "record", "reason", "details", "changes", "digest")


class Stale(SmezhnikError, ValueError):
    """Somebody changed the record meanwhile; both versions are kept: ``theirs`` is what stands there now."""

    def __init__(self, theirs: Record, expected: int) -> None:
        self.theirs = theirs
        super().__init__("stale", record=theirs.public_id, expected=expected, version=theirs.version)


def content_of(record: Record) -> dict[str, Any]:
    """What the record says, as the history keeps it."""
    model: Any = type(record)
    return {name: plain(getattr(record, name)) for name in _kept(model)}


@cache
def _kept(model: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = model.kept_fields()
    return names


@dataclass
class Act:
    """An action at work; records are written at once, their history when it ends.

    Attributes
    ----------
    action : the row of the journal, once the action has ended
    """

    who: str
    what: str
    held_by: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    rows: list[Change] = field(default_factory=list)
    action: Action | None = None
    _touched: list[tuple[Record, dict[str, Any]]] = field(default_factory=list)

    def create(self, records: Sequence[Record]) -> None:
        """Write new records; what others refer to comes before them."""
        for model, some in _by_model(records):
            _draw_free(model, some)
            for record in some:
                _settle(record)
                record.check()
                record.index()
                self._note(record, "created", {}, {name: value for name, value in content_of(record).items()
                                                   if value is not None})
            self._touched += [(record, {"pk": None}) for record in some]
            insert_all(model, some)

    def change(self, record: Record, values: Mapping[str, Any], *, expected: int | None = None,
               verb: str = "changed") -> bool:
        """Give fields new values; False where they had them already.

        Raises
        ------
        Stale where the version of the record is no longer ``expected`` (by default the one that was read).
        """
        return bool(self.change_all([(record, values)], expected=expected, verb=verb))

    def change_all(self, changes: Iterable[tuple[Record, Mapping[str, Any]]], *, expected: int | None = None,
                   verb: str = "changed") -> int:
        """The same for many records; the number of those that changed. All or none, like every action.

        A record may come more than once; two readings of one record may not, since one would hide the other.
        """
        changed: dict[tuple[type[Record], Any], tuple[Record, int]] = {}
        columns: dict[type[Record], dict[str, None]] = {}
        for record, values in changes:
            if expected is not None and record.version != expected:
                raise Stale(record, expected)
            before = {name: plain(getattr(record, name)) for name in values}
            after = {name: plain(value) for name, value in values.items()}
            different = [name for name in values if before[name] != after[name]]
            if not different:
                continue
            if changed.setdefault((type(record), record.pk), (record, record.version))[0] is not record:
                raise Stale(record, record.version)
            self._touched.append((record, {name: getattr(record, name) for name in (
                *different, *_derived(type(record)), "version", "changed_at")}))
            for name in different:
                setattr(record, name, values[name])
            record.check()
            if not set(record.SEARCHED).isdisjoint(different):
                record.index()
            columns.setdefault(type(record), {}).update(dict.fromkeys(different))
            record.version += 1
            record.changed_at = timezone.now()
            kept = [name for name in different if name not in record.UNKEPT]
            self._note(record, verb, {name: before[name] for name in kept}, {name: after[name] for name in kept})
        for model in dict.fromkeys(model for model, _ in changed):
            _update(model, [pair for (of, _), pair in changed.items() if of is model], columns[model])
        return len(changed)

    def archive(self, record: Record, *, expected: int | None = None) -> bool:
        """Take a record away; nothing is deleted for good."""
        return self.change(record, {"archived": True}, expected=expected, verb="archived")

    def restore(self, record: Record, *, expected: int | None = None) -> bool:
        """Bring it back."""
        return self.change(record, {"archived": False}, expected=expected, verb="restored")

    def _note(self, record: Record, verb: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.rows.append(Change(kind=record.KIND, record=record.public_id, verb=verb, version=record.version,
                                old=old, new=new))

    def close(self) -> Action:
        """Write the row of the journal and the history."""
        head, _ = Head.objects.select_for_update().get_or_create(pk=1)
        named = {row.record for row in self.rows}
        row: dict[str, Any] = {
            "number": head.number + 1, "at": timezone.now(), "who": self.who, "what": self.what,
            "held_by": self.held_by, "record": named.pop() if len(named) == 1 else "", "reason": self.reason,
            "details": plain(self.details), "changes": len(self.rows),
            "digest": digest_of(map(change_content, self.rows)),
        }
        made = self.action = Action(**row, previous=head.hash, hash=seal(head.hash, row))
        made.save(force_insert=True)
        for change in self.rows:
            change.action = made
        insert_all(Change, self.rows)
        head.number, head.hash = made.number, made.hash
        head.save()
        return made

    def give_up(self) -> None:
        """Give the records in memory back what they said before: nothing of the action was written."""
        for record, before in reversed(self._touched):
            for name, value in before.items():
                setattr(record, name, value)
            record._state.adding = record.pk is None


def change_content(change: Change) -> dict[str, Any]:
    """What the digest of an action covers of one change."""
    return {"kind": change.kind, "record": change.record, "verb": change.verb, "version": change.version,
            "old": change.old, "new": change.new}


def sealed_content(action: Action) -> dict[str, Any]:
    """What the hash of a row of the journal covers."""
    return {name: getattr(action, name) for name in SEALED}


@contextmanager
def act(who: str, what: str, *, held_by: str = "", reason: str = "", **details: Any) -> Iterator[Act]:
    """One action: whatever is written within is written whole, with its row of the journal, or not at all."""
    made = Act(who, what, held_by, reason, details)
    try:
        with transaction.atomic():
            yield made
            made.close()
    except BaseException:
        made.give_up()
        raise


def _settle(record: Record) -> None:
    """Take over the keys of the records that it refers to, which may have been written only now."""
    for item in record._meta.concrete_fields:
        if item.is_relation and getattr(record, item.attname) is None and item.is_cached(record):
            setattr(record, item.name, item.get_cached_value(record))


def _draw_free(model: Any, records: list[Record]) -> None:
    """Draw anew the ids that another record of the kind has: of half a million, a few are drawn twice."""
    waiting = records
    taken: set[str] = set()
    while waiting:
        for start in range(0, len(waiting), BATCH):
            ids = [record.public_id for record in waiting[start:start + BATCH]]
            taken.update(model.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
        again = []
        for record in waiting:
            if record.public_id in taken:
                record.public_id = draw_id(record.PREFIX)
                again.append(record)
            else:
                taken.add(record.public_id)
        waiting = again


def _by_model(records: Sequence[Record]) -> Iterator[tuple[Any, list[Record]]]:
    """Records by model, in the order given."""
    for model, some in groupby(records, key=type):
        yield model, list(some)


def _derived(model: type[Record]) -> list[str]:
    """Fields that ``Record.index`` makes."""
    return [field.name for field in model._meta.concrete_fields if field.name in ("words", "sort_key")]


def _update(model: Any, changed: list[tuple[Record, int]], columns: Iterable[str]) -> None:
    """Write changed records, each beside its version in the database; where one has another, all is undone."""
    changed.sort(key=lambda pair: pair[0].pk)  # everybody locks in one order, and nobody waits in a ring
    if update_all(model, changed, [*columns, "version", "changed_at", *_derived(model)]) == len(changed):
        return
    for record, version in changed:
        standing = _standing(model, record)
        if (standing.version, standing.changed_at) != (record.version, record.changed_at):
            raise Stale(standing, version)


def _standing(model: Any, record: Record) -> Record:
    """The record as it stands in the database."""
    found: Record | None = model.objects.filter(pk=record.pk).first()
    if found is None:
        raise UnknownCode("record_absent", found=record.public_id)
    return found
