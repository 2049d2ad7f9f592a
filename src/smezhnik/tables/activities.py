"""Series of meetings and their sittings, events, customers with their qualification, delegations."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared

CYCLE_KINDS = ("industrial_hour", "working_group", "commission", "headquarters", "council")
MEETING_STATES = ("draft", "called", "in_progress", "closed", "reopened")
PROTOCOL_STATES = ("absent", "draft", "signed", "annulled")
PARTICIPATION = ("collective_stand", "own_stand", "delegation", "organiser", "remote")
EVENT_KINDS = ("supplier_day", "reverse_fair", "exchange", "mission", "conference", "exhibition", "round_table",
               "course", "session")
EVENT_STATES = ("idea", "planned", "registration", "timetabled", "running", "held", "summed_up", "cancelled")
DELEGATION_STATES = ("call", "composed", "approved", "sent", "reported")


def _industries() -> dy.List:
    return col.texts("Отрасли", "Industries", "Начала кодов ОКВЭД2 или ОКПД2; пусто – любые",
                     "Beginnings of codes of OKVED2 or OKPD2; empty is any", example="13; 14")


def _place() -> dy.String:
    return col.text("Место", "Place", "Где проходит", "Where it takes place", example="Цех № 2")


class Cycles(dy.Schema):
    """Series of sittings: an Industrial Hour, a working group, a commission. One row, one series."""

    cycle_id = col.text("Код серии", "Series id", "Код серии", "Id of the series", key=True)
    name = col.text("Серия", "Series", "Название серии", "Name of the series", need=True, first=1,
                    example="Промышленный час: лёгкая промышленность")
    kind = col.text("Вид серии", "Kind of series", "Что это за серия", "What kind of series it is", choices=CYCLE_KINDS,
                    need=True, example="industrial_hour")
    region = shared.region()
    industries = _industries()
    rotation = col.texts("Очередь отраслей", "Rotation of industries",
                         "Начала кодов ОКВЭД2 по порядку: каждое заседание – следующая отрасль; пусто – без очереди",
                         "Beginnings of codes of OKVED2 in order: every sitting takes the next; empty is no rotation",
                         example="13; 24; 28")
    customer_id = col.text("Код заказчика", "Customer id", "Заказчик, с которым работает группа",
                           "The customer that a group works with")
    every_days = col.integer("Через сколько дней", "Every days", "Через сколько дней следующее; у еженедельной 7",
                             "Days from one sitting to the next; weekly is 7", low=1, high=366, example=7)
    minutes = col.integer("Минут", "Minutes", "Сколько длится одно; у часа 60", "Length of a sitting; an hour is 60",
                          low=1, high=1440, example=60)
    chair = col.text("Председатель", "Chair", "Должность", "The post", example="министр")
    secretary = col.text("Секретарь", "Secretary", "Должность", "The post", example="начальник отдела")
    members = col.texts("Постоянные участники", "Standing members", "Должности и организации", "Posts and bodies")
    note = col.text("Пояснение", "Note", "Пояснение", "Note")


class Meetings(dy.Schema):
    """Sittings. One row, one sitting."""

    meeting_id = col.text("Код совещания", "Meeting id", "Код совещания", "Id of the meeting", key=True)
    name = col.text("Тема", "Subject", "О чём совещание", "What the meeting is about", need=True, first=1,
                    example="О загрузке мощностей лёгкой промышленности")
    state = col.text("Ход", "Stage of the meeting", "Как далеко оно зашло", "How far it has come",
                     choices=MEETING_STATES)
    protocol_state = col.text("Протокол", "Protocol", "Что с протоколом", "What there is of the protocol",
                              choices=PROTOCOL_STATES)
    protocol_number = col.text("№ протокола", "Protocol number", "Номер протокола", "Number of the protocol",
                               example="14-пр")
    number = col.integer("№ в серии", "Number in the series", "Какое по счёту в серии", "Which one of its series",
                         low=1)
    cycle_id = col.text("Код серии", "Series id", "К какой серии относится", "The series that it belongs to")
    region = shared.region()
    industries = _industries()
    held_on = col.date("День", "Day", "День совещания", "Day of the meeting")
    starts = col.text("Начало", "Starts", "Время начала", "When it starts", example="10:00")
    minutes = col.integer("Минут", "Minutes", "Сколько длится", "How long it lasts", low=1, high=1440, example=60)
    host_id = col.text("Код принимающей организации", "Host id", "Завод, на котором проходит",
                       "The plant where it takes place")
    event_id = col.text("Код мероприятия", "Event id", "Миссия или мероприятие, решения которых записаны",
                        "The mission or event whose decisions are kept")
    place = _place()
    chair = col.text("Председатель", "Chair", "Должность", "The post")
    secretary = col.text("Секретарь", "Secretary", "Должность", "The post")
    note = col.text("Пояснение", "Note", "Пояснение", "Note")


class Events(dy.Schema):
    """Events: supplier days, missions, conferences. One row, one event."""

    event_id = col.text("Код мероприятия", "Event id", "Код мероприятия", "Id of the event", key=True)
    name = col.text("Мероприятие", "Event", "Название", "Name", need=True, first=1, example="День поставщика")
    kind = col.text("Вид мероприятия", "Kind of event", "Что это", "What it is", choices=EVENT_KINDS, need=True,
                    example="supplier_day")
    state = col.text("Ход", "Stage of the event", "Как далеко зашло", "How far it has come", choices=EVENT_STATES)
    region = shared.region()
    industries = _industries()
    organiser = col.text("Организатор", "Organiser", "Кто проводит", "Who holds it")
    place = _place()
    starts_on = col.date("Первый день", "First day", "Первый день", "The first day")
    last_day = col.date("Последний день", "Last day", "Последний день, включительно", "The last day, which counts")
    hours = col.text("Часы встреч", "Hours of meetings", "Часы парных встреч", "Hours of pair meetings",
                     example="10:00-17:00")
    lunch = col.text("Обед", "Lunch", "Без встреч; пусто – обеда нет", "Without meetings; empty is none",
                     example="13:00-14:00")
    slot_minutes = col.integer("Минут на встречу", "Minutes of a meeting", "Сколько длится парная встреча",
                               "How long a pair meeting lasts", low=1, high=240, example=25)
    pause_minutes = col.integer("Минут между встречами", "Minutes between meetings", "На переход", "To change tables",
                                high=240, example=5)
    tables = col.integer("Столов", "Tables", "Сколько столов есть; пусто – сколько нужно",
                         "Tables that there are; empty is as many as are needed", low=1, high=1000)
    customer_id = col.text("Код заказчика", "Customer id", "Заказчик, к которому едет миссия",
                           "The customer that a mission goes to")
    agreement_id = col.text("Соглашение", "Agreement", "Чему служит", "What it serves")
    commitment_id = col.text("Обязательство", "Commitment", "Пункт плана, по которому проходит",
                             "The item of a plan that it carries out")
    order_id = col.text("Поручение", "Order", "Поручение, по которому проходит", "The order that it carries out")
    programme = col.texts("Деловая программа", "Business programme",
                          "По строке на пункт: время, тема, выступающий, решение",
                          "A line for each point: time, subject, speaker, what was decided",
                          example="10:00 Открытие; 11:00 Закупки корпорации")
    participation = col.text("Форма участия", "Form of participation", "Как участвовал регион",
                             "How the region took part", choices=PARTICIPATION)
    stand = col.text("Стенд", "Stand", "Тема, продукция, площадь, технологии",
                     "Theme, products, area, technologies")
    visitors = col.integer("Посетителей", "Visitors", "Сколько посетителей насчитали", "Visitors that were counted")
    costs = col.texts("Расходы", "Costs", "По строке на статью: статья, сумма, источник",
                      "A line for each item: item, sum, source", secrecy="internal",
                      example="аренда площади 300 тыс. руб., бюджет")
    budget_th_rub = col.number("Бюджет, тыс. руб.", "Budget, th. RUB", "Сколько стоит", "What it costs", unit="th_rub",
                               secrecy="internal")
    note = col.text("Пояснение", "Note", "Пояснение", "Note")


class Customers(dy.Schema):
    """Corporations and other large buyers as missions see them. One row, one customer."""

    customer_id = col.text("Код заказчика", "Customer id", "Код заказчика", "Id of the customer", key=True)
    name = col.text("Заказчик", "Customer", "Название", "Name", need=True, first=1)
    region = shared.region()
    unit = col.text("Подразделение", "Unit", "Кто закупает", "Who buys")
    buys = col.texts("Что закупает", "What it buys", "Начала кодов ОКПД2", "Beginnings of codes of OKPD2",
                     example="25.9; 28.1")
    platforms = col.text("Где закупает", "Where it buys", "Электронные площадки", "Electronic platforms")
    road_map = col.text("Дорожная карта", "Road map", "Документ о сотрудничестве с регионом",
                        "The paper on cooperation with the region")
    agreement_id = col.text("Соглашение", "Agreement", "Соглашение, которому служит дорожная карта",
                            "The agreement that the road map serves")
    note = col.text("Пояснение", "Note", "Пояснение", "Note")
    source = shared.source()
    source_date = shared.source_date()


class Delegations(dy.Schema):
    """Delegations to events. One row, one delegation."""

    delegation_id = col.text("Код делегации", "Delegation id", "Код делегации", "Id of the delegation", key=True)
    name = col.text("Делегация", "Delegation", "Куда едет", "Where it goes", need=True, first=1)
    state = col.text("Ход", "Stage of the delegation", "Как далеко зашло", "How far it has come",
                     choices=DELEGATION_STATES)
    region = shared.region()
    event_id = col.text("Код мероприятия", "Event id", "На какое мероприятие", "The event that it goes to")
    head = col.text("Глава делегации", "Head", "Должность", "The post")
    starts_on = col.date("Первый день", "First day", "Первый день", "The first day")
    last_day = col.date("Последний день", "Last day", "Последний день, включительно", "The last day, which counts")
    programme = col.texts("Программа пребывания", "Programme of stay",
                          "По строке на пункт: время, место, с кем, зачем, кто отвечает",
                          "A line for each point: time, place, with whom, what for, who answers for it")
    approved_by = col.text("Кто утвердил", "Approved by", "Должность", "The post")
    approved_on = col.date("Утверждена", "Approved on", "День утверждения", "Day of approval")
    note = col.text("Пояснение", "Note", "Пояснение", "Note")
