"""What needs somebody today: one list by urgency out of all rooms; only what the viewer may see and do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from smezhnik.accords.queries import ending, orders_due, orders_to_decide, without_plan
from smezhnik.cooperation.access import visible_clusters
from smezhnik.cooperation.queries import best_links, due_cases, needs_without_candidates
from smezhnik.imports.access import visible_imports
from smezhnik.jobs.access import visible_jobs
from smezhnik.promises.reminders import RED_LIST_DAY
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.registry.access import visible_organisations
from smezhnik.registry.models import Fact
from smezhnik.tables import table
from smezhnik.workflows.activity_tasks import activity_tasks
from smezhnik.workflows.task import URGENCIES, Task, urgency_of
from smezhnik.workflows.verdicts import verdicts_on

#: What a task is about, in the order of the filters of the page.
KINDS_OF_TASK = ("order", "agreement", "meeting", "event", "customer", "case", "candidate", "need", "expiry", "import",
                 "verdict", "job")
#: Tasks of one kind that are looked at; a register entry or a fact that ends within so many days is told of.
MOST, SOON = 50, dt.timedelta(days=60)
#: Days before its deadline from which an order is reminded of.
SOON_DUE = 10
#: Clusters of a region whose verdict is looked at, more than any region has; the day before that it is compared with.
JUDGED, BEFORE = 500, dt.timedelta(days=30)


def tasks_of(viewer: Viewer, today: dt.date) -> list[Task]:
    """All that waits for the viewer: by urgency, then day, then money, most first."""
    found = [*_orders(viewer, today), *_agreements(viewer, today), *activity_tasks(viewer, today),
             *_cases(viewer, today), *_candidates(viewer), *_needs(viewer), *_expiring(viewer, today),
             *_imports(viewer), *_verdicts(viewer, today), *_jobs(viewer)]
    return sorted(found, key=lambda task: (URGENCIES.index(task.urgency), task.day or dt.date.max,
                                           -(task.th_rub or 0), task.subject))


def counted(tasks: Sequence[Task]) -> dict[str, int]:
    """How many tasks there are of each kind that has any."""
    counts = {kind: sum(task.kind == kind for task in tasks) for kind in KINDS_OF_TASK}
    return {kind: count for kind, count in counts.items() if count}


def _orders(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Orders that fall due within ten days or are overdue, or whose pre-emptive report is; those that wait for the
    viewer as their controller; on Mondays the red list.
    """
    kind, decided = KINDS["order"], set()
    if viewer.role in EDITORS and viewer.region:
        for order in orders_to_decide(viewer)[:MOST]:
            decided.add(order.pk)
            seen, due = kind.seen(viewer, order), order.due or today
            yield Task("order", min(urgency_of(due, today), "today", key=URGENCIES.index), "half",
                       seen["number"] or order.public_id, f"today.order.{order.state}", "today.do.decide",
                       ("order", order.public_id), seen["text"], day=order.due)
    due = list(orders_due(viewer, today, within=SOON_DUE)[:MOST])
    for order in due:
        if order.pk not in decided:
            seen, day = kind.seen(viewer, order), order.next_day
            late, why = day < today, "report_by" if day == order.report_by else "late" if day < today else "due"
            yield Task("order", urgency_of(day, today), "bad" if late else "half",
                       seen["number"] or order.public_id, f"today.order.{why}",
                       "today.do.order", ("order", order.public_id), seen["executor"] or "", day=day)
    overdue = [one.number or one.public_id for one in due if one.due is not None and one.due < today]
    if overdue and viewer.role in EDITORS and today.weekday() == RED_LIST_DAY:
        yield Task("order", "today", "bad", "; ".join(overdue[:3]), "today.order.red_list", "today.do.red_list",
                   ("red_list", None), day=today)


def _agreements(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Agreements that nothing measurable follows from yet, and those whose notice runs."""
    if viewer.role not in EDITORS or not viewer.region:
        return
    for one in without_plan(viewer)[:MOST]:
        yield Task("agreement", urgency_of(one.plan_due, today) if one.plan_due else "week", "unk", one.title,
                   "today.agreement.plan", "today.do.plan", ("agreement", one.public_id), one.number or "",
                   day=one.plan_due)
    for one in ending(viewer, today)[:MOST]:
        yield Task("agreement", urgency_of(one.until, today), "warn", one.title, "today.agreement.ending",
                   "today.do.agreement", ("agreement", one.public_id), one.number or "", day=one.until)


def _cases(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    kind = KINDS["case"]
    for case in due_cases(viewer, today + dt.timedelta(days=7))[:MOST]:
        seen = kind.seen(viewer, case)
        late = case.next_on < today
        parts = (seen["seller"], seen["buyer"])
        yield Task("case", urgency_of(case.next_on, today), "bad" if late else "half",
                   seen["need_text"] or seen["offer_text"] or case.public_id,
                   f"today.case.{case.stage}", "today.do.case", ("case", case.public_id),
                   " → ".join(part for part in parts if part), th_rub=seen["potential_th_rub"], day=case.next_on)


def _candidates(viewer: Viewer) -> Iterator[Task]:
    """Needs with candidates A or B that nobody has decided on."""
    if viewer.role not in EDITORS or not viewer.region:
        return
    by_need: dict[int, list[Any]] = {}
    for link in best_links(viewer, 2 * MOST):
        by_need.setdefault(link.need_id, []).append(link)
    for links in list(by_need.values())[:MOST]:
        seen = KINDS["link"].seen(viewer, links[0])
        best = sum(link.grade == "A" for link in links)
        yield Task("candidate", "week", "half", seen["need_text"] or seen["need_id"], "today.candidates",
                   "today.do.candidate", ("partners", seen["need_id"]), seen["buyer"] or "",
                   {"count": len(links), "best": best}, th_rub=seen["value_th_rub"])


def _needs(viewer: Viewer) -> Iterator[Task]:
    for need in needs_without_candidates(viewer)[:MOST]:
        seen = KINDS["need"].seen(viewer, need)
        yield Task("need", "week", "unk", seen["text"] or need.public_id, "today.bare", "today.do.need",
                   ("partners", need.public_id), seen["buyer"] or "", th_rub=seen["value_th_rub"])


def _expiring(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Register entries, offers and facts that end soon."""
    kind, until = KINDS["offer"], today + SOON
    for name, why in (("register_until", "today.register"), ("valid_until", "today.offer")):
        rows = kind.visible_to(viewer).filter(**{f"{name}__gte": today, f"{name}__lte": until}).order_by(name, "id")
        for offer in rows[:MOST]:
            seen = kind.seen(viewer, offer)
            if seen[name] is not None:
                yield Task("expiry", urgency_of(seen[name], today), "warn", seen["text"] or offer.public_id, why,
                           "today.do.expiry", ("card", offer.public_id), seen["seller"] or "", day=seen[name])
    if not viewer.sees("internal"):
        return
    columns, kind = table("organisations").columns, KINDS["organisation"]
    facts = Fact.objects.filter(archived=False, valid_until__gte=today, valid_until__lte=until)
    if viewer.region:
        facts = facts.filter(held_by=viewer.region)
    soon = list(facts.select_related("organisation").order_by("valid_until", "id")[:MOST])
    known = set(visible_organisations(viewer).filter(pk__in=[fact.organisation_id for fact in soon]).values_list(
        "pk", flat=True)) if soon else set()
    for fact in soon:
        if fact.organisation_id in known and fact.column in kind.visible_fields(viewer, fact.organisation):
            about = columns[fact.column]
            yield Task("expiry", urgency_of(fact.valid_until, today), "warn", fact.organisation.name, "today.fact",
                       "today.do.expiry", ("card", fact.organisation.public_id), fact.source,
                       {"column_ru": about.ru, "column_en": about.en}, day=fact.valid_until)


def _imports(viewer: Viewer) -> Iterator[Task]:
    for item in visible_imports(viewer).filter(state__in=("ready", "faulty"))[:MOST]:
        faulty = item.state == "faulty"
        yield Task("import", "today", "warn" if faulty else "half", item.file,
                   "today.import.faulty" if faulty else "today.import.ready",
                   "today.do.mend" if faulty else "today.do.load", ("import", item.pk),
                   fields={"count": item.fault_count if faulty else item.accepted})


def _jobs(viewer: Viewer) -> Iterator[Task]:
    for job in visible_jobs(viewer).filter(state="failed")[:MOST]:
        yield Task("job", "today", "warn", job.kind, "today.job", "today.do.job", ("jobs", job.pk))


def _verdicts(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Clusters that met the law a month ago and do not today, or the other way round."""
    if viewer.role not in EDITORS or not viewer.region:
        return
    clusters, before = list(visible_clusters(viewer).prefetch_related(None).order_by("id")[:JUDGED]), today - BEFORE
    found = verdicts_on(clusters, (today, before))
    for cluster in clusters:
        now, then = found[cluster.pk, today], found[cluster.pk, before]
        if now is not None and then is not None and now.state != then.state:
            worse = now.state != "met"
            yield Task("verdict", "today", "warn" if worse else "half", cluster.name,
                       "today.verdict.worse" if worse else "today.verdict.better",
                       "today.do.mend" if worse else "today.do.look", ("cluster", cluster.public_id))
