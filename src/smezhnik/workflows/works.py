"""Every kind of work in the background, by the name under which it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from smezhnik.jobs.worker import Work
from smezhnik.workflows.allocation import plan_needs
from smezhnik.workflows.cluster_repair import repair_cluster
from smezhnik.workflows.column import match_column
from smezhnik.workflows.compose_records import SEARCHES
from smezhnik.workflows.imports import apply_import, read_import, undo_import
from smezhnik.workflows.pairs import compare_regions
from smezhnik.workflows.partners import match_needs

WORKS: Mapping[str, Work] = {
    "read_import": read_import,
    "apply_import": apply_import,
    "undo_import": undo_import,
    "match_needs": match_needs,
    "match_column": match_column,
    "compare_regions": compare_regions,
    "repair_cluster": repair_cluster,
    "plan_needs": plan_needs,
    **SEARCHES,
}
