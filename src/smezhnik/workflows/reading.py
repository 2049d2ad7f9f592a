"""Several files of a user, each read as its table; the faults of all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from smezhnik.errors import Fault, InputFaults
from smezhnik.io import Loaded, Recipe, Ways, read_table
from smezhnik.progress import Progress, Step


@dataclass(frozen=True)
class Reading:
    """How to read: mappings of headers by table, saved recipes by table, what to do with faulty rows."""

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    skip_faulty: bool = False


def read_all(paths: Mapping[str, Path | None], reading: Reading, progress: Progress,
             needed: Mapping[str, Ways] = MappingProxyType({})) -> dict[str, Loaded]:
    """Every given file as its table; the faults of all of them are raised at once.

    ``needed``: of a table, the sets of columns one of which the caller cannot do without; see ``read_table``.
    """
    loaded: dict[str, Loaded] = {}
    faults: list[Fault] = []
    given = {name: path for name, path in paths.items() if path is not None}
    for done, (name, path) in enumerate(given.items()):
        progress(Step("read", done, len(given)))
        try:
            loaded[name] = read_table(path, name, columns=reading.columns.get(name), recipe=reading.recipes.get(name),
                                      skip_faulty=reading.skip_faulty, needed=needed.get(name))
        except InputFaults as refused:
            faults.extend(refused.faults)
    progress(Step("read", len(given), len(given)))
    if faults:
        raise refuse_all(faults)
    return loaded


def refuse_all(faults: Sequence[Fault]) -> InputFaults:
    """The faults of several files; where one is faulty as a whole, nothing is gained by passing over rows."""
    whole = list(dict.fromkeys(fault.file for fault in faults if fault.row is None))
    return InputFaults(faults, "file_refused", file=whole) if whole else InputFaults(faults)
