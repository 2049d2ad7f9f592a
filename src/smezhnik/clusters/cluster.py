"""A cluster as data, and what is wrong with it: all faults at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from smezhnik.errors import Fault
from smezhnik.tables import complete, table

#: What members take from the table of organisations where their own row leaves it open.
_SHARED = ("name", "inn", "roles", "region", "oktmo", "country", "okved2", "output_th_rub", "jobs",
           "high_productivity_jobs", "latitude", "longitude")
#: The place of a party whose name several members have.
SEVERAL = -2
#: Sums of contracts within the cluster may exceed the yearly number by so much: roundings of thousands.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Origin:
    """Where the rows of a table came from: the file, and sheet and row of each."""

    file: str
    rows: pl.DataFrame

    def place(self, fault: Fault, row: int, column: str | None) -> Fault:
        sheet, number = self.rows.row(row) if row < self.rows.height else (None, None)
        return Fault(fault.code, fault.fields, self.file, sheet, number, column, severity=fault.severity)


@dataclass(frozen=True, eq=False)
class Cluster:
    """Frames of the tables ``members``, ``contracts``, ``cluster_facts``, ``cluster_documents``.

    Contracts carry ``_seller`` and ``_buyer``: rows of ``members``, −1 where the party is not in the cluster, −2
    where two members have its name.
    ``origins`` say where the rows stood, for faults.
    """

    members: pl.DataFrame
    contracts: pl.DataFrame
    facts: pl.DataFrame
    documents: pl.DataFrame
    origins: Mapping[str, Origin] = field(default_factory=dict)


def make_cluster(members: pl.DataFrame, contracts: pl.DataFrame | None = None, facts: pl.DataFrame | None = None,
                 documents: pl.DataFrame | None = None, organisations: pl.DataFrame | None = None,
                 origins: Mapping[str, Origin] | None = None) -> Cluster:
    """A cluster from its tables; absent tables are empty.

    What a member's row leaves open is taken from the organisation of the same id (else the same ИНН). Parties of a
    contract are found by id, else by ИНН, else by a name that only one member has.
    """
    full = complete(members, "members")
    if organisations is not None:
        full = _fill(full, complete(organisations, "organisations"))
    bonds = complete(contracts if contracts is not None else pl.DataFrame(), "contracts")
    parties = {f"_{side}": _find(full, bonds, side) for side in ("seller", "buyer")}
    return Cluster(full, bonds.with_columns(**parties),
                   complete(facts if facts is not None else pl.DataFrame(), "cluster_facts"),
                   complete(documents if documents is not None else pl.DataFrame(), "cluster_documents"),
                   origins or {})


def _fill(members: pl.DataFrame, organisations: pl.DataFrame) -> pl.DataFrame:
    for key in ("org_id", "inn"):
        given = organisations.select(key, *(pl.col(name).alias(f"_{name}") for name in _SHARED)) \
            .filter(pl.col(key).is_not_null()).unique(key, keep="first", maintain_order=True)
        joined = members.join(given, on=key, how="left", maintain_order="left")
        members = joined.with_columns(pl.coalesce(name, f"_{name}").alias(name) for name in _SHARED) \
            .select(members.columns)
    return members


def _find(members: pl.DataFrame, contracts: pl.DataFrame, side: str) -> pl.Series:
    """The row of the party among the members; −1 none of them, −2 several by name; null: the contract names nobody."""
    found = pl.Series([None] * contracts.height, dtype=pl.Int64)
    named = pl.Series([False] * contracts.height, dtype=pl.Boolean)
    for own, theirs in (("org_id", f"{side}_id"), ("inn", f"{side}_inn"), ("name", side)):
        known = members.select(_plain(own).alias("key"), pl.int_range(pl.len(), dtype=pl.Int64).alias("place")) \
            .drop_nulls("key")
        if own == "name":
            known = known.with_columns(place=pl.when(pl.col("key").is_duplicated()).then(SEVERAL).otherwise("place"))
        known = known.unique("key", keep="first")
        wanted = contracts.select(_plain(theirs).alias("key"))
        place = wanted.join(known, on="key", how="left", maintain_order="left")["place"]
        # An id that is no member's may be a name that happens to stand in the column of ids: the other ways are tried.
        found = found.zip_with(found.is_not_null(), place)
        named = named | wanted["key"].is_not_null()
    return pl.DataFrame({"found": found, "named": named}).select(
        pl.when("named").then(pl.col("found").fill_null(-1))).to_series()


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.strip_chars()


def find_cluster_faults(cluster: Cluster, on: dt.date) -> list[Fault]:
    """All that is wrong with a cluster, and what of it does not count on the day (severity ``note``).

    Refused are: a member twice, one without a role, periods that end before they begin, negative numbers, more
    high-productivity jobs than jobs, a fact told twice, contracts without a party, and contracts within the cluster
    that sum up to more than a member makes or buys. Notes tell of members and contracts that do not count on the day,
    of contracts with outsiders or with oneself, and of contracts that are only inferred.
    """
    return [*_of_members(cluster, on), *_of_contracts(cluster, on), *_over_one(cluster, on), *_of_facts(cluster)]


def in_force(since: str, until: str, on: dt.date) -> pl.Expr:
    """Whether the day lies in the period; an absent end is open."""
    return (pl.col(since).is_null() | (pl.col(since) <= on)) & (pl.col(until).is_null() | (pl.col(until) > on))


def contract_in_force(on: dt.date) -> pl.Expr:
    """A contract counts from its beginning, else from its signing, to its end; without days it counts always."""
    begins = pl.coalesce("starts_on", "signed_on")
    return (begins.is_null() | (begins <= on)) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > on))


def member_name() -> pl.Expr:
    return pl.coalesce("name", "org_id")


class Teller:
    """Makes faults of rows of one table."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.name, self.origin = name, cluster.origins.get(name)

    def tell(self, code: str, rows: pl.DataFrame, column: str | None = None, *, note: bool = False) -> Iterator[Fault]:
        """A fault for every row; its columns but ``_row`` are the fields of the sentence."""
        header = table(self.name).columns[column].ru if column else None
        for fields in rows.iter_rows(named=True):
            row = fields.pop("_row")
            fault = Fault(code, fields, column=header, severity="note" if note else "refused")
            yield self.origin.place(fault, row, header) if self.origin else fault


def _of_members(cluster: Cluster, on: dt.date) -> Iterator[Fault]:
    rows = cluster.members.with_row_index("_row").with_columns(who=member_name())
    teller = Teller(cluster, "members")
    for key in ("org_id", "inn"):
        twice = rows.filter(pl.col(key).is_not_null() & ~pl.col(key).is_first_distinct())
        yield from teller.tell("cluster.member_twice", twice.select("_row", "who", id=key), key)
    yield from teller.tell("cluster.no_role", rows.filter(pl.col("roles").list.len().fill_null(0) == 0)
                           .select("_row", "who"), "roles")
    yield from teller.tell("cluster.member_period", rows.filter(pl.col("until") <= pl.col("since"))
                           .select("_row", "who", "since", "until"), "until")
    yield from teller.tell("cluster.jobs", rows.filter(pl.col("high_productivity_jobs") > pl.col("jobs"))
                           .select("_row", "who", "jobs", part="high_productivity_jobs"), "high_productivity_jobs")
    for column in ("output_th_rub", "purchases_th_rub", "jobs", "high_productivity_jobs"):
        yield from teller.tell("cluster.negative", rows.filter(pl.col(column) < 0)
                               .select("_row", "who", found=column), column)
    whole = rows.filter(~(pl.col("until") <= pl.col("since")).fill_null(False))
    yield from _away(teller, whole, "member", "who", pl.col("since"), pl.col("until"), on)


def _away(teller: Teller, rows: pl.DataFrame, what: str, named: str, since: pl.Expr, until: pl.Expr,
          on: dt.date) -> Iterator[Fault]:
    """Notes on rows whose period has not begun on the day, or is over."""
    day = pl.lit(on).alias("day")
    yield from teller.tell(f"cluster.{what}_later", rows.filter(since > on)
                           .select("_row", named, day, since.alias("since")), note=True)
    yield from teller.tell(f"cluster.{what}_gone", rows.filter(until <= on)
                           .select("_row", named, day, until.alias("until")), note=True)


def _of_contracts(cluster: Cluster, on: dt.date) -> Iterator[Fault]:
    rows = cluster.contracts.with_row_index("_row").rename({"contract_id": "id"})
    teller = Teller(cluster, "contracts")
    yield from teller.tell("cluster.contract_twice", rows.filter(~pl.col("id").is_first_distinct())
                           .select("_row", "id"), "contract_id")
    yield from teller.tell("cluster.no_party", rows.filter(pl.col("_seller").is_null() | pl.col("_buyer").is_null())
                           .select("_row", "id"))
    for side in ("seller", "buyer"):
        yield from teller.tell("cluster.name_of_several", rows.filter(pl.col(f"_{side}") == SEVERAL)
                               .select("_row", "id", name=side), side)
    yield from teller.tell("cluster.contract_negative", rows.filter(pl.col("value_th_rub") < 0)
                           .select("_row", "id", found="value_th_rub"), "value_th_rub")
    begins = pl.coalesce("starts_on", "signed_on")
    ended = (pl.col("ends_on") <= begins).fill_null(False)
    yield from teller.tell("cluster.contract_period", rows.filter(ended)
                           .select("_row", "id", since=begins, until="ends_on"), "ends_on")
    for side in ("seller", "buyer"):
        named = pl.coalesce(side, f"{side}_id", f"{side}_inn")
        yield from teller.tell(f"cluster.outside_{side}", rows.filter(pl.col(f"_{side}") == -1)
                               .select("_row", "id", who=named), note=True)
    yield from teller.tell("cluster.with_oneself", rows.filter((pl.col("_seller") == pl.col("_buyer"))
                                                               & (pl.col("_seller") >= 0))
                           .select("_row", "id"), note=True)
    yield from _away(teller, rows.filter(~ended), "contract", "id", begins, pl.col("ends_on"), on)
    yield from teller.tell("cluster.contract_inferred", rows.filter(pl.col("basis") == "inferred")
                           .select("_row", "id"), note=True)


def _of_facts(cluster: Cluster) -> Iterator[Fault]:
    """A fact told twice: which row is meant nobody can say. Rows without a value tell nothing."""
    rows = cluster.facts.with_row_index("_row").filter(pl.col("value").str.strip_chars().str.len_chars() > 0)
    twice = rows.filter(~pl.col("fact").is_first_distinct())
    yield from Teller(cluster, "cluster_facts").tell("cluster.fact_twice", twice.select("_row", "fact"), "fact")


def _over_one(cluster: Cluster, on: dt.date) -> Iterator[Fault]:
    """Members that sell to (buy from) members more than they make (buy)."""
    members = cluster.members.with_row_index("_row").with_columns(who=member_name()) \
        .filter(in_force("since", "until", on))
    there = members["_row"].implode()
    counted = cluster.contracts.filter(
        contract_in_force(on) & (pl.col("basis").fill_null("declared") != "inferred")
        & pl.col("_seller").is_in(there) & pl.col("_buyer").is_in(there) & (pl.col("_seller") != pl.col("_buyer")))
    for side, column, code in (("_seller", "output_th_rub", "cluster.over_output"),
                               ("_buyer", "purchases_th_rub", "cluster.over_purchases")):
        sums = counted.group_by(pl.col(side).cast(pl.UInt32).alias("_row")).agg(pl.col("value_th_rub").sum()
                                                                                .alias("found"))
        over = members.join(sums, on="_row").filter(pl.col("found") > pl.col(column) * (1 + _TOLERANCE))
        rows = over.sort("_row").select("_row", "who", "found", whole=column)
        yield from Teller(cluster, "members").tell(code, rows, column)
