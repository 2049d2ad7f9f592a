"""A mapping of headers that is kept in a file, so that the next file of the same layout is read the same way."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smezhnik.io.atomic import write_text
from smezhnik.io.kinds import refuse
from smezhnik.io.loaded import Loaded
from smezhnik.tables import TABLES


@dataclass(frozen=True)
class Recipe:
    """How files of one layout are read.

    Attributes
    ----------
    table : declared table
    columns : header as written → declared column
    ignored : headers that are passed over without a word
    sheet : the only sheet to read; None for all that hold the table
    """

    table: str
    columns: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    sheet: str | None = field(default=None)


def recipe_of(loaded: Loaded, sheet: str | None = None) -> Recipe:
    """The recipe by which a file was read."""
    return Recipe(loaded.table, loaded.mapping, loaded.ignored, sheet)


def save_recipe(recipe: Recipe, path: str | os.PathLike[str]) -> None:
    """Write a recipe as JSON that a person can read and change."""
    content = {"smezhnik": "recipe", "table": recipe.table, "sheet": recipe.sheet, "columns": dict(recipe.columns),
               "ignored": list(recipe.ignored)}
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """A saved recipe; InputFaults with one fault where the file is not one."""
    file = Path(path)
    if not file.exists():
        raise refuse("file_missing", file.name)
    try:
        content = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refuse("recipe_broken", file.name) from error
    columns = content.get("columns") if isinstance(content, dict) else None
    if not isinstance(columns, dict) or not all(isinstance(target, str) for target in columns.values()):
        raise refuse("recipe_broken", file.name)
    if content.get("table") not in TABLES:
        raise refuse("recipe_table", file.name, found=content.get("table"), tables=list(TABLES))
    unknown = [target for target in columns.values() if target not in TABLES[content["table"]].columns]
    if unknown:
        raise refuse("target_unknown", file.name, found=unknown[0], columns=list(TABLES[content["table"]].columns))
    sheet = content.get("sheet")
    return Recipe(content["table"], columns, tuple(str(item) for item in content.get("ignored") or ()),
                  sheet if isinstance(sheet, str) else None)
