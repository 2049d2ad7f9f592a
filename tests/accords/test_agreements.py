"""Agreements as people keep them: stages, plans in editions, what both sides say, and how far each item is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from smezhnik.accords.actions import bring_agreement, confirm, settle_commitment
from smezhnik.accords.models import Agreement
from smezhnik.accords.queries import commitments_of, ending, standing_plan, without_plan
from smezhnik.accords.rows import agreement_row
from smezhnik.cooperation.actions import claim, deliver, open_case, sign, step
from smezhnik.errors import InputError
from smezhnik.records.access import Viewer
from smezhnik.records.journal import verify
from smezhnik.registry.actions import edit
from smezhnik.workflows.promise_records import count_records, evidence_for, targets_of
from tests.accords.factories import PARTIES, SIGNED, make_agreement, make_order, make_plan
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 30)
MINISTRY = Viewer("аналитик", "ministry", HERE)


def contract(number: int, origin: str, **values: Any) -> Any:
    """A case that an item caused, brought to a contract; seller here, buyer there."""
    seller = make_organisation(f"Насос-{number}", okved2="28.13")
    buyer = make_organisation(f"Труба-{number}")
    buyer.region = THERE
    buyer.save()
    need, offer = make_need(organisation=buyer, okpd2="28.13.14"), make_offer(organisation=seller)
    case = open_case(need, offer, "аналитик", on=SIGNED, origins={"commitment_id": origin})
    made = sign(case, seller, buyer, "аналитик", **{"signed_on": dt.date(2026, 6, 1), "value_th_rub": 1_000.0,
                                                    "okpd2": "28.13.14", **values})
    step(case, "contracted", "аналитик", on=dt.date(2026, 6, 2), expected=case.version)
    return made


def test_an_agreement_counts_itself_from_the_contracts_of_its_cases() -> None:
    agreement = make_agreement()
    assert list(without_plan(MINISTRY)) == [agreement], "signed, and nothing measurable follows from it yet"
    (item,) = make_plan(agreement, {})
    assert not without_plan(MINISTRY)
    for number in range(4):
        contract(number, item.public_id)
    contract(4, item.public_id, okpd2="23.11.12")
    contract(5, item.public_id, basis="inferred")
    contract(6, item.public_id, signed_on=dt.date(2026, 2, 25))
    contract(7, "")
    contract(8, item.public_id, signed_on=dt.date(2026, 10, 5))
    plan = standing_plan(agreement)
    assert plan is not None
    (made,) = count_records(list(commitments_of([plan])), HERE, on=DAY)
    assert (made.main.value, made.state) == (4, "behind")
    assert dict(made.main.left_out) == {"industry": 1, "inferred": 1, "before_window": 1}
    (later,) = count_records(list(commitments_of([plan])), HERE, on=dt.date(2026, 10, 31))
    assert later.main.value == 5
    assert verify() == []


def test_what_was_delivered_is_a_sum_of_its_own() -> None:
    agreement = make_agreement()
    signed, delivered = make_plan(agreement, {"measure": "contracts_sum", "plan": 5_000.0},
                                  {"measure": "delivered_sum", "plan": 1_000.0})
    made = contract(1, signed.public_id)
    made.case.also_ids = [delivered.public_id]
    made.case.save()
    deliver(made, "аналитик", on=dt.date(2026, 7, 1), value_th_rub=300.0, paper="УПД 1")
    with pytest.raises(InputError, match="signing"):
        deliver(made, "аналитик", on=dt.date(2026, 5, 1), value_th_rub=300.0)
    found = count_records(list(commitments_of([standing_plan(agreement)])), HERE, on=DAY)
    assert [one.main.value for one in found] == [1_000.0, 300.0]


def test_an_order_that_serves_an_item_proves_it_too() -> None:
    agreement = make_agreement()
    (item,) = make_plan(agreement, {})
    order = make_order({"measure": "links_new", "plan": 10.0, "due": dt.date(2026, 12, 1)}, commitment=item)
    made = contract(1, "")
    made.case.order_id = order.public_id
    made.case.save()
    (counted,) = count_records(list(commitments_of([standing_plan(agreement)])), HERE, on=DAY)
    assert counted.main.value == 1
    assert count_records([order], HERE, on=DAY)[0].main.value == 1


def test_members_and_answers_count_by_the_day_they_came() -> None:
    make_agreement()
    made = contract(1, "")
    evidence = evidence_for(targets_of(make_order({"measure": "needs_answered", "plan": 1.0})), HERE, on=DAY)
    assert evidence.covers == {"answer"}
    assert evidence.frame.select("evidence_id", "on").rows() == [(made.case.public_id, dt.date(2026, 6, 2))]


def test_the_other_side_confirms_or_disputes_and_both_stand_side_by_side() -> None:
    (item,) = make_plan(make_agreement(), {})
    confirm(item, 1, True, "аналитик", on=DAY, value=4, computed=4)
    assert item.state == "in_work"
    confirm(item, 2, True, "аналитик", on=DAY, value=4, note="Письмо 18/1")
    assert item.state == "confirmed"
    confirm(item, 2, True, "аналитик", on=DAY, value=3)
    assert item.state == "disputed", "the same words with another value are no agreement"
    with pytest.raises(InputError, match="does not agree"):
        confirm(item, 2, False, "аналитик", on=DAY)
    assert item.confirmations.count() == 3


def test_a_contract_that_two_sides_claim_differently_keeps_both_sums() -> None:
    made = contract(1, "")
    claim(made, "seller", "аналитик", on=DAY, value_th_rub=1_000.0)
    claim(made, "buyer", "аналитик", on=DAY, value_th_rub=900.0, note="Письмо")
    assert [(one.side, one.value_th_rub) for one in made.claims.all()] == [("seller", 1_000.0), ("buyer", 900.0)]
    with pytest.raises(InputError):
        claim(made, "broker", "аналитик", on=DAY)


def test_a_new_edition_of_a_plan_replaces_the_one_before_and_keeps_it() -> None:
    agreement = make_agreement()
    make_plan(agreement, {}, {})
    make_plan(agreement, {"plan": 20.0})
    plan = standing_plan(agreement)
    assert plan is not None and plan.edition == 2 and plan.commitments.count() == 1
    assert agreement.plans.count() == 2


def test_an_item_is_moved_or_dropped_only_with_words() -> None:
    (item,) = make_plan(make_agreement(), {})
    with pytest.raises(InputError):
        settle_commitment(item, "dropped", "аналитик", expected=1, because=" ")
    with pytest.raises(InputError):
        settle_commitment(item, "moved", "аналитик", expected=1, because="Испытания")
    settle_commitment(item, "moved", "аналитик", expected=1, because="Испытания", due=dt.date(2027, 6, 1))
    aim = item.aims.get()
    assert (aim.due, aim.due_first) == (dt.date(2027, 6, 1), dt.date(2026, 12, 31))


def test_a_signed_agreement_ends_the_one_it_takes_the_place_of() -> None:
    former = make_agreement(title="О сотрудничестве", signed_on=dt.date(2015, 3, 20),
                            in_force_from=dt.date(2015, 3, 20))
    made = make_agreement(state="agreed", supersedes=former)
    former.refresh_from_db()
    assert former.state == "in_force", "a draft ends nothing"
    bring_agreement(made, "signed", "аналитик", on=SIGNED, expected=made.version)
    former.refresh_from_db()
    assert (former.state, former.ended_on) == ("replaced", SIGNED)


def test_agreements_that_would_replace_themselves_are_refused() -> None:
    first = make_agreement()
    second = make_agreement(supersedes=first)
    with pytest.raises(InputError, match="Supersedes"):
        edit(first, {"supersedes_id": second.pk}, "аналитик", expected=first.version)
    assert Agreement.objects.get(pk=first.pk).supersedes_id is None


@pytest.mark.parametrize(("values", "match"), [
    ({"until": dt.date(2020, 1, 1)}, "before it begins"),
    ({"parties": PARTIES[:1]}, "parties"),
    ({"parties": (PARTIES[0], {"body": "Правительство", "region": THERE, "post": " "})}, "post"),
])
def test_what_no_agreement_can_say_is_refused_and_nothing_is_kept(values: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match):
        make_agreement(**values)
    assert not Agreement.objects.exists()


def test_the_window_of_the_notice_opens_so_many_months_before_the_end() -> None:
    agreement = make_agreement(until=dt.date(2026, 12, 31), notice_months=6)
    assert ending(MINISTRY, dt.date(2026, 6, 29)) == []
    assert ending(MINISTRY, dt.date(2026, 6, 30)) == [agreement]
    with pytest.raises(InputError):
        bring_agreement(agreement, "renewed", "аналитик", on=DAY, expected=1)
    bring_agreement(agreement, "renewed", "аналитик", on=DAY, expected=1, until=dt.date(2031, 12, 31))
    assert ending(MINISTRY, DAY) == []
    with pytest.raises(InputError):
        bring_agreement(agreement, "draft", "аналитик", on=DAY, expected=2)
    with pytest.raises(InputError):
        bring_agreement(agreement, "terminated", "аналитик", on=DAY, expected=2)


def test_a_row_of_an_agreement_names_its_parties_and_directions() -> None:
    row = agreement_row(make_agreement())
    assert row["regions"] == [HERE, THERE] and row["directions"] == ["Промышленность"]
    assert row["parties"][0] == "Минпромторг Республики Башкортостан, министр"
