"""What people do with packs: copy one to edit it, get a form for what it asks."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from smezhnik.errors import InputError
from smezhnik.io import write_templates, write_text
from smezhnik.rules.load import CASES, list_packs
from smezhnik.rules.pack import Edition
from smezhnik.rules.sentences import fact_word
from smezhnik.rules.wanted import find_wanted
from smezhnik.types import Lang

#: Tables of a cluster, in the order of the sheets.
TABLES = ("members", "contracts", "cluster_facts", "cluster_documents")


def copy_pack(name: str, folder: Path) -> list[Path]:
    """Write the files of a shipped pack and its cases into a new or empty folder; returns the files.

    Raises
    ------
    InputError where there is no such pack, or where the folder holds something already: nothing is overwritten.
    """
    if name not in list_packs():
        raise InputError("rules.no_pack", found=name, known=list(list_packs()))
    if folder.exists() and any(folder.iterdir()):
        raise InputError("rules.folder_taken", folder=str(folder))
    source = resources.files("smezhnik.rules") / "packs" / name
    files = []
    for inner in ("", CASES):
        place = source / inner if inner else source
        (folder / inner).mkdir(parents=True, exist_ok=True)
        for item in sorted(place.iterdir(), key=lambda one: one.name):
            if item.name.endswith(".toml"):
                files.append(folder / inner / item.name)
                write_text(files[-1], item.read_text("utf-8"))
    return files


def write_form(edition: Edition, path: Path, *, lang: Lang) -> None:
    """A workbook to fill in for a cluster: a sheet per table; the facts that the law of the day asks are listed."""
    facts = [fact for fact in ("name", "decided_on", *find_wanted(edition).cluster) if not fact.startswith("document.")]
    rows = [{"fact": fact, "note": fact_word(fact, edition.law, lang)} for fact in facts]
    write_templates(TABLES, path, lang=lang, rows={"cluster_facts": rows})
