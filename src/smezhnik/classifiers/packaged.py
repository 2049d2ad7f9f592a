"""How the packaged tables are found and read."""

from __future__ import annotations

from pathlib import Path

import polars as pl

#: Folder of the packaged tables; written by ``scripts/build_classifiers.py``.
DATA = Path(__file__).parent / "data"
#: The region pack that is shipped.
SHIPPED_REGIONS = DATA / "regions"


def read_tsv(path: Path) -> pl.DataFrame:
    """A tab-separated table, gzipped or not, all columns text; empty cells are absent."""
    return pl.read_csv(path, separator="\t", quote_char=None, infer_schema=False)
