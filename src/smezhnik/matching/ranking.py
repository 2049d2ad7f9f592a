"""The ranking model: log-odds that an offer suits a need, by reasons that add up exactly.

    score = base + text + marks + code + standard          probability = 1 / (1 + exp(−score))

A contribution is 0 where its question does not arise: no code on one side, no size in the need. The model is a file
of arrays (``model/ranker.npz``); no training library is needed to use it. How it was trained and how good it is:
``docs/why/ranking.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.errors import InputError
from smezhnik.matching.background import Background
from smezhnik.matching.bulk import Tokens, tokenise_all
from smezhnik.matching.features import FEATURES, REASON_OF, TEXT_REASONS, pair_features
from smezhnik.matching.profiles import Profiles, profile
from smezhnik.matching.ranges import Ranges, ranges_of
from smezhnik.matching.trees import Trees

__all__ = ["TEXT_REASONS", "Ranker"]

#: Format of the file; raised when its arrays change their meaning.
FORMAT = 2


@dataclass(frozen=True)
class Ranker:
    """A ranking model.

    contribution = scale · (Σ linear · ln(1 + feature) + Σ trees) − zero, over the features and trees of the reason;
    a feature that is absent adds nothing to the first sum. A candidate that another one surpasses loses ``behind`` for
    each unit of the difference (``fall_behind``): who is clearly not the best is seldom the right one.

    The file is a NumPy ``.npz``: ``meta`` (JSON as bytes: format, features, edition, sets it was trained on, seed,
    where its quality is recorded), ``base``, ``behind``, ``linear`` (float64[features]),
    ``scale`` and ``zero`` (float64[reasons]), the arrays of ``Trees`` as ``tree_…`` and of ``Background`` under their
    names. No pickled objects.

    Attributes
    ----------
    linear : float64[features], of the stated directions
    trees : trees, each of one reason; they correct what the linear part leaves
    background : general weights of words and letters, needed to make profiles
    base : score before any reason
    scale, zero : float64[reasons], weight of each reason, and what it gives where it has nothing to say
    behind : log-odds lost for each unit of the score that the best candidate of the need is ahead
    meta : what is known of the model
    """

    linear: NDArray[np.float64]
    trees: Trees
    background: Background
    base: float
    scale: NDArray[np.float64]
    zero: NDArray[np.float64]
    behind: float = 0.0
    meta: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def load(path: Path | None = None) -> Ranker:
        """The model of the file; without ``path`` the one that is shipped.

        Raises
        ------
        InputError ``model_unreadable``, ``model_format`` or ``model_features`` where the file is no model, or one of
        another version.
        """
        if path is None:
            return _shipped()
        with path.open("rb") as file:
            return _read(file, str(path))

    def save(self, file: Path | IO[bytes]) -> None:
        """Write the model; ``load`` reads it back without change."""
        meta = {**self.meta, "format": FORMAT, "features": [feature.name for feature in FEATURES],
                "reasons": list(TEXT_REASONS)}
        written = json.dumps(meta, ensure_ascii=False, sort_keys=True).encode()
        arrays: dict[str, Any] = {
            "meta": np.frombuffer(written, np.uint8), "base": np.array(self.base),
            "behind": np.array(self.behind), "linear": self.linear, "scale": self.scale, "zero": self.zero,
            **self.background.arrays(),
            **{f"tree_{name}": array for name, array in self.trees.arrays().items()},
        }
        np.savez_compressed(file, **arrays)

    def profile(self, tokens: Tokens, ranges: Ranges, texts: pl.Series, codes: pl.Series | None) -> Profiles:
        """Profiles of one side, made once; ``tokens`` and ``ranges`` are those of ``texts``."""
        return profile(tokens, ranges, texts, codes, self.background)

    def profile_texts(self, texts: pl.Series, codes: pl.Series | None = None) -> Profiles:
        """``profile`` where nobody has the tokens yet."""
        return self.profile(tokenise_all(texts), ranges_of(texts), texts, codes)

    def features(self, needs: Profiles, offers: Profiles, need: NDArray[np.intp], offer: NDArray[np.intp], *,
                 threads: int = 1) -> NDArray[np.float32]:
        """Features of pairs, float32[pairs, features]; see ``features.FEATURES``."""
        return pair_features(needs, offers, need, offer, self.background.trigrams, threads=threads)

    def explain(self, needs: Profiles, offers: Profiles, need: NDArray[np.intp], offer: NDArray[np.intp], *,
                threads: int = 1) -> tuple[float, NDArray[np.float64]]:
        """Base and contributions of the reasons for pairs (``need[i]``, ``offer[i]``).

        Returns
        -------
        base, float64[pairs, len(TEXT_REASONS)] : log-odds = base + the sum of the row, exactly.
        """
        return self.explain_features(self.features(needs, offers, need, offer, threads=threads), threads=threads)

    def explain_features(self, features: NDArray[np.float32], *, threads: int = 1
                         ) -> tuple[float, NDArray[np.float64]]:
        """``explain`` of pairs whose features are known."""
        sums = sum_by_reason(self.linear, self.trees, features, threads=threads)
        return self.base, sums * self.scale - self.zero

    def rescaled(self, base: float, scale: NDArray[np.float64], meta: Mapping[str, Any]) -> Ranker:
        """The model with other weights of its reasons: contributions times ``scale``, and another base."""
        return replace(self, base=base, scale=self.scale * scale, zero=self.zero * scale, meta=meta)


def fall_behind(need: NDArray[np.intp], score: NDArray[np.float64], behind: float) -> NDArray[np.float64]:
    """What each candidate loses against the best of its need: −behind · (best score − score); 0 for the best.

    Parameters
    ----------
    need : need of each candidate, those of one need together
    score : log-odds of each candidate
    """
    if not len(need):
        return np.empty(0)
    starts = np.flatnonzero(np.r_[True, need[1:] != need[:-1]])
    best = np.repeat(np.maximum.reduceat(score, starts), np.diff(np.r_[starts, len(need)]))
    return np.asarray(behind * (score - best))


def sum_by_reason(linear: NDArray[np.float64], trees: Trees, features: NDArray[np.float32], *, threads: int = 1
                  ) -> NDArray[np.float64]:
    """What the linear part and the trees give each reason: float64[pairs, reasons], before scale and zero."""
    sums = trees.contributions(features, len(TEXT_REASONS), threads=threads)
    used = np.flatnonzero(linear)
    _add_linear(linear[used], used, np.array(REASON_OF)[used], features, sums)
    return sums


@njit("void(float64[:], int64[:], int64[:], float32[:, :], float64[:, :])", cache=True, nogil=True)
def _add_linear(linear: Any, used: Any, reason: Any, features: Any, sums: Any) -> None:
    for pair in range(len(features)):
        for at in range(len(used)):
            given = np.float64(features[pair, used[at]])
            if given == given:
                sums[pair, reason[at]] += linear[at] * np.log1p(given)


def silent_values(trees: Trees) -> NDArray[np.float64]:
    """What each reason's trees give where its question does not arise; 0 for ``text``, whose question always does."""
    silent = np.array([[np.nan if feature.name in _ASKED else 0.0 for feature in FEATURES]], np.float32)
    values = trees.contributions(silent, len(TEXT_REASONS))[0]
    values[TEXT_REASONS.index("text")] = 0.0
    return np.asarray(values)


#: Features that are nan where nothing is asked.
_ASKED = frozenset(("need_marks", "offer_marks", "near_mark", "need_numbers", "offer_numbers", "code_signs",
                    "code_parts", "equal_standard"))


@cache
def _shipped() -> Ranker:
    with resources.files("smezhnik.matching").joinpath("model", "ranker.npz").open("rb") as file:
        return _read(file, "ranker.npz")


def _read(file: IO[bytes], name: str) -> Ranker:
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        meta = json.loads(arrays["meta"].tobytes())
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise InputError("model_unreadable", file=name) from error
    if meta.get("format") != FORMAT:
        raise InputError("model_format", file=name, found=meta.get("format"), expected=FORMAT)
    if meta.get("features") != [feature.name for feature in FEATURES]:
        raise InputError("model_features", file=name)
    trees = Trees.of_arrays({key.removeprefix("tree_"): array for key, array in arrays.items()
                             if key.startswith("tree_")})
    return Ranker(arrays["linear"], trees, Background.of_arrays(arrays), float(arrays["base"]), arrays["scale"],
                  arrays["zero"], float(arrays["behind"]), meta)
