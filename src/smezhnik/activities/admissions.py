"""What keeps products out of the purchases of customers: stages with their days, refusals, steps that plants lack."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from smezhnik.activities.access import visible_customers
from smezhnik.activities.missions import STAGES, judge_step
from smezhnik.activities.models import Admission, Customer, CustomerStep, Readiness
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_organisations


@dataclass(frozen=True)
class Stage:
    """A stage of admission: products that stand there, and the middle of the days that products spent at it.

    ``days`` is None where no product was ever there; those that still are count up to the day that is asked about.
    """

    code: str
    count: int
    days: float | None


@dataclass(frozen=True)
class Block:
    """What keeps products out: a refusal with its code, or a step with its name.

    ``count``: products that were refused, or plants that lack the step; ``of``: all products, or all plants that said
    something of the step.
    """

    kind: Literal["refusal", "step"]
    what: str
    count: int
    of: int


def stages_of(rows: Sequence[Admission], on: dt.date) -> list[Stage]:
    """Stages that products stand at or went through, in the order of the way."""
    days: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        gone = {row.stage: row.stage_on.isoformat(), **row.reached}  # of an older record only the last stage is known
        way = sorted((dt.date.fromisoformat(day), STAGES.index(stage)) for stage, day in gone.items())
        ends = [*(day for day, _ in way[1:]), on]
        for (begun, stage), end in zip(way, ends, strict=True):
            days[STAGES[stage]].append(max((end - begun).days, 0))
    counts = Counter(row.stage for row in rows)
    return [Stage(code, counts[code], median(days[code]) if days[code] else None) for code in STAGES
            if counts[code] or days[code]]


def what_blocks(viewer: Viewer, customers: Iterable[Customer], on: dt.date) -> list[Block]:
    """What blocks most at these customers: refusals by code and steps by name, the most frequent first."""
    asked = list(customers)
    rows = list(Admission.objects.filter(customer__in=asked, archived=False).values_list("stage", "refusal"))
    refused = Counter(refusal for stage, refusal in rows if stage == "refused")
    steps = {step.pk: step for step in CustomerStep.objects.filter(customer__in=asked, archived=False)}
    told: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    answers = Readiness.objects.filter(step__in=list(steps), archived=False, organisation__in=visible_organisations(
        viewer).values("pk"))
    for answer in answers:
        name = steps[answer.step_id].name
        told[name] += 1
        lacking[name] += judge_step(steps[answer.step_id], answer, on).light == "lacking"
    found = [Block("refusal", code, count, len(rows)) for code, count in refused.items()]
    found += [Block("step", name, count, told[name]) for name, count in lacking.items() if count]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.what))


def blocks_of_region(viewer: Viewer, region: str, on: dt.date) -> list[Block]:
    """The same of all customers of a region; nothing for who may not know of customers."""
    return what_blocks(viewer, visible_customers(viewer).filter(held_by=region), on)
