"""The catalogue of who agreed, cards of tables and participants, the report in eight points."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from smezhnik.activities import events as doing
from smezhnik.activities import meetings as sittings
from smezhnik.activities.models import Delegation, Event, Meeting
from smezhnik.errors import InputError
from smezhnik.papers import Paper, Table, write_docx, write_pdf
from smezhnik.records.access import Viewer
from smezhnik.workflows.event_papers import cards_paper, catalogue_paper
from smezhnik.workflows.events import schedule_event
from smezhnik.workflows.trip_report import report_paper
from tests.activities.test_events import DAY, WHO, fill, make_event
from tests.workplace import HERE, make, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db


def words(paper: Paper) -> str:
    """Everything that stands on a paper."""
    told = Document(io.BytesIO(write_docx(paper)))
    cells = [cell.text for table in told.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in told.paragraphs), *cells])


def test_the_catalogue_has_who_agreed_four_to_a_page_and_nothing_that_was_closed() -> None:
    event = make_event()
    for number in range(10):
        plant = make_organisation(f"Завод {number}")
        for offer in range(5):
            make_offer(f"Изделие {number}-{offer}", organisation=plant)
        make_offer(f"Тайное изделие {number}", organisation=plant, confidential=True)
        make_need(f"Тайная нужда {number}", organisation=plant, confidential=True)
        one = doing.invite_firm(event, plant, "м")
        if number:
            doing.list_participant(one, number != 9, "м")
    paper = catalogue_paper(event, WHO, "ru")
    told = words(paper)
    assert "Завод 8" in told and "Завод 0" not in told and "Завод 9" not in told
    assert "Изделие 1-2" in told and "Изделие 1-3" not in told and "Ещё предложений: 2" in told
    assert "Тайн" not in told
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(write_pdf(paper))).pages]
    assert [sum(f"Изделие {number}-0" in page for number in range(10)) for page in pages] == [0, 4, 4]
    with pytest.raises(InputError, match="Nobody stands"):
        catalogue_paper(make_event(), WHO, "ru")


def test_every_table_and_participant_has_its_card_and_a_plant_its_own_only(tmp_path: Path) -> None:
    event = make_event()
    people = fill(event, tmp_path)
    with pytest.raises(InputError, match="nothing to print"):
        cards_paper(event, WHO, "ru")
    made = schedule_event(event, "м")
    paper = cards_paper(event, WHO, "ru")
    titles = [block.title for block in paper.blocks]
    assert titles == [*(f"Стол {n}" for n in range(1, len({one.table for one in made.meetings}) + 1)),
                      *sorted(people)]
    blocks = {block.title: block for block in paper.blocks if isinstance(block, Table)}
    assert sum(len(blocks[name].rows) for name in people) == 2 * len(made.meetings)
    assert len(PdfReader(io.BytesIO(write_pdf(paper))).pages) == len(titles) + 1, "each begins a sheet"
    plant = people["Литьё"].organisation
    own = cards_paper(event, Viewer("завод", "plant", HERE, plant.pk), "ru")
    assert [block.title for block in own.blocks] == ["Литьё"]
    assert [row[2].text for row in own.blocks[0].rows] == ["Стан"]  # type: ignore[union-attr]


def test_the_report_has_eight_points_says_what_is_not_known_and_keeps_three_sums_apart(tmp_path: Path) -> None:
    event = make_event(budget_th_rub=800.0, costs=["аренда 300 тыс. руб., бюджет"], visitors=1200,
                       programme=["10:00 Открытие"], organiser="министерство")
    fill(event, tmp_path)
    schedule_event(event, "м")
    pair = event.pairs.first()
    doing.tell_outcome(pair, "м", expected=pair.version, standing="held", outcome="contact", potential_th_rub=500.0)
    meeting = make(Meeting(name="Протокол", held_by=HERE, region=HERE, held_on=DAY, event=event))
    for step in ("called", "in_progress"):
        sittings.move(meeting, step, "м", expected=meeting.version)
    sittings.decide(meeting, "м", kind="order", text="Направить образцы", executor="отдел")
    sittings.draft_protocol(meeting, "3-м", "м", expected=meeting.version)
    told = words(report_paper(event, WHO, "ru"))
    for number in range(1, 9):
        assert f"\n{number}. " in told
    assert "Не заполнены пункты: 3, 4" in told and told.count("Сведений нет.") == 2
    assert "3-м, п. 1.1. Направить образцы" in told and "аренда 300 тыс. руб., бюджет" in told
    assert "Возможная сумма, тыс. руб.\n500" in told and "Подписано, тыс. руб.\n–" in told
    fund = words(report_paper(event, Viewer("фонд", "fund", HERE), "ru"))
    assert "Возможная сумма" not in fund


def test_a_delegation_reports_in_the_same_points_with_posts_and_functions() -> None:
    delegation = make(Delegation(name="Выставка", held_by=HERE, region=HERE, head="министр",
                                 starts_on=DAY, last_day=DAY + dt.timedelta(days=1)))
    paper = report_paper(None, WHO, "en", delegation=delegation)
    assert [block.title[:2] for block in paper.blocks] == [f"{number}." for number in range(1, 9)]
    assert "министр" in words(paper)


def test_an_event_without_days_still_has_a_report() -> None:
    assert "– – –" in words(report_paper(make(Event(name="Идея", kind="course", held_by=HERE, region=HERE)), WHO, "ru"))
