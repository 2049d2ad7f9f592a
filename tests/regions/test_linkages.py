"""Multipliers and linkages: published answers, identities, what cannot be said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from smezhnik.errors import CannotSay, InputError
from smezhnik.regions import load_input_output, make_panel
from smezhnik.regions.inputoutput import calc_coefficients, calc_leontief
from smezhnik.regions.linkages import (
    calc_extraction,
    calc_ghosh,
    calc_linkages,
    calc_multipliers,
    domestic,
    linkages,
    product_chain,
    region_chain,
)
from tests.regions.factories import two_industries
from tests.regions.test_input_output import GERMANY_1995, GERMANY_1995_OUTPUT

#: Miller, Blair, "Input-output analysis" (2nd ed., 2009), example of section 2.3: Z, x.
FLOWS, OUTPUT = np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0])


def test_the_inverse_and_multipliers_of_miller_and_blair() -> None:
    """Miller, Blair (2009), page 21: L = [[1.2541, .3300], [.2640, 1.1221]]."""
    leontief = calc_leontief(calc_coefficients(FLOWS, OUTPUT))
    assert np.round(leontief, 4).tolist() == [[1.2541, 0.3300], [0.2640, 1.1221]]
    assert calc_multipliers(leontief, np.ones(2)) == pytest.approx([1.5182, 1.4521], abs=1e-4)


def test_linkages_of_germany_1995() -> None:
    """Indices around 1; sums of columns are the output multipliers, whose mean has the index 1."""
    leontief = calc_leontief(calc_coefficients(GERMANY_1995, GERMANY_1995_OUTPUT))
    backward, forward = calc_linkages(leontief)
    assert (backward.mean(), forward.mean()) == pytest.approx((1, 1))
    assert backward * leontief.sum() / 6 == pytest.approx(calc_multipliers(leontief, np.ones(6)))
    assert forward.argmax() == 1  # manufacturing


def test_primary_input_comes_back_as_output_by_ghosh() -> None:
    """Output is v G with v = x − column sums of Z."""
    primary = GERMANY_1995_OUTPUT - GERMANY_1995.sum(axis=0)
    assert primary @ calc_ghosh(GERMANY_1995, GERMANY_1995_OUTPUT) == pytest.approx(GERMANY_1995_OUTPUT)


def test_extraction_is_what_solving_without_the_industry_gives() -> None:
    coefficients = calc_coefficients(GERMANY_1995, GERMANY_1995_OUTPUT)
    final = GERMANY_1995_OUTPUT - GERMANY_1995.sum(axis=1)
    found = calc_extraction(calc_leontief(coefficients), GERMANY_1995_OUTPUT)
    for out in range(6):
        kept = np.delete(np.arange(6), out)
        left = np.linalg.solve(np.eye(5) - coefficients[np.ix_(kept, kept)], final[kept])
        assert found[out] == pytest.approx((GERMANY_1995_OUTPUT[kept] - left).sum(), rel=1e-12)


def test_the_shipped_table_tells_imports() -> None:
    """Belgium 2020: no oil or gas of its own, and refining imports the most of all."""
    found = linkages(load_input_output(), lang="en")
    assert found["output_multiplier"].is_sorted(descending=True)
    assert found.sort("import_content", descending=True)["industry"][0] == "19"
    assert found["import_content"].is_between(0, 1).all() and found["loss_share"].is_between(0, 1).all()


def test_a_unit_of_final_use_is_value_added_at_home_and_imports() -> None:
    """Import content and what is neither bought at home nor abroad sum to 1 for every industry."""
    table = load_input_output()
    home, abroad = domestic(table)
    kept = np.flatnonzero(table.output > 0)
    home, abroad = home[np.ix_(kept, kept)], abroad[:, kept]
    leontief = calc_leontief(home)
    own = 1 - home.sum(axis=0) - abroad.sum(axis=0)
    assert calc_multipliers(leontief, abroad.sum(axis=0)) + calc_multipliers(leontief, own) == pytest.approx(1)


def test_the_chain_of_a_product_is_its_direct_and_indirect_purchases() -> None:
    chain = product_chain(load_input_output(), "19.20", lang="en")
    oil = chain.row(by_predicate=pl.col("industry") == "06", named=True)
    assert chain["industry"][0] == "06" and oil["imported_share"] == pytest.approx(1)
    assert (chain["whole"] >= chain["imported"] - 1e-12).all()
    content = linkages(load_input_output()).filter(industry="19")["import_content"][0]
    assert chain["imported"].sum() == pytest.approx(content)


def test_a_table_without_imports_says_so_and_has_the_rest() -> None:
    table = two_industries()
    assert linkages(table)["import_content"].null_count() == 2
    with pytest.raises(CannotSay, match="imports"):
        product_chain(table, "24")
    with pytest.raises(InputError, match="99"):
        product_chain(load_input_output(), "99")


def test_purchases_of_the_main_industry_stand_beside_what_the_region_makes() -> None:
    """Toy table: machines buy 20 of steel and nothing else. Ural: steel 30, machines 60; Volga: steel 30."""
    panel = make_panel(pl.DataFrame([("Ural", "24.10", 10.0), ("Ural", "24.20", 20.0), ("Ural", "28.11", 60.0),
                                     ("Volga", "24.10", 30.0)], schema=["territory", "activity", "value"],
                                    orient="row"))
    found = region_chain(two_industries(), panel, "Ural", lang="en")
    assert found.industry == "Machines"
    assert found.purchases.rows() == [("Metal", 1.0, pytest.approx((30 / 90) / (60 / 120)), None)]
    assert found.links["industry"].to_list() == ["28", "24"]
    assert found.links["share"].to_list() == pytest.approx([2 / 3, 1 / 3])
    with_imports = replace(two_industries(), imports=np.array([50.0, 25.0]))
    assert region_chain(with_imports, panel, "Ural").purchases["imported_share"].to_list() == [0.5]
    with pytest.raises(CannotSay) as caught:
        region_chain(two_industries(), panel, "Volga")
    assert caught.value.code == "io_region"
