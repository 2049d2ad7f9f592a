"""What people do to organisations, offers and needs one at a time, and the merging of what is the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smezhnik.errors import InputError
from smezhnik.records.actions import act
from smezhnik.records.models import Alias, Record
from smezhnik.registry.models import Contact, Fact, Need, Offer, Organisation, Searched, Site


def enter(record: Record, who: str, *, reason: str = "") -> Record:
    """Write a new record."""
    if isinstance(record, Searched):
        record.index()
    with act(who, f"registry.enter_{record.KIND}", held_by=record.held_by, reason=reason) as made:
        made.create([record])
    return record


def edit(record: Record, values: Mapping[str, Any], who: str, *, expected: int, reason: str = "") -> bool:
    """Change a record that was read in version ``expected``; False where nothing is different.

    Raises
    ------
    Stale with the record as it stands now, where somebody changed it meanwhile.
    """
    if isinstance(record, Searched):
        shown = type(record)(**{name: values.get(name, getattr(record, name)) for name in record.SEARCHED})
        shown.index()
        record.words, record.sort_key = shown.words, shown.sort_key
    with act(who, f"registry.edit_{record.KIND}", held_by=record.held_by, reason=reason) as made:
        return made.change(record, values, expected=expected)


def archive(record: Record, who: str, *, expected: int, reason: str = "") -> None:
    """Take a record away; ``restore`` brings it back."""
    with act(who, f"registry.archive_{record.KIND}", held_by=record.held_by, reason=reason) as made:
        made.archive(record, expected=expected)


def restore(record: Record, who: str, *, expected: int, reason: str = "") -> None:
    """Bring a record back."""
    with act(who, f"registry.restore_{record.KIND}", held_by=record.held_by, reason=reason) as made:
        made.restore(record, expected=expected)


def merge(kept: Organisation, other: Organisation, who: str, *, reason: str = "") -> int:
    """Two records of one organisation become one; its id goes on living as an alias of the one that is kept.

    What only the other one says is taken over; what both say differently stays beside it as facts. Undo of the
    action brings the other one back with everything that was its own.

    Returns
    -------
    records that now refer to the organisation that is kept.
    """
    if kept.pk == other.pk or kept.held_by != other.held_by:
        raise InputError("merge_apart", first=kept.public_id, second=other.public_id)
    with act(who, "registry.merge_organisations", held_by=kept.held_by, reason=reason,
             kept=kept.public_id, merged=other.public_id) as made:
        moved = [(record, {"organisation_id": kept.pk}) for model in (Site, Offer, Need, Contact)
                 for record in model.objects.filter(organisation=other)]
        have = set(Fact.objects.filter(organisation=kept).values_list("column", "source"))
        moved += [(fact, {"organisation_id": kept.pk}) for fact in Fact.objects.filter(organisation=other)
                  if (fact.column, fact.source) not in have]
        made.change_all(moved)
        absent = {name: getattr(other, name) for name in other.content_fields()
                  if getattr(kept, name) is None and getattr(other, name) is not None and name != "own_id"}
        made.change(kept, absent)
        made.archive(other)
        Alias.objects.update_or_create(public_id=other.public_id, defaults={"record": kept.public_id})
        Alias.objects.filter(record=other.public_id).update(record=kept.public_id)
    return len(moved)
