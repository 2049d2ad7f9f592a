"""Suggest classification codes for texts: every level is a candidate, with a probability and a reason.

The evidence of a code (``codescores``) is summed with learnt weights; the softmax over the candidates of a text is
its chance, mapped to a probability by a logistic fitted on texts that the weights had not seen
(``scripts/train_suggest.py``). How good it is: ``docs/why/suggest.md``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers import SYSTEMS
from smezhnik.errors import InputError, UnknownCode
from smezhnik.matching.codescores import EXAMPLE_FEATURES, FEATURES, Asked, Evidence, Named, collect, shape_of
from smezhnik.matching.codespace import CodeSpace, Field, Wording, calc_cosine_field, code_space
from smezhnik.matching.phrases import (
    Terms,
    beginning,
    count_pairs,
    cut_exceptions,
    find_words,
    letter_groups,
    stem,
)
from smezhnik.messages import say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.types import Lang

WEIGHTS = Path(__file__).parent / "data" / "suggest.json"
#: Texts scored between two words of progress.
BATCH = 256
#: Matched words that a reason names.
SHOWN_WORDS = 6
LEVELS = (2, 3, 4, 5, 6, 8, 9, 10)
SHAPE_FEATURES = len(LEVELS) + 6
OUTPUT = {"id": pl.String, "rank": pl.Int64, "code": pl.String, "probability": pl.Float64, "reason": pl.String}


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt for one classification.

    Attributes
    ----------
    evidence : float32[FEATURES]
    shape : float32[SHAPE_FEATURES]: level, children, siblings, names that repeat, «прочие», length of the name
    slope, shift : probability = 1 / (1 + exp(−(slope · logit(chance) + shift)))
    """

    evidence: NDArray[np.float32]
    shape: NDArray[np.float32]
    slope: float
    shift: float


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts whose codes are known."""

    texts: list[str]
    stems: Terms
    field: Named


def suggest_codes(texts: pl.DataFrame, *, system: str = "okpd2", top: int = 10, examples: pl.DataFrame | None = None,
                  lang: Lang = "ru", progress: Progress = no_progress) -> pl.DataFrame:
    """The likeliest codes of each text, of any level.

    chance[c] = softmax over candidates of (evidence · weights); probability = logistic(slope · logit(chance) + shift)

    Parameters
    ----------
    texts : frame, one row per text
        id (text, unique), text (may be absent: such a row gets no codes).
    system : ``okpd2``, ``okved2`` or ``tnved``
    top : codes a text
    examples : frame, one row per text whose code is known, or None
        text, code (of ``system``). Several per code are welcome; they join what official names say.
    lang : language of the reasons

    Returns
    -------
    frame, one row per (text, code), texts in their order, best code first
        id; rank (from 1); code; probability (0…1, that this very code is the one: codes above and below it compete
        with it); reason (which words and which name, for a person). Equal probabilities: the shorter code, then the
        lower one. A text without any known word has no rows, unless its spelling is near a name. Empty in, empty out.

    Raises
    ------
    UnknownCode where the system has no weights or an example's code is not in it; InputError where a column is
    missing, an id repeats or ``top`` is below 1.
    """
    weights = load_weights(system)
    _check(texts, top, examples)
    space = code_space(system)
    known = learn_examples(space, examples)
    rows = texts["text"].cast(pl.String).fill_null("").to_list()
    ids = texts["id"].cast(pl.String).to_list()
    found: list[tuple[str, int, str, float, str]] = []
    for first in range(0, len(rows), BATCH):
        progress(Step("suggest", first, len(rows)))
        part = rows[first:first + BATCH]
        evidence = gather(space, known, part)
        place, probability = rank(space, weights, evidence, top)
        for at, text in enumerate(part):
            words = _by_stem(text)
            for order, candidate in enumerate(place[at][place[at] >= 0]):
                node = int(evidence.node[at, candidate])
                reason = _reason(space, known, words, node, int(evidence.wording[at, candidate]),
                                 int(evidence.example[at, candidate]), lang)
                sure = float(probability[at, order])
                found.append((ids[first + at], order + 1, space.tree.codes[node], sure, reason))
    progress(Step("suggest", len(rows), len(rows)))
    return pl.DataFrame(found, schema=OUTPUT, orient="row")


def _check(texts: pl.DataFrame, top: int, examples: pl.DataFrame | None) -> None:
    for name, frame, wanted in (("texts", texts, ("id", "text")), ("examples", examples, ("text", "code"))):
        missing = [column for column in wanted if frame is not None and column not in frame.columns]
        if missing:
            raise InputError("suggest_columns", table=name, missing=missing)
    if top < 1:
        raise InputError("suggest_top", found=top)
    twice = texts.filter(pl.col("id").is_duplicated())["id"].unique().sort()
    if len(twice):
        raise InputError("suggest_ids", count=len(twice), ids=twice.cast(pl.String).head(5).to_list())


@cache
def _all_weights() -> dict[str, Weights]:
    return {
        system: Weights(np.array(item["evidence"], np.float32), np.array(item["shape"], np.float32),
                        item["slope"], item["shift"])
        for system, item in json.loads(WEIGHTS.read_text("utf-8")).items()
    }


def load_weights(system: str) -> Weights:
    """The packaged weights; UnknownCode names the systems that have some."""
    if system not in _all_weights():
        raise UnknownCode("suggest_system", found=system, known=[SYSTEMS[name].name for name in _all_weights()])
    return _all_weights()[system]


def learn_examples(space: CodeSpace, examples: pl.DataFrame | None) -> Examples:
    """Index texts whose codes are known; UnknownCode where a code is not one of the system's."""
    stems = Terms()
    if examples is None or not len(examples):
        nothing = Field(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.float32))
        return Examples([], stems, Named(nothing, np.zeros(0, np.int32)))
    place = {code: at for at, code in enumerate(space.tree.codes)}
    codes = examples["code"].cast(pl.String).str.strip_chars().to_list()
    unknown = sorted({str(code) for code in codes if code not in place})
    if unknown:
        raise UnknownCode("suggest_example_codes", system=space.system, count=len(unknown), codes=unknown[:5])
    texts = examples["text"].cast(pl.String).fill_null("").to_list()
    rows = [stems.learn(map(stem, find_words(cut_exceptions(text)))) for text in texts]
    field = calc_cosine_field(*count_pairs(rows, len(stems)), len(rows), len(stems))
    return Examples(texts, stems, Named(field, np.array([place[code] for code in codes], np.int32)))


def gather(space: CodeSpace, examples: Examples, texts: Sequence[str]) -> Evidence:
    """Candidates of the texts and what speaks for each."""
    words = [find_words(cut_exceptions(text)) for text in texts]
    stems = [space.stems.look_up(map(stem, row)) for row in words]
    begun = [space.beginnings.look_up(map(beginning, row)) for row in words]
    groups = [space.groups.look_up(group for word in row for group in letter_groups(word)) for row in words]
    told = [examples.stems.look_up(map(stem, row)) for row in words]
    return collect(
        shape_of(space), space.own, space.pool, Named(space.best, space.wording_node), space.letters, examples.field,
        _ask_share(stems, space.own), _ask_share(begun, space.pool), _ask_share(stems, space.best),
        ask_cosine(groups, space.letters), ask_cosine(told, examples.field.field), 0, len(texts),
    )


def _ask_share(rows: Sequence[list[int]], field: Field) -> Asked:
    """Each term once, so that the score is a share of the text's idf; unknown terms weigh as much as the rarest."""
    width = len(field.idf)
    row, term, _ = count_pairs(rows, width + 1)
    idf = np.append(field.idf, field.idf.max(initial=0))[term]
    total = np.bincount(row, idf, len(rows))
    known = (term < width) & (idf > 0)
    row, term = row[known], term[known]
    return Asked(_starts(row, len(rows)), term, (1 / total[row]).astype(np.float32))


def ask_cosine(rows: Sequence[list[int]], field: Field) -> Asked:
    """Of unit length, unknown terms included, each as rare as the rarest."""
    width = len(field.idf)
    row, term, times = count_pairs(rows, width + 1)
    strange = term == width
    weight = (1 + np.log(times)) * np.append(field.idf, field.idf.max(initial=0))[term]
    # unknown terms are taken to differ from one another: their squares add up one by one
    square = np.where(strange, times * np.append(field.idf, field.idf.max(initial=0))[term] ** 2, weight ** 2)
    length = np.sqrt(np.bincount(row, square, len(rows)))
    row, term, weight = row[~strange], term[~strange], weight[~strange]
    return Asked(_starts(row, len(rows)), term, (weight / length[row]).astype(np.float32))


def _starts(row: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return np.searchsorted(row, np.arange(count + 1)).astype(np.int64)


@cache
def shape_features(system: str) -> NDArray[np.float32]:
    """What is known of each code before any text: float32[codes, SHAPE_FEATURES]."""
    return calc_shape_features(code_space(system))


def calc_shape_features(space: CodeSpace) -> NDArray[np.float32]:
    """Level (one of ``LEVELS``), children, siblings, same name as the code above and below, «прочие», length."""
    tree = space.tree
    children = np.diff(tree.child_start)
    above = np.maximum(tree.parent, 0)
    same = np.array([at >= 0 and tree.names[at] == name for at, name in zip(tree.parent, tree.names, strict=True)])
    below = np.zeros(len(same), bool)
    below[tree.parent[same]] = True
    other = np.array(["проч" in name.lower() or "не включенн" in name.lower() for name in tree.names])
    length = np.array([len(find_words(name)) for name in tree.names])
    return np.column_stack([
        *(tree.digits == level for level in LEVELS), np.log1p(children),
        np.where(tree.parent >= 0, np.log1p(children[above]), 0), same, below, other, np.log1p(length),
    ]).astype(np.float32)


def calc_scores(evidence: Evidence, shape: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    """Log of the unnormalised chance of each candidate; −∞ where there is none."""
    score = evidence.features @ weights.evidence + (shape @ weights.shape)[evidence.node]
    return np.where(evidence.node >= 0, score, -np.inf).astype(np.float64)


def rank(space: CodeSpace, weights: Weights, evidence: Evidence,
         top: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The ``top`` best candidates of each text (−1: none) and their probabilities."""
    score = calc_scores(evidence, shape_features(space.system), weights)
    peak = score.max(axis=1, keepdims=True)
    chance = np.exp(score - np.where(np.isfinite(peak), peak, 0))
    total = chance.sum(axis=1, keepdims=True)
    chance = np.clip(chance / np.where(total > 0, total, 1), 1e-12, 1 - 1e-6)
    probability = 1 / (1 + np.exp(-(weights.slope * np.log(chance / (1 - chance)) + weights.shift)))
    length = space.tree.digits[evidence.node]
    order = np.lexsort((evidence.node, length, -probability), axis=1)[:, :top]
    return (np.where(np.take_along_axis(evidence.node, order, 1) >= 0, order, -1),
            np.take_along_axis(probability, order, 1).round(4))


def _by_stem(text: str) -> dict[str, str]:
    """Stem → the word as the text has it."""
    return {stem(word): word for word in reversed(find_words(cut_exceptions(text)))}


def _shared(words: dict[str, str], name: str) -> list[str]:
    """Words of the text that the name has too, in the order of the text."""
    there = {stem(word) for word in find_words(cut_exceptions(name))}
    return [word for key, word in reversed(words.items()) if key in there]


def _reason(space: CodeSpace, examples: Examples, words: dict[str, str], node: int, wording: int, example: int,
            lang: Lang) -> str:
    """The name of the code and what speaks for it: an example, its own words, a name below it, or likeness."""
    name = space.tree.names[node] or space.tree.codes[node]
    if example >= 0 and (shared := _shared(words, examples.texts[example])):
        return say("suggest.example", lang, name=name, words=shared[:SHOWN_WORDS], example=examples.texts[example])
    own = _shared(words, name)
    told: Wording | None = space.wordings[wording] if wording >= 0 else None
    below = _shared(words, told.name) if told is not None else []
    if told is not None and len(below) > len(own):
        return say("suggest.below", lang, name=name, words=below[:SHOWN_WORDS], code=told.code, below=told.name,
                   system=SYSTEMS[told.system].ru if lang == "ru" else SYSTEMS[told.system].en)
    if own:
        return say("suggest.own", lang, name=name, words=own[:SHOWN_WORDS])
    return say("suggest.alike", lang, name=name)


#: Numbers that the weights of a system consist of, for the training script and its checks.
SIZES = {"evidence": FEATURES, "shape": SHAPE_FEATURES, "examples": EXAMPLE_FEATURES}
