"""Links, needs and offers in files → the plan in files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from smezhnik.io import find_kind_to_write, name_beside, write_table
from smezhnik.io.loaded import Loaded
from smezhnik.matching.plan import Plan, plan
from smezhnik.progress import Progress, no_progress
from smezhnik.tables import table
from smezhnik.types import BASES, Basis, Grade, Lang
from smezhnik.workflows.reading import Reading, read_all

#: Tables of a plan besides the allocations, which carry the name as given.
BESIDE = ("uncovered", "shadow_prices")


@dataclass(frozen=True)
class Planned:
    """The plan, and what there is to say of the files it was made from."""

    plan: Plan
    loaded: tuple[Loaded, ...]


def plan_files(links: Path, needs: Path, offers: Path, *, max_suppliers: int | None = None,
               min_grade: Grade | None = "C", bases: Collection[Basis] = BASES, time_limit_s: float = 60.0,
               reading: Reading = Reading(), progress: Progress = no_progress) -> Planned:
    """Read the three tables and plan.

    Raises
    ------
    InputFaults with the faults of all files together, or where the tables do not fit together.
    """
    loaded = read_all({"links": links, "needs": needs, "offers": offers}, reading, progress)
    made = plan(loaded["links"].frame, loaded["needs"].frame, loaded["offers"].frame, max_suppliers=max_suppliers,
                min_grade=min_grade, bases=bases, time_limit_s=time_limit_s, progress=progress)
    return Planned(made, tuple(loaded.values()))


def write_plan(made: Plan, path: Path, *, lang: Lang) -> list[Path]:
    """Write the three tables of a plan beside each other: ``план.xlsx``, ``план-теневые-цены.xlsx``, ….

    Each is written whole or not at all; the ending of ``path`` says how. Returns the files, the allocations first.
    """
    kind = find_kind_to_write(path)
    files = {"allocations": path} | {name: name_beside(path, getattr(table(name), lang)) for name in BESIDE}
    for name, file in files.items():
        write_table(getattr(made, name), file, name, lang=lang, kind=kind)
    return list(files.values())
