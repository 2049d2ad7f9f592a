"""``smezhnik promises`` and ``smezhnik orders`` as a person calls them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smezhnik.cli.orders import orders as orders_command
from smezhnik.cli.promises import promises as promises_command
from smezhnik.errors import CannotSay, InputFaults
from smezhnik.io import read_table, write_table
from tests.promises.factories import orders

EXAMPLES = Path(__file__).parents[2] / "examples" / "promises"
PLAN, EVIDENCE = str(EXAMPLES / "plan.csv"), str(EXAMPLES / "evidence.csv")


@pytest.fixture(autouse=True)
def a_plain_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands look for --quiet and --lang on the line they were called with, which here is that of pytest."""
    monkeypatch.setattr("sys.argv", ["smezhnik"])


def call(command: object, *line: str) -> Result:
    return CliRunner().invoke(command, line, standalone_mode=False, catch_exceptions=False)  # type: ignore[arg-type]


def test_a_road_map_says_how_far_it_is_and_what_does_not_count(tmp_path: Path) -> None:
    out = tmp_path / "ход.xlsx"
    done = call(promises_command, "status", PLAN, EVIDENCE, "--on", "2026-09-30", "-o", str(out))
    assert done.return_value == 3, "an exchange of information has no measure"
    said = done.stdout.replace("\xa0", " ")
    assert "обещаний 4, выполнено 0, в пути 1, отстаёт 2, просрочено 0, нельзя сказать 1" in said
    assert "новые связи: 4 из 12 связей, ожидалось 8,5" in said
    assert "раньше периода: 1; сведения выведены расчётом: 1; другая отрасль: 1" in said
    rows = read_table(out, "promise_progress").frame
    assert rows.select("promise_id", "state", "value", "counted", "left_out").rows() == [
        ("1", "behind", 153_400.0, 5, 2), ("2", "behind", 4.0, 4, 3), ("2", "on_the_way", 123_300.0, 4, 3),
        ("3", "on_the_way", 1.0, 1, 0), ("4", "cannot_say", None, None, None)]


def test_all_faults_of_a_plan_are_told_with_their_cells(tmp_path: Path) -> None:
    faulty = tmp_path / "план.csv"
    faulty.write_text(
        "№ пункта;Мероприятие;Показатель;План;Считать с;Срок;Отрасли\n"
        "1;Связи;новые связи;12;01.03.2026;01.02.2026;28\n"
        "2;Поставки;сумма договоров;много;;31.12.2026;\n"
        "3;;новые связи;;;31.12.2026;машины\n"
        "1;Другое;новые связи;5;;31.12.2026;\n", "utf-8")
    with pytest.raises(InputFaults) as refused:
        call(promises_command, "status", str(faulty), EVIDENCE, "--on", "2026-09-30")
    assert [(fault.row, fault.code) for fault in refused.value.faults] == [
        (2, "target_window"), (3, "not_number"), (4, "target_no_plan"), (4, "target_code"), (4, "commitment_no_text"),
        (5, "commitment_two_texts")]
    assert {fault.column for fault in refused.value.faults if fault.row == 4} == {"План", "Отрасли", "Мероприятие"}


def test_the_red_list_names_who_is_late_and_for_how_long(tmp_path: Path) -> None:
    given, out = tmp_path / "поручения.xlsx", tmp_path / "красный-список.xlsx"
    write_table(orders({"number": "14-пр, п. 1.2", "protocol": "14-пр", "executor": "Минпромторг",
                        "due_first": dt.date(2026, 10, 1), "due": dt.date(2026, 11, 1), "extensions": 1},
                       {"due": dt.date(2026, 12, 1)}), given, "orders")
    done = call(orders_command, "red-list", str(given), "--on", "2026-11-23", "-o", str(out))
    said = done.stdout.replace("\xa0", " ")
    assert "1 поручение просрочено на 23.11.2026" in said
    assert "22 дня: 14-пр, п. 1.2 Установить связи – Минпромторг, срок 01.11.2026, первый срок 01.10.2026" in said
    assert "продлевали 1 раз" in said
    assert read_table(out, "red_list").frame["days_over"].to_list() == [22]


def test_a_word_for_a_deadline_becomes_a_day_or_it_is_said_why_not() -> None:
    done = call(orders_command, "due", "--rules", "federal-agency", "--signed", "2026-01-30")
    assert "Срок: 27.02.2026. Просить о продлении – не позже 24.02.2026." in done.stdout
    with pytest.raises(CannotSay, match="2031"):
        call(orders_command, "due", "--rules", "federal-agency", "--signed", "2031-01-30")
