"""Units that stand in headers and beside numbers: what they make of the values of a column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from smezhnik.classifiers.units import Unit, conversion, find_unit, split_multiplier, without_period
from smezhnik.errors import Fault, Severity
from smezhnik.io.cells import Column, Reading
from smezhnik.io.headers import TIMED, Header, normal
from smezhnik.io.periods import part_periods, to_year
from smezhnik.tables import ColumnInfo, table

#: Columns whose unit stands in the column ``unit`` of the same row; the first that names one decides for the row.
QUANTITIES = ("capacity", "volume", "quantity", "min_lot")
#: Date columns that hold the first day that no longer counts (CONVENTIONS §1).
ENDS = ("valid_until", "register_until", "ends_on")
#: How far a sum may be from quantity × price: prices are rounded.
SUM_LEEWAY = 0.02
_ROUBLE = re.compile(r"^(?:руб(?:л(?:ь|и|я|ей|ях))?|р|rub|rur|rubles?|roubles?)\b|^₽", re.IGNORECASE)
_CURRENCIES = (("USD", r"\$|\busd\b|долл|дол\.? ?сша"), ("EUR", r"€|\beur\b|евро"), ("CNY", r"¥|\bcny\b|юан"),
               ("BYN", r"\bbyn\b|бел\.? ?руб"), ("KZT", r"₸|\bkzt\b|тенге"))
#: Unit of a declared column → words by which people write it → what one of them is in the declared unit.
_SCALES: Mapping[str, Mapping[str, float]] = {
    "share": {"%": 0.01, "процент": 0.01, "процентов": 0.01, "доля": 1.0, "доли": 1.0, "share": 1.0},
    "km": {"км": 1.0, "km": 1.0, "м": 0.001, "m": 0.001},
    "person": dict.fromkeys(("чел", "человек", "человека", "person", "people", "persons", "ед", "мест",
                             "рабочих мест", "jobs"), 1.0),
    "degree": {"°": 1.0, "град": 1.0, "градусов": 1.0, "deg": 1.0},
}


@dataclass(frozen=True)
class Scale:
    """What a written unit makes of a number: a factor, the currency and the unit of goods that it names."""

    factor: float
    currency: str | None = None
    per: Unit | None = None


def find_currency(text: str) -> str | None:
    """ISO 4217 code of the currency that a text names; None where it names none."""
    bare = text.strip()
    for code, pattern in _CURRENCIES:
        if re.search(pattern, bare, re.IGNORECASE):
            return code
    return "RUB" if _ROUBLE.search(bare) else None


def find_scale(declared: str, written: str) -> Scale | None:
    """Factor from the written unit to the declared one; None where they do not fit.

    Examples
    --------
    >>> find_scale("th_rub", "млн руб.").factor
    1000.0
    >>> find_scale("share", "%").factor
    0.01
    >>> find_scale("price", "тыс. руб./т").per.symbol
    'т'
    """
    multiplier, rest = split_multiplier(written)
    if declared in ("th_rub", "price"):
        money, _, goods = re.sub(r"\s+за\s+", "/", rest).partition("/")
        currency = find_currency(money) if money.strip(" .") else None
        if money.strip(" .") and currency is None:
            return None
        if declared == "price":
            return Scale(multiplier, currency, find_unit(goods) if goods else None)
        return Scale(multiplier / 1000) if currency in (None, "RUB") and (currency or multiplier > 1) else None
    factor = _SCALES.get(declared, {}).get(rest.strip(" .").lower())
    return None if factor is None else Scale(multiplier * factor)


def unit_name(unit: Unit) -> str:
    """How a unit stands in a table: its symbol, or its code where the symbol means another unit («А» is ар)."""
    again = find_unit(unit.symbol)
    if (again is not None and again.code == unit.code and again.ratio == unit.ratio) or unit.code is None:
        return unit.symbol
    return unit.code


def apply_measures(parsed: Mapping[str, Column], header: Header, name: str) -> tuple[dict[str, Column], list[Fault]]:
    """Numbers in their declared units, quantities in the unit of their row, ends as the first day that is out."""
    done, notes = dict(parsed), []
    about = table(name).columns
    if "unit" in about:
        quantities = [column for column in QUANTITIES if column in parsed]
        notes += _fill_units(done, quantities, header)
        times = part_periods(done)
        for column in quantities:
            done[column], said = _to_row_unit(column, done[column], done["unit"].values, header)
            notes += said
        for column in TIMED:
            if column in quantities:
                done[column], changed = to_year(done[column], times, header.periods.get(column))
                notes += [_note("counted_yearly", column, header, count=changed)] if changed else []
    for column, item in parsed.items():
        if about[column].kind == "number" and column not in QUANTITIES:
            done[column], said = _to_declared(column, about[column], item, header, done)
            notes += said
    for column in ENDS:
        if column in header.last_day and column in done:
            values = done[column].values
            done[column] = replace(done[column], values=pl.select(values.dt.offset_by("1d")).to_series())
            notes.append(_note("last_day", column, header))
        elif column in done and not _is_ours(header, name) and len(days := done[column].values.drop_nulls()):
            notes.append(_note("end_exclusive", column, header, found=days[0]))
    for column, item in parsed.items():
        if item.units and done[column].units:
            notes.append(_note("units_in_cells", column, header, count=len(item.units)))
    for column, place in header.columns.items():
        if about[column].unit == "th_rub" or column == "price":
            title = normal(header.names[place])
            notes += [_note("vat_as_is", column, header, said=tax.replace("ндс", "НДС"))
                      for tax in ("без ндс", "с ндс") if f" {tax}" in f" {title}"]
    if "value_th_rub" in header.columns and "volume" in header.columns and "price" in header.columns:
        notes += _find_odd_sums(done, header)
    return done, notes


def _find_odd_sums(done: Mapping[str, Column], header: Header) -> list[Fault]:
    """One note where sums in roubles are not the quantity times the price."""
    currency = done["currency"].values if "currency" in done else None
    product = done["volume"].values * done["price"].values / 1000
    odd = (product / done["value_th_rub"].values - 1).abs() > SUM_LEEWAY
    if currency is not None:
        odd &= currency.fill_null("RUB") == "RUB"
    rows = odd.fill_null(False).arg_true().to_list()
    if not rows:
        return []
    first = rows[0]
    return [_note("sum_differs", "value_th_rub", header, count=len(rows), sum=done["value_th_rub"].values[first],
                  product=float(product[first]))]


def _note(code: str, column: str, header: Header, severity: Severity = "note", **fields: object) -> Fault:
    place = header.columns.get(column)
    return Fault(code, fields, column=header.names[place] if place is not None else column, severity=severity)


def _fill_units(done: dict[str, Column], quantities: list[str], header: Header) -> list[Fault]:
    """Give rows without a unit the one that stands beside their number or in the header."""
    if not quantities:
        return []
    height = len(done[quantities[0]].values)
    kept = done.get("unit") or Column(pl.Series("unit", [None], pl.String).new_from_index(0, height))
    units, notes = kept.values, []
    for column in quantities:
        beside = {row: unit_name(without_period(unit)[0]) for row, text in done[column].units.items()
                  if units[row] is None and row not in kept.remarks and (unit := find_unit(text))}
        if beside:
            units = units.scatter(list(beside), list(beside.values()))
    for column in quantities:
        written = header.units.get(column)
        unit = find_unit(written) if written else None
        if written and unit is None and not _is_multiplier(written):
            notes.append(_note("header_unit_unknown", column, header, unit=written))
        if unit and units.null_count():
            given = units.is_null() & done[column].values.is_not_null()
            if given.any():
                units = units.set(given, unit_name(unit))
                notes.append(_note("unit_from_header", column, header, unit=unit.symbol))
    done["unit"] = replace(kept, values=units)
    return notes


def _is_multiplier(written: str) -> bool:
    return split_multiplier(written)[1] == "" and _scales(written)


def _scales(written: str | None) -> bool:
    """Whether a unit holds a multiplier of its own, as «тыс. т» does."""
    return written is not None and split_multiplier(written)[0] > 1


def _to_row_unit(column: str, item: Column, units: pl.Series, header: Header) -> tuple[Column, list[Fault]]:
    """Quantities turned from the unit of their header or cell into the unit of their row."""
    values, notes = item.values, []
    written = header.units.get(column)
    if written and _is_multiplier(written):
        factor = split_multiplier(written)[0]
        values = _times(values, factor)
        notes.append(_note("header_scaled", column, header, unit=written, factor=f"{factor:g}"))
    elif written and (unit := find_unit(written)):
        factors = {symbol: conversion(unit, known) for symbol in units.drop_nulls().unique()
                   if (known := find_unit(symbol))}
        if any(factor is None for factor in factors.values()):
            notes.append(_note("header_unit_passed", column, header, unit=written))
        by_row = units.replace_strict(list(factors), [factor or 1.0 for factor in factors.values()], default=1.0,
                                      return_dtype=pl.Float64) if factors else 1.0
        beside = list(item.units)
        scaled = _times(values, by_row)
        values = scaled.scatter(beside, values.gather(beside)) if beside else scaled
    changed, remarks = {}, dict(item.remarks)
    for row, text in item.units.items():
        unit, row_unit = find_unit(text), find_unit(units[row])
        if unit is not None and column not in TIMED:
            unit = without_period(unit)[0]
        if _is_multiplier(text) and not _scales(written) and not _scales(units[row]):
            # «420 тыс.» in a row of square metres; beside «тыс. м²» it would be unclear which thousands are meant.
            changed[row] = item.values[row] * split_multiplier(text)[0]
        elif unit is None:
            remarks[row] = Reading(None, "measure_unknown", {"found": text})
        elif row_unit is not None:
            times = conversion(unit, row_unit)
            if times is None:
                remarks[row] = Reading(None, "unit_conflict", {"found": text, "unit": units[row]})
            else:
                changed[row] = item.values[row] * times
    return replace(item, values=_changed(values, changed), remarks=remarks), notes


def _times(values: pl.Series, factor: pl.Series | float) -> pl.Series:
    """The product as people count it: 1.005 thousand is 1005, not 1004.9999999999999."""
    return (values * factor).round_sig_figs(15)


def _changed(values: pl.Series, changed: Mapping[int, float]) -> pl.Series:
    """The column with some rows scaled by themselves."""
    return values.scatter(list(changed), pl.Series(list(changed.values())).round_sig_figs(15)) if changed else values


def _to_declared(column: str, info: ColumnInfo, item: Column, header: Header,
                 done: dict[str, Column]) -> tuple[Column, list[Fault]]:
    """Numbers turned into the unit that their column declares."""
    declared = "price" if column == "price" else info.unit
    written = header.units.get(column)
    values, notes = item.values, []
    scale = find_scale(declared, written) if declared and written else None
    if written and scale is None:
        foreign = declared == "th_rub" and find_currency(written) is not None
        notes.append(_note("money_unit", column, header, severity="refused", found=written) if foreign else
                     _note("header_unit_unknown", column, header, unit=written))
    if declared == "th_rub" and not written and _is_foreign(column, info, header):
        notes.append(_note("money_assumed", column, header))
    changed, remarks = {}, dict(item.remarks)
    if scale is not None and written is not None:
        if scale.factor != 1:
            values = _times(values, scale.factor)
            notes.append(_note("header_scaled", column, header, unit=written, factor=f"{scale.factor:g}"))
        rows = [row for row in values.is_not_null().arg_true() if row not in item.units]
        if scale.per:
            factors, clashes = _per_row_unit(scale.per, done, rows, written)
            values, remarks = _times(values, factors), remarks | clashes
        remarks |= _fill_currency(done, scale.currency, rows, written)
    for row, text in item.units.items():
        beside = find_scale(declared, text) if declared else None
        if beside is None:
            code = "money_unit" if declared == "th_rub" and find_currency(text) else "measure_unknown"
            remarks[row] = Reading(None, code, {"found": text})
            continue
        changed[row] = item.values[row] * beside.factor
        if beside.per:
            factors, clashes = _per_row_unit(beside.per, done, [row], text)
            changed[row] *= factors[row]
            remarks |= clashes
        remarks |= _fill_currency(done, beside.currency, [row], text)
    return replace(item, values=_changed(values, changed), remarks=remarks), notes


def _is_ours(header: Header, name: str) -> bool:
    """Whether all headers are those of our forms and files, whose explanations say what the columns hold."""
    ours = {normal(title) for column, info in table(name).columns.items() for title in (column, info.ru, info.en)}
    return all(normal(title) in ours for title in header.names)


def _is_foreign(column: str, info: ColumnInfo, header: Header) -> bool:
    """Whether the header is a word of the owner, which does not say the unit as ours do."""
    title = normal(header.names[header.columns[column]])
    return title not in {normal(column), normal(info.ru), normal(info.en)}


def _per_row_unit(per: Unit, done: Mapping[str, Column], rows: Sequence[int],
                  found: str) -> tuple[pl.Series, dict[int, Reading]]:
    """How many units of the price are in one unit of each row: roubles a kilogram → roubles a tonne.

    Rows that are measured in something else are faulty: a price of a kilogram says nothing of a square metre.
    """
    units = done["unit"].values if "unit" in done else pl.Series([None], dtype=pl.String).new_from_index(
        0, len(next(iter(done.values())).values))
    known = {symbol: unit for symbol in units.drop_nulls().unique() if (unit := find_unit(symbol))}
    factors = {symbol: conversion(unit, per) for symbol, unit in known.items()}
    clashes = {row: Reading(None, "unit_conflict", {"found": found, "unit": units[row]}) for row in rows
               if units[row] in factors and factors[units[row]] is None}
    by_row = units.replace_strict(list(factors), [factor or 1.0 for factor in factors.values()], default=1.0,
                                  return_dtype=pl.Float64) if factors else units.is_null().cast(pl.Float64) * 0 + 1
    return by_row.fill_null(1.0), clashes


def _fill_currency(done: dict[str, Column], currency: str | None, rows: Sequence[int],
                   found: str) -> dict[int, Reading]:
    """Write the currency that a price names into rows that name none; faults of rows that name another.

    An absent currency is the rouble and stays absent.
    """
    kept = done.get("currency")
    if currency is None or (kept is None and currency == "RUB"):
        return {}
    height = len(next(iter(done.values())).values)
    kept = kept or Column(pl.Series("currency", [None], pl.String).new_from_index(0, height))
    clashes = {row: Reading(None, "currency_conflict", {"found": found, "currency": kept.values[row]}) for row in rows
               if kept.values[row] not in (None, currency)}
    empty = [row for row in rows if kept.values[row] is None and row not in kept.remarks]
    if currency != "RUB" and empty:
        done["currency"] = replace(kept, values=kept.values.scatter(empty, currency))
    return clashes
