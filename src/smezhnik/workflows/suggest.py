"""A file of texts in, a file of suggested codes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.classifiers import load
from smezhnik.errors import Fault, InputFaults
from smezhnik.io import Loaded, find_kind_to_write, write_table
from smezhnik.matching.suggest import load_weights, suggest_codes
from smezhnik.progress import Progress, no_progress
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all


@dataclass(frozen=True)
class Suggested:
    """What was found: the files as read, texts asked, texts with at least one code."""

    loaded: tuple[Loaded, ...]
    texts: int
    answered: int


def suggest_file(texts: Path, output: Path, *, system: str, top: int, examples: Path | None, reading: Reading,
                 lang: Lang = "ru", progress: Progress = no_progress) -> Suggested:
    """Read texts (and examples), suggest codes, write the table ``suggestions``."""
    find_kind_to_write(output)  # refused before the work, not after it
    load_weights(system)
    loaded = read_all({"texts": texts, "examples": examples}, reading, progress)
    asked = loaded["texts"].frame
    known = read_codes(loaded["examples"], system) if "examples" in loaded else None
    found = suggest_codes(asked, system=system, top=top, examples=known, lang=lang, progress=progress)
    write_table(found, output, "suggestions", lang=lang, progress=progress)
    return Suggested(tuple(loaded.values()), len(asked), found["id"].n_unique())


def read_codes(loaded: Loaded, system: str) -> pl.DataFrame:
    """The examples with their codes as the classification writes them; InputFaults names the rows it cannot place."""
    classifier = load(system)
    codes, faults = [], []
    places = loaded.rows.to_dicts() if len(loaded.rows) else [{}] * len(loaded.frame)
    header = next((shown for shown, column in loaded.mapping.items() if column == "code"), "code")
    for place, cell in zip(places, loaded.frame["code"], strict=True):
        code, fault = classifier.read(cell)
        if fault is not None and fault.severity == "refused":
            faults.append(Fault(fault.code, fault.fields, loaded.file, place.get("sheet"), place.get("row"), header))
        codes.append(code)
    if faults:
        raise InputFaults(faults)
    frame = loaded.frame.with_columns(pl.Series("code", codes, pl.String))
    return frame.filter(pl.col("code").str.contains(r"^\d"))  # a section says too little to learn from
