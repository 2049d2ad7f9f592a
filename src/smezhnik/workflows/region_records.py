"""A region in the workplace: what its records say, and the pages that reference tables give."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Count, Sum

from smezhnik.classifiers.countries import in_language
from smezhnik.classifiers.english import product_name
from smezhnik.classifiers.regions import open_pack
from smezhnik.cooperation.access import visible_cases, visible_clusters
from smezhnik.errors import CannotSay, SmezhnikError, UnknownCode
from smezhnik.imports.actions import path_of
from smezhnik.io import read_table
from smezhnik.io.schemes import list_schemes, read_scheme
from smezhnik.records.access import KINDS, Viewer
from smezhnik.regions.rating import calc_uncertainty
from smezhnik.registry.models import Reference
from smezhnik.tables.column import LEAST_FIRMS
from smezhnik.types import Lang
from smezhnik.workflows.profile import pick_region, profile_files
from smezhnik.workflows.rating import Rated, rate_file, rows_of
from smezhnik.workflows.rating_page import report_rated, report_rated_region
from smezhnik.workflows.region_page import RegionFiles, report_region_files

#: Rows of each list of a region's page.
SHOWN = 12
#: Regions compared at most, and by default; strengths of each that are shown.
MOST_COMPARED, BESIDE, STRONG = 10, 4, 5


@dataclass(frozen=True)
class RegionRow:
    """A region with what the viewer may see of it."""

    code: str
    name: str
    organisations: int
    offers: int
    needs: int
    clusters: int


@dataclass(frozen=True)
class Comparison:
    """Regions side by side: the year, structure and strengths (code, name, location quotient) of each, and all that
    may be chosen, by code.
    """

    year: int
    regions: tuple[tuple[dict[str, Any], list[tuple[str, str | None, float]]], ...]
    listed: dict[str, str]


def region_rows(viewer: Viewer, lang: Lang) -> list[RegionRow]:
    """Regions of which there are records, by their name; those that the pack does not know come by their code."""
    counts: dict[str, dict[str, int]] = {}
    for kind in ("organisation", "offer", "need", "cluster"):
        rows = KINDS[kind].visible_to(viewer).exclude(region=None).order_by()
        for code, count in rows.values_list("region").annotate(Count("pk")):
            counts.setdefault(code, {})[kind] = count
    return sorted((RegionRow(code, region_name(code, lang), *(found.get(kind, 0) for kind in (
        "organisation", "offer", "need", "cluster"))) for code, found in counts.items()), key=lambda row: row.name)


def region_name(code: str, lang: Lang) -> str:
    """The name that the pack gives; the code where it knows none."""
    names = dict(open_pack().frame.select("region", "name_ru" if lang == "ru" else "name_en").iter_rows())
    return names.get(code) or code


def region_summary(viewer: Viewer, code: str, lang: Lang) -> dict[str, Any]:
    """What the records say of a region: plants, what they make and need by class, cases, clusters.

    Raises
    ------
    UnknownCode where the viewer sees nothing of such a region.
    """
    plants = KINDS["organisation"].visible_to(viewer).filter(region=code)
    offers, needs = (KINDS[kind].visible_to(viewer).filter(region=code) for kind in ("offer", "need"))
    if not (plants.exists() or offers.exists() or needs.exists()):
        raise UnknownCode("region_absent", found=code)
    output = None
    if viewer.sees("internal") and plants.exclude(output_th_rub=None).count() >= LEAST_FIRMS:
        output = plants.aggregate(total=Sum("output_th_rub"))["total"]
    cases = visible_cases(viewer).exclude(stage__in=("closed", "declined"))
    return {
        "name": region_name(code, lang), "count": plants.count(), "output": output,
        "plants": [(plant, KINDS["organisation"].seen(viewer, plant)) for plant in
                   plants.order_by("sort_key", "id")[:SHOWN]],
        "makes": _classes(offers, lang), "wants": _classes(needs, lang),
        "bought": cases.filter(need__region=code).count(), "sold": cases.filter(offer__region=code).count(),
        "clusters": list(visible_clusters(viewer).filter(region=code)),
    }


def _classes(rows: Any, lang: Lang) -> list[tuple[str, str, int]]:
    """Classes of ОКПД2 (two digits) by how many rows they have: code, name, count."""
    counts: dict[str, int] = {}
    for code, count in rows.exclude(okpd2=None).order_by().values_list("okpd2").annotate(Count("pk")):
        counts[code[:2]] = counts.get(code[:2], 0) + count
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
    return [(code, product_name(code, lang, system="okpd2") or code, count) for code, count in best]


def profile_page(reference: Reference, region: str, *, lang: Lang, made_at: dt.datetime) -> str:
    """The page of a region that a table of output gives."""
    with _kept(reference) as path:
        return report_region_files(RegionFiles(path), region, lang=lang, made_at=made_at).reported.page


def compared(reference: Reference, regions: list[str], *, lang: Lang) -> Comparison:
    """Regions side by side by a table of output: their structure, and what each is strong in, in the last year.

    At most ``MOST_COMPARED``; without any, the largest ones. Regions that the table does not have are left out.
    """
    with _kept(reference) as path:
        made = profile_files(path, lang=lang)
    year = made.output.panel.years[-1]
    rows = made.structures.filter(pl.col("year") == year).sort("value", "territory", descending=[True, False])
    listed = dict(rows.select("territory", "territory_name").iter_rows())
    asked = [code for code in dict.fromkeys(regions) if code in listed][:MOST_COMPARED] or list(listed)[:BESIDE]
    found = []
    for code in asked:
        structure, cells = pick_region(made, code, year)
        strong = cells.filter(pl.col("lq") > 1).head(STRONG).select("activity", "activity_name", "lq").rows()
        found.append((structure, strong))
    return Comparison(year, tuple(found), listed)


def rating_page(reference: Reference, name: str, *, lang: Lang, made_at: dt.datetime) -> str:
    """The page of a rating, or of the one of that name; UnknownCode where nobody of that name is rated."""
    rated = _rated(reference)
    row = _row_of(rated, name) if name else None
    spread = calc_uncertainty(rated.composite, seed=made_at.year)
    if row is None:
        return report_rated(rated, lang=lang, spread=spread, made_at=made_at).page
    return report_rated_region(rated, row, lang=lang, spread=spread, made_at=made_at).page


def rated_names(reference: Reference, lang: Lang) -> list[tuple[int, str, str, float]]:
    """Place, id, name and score of everybody who is rated, in the order of places."""
    composite = _rated(reference).composite
    order = sorted(range(len(composite.places)), key=lambda row: (composite.places[row], row))
    regions, names = composite.table.regions, composite.table.names
    return [(int(composite.places[row]), regions[row], in_language(regions[row], names[row], lang),
             float(composite.index[row])) for row in order]


def scheme_titles(lang: Lang) -> dict[str, str]:
    """Shipped scheme of ratings → its title."""
    titles = {name: read_scheme(name).title for name in list_schemes()}
    return {name: title.en if lang == "en" else title.ru for name, title in titles.items()}


def place_of(reference: Reference, region: str) -> tuple[int | None, int, int] | None:
    """Year, place of a region and how many are rated; None where the rating does not hold it, or cannot be read."""
    try:
        rated = _rated(reference)
        (row,) = rows_of(rated, [region])
    except SmezhnikError:
        return None
    composite = rated.composite
    return composite.table.year, int(composite.places[row]), len(composite.places)


def _row_of(rated: Rated, name: str) -> int:
    try:
        return rows_of(rated, [name])[0]
    except CannotSay as error:
        raise UnknownCode("region_absent", found=name) from error


def check_reference(path: Path, table: str) -> None:
    """Read a table once before it is kept.

    Raises
    ------
    InputFaults or InputError with all that is wrong with it.
    """
    if table == "output":
        read_table(path, "output")
    else:
        read_scheme(table)
        rate_file(table, path)


def _rated(reference: Reference) -> Rated:
    with _kept(reference) as path:
        return rate_file(reference.table, path)


@contextmanager
def _kept(reference: Reference) -> Iterator[Path]:
    """The kept file under its own name: sentences name it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / reference.file
        shutil.copyfile(path_of(reference.digest), path)
        yield path
