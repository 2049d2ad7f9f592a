"""An action is written whole or not at all; whoever read an old version changes nothing."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from smezhnik.records import actions
from smezhnik.records.actions import Stale, act
from smezhnik.records.history import find_record, history_of
from smezhnik.records.ids import draw_id
from smezhnik.records.journal import anchor, verify
from smezhnik.records.models import Action
from smezhnik.registry.actions import edit, enter
from smezhnik.registry.models import Need
from tests.workplace import HERE, make_need, make_offer

pytestmark = pytest.mark.django_db(transaction=True)


def need_of(record: Need) -> Need:
    return Need.objects.get(pk=record.pk)


def test_a_record_that_was_read_long_before_is_not_changed() -> None:
    need = make_need(volume=1)
    old = need_of(need)
    assert edit(need_of(need), {"volume": 2}, "анна", expected=1)
    with pytest.raises(Stale) as raised, act("борис", "registry.edit_need") as made:
        made.change(old, {"volume": 3})
    assert raised.value.theirs.version == 2 and need_of(need).volume == 2
    with pytest.raises(Stale):
        edit(need_of(need), {"volume": 3}, "борис", expected=1)
    assert Action.objects.count() == 2 and verify() == []


def test_a_failed_action_leaves_the_records_in_memory_as_they_were() -> None:
    need, other = make_need(volume=1), make_need(volume=1)
    stale = need_of(other)
    edit(need_of(other), {"volume": 5}, "анна", expected=1)
    new = Need(text="Болты", held_by=HERE)
    with pytest.raises(Stale), act("борис", "registry.edit_need") as made:
        made.create([new])
        made.change(need, {"volume": 2, "text": "Гайки"})
        made.change(stale, {"volume": 2})
    assert (need.volume, need.version, need.text, need.words) == (1, 1, "Стекло листовое М1 4 мм", need_of(need).words)
    assert new.pk is None and enter(new, "анна").pk
    assert edit(need, {"volume": 4}, "анна", expected=1), "it can be used again"


def test_a_record_may_change_twice_in_one_action() -> None:
    need = make_need(volume=1)
    with act("анна", "registry.edit_need") as made:
        assert made.change_all([(need, {"volume": 2}), (need, {"volume": 3, "price": 4})]) == 1
        made.change(need, {"price": 5})
    assert [(row.version, row.new) for row in history_of(need.public_id)][:3] == [
        (4, {"price": 5}), (3, {"volume": 3, "price": 4}), (2, {"volume": 2})]
    assert (need_of(need).volume, need_of(need).version) == (3, 4)


def test_two_readings_of_one_record_do_not_hide_each_other() -> None:
    need = make_need(volume=1)
    with pytest.raises(Stale), act("анна", "registry.edit_need") as made:
        made.change_all([(need, {"volume": 2}), (need_of(need), {"price": 3})])
    assert need_of(need).version == 1


def test_key_and_words_follow_the_text_also_when_it_is_undone() -> None:
    from smezhnik.records.history import undo
    from smezhnik.records.search import found

    need = make_need("Болты М12")
    edit(need, {"text": "Арматура А500"}, "анна", expected=1)
    assert need_of(need).sort_key == "арматура а500"
    assert list(found(Need.objects.all(), "арматуры")) == [need] and not found(Need.objects.all(), "болт")
    undo(anchor().number, "анна")
    assert need_of(need).sort_key == "болты м12" and list(found(Need.objects.all(), "болт")) == [need]


def test_an_id_that_is_taken_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = make_need()
    fresh = [draw_id("N") for _ in range(3)]
    drawn = iter([taken.public_id, fresh[0], fresh[1], fresh[2]])
    monkeypatch.setattr(actions, "draw_id", lambda _: next(drawn))
    new = [Need(text="а", held_by=HERE), Need(text="б", held_by=HERE), Need(text="в", held_by=HERE)]
    new[0].public_id = new[1].public_id = taken.public_id
    new[2].public_id = fresh[0]
    with act("анна", "registry.enter_need") as made:
        made.create(new)
    assert len({record.public_id for record in new} | {taken.public_id}) == 4
    assert find_record(taken.public_id).text == taken.text and verify() == []


def test_every_action_is_one_row_of_the_journal_and_rolls_back_with_its_transaction() -> None:
    make_need()
    before = anchor()
    with pytest.raises(RuntimeError), transaction.atomic():
        make_offer()
        raise RuntimeError
    assert anchor() == before
    make_offer()
    assert anchor().number == before.number + 1 and verify() == []


def test_eight_threads_that_edit_fifty_records_overwrite_nothing_silently() -> None:
    """Every edit that was acknowledged is in the history exactly once; every other one raised Stale."""
    needs = [make_need(f"Болты {number}", volume=0) for number in range(50)]
    won: list[tuple[int, int]] = []
    lost: list[int] = []
    start = threading.Barrier(8)

    def write(writer: int) -> None:
        try:
            start.wait()
            for turn in range(25):
                need = need_of(needs[(turn * 7 + writer % 2) % 50])
                value = writer * 1000 + turn
                try:
                    edit(need, {"volume": value}, f"писатель-{writer}", expected=need.version)
                    won.append((need.pk, value))
                except Stale:
                    lost.append(value)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number + 1,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) + len(lost) == 200
    for need in needs:
        said = [row.new["volume"] for row in history_of(need.public_id) if row.verb == "changed"]
        assert sorted(said) == sorted(value for pk, value in won if pk == need.pk)
        now = need_of(need)
        assert now.version == len(said) + 1 and (not said or now.volume == said[0])
    assert verify() == [] and anchor().number == 50 + len(won)
