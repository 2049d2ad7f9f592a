"""Records of this room as rows of their declared tables; ids of a row are the public ids of the records."""

from __future__ import annotations

from typing import Any

from smezhnik.cooperation.models import Case, Cluster, Contract, Link, Member
from smezhnik.records.declared import declared_row


def link_row(record: Link) -> dict[str, Any]:
    """A row of ``links``."""
    need, offer = record.need, record.offer
    return declared_row("links", record, {
        **_pair(need, offer, need.organisation, offer.organisation), "okpd2": need.okpd2,
        "buyer_latitude": need.latitude, "buyer_longitude": need.longitude,
        "seller_latitude": offer.latitude, "seller_longitude": offer.longitude})


def case_row(record: Case) -> dict[str, Any]:
    """A row of ``cases``; what is signed is the sum of the contracts of the case, absent where there is none."""
    signed = [contract.value_th_rub for contract in record.contracts.all() if not contract.archived]
    known = [value for value in signed if value is not None]
    return declared_row("cases", record, {
        "case_id": record.public_id, "signed_th_rub": sum(known) if known else None,
        **_pair(record.need, record.offer, record.buyer, record.seller)})


def contract_row(record: Contract) -> dict[str, Any]:
    """A row of ``contracts``."""
    return declared_row("contracts", record, {
        "contract_id": record.own_id or record.public_id, "seller_id": record.seller.public_id,
        "buyer_id": record.buyer.public_id, "seller": record.seller.name, "buyer": record.buyer.name,
        "seller_inn": record.seller.inn, "buyer_inn": record.buyer.inn})


def cluster_row(record: Cluster) -> dict[str, Any]:
    """A row of ``clusters``."""
    members = sum(not member.archived for member in record.member_rows.all())
    return declared_row("clusters", record, {"cluster_id": record.public_id, "members": members})


def member_row(record: Member) -> dict[str, Any]:
    """A row of ``members``: what the membership leaves open, the organisation answers."""
    whose = record.organisation
    row = declared_row("members", record, {"org_id": whose.public_id, **{
        name: getattr(whose, name) for name in ("name", "inn", "region", "oktmo", "country", "okved2", "latitude",
                                                "longitude")}})
    for name in ("roles", "output_th_rub", "jobs", "high_productivity_jobs"):
        if row[name] is None:
            row[name] = getattr(whose, name)
    return row


def _pair(need: Any, offer: Any, buyer: Any, seller: Any) -> dict[str, Any]:
    return {
        "need_id": need and need.public_id, "offer_id": offer and offer.public_id, "need_text": need and need.text,
        "offer_text": offer and offer.text, "buyer_id": buyer and buyer.public_id,
        "seller_id": seller and seller.public_id, "buyer": buyer and buyer.name, "seller": seller and seller.name,
        "buyer_region": (need and need.region) or (buyer and buyer.region),
        "seller_region": (offer and offer.region) or (seller and seller.region),
    }
