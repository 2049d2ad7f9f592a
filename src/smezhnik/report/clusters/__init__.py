"""The report of a cluster: does it meet the law of a day, what is missing, its chain, its shares, its places."""

from smezhnik.report.clusters.build import report_cluster

__all__ = ["report_cluster"]
