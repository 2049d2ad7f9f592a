"""What an industry means for the others: multipliers, linkages, what is lost without it, what its chain imports."""

from __future__ import annotations

import numpy as np
import polars as pl

from smezhnik.errors import CannotSay, InputError
from smezhnik.regions.inputoutput import Floats, InputOutput, calc_leontief
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
    supply = table.output + table.imports
    share = np.divide(table.imports, supply, out=np.zeros_like(supply), where=supply > 0)
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
