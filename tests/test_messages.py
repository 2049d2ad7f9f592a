"""The catalogues speak both languages, with the same fields, and numbers as each language writes them."""

from __future__ import annotations

import re
import string

import pytest

from smezhnik.messages import Words, catalogue, format_number, format_value, plural, say

CODES = sorted(catalogue())


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", CODES)
def test_an_entry_has_both_languages_with_the_same_fields(code: str) -> None:
    entry = catalogue()[code]
    assert set(entry) == {"ru", "en"}
    assert _fields(entry["ru"]) == _fields(entry["en"]), code


@pytest.mark.parametrize("code", CODES)
def test_plural_forms_are_three_in_russian_and_two_in_english(code: str) -> None:
    for lang, wanted in (("ru", 3), ("en", 2)):
        for _, _, spec, _ in string.Formatter().parse(catalogue()[code][lang]):
            if spec and "|" in spec:
                assert len(spec.split("|")) == wanted, (code, lang)


@pytest.mark.parametrize("code", CODES)
def test_a_russian_sentence_has_cyrillic_letters_and_no_shouting(code: str) -> None:
    text = catalogue()[code]["ru"]
    assert "!" not in text
    assert "пожалуйста" not in text.lower()
    words = re.sub(r"\{[^}]*\}", "", text)
    assert re.search("[а-яё№]", words.lower()) or not re.search("[a-z]{3}", words.lower()), code


@pytest.mark.parametrize(("count", "form"), [(1, "дело"), (2, "дела"), (5, "дел"), (11, "дел"), (21, "дело"),
                                             (112, "дел"), (1.5, "дела"), (0, "дел")])
def test_russian_plurals_agree_with_the_number(count: float, form: str) -> None:
    assert plural(count, "дело|дела|дел", "ru") == form


@pytest.mark.parametrize(("value", "decimals", "sign", "ru", "en"), [
    (1486, None, False, "1\u00a0486", "1,486"),
    (0.91, None, False, "0,91", "0.91"),
    (1.42, 2, True, "+1,42", "+1.42"),
    (-0.6, 2, True, "\u22120,60", "\u22120.60"),
    (-0.001, 2, False, "0,00", "0.00"),
    (0, None, False, "0", "0"),
])
def test_numbers_are_written_as_the_language_does(value: float, decimals: int | None, sign: bool, ru: str,
                                                  en: str) -> None:
    assert format_number(value, "ru", decimals, sign=sign) == ru
    assert format_number(value, "en", decimals, sign=sign) == en


def test_an_absent_value_is_a_dash_not_a_zero() -> None:
    assert say("place.sheet", "ru", sheet=None) == "лист «–»"


def test_words_are_said_in_the_language_of_the_sentence() -> None:
    header = Words("Что нужно", "What is needed")
    assert [format_value([header, 2], lang) for lang in ("ru", "en")] == ["Что нужно, 2", "What is needed, 2"]
