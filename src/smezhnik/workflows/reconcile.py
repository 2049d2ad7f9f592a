"""A list of names in, a file of ИНН candidates out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.errors import Fault, InputFaults
from smezhnik.io import Loaded, find_kind_to_write, read_table, write_table
from smezhnik.matching.reconcile import reconcile
from smezhnik.progress import Progress, no_progress
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, refuse_all


@dataclass(frozen=True)
class Reconciled:
    """What was found: both files as read, the candidates (table ``identities``)."""

    loaded: tuple[Loaded, Loaded]
    found: pl.DataFrame


def reconcile_files(names: Path, register: Path, output: Path, *, top: int, reading: Reading, lang: Lang = "ru",
                    progress: Progress = no_progress) -> Reconciled:
    """Read both files as organisations, compare the names, write the table ``identities``.

    Rows of the result refer to the rows of the list as its owner sees them.
    """
    find_kind_to_write(output)  # refused before the work, not after it
    both: list[Loaded] = []
    faults: list[Fault] = []
    for path in (names, register):
        try:
            both.append(read_table(path, "organisations", columns=reading.columns.get("organisations"),
                                   recipe=reading.recipes.get("organisations"), skip_faulty=reading.skip_faulty,
                                   progress=progress))
        except InputFaults as refused:
            faults.extend(refused.faults)
    if faults:
        raise refuse_all(faults)
    asked, known = both
    rows = asked.rows["row"] if len(asked.rows) else pl.Series(range(1, len(asked.frame) + 1))
    listed = asked.frame.with_columns(rows.cast(pl.Int64).alias("row"))
    found = reconcile(listed, known.frame, top=top, lang=lang, progress=progress)
    write_table(found, output, "identities", lang=lang, progress=progress)
    return Reconciled((asked, known), found)
