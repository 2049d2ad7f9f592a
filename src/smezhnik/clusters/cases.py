"""Cases of a pack: a cluster, a day, what must come out, by which article. Written by lawyers, run as tests.

A case file is TOML; tables in it are texts with columns parted by ``|``, under the headers of the declared tables::

    [clusters.glass]
    members = '''
    Код участника | Роли           | Выпуск, тыс. руб.
    стекло        | producer       | 1000
    окна          | final_producer |
    '''

    [[cases]]
    name = "…"
    cluster = "glass"
    on = 2016-09-26
    article = "…"
    expected = { state = "not_met", cooperation = "met" }

An empty cell is an absent fact; one that does not fit its column is a fault. ``expected`` names the ``state`` of the
whole, its worst ``status``, the first day of the ``edition``, and by their codes the states of criteria
(``not_asked``: not in force); ``"<code>.status"`` is the status of one. A name that the pack does not know comes out
as ``no_such_criterion``: it expects nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from smezhnik.clusters.cluster import Cluster, make_cluster
from smezhnik.clusters.facts import read_value
from smezhnik.clusters.judge import judge
from smezhnik.errors import Fault, InputFaults
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.pack import Pack
from smezhnik.rules.toml import read_toml
from smezhnik.tables import ColumnInfo, complete, table

TABLES = {"members": "members", "contracts": "contracts", "facts": "cluster_facts", "documents": "cluster_documents"}

#: Expected of a criterion that is not in force on the day.
NOT_ASKED = "not_asked"
#: Found where a case expects something of a criterion that the pack has on no day.
NO_CRITERION = "no_such_criterion"


@dataclass(frozen=True)
class Difference:
    """Something expected of a case that came out otherwise."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True)
class Case:
    """A case of a pack."""

    file: str
    line: int | None
    name: str
    on: dt.date
    article: str
    cluster: Cluster
    expected: Mapping[str, str]


@dataclass(frozen=True)
class Done:
    """A case that was run; without differences it came out as expected."""

    case: Case
    differences: tuple[Difference, ...]


def read_cases(texts: Mapping[str, str]) -> list[Case]:
    """Cases from the texts of their files; InputFaults with all that is wrong with them."""
    faults: list[Fault] = []
    cases: list[Case] = []
    for file, text in texts.items():
        document = read_toml(text, file)
        faults += document.faults
        root = Cursor.of(document, faults)
        clusters = {name: made for name, cursor in root.named("clusters") if (made := _read_cluster(cursor))}
        cases += [case for cursor in root.tables("cases") if (case := _read_case(cursor, clusters))]
        root.done()
    if faults:
        raise InputFaults(faults, "rules.cases_refused")
    return cases


def run_case(case: Case, pack: Pack) -> Done:
    """Judge the cluster of a case and compare what comes out with what was expected."""
    verdict = judge(case.cluster, pack, on=case.on)
    found = {"state": verdict.state, "status": verdict.status, "edition": str(verdict.edition.amendment.since),
             **{item.code: item.state for item in verdict.findings},
             **{f"{item.code}.status": item.status for item in verdict.findings}}
    codes = _codes(pack)
    came = {what: found.get(what, NOT_ASKED if what.removesuffix(".status") in codes else NO_CRITERION)
            for what in case.expected}
    return Done(case, tuple(Difference(what, expected, came[what]) for what, expected in case.expected.items()
                            if came[what] != expected))


def _codes(pack: Pack) -> set[str]:
    """Criteria of a pack and of those it lies on, of all days."""
    return {item.code for item in pack.criteria} | {code for base in pack.bases for code in _codes(base)}


def _read_case(cursor: Cursor, clusters: Mapping[str, Cluster]) -> Case | None:
    name, on, article = cursor.text("name"), cursor.date("on"), cursor.text("article")
    called = cursor.choice("cluster", sorted(clusters))
    facts, expected = cursor.table("facts"), cursor.table("expected", need=True)
    cursor.done()
    if name is None or on is None or article is None or called is None or expected is None:
        return None
    cluster = clusters[called]
    if facts is not None:
        told = pl.DataFrame({"fact": list(facts.data), "value": [_as_text(value) for value in facts.data.values()]})
        kept = cluster.facts.filter(~pl.col("fact").is_in(told["fact"].to_list()))
        cluster = make_cluster(cluster.members, cluster.contracts, pl.concat([kept, complete(told, "cluster_facts")]),
                               cluster.documents)
    return Case(cursor.document.file, cursor.document.line(cursor.place), name, on, article, cluster,
                {what: str(state) for what, state in expected.data.items()})


def _as_text(value: object) -> str:
    return {True: "да", False: "нет"}[value] if isinstance(value, bool) else str(value)


def _read_cluster(cursor: Cursor) -> Cluster | None:
    frames = {key: _read_frame(cursor, key, name) for key, name in TABLES.items()}
    cursor.done()
    members = frames["members"]
    return None if members is None else make_cluster(members, frames["contracts"], frames["facts"],
                                                     frames["documents"])


def _read_frame(cursor: Cursor, key: str, name: str) -> pl.DataFrame | None:
    """A table from a text; its first line are the headers."""
    text = cursor.text(key, need=key == "members")
    if text is None:
        return None
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    declared = table(name).columns
    known = {title.casefold(): column for column, info in declared.items() for title in (column, info.ru, info.en)}
    columns = [known.get(title.casefold()) for title in lines[0]]
    for title, column in zip(lines[0], columns, strict=True):
        if column is None:
            cursor.fault("case_column", key, found=title, known=[info.ru for info in declared.values()])
    rows = []
    for line in lines[1:]:
        if len(line) != len(columns):
            cursor.fault("case_cells", key, found=" | ".join(line), expected=len(columns), given=len(line))
            continue
        row = {column: _cell(cell, declared[column])
               for column, cell in zip(columns, line, strict=True) if column is not None}
        for (column, value), cell in zip(row.items(), (cell for cell, name in zip(line, columns, strict=True) if name),
                                         strict=True):
            if value is None and cell:
                cursor.fault("case_cell", key, found=cell, column=declared[column].ru)
        rows.append(row)
    frame = pl.DataFrame(rows, schema={column: table(name).dtypes[column] for column in columns if column},
                         strict=False)
    if name == "contracts" and "contract_id" not in frame.columns:
        frame = frame.with_columns(contract_id=pl.format("{}", pl.int_range(1, pl.len() + 1)))
    if name == "cluster_documents" and "document_id" not in frame.columns:
        frame = frame.with_columns(document_id=pl.format("{}", pl.int_range(1, pl.len() + 1)))
    return complete(frame, name)


def _cell(cell: str, info: ColumnInfo) -> object:
    """A cell by the kind of its column; None where it is empty or does not fit."""
    if not cell:
        return None
    if info.kind == "list":
        return [part.strip() for part in cell.split(";") if part.strip()]
    if info.kind in ("text", "code"):
        return cell
    value = read_value(cell)
    wanted = {"number": float, "integer": float, "date": dt.date, "flag": bool}[info.kind]
    return value if isinstance(value, wanted) else None
