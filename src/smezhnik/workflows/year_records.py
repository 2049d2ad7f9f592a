"""The year of a region from its records: contracts with their chains, promises, orders, funnels, indicators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Count, Sum

from smezhnik.accords.models import Agreement, Commitment, Order, Plan
from smezhnik.accords.queries import commitments_of, parents_of
from smezhnik.accords.rows import order_row
from smezhnik.activities.models import Decision, Event, Meeting, PairMeeting, Participant, Problem
from smezhnik.cooperation.actions import ORIGINS
from smezhnik.cooperation.models import Case, CaseStep, Cluster, Contract, Delivery, Member
from smezhnik.io import check_table
from smezhnik.messages import Words
from smezhnik.promises import year as yearly
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.evidence import prepare
from smezhnik.promises.frozen import read_year
from smezhnik.promises.indicators import Indicator, Value, find_value_faults
from smezhnik.promises.light import Discipline, discipline, light
from smezhnik.promises.target import MEASURES
from smezhnik.promises.year import Comment, Funnel, Judged, Kept, Part, Place, Task, Year, YearFacts
from smezhnik.records.search import fold
from smezhnik.registry.models import Reference
from smezhnik.registry.rows import frame_of
from smezhnik.strategy import models as kept
from smezhnik.tables import table
from smezhnik.workflows.promise_records import Promised, count_records, gather, targets_of
from smezhnik.workflows.reading import refuse_all
from smezhnik.workflows.region_records import place_of
from smezhnik.workflows.verdicts import verdicts_on

#: Stages of a case, in the order of its way, and from which on a step counts.
_WAY = ("proposed", "contacted", "negotiating", "contracted", "delivering", "closed")
_PIECE = 5_000


@dataclass(frozen=True)
class Gathered:
    """The facts of a year and the tables behind its sums."""

    facts: YearFacts
    year: Year


def gather_year(region: str, on: dt.date, report: kept.YearReport | None = None) -> Gathered:
    """Everything that the records of a region say of the year of a day, by that day."""
    since = dt.date(on.year, 1, 1)
    parents = parents_of(region)
    contracts = contracts_of(region, since, on)
    promised = _promises(region, on, parents)
    clusters = _clusters(region, on)
    orders = _discipline(region, since, on)
    members = Member.objects.filter(held_by=region, archived=False, cluster__archived=False).exclude(
        since__gt=on).exclude(until__lte=on)
    counted = {"clusters_kept": float(len(clusters)),
               "cluster_members": float(members.values("organisation").distinct().count())}
    if orders.share_in_first_term is not None:
        counted["share_first_term"] = 100 * orders.share_in_first_term
    facts = YearFacts(
        region, on, contracts, cases_of(region), parents, tuple(promised), indicators_of(region), values_of(region),
        orders, counted, _funnels(region, since, on, contracts), clusters, _places(region), comments_of(report),
        tasks_of(report, on), _last_tasks(region, on))
    return Gathered(facts, yearly.make_year(facts))


def shown_year(report: kept.YearReport | None, region: str, on: dt.date) -> tuple[Year, Gathered]:
    """The year as a report shows it, frozen or as the records are, and as the records are."""
    now = gather_year(region, on, report)
    if report is None or report.content is None:
        return now.year, now
    return replace(read_year(report.content), comments=comments_of(report), tasks=tasks_of(report, on)), now


def _frame(rows: Sequence[Mapping[str, Any]], schema: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row") if rows else pl.DataFrame(schema=dict(schema))


def contracts_of(region: str, since: dt.date, on: dt.date) -> pl.DataFrame:
    """Contracts of a region with what was delivered in the days given and the chain behind each."""
    delivered = dict(Delivery.objects.filter(
        held_by=region, archived=False, on__gte=since, on__lte=on).order_by().values_list("contract").annotate(
        sum=Sum("value_th_rub")))
    chains = _Chains(region)
    of_case = [f"case__{name}" for name in (*ORIGINS, "also_ids", "public_id")]
    rows = []
    for row in Contract.objects.filter(held_by=region, archived=False).order_by("id").values(
            "pk", "public_id", "own_id", "signed_on", "text", "okpd2", "value_th_rub", "imported_th_rub", "basis",
            "seller__public_id", "seller__name", "buyer__public_id", "buyer__name", *of_case).iterator(
            chunk_size=_PIECE):
        named = [row[f"case__{name}"] for name in ORIGINS] + list(row["case__also_ids"] or ())
        rows.append({
            "contract": row["public_id"], "own_id": row["own_id"], "signed_on": row["signed_on"], "text": row["text"],
            "seller": row["seller__name"], "buyer": row["buyer__name"], "seller_id": row["seller__public_id"],
            "buyer_id": row["buyer__public_id"], "okpd2": row["okpd2"], "signed": row["value_th_rub"],
            "imported": row["imported_th_rub"], "delivered": delivered.get(row["pk"]),
            "inferred": row["basis"] == "inferred", "origins": list(dict.fromkeys(one for one in named if one)) or None,
            **chains.of({name: row[f"case__{name}"] for name in ORIGINS}, row["case__public_id"])})
    return _frame(rows, yearly.CONTRACT_SCHEMA)


class _Chains:
    """What stands behind a contract, each step in words; asked once for a whole region."""

    def __init__(self, region: str) -> None:
        about = {"held_by": region}
        self.orders = {one["public_id"]: one for one in Order.objects.filter(**about).values(
            "public_id", "number", "text", "commitment__public_id", "agreement__public_id")}
        self.items = {one["public_id"]: one for one in Commitment.objects.filter(**about).values(
            "public_id", "no", "text", "plan__agreement__public_id")}
        self.agreements = dict(Agreement.objects.filter(**about).values_list("public_id", "title"))
        self.events = dict(Event.objects.filter(**about).values_list("public_id", "name"))

    def of(self, named: Mapping[str, str | None], case: str | None) -> dict[str, str | None]:
        """The nearest step that names a cause is believed; one that only a further step names is taken from there."""
        order = self.orders.get(named["order_id"] or "")
        item_id = named["commitment_id"] or (order and order["commitment__public_id"])
        item = self.items.get(item_id or "")
        agreement = named["agreement_id"] or (order and order["agreement__public_id"]) or (
            item and item["plan__agreement__public_id"])
        event = named["event_id"]
        return {"case": case, "pair_meeting": named["meeting_id"], "event": event and self.events.get(event, event),
                "order": order and (order["number"] or order["public_id"]),
                "commitment": item and f"{item['no']}. {item['text'] or ''}".strip(),
                "agreement": agreement and self.agreements.get(agreement, agreement)}


def cases_of(region: str) -> pl.DataFrame:
    """Cases of a region: of these the potential is told."""
    rows = [{"case": row["public_id"], "opened_on": row["opened_on"],
             "text": row["need__text"] or row["offer__text"], "seller": row["seller__name"],
             "buyer": row["buyer__name"], "seller_id": row["seller__public_id"], "buyer_id": row["buyer__public_id"],
             "stage": row["stage"], "potential": row["potential_th_rub"], "event": row["event_id"]}
            for row in Case.objects.filter(held_by=region, archived=False).order_by("id").values(
                "public_id", "opened_on", "need__text", "offer__text", "seller__name", "buyer__name",
                "seller__public_id", "buyer__public_id", "stage", "potential_th_rub", "event_id").iterator(
                chunk_size=_PIECE)]
    return _frame(rows, yearly.CASE_SCHEMA)


def _promises(region: str, on: dt.date, parents: Any) -> list[Kept]:
    """Goals, items of the plans that stand and orders, counted over one gathering of evidence."""
    goals = list(kept.Goal.objects.filter(held_by=region, archived=False).prefetch_related("aims"))
    plans = Plan.objects.filter(held_by=region, archived=False, replaced=False, agreement__archived=False)
    items = list(commitments_of(plans).exclude(state="dropped"))
    orders = list(Order.objects.filter(held_by=region, archived=False).exclude(given_on__gt=on).select_related(
        "agreement").prefetch_related("aims"))
    records: list[Any] = [*goals, *items, *orders]
    wanted = {kind for one in records for target in targets_of(one)
              if target.measure and (kind := MEASURES[target.measure].kind)}
    frame, covers = gather(wanted, region, on=on)
    counted = count_records(records, region, on=on, evidence=prepare(frame, covers, parents))
    days = load_calendar()
    return [_kept(one, light(order_row(one.record), on=on, days=days) if isinstance(one.record, Order) else one.state)
            for one in counted]


def _kept(one: Promised, state: str) -> Kept:
    record = one.record
    parts = tuple(Part(part.target.measure or "", part.value, part.target.plan,
                       MEASURES[part.target.measure].unit if part.target.measure else "", part.state, part.firms,
                       part.missing[0] if part.missing else "") for part in one.parts)
    due = max((part.target.due for part in one.parts if part.target.due is not None), default=None)
    if isinstance(record, Order):
        return Kept(record.public_id, "order", record.number or "", record.text, record.protocol or "",
                    record.executor or "", state, record.due or record.due_first, "", parts, closed=True)
    if isinstance(record, Commitment):
        return Kept(record.public_id, "commitment", record.no, record.text or "", record.plan.agreement.title,
                    record.responsible_a or "", state, due, record.because, parts,
                    closed=record.plan.agreement.confidential)
    return Kept(record.public_id, "goal", record.no, record.text, record.document or "", record.responsible or "",
                state, due, "", parts)


def _discipline(region: str, since: dt.date, on: dt.date) -> Discipline:
    until = dt.date(since.year + 1, 1, 1)
    rows = Order.objects.filter(held_by=region, archived=False, due_first__gte=since, due_first__lt=until)
    return discipline(frame_of("orders", map(order_row, rows.select_related("agreement", "commitment"))), since=since,
                      until=until, on=on)


def _clusters(region: str, on: dt.date) -> tuple[Judged, ...]:
    """Clusters of the region by the law of the day; what the law cannot judge is said so."""
    rows = list(Cluster.objects.filter(held_by=region, archived=False).order_by("id"))
    sizes = dict(Member.objects.filter(held_by=region, archived=False).exclude(until__lte=on).order_by().values_list(
        "cluster").annotate(n=Count("id")))
    said = verdicts_on(rows, (on,))
    found = []
    for cluster in rows:
        word = said[cluster.pk, on]
        state, met, lacking = "unknown", 0, 0
        if word is not None:
            state, met = str(word.state), word.count - word.not_met - word.unknown
            lacking = word.not_met if state == "not_met" else word.unknown
        found.append(Judged(cluster.public_id, cluster.name, sizes.get(cluster.pk, 0), state, met, lacking))
    return tuple(found)


def _funnels(region: str, since: dt.date, on: dt.date, contracts: pl.DataFrame) -> tuple[Funnel, ...]:
    """Events, sittings and cases of the year: how one step led to the next."""
    events = Event.objects.filter(held_by=region, archived=False, starts_on__gte=since, starts_on__lte=on).exclude(
        standing__in=("idea", "cancelled"))
    ids = set(events.values_list("public_id", flat=True))
    pairs = PairMeeting.objects.filter(event__in=events, archived=False, standing="held")
    cases = Case.objects.filter(held_by=region, archived=False, opened_on__gte=since, opened_on__lte=on)
    of_events = cases_of(region).filter(pl.col("event").is_in(list(ids)))
    by_event = contracts.filter(pl.col("case").is_in(of_events["case"].to_list()))
    signed = yearly.signed_in(by_event, since, on)
    sittings = Meeting.objects.filter(held_by=region, archived=False, held_on__gte=since, held_on__lte=on,
                                      standing__in=("closed", "reopened"))
    decided = Decision.objects.filter(meeting__in=sittings, archived=False)

    def reached(stage: str) -> int:
        """Cases that had come so far by the day, wherever they stand today."""
        return CaseStep.objects.filter(case__in=cases, archived=False, on__lte=on, stage__in=_WAY[_WAY.index(
            stage):]).values("case").distinct().count()

    signed_all = yearly.signed_in(contracts, since, on)
    return (
        Funnel("events", (
            ("events", len(ids)),
            ("firms", Participant.objects.filter(event__in=events, archived=False, attended=True).values(
                "organisation").distinct().count()),
            ("pair_meetings", pairs.count()),
            ("contacts", pairs.exclude(outcome__in=("", "none", "declined")).count()),
            ("cases", of_events.height), ("contracts", signed.height)),
            yearly.sum_of(of_events.filter(pl.col("potential").is_not_null()), "potential"),
            yearly.sum_of(signed, "signed"), yearly.sum_of(yearly.delivered_in(by_event), "delivered")),
        Funnel("sittings", (
            ("sittings", sittings.count()), ("decisions", decided.count()),
            ("orders", decided.exclude(order_id="").count()),
            ("problems", Problem.objects.filter(meeting__in=sittings, archived=False).count()),
            ("solved", Problem.objects.filter(meeting__in=sittings, archived=False, standing="solved").count()))),
        Funnel("cases", (
            ("cases", cases.count()), ("negotiating", reached("negotiating")),
            ("contracted", reached("contracted")),
            ("contracts", signed_all["case"].drop_nulls().len()))))


def _places(region: str) -> tuple[Place, ...]:
    """Places of the region in the ratings that are kept; a rating without it says nothing."""
    found = []
    for reference in Reference.objects.filter(held_by=region, archived=False).exclude(table="output").order_by("id"):
        told = place_of(reference, region)
        if told is not None:
            found.append(Place(reference.title, *told))
    return tuple(found)


def indicators_of(region: str) -> tuple[Indicator, ...]:
    """The dictionary of a region, in the order of the report."""
    return tuple(Indicator(
        one.code, Words(one.name_ru, one.name_en), Words(one.unit_ru, one.unit_en), one.better, one.sort, one.period,
        one.section or "", one.head, one.own, one.owner or "", one.source or "")
        for one in kept.Indicator.objects.filter(held_by=region, archived=False))


def values_of(region: str) -> tuple[Value, ...]:
    """Plans and facts of a region."""
    return tuple(Value(one.indicator.code, one.year, one.part, one.plan, one.plan_source or "", one.fact,
                       one.fact_kind or "operative", one.published_on, one.source or "", one.chosen, one.why or "")
                 for one in kept.IndicatorValue.objects.filter(
                     held_by=region, archived=False, indicator__archived=False).select_related("indicator"))


def comments_of(report: kept.YearReport | None) -> tuple[Comment, ...]:
    """Why indicators missed their plans, as the report says."""
    told = report.comments if report is not None else {}
    return tuple(Comment(code, one.get("why", ""), one.get("done", "")) for code, one in sorted(told.items()))


def tasks_of(report: kept.YearReport | None, on: dt.date) -> tuple[Task, ...]:
    """Tasks of a report; of those that became orders where they stand."""
    if report is None:
        return ()
    return _tasks(report.tasks.filter(archived=False).select_related("order__agreement", "order__commitment"), on)


def _last_tasks(region: str, on: dt.date) -> tuple[Task, ...]:
    """Tasks that the last approved report of an earlier year set."""
    last = kept.YearReport.objects.filter(held_by=region, archived=False, state="approved",
                                          as_of__lt=dt.date(on.year, 1, 1)).first()
    return tasks_of(last, on)


def _tasks(rows: Any, on: dt.date) -> tuple[Task, ...]:
    days = load_calendar()
    return tuple(Task(one.text, one.executor, one.due, one.order.public_id if one.order else "",
                      light(order_row(one.order), on=on, days=days) if one.order else "") for one in rows)


def read_values(path: Path, region: str) -> list[dict[str, Any]]:
    """Plans and facts of a table; an indicator is named by its code or by either name.

    Raises
    ------
    InputFaults with all that is wrong with its cells and with what they say, each at its place.
    """
    known = {one.code: one for one in indicators_of(region)}
    names = {fold(name): code for code, one in known.items() for name in (code, one.name.ru, one.name.en)}
    loaded = check_table(path, "indicator_values")
    rows = [{**row, "indicator": names.get(fold(row["indicator"]), row["indicator"])}
            for row in loaded.frame.iter_rows(named=True)]
    places, columns = loaded.rows.to_dicts(), table("indicator_values").columns
    faults = [*loaded.faults, *(
        replace(fault, file=loaded.file, sheet=places[number]["sheet"], row=places[number]["row"],
                column=columns[str(fault.column)].ru) for number, fault in find_value_faults(rows, known))]
    if faults:
        raise refuse_all(sorted(faults, key=lambda fault: (fault.row is not None, fault.sheet or "", fault.row or 0)))
    return rows
