"""What an industry means for the others: multipliers, linkages, what is lost without it, what its chain imports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from smezhnik.errors import CannotSay, InputError
from smezhnik.regions.inputoutput import Floats, InputOutput, calc_leontief
from smezhnik.regions.panel import Panel
from smezhnik.regions.specialisation import calc_location_quotient
from smezhnik.types import Lang


def calc_multipliers(leontief: Floats, per_output: Floats) -> Floats:
    """Direct and indirect effect of one unit of final use of each product: m = s L.

    Parameters
    ----------
    leontief : L [n, n]
    per_output : s [k, n] or [n], what one unit of output needs or gives (jobs, value added, emissions); ones give the
        multiplier of output, the column sums of L

    References
    ----------
    Miller, Blair, "Input-output analysis" (2nd ed., 2009), equations 6.9 and 6.12.
    """
    return np.asarray(per_output @ leontief)


def calc_ghosh(flows: Floats, output: Floats) -> Floats:
    """Where output goes, directly and through others: G = (I − B)⁻¹ with B[i, j] = Z[i, j] / x[i].

    References
    ----------
    Miller, Blair (2009), equations 12.2–12.5.
    """
    shares = np.divide(flows, output[:, None], out=np.zeros_like(flows), where=output[:, None] > 0)
    return calc_leontief(shares)


def calc_linkages(leontief: Floats) -> tuple[Floats, Floats]:
    """Rasmussen's indices: power of dispersion (backward) and sensitivity of dispersion (forward).

    backward[j] = n Σ_i L[i, j] / Σ L;  forward[i] = n Σ_j L[i, j] / Σ L. Above 1: stronger than the mean industry; an
    industry with both above 1 is a key industry.

    References
    ----------
    Rasmussen, "Studies in inter-sectoral relations" (1956), ch. 8; Miller, Blair (2009), equations 12.6 and 12.11.
    """
    scale = len(leontief) / leontief.sum()
    return leontief.sum(axis=0) * scale, leontief.sum(axis=1) * scale


def calc_extraction(leontief: Floats, output: Floats) -> Floats:
    """Output that the other industries lose when one is taken out wholly, what final users want staying as it is.

    loss[j] = (x[j] / L[j, j]) Σ_{i≠j} L[i, j]: the same as solving the system without row and column j.

    Returns
    -------
    [n], unit of the output; the industry's own output is not in it

    References
    ----------
    Dietzenbacher, van der Linden, Steenge, "The regional extraction method", Economic Systems Research 5 (1993),
    185–206; Miller, Blair (2009), section 12.2.6.
    """
    own = np.diag(leontief)
    return np.asarray(output / own * (leontief.sum(axis=0) - own))


def calc_import_shares(output: Floats, imports: Floats) -> Floats:
    """[n] share of each product that comes from abroad: σ[i] = imports[i] / (output[i] + imports[i]); 0 of nothing."""
    supply = output + imports
    return np.divide(imports, supply, out=np.zeros_like(supply), where=supply > 0)


def domestic(table: InputOutput) -> tuple[Floats, Floats]:
    """Coefficients of what is made at home and of what is imported, by proportion.

    σ[i] = imports[i] / (output[i] + imports[i]): every user of a product takes the same share of it from abroad. No
    table of imports by user is at hand; the share holds exports too, because goods are imported to be sold on.

    Returns
    -------
    A_d = (1 − σ) A, A_m = σ A; [n, n] each

    Raises
    ------
    CannotSay where the table does not tell imports.
    """
    if table.imports is None:
        raise CannotSay("io_imports", table=table.title["ru"])
    share = calc_import_shares(table.output, table.imports)
    abroad = share[:, None] * table.coefficients
    return table.coefficients - abroad, abroad


def linkages(table: InputOutput, *, lang: Lang = "ru") -> pl.DataFrame:
    """What each industry means for the others.

    With imports known, all figures are of the domestic system: purchases from abroad move no industry at home.

    Returns
    -------
    frame, one row per industry with output, largest multiplier first
        industry, name, output_multiplier (units of output per unit of final use), backward, forward (Rasmussen; 1 is
        the mean industry), forward_supply (the same by Ghosh's inverse), key (both above 1), loss (output that the
        others lose without it), loss_share (0…1 of the others' output), import_content (0…1: imports, direct and
        indirect, in one unit of final use of what is made at home; absent where the table tells no imports)
    """
    kept = np.flatnonzero(table.output > 0)
    coefficients = table.coefficients
    content = None
    if table.imports is not None:
        coefficients, abroad = domestic(table)
    inner = np.ix_(kept, kept)
    leontief, output = calc_leontief(coefficients[inner]), table.output[kept]
    if table.imports is not None:
        content = calc_multipliers(leontief, abroad[:, kept].sum(axis=0))
    backward, forward = calc_linkages(leontief)
    _, supply = calc_linkages(calc_ghosh(coefficients[inner] * output, output))
    loss = calc_extraction(leontief, output)
    frame = pl.DataFrame({
        "industry": [table.industries[row].code for row in kept],
        "name": [table.industries[row].name(lang) for row in kept],
        "output_multiplier": calc_multipliers(leontief, np.ones(len(kept))), "backward": backward, "forward": forward,
        "forward_supply": supply, "key": (backward > 1) & (forward > 1), "loss": loss,
        "loss_share": loss / (output.sum() - output),
        "import_content": [None] * len(kept) if content is None else content.tolist(),
    }, schema_overrides={"import_content": pl.Float64})
    return frame.sort(["output_multiplier", "industry"], descending=[True, False])


def product_chain(table: InputOutput, okved2: str, *, lang: Lang = "ru") -> pl.DataFrame:
    """What one unit of a product needs through its whole chain, and how much of that comes from abroad.

    direct = A[:, j]; whole = A L_d[:, j], all purchases of the chain made at home; imported = A_m L_d[:, j].

    Parameters
    ----------
    okved2 : code of ОКВЭД2 or ОКПД2 of the product

    Returns
    -------
    frame, largest import first, products that the chain does not need left out
        industry, name, direct, whole, imported (units per unit of final use), imported_share (0…1 of ``whole``)

    Raises
    ------
    InputError where no industry of the table holds the code; CannotSay where the table tells no imports.
    """
    place = table.place_of(okved2)
    if place is None:
        raise InputError("io_code", found=okved2, table=table.title[lang])
    home, abroad = domestic(table)
    column = calc_leontief(home)[:, place]
    frame = pl.DataFrame({
        "industry": [item.code for item in table.industries], "name": [item.name(lang) for item in table.industries],
        "direct": table.coefficients[:, place], "whole": table.coefficients @ column, "imported": abroad @ column})
    return (frame.filter(pl.col("whole") > 0).with_columns(imported_share=pl.col("imported") / pl.col("whole"))
            .sort(["imported", "industry"], descending=[True, False]))


@dataclass(frozen=True)
class RegionChain:
    """What the main industry of a region buys, and what its industries mean for the others.

    Attributes
    ----------
    industry : name of the industry with the largest value in the region
    purchases : name, share (0…1 of what it buys from industries), lq (location quotient of the region in that industry;
        absent where the panel holds none of it), imported_share (0…1; absent where the table tells no imports); largest
        share first
    links : ``linkages`` of the region's largest industries with ``share``, their part of the region's value
    """

    industry: str
    purchases: pl.DataFrame
    links: pl.DataFrame


def region_chain(table: InputOutput, panel: Panel, region: str, *, year: int | None = None, purchases: int = 10,
                 industries: int = 6, lang: Lang = "ru") -> RegionChain:
    """Set the purchases of a region's main industry beside what the region makes.

    share[i] = Z[i, j] / Σ_i Z[i, j] of the table's industry j: technology of the table's country, not a measurement in
    the region. Activities go to industries by their codes; quotients are those of the sums.

    Raises
    ------
    InputError where the panel has no such region or year; CannotSay where fewer than two industries of the table have
    output in the region: its activities are no codes, or of one industry.
    """
    values, _, own = panel.flat_of(region, panel.year(year))
    where = [table.place_of(code) for code in panel.activities]
    sums = np.zeros((len(values), len(table.industries)))
    for column, industry in enumerate(where):
        if industry is not None:
            sums[:, industry] += values[:, column]
    here = sums[own]
    if (here > 0).sum() < 2:
        raise CannotSay("io_region", region=region, table=table.title[lang])
    main = int(here.argmax())
    shares, quotients = table.input_shares[:, main], calc_location_quotient(sums)[own]
    abroad = None if table.imports is None else calc_import_shares(table.output, table.imports)
    order = [int(row) for row in np.argsort(-shares, kind="stable")[:purchases] if shares[row] > 0]
    bought = pl.DataFrame({
        "name": [table.industries[row].name(lang) for row in order], "share": shares[order],
        "lq": [float(quotients[row]) if sums[:, row].any() else None for row in order],
        "imported_share": [None if abroad is None else float(abroad[row]) for row in order],
    }, schema_overrides={"lq": pl.Float64, "imported_share": pl.Float64})
    largest = [int(row) for row in np.argsort(-here, kind="stable")[:industries] if here[row] > 0]
    parts = pl.DataFrame({"industry": [table.industries[row].code for row in largest],
                          "share": here[largest] / here.sum()})
    return RegionChain(table.industries[main].name(lang), bought,
                       parts.join(linkages(table, lang=lang), on="industry", how="inner", maintain_order="left"))
