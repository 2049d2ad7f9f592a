"""A road map: commitments of one or several measures, from the rows of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from smezhnik.errors import Fault
from smezhnik.promises.target import Target, find_target_faults, read_target
from smezhnik.tables import table


@dataclass(frozen=True)
class Promise:
    """A commitment as it stands in the plan.

    Attributes
    ----------
    no, text : number and words; head : its first row, which holds whatever is said of the commitment as a whole
    rows : every row of it, one for a measure; targets : the same, ready to be counted
    """

    no: str
    text: str
    head: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    targets: tuple[Target, ...]


def promises_of(frame: pl.DataFrame) -> list[Promise]:
    """Commitments of a table ``commitments``, in its order; rows of one number belong together.

    A row that has neither measure nor plan gives a commitment without target: it is not measurable.
    """
    heads: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        heads.setdefault(row["no"], []).append(row)
    return [Promise(no, rows[0]["text"] or "", rows[0], tuple(rows), tuple(
        read_target(row, no) for row in rows if row["measure"] is not None or row["plan"] is not None))
        for no, rows in heads.items()]


def find_plan_faults(frame: pl.DataFrame, places: pl.DataFrame) -> list[Fault]:
    """All that is wrong with a road map beyond its cells, each at its row and column.

    Parameters
    ----------
    frame : table ``commitments``
    places : sheet and row of each of its rows, as their owner sees them
    """
    columns = table("commitments").columns
    faults: list[Fault] = []
    first: dict[str, Mapping[str, Any]] = {}
    for row, place in zip(frame.iter_rows(named=True), places.iter_rows(named=True), strict=True):
        found = find_target_faults(row, row["no"])
        head = first.setdefault(row["no"], row)
        if head is row and not row["text"]:
            found.append(Fault("commitment_no_text", {"no": row["no"]}, column="text"))
        if head is not row:
            if row["text"] and row["text"] != head["text"]:
                found.append(Fault("commitment_two_texts", {"no": row["no"]}, column="no"))
            if row["measure"] is None:
                found.append(Fault("commitment_repeated", {"no": row["no"]}, column="no"))
        faults += [replace(fault, sheet=place["sheet"], row=place["row"], column=columns[str(fault.column)].ru)
                   for fault in found]
    return faults
