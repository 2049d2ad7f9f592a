"""The report of a year: distinct contracts, chains, two sources, frozen reports, files that open and repeat."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from click.testing import CliRunner

from smezhnik.accords.models import Order
from smezhnik.cli.year import year as year_command
from smezhnik.cooperation.actions import deliver
from smezhnik.errors import InputError
from smezhnik.papers.yearly import Told
from smezhnik.promises.frozen import find_differences, read_year, to_plain
from smezhnik.promises.year import make_year as count_year
from smezhnik.promises.year import primary_of, signed_in, touched_by, usual_day
from smezhnik.records.journal import verify
from smezhnik.strategy.actions import Step, add_task, bring_report, choose_fact, explain, open_report, set_values
from smezhnik.strategy.models import IndicatorValue, ReportTask, YearReport
from smezhnik.workflows.year_files import FILES, find_region, make_report, write_year
from smezhnik.workflows.year_records import gather_year
from tests.strategy.factories import DAY, WHO, make_contract, make_indicators, make_year, value
from tests.workplace import HERE

pytestmark = pytest.mark.django_db


def test_the_total_is_the_sum_of_distinct_contracts_and_promises_share_it_out() -> None:
    made = make_year()
    found = gather_year(HERE, DAY)
    year = found.year
    assert (year.signed.value, year.signed.rows, year.unpriced) == (10_000.0, 5, 1)
    assert (year.delivered.value, year.delivered.rows) == (2_000.0, 2), "delivered in the year, whenever signed"
    caused = {one.promise: one for one in year.caused}
    assert sum(one.primary.value or 0.0 for one in year.caused) == year.signed.value
    assert sum(one.primary.rows for one in year.caused) == year.signed.rows
    assert (caused[made.order.public_id].primary.value, caused[made.item.public_id].primary.value) == (7_000.0, 2_000.0)
    assert caused[made.item.public_id].touched.value == 9_000.0, "what its order brought it touches too, not additive"
    assert caused[None].primary.rows == 2
    signed = signed_in(found.facts.contracts, year.since, DAY)
    promises = [one.id for one in found.facts.promises if one.kind != "goal"]
    for one in year.caused:
        rows = primary_of(signed, one.promise, promises)
        assert (rows.height, rows["signed"].sum() or None) == (one.primary.rows, one.primary.value)
        if one.promise is not None:
            assert touched_by(signed, one.promise, found.facts.parents)["signed"].sum() == one.touched.value


def test_from_one_contract_the_chain_leads_to_the_agreement() -> None:
    made = make_year()
    rows = {row["own_id"]: row for row in gather_year(HERE, DAY).facts.contracts.iter_rows(named=True)}
    whole, none = rows["1-П"], rows["4-П"]
    assert all(whole[name] for name in ("case", "pair_meeting", "event", "order", "commitment", "agreement"))
    assert (whole["event"], whole["order"], whole["commitment"], whole["agreement"]) == (
        "День поставщика", made.order.number, "2.4. Новые связи", "О промышленной кооперации")
    assert [none[name] for name in ("pair_meeting", "event", "order", "commitment", "agreement")] == [None] * 5
    assert none["case"] is not None


def test_a_day_asked_later_has_the_same_answer_and_the_order_of_the_records_changes_nothing() -> None:
    make_year()
    before = gather_year(HERE, dt.date(2026, 5, 31))
    assert before.year.signed.rows == 1 and before.year.delivered.value == 500.0
    make_contract(9, 100.0, on=dt.date(2026, 11, 1), opened=dt.date(2026, 10, 1))
    later = gather_year(HERE, dt.date(2026, 5, 31))
    assert to_plain(later.year) == to_plain(before.year)
    facts = later.facts
    turned = type(facts)(**{**{name: getattr(facts, name) for name in facts.__dataclass_fields__},
                            "contracts": facts.contracts.reverse(), "promises": facts.promises[::-1]})
    assert to_plain(count_year(turned)) == to_plain(later.year)


def test_what_few_firms_did_is_told_to_nobody_who_may_not_see_the_contracts() -> None:
    make_contract(1, 4_242.0)
    report = make_report(HERE, DAY, Told("ru"))
    words = " ".join(item.said("ru") for section in report.sections for row in section.rows for item in row)
    assert "4,2" not in words and "менее трёх организаций" in words
    seen = make_report(HERE, DAY, Told("ru", sees=True))
    assert any(item.value == pytest.approx(4.242) for section in seen.sections for row in section.rows for item in row)
    make_contract(2, 1_000.0)
    told = make_report(HERE, DAY, Told("ru")).year
    assert told.signed.told, "four firms"
    assert [one.primary.told for one in told.caused] == [True]


def test_a_sum_of_few_firms_cannot_be_found_from_the_others() -> None:
    """The order has four firms, the item two: hidden alone, the item would be the total less the rest."""
    make_year()
    year = gather_year(HERE, DAY).year
    hidden = [one for one in year.caused if not one.primary.told]
    assert len(hidden) >= 2 and sum(one.primary.firms for one in hidden) >= 3


def test_a_year_survives_being_frozen_and_later_facts_show_as_differences() -> None:
    make_year()
    make_indicators()
    report = open_report(HERE, DAY, WHO)
    frozen = gather_year(HERE, DAY, report).year
    assert read_year(to_plain(frozen)) == frozen
    with pytest.raises(InputError):
        bring_report(report, "approved", WHO, on=DAY, expected=report.version, step=Step(approved_by="Министр"))
    bring_report(report, "data_closed", WHO, on=DAY, expected=report.version, step=Step(content=to_plain(frozen)))
    to_explain = [one.indicator.code for one in frozen.readings if one.to_explain]
    assert to_explain == ["investment"]
    with pytest.raises(InputError, match="not explained"):
        bring_report(report, "comments_in", WHO, on=DAY, expected=report.version, step=Step(to_explain=to_explain))
    explain(report, "investment", "Станки переносятся", "Заявка в фонд", WHO, expected=report.version)
    add_task(ReportTask(held_by=HERE, report=report, text="Довести связи до 30", executor="Отдел", controller="Министр",
                        due=dt.date(2027, 6, 1)), WHO)
    for state, step in (("comments_in", Step(to_explain=to_explain)), ("agreed", Step()),
                        ("approved", Step(approved_by="Министр", paper="Отчёт за 2026 год"))):
        bring_report(report, state, WHO, on=dt.date(2027, 2, 18), expected=report.version, step=step)
    order = Order.objects.get(protocol="Отчёт за 2026 год")
    assert (order.text, order.due_first, order.state) == ("Довести связи до 30", dt.date(2027, 6, 1), "in_work")
    set_values(HERE, [value("investment", part=4, fact=171.0, source="Росстат", fact_kind="revised",
                            published_on=dt.date(2027, 4, 1))], WHO)
    deliver(make_year().contracts[0], WHO, on=dt.date(2026, 12, 1), value_th_rub=9.0)
    shown = make_report(HERE, DAY, Told("ru", sees=True))
    investment = next(one for one in shown.year.readings if one.indicator.code == "investment")
    assert investment.fact is not None and investment.fact.fact == 162.0, "an approved report keeps what it said"
    found = {(getattr(one.name, "en", one.name), one.detail): (one.before, one.now)
             for one in find_differences(shown.year, shown.gathered.year)}
    assert found["Investment of industry in fixed assets", "fact"] == (162.0, 171.0)
    assert found["signed", "value"] == (10_000.0, 20_000.0) and found["delivered", "value"] == (2_000.0, 4_009.0)
    with pytest.raises(InputError, match="agreed"):
        explain(YearReport.objects.get(), "investment", "Иначе", "", WHO, expected=report.version)
    assert open_report(HERE, DAY, WHO).edition == 2, "a change is a new edition"
    assert not verify()


def test_a_year_without_facts_says_what_is_missing_and_not_nought() -> None:
    make_indicators()
    IndicatorValue.objects.filter(indicator__code="production_index").update(chosen=False)
    year = gather_year(HERE, DAY).year
    readings = {one.indicator.code: one for one in year.readings}
    assert (readings["production_index"].state, readings["production_index"].missing) == ("cannot_say", "choice")
    assert (readings["wage"].state, readings["wage"].missing) == ("cannot_say", "fact")
    assert (year.signed.value, readings["contracts_signed"].state) == (None, "cannot_say")
    picked = IndicatorValue.objects.get(indicator__code="production_index", fact=106.0)
    with pytest.raises(InputError):
        choose_fact(picked, "  ", WHO, expected=picked.version)
    choose_fact(picked, "Статистика опаздывает", WHO, expected=picked.version)
    reading = next(one for one in gather_year(HERE, DAY).year.readings if one.indicator.code == "production_index")
    assert reading.fact is not None and reading.fact.fact == 106.0
    assert "105" in str([one.fact for one in reading.others])


def test_four_files_repeat_byte_for_byte_open_again_and_hold_the_numbers(tmp_path: Path) -> None:
    made = make_year()
    make_indicators()
    written = write_year(tmp_path / "а", HERE, DAY, "ru")
    again = write_year(tmp_path / "б", HERE, DAY, "ru")
    assert [path.suffix for path in written] == [".docx", ".pdf", ".pptx", ".xlsx"]
    for one, other in zip(written, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.suffix
    paper = docx.Document(str(written[0]))
    words = " ".join([one.text for one in paper.paragraphs] + [
        cell.text for one in paper.tables for row in one.rows for cell in row.cells])
    deck = pptx.Presentation(str(written[2]))
    assert (deck.slide_width, deck.slide_height) == (12_191_695, 6_858_000)
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    said = " ".join([shape.text_frame.text for shape in shapes if shape.has_text_frame] + [
        cell.text for shape in shapes if shape.has_table for row in shape.table.rows for cell in row.cells])
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)
    assert sum(shape.has_chart for shape in shapes) >= 3 and not any(shape.shape_type == 13 for shape in shapes)
    for text in ("105", "106", "162", "180", "10,0", "Новые связи", "Росстат", "Министерство"):
        assert text in words and text in said, text
    book = openpyxl.load_workbook(written[3])
    assert book.sheetnames == ["Числа", "Договоры", "Обязательства", "Поручения", "Источники"]
    rows = list(book["Договоры"].iter_rows(values_only=True))
    heads = {name: place for place, name in enumerate(rows[0])}
    sums = [row[heads["Подписано в году, млн ₽"]] for row in rows[1:]]
    assert sum(one for one in sums if one is not None) == pytest.approx(10.0)
    first = next(row for row in rows if row[0] == "1-П")
    assert [first[heads[name]] for name in ("Мероприятие", "Поручение", "Обязательство", "Соглашение")] == [
        "День поставщика", made.order.number, "2.4. Новые связи", "О промышленной кооперации"]
    assert next(row for row in rows if row[0] == "4-П")[heads["Мероприятие"]] == "не отмечено"
    assert isinstance(first[heads["Подписан"]], dt.datetime)
    sources = [row for row in book["Источники"].iter_rows(values_only=True) if row[5] in (105, 106)]
    assert {(row[5], row[7]) for row in sources} == {(105, "да"), (106, "нет")}


def test_the_command_writes_the_files_and_names_a_region_that_is_none(tmp_path: Path) -> None:
    make_year()
    done = CliRunner().invoke(year_command, ["--on", "31.12.2026", "--region", "Башкортостан", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert len(done.output.split()) == len(list(tmp_path.iterdir())) == 4
    refused = CliRunner().invoke(year_command, ["--on", "31.12.2026", "--region", "RU-TA", "-o", str(tmp_path)])
    assert isinstance(refused.exception, InputError) and "RU-BA" in str(refused.exception)


@pytest.mark.parametrize("ending", ["pptx", "xlsx", "docx"])
def test_files_speak_the_language_that_is_asked(ending: str) -> None:
    make_year()
    make_indicators()
    content = FILES[ending](make_report(HERE, DAY, Told("en", sees=True)))
    if ending == "pptx":
        deck = pptx.Presentation(io.BytesIO(content))
        said = deck.slides[1].shapes.title.text_frame.text
    elif ending == "xlsx":
        said = " ".join(openpyxl.load_workbook(io.BytesIO(content)).sheetnames)
    else:
        said = docx.Document(io.BytesIO(content)).paragraphs[0].text
    assert not any("а" <= letter.lower() <= "я" for letter in said), said


def test_a_region_is_named_in_any_way_or_is_the_only_one() -> None:
    make_contract(1, 1.0)
    assert find_region("") == HERE and find_region("Башкортостан") == HERE
    with pytest.raises(InputError, match="RU-BA"):
        find_region("RU-TA")
    assert usual_day(dt.date(2027, 2, 1)) == DAY and usual_day(dt.date(2026, 11, 22)) == dt.date(2026, 11, 22)
