"""Cells that name something in the reference data: codes, identifiers, units, regions, currencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from smezhnik.classifiers import identifiers, load, units
from smezhnik.classifiers.lookalikes import TO_LATIN
from smezhnik.classifiers.regions import open_pack
from smezhnik.errors import Fault
from smezhnik.io.cells import Column, Reading, read_list
from smezhnik.io.grid import cell_text
from smezhnik.io.measures import find_currency, unit_name

#: The value that a cell means, or the fault that it has; a value beside a fault makes the fault a note.
Read = Callable[[object], Reading]

_COUNTRIES = {"россия": "RU", "рф": "RU", "российская федерация": "RU", "беларусь": "BY", "белоруссия": "BY",
              "республика беларусь": "BY", "казахстан": "KZ", "республика казахстан": "KZ", "армения": "AM",
              "киргизия": "KG", "кыргызстан": "KG", "узбекистан": "UZ", "китай": "CN", "кнр": "CN", "турция": "TR",
              "индия": "IN", "иран": "IR", "сербия": "RS"}


def find_reader(column: str, regions: Path | None = None) -> Read | None:
    """How a cell of that declared column is read; None where it names nothing in the reference data.

    Parameters
    ----------
    regions : the region pack that names are looked up in; the shipped one by default
    """
    if column in ("okpd2", "okved2", "tnved"):
        return _code_reader(column)
    if column == "okved2_other":
        return _several(_code_reader("okved2"))
    if column == "region" or column.endswith("_region"):
        return _region_reader(regions)
    return _READERS.get(column.removeprefix("seller_").removeprefix("buyer_"))


def read_references(cells: Sequence[object] | pl.Series, shown: pl.Series, read: Read, dtype: pl.DataType) -> Column:
    """Read a column of references, each distinct cell once.

    Parameters
    ----------
    cells : what the file holds: numbers stay numbers, because a number has lost its zeros
    shown : the same as clean text; null where the cell is empty
    """
    raw = {row: cell for row, cell in enumerate(cells) if not isinstance(cell, str)} if isinstance(cells, list) else {}
    readings: dict[object, Reading] = {}
    values: list[object] = []
    remarks: dict[int, Reading] = {}
    for row, text in enumerate(shown):
        if text is None:
            values.append(None)
            continue
        cell = raw.get(row, text)
        key = (type(cell), cell)
        reading = readings.get(key)
        if reading is None:
            reading = readings[key] = read(cell)
        values.append(reading.value)
        if reading.code:
            remarks[row] = reading
    return Column(pl.Series(shown.name, values, dtype), remarks)


def _of_fault(value: object, fault: Fault | None) -> Reading:
    return Reading(value, fault.code, fault.fields) if fault else Reading(value)


def _code_reader(system: str) -> Read:
    classifier = load(system)
    return lambda cell: _of_fault(*classifier.read(cell))


def _several(read: Read) -> Read:
    """A list of references in one cell; commas and bars part it as well."""

    def read_all(cell: object) -> Reading:
        text = cell if isinstance(cell, str) else cell_text(cell)
        items = read_list(text if text.startswith("[") else re.sub(r"[,|]", ";", text)).value
        readings = [read(item) for item in items]  # type: ignore[attr-defined]
        wrong = next((item for item in readings if item.code and item.value is None), None)
        return wrong or Reading([item.value for item in readings])

    return read_all


def _region_reader(pack: Path | None) -> Read:
    regions = open_pack(pack)

    def read(cell: object) -> Reading:
        found = regions.read(cell)
        return _of_fault(found.region, found.fault)

    return read


def _number_reader(find_fault: Callable[[object], Fault | None]) -> Read:
    """Register numbers; a lost leading zero is put back where the check digits say so, with a note."""

    def read(cell: object) -> Reading:
        if isinstance(cell, str):
            cell = re.split(r"\s*/\s*(?=\w)", cell)[0]  # «ИНН/КПП» in one cell
        fault = find_fault(cell)
        if fault is not None and fault.code == "number_lost_zero":
            return _of_fault(fault.fields["padded"], fault)
        return _of_fault(None, fault) if fault else Reading(identifiers.compact(cell) or None)

    return read


def _read_kpp(cell: object) -> Reading:
    own = cell.rpartition("/")[2] if isinstance(cell, str) else cell  # «ИНН/КПП» in one cell
    reading = _number_reader(identifiers.find_kpp_fault)(own)
    return Reading(str(reading.value).translate(TO_LATIN), reading.code, reading.fields) if reading.value else reading


def _read_oktmo(cell: object) -> Reading:
    digits = identifiers.compact(cell)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (7, 8, 10, 11):
        return Reading(None, "oktmo_form", {"found": str(cell)})
    if len(digits) in (7, 10):
        return Reading("0" + digits, "number_lost_zero", {"found": digits, "kind": "ОКТМО", "padded": "0" + digits})
    return Reading(digits)


def _read_unit(cell: object) -> Reading:
    unit = units.find_unit(cell)
    return Reading(unit_name(unit)) if unit else _of_fault(None, units.find_unit_fault(cell))


def _read_currency(cell: object) -> Reading:
    text = str(cell).strip(" .").upper()
    if found := (text if re.fullmatch("[A-Z]{3}", text) else find_currency(text)):
        return Reading("RUB" if found == "RUR" else found)
    return Reading(None, "currency_unknown", {"found": str(cell)})


def _read_country(cell: object) -> Reading:
    text = str(cell).strip(" .")
    if found := (text.upper() if re.fullmatch("[A-Za-z]{2}", text) else _COUNTRIES.get(text.lower())):
        return Reading(found)
    return Reading(None, "country_unknown", {"found": str(cell)})


_READERS: Mapping[str, Read] = {
    "inn": _number_reader(identifiers.find_inn_fault),
    "ogrn": _number_reader(identifiers.find_ogrn_fault),
    "kpp": _read_kpp,
    "oktmo": _read_oktmo,
    "unit": _read_unit,
    "currency": _read_currency,
    "country": _read_country,
}
