"""Promises count themselves: the story of the notes, every state, every reason, and a plain count of the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from smezhnik.promises.evidence import prepare
from smezhnik.promises.progress import expected_by, progress, promise_state, rows_of
from smezhnik.promises.target import MEASURES, Target, find_target_faults, read_target
from smezhnik.tables.promises import MEASURES as CODES
from tests.promises.factories import evidence

DAY = dt.date(2026, 9, 30)
#: Commitment 2.4 of the story: 12 new supply links of machine building by the end of the year.
LINKS = Target("2.4", "links_new", 12, from_regions=("RU-BA",), to_regions=("RU-CHE",), industries=("28",),
               since=dt.date(2026, 2, 26), due=dt.date(2026, 12, 31))


def story(*more: dict[str, object]) -> pl.DataFrame:
    """Seven cases became contracts: one of another industry, one inferred, one before the agreement."""
    return evidence({}, {"on": DAY}, {"on": dt.date(2026, 2, 26)}, {}, {"okpd2": "23.11.12"}, {"basis": "inferred"},
                    {"on": dt.date(2026, 2, 25)}, *more)


def test_the_agreement_counts_itself() -> None:
    (made,) = progress([LINKS], prepare(story()), on=DAY)
    assert (made.value, made.state, made.counted) == (4, "behind", 4)
    assert made.share == pytest.approx(4 / 12)
    assert dict(made.left_out) == {"industry": 1, "inferred": 1, "before_window": 1}
    rows = rows_of(LINKS, prepare(story()), on=DAY)
    counted = rows.filter(pl.col("reason").is_null())
    assert set(counted["evidence_id"]) == {"d1", "d2", "d3", "d4"}
    assert dict(rows.filter(pl.col("reason").is_not_null()).select("evidence_id", "reason").rows()) == {
        "d5": "industry", "d6": "inferred", "d7": "before_window"}
    (money,) = progress([replace(LINKS, measure="contracts_sum", plan=150_000)], prepare(story()), on=DAY)
    assert (money.value, money.state) == (4_000, "behind")


def test_the_same_day_asked_a_month_later_has_the_same_answer() -> None:
    later = story({"on": DAY + dt.timedelta(days=1)}, {"on": dt.date(2026, 10, 20), "from_org": "s1", "to_org": "b1"})
    before, after = prepare(story()), prepare(later)
    assert progress([LINKS], before, on=DAY) == progress([LINKS], after, on=DAY)
    assert rows_of(LINKS, before, on=DAY).equals(rows_of(LINKS, after, on=DAY))
    (month_later,) = progress([LINKS], after, on=dt.date(2026, 10, 31))
    assert month_later.value == 5, "a second contract of a pair is no new link"


def test_the_order_of_rows_changes_nothing() -> None:
    rows = story()
    assert progress([LINKS], prepare(rows.sample(fraction=1.0, shuffle=True, seed=7)), on=DAY) == progress(
        [LINKS], prepare(rows), on=DAY)


@pytest.mark.parametrize(("changes", "day", "state"), [
    ({"plan": 4}, DAY, "done"),
    ({"plan": 4}, dt.date(2027, 6, 1), "done"),
    ({"plan": 5}, DAY, "on_the_way"),
    ({"plan": 12}, DAY, "behind"),
    ({"plan": 5}, dt.date(2026, 12, 31), "behind"),
    ({"plan": 5}, dt.date(2027, 1, 1), "late"),
    ({"measure": None}, DAY, "cannot_say"),
    ({"plan": None}, DAY, "cannot_say"),
    ({"due": None}, DAY, "cannot_say"),
    ({"due": dt.date(2026, 1, 1)}, DAY, "cannot_say"),
    ({"measure": "events_held"}, DAY, "cannot_say"),
    ({"measure": "manual"}, DAY, "cannot_say"),
    ({"measure": "manual", "manual_value": 12.0, "manual_on": DAY}, DAY, "done"),
    ({"measure": "manual", "manual_value": 12.0, "manual_on": DAY + dt.timedelta(days=1)}, DAY, "cannot_say"),
    ({"plan": 4, "at_most": True}, DAY, "on_the_way"),
    ({"plan": 4, "at_most": True}, dt.date(2027, 1, 1), "done"),
    ({"plan": 3, "at_most": True}, DAY, "late"),
    ({"plan": 2, "baseline": 10, "at_most": True}, DAY, "on_the_way"),
])
def test_the_state_is_what_date_and_data_say(changes: dict[str, object], day: dt.date, state: str) -> None:
    (made,) = progress([replace(LINKS, **changes)], prepare(story(), {"contract"}), on=day)  # type: ignore[arg-type]
    assert made.state == state
    assert (made.missing is None) is (state != "cannot_say")


def test_on_the_way_is_from_nine_tenths_of_what_was_expected() -> None:
    half = replace(LINKS, checkpoints=((DAY, 4.4),))
    assert progress([half], prepare(story()), on=DAY)[0].state == "on_the_way", "4 of 4.4 is 0.909"
    assert progress([replace(half, checkpoints=((DAY, 4.5),))], prepare(story()), on=DAY)[0].state == "behind"


def test_what_is_expected_follows_the_checkpoints() -> None:
    target = replace(LINKS, since=dt.date(2026, 1, 1), due=dt.date(2026, 12, 31),
                     checkpoints=((dt.date(2026, 7, 1), 2.0),))
    assert [expected_by(target, day) for day in (dt.date(2025, 5, 5), dt.date(2026, 7, 1), dt.date(2027, 1, 1))] == [
        0.0, 2.0, 12.0]
    assert expected_by(replace(target, checkpoints=()), dt.date(2026, 7, 2)) == pytest.approx(6.0)


def test_every_row_that_does_not_count_says_why() -> None:
    rows = evidence(
        {"cancelled": True}, {"on": None}, {"on": dt.date(2027, 1, 5)}, {"from_region": None}, {"to_region": "RU-PER"},
        {"okpd2": None}, {"value_th_rub": None}, {"from_org": "s1", "to_org": "b9", "on": dt.date(2026, 5, 1)},
        {"origins": ["3.1"]}, {"origins": None})
    target = replace(LINKS, measure="contracts_sum", organisations=("b9", "s7"))
    found = rows_of(target, prepare(rows), on=dt.date(2027, 2, 1))
    assert dict(found.select("evidence_id", "reason").rows()) == {
        "d1": "cancelled", "d2": "undated", "d3": "after_window", "d4": "region_absent", "d5": "region",
        "d6": "code_absent", "d7": "value_absent", "d8": None}
    assert not {"d9", "d10"} & set(found["evidence_id"]), "what names another promise does not concern this one"


def test_an_activity_stands_in_for_a_product_that_is_not_known() -> None:
    rows = evidence({"okpd2": None, "okved2": "28.13"}, {"okpd2": None, "okved2": "25.1"})
    assert progress([LINKS], prepare(rows), on=DAY)[0].value == 1


def test_what_an_order_caused_its_commitment_caused_too() -> None:
    rows = evidence({"origins": ["order", "order"]}, {"origins": ["order", "2.4"]}, {"origins": ["other"]})
    parents = {"order": ("2.4",), "2.4": ("agreement",), "agreement": ("order",)}
    for promise in ("2.4", "agreement", "order"):
        assert progress([replace(LINKS, promise=promise)], prepare(rows, parents=parents), on=DAY)[0].value == 2
    assert progress([LINKS], prepare(rows), on=DAY)[0].value == 1


def test_a_promise_is_as_far_as_its_worst_measure() -> None:
    made = progress([replace(LINKS, plan=4), LINKS, replace(LINKS, plan=5)], prepare(story()), on=DAY)
    assert promise_state(made) == "behind"
    assert promise_state(made[:1]) == "done"
    assert promise_state([]) == "cannot_say"


def test_nothing_in_gives_nought_and_no_more() -> None:
    (made,) = progress([LINKS], prepare(evidence().clear()), on=DAY)
    assert (made.value, made.counted, made.state) == (0, 0, "behind")
    assert progress([], prepare(evidence({})), on=DAY) == []
    assert rows_of(LINKS, prepare(evidence().clear()), on=DAY).is_empty()


def test_every_measure_of_the_tables_is_known_how_to_count() -> None:
    assert set(MEASURES) == set(CODES)


def plain_count(target: Target, frame: pl.DataFrame, on: dt.date) -> float:
    """The same, row by row, as a person would do it with a ruler."""
    rows = sorted(frame.iter_rows(named=True), key=lambda row: (row["on"] or dt.date.max, row["evidence_id"]))
    kind, pairs, found = MEASURES[str(target.measure)], set(), 0.0
    for row in rows:
        if row["kind"] != kind.kind or row["on"] is None or row["cancelled"] or row["basis"] == "inferred":
            continue
        pair = (row["from_org"], row["to_org"])
        fresh = None not in pair and pair not in pairs
        pairs.add(pair)
        code = "".join(filter(str.isdigit, row["okpd2"] or row["okved2"] or ""))
        ways = [(row["from_region"], row["to_region"])] + [(row["to_region"], row["from_region"])] * target.both_ways
        fits = any((not target.from_regions or start in target.from_regions)
                   and (not target.to_regions or end in target.to_regions) for start, end in ways)
        if (fits and target.since <= row["on"] <= min(on, target.due)
                and (target.in_scope or target.promise in (row["origins"] or ()))
                and (not target.industries or any(code.startswith(one) for one in target.industries))
                and (fresh or not kind.first_of_pair)):
            found += (row[kind.column] or 0.0) if kind.column else 1
    return found


def test_the_count_is_that_of_a_plain_loop() -> None:
    draw = np.random.default_rng(20261122)

    def pick(*values: object) -> object:
        return values[int(draw.integers(len(values)))]

    rows = evidence(*({
        "kind": pick("contract", "contract", "delivery", "membership"),
        "on": pick(None, *(dt.date(2026, 1, 1) + dt.timedelta(days=int(n)) for n in draw.integers(0, 360, 8))),
        "from_org": pick("s1", "s2", "s3", None), "to_org": pick("b1", "b2"), "okved2": pick("28", None),
        "from_region": pick("RU-BA", "RU-CHE", "RU-PER", None), "to_region": pick("RU-BA", "RU-CHE", None),
        "okpd2": pick("28.13", "28.1", "23.11", None), "value_th_rub": pick(10.0, 20.0, None),
        "imported_th_rub": pick(1.0, None), "cancelled": pick(True, False, None), "basis": pick("inferred", "declared"),
        "origins": pick(None, ["2.4"], ["3.1", "2.4"], ["9"])} for _ in range(600)))
    ready = prepare(rows)
    targets = [replace(LINKS, measure=measure, in_scope=in_scope, both_ways=both, industries=industries,
                       from_regions=start, promise=promise, plan=1)
               for measure in ("contracts_count", "contracts_sum", "links_new", "import_replaced_sum",
                               "delivered_sum", "members_joined")
               for in_scope in (True, False) for both in (True, False) for industries in ((), ("28",), ("281", "23"))
               for start in ((), ("RU-BA",)) for promise in ("2.4", "3.1")]
    made = progress(targets, ready, on=DAY)
    assert [one.value for one in made] == pytest.approx([plain_count(target, rows, DAY) for target in targets])
    assert len({one.value for one in made}) > 20


def test_a_row_of_a_plan_becomes_a_target() -> None:
    row = {"measure": "links_new", "plan": 12.0, "direction": "at_most", "counted": "in_scope", "from_region": "RU-BA",
           "industries": ["28.1", "C"], "due": DAY, "checkpoints": ["30.06.2026 = 5", "2026-08-01=7,5"]}
    made = read_target(row, "2.4")
    assert made.at_most and made.in_scope and made.from_regions == ("RU-BA",) and made.to_regions == ()
    assert made.checkpoints == ((dt.date(2026, 6, 30), 5.0), (dt.date(2026, 8, 1), 7.5))


@pytest.mark.parametrize(("row", "codes"), [
    ({}, []),
    ({"plan": 5.0}, ["target_no_measure"]),
    ({"measure": "links_new"}, ["target_no_plan"]),
    ({"since": DAY, "due": dt.date(2026, 1, 1)}, ["target_window"]),
    ({"industries": ["28.1", "машины"]}, ["target_code"]),
    ({"checkpoints": ["к лету 5"]}, ["target_checkpoint"]),
    ({"checkpoints": ["31.02.2026 = 5"]}, ["target_checkpoint"]),
    ({"checkpoints": ["30.06.2026 = 5", "30.03.2026 = 2"]}, ["target_checkpoint_order"]),
    ({"due": DAY, "checkpoints": ["30.06.2027 = 5"]}, ["target_checkpoint_order"]),
    ({"manual_value": 5.0}, ["target_manual"]),
])
def test_all_that_is_wrong_with_a_target_is_told(row: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in find_target_faults(row, "2.4")] == codes
