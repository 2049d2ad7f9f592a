"""Ratings: schemes as data, every step kept, intervals of places, what moved a score and what would move it."""

from __future__ import annotations

from smezhnik.regions.rating.change import Change, Gap, calc_change, calc_gap, part_places
from smezhnik.regions.rating.composite import Composite, rate
from smezhnik.regions.rating.describe import calc_alpha, describe_indicators
from smezhnik.regions.rating.peers import Standing, find_peers, find_standings
from smezhnik.regions.rating.plan import Move, Plan, calc_plan
from smezhnik.regions.rating.scheme import Choices, Scheme
from smezhnik.regions.rating.table import IndicatorTable, make_tables
from smezhnik.regions.rating.uncertainty import (
    Sensitivity,
    Uncertainty,
    calc_sensitivity,
    calc_uncertainty,
    find_alike,
)

__all__ = ["Change", "Choices", "Composite", "Gap", "IndicatorTable", "Move", "Plan", "Scheme", "Sensitivity",
           "Standing", "Uncertainty", "calc_alpha", "calc_change", "calc_gap", "calc_plan", "calc_sensitivity",
           "calc_uncertainty", "describe_indicators", "find_alike", "find_peers", "find_standings", "make_tables",
           "part_places", "rate"]
