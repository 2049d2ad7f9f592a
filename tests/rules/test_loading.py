"""A pack that is broken is told all its faults at once, each with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from smezhnik.errors import InputError, InputFaults, describe_fault
from smezhnik.messages import catalogue
from smezhnik.rules import list_packs, load_pack, read_pack
from tests.rules.packs import HEAD, WHENCE, criterion, number, pack

COUNT = criterion('kind = "count"\nleast = "n"')
N = number("n", 3)


def faults(*parts: str, head: str = HEAD) -> list[tuple[str, int | None]]:
    """Codes and lines of the faults, in the order of the file."""
    with pytest.raises(InputFaults) as refused:
        read_pack({"pack.toml": head + "".join(parts)}, "trial")
    for fault in refused.value.faults:
        for lang in ("ru", "en"):
            assert "trial/pack.toml" in describe_fault(fault, lang)  # type: ignore[arg-type]
    return [(fault.code.removeprefix("rules."), fault.row) for fault in refused.value.faults]


def line(*parts: str, of: str) -> int:
    """The first line of the file that has the text."""
    rows = (HEAD + "".join(parts)).splitlines()
    return next(place for place, row in enumerate(rows, 1) if of in row)


EDITION = f'''
[[editions]]
from = 2016-01-01
ru = "вторая"
en = "second"
day = "force"
content = "read"
{WHENCE}'''
CHANGE = '''
[[changes]]
on = 2017-01-01
area_ru = "а"
area_en = "a"
ru = "б"
en = "b"
whom_ru = "в"
whom_en = "c"
'''
TERRITORY = f'''
[territories.t]
ru = "т"
en = "t"
label = "region"
{WHENCE}entries = [
  {{ code = "RU-BA", from = 2015-01-01 }},
  {{ code = "RU-BA", from = 2015-01-01 }},
]
'''

#: One broken pack per fault: what is added to the head and to sound parts, the code, a text of the faulty line.
BROKEN = {
    "syntax": ("\nx = = 1\n", "syntax", "x = = 1"),
    "no such day": (N.replace("from = 2015-01-01", "from = 2015-02-30"), "syntax", "from = 2015-02-30"),
    "key twice": (N.replace('unit = "member"', 'unit = "member"\nunit = "share"'), "key_twice", 'unit = "share"'),
    "table twice": (N + '\n[parameters.n]\nru = "ещё"\n', "key_twice", '[parameters.n]\nru = "ещё"'),
    "key missing": (N.replace('ru = "n"\n', ""), "key_missing", "[parameters.n]"),
    "key unknown": (N.replace("value = 3", "value = 3\nvlaue = 4"), "key_unknown", "vlaue"),
    "section unknown": ("\n[paramters.n]\nx = 1\n", "key_unknown", "[paramters"),
    "text empty": (N.replace('en = "n"', 'en = " "'), "empty_text", 'en = " "'),
    "number as text": (N.replace("value = 3", 'value = "3"'), "wrong_kind.number", 'value = "3"'),
    "yes as number": (N.replace("value = 3", "value = true"), "wrong_kind.number", "value = true"),
    "date as text": (N.replace("from = 2015-01-01", 'from = "2015-01-01"'), "wrong_kind.date", 'from = "2015'),
    "time as date": (N.replace("from = 2015-01-01", "from = 2015-01-01T10:00:00"), "wrong_kind.date", "T10:00"),
    "text as number": (N.replace('ru = "n"', "ru = 5"), "wrong_kind.text", "ru = 5"),
    "list as number": (N + criterion('kind = "documents"\ndocuments = 5'), "wrong_kind.list", "documents = 5"),
    "flag as text": (N + COUNT + 'informative = "да"\n', "wrong_kind.flag", "informative"),
    "table as text": (N + criterion('kind = "count"\nleast = "n"\nwho = "all"'), "wrong_kind.table", 'who = "all"'),
    "tables as text": ('\n[parameters.n]\nru = "n"\nen = "n"\nunit = "member"\nvalues = 3\n', "wrong_kind.tables",
                       "values = 3"),
    "unknown unit": (N.replace('unit = "member"', 'unit = "members"'), "wrong_choice", '"members"'),
    "unknown kind": (N + criterion('kind = "cuont"\nleast = "n"'), "wrong_choice", "cuont"),
    "unknown status": (N.replace('status = "confirmed"', 'status = "sure"'), "wrong_choice", '"sure"'),
    "no act": (N.replace('act = "law"', 'act = "lwa"'), "no_act", "lwa"),
    "no source": (N.replace('source = "page"', 'source = "pgae"'), "no_source", "pgae"),
    "confirmed by nothing": (N.replace('source = "page"\n', ""), "status_without_source", 'status = "confirmed"'),
    "inferred from nothing": (N.replace('"confirmed"', '"inferred"'), "status_without_note", '"inferred"'),
    "period ends before it begins": (N.replace("from = 2015-01-01", "from = 2015-01-01\nuntil = 2014-01-01"),
                                     "period_empty", "until = 2014"),
    "before the span": (N.replace("from = 2015-01-01", "from = 2014-01-01"), "outside_span", "from = 2014"),
    "share in percent": (number("s", 20, "share"), "share_range", "value = 20"),
    "unknown with a value": (N.replace("value = 3", "value = 3\nunknown = true"), "unknown_with_value", "value = 3"),
    "carried from nothing": (N + "carried_from = 2015-01-01\n", "carried_nothing", "carried_from"),
    "both bounds": (N + criterion('kind = "count"\nleast = "n"\nmost = "n"'), "both_bounds", 'most = "n"'),
    "most of distinct": (N + criterion('kind = "distinct"\nlabel = "region"\nmost = "n"'), "only_least", 'most = "n"'),
    "window of no days": (criterion('kind = "window"\nfact = "f"'), "window_without_days", "[[criteria]]"),
    "no such parameter": (N + criterion('kind = "count"\nleast = "m"'), "no_parameter", "[[criteria]]"),
    "no such list": (N + criterion('kind = "count"\nleast = "n"\nwho = { territory = "t" }'), "no_reference",
                     "[[criteria]]"),
    "no such document": (criterion('kind = "documents"\ndocuments = ["d"]'), "no_reference", "[[criteria]]"),
    "no such formula": (criterion('kind = "formula"\nformula = "f"'), "wrong_choice", 'formula = "f"'),
    "value ends too early": (N.replace("from = 2015-01-01", "from = 2015-01-01\nuntil = 2016-01-01") + COUNT,
                             "parameter_hole", "[[criteria]]"),
    "criterion twice at once": (N + COUNT + COUNT, "overlap", None),
    "edition without a change": (EDITION, "edition_without_change", "from = 2016"),
    "change without an edition": (CHANGE, "change_without_edition", "on = 2017"),
    "territory twice": (TERRITORY, "entry_twice", None),
    "no pack below": (None, "no_base", "extends"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_pack_is_told_what_and_where(what: str) -> None:
    text, code, place = BROKEN[what]
    head = HEAD
    if text is None:
        text, head = "", HEAD.replace("[acts.law]", 'extends = ["nowhere"]\n\n[acts.law]')
    found = faults(text, head=head)
    assert code in [fault for fault, _ in found], found
    if place is not None:
        rows = (head + text).splitlines()
        first = place.split("\n")[0]
        wanted = [number for number, row in enumerate(rows, 1) if first in row]
        assert any(fault == code and row in wanted for fault, row in found), (found, wanted)


def test_every_fault_of_a_pack_has_been_tried() -> None:
    told = {code.removeprefix("fault.rules.") for code in catalogue() if code.startswith("fault.rules.")}
    tried = {code for _, code, _ in BROKEN.values()}
    elsewhere = {"gap", "carried_differs", "carried_status", "defined_twice", "no_head", "no_editions",
                 "first_edition", "edition_twice", "criterion_below", "base_later", "base_faulty", "case_column",
                 "case_cells", "wrong_kind.value", "not_utf8", "defined_below",
                 "case_cell"}
    assert told - tried <= elsewhere


def test_gaps_and_overlaps_of_values_are_told_with_the_days() -> None:
    first, second = "from = 2015-01-01\nuntil = 2016-01-01", "from = 2017-01-01"
    values = [f"[[parameters.n.values]]\nvalue = {place}\n{days}\n{WHENCE}" for place, days in
              enumerate((first, second, "from = 2018-01-01"))]
    text = '\n[parameters.n]\nru = "n"\nen = "n"\nunit = "member"\n' + "".join(values)
    with pytest.raises(InputFaults) as refused:
        read_pack({"pack.toml": HEAD + text}, "trial")
    gap, overlap = refused.value.faults
    assert describe_fault(gap, "ru").endswith("с 01.01.2016 до 01.01.2017 значения нет. Сомкните периоды; если числа "
                                              "никто не знает, добавьте значение с unknown = true.")
    assert "период с 01.01.2018 начинается раньше, чем кончился период с 01.01.2017" in describe_fault(overlap, "ru")


def test_a_value_carried_over_repeats_the_earlier_one_and_is_marked_as_inferred() -> None:
    text = ('\n[parameters.n]\nru = "n"\nen = "n"\nunit = "member"\n[[parameters.n.values]]\nvalue = 3\n'
            f"from = 2015-01-01\nuntil = 2016-01-01\n{WHENCE}[[parameters.n.values]]\nvalue = 4\nfrom = 2016-01-01\n"
            f"carried_from = 2015-01-01\n{WHENCE}")
    assert [code for code, _ in faults(text)] == ["carried_status", "carried_differs"] or \
        {code for code, _ in faults(text)} == {"carried_status", "carried_differs"}


def test_all_faults_of_all_files_are_told_at_once() -> None:
    with pytest.raises(InputFaults) as refused:
        read_pack({"pack.toml": HEAD, "a.toml": N + "\nx = = 1\ny = 1\n", "b.toml": N.replace("3", '"3"') + COUNT},
                  "trial")
    told = [(fault.file, fault.code) for fault in refused.value.faults]
    assert ("trial/a.toml", "rules.syntax") in told
    assert ("trial/b.toml", "rules.defined_twice") in told
    assert ("trial/b.toml", "rules.wrong_kind.number") in told
    assert len(told) >= 3


def test_a_pack_without_head_or_editions_is_refused() -> None:
    with pytest.raises(InputFaults) as refused:
        read_pack({"pack.toml": N}, "trial")
    assert [fault.code for fault in refused.value.faults] == ["rules.no_head"]
    assert ("no_editions", None) in [(code, None) for code, _ in faults(head=HEAD[:HEAD.index("[[editions]]")])]
    assert "first_edition" in dict(faults(head=HEAD.replace("from = 2015-01-01\nact", "from = 2016-01-01\nact")))


def test_a_head_that_cannot_be_read_hides_no_other_fault() -> None:
    found = faults(N.replace("value = 3", "vlaue = 3"), head=HEAD.replace("from = 2015-01-01", "from = 2015-13-01"))
    assert found == [("syntax", 5), ("syntax", 20), ("key_missing", 42), ("key_unknown", 43)]


def test_a_key_in_a_list_over_several_lines_is_told_by_its_own_line() -> None:
    text = (f'\n[territories.t]\nru = "т"\nen = "t"\nlabel = "region"\n{WHENCE}entries = [\n'
            '  { code = "RU-BA", from = 2015-01-01 },\n  # примечание {\n  { code = "RU-ME", form = 2015-01-01 },\n]\n')
    wanted = line(text, of="form =")
    assert {(code, row) for code, row in faults(text)} == {("key_missing", wanted), ("key_unknown", wanted)}


def test_a_file_in_another_encoding_is_told_and_a_mark_of_utf8_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load_pack(tmp_path).title.ru == "Пробный"
    (tmp_path / "more.toml").write_bytes("# число\n# с 2015 года".encode("cp1251"))
    with pytest.raises(InputFaults) as refused:
        load_pack(tmp_path)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("rules.not_utf8", 1)]


def test_an_unknown_pack_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_pack(str(tmp_path))
    assert "ru-779" in str(refused.value)


@pytest.mark.parametrize("name", list_packs())
def test_a_shipped_pack_is_sound_and_every_number_says_where_it_is_from(name: str) -> None:
    shipped = load_pack(name)
    for parameter in shipped.parameters.values():
        for value in parameter.values:
            assert value.provenance.act is not None, (parameter.code, value)
            assert value.provenance.source is not None or value.provenance.note is not None
    for criterion_ in shipped.criteria:
        assert criterion_.provenance.act is not None


def test_nothing_of_779_is_called_confirmed_but_what_was_read_in_a_text() -> None:
    shipped = load_pack("ru-779")
    confirmed = {parameter.code for parameter in shipped.parameters.values()
                 if any(value.provenance.status == "confirmed" for value in parameter.values)}
    assert confirmed == {"earlier_years"}
    after = shipped.on(shipped.days[-1])
    assert all(term.value.status != "confirmed" for code, term in after.law.terms.items() if code != "earlier_years")
    assert after.law.terms["members_least"].value.known == "no_stricter"
    for code in ("jobs_share", "education_least", "infrastructure_least", "nonprofit_least"):
        value = after.law.terms[code].value
        assert (value.provenance.status, value.carried) == ("inferred", "unverified")


def test_a_sound_pack_is_read() -> None:
    assert [item.code for item in pack(N, COUNT).criteria] == ["c"]


@pytest.mark.parametrize("test", [
    'kind = "count"\nleast = "n"\nwho = { roles = ["prodcer"] }',
    'kind = "count"\nleast = "n"\nwho = { flags = ["spik"] }',
    'kind = "count"\nleast = "n"\nwho = { any = [{ not_roles = ["prodcer"] }] }',
    'kind = "distinct"\nleast = "n"\nlabel = "land"', 'kind = "sum"\nleast = "n"\nnumber = "turnover"',
    'kind = "count"\nleast = "n"\nwho = { label = "city", is = ["Уфа"] }',
    'kind = "share_of_sum"\nleast = "n"\npart = "high_jobs"\nwhole = "jobs"',
    'kind = "share_of_each"\nleast = "n"\nside = "seller"\nnumber = "sales"',
])
def test_a_name_that_no_table_has_is_told_with_the_nearest(test: str) -> None:
    """A rule about a role that nobody can have would be judged, and nobody would know."""
    with pytest.raises(InputFaults) as refused:
        pack(number("n", 1), criterion(test))
    assert [fault.code for fault in refused.value.faults] == ["rules.wrong_choice"]
