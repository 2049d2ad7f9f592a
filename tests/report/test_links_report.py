"""The report of links says what the table says, no more and no less."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

from smezhnik.messages import catalogue, format_number
from smezhnik.report import report_links
from smezhnik.report.links.view import REASONS
from smezhnik.tables import table
from smezhnik.tables.links import DECISIONS
from tests.report import sample
from tests.report.markup_of import Element, Page


def said(html: str) -> str:
    return Page(html).said.replace("\u00a0", " ")


def glass(**more: object) -> Page:
    """One need, eleven candidates."""
    return Page(report_links(sample.frame(sample.glass_rows()), lang="ru", needs=sample.sample_needs().head(1),
                             offers=sample.sample_offers(), most_candidates=20, **more))  # type: ignore[arg-type]


def cards(page: Page) -> list[Element]:
    return [item for item in page.root.find("section") if "data-card" in item.attributes]


def candidates(page: Page) -> list[Element]:
    return [item for item in page.root.find("tbody") if "data-row" in item.attributes]


def test_the_title_is_the_finding_and_the_lead_has_its_number_in_bold() -> None:
    page = Page(report_links(sample.sample_links(), lang="ru", needs=sample.sample_needs()))
    assert page.root.find("h1")[0].text == "Поставщик с оценкой A есть у 9 потребностей из 22"
    lead = page.root.find("p", class_="lead")
    assert lead[0].find("strong")[0].text.replace("\u00a0", " ") == "788 млн ₽/год"
    assert "Без цены или объёма 1 потребность: в сумму не входит." in lead[0].text
    assert "Без кандидатов 1." in lead[0].text
    assert "По 1 потребности договор уже есть" in lead[0].text
    assert lead[1].find("span", class_="inf")[0].text == \
        "Выведены расчётом и не подтверждены заводами: 4 из 37 связей."


def test_a_page_about_two_regions_gives_both_directions_and_their_sum() -> None:
    page = Page(report_links(sample.frame(sample.pair_rows()), lang="ru"))
    assert page.root.find("h1")[0].text == "Республика Башкортостан Челябинская область"
    lead = page.root.find("p", class_="lead")[0].text.replace("\u00a0", " ")
    assert "Башкортостан" in lead
    forth, back = re.findall(r"обл\. (\d+), обратно (\d+)", page.said.replace("\u00a0", " "))[0]
    assert int(forth) + int(back) == 808
    rows = page.root.find("table", class_="best")[0].find("tbody")[0].find("tr")
    assert len(rows) == 20
    for row in rows:
        tone = row.find("span", class_="from")[0].attributes["class"].split()[1]
        assert row.find("span", class_="from")[0].text == {"a": "Башкортостан", "b": "Челябинская обл."}[tone]
        assert row.find("rect")[0].attributes["class"] == f"bar-{tone}"


def weakened() -> list[dict[str, object]]:
    """Links of a pair, of which the dearest need has a weak candidate alone."""
    rows = sample.pair_rows()
    for row in rows:
        if row["need_id"] == "N-01":
            row |= {"grade": "D", "offer_text": "Войлок кровельный"}
    return rows


def test_weak_candidates_enter_neither_the_headline_nor_the_best_links() -> None:
    page = Page(report_links(sample.frame(weakened()), lang="ru"))
    lead = page.root.find("p", class_="lead")[0].text.replace("\u00a0", " ")
    rows = page.root.find("table", class_="best")[0].find("tbody")[0].find("tr")
    assert len(rows) == 19
    assert not [row for row in rows if "Войлок кровельный" in row.text]
    forth, back = re.findall(r"обл\. (\d+), обратно (\d+)", lead)[0]
    assert int(forth) + int(back) == pytest.approx(808 - 96.4, abs=1.1)
    assert "Ещё 2 слабых кандидата (D)" in lead
    assert "Только слабые кандидаты у 1 потребности." in lead


def test_the_best_links_show_what_is_offered_beside_what_is_needed() -> None:
    rows = sample.pair_rows()
    rows[0]["offer_text"] = "Лист горячекатаный 09Г2С"
    best = Page(report_links(sample.frame(rows), lang="ru")).root.find("table", class_="best")[0]
    assert any("предлагают: Лист горячекатаный 09Г2С" in cell.text for cell in best.find("td", class_="what"))


def test_units_that_cannot_be_compared_are_not_called_an_absent_price() -> None:
    rows = sample.pair_rows()
    for need in ("N-01", "N-02", "N-04"):
        for row in rows:
            if row["need_id"] == need:
                row["value_th_rub"] = None
                row["gaps"] = [] if need == "N-04" else [sample.gap("unit", need="т", offer="шт")]
    lead = Page(report_links(sample.frame(rows), lang="ru")).root.find("p", class_="lead")[0].text
    assert "Без цены или объёма 1 потребность" in lead
    assert "У 2 потребностей единицы с предложением не сравнить" in lead


def test_a_grade_lower_than_its_probability_says_why() -> None:
    rows = sample.pair_rows()
    rows[0] |= {"grade": "C", "basis": "inferred", "need_id": "0256006322:24A"}
    html = said(report_links(sample.frame(rows), lang="ru"))
    assert html.count("оценка не выше") == 1
    assert "оценка не выше C: выведено расчётом" in html
    assert "потребность 0256006322:24A" not in html
    assert "потребность N-02" in html


def test_an_english_page_writes_units_in_english() -> None:
    html = said(report_links(sample.frame(sample.glass_rows()), lang="en", needs=sample.sample_needs(),
                             offers=sample.sample_offers()))
    assert "420 th. m²" in html
    assert "Free, th. m²" in html
    assert "тыс." not in html


def test_links_inside_a_region_make_no_page_about_two_regions() -> None:
    rows = sample.pair_rows()
    rows[0]["buyer_region"] = rows[0]["seller_region"]
    assert "Поставщик с оценкой A" in Page(report_links(sample.frame(rows), lang="ru")).root.find("h1")[0].text


def test_each_candidate_shows_the_terms_of_its_score_and_they_add_up_to_it() -> None:
    links = sample.frame(sample.glass_rows())
    rows = candidates(glass())
    assert len(rows) == links.height
    for row, link in zip(rows, links.iter_rows(named=True), strict=True):
        terms = row.find("table", class_="why")[0].find("tr")
        numbers = [line.find("td", class_="num")[0].text for line in terms]
        values = [float(text.replace("−", "-").replace(",", ".")) for text in numbers]
        assert sum(values[:-1]) == pytest.approx(values[-1], abs=0.005 * len(values))
        assert values[-1] == pytest.approx(link["score"], abs=0.005)
        assert terms[-1].find("td", class_="answer")[0].text == format_number(link["probability"], "ru", 2)
        assert [line.find("th")[0].text for line in terms[:-2]] == [
            catalogue()[f"reason_name.{reason['code']}"]["ru"] for reason in link["reasons"]]


def test_gaps_stand_in_words_and_where_there_are_none_that_is_said() -> None:
    cells = [row.find("td", class_="gaps")[0].text for row in candidates(glass())]
    assert cells[0] == "Нужен ГОСТ 111-2014, в предложении стандарт не указан"
    assert cells[1] == "Пробелов нет"
    assert cells[3] == "Мощности не хватает на 180: свободно 240 из 420 тыс. м²"
    assert cells[8].startswith("Мощности не хватает на 260: свободно 160 из 420 тыс. м²")
    assert cells[8].endswith("Нужно М1, есть М4")


def test_inferred_candidates_carry_the_word_and_the_violet_sign() -> None:
    for row in glass().root.find("tbody"):
        if row.attributes.get("data-basis") == "inferred":
            sign = row.find("th", class_="who")[0].find("span", class_="inferred")[0]
            assert sign.text == "выведено"
            assert sign.find("use")[0].attributes["href"] == "#s-inferred"
            assert "ОКВЭД2" in row.text


def test_the_strip_of_a_need_shows_volume_sum_imports_and_deadline() -> None:
    strip = glass().root.find("dl", class_="strip")[0].text.replace("\u00a0", " ")
    for expected in ("23.11.12.110", "420 тыс. м²", "55,1", "12,0", "01.02.2027", "заявлено"):
        assert expected in strip


def test_without_the_other_tables_capacities_come_from_the_reasons() -> None:
    page = Page(report_links(sample.frame(sample.glass_rows()), lang="ru"))
    assert "420 тыс. м²" in page.root.find("dl", class_="strip")[0].text
    free = [row.find("td", class_="free")[0].text for row in candidates(page)]
    assert free[:3] == ["510 тыс. м²", "430 тыс. м²", "900 тыс. м²"]
    assert free[6] == "–"


def test_without_the_table_of_needs_the_sum_of_a_need_is_the_whole_not_the_part_of_its_first_candidate() -> None:
    part = sample.glass_rows()[3] | {"rank": 1}  # covers 240 of 420
    strip = Page(report_links(sample.frame([part]), lang="ru")).root.find("dl", class_="strip")[0].text
    assert "55,1" in strip.replace("\u00a0", " ")
    unknown = part | {"reasons": [sample.reason("text", 1.0, matched=["стекло"])], "gaps": []}
    strip = Page(report_links(sample.frame([unknown]), lang="ru")).root.find("dl", class_="strip")[0].text
    assert "31,5" not in strip and "55,1" not in strip


def test_many_needs_are_cut_to_the_best_and_the_page_says_of_how_many() -> None:
    links = pl.concat([sample.frame(sample.pair_rows()).with_columns(need_id=pl.col("need_id") + f"-{copy}")
                       for copy in range(30)])
    html = report_links(links, lang="ru", most_needs=25)
    page = Page(html)
    assert len(cards(page)) == 25
    assert "Карточками показаны 25 потребностей из 600" in said(html)
    assert "Показано: потребностей 25 из 600, кандидатов" in said(html)
    assert len(html.encode()) < 1_000_000


def test_chips_count_the_candidates_that_the_cards_hold() -> None:
    page = glass()
    rows = candidates(page)
    for chip in page.root.find("button", class_="chip"):
        group = chip.attributes.get("data-group")
        fits = [row for row in rows
                if group is None or row.attributes[f"data-{group}"] == chip.attributes["data-value"]]
        assert chip.find("b")[0].text == str(len(fits))


def test_needs_without_candidates_are_listed_with_what_to_do() -> None:
    html = report_links(sample.sample_links(), lang="ru", needs=sample.sample_needs())
    assert "Без кандидатов 1 потребность" in said(html)
    assert "Электродвигатели взрывозащищённые" in said(html)


def test_no_links_at_all_is_said_with_what_to_do() -> None:
    html = report_links(table("links").empty(), lang="ru", needs=sample.sample_needs())
    assert Page(html).root.find("h1")[0].text == "Кандидатов нет"
    assert "Снимите отбор" in said(html)
    assert not Page(html).root.find("table", class_="best")


def test_links_that_hold_only_what_must_be_there_make_a_page() -> None:
    bare = sample.frame(sample.pair_rows()).select(
        "need_id", "offer_id", "rank", "probability", "score", "base", "grade", "basis")
    html = report_links(bare, lang="ru")
    assert "25 связей с оценкой A, B или C для 20 потребностей." in said(html)
    assert "N-01" in said(html)
    assert "регион не указан" not in Page(html).root.find("h1")[0].text


def test_regions_without_outline_are_listed_beside_the_map() -> None:
    rows = sample.pair_rows()
    for row in rows[:3]:
        row |= {"seller_region": "XX-NEW", "seller_latitude": None, "seller_longitude": None}
    assert "Нет контура: XX-NEW." in said(report_links(sample.frame(rows), lang="ru"))


def test_without_coordinates_arrows_run_between_the_centres_of_regions_and_that_is_said() -> None:
    links = sample.frame(sample.pair_rows()).with_columns(
        pl.lit(None, dtype=pl.Float64).alias(f"{side}_{axis}") for side in ("buyer", "seller")
        for axis in ("latitude", "longitude"))
    page = Page(report_links(links, lang="ru"))
    assert len(page.root.find("svg", class_="wide")[1].find("path", class_="arc")) == 2
    assert "стрелка идёт из центра региона" in page.said


def test_without_prices_ribbons_count_links_and_that_is_said() -> None:
    links = sample.frame(sample.pair_rows()).with_columns(value_th_rub=pl.lit(None, dtype=pl.Float64))
    html = report_links(links, lang="ru")
    assert "Цен нет, поэтому толщина – число связей" in said(html)
    assert "Между регионами 20 связей" in said(html)
    assert "млн ₽" not in said(html)


def test_industries_of_the_buyers_stand_in_for_their_names_where_organisations_are_given() -> None:
    buyers = sorted({row["buyer"] for row in sample.pair_rows()})
    organisations = sample.frame([{"org_id": name, "name": name, "okved2": "24.10"} for name in buyers],
                                 "organisations")
    chart = Page(report_links(sample.frame(sample.pair_rows()), lang="ru", organisations=organisations))
    labels = [text.text for text in chart.root.find("svg", class_="wide")[0].find("text", text_anchor="start")]
    assert any(label.startswith("Производство металлургическое") for label in labels)


def test_a_calculated_trade_gives_the_chart_and_the_lead_and_every_link_counts() -> None:
    flows = pl.DataFrame({
        "seller_region": ["RU-BA", "RU-CHE", "RU-BA"], "seller_name": ["Химия", "Металлы", "Машины"],
        "buyer_region": ["RU-CHE", "RU-BA", "RU-CHE"], "buyer_name": ["Металлы", "Химия", "Машины"],
        "value_th_rub": [14_000_000.0, 6_000_000.0, 3_500_000.0]})
    links = sample.frame(sample.pair_rows()).with_columns(basis=pl.lit("inferred"))
    page = Page(report_links(links, lang="ru", flows=flows, pair=("RU-BA", "RU-CHE")))
    lead = page.root.find("p", class_="lead")[0].text.replace("\u00a0", " ")
    assert "до 23,5 млрд ₽/год" in lead
    assert "17,5, обратно 6,0" in lead
    assert page.said.count("верхняя оценка") == 1
    assert "25 лучших связей" in lead
    assert "Есть кандидат" not in page.said
    labels = [text.text.replace("\u00a0", " ") for text in page.root.find("svg", class_="wide")[0].find("text")]
    assert "Химия 14,0" in labels


def test_a_column_nobody_can_fill_is_left_out() -> None:
    links = sample.frame(sample.pair_rows()).with_columns(distance_km=pl.lit(None, pl.Float64))
    heads = [head.text for head in Page(report_links(links, lang="ru")).root.find("th", scope="col")]
    assert not [head for head in heads if head.startswith(("Путь", "Свободно"))]


def test_what_a_link_was_inferred_from_stands_in_the_opened_row_only() -> None:
    row = next(row for row in candidates(glass()) if row.attributes["data-basis"] == "inferred")
    assert row.find("td", class_="gaps")[0].text == "Выведено расчётом: спросить завод"
    assert "предложение выведено из ОКВЭД2 23.11" in row.find("tr", class_="full")[0].text


def test_the_same_links_in_another_order_give_the_same_page() -> None:
    links = sample.sample_links()
    arguments = {"needs": sample.sample_needs(), "offers": sample.sample_offers()}
    one = report_links(links, lang="ru", **arguments)  # type: ignore[arg-type]
    mixed = report_links(links.sample(fraction=1.0, shuffle=True, seed=3), lang="ru", **arguments)  # type: ignore[arg-type]
    assert one == mixed


def test_an_offer_nobody_asks_for_changes_nothing() -> None:
    links = sample.sample_links()
    offers = sample.sample_offers()
    more = pl.concat([offers, offers.head(1).with_columns(offer_id=pl.lit("O-999"), source=pl.lit(None, pl.String))])
    assert report_links(links, lang="ru", offers=offers) == report_links(links, lang="ru", offers=more)


def test_the_day_is_that_of_the_links_unless_another_is_asked_for() -> None:
    links = sample.sample_links()
    assert "На дату 23.11.2026" in said(report_links(links, lang="ru"))
    assert "На дату 01.12.2026" in said(report_links(links, lang="ru", as_of=dt.date(2026, 12, 1)))


def test_confidential_facts_are_marked() -> None:
    links = sample.sample_links()
    assert "Есть конфиденциальные сведения" in said(report_links(links, lang="ru", needs=sample.sample_needs()))
    assert "Есть конфиденциальные сведения" not in said(report_links(links, lang="ru"))


def test_known_contracts_and_cases_in_work_are_marked_on_their_rows() -> None:
    text = said(report_links(sample.sample_links(), lang="ru"))
    assert "договор Д-14/2025" in text
    assert "переговоры" in text


def test_many_reasons_leave_every_bar_visible_and_the_columns_still_add_up() -> None:
    rows = sample.glass_rows()
    codes = ["marks", "standard", "region", "price", "industry", "use", "size"]
    facts = dict.fromkeys(("need", "offer", "seller", "buyer", "percent", "table", "typical", "class", "buyer_class",
                           "seller_mln", "buyer_mln", "industry"), 1)
    for row in rows:
        row["reasons"] = [*row["reasons"], *(sample.reason(code, 0.1, **facts) for code in codes)]
    page = Page(report_links(sample.frame(rows), lang="ru"))
    for row, link in zip(candidates(page), rows, strict=False):
        cells = [cell for cell in row.find("td", class_="r") if cell.find("title")]
        assert len(row.find("td", class_="r")) == 7
        values = [float(cell.find("title")[0].text.replace("−", "-").replace(",", ".")) for cell in cells]
        assert sum(values) == pytest.approx(sum(item["contribution"] for item in link["reasons"]), abs=0.04)
        for cell, value in zip(cells, values, strict=True):
            assert abs(value) < 0.05 or float(cell.find("rect")[0].attributes["width"]) >= 1


def test_every_reason_and_every_stage_has_its_words() -> None:
    for lang in ("ru", "en"):
        assert all(catalogue()[f"report.links.reason.{code}"][lang] for code in REASONS)
        assert all(catalogue()[f"report.links.decision.{stage}"][lang] for stage in DECISIONS)
    assert {code.removeprefix("reason_name.") for code in catalogue() if code.startswith("reason_name.")} <= {*REASONS}


def test_a_number_in_a_circle_of_the_map_is_explained_where_there_is_one() -> None:
    html = report_links(sample.frame(sample.pair_rows()), lang="ru")
    assert Page(html).root.find("text", class_="count")
    assert "Число в кружке – заводы в этом месте." in said(html)
    alone = report_links(sample.frame(sample.pair_rows()[:2]), lang="ru")
    assert not Page(alone).root.find("text", class_="count")
    assert "Число в кружке" not in said(alone)
