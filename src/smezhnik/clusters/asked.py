"""What the person asks of a cluster besides the law: who, how many, where, by which links."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from smezhnik.clusters.arrays import named
from smezhnik.errors import Fault, InputFaults
from smezhnik.rules.facts import Bools, Facts, Floats, Ints
from smezhnik.rules.forms import Distinct, Form, Sum

#: Codes of what is asked: they stand beside the codes of criteria in conflicts.
SIZE_LEAST, SIZE_MOST = "asked.least_size", "asked.most_size"
REGIONS, FROM_REGION = "asked.regions", "asked.from_region"
MUST, NEVER, SEED = "asked.must", "asked.never", "asked.seed"
Objective = Literal["volume", "imports"]


@dataclass(frozen=True)
class Request:
    """What is asked besides the law.

    Attributes
    ----------
    must, never : ids of those who have to be members, who may not
    seed : id of a maker of an end product to compose around: it is a member, and so may be who supplies it directly or
        through others, and whoever has no contracts at all (institutions)
    least_size, most_size : members
    least_regions : different regions among the members
    from_region : region → members from it at least
    possible : also links that nobody has signed
    new_volume_th_rub : the largest sum of contracts that would have to be signed; None for any
    objective : what is sought the most of: sums of contracts between members, or imports that they replace
    """

    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    seed: str | None = None
    least_size: int | None = None
    most_size: int | None = None
    least_regions: int | None = None
    from_region: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    possible: bool = False
    new_volume_th_rub: float | None = None
    objective: Objective = "volume"


def check_request(request: Request, facts: Facts) -> None:
    """All that cannot be meant, at once.

    Raises
    ------
    InputFaults ``clusters.request``: unknown ids and regions, a seed that makes no end product, somebody who must and
    must not, sizes that contradict, imports sought where no contract tells of any.
    """
    known = set(facts.ids)
    found = [Fault("clusters.unknown_member", {"id": name, "nearest": _nearest(name, facts.ids)})
             for name in dict.fromkeys((*request.must, *request.never, *([request.seed] if request.seed else [])))
             if name not in known]
    if request.seed in facts.ids and not facts.role("final_producer")[facts.ids.index(request.seed)]:
        found.append(Fault("clusters.seed_no_maker", {"id": request.seed}))
    regions = sorted({region for region in facts.label("region") if region is not None})
    found += [Fault("clusters.unknown_region", {"region": region, "nearest": _nearest(region, regions) or regions[:5]})
              for region in request.from_region if region not in regions]
    both = {*request.must, *([request.seed] if request.seed else [])} & set(request.never)
    found += [Fault("clusters.must_and_never", {"id": name}) for name in sorted(both)]
    if request.least_size is not None and request.most_size is not None and request.least_size > request.most_size:
        found.append(Fault("clusters.sizes", {"least": request.least_size, "most": request.most_size}))
    if request.most_size is not None and len(set(request.must)) > request.most_size:
        found.append(Fault("clusters.must_over_size", {"count": len(set(request.must)), "most": request.most_size}))
    if request.objective == "imports" and (facts.imported is None or np.isnan(facts.imported).all()):
        found.append(Fault("clusters.no_imports"))
    if request.new_volume_th_rub is not None and request.new_volume_th_rub < 0:
        found.append(Fault("clusters.new_volume", {"found": request.new_volume_th_rub}))
    if found:
        raise InputFaults(found, "clusters.request")


def asked_forms(request: Request, facts: Facts) -> dict[str, Form]:
    """What is asked of the members as a whole, as forms beside those of the law."""
    forms: dict[str, Form] = {}
    one = np.ones(facts.count)
    if request.least_size is not None:
        forms[SIZE_LEAST] = Sum(one, one, float(request.least_size))
    if request.most_size is not None:
        forms[SIZE_MOST] = Sum(-one, -one, -float(request.most_size))
    region = region_numbers(facts)
    if request.least_regions is not None:
        forms[REGIONS] = Distinct(region, request.least_regions)
    for name, least in request.from_region.items():
        here = np.array([label == name for label in facts.label("region")], np.float64)
        forms[f"{FROM_REGION}.{name}"] = Sum(here, here, float(least))
    return forms


def who_forms(request: Request, facts: Facts) -> dict[str, Form]:
    """Who has to be in and who may not, as forms: so that a conflict can name what was asked, not the law alone."""
    forms: dict[str, Form] = {}
    for code, part in ((MUST, Request(must=request.must)), (NEVER, Request(never=request.never)),
                       (SEED, Request(seed=request.seed, possible=request.possible))):
        allowed, must = masks(part, facts)
        value = np.where(must, 1.0, np.where(allowed, 0.0, -1.0 - must.sum()))
        if value.any():
            forms[code] = Sum(value, value, float(must.sum()))
    return forms


def region_numbers(facts: Facts) -> Ints:
    """[n] a number for each region, −2 where nobody said."""
    names = {name: number for number, name in enumerate(sorted({label for label in facts.label("region") if label}))}
    return np.array([names.get(label or "", -2) for label in facts.label("region")], np.int64)


def masks(request: Request, facts: Facts) -> tuple[Bools, Bools]:
    """[n] who may be a member, who has to be."""
    must = named(facts.ids, (*request.must, *([request.seed] if request.seed else [])))
    allowed = ~named(facts.ids, request.never)
    if request.seed is not None:
        seen = ~facts.possible | request.possible
        allowed &= _upstream(facts, seen, facts.ids.index(request.seed)) | _without_contracts(facts, seen) | must
    return allowed, must


def worth_of(facts: Facts, objective: Objective) -> Floats:
    """[m] thousand roubles a year that a contract adds to the objective; absent sums add nothing."""
    imported = np.zeros(len(facts.seller)) if facts.imported is None else facts.imported
    worth = imported if objective == "imports" else facts.volume
    return np.where(facts.signed(), np.nan_to_num(worth, nan=0.0), 0.0)


def _upstream(facts: Facts, seen: Bools, seed: int) -> Bools:
    """[n] who supplies the seed directly or through others."""
    found = np.zeros(facts.count, np.bool_)
    found[seed] = True
    while True:
        wider = found.copy()
        wider[facts.seller[seen & found[facts.buyer]]] = True
        if (wider == found).all():
            return found
        found = wider


def _without_contracts(facts: Facts, seen: Bools) -> Bools:
    alone = np.ones(facts.count, np.bool_)
    alone[facts.seller[seen]] = alone[facts.buyer[seen]] = False
    return alone


def _nearest(name: str, names: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(name, list(names), 3, 0.5)
