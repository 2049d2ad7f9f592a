"""The numbers of the page of a rating are those of the rating."""

from __future__ import annotations

import re

import numpy as np
import pytest

from smezhnik.classifiers.countries import in_language
from smezhnik.messages import format_number
from smezhnik.regions.rating import calc_gap, calc_plan, calc_uncertainty, find_alike, find_standings, part_places
from tests.report import measures
from tests.report.markup_of import Page
from tests.report.test_region_page import card, rows, shown

TABLE = measures.rated().composite.table
#: Names as a Russian page says them; such a name → the one of the file.
NAMES = [in_language(code, name, "ru") for code, name in zip(TABLE.regions, TABLE.names, strict=True)]
GIVEN = dict(zip(NAMES, TABLE.names, strict=True))


def number(text: str) -> float:
    return float(text.replace(" ", "").replace(",", ".").replace("−", "-").rstrip("%"))


def test_places_scores_and_intervals_are_those_of_the_rating() -> None:
    composite = measures.rated().composite
    spread = calc_uncertainty(composite, runs=300, seed=1)
    table = rows(card(measures.rating_page(name=None), "places").find("table")[0])
    assert len(table) == 51
    for cells in table:
        row = composite.row(GIVEN[cells[0]])
        assert number(cells[1]) == composite.places[row]
        assert cells[2] == shown(float(composite.index[row]), 1)
        low, high = int(np.floor(spread.low[row])), int(np.ceil(spread.high[row]))
        assert cells[4] == (str(low) if low == high else f"{low}–{high}")


def test_the_own_row_stands_out_and_the_target_is_drawn_to_it() -> None:
    figure = card(measures.rating_page(), "places")
    own = figure.find("tr", class_="own")
    assert len(own) == 1 and own[0].text.startswith("Польша 26")
    dashed = [row.text.split()[-3:] for row in figure.find("tbody")[0].find("tr") if row.find("path", class_="goal")]
    assert len(dashed) == 6
    assert "показаны места" in figure.text and len(figure.find("details")[0].find("tbody")[0].find("tr")) == 51


def test_who_cannot_be_told_apart_is_named() -> None:
    composite = measures.rated().composite
    spread = calc_uncertainty(composite, runs=300, seed=1)
    row = composite.row("Poland")
    alike = find_alike(composite, spread, row)
    assert alike and all(row in find_alike(composite, spread, other) for other in alike)
    said = card(measures.rating_page(), "places").text
    assert all(NAMES[other] in said for other in alike)


def test_the_waterfall_leads_from_the_other_to_the_own_score() -> None:
    composite = measures.rated().composite
    figure = card(measures.rating_page(), "gap")
    table = rows(figure.find("table", class_="fall")[0])
    assert table[0][0] == "Франция" and table[-1][0] == "Польша"
    terms = [number(line[2]) for line in table[1:-1]]
    row, other = composite.row("Poland"), composite.row("France")
    delta = float(composite.index[row] - composite.index[other])
    assert sum(terms) == pytest.approx(delta, abs=0.005 * len(terms))
    gap = calc_gap(composite, row, other)
    assert gap.terms.sum() == pytest.approx(delta, abs=1e-12)
    inner = [number(line[1]) for line in rows(figure.find("details")[0].find("table")[0])]
    assert inner == [pytest.approx(value, abs=0.0051) for value in sorted(gap.terms, key=lambda value: -abs(value))]


def test_a_change_is_shared_out_by_block_and_the_place_by_whose_score_moved() -> None:
    made = measures.rated(years=True)
    change = made.change
    assert change is not None
    at = change.regions.index("POL")
    html = measures.rating_page(years=True, nearest=True)
    table = rows(card(html, "moved").find("table", class_="fall")[0])
    assert number(table[0][2]) == pytest.approx(change.before[at], abs=0.051)
    assert sum(number(line[2]) for line in table[1:-1]) == pytest.approx(
        float(change.after[at] - change.before[at]), abs=0.05)
    own, others = part_places(change, at, made.scheme.ties)
    assert own + others == change.places_before[at] - change.places_after[at]
    assert f"{format_number(own, 'ru', 0, sign=True)} свой балл" in card(html, "moved").text
    assert "Сравнение с: Венгрия, Румыния, Италия." in card(html, "blocks").text


def test_the_plan_is_that_of_the_room_and_its_steps_reach_the_place() -> None:
    plan = calc_plan(measures.rated().composite, "Poland", gain=5)
    table = rows(card(measures.rating_page(), "plan").find("table")[0])
    assert len(table) == len(plan.moves)
    score = plan.score
    for cells, move in zip(table, plan.moves, strict=True):
        score += move.gain
        assert cells[0].startswith(move.indicator.title.ru)
        assert cells[2].endswith(shown(move.gain, 2, sign=True))
        assert number(cells[3]) == pytest.approx(score, abs=0.051)
    assert number(table[-1][4]) == plan.target
    assert f"место {int(plan.reached)}" in card(measures.rating_page(), "plan").text


def test_a_plan_out_of_reach_says_how_far_it_can_go() -> None:
    said = card(measures.rating_page(gain=25, limit=0.4), "plan").text
    assert re.search(r"На 25 мест не подняться.* предел – место \d+", said)
    assert "Что поднимет на" in said
    first = card(measures.rating_page(name="Switzerland"), "plan").text
    assert "Выше первого места подняться некуда" in first


def test_strong_and_weak_sides_are_those_that_weigh_most() -> None:
    composite = measures.rated().composite
    standings = [item for item in find_standings(composite, "Poland") if not item.level and not item.filled]
    strongest = max(standings, key=lambda item: (item.ahead or 0.0) * item.weight)
    figure = card(measures.rating_page(), "sides")
    assert rows(figure.find("table")[0])[0][0].startswith(strongest.title.ru)
    weights = {item.title.ru: (item.ahead or 0.0) * item.weight for item in standings}
    for table, sense in zip(figure.find("table"), (1, -1), strict=True):
        found = [weights[max((title for title in weights if cells[0].startswith(title)), key=len)]
                 for cells in rows(table)]
        assert all(sense * value > 0 for value in found) and found == sorted(found, key=lambda value: -sense * value)


def test_every_indicator_stands_with_its_value_and_source() -> None:
    table = rows(card(measures.rating_page(), "indicators").find("table")[0])
    assert len(table) == 49 and all("COINr" in cells[-1] for cells in table)
    page = Page(measures.rating_page("en"))
    assert page.root.find("h1")[0].text.startswith("Poland: place 26 of 51, interval ")
