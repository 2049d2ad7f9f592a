"""Cases: from a link to a contract, each step dated; nothing is skipped silently, nothing is added up that differs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from smezhnik.cooperation.access import visible_cases, visible_links
from smezhnik.cooperation.actions import ASKED, open_case, sign, step
from smezhnik.cooperation.models import Case, Link
from smezhnik.cooperation.queries import best_links, board, due_cases, signed_th_rub
from smezhnik.cooperation.rows import case_row
from smezhnik.errors import InputError
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.records.access import KINDS, Viewer
from smezhnik.records.actions import Stale
from smezhnik.records.history import history_of
from smezhnik.records.journal import verify
from smezhnik.registry.actions import archive, edit
from smezhnik.workflows.partners import find_partners
from tests.workplace import HERE, THERE, do_jobs, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 11, 22)
MINISTRY = Viewer("аналитик", "ministry", HERE)


def pair() -> tuple[Any, Any]:
    buyer, seller = make_organisation("Окна Идель"), make_organisation("Стекло-Юрюзань")
    return (make_need(organisation=buyer, value_th_rub=90_000.0, volume=420_000.0, unit="м²"),
            make_offer(organisation=seller, capacity=510_000.0, unit="м²", price=210.0))


def led() -> Case:
    need, offer = pair()
    return open_case(need, offer, "аналитик", on=DAY)


def test_nobody_sells_to_itself_whoever_writes_the_contract() -> None:
    plant, other = make_organisation("Стекло-Юрюзань"), make_organisation("Окна Идель")
    with pytest.raises(InputError, match="itself"):
        sign(None, plant, plant, "аналитик", value_th_rub=1.0, signed_on=DAY)
    contract = sign(None, plant, other, "аналитик", value_th_rub=1.0, signed_on=DAY)
    with pytest.raises(InputError, match="itself"):
        edit(contract, {"buyer_id": plant.pk}, "аналитик", expected=1)
    assert type(contract).objects.get().buyer_id == other.pk


def test_a_case_goes_to_a_contract_step_by_step() -> None:
    case = led()
    assert (case.stage, case.buyer.name, case.seller.name, case.potential_th_rub) == (
        "proposed", "Окна Идель", "Стекло-Юрюзань", 90_000)
    step(case, "contacted", "аналитик", on=DAY, expected=1, note="позвонили", next_on=DAY + dt.timedelta(7))
    with pytest.raises(InputError, match="contract"):
        step(case, "contracted", "аналитик", on=DAY, expected=case.version)
    sign(case, case.seller, case.buyer, "аналитик", value_th_rub=80_000.0, signed_on=DAY)
    step(case, "contracted", "аналитик", on=DAY, expected=case.version)
    row = case_row(Case.objects.get(pk=case.pk))
    assert (row["potential_th_rub"], row["signed_th_rub"]) == (90_000, 80_000), "two sums, never one"
    assert [one.stage for one in case.steps.all()] == ["proposed", "contacted", "contracted"]
    assert signed_th_rub(MINISTRY) == 80_000
    assert verify() == []


@pytest.mark.parametrize(("stage", "more", "code"), [
    ("declined", {}, "case_decline_without_reason"),
    ("нет такой", {}, "case_stage"),
    ("contacted", {"on": DAY - dt.timedelta(1)}, "case_step_before"),
    ("contacted", {"next_on": DAY - dt.timedelta(1)}, "case_next_before"),
    ("delivering", {}, "case_without_contract"),
])
def test_a_step_that_lacks_something_is_refused_whole(stage: str, more: dict[str, Any], code: str) -> None:
    case = led()
    with pytest.raises(InputError) as refused:
        step(case, stage, "аналитик", **{"on": DAY, "expected": 1, **more})
    assert refused.value.code == code
    assert Case.objects.get().stage == "proposed" and case.steps.count() == 1


def test_a_step_back_needs_words_and_a_late_step_meets_the_newer_case() -> None:
    case = led()
    stale = Case.objects.get(pk=case.pk)
    step(case, "negotiating", "аналитик", on=DAY, expected=1)
    with pytest.raises(InputError) as refused:
        step(case, "contacted", "аналитик", on=DAY, expected=2)
    assert refused.value.code == "case_back_without_note"
    with pytest.raises(Stale):
        step(stale, "contacted", "борис", on=DAY, expected=1)
    assert Case.objects.get().stage == "negotiating"


def test_a_pair_has_one_open_case_and_a_new_one_after_a_refusal() -> None:
    need, offer = pair()
    first = open_case(need, offer, "аналитик", on=DAY)
    assert open_case(need, offer, "борис", on=DAY).pk == first.pk
    step(first, "declined", "аналитик", on=DAY, expected=1, decline_reason="price")
    assert open_case(need, offer, "аналитик", on=DAY).pk != first.pk


def test_no_more_candidates_are_asked_than_a_need_bears() -> None:
    need, _ = pair()
    for number in range(ASKED):
        case = open_case(need, make_offer(f"Стекло {number} мм"), "аналитик", on=DAY)
        step(case, "contacted", "аналитик", on=DAY, expected=1)
    last = open_case(need, make_offer("Стекло ещё"), "аналитик", on=DAY)
    with pytest.raises(InputError) as refused:
        step(last, "contacted", "аналитик", on=DAY, expected=1)
    assert refused.value.code == "case_asked_many"
    assert step(last, "contacted", "аналитик", on=DAY, expected=1, more_asks=True).stage == "contacted"


def test_the_board_shows_the_most_urgent_first_and_what_is_due() -> None:
    need, _ = pair()
    late, soon, open_end = (open_case(need, make_offer(f"Стекло {number}"), "аналитик", on=DAY) for number in range(3))
    step(soon, "proposed", "аналитик", on=DAY, expected=1, next_on=DAY + dt.timedelta(9))
    step(late, "proposed", "аналитик", on=DAY, expected=1, next_on=DAY)
    column = board(MINISTRY)[0]
    assert [case.pk for case in column.cases] == [late.pk, soon.pk, open_end.pk] and column.count == 3
    assert [case.pk for case in due_cases(MINISTRY, DAY)] == [late.pk]


def test_a_plant_learns_of_a_case_with_the_first_contact() -> None:
    case = led()
    plant = Viewer("завод", "plant", HERE, organisation=case.seller_id)
    other = Viewer("чужой", "plant", HERE, organisation=make_organisation("Чужие").pk)
    assert not visible_cases(plant).exists()
    step(case, "contacted", "аналитик", on=DAY, expected=1)
    assert visible_cases(plant).get().pk == case.pk
    assert not visible_cases(other).exists()
    assert "lead" not in KINDS["case"].visible_fields(plant, case)
    assert KINDS["case"].seen(plant, case)["potential_th_rub"] is None


def test_partners_are_found_at_once_and_kept_by_a_job() -> None:
    need, offer = pair()
    make_offer("Насос центробежный К 80-50-200", organisation=make_organisation("Насосы"))
    there = make_offer("Стекло листовое 4 мм", held_by=THERE)
    found = find_partners(need, MINISTRY, on=DAY)
    assert found["offer_id"][0] == offer.public_id
    assert there.public_id not in set(found["offer_id"]), "another region's offers are not here"
    job = ask("match_needs", "аналитик", held_by=HERE)
    do_jobs()
    job.refresh_from_db()
    assert job.state == "done" and job.result["created"] == Link.objects.count() > 0
    kept = Link.objects.get(need=need, offer=offer)
    assert kept.grade == found["grade"][0] and abs(kept.probability - found["probability"][0]) < 1e-9
    assert best_links(MINISTRY)[0].pk == kept.pk
    assert not visible_links(Viewer("аудитор", "auditor", HERE)).exists()


def test_a_reason_tells_nobody_what_he_may_not_read() -> None:
    need, _ = pair()
    shown = find_partners(need, Viewer("кластер", "cluster", HERE), on=DAY).to_dicts()
    told = str(shown)
    assert shown and "420000" not in told and "510000" not in told and "210" not in told
    assert "420000" in str(find_partners(need, MINISTRY, on=DAY).to_dicts())


def test_finding_links_again_changes_nothing_and_drops_what_is_gone() -> None:
    need, offer = pair()
    for _ in range(2):
        ask("match_needs", "аналитик", held_by=HERE)
        do_jobs()
    assert Job.objects.order_by("-id").first().result == {"needs": 1, "links": 1, "created": 0, "changed": 0, "gone": 0}
    second = make_offer("Стекло листовое 6 мм")
    ask("match_needs", "аналитик", held_by=HERE)
    do_jobs()
    assert Link.objects.filter(archived=False).count() == 2
    open_case(need, offer, "аналитик", on=DAY)
    for gone in (offer, second):
        archive(gone, "аналитик", expected=1)
    make_offer("Стекло листовое 8 мм")
    ask("match_needs", "аналитик", held_by=HERE)
    do_jobs()
    assert {link.offer_id for link in Link.objects.filter(archived=False)} >= {offer.pk}, "a case holds its link"
    assert second.pk not in {link.offer_id for link in Link.objects.filter(archived=False)}
    assert all("reasons" not in change.new for change in history_of(Link.objects.first().public_id))
