"""Features of pairs: what equal and unequal statements give, and that a pair depends on nothing but itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.matching.background import TRIGRAMS, Background, hash_keys
from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.features import FEATURES, pair_features
from smezhnik.matching.profiles import Profiles, profile
from smezhnik.matching.ranges import ranges_of

#: Nothing is known in general: every word and every three letters weigh alike.
PLAIN = Background(np.zeros(0, np.uint32), np.zeros(0, np.uint8), 8.0, np.ones(TRIGRAMS, np.float32))
PIECES = ("стекло", "листовое", "труба", "болт м12х80", "4 мм", "2-8 мм", "0,5 л", "гост 111-2014", "dsc-w120", "ду 50",
          "power shot", "насос", "№", "б/у", "1200х600 мм", "кабель ввг", "3х2,5", "нерафинированное", "")
texts = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
codes = st.none() | st.sampled_from(["23", "23.11", "23.11.12.110", "25.94.11", "7005 29", "x", ""])
rows = st.lists(st.tuples(texts, codes), min_size=1, max_size=8)


def profiles(*rows: tuple[str | None, str | None]) -> Profiles:
    column = pl.Series([text for text, _ in rows], dtype=pl.String)
    given = pl.Series([code for _, code in rows], dtype=pl.String)
    return profile(tokenise_all(column), ranges_of(column), column, given, PLAIN)


def compare(need: str | None, offer: str | None, need_code: str | None = None, offer_code: str | None = None
            ) -> dict[str, float]:
    one = np.zeros(1, np.intp)
    found = pair_features(profiles((need, need_code)), profiles((offer, offer_code)), one, one, PLAIN.trigrams)
    return dict(zip((feature.name for feature in FEATURES), found[0].tolist(), strict=True))


def test_a_text_against_itself_is_covered_whole() -> None:
    found = compare("Стекло листовое 4 мм", "Стекло листовое 4 мм")
    for name in ("need_covered", "offer_covered", "need_exact", "neighbours", "first_of_need", "need_numbers"):
        assert found[name] == 1
    assert found["letters"] == pytest.approx(1)
    assert found["missing"] == found["extra"] == found["unequal_sizes"] == 0
    assert found["equal_sizes"] == 1


@pytest.mark.parametrize(("need", "offer"), [
    ("вода 0,5 л", "вода 500 мл"), ("задвижка Ду50", "задвижка DN 50"), ("болт М12", "болт m12"),
    ("плита 1200х600 мм", "плита 60 x 120 см"), ("двигатель 4 кВт", "двигатель 4000 Вт"),
])
def test_one_size_in_two_spellings_is_equal(need: str, offer: str) -> None:
    found = compare(need, offer)
    assert (found["equal_sizes"], found["unequal_sizes"]) == (1, 0)
    assert found["other_numbers"] == 0


@pytest.mark.parametrize(("need", "offer"), [
    ("стекло 4 мм", "стекло 6 мм"), ("болт М12", "болт М16"), ("вода 0,5 л", "вода 1,5 л"),
])
def test_another_size_is_unequal_and_touches_no_word(need: str, offer: str) -> None:
    same, other = compare(need, need), compare(need, offer)
    assert (other["equal_sizes"], other["unequal_sizes"]) == (0, 1)
    words = [feature.name for feature in FEATURES if feature.reason == "text" and feature.name != "letters"]
    assert [same[name] for name in words] == pytest.approx([other[name] for name in words], nan_ok=True)


@pytest.mark.parametrize(("need", "offer"), [
    ("лист 10 мм", "лист 8-20 мм"), ("болт М8", "болты М6-М12"), ("фланец Ду100", "фланцы DN 50–200"),
    ("отливка 200 кг", "отливки до 300 кг"),
])
def test_a_size_within_a_range_is_met_in_full(need: str, offer: str) -> None:
    found = compare(need, offer)
    assert found["unequal_sizes"] == 0 and found["equal_sizes"] >= 1
    assert found["other_numbers"] == 0
    assert not found["need_marks"] < 1


@pytest.mark.parametrize("offer", ["лист 10 мм", "лист 16-40 мм"])
def test_a_range_is_met_by_what_lies_in_it(offer: str) -> None:
    found = compare("лист 8-20 мм", offer)
    assert (found["equal_sizes"], found["unequal_sizes"]) == (1, 0)


@pytest.mark.parametrize(("need", "offer"), [
    ("лист 25 мм", "лист 8-20 мм"), ("болт М16", "болты М6-М12"), ("отливка 400 кг", "отливки до 300 кг"),
])
def test_a_size_outside_a_range_is_unequal(need: str, offer: str) -> None:
    found = compare(need, offer)
    assert (found["equal_sizes"], found["unequal_sizes"]) == (0, 1)


def test_a_question_that_does_not_arise_is_absent_not_zero() -> None:
    found = compare("стекло", "стекло 4 мм гост 111", None, "23.11")
    for name in ("need_marks", "need_numbers", "code_signs", "code_parts", "equal_standard"):
        assert np.isnan(found[name])
    assert np.isnan(compare("", None)["need_covered"])


def test_a_word_with_a_typo_is_found_nearly() -> None:
    found = compare("полиэтиленовая труба", "полиетиленовая труба")
    assert found["need_exact"] == 0.5
    assert 0.75 < found["need_covered"] < 1
    assert 0 < found["nearly"] < 0.5


def test_a_negation_is_not_a_typo() -> None:
    assert compare("масло рафинированное", "масло нерафинированное")["need_covered"] == 0.5


def test_letters_of_a_mark_are_no_words() -> None:
    assert compare("задвижка", "задвижка 30ч39р")["extra"] == 0


@pytest.mark.parametrize(("need", "offer", "signs", "parts"), [
    ("23.11.12.110", "23.11.12", 6, 0), ("23.11.12.111", "23.11.12.119", 8, 1), ("13.20.44.120", "13.20.44.121", 8, 0),
    ("23", "24.20", 1, 1), ("7005 29 250 0", "700529", 6, 0), ("23.11", "23.11", 4, 0),
])
def test_codes_are_compared_to_the_end_of_the_shorter(need: str, offer: str, signs: int, parts: int) -> None:
    found = compare("стекло", "стекло", need, offer)
    assert (found["code_signs"], found["code_parts"]) == (signs, parts)


@pytest.mark.parametrize(("need", "offer"), [("23.11.12", "7005 29"), ("стекло", "23"), ("23.11", None), ("", "23")])
def test_codes_of_two_systems_are_not_compared(need: str, offer: str | None) -> None:
    assert np.isnan(compare("стекло", "стекло", need, offer)["code_signs"])


def test_a_standard_is_equal_with_or_without_its_edition() -> None:
    assert compare("болт ГОСТ 7798", "болт ГОСТ 7798-70")["equal_standard"] == 1
    assert compare("болт ГОСТ 7798", "болт ГОСТ 7805-70")["equal_standard"] == 0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(needs=rows, offers=rows, added=st.tuples(texts, codes), seed=st.integers(0, 1000))
def test_order_of_rows_and_other_offers_change_nothing(
    needs: list[tuple[str, str | None]], offers: list[tuple[str, str | None]], added: tuple[str, str | None], seed: int
) -> None:
    need, offer = np.divmod(np.arange(len(needs) * len(offers)), len(offers))
    before = pair_features(profiles(*needs), profiles(*offers), need, offer, PLAIN.trigrams)
    order = np.random.default_rng(seed).permutation(len(offers) + 1)
    shuffled = [[*offers, added][at] for at in order]
    after = pair_features(profiles(*needs), profiles(*shuffled), need, np.argsort(order)[offer], PLAIN.trigrams)
    np.testing.assert_array_equal(before, after)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(need=texts, offer=texts)
def test_shares_are_shares(need: str, offer: str) -> None:
    found = compare(need, offer)
    for name in ("need_covered", "offer_covered", "need_exact", "letters", "neighbours", "nearly", "need_marks",
                 "offer_marks", "near_mark", "need_numbers", "offer_numbers"):
        assert np.isnan(found[name]) or -1e-6 <= found[name] <= 1 + 1e-6


def test_threads_give_the_same() -> None:
    side = profiles(*[(f"болт м{number} 4 мм", "25.94") for number in range(300)])
    need, offer = np.divmod(np.arange(300 * 300), 300)
    once = pair_features(side, side, need, offer, PLAIN.trigrams)
    np.testing.assert_array_equal(once, pair_features(side, side, need, offer, PLAIN.trigrams, threads=2))


def test_words_of_the_background_get_their_weight_and_others_that_of_an_unknown() -> None:
    known = hash_keys(["стекл"])
    background = Background((known >> np.uint64(32)).astype(np.uint32), np.array([32], np.uint8), 9.5, PLAIN.trigrams)
    assert background.weigh(hash_keys(["стекл", "труб"])).tolist() == [2.0, 9.5]


def test_characters_beyond_the_alphabet_part_words() -> None:
    assert compare("стекло😀лист", "стекло лист")["letters"] == pytest.approx(1)
    assert compare("ТPУБА", "труба")["letters"] == pytest.approx(1), "look-alikes of two scripts are one letter"
