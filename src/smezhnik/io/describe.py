"""The declared tables for other programs (Frictionless Table Schema) and for readers (Markdown)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from smezhnik.messages import say
from smezhnik.tables import TABLES, ColumnInfo, Table, table
from smezhnik.types import Lang

_TYPES = {"text": "string", "code": "string", "number": "number", "integer": "integer", "date": "date",
          "flag": "boolean", "list": "string", "records": "string"}


def table_schema(name: str) -> dict[str, Any]:
    """Frictionless Table Schema of a declared table, as its CSV "for programs" has it."""
    declared = table(name)
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(column, info, declared) for column, info in declared.columns.items()],
        "missingValues": [""],
    }
    if declared.key:
        schema["primaryKey"] = list(declared.key)
    return schema


def _field(column: str, info: ColumnInfo, declared: Table) -> dict[str, Any]:
    rules = declared.schema.columns()[column]
    constraints: dict[str, Any] = {}
    if not rules.nullable:
        constraints["required"] = True
    for bound, word in (("min", "minimum"), ("max", "maximum")):
        if info.kind in ("number", "integer", "date") and (limit := getattr(rules, bound, None)) is not None:
            constraints[word] = limit.isoformat() if isinstance(limit, dt.date) else limit
    if info.choices and info.kind in ("text", "code"):
        constraints["enum"] = list(info.choices)
    field: dict[str, Any] = {"name": column, "type": _TYPES[info.kind], "title": info.ru, "title_en": info.en,
                             "description": info.meaning_ru, "description_en": info.meaning_en}
    if info.unit:
        field["unit"] = info.unit
    if info.secrecy != "public":
        field["secrecy"] = info.secrecy
    if info.kind == "list":
        field["separator"] = "; "
    if info.kind == "records":
        field["format"] = "json"
    if constraints:
        field["constraints"] = constraints
    return field


def tables_markdown(names: Iterable[str] = tuple(TABLES)) -> str:
    """The reference page of the tables: Russian first, English beside it."""
    parts = ["# Таблицы · Tables", "", say("tables.intro", "ru"), "", say("tables.intro", "en"), ""]
    for name in names:
        declared = table(name)
        parts += [f"## `{name}` – {declared.ru} · {declared.en}", "",
                  say("tables.key", "ru", key=[f"`{column}`" for column in declared.key]), "",
                  "| Столбец | Название · Header | Что это · Meaning | Вид · Kind | Единица · Unit | Нужен · Must |",
                  "|---|---|---|---|---|---|"]
        parts += [_line(column, info, declared) for column, info in declared.columns.items()]
        parts.append("")
    return "\n".join(parts)


def _line(column: str, info: ColumnInfo, declared: Table) -> str:
    kind = f"{say(f'kind.{info.kind}', 'ru')} · {say(f'kind.{info.kind}', 'en')}"
    if info.choices and info.kind != "flag":
        kind += ": " + ", ".join(f"`{choice}`" for choice in info.choices)
    unit = f"{say(f'unit.{info.unit}', 'ru')} · {say(f'unit.{info.unit}', 'en')}" if info.unit else ""
    must = "да · yes" if not declared.schema.columns()[column].nullable and not (
        declared.key == (column,) and column.endswith("_id")) else ""
    cells = (f"`{column}`", f"{info.ru} · {info.en}", f"{info.meaning_ru} · {info.meaning_en}", kind, unit, must)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def tables_overview(lang: Lang) -> list[tuple[str, str, int]]:
    """Name, title and number of columns of every declared table."""
    return [(name, getattr(declared, lang), len(declared.columns)) for name, declared in TABLES.items()]
