"""Boosted trees as arrays: each tree looks at the features of one reason, so contributions are exact by construction.

A tree's value goes whole to its reason; nothing is divided between reasons along a path. Training makes such trees
by forbidding features of different reasons to meet in one tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_GREATEST = float(np.finfo(np.float32).max)
#: Pairs evaluated in one call of the kernel.
BATCH = 1 << 16


@dataclass(frozen=True)
class Trees:
    """Trees, one node after another; a negative child c is the leaf −c − 1.

    Attributes
    ----------
    root : int32[trees], first node of each tree, or −leaf − 1 for a tree of one leaf
    reason : uint8[trees], the reason that each tree speaks for
    feature : uint8[nodes], column of the features
    threshold : float32[nodes], go left where value <= threshold
    absent_left : bool[nodes], where nan goes
    left, right : int32[nodes]
    value : float64[leaves]
    """

    root: NDArray[np.int32]
    reason: NDArray[np.uint8]
    feature: NDArray[np.uint8]
    threshold: NDArray[np.float32]
    absent_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]

    def contributions(self, features: NDArray[np.float32], reasons: int, *, threads: int = 1) -> NDArray[np.float64]:
        """Sum of the values of each reason's trees: float64[pairs, reasons]."""
        out = np.zeros((len(features), reasons))
        parts = [slice(first, first + BATCH) for first in range(0, len(features), BATCH)]
        arrays = (self.root, self.reason, self.feature, self.threshold, self.absent_left, self.left, self.right,
                  self.value)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: _evaluate(*arrays, features[part], out[part]), parts))
        return out

    def scaled(self, factor: float) -> Trees:
        """The same trees with every value times ``factor``."""
        return Trees(**{**self.arrays(), "value": self.value * factor})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is written into the file of the model."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Trees:
        """The inverse of ``arrays``; writable copies, for which alone the kernel is compiled."""
        return cls(**{item.name: np.array(arrays[item.name]) for item in fields(cls)})

    @classmethod
    def joined(cls, parts: Sequence[Trees]) -> Trees:
        """All trees of ``parts`` in a row."""
        nodes = np.cumsum([0, *(len(part.feature) for part in parts)])
        leaves = np.cumsum([0, *(len(part.value) for part in parts)])

        def shifted(children: NDArray[np.int32], place: int) -> NDArray[Any]:
            moved: NDArray[Any] = np.where(children >= 0, children + nodes[place], children - leaves[place])
            return moved.astype(np.int32)

        out: dict[str, NDArray[Any]] = {}
        for item in fields(cls):
            arrays = [getattr(part, item.name) for part in parts]
            if item.name in ("root", "left", "right"):
                arrays = [shifted(array, place) for place, array in enumerate(arrays)]
            out[item.name] = np.concatenate(arrays)
        return cls(**out)


def trees_of_dump(dump: Mapping[str, Any], reason_of: Sequence[int]) -> Trees:
    """Trees of ``Booster.dump_model()`` of LightGBM.

    Parameters
    ----------
    dump : the dictionary that LightGBM gives
    reason_of : reason of each feature; a tree whose features belong to several raises ValueError
    """
    rows: list[tuple[int, float, bool, int, int]] = []
    values: list[float] = []
    roots, reasons = [], []

    def leaf(node: Mapping[str, Any]) -> int:
        values.append(float(node["leaf_value"]))
        return -len(values)

    def walk(node: Mapping[str, Any], used: set[int]) -> int:
        if "split_feature" not in node:
            return leaf(node)
        place = len(rows)
        rows.append((0, 0.0, False, 0, 0))
        feature, threshold = int(node["split_feature"]), float(node["threshold"])
        used.add(reason_of[feature])
        absent_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0
        left, right = walk(node["left_child"], used), walk(node["right_child"], used)
        rows[place] = (feature, _floor32(threshold), absent_left, left, right)
        return place

    for tree in dump["tree_info"]:
        used: set[int] = set()
        root = walk(tree["tree_structure"], used)
        if len(used) > 1:
            raise ValueError(f"tree {tree['tree_index']} looks at features of several reasons")
        roots.append(root)
        reasons.append(used.pop() if used else 0)
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    types = (np.uint8, np.float32, np.bool_, np.int32, np.int32)
    nodes: list[NDArray[Any]] = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    feature_of, threshold_of, absent_left_of, left_of, right_of = nodes
    return Trees(np.array(roots, np.int32), np.array(reasons, np.uint8), feature_of, threshold_of, absent_left_of,
                 left_of, right_of, np.array(values, np.float64))


def _floor32(threshold: float) -> float:
    """The greatest 32-bit number not above: x <= threshold says the same of every 32-bit x."""
    near = np.float32(np.clip(threshold, -_GREATEST, _GREATEST))
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))


@njit("void(int32[:], uint8[:], uint8[:], float32[:], boolean[:], int32[:], int32[:], float64[:], float32[:, :], "
      "float64[:, :])", cache=True, nogil=True)
def _evaluate(  # type: ignore[no-untyped-def]
    root, reason, feature, threshold, absent_left, left, right, value, features, out,
):
    for pair in range(len(features)):
        row = features[pair]
        for tree in range(len(root)):
            node = root[tree]
            while node >= 0:
                given = row[feature[node]]
                goes_left = given <= threshold[node] or (given != given and absent_left[node])
                node = left[node] if goes_left else right[node]
            out[pair, reason[tree]] += value[-node - 1]
