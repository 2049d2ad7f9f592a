"""A column of activity codes that is of the old edition of ОКВЭД, told once for the file instead of row by row."""

from __future__ import annotations

from collections.abc import Sequence

from smezhnik.classifiers.bridges import is_okved2007
from smezhnik.errors import Fault
from smezhnik.tables import table

#: Faults of codes that an old code gets where a new one is wanted.
_UNKNOWN = frozenset({"code_unknown", "code_level", "code_other_edition"})
#: Different refused codes from which on a column can be judged, the least share of the codes that they are, and the
#: least share of them that the old edition knows.
FEWEST, LEAST_REFUSED, LEAST_OLD = 3, 0.2, 0.8


def find_old_edition(name: str, header: str | None, faults: Sequence[Fault], accepted: int) -> Fault | None:
    """The fault of the whole file where the codes under ``header`` are of the old edition; None where they are not.

    The two editions share many numbers with other meanings, so the rows that pass would be misread as well.

    Parameters
    ----------
    header : the header of the column ``okved2`` in the file, None where there is none
    accepted : rows of the file without a fault
    """
    if header is None or "okved2007" not in table(name).columns:
        return None
    refused = [fault for fault in faults if fault.column == header and fault.code in _UNKNOWN]
    codes = {str(fault.fields.get("found")) for fault in refused}
    old = sum(map(is_okved2007, codes))
    if len(codes) < FEWEST or old < LEAST_OLD * len(codes) or len(refused) < LEAST_REFUSED * (len(refused) + accepted):
        return None
    return Fault("okved_old", {"count": len(refused), "header": header, "example": sorted(codes)[:3]}, column=header)


def without_codes(faults: Sequence[Fault], header: str) -> tuple[Fault, ...]:
    """The other faults of the file."""
    return tuple(fault for fault in faults if not (fault.column == header and fault.code in _UNKNOWN))
