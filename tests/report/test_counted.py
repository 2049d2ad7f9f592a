"""What the sums count: each need once, contracts and refusals apart, the plan instead where there is one."""

from __future__ import annotations

import polars as pl
import pytest

from smezhnik.report.links.counted import count, needs_in_order
from tests.report import sample


def rows() -> list[dict[str, object]]:
    """Two needs of two candidates each: the best worth 100 and 30 million."""
    made = []
    for need, value in (("N-1", 100_000.0), ("N-2", 30_000.0)):
        for rank, share in ((1, 1.0), (2, 0.5)):
            made.append(sample.link(
                need, f"O-{rank}", rank, buyer="Окна Идель", buyer_town="Уфа", seller=f"Завод {rank}",
                seller_town="Челябинск", text="стекло", product="стекло", okpd2="23.11.12",
                reasons=[sample.reason("text", 3.5 - rank, matched=["стекло"])], value=value * share,
                imports=10_000.0 * share))
    return made


def counted(links: list[dict[str, object]], **more: pl.DataFrame | None):  # type: ignore[no-untyped-def]
    return count(sample.frame(links), needs=more.get("needs"), allocations=more.get("allocations"))


def test_each_need_counts_once_by_its_best_candidate() -> None:
    found = counted(rows())
    assert found.potential == 130_000
    assert found.imports == 20_000
    assert (found.links, found.needs, found.served) == (4, 2, 2)
    assert found.best["offer_id"].to_list() == ["O-1", "O-1"]


def test_a_declined_candidate_leaves_its_place_to_the_next() -> None:
    links = rows()
    links[0]["decision"] = "declined"
    assert counted(links).potential == 50_000 + 30_000


def test_a_weak_candidate_is_no_potential_and_leaves_its_need_without_any() -> None:
    links = rows()
    links[0]["grade"] = links[1]["grade"] = "D"
    found = counted(links)
    assert found.potential == 30_000
    assert (found.served, found.fit, found.weak_only, found.weak_links) == (2, 1, 1, 2)


def test_a_need_under_contract_is_no_potential_whatever_its_other_candidates() -> None:
    links = rows()
    links[1]["contract_id"] = "Д-1"
    found = counted(links)
    assert found.potential == 30_000
    assert found.signed == 1


@pytest.mark.parametrize("stage", ["contracted", "delivering", "closed"])
def test_a_need_whose_case_has_come_to_a_contract_is_no_potential(stage: str) -> None:
    links = rows()
    links[1]["decision"] = stage
    found = counted(links)
    assert (found.potential, found.signed) == (30_000, 1)


def test_a_case_on_its_way_is_still_potential() -> None:
    links = rows()
    links[0]["decision"] = "negotiating"
    assert (counted(links).potential, counted(links).signed) == (130_000, 0)


def test_an_absent_price_is_counted_as_absent_and_not_as_zero() -> None:
    links = rows()
    links[0]["value_th_rub"] = None
    found = counted(links)
    assert (found.potential, found.unpriced) == (30_000, 1)
    for link in links:
        link["value_th_rub"] = None
    assert counted(links).potential is None


def test_a_price_of_zero_is_a_price() -> None:
    links = rows()
    for link in links:
        link["value_th_rub"] = 0.0
    assert counted(links).potential == 0.0


def test_with_a_plan_sums_are_those_of_the_plan() -> None:
    plan = sample.frame([{"need_id": "N-1", "offer_id": "O-2", "quantity": 5.0, "value_th_rub": 40_000.0,
                          "imported_th_rub": 1_000.0}], "allocations")
    found = counted(rows(), allocations=plan)
    assert (found.potential, found.imports, found.planned) == (40_000, 1_000, True)
    assert found.best["quantity"].to_list() == [5.0]


def test_needs_without_candidates_are_counted_from_the_table_of_needs() -> None:
    needs = sample.frame([{"need_id": f"N-{place}", "text": "стекло"} for place in range(1, 6)], "needs")
    found = counted(rows(), needs=needs)
    assert (found.needs, found.served, found.unserved) == (5, 2, 3)


def test_needs_stand_by_grade_then_probability_then_value_then_id() -> None:
    links = rows()
    for link, probability, grade in zip(links, (0.6, 0.5, 0.9, 0.1), "CCAD", strict=True):
        link |= {"probability": probability, "grade": grade}
    assert needs_in_order(sample.frame(links)).to_list() == ["N-2", "N-1"]
    for link in links:
        link |= {"probability": 0.5, "grade": "B"}
    assert needs_in_order(sample.frame(links)).to_list() == ["N-1", "N-2"]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    links = sample.sample_links()
    mixed = links.sample(fraction=1.0, shuffle=True, seed=seed)
    one, other = (count(table, needs=None, allocations=None) for table in (links, mixed))
    assert one.best.equals(other.best)
    assert (one.potential, one.strong, one.inferred) == (other.potential, other.strong, other.inferred)
