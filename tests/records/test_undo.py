"""Whatever an action did can be undone, and the undoing too; what others did since stays and is listed."""

from __future__ import annotations

from typing import Any

import pytest

from smezhnik.errors import InputError, UnknownCode
from smezhnik.records.actions import act
from smezhnik.records.history import find_record, history_of, undo
from smezhnik.records.journal import anchor, verify
from smezhnik.registry.actions import archive, edit, enter, merge, restore, split
from smezhnik.registry.models import Fact, Need
from tests.workplace import HERE, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


def last() -> int:
    return anchor().number


def now(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def test_archive_and_restore_are_undone() -> None:
    need = make_need()
    archive(need, "анна", expected=1)
    undo(last(), "анна")
    assert not now(need).archived
    archive(now(need), "анна", expected=3)
    restore(now(need), "анна", expected=4)
    undo(last(), "анна")
    assert now(need).archived and now(need).version == 6 and verify() == []


def test_an_undo_is_undone_and_undone_again() -> None:
    need = make_need(volume=1)
    edit(need, {"volume": 2}, "анна", expected=1)
    for volume in (1, 2, 1, 2):
        undo(last(), "анна")
        assert now(need).volume == volume
    assert [row.version for row in history_of(need.public_id)] == [6, 5, 4, 3, 2, 1]


def test_undoing_twice_changes_nothing_twice() -> None:
    need = make_need(volume=1)
    edit(need, {"volume": 2}, "анна", expected=1)
    number = last()
    assert undo(number, "анна").records == 1
    second = undo(number, "анна")
    assert second.records == 0 and second.conflicts[0].now == 1


def test_an_action_that_changed_a_record_twice_goes_back_to_what_was_before_it() -> None:
    need = make_need(volume=1)
    with act("анна", "registry.edit_need") as made:
        made.change(need, {"volume": 2})
        made.change(need, {"volume": 3, "price": 1})
    assert undo(last(), "анна").conflicts == ()
    assert (now(need).volume, now(need).price) == (1, None)


def test_a_record_that_was_made_and_changed_by_one_action_goes_away() -> None:
    need = Need(text="Болты", held_by=HERE)
    with act("анна", "registry.enter_need") as made:
        made.create([need])
        made.change(need, {"volume": 3})
    assert undo(last(), "анна").conflicts == () and now(need).archived


def test_an_organisation_that_others_came_to_refer_to_stays() -> None:
    plant, other = make_organisation(), make_organisation("Метиз")
    number = last() - 1
    offer = make_offer(organisation=plant)
    undone = undo(number, "анна")
    assert undone.records == 0 and not now(plant).archived
    assert [(one.record, one.field, one.now) for one in undone.conflicts] == [
        (plant.public_id, "offer", offer.public_id)]
    assert undo(number + 1, "анна").records == 1 and now(other).archived


def test_no_action_of_that_number() -> None:
    with pytest.raises(UnknownCode):
        undo(77, "анна")


def test_a_merge_keeps_what_both_said_and_leads_the_old_id_on() -> None:
    kept = make_organisation("Метиз", inn="0274000001", jobs=100, source="реестр А")
    other = make_organisation("ООО «Метиз»", address="Уфа", jobs=120, source="реестр Б", own_id="77")
    offer = make_offer(organisation=other)
    assert merge(now(kept), now(other), "анна") == 1
    assert (now(kept).address, now(kept).jobs, now(kept).own_id) == ("Уфа", 100, None)
    assert set(Fact.objects.filter(column="jobs").values_list("organisation", "value", "source")) == {
        (kept.pk, 100, "реестр А"), (kept.pk, 120, "реестр Б")}
    assert find_record(other.public_id) == kept
    offer.refresh_from_db()
    assert offer.organisation_id == kept.pk
    with pytest.raises(InputError):
        merge(now(kept), now(other), "анна")

    assert split(now(other), "анна").conflicts == ()
    offer.refresh_from_db()
    assert offer.organisation_id == other.pk and now(kept).address is None
    assert find_record(other.public_id) == other and not Fact.objects.filter(archived=False).exists()
    with pytest.raises(UnknownCode):
        split(now(other), "анна")
    assert verify() == []


def test_ids_of_merged_records_never_die_through_a_chain_of_merges_and_their_undoing() -> None:
    one, two, three = (make_organisation(name) for name in ("А", "Б", "В"))
    merge(now(two), now(one), "анна")
    merge(now(three), now(two), "анна")
    assert find_record(one.public_id) == three and find_record(two.public_id) == three
    split(now(two), "анна")
    assert find_record(one.public_id) == two and find_record(two.public_id) == two
    split(now(one), "анна")
    merge(now(one), now(two), "анна")
    assert find_record(two.public_id) == one and find_record(one.public_id) == one
    archive(now(one), "анна", expected=now(one).version)
    assert find_record(two.public_id).archived


def test_the_facts_of_a_merged_record_move_and_those_that_are_known_stay() -> None:
    kept, other = make_organisation("А", source="а"), make_organisation("Б", source="б")
    for plant, source in ((kept, "в"), (other, "в"), (other, "г")):
        enter(Fact(held_by=HERE, organisation=plant, column="jobs", value=1, source=source), "анна")
    merge(now(kept), now(other), "анна")
    assert set(Fact.objects.filter(organisation=kept).values_list("source", flat=True)) == {"в", "г"}
    split(now(other), "анна")
    assert set(Fact.objects.filter(organisation=other).values_list("source", flat=True)) == {"в", "г"}
