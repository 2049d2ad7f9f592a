"""A stored cluster as its tables, judged by the rule packs of any day; nothing of the law is written a second time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from smezhnik.clusters.cluster import Cluster as ClusterTables
from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.judge import judge
from smezhnik.cooperation.models import Cluster, ClusterDocument, ClusterFact, Contract, Member
from smezhnik.cooperation.rows import contract_row, member_row
from smezhnik.errors import SmezhnikError
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


def tables_of(cluster: Cluster) -> ClusterTables:
    """Members, contracts between them, facts and documents of a stored cluster."""
    members = list(Member.objects.filter(cluster=cluster, archived=False).select_related("organisation"))
    inside = [member.organisation_id for member in members]
    contracts = Contract.objects.filter(held_by=cluster.held_by, archived=False, seller__in=inside,
                                        buyer__in=inside).select_related("seller", "buyer")
    facts = [{"fact": fact.fact, **_values("cluster_facts", fact, "fact")}
             for fact in ClusterFact.objects.filter(cluster=cluster, archived=False)]
    if not any(fact["fact"] == "name" for fact in facts):
        facts.append({**dict.fromkeys(table("cluster_facts").columns), "fact": "name", "value": cluster.name})
    documents = [{"document_id": document.own_id or document.public_id, **_values("cluster_documents", document,
                                                                                 "document_id")}
                 for document in ClusterDocument.objects.filter(cluster=cluster, archived=False)]
    return make_cluster(
        frame_of("members", map(member_row, members)), frame_of("contracts", map(contract_row, contracts)),
        frame_of("cluster_facts", facts), frame_of("cluster_documents", documents))


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


def cluster_page(cluster: Cluster, *, on: dt.date, lang: Lang, made_at: dt.datetime) -> str:
    """The page of the cluster as reports show it, ready for paper."""
    tables = tables_of(cluster)
    return report_cluster(tables, judge(tables, load_pack(cluster.pack or PACK), on=on), lang=lang, made_at=made_at)


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
