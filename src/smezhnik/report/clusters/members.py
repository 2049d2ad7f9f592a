"""What a page shows of a cluster on a day: its members and what goes between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from smezhnik.clusters.cluster import Cluster, contract_in_force, in_force, member_name
from smezhnik.report.clusters.plan import Plan
from smezhnik.report.territory import short_name, town
from smezhnik.rules.judge import Verdict
from smezhnik.types import Lang

#: Roles of plants that make things; the others serve the cluster.
INDUSTRIAL = ("producer", "final_producer")
FINAL = "final_producer"
Change = Literal["", "added", "removed"]
#: ``signed`` counts for the law; ``possible`` is inferred; ``proposed`` is what a plan would have signed.
BondKind = Literal["signed", "proposed", "possible"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the page shows it; ``change`` is what a plan would do with it."""

    key: str
    name: str
    roles: tuple[str, ...]
    region: str | None
    latitude: float | None
    longitude: float | None
    output: float | None
    purchases: float | None
    excused: bool = False
    change: Change = ""

    @property
    def industrial(self) -> bool:
        return any(role in INDUSTRIAL for role in self.roles)

    @property
    def final(self) -> bool:
        return FINAL in self.roles

    def place(self, lang: Lang) -> str:
        """Its town where coordinates tell it, else its region; empty where nothing is known."""
        near = None if self.latitude is None or self.longitude is None else town(self.latitude, self.longitude, lang)
        return near or (short_name(self.region, lang) if self.region else "")


@dataclass(frozen=True, slots=True)
class Bond:
    """All contracts of one kind from one member to another; ``value`` is None where a sum is absent.

    ``least`` holds the known part of the sum.
    """

    seller: str
    buyer: str
    kind: BondKind
    value: float | None
    least: float
    contracts: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """Members of the day in the order of the verdict, those a plan would add last; bonds, weightiest first."""

    members: Mapping[str, Member]
    bonds: Sequence[Bond]
    tones: Mapping[str, str]

    @property
    def own(self) -> list[Member]:
        """The members of the cluster as it is."""
        return [member for member in self.members.values() if member.change != "added"]

    @property
    def signed(self) -> list[Bond]:
        return [bond for bond in self.bonds if bond.kind == "signed"]

    @property
    def regions(self) -> dict[str, int]:
        """Region → members of it, the most first."""
        found = Counter(member.region for member in self.own if member.region)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def tone(self, member: Member) -> str:
        return self.tones.get(member.region or "", "o")


def show(cluster: Cluster, verdict: Verdict, plan: Plan | None, network: Cluster | None) -> Shown:
    """Members in force on the day of the verdict with their bonds, and what a plan would change."""
    excused = {verdict.ids[item.position] for finding in verdict.findings
               for item in finding.each if item.excused}
    removed, added = set(plan.removed if plan else ()), list(plan.added if plan else ())
    rows = _rows(cluster, verdict)
    members = {row["org_id"]: _member(row, row["org_id"] in excused, "removed" if row["org_id"] in removed else "")
               for row in rows}
    known = {row["org_id"]: row for row in _rows(network, verdict)} if network else {}
    members |= {key: _member(known[key], False, "added") for key in added if key in known}
    bonds = _bonds(cluster, verdict, members)
    if plan:
        proposed = dict.fromkeys((item.seller, item.buyer) for item in plan.new_contracts)
        bonds = [bond for bond in bonds if bond.kind == "signed" or (bond.seller, bond.buyer) not in proposed]
        bonds += [_proposed(seller, buyer, plan) for seller, buyer in proposed]
        if network and added:
            inside = {(bond.seller, bond.buyer) for bond in bonds if bond.kind != "possible"}
            bonds += [bond for bond in _bonds(network, verdict, members) if bond.kind == "signed"
                      and (bond.seller, bond.buyer) not in inside]
    rank = {"signed": 0, "proposed": 1, "possible": 2}
    bonds.sort(key=lambda bond: (rank[bond.kind], -bond.least, bond.seller, bond.buyer))
    shown = Shown(members, bonds, {})
    tones = dict(zip(shown.regions, "ab", strict=False))
    return Shown(members, bonds, {region: tones.get(region, "o") for region in shown.regions})


def _proposed(seller: str, buyer: str, plan: Plan) -> Bond:
    """All that a plan would have these two sign."""
    volumes = [item.volume_th_rub for item in plan.new_contracts if (item.seller, item.buyer) == (seller, buyer)]
    return Bond(seller, buyer, "proposed", sum(volumes), sum(volumes), len(volumes), ())


def _rows(cluster: Cluster, verdict: Verdict) -> list[dict[str, Any]]:
    here = cluster.members.filter(in_force("since", "until", verdict.day)).with_columns(name=member_name())
    return here.to_dicts()


def _member(row: Mapping[str, Any], excused: bool, change: Change) -> Member:
    return Member(row["org_id"], row["name"], tuple(row["roles"] or ()), row["region"], row["latitude"],
                  row["longitude"], row["output_th_rub"], row["purchases_th_rub"], excused, change)


def _bonds(cluster: Cluster, verdict: Verdict, members: Mapping[str, Member]) -> list[Bond]:
    ids = cluster.members["org_id"]
    rows = cluster.contracts.filter(
        contract_in_force(verdict.day) & (pl.col("_seller") >= 0) & (pl.col("_buyer") >= 0)
        & (pl.col("_seller") != pl.col("_buyer"))
    )
    found: dict[tuple[str, str, BondKind], list[Mapping[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        seller, buyer = ids[row["_seller"]], ids[row["_buyer"]]
        if seller in members and buyer in members:
            kind: BondKind = "possible" if row["basis"] == "inferred" else "signed"
            found.setdefault((seller, buyer, kind), []).append(row)
    return [_bond(seller, buyer, kind, rows) for (seller, buyer, kind), rows in found.items()]


def _bond(seller: str, buyer: str, kind: BondKind, rows: Sequence[Mapping[str, Any]]) -> Bond:
    values = [row["value_th_rub"] for row in rows]
    least = float(sum(value for value in values if value is not None))
    texts = tuple(dict.fromkeys(row["text"] for row in rows if row["text"]))
    return Bond(seller, buyer, kind, None if None in values else least, least, len(rows), texts)
