"""Columns that several tables have, declared once."""

from __future__ import annotations

from typing import Any

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.types import BASES

#: Headers of goods whose own code or article tells the rows of a price list apart.
GOODS_IDS = ("артикул", "арт.", "код", "код товара", "код номенклатуры", "код материала", "номенклатурный номер", "SKU",
             "article", "item no", "part number")
#: Headers of what is sold or bought.
GOODS = ("наименование", "название", "наименование продукции", "наименование товара", "наименование изделия",
         "наименование потребности",
         "наименование материала", "наименование ТМЦ", "наименование ТРУ", "наименование номенклатуры",
         "наименование товаров (работ, услуг)", "полное наименование", "номенклатура", "товар", "товары", "изделие",
         "ассортимент", "описание", "описание товара", "item", "description", "goods", "name", "product", "text")


def inn(ru: str = "ИНН", en: str = "INN", whose: tuple[str, ...] = (), **about: Any) -> dy.String:
    """``whose``: who the organisation is to the row, «ИНН поставщика»."""
    synonyms = about.pop("synonyms", ("ИНН организации", "ИНН/КПП", "ИНН предприятия", "tax id"))
    synonyms += tuple(f"ИНН {who}" for who in whose)
    return col.code(ru, en, "ИНН из 10 или 12 цифр; у иностранного завода пусто",
                    "Russian tax id of 10 or 12 digits; empty for a foreign plant", synonyms=synonyms, **about)


def region(ru: str = "Регион", en: str = "Region", **about: Any) -> dy.String:
    synonyms = about.pop("synonyms", ("субъект РФ", "субъект", "субъект федерации", "область", "регион нахождения",
                                      "наименование региона", "наименование субъекта"))
    about.setdefault("example", "RU-BA")
    return col.text(ru, en, "Регион: код ISO 3166-2 (RU-BA), название, код налогового органа, ОКАТО или ОКТМО",
                    "Region: ISO 3166-2 code (RU-BA), name, tax code, OKATO or OKTMO",
                    synonyms=synonyms, **about)


def okpd2(**about: Any) -> dy.String:
    return col.code("Код ОКПД2", "OKPD2 code", "Код продукции по ОКПД2, от 2 до 9 цифр",
                    "Product code in OKPD2, 2 to 9 digits", example="23.11.12.110",
                    synonyms=("ОКПД2", "ОКПД 2", "ОКПД", "код ОКПД 2", "код по ОКПД2", "код по ОКПД 2",
                              "код продукции"), **about)


def tnved(**about: Any) -> dy.String:
    return col.code("Код ТН ВЭД", "CN FEA code", "Код товара по ТН ВЭД ЕАЭС, от 2 до 10 цифр",
                    "Commodity code of the Eurasian nomenclature, 2 to 10 digits",
                    synonyms=("ТН ВЭД", "ТНВЭД", "код ТНВЭД", "код по ТНВЭД", "код по ТН ВЭД", "HS code"), **about)


def standard(**about: Any) -> dy.String:
    return col.text("Стандарт", "Standard", "ГОСТ, ТУ, ISO, DIN", "GOST, TU, ISO, DIN",
                    synonyms=("ГОСТ", "ТУ", "ГОСТ/ТУ", "НД", "НТД", "нормативный документ",
                              "нормативная документация"), **about)


def latitude(ru: str = "Широта", en: str = "Latitude", **about: Any) -> dy.Float64:
    synonyms = about.pop("synonyms", ("lat", "geo_lat"))
    return col.number(ru, en, "Широта в градусах, WGS 84", "Latitude in degrees, WGS 84",
                      low=-90, high=90, unit="degree", synonyms=synonyms, **about)


def longitude(ru: str = "Долгота", en: str = "Longitude", **about: Any) -> dy.Float64:
    synonyms = about.pop("synonyms", ("lon", "lng", "geo_lon"))
    return col.number(ru, en, "Долгота в градусах, WGS 84", "Longitude in degrees, WGS 84",
                      low=-180, high=180, unit="degree", synonyms=synonyms, **about)


def unit(ru: str = "Единица", en: str = "Unit", **about: Any) -> dy.String:
    about.setdefault("example", "т")
    return col.text(ru, en, "Единица измерения: обозначение, название или код ОКЕИ",
                    "Unit of measure: symbol, name or OKEI code",
                    synonyms=("ед.", "ед. изм.", "ед.изм", "ед. измерения", "единица измерения", "единицы измерения",
                              "базовая единица", "наименование единицы измерения", "обозначение единицы измерения",
                              "ЕИ", "ОКЕИ", "код ОКЕИ", "UoM", "unit of measure"), **about)


def currency(**about: Any) -> dy.String:
    return col.code("Валюта", "Currency", "Валюта цены, ISO 4217; пусто – рубль",
                    "Currency of the price, ISO 4217; empty is RUB", example="RUB", **about)


def basis(**about: Any) -> dy.String:
    return col.text("Основание", "Basis",
                    "Из реестра, заявлено или выведено расчётом",
                    "register: official register, declared: the plant's word, inferred: calculated",
                    choices=BASES, **about)


def source(**about: Any) -> dy.String:
    return col.text("Источник", "Source", "Откуда сведения", "Where the facts come from",
                    synonyms=("источник данных",), **about)


def source_date(**about: Any) -> dy.Date:
    return col.date("Дата сведений", "Source date", "На какую дату верны сведения", "The day the facts are of",
                    synonyms=("дата источника", "по состоянию на"), **about)


def confidential(**about: Any) -> dy.Bool:
    return col.flag("Конфиденциально", "Confidential", "да – видит только владелец и его куратор",
                    "yes: seen by the owner and its curator only", **about)


def group_id(**about: Any) -> dy.String:
    return col.text("Группа", "Group", "Холдинг или группа: свои друг другу не предлагаются, если так задано",
                    "Holding or group; own group may be excluded from candidates",
                    synonyms=("холдинг", "группа компаний"), **about)


def oktmo(**about: Any) -> dy.String:
    return col.code("ОКТМО", "OKTMO", "Код муниципального образования, 8 или 11 цифр", "Municipality code", **about)


def country(**about: Any) -> dy.String:
    return col.code("Страна", "Country", "Страна, ISO 3166-1 (RU, BY); пусто – неизвестна",
                    "ISO 3166-1; empty is unknown", example="RU", **about)


def okved2(**about: Any) -> dy.String:
    return col.code("ОКВЭД2", "OKVED2", "Основной вид деятельности по ОКВЭД2", "Main activity in OKVED2",
                    example="22.23", synonyms=("основной ОКВЭД", "код ОКВЭД", "ОКВЭД", "ОКВЭД 2", "okved"), **about)


def output_th_rub(**about: Any) -> dy.Float64:
    return col.number("Выпуск, тыс. руб.", "Output, th. RUB", "Выпуск или выручка за год, тыс. руб.",
                      "Output or sales of the year, thousand roubles", unit="th_rub", example=520000.0,
                      secrecy="internal", synonyms=("выручка", "объём производства", "объём отгрузки", "выпуск",
                                                    "sales"), never=("натур",), **about)


def jobs(**about: Any) -> dy.Float64:
    return col.number("Численность", "Jobs", "Среднесписочная численность, чел.", "Average staff", unit="person",
                      secrecy="internal",
                      synonyms=("среднесписочная численность", "ССЧ", "работников", "количество работников",
                                "численность работников", "employees"),
                      **about)


def high_productivity_jobs(**about: Any) -> dy.Float64:
    return col.number("ВПРМ", "High-productivity jobs", "Высокопроизводительные рабочие места",
                      "High-productivity jobs", unit="person", secrecy="internal", **about)
