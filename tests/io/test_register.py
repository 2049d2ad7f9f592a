"""The register of decree ПП № 719: one load read, two loads compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from smezhnik.io.register import diff_registers, read_register, register_offers
from tests.io.register_files import NEW, OLD, entry, write_load

ON = dt.date(2026, 11, 22)


def load(folder: Path, entries: list[dict[str, str]], on: dt.date = ON):  # type: ignore[no-untyped-def]
    return read_register(write_load(folder / "load.csv", entries), on=on)


def test_every_number_has_one_entry_and_rows_without_a_number_are_counted(tmp_path: Path) -> None:
    register = load(tmp_path, NEW)
    assert register.entries["number"].to_list() == ["10101", "10102", "10104", "10105", "10106"]
    assert (register.read, register.refused) == (7, 1)
    assert [(fault.row, fault.code) for fault in register.faults] == [(7, "missing_value")]


def test_the_valid_row_wins_then_points_then_the_latest(tmp_path: Path) -> None:
    register = load(tmp_path, [
        entry("1", "истекшая", score="99", until="01.01.2026"), entry("РПП-1", "меньше баллов", score="5"),
        entry("1", "раньше", score="9", dated="01.01.2024"), entry("1", "лучшая", score="9", dated="01.01.2025"),
        entry("1", "без баллов", dated="01.01.2026")])
    assert register.entries["product"].to_list() == ["лучшая"]


@pytest.mark.parametrize(("until", "valid"), [("21.11.2026", False), ("22.11.2026", True), ("-", True)])
def test_an_entry_is_valid_through_its_last_day(tmp_path: Path, until: str, valid: bool) -> None:
    register = load(tmp_path, [entry("1", "Стекло", until=until)])
    assert register.entries["valid"].to_list() == [valid]


@pytest.mark.parametrize("desc", ["Аннулировано", "запись недействительна", "Отказано"])
def test_inactive_entries_give_no_offer(tmp_path: Path, desc: str) -> None:
    register = load(tmp_path, [entry("1", "Стекло", desc=desc)])
    offers, sites = register_offers(register)
    assert offers.is_empty()
    assert sites.is_empty()


def test_offers_stand_where_things_are_made_and_keep_the_first_listed_code(tmp_path: Path) -> None:
    offers, sites = register_offers(load(tmp_path, [
        entry("РПП-10103", "Стеклопакет", plant="Окна Идель", okpd2="99.99; 23.12.13, 22.23.14", tnved="7008, 7005")]))
    row = offers.row(0, named=True)
    assert (row["okpd2"], row["tnved"], row["region"]) == ("23.12.13", "7008", "RU-BA")
    assert row["latitude"] == pytest.approx(54.7, abs=0.1)
    assert (row["offer_id"], row["register_entry"], row["basis"]) == ("10103", "10103", "register")
    assert row["register_until"] == dt.date(2028, 2, 2)
    assert row["site_id"] == sites["site_id"][0]
    assert sites["address"][0].startswith("Республика Башкортостан")


def test_two_loads_differ_by_new_expired_lost_and_points(tmp_path: Path) -> None:
    old = read_register(write_load(tmp_path / "old.csv", OLD), on=ON)
    new = read_register(write_load(tmp_path / "new.csv", NEW), on=ON)
    changes = diff_registers(old, new, old_on=dt.date(2026, 10, 1))
    assert changes.select("register_entry", "change").rows() == [
        ("10101", "points"), ("10102", "expired"), ("10103", "lost"), ("10104", "new"), ("10105", "new")]
    assert changes.select("points_before", "points_after").row(0) == (10.0, 15.0)


def test_a_load_does_not_differ_from_itself(tmp_path: Path) -> None:
    register = load(tmp_path, NEW)
    assert diff_registers(register, register).filter(change="new").is_empty()
    assert diff_registers(register, register, old_on=ON).is_empty()


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, NEW).entries.equals(load(tmp_path, NEW[::-1]).entries)
