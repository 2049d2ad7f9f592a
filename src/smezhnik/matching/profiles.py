"""What a text states, in the form in which pairs are compared: statements by class, letters, code.

A profile depends on its text, its code and the shipped background alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.background import TRIGRAMS, Background, hash_keys, join_bytes
from smezhnik.matching.bulk import Tokens
from smezhnik.matching.normalise import ALIASES, CYRILLIC_LIKE, LATIN_LIKE, fold_table
from smezhnik.matching.quantities import number_of, scale_of
from smezhnik.matching.ranges import Ranges
from smezhnik.matching.tokens import Kind

#: Classes of statements, in the order in which a text's statements are kept.
WORD, MARK, JOIN, NUMBER, SIZE, STANDARD = range(6)
CLASSES = 6
#: Signs of a code that are compared.
CODE_SIGNS = 12
#: A word longer than this that begins with не says the contrary of the word without it.
NEGATED = 6
CYRILLIC_N, CYRILLIC_E = "не".encode("cp1251")
#: What one sign of a mark or number can tell at most: ln 10.
SIGN = 2.3
#: Keeps the last three letters.
TRIGRAM_MASK = TRIGRAMS - 1
_ALIASES = frozenset(ALIASES.values())
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Profiles:
    """Profiles of many texts.

    Attributes
    ----------
    start : int64[texts × CLASSES + 1], where the statements of a text and class begin; within a class they stand in
        the order of the text
    key : uint64[statements], equal where two texts state the same
    pairs_low, pairs_high : uint64[statements], 128 bits set by the pairs of neighbouring letters of the key; for
        sizes ``pairs_low`` is the question answered (a dimension, the letters of a mark), for numbers the key of the
        size that they are part of, 0 where of none
    weight : float32[statements], general weight; of marks and numbers at most SIGN a sign
    number : float64[statements], number of a size on the scale of its question; nan where it has none
    ranges : what each text states from … to
    letters : uint8[…], texts in the small alphabet (0 parts words), ``letter_start`` int64[texts + 1]
    norm : float32[texts], length of the vector of three-letter runs
    code : int64[texts], digits of the code padded with zeros to CODE_SIGNS; ``code_signs`` uint8, 0 where absent
    code_system : uint8[texts], 0 with points (ОКПД2, ОКВЭД2), 1 plain (ТН ВЭД, HS)
    """

    start: NDArray[np.int64]
    key: NDArray[np.uint64]
    pairs_low: NDArray[np.uint64]
    pairs_high: NDArray[np.uint64]
    weight: NDArray[np.float32]
    number: NDArray[np.float64]
    ranges: Ranges
    letters: NDArray[np.uint8]
    letter_start: NDArray[np.int64]
    norm: NDArray[np.float32]
    code: NDArray[np.int64]
    code_signs: NDArray[np.uint8]
    code_system: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.code)


def profile(tokens: Tokens, ranges: Ranges, texts: pl.Series, codes: pl.Series | None, background: Background
            ) -> Profiles:
    """Profiles of the texts.

    Parameters
    ----------
    tokens, ranges : ``bulk.tokenise_all`` and ``ranges.ranges_of`` of ``texts``
    texts : absent ones state nothing
    codes : classification code of each, absent where unknown; None: no text has one
    """
    classes = _classes(tokens.keys, tokens.kinds)
    hashed = hash_keys(tokens.keys)
    low, high = _letter_pairs(*join_bytes([key.encode("cp1251", "replace") for key in tokens.keys]))
    weight = background.weigh(hashed)
    signs = np.array([len(key) for key in tokens.keys], np.float32)
    plain = classes != WORD
    # a number of few signs tells little, however rare it is elsewhere
    weight[plain] = np.minimum(weight[plain], SIGN * signs[plain])
    questions = hash_keys([_question(key, kind) for key, kind in zip(tokens.keys, classes.tolist(), strict=True)])
    is_scale = (classes == MARK) & (questions != hash_keys([""])[0])
    asks = is_scale | (classes == SIZE)
    held = np.array([key.count("*") + 1 for key in tokens.keys], np.uint8) * asks
    part, bound = np.empty(len(tokens.token), np.uint8), np.empty(len(tokens.token), np.int32)
    _part(tokens.indptr, tokens.token, classes, np.minimum(signs, 255).astype(np.uint8), held, part, bound)
    start, token, as_size, belongs = _by_class(tokens.indptr, tokens.token, part, bound, is_scale, hashed)
    low = np.where(classes == SIZE, questions, np.where(classes == NUMBER, np.uint64(0), low))
    low = np.where(as_size & asks[token], questions[token], np.where(belongs >= 0, hashed[belongs], low[token]))
    number = np.array([number_of(key) if asked else np.nan
                       for key, asked in zip(tokens.keys, asks.tolist(), strict=True)], np.float64)
    letters, letter_start = _letters(*_utf8(texts), _alphabet())
    code, code_signs, code_system = _read_codes(codes, len(texts))
    return Profiles(
        start, hashed[token], low, high[token], weight[token], number[token], ranges, letters, letter_start,
        _norms(letters, letter_start, background.trigrams), code, code_signs, code_system,
    )


def with_codes(profiles: Profiles, codes: pl.Series) -> Profiles:
    """The same texts with other codes."""
    code, signs, system = _read_codes(codes, len(profiles))
    return replace(profiles, code=code, code_signs=signs, code_system=system)


def count_trigrams(texts: pl.Series) -> NDArray[np.int64]:
    """In how many of the texts each run of three letters occurs: int64[TRIGRAMS]."""
    return np.asarray(_count_trigrams(*_letters(*_utf8(texts), _alphabet())))


def _classes(keys: Sequence[str], kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    of_kind = np.full(max(Kind) + 1, CLASSES, np.uint8)
    of_kind[[Kind.WORD, Kind.MARK, Kind.NUMBER, Kind.STANDARD]] = (WORD, MARK, NUMBER, STANDARD)
    of_kind[[Kind.QUANTITY, Kind.SIZE]] = SIZE
    classes = of_kind[kinds] if len(kinds) else np.zeros(0, np.uint8)
    for at in np.flatnonzero(classes == MARK).tolist():
        if not _DIGIT.search(keys[at]):
            classes[at] = JOIN
    for at in np.flatnonzero(classes == WORD).tolist():
        if len(keys[at]) == 1 or keys[at] in _ALIASES:  # a piece of a mark written apart: Ду 50
            classes[at] = CLASSES
    return classes


def _question(key: str, kind: int) -> str:
    """What a size answers: two texts that answer one question differently exclude each other."""
    scale = scale_of(key) if kind in (SIZE, MARK) else None
    if scale:
        return scale[0]
    return f"size:{key.count('*')}" if kind == SIZE else ""


def _utf8(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    whole = texts.cast(pl.String).fill_null("")
    start = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(whole.str.len_bytes().to_numpy(), out=start[1:])
    joined = whole.str.join("").item() if len(whole) else ""
    return np.frombuffer(joined.encode(), np.uint8).copy(), start


@cache
def _alphabet() -> NDArray[np.uint8]:
    """Code point → number of its letter or digit, 1…63; look-alikes of the two scripts are one; all else 0."""
    of_byte = np.zeros(256, np.uint8)
    own = [char for char in "абвгдежзийклмнопрстуфхцчшщъыьэюя" if char not in CYRILLIC_LIKE]
    for number, char in enumerate("0123456789abcdefghijklmnopqrstuvwxyz" + "".join(own), 1):
        of_byte[char.encode("cp1251")[0]] = number
    for latin, cyrillic in zip(LATIN_LIKE, CYRILLIC_LIKE, strict=True):
        of_byte[cyrillic.encode("cp1251")[0]] = of_byte[ord(latin)]
    return of_byte[np.frombuffer(fold_table(), np.uint8)]


def _read_codes(codes: pl.Series | None, count: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Padded digits, number of signs, system of each code."""
    if codes is None:
        return np.zeros(count, np.int64), np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    text = codes.cast(pl.String).fill_null("").str.replace_all(" ", "").str.strip_chars_end(".")
    valid = text.str.contains(r"^[0-9]{2}(\.?[0-9]+)*$")
    dotted = text.str.contains(".", literal=True) | (text.str.len_chars() <= 2)
    text = text.zip_with(valid, pl.Series([""]))
    # zeros that only fill a code up: 13.20.44.120 covers 13.20.44.121
    full = text.str.replace(r"^(\d\d\.\d\d\.\d\d)\.(\d{0,2}?)0+$", "${1}${2}")
    full = full.str.replace(r"^(\d{6})(\d\d)??(00)+$", "${1}${2}")
    digits = full.str.replace_all(".", "", literal=True).str.slice(0, CODE_SIGNS)
    padded = digits.str.pad_end(CODE_SIGNS, "0").cast(pl.Int64)
    signs, plain = digits.str.len_chars().cast(pl.UInt8), (~dotted).cast(pl.UInt8)
    return padded.to_numpy(writable=True), signs.to_numpy(writable=True), plain.to_numpy(writable=True)


@njit("Tuple((uint64[:], uint64[:]))(uint8[:], int64[:])", cache=True, nogil=True)
def _letter_pairs(text: Any, start: Any) -> Any:
    """Sets of letter pairs; words that begin with не have sets of their own: рафинированное is not нерафинированное."""
    low, high = np.zeros(len(start) - 1, np.uint64), np.zeros(len(start) - 1, np.uint64)
    for at in range(len(low)):
        before, first = np.uint64(32), start[at]
        negated = start[at + 1] - first > NEGATED and text[first] == CYRILLIC_N and text[first + 1] == CYRILLIC_E
        salt = np.uint64(1) << np.uint64(16) if negated else np.uint64(0)
        for place in range(start[at], start[at + 1] + 1):
            here = np.uint64(text[place]) if place < start[at + 1] else np.uint64(32)
            bit = (((before << np.uint64(8)) | here | salt) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(57)
            if bit < np.uint64(64):
                low[at] |= np.uint64(1) << bit
            else:
                high[at] |= np.uint64(1) << (bit - np.uint64(64))
            before = here
    return low, high


@njit("void(int64[:], int32[:], uint8[:], uint8[:], uint8[:], uint8[:], int32[:])", cache=True, nogil=True)
def _part(indptr: Any, token: Any, classes: Any, signs: Any, numbers: Any, part: Any, bound: Any) -> None:
    """Class of every token in its place, and the size that a number belongs to (−1: none).

    One or two letters inside a mark are no words of their own: ``р`` and ``ч`` of 30ч39р.
    """
    for text in range(len(indptr) - 1):
        inside, left, size = indptr[text], np.int64(0), np.int32(-1)
        for at in range(indptr[text], indptr[text + 1]):
            here = token[at]
            part[at], bound[at] = classes[here], -1
            if classes[here] == MARK:
                total, after = np.int64(0), at + 1
                while after < indptr[text + 1] and total < signs[here] and classes[token[after]] in (WORD, NUMBER):
                    total += signs[token[after]]
                    after += 1
                inside = after if total == signs[here] else indptr[text]
            elif classes[here] == WORD and at < inside and signs[here] <= 2:
                part[at] = CLASSES
            if classes[here] == NUMBER and left:
                bound[at] = size
                left -= 1
            elif part[at] != CLASSES:
                left = np.int64(numbers[here])
                size = here


@njit("Tuple((int64[:], int32[:], boolean[:], int32[:]))(int64[:], int32[:], uint8[:], int32[:], boolean[:], "
      "uint64[:])", cache=True, nogil=True)
def _by_class(indptr: Any, token: Any, part: Any, bound: Any, is_scale: Any, key: Any) -> Any:
    """Statements regrouped by class; a mark that is also a size stands in both, a size once.

    Words and marks stay repeated: what a text says twice is what it is about.
    """
    texts = len(indptr) - 1
    start = np.zeros(texts * CLASSES + 1, np.int64)
    most = len(token) + np.sum(is_scale[token])
    out, as_size = np.empty(most, np.int32), np.zeros(most, np.bool_)
    belongs = np.full(most, -1, np.int32)
    end = 0
    for text in range(texts):
        for kind in range(CLASSES):
            first = end
            for at in range(indptr[text], indptr[text + 1]):
                scale = kind == SIZE and is_scale[token[at]]
                if part[at] != kind and not scale:
                    continue
                known = False
                for place in range(first, end if kind == SIZE else first):
                    if key[out[place]] == key[token[at]]:
                        known = True
                        break
                if not known:
                    out[end], as_size[end] = token[at], scale
                    belongs[end] = -1 if scale else bound[at]
                    end += 1
            start[text * CLASSES + kind + 1] = end
    return start, out[:end].copy(), as_size[:end].copy(), belongs[:end].copy()


@njit("Tuple((uint8[:], int64[:]))(uint8[:], int64[:], uint8[:])", cache=True, nogil=True)
def _letters(utf8: Any, start: Any, alphabet: Any) -> Any:
    """Texts in the small alphabet, words parted by one 0, one more at both ends."""
    out, ends = np.empty(len(utf8) + 2 * len(start), np.uint8), np.zeros(len(start), np.int64)
    end = 0
    for text in range(len(start) - 1):
        out[end] = 0
        end += 1
        place = start[text]
        while place < start[text + 1]:
            first = utf8[place]
            if first < 0x80:
                point, place = np.int64(first), place + 1
            elif first < 0xE0:
                point, place = (np.int64(first & 31) << 6) | (utf8[place + 1] & 63), place + 2
            elif first < 0xF0:
                point = (np.int64(first & 15) << 12) | (np.int64(utf8[place + 1] & 63) << 6) | (utf8[place + 2] & 63)
                place += 3
            else:
                point, place = np.int64(len(alphabet)), place + 4
            letter = alphabet[point] if point < len(alphabet) else 0
            if letter or out[end - 1]:
                out[end] = letter
                end += 1
        if out[end - 1]:
            out[end] = 0
            end += 1
        ends[text + 1] = end
    return out[:end].copy(), ends


@njit("float32[:](uint8[:], int64[:], float32[:])", cache=True, nogil=True)
def _norms(letters: Any, start: Any, weights: Any) -> Any:
    """Length of each text's vector of three-letter runs."""
    seen = np.full(len(weights), -1, np.int32)
    out = np.zeros(len(start) - 1, np.float32)
    for text in range(len(out)):
        run, total = 0, 0.0
        for place in range(start[text], start[text + 1]):
            run = ((run << 6) | letters[place]) & TRIGRAM_MASK
            if place >= start[text] + 2 and seen[run] != text:
                seen[run] = text
                total += np.float64(weights[run]) * np.float64(weights[run])
        out[text] = np.sqrt(total)
    return out


@njit("int64[:](uint8[:], int64[:])", cache=True, nogil=True)
def _count_trigrams(letters: Any, start: Any) -> Any:
    seen, count = np.full(TRIGRAMS, -1, np.int32), np.zeros(TRIGRAMS, np.int64)
    for text in range(len(start) - 1):
        run = 0
        for place in range(start[text], start[text + 1]):
            run = ((run << 6) | letters[place]) & TRIGRAM_MASK
            if place >= start[text] + 2 and seen[run] != text:
                seen[run] = text
                count[run] += 1
    return count
