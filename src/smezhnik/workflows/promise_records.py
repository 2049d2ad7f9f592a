"""What the records prove: contracts, deliveries, cases, answers, members and clusters of a region as evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Min

from smezhnik.accords import queries as accords
from smezhnik.accords.models import Commitment, Order
from smezhnik.accords.rows import aim_row
from smezhnik.cooperation.actions import ORIGINS
from smezhnik.cooperation.models import Case, CaseStep, Cluster, Contract, Delivery, Member
from smezhnik.promises.evidence import Evidence, prepare
from smezhnik.promises.progress import Progress, progress, promise_state
from smezhnik.promises.target import MEASURES, Target, read_target
from smezhnik.records.access import Viewer
from smezhnik.tables import complete, table
from smezhnik.tables.column import LEAST_FIRMS
from smezhnik.workflows import activity_evidence as activities
from smezhnik.workflows.verdicts import verdicts_on

Rows = Iterable[Mapping[str, Any]]
#: Stages of a case at which a supplier has answered.
_ANSWERED = ("negotiating", "contracted", "delivering", "closed")


@dataclass(frozen=True)
class Promised:
    """A commitment or an order with how far each of its measures is, and its state, that of the worst."""

    record: Any
    parts: tuple[Progress, ...]
    state: str

    @property
    def main(self) -> Progress | None:
        """Its first measure; None where it has none."""
        return self.parts[0] if self.parts else None


def may_tell(part: Progress, viewer: Viewer) -> bool:
    """Whether the viewer may know the value: a sum of few firms only where he sees their contracts."""
    return not part.target.in_money or viewer.sees("confidential") or not part.value or part.firms >= LEAST_FIRMS


def targets_of(record: Commitment | Order) -> list[Target]:
    """What a commitment or an order counts; its aims are fetched already."""
    return [read_target(aim_row(aim), record.public_id) for aim in record.aims.all() if not aim.archived]


def count_records(records: Sequence[Any], held_by: str, *, on: dt.date, evidence: Evidence | None = None
                  ) -> list[Promised]:
    """How far commitments or orders of a region are by a day, in the order given."""
    targets = [targets_of(record) for record in records]
    flat = [target for some in targets for target in some]
    made = iter(progress(flat, evidence or evidence_for(flat, held_by, on=on), on=on))
    found = []
    for record, some in zip(records, targets, strict=True):
        parts = tuple(next(made) for _ in some)
        found.append(Promised(record, parts, promise_state(parts)))
    return found


def evidence_for(targets: Sequence[Target], held_by: str, *, on: dt.date) -> Evidence:
    """The evidence that these targets ask for, and no other kind."""
    wanted = {kind for target in targets if target.measure and (kind := MEASURES[target.measure].kind)}
    frame, covers = gather(wanted, held_by, on=on)
    return prepare(frame, covers, parents_of(held_by))


def parents_of(held_by: str) -> Mapping[str, Sequence[str]]:
    """Cause → what it serves: pair meeting → event → order → commitment → agreement, in the records of a region."""
    return {**activities.parents_of(held_by), **accords.parents_of(held_by)}


def gather(kinds: Collection[str], held_by: str, *, on: dt.date) -> tuple[pl.DataFrame, frozenset[str]]:
    """Rows of evidence of a region, and the kinds that its records can tell of."""
    rows = [row for kind in kinds if kind in SOURCES for row in SOURCES[kind](held_by, on)]
    frame = pl.DataFrame(rows, schema=dict(table("evidence").dtypes), orient="row") if rows else \
        table("evidence").empty()
    return complete(frame, "evidence"), frozenset(kinds) & frozenset(SOURCES)


def _row(**values: Any) -> dict[str, Any]:
    return {**dict.fromkeys(table("evidence").columns), **values}


def _caused(case: Mapping[str, Any], before: str = "") -> list[str] | None:
    """All that a case names as its causes, the primary one first."""
    named = [case[f"{before}{name}"] for name in ORIGINS] + list(case[f"{before}also_ids"] or ())
    return list(dict.fromkeys(one for one in named if one)) or None


def _of_case(before: str) -> list[str]:
    return [f"{before}{name}" for name in (*ORIGINS, "also_ids")]


_OF_PAIR = ("seller__public_id", "seller__region", "seller__okved2", "buyer__public_id", "buyer__region")


def _pair(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    return {"from_org": row[f"{before}seller__public_id"], "from_region": row[f"{before}seller__region"],
            "okved2": row[f"{before}seller__okved2"], "to_org": row[f"{before}buyer__public_id"],
            "to_region": row[f"{before}buyer__region"]}


def _contracts(held_by: str, on: dt.date) -> Rows:
    rows = Contract.objects.filter(held_by=held_by, archived=False).values(
        "public_id", "signed_on", "text", "okpd2", "value_th_rub", "imported_th_rub", "basis", *_OF_PAIR,
        *_of_case("case__"))
    for row in rows.iterator(chunk_size=5_000):
        yield _row(evidence_id=row["public_id"], kind="contract", on=row["signed_on"], text=row["text"],
                   okpd2=row["okpd2"], value_th_rub=row["value_th_rub"], imported_th_rub=row["imported_th_rub"],
                   basis=row["basis"], origins=_caused(row, "case__"), **_pair(row))


def _deliveries(held_by: str, on: dt.date) -> Rows:
    rows = Delivery.objects.filter(held_by=held_by, archived=False, contract__archived=False).values(
        "public_id", "on", "value_th_rub", "paper", "contract__okpd2", *(f"contract__{name}" for name in _OF_PAIR),
        *_of_case("contract__case__"))
    for row in rows.iterator(chunk_size=5_000):
        yield _row(evidence_id=row["public_id"], kind="delivery", on=row["on"], text=row["paper"] or None,
                   okpd2=row["contract__okpd2"], value_th_rub=row["value_th_rub"],
                   origins=_caused(row, "contract__case__"), **_pair(row, "contract__"))


def _case_values(held_by: str) -> Any:
    return Case.objects.filter(held_by=held_by, archived=False).values(
        "pk", "public_id", "opened_on", "basis", "need__public_id", "need__okpd2", "offer__okpd2", "need__text",
        *_OF_PAIR, *_of_case(""))


def _cases(held_by: str, on: dt.date) -> Rows:
    for row in _case_values(held_by).iterator(chunk_size=5_000):
        yield _row(evidence_id=row["public_id"], kind="case", on=row["opened_on"], text=row["need__text"],
                   okpd2=row["need__okpd2"] or row["offer__okpd2"], origins=_caused(row), **_pair(row))


def _answers(held_by: str, on: dt.date) -> Rows:
    """A need is answered on the day when the first of its cases comes to negotiations; later answers add nothing."""
    days = dict(CaseStep.objects.filter(held_by=held_by, archived=False, stage__in=_ANSWERED).order_by().values_list(
        "case").annotate(first=Min("on")))
    answered = [(days[row["pk"]], row["public_id"], row) for row in _case_values(held_by).filter(
        need__isnull=False, pk__in=days)]
    seen: set[str] = set()
    for day, _, row in sorted(answered, key=lambda one: one[:2]):
        if row["need__public_id"] not in seen:
            seen.add(row["need__public_id"])
            yield _row(evidence_id=row["public_id"], kind="answer", on=day, text=row["need__text"],
                       okpd2=row["need__okpd2"], origins=_caused(row), **_pair(row))


def _memberships(held_by: str, on: dt.date) -> Rows:
    rows = Member.objects.filter(held_by=held_by, archived=False, cluster__archived=False).values(
        "public_id", "since", "until", "organisation__public_id", "organisation__name", "organisation__region",
        "organisation__okved2", "cluster__public_id", "cluster__region", "cluster__held_by")
    for row in rows:
        yield _row(evidence_id=row["public_id"], kind="membership", on=row["since"], text=row["organisation__name"],
                   from_org=row["organisation__public_id"], from_region=row["organisation__region"],
                   okved2=row["organisation__okved2"], to_region=row["cluster__region"] or row["cluster__held_by"],
                   cluster=row["cluster__public_id"], cancelled=row["until"] is not None and row["until"] <= on)


def _compliance(held_by: str, on: dt.date) -> Rows:
    """A cluster counts where the law of the day says that it complies; that it cannot be said is no compliance."""
    clusters = list(Cluster.objects.filter(held_by=held_by, archived=False).order_by("id"))
    said = verdicts_on(clusters, (on,))
    for cluster in clusters:
        word = said[cluster.pk, on]
        if word is not None and word.state == "met":
            yield _row(evidence_id=cluster.public_id, kind="compliance", on=on, text=cluster.name,
                       cluster=cluster.public_id, from_region=cluster.region, to_region=cluster.region)


#: Kind of evidence → its rows, of a region as of a day; another room adds its own kinds.
SOURCES: dict[str, Callable[[str, dt.date], Rows]] = {
    "contract": _contracts, "delivery": _deliveries, "case": _cases, "answer": _answers, "membership": _memberships,
    "compliance": _compliance, "pair_meeting": activities.pair_meetings, "event": activities.events,
    "admission": activities.admissions}


def frozen(parts: Sequence[Progress]) -> list[dict[str, Any]]:
    """What the data say, as a report keeps it."""
    return [{"measure": part.target.measure, "value": part.value, "plan": part.target.plan, "state": part.state,
             "counted": part.counted} for part in parts]
