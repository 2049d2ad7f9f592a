"""The page of a rating: places with their intervals, what made them, what would move them."""

from smezhnik.report.rating.build import report_rating
from smezhnik.report.rating.facts import RatingFacts

__all__ = ["RatingFacts", "report_rating"]
