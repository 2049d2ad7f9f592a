"""Links of invented plants («учебные данные»): a buyer of glass with eleven candidates, twenty links of a pair."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import polars as pl

from smezhnik.tables import complete, table

AS_OF = dt.date(2026, 11, 23)
#: Town → latitude, longitude, region.
TOWNS = {
    "Уфа": (54.735, 55.958, "RU-BA"), "Стерлитамак": (53.630, 55.930, "RU-BA"), "Салават": (53.361, 55.925, "RU-BA"),
    "Ишимбай": (53.454, 56.044, "RU-BA"), "Октябрьский": (54.481, 53.466, "RU-BA"),
    "Нефтекамск": (56.088, 54.248, "RU-BA"), "Кумертау": (52.757, 55.797, "RU-BA"),
    "Белорецк": (53.967, 58.410, "RU-BA"), "Челябинск": (55.160, 61.403, "RU-CHE"),
    "Магнитогорск": (53.411, 58.984, "RU-CHE"), "Миасс": (55.046, 60.108, "RU-CHE"),
    "Златоуст": (55.172, 59.672, "RU-CHE"), "Сатка": (55.040, 59.029, "RU-CHE"), "Троицк": (54.098, 61.577, "RU-CHE"),
    "Юрюзань": (54.856, 58.426, "RU-CHE"), "Каменск-Уральский": (56.415, 61.919, "RU-SVE"),
    "Тюльган": (52.342, 56.167, "RU-ORE"), "Самара": (53.196, 50.102, "RU-SAM"),
}


def reason(code: str, contribution: float, **fields: Any) -> dict[str, Any]:
    return {"code": code, "contribution": contribution, "fields": json.dumps(fields, ensure_ascii=False)}


def gap(code: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "fields": json.dumps(fields, ensure_ascii=False)}


def distance(start: str, end: str) -> float:
    """Great circle in km (haversine)."""
    (a, b, _), (c, d, _) = TOWNS[start], TOWNS[end]
    p, q = math.radians(a), math.radians(c)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(d - b) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


def link(need: str, offer: str, rank: int, *, buyer: str, buyer_town: str, seller: str, seller_town: str, text: str,
         product: str, okpd2: str, reasons: list[dict[str, Any]], gaps: list[dict[str, Any]] | None = None,
         basis: str = "declared", base: float = -1.1, value: float | None = None, imports: float | None = None,
         quantity: float | None = None, unit: str | None = None, **more: Any) -> dict[str, Any]:
    """One row of the table of links; score and probability follow from the terms."""
    km = distance(seller_town, buyer_town)
    score = round(base + sum(item["contribution"] for item in reasons), 4)
    probability = 1 / (1 + math.exp(-score))
    grade = "A" if probability >= 0.85 else "B" if probability >= 0.70 else "C" if probability >= 0.5 else "D"
    return {
        "need_id": need, "offer_id": offer, "rank": rank, "probability": probability, "score": score, "base": base,
        "grade": grade, "reasons": reasons, "gaps": gaps or [], "basis": basis, "buyer_id": buyer, "seller_id": seller,
        "buyer": buyer, "seller": seller, "need_text": text, "offer_text": product, "okpd2": okpd2,
        "quantity": quantity, "unit": unit, "value_th_rub": value, "imported_th_rub": imports, "distance_km": km,
        "buyer_region": TOWNS[buyer_town][2], "seller_region": TOWNS[seller_town][2],
        "buyer_latitude": TOWNS[buyer_town][0], "buyer_longitude": TOWNS[buyer_town][1],
        "seller_latitude": TOWNS[seller_town][0], "seller_longitude": TOWNS[seller_town][1], "as_of": AS_OF, **more,
    }


def frame(rows: list[dict[str, Any]], name: str = "links") -> pl.DataFrame:
    """The rows as a declared table."""
    types = table(name).dtypes
    known = {column: types[column] for row in rows for column in row}
    return complete(pl.DataFrame(rows, schema=known), name) if rows else table(name).empty()


_GLASS = [
    # seller, town, basis, text, code, capacity term, free, distance term, experience, gaps
    ("Стекло-Юрюзань", "Юрюзань", "register", 1.42, 0.90, 0.62, 510, 0.18, 0.35,
     [gap("standard", need="ГОСТ 111-2014", offer=None)]),
    ("Флоат-Агидель", "Стерлитамак", "declared", 1.35, 0.90, 0.40, 430, 0.44, None, []),
    ("Уралстекло-2", "Челябинск", "register", 1.20, 0.90, 0.65, 900, -0.06, 0.22, []),
    ("Салават-Листовое", "Салават", "declared", 1.38, 0.66, -0.30, 240, 0.38, 0.13,
     [gap("capacity", short=180, capacity=240, volume=420, unit="тыс. м²")]),
    ("Каменск-Флоат", "Каменск-Уральский", "register", 1.25, 0.90, 0.42, 620, -0.38, None,
     [gap("price", percent=8.0)]),
    ("Свет-Материал", "Магнитогорск", "declared", 1.00, 0.66, 0.30, 450, 0.05, None,
     [gap("offer_expired", until="2025-03-01")]),
    ("Стекольный двор", "Октябрьский", "inferred", 0.90, 0.40, -0.05, None, 0.32, None,
     [gap("inferred", note="предложение выведено из ОКВЭД2 23.11")]),
    ("Закал-Миасс", "Миасс", "declared", 0.60, 0.40, 0.20, 480, 0.02, 0.10,
     [gap("size", need="сырой лист", offer="закалённое стекло")]),
    ("Тюльган-Стекло", "Тюльган", "declared", 1.10, 0.40, -0.55, 160, 0.08, None,
     [gap("capacity", short=260, capacity=160, volume=420, unit="тыс. м²"), gap("size", need="М1", offer="М4")]),
    ("Зеркало-Уфа", "Уфа", "declared", 0.35, -0.40, 0.12, 300, 0.48, None, [gap("size", need="лист", offer="зеркало")]),
    ("Волга-Лист", "Самара", "inferred", 0.75, 0.40, -0.18, None, -0.36, None,
     [gap("inferred", note="предложение выведено из ОКВЭД2 23.11")]),
]


def glass_rows(need: str = "2026-118") -> list[dict[str, Any]]:
    """Eleven candidates of one need."""
    rows = []
    for rank, (seller, town, basis, text, code, cap, free, near, past, gaps) in enumerate(_GLASS, start=1):
        reasons = [
            reason("text", text, matched=["флоат", "4 мм", "М1"] if text > 1 else ["стекло"]),
            reason("code", code, shared="23.11.12.110" if code > 0.8 else "23.11", digits=9 if code > 0.8 else 4,
                   system="okpd2"),
            reason("capacity", cap, capacity=free, volume=420, unit="тыс. м²", share=min(1.0, (free or 0) / 420)),
            reason("distance", near, km=distance(town, "Уфа"), exact=True),
        ]
        if past is not None:
            reasons.append(reason("experience", past, contract=f"Д-{rank}/2025"))
        if basis == "register":
            reasons.append(reason("register", 0.12, entry=f"10{rank}\\24", until="2028-08-14"))
        rows.append(link(need, f"O-{rank}", rank, buyer="Окна Идель", buyer_town="Уфа", seller=seller, seller_town=town,
                         text="Стекло листовое флоат, 4 мм, марка М1", product="Стекло флоат М1 4 мм, 3210×2250",
                         okpd2="23.11.12.110", reasons=reasons, gaps=gaps, basis=basis,
                         value=55_100.0 * min(1, (free or 420) / 420), imports=12_000.0, quantity=420.0,
                         unit="тыс. м²"))
    return rows


#: Seller, town, buyer, town, product, code, contribution of the text, million roubles, imports, basis.
_PAIR = """
Прокат-Магнитка|Магнитогорск|Резервуар-Ик|Октябрьский|Прокат листовой 09Г2С|24.10.31|2.6|96.4|-|register
Профиль-Дёма|Уфа|Окна-Челяба|Челябинск|Профиль ПВХ оконный|22.21.10|2.3|74.0|-|declared
Литьё-Сатка|Сатка|Насос-Ишимбай|Ишимбай|Корпуса насосов, СЧ20|24.51.11|2.2|61.2|38.0|declared
Насос-Ишимбай|Ишимбай|Стан-Магнитка|Магнитогорск|Насосы центробежные|28.13.14|2.1|58.7|58.0|register
Стекло-Юрюзань|Юрюзань|Окна Идель|Уфа|Стекло флоат 4 мм М1|23.11.12|2.3|55.1|-|register
Труба-Челябинск|Челябинск|Бур-Нефтекамск|Нефтекамск|Трубы бесшовные 114 мм|24.20.13|2.0|52.8|-|register
Кабель-Уфа|Уфа|Станок-Троицк|Троицк|Кабель силовой гибкий КГ|27.32.13|1.9|44.3|-|register
Сода-Агидель|Стерлитамак|Огнеупор-Сатка|Сатка|Сода кальцинированная|20.13.43|1.8|41.9|-|register
Инструмент-Миасс|Миасс|Редуктор-Кумертау|Кумертау|Фрезы твердосплавные|25.73.40|1.6|38.5|38.0|declared
Арматура-Уфа|Уфа|Энерго-Златоуст|Златоуст|Задвижки клиновые DN 300|28.14.13|1.5|37.2|12.0|register
Поковка-Златоуст|Златоуст|Бур-Нефтекамск|Нефтекамск|Поковки валов, 40ХН|25.50.11|1.4|34.0|-|declared
Полимер-Салават|Салават|Автопласт-Миасс|Миасс|Полипропилен|20.16.51|1.3|33.6|-|register
Огнеупор-Сатка|Сатка|Сода-Агидель|Стерлитамак|Кирпич шамотный ША-5|23.20.12|1.3|29.8|-|register
Уплотнитель-Ишимбай|Ишимбай|Автопласт-Миасс|Миасс|Уплотнители EPDM|22.19.73|1.2|27.4|-|inferred
Станок-Троицк|Троицк|Фурнитура-Белорецк|Белорецк|Станки токарные с ЧПУ|28.41.21|1.2|26.0|26.0|register
Двигатель-Уфа|Уфа|Стан-Магнитка|Магнитогорск|Электродвигатели 250 кВт|27.11.24|1.1|24.9|25.0|declared
Алюмпрофиль-Миасс|Миасс|Витраж-Строй|Уфа|Профиль алюминиевый|24.42.22|1.1|22.3|-|register
Герметик-Салават|Салават|Стройпанель-Урал|Челябинск|Герметики полисульфидные|20.30.22|1.0|19.1|-|declared
Метиз-Магнитка|Магнитогорск|Фасад-Стерли|Стерлитамак|Крепёж нержавеющий|25.94.11|1.0|16.8|-|declared
Реактив-Уфа|Уфа|Гальваника-Урал|Златоуст|Реактивы для гальваники|20.59.52|0.7|14.2|9.0|inferred
"""


def pair_rows() -> list[dict[str, Any]]:
    """Twenty links between two regions, with a weaker second candidate each."""
    rows = []
    for place, line in enumerate(_PAIR.strip().splitlines(), start=1):
        seller, start, buyer, end, text, okpd2, *numbers, basis = line.split("|")
        strength, value, imports = (None if number == "-" else float(number) for number in numbers)
        assert strength is not None
        assert value is not None
        for rank, weaker in ((1, 0.0), (2, 1.1)):
            if rank == 2 and place % 3:
                continue
            reasons = [
                reason("text", round(strength - weaker, 4), matched=text.split(" ")[:3]),
                reason("code", 0.9, shared=okpd2, digits=6, system="okpd2"),
                reason("distance", round(0.4 - distance(start, end) / 900, 4), km=distance(start, end), exact=True),
            ]
            gaps = [gap("inferred", note=f"предложение выведено из ОКВЭД2 {okpd2[:5]}")] if basis == "inferred" else []
            rows.append(link(f"N-{place:02}", f"P-{place:02}-{rank}", rank, buyer=buyer, buyer_town=end,
                             seller=seller if rank == 1 else f"{seller} 2", seller_town=start, text=text, product=text,
                             okpd2=okpd2, reasons=reasons, gaps=gaps, basis=basis, value=value * 1000,
                             imports=None if imports is None else imports * 1000, base=-0.8))
    return rows


def sample_links() -> pl.DataFrame:
    """Both: links of four regions, one of them with a contract, one declined, one without price."""
    rows = glass_rows() + pair_rows()
    for row in rows:
        if row["need_id"] == "N-03":
            row["contract_id"] = "Д-14/2025"
        if row["need_id"] == "N-05":
            row["decision"] = "negotiating"
        if row["need_id"] == "N-20":
            row["value_th_rub"] = row["imported_th_rub"] = None
    return frame(rows)


def sample_needs() -> pl.DataFrame:
    """The need of glass in full, and one that nobody serves."""
    return frame([
        {"need_id": "2026-118", "text": "Стекло листовое флоат, 4 мм, марка М1", "buyer": "Окна Идель",
         "region": "RU-BA", "okpd2": "23.11.12.110", "volume": 420.0, "unit": "тыс. м²", "value_th_rub": 55_100.0,
         "imported_th_rub": 12_000.0, "needed_by": dt.date(2027, 2, 1), "basis": "declared", "confidential": True,
         "source": "письмо предприятия", "source_date": dt.date(2026, 11, 3)},
        {"need_id": "2026-140", "text": "Электродвигатели взрывозащищённые", "buyer": "Насос-Ишимбай",
         "region": "RU-BA", "okpd2": "27.11.24", "volume": 60.0, "unit": "шт", "basis": "declared"},
    ], "needs")


def sample_offers() -> pl.DataFrame:
    """What is known of the offers of glass."""
    return frame([
        {"offer_id": f"O-{rank}", "text": "Стекло флоат М1 4 мм, 3210×2250", "seller": row[0], "basis": row[2],
         "capacity": None if row[6] is None else float(row[6]), "unit": "тыс. м²",
         "source": "реестр российской продукции" if row[2] == "register" else None,
         "basis_note": "из ОКВЭД2 23.11 и выпуска 2025 г." if row[2] == "inferred" else None,
         "source_date": dt.date(2026, 11, 3)}
        for rank, row in enumerate(_GLASS, start=1)
    ], "offers")
