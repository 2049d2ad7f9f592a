"""The page of a region and of a rating as pages: nothing leaves them, nothing breaks out, everybody can read them."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from pathlib import Path

import polars as pl
import pytest

from smezhnik.messages import catalogue
from smezhnik.workflows.region_page import RegionFiles, report_region_files
from tests.report import measures
from tests.report.markup_of import Page
from tests.report.test_page import HOSTILE

KINDS = ["region ru", "region en", "public ru", "public en", "rated ru", "rated en", "moved ru", "moved en", "all ru",
         "all en"]


@pytest.fixture(params=KINDS)
def html(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    kind, lang = request.param.split()
    if kind in ("region", "public"):
        return measures.region_page(tmp_path, lang, public=kind == "public").reported.page
    if kind == "moved":
        return measures.rating_page(lang, years=True, nearest=True)
    return measures.rating_page(lang, "Poland" if kind == "rated" else None)


def test_nothing_is_fetched_and_the_policy_allows_just_this_style_and_script(html: str) -> None:
    page = Page(html)
    assert page.fetched() == []
    assert not re.search(r"https?://", html)
    policy = next(item.attributes["content"] for item in page.root.find("meta")
                  if item.attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    for tag in ("style", "script"):
        found = page.root.find(tag)
        digest = base64.b64encode(hashlib.sha256("".join(found[0].pieces).encode()).digest()).decode()
        assert len(found) == 1 and f"{tag}-src 'sha256-{digest}'" in policy
    assert not [item for item in page.root.find() for name in item.attributes if name == "style"
                or name.startswith("on")]


def test_every_drawing_has_a_name_and_every_chart_a_description(html: str) -> None:
    page = Page(html)
    for drawing in page.root.find("svg"):
        assert drawing.hidden or (drawing.attributes.get("role") == "img" and drawing.find("title")[0].text), drawing
    for chart in page.root.find("svg", class_="plot"):
        assert len(chart.find("desc")[0].text) > 40


def test_every_table_has_a_caption_and_every_row_as_many_cells_as_heads(html: str) -> None:
    tables = Page(html).root.find("table")
    assert tables
    for table in tables:
        assert table.find("caption")[0].text
        heads = table.find("thead")[0].find("th")
        assert all(head.attributes.get("scope") == "col" and head.text for head in heads)
        for row in table.find("tbody")[0].find("tr"):
            assert len(row.children) == len(heads)
            assert row.children[0].attributes.get("scope") == "row" and row.children[0].text


def test_ids_are_unique_and_headings_go_down_one_level_at_a_time(html: str) -> None:
    page = Page(html)
    ids = [item.attributes["id"] for item in page.root.find() if "id" in item.attributes]
    assert len(ids) == len(set(ids))
    levels = [int(item.tag[1]) for item in page.root.find() if re.fullmatch(r"h[1-6]", item.tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_figure_says_its_formula_source_and_how_to_cite_it(html: str) -> None:
    page = Page(html)
    number = re.findall(r"[PR]-2\d{3}-[0-9A-F]{10}", page.root.find("footer")[0].text)[0]
    cards = page.root.find("section", class_="figure-card")
    for place, card in enumerate(cards, 1):
        foot = card.find("div", class_="source")[0]
        cite = foot.find("span", class_="cite")[0].text
        assert number in cite and re.search(rf"(рис\.|fig\.) {place} \({card.attributes['id']}\)", cite)
        assert re.search(r"(Источник|Source): .*(20\d\d|Бельгия, 2020|Belgium 2020)", foot.text), foot.text
        assert len(foot.children) >= 3 and all(line.text for line in foot.children)


def test_no_key_and_no_hole_reaches_the_reader(html: str) -> None:
    said = Page(html).said
    assert not [code for code in catalogue() if code.startswith(("report.", "rating.", "cli.")) and code in said]
    assert not re.search(r"\bNone\b|\bnan\b|\binf\b|\{|\}", said)


def test_an_english_page_has_no_russian_word(tmp_path: Path) -> None:
    pages = [measures.region_page(tmp_path, "en").reported.page, measures.rating_page("en"),
             measures.rating_page("en", None), measures.rating_page("en", years=True, nearest=True),
             measures.region_page(tmp_path, "en", public=True).reported.page]
    for html in pages:
        assert re.findall("[А-Яа-яё]+", Page(html).said) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(name: str, tmp_path: Path) -> None:
    codes = tuple(f"{name} {place}" for place in range(6))
    regions = tuple(f"{name} {place}" for place in range(5))
    output = measures.write_output(tmp_path, codes=codes, regions=regions, source=name)
    made = report_region_files(RegionFiles(output), regions[0], unit=name, title=name, issuer=name)
    page = Page(made.reported.page)
    assert len(page.root.find("script")) == 1 and len(page.root.find("style")) == 1
    assert page.root.find("img") == []
    assert not [item for item in page.root.find() for attribute in item.attributes if attribute.startswith("on")]
    assert re.sub(r"\s+", " ", name) in page.said


def test_the_number_is_that_of_the_figures_not_of_the_words(tmp_path: Path) -> None:
    def number(html: str) -> str:
        return re.findall(r"[PR]-2\d{3}-[0-9A-F]{10}", html)[0]

    made = [measures.region_page(tmp_path, lang).reported.page for lang in ("ru", "en")]
    assert number(made[0]) == number(made[1])
    assert number(made[0]) != number(measures.region_page(tmp_path, region="RU-CHE").reported.page)
    assert number(made[0]) != number(measures.region_page(tmp_path, public=True).reported.page)
    assert number(measures.rating_page("ru")) == number(measures.rating_page("en"))
    assert number(measures.rating_page("ru")) != number(measures.rating_page("ru", "Italy"))


def test_the_same_facts_give_the_same_page(tmp_path: Path) -> None:
    assert measures.region_page(tmp_path).reported.page == measures.region_page(tmp_path).reported.page


def test_a_table_without_names_firms_or_a_second_year_still_makes_a_page(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    pl.DataFrame([(f"T{row}", f"A{column}", 1 + (7 * row + 3 * column) % 5 * (column != row)) for row in range(5)
                  for column in range(6)], schema=["territory", "activity", "value"], orient="row").with_columns(
        year=pl.lit(2024)).write_csv(path)
    page = Page(report_region_files(RegionFiles(path), "T1").reported.page)
    ids = {card.attributes["id"] for card in page.root.find("section", class_="figure-card")}
    assert {"structure", "peers"} <= ids and not ids & {"change", "specialisation", "growth-share"}
    assert "в таблице нет более раннего года" in page.said
