"""Find, explain and plan the cooperation links that regional industry is missing.

The verbs below take and give Polars frames; the command line and the web use the same ones.
They are loaded when first used, so that ``import smezhnik`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Public verb → where it lives.
_VERBS = {
    "match": "smezhnik.matching.match",
    "plan": "smezhnik.matching.plan",
    "suggest_codes": "smezhnik.matching.suggest",
    "reconcile": "smezhnik.matching.reconcile",
    "likely_needs": "smezhnik.regions.likely",
    "likely_offers": "smezhnik.regions.likely",
    "complement": "smezhnik.regions.complement",
    "load_pack": "smezhnik.rules.load",
    "make_cluster": "smezhnik.clusters.cluster",
    "judge": "smezhnik.clusters.judge",
    "compose": "smezhnik.clusters.compose",
    "repair": "smezhnik.clusters.repair",
    "conflicts": "smezhnik.clusters.conflicts",
    "discover": "smezhnik.clusters.discover",
    "what_if": "smezhnik.clusters.whatif",
    "make_panel": "smezhnik.regions.panel",
    "location_quotients": "smezhnik.regions.specialisation",
    "shift_share": "smezhnik.regions.specialisation",
    "structures": "smezhnik.regions.specialisation",
    "complexity": "smezhnik.regions.complexity",
    "backtest": "smezhnik.regions.backtest",
    "what_next": "smezhnik.regions.whatnext",
    "suppress": "smezhnik.regions.suppression",
    "linkages": "smezhnik.regions.linkages",
}
__all__ = ["__version__", *sorted(_VERBS)]


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module 'smezhnik' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
