"""Names of codes in the other language: of the sibling with the same digits, or none."""

from __future__ import annotations

import re

import pytest

from smezhnik.classifiers.editions import load
from smezhnik.classifiers.naming import SAME_DIGITS, name_in
from smezhnik.errors import UnknownCode

CYRILLIC, LATIN = re.compile(r"[а-яё]{3}", re.IGNORECASE), re.compile(r"[a-z]{3}", re.IGNORECASE)


@pytest.mark.parametrize(("system", "code", "ru", "en"), [
    ("hs2022", "01", "Живые животные", "Animals; live"),
    ("tnved", "7005", None, "Glass; float glass and surface ground or polished glass"),
    ("nace2", "23.11", "Производство листового стекла", "Manufacture of flat glass"),
    ("okved2", "23.11", "Производство листового стекла", "Manufacture of flat glass"),
    ("okpd2", "23.11", "Стекло листовое", "Flat glass"),
    ("isic4", "01", "Растениеводство и животноводство", "Crop and animal production"),
])
def test_a_code_is_named_in_both_languages(system: str, code: str, ru: str | None, en: str) -> None:
    assert (name_in(system, code, "en") or "").startswith(en)
    assert ru is None or (name_in(system, code, "ru") or "").startswith(ru)


def test_what_nobody_names_has_no_name() -> None:
    assert name_in("okpd2", "23.11.12", "en") is None and name_in("okei", "006", "en") is None
    assert load("tnved").show("700510").mark == "hs", "its Russian name is lost in the source"
    assert name_in("tnved", "700510", "ru") is None
    assert CYRILLIC.search(name_in("isic4", "0111", "en") or "") is None
    with pytest.raises(UnknownCode):
        name_in("hs2022", "9998", "ru")


@pytest.mark.parametrize("system", ["hs2022", "nace2", "isic4", "tnved", "okved2", "okpd2"])
def test_a_name_is_of_the_language_that_was_asked_for(system: str) -> None:
    for code in load(system).codes[::5]:
        russian, english = name_in(system, code, "ru"), name_in(system, code, "en")
        assert english is None or CYRILLIC.search(english) is None, (code, english)
        if system in ("hs2022", "nace2", "isic4"):
            assert russian is None or CYRILLIC.search(russian), (code, russian)


def test_most_international_codes_have_a_russian_name() -> None:
    known = {system: sum(name_in(system, code, "ru") is not None for code in load(system)) / len(load(system))
             for system in SAME_DIGITS if system in ("hs2022", "nace2", "isic4")}
    assert known["nace2"] > 0.95 and known["hs2022"] > 0.5 and known["isic4"] > 0.6, known
