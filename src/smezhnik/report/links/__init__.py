"""The report of links: which needs have suppliers, who gives what to whom, where, and why each candidate."""

from smezhnik.report.links.build import report_links

__all__ = ["report_links"]
