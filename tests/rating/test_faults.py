"""Whatever is wrong with data or scheme is told at once, with its place, or has a stated answer; no NaN goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from smezhnik.classifiers.regions import open_pack
from smezhnik.errors import CannotSay, InputFaults, describe_fault
from smezhnik.io.indicators import read_indicators
from smezhnik.io.schemes import list_schemes, parse_scheme, read_scheme
from smezhnik.regions.rating import make_tables, rate
from smezhnik.regions.rating.scheme import Missing, Scheme
from tests.rating.factories import small_scheme, small_table

SCHEME = """
code = "mine"
ru = "Мой рейтинг"
en = "My rating"
source_ru = "Росстат"
source_en = "Rosstat"
year = 2024

[weights]
method = "given"

[[blocks]]
code = "work"
ru = "Труд"
en = "Work"

[[indicators]]
code = "jobs"
ru = "Рабочие места"
en = "Jobs"
block = "work"
unit_ru = "тыс."
unit_en = "thousand"
better = "more"
weight = 0.6
least = 0

[[indicators]]
code = "waste"
ru = "Отходы"
en = "Waste"
block = "work"
unit_ru = "т"
unit_en = "t"
better = "less"
weight = 0.4
"""


def mine(*changes: tuple[str, str]) -> str:
    text = SCHEME
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def codes_of(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(InputFaults) as refused:
        parse_scheme(text, "mine.toml")
    for fault in refused.value.faults:
        assert describe_fault(fault, "ru") != describe_fault(fault, "en")
        assert fault.file == "mine.toml"
    return [(fault.code, fault.row) for fault in refused.value.faults]


def data(tmp_path: Path, text: str, scheme: Scheme) -> list[str]:
    """Codes and places of what is wrong with a file."""
    file = tmp_path / "данные.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputFaults) as refused:
        read = read_indicators(file, scheme)
        make_tables(read.frame, scheme, pack=open_pack() if scheme.regions else None, file=read.file, rows=read.rows,
                    headers=read.headers, found=read.faults)
    for fault in refused.value.faults:
        assert describe_fault(fault, "ru") != describe_fault(fault, "en")
    return [f"{fault.code} {fault.row} {fault.column}" for fault in refused.value.faults]


@pytest.mark.parametrize("name", list_schemes())
def test_a_shipped_scheme_is_sound_and_says_where_every_figure_is_from(name: str) -> None:
    scheme = read_scheme(name)
    assert scheme.note is not None
    for item in scheme.indicators:
        assert item.source is not None and item.source.ru and item.source.en


def test_a_scheme_that_is_right_is_read() -> None:
    scheme = parse_scheme(SCHEME, "mine.toml")
    assert [(item.code, item.direction, item.weight, item.year) for item in scheme.indicators] == [
        ("jobs", 1, 0.6, 2024), ("waste", -1, 0.4, 2024)]


@pytest.mark.parametrize(("change", "code", "row"), [
    (("weight = 0.4", "weight = 0.3"), "rating.weights_sum", 9),
    (("weight = 0.4", "weight = -0.4"), "rating.weight_below_zero", 36),
    (('better = "less"', 'better = "lower"'), "rules.wrong_choice", 35),
    (('block = "work"\nunit_ru = "т"', 'block = "works"\nunit_ru = "т"'), "rating.no_block", 32),
    (('code = "waste"', 'code = "jobs"'), "rating.code_twice", 28),
    (('unit_ru = "т"\n', ""), "rules.key_missing", 28),
    (('weight = 0.4', 'weight = 0.4\nper = "people"'), "rating.no_denominator", 37),
    (('[weights]', '[normalisation]\nmethod = "goalposts"\n\n[weights]'), "rating.no_goal", 20),
    (('[weights]', '[normalisation]\nmethod = "min_max"\nlow = 5\nhigh = 1\n\n[weights]'), "rating.ends", 9),
    (('[weights]', '[missing]\nmethod = "group_mean"\n\n[weights]'), "rating.no_group", 9),
    (('[weights]', '[joining]\nmethod = "geometric"\n\n[normalisation]\nmethod = "min_max"\nlow = -1\n\n[weights]'),
     "rating.below_zero_scale", 14),
    (('method = "given"', 'method = "envelopment"\nshares = [0.4, 0.5]'), "rating.shares", 11),
    (('method = "given"', 'method = "hierarchy"\ncomparisons = [{of = "work", matrix = [[1, 3], [3, 1]]}]'),
     "rating.comparison_mirror", 11),
    (('method = "given"', 'method = "hierarchy"\ncomparisons = [{of = "work", matrix = [[1]]}]'),
     "rating.comparison_size", 11),
    (('[[blocks]]', '[[blocks]]\ncode = "idle"\nru = "Пусто"\nen = "Idle"\n\n[[blocks]]'), "rating.hollow_block", 12),
    (('en = "Work"', 'en = "Work"\nparent = "work"'), "rating.circle", 16),
    (("year = 2024", "year = 2024\nyears = 3"), "rules.key_unknown", 8),
])
def test_each_slip_of_a_scheme_is_told_with_its_line(change: tuple[str, str], code: str, row: int) -> None:
    assert (code, row) in codes_of(mine(change))


def test_all_slips_of_a_scheme_are_told_together() -> None:
    found = codes_of(mine(('better = "more"', 'better = "up"'), ('en = "Waste"\n', "")))
    assert {code for code, _ in found} == {"rules.wrong_choice", "rules.key_missing"}


def test_relative_weights_need_no_sum() -> None:
    text = mine(("weight = 0.4", "weight = 3"), ('method = "given"', 'method = "given"\nrelative = true'))
    scheme = parse_scheme(text, "mine.toml")
    assert scheme.weighting.relative


def test_all_faults_of_the_data_come_at_once_with_their_places(tmp_path: Path) -> None:
    scheme = parse_scheme(mine(('year = 2024', 'year = 2024\nregions = true')), "mine.toml")
    found = data(tmp_path, "Регион;Год;Рабочие места;Отходы\n"
                 "Татарстан;2024;-5;1\n"
                 "Республика Татарстан;2024;7;2\n"
                 "Нигде;2024;много;3\n"
                 "Башкортостан;;8;1 т\n"
                 ";2024;8;1\n", scheme)
    assert found == ["not_number 4 Рабочие места", "rating.unit_in_cell 5 Отходы", "unknown_region 4 Регион",
                     "rating.no_region 6 Регион", "rating.no_year 5 Год", "rating.region_twice 3 Регион",
                     "rating.below_least 2 Рабочие места"]


def test_a_missing_column_names_the_nearest_and_a_repeated_one_both(tmp_path: Path) -> None:
    scheme = parse_scheme(SCHEME, "mine.toml")
    assert data(tmp_path, "region,jobs\nA,1\nB,2\n", scheme) == ["rating.no_column None None"]
    assert data(tmp_path, "region,jobs,Jobs,waste\nA,1,2,3\nB,2,2,2\n", scheme) == ["rating.column_twice 1 Jobs"]
    assert data(tmp_path, "имя,число\nA,1\n", scheme) == ["rating.no_header None None"]
    assert data(tmp_path, "region,jobs,waste\n", scheme) == ["rating.no_rows None None"]


def test_an_empty_cell_is_not_a_zero(tmp_path: Path) -> None:
    scheme = parse_scheme(SCHEME, "mine.toml")
    file = tmp_path / "data.csv"
    file.write_text("region,jobs,waste\nA,0,1\nB,,1\nC,4,3\nD,nan,2\n", encoding="utf-8")
    read = read_indicators(file, scheme)
    assert read.frame["jobs"].to_list() == [0.0, None, 4.0, None]


def test_zero_below_and_infinite_denominators_are_refused() -> None:
    people = '[[denominators]]\ncode = "people"\nru = "Люди"\nen = "People"\nunit_ru = "чел."\nunit_en = "people"\n\n'
    scheme = parse_scheme(mine(("[weights]", people + "[weights]"), ("weight = 0.4", 'weight = 0.4\nper = "people"')),
                          "mine.toml")
    frame = pl.DataFrame({"region": ["A", "B", "C"], "jobs": [1.0, 2, np.inf], "waste": [1.0, 2, 3],
                          "people": [0.0, -1, np.inf]})
    with pytest.raises(InputFaults) as refused:
        make_tables(frame, scheme)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [
        ("rating.denominator", 2), ("rating.denominator", 3), ("rating.denominator", 4), ("rating.not_finite", 4)]


def test_one_region_cannot_be_compared() -> None:
    with pytest.raises(CannotSay):
        rate(small_table([[1, 2, 3]]), small_scheme())


def test_indicators_that_tell_nothing_are_left_out_and_said() -> None:
    composite = rate(small_table([[1, 5, 2], [2, 5, 3], [3, 5, 1]]), small_scheme())
    assert composite.left_out == ("b",)
    assert [note.code for note in composite.notes] == ["rating.flat"]
    assert np.isfinite(composite.index).all()
    empty = rate(small_table([[1, np.nan, 2], [2, np.nan, 3], [3, np.nan, 1]]), small_scheme())
    assert [note.code for note in empty.notes] == ["rating.all_absent"]
    assert (empty.index == composite.index).all()


def test_a_block_that_keeps_no_indicator_is_refused() -> None:
    with pytest.raises(CannotSay) as refused:
        rate(small_table([[1, 2, 7], [2, 1, 7]]), small_scheme())
    assert refused.value.code == "rating.empty_blocks"


def test_a_region_of_which_too_little_is_known_is_not_rated_and_said() -> None:
    table = small_table([[1, 2, 3], [2, 3, 1], [3, np.nan, np.nan]])
    composite = rate(table, small_scheme(missing=Missing("none", least_share=0.5)))
    assert composite.table.regions == ("A", "B")
    assert composite.unrated["C"] == ("C", pytest.approx(1 / 3))
    assert [note.code for note in composite.notes] == ["rating.unrated"]


def test_the_weight_of_an_absent_indicator_is_shared_by_those_present() -> None:
    table = small_table([[0, 0, 0], [10, 10, 10], [10, np.nan, 10]])
    composite = rate(table, small_scheme((1, 1, 1), missing=Missing("none", least_share=0.5)))
    assert composite.index.tolist() == [0, 100, 100]


def test_a_region_without_any_weighted_value_is_told_not_given_a_nan() -> None:
    with pytest.raises(CannotSay) as refused:
        rate(small_table([[np.nan, np.nan, np.nan], [1, 2, 3], [2, 1, 1]]),
             small_scheme(missing=Missing("none", least_share=1.1)))
    assert refused.value.code == "rating.too_few"
