"""Codes suggested for texts: what counts, what does not, and what the caller is told."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik import suggest_codes
from smezhnik.classifiers import load
from smezhnik.errors import InputError, UnknownCode
from smezhnik.matching import codescores
from smezhnik.matching.codespace import calc_cosine_field, code_space
from smezhnik.matching.phrases import beginning, count_pairs, cut_exceptions, find_words, stem
from smezhnik.matching.suggest import SIZES, ask_cosine, load_weights


def texts(*rows: str | None) -> pl.DataFrame:
    ids = [f"t{at}" for at in range(len(rows))]
    return pl.DataFrame({"id": ids, "text": rows}, schema={"id": pl.String, "text": pl.String})


def codes(text: str, system: str = "okpd2", top: int = 10, examples: pl.DataFrame | None = None) -> list[str]:
    return suggest_codes(texts(text), system=system, top=top, examples=examples)["code"].to_list()


@pytest.mark.parametrize(("text", "code"), [
    ("стекло листовое термически полированное", "23.11.12"),
    ("станок токарный", "28.41.21"),
    ("хлеб ржаной", "10.71.11"),
    ("краны шаровые", "28.14.13"),
    ("велосипед", "30.92.10"),
])
def test_a_product_finds_its_branch_of_okpd2(text: str, code: str) -> None:
    assert any(found.startswith(code) for found in codes(text, top=3))


@pytest.mark.parametrize(("text", "code"), [
    ("выпечка хлеба и булочек", "10.71"),
    ("оптовая торговля молочной продукцией", "46.33"),
    ("ремонт станков и оборудования", "33.12"),
    ("разработка программ для компьютеров", "62.01"),
])
def test_an_activity_finds_its_class_of_okved2(text: str, code: str) -> None:
    assert any(found.startswith(code) for found in codes(text, "okved2"))


def test_codes_of_every_level_are_candidates() -> None:
    lengths = {len(code.replace(".", "")) for code in codes("культуры зерновые, пшеница твердая", "okpd2", top=150)}
    assert {2, 3, 4, 5, 6, 9} <= lengths


@pytest.mark.parametrize("system", ["okpd2", "okved2", "tnved"])
def test_the_name_of_a_code_finds_that_code(system: str) -> None:
    tree = code_space(system).tree
    asked = [at for at in range(0, len(tree.codes), 97) if len(find_words(tree.names[at])) > 3]
    found = suggest_codes(texts(*(tree.names[at] for at in asked)), system=system)
    named = {(row["id"], tree.names[tree.codes.index(row["code"])]) for row in found.to_dicts()}
    hit = [(f"t{place}", tree.names[at]) in named for place, at in enumerate(asked)]
    assert np.mean(hit) > 0.9


def test_probability_falls_with_rank_and_stays_between_0_and_1() -> None:
    found = suggest_codes(texts("окна пластиковые", "мебель офисная", "насос"), top=20)
    assert found["probability"].is_between(0, 1).all()
    for _, rows in found.group_by("id", maintain_order=True):
        assert rows["rank"].to_list() == list(range(1, len(rows) + 1))
        assert rows["probability"].is_sorted(descending=True)


def test_the_order_of_texts_and_the_company_they_come_in_change_nothing() -> None:
    many = texts("окна пластиковые", "мебель офисная", "насос центробежный")
    forward, backward = suggest_codes(many), suggest_codes(many.reverse())
    assert forward.sort("id", "rank").equals(backward.sort("id", "rank"))
    assert suggest_codes(many.head(1)).equals(forward.filter(pl.col("id") == "t0"))


def test_case_and_yo_change_nothing() -> None:
    assert codes("Щётки, МЁД") == codes("щетки, мед")


def test_what_a_name_leaves_out_does_not_speak_for_it() -> None:
    assert "риса" not in cut_exceptions("Культуры зерновые (кроме риса), зернобобовые")
    assert codes("рис", top=1)[0].startswith(("01.12", "10.61"))


def test_word_forms_with_a_fleeting_vowel_are_one() -> None:
    assert stem("станок") == stem("станки")
    assert beginning("окна") == beginning("окон")


def test_a_text_without_a_known_word_gets_no_code() -> None:
    found = suggest_codes(texts("йцукенг", None, "", "хлеб"))
    assert found["id"].unique().to_list() == ["t3"]


def test_a_mistyped_word_still_finds_its_code() -> None:
    assert any(code.startswith("30.92") for code in codes("велосепед"))


def test_an_example_brings_words_that_no_official_name_has() -> None:
    examples = pl.DataFrame({"text": ["штрипс оцинкованный Z275"], "code": ["24.32.10"]})
    assert "24.32.10" not in codes("штрипс оцинкованный", top=1)
    found = suggest_codes(texts("штрипс оцинкованный Z275"), examples=examples, top=3)
    assert found["code"][0] == "24.32.10"
    assert "штрипс оцинкованный Z275" in found["reason"][0]


def test_an_example_of_something_else_changes_little() -> None:
    examples = pl.DataFrame({"text": ["поковки из титановых сплавов"], "code": ["24.45.30"]})
    assert codes("хлеб ржаной", top=3, examples=examples) == codes("хлеб ржаной", top=3)


def test_the_reason_names_the_code_and_the_shared_words() -> None:
    ru = suggest_codes(texts("спецодежда для сварщиков"), top=1)
    en = suggest_codes(texts("спецодежда для сварщиков"), top=1, lang="en")
    name = load("okpd2").name(ru["code"][0])
    assert name in ru["reason"][0] and "спецодежда" in ru["reason"][0]
    assert en["code"][0] == ru["code"][0] and "Shared words" in en["reason"][0]


def test_empty_in_empty_out() -> None:
    assert suggest_codes(texts()).columns == ["id", "rank", "code", "probability", "reason"]
    assert suggest_codes(texts()).is_empty()


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    with pytest.raises(UnknownCode, match="okpd2"):
        suggest_codes(texts("хлеб"), system="okei")
    with pytest.raises(InputError, match="text"):
        suggest_codes(pl.DataFrame({"id": ["1"]}))
    with pytest.raises(InputError, match="repeat"):
        suggest_codes(pl.DataFrame({"id": ["1", "1"], "text": ["a", "b"]}))
    with pytest.raises(UnknownCode, match=r"99\.99"):
        suggest_codes(texts("хлеб"), examples=pl.DataFrame({"text": ["хлеб"], "code": ["99.99"]}))
    with pytest.raises(InputError, match="At least 1"):
        suggest_codes(texts("хлеб"), top=0)


@pytest.mark.parametrize("system", ["okpd2", "okved2", "tnved"])
def test_packaged_weights_fit_the_evidence(system: str) -> None:
    weights = load_weights(system)
    assert len(weights.evidence) == SIZES["evidence"] and len(weights.shape) == SIZES["shape"]
    assert weights.slope > 0


TERMS = st.lists(st.integers(0, 8), max_size=6)


@given(st.lists(TERMS, min_size=1, max_size=8), st.lists(st.integers(0, 9), max_size=6))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_the_cosine_of_the_compiled_sum_is_the_cosine(documents: list[list[int]], asked: list[int]) -> None:
    field = calc_cosine_field(*count_pairs(documents, 9), len(documents), 9)
    score = np.zeros(len(documents), np.float32)
    codescores.add_postings(field, ask_cosine([asked], field), 0, score)
    frequency = np.array([sum(term in document for document in documents) for term in range(9)])
    idf = np.log((1 + len(documents)) / (1 + frequency)) + 1
    idf = np.append(idf, idf.max())

    def vector(terms: list[int]) -> np.ndarray:
        times = np.bincount(terms, minlength=10).astype(float)
        # unknown terms (9) are strangers to one another
        weight = np.where(times > 0, (1 + np.log(np.maximum(times, 1))) * idf, 0)
        weight[9] = np.sqrt(times[9]) * idf[9]
        return weight

    mine = vector(asked)
    for at, document in enumerate(documents):
        there = vector(document)
        norm = np.linalg.norm(mine) * np.linalg.norm(there)
        assert score[at] == pytest.approx((mine @ there) / norm if norm else 0, abs=1e-4)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=400))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_the_picked_candidates_are_the_highest(values: list[int]) -> None:
    score = np.array(values, np.float32)
    picked = np.full(codescores.CANDIDATES, -1, np.int32)
    size = codescores._pick(score, picked)
    assert sorted(score[picked[:size]]) == sorted(sorted(score[score > 0])[-codescores.CANDIDATES:])
