"""What people do to organisations, offers and needs one at a time, and the merging of what is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from smezhnik.errors import InputError, UnknownCode
from smezhnik.records.actions import act
from smezhnik.records.history import Undone, undo
from smezhnik.records.models import Action, Record
from smezhnik.registry.facts import keep_disagreements
from smezhnik.registry.models import Fact, Organisation


def enter(record: Record, who: str, *, reason: str = "") -> Record:
    """Write a new record."""
    with act(who, f"registry.enter_{record.KIND}", held_by=record.held_by, reason=reason) as made:
        made.create([record])
    return record


def edit(record: Record, values: Mapping[str, Any], who: str, *, expected: int, reason: str = "") -> bool:
    """Change a record that was read in version ``expected``; False where nothing is different.

    Raises
    ------
    Stale with the record as it stands now, where somebody changed it meanwhile.
    """
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
    """Two records of one organisation become one; the id of the other goes on living, it leads to the one kept.

    What only the other one says is taken over; what both say differently stands beside it as facts. ``split`` brings
    the other one back with everything that was its own.

    Returns
    -------
    records that now refer to the organisation that is kept.

    Raises
    ------
    InputError where they are one record, of two regions, or taken away.
    """
    if kept.pk == other.pk or kept.held_by != other.held_by or kept.archived or other.archived:
        raise InputError("merge_apart", first=kept.public_id, second=other.public_id)
    with act(who, "registry.merge_organisations", held_by=kept.held_by, reason=reason,
             kept=kept.public_id, merged=other.public_id) as made:
        moved = list(_moved(kept, other))
        made.change_all(moved)
        said = {name: getattr(other, name) for name in other.content_fields() if getattr(other, name) is not None}
        keep_disagreements(made, [(kept, {**said, "source": other.source or other.public_id})])
        made.change(kept, {name: value for name, value in said.items()
                           if getattr(kept, name) is None and name not in ("own_id", "merged_into")})
        made.change(other, {"archived": True, "merged_into": kept.public_id}, verb="merged")
    return len(moved)


def split(other: Organisation, who: str, *, reason: str = "") -> Undone:
    """Take a merge back: the record that was merged is there again; what was changed since stays with the one kept.

    Raises
    ------
    UnknownCode where the record was not merged.
    """
    merged = Action.objects.filter(what="registry.merge_organisations", rows__record=other.public_id,
                                   rows__verb="merged").order_by("-number").first()
    if merged is None or not other.merged_into:
        raise UnknownCode("merge_absent", found=other.public_id)
    return undo(merged.number, who, reason=reason)


def _moved(kept: Organisation, other: Organisation) -> Iterator[tuple[Record, dict[str, int]]]:
    """Records that refer to the other organisation, with the columns that do; a fact that the kept one has stays."""
    have = set(Fact.objects.filter(organisation=kept).values_list("column", "source"))
    found: dict[tuple[type[Record], int], tuple[Record, dict[str, int]]] = {}
    for relation in other._meta.related_objects:
        model, name = relation.related_model, relation.field.attname
        if not issubclass(model, Record):
            continue
        for record in model.objects.filter(**{name: other.pk}):
            if isinstance(record, Fact) and (record.column, record.source) in have:
                continue
            found.setdefault((model, record.pk), (record, {}))[1][name] = kept.pk
    yield from found.values()
