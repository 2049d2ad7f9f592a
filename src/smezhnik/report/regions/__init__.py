"""The page of a region: what it is strong in, what changed, what it could make next."""

from smezhnik.report.regions.build import report_region
from smezhnik.report.regions.facts import RegionFacts

__all__ = ["RegionFacts", "report_region"]
