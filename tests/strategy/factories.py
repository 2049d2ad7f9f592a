"""A year of a region: an agreement with a plan, an order of it, a supplier day, contracts with and without chains."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from smezhnik.accords.models import Commitment, Order
from smezhnik.activities import events as doing
from smezhnik.activities.models import Event, PairMeeting
from smezhnik.cooperation.actions import attribute, deliver, open_case, sign
from smezhnik.cooperation.models import Contract
from smezhnik.strategy.actions import set_goal, set_values, take_usual
from smezhnik.strategy.models import Goal
from smezhnik.tables import table
from tests.accords.factories import make_agreement, make_order, make_plan
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation

DAY = dt.date(2026, 12, 31)
WHO = "министерство"


@dataclass(frozen=True)
class Made:
    """What the year is made of."""

    item: Commitment
    order: Order
    event: Event
    contracts: tuple[Contract, ...]


def value(indicator: str, **given: Any) -> dict[str, Any]:
    """A row of ``indicator_values``."""
    return {**dict.fromkeys(table("indicator_values").columns), "indicator": indicator, "year": 2026, **given}


def make_contract(number: int, price: float | None, *, on: dt.date = dt.date(2026, 6, 1),
                  opened: dt.date = dt.date(2026, 3, 1), **origins: Any) -> Contract:
    """A contract of two firms of its own, with its case."""
    seller, buyer = make_organisation(f"Завод {number}"), make_organisation(f"Покупатель {number}", region=THERE)
    case = open_case(make_need(organisation=buyer), make_offer(organisation=seller), WHO, on=opened,
                     origins=origins)
    return sign(case, seller, buyer, WHO, own_id=f"{number}-П", signed_on=on, value_th_rub=price, text="Насос",
                okpd2="28.13.14")


def make_year() -> Made:
    """Four contracts: of the event under the order, of the order, of the item alone, and of nothing."""
    (item,) = make_plan(make_agreement(), {"no": "2.4", "text": "Новые связи"})
    order = make_order({"measure": "links_new", "plan": 10.0, "since": dt.date(2026, 1, 1),
                        "due": dt.date(2026, 11, 30)}, commitment=item, agreement=item.plan.agreement,
                       due_first=dt.date(2026, 11, 30))
    event = make(Event(held_by=HERE, region=HERE, name="День поставщика", kind="supplier_day", standing="held",
                       starts_on=dt.date(2026, 4, 14)))
    firms = {side: make_organisation(side) for side in ("host", "guest")}
    hosts = {side: doing.invite_firm(event, firm, WHO, side=side, registered_on=dt.date(2026, 4, 1))
             for side, firm in firms.items()}
    make_need("Вал", organisation=firms["host"])
    make_offer("Вал", organisation=firms["guest"])
    pair = make(PairMeeting(held_by=HERE, event=event, host=hosts["host"], guest=hosts["guest"], slot=1, table=1,
                            standing="held", outcome="quotation", potential_th_rub=900.0))
    case = doing.open_case_of(pair, WHO, on=dt.date(2026, 4, 14))
    attribute(case, {"order_id": order.public_id, "event_id": event.public_id, "meeting_id": pair.public_id}, WHO,
              expected=case.version)
    first = sign(case, case.seller, case.buyer, WHO, own_id="1-П", signed_on=dt.date(2026, 5, 10), value_th_rub=4_000.0,
                 text="Вал", imported_th_rub=1_000.0)
    rest = (make_contract(2, 3_000.0, order_id=order.public_id, also_ids=[item.public_id]),
            make_contract(3, 2_000.0, commitment_id=item.public_id), make_contract(4, 1_000.0),
            make_contract(5, 7_000.0, on=dt.date(2025, 12, 30)), make_contract(6, None))
    deliver(first, WHO, on=dt.date(2026, 9, 1), value_th_rub=1_500.0)
    deliver(rest[3], WHO, on=dt.date(2026, 2, 1), value_th_rub=500.0)
    return Made(item, order, event, (first, *rest))


def make_indicators() -> None:
    """Two sources of the index, a plan that is missed, a plan of what is counted from the records; a goal."""
    take_usual(HERE, WHO)
    set_values(HERE, [
        value("production_index", part=12, plan=105.0, fact=105.0, source="Росстат", chosen=True, why="Статистика",
              fact_kind="operative"),
        value("production_index", part=12, fact=106.0, source="Министерство", fact_kind="operative"),
        value("investment", part=4, plan=180.0, fact=162.0, source="Росстат", fact_kind="operative"),
        value("contracts_signed", plan=8.0)], WHO)
    set_goal(Goal(held_by=HERE, no="1", text="Больше связей с соседями", document="Стратегия"), [
        {"measure": "links_new", "plan": 4.0, "counted": "in_scope", "since": dt.date(2026, 1, 1), "due": DAY}], WHO)
