"""A new workbook; where the disk refuses it, that is told as of any other file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError


@contextmanager
def workbook(path: Path, **options: Any) -> Iterator[Any]:
    """A workbook that is written when the block ends; ``options`` are those of the library.

    Raises
    ------
    OSError of the disk, which the library hides in an error of its own.
    """
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            yield book
    except FileCreateError as refused:
        raise refused.__context__ if isinstance(refused.__context__, OSError) else refused from None
