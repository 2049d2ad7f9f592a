"""The register of decree 719 as an import: new, changed, lost and expired entries, and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from smezhnik.imports.actions import ask_to_apply, ask_to_undo, upload
from smezhnik.imports.models import Import
from smezhnik.io.register import SOURCE
from smezhnik.records.journal import verify
from smezhnik.registry.models import Offer
from tests.io.register_files import entry, write_load
from tests.workplace import HERE, do_jobs, make_organisation

#: A plant of the region, and an entry of it.
PLANT = "Окна Идель"
OURS = entry("10103", "Стеклопакет", plant=PLANT)
pytestmark = pytest.mark.django_db(transaction=True)


def load(folder: Path, *entries: dict[str, str]) -> Import:
    path = write_load(folder / "реестр.csv", list(entries))
    item = upload("реестр.csv", [path.read_bytes()], "register", "аналитик", HERE)
    do_jobs()
    item.refresh_from_db()
    return item


def apply(item: Import) -> Import:
    ask_to_apply(item, "аналитик")
    do_jobs()
    item.refresh_from_db()
    return item


def offers() -> dict[str, Any]:
    return {offer.register_entry: offer for offer in Offer.objects.filter(archived=False)}


def test_entries_of_the_region_become_offers_and_those_of_others_are_skipped(tmp_path: Path) -> None:
    first = load(tmp_path, OURS, entry("10104", "Стекло 4 мм"))
    assert first.state == "ready" and first.read == first.accepted + first.refused + first.skipped == 2
    apply(first)
    stored = offers()
    assert stored and all(offer.source == SOURCE and offer.basis == "register" for offer in stored.values())
    assert stored["10103"].organisation.name == "Окна Идель"
    again = load(tmp_path, OURS, entry("10104", "Стекло 4 мм"))
    assert (again.found["created"], again.found["changed"]) == (0, 0)


def test_an_entry_that_left_the_register_ends_and_undo_brings_it_back(tmp_path: Path) -> None:
    apply(load(tmp_path, entry("1", "Стекло", plant=PLANT), entry("2", "Насос", plant=PLANT)))
    before = offers()["2"].register_until
    second = apply(load(tmp_path, entry("1", "Стекло листовое", plant=PLANT), entry("3", "Кран", plant=PLANT)))
    stored = offers()
    assert set(stored) == {"1", "2", "3"}
    assert stored["1"].text == "Стекло листовое" and stored["2"].register_until == timezone.localdate()
    assert second.done["changed"] == 2 and second.done["created"] == 1
    ask_to_undo(second, "аналитик")
    do_jobs()
    assert offers()["2"].register_until == before and set(offers()) == {"1", "2"}
    assert verify() == []


def test_an_entry_of_a_known_organisation_counts_wherever_it_is_made(tmp_path: Path) -> None:
    far = entry("7", "Стекло 6 мм")
    assert (load(tmp_path, far).accepted, load(tmp_path, far).skipped) == (0, 1)
    make_organisation("Стекло-Юрюзань", inn=far["INN"])
    after = apply(load(tmp_path, far))
    assert (after.accepted, after.done["created"]) == (1, 1)
    assert offers()["7"].organisation.inn == far["INN"]
