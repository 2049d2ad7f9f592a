"""``smezhnik judge`` and ``smezhnik packs``: text, JSON, tables and exit codes, in both languages."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from smezhnik.cli.judge import judge as judge_command
from smezhnik.cli.packs import packs as packs_command
from smezhnik.errors import InputError, InputFaults
from smezhnik.io import read_table, write_table
from smezhnik.messages import catalogue
from smezhnik.rules import list_packs, load_pack
from smezhnik.rules.wanted import find_wanted
from smezhnik.workflows.cluster import ALIASES, read_cluster
from tests.factories import contracts, members
from tests.rules.packs import HEAD, criterion, number

GLASS = {"org_id": "glass", "name": "Стекло", "output_th_rub": 1000.0, "jobs": 10.0, "high_productivity_jobs": 5.0}
WINDOWS = {"org_id": "windows", "name": "Окна", "roles": ["final_producer"], "purchases_th_rub": 1000.0}

CASE = '''
[clusters.a]
members = """
org_id | roles
m1     | producer
"""

[[cases]]
name = "мало"
cluster = "a"
on = 2020-01-01
article = "1"
expected = { c = "STATE" }
'''


def call(command: object, *line: object, lang: str = "ru") -> Result:
    return CliRunner().invoke(command, [str(part) for part in line], env={"SMEZHNIK_LANG": lang},  # type: ignore
                              standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "кластер"
    place.mkdir()
    write_table(members(GLASS, WINDOWS), place / "участники.xlsx", "members")
    write_table(contracts({"seller_id": "glass", "buyer_id": "windows", "value_th_rub": 150.0}),
                place / "contracts.csv", "contracts")
    return place


def test_packs_are_listed_with_their_editions() -> None:
    shown = call(packs_command, "list").stdout
    assert all(name in shown for name in list_packs())
    assert "26.09.2016" in shown
    assert [item["pack"] for item in json.loads(call(packs_command, "list", "--json").stdout)] == list(list_packs())


@pytest.mark.parametrize(("day", "words"), [
    ("2016-09-01", ["50 %", "первоначальная редакция", "учредители"]),
    ("2016-09-26", ["20 %", "редакция 2016 года", "по новостям"]),
    ("2021-10-01", ["20 %", "выведено", "редакция 2018 года"]),
    ("01.06.2024", ["20 %", "10 %", "редакция 2024 года", "день подписания", "№ 1585", "закупки за год"]),
])
def test_the_law_of_a_day_is_shown_with_its_numbers_and_their_standing(day: str, words: list[str]) -> None:
    shown = call(packs_command, "show", "ru-779", "--on", day).stdout
    assert [word for word in words if word not in shown] == []
    if day == "2016-09-26":
        assert "Половина участников" not in shown


@pytest.mark.parametrize("name", list_packs())
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_pack_is_shown_and_compared_on_all_its_days(name: str, lang: str) -> None:
    days = load_pack(name).days
    for day in days:
        shown = call(packs_command, "show", name, "--on", day, lang=lang)
        assert shown.exception is None
        data = json.loads(call(packs_command, "show", name, "--on", day, "--json").stdout)
        assert data["on"] == day.isoformat()
        assert all(item["act"] and item["status"] for item in data["parameters"])
    for one, other in pairwise(days):
        assert call(packs_command, "diff", name, one, other, lang=lang).exception is None


def test_every_fact_that_a_shipped_pack_asks_for_has_a_name_in_both_languages() -> None:

    asked = {fact for name in list_packs() for day in load_pack(name).days
             for wanted in [find_wanted(load_pack(name).on(day))] for fact in (*wanted.members, *wanted.cluster)}
    named = {fact for fact in asked if f"rules.fact.{fact}" in catalogue()}
    assert {fact for fact in asked - named if not fact.startswith(("document.", "area_"))} == set()


def test_what_changed_is_told_for_whom() -> None:
    shown = call(packs_command, "diff", "ru-779", "2016-09-25", "2016-09-26").stdout
    assert "50 % (по новостям) → 20 % (по новостям)" in shown
    assert "снято: Половина участников" in shown
    assert "Кого касается: промежуточные производители" in shown
    assert shown == call(packs_command, "diff", "ru-779", "2016-09-26", "2016-09-25").stdout
    data = json.loads(call(packs_command, "diff", "ru-779", "2016-09-26", "2021-11-16", "--json").stdout)
    assert [item["since"] for item in data["amendments"]] == ["2018-08-02", "2021-11-16"]
    assert call(packs_command, "diff", "ru-779", "2019-01-01", "2019-02-01").stdout.count("ничего не изменилось") == 1


def test_a_cluster_that_does_not_comply_ends_with_4_and_says_how_much_is_lacking(folder: Path) -> None:
    done = call(judge_command, folder, "--pack", "ru-779", "--on", "2024-06-01")
    assert done.return_value == 4
    assert "Не соответствует" in done.stdout
    assert "Нужно" not in done.stdout
    assert "Неизвестно: работает ли на особой территории – знает Стекло, Окна." in done.stdout
    english = call(judge_command, folder, "--pack", "ru-779", "--on", "2016-09-26", "--members", lang="en")
    assert "Does not comply" in english.stdout
    assert "Стекло: 15 %, needed 20 %" in english.stdout
    assert "lacking 50 th. RUB" in english.stdout


def test_cannot_say_ends_with_3_and_compliance_with_0(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "own"
    rules.mkdir()
    (rules / "pack.toml").write_text(
        HEAD + number("n", 2) + criterion('kind = "count"\nleast = "n"') + criterion(
            'kind = "fact"\nfact = "agreed"\nis = true', "agreed"), "utf-8")
    assert call(judge_command, folder, "--pack", rules, "--on", "2024-06-01").return_value == 3
    (folder / "сведения.csv").write_text("fact,value\nagreed,да\n", "utf-8")
    assert call(judge_command, folder, "--pack", rules, "--on", "2024-06-01").return_value == 0


def test_the_verdict_as_json_names_rule_value_source_and_status(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "вывод.json"
    done = call(judge_command, folder, "--pack", "ru-779", "--on", "2016-09-26", "--json", "-o", out)
    data = json.loads(done.stdout)
    assert json.loads(out.read_text("utf-8")) == data
    (cooperation,) = [item for item in data["criteria"] if item["criterion"] == "cooperation"]
    assert cooperation["each"] == [{"member": "glass", "name": "Стекло", "met": False, "found": 0.15, "needed": 0.2,
                                    "shortfall": 50.0, "excused": False}]
    (value,) = cooperation["parameters"]
    assert (value["value"], value["from"], value["status"]) == (0.2, "2016-09-26", "news")
    assert (value["edition"], value["edition_en"]) == ("редакция 2016 года", "edition of 2016")
    assert "№ 963" in value["act"] and value["address"].startswith("https://") and value["checked"]


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_the_verdict_as_a_table_is_read_back(folder: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"вывод.{ending}"
    call(judge_command, folder, "--pack", "ru-779", "--on", "2016-09-26", "-o", out)
    frame = read_table(out, "findings").frame
    assert frame.filter(frame["criterion"] == "cooperation")["state"].to_list() == ["not_met"]
    assert frame.filter(frame["criterion"] == "members")["found"].to_list() == [2.0]


def test_a_workbook_with_a_sheet_per_table_is_the_same_cluster(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(folder / "участники.xlsx")
    book.worksheets[0].title = "Участники"
    page = book.create_sheet("Договоры")
    for row in (["Код договора", "Код продавца", "Код покупателя", "Вид", "Сумма, тыс. руб."],
                ["c1", "glass", "windows", "поставка", 150]):
        page.append(row)
    book.save(tmp_path / "кластер.xlsx")
    one, other = read_cluster(folder).cluster, read_cluster(tmp_path / "кластер.xlsx").cluster
    assert one.members.equals(other.members)
    assert one.contracts.select("contract_id", "_seller", "_buyer", "value_th_rub").equals(
        other.contracts.select("contract_id", "_seller", "_buyer", "value_th_rub"))


def test_faults_of_a_cluster_name_file_and_row_and_are_told_with_those_of_its_cells(folder: Path) -> None:
    (folder / "contracts.csv").write_text("contract_id,seller_id,buyer_id,value_th_rub\nc1,glass,windows,1500\n"
                                          "c2,glass,,5\nc3,glass,windows,много\n", "utf-8")
    with pytest.raises(InputFaults) as refused:
        raise call(judge_command, folder, "--pack", "ru-779", "--on", "2024-06-01").exception  # type: ignore[misc]
    told = [(fault.file, fault.row, fault.code) for fault in refused.value.faults]
    assert told == [("contracts.csv", 4, "not_number"), ("contracts.csv", 3, "cluster.no_party"),
                    ("участники.xlsx", 2, "cluster.over_output"), ("участники.xlsx", 3, "cluster.over_purchases")]


def test_a_folder_without_members_or_with_two_tables_of_members_is_refused(tmp_path: Path, folder: Path) -> None:
    for place, code in ((tmp_path / "пусто", "cluster.no_members"), (folder, "cluster.two_files")):
        place.mkdir(exist_ok=True)
        if place == folder:
            write_table(members(GLASS), place / "members.csv", "members")
        with pytest.raises(InputError) as refused:
            read_cluster(place)
        assert refused.value.code == code


def test_files_of_a_cluster_are_known_by_names_in_both_languages() -> None:
    for aliases in ALIASES.values():
        assert any(alias.isascii() for alias in aliases) and any(not alias.isascii() for alias in aliases)


def test_a_pack_of_ones_own_is_checked_with_its_cases(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pack.toml").write_text(HEAD + number("n", 2) + criterion('kind = "count"\nleast = "n"'), "utf-8")
    for state, code in (("not_met", 0), ("met", 2)):
        (tmp_path / "cases" / "one.toml").write_text(CASE.replace("STATE", state), "utf-8")
        done = call(packs_command, "check", tmp_path)
        assert done.return_value == code
    assert "мало" in done.stdout and "ожидалось met, вышло not_met" in done.stdout


@pytest.mark.parametrize("name", list_packs())
def test_a_copy_of_a_shipped_pack_is_the_same_law(tmp_path: Path, name: str) -> None:
    assert call(packs_command, "copy", name, tmp_path / "свой").exception is None
    copied, shipped = load_pack(tmp_path / "свой"), load_pack(name)
    assert (copied.parameters, copied.changes) == (shipped.parameters, shipped.changes)
    assert call(packs_command, "check", tmp_path / "свой").return_value == 0
    refused = call(packs_command, "copy", name, tmp_path / "свой").exception
    assert isinstance(refused, InputError) and refused.code == "rules.folder_taken"


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_form_for_a_cluster_is_filled_in_and_judged(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "кластер.xlsx"
    assert call(packs_command, "form", "ru-779", "--on", "2024-06-01", "-o", path, lang=lang).exception is None
    book = openpyxl.load_workbook(path)
    people, facts = book.worksheets[0], book.worksheets[2]
    titles = [cell.value for cell in people[1]]
    for place, (name, role) in enumerate((("Стекло", "producer"), ("Окна", "final_producer")), 3):
        for title, value in zip(titles[:4], (f"У-{place}", name, None, role), strict=True):
            people.cell(place, titles.index(title) + 1).value = value
    asked = {row[0].value: row for row in facts.iter_rows(min_row=2) if row[0].value}
    assert {"spatial_strategy", "sok_bankrupt", "decided_on"} <= set(asked)
    asked["sok_bankrupt"][1].value = "нет" if lang == "ru" else "no"
    book.save(path)
    cluster = read_cluster(path).cluster
    assert cluster.members["name"].to_list() == ["Стекло", "Окна"]
    assert dict(cluster.facts.select("fact", "value").iter_rows())["spatial_strategy"] is None
    done = call(judge_command, path, "--pack", "ru-779", "--on", "2024-06-01", "--json")
    states = {item["criterion"]: item["state"] for item in json.loads(done.stdout)["criteria"]}
    assert (states["final_producers"], states["organisation"], states["cooperation"]) == ("met", "unknown", "unknown")
