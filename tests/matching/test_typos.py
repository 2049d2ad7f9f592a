"""Corrections are the nearest words there are, found by deletions as by measuring every word."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.matching.typos import NEIGHBOURS, ONE_EDIT, TWO_EDITS, Vocabulary

words = st.text("абвгд", min_size=3, max_size=11)


def count_edits(one: str, other: str) -> int:
    """Optimal string alignment, written from its definition."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, second in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def nearest(asked: str, known: list[str], frequency: list[int]) -> list[tuple[str, int]]:
    allowed = 0 if len(asked) < ONE_EDIT else 2 if len(asked) >= TWO_EDITS else 1
    near = [(edits, -times, word) for word, times in zip(known, frequency, strict=True)
            if (edits := count_edits(asked, word)) <= allowed]
    least = min(near, default=(0, 0, ""))[0]
    return [(word, edits) for edits, _, word in sorted(near) if edits == least][:NEIGHBOURS]


def found(vocabulary: Vocabulary, known: list[str], asked: list[str]) -> list[list[tuple[str, int]]]:
    near = vocabulary.neighbours(asked)
    pairs = [(known[word], int(edits)) for word, edits in zip(near.word, near.edits, strict=True)]
    return [pairs[first:last] for first, last in zip(near.indptr, near.indptr[1:], strict=False)]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(words, min_size=1, max_size=40, unique=True), st.lists(words, min_size=1, max_size=15), st.data())
def test_neighbours_are_those_of_measuring_every_word(known: list[str], asked: list[str], data: st.DataObject) -> None:
    known = [word for word in known if word not in asked] or ["гдеда"]
    asked = [word for word in asked if word not in known]
    frequency = [data.draw(st.integers(1, 3)) for _ in known]
    vocabulary = Vocabulary(known, np.array(frequency))
    assert found(vocabulary, known, asked) == [nearest(word, known, frequency) for word in asked]


def test_the_commoner_of_equally_near_words_comes_first() -> None:
    known = ["клапан", "клапон"]
    assert found(Vocabulary(known, np.array([1, 5])), known, ["клапын"]) == [[("клапон", 1), ("клапан", 1)]]


def test_swapped_neighbours_are_one_edit() -> None:
    assert found(Vocabulary(["терминал"], np.array([1])), ["терминал"], ["темринал"]) == [[("терминал", 1)]]


def test_two_edits_are_forgiven_only_to_long_words() -> None:
    known = ["насос", "компрессор"]
    assert found(Vocabulary(known, np.array([1, 1])), known, ["насас", "носас", "кампресор"]) == [
        [("насос", 1)], [], [("компрессор", 2)]
    ]
