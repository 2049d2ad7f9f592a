"""What caused a contract: the chain behind it, and sums in which no contract stands twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

#: From a contract back to the agreement: who may have caused it, the nearest first.
CHAIN = ("contract", "case", "pair_meeting", "event", "order", "commitment", "agreement")


@dataclass(frozen=True, slots=True)
class Cause:
    """One step of the chain; ``id`` is None where the step is missing."""

    kind: str
    id: str | None


def trace(contract: str, known: Mapping[str, Mapping[str, Mapping[str, str | None]]]) -> list[Cause]:
    """The chain contract → case → pair meeting → event → order → commitment → agreement; missing steps stand in it.

    Parameters
    ----------
    known : kind → id → what that record names as its causes: kind → id. The nearest step that names a cause is
        believed; one that only a further step names is taken from there.
    """
    steps = [Cause("contract", contract)]
    named: dict[str, str] = {}
    for kind in CHAIN[1:]:
        last = steps[-1]
        if last.id is not None:
            causes = known.get(last.kind, {}).get(last.id, {})
            named |= {cause: id_ for cause, id_ in causes.items() if id_ and cause not in named}
        steps.append(Cause(kind, named.get(kind)))
    return steps


@dataclass(frozen=True, slots=True)
class Sums:
    """Three sums that are never added (th. RUB) and how many contracts; None where no row has one."""

    contracts: int
    potential: float | None
    signed: float | None
    delivered: float | None


def total(rows: pl.DataFrame) -> Sums:
    """The sum of contracts, each once, however many promises claim it.

    Parameters
    ----------
    rows : one row per (contract, promise) or per contract: contract (id), potential, signed, delivered (th. RUB)
    """
    once = rows.unique("contract", keep="first", maintain_order=True)

    def sum_of(column: str) -> float | None:
        known = once[column].drop_nulls()
        return float(known.sum()) if len(known) else None

    return Sums(once.height, sum_of("potential"), sum_of("signed"), sum_of("delivered"))


def primary_origin(promises: Sequence[str]) -> pl.Expr:
    """The first of ``origins`` that is one of the promises; null where none is."""
    return pl.col("origins").list.eval(pl.element().filter(pl.element().is_in(list(promises)))).list.first()


def names_any(promises: Collection[str]) -> pl.Expr:
    """Whether any of ``origins`` is one of the promises; false where there are no origins."""
    return pl.col("origins").list.eval(pl.element().is_in(list(promises))).list.any().fill_null(False)


def by_primary(rows: pl.DataFrame, promises: Sequence[str]) -> pl.DataFrame:
    """Each contract once, under its primary origin: sums of promises that may be added.

    Parameters
    ----------
    rows : contract (id), origins (list, the primary one first), signed (th. RUB)
    promises : whose sums are wanted, in this order; the first origin of a row that is one of them is its primary one

    Returns
    -------
    promise, contracts, signed: one row for each promise, and one with promise null for what none of them caused.
    """
    once = rows.unique("contract", keep="first", maintain_order=True)
    wanted = pl.DataFrame({"promise": [*promises, None]}, schema={"promise": pl.String})
    primary = once.with_columns(promise=primary_origin(promises))
    sums = primary.group_by("promise").agg(contracts=pl.len(), signed=pl.col("signed").drop_nulls().sum())
    return wanted.join(sums, on="promise", how="left", nulls_equal=True, maintain_order="left").with_columns(
        pl.col("contracts").fill_null(0), pl.col("signed").fill_null(0.0))
