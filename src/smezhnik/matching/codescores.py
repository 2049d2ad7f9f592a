"""What speaks for each code, text by text: the compiled part of ``suggest``."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.codespace import CodeSpace, Field

#: Codes of a text that are looked at closely.
CANDIDATES = 150
#: Evidence of one field: the score, its share of the best one, that of the code above, of the best code right below,
#: of the code at the top; then the squares of all five.
PER_FIELD = 10
FIELDS = ("own", "pool", "best", "letters")
#: Likeness to the nearest example of the very code, its fourth power, to that at and below it, below its top.
EXAMPLE_FEATURES = 4
FEATURES = len(FIELDS) * PER_FIELD + EXAMPLE_FEATURES
#: What the ancestor of four digits and the one at the top add when candidates are picked.
GROUP_SHARE, TOP_SHARE = 0.7, 0.3
#: A text without any known word gets codes only from this likeness of spelling on (inclusive).
ALIKE_FROM = 0.35

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class Asked(NamedTuple):
    """Terms of texts in one field: ``term[start[i]:start[i + 1]]`` with their weights."""

    start: Ints
    term: Ints
    weight: Floats


class Named(NamedTuple):
    """A field whose documents are single names or examples, each belonging to a code."""

    field: Field
    node: NDArray[np.int32]


class Shape(NamedTuple):
    """The tree as the compiled part needs it."""

    parent: NDArray[np.int32]
    group: NDArray[np.int32]
    top: NDArray[np.int32]
    child_start: Ints
    child: NDArray[np.int32]


class Evidence(NamedTuple):
    """Candidates of each text, in no order.

    Attributes
    ----------
    node : int32[texts, CANDIDATES], position of the code; −1 where there are fewer
    features : float32[texts, CANDIDATES, FEATURES]
    wording, example : int32[texts, CANDIDATES], the name at or below the code and the example that fit best; −1: none
    """

    node: NDArray[np.int32]
    features: Floats
    wording: NDArray[np.int32]
    example: NDArray[np.int32]


def shape_of(space: CodeSpace) -> Shape:
    tree = space.tree
    return Shape(tree.parent, tree.group, tree.top, tree.child_start, tree.child)


@njit(cache=True, nogil=True)
def add_postings(field: Field, asked: Asked, text: int, score: Floats) -> None:
    """Sum of asked weight × posting weight into ``score``, which is zeroed first."""
    score[:] = 0
    for at in range(asked.start[text], asked.start[text + 1]):
        term, weight = asked.term[at], asked.weight[at]
        for posting in range(field.start[term], field.start[term + 1]):
            score[field.document[posting]] += weight * field.weight[posting]


@njit(cache=True, nogil=True)
def _lift(score: Floats, node: NDArray[np.int32], parent: NDArray[np.int32], best: Floats,
          which: NDArray[np.int32]) -> None:
    """The best document at and below each code; the first of equal ones."""
    best[:] = 0
    which[:] = -1
    for document in range(len(score)):
        value = score[document]
        at = node[document] if value > 0 else -1
        while at >= 0 and value > best[at]:
            best[at] = value
            which[at] = document
            at = parent[at]


@njit(cache=True, nogil=True)
def _pick(score: Floats, picked: NDArray[np.int32]) -> int:
    """Positions of the highest scores above zero, by a heap with the lowest on top; how many there are."""
    size = 0
    limit = len(picked)
    for node in range(len(score)):
        value = score[node]
        if value <= 0:
            continue
        if size < limit:
            at = size
            size += 1
            while at > 0 and score[picked[(at - 1) // 2]] > value:
                picked[at] = picked[(at - 1) // 2]
                at = (at - 1) // 2
            picked[at] = node
        elif value > score[picked[0]]:
            at = 0
            while 2 * at + 1 < limit:
                low = 2 * at + 1
                if low + 1 < limit and score[picked[low + 1]] < score[picked[low]]:
                    low += 1
                if score[picked[low]] >= value:
                    break
                picked[at] = picked[low]
                at = low
            picked[at] = node
    return size


@njit(cache=True, nogil=True)
def _describe(score: Floats, high: float, node: int, shape: Shape, row: Floats) -> None:
    """The ten numbers of one field for one code."""
    row[0] = score[node]
    row[1] = score[node] / high
    row[2] = score[max(shape.parent[node], 0)] / high if shape.parent[node] >= 0 else row[1]
    below = np.float32(0)
    for at in range(shape.child_start[node], shape.child_start[node + 1]):
        below = max(below, score[shape.child[at]])
    row[3] = below / high
    row[4] = score[shape.top[node]] / high
    for at in range(5):
        row[5 + at] = row[at] * row[at]


@njit(cache=True, nogil=True)
def collect(shape: Shape, own: Field, pool: Field, best: Named, letters: Field, examples: Named,
            asked_own: Asked, asked_pool: Asked, asked_best: Asked, asked_letters: Asked, asked_examples: Asked,
            first: int, last: int) -> Evidence:
    """Candidates and their evidence of the texts ``first`` to ``last`` − 1."""
    count, codes = last - first, len(shape.parent)
    node = np.full((count, CANDIDATES), -1, np.int32)
    wording = np.full((count, CANDIDATES), -1, np.int32)
    example = np.full((count, CANDIDATES), -1, np.int32)
    features = np.zeros((count, CANDIDATES, FEATURES), np.float32)
    scores = np.zeros((4, codes), np.float32)
    names = np.zeros(len(best.node), np.float32)
    told = np.zeros(len(examples.node), np.float32)
    nearest = np.zeros(codes, np.float32)
    direct = np.zeros(codes, np.float32)
    by_name = np.zeros(codes, np.int32)
    by_example = np.zeros(codes, np.int32)
    total = np.zeros(codes, np.float32)
    spread = np.zeros(codes, np.float32)
    for text in range(first, last):
        row = text - first
        add_postings(own, asked_own, text, scores[0])
        add_postings(pool, asked_pool, text, scores[1])
        add_postings(best.field, asked_best, text, names)
        _lift(names, best.node, shape.parent, scores[2], by_name)
        add_postings(letters, asked_letters, text, scores[3])
        add_postings(examples.field, asked_examples, text, told)
        _lift(told, examples.node, shape.parent, nearest, by_example)
        direct[:] = 0
        for document in range(len(told)):
            direct[examples.node[document]] = max(direct[examples.node[document]], told[document])
        total[:] = nearest
        highs = np.empty(4, np.float32)
        for field in range(4):
            highs[field] = scores[field].max() + np.float32(1e-9)
            for at in range(codes):
                total[at] += scores[field, at] / highs[field]
        for at in range(codes):
            spread[at] = total[at] + GROUP_SHARE * total[shape.group[at]] + TOP_SHARE * total[shape.top[at]]
        worded = max(scores[0].max(), scores[1].max(), scores[2].max(), nearest.max()) > 0
        found = _pick(spread, node[row]) if worded or scores[3].max() >= ALIKE_FROM else 0
        for place in range(found):
            code = node[row, place]
            wording[row, place], example[row, place] = by_name[code], by_example[code]
            for field in range(4):
                _describe(scores[field], highs[field], code, shape,
                          features[row, place, field * PER_FIELD:(field + 1) * PER_FIELD])
            features[row, place, FEATURES - 4] = direct[code]
            features[row, place, FEATURES - 3] = direct[code] ** 4
            features[row, place, FEATURES - 2] = nearest[code]
            features[row, place, FEATURES - 1] = nearest[shape.top[code]]
    return Evidence(node, features, wording, example)
