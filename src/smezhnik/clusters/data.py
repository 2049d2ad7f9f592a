"""Compositions, repairs, conflicts and candidates as plain data, for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from smezhnik.clusters.compose import Composition
from smezhnik.clusters.conflicts import Conflicts
from smezhnik.clusters.discover import Candidate
from smezhnik.clusters.repair import Repair
from smezhnik.clusters.whatif import WhatIf
from smezhnik.rules.data import verdict_data

Names = Mapping[str, str]


def composition_data(made: Composition, names: Names) -> dict[str, Any]:
    """A composition with its proof and both verdicts; what is unbounded or unknown is null."""
    return {
        "status": made.status, "objective": made.objective, "members": _called(made.members, names),
        "value_th_rub": made.value_th_rub, "unsigned_th_rub": made.unsigned_th_rub,
        "bound_th_rub": _finite(made.bound_th_rub), "gap": _finite(made.gap),
        "asked_gap": made.asked_gap,
        "new_contracts": [asdict(item) for item in made.new_contracts], "beside": list(made.beside),
        "outsiders": [_outsider(item) for item in made.outsiders], "missing": [asdict(item) for item in made.missing],
        "interrupted": made.interrupted, "verdict": verdict_data(made.verdict, names),
        "verdict_if_signed": verdict_data(made.verdict_if_signed, names),
    }


def repair_data(made: Repair, names: Names) -> dict[str, Any]:
    """A repair with its proof, what is unavoidable, and the verdicts before and after."""
    return {
        "status": made.status, "added": _called(made.added, names), "removed": _called(made.removed, names),
        "kept": _called(made.kept, names), "new_contracts": [asdict(item) for item in made.new_contracts],
        "least_volume": made.least_volume, "unavoidable": [_outsider(item) for item in made.unavoidable],
        "weight": _finite(made.weight), "bound": _finite(made.bound), "beside": list(made.beside),
        "interrupted": made.interrupted, "missing": [asdict(item) for item in made.missing],
        "verdict": verdict_data(made.verdict, names), "verdict_after": verdict_data(made.verdict_after, names),
    }


def conflicts_data(found: Conflicts, names: Names) -> dict[str, Any]:
    """Conflicts, relaxations and reaches; codes of criteria, and of what was asked (``asked.…``)."""
    return {
        "possible": found.possible, "complete": found.complete, "interrupted": found.interrupted,
        "conflicts": [list(one) for one in found.minimal],
        "relaxations": [list(one) for one in found.relaxations], "impossible_alone": list(found.impossible_alone),
        "unproved": [list(one) for one in found.unproved],
        "reaches": [{"criterion": item.code, "found": item.finding.found, "needed": item.finding.needed,
                     "unit": item.finding.unit, "proved": item.proved, "supposed": item.supposed,
                     "members": _called(item.members, names)}
                    for item in found.reaches],
        "unreached": list(found.unreached), "beside": list(found.beside), "searches": found.searches,
    }


def candidates_data(found: tuple[Candidate, ...], names: Names) -> list[dict[str, Any]]:
    """Candidate clusters, each with its composition."""
    return [{"around": item.around, "pool": item.pool, "shared": list(item.shared),
             **composition_data(item.composition, names)} for item in found]


def what_if_data(found: WhatIf, names: Names) -> dict[str, Any]:
    """Both verdicts and the criteria whose state changed."""
    return {"changed": list(found.changed), "idle": [{"reason": reason, "id": own} for reason, own in found.idle],
            "before": verdict_data(found.before, names), "after": verdict_data(found.after, names)}


def _called(ids: tuple[str, ...], names: Names) -> list[dict[str, str]]:
    return [{"id": own, "name": names.get(own, own)} for own in ids]


def _outsider(item: Any) -> dict[str, Any]:
    return {"id": item.id, "reason": item.reason, "criterion": item.criterion, "found": _finite(item.found),
            "needed": _finite(item.needed), "unit": item.unit, "found_share": _finite(item.found_share),
            "needed_share": _finite(item.needed_share)}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
