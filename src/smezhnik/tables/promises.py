"""Promises that count themselves: agreements, commitments, orders, what proves them, how far they are."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared

#: What a target counts; ``promises.measures`` says how.
MEASURES = ("contracts_count", "contracts_sum", "delivered_sum", "import_replaced_sum", "links_new", "cases_opened",
            "needs_answered", "members_joined", "clusters_compliant", "pair_meetings", "events_held",
            "products_admitted", "adoptions_done", "loans_count", "loans_sum", "projects_placed", "jobs",
            "document_exists", "manual")
#: Kinds of dated facts that prove a promise.
EVIDENCE = ("contract", "delivery", "case", "answer", "membership", "compliance", "pair_meeting", "event",
            "admission", "adoption", "loan", "placed_project", "jobs", "document")
#: Which rows count: those that name the promise among their origins, or all that fit its scope.
COUNTED = ("attributed", "in_scope")
DIRECTIONS = ("at_least", "at_most")
#: What the date and the data say of a promise, the worst last.
PROGRESS_STATES = ("done", "on_the_way", "behind", "cannot_say", "late")
#: Why a row of evidence that concerns a promise does not count.
LEFT_OUT = ("cancelled", "undated", "before_window", "after_window", "inferred", "region_absent", "region",
            "code_absent", "industry", "organisation", "cluster", "event", "known_pair", "value_absent")
AGREEMENT_KINDS = ("protocol", "framework", "ministerial", "corporation", "municipal", "road_map", "infrastructure")
AGREEMENT_STATES = ("draft", "agreed", "signed", "in_force", "renewed", "term_over", "replaced", "terminated")
TERM_KINDS = ("fixed", "until_date", "open")
RENEWALS = ("auto", "by_agreement", "none")
COMMITMENT_KINDS = ("supply", "joint_production", "cluster", "meetings", "practice", "teaching", "investment",
                    "support", "information", "legal_act")
COMMITMENT_STATES = ("planned", "in_work", "confirmed", "closed_item", "dropped", "moved", "disputed")
ORDER_BASES = ("protocol", "resolution", "road_map", "act", "letter")
ORDER_STATES = ("unsigned", "in_work", "reported", "extension_asked", "removed")
GROUNDS = ("done", "lost_relevance", "merged", "annulled")
EXTENSION_REASONS = ("federal_body", "other_region", "plant_not_ready", "tests", "no_money", "law_changed",
                     "scope_changed", "executor_changed", "force_majeure", "other")
#: How often an order repeats: a report of one period gives it the deadline of the next.
REPEATS = ("month", "quarter", "year")
#: Of which day somebody is reminded, and who is.
REMINDED_OF = ("due", "report_by")
REMINDED = ("executor", "co_executor", "controller")
#: What the date says of an order.
LIGHTS = ("not_in_force", "in_time", "soon", "overdue", "done_first_term", "done_extended", "left_control", "no_date")


class _Aim(dy.Schema):
    """What is promised, so that it counts itself."""

    measure = col.text("Показатель", "Measure", "Что считается: число договоров, их сумма, новые связи …",
                       "What is counted: contracts, their sum, new links …", choices=MEASURES,
                       example="links_new", synonyms=("мера", "измеритель"))
    plan = col.number("План", "Plan", "Сколько обещано; суммы – в тыс. руб.", "How much is promised; sums in th. RUB",
                      example=12.0, synonyms=("плановое значение", "целевое значение"))
    baseline = col.number("Исходное значение", "Baseline", "Значение, от которого считают; пусто – нуль",
                          "The value that it starts from; empty is nought", synonyms=("базовое значение",))
    direction = col.text("Не менее или не более", "At least or at most", "Не менее плана или не более",
                         "At least the plan, or at most", choices=DIRECTIONS)
    counted = col.text("Что засчитывается", "What counts",
                       "Строки, где обещание названо основанием, или все подходящие под условия",
                       "Rows that name the promise as their origin, or all that fit the scope", choices=COUNTED)
    from_region = shared.region("Регион поставщика", "Supplier's region", synonyms=("откуда",))
    to_region = shared.region("Регион покупателя", "Buyer's region", synonyms=("куда",), example="RU-CHE")
    both_ways = col.flag("В обе стороны", "Both ways", "да – считаются поставки в обоих направлениях",
                         "yes: supplies in both directions count")
    industries = col.texts("Отрасли", "Industries", "Начала кодов ОКПД2 или ОКВЭД2 через точку с запятой; пусто – все",
                           "Beginnings of OKPD2 or OKVED2 codes, parted by semicolons; empty is all", example=["28"])
    organisations = col.texts("Только организации", "Only organisations", "Коды организаций; пусто – все",
                              "Ids of organisations; empty is all")
    clusters = col.texts("Только кластеры", "Only clusters", "Коды кластеров; пусто – все",
                         "Ids of clusters; empty is all")
    events = col.texts("Только мероприятия", "Only events", "Коды мероприятий; пусто – все",
                       "Ids of events; empty is all")
    since = col.date("Считать с", "Counted since", "Первый день, который засчитывается", "The first day that counts",
                     synonyms=("начало периода",))
    due = col.date("Срок", "Due", "Последний день в срок", "The last day in time",
                   synonyms=("срок исполнения", "срок выполнения"))
    checkpoints = col.texts("План по датам", "Plan by date",
                            "Дата и сколько должно быть к ней: 30.06.2026 = 5; пусто – равномерно",
                            "A day and what is due by then: 2026-06-30 = 5; empty is a straight line")
    manual_value = col.number("Значение вручную", "Value by hand", "Только для показателя «вручную»",
                              "For the measure “by hand” only", low=None)
    manual_on = col.date("Значение на дату", "Value as of", "На какую дату это значение", "The day of that value")
    manual_source = col.text("Источник значения", "Source of the value", "Откуда значение",
                             "Where the value comes from")


class _Item(dy.Schema):
    commitment_id = col.text("Код обязательства", "Commitment id", "Код строки плана", "Id of the row of the plan",
                             key=True)
    no = col.text("№ пункта", "No.", "Номер пункта плана; строка с тем же номером добавляет показатель",
                  "Number of the item; a row with the same number adds a measure", need=True, example="2.4",
                  synonyms=("№", "номер", "номер пункта", "пункт", "№ п/п"), first=1)
    text = col.text("Мероприятие", "Commitment", "Что обещано, как подписано", "What is promised, as signed",
                    synonyms=("обязательство", "наименование мероприятия", "содержание"), first=2,
                    example="Новые связи поставки в машиностроении")
    section = col.text("Раздел", "Section", "Направление соглашения", "Direction of the agreement",
                       synonyms=("направление",))
    kind = col.text("Вид", "Kind", "Вид обязательства", "Kind of the commitment", choices=COMMITMENT_KINDS)
    responsible_a = col.text("Ответственный (сторона 1)", "Responsible (side 1)", "Должность и орган первой стороны",
                             "Post and body of the first side", synonyms=("ответственный 1",))
    responsible_b = col.text("Ответственный (сторона 2)", "Responsible (side 2)", "Должность и орган второй стороны",
                             "Post and body of the second side", synonyms=("ответственный 2",))
    expected_result = col.text("Ожидаемый результат", "Expected result", "Результат словами", "The result in words")
    funding = col.text("Финансирование", "Funding", "Источник и сумма, если есть", "Source and sum, if any")


class Commitments(_Item, _Aim):
    """A road map. One row, one measure of a commitment."""


class Evidence(dy.Schema):
    """Dated facts that prove promises: contracts, deliveries, members that joined … One row, one fact."""

    evidence_id = col.text("Код записи", "Evidence id", "Код или номер записи", "Id or number of the row", key=True,
                           synonyms=("номер договора", "№ договора", "код договора"))
    kind = col.text("Вид записи", "Kind of evidence", "Что это: договор, поставка, вступление в кластер …",
                    "What it is: a contract, a delivery, a membership …", choices=EVIDENCE, need=True,
                    example="contract")
    on = col.date("Дата", "On", "День подписания, поставки, вступления, мероприятия",
                  "Day of signing, delivery, joining, event", synonyms=("дата договора", "подписан"))
    text = col.text("Предмет", "Subject", "О чём запись", "What it is about", synonyms=("предмет договора",),
                    first=1)
    from_org = col.text("Продавец", "Seller", "Код или название продавца, участника",
                        "Id or name of the seller, member", synonyms=("поставщик",))
    to_org = col.text("Покупатель", "Buyer", "Код или название покупателя", "Id or name of the buyer",
                      synonyms=("заказчик",))
    from_region = shared.region("Регион продавца", "Seller's region", synonyms=("регион поставщика",))
    to_region = shared.region("Регион покупателя", "Buyer's region", synonyms=())
    okpd2 = shared.okpd2()
    okved2 = shared.okved2()
    cluster = col.text("Кластер", "Cluster", "Код кластера", "Id of the cluster")
    event = col.text("Мероприятие", "Event", "Код мероприятия", "Id of the event")
    value_th_rub = col.number("Сумма, тыс. руб.", "Value, th. RUB", "Сумма, тыс. руб.", "Value, thousand roubles",
                              unit="th_rub", secrecy="confidential", synonyms=("сумма договора", "сумма"))
    imported_th_rub = col.number("Вместо импорта, тыс. руб.", "Replaces imports, th. RUB",
                                 "Сколько импорта замещает, тыс. руб.", "Imports that it replaces, thousand roubles",
                                 unit="th_rub", secrecy="confidential")
    amount = col.number("Количество", "Amount", "Количество, где считают не строки и не деньги: рабочие места",
                        "An amount where neither rows nor money are counted: jobs")
    origins = col.texts("Основания", "Origins", "Номера обещаний, из которых это выросло; первым – главное",
                        "Numbers of the promises that caused it, the primary one first",
                        synonyms=("обязательство", "поручение", "основание"))
    cancelled = col.flag("Отменено", "Cancelled", "да – расторгнуто или не состоялось", "yes: ended or did not happen")
    basis = shared.basis()


class PromiseProgress(dy.Schema):
    """How far promises are by a day. One row, one measure of a promise."""

    promise_id = col.text("Обещание", "Promise", "Номер обязательства или поручения",
                          "Number of the commitment or order", need=True, first=1)
    text = col.text("Мероприятие", "Commitment", "Что обещано", "What is promised", first=2)
    measure = col.text("Показатель", "Measure", "Что считается", "What is counted", choices=MEASURES)
    state = col.text("Состояние", "State", "Что говорят дата и данные", "What the date and the data say",
                     choices=PROGRESS_STATES, need=True)
    value = col.number("Факт", "Value", "Сколько есть к этому дню", "How much there is by that day", low=None)
    plan = col.number("План", "Plan", "Сколько обещано", "How much is promised")
    share = col.number("Доля", "Share", "Пройденная доля пути от исходного значения к плану",
                       "Part of the way from the baseline to the plan", unit="share", low=None)
    expected = col.number("Ожидалось", "Expected", "Сколько должно было быть к этому дню", "What was due by that day",
                          low=None)
    due = col.date("Срок", "Due", "Последний день в срок", "The last day in time")
    counted = col.integer("Засчитано записей", "Rows counted", "Сколько записей засчитано", "How many rows count")
    left_out = col.integer("Не засчитано записей", "Rows left out", "Сколько записей не засчитано",
                           "How many rows do not count")
    why = col.text("Почему", "Why", "Причины, по которым записи не засчитаны, или чего не хватает",
                   "Why rows do not count, or what is missing")


class Agreements(dy.Schema):
    """Agreements of regions, ministries and corporations. One row, one agreement."""

    agreement_id = col.text("Код соглашения", "Agreement id", "Код соглашения", "Id of the agreement", key=True)
    title = col.text("Наименование", "Title", "О чём соглашение", "What the agreement is about", need=True, first=1)
    number = col.text("Номер", "Number", "Номер в журнале региона", "Number in the journal of the region")
    kind = col.text("Вид", "Kind", "Вид соглашения", "Kind of agreement", choices=AGREEMENT_KINDS, need=True)
    state = col.text("Стадия", "Stage", "Стадия соглашения", "Stage of the agreement", choices=AGREEMENT_STATES,
                     need=True)
    parties = col.texts("Стороны", "Parties", "Кто подписал", "Who signed")
    regions = col.texts("Регионы", "Regions", "Регионы сторон", "Regions of the parties")
    directions = col.texts("Направления", "Directions", "Направления сотрудничества", "Directions of cooperation")
    registered_on = col.date("Зарегистрировано", "Registered on", "День регистрации", "Day of registration")
    signed_on = col.date("Подписано", "Signed on", "День подписания", "Day of signing")
    place = col.text("Где подписано", "Signed at", "Место подписания", "Place of signing")
    in_force_from = col.date("Действует с", "In force since", "Первый день действия", "First day in force")
    term_kind = col.text("Вид срока", "Kind of term", "На срок, до даты или бессрочно", "Fixed, until a day, or open",
                         choices=TERM_KINDS)
    until = col.date("Последний день", "Last day in force", "Последний день действия, как в тексте",
                     "The last day in force, as the text says")
    renewal = col.text("Продление", "Renewal", "Само, по согласию или никак", "By itself, by agreement, or none",
                       choices=RENEWALS)
    renew_years = col.integer("На сколько лет продлевается", "Renewed for years", "Лет", "Years", low=1, high=50)
    notice_months = col.integer("Уведомление за месяцев", "Notice in months",
                                "За сколько месяцев до конца уведомляют об отказе",
                                "How many months before the end notice is given", low=0, high=60)
    plan_due = col.date("План к", "Plan due", "К какому дню нужна дорожная карта", "When the road map must be there")
    supersedes_id = col.text("Заменяет", "Supersedes", "Код соглашения, которое оно заменило",
                             "Id of the agreement that it took the place of")
    parent_id = col.text("В рамках", "Under", "Код соглашения, в рамках которого оно заключено",
                         "Id of the agreement that it is under")
    coordinator = col.text("Координатор", "Coordinator", "Орган, который ведёт соглашение",
                           "The body that keeps the agreement")
    ended_on = col.date("Прекращено", "Ended on", "Первый день, когда уже не действует",
                        "The first day when it is no longer in force")
    confidential = shared.confidential()
    source = shared.source()


class Orders(dy.Schema):
    """Orders with a deadline. One row, one order."""

    order_id = col.text("Код поручения", "Order id", "Код поручения", "Id of the order", key=True)
    number = col.text("Номер поручения", "Number", "Номер документа и пункт", "Number of the paper and item",
                      synonyms=("номер", "№"), first=1, example="14-пр, п. 1.2")
    text = col.text("Содержание", "Text", "Что поручено", "What is ordered", need=True, first=2,
                    synonyms=("поручение", "текст поручения"))
    protocol = col.text("Документ", "Paper", "Протокол или письмо, к которому относится пункт",
                        "The protocol or letter that the item belongs to", synonyms=("протокол",))
    ground = col.text("Вид документа", "Kind of paper", "Откуда поручение", "What the order stands in",
                      choices=ORDER_BASES)
    given_by = col.text("Кто поручил", "Given by", "Должность того, кто поручил", "Post of whoever gave it")
    given_on = col.date("Дата поручения", "Given on", "День подписания", "Day of signing",
                        synonyms=("дата подписания",))
    registered_on = col.date("Зарегистрировано", "Registered on", "День регистрации", "Day of registration")
    executor = col.text("Исполнитель", "Executor", "Кто отвечает: первый из названных", "Who answers: the first named",
                        synonyms=("ответственный исполнитель",))
    co_executors = col.texts("Соисполнители", "Co-executors", "Кто ещё исполняет", "Who else executes")
    controller = col.text("Контролёр", "Controller", "Кто снимает с контроля; не исполнитель",
                          "Who removes it from control; never the executor")
    urgency = col.text("Срочность", "Urgency", "Слово о сроке в тексте: срочно, оперативно …",
                       "The word for the deadline in the text")
    due_first = col.date("Первый срок", "First due", "Срок, установленный первоначально; не меняется никогда",
                         "The deadline as first set; it never changes", synonyms=("первоначальный срок",))
    due = col.date("Срок", "Due", "Срок с учётом продлений", "The deadline with its extensions",
                   synonyms=("срок исполнения",))
    every = col.text("Повторяется", "Repeats", "Ежемесячно, ежеквартально, ежегодно: за отчётом следующий срок",
                     "Monthly, quarterly, yearly: after a report the next deadline stands", choices=REPEATS)
    every_until = col.date("Повторяется до", "Repeats until", "Последний день, после которого сроков больше нет",
                           "The last day after which no deadline follows")
    report_by = col.date("Упреждающий доклад к", "Pre-emptive report by",
                         "К какому дню нужен промежуточный доклад; после доклада пусто",
                         "The day by which an interim report is awaited; empty once it was made")
    extensions = col.integer("Продлений", "Extensions", "Сколько раз продлевали", "How often it was extended")
    state = col.text("Состояние поручения", "State of the order", "Что с ним сделано", "What was done with it",
                     choices=ORDER_STATES, need=True, example="in_work")
    removed_on = col.date("Снято с контроля", "Removed on", "День снятия с контроля", "Day of removal from control")
    removed_for = col.text("Основание снятия", "Ground of removal", "Исполнено, утратило актуальность …",
                           "Done, no longer relevant …", choices=GROUNDS)
    done_on = col.date("Исполнено фактически", "Done on", "День, когда исполнено на деле", "Day on which it was done",
                       synonyms=("дата исполнения",))
    reported_on = col.date("Доложено", "Reported on", "День последнего отчёта об исполнении",
                           "Day of the last report of execution")
    quality = col.integer("Качество", "Quality", "Оценка отчёта, 1–5", "Mark of the report, 1–5", low=1, high=5)
    agreement_id = col.text("Соглашение", "Agreement", "Соглашение, к которому относится", "The agreement it is about")
    commitment_id = col.text("Обязательство", "Commitment", "Пункт плана, к которому относится",
                             "The item of a plan that it is about")
    confidential = shared.confidential()
    source = shared.source()


class RedList(dy.Schema):
    """Orders that are overdue by a day, for the leadership. One row, one order."""

    order_id = col.text("Код поручения", "Order id", "Код поручения", "Id of the order", key=True)
    number = col.text("Номер поручения", "Number", "Номер документа и пункт", "Number of the paper and item", first=1)
    text = col.text("Содержание", "Text", "Что поручено", "What is ordered", first=2)
    protocol = col.text("Документ", "Paper", "Протокол или письмо", "Protocol or letter")
    executor = col.text("Исполнитель", "Executor", "Кто отвечает", "Who answers")
    due_first = col.date("Первый срок", "First due", "Первоначальный срок", "The deadline as first set")
    due = col.date("Срок", "Due", "Срок с учётом продлений", "The deadline with its extensions")
    days_over = col.integer("Дней просрочки", "Days over", "На сколько дней просрочено", "How many days it is overdue")
    extensions = col.integer("Продлений", "Extensions", "Сколько раз продлевали", "How often it was extended")
    state = col.text("Состояние поручения", "State of the order", "Что с ним сделано", "What was done with it",
                     choices=ORDER_STATES)
    data_say = col.text("Что говорят данные", "What the data say", "Значение и план показателей",
                        "Value and plan of the measures")


class Reminders(dy.Schema):
    """Who is to be reminded on a day. One row, one person and one day of an order."""

    person = col.text("Кому", "Whom", "Должность или орган", "Post or body", need=True, first=1)
    role = col.text("Кто это", "Role", "Исполнитель, соисполнитель, контролёр", "Executor, co-executor, controller",
                    choices=REMINDED)
    of = col.text("О чём", "Of what", "О сроке или об упреждающем докладе", "Of the deadline or the pre-emptive report",
                  choices=REMINDED_OF)
    day = col.date("День", "Day", "День, о котором напоминают", "The day that is reminded of")
    days_over = col.integer("Дней после", "Days after", "Сколько дней прошло; до срока – со знаком минус",
                            "Days that have passed; negative before it", low=None)
    order_id = col.text("Код поручения", "Order id", "Код поручения", "Id of the order")
    number = col.text("Номер поручения", "Number", "Номер документа и пункт", "Number of the paper and item")
    text = col.text("Содержание", "Text", "Что поручено", "What is ordered")
