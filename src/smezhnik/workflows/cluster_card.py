"""The card of a stored cluster: its verdict of a day, what to do, chain, shares and map, as far as the viewer reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.judge import judge
from smezhnik.cooperation.models import Cluster
from smezhnik.cooperation.queries import as_members
from smezhnik.cooperation.rows import member_row
from smezhnik.jobs.models import Job
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Organisation
from smezhnik.registry.rows import frame_of
from smezhnik.report.clusters.build import Drawn, draw_cluster
from smezhnik.report.clusters.findings import Row, make_rows
from smezhnik.report.clusters.plan import plan_of_repair
from smezhnik.rules.judge import Verdict
from smezhnik.rules.load import load_pack
from smezhnik.types import Lang
from smezhnik.workflows.cluster_records import PACK, Change, Stored
from smezhnik.workflows.cluster_repair import repair_of


@dataclass(frozen=True)
class Card:
    """A cluster on a day.

    Attributes
    ----------
    drawn : its cards, with what a repair would change where one was found
    stale : a repair was found, but the cluster or the law of the day is another now
    """

    verdict: Verdict
    drawn: Drawn
    stale: bool


def repair_job(cluster: Cluster, viewer: Viewer) -> Job | None:
    """The latest search for a repair; one that looked at more than the viewer may know of is not told."""
    found = Job.objects.filter(kind="repair_cluster", held_by=cluster.held_by, args__cluster=cluster.public_id)
    if not viewer.sees("confidential"):
        found = found.filter(args__role=viewer.role)
    return found.order_by("-id").first()


def cluster_card(whole: Stored, viewer: Viewer, *, on: dt.date, lang: Lang, job: Job | None = None,
                 acts: Mapping[str, Markup] | None = None) -> Card:
    """The card of a day: the verdict over everything, single contracts as far as the viewer may read them.

    Parameters
    ----------
    job : a search for a repair that is done
    acts : what may be done about a task (``draw_cluster``)

    Raises
    ------
    InputFaults where facts do not fit; InputError where the pack knows nothing of the day.
    """
    verdict = judge(whole.tables(), load_pack(whole.cluster.pack or PACK), on=on)
    found: Mapping[str, Any] = job.result if job is not None and job.state == "done" else {}
    repair = repair_of(found, whole, verdict) if found else None
    held_by = whole.cluster.held_by
    added = [member_row(one) for one in as_members(Organisation.objects.filter(
        held_by=held_by, archived=False, public_id__in=repair.added), held_by)] if repair and repair.added else []
    shown = whole.tables(viewer)
    drawn = draw_cluster(shown, verdict, lang=lang, plan=None if repair is None else plan_of_repair(repair, lang),
                         network=make_cluster(frame_of("members", added)) if added else None, acts=acts or {})
    return Card(verdict, drawn, bool(found) and repair is None)


@dataclass(frozen=True)
class Compared:
    """A criterion now and then: its row before and after, and whether its state is another."""

    before: Row
    after: Row
    changed: bool


@dataclass(frozen=True)
class WhatIf:
    """Both verdicts, and their criteria side by side, those that change first."""

    before: Verdict
    after: Verdict
    rows: tuple[Compared, ...]


def what_if(whole: Stored, change: Change, *, on: dt.date, lang: Lang) -> WhatIf:
    """The verdict of a day as it is and with a change; nothing is stored.

    Raises
    ------
    InputFaults where the changed cluster cannot be judged: a member sells more than it makes.
    """
    pack = load_pack(whole.cluster.pack or PACK)
    now, then = whole.tables(), whole.tables(change=change)
    before, after = judge(now, pack, on=on), judge(then, pack, on=on)
    rows = {row.code: row for row in make_rows(before, names_of(now), lang)}
    found = [Compared(rows[row.code], row, (rows[row.code].light, rows[row.code].found) != (row.light, row.found))
             for row in make_rows(after, names_of(then), lang)]
    return WhatIf(before, after, tuple(sorted(found, key=lambda one: not one.changed)))
