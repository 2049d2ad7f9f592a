"""Cases as a pipeline: by urgency, and as a funnel with what is possible, signed and delivered, each for itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet

from smezhnik.cooperation.access import visible_cases, visible_contracts
from smezhnik.cooperation.models import Case
from smezhnik.records.access import Viewer
from smezhnik.tables.column import LEAST_FIRMS

#: Stages that a case goes through; a refusal may come at any of them.
WAY = ("proposed", "contacted", "negotiating", "contracted", "delivering", "closed")
#: Stages before a contract, where a sum is still only possible; stages whose contract is delivered, or was.
POSSIBLE, DELIVERED, ENDED = WAY[:3], WAY[4:], ("closed", "declined")
#: What cases are grouped by; rows of each urgency that are shown; days that are «soon».
GROUPS, SHOWN, SOON_DAYS = ("pair", "product", "source"), 100, 7
URGENCIES = ("late", "soon", "later", "open", "ended")


@dataclass
class Money:
    """Sums in thousand roubles a year of one kind, with the firms that they tell of."""

    th_rub: float | None = None
    sellers: set[int | None] = field(default_factory=set)
    buyers: set[int | None] = field(default_factory=set)

    def add(self, value: float | None, seller: int | None, buyer: int | None) -> None:
        """One more part; an absent one is no nought."""
        if value is not None:
            self.th_rub = (self.th_rub or 0.0) + value
            self.sellers.add(seller)
            self.buyers.add(buyer)

    def told_to(self, viewer: Viewer) -> float | None:
        """The sum where the viewer may read each part, or where it tells on nobody."""
        firms = min(len(self.sellers - {None}), len(self.buyers - {None}))
        told = viewer.sees("confidential") or (viewer.sees("internal") and firms >= LEAST_FIRMS)
        return self.th_rub if told else None


@dataclass
class Row:
    """A group of cases.

    Attributes
    ----------
    key : what they have in common: (seller's region, buyer's region), class of the product, (kind of source, id)
    reached : stage → cases that stand there or have passed it; declined ones count up to the contact
    declined : cases that were declined
    potential : of cases before a contract; signed : contracts; delivered : those of cases that deliver, or did
    """

    key: Any
    reached: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WAY, 0))
    declined: int = 0
    potential: Money = field(default_factory=Money)
    signed: Money = field(default_factory=Money)
    delivered: Money = field(default_factory=Money)


@dataclass(frozen=True)
class Funnel:
    """All cases, and the same by group, the largest first."""

    whole: Row
    rows: tuple[Row, ...]


def funnel(viewer: Viewer, by: str) -> Funnel:
    """The funnel of the cases that the viewer sees, by one of ``GROUPS``."""
    whole, groups = Row(None), dict[Any, Row]()
    contracts: dict[int, list[tuple[float | None, int | None, int | None]]] = defaultdict(list)
    for case, value, seller, buyer in visible_contracts(viewer).filter(case__isnull=False).select_related(
            None).order_by().values_list("case", "value_th_rub", "seller", "buyer"):
        contracts[case].append((value, seller, buyer))
    for case in _rows(visible_cases(viewer)):
        key = _key(case, by)
        for row in (whole, groups.setdefault(key, Row(key))):
            _count(row, case, contracts.get(case["pk"], ()))
    order = sorted(groups.values(), key=lambda row: (-row.reached["proposed"], str(row.key)))
    return Funnel(whole, tuple(order))


def cases_by_urgency(viewer: Viewer, today: dt.date, *, whose: str = "") -> dict[str, tuple[list[Case], int]]:
    """Urgency → its cases, the most urgent first and ``SHOWN`` at most, and how many there are.

    late: the next step was due before today; soon: within a week; later; open: no next step is set; ended.
    ``whose``: only cases that this login leads.
    """
    rows = visible_cases(viewer).filter(**({"lead": whose} if whose else {}))
    going = rows.exclude(stage__in=ENDED)
    soon = today + dt.timedelta(days=SOON_DAYS)
    parts: Mapping[str, QuerySet[Case]] = {
        "late": going.filter(next_on__lt=today), "soon": going.filter(next_on__gte=today, next_on__lte=soon),
        "later": going.filter(next_on__gt=soon), "open": going.filter(next_on=None),
        "ended": rows.filter(stage__in=ENDED)}
    found = {}
    for name, part in parts.items():
        order = (F("stage_on").desc(nulls_last=True), "-id") if name in ("open", "ended") else ("next_on", "id")
        count = part.order_by().count()
        if count:
            found[name] = (list(part.order_by(*order)[:SHOWN]), count)
    return found


def _rows(rows: QuerySet[Case]) -> Iterator[dict[str, Any]]:
    columns = ("pk", "stage", "potential_th_rub", "seller", "buyer", "agreement_id", "order_id", "event_id",
               "need__region", "offer__region", "seller__region", "buyer__region", "need__okpd2", "offer__okpd2")
    yield from rows.select_related(None).prefetch_related(None).order_by().values(*columns).iterator()


def _key(case: Mapping[str, Any], by: str) -> Any:
    match by:
        case "product":
            return (case["need__okpd2"] or case["offer__okpd2"] or "")[:2]
        case "source":
            return next(((kind, case[f"{kind}_id"]) for kind in ("agreement", "order", "event")
                         if case[f"{kind}_id"]), ("", ""))
    return (case["offer__region"] or case["seller__region"] or "", case["need__region"] or case["buyer__region"] or "")


def _count(row: Row, case: Mapping[str, Any], contracts: Sequence[tuple[float | None, int | None, int | None]]) -> None:
    declined = case["stage"] == "declined"
    passed = WAY.index("contacted" if declined else case["stage"])
    for stage in WAY[:passed + 1]:
        row.reached[stage] += 1
    row.declined += declined
    if case["stage"] in POSSIBLE:
        row.potential.add(case["potential_th_rub"], case["seller"], case["buyer"])
    for contract in contracts:
        row.signed.add(*contract)
        if case["stage"] in DELIVERED:
            row.delivered.add(*contract)
