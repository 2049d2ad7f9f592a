"""One workbook of linked sheets is one import: one preview, all or nothing, one action, one undo."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import xlsxwriter

from smezhnik.errors import InputError
from smezhnik.imports.actions import ask_to_apply, ask_to_undo, settle, upload
from smezhnik.imports.models import BOOK, Import
from smezhnik.records.journal import anchor, verify
from smezhnik.records.models import Action
from smezhnik.registry.actions import archive, edit
from smezhnik.registry.models import Need, Offer, Organisation, Site
from tests.workplace import HERE, do_jobs, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)

Sheet = Sequence[Sequence[Any]]
ORGANISATIONS: Sheet = [("Код организации", "Наименование", "ИНН"), ("П1", "Салаватское стекло", "0276111117"),
                        ("П2", "Окна Идель", "0274066660")]
SITES: Sheet = [("Код площадки", "Код организации", "Наименование", "Адрес"), ("Ц1", "П1", "Цех закалки", "Салават")]
OFFERS: Sheet = [("Код предложения", "Продукция", "Код организации", "Код площадки", "Мощность в год", "Единица"),
                 ("О1", "Стекло листовое М1 4 мм", "П1", "Ц1", 420000, "м²"),
                 ("О2", "Стекло закалённое", "П1", "", 9000, "м²")]
NEEDS: Sheet = [("Код потребности", "Что нужно", "Код организации", "Объём в год", "Единица"),
                ("Н1", "Стекло листовое 4 мм", "П2", 84000, "м²")]
WHOLE = {"Потребности": NEEDS, "О файле": [("Сведения предприятий за 2026 год",)], "Предложения": OFFERS,
         "Площадки": SITES, "Организации": ORGANISATIONS}


def book(sheets: Mapping[str, Sheet]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as written:
        for title, rows in sheets.items():
            sheet = written.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return made.getvalue()


def read(sheets: Mapping[str, Sheet]) -> Import:
    item = upload("сведения.xlsx", [book(sheets)], BOOK, "анна", HERE)
    do_jobs()
    return Import.objects.get(pk=item.pk)


def load(sheets: Mapping[str, Sheet]) -> Import:
    item = ask_to_apply(read(sheets), "анна")
    do_jobs()
    return Import.objects.get(pk=item.pk)


def undone(item: Import) -> Import:
    ask_to_undo(item, "анна")
    do_jobs()
    return Import.objects.get(pk=item.pk)


def counts() -> tuple[int, int, int, int]:
    standing = [model.objects.filter(archived=False).count() for model in (Organisation, Site, Offer, Need)]
    return standing[0], standing[1], standing[2], standing[3]


def test_each_sheet_has_its_difference_and_all_are_one_action() -> None:
    item = read(WHOLE)
    assert item.state == "ready" and [part["table"] for part in item.parts] == [
        "organisations", "sites", "offers", "needs"]
    assert [(part["read"], part["created"], part["sheets"]) for part in item.parts] == [
        (2, 2, ["Организации"]), (1, 1, ["Площадки"]), (2, 2, ["Предложения"]), (1, 1, ["Потребности"])]
    assert item.read == item.accepted + item.refused + item.skipped
    assert any("О файле" in note["ru"] for note in item.faults), "a sheet that is passed over is told"
    ask_to_apply(item, "анна")
    do_jobs()
    done = Import.objects.get(pk=item.pk)
    assert counts() == (2, 1, 2, 1) and anchor().number == 1 and done.done["created"] == 6
    glass = Offer.objects.get(own_id="О1")
    assert glass.organisation is not None and glass.organisation.name == "Салаватское стекло"
    assert glass.site is not None and glass.site.own_id == "Ц1" and glass.site.organisation == glass.organisation
    assert Need.objects.get().organisation == Organisation.objects.get(own_id="П2")
    assert Action.objects.get().details["created"] == 6 and verify() == []


def test_the_same_workbook_again_changes_nothing_and_a_changed_one_only_that() -> None:
    load(WHOLE)
    again = read(WHOLE)
    assert (again.found["created"], again.found["changed"], again.found["same"]) == (0, 0, 6)
    more = [*OFFERS[:1], ("О1", "Стекло листовое М1 4 мм", "П1", "Ц1", 500000, "м²"), *OFFERS[2:]]
    item = load({**WHOLE, "Предложения": more})
    assert (item.done["created"], item.done["changed"]) == (0, 1) and Offer.objects.get(own_id="О1").capacity == 500000


def test_a_sheet_leads_to_what_another_sheet_says_of_records_that_are_there() -> None:
    """The workbook's own numbers are its own: a plant known by ИНН is found by the number that the workbook gives."""
    there = make_organisation("Салаватское стекло", inn="0276111117")
    other = make_organisation("Совсем другой завод", own_id="П1", inn="0274000006")
    item = read(WHOLE)
    assert item.parts[0]["created"] == 1, "only the second plant is new"
    ask_to_apply(item, "анна")
    do_jobs()
    assert {offer.organisation for offer in Offer.objects.all()} == {there} and not other.offers.exists()


def test_a_record_that_is_there_joins_a_new_site() -> None:
    load({name: WHOLE[name] for name in ("Организации", "Предложения")} | {
        "Предложения": [row[:3] + row[4:] for row in OFFERS]})
    item = read(WHOLE)
    different = item.parts[2]["different"]
    assert [one["fields"] for one in different] == [{"site_id": [None, "Цех закалки"]}], "said by its name, not its key"
    ask_to_apply(item, "анна")
    do_jobs()
    site = Offer.objects.get(own_id="О1").site
    assert site is not None and site.own_id == "Ц1" and verify() == []


@pytest.mark.parametrize("sheet", ["Организации", "Площадки", "Предложения", "Потребности"])
def test_a_fault_on_any_sheet_stores_nothing(sheet: str) -> None:
    wrong = {"Организации": ("П3", "Метиз", "0276111111"), "Площадки": ("Ц2", "П9", "Склад", ""),
             "Предложения": ("О3", "Насос", "П1", "Ц9", 5, "шт"), "Потребности": ("Н2", "Болты", "П7", 5, "шт")}[sheet]
    item = read({**WHOLE, sheet: [*WHOLE[sheet], wrong]})
    assert item.state == "faulty" and item.refused == 1 and sheet in item.faults[0]["ru"]
    assert item.read == item.accepted + item.refused + item.skipped
    with pytest.raises(InputError):
        ask_to_apply(item, "анна")
    assert counts() == (0, 0, 0, 0) and anchor().number == 0
    settle(item, item.columns, skip_faulty=True, who="анна")
    do_jobs()
    ask_to_apply(Import.objects.get(pk=item.pk), "анна")
    do_jobs()
    assert counts() == (2, 1, 2, 1), "asked so, the rest is loaded"


def test_a_failure_on_the_last_sheet_leaves_nothing_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from smezhnik.workflows import imports

    write, seen = imports.write_difference, []

    def broken(made: Any, found: Any, **more: Any) -> dict[str, int]:
        seen.append(found)
        if len(seen) == 4:
            raise InputError("disk_full")
        return write(made, found, **more)

    monkeypatch.setattr(imports, "write_difference", broken)
    item = load(WHOLE)
    assert len(seen) == 4 and item.state == "ready" and counts() == (0, 0, 0, 0) and anchor().number == 0


def test_undo_takes_all_sheets_back_but_what_others_changed() -> None:
    item = load(WHOLE)
    need = Need.objects.get()
    edit(need, {"volume": 7}, "борис", expected=1)
    item = undone(item)
    assert counts() == (1, 0, 0, 1), "the need that was edited, and its buyer"
    assert {(one["record"], one["field"]) for one in item.done["conflicts"]} == {
        (need.public_id, "volume"), (Organisation.objects.get(own_id="П2").public_id, "need")}
    assert verify() == []


def test_records_that_were_taken_away_are_named_in_the_preview() -> None:
    load(WHOLE)
    offer = Offer.objects.get(own_id="О2")
    archive(offer, "анна", expected=1)
    named = [*OFFERS[:1], (offer.public_id, "Стекло закалённое", "П1", "", 9000, "м²")]
    part = read({**WHOLE, "Предложения": named}).parts[2]
    assert part["archived"] == 1 and part["away"] == [{"record": offer.public_id, "title": "Стекло закалённое"}]


def test_a_sheet_is_told_by_its_columns_where_its_title_says_nothing() -> None:
    bare = [OFFERS[0], *[(*row[:3], "", *row[4:]) for row in OFFERS[1:]]]
    item = read({"Лист1": ORGANISATIONS, "Лист2": NEEDS, "Лист3": bare})
    assert [part["table"] for part in item.parts] == ["organisations", "offers", "needs"] and item.state == "ready"


def test_a_workbook_without_any_table_says_which_sheets_it_has() -> None:
    item = read({"Титул": [("Отчёт",)], "Прочее": [("а", "б"), (1, 2)]})
    assert item.state == "faulty" and "Титул" in item.faults[0]["ru"]
