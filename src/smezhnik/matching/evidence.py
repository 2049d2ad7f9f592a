"""What a need and an offer state alike and what differently: words, sizes, marks, standards of a pair."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.background import hash_keys
from smezhnik.matching.bulk import Tokens
from smezhnik.matching.business import Rows
from smezhnik.matching.designations import Designations
from smezhnik.matching.normalise import ALIASES
from smezhnik.matching.quantities import kin_of, scale_of, show_quantity
from smezhnik.matching.ranges import Ranges, range_around, range_meeting
from smezhnik.matching.tokens import Kind

#: Kinds of what is found in a pair.
COMMON_WORD, EQUAL_MARK, UNEQUAL_MARK, EQUAL_STANDARD, UNEQUAL_STANDARD, LACKING_STANDARD, WITHIN_RANGE = range(7)

_WORD, _MARK, _STANDARD = range(3)
_CLASS: dict[int, int] = {
    Kind.WORD: _WORD, Kind.QUANTITY: _MARK, Kind.SIZE: _MARK, Kind.MARK: _MARK, Kind.STANDARD: _STANDARD,
}
_ALIASES = frozenset(ALIASES.values())
#: Stems of goods that are made of cores: their number stands before the section of each.
_CABLES = frozenset(("кабел", "провод", "шнур"))
#: The year at the end of a standard: two editions of one standard are the same standard here.
_EDITION = re.compile(r"-(?:(?:19|20)\d\d|[5-9]\d)$")


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
    texts : how each is shown to a person: first the distinct tokens, then the ranges
    """

    indptr: NDArray[np.int64]
    key: NDArray[np.uint64]
    group: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    value: NDArray[np.float64]
    ranges: Ranges
    shown: NDArray[np.int32]
    texts: pl.Series


class _Statement(NamedTuple):
    """What a different token or designation states: see ``Evidence``; without a key it states nothing."""

    key: str
    shown: str
    group: str = ""
    value: float = np.nan
    kind: int = _WORD


_NOTHING = _Statement("", "")


@dataclass(frozen=True)
class Found:
    """What was found in pairs, one entry a finding, in the order of the pairs and of the need's text.

    Attributes
    ----------
    pair : position of the pair
    kind : COMMON_WORD … WITHIN_RANGE: a size of one side lies in a range that the other states
    need, offer : ``Evidence.shown`` of the two sides; −1 where a side states nothing
    """

    pair: NDArray[np.int64]
    kind: NDArray[np.uint8]
    need: NDArray[np.int32]
    offer: NDArray[np.int32]


def evidence_of(tokens: Tokens, ranges: Ranges, designations: Designations) -> Evidence:
    """Statements of each text, from its tokens, ranges and designations; lone numbers and single letters are left out.

    A designation speaks for its pieces, and two numbers of a cable stay in their order: three cores of 4 mm² are not
    four of 3.
    """
    text = np.repeat(np.arange(len(tokens.indptr) - 1), np.diff(tokens.indptr))
    token, turned = _in_order_of_cables(tokens, text)
    distinct = [_statement(*piece) for piece in zip(tokens.keys, tokens.kinds.tolist(), tokens.surfaces, strict=True)]
    apart = _written_apart(tokens, distinct, text)
    distinct += [_statement(key, Kind.SIZE, key) for key in turned]
    named = [_Statement(*item, np.nan, _MARK) for item in zip(designations.key, designations.shown, designations.group,
                                                              strict=True)]
    place = {item: len(distinct) + at for at, item in enumerate(dict.fromkeys(named))}
    distinct += place
    keys = pl.Series([item.key for item in distinct], dtype=pl.String).hash().to_numpy()
    groups = [item.group for item in distinct]
    group = np.where([name == "" for name in groups], np.uint64(0), hash_keys(groups))
    kind = np.array([item.kind for item in distinct], np.uint8)
    value = np.array([item.value for item in distinct], np.float64)
    kept = np.array([item.key != "" for item in distinct], np.bool_)[token]
    kept[_pieces(tokens, token, text, designations)] = False
    token = np.r_[token[kept], np.array([place[item] for item in named], np.int32)]
    text = np.r_[text[kept], designations.text]
    apart = np.r_[apart[kept], np.zeros(len(named), np.bool_)]
    order = np.argsort(text, kind="stable")
    token, text, apart = token[order], text[order], apart[order]
    once = pl.DataFrame({"text": text, "key": keys[token]}).with_row_index("at").unique(
        ["text", "key"], keep="first", maintain_order=True)["at"].to_numpy()
    token, text, asks = token[once], text[once], np.where(apart[once], np.uint64(0), group[token[once]])
    indptr = np.zeros(len(tokens.indptr), np.int64)
    np.cumsum(np.bincount(text, minlength=len(tokens.indptr) - 1), out=indptr[1:])
    shown = pl.Series([item.shown for item in distinct], dtype=pl.String)
    return Evidence(indptr, keys[token], asks, kind[token], value[token], ranges, token,
                    pl.concat([shown, ranges.texts]))


def _in_order_of_cables(tokens: Tokens, text: NDArray[np.intp]) -> tuple[NDArray[np.int32], list[str]]:
    """Tokens with sizes of cables as they are written, under numbers of their own, and the keys of these.

    A size is kept by its numbers from the largest; the numbers that follow it stand as written.
    """
    token = tokens.token.copy()
    cable = np.array([key in _CABLES for key in tokens.keys], np.bool_)
    pair = np.array([kind == Kind.SIZE and key.count("*") == 1
                     for key, kind in zip(tokens.keys, tokens.kinds.tolist(), strict=True)], np.bool_)
    if not cable.any() or not pair.any():
        return token, []
    of_cable = np.isin(text, text[cable[token]])
    turned: dict[str, int] = {}
    for at in np.flatnonzero(pair[token] & of_cable).tolist():
        first, second = (float(tokens.keys[token[at + step]]) for step in (1, 2))
        if first < second:
            key = "*".join(reversed(tokens.keys[token[at]].split("*")))
            token[at] = len(tokens.keys) + turned.setdefault(key, len(turned))
    return token, list(turned)


def _written_apart(tokens: Tokens, distinct: Sequence[_Statement], text: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Marks of two neighbouring words (DN 150 PN 16 has «150pn»): they may agree, and are nobody's kin.

    What follows such a mark is its second word; what follows a mark written together is its beginning. A scale (М 12)
    is a scale in both spellings.
    """
    loose = np.array([kind == Kind.MARK and item.group != "" and scale_of(item.key) is None
                      for item, kind in zip(distinct, tokens.kinds.tolist(), strict=True)], np.bool_)
    apart = np.zeros(len(tokens.token), np.bool_)
    if not loose.any():
        return apart
    places = np.flatnonzero(loose[tokens.token])
    places = places[places + 1 < len(tokens.token)]
    places = places[text[places] == text[places + 1]]
    count = len(tokens.keys)
    pairs, which = np.unique(tokens.token[places].astype(np.int64) * count + tokens.token[places + 1],
                             return_inverse=True)
    second = [tokens.keys[pair // count].endswith(tokens.keys[pair % count]) for pair in pairs.tolist()]
    apart[places] = np.array(second, np.bool_)[which]
    return apart


def _pieces(tokens: Tokens, token: NDArray[np.int32], text: NDArray[np.intp], designations: Designations
            ) -> NDArray[np.intp]:
    """Places of marks that are pieces of a designation of their text."""
    if not designations.parts:
        return np.empty(0, np.intp)
    known = np.isin(text, designations.text)
    return np.array([at for at in np.flatnonzero(known).tolist()
                     if token[at] < len(tokens.keys) and (int(text[at]), tokens.keys[token[at]]) in designations.parts],
                    np.intp)


def compare(needs: Evidence, offers: Evidence, need: Rows, offer: Rows) -> Found:
    """What each pair states alike and what differently; what lies in a range is shown with the whole range."""
    arguments = (*_arrays(needs), *_arrays(offers), need, offer)
    empty = (np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int32), np.empty(0, np.int32))
    count = _compare(*arguments, *empty, False)  # type: ignore[call-arg]
    out = (np.empty(count, np.int64), np.empty(count, np.uint8), np.empty(count, np.int32), np.empty(count, np.int32))
    _compare(*arguments, *out, True)  # type: ignore[call-arg]
    return Found(*out)


def _arrays(side: Evidence) -> tuple[NDArray[Any] | int, ...]:
    ranges = side.ranges
    return (side.indptr, side.key, side.group, side.kind, side.value, side.shown,
            ranges.indptr, ranges.group, ranges.low, ranges.high, len(side.texts) - len(ranges.texts))


def _statement(key: str, token_kind: int, surface: str) -> _Statement:
    """What a token states; ``_NOTHING`` where it is no statement of its own."""
    if token_kind not in _CLASS:
        return _NOTHING
    kind = _CLASS[token_kind]
    if kind == _WORD:
        if len(surface) == 1 or key in _ALIASES:  # a piece of a mark, which speaks for itself
            return _NOTHING
        return _Statement(key, surface)
    if kind == _STANDARD:
        name, _, number = key.partition(":")
        return _Statement(_EDITION.sub("", key), f"{name.upper()} {number}", "standard", kind=kind)
    if token_kind == Kind.SIZE:
        return _Statement(key, key.replace("*", "×"), f"size:{key.count('*')}", kind=kind)
    if token_kind == Kind.QUANTITY:
        return _Statement(key, show_quantity(key), *(scale_of(key) or ("", np.nan)), kind)
    return _Statement(key, surface.upper(), *(kin_of(key) or ("", np.nan)), kind)


@njit(cache=True, nogil=True)
def _compare(  # type: ignore[no-untyped-def]
    n_ptr, n_key, n_group, n_kind, n_value, n_shown, n_ranges, n_of, n_low, n_high, n_text,
    o_ptr, o_key, o_group, o_kind, o_value, o_shown, o_ranges, o_of, o_low, o_high, o_text, need, offer,
    pair, kind, of_need, of_offer, write,
):
    count = 0
    used = np.zeros(512, np.uint8)
    for p in range(len(need)):
        n_from, n_to = n_ptr[need[p]], n_ptr[need[p] + 1]
        o_from, o_to = o_ptr[offer[p]], min(o_ptr[offer[p] + 1], o_ptr[offer[p]] + 512)
        n_first, n_last = n_ranges[need[p]], n_ranges[need[p] + 1]
        o_first, o_last = o_ranges[offer[p]], o_ranges[offer[p] + 1]
        told = -1  # the range of the need that was compared last: its two ends are one statement
        used[: o_to - o_from] = 0
        for a in range(n_from, n_to):
            what, group = n_kind[a], n_group[a]
            code, shown, other = -1, n_shown[a], -1
            for b in range(o_from, o_to):
                if o_key[b] == n_key[a]:
                    code = 0 if what == 0 else (1 if what == 1 else 3)
                    other = o_shown[b]
                    break
            if code < 0 and group == 0:
                continue
            if code < 0 and what == 1:
                least, most = n_value[a], n_value[a]
                wide = range_around(group, n_value[a], n_of, n_low, n_high, n_first, n_last)
                if wide >= 0:
                    if wide == told:
                        continue
                    told, least, most, shown = wide, n_low[wide], n_high[wide], n_text + wide
                met = range_meeting(group, least, most, o_of, o_low, o_high, o_first, o_last)
                if met >= 0:
                    code, other = 6, o_text + met
                elif wide >= 0:
                    for b in range(o_from, o_to):
                        if o_group[b] == group and least <= o_value[b] <= most:
                            code, other = 6, o_shown[b]
                            break
            if code < 0:
                for b in range(o_from, o_to):
                    # kin of equal number (SD990 and SD990IS): not known to differ
                    if o_group[b] != group or used[b - o_from] or o_value[b] == n_value[a]:
                        continue
                    stated = False
                    for c in range(n_from, n_to):
                        if n_key[c] == o_key[b]:
                            stated = True
                            break
                    if not stated:
                        used[b - o_from] = 1
                        code, other = 2 if what == 1 else 4, o_shown[b]
                        if what == 1:
                            wide = range_around(group, o_value[b], o_of, o_low, o_high, o_first, o_last)
                            other = o_text + wide if wide >= 0 else other
                        break
            if code < 0 and what == 2:
                code = 5
                for b in range(o_from, o_to):
                    if o_kind[b] == 2:  # another standard that the need names too: no lack
                        code = -1
                        break
            if code < 0:
                continue
            if write:
                pair[count], kind[count], of_need[count], of_offer[count] = p, code, shown, other
            count += 1
    return count
