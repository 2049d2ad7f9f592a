"""Cases that lie beside a pack, run all."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from smezhnik.clusters.cases import Done, read_cases, run_case
from smezhnik.rules.load import CASES, read_texts
from smezhnik.rules.pack import Pack


def run_cases(pack: Pack, folder: Path | None = None) -> list[Done]:
    """Run the cases of a pack in ``folder``; of a shipped pack where no folder is given. None there: none run.

    Raises
    ------
    InputFaults with all that is wrong with the case files.
    """
    place = folder if folder is not None else resources.files("smezhnik.rules") / "packs" / pack.name
    cases = place / CASES
    if not cases.is_dir():
        return []
    texts = {f"{CASES}/{file}": text for file, text in read_texts(cases, CASES).items()}
    return [run_case(case, pack) for case in read_cases(texts)]
