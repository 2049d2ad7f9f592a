"""Frames of a cluster → what rules see of it on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from smezhnik.clusters.cluster import Cluster, Teller, contract_in_force, in_force, member_name
from smezhnik.errors import Fault
from smezhnik.rules.asks import Ask
from smezhnik.rules.criterion import WAIVERS, Waiver
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.judge import DECIDED, RENEWED
from smezhnik.rules.law import Law
from smezhnik.rules.names import FLAGS, LABELS, NUMBERS, ROLES

#: Kind of document that is an authority's waiver of a criterion.
WAIVER = "waiver"

_YES = ("да", "д", "есть", "имеется", "yes", "y", "true", "истина", "+")
_NO = ("нет", "н", "отсутствует", "no", "n", "false", "ложь", "-", "−")
#: Days that no criterion asks for, but that say how an earlier decision stands and how old the cluster is.
_DAYS = {DECIDED: Ask("day"), RENEWED: Ask("days"), "founded_on": Ask("day")}
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def facts_of(cluster: Cluster, on: dt.date) -> Facts:
    """What rules see: members of the day as nodes, contracts of the day between them as edges.

    Inferred contracts are ``possible`` links. What is absent stays absent: an empty country is no country.
    """
    members = cluster.members.with_row_index("_place").filter(in_force("since", "until", on))
    place = np.full(cluster.members.height, -1)
    place[members["_place"].to_numpy()] = np.arange(members.height)
    edges = cluster.contracts.filter(contract_in_force(on) & (pl.col("_seller") >= 0) & (pl.col("_buyer") >= 0))
    seller, buyer = place[edges["_seller"].to_numpy()], place[edges["_buyer"].to_numpy()]
    inside = (seller >= 0) & (buyer >= 0)
    edges, seller, buyer = edges.filter(pl.Series(inside)), seller[inside], buyer[inside]
    return Facts(
        ids=tuple(members["org_id"]),
        roles=_roles(members),
        numbers={**{name: _floats(members[column]) for name, column in NUMBERS.items()}, "since": _days(members)},
        labels={name: tuple(members[name]) for name in LABELS},
        flags={name: _floats(members[name].cast(pl.Float64)) for name in FLAGS},
        seller=seller.astype(np.int64), buyer=buyer.astype(np.int64), volume=_floats(edges["value_th_rub"]),
        kind=tuple(edges["kind"].fill_null("")),
        possible=(edges["basis"].fill_null("declared") == "inferred").to_numpy(),
        contracts=tuple(edges["contract_id"]), imported=_floats(edges["imported_th_rub"]),
        cluster={**dict(_told(cluster)), **dict(_documents(cluster, on)), WAIVERS: _waivers(cluster, on),
                 **_age(cluster, on)})


def names_of(cluster: Cluster) -> dict[str, str]:
    """Own id of a member → how it is called."""
    return dict(cluster.members.select("org_id", member_name()).iter_rows())


def read_value(text: str | None) -> object:
    """A cell of ``cluster_facts``: yes or no, a number, a day, several days parted by ``;``, else the text itself."""
    if text is None or not (bare := text.strip()):
        return None
    word = bare.lower().rstrip(".")
    if word in _YES or word in _NO:
        return word in _YES
    if _NUMBER.fullmatch(bare.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")):
        return float(re.sub(r"\s", "", bare).replace(",", "."))
    days = [_day(part) for part in bare.split(";")]
    if all(days):
        return days[0] if len(days) == 1 else tuple(days)
    return bare


def find_fact_faults(cluster: Cluster, law: Law) -> Iterator[Fault]:
    """Facts whose value is no answer to what the law asks: a word for a number, a word that no rule knows."""
    asks = {**law.asks, **_DAYS}
    rows = cluster.facts.select("fact", "value").with_row_index("_row").filter(
        pl.col("fact").is_in(list(asks)) & (pl.col("value").str.strip_chars().str.len_chars() > 0))
    for row, fact, value in rows.iter_rows():
        if asks[fact].fit(read_value(value)) is None:
            told = pl.DataFrame({"_row": [row], "fact": [fact], "found": [value], "words": [list(asks[fact].words)]},
                                schema_overrides={"words": pl.List(pl.String)})
            yield from Teller(cluster, "cluster_facts").tell(f"cluster.fact_value.{asks[fact].kind}", told, "value")


def _day(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 – a day has no zone
        except ValueError:
            continue
    return None


def _roles(members: pl.DataFrame) -> dict[str, Bools]:
    return {role: members["roles"].list.contains(role).fill_null(False).to_numpy().astype(np.bool_) for role in ROLES}


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)


def _days(members: pl.DataFrame) -> Floats:
    return np.array([np.nan if day is None else day.toordinal() for day in members["since"]], dtype=np.float64)


def _told(cluster: Cluster) -> Iterator[tuple[str, object]]:
    for fact, value in cluster.facts.select("fact", "value").iter_rows():
        if (told := read_value(value)) is not None:  # a row without a value takes nothing back
            yield fact, told


def _age(cluster: Cluster, on: dt.date) -> dict[str, object]:
    """Whole years since ``founded_on``, where nobody told ``years_of_work``."""
    told = dict(_told(cluster))
    founded = told.get("founded_on")
    if not isinstance(founded, dt.date) or told.get("years_of_work") is not None:
        return {}
    years = on.year - founded.year - ((on.month, on.day) < (founded.month, founded.day))
    return {"years_of_work": float(years)}


def _documents(cluster: Cluster, on: dt.date) -> Iterator[tuple[str, object]]:
    """``document.<kind>``: there is a valid one; ``document.<kind>.parts``: what the valid ones have, if told."""
    rows = cluster.documents.filter(pl.col("document") != WAIVER)
    for kind, group in rows.group_by("document", maintain_order=True):
        valid = group.filter(pl.col("exists").fill_null(True) & in_force("valid_from", "valid_until", on))
        yield f"document.{kind[0]}", valid.height > 0
        if valid["parts"].drop_nulls().len():
            yield f"document.{kind[0]}.parts", tuple(valid["parts"].drop_nulls().explode().drop_nulls())


def _waivers(cluster: Cluster, on: dt.date) -> tuple[Waiver, ...]:
    """Waivers in force; one without an authority or a reason is none."""
    rows = cluster.documents.filter(
        (pl.col("document") == WAIVER) & pl.col("exists").fill_null(True) & in_force("valid_from", "valid_until", on)
    ).drop_nulls(["criterion", "issued_by", "reason"])
    return tuple(Waiver(*row) for row in rows.select("criterion", "issued_by", "reason", "valid_from").iter_rows())
