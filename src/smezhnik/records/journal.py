"""Reading and proving the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from smezhnik.records.access import Viewer
from smezhnik.records.actions import change_content, sealed_content
from smezhnik.records.chain import START, Break, digest_of, find_breaks, seal
from smezhnik.records.models import Action, Change, Head


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the journal at some moment, to be kept outside: on paper, in a backup, at the foot of a report."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def anchor(using: str = DEFAULT_DB_ALIAS) -> Anchor:
    """The end of the journal now."""
    head = Head.objects.using(using).filter(pk=1).first()
    return Anchor(head.number, head.hash) if head else Anchor(0, START)


def verify(anchors: Mapping[int, str] | None = None, *, using: str = DEFAULT_DB_ALIAS) -> list[Break]:
    """Every place where the journal was tampered with; empty where it is whole.

    ``anchors``: number → hash that were kept outside; without one a cut tail cannot show. ``using``: the database.
    """
    end = anchor(using)
    breaks: list[Break] = []
    try:
        breaks.extend(find_breaks(_rows(using), (end.number, end.hash), anchors or {}))
    except (ValueError, TypeError):  # what stands there cannot even be read: no action of ours wrote it
        breaks.append(Break(_readable(using) + 1, "hash"))
    orphans = Change.objects.using(using).exclude(action__in=Action.objects.using(using)).exists()
    return [*breaks, *([Break(0, "changes")] if orphans else [])]


def _rows(using: str) -> Iterator[tuple[dict[str, Any], str, str, str]]:
    changes = groupby(Change.objects.using(using).order_by("action_id", "id").iterator(), key=attrgetter("action_id"))
    number, some = next(changes, (None, None))
    for action in Action.objects.using(using).order_by("number").iterator():
        there = some if number == action.number and some is not None else iter(())
        digest = digest_of(map(change_content, there))
        while number is not None and number <= action.number:
            number, some = next(changes, (None, None))
        yield sealed_content(action), digest, action.previous, action.hash


def _readable(using: str) -> int:
    """The last row of the journal before the first one that cannot be read, with its changes."""
    last = 0
    try:
        for content, *_ in _rows(using):
            seal(START, content)
            last = int(content["number"])
    except (ValueError, TypeError):
        pass
    return last


def visible_actions(viewer: Viewer) -> QuerySet[Action]:
    """Rows of the journal that the viewer may read: those of its region, or all for who has none.

    A plant reads what was done to its own records only by the history of each.
    """
    if viewer.role not in ("ministry", "auditor", "security", "administrator"):
        return Action.objects.none()
    rows = Action.objects.order_by("-number")
    return rows.filter(held_by=viewer.region) if viewer.region else rows
