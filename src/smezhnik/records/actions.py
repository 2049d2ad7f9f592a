"""Every write is one action: one transaction, one row of the journal, the history of each record that it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from smezhnik.errors import SmezhnikError
from smezhnik.records.chain import digest_of, plain, seal
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
    return {name: plain(getattr(record, name)) for name in record.content_fields()}


@dataclass
class Act:
    """An action at work; records are written at once, their history when it ends."""

    who: str
    what: str
    held_by: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    rows: list[Change] = field(default_factory=list)

    def create(self, records: Sequence[Record]) -> None:
        """Write new records."""
        for record in records:
            self._note(record, "created", {}, {name: value for name, value in content_of(record).items()
                                               if value is not None})
        for model, some in _by_model(records):
            model.objects.bulk_create(some, batch_size=BATCH)

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
        """The same for many records; the number of those that changed. All or none, like every action."""
        changed: list[Record] = []
        for record, values in changes:
            if expected is not None and record.version != expected:
                raise Stale(record, expected)
            before = {name: plain(getattr(record, name)) for name in values}
            after = {name: plain(value) for name, value in values.items()}
            different = [name for name in values if before[name] != after[name]]
            if not different:
                continue
            for name in different:
                setattr(record, name, values[name])
            record.version += 1
            record.changed_at = timezone.now()
            self._note(record, verb, {name: before[name] for name in different},
                       {name: after[name] for name in different})
            changed.append(record)
        for model, some in _by_model(changed):
            _update(model, some)
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
        made = Action(**row, previous=head.hash, hash=seal(head.hash, row))
        made.save(force_insert=True)
        for change in self.rows:
            change.action = made
        Change.objects.bulk_create(self.rows, batch_size=BATCH)
        head.number, head.hash = made.number, made.hash
        head.save()
        return made


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
    with transaction.atomic():
        made = Act(who, what, held_by, reason, details)
        yield made
        made.close()


def _by_model(records: Sequence[Record]) -> Iterator[tuple[Any, list[Record]]]:
    """Records by model, in the order given."""
    for model, some in groupby(records, key=type):
        yield model, list(some)


def _update(model: Any, records: list[Record]) -> None:
    """Write changed records; of one whose version is not the one before, nothing is written and all is undone."""
    names = [*dict.fromkeys(name for name in model.content_fields()), "version", "changed_at"]
    if hasattr(model, "words"):
        names.append("words")
    if len(records) == 1:
        record = records[0]
        found = model.objects.filter(pk=record.pk, version=record.version - 1)
        if not found.update(**{name: getattr(record, name) for name in names}):
            raise Stale(model.objects.get(pk=record.pk), record.version - 1)
        return
    held = dict(model.objects.select_for_update().filter(pk__in=[record.pk for record in records])
                .values_list("pk", "version"))
    for record in records:
        if held.get(record.pk) != record.version - 1:
            raise Stale(model.objects.get(pk=record.pk), record.version - 1)
    # an upsert on the key: one statement a batch, where bulk_update writes a CASE for every cell
    model.objects.bulk_create(records, batch_size=BATCH, update_conflicts=True, unique_fields=["id"],
                              update_fields=[model._meta.get_field(name).name for name in names])
