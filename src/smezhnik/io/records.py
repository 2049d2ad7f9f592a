"""Parquet and JSON: tables that already have named columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from smezhnik.io.grid import Grid, cell_text
from smezhnik.io.kinds import check_reach, refuse


def read_parquet(path: Path) -> pl.DataFrame:
    """The whole Parquet file; a damaged one is refused with a fault."""
    try:
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise refuse("file_damaged", path.name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault inside the engine arrives
            raise
        raise refuse("file_damaged", path.name) from error
    check_reach(path.name, "", 1, frame.width, frame.width)
    return frame


def read_json(path: Path) -> pl.DataFrame:
    """Records of a JSON file: a list of objects, an object that holds one such list, or one object a line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("json_encoding", path.name, byte=error.start) from error
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        content = _lines(text)
        if content is None:
            raise refuse("json_broken", path.name, line=error.lineno, position=error.colno) from error
    except (RecursionError, ValueError) as error:  # nested too deep; a number of thousands of digits
        raise refuse("json_broken", path.name, line=1, position=1) from error
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else [content]
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise refuse("json_not_records", path.name)
    names = list(dict.fromkeys(name for record in content for name in record))
    check_reach(path.name, "", len(content), len(names), sum(map(len, content)))
    return pl.DataFrame({name: pl.Series(name, [_scalar(record.get(name)) for record in content], pl.String)
                         for name in names})


def _lines(text: str) -> list[Any] | None:
    """One JSON object a line; None where it is not that."""
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _scalar(value: object) -> str | None:
    """A JSON value as the text of a cell; lists and objects stay JSON."""
    match value:
        case None:
            return None
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return cell_text(value)


def grid_of(frame: pl.DataFrame) -> Grid:
    """The frame as a grid; its names stand in row 1, as they would in a sheet."""
    return Grid([frame[name] for name in frame.columns], range(2, frame.height + 2))
