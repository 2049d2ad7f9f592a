"""Cooperation as it is led: cases of links on their way to a contract, and clusters."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared
from smezhnik.tables.links import DECISIONS, REFUSALS


class Cases(dy.Schema):
    """Links that somebody leads to a contract. One row, one case."""

    case_id = col.text("Код дела", "Case id", "Код дела", "Id of the case", key=True)
    stage = col.text("Стадия", "Stage", "Стадия дела: proposed … closed, declined", "Stage of the case",
                     choices=DECISIONS, need=True)
    need_id = col.text("Код потребности", "Need id", "Код потребности", "Id of the need")
    offer_id = col.text("Код предложения", "Offer id", "Код предложения", "Id of the offer")
    need_text = col.text("Что нужно", "What is needed", "Текст потребности", "Text of the need", first=1)
    offer_text = col.text("Продукция", "Product", "Текст предложения", "Text of the offer", first=2)
    buyer_id = col.text("Код покупателя", "Buyer id", "Код организации", "Id of the organisation")
    seller_id = col.text("Код продавца", "Seller id", "Код организации", "Id of the organisation")
    buyer = col.text("Покупатель", "Buyer", "Название покупателя", "Name of the buyer", first=3)
    seller = col.text("Поставщик", "Seller", "Название поставщика", "Name of the seller", first=4)
    buyer_region = shared.region("Регион покупателя", "Buyer's region", synonyms=())
    seller_region = shared.region("Регион поставщика", "Seller's region", synonyms=())
    lead = col.text("Ведёт", "Led by", "Логин того, кто ведёт дело", "Login of whoever leads the case",
                    secrecy="internal")
    opened_on = col.date("Открыто", "Opened on", "День, когда дело открыто", "Day on which it was opened")
    stage_on = col.date("На стадии с", "At this stage since", "С какого дня дело на этой стадии",
                        "Since which day it is at this stage")
    next_on = col.date("Следующий шаг", "Next step on", "День следующего шага", "Day of the next step")
    decline_reason = col.text("Причина отказа", "Reason of refusal", "Код причины отказа", "Reason code",
                              suggested=REFUSALS)
    potential_th_rub = col.number("Потенциал в год, тыс. руб.", "Potential a year, th. RUB",
                                  "Сколько могла бы дать связь; с подписанным и поставленным не складывается",
                                  "What the link could give; never added to what is signed or delivered",
                                  unit="th_rub", secrecy="confidential")
    signed_th_rub = col.number("Подписано в год, тыс. руб.", "Signed a year, th. RUB", "Сумма договоров дела за год",
                               "Contracts of the case, a year", unit="th_rub", secrecy="confidential")
    agreement_id = col.text("Соглашение", "Agreement", "Соглашение, из которого выросло дело",
                            "The agreement that caused it")
    order_id = col.text("Поручение", "Order", "Поручение, из которого выросло дело", "The order that caused it")
    event_id = col.text("Мероприятие", "Event", "Мероприятие, из которого выросло дело", "The event that caused it")
    commitment_id = col.text("Обязательство", "Commitment", "Пункт плана, из которого выросло дело",
                             "The item of a plan that caused it")
    meeting_id = col.text("Парная встреча", "Pair meeting", "Встреча, из которой выросло дело",
                          "The pair meeting that caused it")
    also_ids = col.texts("Другие основания", "Further origins",
                         "Другие обещания, которые называют это дело своим", "Other promises that claim the case")
    basis = shared.basis()


class Clusters(dy.Schema):
    """Industrial clusters as they are kept. One row, one cluster."""

    cluster_id = col.text("Код кластера", "Cluster id", "Код кластера", "Id of the cluster", key=True)
    name = col.text("Наименование", "Name", "Название кластера", "Name of the cluster", need=True)
    region = shared.region()
    pack = col.text("Свод правил", "Rule pack", "По какому своду правил судить: ru-779, eccp …",
                    "The rule pack that judges it: ru-779, eccp …", example="ru-779")
    sok = col.text("Специализированная организация", "Specialised organisation", "Название СОК",
                   "Name of the specialised organisation of the cluster")
    decided_on = col.date("Решение от", "Decided on", "День решения о создании", "Day of the decision to form it")
    members = col.integer("Участников", "Members", "Сколько участников", "How many members")
    note = col.text("Пояснение", "Note", "Пояснение", "Note")
    source = shared.source()
    source_date = shared.source_date()
