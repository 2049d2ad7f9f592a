"""Classifications: counts, trees, covering, reading of codes as people write them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.classifiers import SYSTEMS, Classifier, load, load_edition
from smezhnik.errors import InputError, UnknownCode, describe_fault

OKPD2, OKVED2, TNVED = load("okpd2"), load("okved2"), load("tnved")


def levels(system: str) -> Counter[str]:
    classifier = load(system)
    return Counter(classifier.level(code) for code in classifier)


def test_okpd2_has_the_rows_that_its_source_counts() -> None:
    # data/classifiers/README.md: 20 328 rows, 21 letters, 88 classes … 14 653 codes of nine digits
    counts = levels("okpd2")
    nine = counts.pop("category") + counts.pop("subcategory")
    assert nine == 14_653
    assert counts == {"section": 21, "class": 88, "subclass": 271, "group": 619, "subgroup": 1_463, "kind": 3_213}
    assert len(OKPD2) == 20_328


def test_okved2_has_the_rows_that_its_source_counts() -> None:
    assert levels("okved2") == {"section": 21, "class": 88, "subclass": 272, "group": 623, "subgroup": 1_228,
                                "kind": 667}


def test_tnved_has_the_rows_that_its_source_counts_and_marks_the_restored_ones() -> None:
    marks = Counter((len(code), TNVED.show(code).mark) for code in TNVED if code.isdigit())
    whole = sum(count for (digits, mark), count in marks.items() if digits == 10 and mark in ("", "cut"))
    assert whole == 12_715
    assert marks[4, ""] == 957
    assert marks[2, ""] == 96
    assert sum(not code.isdigit() for code in TNVED) == 22
    assert marks[4, "hs"] + marks[4, "earlier"] == 271  # the source lost these of 1 228 headings
    assert marks[4, "earlier"] == 11
    assert marks[6, "hs"] == 2_509
    assert marks[8, "lost"] == 1_571
    assert all(TNVED.name(code) for code in TNVED if TNVED.show(code).mark != "lost")


def test_okei_has_525_units() -> None:
    assert len(load("okei")) == 525
    assert load("okei").name("796") == "Штука"


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_every_code_reads_back_as_itself_and_lies_under_its_parent(system: str) -> None:
    classifier = load(system)
    for code in classifier:
        assert classifier.normalise(code) == code
        parent = classifier.parent(code)
        assert parent is None or (classifier.covers(parent, code) and not classifier.covers(code, parent))


@pytest.mark.parametrize("system", ["okpd2", "okved2", "tnved", "hs2022", "nace2"])
def test_children_of_all_codes_are_all_codes_but_the_top(system: str) -> None:
    classifier = load(system)
    parents = Counter(classifier.parent(code) for code in classifier)
    top = classifier.children(None)
    assert parents[None] == len(top)
    for code in top[:3]:
        assert len(classifier.children(code)) == parents[code]


def test_a_prefix_covers_what_begins_with_its_digits() -> None:
    assert OKPD2.covers("13.2", "13.20.44.120")
    assert OKPD2.covers("13.20.4", "13.20.44.120")
    assert not OKPD2.covers("13.20.44.120", "13.2")
    assert not OKPD2.covers("13.3", "13.20.44.120")


def test_a_category_covers_its_subcategories_because_its_zero_only_fills_the_code() -> None:
    assert OKPD2.covers("25.73.40.270", "25.73.40.276")
    assert not OKPD2.covers("25.73.40.276", "25.73.40.270")
    assert OKPD2.parent("25.73.40.276") == "25.73.40.270"
    assert OKPD2.children("25.73.40.270")[0] == "25.73.40.271"


def test_a_section_covers_the_codes_of_its_classes() -> None:
    assert OKPD2.covers("C", "23.12.13")
    assert not OKPD2.covers("A", "23.12.13")
    assert OKPD2.path("23.12.13") == ["C", "23", "23.1", "23.12", "23.12.1", "23.12.13"]


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(OKPD2.codes), st.integers(1, 12), st.integers(1, 12))
def test_covering_is_transitive(code: str, first: int, second: int) -> None:
    digits = code.replace(".", "")
    shorter, longer = sorted((digits[:first], digits[:second]), key=len)
    assert OKPD2.covers(longer, code) == OKPD2.covers(longer, digits)
    if OKPD2.covers(shorter, longer) and OKPD2.covers(longer, code):
        assert OKPD2.covers(shorter, code)


SLOPPY = st.sampled_from([
    lambda code: code.replace(".", ""), lambda code: code + ".", lambda code: f"  {code} ",
    lambda code: code.replace("0", "О"), lambda code: code.replace("0", "O"), lambda code: code.replace(".", ","),
    lambda code: code.replace(".", " "), lambda code: code.replace(".", "\u00a0."), lambda code: f"ОКПД2: {code}",
    lambda code: f"'{code}", lambda code: f"Код {code}",
])


@settings(derandomize=True, deadline=None)
@given(st.sampled_from([code for code in OKPD2 if code[0].isdigit()]), SLOPPY)
def test_a_sloppily_written_code_is_read(code: str, written: object) -> None:
    assert OKPD2.normalise(written(code)) == code  # type: ignore[operator]


@pytest.mark.parametrize(("written", "meant"), [
    ("1.11", "01.11"), (1.11, "01.11"), (2312.0, "23.12"), ("С", "C"), ("13.20.00.000", "13.20"),
    ("13.20.44.12", "13.20.44.120"), ("23.12 Стекло листовое гнутое", "23.12"), ("23. 12. 13", "23.12.13"),
    ("23.12.13 – «Зеркала»", "23.12.13"), ("2312 Стекло", "23.12"), ("ОКПД 2 – 23.12", "23.12"),
    ("23-12-13", "23.12.13"),
])
def test_okpd2_reads_what_spreadsheets_and_hands_make_of_codes(written: object, meant: str) -> None:
    assert OKPD2.read(written) == (meant, None)


@pytest.mark.parametrize(("written", "meant"), [
    (101210000, "0101210000"), ("7003 20 000 0", "7003200000"), ("010121", "0101210000"), ("700312", "700312"),
])
def test_tnved_reads_what_spreadsheets_and_hands_make_of_codes(written: object, meant: str) -> None:
    assert TNVED.read(written) == (meant, None)


@pytest.mark.parametrize("empty", [None, "", "  ", "-", "–"])
def test_an_empty_cell_is_neither_a_code_nor_a_fault(empty: object) -> None:
    assert OKPD2.read(empty) == (None, None)


@pytest.mark.parametrize(("written", "fault", "nearest"), [
    ("23.12.13.199", "code_unknown", "23.12.13"),
    (13.2, "code_number", "13.2"),
    ("13.20.44.1", "code_level", "13.20.44"),
    ("23.1.2", "code_form", "23.12"),
    ("стекло", "code_form", None),
    ("7,00319E+09", "number_exponent", None),
    (dt.date(2025, 11, 1), "code_date", "01.11"),
    ("01.ноя", "code_date", "01.11"), ("01.11.2025", "code_date", "01.11"),
    ("99.99", "code_unknown", "99"),
    ("23.12; 25.11", "code_form", None), ("23.12, 25.11", "code_form", None), ("23.12 25.11", "code_form", None),
    ("10 шт", "code_form", None), (float("nan"), "code_form", None), (float("inf"), "code_form", None),
    (-5, "code_form", None), (True, "code_form", None),
])
def test_a_wrong_code_is_a_fault_with_the_nearest_valid_ones(written: object, fault: str, nearest: str | None) -> None:
    code, found = OKPD2.read(written)
    assert code is None and found is not None
    assert found.code == fault
    assert (found.fields["nearest"] or [None])[0] == nearest  # type: ignore[index]
    for lang in ("ru", "en"):
        assert str(found.fields["found"]) in describe_fault(found, lang)


ANYTHING = st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.dates(), st.none(), st.booleans(),
                     st.text("0123456789., -ОOзЗ;/", max_size=16))


@settings(derandomize=True, deadline=None)
@given(st.sampled_from([OKPD2, OKVED2, TNVED, load("okei"), load("hs2022")]), ANYTHING)
def test_any_cell_is_a_listed_code_a_fault_or_empty(classifier: Classifier, cell: object) -> None:
    code, fault = classifier.read(cell)
    if fault is not None:
        assert describe_fault(fault, "ru") and describe_fault(fault, "en")
        assert code is None or fault.severity == "note"
    elif code is not None:
        assert code in classifier


def test_an_ambiguous_number_offers_both_codes() -> None:
    fault = OKPD2.find_code_fault(13.2)
    assert fault is not None and fault.fields["nearest"] == ["13.2", "13.20"]
    assert OKPD2.read(28.1) == ("28.1", None)  # there is no 28.10, so nothing is lost
    assert OKPD2.read("13.2") == ("13.2", None)  # text says what it means


def test_a_commodity_of_a_lost_heading_is_taken_with_a_note() -> None:
    code, fault = TNVED.read("0205 00 2000")
    assert code == "0205002000"
    assert fault is not None and (fault.code, fault.severity) == ("code_unverified", "note")


def test_a_code_that_only_another_edition_knows_is_named_as_such(tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("code,name\n23,Стекло\n23.77,Стекло забытое\n", "utf-8")
    new = tmp_path / "new.tsv"
    new.write_text("code\tname\n23\tСтекло\n23.12\tСтекло гнутое\n", "utf-8")
    earlier = load_edition("okpd2", old, dt.date(2014, 1, 31))
    classifier = load_edition("okpd2", new, dt.date(2026, 1, 1), earlier=[earlier])
    fault = classifier.find_code_fault("23.77")
    assert fault is not None and fault.code == "code_other_edition"
    assert fault.fields["other"] == dt.date(2014, 1, 31)
    assert "31.01.2014" in describe_fault(fault, "ru") and "Стекло забытое" in describe_fault(fault, "ru")
    assert classifier.system.edition == dt.date(2026, 1, 1)


@pytest.mark.parametrize(("text", "code"), [
    ("code\n01\n", "edition_columns"), ("code,name\n01,а\n01,б\n", "edition_twice")])
def test_a_broken_edition_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "edition.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as raised:
        load_edition("okpd2", file, dt.date(2026, 1, 1))
    assert raised.value.code == code


def test_an_unknown_system_or_code_is_an_error() -> None:
    with pytest.raises(UnknownCode, match="okpd3"):
        load("okpd3")
    with pytest.raises(UnknownCode, match=r"99\.99"):
        OKPD2.show("99.99")


def test_full_names_say_what_others_are_others_of() -> None:
    assert TNVED.name("7003191000") == "из оптического стекла"
    assert TNVED.full_name("7003191000").startswith("Стекло литое и прокатное")


def test_words_find_codes_whatever_their_form() -> None:
    assert OKPD2.find("листовые стёкла")[0].code == "23.11"
    assert OKPD2.find("станок токарный")[0].name == "Станки токарные металлорежущие"
    assert OKVED2.find("производство листового стекла")[0].code == "23.11"
    assert OKPD2.find("ъъъ") == []
    assert OKPD2.find("и для") == []


def test_a_noun_weighs_more_than_its_adjective() -> None:
    assert any(item.code == "23.11" for item in OKPD2.find("оконное стекло", 10))
