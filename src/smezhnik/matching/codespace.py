"""The codes of a classification with all official wording that speaks for each, ready to be scored.

A code is spoken for by its own name, by the names below it, and by the *allied* names: the other classification whose
first four digits mean the same (ОКВЭД2 and ОКПД2 share the classes of NACE and CPA). Four fields:

====== =========================================== ==============================================
own    stems of the code's own name                 BM25, one document a code
pool   beginnings of all names at and below it      BM25, one document a code
best   stems of each single name at and below it    BM25, one document a name; the best one counts
letter groups of 3 to 5 letters of its own name     cosine of (1 + ln tf) · idf, one document a code
====== =========================================== ==============================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smezhnik.classifiers import Classifier, load
from smezhnik.matching.phrases import (
    Terms,
    beginning,
    count_pairs,
    cut_exceptions,
    find_words,
    letter_groups,
    stem,
)

#: Classification → the one whose codes of up to four digits mean the same.
ALLIES = {"okved2": "okpd2", "okpd2": "okved2"}
#: Digits up to which allied codes are equal.
SHARED_DIGITS = 4
K1, B = 1.2, 0.75

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wording:
    """One official name that speaks for a code: of which system and code it is."""

    node: int
    system: str
    code: str
    name: str


class Field(NamedTuple):
    """Postings by term: documents and the weight of the term in each.

    Attributes
    ----------
    start : int64[terms + 1]
    document : int32[postings]
    weight : float32[postings], idf included for BM25; of unit length a document for cosines
    idf : float32[terms], 0 where no document has the term
    """

    start: Ints
    document: NDArray[np.int32]
    weight: Floats
    idf: Floats


@dataclass(frozen=True, slots=True)
class Tree:
    """Codes (sections left out) and how they stand to one another.

    Attributes
    ----------
    codes, names : in the order of the classification
    parent : int32, position of the code above; −1 at the top
    group, top : int32, position of the ancestor of at most four digits and of the one at the top (or the code itself)
    digits : int32, how many digits count
    child_start, child : children by parent
    """

    codes: list[str]
    names: list[str]
    parent: NDArray[np.int32]
    group: NDArray[np.int32]
    top: NDArray[np.int32]
    digits: NDArray[np.int32]
    child_start: Ints
    child: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class CodeSpace:
    """A classification ready to be asked."""

    system: str
    tree: Tree
    wordings: list[Wording]
    wording_node: NDArray[np.int32]
    stems: Terms
    beginnings: Terms
    groups: Terms
    own: Field
    pool: Field
    best: Field
    letters: Field


@cache
def code_space(system: str) -> CodeSpace:
    """The shipped classification of that name; made once (about a second), then kept."""
    ally = ALLIES.get(system)
    return build_space(load(system), load(ally) if ally else None)


def build_space(classifier: Classifier, ally: Classifier | None = None) -> CodeSpace:
    """Index a classification with the names of its ally."""
    tree = build_tree(classifier)
    system = classifier.system.name
    wordings = [Wording(node, system, code, name)
                for node, (code, name) in enumerate(zip(tree.codes, tree.names, strict=True)) if name]
    if ally is not None:
        wordings += _allied(tree, ally)
    stems, beginnings, groups = Terms(), Terms(), Terms()
    words = [find_words(cut_exceptions(item.name)) for item in wordings]
    node = np.array([item.node for item in wordings], np.int32)
    own = [[] for _ in tree.codes]  # type: list[list[str]]
    for item, found in zip(wordings, words, strict=True):
        if item.system == system:
            own[item.node] = found
    stemmed = [stems.learn(map(stem, found)) for found in words]
    begun = [beginnings.learn(map(beginning, found)) for found in words]
    own_stems = [stems.learn(map(stem, found)) for found in own]
    own_groups = [[gram for word in found for gram in groups.learn(letter_groups(word))] for found in own]
    return CodeSpace(
        system, tree, wordings, node, stems, beginnings, groups,
        own=_bm25(*count_pairs(own_stems, len(stems)), len(own), len(stems)),
        pool=_bm25(*_pooled(begun, node, tree.parent, len(beginnings)), len(own), len(beginnings)),
        best=_bm25(*count_pairs(stemmed, len(stems)), len(words), len(stems)),
        letters=calc_cosine_field(*count_pairs(own_groups, len(groups)), len(own), len(groups)),
    )


def build_tree(classifier: Classifier) -> Tree:
    """Positions of parents, children and ancestors of all codes that are made of digits."""
    codes = [code for code in classifier.codes if code[:1].isdigit()]
    place = {code: at for at, code in enumerate(codes)}
    above = [classifier.parent(code) for code in codes]
    parent = np.array([place.get(code or "", -1) for code in above], np.int32)
    lengths = {name: size for size, name in classifier.system.lengths.items()}
    digits = np.array([lengths.get(classifier.level(code), 0) for code in codes], np.int32)
    order = np.argsort(parent, kind="stable").astype(np.int32)
    child = order[np.searchsorted(parent[order], 0):]
    child_start = np.searchsorted(parent[child], np.arange(len(codes) + 1)).astype(np.int64)
    return Tree(codes, [classifier.name(code) for code in codes], parent,
                _climb(parent, lambda at: digits[at] > SHARED_DIGITS), _climb(parent, lambda at: parent[at] >= 0),
                digits, child_start, child)


def _climb(parent: NDArray[np.int32], goes_on: Callable[[NDArray[np.int32]], NDArray[np.bool_]]) -> NDArray[np.int32]:
    """The first ancestor (or the code itself) where ``goes_on`` is false."""
    at = np.arange(len(parent), dtype=np.int32)
    while (moving := goes_on(at) & (parent[at] >= 0)).any():
        at = np.where(moving, parent[at], at)
    return at


def _allied(tree: Tree, ally: Classifier) -> list[Wording]:
    """Names of the ally, each at the code of the same first four digits."""
    place = {code.replace(".", ""): at for at, code in enumerate(tree.codes)}
    found = []
    for code in ally.codes:
        node = place.get(code.replace(".", "")[:SHARED_DIGITS])
        if code[:1].isdigit() and node is not None:
            found.append(Wording(node, ally.system.name, code, ally.name(code)))
    return found


def _pooled(begun: Sequence[list[int]], node: NDArray[np.int32], parent: NDArray[np.int32],
            width: int) -> tuple[Ints, Ints, Floats]:
    """Pairs (code, beginning) with how often the names at and below the code have it."""
    row, term, times = count_pairs(begun, width)
    at = node[row].astype(np.int64)
    rows, terms, weights = [], [], []
    while at.size:
        rows.append(at)
        terms.append(term)
        weights.append(times)
        at = parent[at].astype(np.int64)
        kept = at >= 0
        at, term, times = at[kept], term[kept], times[kept]
    key, where = np.unique(np.concatenate(rows) * width + np.concatenate(terms), return_inverse=True)
    return key // width, key % width, np.bincount(where, np.concatenate(weights)).astype(np.float32)


def _bm25(row: Ints, term: Ints, times: Floats, rows: int, width: int) -> Field:
    """``idf · tf (k1 + 1) / (tf + k1 (1 − b + b · length / mean length))`` by term."""
    length = np.bincount(row, times, rows)
    shape = K1 * (1 - B + B * length / max(float(length.mean()), 1e-9))
    frequency = np.bincount(term, minlength=width)
    idf = np.where(frequency > 0, np.log1p((rows - frequency + 0.5) / (frequency + 0.5)), 0.0).astype(np.float32)
    return _by_term(row, term, times * (K1 + 1) / (times + shape[row]) * idf[term], idf)


def calc_cosine_field(row: Ints, term: Ints, times: Floats, rows: int, width: int) -> Field:
    """``(1 + ln tf) · idf`` with ``idf = ln((1 + N) / (1 + df)) + 1``, each document of unit length."""
    frequency = np.bincount(term, minlength=width)
    idf = (np.log((1 + rows) / (1 + frequency)) + 1).astype(np.float32)
    weight = (1 + np.log(times)) * idf[term]
    length = np.sqrt(np.bincount(row, weight ** 2, rows))
    return _by_term(row, term, weight / length[row], idf)


def _by_term(row: Ints, term: Ints, weight: NDArray[np.floating], idf: Floats) -> Field:
    order = np.lexsort((row, term))
    start = np.searchsorted(term[order], np.arange(len(idf) + 1)).astype(np.int64)
    return Field(start, row[order].astype(np.int32), weight[order].astype(np.float32), idf)
