"""The HTML and print kit: one self-contained page that every calculation room's results are shown with."""

from smezhnik.report.clusters import report_cluster
from smezhnik.report.links import report_links
from smezhnik.report.page import Page, render_page

__all__ = ["Page", "render_page", "report_cluster", "report_links"]
