"""The report of a year as files: paper, slides, workbook; the same content on the same day gives the same bytes."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from django.conf import settings

from smezhnik.errors import InputError
from smezhnik.io import readable_name
from smezhnik.io.atomic import atomic
from smezhnik.io.reference import find_reader
from smezhnik.messages import say
from smezhnik.papers import Paper, write_docx, write_pdf
from smezhnik.papers.sections import Section, paper_of
from smezhnik.papers.slides import Deck, write_pptx
from smezhnik.papers.yearly import Told, year_lead, year_sections, year_title
from smezhnik.promises.year import Year, without_closed
from smezhnik.records.models import Installation
from smezhnik.registry.models import Organisation
from smezhnik.strategy.models import YearReport
from smezhnik.types import Lang
from smezhnik.workflows.region_records import region_name
from smezhnik.workflows.year_book import write_book
from smezhnik.workflows.year_records import Gathered, shown_year


@dataclass(frozen=True)
class Report:
    """The report of a region and a day, told to somebody in a language.

    Attributes
    ----------
    record : what people keep of it: explanations, tasks, state; None while nobody opened it
    year : what it says, frozen or as the records are; gathered : as the records are
    """

    region: str
    on: dt.date
    record: YearReport | None
    year: Year
    gathered: Gathered
    told: Told

    @property
    def lang(self) -> Lang:
        """Its language."""
        return self.told.lang

    @cached_property
    def sections(self) -> list[Section]:
        """What it says, in words."""
        return year_sections(self.year, self.told)

    @property
    def number(self) -> str:
        """Its permanent number: of the record, else of the region and the day."""
        return self.record.public_id if self.record is not None else f"Y-{self.region}-{self.on:%Y%m%d}"

    @property
    def title(self) -> str:
        """«Итоги 2026 года на 31.12.2026»"""
        return year_title(self.year, self.lang)


def make_report(region: str, on: dt.date, told: Told, *, edition: int | None = None) -> Report:
    """The report of a day: of the last edition that is kept, or of the one asked for."""
    rows = YearReport.objects.filter(held_by=region, as_of=on, archived=False)
    record = (rows.filter(edition=edition) if edition else rows).order_by("-edition").first()
    year, gathered = shown_year(record, region, on)
    if not told.sees:
        word = say("year.closed", told.lang)
        year, gathered = without_closed(year, word), replace(gathered, year=without_closed(gathered.year, word))
    return Report(region, on, record, year, gathered, told)


def _paper(report: Report) -> Paper:
    """No moment and no end of the journal stand on it: they would differ each time. Its number finds its record."""
    place = region_name(report.region, report.lang)
    return paper_of(report.sections, Paper(
        f"{report.title}: {place}", report.lang, report.number, (), lead=[year_lead(report.year, report.lang)],
        as_of=report.on, issuer=settings.ISSUER, sample=_sample()))


def _sample() -> bool:
    return bool(settings.SAMPLE) or Installation.objects.filter(sample=True).exists()


def _slides(report: Report) -> bytes:
    return write_pptx(Deck(report.title, year_lead(report.year, report.lang), region_name(report.region, report.lang),
                           report.lang, report.sections, settings.ISSUER, report.number, "five", _sample()))


def _book(report: Report) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.xlsx"
        write_book(path, report.year, report.sections, report.gathered, report.told)
        return path.read_bytes()


#: Ending → what writes it.
FILES: Mapping[str, Callable[[Report], bytes]] = {
    "docx": lambda report: write_docx(_paper(report)), "pdf": lambda report: write_pdf(_paper(report)),
    "pptx": _slides, "xlsx": _book}


def file_name(report: Report, ending: str) -> str:
    """«Итоги 2026 года на 31.12.2026 RU-BA.docx»"""
    return readable_name(report.title, report.region, suffix=f".{ending}")


def find_region(text: str) -> str:
    """The region that is named in any usual way; without a name the only one that is kept here.

    Raises
    ------
    InputError where nothing of that region is kept, or where there are several and none is named.
    """
    kept = sorted(Organisation.objects.order_by().values_list("held_by", flat=True).distinct())
    read = find_reader("region")
    code = read(text).value if text and read is not None else kept[0] if len(kept) == 1 else None
    if code not in kept:
        raise InputError("year_no_region", found=text or "–", regions=kept)
    return str(code)


def write_year(folder: Path, region: str, on: dt.date, lang: Lang) -> list[Path]:
    """Write the report of a day to a folder: DOCX, PDF, PPTX and XLSX, as the ministry sees it."""
    report = make_report(region, on, Told(lang, sees=True))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for ending, write in FILES.items():
        path = folder / file_name(report, ending)
        with atomic(path) as aside:
            aside.write_bytes(write(report))
        written.append(path)
    return written
