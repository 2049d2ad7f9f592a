"""Two spellings of one thing give one token; the compiled rules give what the readable ones give."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.normalise import fold
from smezhnik.matching.tokens import Kind, tokenise

PIECES = (
    "ГОСТ", "ГОСТ Р", "ИСО", "ISO", "ТУ", "Ду", "DN", "мм", "м", "м2", "м³", "х", "x", "×", "*", "0,5", "500", "1200",
    "2014", "93", "12.1.005", "-", ".", " ", "  ", ":", "/", ",", "М", "М8", "ПВХ", "PVX", "CTEKЛO", "кг", "в", "V",
    "л", "насос", "HACOC", "pump", "a", "№", "05", "00", "т", "ru", "кВт", "трубопровод", "ё", "и\u0306", "\u00ad",
    "😀",
)
mixtures = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", "", " "])), max_size=9).map(
    lambda parts: "".join(piece + blank for piece, blank in parts)
)
letters = st.text("0123456789 .,-/:*xхмmлгкdуn²№ёЁЙABCкВтсоби", max_size=24)


def keys(text: str, kind: Kind | None = None) -> set[str]:
    return {token.key for token in tokenise(text) if kind is None or token.kind is kind}


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("бутылка 0,5 л", "бутылка 500мл", "=0.5л"),
        ("труба 1 000 мм", "труба 1 м", "=1м"),
        ("груз 10 000 кг", "груз 10 т", "=10000000г"),
        ("груз 1 000,5 кг", "груз 1000.5 кг", "=1000500г"),
        ("ковер 10 кв. м", "ковёр 10 м²", "=10м2"),
        ("лист 10 кв.м", "лист 10кв.м", "=10м2"),
        ("бак 5 куб. м", "бак 5 м3", "=5000л"),
        ("мотор 3 л.с.", "мотор 3 л. с.", "=3лс"),
        ("мотор 3000 об/мин", "мотор 3000об/мин", "=3000обмин"),
        ("двигатель 380 В", "двигатель 380В", "=380в"),
        ("нагрузка 1,5 т", "нагрузка 1500 кг", "=1500000г"),
        ("труба Ду50", "труба DN 50", "dn50"),
        ("труба ду 50", "труба Ду-50", "dn50"),
        ("труба РУ16", "труба PN 16", "pn16"),
        ("плита 1200х600", "плита 1200 x 600 мм", "1200*600"),
        ("плита 1,2×0,6 м", "плита 600*1200", "1200*600"),
        ("бетон В15", "бетон B15", "b15"),
        ("стекло М1", "стекло M 1", "m1"),
        ("окно ПBX", "окно пвх", "пвх"),
        ("болт М8х20", "болт М 8", "m8"),
        ("болт М8х20", "винт 8 х 20", "20*8"),
        ("болт М12×60", "болт М12х60", "60*12"),
        ("болт М12×60", "болт М12", "m12"),
        ("ёмкость", "емкости", "емкост"),
        ("площадь 5 м²", "площадь 5 м2", "=5м2"),
        ("бак 0,2 м3", "бак 200 литров", "=200л"),
        ("камера DSC-W120", "камера DSCW120", "dscw120"),
        ("кран КС-4361А", "кран кс 4361а", "4361a"),
        ("ГОСТ 111-2014", "по ГОСТу: ГОСТ 111-2014", "гост:111-2014"),
        ("ГОСТ 111-2001", "ГОСТ 111-2014", "гост:111"),
        ("ГОСТ Р ИСО 9001-2015", "ISO 9001:2015", "iso:9001-2015"),
        ("болт ГОСТ 7798-70", "болт ГОСТ 7798", "гост:7798"),
        ("ТУ 5951-001-12345-2010", "ТУ 5951-001-12345", "ту:5951-001-12345"),
    ],
)
def test_spellings_of_one_thing_share_a_token(one: str, other: str, key: str) -> None:
    assert key in keys(one) & keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("0,5 л", "5 л"), ("12 мм", "12 см"), ("М8", "М10"), ("ГОСТ 111-2014", "ГОСТ 1112014"), ("5 м2", "5 м3"),
     ("1 000 мм", "5 000 мм"), ("10 кв.м", "10 кВ"), ("3 л.с.", "3 л"), ("220 В", "380 В")],
)
def test_different_things_share_no_quantity_mark_or_standard(one: str, other: str) -> None:
    told = {Kind.QUANTITY, Kind.MARK, Kind.STANDARD, Kind.SIZE}
    first, second = ({token.key for token in tokenise(text) if token.kind in told} for text in (one, other))
    assert first
    assert not first & second


def test_a_word_typed_with_latin_look_alikes_is_russian_among_russian_words() -> None:
    assert "насос" in keys("HACOC центробежный")
    assert "насос" not in keys("HACOC pump station")


def test_words_lose_their_endings_and_stop_words_vanish() -> None:
    assert keys("трубы стальные для воды") == keys("труба стальная, вода")


def test_a_mark_is_found_whole_and_in_parts() -> None:
    assert {"dscw120p", "dscw", "120", "p"} <= keys("DSCW120P")


def test_a_russian_word_is_not_joined_with_the_number_beside_it() -> None:
    assert not keys("труба 50", Kind.MARK)


def test_a_preposition_before_a_number_is_no_unit_and_no_mark() -> None:
    assert keys("поставка 5 в 15 дней") == {"поставк", "5", "15", "дне"}


def test_surfaces_are_what_the_text_says() -> None:
    assert [token.surface for token in tokenise("Стальные трубы")] == ["стальные", "трубы"]


def test_an_absent_text_has_no_tokens() -> None:
    tokens = tokenise_all(pl.Series(["труба", None, ""], dtype=pl.String))
    assert np.diff(tokens.indptr).tolist() == [1, 0, 0]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(mixtures | letters | st.text(max_size=12), min_size=1, max_size=60))
@example(["12.5.3 0.000 мм 000,50 кг", "м8x20x3x4x5x6", "ГОСТ Р-12.1.005:88", "iso/iec 27001:2013-1999"])
def test_compiled_rules_give_what_the_readable_ones_give(texts: list[str]) -> None:
    tokens = tokenise_all(pl.Series(texts, dtype=pl.String))
    for row, text in enumerate(texts):
        found = tokens.token[tokens.indptr[row] : tokens.indptr[row + 1]].tolist()
        assert [(tokens.keys[at], tokens.surfaces[at], tokens.kinds[at]) for at in found] == tokenise(text)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(mixtures | letters)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
