"""The kinds of criteria, one class each; importing the package registers them."""

from __future__ import annotations

from smezhnik.rules.criteria import counting, graph, logic, scores, shares, statements
from smezhnik.rules.criteria.base import READER, Each, Missing, Outcome, Test

__all__ = ["READER", "Each", "Missing", "Outcome", "Test", "counting", "graph", "logic", "scores", "shares",
           "statements"]
