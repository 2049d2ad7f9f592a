"""Chosen pairs become rows of the table ``links``: sums, reasons, gaps, grade."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.matching.amounts import currency
from smezhnik.matching.business import BUSINESS_REASONS, PairFacts
from smezhnik.matching.candidates import UNIT, Pairs
from smezhnik.matching.evidence import (
    COMMON_WORD,
    EQUAL_MARK,
    EQUAL_STANDARD,
    LACKING_STANDARD,
    UNEQUAL_MARK,
    UNEQUAL_STANDARD,
    WITHIN_RANGE,
    Evidence,
    Found,
)
from smezhnik.matching.grades import ABSENT_GAPS, TECHNICAL_GAPS, grade_of
from smezhnik.matching.records import gather, some
from smezhnik.matching.validity import begins_late, ended
from smezhnik.tables import complete

#: Digits of a code at which it is compared → signs of ОКПД2 that show them. ТН ВЭД has ten digits and no points.
SHOWN_SIGNS = {2: 2, 3: 4, 4: 5, 5: 7, 6: 8, 7: 10, 8: 11, 9: 12, 10: 13}
#: Columns of each side that a link needs.
NEED_COLUMNS = ("need_id", "text", "org_id", "buyer", "inn", "region", "okpd2", "tnved", "unit", "volume", "price",
                "currency", "value_th_rub", "imported_th_rub", "needed_by", "basis", "basis_note")
OFFER_COLUMNS = ("offer_id", "text", "org_id", "seller", "inn", "region", "okpd2", "tnved", "unit", "capacity", "price",
                 "valid_from", "valid_until", "register_entry", "register_until", "basis", "basis_note")


def assemble(needs: pl.DataFrame, offers: pl.DataFrame, pairs: Pairs, *, rank: NDArray[np.int64],
             score: NDArray[np.int64], base: int, contributions: NDArray[np.int64], text_reasons: tuple[str, ...],
             facts: PairFacts, found: Found, evidence: tuple[Evidence, Evidence], corrected: pl.DataFrame,
             places: tuple[NDArray[np.float64], ...], contract: pl.Series, on: dt.date) -> pl.DataFrame:
    """The table ``links`` of the pairs, in their order.

    Parameters
    ----------
    rank, score, base, contributions : place from 1; log-odds in ten-thousandths; contributions of ``text_reasons``
        and then ``BUSINESS_REASONS``, one column each
    facts, found, evidence : what business facts and texts say of each pair
    corrected : ``corrections.corrected_words`` of the pairs
    places : latitude and longitude of buyers and sellers, nan where no site is known
    contract : id of the contract that each pair already has, null where none
    on : the day of the calculation
    """
    frame = _pair_frame(needs, offers, pairs, facts, contract)
    for column, name in enumerate((*text_reasons, *BUSINESS_REASONS)):
        frame = frame.with_columns(pl.Series(f"c_{name}", contributions[:, column] / UNIT))
    statements = _statements(found, evidence)
    for said in (statements, corrected):
        frame = frame.join(said, on="row", how="left", maintain_order="left")
    gaps = _gaps(frame, on)
    frame = frame.join(gaps, on="row", maintain_order="left").join(_reasons(frame), on="row", maintain_order="left")
    odds = score / UNIT

    def has_gap(codes: tuple[str, ...]) -> pl.Expr:
        return pl.col("gaps").list.eval(pl.element().struct["code"].is_in(codes)).list.any()

    links = frame.with_columns(
        rank=pl.Series(rank), score=pl.Series(odds), base=pl.lit(base / UNIT),
        probability=pl.Series(1.0 / (1.0 + np.exp(-odds))),
        buyer_latitude=pl.Series(places[0]), buyer_longitude=pl.Series(places[1]),
        seller_latitude=pl.Series(places[2]), seller_longitude=pl.Series(places[3]),
        as_of=pl.lit(on),
    ).with_columns(grade=grade_of(pl.col("probability"), has_gap(TECHNICAL_GAPS),
                          (pl.col("basis") == "inferred") | has_gap(ABSENT_GAPS)))
    coordinates = ("buyer_latitude", "buyer_longitude", "seller_latitude", "seller_longitude")
    return complete(links.with_columns(pl.col(coordinates).fill_nan(None)), "links")


def _pair_frame(needs: pl.DataFrame, offers: pl.DataFrame, pairs: Pairs, facts: PairFacts, contract: pl.Series
                ) -> pl.DataFrame:
    """One row a pair: columns of the need with ``n_``, of the offer with ``o_``, and what follows from both."""
    need = needs.select(pl.col(name).alias(f"n_{name}") for name in NEED_COLUMNS)[pairs.need]
    offer = offers.select(pl.col(name).alias(f"o_{name}") for name in OFFER_COLUMNS)[pairs.offer]
    pair = pl.concat([need, offer], how="horizontal").with_columns(
        row=pl.arange(len(pairs), dtype=pl.UInt32, eager=True),
        comparable=pl.Series(facts.comparable),
        covered=pl.Series(facts.covered_share).fill_nan(None),
        capacity_in_need=pl.Series(facts.capacity).fill_nan(None).round_sig_figs(9),
        distance_km=pl.Series(facts.distance_km).fill_nan(None).round(1),
        exact=pl.Series(facts.exact),
        same_region=pl.Series(facts.same_region),
        price_ratio=pl.Series(facts.price_ratio).fill_nan(None),
        contract_id=contract,
    )
    covered = pl.col("covered")
    roubles = pl.when(currency("n_currency") == "RUB").then("n_price")
    value = pl.coalesce("n_value_th_rub", pl.col("n_volume") * roubles / 1000)
    sides_basis = [pl.coalesce("n_basis", pl.lit("declared")), pl.coalesce("o_basis", pl.lit("declared"))]
    return pair.with_columns(
        need_id="n_need_id", offer_id="o_offer_id", need_text="n_text", offer_text="o_text",
        buyer_id=pl.coalesce("n_org_id", "n_inn"), seller_id=pl.coalesce("o_org_id", "o_inn"),
        buyer="n_buyer", seller="o_seller", buyer_region="n_region", seller_region="o_region",
        okpd2=pl.coalesce("n_okpd2", "o_okpd2"), unit="n_unit",
        quantity=_tidy(pl.col("n_volume") * covered),
        value_th_rub=_tidy(value * covered), imported_th_rub=_tidy(pl.col("n_imported_th_rub") * covered),
        # in the need's unit and currency
        offered_price=_tidy(pl.col("n_price") * pl.col("price_ratio")), price_currency=currency("n_currency"),
        basis=pl.when(pl.any_horizontal(side == "inferred" for side in sides_basis)).then(pl.lit("inferred"))
        .when(pl.all_horizontal(side == "register" for side in sides_basis)).then(pl.lit("register"))
        .otherwise(pl.lit("declared")),
    )


def _tidy(value: pl.Expr) -> pl.Expr:
    """Without the noise of binary fractions: nine significant digits, as exact as any plant's figure."""
    return value.round_sig_figs(9)


def _statements(found: Found, evidence: tuple[Evidence, Evidence]) -> pl.DataFrame:
    """What the texts of each pair state, one list a kind."""
    needs, offers = evidence
    long = pl.DataFrame({"row": found.pair.astype(np.uint32), "kind": found.kind}).with_columns(
        need=_shown(needs, found.need), offer=_shown(offers, found.offer),
    )
    both = pl.concat_list("need", "offer")
    kinds = {
        "words": (COMMON_WORD, pl.col("need")), "equal_marks": (EQUAL_MARK, pl.col("need")),
        "unequal_marks": (UNEQUAL_MARK, both), "fitting_marks": (WITHIN_RANGE, both),
        "equal_standards": (EQUAL_STANDARD, pl.col("need")),
        "other_standards": (UNEQUAL_STANDARD, both), "lacking_standards": (LACKING_STANDARD, pl.col("need")),
    }
    rows = long.select("row").unique()
    for name, (kind, value) in kinds.items():
        part = long.filter(pl.col("kind") == kind)
        rows = rows.join(part.group_by("row", maintain_order=True).agg(value.alias(name)), on="row", how="left")
    return rows


def _shown(side: Evidence, places: NDArray[np.int32]) -> pl.Series:
    texts = side.texts if len(side.texts) else pl.Series([""])
    return texts[np.maximum(places, 0)].set(pl.Series(places < 0), None)


def _reasons(frame: pl.DataFrame) -> pl.DataFrame:
    """The column ``reasons``: every contribution that is not zero, and what was stated alike."""
    shared, digits = _shared_code()
    frame = frame.with_columns(shared=shared, digits=digits)
    spoken: dict[str, tuple[pl.Expr, dict[str, pl.Expr | str]]] = {
        "text": (pl.lit(True), {"matched": "words", "corrected": "corrected"}),
        "marks": (pl.any_horizontal(pl.col("equal_marks", "fitting_marks", "unequal_marks").is_not_null()),
                  {"equal": "equal_marks", "fitting": "fitting_marks", "unequal": "unequal_marks"}),
        "code": (pl.lit(False), {"shared": "shared", "digits": "digits"}),
        "standard": (pl.col("equal_standards").is_not_null(), {"equal": "equal_standards"}),
        "rivals": (pl.lit(False), {}),
        "capacity": (pl.lit(False), {"capacity": "capacity_in_need", "volume": "n_volume", "unit": "n_unit",
                                     "share": pl.col("covered").round(4)}),
        "distance": (pl.lit(False), {"km": "distance_km", "exact": "exact"}),
        "region": (pl.lit(False), {"same": "same_region"}),
        "register": (pl.lit(False), {"entry": "o_register_entry", "until": "o_register_until"}),
        "price": (pl.lit(False), {"offer": "offered_price", "need": "n_price", "currency": "price_currency"}),
        "experience": (pl.lit(False), {"contract": "contract_id"}),
    }
    parts = []
    for order, (code, (always, fields)) in enumerate(spoken.items()):
        contribution = pl.col(f"c_{code}")
        parts.append(some(frame, order, code, always | (contribution != 0), fields, contribution=contribution))
    return gather(len(frame), parts, "reasons")


def _shared_code() -> tuple[pl.Expr, pl.Expr]:
    """The common beginning of both codes as written, and its digits; null where a side gives none."""
    plain = pl.col("n_okpd2").is_null() | pl.col("o_okpd2").is_null()
    need = pl.when(plain).then("n_tnved").otherwise("n_okpd2")
    offer = pl.when(plain).then("o_tnved").otherwise("o_okpd2")
    given = need.is_not_null() & offer.is_not_null()
    digits = pl.lit(0, pl.Int64)
    for length, signs in SHOWN_SIGNS.items():
        take = pl.when(plain).then(length).otherwise(signs)
        equal = (need.str.slice(0, take) == offer.str.slice(0, take)) & (need.str.len_chars() >= take)
        digits = pl.when(equal).then(pl.lit(length, pl.Int64)).otherwise(digits)
    signs_of = digits.replace_strict({0: 0, **SHOWN_SIGNS}, return_dtype=pl.Int64)
    shared = need.str.slice(0, pl.when(plain).then(digits).otherwise(signs_of))
    return pl.when(given).then(shared), pl.when(given).then(digits)


def _gaps(frame: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """The column ``gaps``: what of the need the offer does not meet, each with its figures."""
    short = pl.col("n_volume") - pl.col("capacity_in_need")
    offered = pl.coalesce("o_basis", pl.lit("declared")) == "inferred"
    note = pl.when(offered).then("o_basis_note").otherwise("n_basis_note")
    late = begins_late("o_valid_from", "n_needed_by", on)
    each, pair = pl.lit(True), {"need": pl.col("both").list.get(0), "offer": pl.col("both").list.get(1)}
    parts = [
        some(_one_by_one(frame, "unequal_marks"), 0, "size", each, pair),
        some(_one_by_one(frame, "other_standards"), 1, "standard", each, pair),
        some(_one_by_one(frame, "lacking_standards"), 2, "standard", each,
             {"need": "both", "offer": pl.lit(None, pl.String)}),
        some(frame, 3, "capacity", pl.col("covered") < 1,
             {"short": _tidy(short), "capacity": "capacity_in_need", "volume": "n_volume", "unit": "n_unit"}),
        some(frame, 4, "unit", ~pl.col("comparable") & pl.col("n_volume").is_not_null()
             & pl.col("o_capacity").is_not_null(), {"need": "n_unit", "offer": "o_unit"}),
        some(frame, 5, "register_expired", ended("o_register_until", on), {"until": "o_register_until"}),
        some(frame, 6, "offer_expired", ended("o_valid_until", on), {"until": "o_valid_until"}),
        some(frame, 7, "not_yet", late & pl.col("n_needed_by").is_null(), {"since": "o_valid_from"}),
        some(frame, 8, "late", late & pl.col("n_needed_by").is_not_null(),
             {"since": "o_valid_from", "needed": "n_needed_by"}),
        some(frame, 9, "price", pl.col("price_ratio") > 1, {"percent": ((pl.col("price_ratio") - 1) * 100).round(2)}),
        some(frame, 10, "inferred", pl.col("basis") == "inferred", {"note": note}),
    ]
    return gather(len(frame), parts, "gaps")


def _one_by_one(frame: pl.DataFrame, statements: str) -> pl.DataFrame:
    """One row a statement of the pairs that have any: row, both."""
    return frame.select("row", pl.col(statements).alias("both")).drop_nulls("both").explode("both")
