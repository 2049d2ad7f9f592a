"""Agreements that need something, the plan that stands, orders that fall due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from smezhnik.accords.access import visible_agreements, visible_orders
from smezhnik.accords.actions import STANDING
from smezhnik.accords.models import Agreement, Aim, Commitment, Confirmation, Order, Plan
from smezhnik.accords.orders import OPEN
from smezhnik.promises.calendar import months_later
from smezhnik.records.access import Viewer

#: Days before its deadline from which an order stands on Today.
SOON = 3


def standing_plan(agreement: Agreement) -> Plan | None:
    """The last edition of the plan; None while there is none."""
    return agreement.plans.filter(archived=False, replaced=False).order_by("-edition").first()


def commitments_of(plans: Iterable[Plan]) -> QuerySet[Commitment]:
    """Items of plans with what they count and what both sides said, in the order of the plan."""
    return Commitment.objects.filter(plan__in=list(plans), archived=False).select_related("plan__agreement") \
        .prefetch_related(Prefetch("aims", Aim.objects.filter(archived=False)),
                          Prefetch("confirmations", Confirmation.objects.filter(archived=False)))


def parents_of(held_by: str) -> Mapping[str, tuple[str, ...]]:
    """Promise → promises that it serves: order → commitment and agreement, commitment → agreement."""
    found: dict[str, tuple[str, ...]] = {}
    for own, agreement in Commitment.objects.filter(held_by=held_by, archived=False).values_list(
            "public_id", "plan__agreement__public_id"):
        found[own] = (agreement,)
    for own, commitment, agreement in Order.objects.filter(held_by=held_by, archived=False).values_list(
            "public_id", "commitment__public_id", "agreement__public_id"):
        found[own] = tuple(one for one in (commitment, agreement) if one)
    return found


def without_plan(viewer: Viewer) -> QuerySet[Agreement]:
    """Signed agreements that nothing measurable follows from yet: «plan due»."""
    return visible_agreements(viewer).filter(state__in=STANDING).exclude(
        pk__in=Plan.objects.filter(archived=False, replaced=False).values("agreement")).order_by(
        F("plan_due").asc(nulls_last=True), "id")


def ending(viewer: Viewer, on: dt.date) -> list[Agreement]:
    """Agreements in the window of their notice: so many months before the last day, or past it."""
    rows = visible_agreements(viewer).filter(state__in=STANDING, until__isnull=False).order_by("until", "id")
    return [one for one in rows if on >= months_later(one.until, -(one.notice_months or 0))]


def orders_due(viewer: Viewer, on: dt.date, *, within: int = SOON) -> QuerySet[Order]:
    """Open orders that are overdue or fall due within so many days, or whose pre-emptive report does; by day."""
    last = on + dt.timedelta(days=within)
    return visible_orders(viewer).filter(Q(due__lte=last) | Q(report_by__lte=last), state__in=OPEN).annotate(
        next_day=Least(Coalesce("report_by", "due"), Coalesce("due", "report_by"))).order_by("next_day", "id")


def orders_to_decide(viewer: Viewer) -> QuerySet[Order]:
    """Orders whose report or wish for time waits for the viewer as controller."""
    return visible_orders(viewer).filter(state__in=("reported", "extension_asked")).filter(
        Q(controller_login=viewer.login) | Q(controller_login="")).exclude(executor_login=viewer.login).order_by(
        F("due").asc(nulls_last=True), "id")


def orders_of(viewer: Viewer, where: Mapping[str, Any]) -> QuerySet[Order]:
    """Orders that the viewer may see and that answer a filter: protocol, executor, state or ``open``."""
    rows = visible_orders(viewer).prefetch_related(Prefetch("aims", Aim.objects.filter(archived=False)))
    state = where.get("state", "")
    if state == "open":
        rows = rows.filter(state__in=OPEN)
    elif state:
        rows = rows.filter(state=state)
    for name in ("protocol", "executor"):
        if where.get(name):
            rows = rows.filter(**{name: where[name]})
    return rows.order_by(F("due").asc(nulls_last=True), "id")
