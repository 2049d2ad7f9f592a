"""Who sees which organisations, offers and needs, and which of their fields."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from smezhnik.records.access import EDITORS, SEES, Kind, Viewer, columns_up_to
from smezhnik.records.models import Record
from smezhnik.registry.models import Contact, Need, Offer, Organisation, Site
from smezhnik.registry.rows import need_row, offer_row, organisation_row, site_row
from smezhnik.tables import table

#: Columns that tell whose an offer or a need is; a blind one does not show them.
WHOSE = frozenset({"org_id", "buyer", "seller", "inn", "group_id", "site_id", "source", "latitude", "longitude"})


def _in_region(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    if SEES[viewer.role] is None:
        return rows.none()
    rows = rows.filter(archived=viewer.archived)
    return rows.filter(held_by=viewer.region) if viewer.region else rows


def _own(viewer: Viewer) -> Q:
    return Q(organisation=viewer.organisation) if viewer.organisation else Q(pk__in=())


def _is_own(viewer: Viewer, record: Any) -> bool:
    whose = record.pk if isinstance(record, Organisation) else record.organisation_id
    return viewer.organisation is not None and whose == viewer.organisation


def visible_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """Organisations of the viewer's region."""
    return _in_region(Organisation.objects.all(), viewer)


def visible_sites(viewer: Viewer) -> QuerySet[Site]:
    """Sites of the organisations that the viewer sees."""
    return _in_region(Site.objects.select_related("organisation"), viewer)


def visible_offers(viewer: Viewer) -> QuerySet[Offer]:
    """Offers of the region; confidential ones only to the owner and to the ministry."""
    rows = _in_region(Offer.objects.select_related("organisation", "site"), viewer)
    if viewer.sees("confidential"):
        return rows
    return rows.filter(~Q(confidential=True) | _own(viewer))


def visible_needs(viewer: Viewer) -> QuerySet[Need]:
    """Needs of the region. Unless their owner opened them they are blind: an auditor does not see them, others see
    what is needed and not by whom; confidential ones are seen by the owner and the ministry only.
    """
    rows = _in_region(Need.objects.select_related("organisation", "site"), viewer)
    if viewer.sees("confidential"):
        return rows
    if viewer.role == "auditor":
        return rows.filter(confidential=False)
    return rows.filter(~Q(confidential=True) | _own(viewer))


def visible_contacts(viewer: Viewer) -> QuerySet[Contact]:
    """Contacts: to the ministry of the region and to the plant itself."""
    rows = _in_region(Contact.objects.select_related("organisation"), viewer)
    return rows if viewer.sees("confidential") else rows.filter(_own(viewer))


def _fields(name: str, viewer: Viewer, record: Any) -> frozenset[str]:
    if _is_own(viewer, record):
        return frozenset(table(name).columns)
    return columns_up_to(name, viewer)


def organisation_fields(viewer: Viewer, record: Organisation) -> frozenset[str]:
    """All columns of one's own organisation; of others those that the role may read."""
    return _fields("organisations", viewer, record)


def site_fields(viewer: Viewer, record: Site) -> frozenset[str]:
    """See ``organisation_fields``."""
    return _fields("sites", viewer, record)


def offer_fields(viewer: Viewer, record: Offer) -> frozenset[str]:
    """See ``organisation_fields``."""
    return _fields("offers", viewer, record)


def need_fields(viewer: Viewer, record: Need) -> frozenset[str]:
    """Of a blind need not whose it is, unless the viewer is its owner or keeps the region's cooperation."""
    fields = _fields("needs", viewer, record)
    blind = record.confidential is not False and not viewer.sees("internal") and not _is_own(viewer, record)
    return fields - WHOSE if blind else fields


def may_edit(viewer: Viewer, record: Record) -> bool:
    """Ministry and cluster organisation in their region, unless its owner closed it to them; a plant its own."""
    if _is_own(viewer, record):
        return viewer.role == "plant" or viewer.role in EDITORS
    closed = getattr(record, "confidential", None) is True and not viewer.sees("confidential")
    return viewer.role in EDITORS and viewer.region == record.held_by and not closed


KINDS = (
    Kind(Organisation, "organisations", visible_organisations, organisation_fields, may_edit, organisation_row,
         ("name", "inn", "region", "okved2", "output_th_rub", "jobs")),
    Kind(Site, "sites", visible_sites, site_fields, may_edit, site_row, ("name", "org_id", "region", "address")),
    Kind(Offer, "offers", visible_offers, offer_fields, may_edit, offer_row,
         ("text", "seller", "region", "okpd2", "capacity", "unit", "price", "valid_until")),
    Kind(Need, "needs", visible_needs, need_fields, may_edit, need_row,
         ("text", "buyer", "region", "okpd2", "volume", "unit", "value_th_rub", "imported_th_rub")),
)
