"""What a file would do to the records that are there: nothing twice, nothing erased, nobody mistaken for another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from smezhnik.errors import InputError
from smezhnik.records.actions import Stale, act
from smezhnik.records.history import undo
from smezhnik.records.journal import anchor, verify
from smezhnik.registry.actions import archive, edit, merge
from smezhnik.registry.loading import Difference, find_difference, write_difference
from smezhnik.registry.models import Fact, Need, Offer, Organisation, Site
from smezhnik.registry.rows import frame_of, need_row, offer_row
from smezhnik.tables import table
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


def frame(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    key = table(name).key[0]
    return frame_of(name, [{**dict.fromkeys(table(name).columns), key: str(at), **row} for at, row in enumerate(rows)])


def compare(name: str, *rows: dict[str, Any], named: bool = False, source: str = "файл") -> Difference:
    return find_difference(name, frame(name, *rows), HERE, source=source, named=named)


def load(name: str, *rows: dict[str, Any], named: bool = False, source: str = "файл") -> dict[str, int]:
    found = compare(name, *rows, named=named, source=source)
    with act("анна", "imports.apply", held_by=HERE) as made:
        return write_difference(made, found)


def counts(found: Difference) -> tuple[int, int, int]:
    return len(found.created), len(found.changed), found.same


def test_a_file_that_is_loaded_again_changes_nothing() -> None:
    needs = [{"text": "Болты", "buyer": "Метиз", "volume": 1.0}, {"text": "Болты", "volume": 2.0},
             {"text": "Гайки", "inn": "0274000001", "buyer": "Идель"},
             {"text": "болты", "buyer": "метиз", "volume": 3.0}]
    done = load("needs", *needs)
    assert done == {"created": 4, "organisations": 2, "changed": 0, "same": 0, "archived": 0, "disagreements": 0}
    for _ in range(2):
        assert counts(compare("needs", *needs)) == (0, 0, 4)
    assert counts(compare("needs", *reversed(needs))) == (0, 0, 4), "in any order"


def test_rows_of_one_text_that_differ_are_records_of_their_own() -> None:
    first = [{"text": "Труба", "buyer": "Метиз", "volume": 1.0}, {"text": "Труба", "buyer": "Метиз", "volume": 2.0}]
    load("needs", *first, first[0])
    assert sorted(Need.objects.values_list("volume", flat=True)) == [1, 2]
    found = compare("needs", {**first[0], "volume": 5.0}, first[1])
    assert counts(found) == (0, 1, 1)
    assert found.changed[0][0].volume == 1, "the row that is there as it was keeps its record"


def test_of_rows_with_one_id_the_last_one_counts() -> None:
    load("needs", {"need_id": "а", "text": "Труба", "volume": 1.0}, named=True)
    rows = [{"need_id": "а", "text": "Труба", "volume": value} for value in (5.0, 1.0)]
    assert counts(compare("needs", *rows, named=True)) == (0, 0, 2)
    assert compare("needs", *reversed(rows), named=True).changed[0][1] == {"volume": 5}


def test_a_blank_cell_and_an_absent_column_erase_nothing() -> None:
    load("needs", {"need_id": "а", "text": "Труба", "volume": 1.0, "okpd2": "24.20.11"}, named=True)
    assert load("needs", {"need_id": "а", "text": "Труба", "price": 7.0}, named=True)["changed"] == 1
    need = Need.objects.get()
    assert (need.volume, need.okpd2, need.price) == (1, "24.20.11", 7)


def test_two_ways_to_name_one_organisation_are_one_organisation() -> None:
    done = load("needs", {"text": "а", "buyer": "Метиз", "region": HERE},
                {"text": "б", "buyer": "Метиз", "inn": "0274000001", "region": HERE},
                {"text": "в", "inn": "0274000001"}, {"text": "г", "buyer": "МЕТИЗ", "region": HERE})
    assert done["organisations"] == 1 and Organisation.objects.get().inn == "0274000001"
    assert Need.objects.filter(organisation=Organisation.objects.get()).count() == 4


def test_a_row_may_name_by_number_alone_whom_only_a_later_row_or_file_names_in_full() -> None:
    rows = [{"text": "а", "inn": "0274000001"}, {"text": "а", "inn": "0274000002"},
            {"text": "б", "buyer": "Метиз", "inn": "0274000001"}]
    load("needs", *rows)
    assert Need.objects.filter(organisation__inn="0274000001").count() == 2
    assert counts(compare("needs", *rows)) == (0, 0, 3)
    load("organisations", {"name": "Идель", "inn": "0274000002"})
    assert counts(compare("needs", *rows)) == (0, 1, 2), "the need of nobody becomes its own"


def test_a_name_that_is_known_gets_its_number_and_not_that_of_a_namesake() -> None:
    load("needs", {"text": "а", "buyer": "Вектор", "region": HERE})
    load("organisations", {"name": "Вектор", "inn": "0274000001", "region": HERE})
    assert Organisation.objects.get().inn == "0274000001"
    load("organisations", {"name": "Вектор", "inn": "0274000002", "region": HERE},
         {"name": "Вектор", "inn": "0274000003", "region": THERE})
    assert Organisation.objects.count() == 3
    rows = [{"text": "б", "buyer": "Вектор", "region": HERE}]
    assert load("needs", *rows)["organisations"] == 1, "which of the two is not known"
    assert counts(compare("needs", *rows)) == (0, 0, 1)
    assert load("needs", {"text": "б", "buyer": "Вектор", "region": THERE})["organisations"] == 0


def test_two_firms_of_one_name_in_a_file_do_not_take_the_place_of_one_that_is_there() -> None:
    make_organisation("Вектор")
    rows = [{"name": "Вектор", "inn": inn, "region": HERE} for inn in ("0274000001", "0274000002")]
    assert counts(compare("organisations", *rows)) == (2, 0, 0)


def test_a_firm_of_the_same_name_in_another_region_is_another_firm() -> None:
    make_organisation("Вектор", region=THERE)
    assert load("needs", {"text": "а", "buyer": "Вектор", "region": HERE})["organisations"] == 1


def test_own_ids_of_two_plants_may_be_equal() -> None:
    load("offers", {"offer_id": "1", "text": "Болты", "seller": "Метиз"}, named=True)
    assert load("offers", {"offer_id": "1", "text": "Стекло", "seller": "Идель"}, named=True)["created"] == 1
    assert set(Offer.objects.values_list("text", "own_id")) == {("Болты", "1"), ("Стекло", "1")}
    make_organisation("Первая", inn="0274000001", own_id="9")
    assert counts(compare("organisations", {"org_id": "9", "name": "Вторая", "inn": "0274000002"}, named=True)) == (
        1, 0, 0)


def test_an_own_id_that_looks_like_a_public_one_is_kept() -> None:
    strange = make_need().public_id
    Need.objects.all().delete()
    rows = [{"need_id": strange, "text": "Болты"}]
    assert load("needs", *rows, named=True)["created"] == 1
    assert counts(compare("needs", *rows, named=True)) == (0, 0, 1)


def test_a_row_of_a_record_that_was_taken_away_leaves_it_away() -> None:
    need = make_need()
    archive(need, "анна", expected=1)
    found = compare("needs", {"need_id": need.public_id, "text": "Иное"}, named=True)
    assert counts(found) == (0, 0, 0) and len(found.away) == 1


def test_a_row_with_the_id_of_a_merged_organisation_is_of_the_one_it_lives_on_in() -> None:
    kept, other, last = (make_organisation(name) for name in ("Метиз", "Метиз-Уфа", "Метизный"))
    merge(kept, other, "анна")
    merge(last, Organisation.objects.get(pk=kept.pk), "анна")
    found = compare("organisations", {"org_id": other.public_id, "name": "Метизный", "jobs": 5.0}, named=True)
    assert [(record.public_id, values["jobs"]) for record, values in found.changed] == [(last.public_id, 5)]
    load("needs", {"text": "а", "org_id": other.public_id, "buyer": "что угодно"})
    assert Need.objects.get().organisation_id == last.pk


def test_lists_come_back_as_they_were_taken_away() -> None:
    plant = make_organisation("Метиз", inn="0274000001")
    site = Site.objects.create(held_by=HERE, organisation=plant, name="Цех 1")
    make_offer(organisation=plant, site=site, capacity=1.5, valid_until=dt.date(2027, 1, 31), confidential=True)
    make_need(organisation=plant, imported_th_rub=7)
    assert counts(compare("offers", *map(offer_row, Offer.objects.all()), named=True)) == (0, 0, 1)
    assert counts(compare("needs", *map(need_row, Need.objects.all()), named=True)) == (0, 0, 1)


def test_sites_are_found_again_and_one_of_nobody_is_refused() -> None:
    plant = make_organisation("Метиз")
    rows = [{"name": "Цех 1", "org_id": plant.public_id}, {"name": "Цех 2", "org_id": plant.public_id}]
    load("sites", *rows)
    assert counts(compare("sites", *rows)) == (0, 0, 2)
    with pytest.raises(InputError, match="Цех 3"):
        compare("sites", {"name": "Цех 3", "org_id": "кто-то"})


def test_sources_that_disagree_stand_side_by_side_also_when_they_change_their_mind() -> None:
    row = {"org_id": "1", "name": "Метиз", "jobs": 100.0, "source": "А", "source_date": dt.date(2026, 1, 1)}
    load("organisations", row, named=True)
    newer = {**row, "jobs": 120.0, "source": "Б", "source_date": dt.date(2026, 6, 1)}
    assert load("organisations", newer, named=True)["disagreements"] == 1
    older = {**row, "jobs": 90.0, "source": "В", "source_date": dt.date(2025, 1, 1)}
    load("organisations", older, named=True)
    assert (Organisation.objects.get().jobs, Organisation.objects.get().source) == (120, "Б"), "the newer one counts"
    assert dict(Fact.objects.values_list("source", "value")) == {"А": 100, "Б": 120, "В": 90}
    load("organisations", {**older, "jobs": 95.0}, named=True)
    fact = Fact.objects.get(source="В")
    assert (fact.value, fact.version) == (95, 2)
    undo(anchor().number, "анна")
    fact.refresh_from_db()
    assert fact.value == 90


def test_a_fact_that_was_undone_can_come_again() -> None:
    row = {"org_id": "1", "name": "Метиз", "jobs": 100.0, "source": "А", "source_date": dt.date(2026, 1, 1)}
    other = {**row, "jobs": 120.0, "source": "Б", "source_date": dt.date(2026, 6, 1)}
    load("organisations", row, named=True)
    load("organisations", other, named=True)
    undo(anchor().number, "анна")
    assert not Fact.objects.filter(archived=False).exists()
    load("organisations", other, named=True)
    assert Fact.objects.filter(archived=False).count() == 2 and verify() == []


def test_a_need_that_was_nobodys_gets_its_new_organisation_at_once() -> None:
    load("needs", {"need_id": "а", "text": "Болты"}, named=True)
    rows = [{"need_id": "а", "text": "Болты", "buyer": "Метиз"}]
    assert load("needs", *rows, named=True)["changed"] == 1
    assert Need.objects.get().organisation == Organisation.objects.get()
    assert counts(compare("needs", *rows, named=True)) == (0, 0, 1)


def test_a_file_is_compared_anew_where_somebody_was_quicker() -> None:
    rows = [{"text": "Болты", "buyer": "Метиз", "volume": 1.0}]
    first, second = compare("needs", *rows), compare("needs", *rows)
    with act("анна", "imports.apply", held_by=HERE) as made:
        write_difference(made, first)
    with pytest.raises(Stale), act("борис", "imports.apply", held_by=HERE) as made:
        write_difference(made, second)
    assert Need.objects.count() == 1 and Organisation.objects.count() == 1
    change = compare("needs", {**rows[0], "volume": 2.0})
    edit(Need.objects.get(), {"price": 1}, "анна", expected=1)
    with pytest.raises(Stale), act("борис", "imports.apply", held_by=HERE) as made:
        write_difference(made, change)
    make_need("Совсем другое")
    change = compare("needs", {**rows[0], "volume": 2.0}, {"text": "Новое"})
    make_need("И это другое")
    with act("борис", "imports.apply", held_by=HERE) as made:
        assert write_difference(made, change)["created"] == 1, "what is of no concern stops nothing"


def test_records_of_another_region_are_not_seen() -> None:
    make_organisation("Метиз", held_by=THERE, inn="0274000001")
    assert counts(compare("organisations", {"name": "Метиз", "inn": "0274000001"})) == (1, 0, 0)
