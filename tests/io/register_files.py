"""Small invented loads in the layout of the register of decree ПП № 719. No such plants exist."""

from __future__ import annotations

import csv
from pathlib import Path

from smezhnik.io.register import COLUMNS

PLANTS = {
    "Стекло-Юрюзань": ("745700000", "454000, г. Москва, ул. Учебная, д. 1",
                       "Челябинская область, г. Юрюзань, ул. Учебная, 2"),
    "Окна Идель": ("027400000", "Республика Башкортостан, г. Уфа, ул. Учебная, 3",
                   "Республика Башкортостан, г. Уфа, ул. Учебная, 4"),
}


def with_check_digit(nine: str) -> str:
    """An ИНН of ten digits whose last one fits."""
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(w * int(d) for w, d in zip(weights, nine, strict=True)) % 11 % 10)


def entry(number: str, product: str, *, plant: str = "Стекло-Юрюзань", okpd2: str = "23.11.12", tnved: str = "-",
          score: str = "-", dated: str = "01.02.2025", until: str = "01.02.2028", desc: str = "-") -> dict[str, str]:
    inn, office, works = PLANTS[plant]
    row = dict.fromkeys(COLUMNS, "-")
    return row | {"Nameoforg": plant, "INN": with_check_digit(inn), "Orgaddr": office, "Productmanufaddress": works,
                  "Registernumber": number, "Productname": product, "OKPD2": okpd2, "TNVED": tnved, "Score": score,
                  "Docdate": dated, "Docvalidtill": until, "Scoredesc": desc, "Nameofregulations": "ГОСТ 111-2014"}


def write_load(path: Path, entries: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(entries)
    return path


OLD = [
    entry("РПП-10101", "Стекло листовое 4 мм", score="10"),
    entry("10102", "Стекло листовое 6 мм", score="12", until="31.10.2026"),
    entry("10103", "Стеклопакет", plant="Окна Идель", okpd2="23.12.13; 23.12.13.121"),
    entry("10104", "Зеркало", desc="Аннулировано"),
]
NEW = [
    entry("10101", "Стекло листовое 4 мм", score="15", dated="01.03.2026"),
    entry("10101", "Стекло листовое 4 мм (прежняя запись)", score="10", until="01.01.2026"),
    entry("РПП-10102", "Стекло листовое 6 мм", score="12", until="31.10.2026"),
    entry("10104", "Зеркало"),
    entry("10105", "Блок оконный", plant="Окна Идель", okpd2="22.23.14.120, 22.23.14", tnved="3925200000"),
    entry("-", "Строка без номера"),
    entry("10106", "Стекло снятое", desc="Отказано"),
]
