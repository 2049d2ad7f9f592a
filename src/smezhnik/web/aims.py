"""What a promise counts, as forms ask for it: one set of fields for orders and goals."""

from __future__ import annotations

import datetime as dt
from typing import Any

from smezhnik.errors import InputFaults
from smezhnik.promises.target import find_target_faults
from smezhnik.tables import table
from smezhnik.web.forms import read_value
from smezhnik.web.values import settle

#: Columns of a measure that a form asks for.
FIELDS = ("measure", "plan", "baseline", "from_region", "to_region", "both_ways", "industries", "counted")


def read_aims(given: Any, count: int, promise: str, *, since: dt.date | None, due: dt.date | None
              ) -> list[dict[str, Any]]:
    """Measures of a form whose fields are numbered from 1; one that is not filled in is none.

    Raises
    ------
    InputFaults with what is wrong with a measure; InputError of a value that cannot be read.
    """
    columns, found = table("commitments").columns, []
    for number in range(1, count + 1):
        row = {name: read_value(columns[name], given.get(f"{name}_{number}", "").strip()) for name in FIELDS}
        if row["measure"] is None and row["plan"] is None:
            continue
        for name in ("from_region", "to_region"):
            row[name] = settle(name, columns[name], row[name]) if row[name] else None
        row |= {"since": since, "due": due}
        if faults := find_target_faults(row, promise):
            raise InputFaults(faults)
        found.append(row)
    return found
