"""A match: exact sums, filters, gaps that follow from one change, nothing that depends on the order."""

from __future__ import annotations

import datetime as dt
import json
import math

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from smezhnik.errors import InputError
from smezhnik.matching.history import lost_decisions
from smezhnik.matching.match import Matcher, match
from smezhnik.matching.settings import MatchSettings
from smezhnik.tables import TABLES
from tests.factories import contracts, needs, offers

ON = dt.date(2026, 11, 22)
GLASS = {"text": "Стекло листовое флоат, 4 мм, марка М1, ГОСТ 111-2014", "buyer": "Окна Идель", "okpd2": "23.11.12.110",
         "volume": 420000.0, "unit": "м2", "price": 640.0, "imported_th_rub": 96000.0, "region": "RU-BA",
         "latitude": 54.73, "longitude": 55.96}
SAME = {"text": "Стекло флоат листовое М1 4 мм ГОСТ 111-2014", "seller": "Стекло-Юрюзань", "okpd2": "23.11.12.110",
        "capacity": 510000.0, "unit": "м2", "price": 600.0, "region": "RU-CHE", "latitude": 54.85, "longitude": 58.42,
        "register_entry": "719-1", "register_until": dt.date(2028, 1, 1)}
MANY = offers(
    SAME,
    SAME | {"text": "Стекло листовое флоат 6 мм М4", "seller": "Флоат-Агидель", "region": "RU-BA",
            "register_entry": None, "register_until": None, "latitude": None, "longitude": None},
    {"text": "Стекло закалённое", "seller": "Закал-Миасс", "okpd2": "23.12.12", "region": "RU-CHE", "exported": True},
    {"text": "Труба стальная бесшовная 114х8", "seller": "Труба-Челябинск", "okpd2": "24.20.13", "region": "RU-CHE"},
    {"text": "Стекло листовое", "seller": "Окна Идель", "region": "RU-BA"},
    {"text": "Стекло флоат, лист", "seller": "Волга-Лист", "region": "RU-SAM", "basis": "inferred",
     "basis_note": "класс 23.11 по ОКВЭД2"},
)


def codes(link: dict[str, object], column: str) -> list[str]:
    return [item["code"] for item in link[column]]  # type: ignore[attr-defined]


def first(links: pl.DataFrame, offer: str = "o1") -> dict[str, object]:
    return links.filter(pl.col("offer_id") == offer).row(0, named=True)


def gaps_of(need: dict[str, object], offer: dict[str, object]) -> dict[str, dict[str, object]]:
    link = match(needs(need), offers(offer), on=ON).row(0, named=True)
    return {gap["code"]: json.loads(gap["fields"]) for gap in link["gaps"]}


def test_the_reasons_and_the_base_add_up_to_the_score_exactly() -> None:
    links = match(needs(GLASS, {"text": "труба 114х8"}), MANY, on=ON)
    assert len(links) > 4
    for link in links.iter_rows(named=True):
        total = round(link["base"] * 10_000) + sum(round(item["contribution"] * 10_000) for item in link["reasons"])
        assert total == round(link["score"] * 10_000)
        assert link["probability"] == pytest.approx(1 / (1 + math.exp(-link["score"])), abs=1e-12)


def test_the_result_is_the_declared_table_and_ranked_from_one() -> None:
    links = match(needs(GLASS), MANY, on=ON)
    TABLES["links"].schema.validate(links)
    assert links["rank"].to_list() == list(range(1, len(links) + 1))
    assert links["score"].is_sorted(descending=True)
    assert links["offer_id"][0] == "o1"


def test_a_plant_does_not_supply_itself() -> None:
    assert "o5" not in match(needs(GLASS), MANY, on=ON)["offer_id"].to_list()


def test_the_order_of_the_rows_changes_nothing() -> None:
    wanted = needs(GLASS, {"text": "труба бесшовная"}, {"text": "стекло"})
    straight = match(wanted, MANY, on=ON).sort("need_id", "rank")
    turned = match(wanted.reverse(), MANY.reverse(), on=ON).sort("need_id", "rank")
    assert_frame_equal(straight, turned)


def test_other_ids_change_only_the_ids() -> None:
    renamed = MANY.with_columns(pl.col("offer_id").str.replace("o", "предложение-"))
    one, other = match(needs(GLASS), MANY, on=ON), match(needs(GLASS), renamed, on=ON)
    assert_frame_equal(one.drop("offer_id"), other.drop("offer_id"))


def test_an_irrelevant_offer_changes_nothing_for_the_others() -> None:
    more = pl.concat([MANY, offers({"offer_id": "x", "text": "молоко цельное пастеризованное 2,5 %"})])
    assert_frame_equal(match(needs(GLASS), MANY, on=ON), match(needs(GLASS), more, on=ON))


def test_the_unit_in_which_capacity_is_written_does_not_matter() -> None:
    thousands = SAME | {"capacity": 510.0, "unit": "тыс. м2", "price": 600_000.0}
    one, other = match(needs(GLASS), offers(SAME), on=ON), match(needs(GLASS), offers(thousands), on=ON)
    assert_frame_equal(one, other)


def test_only_a_surpassed_offer_loses_by_its_rivals() -> None:
    alone = match(needs(GLASS), offers(SAME), on=ON)
    links = match(needs(GLASS), offers(SAME, SAME | {"seller": "Стекло-Миасс"}, {"text": "Стекло листовое"}), on=ON)
    assert ["rivals" in codes(link, "reasons") for link in links.iter_rows(named=True)] == [False, False, True]
    assert links["score"].to_list()[:2] == [alone["score"][0]] * 2


def test_a_perfect_offer_has_no_gaps_and_the_best_grade() -> None:
    link = first(match(needs(GLASS), MANY, on=ON))
    assert link["gaps"] == []
    assert link["grade"] == "A"
    assert link["quantity"] == 420000.0
    assert link["value_th_rub"] == pytest.approx(420000 * 640 / 1000)
    assert link["imported_th_rub"] == 96000.0


@pytest.mark.parametrize(("change", "code", "fields"), [
    ({"text": SAME["text"].replace("4 мм", "5 мм")}, "size", {"need": "4\u00a0мм", "offer": "5\u00a0мм"}),
    ({"text": SAME["text"].replace("М1", "М4")}, "size", {"need": "M1", "offer": "M4"}),
    ({"text": SAME["text"].replace("ГОСТ 111-2014", "ГОСТ 5533-2013")}, "standard",
     {"need": "ГОСТ 111-2014", "offer": "ГОСТ 5533-2013"}),
    ({"text": SAME["text"].replace(" ГОСТ 111-2014", "")}, "standard", {"need": "ГОСТ 111-2014", "offer": None}),
    ({"capacity": 100000.0}, "capacity",
     {"short": 320000.0, "capacity": 100000.0, "volume": 420000.0, "unit": "м2"}),
    ({"capacity": 300.0, "unit": "т"}, "unit", {"need": "м2", "offer": "т"}),
    ({"register_until": dt.date(2026, 11, 22)}, "register_expired", {"until": "2026-11-22"}),
    ({"valid_until": dt.date(2026, 1, 1)}, "offer_expired", {"until": "2026-01-01"}),
    ({"valid_from": dt.date(2026, 11, 23)}, "not_yet", {"since": "2026-11-23"}),
    ({"price": 800.0}, "price", {"percent": 25.0}),
    ({"basis": "inferred", "basis_note": "по ОКВЭД2"}, "inferred", {"note": "по ОКВЭД2"}),
])
def test_one_change_brings_exactly_its_gap(change: dict[str, object], code: str, fields: dict[str, object]) -> None:
    assert gaps_of(GLASS, SAME) == {}
    assert gaps_of(GLASS, SAME | change) == {code: fields}


@pytest.mark.parametrize(("need", "offer", "gaps"), [
    ("Стекло закалённое 6 мм", "Стекло закалённое 4-10 мм", set()),
    ("Стекло закалённое 12 мм", "Стекло закалённое 4–10 мм", {"size"}),
    ("Задвижка DN 150", "Задвижки Ду 50-200", set()),
    ("Болт М8", "Болты М6-М12", set()),
    ("Болт М20", "Болты М6…М12", {"size"}),
    ("Отливка 250 кг", "Отливки до 300 кг", set()),
    ("Лист 8-12 мм", "Лист 10 мм", set()),
])
def test_a_size_inside_a_range_is_no_gap(need: str, offer: str, gaps: set[str]) -> None:
    assert set(gaps_of({"text": need}, {"text": offer})) == gaps


def test_a_register_entry_still_holds_on_its_last_day() -> None:
    assert gaps_of(GLASS, SAME | {"register_until": dt.date(2026, 11, 23)}) == {}


def test_an_unknown_capacity_is_neither_a_gap_nor_a_quantity() -> None:
    link = match(needs(GLASS), offers(SAME | {"capacity": None}), on=ON).row(0, named=True)
    assert link["quantity"] is None
    assert codes(link, "gaps") == []
    assert "capacity" not in codes(link, "reasons")


def test_a_technical_gap_keeps_the_grade_from_a() -> None:
    other = SAME | {"text": SAME["text"].replace("М1", "М4")}
    assert match(needs(GLASS), offers(other), on=ON)["grade"][0] != "A"


@pytest.mark.parametrize(("need", "offer", "gaps"), [
    ({}, {"valid_until": ON}, ["offer_expired"]),
    ({}, {"valid_from": dt.date(2030, 1, 1)}, ["not_yet"]),
    ({"needed_by": dt.date(2027, 1, 1)}, {"valid_from": dt.date(2027, 1, 2)}, ["late"]),
])
def test_an_offer_that_does_not_hold_when_it_is_wanted_grades_at_most_c(
        need: dict[str, object], offer: dict[str, object], gaps: list[str]) -> None:
    link = match(needs(GLASS | need), offers(SAME | offer), on=ON).row(0, named=True)
    assert (codes(link, "gaps"), link["grade"]) == (gaps, "C")


@pytest.mark.parametrize("dates", [{"valid_from": ON}, {"valid_from": dt.date(2027, 1, 1)}])
def test_an_offer_that_begins_in_time_has_no_gap(dates: dict[str, object]) -> None:
    assert gaps_of(GLASS | {"needed_by": dt.date(2027, 1, 1)}, SAME | dates) == {}


@pytest.mark.parametrize(("offer", "percent"), [(50.0, 400.0), (9.0, None)])
def test_prices_in_one_foreign_currency_are_compared(offer: float, percent: float | None) -> None:
    euros = {"currency": "EUR", "unit": "м2"}
    pair = needs(GLASS | euros | {"price": 10.0}), offers(SAME | euros | {"price": offer})
    link = match(*pair, on=ON).row(0, named=True)
    (reason,) = (item for item in link["reasons"] if item["code"] == "price")
    assert json.loads(reason["fields"]) == {"offer": offer, "need": 10.0, "currency": "EUR"}
    assert [json.loads(gap["fields"])["percent"] for gap in link["gaps"]] == ([percent] if percent else [])
    assert link["value_th_rub"] is None


def test_prices_in_two_currencies_are_not_compared() -> None:
    link = match(needs(GLASS), offers(SAME | {"currency": "EUR"}), on=ON).row(0, named=True)
    assert "price" not in codes(link, "reasons")


def test_an_inferred_side_is_marked_and_grades_at_most_c() -> None:
    link = match(needs(GLASS), offers(SAME | {"basis": "inferred"}), on=ON).row(0, named=True)
    assert link["basis"] == "inferred"
    assert link["grade"] == "C"


@pytest.mark.parametrize(("settings", "allowed"), [
    (MatchSettings(seller_regions=frozenset({"RU-CHE"})), {"o1", "o3", "o4"}),
    (MatchSettings(register_only=True), {"o1"}),
    (MatchSettings(marks=("exported",)), {"o3"}),
    (MatchSettings(include_inferred=False), {"o1", "o2", "o3", "o4"}),
    (MatchSettings(between=("RU-CHE", "RU-BA")), {"o1", "o3", "o4"}),
    (MatchSettings(radius_km=200), {"o1", "o2"}),
    (MatchSettings(buyer_regions=frozenset({"RU-CHE"})), set()),
])
def test_a_filter_leaves_only_what_it_admits(settings: MatchSettings, allowed: set[str]) -> None:
    found = set(match(needs(GLASS), MANY, on=ON, settings=settings)["offer_id"])
    assert found <= allowed
    assert bool(found) == bool(allowed)


def test_excluded_firms_and_the_own_group_are_left_out() -> None:
    grouped = MANY.with_columns(group_id=pl.when(pl.col("offer_id") == "o1").then(pl.lit("Г")),
                                org_id=pl.when(pl.col("offer_id") == "o2").then(pl.lit("У-2")))
    settings = MatchSettings(exclude_own_group=True, excluded=frozenset({"У-2"}))
    found = match(needs(GLASS | {"group_id": "Г"}), grouped, on=ON, settings=settings)["offer_id"].to_list()
    assert not {"o1", "o2"} & set(found)
    assert "o3" in found


def test_top_gives_as_many_as_exist_although_a_filter_takes_the_best() -> None:
    near = [SAME | {"offer_id": f"свой{number}", "group_id": "Г"} for number in range(30)]
    far = [{"offer_id": f"чужой{number}", "text": "лист стекла"} for number in range(8)]
    settings = MatchSettings(top=5, depth=6, exclude_own_group=True)
    links = match(needs(GLASS | {"group_id": "Г"}), offers(*near, *far), on=ON, settings=settings)
    assert len(links) == 5
    assert links["offer_id"].str.starts_with("чужой").all()


def test_at_most_so_many_needs_ask_one_supplier() -> None:
    wanted = needs(*[GLASS | {"buyer": f"Завод {number}"} for number in range(5)])
    settings = MatchSettings(top=3, max_asks=2)
    links = match(wanted, MANY, on=ON, settings=settings)
    assert links.group_by("seller").agg(pl.col("need_id").n_unique())["need_id"].max() == 2
    assert links.group_by("need_id").agg(pl.col("rank").max() == pl.len())["rank"].all()


@pytest.mark.parametrize("kind", ["supply", "works", "project", None])
def test_a_known_contract_is_marked_and_speaks_for_the_pair(kind: str | None) -> None:
    signed = contracts({"buyer": " окна  идель", "seller": "Стекло-Юрюзань ", "okpd2": "23.11.12", "kind": kind})
    link = first(match(needs(GLASS), MANY, on=ON, contracts=signed))
    assert link["contract_id"] == "c1"
    assert "experience" in codes(link, "reasons")


@pytest.mark.parametrize("change", [{"ends_on": dt.date(2026, 1, 1)}, {"okpd2": "10.51"},
                                    {"signed_on": dt.date(2027, 1, 1)}])
def test_an_ended_or_another_products_contract_does_not_count(change: dict[str, object]) -> None:
    held = {"buyer": "Окна Идель", "seller": "Стекло-Юрюзань", "okpd2": "23.11.12", "kind": "supply"}
    signed = contracts(held | change)
    assert first(match(needs(GLASS), MANY, on=ON, contracts=signed))["contract_id"] is None


def test_earlier_decisions_are_kept_even_where_the_pair_no_longer_comes_up() -> None:
    before = match(needs(GLASS), MANY, on=ON).with_columns(
        decision=pl.when(pl.col("offer_id") == "o1").then(pl.lit("contacted"))
        .when(pl.col("offer_id") == "o3").then(pl.lit("declined")),
        decline_reason=pl.when(pl.col("offer_id") == "o3").then(pl.lit("price")),
    )
    after = match(needs(GLASS), MANY.filter(pl.col("offer_id") != "o3"), on=ON, previous=before)
    assert first(after)["decision"] == "contacted"
    gone = first(after, "o3")
    assert (gone["decision"], gone["decline_reason"], gone["rank"]) == ("declined", "price", len(after))
    assert gone["gaps"][-1] == {"code": "gone", "fields": '{"as_of":"2026-11-22"}'}
    again = match(needs(GLASS), MANY.filter(pl.col("offer_id") != "o3"), on=ON, previous=after)
    assert_frame_equal(again, after)


WANTED = [{"text": "Болт М12"}, {"text": "Стекло листовое"}]
MADE = pl.DataFrame({"text": ["Болт М12 ГОСТ", "Стекло листовое М1"]})


def declined_first() -> pl.DataFrame:
    """Links of rows without ids, every first candidate declined."""
    return match(pl.DataFrame(WANTED), MADE, on=ON).with_columns(
        decision=pl.when(pl.col("rank") == 1).then(pl.lit("declined")))


def test_decisions_follow_the_texts_where_the_numbers_of_the_rows_have_moved() -> None:
    after = match(pl.DataFrame(WANTED[::-1]), MADE.reverse(), on=ON, previous=declined_first())
    assert dict(after.select("need_text", "offer_text").filter(after["decision"] == "declined").iter_rows()) == {
        "Болт М12": "Болт М12 ГОСТ", "Стекло листовое": "Стекло листовое М1"}
    assert len(after) == len(declined_first())


def test_a_decision_on_another_text_is_kept_apart_under_an_id_that_means_nothing_else() -> None:
    others = [WANTED[0], {"text": "Труба стальная"}]
    after = match(pl.DataFrame(others), MADE, on=ON, previous=declined_first())
    decided = after.filter(pl.col("decision").is_not_null())
    rows = {row["need_text"]: row for row in decided.iter_rows(named=True)}
    assert rows["Болт М12"]["decision"] == "declined" and rows["Болт М12"]["need_id"] == "1"
    gone = rows["Стекло листовое"]
    assert (gone["need_id"], gone["decision"], codes(gone, "gaps")[-1]) == ("2 @2026-11-22", "declined", "gone")
    assert not after.select("need_id", "offer_id").is_duplicated().any()


def test_a_decision_about_another_seller_is_not_carried() -> None:
    before = match(needs(GLASS), offers(SAME), on=ON).with_columns(decision=pl.lit("declined"))
    after = match(needs(GLASS), offers(SAME | {"seller": "Стекло-Миасс"}), on=ON, previous=before)
    assert after.select("seller", "decision").rows()[0] == ("Стекло-Миасс", None)
    assert after.filter(pl.col("seller") == "Стекло-Юрюзань")["decision"].to_list() == ["declined"]
    assert not after.select("need_id", "offer_id").is_duplicated().any()


IDS, SAID = ["need_id", "offer_id", "decision"], ["need_text", "offer_text", "decision"]


@pytest.mark.parametrize("columns", [IDS, SAID])
def test_an_earlier_table_cut_down_to_ids_or_texts_and_decisions_is_enough(columns: list[str]) -> None:
    before = match(needs(GLASS), MANY, on=ON).with_columns(
        decision=pl.when(pl.col("rank") != 2).then(pl.lit("declined")))
    settings = MatchSettings(top=2)
    whole = match(needs(GLASS), MANY, on=ON, settings=settings, previous=before)
    cut = match(needs(GLASS), MANY, on=ON, settings=settings, previous=before.select(columns))
    assert cut.select("offer_id", "decision", "rank").equals(whole.select("offer_id", "decision", "rank"))
    fell = len(before) - 2
    assert cut["decision"].to_list() == ["declined", None, *["declined"] * fell], "what fell out of the best stays"
    assert cut["score"].to_list() == whole["score"].to_list(), "and has its numbers, since both sides are there"
    assert [codes(row, "gaps").count("gone") for row in cut.iter_rows(named=True)] == [0, 0, *[1] * fell]
    assert lost_decisions(before.select(columns), cut).is_empty()


@pytest.mark.parametrize("columns", [IDS, SAID])
def test_a_decision_on_what_is_no_more_and_known_by_name_alone_is_counted_as_lost(columns: list[str]) -> None:
    before = match(needs(GLASS), MANY, on=ON).with_columns(decision=pl.lit("declined"))
    fewer = MANY.filter(pl.col("offer_id") != "o3")
    after = match(needs(GLASS), fewer, on=ON, previous=before.select(columns))
    assert set(after["offer_id"]) == set(fewer["offer_id"]) & set(before["offer_id"])
    assert after.filter(pl.any_horizontal(pl.col("score", "grade", "basis").is_null())).is_empty()
    assert len(lost_decisions(before.select(columns), after)) == 1


def test_of_more_equal_offers_than_are_looked_at_the_first_by_id_are_taken_whatever_their_order() -> None:
    equal = offers(*({"offer_id": f"a{place:03}", "text": "Болт М12"} for place in range(150)))
    for table in (equal, equal.reverse()):
        links = match(needs({"text": "Болт М12"}), table, on=ON)
        assert links["offer_id"].to_list() == [f"a{place:03}" for place in range(10)]


def test_where_only_a_region_is_known_no_site_is_given() -> None:
    link = match(needs(GLASS), offers(SAME | {"latitude": None, "longitude": None}), on=ON).row(0, named=True)
    assert (link["seller_latitude"], link["seller_longitude"]) == (None, None)
    assert (link["buyer_latitude"], link["distance_km"] > 100) == (54.73, True)


def test_equal_needs_share_the_suppliers_by_their_ids_whatever_the_order() -> None:
    wanted = needs(*({"need_id": name, "text": "Болт М12", "buyer": name} for name in "xy"))
    made = offers(*({"offer_id": name, "text": "Болт М12", "seller": name} for name in "ab"))
    for table in (wanted, wanted.reverse()):
        links = match(table, made, on=ON, settings=MatchSettings(top=1, max_asks=1)).sort("need_id")
        assert links.select("need_id", "offer_id").rows() == [("x", "a"), ("y", "b")]


def test_a_need_whose_best_suppliers_are_taken_looks_deeper() -> None:
    wanted = needs(*({"text": "Болт М12", "buyer": f"Покупатель {place}"} for place in range(30)))
    made = offers(*({"text": "Болт М12", "seller": f"Завод {place}"} for place in range(30)))
    links = match(wanted, made, on=ON, settings=MatchSettings(top=1, max_asks=1, depth=10))
    assert (links["need_id"].n_unique(), links["seller"].n_unique(), len(links)) == (30, 30, 30)
    assert links["need_id"].to_list() == wanted["need_id"].to_list()


def test_two_equal_regions_are_refused() -> None:
    with pytest.raises(InputError, match="RU-BA"):
        MatchSettings(between=("RU-BA", "RU-BA"))


def test_a_foreign_trade_code_that_both_give_counts_although_one_has_another_too() -> None:
    def code_of(need: dict[str, object]) -> list[dict[str, object]]:
        link = match(needs({"text": "Болт", "tnved": "7318158100"} | need),
                     offers({"text": "Болт", "tnved": "7318158100"}), on=ON).row(0, named=True)
        return [reason for reason in link["reasons"] if reason["code"] == "code"]

    told = code_of({"okpd2": "25.94.11.110"})
    assert told == code_of({})
    assert json.loads(told[0]["fields"]) == {"shared": "7318158100", "digits": 10}  # type: ignore[arg-type]


def test_what_the_settings_leave_out_enters_no_score_and_no_candidate() -> None:
    hidden = offers(*({"offer_id": f"h{place}", "text": "Стекло компрессорное", "org_id": "Т"} for place in range(40)))
    settings = MatchSettings(excluded=frozenset({"Т"}), depth=3, top=3)
    wanted = needs(GLASS, {"text": "компресорное стекло"})
    with_hidden = match(wanted, pl.concat([MANY, hidden]), on=ON, settings=settings)
    assert_frame_equal(with_hidden, match(wanted, MANY, on=ON, settings=settings))


def test_a_misspelt_word_that_the_search_corrected_is_told() -> None:
    wanted, made = needs({"text": "темриналы портовые"}), offers({"text": "Терминалы портовые"})
    link = match(wanted, made, on=ON).row(0, named=True)
    (text,) = (json.loads(reason["fields"]) for reason in link["reasons"] if reason["code"] == "text")
    assert text == {"matched": ["портовые"], "corrected": [["темриналы", "терминалы"]]}


def test_no_offers_or_no_needs_give_an_empty_table() -> None:
    for result in (match(needs(GLASS), TABLES["offers"].empty(), on=ON), match(TABLES["needs"].empty(), MANY, on=ON)):
        assert result.is_empty()
        assert result.schema == TABLES["links"].empty().schema


def test_batches_of_any_size_give_the_same_links() -> None:
    wanted = needs(*[{"text": text} for text in ("стекло", "труба", "лист стальной", "флоат 4 мм", "окно")])
    matcher = Matcher(MANY, on=ON)
    assert_frame_equal(pl.concat(matcher.batches(wanted, size=2)), pl.concat(matcher.batches(wanted, size=100)))
