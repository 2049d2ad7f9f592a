"""Who sees which links, cases, contracts and clusters."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from smezhnik.cooperation.models import Case, Cluster, Contract, Link
from smezhnik.cooperation.rows import case_row, cluster_row, contract_row, link_row
from smezhnik.records.access import EDITORS, SEES, Kind, Viewer, columns_up_to
from smezhnik.records.models import Record
from smezhnik.tables import table

#: Stages of a case that its plants know of: before the first contact it is the ministry's own work.
_KNOWN_TO_PLANTS = ("contacted", "negotiating", "contracted", "delivering", "closed", "declined")


def _in_region(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    if SEES[viewer.role] is None:
        return rows.none()
    rows = rows.filter(archived=viewer.archived)
    return rows.filter(held_by=viewer.region) if viewer.region else rows


def visible_links(viewer: Viewer) -> QuerySet[Link]:
    """Links of the region, to those who broker: they name a buyer and what it needs."""
    rows = _in_region(Link.objects.select_related("need__organisation", "offer__organisation"), viewer)
    if viewer.sees("confidential"):
        return rows
    if viewer.role == "cluster":
        return rows.exclude(need__confidential=True).exclude(offer__confidential=True)
    return rows.none()


def visible_cases(viewer: Viewer) -> QuerySet[Case]:
    """Cases of the region to those who broker and to the fund; to a plant its own from the first contact on."""
    rows = _in_region(Case.objects.select_related("need", "offer", "buyer", "seller").prefetch_related("contracts"),
                      viewer)
    if viewer.sees_cooperation:
        return rows if viewer.sees("confidential") else rows.exclude(need__confidential=True).exclude(
            offer__confidential=True)
    if viewer.organisation is None:
        return rows.none()
    return rows.filter(Q(buyer=viewer.organisation) | Q(seller=viewer.organisation), stage__in=_KNOWN_TO_PLANTS)


def visible_contracts(viewer: Viewer) -> QuerySet[Contract]:
    """Contracts of the region to those who broker and to the fund, but for those of what its owner closed; to a plant
    its own.
    """
    rows = _in_region(Contract.objects.select_related("seller", "buyer", "case"), viewer)
    if viewer.sees_cooperation:
        return rows if viewer.sees("confidential") else rows.exclude(case__need__confidential=True).exclude(
            case__offer__confidential=True)
    if viewer.organisation is None:
        return rows.none()
    return rows.filter(Q(buyer=viewer.organisation) | Q(seller=viewer.organisation))


def visible_clusters(viewer: Viewer) -> QuerySet[Cluster]:
    """Clusters of the region: that they exist is public."""
    return _in_region(Cluster.objects.prefetch_related("member_rows"), viewer)


def _fields(name: str) -> Any:
    def fields(viewer: Viewer, record: Any) -> frozenset[str]:
        own = viewer.organisation is not None and viewer.organisation in (
            getattr(record, "buyer_id", None), getattr(record, "seller_id", None))
        if own and name == "contracts":
            return frozenset(table(name).columns)
        return columns_up_to(name, viewer)

    return fields


def may_edit(viewer: Viewer, record: Record) -> bool:
    """Ministry and cluster organisation in their region."""
    return viewer.role in EDITORS and viewer.region == record.held_by


KINDS = (
    Kind(Link, "links", visible_links, _fields("links"), may_edit, link_row,
         ("need_text", "offer_text", "grade", "probability", "seller", "value_th_rub", "distance_km"), entered=False),
    Kind(Case, "cases", visible_cases, _fields("cases"), may_edit, case_row,
         ("need_text", "stage", "seller", "buyer", "potential_th_rub", "signed_th_rub", "next_on", "lead"),
         entered=False),
    Kind(Contract, "contracts", visible_contracts, _fields("contracts"), may_edit, contract_row,
         ("text", "seller", "buyer", "value_th_rub", "signed_on", "ends_on")),
    Kind(Cluster, "clusters", visible_clusters, _fields("clusters"), may_edit, cluster_row,
         ("name", "region", "members", "pack", "sok")),
)
