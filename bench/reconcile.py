"""How good and how fast ``reconcile`` is.

    .venv/bin/python bench/reconcile.py DATA [--out FILE]

Spoiled names: the testing half of ``scripts/train_reconcile.py``, seed 2, a third of the owners not in the register.
Real names: organisations that stand both in the accounts (name without legal form, region from the ИНН) and in the
register of decree 719 (official name), asked from the one and looked for in the other, both ways; all other plants
of the asking list are asked too, where any answer is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from train_reconcile import asked_of, compared, read_firms, split_firms

from smezhnik.matching import reconcile as room

DRAWS = 1000


def interval(hits: NDArray[np.bool_]) -> list[float]:
    """Mean and the 95 % bootstrap interval of a share."""
    random_ = np.random.default_rng(0)
    means = [hits[random_.integers(0, len(hits), len(hits))].mean() for _ in range(DRAWS)] if len(hits) else [0.0]
    return [round(float(value), 4) for value in (hits.mean(), *np.quantile(means, (0.025, 0.975)))]


def measure(asked: pl.DataFrame, register: pl.DataFrame) -> dict[str, object]:
    """Hits among names whose owner is in the register; precision and reach of the two thresholds among all."""
    began = time.process_time()
    found, right = compared(asked, register)
    probability = room.calc_probability(found, room.load_weights())
    order = np.lexsort((found.candidate, -probability), axis=1)
    seconds = time.process_time() - began
    sure, hit = np.take_along_axis(probability, order, 1), np.take_along_axis(right, order, 1)
    owner = asked["inn"].is_in(register["inn"].implode()).to_numpy()
    taken = sure[:, 0] >= room.ACCEPT_FROM
    shown = (sure >= room.ASK_FROM) & ~taken[:, None]
    pairs, truth = sure[:, :5].ravel(), hit[:, :5].ravel()
    bins = np.minimum((pairs * 10).astype(int), 9)
    error = sum(abs(pairs[bins == at].mean() - truth[bins == at].mean()) * (bins == at).mean()
                for at in range(10) if (bins == at).any())
    return {
        "names": len(asked), "with_owner": int(owner.sum()), "register": len(register),
        "hit@1": interval(hit[owner, 0]), "hit@5": interval(hit[owner, :5].any(axis=1)),
        "accepted": int(taken.sum()), "accept_precision": interval(hit[taken, 0]),
        "accept_reach": round(float(hit[owner & taken, 0].sum() / max(owner.sum(), 1)), 4),
        "asked_a_person": int(shown.any(axis=1).sum()),
        "accept_or_ask_reach": round(float((hit & ((sure >= room.ASK_FROM) | (taken[:, None] & (order >= 0)))
                                            )[owner, :5].any(axis=1).mean()), 4),
        "ece_top5": round(float(error), 4), "cpu_seconds": round(seconds, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    register, _, test = split_firms(given.data)
    asked, gone = asked_of(test, 2)
    firms, listed = read_firms(given.data)
    both = set(firms["inn"]) & set(listed["inn"])
    others = random.Random(3).sample(sorted(set(listed["inn"]) - both), 1500)
    few = listed.filter(pl.col("inn").is_in([*both, *others]))
    blind = few.with_columns(region=pl.lit(None, pl.String))
    results = {
        "spoiled": measure(asked, register.filter(~pl.col("inn").is_in(sorted(gone)))),
        "register names among accounts": measure(few, firms),
        "register names among accounts, no region": measure(blind, firms),
        "account names among register": measure(firms.sample(10_000, seed=0, shuffle=False), listed),
        "account names among register, owners only": measure(firms.filter(pl.col("inn").is_in(sorted(both))), listed),
    }
    many = pl.concat([asked.select("name", "region")] * 2).head(10_000)
    began, cpu = time.perf_counter(), time.process_time()
    rows = len(room.reconcile(many, register))
    results["speed"] = {"names": len(many), "register": len(register), "rows": rows,
                        "cpu_seconds": round(time.process_time() - cpu, 2),
                        "wall_seconds": round(time.perf_counter() - began, 2)}
    for name, found in results.items():
        print(name, json.dumps(found, ensure_ascii=False))
    if given.out:
        given.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
