"""Whatever a hand does to a pack, it is answered with faults that name file and line, or with a pack that works."""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.errors import InputError, InputFaults, describe_fault
from smezhnik.rules import judge_facts, list_packs, read_pack
from smezhnik.rules.load import read_texts
from smezhnik.rules.toml import read_toml
from tests.rules.networks import by_chance

TEXTS = {name: read_texts(resources.files("smezhnik.rules") / "packs" / name, name) for name in list_packs()}
#: What a slip of the hand leaves behind.
SLIPS = ("", '"', "]", "[[", "= =", "from = 2021-02-30", "from = 2030-01-01", "until = 2016-01-01", "value = 50",
         'value = "20"', "value = true", "unknown = true", 'kind = "count"', 'status = "confirmed"', "[criteria]",
         'who = { roles = [1], territory = "x" }', "carried_from = 2016-09-26", "[parameters.x]", "'''", "é = 1",
         'least = "нет"', "entries = 5", "tests = [{}]", "when = { }", "a.b.c = 1", 'extends = ["eccp"]')


def _take(texts: dict[str, str], file: str) -> None:
    """Read and, where the pack is sound, judge by it."""
    try:
        pack = read_pack(texts, "own")
    except InputFaults as refused:
        assert refused.faults
        for fault in refused.faults:
            assert fault.file and describe_fault(fault, "ru") and describe_fault(fault, "en"), (file, fault)
        return
    facts = by_chance(7, absent=0.2)
    for day in pack.days:
        try:
            judge_facts(facts, np.ones(facts.count, np.bool_), pack.on(day))
        except InputError as error:
            assert error.code == "rules.no_criteria"


@pytest.mark.parametrize("name", list_packs())
@settings(derandomize=True, deadline=None, max_examples=60)
@given(data=st.data())
def test_a_slip_anywhere_in_a_pack_is_told_or_harmless(name: str, data: st.DataObject) -> None:
    texts = dict(TEXTS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        file = data.draw(st.sampled_from(sorted(texts)))
        rows = texts[file].splitlines()
        place = data.draw(st.integers(0, len(rows) - 1))
        match data.draw(st.sampled_from(["drop", "twice", "slip", "cut", "swap"])):
            case "drop":
                del rows[place]
            case "twice":
                rows.insert(place, rows[place])
            case "slip":
                rows[place] = data.draw(st.sampled_from(SLIPS))
            case "cut":
                rows[place] = rows[place][:data.draw(st.integers(0, len(rows[place])))]
            case "swap":
                other = data.draw(st.integers(0, len(rows) - 1))
                rows[place], rows[other] = rows[other], rows[place]
        texts[file] = "\n".join(rows)
    _take(texts, file)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(alphabet='ab=[]{}"\'#.,\n 1-é\\', max_size=120))
def test_any_text_is_read_as_toml_or_told_to_be_none(text: str) -> None:
    document = read_toml(text, "x.toml")
    assert document.faults or isinstance(document.data, dict)
    assert all(fault.row is not None and 1 <= fault.row <= max(1, len(text.splitlines())) for fault in document.faults)


def test_a_sound_file_is_read_as_the_standard_library_reads_it() -> None:
    for texts in TEXTS.values():
        for text in texts.values():
            document = read_toml(text, "x.toml")
            assert (document.faults, document.data) == ((), tomllib.loads(text))


def test_the_line_of_every_key_is_the_line_where_it_stands() -> None:
    for texts in TEXTS.values():
        for text in texts.values():
            rows, document = text.splitlines(), read_toml(text, "x.toml")
            for place, line in document.lines.items():
                last = place[-1] if isinstance(place[-1], str) else None
                assert last is None or last in rows[line - 1], (place, rows[line - 1])


def test_no_day_of_a_shipped_pack_is_without_an_answer() -> None:
    facts = by_chance(3, absent=0.1)
    for name in list_packs():
        pack = read_pack(TEXTS[name], name)
        for offset in range(0, 4200, 97):
            day = pack.span.since + dt.timedelta(offset)
            judge_facts(facts, np.ones(facts.count, np.bool_), pack.on(day))
