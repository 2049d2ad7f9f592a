"""Build examples/demo from open registers and the invented plants; the same input gives the same files.

    python scripts/build_demo_data.py DATA_FOLDER

DATA_FOLDER holds ``firms_ru`` (statements of large firms 2012–2014 of Rosstat's open data 7708234640-bdboo, and the
organisations of the register under decree 719). Real plants get what the registers say and nothing else: name, ИНН,
activity, region, sales, year. Invented plants carry no ИНН and say in every row that they are invented.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
from demo_plants import CONTRACTS, NEEDS, OFFERS, ORGANISATIONS

from smezhnik.classifiers.bridges import bridge, okved2007_of
from smezhnik.classifiers.places import Place, find_place
from smezhnik.classifiers.regions import find_region
from smezhnik.tables import complete, table

OUT = Path(__file__).parent.parent / "examples" / "demo"
REGIONS = ("RU-BA", "RU-CHE")
#: Manufacturing in ОКВЭД-2007: divisions 15–37.
FIRST_DIVISION, LAST_DIVISION = 15, 37
STATEMENTS = "Росстат, открытые данные 7708234640-bdboo: бухгалтерская отчётность за {} г."
REGISTER = "Реестр российской промышленной продукции (ПП № 719): организации, 2026 г."
INVENTED = "учебные данные: предприятие вымышлено"
INVENTED_ON = date(2026, 11, 3)
#: Where the transition key parts an old class in equal shares: the new class that keeps the old heading's meaning.
MAIN_CLASS = {
    "20.30": "16.23", "25.13": "22.19", "28.11": "25.11", "28.74": "25.93", "28.74.1": "25.94", "28.75": "25.99",
    "29.12": "28.13", "29.12.1": "28.12", "29.13": "28.14", "29.24": "28.29", "29.52": "28.92", "29.56": "28.99",
    "31.10": "27.11", "31.20": "27.12", "31.30": "27.32", "31.62": "27.90", "33.10": "32.50", "34.10": "29.10",
    "34.30": "29.32", "36.12": "31.01", "37.10": "38.32",
}
#: What replaces the spelt-out legal forms, so that names read like names.
FORMS = (("ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "ПАО"), ("НЕПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "АО"),
         ("ЗАКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "ЗАО"), ("ОТКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "ОАО"),
         ("АКЦИОНЕРНОЕ ОБЩЕСТВО", "АО"), ("ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ", "ООО"))


def read_statements(folder: Path) -> pl.DataFrame:
    """Manufacturers of the two regions, the latest year of each ИНН."""
    frames = [
        pl.read_csv(folder / f"bln_{year}.utf8.csv.gz", infer_schema=False)
        .select("year", "title", "inn", "ok1", "ok2", "ok3", "sales") for year in (2012, 2013, 2014)
    ]
    rows = (
        pl.concat(frames)
        .with_columns(pl.col("year", "ok1", "ok2", "ok3").cast(pl.Int64), pl.col("sales").cast(pl.Float64))
        .filter(pl.col("ok1").is_between(FIRST_DIVISION, LAST_DIVISION), pl.col("sales") > 0)
        .with_columns(pl.col("inn").str.zfill(10))
        .with_columns(region=pl.col("inn").str.slice(0, 2).map_elements(find_region, return_dtype=pl.String))
        .filter(pl.col("region").is_in(REGIONS))
        .sort("inn", "year").unique("inn", keep="last", maintain_order=True)
    )
    codes = [okved2007_of(*row) for row in rows.select("ok1", "ok2", "ok3").iter_rows()]
    return rows.select(
        "inn", "region", "year", org_id="inn", name=pl.col("title").map_elements(_tidy, return_dtype=pl.String),
        okved2007=pl.Series(codes), okved2=pl.Series([_bridged(code) for code in codes], dtype=pl.String),
        output_th_rub=(pl.col("sales") * 1000).round(1), roles=pl.lit(["producer"]),
        source=pl.col("year").map_elements(STATEMENTS.format, return_dtype=pl.String),
        source_date=pl.date(pl.col("year"), 12, 31),
    )


def _bridged(code: str) -> str | None:
    """The class of ОКВЭД2 that takes most of the old code; absent where the old code says no class at all."""
    for size in range(len(code), 4, -1):
        if code[:size] in MAIN_CLASS:
            return MAIN_CLASS[code[:size]]
    found = bridge(code, "okved2007", "okved2").filter(pl.col("to").str.len_chars() >= 5)
    return found["to"][0][:5] if len(found) else None


def read_register(folder: Path) -> pl.DataFrame:
    """Organisations of the two regions that have products in the register."""
    rows = pl.read_csv(folder / "gisp_registry_orgs_2026.csv", infer_schema=False)
    return rows.select(
        "inn", "ogrn", pl.col("region").map_elements(find_region, return_dtype=pl.String), org_id="inn",
        name=pl.col("company").map_elements(_tidy, return_dtype=pl.String), roles=pl.lit(["producer"]),
        source=pl.lit(REGISTER),
    ).filter(pl.col("region").is_in(REGIONS))


def _tidy(name: str) -> str:
    """Short legal form, guillemets, no doubled blanks; capitals stay as they were filed."""
    for long, short in FORMS:
        name = re.sub(rf"^{long}\b", short, name)
    name = re.sub(r'"+', '"', name)
    name = re.sub(r'(^|[\s(]|\w(?="\w))"(?=\w)', r"\1 «", name).replace('"', "»")
    return " ".join(name.split())


def join_registers(statements: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """One row an ИНН: figures of the statements, ОГРН of the register, both sources named."""
    both = statements.join(register.select("inn", "ogrn"), on="inn", how="left").with_columns(
        source=pl.when(pl.col("ogrn").is_not_null()).then(pl.col("source") + "; " + REGISTER).otherwise("source"))
    only_register = register.join(statements.select("inn"), on="inn", how="anti")
    return pl.concat([complete(both, "organisations"), complete(only_register, "organisations")])


def _place(town: str) -> Place:
    """The town in one of the two regions."""
    found = [place for region in REGIONS if (place := find_place(f"г. {town}", region)) is not None]
    if len(found) != 1:
        raise SystemExit(f"{town}: {len(found)} towns in the two regions")
    return found[0]


def invented_organisations() -> pl.DataFrame:
    rows = [{
        "org_id": f"У-{number:02}", "name": name, "region": _place(town).region, "address": f"г. {town}",
        "latitude": round(_place(town).latitude, 4), "longitude": round(_place(town).longitude, 4), "okved2": okved2,
        "output_th_rub": float(output), "jobs": jobs, "year": 2025, "roles": ["producer"],
    } for number, (name, town, okved2, output, jobs) in enumerate(ORGANISATIONS, 1)]
    return _invented(rows, "organisations")


def _party(name: str, organisations: pl.DataFrame) -> dict[str, object]:
    """Id and place of an invented plant."""
    row = organisations.row(by_predicate=pl.col("name") == name, named=True)
    return {key: row[key] for key in ("org_id", "region", "latitude", "longitude")}


def invented_needs(organisations: pl.DataFrame) -> pl.DataFrame:
    rows = [{
        "need_id": f"П-{number:02}", "buyer": buyer, **_party(buyer, organisations), "text": text, "okpd2": okpd2,
        "volume": float(volume), "unit": unit, "price": price, "imported_th_rub": float(imported),
        "imported_source": INVENTED if imported else None, "import_country": country,
        "needed_by": needed_by and date.fromisoformat(needed_by), "basis": "declared",
    } for number, (buyer, text, okpd2, volume, unit, price, imported, country, needed_by) in enumerate(NEEDS, 1)]
    return _invented(rows, "needs")


def invented_offers(organisations: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for number, offer in enumerate(OFFERS, 1):
        seller, text, okpd2, standard, capacity, unit, lot, price, entry, until, marks = offer
        row = {
            "offer_id": f"ПР-{number:02}", "seller": seller, **_party(seller, organisations), "text": text,
            "okpd2": okpd2, "standard": standard, "capacity": capacity, "unit": unit, "min_lot": lot, "price": price,
            "register_entry": entry, "register_until": until and date.fromisoformat(until),
            "basis": "register" if entry else "declared",
        }
        for mark in (marks or "").split():
            row |= {mark: True, f"{mark}_source": INVENTED}
        rows.append(row)
    return _invented(rows, "offers")


def invented_contracts(organisations: pl.DataFrame) -> pl.DataFrame:
    rows = [{
        "contract_id": f"Д-{number}/{signed[:4]}", "seller": seller, "buyer": buyer,
        "seller_id": _party(seller, organisations)["org_id"], "buyer_id": _party(buyer, organisations)["org_id"],
        "kind": "supply", "text": text, "okpd2": okpd2, "volume": float(volume), "unit": unit,
        "value_th_rub": float(value), "signed_on": date.fromisoformat(signed), "starts_on": date.fromisoformat(signed),
        "ends_on": date.fromisoformat(ends),
    } for number, (seller, buyer, text, okpd2, volume, unit, value, signed, ends) in enumerate(CONTRACTS, 1)]
    return _invented(rows, "contracts")


def _invented(rows: Sequence[dict[str, object]], name: str) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return complete(frame.with_columns(source=pl.lit(INVENTED), source_date=pl.lit(INVENTED_ON)), name)


def write(frame: pl.DataFrame, name: str, file: str | None = None) -> None:
    """CSV with the Russian headers, only columns that hold something: it is what a person would send."""
    table(name).schema.validate(frame)
    declared = table(name).columns
    used = [column for column in frame.columns if frame[column].null_count() < len(frame)]
    texts = [
        pl.col(column).list.join("; ") if declared[column].kind == "list"
        else pl.when(pl.col(column)).then(pl.lit("да")).when(~pl.col(column)).then(pl.lit("нет"))
        if declared[column].kind == "flag" else _short(column) if declared[column].kind == "number"
        else pl.col(column) for column in used
    ]
    shown = frame.select(text.alias(declared[column].ru) for column, text in zip(used, texts, strict=True))
    OUT.mkdir(parents=True, exist_ok=True)
    shown.write_csv(OUT / f"{file or name}.csv")


def _short(column: str) -> pl.Expr:
    """Numbers without a superfluous ``.0``."""
    return pl.col(column).cast(pl.String).str.strip_suffix(".0")


def main(arguments: Iterable[str]) -> None:
    (data,) = arguments
    folder = Path(data) / "firms_ru"
    invented = invented_organisations()
    real = join_registers(read_statements(folder), read_register(folder)).sort("region", "org_id")
    write(real, "organisations")
    write(invented, "organisations", "invented")
    write(invented_needs(invented), "needs")
    write(invented_offers(invented), "offers")
    write(invented_contracts(invented), "contracts")
    print(f"{len(real)} plants of the registers, {len(invented)} invented, {len(NEEDS)} needs, {len(OFFERS)} offers")


if __name__ == "__main__":
    main(sys.argv[1:])
