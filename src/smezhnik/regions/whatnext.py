"""What a region could make next: near to what it makes, worth making, and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import CannotSay, InputError
from smezhnik.regions.complexity import Complexity, calc_complexity
from smezhnik.regions.panel import Panel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Nearest products that are named for each candidate, and plants that make them.
NAMED_PRODUCTS, NAMED_PLANTS = 5, 5


@dataclass(frozen=True)
class NextWeights:
    """What makes a candidate stand high: stated shares of our own, each may be replaced; not negative, some above 0.

    Each measure counts by the share of the region's candidates that it surpasses (equal ones half).

    Attributes
    ----------
    near : density
    complex : PCI
    gain : COG, what it would open up
    growth : growth of the activity in all regions, where the table has years enough
    imports : imports it would replace, where they are given
    """

    near: float = 0.5
    complex: float = 0.15
    gain: float = 0.15
    growth: float = 0.1
    imports: float = 0.1


def what_next(panel: Panel, region: str, *, year: int | None = None, count: int = 20,
              weights: NextWeights = NextWeights(), imports: pl.DataFrame | None = None,
              organisations: pl.DataFrame | None = None, threshold: float = 1.0) -> pl.DataFrame:
    """Products that the region does not make with advantage yet, best first.

    Parameters
    ----------
    imports : activity, value (one unit): what is imported of it; summed where several rows name one activity
    organisations : the declared table (``org_id``, ``name``, ``region``, ``okved2``): who already makes related things
    threshold : advantage from which a product counts as made

    Returns
    -------
    frame, highest score first, then by code
        place; activity; score (0…1); density (0…1: part of what is near that the region makes) and density_place
        (among its candidates); rca and value now (0 where it makes none); pci; cog; growth (share a year of the
        activity in all regions, absent with one year); imports (absent where not given); near (nearest activities that
        the region makes, with proximity), plants (who makes them here: names), lacking (nearest activities that it does
        not make), basis (always ``inferred``: a calculation, not a finding on the spot)

    Raises
    ------
    InputError where the table has no such region or year; CannotSay where complexity cannot be calculated or the
    region makes everything.

    References
    ----------
    Hausmann, Hidalgo et al., "The Atlas of Economic Complexity" (2014), part 1, section 5; Balland, Boschma, Crespo,
    Rigby, "Smart specialization policy in the EU: relatedness, knowledge complexity and regional diversification",
    Regional Studies 53 (2019), 1252–1268.
    """
    place = panel.year(year)
    values, _, own = panel.flat_of(region, place)
    found = calc_complexity(values, threshold=threshold)
    candidates = np.flatnonzero(~found.presence[own] & ~np.isnan(found.density[own]))
    if not len(candidates):
        raise CannotSay("next_everything", region=region)
    growth = calc_yearly_growth(panel, place)[candidates]
    wanted = _imports(panel, imports)[candidates]
    parts = {"near": found.density[own, candidates], "complex": found.pci[candidates],
             "gain": found.cog[own, candidates], "growth": growth, "imports": wanted}
    score = score_parts(parts, weights)
    order = np.lexsort((candidates, -score))[:count]
    makers = _plants_of(organisations, region) if organisations is not None else None
    rows = []
    density_place = 1 + (parts["near"][None, :] > parts["near"][:, None]).sum(axis=1)
    for at, best in enumerate(order.tolist()):
        product = int(candidates[best])
        near, lacking = _nearest(found, own, product)
        made = [panel.activities[item] for item, _ in near]
        rows.append({
            "place": at + 1, "activity": panel.activities[product], "score": float(score[best]),
            "density": float(parts["near"][best]), "density_place": int(density_place[best]),
            "rca": float(found.rca[own, product]), "value": float(values[own, product]),
            "pci": float(found.pci[product]), "cog": float(parts["gain"][best]), "growth": _absent(growth[best]),
            "imports": _absent(wanted[best]),
            "near": [{"activity": panel.activities[item], "proximity": share} for item, share in near],
            "plants": None if makers is None else _name_plants(makers, [panel.activities[product], *made]),
            "lacking": [{"activity": panel.activities[item], "proximity": share} for item, share in lacking],
            "basis": "inferred"})
    pair = pl.List(pl.Struct({"activity": pl.String, "proximity": pl.Float64}))
    return pl.DataFrame(rows, schema_overrides={
        "growth": pl.Float64, "imports": pl.Float64, "near": pair, "lacking": pair, "plants": pl.List(pl.String)})


def score_parts(parts: dict[str, Floats], weights: NextWeights) -> Floats:
    """Weighted mean of what share of the candidates each surpasses; parts that nobody knows are left out.

    A candidate whose part alone is unknown stands in the middle of it: unknown is neither the best nor the worst.
    """
    total, score = 0.0, np.zeros(len(parts["near"]))
    for name, values in parts.items():
        weight, known = getattr(weights, name), ~np.isnan(values)
        if weight < 0:
            raise InputError("next_weights", name=name, found=weight)
        if weight and known.any():
            share = np.full(len(values), 0.5)
            inner = values[known]
            share[known] = ((inner[None, :] < inner[:, None]).mean(axis=1)
                            + (inner[None, :] == inner[:, None]).mean(axis=1) / 2)
            score += weight * share
            total += weight
    if not total:
        raise InputError("next_weights", name="near", found=0.0)
    return score / total


def calc_yearly_growth(panel: Panel, last: int) -> Floats:
    """Growth a year of each activity in the territories present in the panel's first year and in ``last``.

    (x_last / x_first)^(1 / years) − 1; nan with one year or where it began from nothing.
    """
    years = panel.years[last] - panel.years[0]
    if years <= 0:
        return np.full(len(panel.activities), np.nan)
    both = panel.present[0] & panel.present[last]
    first, after = panel.values[0, both].sum(axis=0), panel.values[last, both].sum(axis=0)
    ratio = np.divide(after, first, out=np.full_like(first, np.nan), where=first > 0)
    return np.asarray(ratio ** (1 / years) - 1)


def _imports(panel: Panel, imports: pl.DataFrame | None) -> Floats:
    if imports is None:
        return np.full(len(panel.activities), np.nan)
    sums = dict(imports.group_by("activity").agg(pl.col("value").sum()).iter_rows())
    return np.array([sums.get(activity, np.nan) for activity in panel.activities], np.float64)


def calc_proximity_to(presence: Flags, product: int) -> Floats:
    """φ[product, :]: one row of the proximity matrix; 0 for products that nobody makes."""
    made = presence.astype(np.float64)
    ubiquity = made.sum(axis=0)
    return np.asarray(made[:, product] @ made / np.maximum(np.maximum(ubiquity, ubiquity[product]), 1.0))


def _nearest(found: Complexity, own: int, product: int) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """The nearest products that the region makes, and those that it does not."""
    proximity = calc_proximity_to(found.presence, product)
    proximity[product] = 0.0
    order = np.argsort(-proximity, kind="stable")
    ranked = [(int(item), float(proximity[item])) for item in order if proximity[item] > 0]
    made = [pair for pair in ranked if found.presence[own, pair[0]]][:NAMED_PRODUCTS]
    lacking = [pair for pair in ranked if not found.presence[own, pair[0]]][:NAMED_PRODUCTS]
    return made, lacking


def _plants_of(organisations: pl.DataFrame, region: str) -> list[tuple[str, str]]:
    """Digits of the activity and name of each plant of the region, largest output first where it is known."""
    rows = organisations.filter((pl.col("region") == region) & pl.col("okved2").is_not_null())
    if "output_th_rub" in rows.columns:
        rows = rows.sort(["output_th_rub", "name"], descending=[True, False], nulls_last=True)
    return [(code.replace(".", ""), name) for code, name in rows.select("okved2", "name").iter_rows()]


def _name_plants(plants: list[tuple[str, str]], activities: list[str]) -> list[str]:
    """Plants whose code begins with one of the activities, in the order of the activities."""
    named = [name for activity in activities for code, name in plants
             if code.startswith(activity.replace(".", ""))]
    return list(dict.fromkeys(named))[:NAMED_PLANTS]


def _absent(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
