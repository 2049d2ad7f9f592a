"""What plants make, need and have agreed on: offers, needs, contracts."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared

CONTRACT_KINDS = ("project", "supply", "works")
MARKS = ("high_tech", "import_substituting", "socially_significant", "exported")

#: Words after «объём», «количество», «мощность» that make it no amount of goods a year.
_NO_AMOUNT = ("упаков", "мест", "двигател", "бак", "тар", "короб", "паллет", "работник", "сотрудник", "чел", "смен")
#: Words after «стоимость», «сумма» that make it the price of one, or no cost of the goods.
_OF_ONE = ("единиц", "ед", "одно", "шт", "доставк")


def _mark_source(ru: str, en: str) -> dy.String:
    return col.text(f"Источник: {ru}", f"Source: {en}", f"На чём основана отметка «{ru}»",
                    f"What the mark “{en}” rests on")


def _price(of_whom_ru: str, of_whom_en: str, *synonyms: str) -> dy.Float64:
    return col.number("Цена за единицу", "Unit price", f"Цена {of_whom_ru} за единицу, в валюте столбца «Валюта»",
                      f"Price {of_whom_en} a unit, in the currency of its column", secrecy="confidential",
                      never=("общ", "всего", "итог"),
                      synonyms=("цена", "цена, руб.", "цена за ед.", "цена за ед. изм.", "цена за единицу измерения",
                                "стоимость за единицу", "стоимость единицы", "стоимость ед.", "цена единицы",
                                "цена без НДС", "цена с НДС", "price", *synonyms))


class Offers(dy.Schema):
    """What a plant makes or can make. One row, one product; only ``text`` is a must."""

    offer_id = col.text("Код предложения", "Offer id", "Ваш код строки; если пуст, номер строки файла",
                        "Your id of the row; if empty, its number in the file", key=True, example="O-1",
                        synonyms=("ID", "№", "№ п/п", "номер", "id предложения", "offer", *shared.GOODS_IDS))
    text = col.text("Продукция", "Product", "Что делаете: название, марка, размер, стандарт",
                    "What you make: name, mark, size, standard", need=True,
                    example="Стекло листовое флоат 4 мм М1 ГОСТ 111",
                    synonyms=("выпускаемая продукция", "предложение", *shared.GOODS))
    org_id = col.text("Код организации", "Organisation id", "Чьё предложение: код из таблицы организаций",
                      "Whose offer: id of the table of organisations", synonyms=("organisation",))
    seller = col.text("Производитель", "Producer", "Название завода", "Name of the plant", example="Стекло-Юрюзань",
                      synonyms=("поставщик", "изготовитель", "организация", "предприятие", "завод",
                                "наименование производителя", "наименование изготовителя", "наименование поставщика",
                                "наименование организации", "наименование предприятия", "supplier", "manufacturer",
                                "vendor"))
    inn = shared.inn(whose=("производителя", "изготовителя", "поставщика"))
    group_id = shared.group_id()
    site_id = col.text("Код площадки", "Site id", "Где делают", "Where it is made", synonyms=("site",))
    region = shared.region(example="RU-CHE")
    latitude = shared.latitude()
    longitude = shared.longitude()
    okpd2 = shared.okpd2()
    tnved = shared.tnved()
    standard = shared.standard()
    capacity = col.number("Мощность в год", "Yearly capacity", "Свободная мощность в год, в единицах столбца «Единица»",
                          "Free capacity a year, in the unit of its column", secrecy="confidential", example=510000.0,
                          synonyms=("мощность", "свободная мощность", "производственная мощность", "годовая мощность",
                                    "объём", "объём выпуска", "объём производства", "количество", "кол-во",
                                    "произв. мощность", "свободные мощности", "производственные мощности",
                                    "годовой выпуск", "можем поставить", "qty", "quantity", "capacity"),
                          never=_NO_AMOUNT)
    unit = shared.unit(example="м²")
    min_lot = col.number("Минимальная партия", "Minimum lot", "Меньше этого не продаёте, в тех же единицах",
                         "The least quantity sold, in the same unit",
                         synonyms=("мин. партия", "минимальный заказ", "мин. заказ", "минимальный объём заказа",
                                   "минимальная партия поставки", "min order", "MOQ"))
    price = _price("завода", "of the plant", "отпускная цена", "оптовая цена", "прайсовая цена", "стоимость")
    currency = shared.currency()
    valid_from = col.date("Действует с", "Valid from", "С какого дня", "First day",
                          synonyms=("дата начала",))
    valid_until = col.date("Действует до", "Valid until", "Первый день, когда предложение уже не действует",
                           "The first day when it is no longer valid", synonyms=("срок действия", "дата окончания"),
                           never=("запис", "реестр", "сертификат", "деклараци", "лиценз", "договор", "контракт"))
    register_entry = col.text("Запись реестра", "Register entry", "Номер записи в реестре по ПП № 719",
                              "Number in the register of Russian products (decree 719)",
                              synonyms=("реестровый номер", "номер реестровой записи", "реестр", "реестровая запись",
                                        "№ в реестре", "номер в реестре", "№ реестровой записи", "№ в реестре ПП-719",
                                        "номер в реестре ПП-719", "№ записи в реестре", "номер записи в реестре",
                                        "№ записи в реестре ПП-719", "реестр ПП-719"),
                              never=("действ", "срок", "дата"))
    register_until = col.date("Запись реестра до", "Register until", "Первый день, когда запись уже не действует",
                              "The first day when the entry is no longer valid",
                              synonyms=("срок действия записи", "срок действия реестровой записи",
                                        "срок действия записи в реестре", "запись действует до",
                                        "действие записи до"))
    high_tech = col.flag("Высокотехнологичная", "High-tech", "Высокотехнологичная продукция", "High-tech product")
    high_tech_source = _mark_source("высокотехнологичная", "high-tech")
    import_substituting = col.flag("Импортозамещающая", "Import-substituting", "Замещает импорт", "Replaces imports",
                                   synonyms=("импортозамещение", "импортозамещающая продукция"))
    import_substituting_source = _mark_source("импортозамещающая", "import-substituting")
    socially_significant = col.flag("Социально значимая", "Socially significant", "Социально значимая продукция",
                                    "Socially significant product")
    socially_significant_source = _mark_source("социально значимая", "socially significant")
    exported = col.flag("Экспортируется", "Exported", "Поставляется на экспорт", "Is exported")
    exported_source = _mark_source("экспортируется", "exported")
    confidential = shared.confidential()
    basis = shared.basis()
    basis_note = col.text("Пояснение основания", "Why inferred", "Из чего выведено: одно предложение",
                          "What it was inferred from, one sentence")
    source = shared.source()
    source_date = shared.source_date()


class Needs(dy.Schema):
    """What a plant wants to buy. One row, one need; only ``text`` is a must."""

    need_id = col.text("Код потребности", "Need id", "Ваш код строки; если пуст, номер строки файла",
                       "Your id of the row; if empty, its number in the file", key=True, example="N-1",
                       synonyms=("ID", "№", "№ п/п", "номер", "id потребности", "need", *shared.GOODS_IDS))
    text = col.text("Что нужно", "What is needed", "Что нужно: название, марка, размер, стандарт",
                    "What you need: name, mark, size, standard", need=True,
                    example="Стекло листовое флоат, 4 мм, марка М1",
                    synonyms=("потребность", "требуется", "что требуется", "продукция", "закупаемая продукция",
                              "предмет закупки", "предмет договора", "наименование объекта закупки", "объект закупки",
                              "ТМЦ", "материал", "material", *shared.GOODS))
    org_id = col.text("Код организации", "Organisation id", "Чья потребность: код из таблицы организаций",
                      "Whose need: id of the table of organisations", synonyms=("organisation",))
    buyer = col.text("Покупатель", "Buyer", "Название завода", "Name of the plant", example="Окна Идель",
                     synonyms=("потребитель", "заказчик", "организация", "предприятие", "завод",
                               "наименование покупателя", "наименование заказчика", "наименование потребителя",
                               "наименование организации", "наименование предприятия", "buyer", "customer"))
    inn = shared.inn(whose=("покупателя", "заказчика", "потребителя"))
    group_id = shared.group_id()
    site_id = col.text("Код площадки", "Site id", "Куда поставить", "Where it is wanted", synonyms=("site",))
    region = shared.region()
    latitude = shared.latitude()
    longitude = shared.longitude()
    okpd2 = shared.okpd2()
    tnved = shared.tnved()
    standard = shared.standard()
    volume = col.number("Объём в год", "Yearly volume", "Сколько нужно в год, в единицах столбца «Единица»",
                        "Quantity a year, in the unit of its column", secrecy="confidential", example=420000.0,
                        synonyms=("объём", "количество", "кол-во", "годовая потребность", "потребность в год",
                                  "потребность на год", "потребность за год", "объём потребности", "объём потребления",
                                  "объём закупки", "volume", "qty", "quantity"), never=_NO_AMOUNT)
    unit = shared.unit(example="м²")
    price = _price("покупателя", "of the buyer")
    currency = shared.currency()
    value_th_rub = col.number("Сумма в год, тыс. руб.", "Yearly value, th. RUB", "Сколько тратится в год, тыс. руб.",
                              "Spent a year, thousand roubles", unit="th_rub", secrecy="confidential",
                              synonyms=("сумма", "стоимость", "сумма закупки", "общая стоимость", "стоимость всего"),
                              never=_OF_ONE)
    imported_th_rub = col.number("Из них импорт, тыс. руб.", "Imported value, th. RUB",
                                 "На какую сумму в год сейчас покупается импортное, тыс. руб.",
                                 "Imported value a year today, thousand roubles", unit="th_rub",
                                 secrecy="confidential",
                                 synonyms=("импорт", "сумма импорта", "импорт, тыс. руб.", "в т.ч. импорт",
                                           "в том числе импорт", "из них импорт", "из них импортных",
                                           "в т.ч. импортные", "в т.ч. импортная"),
                                 never=("доля", "процент", "страна", "поставщик", "нет"))
    imported_source = col.text("Источник: импорт", "Source of the imported value", "На чём основана сумма импорта",
                               "What the imported value rests on")
    import_country = col.text("Страна поставки", "Current source country", "Откуда везут сейчас",
                              "Where it comes from today",
                              synonyms=("страна происхождения", "страна-производитель", "страна импорта"))
    needed_by = col.date("Нужно к", "Needed by", "К какому дню нужна первая поставка", "Day of the first delivery",
                         synonyms=("срок", "срок поставки", "дата поставки"))
    confidential = shared.confidential()
    basis = shared.basis()
    basis_note = col.text("Пояснение основания", "Why inferred", "Из чего выведено: одно предложение",
                          "What it was inferred from, one sentence")
    source = shared.source()
    source_date = shared.source_date()


class Contracts(dy.Schema):
    """Who sells what to whom already. One row, one contract."""

    contract_id = col.text("Код договора", "Contract id", "Ваш код или номер договора", "Your id or number", key=True,
                           example="Д-14/2025", synonyms=("номер договора", "№ договора", "contract"))
    seller_id = col.text("Код продавца", "Seller id", "Код продавца из таблицы организаций",
                         "Seller's id in the table of organisations")
    buyer_id = col.text("Код покупателя", "Buyer id", "Код покупателя из таблицы организаций",
                        "Buyer's id in the table of organisations")
    seller = col.text("Продавец", "Seller", "Название продавца", "Name of the seller", synonyms=("поставщик",))
    buyer = col.text("Покупатель", "Buyer", "Название покупателя", "Name of the buyer", synonyms=("заказчик",))
    seller_inn = shared.inn("ИНН продавца", "Seller's INN", synonyms=("ИНН поставщика",))
    buyer_inn = shared.inn("ИНН покупателя", "Buyer's INN", synonyms=("ИНН заказчика",))
    kind = col.text("Вид", "Kind", "Совместный проект, поставка или работы и услуги",
                    "project: joint project, supply: goods, works: works and services", choices=CONTRACT_KINDS,
                    example="supply", synonyms=("вид договора",))
    text = col.text("Предмет", "Product", "Что поставляется", "What is supplied",
                    synonyms=("предмет договора", "продукция", "product"))
    okpd2 = shared.okpd2()
    volume = col.number("Объём", "Volume", "Объём по договору", "Volume of the contract", secrecy="confidential",
                        synonyms=("количество",))
    unit = shared.unit()
    value_th_rub = col.number("Сумма, тыс. руб.", "Value, th. RUB", "Сумма договора за год, тыс. руб.",
                              "Value a year, thousand roubles", unit="th_rub", secrecy="confidential",
                              synonyms=("сумма договора", "сумма"))
    imported_th_rub = col.number("Вместо импорта, тыс. руб.", "Replaces imports, th. RUB",
                                 "На какую сумму в год договор замещает импорт",
                                 "Imports a year that the contract replaces", unit="th_rub", secrecy="confidential",
                                 synonyms=("замещает импорт",))
    signed_on = col.date("Подписан", "Signed on", "День подписания", "Day of signing", synonyms=("дата договора",))
    starts_on = col.date("Начало", "Starts on", "Первый день действия", "First day in force")
    ends_on = col.date("Окончание", "Ends on", "Первый день, когда уже не действует",
                       "The first day when it is no longer in force")
    file = col.text("Файл", "File", "Имя файла со сканом", "Name of the file")
    basis = shared.basis()
    source = shared.source()
    source_date = shared.source_date()
