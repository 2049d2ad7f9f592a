"""Ratings beside published truth: every step of ASEM, ten thousand runs, Sobol' effects, plan, decomposition.

    ./run bench rating

CPU seconds of one process, the smallest of three; the truth is what COINr publishes (tests/rating/asem).
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from smezhnik.io.indicators import read_indicators
from smezhnik.io.schemes import read_scheme
from smezhnik.regions.rating import (
    Composite,
    calc_change,
    calc_plan,
    calc_sensitivity,
    calc_uncertainty,
    make_tables,
    rate,
)
from smezhnik.regions.rating.scheme import Joining, Ties, Weighting

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "rating" / "asem"
#: Total effects and 95 % intervals that COINr publishes for its example (600 runs).
PUBLISHED = {"outliers": (0.048, 0.033, 0.061), "normalisation": (0.271, 0.186, 0.370),
             "weights": (0.178, 0.141, 0.218), "joining": (0.618, 0.407, 0.837)}
RUNS = 3
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the smallest CPU time of ``RUNS``."""
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        found = work()
        took.append(time.process_time() - began)
    return found, min(took)


def golden(step: str, columns: tuple[str, ...], regions: tuple[str, ...]) -> np.ndarray:
    with (GOLDEN / f"{step}.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["UnitCode"]: row for row in csv.DictReader(stream)}
    return np.array([[float(rows[region][column]) if rows[region][column] not in ("", "NA") else np.nan
                      for column in columns] for region in regions])


def steps(composite: Composite, rounded: Composite) -> float:
    """Differences to every published step; the largest."""
    regions, largest = composite.table.regions, 0.0
    print("step          largest difference")
    for step in ("denominated", "imputed", "treated", "normalised"):
        truth = golden(step, composite.scheme.codes, regions)
        gap = np.nanmax(np.abs(getattr(composite, step) - truth) / np.maximum(np.abs(truth), 1))
        largest = max(largest, gap)
        print(f"{step:12}  {gap:.1e}")
    inner = composite.tree.codes[composite.tree.leaves:]
    codes = tuple("Index" if code == "index" else code for code in inner)
    gap = np.abs(composite.scores[composite.tree.leaves:].T - golden("aggregated", codes, regions)).max()
    places = golden("ranks", codes, regions)
    print(f"{'aggregated':12}  {gap:.1e}")
    print(f"places: {int((composite.places != places[:, -1]).sum())} of {len(regions)} differ for the index, "
          f"{int((places != rounded.node_places()[composite.tree.leaves:].T).sum())} of {places.size} at all levels "
          "(scores of two decimals, as published)")
    return float(max(largest, gap))


def measure() -> dict[str, float]:
    """Print everything side by side; the numbers that have a target, for ``bench regions``."""
    scheme = read_scheme("asem")
    read = read_indicators(ROOT / "examples" / "rating" / "asem.csv", scheme)
    table = make_tables(read.frame, scheme, file=read.file, rows=read.rows, headers=read.headers)[0]
    composite, took = timed(lambda: rate(table, scheme))
    largest = steps(composite, rate(table, replace(scheme, ties=Ties("standard", 2))))
    print(f"raw to index: {1000 * took:.0f} ms")
    spread, uncertain = timed(lambda: calc_uncertainty(composite, runs=10_000))
    print(f"10,000 uncertainty runs: {uncertain:.2f} s; mean width of an interval "
          f"{np.mean(spread.high - spread.low):.1f} places")
    effects, sensitive = timed(lambda: calc_sensitivity(composite))
    print(f"Sobol', {effects.runs:,} runs: {sensitive:.2f} s")
    print("total effect       ours [95 %]              published [95 %]      inside")
    for item in effects.effects:
        value, low, high = PUBLISHED[item.factor]
        print(f"  {item.factor:15}  {item.total:.3f} [{item.total_interval[0]:.3f}, {item.total_interval[1]:.3f}]    "
              f"{value:.3f} [{low:.3f}, {high:.3f}]   {'yes' if low <= item.total <= high else 'no'}")
    inside = [sum(PUBLISHED[item.factor][1] <= item.total <= PUBLISHED[item.factor][2]
                  for item in calc_sensitivity(composite, seed=seed, resamples=1).effects) for seed in range(20)]
    print(f"seeds 0 to 19: {sum(inside)} of {4 * len(inside)} effects inside the published intervals")
    plan, took = timed(lambda: calc_plan(composite, "Poland", gain=5))
    print(f"Poland {plan.place:.0f} to {plan.target:.0f}: {plan.needed - plan.score:+.2f} index points, effort "
          f"{plan.effort:.1f}, {len(plan.moves)} indicators, reached {plan.reached:.0f}: {1000 * took:.0f} ms")
    for label, weighting in (("unbounded", (0.0, 1.0)), ("shares 5 to 30 %", (0.05, 0.3))):
        free, took = timed(lambda shares=weighting: rate(table, replace(
            scheme, weighting=Weighting("envelopment", shares=shares))))
        print(f"envelopment, {label}: {int((free.index > 100 - 1e-6).sum())} of {len(free.places)} first, Spearman "
              f"{np.corrcoef(free.places, composite.places)[0, 1]:.3f}, {took:.2f} s")
    beaten, took = timed(lambda: rate(table, replace(scheme, joining=Joining("arithmetic", {"index": "copeland"}))))
    print(f"Copeland of the two sub-indices: Spearman {np.corrcoef(beaten.places, composite.places)[0, 1]:.3f}, "
          f"largest shift {np.abs(beaten.places - composite.places).max():.0f}, {1000 * took:.0f} ms")
    draw = np.random.default_rng(0)
    later = replace(table, values=table.values * draw.uniform(0.8, 1.2, table.values.shape))
    for method in ("arithmetic", "geometric", "harmonic"):
        asked = replace(scheme, joining=Joining(method))
        change = calc_change(rate(table, asked), rate(later, asked))
        print(f"what moved the index, {method}: terms leave {change.residual:.1e}")
    return {"largest_step_difference": largest, "uncertainty_10000_s": uncertain, "sobol_24576_s": sensitive,
            "effects_inside": sum(inside), "effects": 4 * len(inside)}


def main() -> None:
    measure()


if __name__ == "__main__":
    main()
