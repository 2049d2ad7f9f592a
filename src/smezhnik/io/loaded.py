"""What came out of reading a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from smezhnik.errors import Fault


@dataclass(frozen=True)
class Loaded:
    """A file as a declared table, with everything that is to be said about it.

    Always ``read == accepted + refused + skipped``: rows never disappear silently.

    Attributes
    ----------
    table, file : name of the declared table, name of the file
    frame : the accepted rows, every declared column in its declared type, in the order of the file
    rows : where each accepted row of ``frame`` came from: sheet, row as its owner sees it
    faults : what keeps rows or the file from being used (severity ``refused``)
    notes : what was passed over or understood in a way worth a look (severity ``skipped`` or ``note``)
    read, accepted, refused, skipped : rows under the header; empty rows between others count as skipped
    mapping : header as written → declared column
    ignored : headers that no declared column answers to
    sheets : sheets that were read
    """

    table: str
    file: str
    frame: pl.DataFrame
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    read: int = 0
    accepted: int = 0
    refused: int = 0
    skipped: int = 0
    mapping: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
