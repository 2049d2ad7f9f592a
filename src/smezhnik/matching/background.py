"""How telling a word or a run of three letters is in general: weights shipped with the ranking model.

The weights come from texts that everybody has (classifiers, public judged sets), never from the offers at hand:
so a score is a function of its own need and offer alone. An offer added, removed or hidden changes no other score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: Letters of the small alphabet take 6 bits, so three take 18.
TRIGRAMS = 1 << 18
#: Weights are kept in steps of 1 / STEPS, in one byte.
STEPS = 16


@dataclass(frozen=True)
class Background:
    """General weights.

    weight = ln((N + 1) / (df + 1)) of a word met in df of N texts, in steps of 1/16; of three letters likewise.

    Attributes
    ----------
    hashes : uint32[words], ascending: upper half of the 64-bit hash of the word's key
    steps : uint8[words], weight of the word
    unknown : weight of a word that is not in the list
    trigrams : float32[TRIGRAMS], weight of three letters
    """

    hashes: NDArray[np.uint32]
    steps: NDArray[np.uint8]
    unknown: float
    trigrams: NDArray[np.float32]

    def weigh(self, hashed: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Weights of words by the hashes of their keys."""
        short = (hashed >> np.uint64(32)).astype(np.uint32)
        weights = np.full(len(short), self.unknown, np.float32)
        if len(self.hashes) and len(short):
            at = np.minimum(np.searchsorted(self.hashes, short), len(self.hashes) - 1)
            known = self.hashes[at] == short
            weights[known] = self.steps[at[known]] / np.float32(STEPS)
        return weights

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is written into the file of the model."""
        steps = np.clip(np.rint(self.trigrams * STEPS), 0, 255).astype(np.uint8)
        return {"word_hashes": self.hashes, "word_steps": self.steps, "word_unknown": np.array(self.unknown),
                "trigram_steps": steps}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Background:
        """The inverse of ``arrays``."""
        return cls(arrays["word_hashes"], arrays["word_steps"], float(arrays["word_unknown"]),
                   arrays["trigram_steps"].astype(np.float32) / np.float32(STEPS))


def hash_keys(keys: Sequence[str]) -> NDArray[np.uint64]:
    """64-bit FNV-1a of each key: the same on every machine and in every version.

    >>> [hex(value) for value in hash_keys(["", "a"]).tolist()]
    ['0xcbf29ce484222325', '0xaf63dc4c8601ec8c']
    """
    text, start = join_bytes([key.encode() for key in keys])
    return np.asarray(_hash(text, start))


def join_bytes(pieces: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pieces one after another, and where each begins."""
    start = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum([len(piece) for piece in pieces], out=start[1:])
    # a copy: read-only arrays have another type, for which everything would be compiled once more
    return np.frombuffer(b"".join(pieces), np.uint8).copy(), start


@njit("uint64[:](uint8[:], int64[:])", cache=True, nogil=True)
def _hash(text: Any, start: Any) -> Any:
    out = np.empty(len(start) - 1, np.uint64)
    for at in range(len(out)):
        value = np.uint64(0xCBF29CE484222325)
        for place in range(start[at], start[at + 1]):
            value = (value ^ np.uint64(text[place])) * np.uint64(0x100000001B3)
        out[at] = value
    return out
