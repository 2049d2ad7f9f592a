"""A look through the records of an XLS workbook (BIFF8): how far its cells reach and its error values."""

from __future__ import annotations

from pathlib import Path


def survey_xls(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet name → (row from 1, column from 0) → error value as a spreadsheet shows it."""
    return {}
