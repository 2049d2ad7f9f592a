"""A stored cluster as its tables, judged by the rule packs of any day; nothing of the law is written a second time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from smezhnik.clusters.cluster import Cluster as ClusterTables
from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.judge import judge
from smezhnik.cooperation.models import Cluster, ClusterDocument, ClusterFact, Contract, Link, Member
from smezhnik.cooperation.queries import as_members
from smezhnik.cooperation.rows import contract_row, member_row
from smezhnik.errors import SmezhnikError
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.models import Organisation
from smezhnik.registry.rows import frame_of
from smezhnik.report import report_cluster
from smezhnik.report.clusters.findings import Row, make_rows
from smezhnik.rules.judge import Verdict
from smezhnik.rules.load import load_pack
from smezhnik.tables import table
from smezhnik.types import Lang

#: The pack that judges a cluster that names none.
PACK = "ru-779"


@dataclass(frozen=True)
class Change:
    """What would be otherwise in a cluster; nothing of it is stored. All ids are public ids of records.

    Attributes
    ----------
    add, remove : organisations that come and go
    end : contracts that are no more; sums : contract → thousand roubles a year instead of what it has
    sign : link that is signed → thousand roubles a year
    bonds : further contracts: seller, buyer, thousand roubles a year
    facts : what is known of the cluster instead
    """

    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    end: Sequence[str] = ()
    sums: Mapping[str, float] = field(default_factory=dict)
    sign: Mapping[str, float] = field(default_factory=dict)
    bonds: Sequence[tuple[str, str, float]] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.add, self.remove, self.end, self.sums, self.sign, self.bonds, self.facts))


@dataclass(frozen=True)
class Stored:
    """A stored cluster with all that the law asks about, read once."""

    cluster: Cluster
    members: Sequence[Member]
    contracts: Sequence[Contract]
    facts: Sequence[ClusterFact]
    documents: Sequence[ClusterDocument]

    def tables(self, viewer: Viewer | None = None, change: Change = Change()) -> ClusterTables:
        """Its tables.

        Parameters
        ----------
        viewer : contracts are those that the viewer may know of, with the sums that he may read; None gives all of
            them: a verdict rests on the whole
        change : as the cluster would be with that done
        """
        members = [member for member in self.members if member.organisation.public_id not in change.remove]
        inside = {member.organisation.public_id for member in members}
        if change.add:
            added = Organisation.objects.filter(held_by=self.cluster.held_by, archived=False, public_id__in=change.add)
            members += as_members([whose for whose in added if whose.public_id not in inside], self.cluster.held_by)
        contracts = [*self._contracts(members if change.add else None, viewer, change), *_bonds(self.cluster, change)]
        facts = {fact.fact: {"fact": fact.fact, **_values("cluster_facts", fact, "fact")} for fact in self.facts}
        absent = dict.fromkeys(table("cluster_facts").columns)
        facts |= {fact: {**absent, "fact": fact, "value": value} for fact, value in change.facts.items()}
        facts["name"] = {**absent, "fact": "name", "value": self.cluster.name}  # its files may call it otherwise
        documents = [{"document_id": document.own_id or document.public_id,
                      **_values("cluster_documents", document, "document_id")} for document in self.documents]
        return make_cluster(frame_of("members", map(member_row, members)), frame_of("contracts", contracts),
                            frame_of("cluster_facts", facts.values()), frame_of("cluster_documents", documents))

    def _contracts(self, members: Sequence[Member] | None, viewer: Viewer | None, change: Change
                   ) -> Iterator[dict[str, Any]]:
        """Rows of the contracts between the members; ``members``: those with newcomers, whose contracts count too."""
        found = self.contracts if members is None else contracts_between(
            self.cluster.held_by, [member.organisation_id for member in members])
        kind = None if viewer is None else KINDS["contract"]
        known = None if kind is None or viewer is None else set(kind.visible_to(viewer).values_list("pk", flat=True))
        for contract in found:
            if contract.public_id in change.end or (known is not None and contract.pk not in known):
                continue
            row = contract_row(contract)
            if kind is not None and viewer is not None:
                may = kind.visible_fields(viewer, contract)
                row |= {name: None for name in ("value_th_rub", "volume", "imported_th_rub") if name not in may}
            yield {**row, "value_th_rub": change.sums.get(contract.public_id, row["value_th_rub"])}


def stored(cluster: Cluster) -> Stored:
    """Members, contracts between them, facts and documents of a cluster."""
    return stored_of([cluster])[0]


def stored_of(clusters: Sequence[Cluster]) -> list[Stored]:
    """The same of some clusters of one region or of several, read by four questions however many there are."""
    if not clusters:
        return []
    of = {"cluster__in": [cluster.pk for cluster in clusters], "archived": False}
    members = _by_cluster(Member.objects.filter(**of).select_related("organisation").order_by(
        "organisation__name", "id"))
    facts = _by_cluster(ClusterFact.objects.filter(**of).order_by("fact"))
    documents = _by_cluster(ClusterDocument.objects.filter(**of).order_by("id"))
    inside = {cluster.pk: {member.organisation_id for member in members[cluster.pk]} for cluster in clusters}
    everybody = sorted(set().union(*inside.values()))
    contracts = list(Contract.objects.filter(
        held_by__in={cluster.held_by for cluster in clusters}, archived=False, seller__in=everybody,
        buyer__in=everybody).select_related("seller", "buyer").order_by("id"))
    between = {cluster.pk: [one for one in contracts if one.held_by == cluster.held_by
                            and {one.seller_id, one.buyer_id} <= inside[cluster.pk]] for cluster in clusters}
    return [Stored(cluster, *(found[cluster.pk] for found in (members, between, facts, documents)))
            for cluster in clusters]


def _by_cluster(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.cluster_id].append(row)
    return found


def contracts_between(held_by: str, organisations: Sequence[int]) -> list[Contract]:
    """Contracts of which both sides are among the organisations."""
    return list(Contract.objects.filter(held_by=held_by, archived=False, seller__in=organisations,
                                        buyer__in=organisations).select_related("seller", "buyer").order_by("id"))


def _bonds(cluster: Cluster, change: Change) -> Iterator[dict[str, Any]]:
    """Rows of contracts that nobody has signed, as if they were."""
    links = Link.objects.filter(held_by=cluster.held_by, public_id__in=change.sign).select_related(
        "need__organisation", "offer__organisation") if change.sign else ()
    pairs = [(link.public_id, link.offer.organisation, link.need.organisation, change.sign[link.public_id])
             for link in links]
    ids = {public_id for seller, buyer, _ in change.bonds for public_id in (seller, buyer)}
    known = {whose.public_id: whose for whose in Organisation.objects.filter(
        held_by=cluster.held_by, archived=False, public_id__in=ids)} if ids else {}
    pairs += [(f"+{number}", known[seller], known[buyer], value)
              for number, (seller, buyer, value) in enumerate(change.bonds, 1) if seller in known and buyer in known]
    for own, seller, buyer, value in pairs:
        if seller is not None and buyer is not None:
            yield {**dict.fromkeys(table("contracts").columns), "contract_id": own, "seller_id": seller.public_id,
                   "buyer_id": buyer.public_id, "seller": seller.name, "buyer": buyer.name, "kind": "supply",
                   "value_th_rub": value, "basis": "declared"}


def tables_of(cluster: Cluster) -> ClusterTables:
    """Members, contracts between them, facts and documents of a stored cluster."""
    return stored(cluster).tables()


def judge_cluster(cluster: Cluster, *, on: dt.date, lang: Lang) -> tuple[Verdict, list[Row]]:
    """The verdict of a day, and its findings as reports show them, worst first.

    Raises
    ------
    InputFaults where facts do not fit; CannotSay or InputError where the pack knows nothing of the day.
    """
    tables = tables_of(cluster)
    verdict = judge(tables, load_pack(cluster.pack or PACK), on=on)
    return verdict, make_rows(verdict, names_of(tables), lang)


def asked_facts(cluster: Cluster, on: dt.date) -> list[str]:
    """Codes of the facts that the law of the day asks for, as ``smezhnik packs show`` tells them."""
    try:
        edition = load_pack(cluster.pack or PACK).on(on)
    except SmezhnikError:
        return []
    return sorted(edition.law.asks)


def cluster_page(cluster: Cluster, *, on: dt.date, lang: Lang, made_at: dt.datetime, viewer: Viewer | None = None,
                 sample: bool = False) -> str:
    """The page of the cluster as reports show it, ready for paper; single contracts as far as the viewer reads them."""
    whole = stored(cluster)
    verdict = judge(whole.tables(), load_pack(cluster.pack or PACK), on=on)
    return report_cluster(whole.tables(viewer), verdict, lang=lang, made_at=made_at, sample=sample)


def read_into(cluster: Cluster, tables: ClusterTables) -> list[Any]:
    """Records for the rows of a cluster that was read from files; organisations are found by ИНН or name, or made.

    A contract that is there already, of the same number between the same two, is not entered twice. The records are
    not written yet, what is referred to comes first: ``cooperation.actions.found_cluster`` writes them.
    """
    known = {item: organisation for organisation in Organisation.objects.filter(held_by=cluster.held_by,
                                                                                archived=False)
             for item in (organisation.inn, organisation.own_id, organisation.name) if item}
    by_id: dict[str, Organisation] = {}
    made: list[Any] = []
    rest: list[Any] = []
    columns = {field.name for field in Member._meta.concrete_fields}
    for row in tables.members.iter_rows(named=True):
        whose = known.get(row["inn"]) or known.get(row["org_id"]) or known.get(row["name"])
        if whose is None:
            whose = Organisation(held_by=cluster.held_by, own_id=row["org_id"], **{
                name: row[name] for name in ("name", "inn", "roles", "region", "oktmo", "country", "okved2",
                                             "output_th_rub", "jobs", "high_productivity_jobs", "latitude",
                                             "longitude", "source", "source_date")})
            whose.name = whose.name or row["org_id"]
            whose.index()
            made.append(whose)
        by_id[row["org_id"]] = whose
        rest.append(Member(held_by=cluster.held_by, cluster=cluster, organisation=whose, **{
            name: value for name, value in row.items() if name in columns}))
    ids = tables.members["org_id"].to_list()
    contract_columns = {field.name for field in Contract._meta.concrete_fields if not field.is_relation}
    inside = tables.contracts.filter((pl.col("_seller") >= 0) & (pl.col("_buyer") >= 0))
    there = {(contract.own_id, contract.seller_id, contract.buyer_id) for contract in Contract.objects.filter(
        held_by=cluster.held_by, archived=False)}
    rest.extend(
        Contract(held_by=cluster.held_by, own_id=row["contract_id"], seller=by_id[ids[row["_seller"]]],
                 buyer=by_id[ids[row["_buyer"]]], **{name: row[name] for name in contract_columns & row.keys()})
        for row in inside.iter_rows(named=True)
        if (row["contract_id"], by_id[ids[row["_seller"]]].pk, by_id[ids[row["_buyer"]]].pk) not in there)
    rest.extend(ClusterFact(held_by=cluster.held_by, cluster=cluster, **row)
                for row in tables.facts.iter_rows(named=True))
    rest.extend(ClusterDocument(held_by=cluster.held_by, cluster=cluster, own_id=row["document_id"],
                                **{name: value for name, value in row.items() if name != "document_id"})
                for row in tables.documents.iter_rows(named=True))
    return [cluster, *made, *rest]


def _values(name: str, record: Any, *without: str) -> dict[str, Any]:
    return {column: getattr(record, column) for column in table(name).columns if column not in without}
