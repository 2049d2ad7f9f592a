"""Build examples/regions/organisations.csv from the published table of Rosstat's organisation counts.

    python scripts/build_regional_counts.py DATA_FOLDER

DATA_FOLDER holds regional_ru/rosstat_org_counts_region_x_activity_2017_2022.csv in the layout of ЕМИСС: four lines of
header, a row per territory and activity, the level of an activity told by the blanks before it. Only sections (no
blanks) are kept, and years in which they are told. The names of territories stay as published: totals and territories
that contain others included, so that the example shows how they are dealt with.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from smezhnik.classifiers import load

OUT = Path(__file__).parent.parent / "examples" / "regions" / "organisations.csv"
HEAD = ["Территория", "Вид деятельности", "Год", "Объём", "Предприятий"]


def letter_of(name: str) -> str | None:
    """Section of ОКВЭД2 that bears the name; None for a total."""
    okved2 = load("okved2")
    plain = " ".join(name.lower().split())
    return next((code for code in okved2 if len(code) == 1 and okved2.name(code).lower() == plain), None)


def main() -> None:
    table = Path(sys.argv[1]) / "regional_ru" / "rosstat_org_counts_region_x_activity_2017_2022.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    years = {at: int(year) for at, year in enumerate(lines[2]) if year.strip().isdigit()}
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(HEAD)
        for line in lines[4:]:
            section = letter_of(line[2]) if line[2][:1].strip() else None
            for at, year in years.items():
                if section and line[at].strip():
                    written.writerow([line[1].strip(), section, year, line[at].strip(), line[at].strip()])


if __name__ == "__main__":
    main()
