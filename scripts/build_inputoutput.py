"""Build the packaged input–output table from the OECD table of Belgium 2020 (rOpenGov iotables, MIT).

    python scripts/build_inputoutput.py DATA_FOLDER

Adds what the source lacks: names and the divisions of ОКВЭД2 (NACE Rev. 2) that each OECD industry holds. Basic iron
and steel (24A) and non-ferrous metals (24B) follow the ISIC split of 2410 + 2431 and 2420 + 2432.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

OUT = Path(__file__).parent.parent / "src" / "smezhnik" / "regions" / "data" / "bel2020.csv"
#: OECD code → prefixes of ОКВЭД2, Russian name, English name
INDUSTRIES = {
    "01": ("01", "Сельское хозяйство", "Agriculture"),
    "02": ("02", "Лесное хозяйство", "Forestry"),
    "03": ("03", "Рыболовство", "Fishing"),
    "05": ("05", "Уголь", "Coal"),
    "06": ("06", "Нефть и газ", "Oil and gas"),
    "07": ("07", "Металлические руды", "Metal ores"),
    "08": ("08", "Прочие ископаемые", "Other mining"),
    "09": ("09", "Услуги в добыче", "Mining support"),
    "10T12": ("10 11 12", "Продукты питания, напитки, табак", "Food, beverages, tobacco"),
    "13T15": ("13 14 15", "Текстиль, одежда, кожа", "Textiles, apparel, leather"),
    "16": ("16", "Изделия из дерева", "Wood products"),
    "17T18": ("17 18", "Бумага и полиграфия", "Paper and printing"),
    "19": ("19", "Кокс и нефтепродукты", "Coke and refined petroleum"),
    "20": ("20", "Химия", "Chemicals"),
    "21": ("21", "Лекарства", "Pharmaceuticals"),
    "22": ("22", "Резина и пластмассы", "Rubber and plastics"),
    "23": ("23", "Стройматериалы и стекло", "Non-metallic mineral products"),
    "24A": ("24.1 24.2 24.3 24.51 24.52", "Чёрные металлы", "Iron and steel"),
    "24B": ("24 24.4 24.53 24.54", "Цветные металлы", "Non-ferrous metals"),
    "25": ("25", "Металлоизделия", "Fabricated metal products"),
    "26": ("26", "Электроника и приборы", "Electronics and instruments"),
    "27": ("27", "Электротехника", "Electrical equipment"),
    "28": ("28", "Машины и оборудование", "Machinery"),
    "29": ("29", "Автомобили и части", "Motor vehicles and parts"),
    "301": ("30.1", "Суда", "Ships"),
    "302T309": ("30", "Прочий транспорт", "Other transport equipment"),
    "31T33": ("31 32 33", "Мебель, прочее, ремонт машин", "Furniture, other, repair"),
    "35": ("35", "Энергия", "Energy"),
    "36T39": ("36 37 38 39", "Лом, вода и отходы", "Scrap, water and waste"),
    "41T43": ("41 42 43", "Строительство", "Construction"),
    "45T47": ("45 46 47", "Торговля", "Trade"),
    "49": ("49", "Наземный транспорт", "Land transport"),
    "50": ("50", "Водный транспорт", "Water transport"),
    "51": ("51", "Воздушный транспорт", "Air transport"),
    "52": ("52", "Склады", "Warehousing"),
    "53": ("53", "Почта", "Post"),
    "55T56": ("55 56", "Гостиницы и питание", "Accommodation and food service"),
    "58T60": ("58 59 60", "Издательства и вещание", "Publishing and broadcasting"),
    "61": ("61", "Связь", "Telecommunications"),
    "62T63": ("62 63", "Информационные услуги", "Computer services"),
    "64T66": ("64 65 66", "Финансы", "Finance"),
    "68": ("68", "Недвижимость", "Real estate"),
    "69T75": ("69 70 71 72 73 74 75", "Наука и деловые услуги", "Professional services"),
    "77T82": ("77 78 79 80 81 82", "Административные услуги", "Administrative services"),
    "84": ("84", "Государственное управление", "Public administration"),
    "85": ("85", "Образование", "Education"),
    "86T88": ("86 87 88", "Здравоохранение", "Health"),
    "90T93": ("90 91 92 93", "Культура и спорт", "Arts and sports"),
    "94T96": ("94 95 96", "Прочие услуги", "Other services"),
    "97T98": ("97 98", "Домашние хозяйства", "Households"),
}


def main() -> None:
    source = Path(sys.argv[1]) / "input_output" / "iotables" / "BEL2020ttl.csv"
    with source.open(encoding="utf-8", newline="") as file:
        rows = {row[""]: row for row in csv.DictReader(file)}
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(["industry", "name_ru", "name_en", "okved2", *INDUSTRIES, "output", "imports"])
        for code, (prefixes, ru, en) in INDUSTRIES.items():
            flows = [rows[f"TTL_{code}"][f"D{buyer}"] for buyer in INDUSTRIES]
            written.writerow([code, ru, en, prefixes, *flows, rows["OUTPUT"][f"D{code}"],
                              rows[f"TTL_{code}"]["IMPO"].lstrip("-")])


if __name__ == "__main__":
    main()
