"""What a need and an offer state alike and what differently: words, sizes, marks, standards of a pair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.bulk import Tokens
from smezhnik.matching.business import Rows
from smezhnik.matching.normalise import ALIASES
from smezhnik.matching.ranges import Ranges, ranges_of
from smezhnik.matching.tokens import Kind

#: Kinds of what is found in a pair.
COMMON_WORD, EQUAL_MARK, UNEQUAL_MARK, EQUAL_STANDARD, UNEQUAL_STANDARD, LACKING_STANDARD = range(6)

_WORD, _MARK, _STANDARD = range(3)
_CLASS: dict[int, int] = {
    Kind.WORD: _WORD, Kind.QUANTITY: _MARK, Kind.SIZE: _MARK, Kind.MARK: _MARK, Kind.STANDARD: _STANDARD,
}
#: A mark of few letters and a number names a scale: М1 and М4, Ду50 and Ду80 exclude each other.
_SCALE = re.compile(r"([a-zа-я]{1,3})([0-9.]+)")
#: Base unit → (unit shown, power of ten) from the largest; the first with a number of at least 1 is shown.
_SHOWN_UNITS: dict[str, tuple[tuple[str, int], ...]] = {
    "м": (("м", 0), ("мм", -3), ("мкм", -6)),
    "м2": (("м²", 0), ("мм²", -6)),
    "г": (("т", 6), ("кг", 3), ("г", 0), ("мг", -3)),
    "л": (("м³", 3), ("л", 0), ("мл", -3)),
    "в": (("кВ", 3), ("В", 0)),
    "вт": (("МВт", 6), ("кВт", 3), ("Вт", 0)),
    "а": (("А", 0), ("мА", -3)),
    "гц": (("ГГц", 9), ("МГц", 6), ("кГц", 3), ("Гц", 0)),
    "па": (("МПа", 6), ("кПа", 3), ("Па", 0)),
    "б": (("ТБ", 12), ("ГБ", 9), ("МБ", 6), ("КБ", 3)),
}
#: The year at the end of a standard: two editions of one standard are the same standard here.
_EDITION = re.compile(r"-(?:(?:19|20)\d\d|[5-9]\d)$")
_QUANTITY = re.compile(r"=([0-9.]+)(\D.*)")


@dataclass(frozen=True)
class Evidence:
    """What the texts of one side state.

    Attributes
    ----------
    indptr : int64[texts + 1]
    key : uint64[found], equal where two sides state the same; each once a text
    group : uint64[found], equal where two statements answer the same question (length, mark М…, a standard); 0: none
    kind : uint8[found], word, mark or standard
    value : float64[found], number on the scale of ``group``; nan where it is no number
    ranges : what each text states from … to
    shown : int32[found], position in ``texts``
    texts : how each is shown to a person
    """

    indptr: NDArray[np.int64]
    key: NDArray[np.uint64]
    group: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    value: NDArray[np.float64]
    ranges: Ranges
    shown: NDArray[np.int32]
    texts: pl.Series


@dataclass(frozen=True)
class Found:
    """What was found in pairs, one entry a finding, in the order of the pairs and of the need's text.

    Attributes
    ----------
    pair : position of the pair
    kind : COMMON_WORD … LACKING_STANDARD
    need, offer : ``Evidence.shown`` of the two sides; −1 where a side states nothing
    """

    pair: NDArray[np.int64]
    kind: NDArray[np.uint8]
    need: NDArray[np.int32]
    offer: NDArray[np.int32]


def evidence_of(tokens: Tokens, source: pl.Series) -> Evidence:
    """Statements of each text of ``source``, from its tokens; lone numbers and single letters are left out."""
    distinct = [_statement(*piece) for piece in zip(tokens.keys, tokens.kinds.tolist(), tokens.surfaces, strict=True)]
    usable = np.array([item is not None for item in distinct], np.bool_)
    keys = pl.Series([item[0] if item else "" for item in distinct], dtype=pl.String).hash().to_numpy()
    groups = pl.Series([item[1] if item else "" for item in distinct], dtype=pl.String)
    group = np.where((groups == "").to_numpy(), np.uint64(0), groups.hash().to_numpy())
    kind = np.array([item[2] if item else 0 for item in distinct], np.uint8)
    value = np.array([_value(item[0]) if item else np.nan for item in distinct], np.float64)
    text = np.repeat(np.arange(len(tokens.indptr) - 1), np.diff(tokens.indptr))
    kept = usable[tokens.token] if len(distinct) else np.empty(0, np.bool_)
    token, text = tokens.token[kept], text[kept]
    once = pl.DataFrame({"text": text, "key": keys[token]}).with_row_index("at").unique(
        ["text", "key"], keep="first", maintain_order=True)["at"].to_numpy()
    token, text = token[once], text[once]
    indptr = np.zeros(len(tokens.indptr), np.int64)
    np.cumsum(np.bincount(text, minlength=len(tokens.indptr) - 1), out=indptr[1:])
    shown = pl.Series([item[3] if item else "" for item in distinct], dtype=pl.String)
    return Evidence(indptr, keys[token], group[token], kind[token], value[token], ranges_of(source), token, shown)


def compare(needs: Evidence, offers: Evidence, need: Rows, offer: Rows) -> Found:
    """What each pair states alike and what differently; a size inside a range that the other side states is alike."""
    arguments = (*_arrays(needs), *_arrays(offers), need, offer)
    empty = (np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int32), np.empty(0, np.int32))
    count = _compare(*arguments, *empty, False)  # type: ignore[call-arg]
    out = (np.empty(count, np.int64), np.empty(count, np.uint8), np.empty(count, np.int32), np.empty(count, np.int32))
    _compare(*arguments, *out, True)  # type: ignore[call-arg]
    return Found(*out)


def _arrays(side: Evidence) -> tuple[NDArray[Any], ...]:
    ranges = side.ranges
    return (side.indptr, side.key, side.group, side.kind, side.value, side.shown,
            ranges.indptr, ranges.group, ranges.low, ranges.high)


def _value(key: str) -> float:
    """The number of a quantity (``=0.004м``) or of a mark (``m8``) on its scale."""
    match = _QUANTITY.fullmatch(key) or _SCALE.fullmatch(key)
    return float(match[1] if key.startswith("=") else match[2]) if match and match[0].count(".") <= 1 else np.nan


def show_quantity(key: str) -> str:
    """``=0.004м`` → ``4 мм``: a quantity in the unit in which it is at least 1."""
    match = _QUANTITY.fullmatch(key)
    if match is None:
        return key
    value, base = float(match[1]), match[2]
    for unit, power in _SHOWN_UNITS.get(base, ((base, 0),)):
        scaled = value / 10.0**power
        if scaled >= 1 or power == _SHOWN_UNITS.get(base, ((base, 0),))[-1][1]:
            return f"{scaled:.10g}".replace(".", ",") + "\u00a0" + unit
    return key


def _statement(key: str, token_kind: int, surface: str) -> tuple[str, str, int, str] | None:
    """Key, group, kind and shown text of a token; None where it is no statement of its own."""
    if token_kind not in _CLASS:
        return None
    kind = _CLASS[token_kind]
    if kind == _WORD:
        if len(surface) == 1 or key in ALIASES.values():  # a piece of a mark, which speaks for itself
            return None
        return key, "", kind, surface
    if kind == _STANDARD:
        name, _, number = key.partition(":")
        return _EDITION.sub("", key), "standard", kind, f"{name.upper()} {number}"
    if token_kind == Kind.QUANTITY:
        match = _QUANTITY.fullmatch(key)
        return key, f"unit:{match[2]}" if match else "", kind, show_quantity(key)
    if token_kind == Kind.SIZE:
        return key, f"size:{key.count('*')}", kind, key.replace("*", "×")
    scale = _SCALE.fullmatch(key)
    return key, f"mark:{scale[1]}" if scale else "", kind, surface.upper()


@njit(cache=True, nogil=True)
def _in_range(  # type: ignore[no-untyped-def]
    group, value, n_first, n_last, n_of, n_low, n_high, o_from, o_to, o_group, o_value, o_first, o_last, o_of, o_low,
    o_high,
):
    """Whether a size of the need lies in a range of the offer, or a range of the need meets what the offer states."""
    low, high = value, value
    for n in range(n_first, n_last):
        if n_of[n] == group and n_low[n] <= value <= n_high[n]:
            low, high = n_low[n], n_high[n]
    for o in range(o_first, o_last):
        if o_of[o] == group and o_low[o] <= high and low <= o_high[o]:
            return True
    if low < high:
        for b in range(o_from, o_to):
            if o_group[b] == group and low <= o_value[b] <= high:
                return True
    return False


@njit(cache=True, nogil=True)
def _compare(  # type: ignore[no-untyped-def]
    n_ptr, n_key, n_group, n_kind, n_value, n_shown, n_ranges, n_of, n_low, n_high,
    o_ptr, o_key, o_group, o_kind, o_value, o_shown, o_ranges, o_of, o_low, o_high, need, offer,
    pair, kind, of_need, of_offer, write,
):
    count = 0
    used = np.zeros(512, np.uint8)
    for p in range(len(need)):
        n_from, n_to = n_ptr[need[p]], n_ptr[need[p] + 1]
        o_from, o_to = o_ptr[offer[p]], min(o_ptr[offer[p] + 1], o_ptr[offer[p]] + 512)
        used[: o_to - o_from] = 0
        for a in range(n_from, n_to):
            what = n_kind[a]
            found = -1
            for b in range(o_from, o_to):
                if o_key[b] == n_key[a]:
                    found = b
                    break
            if found >= 0:
                code = 0 if what == 0 else (1 if what == 1 else 3)
            else:
                if n_group[a] == 0:
                    continue
                if what == 1 and _in_range(
                    n_group[a], n_value[a], n_ranges[need[p]], n_ranges[need[p] + 1], n_of, n_low, n_high,
                    o_from, o_to, o_group, o_value, o_ranges[offer[p]], o_ranges[offer[p] + 1], o_of, o_low, o_high,
                ):
                    if write:
                        pair[count] = p
                        kind[count] = 1
                        of_need[count] = n_shown[a]
                        of_offer[count] = -1
                    count += 1
                    continue
                for b in range(o_from, o_to):
                    if o_group[b] != n_group[a] or used[b - o_from]:
                        continue
                    stated = False
                    for c in range(n_from, n_to):
                        if n_key[c] == o_key[b]:
                            stated = True
                            break
                    if not stated:
                        found = b
                        break
                if found >= 0:
                    used[found - o_from] = 1
                    code = 2 if what == 1 else 4
                elif what == 2:
                    code = 5
                    for b in range(o_from, o_to):
                        if o_kind[b] == 2:  # another standard that the need names too: no lack
                            code = -1
                            break
                    if code < 0:
                        continue
                else:
                    continue
            if write:
                pair[count] = p
                kind[count] = code
                of_need[count] = n_shown[a]
                of_offer[count] = o_shown[found] if found >= 0 else -1
            count += 1
    return count
