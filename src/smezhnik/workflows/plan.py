"""Links, needs and offers in files → the plan in files."""

from __future__ import annotations

from pathlib import Path

from smezhnik.io import find_kind_to_write, name_beside, write_table
from smezhnik.matching.plan import Plan, plan
from smezhnik.progress import Progress, no_progress
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all

#: Tables of a plan besides the allocations, which carry the name as given.
BESIDE = ("uncovered", "shadow_prices")


def plan_files(links: Path, needs: Path, offers: Path, *, progress: Progress = no_progress) -> Plan:
    """Read the three tables and plan by the defaults of ``plan``.

    Raises
    ------
    InputFaults with the faults of all files together, or where the tables do not fit together.
    """
    loaded = read_all({"links": links, "needs": needs, "offers": offers}, Reading(), progress)
    return plan(*(item.frame for item in loaded.values()), progress=progress)


def write_plan(made: Plan, path: Path, *, lang: Lang) -> list[Path]:
    """Write the three tables of a plan beside each other: ``план.xlsx``, ``план-теневые-цены.xlsx``, ….

    Each is written whole or not at all; the ending of ``path`` says how. Returns the files, the allocations first.
    """
    kind = find_kind_to_write(path)
    files = {"allocations": path} | {name: name_beside(path, getattr(table(name), lang)) for name in BESIDE}
    for name, file in files.items():
        write_table(getattr(made, name), file, name, lang=lang, kind=kind)
    return list(files.values())
