"""Frames of every declared table, drawn at random, with the values that files most often spoil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
from hypothesis import strategies as st

from smezhnik.tables import ColumnInfo, Table, complete, table

#: Texts that spreadsheets and readers like to change.
RISKY = ("+79991234567", "=1+1", "-5", "@sum", "'=a", "''quoted", "007", "1Е5", "1E5", "ёлка", "две\nстроки", "a;b",
         "a,b", 'ООО "Стекло"', '"', "\\;", "таб\tуляция", "_x0041_", "<b>&amp;", "#12", "true", "нет данных", "12.05",
         "🙂", "[1]", "{}", "nan", "Примеры и образцы", "10-12")
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"))
TEXT = st.one_of(st.sampled_from(RISKY), st.text(_LETTERS, min_size=1, max_size=30))
NUMBER = st.one_of(st.sampled_from([0.0, 0.1 + 0.2, 1e-9, 123456789012345.67, 1e300, 5e-324, 1 / 3]),
                   st.floats(0, 1e15, allow_nan=False))

_REFERENCES = {
    "okpd2": ["23.11.12.110", "01.11", "28"], "tnved": ["7005", "0101210000"], "okved2": ["22.23", "01.11"],
    "inn": ["0274051582", "7707083893", "500100732259"], "ogrn": ["1027700132195", "304500116000157"],
    "kpp": ["027401001", "7743AB001"], "oktmo": ["80701000", "01701000"], "unit": ["т", "м²", "тыс. шт", "шт"],
    "currency": ["RUB", "USD"], "country": ["RU", "BY"], "region": ["RU-BA", "RU-CHE"],
    "okato": ["80401000000"], "tax_code": ["02", "74"], "foreign_id": ["0012-А"], "okved2007": ["26.12", "01.1"],
}


def canonical(text: str) -> str:
    """What reading leaves of a text: blanks around and lone dashes are gone; error values of Excel are no text."""
    from smezhnik.io.cells import EXCEL_ERRORS
    from smezhnik.io.grid import clean

    tidy = clean(pl.Series([text], dtype=pl.String))[0] or "я"
    return "я" if EXCEL_ERRORS.fullmatch(tidy) else tidy


def values(column: str, info: ColumnInfo, declared: Table) -> st.SearchStrategy[Any]:
    """Values that the declaration allows."""
    bare = column.removeprefix("seller_").removeprefix("buyer_").removeprefix("from_").removeprefix("to_")
    if info.choices and info.kind in ("text", "code"):
        return st.sampled_from(info.choices)
    if bare in _REFERENCES:
        return st.sampled_from(_REFERENCES[bare])
    rules = declared.schema.columns()[column]
    by_kind: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "text": lambda: TEXT.map(canonical), "code": lambda: TEXT.map(canonical),
        "number": lambda: _bounded(rules), "flag": st.booleans,
        "integer": lambda: st.integers(rules.min or 0, rules.max or 2**50),
        "date": lambda: st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)),
        "list": lambda: st.lists(st.sampled_from(["01.11", "22.23"]) if column == "okved2_other" else (
            st.sampled_from(info.choices) if info.choices else TEXT.map(canonical)),
            max_size=3),
        "records": lambda: st.lists(st.fixed_dictionaries({
            name: (st.floats(-1e6, 1e6).map(lambda x: round(x, 4)) if inner == pl.Float64 else TEXT.filter(
                lambda text: len(text) < 100))
            for name, inner in pl.Schema({f.name: f.dtype for f in declared.dtypes[column].inner.fields}).items()}),
            max_size=2),
    }
    return by_kind[info.kind]()


def _bounded(rules: Any) -> st.SearchStrategy[float]:
    if rules.max is not None or rules.min is None:
        return st.floats(rules.min if rules.min is not None else -1e6, rules.max if rules.max is not None else 1e6)
    return NUMBER


@st.composite
def frames(draw: st.DrawFn, name: str, max_rows: int = 4) -> pl.DataFrame:
    """A frame of the declared table with distinct keys."""
    declared = table(name)
    height = draw(st.integers(1, max_rows))
    columns = {}
    for column, info in declared.columns.items():
        drawn = values(column, info, declared)
        must = not declared.schema.columns()[column].nullable
        if column in declared.key and not info.choices:
            cells = [f"{draw(drawn)[:50]} {row}" if info.kind == "text" else draw(drawn) for row in range(height)]
            if column == "region":
                cells = [f"X-{row}" for row in range(height)]
        else:
            cells = [draw(drawn if must else st.none() | drawn) for _ in range(height)]
        columns[column] = pl.Series(column, cells, declared.dtypes[column])
    return complete(pl.DataFrame(columns), name)
