"""Numbers of registers: check digits of methods/law.md §4.1 and what spreadsheets do to numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.classifiers.identifiers import find_inn_fault, find_kpp_fault, find_ogrn_fault, pad_inn
from smezhnik.errors import describe_fault


def weighted(digits: str, weights: list[int]) -> str:
    return str(sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 % 10)


def inn10(nine: str) -> str:
    return nine + weighted(nine, [2, 4, 10, 3, 5, 9, 4, 6, 8])


def inn12(ten: str) -> str:
    eleven = ten + weighted(ten, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
    return eleven + weighted(eleven, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])


@pytest.mark.parametrize("inn", ["7707083893", "7736050003", "500100732259", 7707083893, 7707083893.0, " 7707083893 ",
                                 "ИНН 7707083893", "77 0708 3893"])
def test_known_inns_are_right(inn: object) -> None:
    assert find_inn_fault(inn) is None


@pytest.mark.parametrize("ogrn", ["1037739010891", "1027700132195", "304500116000157"])
def test_known_ogrns_are_right(ogrn: str) -> None:
    assert find_ogrn_fault(ogrn) is None


@settings(derandomize=True, deadline=None)
@given(st.from_regex(r"3[0-9]{13}", fullmatch=True))
def test_an_ogrnip_ends_in_the_last_digit_of_the_remainder_by_13(first: str) -> None:
    # remainders 10, 11, 12 are valid too: their last digit is the check digit
    assert find_ogrn_fault(first + str(int(first) % 13 % 10)) is None


@settings(derandomize=True, deadline=None)
@given(st.from_regex(r"0[1-9][0-9]{7}", fullmatch=True))
def test_a_lost_leading_zero_of_an_organisation_is_offered_back(nine: str) -> None:
    inn = inn10(nine)
    fault = find_inn_fault(int(inn))
    assert fault is not None and fault.code == "number_lost_zero"
    assert fault.fields["padded"] == inn == pad_inn(inn[1:])


@settings(derandomize=True, deadline=None)
@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True))
def test_a_lost_leading_zero_of_a_person_is_offered_back(ten: str) -> None:
    assert pad_inn(inn12(ten)[1:]) == inn12(ten)


@settings(derandomize=True, deadline=None)
@given(st.from_regex(r"[1-9][0-9]{6}[1-9][0-9]", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_found_and_the_right_ending_named(nine: str, place: int, shift: int) -> None:
    inn = inn10(nine)
    changed = str((int(inn[place]) + shift) % 10)
    wrong = inn[:place] + changed + inn[place + 1:]
    fault = find_inn_fault(wrong)
    expected = inn10(wrong[:9])[-1]
    assert (fault is None) == (expected == wrong[-1])
    if fault is not None:
        assert (fault.code, fault.fields["expected"]) == ("inn_check", expected)


@pytest.mark.parametrize(("value", "code"), [
    ("0000000000", "number_zeros"), ("000000000000", "number_zeros"), (0, "number_zeros"),
    ("7,70701E+11", "number_exponent"), ("7.70701e+11", "number_exponent"), ("7707083894", "inn_check"),
    ("12345", "inn_length"), ("123456789", "inn_length"), ("77О7083893", "number_digits"), ("нет", "number_digits"),
])
def test_a_wrong_inn_is_named(value: object, code: str) -> None:
    fault = find_inn_fault(value)
    assert fault is not None and fault.code == code
    assert all(describe_fault(fault, lang) for lang in ("ru", "en"))


@pytest.mark.parametrize(("value", "code"), [
    ("0000000000000", "number_zeros"), ("1037739010890", "ogrn_check"), ("304500116000158", "ogrn_check"),
    ("103773901089", "ogrn_length"), ("2222222222221", "ogrn_check"), ("1.03774E+12", "number_exponent"),
    (f"2{100:011}" + str(int(f"2{100:011}") % 11 % 10), "ogrn_kind"),
])
def test_a_wrong_ogrn_is_named(value: object, code: str) -> None:
    fault = find_ogrn_fault(value)
    assert fault is not None and fault.code == code
    assert all(describe_fault(fault, lang) for lang in ("ru", "en"))


@pytest.mark.parametrize(("value", "code"), [
    ("770701001", None), ("7707AB001", None), ("7707АВ001", None), (None, None), ("", None),
    ("77070100", "number_lost_zero"), ("7707-01-01", "number_lost_zero"), ("12", "kpp_form"),
    ("000000000", "number_zeros"), ("77070100A", "kpp_form"),
])
def test_a_kpp_is_checked_by_its_form(value: object, code: str | None) -> None:
    fault = find_kpp_fault(value)
    assert (fault.code if fault else None) == code


@pytest.mark.parametrize("empty", [None, "", " ", "-"])
def test_an_absent_number_has_no_fault(empty: object) -> None:
    assert find_inn_fault(empty) is None and find_ogrn_fault(empty) is None


@settings(derandomize=True, deadline=None)
@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.none(), st.booleans()))
def test_any_cell_has_at_most_a_fault(cell: object) -> None:
    for find in (find_inn_fault, find_ogrn_fault, find_kpp_fault):
        fault = find(cell)
        assert fault is None or (describe_fault(fault, "ru") and describe_fault(fault, "en"))
