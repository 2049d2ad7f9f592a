"""A folder or workbook with the tables of a cluster → the cluster; the faults of all of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from smezhnik.clusters.cluster import Cluster, Origin, find_cluster_faults, make_cluster
from smezhnik.errors import Fault, InputError, InputFaults
from smezhnik.io import Loaded, check_table
from smezhnik.io.kinds import find_kind
from smezhnik.io.workbooks import list_sheets
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.tables import TABLES
from smezhnik.workflows.reading import Reading

#: Table → how its file or sheet may be called, besides its own name and titles.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "members": ("участники", "members"),
    "contracts": ("договоры", "договора", "contracts"),
    "cluster_facts": ("сведения", "кластер", "facts", "cluster"),
    "cluster_documents": ("документы", "documents"),
    "organisations": ("организации", "organisations", "organizations"),
}
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".parquet", ".json")
_WORKBOOKS = ("xlsx", "xls", "ods")


@dataclass(frozen=True)
class ReadCluster:
    """A cluster, and what there is to say of the files it was read from."""

    cluster: Cluster
    loaded: tuple[Loaded, ...]


def read_cluster(path: Path, *, on: dt.date | None = None, reading: Reading = Reading(),
                 progress: Progress = no_progress) -> ReadCluster:
    """Read a cluster from a folder (a file per table), a workbook (a sheet per table) or a file of members.

    Files and sheets are known by their names: ``members`` or «участники», ``contracts`` or «договоры», ``cluster``
    or «сведения», ``documents`` or «документы», ``organisations`` or «организации». Only members are a must.
    With ``on`` faults of the tables are told together with what does not fit between them on that day.

    Raises
    ------
    InputFaults with the faults of all tables together; InputError where there are no members.
    """
    places = _find(path)
    loaded: dict[str, Loaded] = {}
    faults: list[Fault] = []
    for done, (name, (file, sheet)) in enumerate(places.items()):
        progress(Step("read", done, len(places)))
        try:
            loaded[name] = check_table(file, name, sheet=sheet, columns=reading.columns.get(name),
                                       recipe=reading.recipes.get(name))
        except InputFaults as refused:
            faults.extend(refused.faults)
        else:
            of_file = any(fault.row is None for fault in loaded[name].faults)
            faults.extend(loaded[name].faults if of_file or not reading.skip_faulty else ())
    progress(Step("read", len(places), len(places)))
    cluster = _make(loaded)
    if faults:
        between = find_cluster_faults(cluster, on) if on is not None else []
        raise InputFaults([*faults, *(fault for fault in between if fault.severity == "refused")])
    return ReadCluster(cluster, tuple(loaded.values()))


def _make(loaded: Mapping[str, Loaded]) -> Cluster:
    frames = {name: item.frame for name, item in loaded.items()}
    origins = {name: Origin(item.file, item.rows) for name, item in loaded.items()}
    return make_cluster(frames.get("members", TABLES["members"].empty()), frames.get("contracts"),
                        frames.get("cluster_facts"), frames.get("cluster_documents"), frames.get("organisations"),
                        origins)


def _find(path: Path) -> dict[str, tuple[Path, str | None]]:
    """Table → its file and, in a workbook, its sheet."""
    if path.is_dir():
        files = sorted(item for item in path.iterdir()
                       if item.suffix.lower() in ENDINGS and not item.name.startswith(("~$", ".")))
        by_table = _name_tables({file.name: file.stem for file in files}, path)
        if "members" not in by_table and len(files) == 1:
            return _find(files[0])
        places: dict[str, tuple[Path, str | None]] = {name: (path / file, None) for name, file in by_table.items()}
    else:
        kind = find_kind(path)
        if kind not in _WORKBOOKS:
            return {"members": (path, None)}
        sheets = list_sheets(path, kind)
        places = {name: (path, sheet) for name, sheet in _name_tables({item: item for item in sheets}, path).items()}
        if "members" not in places and len(sheets) == 1:
            places["members"] = (path, sheets[0])
    if "members" not in places:
        raise InputError("cluster.no_members", folder=path.name)
    return places


def _name_tables(called: Mapping[str, str], path: Path) -> dict[str, str]:
    """Table → the one file or sheet that is called so; two of them are refused."""
    found: dict[str, str] = {}
    for name, aliases in ALIASES.items():
        wanted = {name, TABLES[name].ru.casefold(), TABLES[name].en.casefold(), *aliases}
        fitting = [item for item, title in called.items() if title.strip().casefold() in wanted]
        if len(fitting) > 1:
            raise InputError("cluster.two_files", folder=path.name, table=TABLES[name].ru, files=fitting)
        if fitting:
            found[name] = fitting[0]
    return found
