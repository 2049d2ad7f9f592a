"""Cases as a board and as a funnel; links of a need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from smezhnik.cooperation.access import visible_cases, visible_links
from smezhnik.cooperation.models import Case, Contract, Link, Member
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_needs
from smezhnik.registry.models import Need, Offer, Organisation
from smezhnik.tables.links import DECISIONS

#: Cases of one column of the board that are shown.
COLUMN = 30
#: Needs and offers of one organisation by which its links are asked: a statement holds so many values.
KEYS = 10_000


@dataclass(frozen=True)
class Column:
    """A stage of the board: its cases, the most urgent first, and how many there are."""

    stage: str
    cases: tuple[Case, ...]
    count: int


def board(viewer: Viewer) -> list[Column]:
    """All stages with their cases: those whose next step is due first, those without one last."""
    rows = visible_cases(viewer)
    counts = dict(rows.order_by().values_list("stage").annotate(Count("pk")))
    return [Column(stage, tuple(rows.filter(stage=stage).order_by(F("next_on").asc(nulls_last=True), "id")[:COLUMN]),
                   counts.get(stage, 0)) for stage in DECISIONS]


def due_cases(viewer: Viewer, on: dt.date) -> Any:
    """Open cases whose next step was due by that day, the latest first."""
    return visible_cases(viewer).filter(next_on__lte=on).exclude(stage__in=("closed", "declined")).order_by(
        "next_on", "id")


def needs_without_candidates(viewer: Viewer) -> QuerySet[Need]:
    """Needs for which a calculation has found nobody who fits (A or B), and nobody leads a case; what costs most first.

    None where links were never looked for: that nothing was found is news only after a search.
    """
    links = visible_links(viewer)
    if not links.exists():
        return Need.objects.none()
    # asked need by need, since the first of them are wanted: as a set, all links would be gathered
    return visible_needs(viewer).exclude(Exists(links.filter(need=OuterRef("pk"), grade__in=("A", "B")))).exclude(
        Exists(visible_cases(viewer).filter(need=OuterRef("pk")))).order_by(
        F("value_th_rub").desc(nulls_last=True), "id")


#: What links join, nobody reads there, and weighs most.
HEAVY = ("need__words", "offer__words", "need__organisation__words", "offer__organisation__words")


def best_links(viewer: Viewer, most: int = 200) -> list[Link]:
    """Kept links by what they could give, those without a case; of the first ``most``."""
    led = Case.objects.filter(archived=False, need__isnull=False).values_list("need", "offer")
    # grade by grade, as the index has them: both at once would be gathered and sorted, however many there are
    found = [link for grade in ("A", "B") for link in visible_links(viewer).filter(grade=grade).defer(*HEAVY).order_by(
        F("value_th_rub").desc(nulls_last=True), "id")[:most]]
    found.sort(key=lambda link: (link.value_th_rub is None, -(link.value_th_rub or 0), link.pk))
    pairs = set(led.filter(need__in=[link.need_id for link in found[:most]]))
    return [link for link in found[:most] if (link.need_id, link.offer_id) not in pairs]


def links_of(viewer: Viewer, organisation: Organisation) -> QuerySet[Link]:
    """Links A and B of what an organisation needs and offers, those that could give most first."""
    # asked by keys: joined or as a subquery, the links of the whole region would be walked
    needs, offers = (list(kind.objects.filter(organisation=organisation).order_by().values_list("pk", flat=True)[:KEYS])
                     for kind in (Need, Offer))
    if not needs and not offers:
        return Link.objects.none()
    return visible_links(viewer).filter(Q(need__in=needs) | Q(offer__in=offers), grade__in=("A", "B")).defer(
        *HEAVY).order_by(F("value_th_rub").desc(nulls_last=True), "id")


def signed_th_rub(viewer: Viewer) -> float | None:
    """Sum of the contracts of the cases that the viewer sees; never added to what is only possible."""
    total: float | None = visible_cases(viewer).filter(contracts__archived=False).order_by().aggregate(
        total=Sum("contracts__value_th_rub"))["total"]
    return total


#: What a membership knows of a plant besides the plant's own record, and what holds in any other cluster too.
KNOWN = ("roles", "member_type", "output_th_rub", "purchases_th_rub", "jobs", "high_productivity_jobs", "spic",
         "special_territory", "source", "source_date")


def as_members(organisations: Sequence[Organisation], held_by: str, **about: Any) -> list[Member]:
    """Memberships for organisations, not written, with what other memberships in the region know of them.

    Of several memberships the latest one that knows a thing tells it; ``about`` holds for all of them. A plant that
    sells or offers something and whose role nobody told is proposed as a producer: that is what it would be in a
    cluster. The role of others stays open.
    """
    found: dict[int, Member] = {whose.pk: Member(held_by=held_by, organisation=whose, **about)
                                for whose in organisations}
    for other in Member.objects.filter(held_by=held_by, archived=False, organisation__in=found).order_by("-id"):
        mine = found[other.organisation_id]
        for name in KNOWN:
            if getattr(mine, name) is None:
                setattr(mine, name, getattr(other, name))
    open_ = [pk for pk, mine in found.items() if not (mine.roles or mine.organisation.roles)]
    if open_:
        offering = Offer.objects.filter(organisation__in=open_, archived=False).values_list("organisation", flat=True)
        selling = Contract.objects.filter(seller__in=open_, archived=False).values_list("seller", flat=True)
        for pk in {*offering, *selling}:
            found[pk].roles = ["producer"]
    return list(found.values())
