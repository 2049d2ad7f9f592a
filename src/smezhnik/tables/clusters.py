"""A cluster as data: its members, facts of the whole, its documents. Its contracts are the table ``contracts``."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared
from smezhnik.tables.places import ROLES


class Members(dy.Schema):
    """Who is in a cluster. One row, one member. What is absent here is taken from the table of organisations."""

    org_id = col.text("Код участника", "Member id", "Ваш код организации; на него ссылаются договоры",
                      "Your id of the organisation; contracts refer to it", key=True, example="M-1",
                      synonyms=("ID", "код", "код организации", "участник", "member"))
    name = col.text("Наименование", "Name", "Название участника", "Name of the member", example="Стекло-Юрюзань",
                    synonyms=("организация", "предприятие", "название", "наименование организации",
                              "участник кластера"))
    inn = shared.inn()
    roles = col.texts("Роли", "Roles", "Роли в кластере через «;»: producer – промежуточный производитель, "
                      "final_producer – изготовитель конечной продукции, university …",
                      "Roles in the cluster parted by “;”: producer, final_producer, university …", example="producer",
                      choices=ROLES, synonyms=("роль",))
    since = col.date("Участник с", "Member since", "Первый день участия", "First day of membership",
                     synonyms=("дата вступления", "с"))
    until = col.date("Участник до", "Member until", "Первый день, когда уже не участник",
                     "The first day when it is no longer a member", synonyms=("дата выхода", "до"))
    region = shared.region()
    oktmo = shared.oktmo()
    country = shared.country()
    okved2 = shared.okved2()
    member_type = col.text("Вид участника", "Type of member", "Вид участника: industry, research, public …",
                           "Type of member: industry, research, public …", synonyms=("тип участника",))
    output_th_rub = shared.output_th_rub()
    purchases_th_rub = col.number("Закупки, тыс. руб.", "Purchases, th. RUB",
                                  "Закупки продукции, работ и услуг за год, тыс. руб.",
                                  "Products, works and services bought in the year, thousand roubles", unit="th_rub",
                                  secrecy="internal", synonyms=("закупки", "объём закупок"))
    jobs = shared.jobs()
    high_productivity_jobs = shared.high_productivity_jobs()
    spic = col.flag("СПИК", "Investment contract", "Сторона специального инвестиционного контракта с обязательством "
                    "поставок участникам кластера", "Party to a special investment contract that obliges to supply "
                    "the cluster's members")
    newcomer = col.flag("Новичок", "Newcomer", "В прошлом отчётном периоде продукцию в кластере не производил",
                        "Made no products within the cluster in the previous reporting period")
    special_territory = col.flag("Особая территория", "Special territory", "Работает в моногороде, на "
                                 "геостратегической территории или в субъекте с индивидуальной программой развития",
                                 "Works in a mono-town, a geostrategic territory or a region with an individual "
                                 "development programme")
    sok_founder = col.flag("Учредитель СОК", "Founder", "Учредитель специализированной организации кластера",
                           "Founder of the specialised organisation")
    latitude = shared.latitude()
    longitude = shared.longitude()
    source = shared.source()
    source_date = shared.source_date()


class ClusterFacts(dy.Schema):
    """What is known of the cluster and of its specialised organisation. One row, one fact."""

    fact = col.text("Сведение", "Fact", "Код сведения: name, decided_on, sok_russian, sok_bankrupt … "
                    "Какие нужны, говорит smezhnik packs show",
                    "Code of the fact: name, decided_on, sok_russian, sok_bankrupt …; smezhnik packs show tells which "
                    "are asked", key=True, example="sok_russian", synonyms=("факт", "показатель"))
    value = col.text("Значение", "Value", "Да, нет, число, дата или текст; пусто – неизвестно",
                     "Yes, no, a number, a date or a text; empty is unknown", example="да")
    note = col.text("Пояснение", "Note", "Пояснение", "Note", synonyms=("комментарий", "примечание"))
    source = shared.source()
    source_date = shared.source_date()


class ClusterDocuments(dy.Schema):
    """Documents of a cluster. One row, one document; an authority's waiver of a criterion is one too."""

    document_id = col.text("Код документа", "Document id", "Ваш код или номер", "Your id or number", key=True,
                           example="П-1", synonyms=("номер", "№"))
    document = col.text("Документ", "Document", "Что это: programme, passport, map … или waiver – решение не требовать",
                        "What it is: programme, passport, map …, or waiver", need=True, example="programme",
                        synonyms=("вид документа", "тип документа"))
    exists = col.flag("Есть", "Exists", "да – есть (так же, если пусто), нет – документа нет",
                      "yes: there is one (also if empty), no: there is none")
    parts = col.texts("Части", "Parts", "Какие обязательные части в нём есть, через «;»",
                      "Which mandatory parts it has, parted by “;”", example="goals; projects")
    criterion = col.text("Требование", "Criterion", "Для waiver: код требования, которое не применяют",
                         "For a waiver: code of the criterion that is waived")
    issued_by = col.text("Кем выдан", "Issued by", "Кто утвердил или выдал", "Who approved or issued it",
                         synonyms=("орган", "утвердил"))
    reason = col.text("Основание", "Reason", "Для waiver: почему", "For a waiver: why", synonyms=("причина",))
    valid_from = col.date("Действует с", "Valid from", "Первый день", "First day", synonyms=("дата документа", "дата"))
    valid_until = col.date("Действует до", "Valid until", "Первый день, когда уже не действует",
                           "The first day when it is no longer valid")
    file = col.text("Файл", "File", "Имя файла со сканом", "Name of the file")
    source = shared.source()
    source_date = shared.source_date()


class Findings(dy.Schema):
    """What the law of a day says of a cluster. One row, one criterion."""

    pack = col.text("Пакет", "Pack", "Пакет правил", "Rule pack", key=True)
    as_of = col.date("На дату", "As of", "На какой день", "The day of the law")
    criterion = col.text("Код требования", "Criterion", "Код требования в пакете", "Code of the criterion in the pack",
                         key=True)
    title = col.text("Требование", "What is asked", "Требование", "What is asked")
    state = col.text("Вывод", "State", "met – выполнено, not_met – не выполнено, unknown – сказать нельзя",
                     "met, not_met, or unknown: cannot say", choices=("met", "not_met", "unknown"), need=True)
    informative = col.flag("Справочно", "For information", "да – в итог не входит", "yes: no part of the verdict")
    found = col.number("Найдено", "Found", "Что найдено", "The number found", low=None)
    needed = col.number("Нужно", "Needed", "Что нужно", "The number asked for", low=None)
    number_unit = col.text("Единица числа", "Unit of the number", "Единица: share – доля, member – участники …",
                    "Unit: share, member …")
    sense = col.text("Сравнение", "Sense", ">= не меньше, <= не больше", ">= at least, <= at most",
                     choices=(">=", "<="))
    shortfall = col.number("Не хватает", "Shortfall", "Сколько не хватает", "How much is lacking")
    shortfall_unit = col.text("Единица нехватки", "Unit of the shortfall", "Единица нехватки", "Its unit")
    members = col.texts("Кого касается", "Members concerned", "Участники, о которых вывод",
                        "Members that it is about")
    missing = col.texts("Каких сведений нет", "Missing facts", "Каких сведений нет и у кого они",
                        "Facts that are absent, and who has them")
    status = col.text("Опора", "Status", "confirmed – подтверждено, news – по новостям, inferred – выведено, "
                      "unverified – не сверено", "confirmed, news, inferred or unverified", need=True)
    rests_on = col.texts("Основания", "Rests on", "Акты, пункты, значения и страницы",
                         "Acts, points, values and pages")
