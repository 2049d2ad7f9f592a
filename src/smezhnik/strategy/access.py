"""Who sees goals, indicators and reports: the ministry of the region, auditors, administrators; nobody else."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from smezhnik.records.access import Viewer
from smezhnik.strategy.models import Goal, GoalAim, Indicator, IndicatorValue, YearReport
from smezhnik.types import Role

READERS: frozenset[Role] = frozenset({"ministry", "auditor", "administrator"})


def may_read(viewer: Viewer) -> bool:
    """Whether the viewer may open the year of a region at all."""
    return viewer.role in READERS


def may_edit(viewer: Viewer, held_by: str) -> bool:
    """The ministry of the region."""
    return viewer.role == "ministry" and viewer.region == held_by


def _in_region(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    if not may_read(viewer):
        return rows.none()
    rows = rows.filter(archived=False)
    return rows.filter(held_by=viewer.region) if viewer.region else rows


def visible_goals(viewer: Viewer) -> QuerySet[Goal]:
    """Goals with what they count."""
    return _in_region(Goal.objects.prefetch_related(Prefetch("aims", GoalAim.objects.filter(archived=False))), viewer)


def visible_indicators(viewer: Viewer) -> QuerySet[Indicator]:
    """The dictionary."""
    return _in_region(Indicator.objects.all(), viewer)


def visible_values(viewer: Viewer) -> QuerySet[IndicatorValue]:
    """Plans and facts of every source."""
    return _in_region(IndicatorValue.objects.select_related("indicator"), viewer).filter(indicator__archived=False)


def visible_reports(viewer: Viewer) -> QuerySet[YearReport]:
    """Reports; the last edition of a day first."""
    return _in_region(YearReport.objects.all(), viewer)


def sees_rows(viewer: Viewer) -> bool:
    """Whether the viewer may see the contracts behind a sum, whatever number of firms there are."""
    return viewer.sees("confidential")
