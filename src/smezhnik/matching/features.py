"""What speaks for and against a pair of a need and an offer, as numbers: compiled, about a microsecond a pair.

Every feature is a function of the two texts, the two codes and the shipped background. nan says that a question does
not arise (no code, no marks), which is not the same as 0. Features belong to reasons; the model adds trees that look
at one reason each, so a changed size moves the contribution ``marks`` and a changed code ``code``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.background import TRIGRAMS
from smezhnik.matching.profiles import CLASSES, JOIN, MARK, NUMBER, SIZE, STANDARD, TRIGRAM_MASK, WORD, Profiles
from smezhnik.matching.ranges import range_around, range_meeting

TEXT_REASONS = ("text", "marks", "code", "standard")


@dataclass(frozen=True)
class Feature:
    """One column: its name, the reason it speaks for, and whether more of it may only raise (1) or lower (−1)."""

    name: str
    reason: str
    direction: int
    about: str


#: In the order of the columns.
FEATURES = (
    Feature("need_covered", "text", 1, "share of the need's words, by weight, found in the offer, alike or nearly"),
    Feature("offer_covered", "text", 1, "share of the offer's words found in the need"),
    Feature("need_exact", "text", 1, "share of the need's words found letter for letter (by stem)"),
    Feature("shared_weight", "text", 1, "ln(1 + weight of the need's words found)"),
    Feature("worst_missing", "text", -1, "weight of the heaviest word of the need that is missing"),
    Feature("missing", "text", -1, "weight of all words of the need that are missing"),
    Feature("letters", "text", 1, "cosine of runs of three letters"),
    Feature("neighbours", "text", 1, "share of the words found that also follow each other in the offer"),
    Feature("first_of_need", "text", 1, "likeness of the need's first word to the nearest of the offer"),
    Feature("first_of_offer", "text", 1, "likeness of the offer's first word to the nearest of the need"),
    Feature("need_words", "text", 0, "number of the need's words"),
    Feature("nearly", "text", 0, "share of the found weight that was found nearly: typos, other endings"),
    Feature("extra", "text", -1, "weight of the offer's words that the need does not have"),
    Feature("joined", "text", 1, "words that one writes together and the other apart"),
    Feature("need_found", "text", 1, "share of the need's words and marks, sizes apart, found letter for letter"),
    Feature("offer_found", "text", 1, "share of the offer's words and marks, likewise"),
    Feature("need_marks", "marks", 1, "share of the need's marks, by weight, that the offer has"),
    Feature("offer_marks", "marks", 1, "share of the offer's marks that the need has"),
    Feature("longest_mark", "marks", 1, "weight of the most telling mark in common"),
    Feature("near_mark", "marks", 0, "likeness of the nearest mark where one is missing"),
    Feature("marks", "text", 0, "number of the need's marks: the more is asked, the lower every offer starts"),
    Feature("numbers", "text", 0, "number of the need's numbers, likewise"),
    Feature("need_numbers", "marks", 1, "share of the need's numbers, by weight, that the offer has"),
    Feature("offer_numbers", "marks", 1, "share of the offer's numbers that the need has"),
    Feature("equal_numbers", "marks", 1, "weight of the numbers in common"),
    Feature("longest_number", "marks", 1, "weight of the most telling number in common"),
    Feature("other_numbers", "marks", -1, "weight of numbers that both sides have alone, the lesser side"),
    Feature("equal_sizes", "marks", 1, "sizes stated alike, or within a range of the other side"),
    Feature("unequal_sizes", "marks", -1, "sizes of the need that the offer states otherwise"),
    Feature("code_signs", "code", 1, "signs of the codes in common"),
    Feature("code_parts", "code", -1, "1 where the codes part before the shorter one ends"),
    Feature("equal_standard", "standard", 1, "1 where a standard is in common, 0 where both name others"),
)
(NEED_COVERED, OFFER_COVERED, NEED_EXACT, SHARED_WEIGHT, WORST_MISSING, MISSING, LETTERS, NEIGHBOURS, FIRST_OF_NEED,
 FIRST_OF_OFFER, NEED_WORDS, NEARLY, EXTRA, JOINED, NEED_FOUND, OFFER_FOUND, NEED_MARKS, OFFER_MARKS, LONGEST_MARK,
 NEAR_MARK, MARKS, NUMBERS, NEED_NUMBERS, OFFER_NUMBERS, EQUAL_NUMBERS, LONGEST_NUMBER, OTHER_NUMBERS,
 EQUAL_SIZES, UNEQUAL_SIZES, CODE_SIGNS_SHARED, CODE_PARTS, EQUAL_STANDARD) = range(len(FEATURES))
#: Position in TEXT_REASONS of the reason of each feature.
REASON_OF = tuple(TEXT_REASONS.index(feature.reason) for feature in FEATURES)
#: Likeness (Dice of letter pairs) from which two words count as nearly alike.
NEAR = 0.5
#: Words of a text that are compared; longer texts are cut for the comparison of words, not of letters.
MOST_WORDS = 64
#: Sizes of a need that are compared.
MOST_SIZES = 64
#: What the offer says of a size of the need.
SILENT, OTHERWISE, ALIKE = np.uint8(0), np.uint8(1), np.uint8(2)
#: Pairs computed in one call of the kernel.
BATCH = 1 << 16


def pair_features(needs: Profiles, offers: Profiles, need: NDArray[np.intp], offer: NDArray[np.intp],
                  trigrams: NDArray[np.float32], *, threads: int = 1) -> NDArray[np.float32]:
    """Features of the pairs (``need[i]``, ``offer[i]``).

    Parameters
    ----------
    trigrams : weights of three letters (``Background.trigrams``), those with which the profiles were made

    Returns
    -------
    float32[pairs, len(FEATURES)]; pairs of one need in a row are quicker.
    """
    out = np.empty((len(need), len(FEATURES)), np.float32)
    rows = [np.ascontiguousarray(side, np.int64) for side in (need, offer)]
    arguments = (*_arrays(needs), *_arrays(offers))
    compare: Any = _compare

    def part(first: int) -> None:
        chosen = slice(first, first + BATCH)
        compare(*arguments, rows[0][chosen], rows[1][chosen], trigrams, out[chosen])

    starts = range(0, len(need), BATCH)
    if threads > 1 and len(starts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, starts))
    else:
        for first in starts:
            part(first)
    return out


def _arrays(side: Profiles) -> tuple[NDArray[Any], ...]:
    ranges = side.ranges
    return (side.start, side.key, side.pairs_low, side.pairs_high, side.weight, side.number, ranges.indptr,
            ranges.group, ranges.low, ranges.high, side.letters, side.letter_start, side.norm, side.code,
            side.code_signs, side.code_system)


@njit("uint64(uint64)", inline="always", cache=True)
def _ones(bits: Any) -> Any:
    """Number of bits set (LLVM makes one instruction of it)."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit("float64(uint64, uint64, uint64, uint64)", inline="always", cache=True)
def _likeness(low: Any, high: Any, other_low: Any, other_high: Any) -> Any:
    """Dice of two sets of letter pairs, 0…1."""
    common = _ones(low & other_low) + _ones(high & other_high)
    total = _ones(low) + _ones(high) + _ones(other_low) + _ones(other_high)
    return 2.0 * common / max(total, np.uint64(1))


@njit("boolean(uint64[:], int64, int64, uint64)", cache=True, nogil=True)
def _has(key: Any, first: Any, last: Any, wanted: Any) -> Any:
    for place in range(first, last):  # noqa: SIM110 – compiled: any() of a generator is not
        if key[place] == wanted:
            return True
    return False


@njit("float64(uint64[:], float32[:], int64, int64, uint64[:], int64, int64)", cache=True, nogil=True)
def _found_weight(key: Any, weight: Any, first: Any, last: Any, other: Any, other_first: Any, other_last: Any) -> Any:
    """Weight of the statements of one side that the other side has."""
    found = 0.0
    for at in range(first, last):
        if _has(other, other_first, other_last, key[at]):
            found += weight[at]
    return found


@njit("float64(float32[:], int64, int64)", cache=True, nogil=True)
def _total(weight: Any, first: Any, last: Any) -> Any:
    total = 0.0
    for at in range(first, last):
        total += weight[at]
    return total


@njit("float64(uint64[:], uint64[:], float32[:], int64, int64, uint64[:], int64, int64, int64, int64, int64, int64, "
      "uint8[:])", cache=True, nogil=True)
def _found_numbers(  # type: ignore[no-untyped-def]
    key, of_size, weight, first, last, other, other_first, other_last, size_first, size_last, own_first, own_last, fits,
):
    """Weight of the numbers that the other side has, or whose whole size it states or spans: 0,5 л is 500 мл."""
    found = 0.0
    for at in range(first, last):
        hit = _has(other, other_first, other_last, key[at])
        if of_size[at] != 0:
            hit |= _has(other, size_first, size_last, of_size[at])
            for place in range(own_first, own_last):
                hit |= key[place] == of_size[at] and fits[place - own_first] == ALIKE
        if hit:
            found += weight[at]
    return found


@njit("uint8(uint64, uint64, float64, uint64[:], float64[:], float64[:], int64, int64, uint64[:], uint64[:], "
      "float64[:], int64, int64, uint64[:], float64[:], float64[:], int64, int64)", cache=True, nogil=True)
def _fits(  # type: ignore[no-untyped-def]
    key, scale, number, own_of, own_low, own_high, own_first, own_last,
    other, other_scale, other_number, first, last, of, low, high, range_first, range_last,
):
    """Whether the other side states a size, or a range that holds it, or another size of its scale, or nothing of it.

    A size that ends a range of its own side stands for the whole range.
    """
    if _has(other, first, last, key):
        return ALIKE
    least = most = number
    whole = range_around(scale, number, own_of, own_low, own_high, own_first, own_last)
    if whole >= 0:
        least, most = own_low[whole], own_high[whole]
    if range_meeting(scale, least, most, of, low, high, range_first, range_last) >= 0:
        return ALIKE
    answer = SILENT
    for place in range(first, last):
        if other_scale[place] == scale:
            if least <= other_number[place] <= most and least < most:
                return ALIKE
            answer = OTHERWISE
    return answer


_SIDE = ("int64[:], uint64[:], uint64[:], uint64[:], float32[:], float64[:], int64[:], uint64[:], float64[:], "
         "float64[:], uint8[:], int64[:], float32[:], int64[:], uint8[:], uint8[:]")


@njit(f"void({_SIDE}, {_SIDE}, int64[:], int64[:], float32[:], float32[:, :])", cache=True, nogil=True)
def _compare(  # type: ignore[no-untyped-def]
    n_start, n_key, n_low, n_high, n_weight, n_number, n_ranges, n_of, n_from, n_to, n_letters, n_letter_start, n_norm,
    n_code, n_signs, n_system,
    o_start, o_key, o_low, o_high, o_weight, o_number, o_ranges, o_of, o_from, o_to, o_letters, o_letter_start, o_norm,
    o_code, o_signs, o_system,
    need, offer, trigrams, out,
):
    in_need = np.full(TRIGRAMS, -1, np.int32)
    seen = np.full(TRIGRAMS, -1, np.int32)
    of_need, place_of = np.zeros(MOST_WORDS), np.zeros(MOST_WORDS, np.int64)
    of_offer = np.zeros(MOST_WORDS)
    fits = np.zeros(MOST_SIZES, np.uint8)
    last_need = np.int64(-1)
    for pair in range(len(need)):
        n, o = need[pair], offer[pair]
        row = out[pair]
        if n != last_need:
            last_need = n
            run = 0
            for at in range(n_letter_start[n], n_letter_start[n + 1]):
                run = ((run << 6) | n_letters[at]) & TRIGRAM_MASK
                if at >= n_letter_start[n] + 2:
                    in_need[run] = n
        run, common = 0, 0.0
        for at in range(o_letter_start[o], o_letter_start[o + 1]):
            run = ((run << 6) | o_letters[at]) & TRIGRAM_MASK
            if at >= o_letter_start[o] + 2 and seen[run] != pair:
                seen[run] = pair
                if in_need[run] == n:
                    common += trigrams[run] * trigrams[run]
        row[LETTERS] = common / max(n_norm[n] * o_norm[o], 1e-6)

        first, other = n_start[n * CLASSES + WORD], o_start[o * CLASSES + WORD]
        words = min(n_start[n * CLASSES + WORD + 1] - first, MOST_WORDS)
        others = min(o_start[o * CLASSES + WORD + 1] - other, MOST_WORDS)
        of_offer[:others] = 0.0
        exact = 0.0
        for a in range(words):
            of_need[a], place_of[a] = 0.0, -1
            for b in range(others):
                if o_key[other + b] == n_key[first + a]:
                    of_need[a], place_of[a], of_offer[b] = 1.0, b, 1.0
                    exact += n_weight[first + a]
                    break
        covered, total, nearly, worst = exact, 0.0, 0.0, 0.0
        for a in range(words):
            total += n_weight[first + a]
            if of_need[a] == 0.0:
                for b in range(others):
                    if of_offer[b] < 1.0:
                        like = _likeness(n_low[first + a], n_high[first + a], o_low[other + b], o_high[other + b])
                        if like >= NEAR:
                            like = min(like, 0.99)  # letter for letter alike is something else
                            of_offer[b] = max(of_offer[b], like)
                            if like > of_need[a]:
                                of_need[a], place_of[a] = like, b
                nearly += n_weight[first + a] * of_need[a]
                worst = max(worst, n_weight[first + a] * (1.0 - of_need[a]))
        covered += nearly
        offered, offered_total = 0.0, 0.0
        for b in range(others):
            offered_total += o_weight[other + b]
            offered += o_weight[other + b] * of_offer[b]
        found, following, before = 0, 0, np.int64(-2)
        for a in range(words):
            if place_of[a] >= 0:
                found += 1
                if place_of[a] == before + 1:
                    following += 1
                before = place_of[a]
        row[NEED_COVERED] = covered / total if total > 0 else np.nan
        row[OFFER_COVERED] = offered / offered_total if offered_total > 0 else np.nan
        row[NEED_EXACT] = exact / total if total > 0 else np.nan
        row[SHARED_WEIGHT] = np.log1p(covered)
        row[WORST_MISSING] = worst
        row[MISSING] = total - covered
        row[NEIGHBOURS] = following / (found - 1.0) if found > 1 else np.nan
        row[FIRST_OF_NEED] = of_need[0] if words else np.nan
        row[FIRST_OF_OFFER] = of_offer[0] if others else np.nan
        row[NEED_WORDS] = words
        row[NEARLY] = nearly / covered if covered > 0 else 0.0
        row[EXTRA] = offered_total - offered

        first, last = n_start[n * CLASSES + JOIN], n_start[n * CLASSES + JOIN + 1]
        other, other_last = o_start[o * CLASSES + JOIN], o_start[o * CLASSES + JOIN + 1]
        joined = 0
        for a in range(first, last):
            for b in range(other, other_last):
                if o_key[b] == n_key[a]:
                    joined += 1
                    break
        row[JOINED] = joined

        stated, met, answered_by, answers = 0.0, 0.0, 0.0, 0.0
        for kind in (WORD, MARK, JOIN):
            first, last = n_start[n * CLASSES + kind], n_start[n * CLASSES + kind + 1]
            other, other_last = o_start[o * CLASSES + kind], o_start[o * CLASSES + kind + 1]
            # a mark that is a size (М12) speaks for the reason of marks alone
            size, size_last = n_start[n * CLASSES + SIZE], n_start[n * CLASSES + SIZE + 1]
            for a in range(first, last):
                if kind != MARK or not _has(n_key, size, size_last, n_key[a]):
                    stated += n_weight[a]
                    met += n_weight[a] * _has(o_key, other, other_last, n_key[a])
            size, size_last = o_start[o * CLASSES + SIZE], o_start[o * CLASSES + SIZE + 1]
            for b in range(other, other_last):
                if kind != MARK or not _has(o_key, size, size_last, o_key[b]):
                    answered_by += o_weight[b]
                    answers += o_weight[b] * _has(n_key, first, last, o_key[b])
        row[NEED_FOUND] = met / stated if stated > 0 else np.nan
        row[OFFER_FOUND] = answers / answered_by if answered_by > 0 else np.nan

        n_size, n_size_end = n_start[n * CLASSES + SIZE], n_start[n * CLASSES + SIZE + 1]
        o_size, o_size_end = o_start[o * CLASSES + SIZE], o_start[o * CLASSES + SIZE + 1]
        n_size_end = min(n_size_end, n_size + MOST_SIZES)
        alike, unlike = 0, 0
        for a in range(n_size, n_size_end):
            fits[a - n_size] = _fits(
                n_key[a], n_low[a], n_number[a], n_of, n_from, n_to, n_ranges[n], n_ranges[n + 1],
                o_key, o_low, o_number, o_size, o_size_end, o_of, o_from, o_to, o_ranges[o], o_ranges[o + 1])
            alike += fits[a - n_size] == ALIKE
            unlike += fits[a - n_size] == OTHERWISE
        row[EQUAL_SIZES] = alike
        row[UNEQUAL_SIZES] = unlike

        first, last = n_start[n * CLASSES + MARK], n_start[n * CLASSES + MARK + 1]
        other, other_last = o_start[o * CLASSES + MARK], o_start[o * CLASSES + MARK + 1]
        signs, other_signs = _total(n_weight, first, last), _total(o_weight, other, other_last)
        equal, longest, near = 0.0, 0.0, 0.0
        for a in range(first, last):
            hit = _has(o_key, other, other_last, n_key[a])
            for at in range(n_size, n_size_end):  # М8 is met by М6–М12
                hit |= n_key[at] == n_key[a] and fits[at - n_size] == ALIKE
            if hit:
                equal += n_weight[a]
                longest = max(longest, n_weight[a])
            else:
                for b in range(other, other_last):
                    near = max(near, _likeness(n_low[a], n_high[a], o_low[b], o_high[b]))
        row[NEED_MARKS] = equal / signs if signs > 0 else np.nan
        row[OFFER_MARKS] = (_found_weight(o_key, o_weight, other, other_last, n_key, first, last) / other_signs
                            if other_signs > 0 else np.nan)
        row[LONGEST_MARK] = longest
        row[NEAR_MARK] = near if other_signs > 0 and equal < signs else np.nan
        row[MARKS] = last - first

        first, last = n_start[n * CLASSES + NUMBER], n_start[n * CLASSES + NUMBER + 1]
        other, other_last = o_start[o * CLASSES + NUMBER], o_start[o * CLASSES + NUMBER + 1]
        signs, other_signs = _total(n_weight, first, last), _total(o_weight, other, other_last)
        row[NUMBERS] = last - first
        equal = _found_numbers(n_key, n_low, n_weight, first, last, o_key, other, other_last, o_size, o_size_end,
                               n_size, n_size_end, fits)
        other_equal = _found_numbers(o_key, o_low, o_weight, other, other_last, n_key, first, last, n_size, n_size_end,
                                     o_size, o_size, fits)
        row[NEED_NUMBERS] = equal / signs if signs > 0 else np.nan
        row[OFFER_NUMBERS] = other_equal / other_signs if other_signs > 0 else np.nan
        row[EQUAL_NUMBERS] = equal
        longest = 0.0
        for a in range(first, last):
            if n_weight[a] > longest and _has(o_key, other, other_last, n_key[a]):
                longest = n_weight[a]
        row[LONGEST_NUMBER] = longest
        row[OTHER_NUMBERS] = min(signs - equal, other_signs - other_equal)

        first, last = n_start[n * CLASSES + STANDARD], n_start[n * CLASSES + STANDARD + 1]
        other, other_last = o_start[o * CLASSES + STANDARD], o_start[o * CLASSES + STANDARD + 1]
        row[EQUAL_STANDARD] = np.nan
        if last > first and other_last > other:
            row[EQUAL_STANDARD] = _found_weight(n_key, n_weight, first, last, o_key, other, other_last) > 0

        row[CODE_SIGNS_SHARED] = np.nan
        row[CODE_PARTS] = np.nan
        if n_signs[n] and o_signs[o] and n_system[n] == o_system[o]:
            compared, shared, power = min(n_signs[n], o_signs[o]), 0, np.int64(10) ** 11
            while shared < compared and n_code[n] // power == o_code[o] // power:
                shared += 1
                power //= 10
            row[CODE_SIGNS_SHARED] = shared
            row[CODE_PARTS] = shared < compared
