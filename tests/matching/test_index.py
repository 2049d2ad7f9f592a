"""The index gives exactly what scoring every document gives: with ties, masks, empty texts, duplicates."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from smezhnik.errors import Cancelled, InputError
from smezhnik.matching import layout
from smezhnik.matching.index import Candidates, Index, IndexSettings
from smezhnik.matching.tokens import Kind, tokenise
from smezhnik.matching.vectors import IDF_ONE, LEVEL_ONE, MAX_ASKED, SCORE_STEP, code_prefixes
from smezhnik.progress import CancelToken

WORDS = ["труба", "лист", "насос", "клапан", "болт", "гайка", "стекло", "кабель", "плита", "бетон", "М8", "М10", "4 мм",
         "0,5 л", "ГОСТ 111-2014", "ГОСТ 8509-93", "1200х600", "dsc w120", "стальной", "листовое", "и", "для"]
CODES = [None, "", "23.11.12.110", "23.11.12.190", "23.11", "23.12.13", "24.20.13", "7005", "не код"]
SETTINGS = IndexSettings()


def write_texts(random: np.random.Generator, rows: int, words: int) -> list[str | None]:
    """Short texts of few words: many ties and duplicates, some empty, some absent."""
    texts: list[str | None] = [
        " ".join(random.choice(WORDS[:words], random.integers(0, 7)).tolist()) for _ in range(rows)
    ]
    return [None if random.random() < 0.03 else text for text in texts]


def series(values: list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def bags_of(texts: list[str | None], codes: list[str | None]) -> list[Counter[str]]:
    return [
        Counter([token.key for token in tokenise(text or "")] + code_prefixes(code or ""))
        for text, code in zip(texts, codes, strict=True)
    ]


def score_all(
    texts: list[str | None], codes: list[str | None], need: Counter[str], weights: dict[str, float] | None = None
) -> list[int]:
    """Scores of all documents in whole steps, from the definitions in ``vectors``, one document at a time."""
    bags = bags_of(texts, codes)
    lengths = [sum(times for key, times in bag.items() if not key.startswith("#")) for bag in bags]
    mean = sum(lengths) / len(lengths)
    frequency = Counter(key for bag in bags for key in bag)
    scores = []
    for bag, length in zip(bags, lengths, strict=True):
        total = 0
        for key in need:
            if key not in bag:
                continue
            idf = math.log(1 + (len(bags) - frequency[key] + 0.5) / (frequency[key] + 0.5))
            asked = max(1, round(idf * (SETTINGS.code_weight if key.startswith("#") else 1) * IDF_ONE))
            shape = 1 - SETTINGS.b + SETTINGS.b * length / (mean or 1e-9)
            level = bag[key] * (SETTINGS.k1 + 1) / (bag[key] + SETTINGS.k1 * shape)
            total += asked * (LEVEL_ONE if key.startswith("#") else min(255, max(1, round(level * LEVEL_ONE))))
        scores.append(total)
    return scores


def expect(scores: list[int], texts: list[str | None], allowed: np.ndarray, top: int) -> list[tuple[int, int]]:
    found = [(-score, len(texts[at] or ""), at) for at, score in enumerate(scores) if score and allowed[at]]
    return [(at, -score) for score, _, at in sorted(found)[:top]]


def pairs_of(candidates: Candidates, need: int) -> list[tuple[int, int]]:
    part = slice(candidates.indptr[need], candidates.indptr[need + 1])
    steps = np.rint(candidates.score[part].astype(np.float64) / SCORE_STEP).astype(int).tolist()
    return list(zip(candidates.document[part].tolist(), steps, strict=True))


def near(found: list[tuple[int, int]], wanted: list[tuple[int, int]]) -> bool:
    """Equal but for what float32 cannot hold of the score."""
    return [at for at, _ in found] == [at for at, _ in wanted] and all(
        abs(one - other) * SCORE_STEP <= 3e-5 for (_, one), (_, other) in zip(found, wanted, strict=True)
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_index_finds_what_scoring_every_document_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """40 × 30 random instances: one index and need each, groups of 16 and of 128 in turn."""
    random = np.random.default_rng(seed)
    monkeypatch.setattr(layout, "CLUSTERED", 0.0 if seed % 2 else 1e9)
    rows = int(random.choice([1, 2, 15, 16, 17, 60, 130, 400]))
    words = int(random.integers(2, len(WORDS) + 1))
    texts = write_texts(random, rows, words)
    codes: list[str | None] = random.choice(np.array(CODES, dtype=object), rows).tolist()
    index = Index.build(series(texts), series(codes))
    needs = write_texts(random, 30, words)
    need_codes: list[str | None] = random.choice(np.array(CODES, dtype=object), 30).tolist()
    allowed = random.random(rows) < random.choice([0.05, 0.5, 1.0])
    top = int(random.choice([1, 3, 10, 500]))
    vectors = index.vectors_of(series(needs), series(need_codes))
    found = index.find(vectors, top=top, allowed=allowed)
    known = {key for bag in bags_of(texts, codes) for key in bag}
    for need, bag in enumerate(bags_of(needs, need_codes)):
        if any(key not in known and key.isalpha() for key in bag):
            continue  # corrected: tested apart
        wanted = expect(score_all(texts, codes, bag), texts, allowed, top)
        assert near(pairs_of(found, need), wanted)
    # asked with the mask, the index answers as one of the allowed documents alone
    places = np.flatnonzero(allowed)
    alone = Index.build(series([texts[at] for at in places]), series([codes[at] for at in places]))
    masked = index.query(series(needs), series(need_codes), top=top, allowed=allowed)
    apart = alone.query(series(needs), series(need_codes), top=top)
    assert same_candidates(masked, Candidates(apart.indptr, places[apart.document], apart.score))


def build_many(rows: int = 3000, seed: int = 1) -> tuple[list[str | None], list[str | None], Index]:
    random = np.random.default_rng(seed)
    texts = write_texts(random, rows, len(WORDS))
    codes: list[str | None] = random.choice(np.array(CODES, dtype=object), rows).tolist()
    return texts, codes, Index.build(series(texts), series(codes))


def same_index(one: Index, other: Index) -> bool:
    names = ("document_indptr", "document_term", "document_kind", "document_level", "term_kind", "idf", "order",
             "levels", "list_group", "tie_rank")
    return list(one.terms) == list(other.terms) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in names
    )


def same_candidates(one: Candidates, other: Candidates) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("indptr", "document", "score"))


def test_adding_and_removing_equal_building_afresh() -> None:
    texts, codes, index = build_many(700)
    grown = Index.build(series(texts[:450]), series(codes[:450])).add(series(texts[450:]), series(codes[450:]))
    assert same_index(grown, index)
    kept = [at for at in range(700) if at % 3]
    fewer = index.remove(np.arange(0, 700, 3))
    assert same_index(fewer, Index.build(series([texts[at] for at in kept]), series([codes[at] for at in kept])))


def test_a_key_that_is_a_mark_here_and_a_word_there_is_known_alike_however_the_index_was_made() -> None:
    mark, word = series(["x y"]), series(["xy"])
    both = Index.build(pl.concat([mark, word]))
    assert same_index(Index.build(mark).add(word), both)
    assert same_index(both.remove([1]), Index.build(mark))
    kinds = [index.term_kind[index.terms.index("xy")] for index in (both, Index.build(mark))]
    assert kinds == [Kind.WORD, Kind.MARK]


def test_what_one_need_writes_as_a_word_corrects_no_mark_of_another() -> None:
    index = Index.build(series(["насос abczdf", "труба"]))
    assert index.vectors_of(series(["abc df"])).term.tolist() == []
    beside = index.vectors_of(series(["abc df", "abcdf"]))
    assert beside.indptr.tolist() == [0, 0, 1]


def test_removing_everything_leaves_an_index_that_finds_nothing() -> None:
    _, _, index = build_many(20)
    empty = index.remove(np.arange(20))
    assert len(empty) == 0
    assert len(empty.query(series(["труба"])).document) == 0
    assert same_index(empty.add(series(["труба"])), Index.build(series(["труба"])))


def test_a_saved_index_answers_as_the_one_built(tmp_path: Path) -> None:
    texts, _, index = build_many()
    index.save(tmp_path / "index")
    opened = Index.open(tmp_path / "index")
    needs = series(texts[:200])
    assert same_candidates(opened.query(needs, top=20), index.query(needs, top=20))
    assert same_index(opened.add(series(["насос"])), index.add(series(["насос"])))


def test_an_index_that_is_open_stays_whole_when_another_takes_its_place(tmp_path: Path) -> None:
    Index.build(series(["труба"])).save(tmp_path / "index")
    opened = Index.open(tmp_path / "index")
    Index.build(series(["насос", "лист"])).save(tmp_path / "index")
    assert opened.query(series(["труба"])).document.tolist() == [0]
    assert len(Index.open(tmp_path / "index")) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


def test_an_index_of_another_format_is_refused_with_both_formats(tmp_path: Path) -> None:
    _, _, index = build_many(10)
    index.save(tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"format": ', '"format": 9'), "utf-8")
    with pytest.raises(InputError) as caught:
        Index.open(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_threads_and_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts, codes, index = build_many()
    needs, need_codes = series(texts[::5]), series(codes[::5])
    whole = index.query(needs, need_codes, top=15)
    monkeypatch.setattr("smezhnik.matching.index.BATCH", 7)
    assert same_candidates(index.query(needs, need_codes, top=15, threads=2), whole)


def test_the_order_of_offers_changes_only_their_positions() -> None:
    texts, codes, index = build_many(1500)
    moved = np.random.default_rng(5).permutation(1500)
    other = Index.build(series([texts[at] for at in moved]), series([codes[at] for at in moved]))
    needs = series(WORDS + texts[:50])
    one, two = index.query(needs, top=40), other.query(needs, top=40)
    assert np.array_equal(one.indptr, two.indptr)
    assert np.array_equal(one.score, two.score)
    sizes = np.array([len(text or "") for text in texts])
    assert np.array_equal(sizes[one.document], sizes[moved[two.document]])


def test_an_irrelevant_offer_changes_no_order() -> None:
    texts = series(["труба стальная", "труба", "стальной лист", "лист"])
    before = Index.build(texts).query(series(["стальная труба"]))
    after = Index.build(texts).add(series(["шампунь детский"])).query(series(["стальная труба"]))
    assert before.document.tolist() == after.document.tolist() == [0, 1, 2]


def test_equal_scores_go_to_the_shorter_text_then_to_the_earlier() -> None:
    found = Index.build(series(["труба  !", "труба", "труба", "труба !"])).query(series(["труба"]))
    assert found.document.tolist() == [1, 2, 3, 0]
    assert len(set(found.score.tolist())) == 1


def test_a_thousand_equal_offers_give_the_first_ones() -> None:
    found = Index.build(series(["болт М8"] * 1000 + ["гайка М8"] * 1000)).query(series(["болт М8"]), top=5)
    assert found.document.tolist() == [0, 1, 2, 3, 4]


def test_what_is_not_allowed_never_appears_and_gives_its_place_to_the_next() -> None:
    texts, _, index = build_many()
    allowed = np.random.default_rng(3).random(len(texts)) < 0.3
    vectors = index.vectors_of(series(texts[:100]))
    every = index.find(vectors, top=len(texts))
    some = index.find(vectors, top=len(texts), allowed=allowed)
    for need in range(100):
        assert pairs_of(some, need) == [pair for pair in pairs_of(every, need) if allowed[pair[0]]]


@pytest.mark.parametrize("counted", [None, np.arange(450) < 300])
def test_hidden_offers_tell_nothing(counted: np.ndarray | None) -> None:
    """With and without the hidden ones: the same scores, the same corrections."""
    open_texts, open_codes, alone = build_many(300)
    hidden = ["насос секретный", "компрессорная установка", "труба"] * 50
    both = Index.build(series(open_texts + hidden), series(open_codes + [None] * 150), counted=counted)
    needs = series(["насос", "компресорная", "секретный", "трубо стальная", *open_texts[:40]])
    one = alone.query(needs, top=50)
    two = both.query(needs, top=50, allowed=np.arange(450) < 300)
    assert same_candidates(one, two)
    assert len(one.document)


def test_a_mistyped_word_finds_its_neighbour_for_less() -> None:
    index = Index.build(series(["терминалы портовые", "трубы", "листы"]))
    right, wrong = (index.query(series([text])) for text in ("терминалы", "темриналы"))
    assert right.document.tolist() == wrong.document.tolist() == [0]
    assert wrong.score[0] == pytest.approx(0.8 * right.score[0], rel=1e-3)
    assert index.vectors_of(series(["темриналы"])).corrected.tolist() == [True]


def test_a_russian_word_typed_in_latin_letters_is_found() -> None:
    index = Index.build(series(["насос центробежный", "труба"]))
    assert index.query(series(["HACOC"])).document.tolist() == [0]


def test_codes_are_evidence_and_never_a_filter() -> None:
    offers, codes = ["труба стальная", "труба стальная", "стекло"], ["24.20.13", "23.11.12", "24.20.13"]
    index = Index.build(series(offers), series(codes))
    found = index.query(series(["труба стальная"]), series(["23.11.12"]))
    assert found.document.tolist() == [1, 0]
    assert set(index.query(series(["стекло"]), series(["23.11.12"])).document.tolist()) == {1, 2}


def test_a_long_need_keeps_its_rarest_terms() -> None:
    words = [f"{chr(0x430 + at // 32)}{chr(0x430 + at % 32)}жщъы" for at in range(300)]
    index = Index.build(series([" ".join(words), *words[:100]]))
    vectors = index.vectors_of(series([" ".join(words)]))
    assert len(vectors.term) == MAX_ASKED
    assert set(np.flatnonzero(index.document_frequency == 1)) <= set(vectors.term.tolist())


def test_needs_that_ask_nothing_known_find_nothing() -> None:
    index = Index.build(series(["труба", None, ""]))
    found = index.query(series([None, "", "для", "!!!", "труба"]))
    assert found.indptr.tolist() == [0, 0, 0, 0, 0, 1]


def test_an_empty_index_can_be_built_and_asked() -> None:
    index = Index.build(series([]), series([]))
    assert len(index.query(series(["труба"]), series(["23.11"])).document) == 0


def test_a_search_can_be_stopped() -> None:
    texts, _, index = build_many(100)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        index.query(series(texts), progress=token.watch())
