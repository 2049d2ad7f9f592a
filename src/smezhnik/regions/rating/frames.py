"""Ratings as declared tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from smezhnik.messages import Words
from smezhnik.regions.rating.change import REASONS, Change
from smezhnik.regions.rating.composite import Composite
from smezhnik.regions.rating.describe import describe_indicators
from smezhnik.regions.rating.peers import find_standings
from smezhnik.regions.rating.plan import Plan
from smezhnik.regions.rating.scheme import Indicator, Scheme
from smezhnik.regions.rating.uncertainty import Uncertainty
from smezhnik.tables import complete
from smezhnik.types import Lang


def of(words: Words | None, lang: Lang) -> str | None:
    """The words in a language."""
    return None if words is None else words.en if lang == "en" else words.ru


def make_ratings(composite: Composite, spread: Uncertainty | None = None) -> pl.DataFrame:
    """Table ``ratings``, best place first, equal places by name; regions that were not rated at the end."""
    known = (~composite.absent).mean(axis=1)
    filled = (composite.absent & ~np.isnan(composite.imputed)).sum(axis=1)
    rows: list[dict[str, Any]] = []
    for row in sorted(range(len(known)), key=lambda item: (composite.places[item], composite.table.names[item])):
        found: dict[str, Any] = {
            "territory": composite.table.regions[row], "name": composite.table.names[row], "year": composite.table.year,
            "place": float(composite.places[row]), "score": float(composite.index[row]),
            "known_share": float(known[row]), "filled": int(filled[row])}
        if spread is not None:
            found |= {"place_low": float(np.floor(spread.low[row])), "place_high": float(np.ceil(spread.high[row])),
                      "place_mean": float(spread.mean[row]), "same_share": float(spread.same[row])}
        rows.append(found)
    rows += [{"territory": region, "name": name, "year": composite.table.year, "known_share": share}
             for region, (name, share) in composite.unrated.items()]
    return complete(pl.DataFrame(rows, infer_schema_length=None), "ratings")


def make_scores(composite: Composite, lang: Lang, regions: Sequence[str] | None = None,
                peers: Sequence[int] = ()) -> pl.DataFrame:
    """Table ``rating_scores`` of all or some regions, in the order of their places."""
    order = np.argsort(composite.places, kind="stable")
    wanted = [composite.table.regions[row] for row in order] if regions is None else regions
    units = {item.code: of(item.unit, lang) for item in composite.scheme.indicators}
    rows = [{"territory": region, "name": composite.table.names[composite.row(region)], "code": item.code,
             "title": of(item.title, lang), "level": item.level, "value": item.value,
             "indicator_unit": units.get(item.code), "filled": item.filled or None, "points": item.points,
             "place": item.place, "median": item.median, "ahead": item.ahead, "weight": min(item.weight, 1.0)}
            for region in wanted for item in find_standings(composite, region, peers)]
    return complete(pl.DataFrame(rows, infer_schema_length=None), "rating_scores")


def make_dictionary(scheme: Scheme, composite: Composite | None, lang: Lang) -> pl.DataFrame:
    """Table ``rating_indicators``: of a scheme alone, or with what its data look like."""
    facts = {} if composite is None else {item.code: item for item in describe_indicators(composite)}
    blocks = {block.code: block.title for block in scheme.blocks}
    rows = []
    for item in scheme.indicators:
        row: dict[str, Any] = _entry(item, blocks, lang)
        if (fact := facts.get(item.code)) is not None:
            row |= {"weight": min(fact.weight, 1.0), "influence": fact.influence, "known_share": fact.known,
                    "least": fact.least, "median": fact.median, "most": fact.most, "treatment": fact.treatment,
                    "points": fact.points}
        elif composite is not None:
            row["left_out"] = True
        rows.append(row)
    return complete(pl.DataFrame(rows, infer_schema_length=None), "rating_indicators")


def _entry(item: Indicator, blocks: dict[str, Words], lang: Lang) -> dict[str, Any]:
    return {"code": item.code, "title": of(item.title, lang), "block": of(blocks[item.block], lang),
            "indicator_unit": of(item.unit, lang), "better": "more" if item.direction > 0 else "less",
            "per": item.per, "source": of(item.source, lang), "year": item.year}


def make_changes(change: Change, scheme: Scheme, lang: Lang) -> pl.DataFrame:
    """Table ``rating_changes``, regions in their order, for each the largest effect first."""
    titles = {item.code: of(item.title, lang) for item in scheme.indicators}
    rows = []
    for row, region in enumerate(change.regions):
        together = change.terms[row].sum(axis=1)
        rows += [{"territory": region, "name": change.names[row], "code": change.codes[column],
                  "title": titles[change.codes[column]], "effect": float(together[column]),
                  **{f"{reason}_effect": float(change.terms[row, column, place])
                     for place, reason in enumerate(REASONS)}}
                 for column in np.argsort(-np.abs(together), kind="stable")]
    return complete(pl.DataFrame(rows, infer_schema_length=None), "rating_changes")


def make_plan(plan: Plan, lang: Lang) -> pl.DataFrame:
    """Table ``rating_plan``, the largest gain first."""
    rows = [{"territory": plan.region, "name": plan.name, "code": move.indicator.code,
             "title": of(move.indicator.title, lang), "now": move.now, "needed": move.needed,
             "indicator_unit": of(move.indicator.unit, lang), "points": move.points, "gain": move.gain,
             "reached_by": move.reached_by, "source": of(move.indicator.source, lang)} for move in plan.moves]
    return complete(pl.DataFrame(rows, infer_schema_length=None), "rating_plan")
