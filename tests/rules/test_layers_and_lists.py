"""What a verdict rests on besides numbers: lists with their sources, layers of law, the day of the last check."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from smezhnik.errors import InputFaults
from smezhnik.rules import Pack, Verdict, judge_facts, load_pack
from smezhnik.rules.data import finding_rows, verdict_data
from smezhnik.rules.sentences import checked_line
from tests.rules.networks import network
from tests.rules.packs import HEAD, criterion, number, pack

DAY = dt.date(2020, 6, 1)
COUNT = criterion('kind = "count"\nleast = "one"\nwho = { territory = "t" }')
NOTED = 'status = "{}"\nnote_ru = "пояснение"\nnote_en = "a note"'


def _list(*entries: str, status: str = "inferred") -> str:
    return (f'\n[territories.t]\nru = "список"\nen = "list"\nlabel = "region"\ncomplete = true\n'
            f'entries = [{", ".join(entries)}]\n{NOTED.format(status)}\n')


def _judge(rules: Pack, on: dt.date = DAY) -> Verdict:
    return judge_facts(network({"id": "a", "region": "RU-BA"}), np.ones(1, np.bool_), rules.on(on))


def test_a_list_weighs_in_the_status_and_leaves_its_trace() -> None:
    verdict = _judge(pack(number("one", 1), _list('{ code = "RU-BA", from = 2015-01-01 }', status="unverified"), COUNT))
    assert (verdict.state, verdict.status) == ("met", "unverified")
    (told,) = verdict_data(verdict, {})["criteria"]
    assert [item["list"] for item in told["lists"]] == ["t"]
    assert json.dumps(told["lists"])
    assert any("a note" in line for line in finding_rows(verdict, {}, "en")[0]["rests_on"])


def test_an_entry_may_be_less_sure_than_its_list_and_counts_in_its_period() -> None:
    rules = pack(number("one", 1), COUNT, _list(
        '{ code = "RU-BA", from = 2015-01-01, until = 2021-01-01 }',
        '{ code = "RU-BA", from = 2021-01-01, status = "unverified", note_ru = "вторая", note_en = "second" }'))
    assert [_judge(rules, on).status for on in (dt.date(2020, 12, 31), dt.date(2021, 1, 1))] \
        == ["inferred", "unverified"]


@pytest.mark.parametrize("second", ["2018-01-01", "2018-12-31"])
def test_periods_of_one_territory_do_not_overlap(second: str) -> None:
    with pytest.raises(InputFaults) as refused:
        pack(number("one", 1), COUNT, _list('{ code = "RU-BA", from = 2015-01-01, until = 2019-01-01 }',
                                            f'{{ code = "RU-BA", from = {second} }}'))
    assert [fault.code for fault in refused.value.faults] == ["rules.overlap"]


@pytest.mark.parametrize("own", [number("one", 2), _list('{ code = "RU-ME", from = 2015-01-01 }')])
def test_a_layer_above_replaces_no_number_and_no_list_of_the_law_below(tmp_path: Path, own: str) -> None:
    above = HEAD.replace('logic = "all"', 'logic = "all"\nextends = ["below"]').replace('"federal"', '"region"')
    listed = _list('{ code = "RU-BA", from = 2015-01-01 }')
    for name, text in (("below", HEAD + number("one", 1) + listed + COUNT),
                       ("above", above + own + criterion('kind = "connected"', "own"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.toml").write_text(text, "utf-8")
    with pytest.raises(InputFaults) as refused:
        load_pack(tmp_path / "above")
    assert [fault.code for fault in refused.value.faults] == ["rules.defined_below"]


def test_after_the_last_check_a_verdict_is_unverified_at_best() -> None:
    rules = pack(number("one", 1), criterion('kind = "count"\nleast = "one"'))
    last, after = (_judge(rules, day) for day in (dt.date(2026, 11, 22), dt.date(2026, 11, 23)))
    assert (last.status, after.status) == ("confirmed", "unverified")
    assert checked_line(last.edition, "ru") is None
    assert "не сверен" in (checked_line(after.edition, "ru") or "")
    assert [verdict_data(item, {})["after_check"] for item in (last, after)] == [False, True]


@pytest.mark.parametrize(("label", "until"), [("bronze", dt.date(2025, 1, 10)), ("silver", None), ("gold", None),
                                              (None, None)])
def test_only_bronze_is_known_to_be_renewed_for_three_years(label: str | None, until: dt.date | None) -> None:
    facts = network({"id": "a"}, label_sought=label, decided_on=dt.date(2020, 1, 10), renewed_on=dt.date(2021, 12, 1))
    standing = judge_facts(facts, np.ones(1, np.bool_), load_pack("ecei").on(dt.date(2024, 6, 1))).standing
    assert standing is not None
    assert (standing.until, standing.state) == (until, "unknown" if until is None else "valid")


def test_a_first_silver_stands_two_years() -> None:
    facts = network({"id": "a"}, label_sought="silver", decided_on=dt.date(2020, 1, 10))
    standing = judge_facts(facts, np.ones(1, np.bool_), load_pack("ecei").on(dt.date(2021, 6, 1))).standing
    assert standing is not None and standing.until == dt.date(2022, 1, 10)
