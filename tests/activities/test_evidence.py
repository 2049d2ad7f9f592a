"""What events, pair meetings and admissions prove; the chain from a contract back to its agreement."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from smezhnik.activities import events as doing
from smezhnik.activities import missions
from smezhnik.activities.models import Customer, Event, PairMeeting
from smezhnik.cooperation.actions import attribute, sign
from smezhnik.cooperation.models import Contract
from smezhnik.errors import InputError
from smezhnik.workflows.brought import trace_contract
from smezhnik.workflows.events import schedule_event
from smezhnik.workflows.promise_records import count_records, gather
from tests.accords.factories import make_agreement, make_order, make_plan
from tests.activities.test_events import make_event
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)
LATER = DAY + dt.timedelta(days=7)


def meet(event: Event) -> PairMeeting:
    """A buyer of ours and a supplier of the other region with a meeting between them; both want it."""
    firms = [(make_organisation("Стан"), "host"), (make_organisation("Литьё", region=THERE, okved2="28.1"), "guest")]
    make_need("Отливка", organisation=firms[0][0])
    make_offer("Отливка", organisation=firms[1][0])
    sides = [doing.invite_firm(event, firm, "м", side=side) for firm, side in firms]
    doing.keep_wishes(event, [{"who": sides[0], "whom": sides[1], "wish": 3},
                              {"who": sides[1], "whom": sides[0], "wish": 3}], "м")
    schedule_event(event, "м")
    return event.pairs.get()


def promised(**values: Any) -> Any:
    """An item of a plan, and an order that serves it with these measures."""
    (item,) = make_plan(make_agreement(), {"from_region": None, "to_region": None, "industries": None,
                                           "measure": "pair_meetings", "plan": 2.0})
    order = make_order(*({"measure": measure, "plan": 1.0, "due": dt.date(2026, 12, 31)}
                         for measure in ("events_held", "pair_meetings", "contracts_count")), commitment=item, **values)
    return item, order


def test_held_meetings_and_events_count_for_the_order_they_serve_and_for_its_commitment() -> None:
    item, order = promised()
    event = make_event(order_id=order.public_id)
    pair = meet(event)
    (before,) = count_records([order], HERE, on=LATER)
    assert [part.value for part in before.parts] == [0, 0, 0], "what is only planned proves nothing"
    doing.tell_outcome(pair, "м", expected=pair.version, standing="held", outcome="contact")
    case = doing.open_case_of(pair, "м", on=DAY)
    sign(case, case.seller, case.buyer, "м", signed_on=LATER, value_th_rub=100.0)
    event.refresh_from_db()
    doing.move_event(event, "held", "м", expected=event.version)
    counted, of_item = count_records([order], HERE, on=LATER)[0], count_records([item], HERE, on=LATER)[0]
    assert [part.value for part in counted.parts] == [1, 1, 1] and counted.state == "done"
    assert of_item.main is not None and (of_item.main.value, of_item.state) == (1, "behind")
    assert [part.value for part in count_records([order], HERE, on=DAY - dt.timedelta(days=1))[0].parts] == [0, 0, 0]


def test_who_did_not_come_and_what_was_cancelled_is_left_out_with_its_reason() -> None:
    _, order = promised()
    event = make_event(order_id=order.public_id)
    pair = meet(event)
    doing.tell_outcome(pair, "м", expected=pair.version, standing="no_show_guest")
    event.refresh_from_db()
    doing.move_event(event, "cancelled", "м", expected=event.version)
    parts = count_records([order], HERE, on=LATER)[0].parts
    assert [(part.value, dict(part.left_out)) for part in parts[:2]] == [(0, {"cancelled": 1}), (0, {"cancelled": 1})]


def test_a_row_of_a_pair_meeting_says_who_met_whom_when_and_for_what() -> None:
    _, order = promised()
    event = make_event(order_id=order.public_id, last_day=DAY + dt.timedelta(days=1))
    pair = meet(event)
    make(PairMeeting(event=event, host=pair.host, guest=pair.guest, slot=13, table=1, standing="held", held_by=HERE))
    doing.tell_outcome(pair, "м", expected=pair.version, standing="held")
    rows = gather({"pair_meeting", "event"}, HERE, on=LATER)[0].to_dicts()
    assert [row["on"] for row in rows] == [DAY, DAY + dt.timedelta(days=1)], "the thirteenth slot is of the second day"
    assert (rows[0]["from_region"], rows[0]["to_region"], rows[0]["okved2"]) == (THERE, HERE, "28.1")
    assert rows[0]["origins"] == [pair.public_id, event.public_id, order.public_id]
    doing.move_event(event, "held", "м", expected=event.version)
    (row,) = gather({"event"}, HERE, on=LATER)[0].to_dicts()
    assert (row["to_region"], row["on"]) == (THERE, DAY + dt.timedelta(days=1))


def test_an_admitted_product_counts_from_its_first_day_until_it_is_refused() -> None:
    (item,) = make_plan(make_agreement(), {"from_region": None, "to_region": None, "industries": ["28"],
                                           "measure": "products_admitted", "plan": 1.0})
    customer = make(Customer(name="Корпорация", held_by=HERE, region=HERE))
    mission = make_event(kind="mission", customer=customer, commitment_id=item.public_id)
    one = missions.propose(customer, make_organisation(), "Вал", "м", on=DAY, okpd2="28.15", event=mission)
    assert count_records([item], HERE, on=LATER)[0].main.value == 0  # type: ignore[union-attr]
    missions.move_admission(one, "admitted", "м", on=DAY + dt.timedelta(days=2))
    missions.move_admission(one, "tender", "м", on=DAY + dt.timedelta(days=5))

    def value(on: dt.date) -> float | None:
        return count_records([item], HERE, on=on)[0].main.value  # type: ignore[union-attr]

    assert [value(DAY + dt.timedelta(days=days)) for days in (1, 2, 6)] == [0, 1, 1]
    missions.move_admission(one, "refused", "м", on=LATER, refusal="price")
    assert [value(LATER - dt.timedelta(days=1)), value(LATER)] == [1, 0]
    with pytest.raises(InputError, match="another customer"):
        missions.propose(customer, make_organisation(), "Вал", "м", on=DAY, event=make_event())


def steps(contract: Contract) -> list[tuple[str, str | None]]:
    return [(cause.kind, cause.id) for cause, _ in trace_contract(contract)]


def test_the_chain_is_walked_to_the_agreement_and_a_missing_step_stays_in_sight() -> None:
    item, order = promised()
    event = make_event(order_id=order.public_id)
    pair = meet(event)
    doing.tell_outcome(pair, "м", expected=pair.version, standing="held")
    case = doing.open_case_of(pair, "м", on=DAY)
    contract = sign(case, case.seller, case.buyer, "м", signed_on=LATER)
    whole = [("contract", contract.public_id), ("case", case.public_id), ("pair_meeting", pair.public_id),
             ("event", event.public_id), ("order", order.public_id), ("commitment", item.public_id),
             ("agreement", item.plan.agreement.public_id)]
    assert steps(contract) == whole
    assert all(record is not None for _, record in trace_contract(contract))
    attribute(case, {"meeting_id": "", "order_id": ""}, "м", expected=case.version)
    assert steps(contract) == [*whole[:2], ("pair_meeting", None), *whole[3:]], "the event knows its order"
    attribute(case, {"event_id": ""}, "м", expected=case.version)
    assert [id_ for _, id_ in steps(contract)[2:]] == [None] * 5
