"""Whatever people do in whatever order: nothing is lost, everything can be told from the history and taken back."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smezhnik.records.actions import act
from smezhnik.records.chain import canonical
from smezhnik.records.history import history_of, undo
from smezhnik.records.journal import anchor, verify
from smezhnik.records.models import Action
from smezhnik.registry.actions import archive, edit, merge, restore
from smezhnik.registry.loading import find_difference, write_difference
from smezhnik.registry.models import Fact, Need, Offer, Organisation
from smezhnik.registry.rows import frame_of
from smezhnik.tables import table

pytestmark = pytest.mark.django_db(transaction=True)

#: Every example works in a region of its own.
_REGIONS = count()
MODELS = (Organisation, Offer, Need, Fact)

texts = st.sampled_from(["Болты", "Гайки", "Труба 57", "Стекло"])
names = st.sampled_from([None, "Метиз", "Идель", "Вектор"])
inns = st.sampled_from([None, "0274000001", "0274000002"])
numbers = st.sampled_from([None, 1.0, 2.0, 3.5])
needs = st.fixed_dictionaries({"text": texts, "buyer": names, "inn": inns, "volume": numbers, "price": numbers})
plants = st.fixed_dictionaries({"name": names.filter(bool), "inn": inns, "jobs": numbers,
                                "address": st.sampled_from([None, "Уфа", "Казань"]),
                                "source": st.sampled_from(["А", "Б", None])})
files = st.one_of(st.tuples(st.just("needs"), st.lists(needs, max_size=6)),
                  st.tuples(st.just("organisations"), st.lists(plants, max_size=4)))
steps = st.one_of(st.tuples(st.just("load"), files), st.tuples(st.just("load_and_undo"), files),
                  st.tuples(st.sampled_from(["edit", "archive", "restore", "undo", "merge"]),
                            st.tuples(st.integers(0, 50), numbers)))


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    key = table(name).key[0]
    return frame_of(name, [{**dict.fromkeys(table(name).columns), **row, key: str(at)} for at, row in enumerate(rows)])


def standing(region: str) -> str:
    """Hash of what all records say that are not taken away."""
    said = [canonical([record.public_id, {name: getattr(record, name) for name in record.content_fields()}])
            for model in MODELS for record in model.objects.filter(held_by=region, archived=False)]
    return hashlib.sha256(b"".join(sorted(said))).hexdigest()


def load(region: str, name: str, rows: list[dict[str, Any]]) -> None:
    found = find_difference(name, frame(name, rows), region, source="файл", named=False)
    with act("анна", "imports.apply", held_by=region) as made:
        done = write_difference(made, found)
    assert done["created"] + done["changed"] + done["same"] + done["archived"] == len(rows)
    again = find_difference(name, frame(name, rows), region, source="файл", named=False)
    assert not again.created, "a second load makes nothing anew"


def do(region: str, what: str, place: int, number: float | None) -> None:
    """One action on one of the records of the region, if there is one that it can be done to."""
    if what == "undo":
        actions = list(Action.objects.filter(held_by=region).values_list("number", flat=True))
        if actions:
            undo(actions[place % len(actions)], "борис")
        return
    if what == "merge":
        some = list(Organisation.objects.filter(held_by=region, archived=False)[:2])
        if len(some) == 2:
            merge(some[0], some[1], "борис")
        return
    rows = list(Need.objects.filter(held_by=region, archived=what == "restore"))
    if rows:
        need = rows[place % len(rows)]
        if what == "edit":
            edit(need, {"volume": number, "text": f"{need.text}."}, "борис", expected=need.version)
        else:
            (archive if what == "archive" else restore)(need, "борис", expected=need.version)


def check(region: str) -> None:
    """Versions grow by one and the history replays to what stands there."""
    for model in MODELS:
        for record in model.objects.filter(held_by=region):
            rows = list(reversed(history_of(record.public_id)))
            assert [row.version for row in rows] == list(range(1, record.version + 1))
            said: dict[str, Any] = dict.fromkeys(record.kept_fields())
            for row in rows:
                assert all(canonical(said[name]) == canonical(old) for name, old in row.old.items())
                said |= row.new
            now = {name: getattr(record, name) for name in record.kept_fields()}
            assert canonical(said) == canonical(now)


@settings(derandomize=True, deadline=None, max_examples=30, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(plan=st.lists(steps, min_size=1, max_size=6))
def test_any_sequence_of_actions_keeps_the_promises(plan: list[tuple[str, Any]]) -> None:
    region = f"R-{next(_REGIONS)}"
    for what, how in plan:
        before, number = standing(region), anchor().number
        if what.startswith("load"):
            load(region, *how)
            assert anchor().number == number + 1, "one row of the journal an action"
            if what == "load_and_undo":
                assert undo(anchor().number, "анна").conflicts == ()
                assert standing(region) == before
        else:
            do(region, what, *how)
            assert anchor().number <= number + 1
        check(region)
    assert verify() == []
