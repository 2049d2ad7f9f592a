"""The HTML and print kit: one self-contained page that every calculation room's results are shown with."""

from smezhnik.report.clusters import report_cluster
from smezhnik.report.links import report_links
from smezhnik.report.page import Page, render_page
from smezhnik.report.rating import report_rating
from smezhnik.report.regions import report_region

__all__ = ["Page", "render_page", "report_cluster", "report_links", "report_rating", "report_region"]
