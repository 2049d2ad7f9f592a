"""Plants that told nothing: what they probably make and buy, from their activity code, size and region.

Everything here is inferred and says so: ``basis`` is ``inferred`` and ``basis_note`` is the sentence that explains
it. Products are classes (four digits), purchases are industries of the table; nothing finer is invented.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from smezhnik.classifiers.english import product_name
from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.regions.activity import GOODS, classes_of, industries_of
from smezhnik.regions.inputoutput import InputOutput, load_input_output
from smezhnik.tables import complete
from smezhnik.types import Lang

#: A purchase below this share of all that the industry buys is not listed.
LEAST_SHARE = 0.01


def likely_offers(organisations: pl.DataFrame, *, lang: Lang = "ru") -> pl.DataFrame:
    """What each plant probably makes: the class of products of its main activity.

    Parameters
    ----------
    organisations : table ``organisations``; a plant without an activity code gives no row, nor does one whose code
        has no class among products
    lang : language of ``text`` and ``basis_note``

    Returns
    -------
    frame, table ``offers``, one row a plant, in the order given
        capacity, unit and price are absent: nobody said them. ``offer_id`` is ``org_id:class``.
    """
    plants = complete(organisations, "organisations")
    plants = plants.with_columns(classes_of(plants)).filter(pl.col("class").is_not_null())
    names = [product_name(code, lang) or code for code in plants["class"]]
    notes = [
        say("likely.offer" if okved2 else "likely.offer.bridged", lang, okved=okved2 or old, code=code, name=name)
        for okved2, old, code, name in zip(plants["okved2"], plants["okved2007"], plants["class"], names, strict=True)
    ]
    return complete(
        plants.with_columns(
            offer_id=pl.format("{}:{}", "org_id", "class"), text=pl.Series(names, dtype=pl.String), seller="name",
            okpd2="class", basis=pl.lit("inferred"), basis_note=pl.Series(notes, dtype=pl.String)),
        "offers",
    )


def likely_needs(organisations: pl.DataFrame, table: InputOutput | None = None, *,
                 least_share: float = LEAST_SHARE, total_th_rub: float | None = None,
                 lang: Lang = "ru") -> pl.DataFrame:
    """What each plant probably buys: products of the industries that its industry buys from.

    value[plant, i] = A[i, j] × output[plant], j the plant's industry, A the technical coefficients of the table;
    times one factor for all where ``total_th_rub`` is given, so that the values sum to it.

    Parameters
    ----------
    organisations : table ``organisations``; plants without an activity code, or of an industry that the table lacks,
        give no row. Without output the purchases are listed and their value is absent, not zero
    table : the input–output table; the shipped one by default
    least_share : industries below this share of all purchases (0…1, inclusive) are not listed; services never are
    total_th_rub : what all listed purchases are known to sum to (from statistics, say)

    Returns
    -------
    frame, table ``needs``, ordered as the plants and by falling share
        ``okpd2`` is the division of the products where the industry is one division, else absent. Volume, unit and
        price are absent. ``need_id`` is ``org_id:industry``.

    Raises
    ------
    InputError where a total is asked for and no plant has an output.
    """
    table = table or load_input_output()
    plants = complete(organisations, "organisations")
    plants = plants.with_columns(industries_of(classes_of(plants), table)).filter(pl.col("industry").is_not_null())
    rows = plants.join(_purchases(table, least_share), on="industry", how="inner", maintain_order="left_right")
    rows = rows.with_columns(value_th_rub=pl.col("coefficient") * pl.col("output_th_rub"))
    if total_th_rub is not None:
        known = float(rows["value_th_rub"].sum())
        if not known:
            raise InputError("likely_total")
        rows = rows.with_columns(pl.col("value_th_rub") * (total_th_rub / known))
    industries = table.industries
    notes = [
        say("likely.need" if output is not None else "likely.need.no_output", lang,
            buyer=industries[buyer].name(lang), seller=industries[seller].name(lang), percent=100 * share,
            table=table.title[lang], output=output and output / 1000, year=year)
        for buyer, seller, share, output, year in rows.select(
            "industry", "bought", "share", "output_th_rub", "year").iter_rows()
    ]
    divisions = [_division(industries[row].prefixes) for row in rows["bought"]]
    return complete(
        rows.with_columns(
            need_id=pl.format("{}:{}", "org_id", pl.Series([industries[row].code for row in rows["bought"]],
                                                           dtype=pl.String)),
            text=pl.Series([industries[row].name(lang) for row in rows["bought"]], dtype=pl.String), buyer="name",
            okpd2=pl.Series(divisions, dtype=pl.String), basis=pl.lit("inferred"),
            basis_note=pl.Series(notes, dtype=pl.String)),
        "needs",
    )


def _division(prefixes: tuple[str, ...]) -> str | None:
    """The one division that an industry is, or lies in; None where it holds several."""
    divisions = {prefix[:2] for prefix in prefixes}
    return divisions.pop() if len(divisions) == 1 else None


def _purchases(table: InputOutput, least_share: float) -> pl.DataFrame:
    """What each industry buys of goods: industry, bought (rows of the table), share of all purchases, coefficient."""
    goods = np.array([all(int(prefix[:2]) in GOODS for prefix in industry.prefixes) for industry in table.industries])
    bought, industry = np.nonzero((table.input_shares >= least_share) & goods[:, None])
    return pl.DataFrame({
        "industry": industry, "bought": bought, "share": table.input_shares[bought, industry],
        "coefficient": table.coefficients[bought, industry],
    }).sort("industry", "share", descending=[False, True])
