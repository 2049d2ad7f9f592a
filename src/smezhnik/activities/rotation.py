"""Whose turn it is: the next industry of a series, and the plants where its sitting may take place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from smezhnik.activities.models import Cycle
from smezhnik.cooperation.queries import needs_without_candidates
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_organisations
from smezhnik.registry.models import Organisation

#: Plants that are proposed.
PROPOSED = 3


@dataclass(frozen=True)
class Host:
    """A plant that may host: when a sitting of the series last took place there, and its needs without candidates."""

    plant: Organisation
    hosted_on: dt.date | None
    needs: int


@dataclass(frozen=True)
class Turn:
    """The next sitting as the rotation proposes it.

    Attributes
    ----------
    industry : beginning of a code; None where the series has no rotation
    heard_on : the last sitting of that industry; None where there was none
    hosts : the best first
    """

    industry: str | None
    heard_on: dt.date | None
    hosts: tuple[Host, ...]


def next_turn(cycle: Cycle, viewer: Viewer) -> Turn:
    """The industry of the rotation that was heard longest ago (never comes first, ties by the order of the rotation),
    and its plants: those that hosted longest ago or never, of these those with the most needs without candidates.

    A series without a rotation proposes plants of its industries, or of none where it names none.
    """
    heard = _heard(cycle)
    order = [code.strip() for code in cycle.rotation or () if code.strip()]
    industry = min(order, key=lambda code: (heard.get(code) or dt.date.min, order.index(code)), default=None)
    codes = [industry] if industry else [code.strip() for code in cycle.industries or ()]
    return Turn(industry, heard.get(industry or ""), tuple(_hosts(cycle, viewer, codes)) if codes else ())


def _heard(cycle: Cycle) -> dict[str, dt.date]:
    """Code → the last sitting that was about it."""
    found: dict[str, dt.date] = {}
    for codes, day in cycle.meetings.filter(archived=False, held_on__isnull=False).values_list("industries", "held_on"):
        for code in codes or ():
            found[code.strip()] = max(found.get(code.strip(), day), day)
    return found


def _hosts(cycle: Cycle, viewer: Viewer, codes: Sequence[str]) -> list[Host]:
    asked = Q()
    for code in codes:
        asked |= Q(okved2__startswith=code)
    own = Q(hosted_meetings__cycle=cycle, hosted_meetings__archived=False)
    rows = visible_organisations(viewer).filter(asked, region=cycle.held_by).annotate(
        hosted_on=Max("hosted_meetings__held_on", filter=own))
    bare = needs_without_candidates(viewer).filter(organisation__in=rows.values("pk"))
    counts = dict(bare.order_by().values_list("organisation").annotate(n=Count("pk")))
    found = [Host(row, row.hosted_on, counts.get(row.pk, 0)) for row in rows]
    return sorted(found, key=lambda one: (one.hosted_on or dt.date.min, -one.needs, one.plant.sort_key, one.plant.pk))[
        :PROPOSED]
