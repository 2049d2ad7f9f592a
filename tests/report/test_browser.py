"""The page in a real browser: asks for nothing, fits every width, works by hand, by key and without script."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from smezhnik.report import report_links
from smezhnik.workflows.cluster_page import report_cluster_files
from smezhnik.workflows.output import Asked
from smezhnik.workflows.region_page import RegionFiles, report_region_files
from tests.report import measures, sample

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages as files: everything on one, two regions on the other, a cluster with its repair on the third."""
    folder = tmp_path_factory.mktemp("report")
    pages = {
        "whole": report_links(sample.sample_links(), lang="ru", needs=sample.sample_needs(),
                              offers=sample.sample_offers(), issuer="Министерство промышленности", sample=True,
                              made_at=dt.datetime(2026, 11, 23, 9, 12, tzinfo=dt.UTC)),
        "pair": report_links(sample.frame(sample.pair_rows()), lang="en"),
        "cluster": report_cluster_files(EXAMPLES / "cluster", "ru-779", on=dt.date(2026, 11, 22), lang="ru",
                                        network=EXAMPLES / "network", sample=True).reported.page,
        "region": report_region_files(
            RegionFiles(EXAMPLES / "regions" / "sales.csv", organisations=EXAMPLES / "demo" / "organisations.csv"),
            "RU-CHE", Asked("okved2007", 3, (10, 33)), unit="млн ₽").reported.page,
        "place": measures.rating_page("ru"),
        "rating": measures.rating_page("en", None),
    }
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in pages}


class Visit:
    """A page open in the browser, with all that it complained of and asked for."""

    def __init__(self, chromium: Any, file: Path, width: int = 1440, **options: Any) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.context.close()
        assert self.complaints == []
        assert [address for address in self.asked if not address.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("name", ["whole", "pair", "cluster", "region", "place", "rating"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (768, "light"), (1180, "light"),
                                               (1440, "light"), (1440, "dark")])
def test_nothing_sticks_out_at_any_width(chromium: Any, files: dict[str, Path], name: str, width: int,
                                         scheme: str) -> None:
    with Visit(chromium, files[name], width, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        assert page.evaluate("document.fonts.check('13px \"Golos Text\"', document.querySelector('h1').textContent)")
        smallest = page.evaluate("""Math.min(...Array.from(document.querySelectorAll('main *, footer *'))
            .filter((e) => e.checkVisibility())
            .filter((e) => Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.data.trim()))
            .map((e) => parseFloat(getComputedStyle(e).fontSize)
                 * (e.ownerSVGElement ? e.ownerSVGElement.getScreenCTM().a : 1)))""")
        assert smallest >= 10.5
        assert len(page.screenshot()) > 20_000


def test_on_a_phone_rows_are_cards_whose_words_have_the_room(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"], 390) as page:
        row = page.locator("[data-row]:visible").first
        assert row.locator(".who").bounding_box()["width"] > 180
        assert row.locator(".gaps").bounding_box()["width"] > 240
        assert row.locator("svg.stack").bounding_box()["width"] > 200
        assert row.locator("td.r").first.is_hidden()
        assert not page.locator("table.rows thead").first.is_visible() or \
            page.locator("table.rows thead").first.bounding_box()["width"] <= 1


def test_chips_and_search_leave_what_fits_and_say_how_many(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"]) as page:
        page.click('.chip[data-group="grade"][data-value="D"]')
        expected = int(page.inner_text('.chip[data-value="D"] b'))
        assert int(page.inner_text("[data-shown-rows]")) == expected
        assert page.locator("[data-row]:visible").count() == expected
        page.click('.chip[data-group="basis"][data-value="inferred"]')
        assert int(page.inner_text("[data-shown-rows]")) < expected
        assert page.inner_text("[data-selection]") == "" or "D" in page.text_content("[data-selection]")
        page.click("[data-all]")
        page.fill("[data-find]", "прокат 09г2с")
        assert page.locator("[data-card]:visible").count() == 1
        page.fill("[data-find]", "такого нет")
        assert page.locator("[data-nothing]").is_visible()


def test_show_more_opens_the_rest_of_a_card(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"]) as page:
        card = page.locator("[data-card]", has_text="2026-118")
        assert card.locator("[data-row]:visible").count() == 5
        card.locator(".more-button").click()
        assert card.locator("[data-row]:visible").count() == 10
        assert not card.locator(".more-button").is_visible()


def test_a_heading_sorts_and_absent_values_stay_last_both_ways(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"]) as page:
        card = page.locator("[data-card]", has_text="2026-118")
        for direction in ("descending", "ascending"):
            card.locator('th[data-sort="free"] button').click()
            assert card.locator('th[data-sort="free"]').get_attribute("aria-sort") == direction
            values = [row.get_attribute("data-free") for row in card.locator("[data-row]").all()]
            numbers = [float(value) for value in values if value]
            assert numbers == sorted(numbers, reverse=direction == "descending")
            assert values[len(numbers):] == [""] * (len(values) - len(numbers))


def test_everything_can_be_done_with_the_keyboard_alone(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(2):
            page.keyboard.press("j")
        row = page.locator("[data-row]:visible").nth(1)
        assert not row.locator(".full").is_visible()
        page.keyboard.press("Enter")
        assert row.locator(".full").is_visible()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.matches('[data-find]')")


def test_the_reader_may_turn_the_lights_on_and_off(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"], color_scheme="light") as page:
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.click("[data-theme-switch]")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 21, 27)" != before


def test_without_script_all_candidates_are_there_and_open_by_themselves(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"], java_script_enabled=False) as page:
        assert page.locator("[data-row]:visible").count() == 36
        row = page.locator("[data-row]").nth(3)
        assert not row.locator(".full").is_visible()
        row.locator("summary").click()
        assert row.locator(".full").is_visible()
        assert not page.locator("[data-print]").is_visible()


def test_paper_is_a4_on_its_side_with_numbered_sheets(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"]) as page:
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        sheets = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", paper)
        assert len(sheets) >= 3
        assert {(round(float(wide)), round(float(tall))) for wide, tall in sheets} == {(842, 595)}
        page.emulate_media(media="print")
        assert page.locator(".frame").is_visible()
        assert not page.locator(".chips").is_visible()
        assert not page.locator(".more-button").first.is_visible()


def test_words_can_be_spaced_out_and_enlarged_without_loss(chromium: Any, files: dict[str, Path]) -> None:
    """WCAG 2.1, 1.4.12 (text spacing) at 1.4.10 (reflow at 320 px)."""
    with Visit(chromium, files["pair"], 320, bypass_csp=True) as page:
        page.add_style_tag(content="* { line-height: 1.5 !important; letter-spacing: .12em !important; "
                                   "word-spacing: .16em !important; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_trace_of_a_criterion_opens_under_its_row(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["cluster"]) as page:
        row = page.locator('[data-criterion="jobs"]')
        assert not row.locator(".full").is_visible()
        row.locator("summary").click()
        assert row.locator(".trace").is_visible()
        assert "записано по памяти" in row.locator(".trace").inner_text()


def test_the_chain_is_a_drawing_at_a_desk_and_a_list_on_a_phone(chromium: Any, files: dict[str, Path]) -> None:
    for width, drawn in ((1440, True), (390, False)):
        with Visit(chromium, files["cluster"], width) as page:
            assert page.locator("svg.chain").is_visible() is drawn
            assert page.locator(".tier").first.is_visible() is not drawn


def test_words_of_the_verdict_stay_in_their_columns(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["cluster"]) as page:
        for row in page.locator(".law .cand > tr:first-child").all():
            light, what = row.locator(".light").bounding_box(), row.locator(".what").bounding_box()
            assert light["x"] + light["width"] <= what["x"]


@pytest.mark.parametrize("name", ["whole", "pair"])
def test_paper_keeps_tables_as_tables_and_leaves_weak_candidates_to_the_screen(chromium: Any, files: dict[str, Path],
                                                                               name: str) -> None:
    with Visit(chromium, files[name], 1009) as page:  # A4 on its side without margins, px
        page.emulate_media(media="print")
        shown = "(row) => getComputedStyle(row).display"
        assert {row.evaluate(shown) for row in page.locator("table.best tbody tr").all()} == {"table-row"}
        assert {row.evaluate(shown) for row in page.locator(".rows tbody.cand:not(.weaker)").all()} == {
            "table-row-group"}
        assert {row.evaluate(shown) for row in page.locator(".rows tbody.weaker").all()} <= {"none"}
        assert page.locator("[data-card]:visible").count() == page.locator("[data-card]").count()


def test_paper_shows_what_the_filter_shows(chromium: Any, files: dict[str, Path]) -> None:
    with Visit(chromium, files["whole"], 1009) as page:
        page.locator("[data-find]").fill("флоат")
        page.emulate_media(media="print")
        assert page.locator("[data-card]:visible").count() == 2


def test_on_a_phone_numbers_have_their_names_and_every_filter_is_in_sight(chromium: Any, files: dict[str, Path]
                                                                          ) -> None:
    with Visit(chromium, files["whole"], 390) as page:
        row = page.locator("table.best tbody tr").first
        said = [cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") for cell in
                row.locator(".p, .sum, .fact").all()]
        assert [text.split(",")[0].strip('" :') for text in said] == ["вероятность", "сумма", "из неё вместо импорта",
                                                                     "путь"]
        for chip in page.locator(".chip").all():
            box = chip.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
