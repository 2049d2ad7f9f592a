"""Cooperation links: which offer may serve which need, how well, and why."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared
from smezhnik.types import BASES, GRADES

#: Stages of a case, in order; ``declined`` has a reason code (domain.md: deal stages).
DECISIONS = ("proposed", "contacted", "negotiating", "contracted", "delivering", "closed", "declined")

#: Usual reasons of a refusal, those that say nothing of the fit first: a sheet offers them, another text is allowed.
REFUSALS = ("price", "capacity", "deadline", "distance", "payment", "no_answer", "no_need", "other_supplier",
            "duplicate", "wrong_product")


class Links(dy.Schema):
    """Candidate links. One row, one pair of a need and an offer, ranked within the need."""

    need_id = col.text("Код потребности", "Need id", "Код потребности", "Id of the need", key=True,
                       synonyms=("need",))
    offer_id = col.text("Код предложения", "Offer id", "Код предложения", "Id of the offer", key=True,
                        synonyms=("offer",))
    rank = col.integer("Место", "Rank", "Место кандидата у этой потребности, с 1", "Rank within the need, from 1",
                       low=1, need=True)
    probability = col.number("Вероятность", "Probability", "Вероятность, что связь подходит, 0–1",
                             "Probability that the link fits, 0–1", high=1, need=True, unit="share")
    score = col.number("Балл", "Score", "Логарифм шансов: основание плюс вклады доводов, ровно",
                       "Log-odds: the base term plus the contributions of the reasons, exactly", low=None, need=True)
    base = col.number("Исходный балл", "Base term", "Балл до всех доводов", "Score before any reason", low=None,
                      need=True)
    grade = col.text("Оценка", "Grade", "A подходит, B с доработкой, C мог бы делать, D слабо",
                     "A exact, B adaptable, C could make, D weak", choices=GRADES, need=True)
    reasons = col.records("Доводы", "Reasons", "Код довода, вклад в балл, сведения для предложения",
                          "Code, contribution to the score, fields of its sentence",
                          {"code": dy.String(), "contribution": dy.Float64(), "fields": dy.String()},
                          secrecy="confidential")
    gaps = col.records("Чего не хватает", "Gaps", "Код пробела и сведения для предложения",
                       "Code of the gap and the fields of its sentence",
                       {"code": dy.String(), "fields": dy.String()}, secrecy="confidential")
    basis = col.text("Основание", "Basis", "Слабейшее из оснований потребности и предложения",
                     "The weaker basis of the need and the offer", choices=BASES, need=True)
    buyer_id = col.text("Код покупателя", "Buyer id", "Код организации", "Id of the organisation")
    seller_id = col.text("Код продавца", "Seller id", "Код организации", "Id of the organisation")
    buyer = col.text("Покупатель", "Buyer", "Название покупателя", "Name of the buyer", first=3)
    seller = col.text("Поставщик", "Seller", "Название поставщика", "Name of the seller", first=4)
    need_text = col.text("Что нужно", "What is needed", "Текст потребности", "Text of the need", first=1)
    offer_text = col.text("Продукция", "Product", "Текст предложения", "Text of the offer", first=2)
    okpd2 = shared.okpd2()
    quantity = col.number("Количество в год", "Yearly quantity", "Сколько может закрыть, в единицах потребности",
                          "How much of the need it can serve, in the need's unit", secrecy="confidential")
    unit = shared.unit()
    value_th_rub = col.number("Сумма в год, тыс. руб.", "Yearly value, th. RUB", "Стоимость этого количества",
                              "Value of that quantity, thousand roubles", unit="th_rub", secrecy="confidential")
    imported_th_rub = col.number("Вместо импорта, тыс. руб.", "Replaces imports, th. RUB",
                                 "Сколько импорта замещает это количество", "Imports that this quantity replaces",
                                 unit="th_rub", secrecy="confidential")
    distance_km = col.number("Расстояние, км", "Distance, km", "По прямой между площадками или центрами регионов",
                             "Great circle, between sites or centres of regions", unit="km")
    buyer_region = shared.region("Регион покупателя", "Buyer's region", synonyms=())
    seller_region = shared.region("Регион поставщика", "Seller's region", synonyms=())
    buyer_latitude = shared.latitude("Широта покупателя", "Buyer's latitude", synonyms=())
    buyer_longitude = shared.longitude("Долгота покупателя", "Buyer's longitude", synonyms=())
    seller_latitude = shared.latitude("Широта поставщика", "Seller's latitude", synonyms=())
    seller_longitude = shared.longitude("Долгота поставщика", "Seller's longitude", synonyms=())
    as_of = col.date("На дату", "As of", "На какой день посчитано", "The day of the calculation")
    contract_id = col.text("Известный договор", "Known contract", "Договор этой пары, если он уже есть",
                           "The contract this pair already has")
    decision = col.text("Решение", "Decision", "Стадия дела: proposed … closed, declined", "Stage of the case",
                        choices=DECISIONS, by_hand=True)
    decline_reason = col.text("Причина отказа", "Reason of refusal", "Код причины отказа", "Reason code",
                              by_hand=True, suggested=REFUSALS)
    agreement_id = col.text("Соглашение", "Agreement", "Соглашение, из которого выросла связь",
                            "The agreement that caused it")
    order_id = col.text("Поручение", "Order", "Поручение, из которого выросла связь", "The order that caused it")
    event_id = col.text("Мероприятие", "Event", "Мероприятие, из которого выросла связь", "The event that caused it")


class Allocations(dy.Schema):
    """The plan: who serves which need and how much. One row, one chosen link."""

    need_id = col.text("Код потребности", "Need id", "Код потребности", "Id of the need", key=True,
                       synonyms=("need",))
    offer_id = col.text("Код предложения", "Offer id", "Код предложения", "Id of the offer", key=True,
                        synonyms=("offer",))
    quantity = col.number("Количество в год", "Yearly quantity", "В единицах потребности", "In the need's unit",
                          need=True, secrecy="confidential")
    unit = shared.unit()
    value_th_rub = col.number("Сумма в год, тыс. руб.", "Yearly value, th. RUB", "Стоимость, тыс. руб.",
                              "Value, thousand roubles", unit="th_rub", secrecy="confidential")
    imported_th_rub = col.number("Вместо импорта, тыс. руб.", "Replaces imports, th. RUB",
                                 "Сколько импорта замещает", "Imports replaced", unit="th_rub", secrecy="confidential")
    distance_km = col.number("Расстояние, км", "Distance, km", "По прямой", "Great circle", unit="km")
    assured = col.flag("Мощность заявлена", "Assured", "да – хватает заявленной мощности; нет – мощность неизвестна, "
                       "спросить завод", "yes: within a stated capacity; no: capacity unknown, ask the plant")
    need_text = col.text("Что нужно", "What is needed", "Текст потребности", "Text of the need", first=1)
    offer_text = col.text("Продукция", "Product", "Текст предложения", "Text of the offer", first=2)
    buyer = col.text("Покупатель", "Buyer", "Название покупателя", "Name of the buyer", first=3)
    seller = col.text("Поставщик", "Seller", "Название поставщика", "Name of the seller", first=4)


class Uncovered(dy.Schema):
    """What the plan leaves. One row, one need that is not served in full."""

    need_id = col.text("Код потребности", "Need id", "Код потребности", "Id of the need", key=True,
                       synonyms=("need",))
    quantity = col.number("Не закрыто", "Uncovered", "В единицах потребности", "In the need's unit",
                          secrecy="confidential")
    unit = shared.unit()
    value_th_rub = col.number("Сумма в год, тыс. руб.", "Yearly value, th. RUB", "Стоимость незакрытого",
                              "Value of what is uncovered", unit="th_rub", secrecy="confidential")
    reason = col.text("Почему", "Why", "no_candidate – нет кандидата, not_valid – предложения не действуют, "
                      "no_capacity – мощности не хватило, conflict – не сходятся единицы, партии или число "
                      "поставщиков, no_volume – объём не указан",
                      "no_candidate, not_valid (no offer holds at the time), no_capacity, "
                      "conflict (units, lots, number of suppliers), no_volume",
                      choices=("no_candidate", "not_valid", "no_capacity", "conflict", "no_volume"), need=True)
    need_text = col.text("Что нужно", "What is needed", "Текст потребности", "Text of the need", first=1)
    buyer = col.text("Покупатель", "Buyer", "Название покупателя", "Name of the buyer", first=3)


class ShadowPrices(dy.Schema):
    """What one more unit of a capacity would give. One row, one offer whose capacity binds."""

    offer_id = col.text("Код предложения", "Offer id", "Код предложения", "Id of the offer", key=True,
                        synonyms=("offer",))
    imported_th_rub = col.number("Импорт за единицу, тыс. руб.", "Imports a unit, th. RUB",
                                 "Сколько импорта заместила бы ещё одна единица мощности",
                                 "Imports that one more unit of capacity would replace", unit="th_rub",
                                 secrecy="confidential")
    value_th_rub = col.number("Сумма за единицу, тыс. руб.", "Value a unit, th. RUB",
                              "Сколько потребности закрыла бы ещё одна единица мощности",
                              "Value that one more unit of capacity would cover", unit="th_rub",
                              secrecy="confidential")
    unit = shared.unit()
    offer_text = col.text("Продукция", "Product", "Текст предложения", "Text of the offer", first=2)
    seller = col.text("Поставщик", "Seller", "Название поставщика", "Name of the seller", first=4)
