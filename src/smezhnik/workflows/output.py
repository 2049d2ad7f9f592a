"""A table of output in a file → the panel that profiles, complexity and «what next» are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from smezhnik.classifiers import load
from smezhnik.classifiers.english import product_name
from smezhnik.classifiers.regions import RegionPack, open_pack
from smezhnik.errors import InputError
from smezhnik.io.loaded import Loaded
from smezhnik.progress import Progress
from smezhnik.regions import Bridged, Panel, Territories, bridge_output, make_panel, resolve_territories
from smezhnik.regions.panel import cut_activities
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all

#: Classifications whose codes a table of output may use, in the order in which names of codes are looked up.
SYSTEMS = ("okved2", "okpd2", "tnved", "okved2007")
#: Share of codes that must be of the classification for its names to be shown.
LEAST_KNOWN = 0.9


@dataclass(frozen=True)
class Asked:
    """How a table of output is to be taken.

    Attributes
    ----------
    system : classification of the codes; those of ``okved2007`` are bridged to ОКВЭД2
    digits : level to which codes are brought; None leaves them (bridged ones come as divisions)
    divisions : first and last two-digit codes of what is looked at («10–33» is manufacturing), after the bridge; all
        shares and quotients are then within them. None takes all
    """

    system: str = "okved2"
    digits: int | None = None
    divisions: tuple[int, int] | None = None


@dataclass(frozen=True)
class OutputRead:
    """The panel, what was done to the table on the way, and how its axes are called.

    ``outside`` is the share of the value (0…1), by year, that lies outside the divisions asked for.
    """

    panel: Panel
    territories: Territories
    bridged: Bridged | None
    loaded: Mapping[str, Loaded]
    asked: Asked
    pack: RegionPack = field(repr=False)
    outside: Mapping[int, float] = field(default_factory=dict)

    def find_region(self, text: str) -> str:
        """The territory that a text means: by the pack of regions where the table uses it, else as written."""
        found = self.pack.find(text) if self.territories.known else text
        if found is None or found not in self.panel.regions:
            raise InputError("panel_region", found=text, count=len(self.panel.regions))
        return found

    def name_territories(self, ids: Iterable[str], lang: Lang) -> dict[str, str]:
        """Names of the pack; own codes stay as they are."""
        column = "name_ru" if lang == "ru" else "name_en"
        known = dict(self.pack.frame.select("region", column).iter_rows()) if self.territories.known else {}
        return {item: known.get(item) or item for item in ids}

    def name_activities(self, codes: Iterable[str], lang: Lang) -> dict[str, str | None]:
        """Names of the classification; none at all where few codes are of it: the table then has codes of its own."""
        system = "okved2" if self.asked.system == "okved2007" else self.asked.system
        classifier = load(system)
        names = {code: product_name(code, lang, system=system) or classifier.name(code) if code in classifier else None
                 for code in codes}
        if sum(name is not None for name in names.values()) < LEAST_KNOWN * len(names):
            return dict.fromkeys(names)
        # sections stand in capitals in the classification
        return {code: name.capitalize() if name and name.isupper() else name for code, name in names.items()}


def read_output(path: Path, asked: Asked, *, beside: Mapping[str, Path | None], reading: Reading,
                progress: Progress) -> OutputRead:
    """Read the table of output and the tables beside it; all faults of all files at once.

    Raises
    ------
    InputFaults, InputError : whatever is wrong with the files or their content
    """
    loaded = read_all({"output": path, **beside}, reading, progress)
    frame = loaded["output"].frame
    frame = frame.select(column for column in ("territory", "activity", "year", "value", "firms")
                         if column != "firms" or frame[column].null_count() < frame.height)
    pack = open_pack()
    territories = resolve_territories(frame, pack)
    rows: pl.DataFrame = territories.frame
    bridged = None
    if asked.system == "okved2007":
        bridged = bridge_output(rows, "okved2007", digits=asked.digits or 2)
        rows = bridged.frame
    elif asked.digits is not None:
        rows = cut_activities(rows, asked.digits)
    rows, outside = _keep_divisions(rows, asked.divisions)
    return OutputRead(make_panel(rows), territories, bridged, loaded, asked, pack, outside)


def _keep_divisions(rows: pl.DataFrame, divisions: tuple[int, int] | None) -> tuple[pl.DataFrame, dict[int, float]]:
    """The rows whose codes begin with the divisions, and the share of the value that does not, by year."""
    if divisions is None:
        return rows, {}
    inside = pl.col("activity").str.slice(0, 2).cast(pl.Int64, strict=False).is_between(*divisions).fill_null(False)
    if not rows.filter(inside).height:
        raise InputError("panel_divisions", first=divisions[0], last=divisions[1])
    by_year = rows.group_by("year").agg(
        (pl.col("value").filter(~inside).sum() / pl.col("value").sum()).fill_nan(0.0)).sort("year")
    return rows.filter(inside), dict(by_year.iter_rows())
