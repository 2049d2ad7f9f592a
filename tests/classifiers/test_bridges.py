"""Bridges between classifications."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.classifiers import load
from smezhnik.classifiers.bridges import SCHEMA, bridge, bridge_all, load_table, okved2007_of
from smezhnik.classifiers.packaged import read_tsv
from smezhnik.errors import InputError, UnknownCode

#: Subheadings of the Harmonized System whose class of NACE 2 is plain from both names; assigned by hand.
KNOWN = dict(read_tsv(Path(__file__).parent / "known_classes.tsv").iter_rows())


def best(code: str, from_: str, to: str) -> str | None:
    frame = bridge(code, from_, to)
    return None if frame.is_empty() else str(frame["to"][0])


def test_the_heaviest_counterpart_of_a_commodity_is_mostly_the_known_one() -> None:
    hits = sum(best(hs, "hs2022", "nace2") == nace for hs, nace in KNOWN.items())
    among = sum(nace in bridge(hs, "hs2022", "nace2")["to"].to_list() for hs, nace in KNOWN.items())
    assert (len(KNOWN), hits, among) == (81, 70, 79)


@pytest.mark.parametrize(("code", "from_", "to", "expected"), [
    ("8447110000", "tnved", "okpd2", "28.94"), ("7003190000", "tnved", "okpd2", "23.11"),
    ("15.51.4", "okved2007", "okved2", "10.51"), ("26.11", "okved2007", "okpd2", "23.11"),
    ("17.30", "okved2007", "okved2", "13.30"), ("23.12.13.110", "okpd2", "okved2", "23.12"),
    ("23.12", "okved2", "okpd2", "23.12"), ("19.31", "okved2", "nace2", "19"),
])
def test_known_codes_lead_where_they_should(code: str, from_: str, to: str, expected: str) -> None:
    assert best(code, from_, to) == expected


def test_quality_says_how_a_counterpart_was_found() -> None:
    assert bridge("8447110000", "tnved", "okved2")["quality"].to_list() == ["exact"]
    assert set(bridge("7003190000", "tnved", "okpd2")["quality"]) == {"split"}
    assert bridge("23.12.13.110", "okpd2", "okved2")["quality"].to_list() == ["wider"]
    assert bridge("27.14", "okved2007", "okved2")["quality"].to_list() == ["wider"]  # NACE 1.1 has no 27.14
    assert bridge("7003190000", "tnved", "okpd2")["via"][0] == "HS 700319 → ISIC 2310 → NACE 23.11"


HS = [code for code in load("hs2022") if len(code) == 6]


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(HS), st.sampled_from(["okpd2", "okved2", "nace2"]))
def test_shares_sum_to_one_and_lead_to_listed_codes(code: str, to: str) -> None:
    frame = bridge(code, "hs2022", to)
    assert dict(frame.schema) == SCHEMA
    if not frame.is_empty():
        assert frame["weight"].sum() == pytest.approx(1, abs=0.001)
        assert all(target in load(to) for target in frame["to"])
        assert frame["weight"].is_sorted(descending=True)
        assert frame["to"].is_unique().all()


def test_all_goods_but_scrap_and_by_products_have_a_class() -> None:
    without = [code for code in HS if bridge(code, "hs2022", "okpd2").is_empty()]
    assert len(without) == 79  # the concordance leaves them blank: waste, scrap, slag, hides …
    assert {"261900", "391510", "470710"} <= set(without)


def test_going_back_finds_the_commodity_among_those_of_its_class() -> None:
    frame = bridge("28.94", "okpd2", "tnved")
    assert "844711" in {code[:6] for code in frame["to"]}
    assert frame["weight"].sum() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("numbers", "code"), [
    ((15, 51, 4), "15.51.4"), ((51, 36, 21), "51.36.21"), ((37, 10, 0), "37.10"), ((30, 2, 0), "30.02"),
    ((15, 1, 0), "15.1"), ((1, 11, 0), "01.11"), ((16, 0, 0), "16.0"),
])
def test_three_numbers_of_open_accounts_are_a_code_of_2007(numbers: tuple[int, int, int], code: str) -> None:
    assert okved2007_of(*numbers) == code


@pytest.mark.parametrize("code", ["15.51.4", "37.10", "30.02", "15.1", "16.0", "27.14", "26.40", "35.0", "24.1"])
def test_manufacturing_codes_of_2007_have_a_present_activity(code: str) -> None:
    frame = bridge(code, "okved2007", "okved2")
    assert not frame.is_empty()
    assert not any(target.startswith("33") for target in frame["to"])


def test_many_codes_are_bridged_at_once_in_their_order() -> None:
    frame = bridge_all(["26.11", "15.51", "26.11"], "okved2007", "okved2")
    assert frame["from"].unique(maintain_order=True).to_list() == ["26.11", "15.51"]
    assert bridge_all([], "okved2007", "okved2").schema == SCHEMA


def test_the_owners_table_goes_before_the_chain(tmp_path: Path) -> None:
    file = tmp_path / "key.csv"
    file.write_text("from,to,weight\n7003,23.11.11,3\n7003,23.11.12,1\n", "utf-8")
    table = load_table(file)
    frame = bridge("7003190000", "tnved", "okpd2", table=table)
    assert frame.select("to", "weight", "quality").rows() == [("23.11.11", 0.75, "wider"), ("23.11.12", 0.25, "wider")]
    assert bridge("7003", "tnved", "okpd2", table=table)["quality"].to_list() == ["given", "given"]
    assert best("8447110000", "tnved", "okpd2") == bridge("8447110000", "tnved", "okpd2", table=table)["to"][0]


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key.csv"
    file.write_text("okpd2,tnved\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="from"):
        load_table(file)


def test_systems_that_no_bridge_joins_are_named() -> None:
    with pytest.raises(UnknownCode):
        bridge("1", "okato", "okpd2")
    with pytest.raises(InputError):
        bridge("23.11", "okpd2", "okved2007")


def test_an_unknown_code_has_no_counterpart() -> None:
    assert bridge("000000", "hs2022", "okpd2").equals(pl.DataFrame(schema=SCHEMA))
