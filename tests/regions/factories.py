"""Small tables for the regions room, with defaults."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from smezhnik.regions import InputOutput
from smezhnik.regions.inputoutput import Industry
from smezhnik.tables import complete


def plants(*rows: dict[str, Any]) -> pl.DataFrame:
    """Plants Z1, Z2 … of Bashkortostan with an output of one billion roubles unless a row says otherwise."""
    default = {"region": "RU-BA", "output_th_rub": 1e6, "year": 2025, "source": "test"}
    filled = [{"org_id": f"Z{number}", "name": f"Завод {number}", **default, **row}
              for number, row in enumerate(rows, 1)]
    return complete(pl.DataFrame(filled, infer_schema_length=None), "organisations")


def two_industries() -> InputOutput:
    """Steel (24) and machines (28): machines buy 20 of steel for an output of 100, steel 5 of machines for 50."""
    return InputOutput(
        {"ru": "учебная", "en": "a toy"},
        (Industry("24", "Металл", "Metal", ("24",)), Industry("28", "Машины", "Machines", ("28",))),
        np.array([[0.0, 20.0], [5.0, 0.0]]), np.array([50.0, 100.0]))
