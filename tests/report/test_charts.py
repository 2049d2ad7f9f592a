"""Bars, ribbons and maps: lengths are the numbers, on one scale, from zero; names do not lie on each other."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from smezhnik.report.amounts import COUNT, Scale, money_scale
from smezhnik.report.charts import bar, reason_bar, reason_scale, stacked_bar
from smezhnik.report.map import Arrow, Dot, draw_map
from smezhnik.report.sankey import Flow, draw_sankey
from smezhnik.types import Lang
from tests.report.markup_of import Element, Page

MONEY = Scale("mln_rub_year", 1_000.0, 0)


def drawn(markup: str) -> Element:
    return Page(str(markup)).root


def number(item: Element, name: str) -> float:
    return float(item.attributes[name])


def test_one_unit_of_log_odds_is_equally_long_in_every_column() -> None:
    scale = reason_scale({"text": (-0.2, 2.6), "code": (0.0, 0.9), "distance": (-0.4, 0.4)}, room=330, least=46)
    lengths = {}
    for reason, value in (("text", 2.6), ("code", 0.9), ("distance", -0.4)):
        box = drawn(reason_bar(reason, value, scale, "ru")).find("rect")[0]
        lengths[value] = number(box, "width") / abs(value)
    assert max(lengths.values()) - min(lengths.values()) < 0.05
    assert sum(max(scale.width(reason), 46) for reason in scale.above) <= 330.001


def test_bars_of_one_column_start_at_one_zero_line_and_grow_to_both_sides() -> None:
    scale = reason_scale({"distance": (-0.4, 0.4)}, room=200, least=46)
    up, down = (drawn(reason_bar("distance", value, scale, "ru")) for value in (0.3, -0.3))
    zero = {re.findall(r"M([\d.]+)", item.find("path")[0].attributes["d"])[0] for item in (up, down)}
    assert len(zero) == 1
    at = float(zero.pop())
    assert number(up.find("rect")[0], "x") == pytest.approx(at, abs=0.1)
    assert number(down.find("rect")[0], "x") + number(down.find("rect")[0], "width") == pytest.approx(at, abs=0.1)
    assert up.find("rect", class_="bar-p")
    assert down.find("rect", class_="bar-n")
    assert drawn(reason_bar("distance", 0.0, scale, "ru")).find("rect") == []


def test_the_pieces_of_a_stacked_bar_are_as_long_as_their_terms() -> None:
    pieces = drawn(stacked_bar([1.0, 2.0, -0.5], -1, 4, "почему")).find("rect")
    assert [number(piece, "width") for piece in pieces] == pytest.approx([120, 60, 30])
    assert [piece.attributes["class"] for piece in pieces] == ["bar-p", "bar-p", "bar-n"]


def test_an_absent_value_is_hatched_and_zero_is_a_line() -> None:
    assert "url(#hatch)" in bar(None, 10, "нет данных")
    assert number(drawn(bar(0.0, 10, "0")).find("rect")[0], "width") == 1
    assert number(drawn(bar(10.0, 10, "10", width=80)).find("rect")[0], "width") == 80


@pytest.mark.parametrize(("largest", "fine", "unit", "decimals"), [
    (999.0, False, "th_rub_year", 0), (1_000.0, False, "mln_rub_year", 1), (99_999.0, False, "mln_rub_year", 1),
    (100_000.0, False, "mln_rub_year", 0), (100_000.0, True, "mln_rub_year", 1), (1_000_000.0, True, "mln_rub_year", 0),
])
def test_one_unit_and_one_number_of_decimals_suit_the_largest_sum(largest: float, fine: bool, unit: str,
                                                                  decimals: int) -> None:
    scale = money_scale([None, 5.0, largest], fine=fine)
    assert (scale.unit, scale.decimals) == (unit, decimals)


@pytest.mark.parametrize(("lang", "said"), [("ru", "1 486 млн ₽/год"), ("en", "1,486 mn ₽ a year")])
def test_money_is_written_as_its_language_does(lang: Lang, said: str) -> None:
    assert money_scale([1_486_000.0]).full(1_486_000.0, lang) == said.replace(" ", "\u00a0")
    assert money_scale([]).text(None, lang) == "–"


FLOWS = [Flow("Прокат", "Насосы", 240_000, "a", "b", "a"), Flow("Прокат", "Окна", 60_000, "a", "b", "a"),
         Flow("Химия", "Окна", 100_000, "a", "b", "a"),
         Flow("Профиль ПВХ оконный трёхкамерный", "Окна", 50_000, "b", "a", "b")]


def sankey(width: int = 676, margin: int = 196) -> Element:
    return drawn(draw_sankey(FLOWS, title="Кто кому", heads=("Что", "Кому"), halves={"a": "Башкортостан, 400"},
                             scale=MONEY, lang="ru", width=width, margin=margin, class_="wide"))


@pytest.mark.parametrize(("width", "margin"), [(676, 196), (334, 108)])
def test_blocks_are_as_tall_as_their_sums_and_both_columns_share_the_scale(width: int, margin: int) -> None:
    blocks = sankey(width, margin).find("rect")
    heights = sorted(number(block, "height") for block in blocks)
    # Left 300, 100, 50; right 240, 160 and, of the other colour, 50.
    per_unit = heights[-1] / 300
    assert [round(height / per_unit) for height in heights] == [50, 50, 100, 160, 240, 300]


@pytest.mark.parametrize(("width", "margin"), [(676, 196), (334, 108)])
def test_labels_of_a_column_do_not_lie_on_each_other(width: int, margin: int) -> None:
    chart = sankey(width, margin)
    for anchor in ("start", "end"):
        lines = sorted(number(line, "y") for text in chart.find("text", text_anchor=anchor)
                       for line in text.find("tspan") if "y" in line.attributes)
        assert all(after - before >= 15.9 for before, after in itertools.pairwise(lines))


def test_each_label_has_its_value_and_ribbons_take_the_colour_of_their_origin() -> None:
    chart = sankey()
    said = [text.text for text in chart.find("text")]
    assert {"Насосы 240", "Окна 160", "Окна 50", "Прокат 300", "Химия 100", "Башкортостан, 400"} <= set(said)
    assert [flow.attributes["class"] for flow in chart.find("path")].count("flow fill-a") == 3


def test_equal_ends_are_one_block_unless_they_belong_to_different_halves() -> None:
    def blocks(part: str) -> int:
        flows = [Flow("А", "Цель", 1.0, "a", "o"), Flow("Б", "Цель", 1.0, "b", "o", part)]
        return len(drawn(draw_sankey(flows, title="t", heads=("", ""), halves={}, scale=COUNT, lang="ru", width=300,
                                     margin=100, class_="")).find("rect"))

    assert (blocks(""), blocks("b")) == (3, 4)


def test_what_sums_up_the_small_stands_last() -> None:
    flows = [Flow("прочее, 3", "Ц", 9.0), Flow("А", "Ц", 1.0)]
    chart = drawn(draw_sankey(flows, title="t", heads=("", ""), halves={}, scale=COUNT, lang="ru", width=300,
                              margin=100, class_="", rest={"прочее, 3"}))
    assert [text.text for text in chart.find("text", text_anchor="end")][1:] == ["А 1", "прочее, 3 9"]


def test_counts_stand_in_for_money_where_there_are_no_prices() -> None:
    chart = drawn(draw_sankey([Flow("А", "Б", 3)], title="t", heads=("", ""), halves={}, scale=COUNT, lang="ru",
                              width=300, margin=100, class_=""))
    assert "А 3" in [text.text for text in chart.find("text")]


def square(left: float, top: float, size: float = 100.0) -> list[list[tuple[float, float]]]:
    return [[(left, top), (left + size, top), (left + size, top + size), (left, top + size), (left, top)]]


OUTLINES = {"A": square(0, 0), "B": square(100, 0), "C": square(200, 0), "FAR": square(9_000, 9_000)}


def planar_map(dots: list[Dot], arrows: list[Arrow] | None = None) -> Element:
    return drawn(draw_map(OUTLINES, {"A": "a", "B": "b", "NOWHERE": "o"}, {"A": "Первый", "B": "Второй"}, dots,
                          arrows or [], title="Где", width=440, class_="wide"))


def test_only_the_regions_concerned_are_tinted_and_named() -> None:
    found = planar_map([])
    assert [item.attributes["class"] for item in found.find("path")] == ["land", "land a", "land b"]
    assert {text.text for text in found.find("text", class_="region-name")} == {"ПЕРВЫЙ", "ВТОРОЙ"}


def test_near_places_share_one_dot_and_one_label() -> None:
    found = planar_map([Dot("x", 50, 50, "Ишимбай", "a", 2), Dot("y", 51, 51, "Салават", "a", 3),
                        Dot("z", 150, 50, "Миасс", "b")])
    assert len(found.find("circle")) == 2
    said = [text.text for text in found.find("text")]
    assert "Салават, Ишимбай" in said
    assert "5" in said
    assert "Миасс" in said


def test_arrows_are_as_thick_as_their_sums_and_dashed_when_inferred() -> None:
    dots = [Dot("x", 20, 20, "Икс", "a"), Dot("y", 180, 80, "Игрек", "b")]
    found = planar_map(dots, [Arrow("x", "y", 100.0, "a"), Arrow("y", "x", 50.0, "b", inferred=True)])
    arcs = found.find("path", class_="arc")
    assert [number(arc, "stroke-width") for arc in arcs] == pytest.approx([7.0, 4.12], abs=0.01)
    assert "inferred" in arcs[1].attributes["class"]
    assert arcs[0].attributes["d"] != arcs[1].attributes["d"]


def test_an_arrow_inside_one_merged_place_is_not_drawn() -> None:
    dots = [Dot("x", 50, 50, "Икс", "a"), Dot("y", 50.5, 50.5, "Игрек", "a")]
    assert planar_map(dots, [Arrow("x", "y", 1.0, "a")]).find("path", class_="arc") == []


def test_names_on_a_map_keep_off_dots_and_each_other() -> None:
    dots = [Dot(f"{x} {y}", x * 30 + 10, y * 30 + 10, "Город", "a") for x in range(6) for y in range(3)]
    found = planar_map(dots)
    spots = [(number(line, "x"), number(line, "y")) for text in found.find("text", class_="t")
             for line in text.find("tspan")]
    assert len(spots) >= 12
    assert len(spots) == len(set(spots))


def _curve(arc: Element) -> list[tuple[float, float]]:
    """Points along the drawn line: M x y Q x y x y."""
    x0, y0, x1, y1, x2, y2 = map(float, re.findall(r"-?\d+\.\d+|-?\d+", arc.attributes["d"]))
    shares = [((1 - t) ** 2, 2 * t * (1 - t), t * t) for t in (step / 40 for step in range(41))]
    return [(a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2) for a, b, c in shares]


def test_an_arrow_bends_past_the_dots_of_other_places() -> None:
    dots = [Dot("x", 10, 50, "Икс", "a"), Dot("y", 190, 50, "Игрек", "b")]
    free = _curve(planar_map(dots, [Arrow("x", "y", 1.0, "a")]).find("path", class_="arc")[0])
    middle = free[20]
    # a place right where the arrow would pass: in the plane of the outlines, 440 px wide with its margins
    shown = planar_map(dots).find("circle")
    left, top = number(shown[0], "cx"), number(shown[0], "cy")
    scale = (number(shown[1], "cx") - left) / 180
    between = Dot("z", 10 + (middle[0] - left) / scale, 50 + (middle[1] - top) / scale)
    found = planar_map([*dots, between], [Arrow("x", "y", 1.0, "a")])
    dot = next(c for c in found.find("circle") if abs(number(c, "cx") - middle[0]) < 2)
    line = _curve(found.find("path", class_="arc")[0])
    assert min(math.hypot(x - number(dot, "cx"), y - number(dot, "cy")) for x, y in line) > 4


def test_the_name_of_a_place_stands_where_no_arrow_crosses_it() -> None:
    dots = [Dot("x", 20, 50, "", "a"), Dot("y", 150, 50, "Игрек", "b")]
    found = planar_map(dots, [Arrow("y", "x", 1.0, "a")])
    (name,) = found.find("text", class_="halo")
    spot = name.find("tspan")[0]
    left, base = number(spot, "x"), number(spot, "y")
    assert not [1 for x, y in _curve(found.find("path", class_="arc")[0])
                if left < x < left + 40 and base - 12 < y < base + 3]
