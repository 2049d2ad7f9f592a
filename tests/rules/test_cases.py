"""The cases that lie beside every pack, and what they must cover."""

from __future__ import annotations

import datetime as dt
from importlib import resources

import pytest

from smezhnik.clusters import cases as cases_room
from smezhnik.clusters.cases import read_cases, run_case
from smezhnik.errors import InputFaults, describe_fault
from smezhnik.rules import list_packs, load_pack
from smezhnik.rules.data import verdict_data
from smezhnik.rules.load import CASES


def _cases(name: str) -> list[cases_room.Case]:
    folder = resources.files("smezhnik.rules") / "packs" / name / CASES
    files = sorted(folder.iterdir(), key=lambda item: item.name)
    return read_cases({item.name: item.read_text("utf-8") for item in files})


ALL = [(name, case) for name in list_packs() for case in _cases(name)]


@pytest.mark.parametrize(("name", "case"), ALL, ids=[f"{name}: {case.name}" for name, case in ALL])
def test_a_case_comes_out_as_the_lawyer_says(name: str, case: cases_room.Case) -> None:
    assert run_case(case, load_pack(name)).differences == ()


@pytest.mark.parametrize("name", list_packs())
def test_every_pack_has_cases_that_try_every_criterion(name: str) -> None:
    tried = {code for case in _cases(name) for code in case.expected}
    assert {item.code for item in load_pack(name).criteria} <= tried


def test_the_day_before_and_the_day_of_every_edition_of_779_are_tried() -> None:
    days = {case.on for case in _cases("ru-779")}
    editions = load_pack("ru-779").days
    assert set(editions) <= days
    assert {day - dt.timedelta(1) for day in editions[1:]} <= days


def test_one_cluster_gives_another_explained_verdict_in_every_edition() -> None:
    pack = load_pack("ru-779")
    cluster = next(case.cluster for case in _cases("ru-779"))
    for day in pack.days[1:]:
        before = verdict_data(cases_room.judge(cluster, pack, on=day - dt.timedelta(1)), {})
        after = verdict_data(cases_room.judge(cluster, pack, on=day), {})
        assert before["edition"] != after["edition"]
        assert (before["criteria"], before["unread"]) != (after["criteria"], after["unread"]), day
    told = [verdict_data(cases_room.judge(cluster, pack, on=day), {})
            for day in (dt.date(2016, 9, 1), dt.date(2021, 10, 1), dt.date(2024, 6, 1))]
    assert [item["state"] for item in told] == ["not_met", "not_met", "met"]
    shares = [item["criteria"][0]["parameters"] for item in told]
    assert [[use["value"] for use in uses if use["parameter"] == "cooperation_share"] for uses in shares] \
        == [[0.5], [0.2], [0.2]]


def test_a_case_that_comes_out_otherwise_names_what_was_expected() -> None:
    case = next(case for case in _cases("eccp") if case.expected["state"] == "not_met")
    wrong = cases_room.Case(case.file, case.line, case.name, case.on, case.article, case.cluster, {"members": "met"})
    (difference,) = run_case(wrong, load_pack("eccp")).differences
    assert (difference.what, difference.expected, difference.found) == ("members", "met", "not_met")


def test_faults_of_a_case_file_are_told_at_once() -> None:
    text = '''
[clusters.a]
members = """
Код участника | Ролли
м1            | producer
м2
"""

[[cases]]
name = "нет такого кластера"
cluster = "б"
on = 2020-01-01
artcle = "1"
expected = { state = "met" }
'''
    with pytest.raises(InputFaults) as refused:
        read_cases({"cases/c.toml": text})
    told = [describe_fault(fault, "ru") for fault in refused.value.faults]
    assert [line.split(":")[0] for line in told] == ["cases/c.toml, строка 3"] * 2 + ["cases/c.toml, строка 9"] \
        + ["cases/c.toml, строка 11", "cases/c.toml, строка 13"]
    assert "Ролли" in told[0]
    assert "м2" in told[1]


@pytest.mark.parametrize(("what", "found"), [("membrs", "no_such_criterion"), ("membrs.status", "no_such_criterion"),
                                             ("founders", None), ("members", "not_met")])
def test_a_case_that_expects_something_of_no_criterion_does_not_pass(what: str, found: str | None) -> None:
    case = next(case for case in _cases("ru-779") if case.name.startswith("Девять участников до 2021"))
    mistyped = cases_room.Case(case.file, case.line, case.name, case.on, case.article, case.cluster,
                               {what: "not_asked"})
    assert [item.found for item in run_case(mistyped, load_pack("ru-779")).differences] == [found] * bool(found)


def test_a_cell_that_does_not_fit_its_column_is_told() -> None:
    text = ('[clusters.a]\nmembers = """\nКод участника | Роли | Закупки, тыс. руб. | СПИК\n'
            'м1 | producer | много | да\n"""\n')
    with pytest.raises(InputFaults) as refused:
        read_cases({"cases/c.toml": text})
    (fault,) = refused.value.faults
    assert (fault.code, fault.row, fault.fields["found"]) == ("rules.case_cell", 2, "много")
    assert "Закупки" in describe_fault(fault, "ru") and "много" in describe_fault(fault, "en")
