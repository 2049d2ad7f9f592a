"""The demo: everything on real open data of two regions, and on a small table of invented plants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from smezhnik.errors import InputError
from smezhnik.io import readable_name, write_table, write_text
from smezhnik.matching.plan import Plan
from smezhnik.messages import say
from smezhnik.progress import Progress, no_progress
from smezhnik.regions import Complement, likely_needs, likely_offers
from smezhnik.regions.rating import calc_plan, calc_sensitivity, calc_uncertainty
from smezhnik.report import report_links
from smezhnik.types import Lang
from smezhnik.workflows.cluster_page import ClusterPage, report_cluster_files
from smezhnik.workflows.complement import complement_files, write_complement
from smezhnik.workflows.match import MatchFiles, Tally, match_files
from smezhnik.workflows.output import Asked
from smezhnik.workflows.plan import plan_files, write_plan
from smezhnik.workflows.profile import pick_region, profile_files, write_profile
from smezhnik.workflows.rating import rate_file, write_rating
from smezhnik.workflows.rating_page import report_rated_region
from smezhnik.workflows.region_page import RegionFiles, report_region_files
from smezhnik.workflows.report import ReportFiles, report_files

#: The two regions of the demo and the day it is judged on: that of its data, so that every run shows the same.
REGIONS = ("RU-BA", "RU-CHE")
DAY = dt.date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[3] / "examples"
DATA = EXAMPLES / "demo"
#: Organisations of all regions by section of ОКВЭД2, real, and the region of the demo that is told.
COUNTS, TOLD_REGION = EXAMPLES / "regions" / "organisations.csv", "RU-CHE"
#: Sales of large manufacturing firms of all regions, three years, real; how its codes are taken.
SALES, SALES_ASKED = EXAMPLES / "regions" / "sales.csv", Asked("okved2007", 3, (10, 33))
#: The published rating, and who is told of it: open, and known at every step.
RATING, SCHEME, RATED = EXAMPLES / "rating" / "asem.csv", "asem", "Poland"
#: The invented cluster, who could join it, and the law that it is judged by.
CLUSTER, NETWORK, PACK = EXAMPLES / "cluster", EXAMPLES / "network", "ru-779"

#: Files of the demo: what each holds (catalogue ``demo.file.<…>``) → its ending.
_FILES = {"likely_needs": ".xlsx", "likely_offers": ".xlsx", "between_links": ".xlsx", "between": ".html",
          "links": ".xlsx", "plan": ".xlsx", "declared": ".html", "cluster": ".html", "profile": ".xlsx",
          "region": ".html", "space": ".csv", "rating": ".xlsx", "place": ".html"}
#: File with the logins of a demo workplace, beside its database.
LOGINS = "logins.txt"
#: Told after each step: the catalogue code ``demo.<step>`` and its fields.
Told = Callable[[str, dict[str, object]], None]


@dataclass(frozen=True)
class Demo:
    """What the demo made."""

    complement: Complement
    tally: Tally
    plan: Plan
    cluster: ClusterPage
    reports: tuple[Path, ...]


def run_demo(folder: Path, *, lang: Lang, told: Told, made_at: dt.datetime, data: Path = DATA,
             progress: Progress = no_progress) -> Demo:
    """Do all of it into ``folder`` and tell each step.

    Raises
    ------
    InputError ``demo_data_missing`` where the data of the demo do not lie beside the program.
    """
    if not (data / "organisations.csv").exists():
        raise InputError("demo_data_missing", folder=str(data))
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(lang)
    between, page_between = _two_regions(data, folder, names, lang, told, made_at, progress)
    tally, links = _declared(data, folder, names, lang, told, progress)
    made = plan_files(links, data / "needs.csv", data / "offers.csv", progress=progress)
    allocations = write_plan(made, folder / names["plan"], lang=lang)[0]
    told("plan", {"served": made.served, "needs": made.needs, "imported": made.imported_th_rub / 1000,
                  "file": str(allocations)})
    files = ReportFiles(links, data / "needs.csv", data / "offers.csv", allocations=allocations)
    page = report_files(files, lang=lang, made_at=made_at, on=DAY, sample=True, progress=progress).page
    page_declared = folder / names["declared"]
    write_text(page_declared, page)
    cluster, page_cluster = _cluster(folder, names, lang, told, made_at, progress)
    _profile(folder, names, lang, told, progress)
    page_region = _region(data, folder, names, lang, told, made_at, progress)
    page_place = _rating(folder, names, lang, told, made_at, progress)
    pages = (page_between, page_declared, page_cluster, page_region, page_place)
    told("reports", {"pages": [str(page) for page in pages]})
    return Demo(between, tally, made, cluster, pages)


def _cluster(folder: Path, names: dict[str, str], lang: Lang, told: Told, made_at: dt.datetime,
             progress: Progress) -> tuple[ClusterPage, Path]:
    """An inter-regional cluster that does not comply, and the least change after which it does."""
    made = report_cluster_files(CLUSTER, PACK, on=DAY, lang=lang, network=NETWORK, made_at=made_at, sample=True,
                                progress=progress)
    path = folder / names["cluster"]
    write_text(path, made.reported.page)
    assert made.repair is not None
    before, after = made.judged.verdict.counts, made.repair.verdict_after.counts
    changes = len(made.repair.added) + len(made.repair.removed) + len(made.repair.new_contracts)
    told("cluster", {"name": made.judged.title, "not_met": before["not_met"], "total": sum(before.values()),
                     "changes": changes, "met": after["met"], "file": str(path)})
    return made, path


def _profile(folder: Path, names: dict[str, str], lang: Lang, told: Told, progress: Progress) -> None:
    """What every region of the country is strong in, by its organisations; one of them in words."""
    made = profile_files(COUNTS, lang=lang, progress=progress)
    structure, cells = pick_region(made, TOLD_REGION, None)
    best = cells.row(0, named=True)
    files = write_profile(made, folder / names["profile"], lang=lang)
    told("profile", {"regions": len(made.output.panel.regions), "region": structure["territory_name"],
                     "activity": best["activity_name"], "lq": best["lq"], "year": structure["year"],
                     "file": str(files[0])})


def _region(data: Path, folder: Path, names: dict[str, str], lang: Lang, told: Told, made_at: dt.datetime,
            progress: Progress) -> Path:
    """The page of one region by the sales of its plants: strengths, changes, what next and who makes related things."""
    space = folder / names["space"]
    space.unlink(missing_ok=True)  # the picture is that of this run, whatever an earlier one left
    files = RegionFiles(SALES, organisations=data / "organisations.csv", space=space)
    made = report_region_files(files, TOLD_REGION, SALES_ASKED, unit=say("demo.unit", lang), made_at=made_at, lang=lang,
                               progress=progress)
    path = folder / names["region"]
    write_text(path, made.reported.page)
    best, first = made.facts.strongest(), made.facts.candidates
    assert best is not None
    assert first is not None
    told("region", {"region": made.facts.name, "activity": made.facts.activity(best["activity"]), "lq": best["lq"],
                    "next": made.facts.activity(first["activity"][0]), "file": str(path)})
    return path


def _rating(folder: Path, names: dict[str, str], lang: Lang, told: Told, made_at: dt.datetime, progress: Progress
            ) -> Path:
    """A rating with intervals of places, and what would move one of the rated up by five."""
    rated = rate_file(SCHEME, RATING)
    spread = calc_uncertainty(rated.composite, seed=DAY.year, progress=progress)
    path = folder / names["rating"]
    write_rating(rated, path, lang=lang, spread=spread)
    plan, row = calc_plan(rated.composite, RATED, gain=5), rated.composite.row(RATED)
    told("rating", {"count": len(rated.composite.places), "name": plan.name, "place": plan.place,
                    "low": float(spread.low[row]), "high": float(spread.high[row]), "target": plan.reached,
                    "moves": len(plan.moves), "file": str(path)})
    effects = calc_sensitivity(rated.composite, seed=DAY.year, progress=progress)
    page = folder / names["place"]
    write_text(page, report_rated_region(rated, row, lang=lang, spread=spread, effects=effects, made_at=made_at).page)
    return page


def _two_regions(data: Path, folder: Path, names: dict[str, str], lang: Lang, told: Told, made_at: dt.datetime,
                 progress: Progress) -> tuple[Complement, Path]:
    """Plants that told nothing: what they probably make and buy, and what the two regions can give each other."""
    done = complement_files(data / "organisations.csv", *REGIONS, as_of=DAY, lang=lang, progress=progress)
    plants, found = done.loaded[0].frame, done.complement
    told("plants", {"plants": len(plants), "first": found.plants[REGIONS[0]], "second": found.plants[REGIONS[1]]})
    needs, offers = likely_needs(plants, lang=lang), likely_offers(plants, lang=lang)
    write_table(needs, folder / names["likely_needs"], "needs", lang=lang)
    write_table(offers, folder / names["likely_offers"], "offers", lang=lang)
    told("likely", {"needs": len(needs), "offers": len(offers)})
    write_complement(found, folder / names["between_links"], lang=lang)
    page = report_links(found.links, lang=lang, flows=found.flows, organisations=plants, pair=REGIONS, as_of=DAY,
                        made_at=made_at)
    path = folder / names["between"]
    write_text(path, page)
    told("between", {"links": len(found.links), "there": found.a_to_b_th_rub / 1000,
                     "back": found.b_to_a_th_rub / 1000, "file": str(path)})
    return found, path


def _declared(data: Path, folder: Path, names: dict[str, str], lang: Lang, told: Told, progress: Progress
              ) -> tuple[Tally, Path]:
    """Needs and offers that plants declared: the links."""
    links = folder / names["links"]
    files = MatchFiles(data / "needs.csv", data / "offers.csv", contracts=data / "contracts.csv")
    done = match_files(files, links, on=DAY, lang=lang, progress=progress)
    told("links", {"links": done.tally.links, "needs": done.needs, "grade_a": done.tally.best, "file": str(links)})
    return done.tally, links


def _names(lang: Lang) -> dict[str, str]:
    """What each file holds → its name."""
    return {held: readable_name(say(f"demo.file.{held}", lang), suffix=suffix) for held, suffix in _FILES.items()}
