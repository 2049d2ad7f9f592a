"""A workbook of linked sheets as one import: read sheet by sheet, references between them held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from django.db.models import Q

from smezhnik.errors import Fault, InputFaults
from smezhnik.io import Loaded, check_table
from smezhnik.io.linked import find_tables
from smezhnik.messages import Words
from smezhnik.progress import Progress
from smezhnik.records.actions import BATCH
from smezhnik.registry.book import public_id
from smezhnik.registry.loading import LOADABLE
from smezhnik.registry.models import Organisation, Site
from smezhnik.tables import table

#: Column that leads to another table → the model there, and columns that name the same thing in another way.
_LEADS = {"org_id": (Organisation, "organisations", ("seller", "buyer", "inn")), "site_id": (Site, "sites", ())}


def read_linked(path: Path, columns: Mapping[str, Mapping[str, str]], held_by: str,
                progress: Progress) -> list[Loaded]:
    """The tables of a workbook, organisations first, since the others lead to them.

    A reference that leads neither to another sheet nor to a record of the region is a fault in its cell.

    Parameters
    ----------
    columns : table → header → column as the user settled it
    """
    try:
        sheets, notes = find_tables(path, LOADABLE)
    except InputFaults as refused:
        return [Loaded(LOADABLE[0], path.name, table(LOADABLE[0]).empty(), tuple(refused.faults))]
    loads = [check_table(path, name, sheet=some or None, columns=columns.get(name) or None, progress=progress)
             for name, some in sheets.items()]
    loads[0] = replace(loads[0], notes=(*loads[0].notes, *notes))
    there = {load.table: load for load in loads}
    return [_held(load, there, held_by) for load in loads]


def _held(load: Loaded, there: Mapping[str, Loaded], held_by: str) -> Loaded:
    """The table without rows whose references lead nowhere, each of them told as a fault."""
    faults: list[Fault] = []
    lost = pl.Series([False] * load.frame.height, dtype=pl.Boolean)
    for column, (model, other, also) in _LEADS.items():
        if column in load.frame.columns and load.table != other:
            given = _given(load.frame, column, also)
            known = set(there[other].frame[column]) if other in there else set()
            dangling = {one for one in given if one is not None} - known
            dangling -= _standing(model, held_by, dangling)
            broken = given.is_in(list(dangling)).fill_null(False)
            faults += _told(load, column, broken)
            lost = lost | broken
    if not faults:
        return load
    kept = load.frame.filter(~lost)
    return replace(load, frame=kept, rows=load.rows.filter(~lost), faults=(*load.faults, *faults),
                   accepted=kept.height, refused=load.refused + load.frame.height - kept.height)


def _given(frame: pl.DataFrame, column: str, also: Sequence[str]) -> pl.Series:
    """The references, of rows that say in no other way what they mean."""
    named = [pl.col(name).is_not_null() for name in also if name in frame.columns]
    alone = ~pl.any_horizontal(named) if named else pl.lit(True)
    return frame.select(pl.when(alone).then(pl.col(column))).to_series()


def _standing(model: type[Organisation | Site], held_by: str, ids: Iterable[str]) -> set[str]:
    """Those ids, own or public, that records of the region have."""
    found: set[str | None] = set()
    lives = Q(archived=False) | Q(merged_into__isnull=False) if model is Organisation else Q(archived=False)
    left = sorted(ids)
    for start in range(0, len(left), BATCH):
        some = left[start:start + BATCH]
        public = {public: one for one in some if (public := public_id(one))}
        rows = model.objects.filter(Q(own_id__in=some) | Q(public_id__in=list(public)), lives, held_by=held_by)
        for own, name in rows.values_list("own_id", "public_id"):
            found |= {own, public.get(name)}
    return {one for one in found if one is not None}


def _told(load: Loaded, column: str, broken: pl.Series) -> list[Fault]:
    about, other = table(load.table).columns[column], table(_LEADS[column][1])
    title = next((header for header, name in load.mapping.items() if name == column), about.ru)
    rows = load.rows.filter(broken).iter_rows()
    wanted = Words(other.ru, other.en)
    return [Fault("reference_nowhere", {"found": value, "wanted": wanted}, file=load.file, sheet=sheet, row=row,
                  column=title)
            for value, (sheet, row) in zip(load.frame.filter(broken)[column], rows, strict=True)]
