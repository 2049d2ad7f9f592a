"""Members of a cluster and their surroundings: contracts and found links, as far as the viewer may know of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from smezhnik.cooperation.models import Cluster, Member
from smezhnik.messages import say
from smezhnik.records.access import KINDS, Viewer
from smezhnik.report.network import MOST, Plant, draw_network
from smezhnik.types import Lang

#: Neighbours that the table names.
SHOWN = 30


@dataclass(frozen=True)
class Neighbour:
    """An organisation that is no member: with how many members it has contracts, and could have some."""

    organisation: Any
    signed: int
    possible: int


@dataclass(frozen=True)
class Around:
    """The network: its drawing, members, the nearest others, how many there are and how many had no room."""

    drawing: Markup
    members: int
    neighbours: tuple[Neighbour, ...]
    others: int
    left_out: int


def network_around(cluster: Cluster, viewer: Viewer, lang: Lang) -> Around:
    """Everybody who has a contract or a found link with a member; the nearest first, at most ``MOST`` are drawn."""
    members = {one.organisation_id: one.organisation for one in Member.objects.filter(
        cluster=cluster, archived=False).select_related("organisation").order_by("organisation__name", "id")}
    ties = _ties(cluster, viewer)
    known = dict(members)
    signed: Counter[int] = Counter()
    possible: Counter[int] = Counter()
    for (one, other), (kind, parties) in ties.items():
        for mine, theirs in ((one, other), (other, one)):
            if mine in members and theirs not in members:
                known[theirs] = parties[theirs]
                (signed if kind == "signed" else possible)[theirs] += 1
    order = sorted((key for key in known if key not in members),
                   key=lambda key: (-signed[key], -possible[key], known[key].name, key))
    kept = [*members, *order][:MOST]
    place = {key: number for number, key in enumerate(kept)}
    tones = {cluster.region: "a"}
    plants = [Plant(known[key].name, _title(known[key], key in members, signed[key], possible[key], lang),
                    key in members, tones.get(known[key].region, "b")) for key in kept]
    lines = [(place[one], place[other], kind) for (one, other), (kind, _) in sorted(ties.items())
             if one in place and other in place]
    title = say("web.network.title", lang, members=len(members), others=len(order))
    return Around(draw_network(plants, lines, title=title, desc=say("web.network.desc", lang)), len(members),
                  tuple(Neighbour(known[key], signed[key], possible[key]) for key in order[:SHOWN]), len(order),
                  len(known) - len(kept))


def _ties(cluster: Cluster, viewer: Viewer) -> dict[tuple[int, int], tuple[str, dict[int, Any]]]:
    """Pairs of organisations → ``signed`` or ``possible``, and the two."""
    found: dict[tuple[int, int], tuple[str, dict[int, Any]]] = {}
    for one in KINDS["contract"].visible_to(viewer).filter(held_by=cluster.held_by):
        pair = (min(one.seller_id, one.buyer_id), max(one.seller_id, one.buyer_id))
        found[pair] = "signed", {one.seller_id: one.seller, one.buyer_id: one.buyer}
    for link in KINDS["link"].visible_to(viewer).filter(held_by=cluster.held_by, grade__in=("A", "B")):
        seller, buyer = link.offer.organisation, link.need.organisation
        if seller is not None and buyer is not None and seller.pk != buyer.pk:
            found.setdefault((min(seller.pk, buyer.pk), max(seller.pk, buyer.pk)),
                             ("possible", {seller.pk: seller, buyer.pk: buyer}))
    return found


def _title(organisation: Any, inside: bool, signed: int, possible: int, lang: Lang) -> str:
    code = "web.network.member" if inside else "web.network.neighbour"
    return say(code, lang, name=organisation.name, signed=signed, possible=possible)
