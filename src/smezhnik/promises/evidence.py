"""Evidence made ready to be counted: columns as numbers, so that a target is a few comparisons of arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from smezhnik.tables import complete
from smezhnik.tables.promises import EVIDENCE

#: What stands where a value is absent, before every place and every day.
ABSENT = -1
NO_DAY = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Names:
    """Distinct texts of a column, sorted, each by its place."""

    values: tuple[str, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Text → place."""
        return {value: place for place, value in enumerate(self.values)}

    def find(self, wanted: Iterable[str]) -> np.ndarray:
        """Places of those that there are."""
        return np.array(sorted(self.places[one] for one in wanted if one in self.places), np.int32)

    def begun_with(self, prefix: str) -> tuple[int, int]:
        """First place, and the one after the last, of the texts that begin so."""
        return int(np.searchsorted(self._array, prefix)), int(np.searchsorted(self._array, prefix + "\uffff"))

    @cached_property
    def _array(self) -> np.ndarray:
        return np.array(self.values, dtype=object)


@dataclass(frozen=True)
class Rows:
    """Evidence of one kind; every array has one entry for each row, in the order of the frame.

    Attributes
    ----------
    at : row of the whole frame
    on : days since 1970, ``NO_DAY`` where absent
    from_region, to_region, code, from_org, to_org, cluster, event : places in ``Names``, ``ABSENT`` where absent
    sums : column → values, NaN where absent
    cancelled, inferred : flags; first_of_pair : the earliest row of its two organisations that holds
    """

    at: np.ndarray
    on: np.ndarray
    from_region: np.ndarray
    to_region: np.ndarray
    code: np.ndarray
    from_org: np.ndarray
    to_org: np.ndarray
    cluster: np.ndarray
    event: np.ndarray
    sums: Mapping[str, np.ndarray]
    cancelled: np.ndarray
    inferred: np.ndarray
    first_of_pair: np.ndarray
    by_origin: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """All evidence that was gathered; rows of a kind are ordered by day, so that those up to a day come first.

    Attributes
    ----------
    frame : table ``evidence``, ordered by day and id, rows without a day first
    covers : kinds that were looked for: of another kind nothing is known, which is not nought
    """

    frame: pl.DataFrame
    covers: frozenset[str]
    kinds: Mapping[str, Rows]
    regions: Names
    codes: Names
    organisations: Names
    clusters: Names
    events: Names


def prepare(frame: pl.DataFrame, covers: Collection[str] = EVIDENCE,
            parents: Mapping[str, Sequence[str]] | None = None) -> Evidence:
    """Make evidence ready.

    Parameters
    ----------
    frame : table ``evidence``; empty gives evidence that proves nothing
    covers : kinds that were looked for
    parents : promise → promises that it serves (order → commitment → agreement): what an order caused, its
        commitment caused too
    """
    whole = complete(frame, "evidence").sort("on", "evidence_id")
    digits = pl.coalesce(pl.col("okpd2"), pl.col("okved2")).str.replace_all(r"\D", "")
    coded = whole.select(
        "evidence_id", "kind", pl.col("on").to_physical().fill_null(int(NO_DAY)), "value_th_rub", "imported_th_rub",
        "amount", pl.col("cancelled").fill_null(False), (pl.col("basis") == "inferred").fill_null(False).alias(
            "inferred"), "origins", "from_region", "to_region", "from_org", "to_org", digits.alias("code"), "cluster",
        "event")
    names = {
        "regions": _names(whole["from_region"], whole["to_region"]),
        "organisations": _names(whole["from_org"], whole["to_org"]), "codes": _names(coded["code"]),
        "clusters": _names(whole["cluster"]), "events": _names(whole["event"])}
    placed = coded.with_row_index("at").with_columns(
        *(_placed(column, names[of]) for column, of in (
            ("from_region", "regions"), ("to_region", "regions"), ("from_org", "organisations"),
            ("to_org", "organisations"), ("code", "codes"), ("cluster", "clusters"), ("event", "events"))))
    kinds = {str(key[0]): _rows(some, parents or {}) for key, some in placed.group_by("kind", maintain_order=True)}
    return Evidence(whole, frozenset(covers), kinds, **names)


def _names(*columns: pl.Series) -> Names:
    return Names(tuple(sorted({value for column in columns for value in column.drop_nulls().unique()})))


def _placed(column: str, names: Names) -> pl.Expr:
    """The place of each text among the names."""
    return pl.col(column).cast(pl.Enum(names.values)).to_physical().cast(pl.Int32).fill_null(ABSENT)


def _rows(some: pl.DataFrame, parents: Mapping[str, Sequence[str]]) -> Rows:
    def array(column: str) -> np.ndarray:
        return some[column].to_numpy()

    holds = ~some["cancelled"] & ~some["inferred"] & (some["on"] != int(NO_DAY))
    pairs = some.select("from_org", "to_org", holds.alias("holds")).with_row_index("row").filter(
        pl.col("holds") & (pl.col("from_org") >= 0) & (pl.col("to_org") >= 0))
    first = np.zeros(some.height, np.bool_)
    first[pairs.unique(["from_org", "to_org"], keep="first", maintain_order=True)["row"].to_numpy()] = True
    sums = {name: some[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
            for name in ("value_th_rub", "imported_th_rub", "amount")}
    return Rows(
        at=array("at"), on=array("on").astype(np.int32), from_region=array("from_region"),
        to_region=array("to_region"), code=array("code"), from_org=array("from_org"), to_org=array("to_org"),
        cluster=array("cluster"), event=array("event"), sums=sums, cancelled=array("cancelled"),
        inferred=array("inferred"), first_of_pair=first, by_origin=_by_origin(some["origins"], parents))


def _by_origin(origins: pl.Series, parents: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    """Promise → rows that it caused, itself or by a promise that serves it."""
    told = pl.DataFrame({"origin": origins}).with_row_index("row").explode("origin").drop_nulls().unique().sort(
        "origin", "row")
    counts = told.group_by("origin", maintain_order=True).len()
    parts = np.split(told["row"].to_numpy().astype(np.int64), np.cumsum(counts["len"].to_numpy())[:-1])
    direct = dict(zip(counts["origin"].to_list(), parts, strict=False))  # nothing is split into one empty part
    found: dict[str, list[np.ndarray]] = {}
    for origin, rows in direct.items():
        for promise in ancestors(origin, parents):
            found.setdefault(promise, []).append(rows)
    return {promise: some[0] if len(some) == 1 else np.unique(np.concatenate(some))
            for promise, some in found.items()}


def ancestors(promise: str, parents: Mapping[str, Sequence[str]]) -> list[str]:
    """The promise itself and all that it serves, each once."""
    found: dict[str, None] = {promise: None}
    waiting = [promise]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found[parent] = None
                waiting.append(parent)
    return list(found)
