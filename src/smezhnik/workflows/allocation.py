"""The plan of who serves which stored need, made in the background and kept as its three tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils import timezone

from smezhnik.cooperation.rows import link_row
from smezhnik.errors import InputError
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.matching.plan import Plan, plan
from smezhnik.progress import Progress
from smezhnik.records.access import KINDS, Viewer
from smezhnik.records.chain import plain
from smezhnik.registry.rows import frame_of, need_row, offer_row
from smezhnik.types import BASES

#: Tables of a plan, in the order of its page and of the sheets of its workbook.
TABLES = ("allocations", "uncovered", "shadow_prices")
#: What is kept of a plan besides its tables.
FIGURES = ("needs", "served", "partly", "needs_without_price", "needs_without_volume", "imported_th_rub",
           "wanted_imported_th_rub", "value_th_rub", "wanted_value_th_rub", "ask_value_th_rub", "doubt", "gap",
           "interrupted", "late")
#: Seconds for the decisions about lots and numbers of suppliers.
LIMIT_S = 60.0
#: Rows of each table that are kept: a plan of more is a matter of files.
MOST = 5_000


def plan_needs(job: Job, progress: Progress) -> Effect:
    """Who serves which need of the region, by the links that were found and the capacities that were declared."""
    viewer = Viewer(job.who, job.args["role"], job.held_by)
    links, needs, offers = (list(KINDS[kind].visible_to(viewer).filter(held_by=job.held_by))
                            for kind in ("link", "need", "offer"))
    if not links:
        raise InputError("plan_no_links")
    there = {one.pk for one in needs}, {one.pk for one in offers}
    links = [link for link in links if link.need_id in there[0] and link.offer_id in there[1]]
    made = plan(frame_of("links", map(link_row, links)), frame_of("needs", map(need_row, needs)),
                frame_of("offers", map(offer_row, offers)), on=timezone.localdate(),
                max_suppliers=job.args.get("max_suppliers"), min_grade=job.args["min_grade"],
                bases=tuple(one for one in BASES if one != "inferred" or job.args["inferred"]), time_limit_s=LIMIT_S,
                progress=progress)
    return Effect(result=plan_data(made))


def plan_data(made: Plan) -> dict[str, Any]:
    """A plan as a job keeps it."""
    rows = {name: getattr(made, name).head(MOST).to_dicts() for name in TABLES}
    left_out = sum(max(getattr(made, name).height - MOST, 0) for name in TABLES)
    kept: dict[str, Any] = plain({**{name: getattr(made, name) for name in FIGURES}, **rows, "left_out": left_out})
    return kept


@dataclass(frozen=True)
class Need:
    """A need of the plan: who serves it, what is left of it and why."""

    text: str
    buyer: str | None
    unit: str | None
    served: tuple[Mapping[str, Any], ...]
    left: Mapping[str, Any] | None

    @property
    def value_th_rub(self) -> float:
        """What is covered, th. RUB a year, as far as it is known."""
        return sum(one["value_th_rub"] or 0.0 for one in self.served)


def needs_of(result: Mapping[str, Any]) -> list[Need]:
    """Needs of a kept plan, those with the largest covered value first; then those that nobody serves."""
    by_need: dict[str, list[Mapping[str, Any]]] = {}
    for row in result["allocations"]:
        by_need.setdefault(row["need_id"], []).append(row)
    left = {row["need_id"]: row for row in result["uncovered"]}
    found = []
    for need_id in dict.fromkeys((*by_need, *left)):
        served = tuple(by_need.get(need_id, ()))
        first = served[0] if served else left[need_id]
        found.append(Need(first["need_text"] or need_id, first["buyer"], first["unit"], served, left.get(need_id)))
    return sorted(found, key=lambda need: (-need.value_th_rub, not need.served))


def frames_of(result: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """The tables of a kept plan as frames."""
    return {name: frame_of(name, result[name]) for name in TABLES}


def day_of(job: Job) -> dt.date:
    """The day for which the plan holds."""
    ended = timezone.localtime(job.ended_at) if job.ended_at is not None else timezone.localtime()
    return ended.date()
