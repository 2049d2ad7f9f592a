"""Organisations, their sites, and regions."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared

ROLES = ("producer", "final_producer", "cluster_member", "specialised_organisation", "infrastructure", "university",
         "research", "training", "fund", "financial", "nonprofit", "authority", "customer")


class Organisations(dy.Schema):
    """Plants and other bodies. One row, one organisation."""

    org_id = col.text("Код организации", "Organisation id", "Ваш код организации; если пуст, берётся ИНН",
                      "Your own id; if empty, the INN is taken", key=True, example="ORG-1",
                      synonyms=("ID", "код предприятия", "organisation", "id организации"))
    name = col.text("Наименование", "Name", "Название, как его пишут", "Name as it is written", need=True,
                    example="Окна Идель",
                    synonyms=("организация", "предприятие", "название", "наименование организации",
                              "наименование предприятия", "полное наименование", "краткое наименование", "завод",
                              "title", "company"))
    inn = shared.inn()
    ogrn = col.code("ОГРН", "OGRN", "ОГРН (13 цифр) или ОГРНИП (15)", "State registration number, 13 or 15 digits",
                    synonyms=("ОГРНИП", "ОГРН/ОГРНИП"))
    kpp = col.code("КПП", "KPP", "КПП из 9 знаков", "Tax registration reason code, 9 characters")
    foreign_id = col.code("Иностранный номер", "Foreign id", "Регистрационный номер иностранного завода",
                          "Registration number of a foreign plant")
    country = shared.country()
    group_id = shared.group_id()
    roles = col.texts("Роли", "Roles", "Роли через «;»: производитель; вуз; фонд",
                      "Roles parted by “;”: producer, university, fund …", example="producer", choices=ROLES)
    region = shared.region()
    oktmo = shared.oktmo()
    address = col.text("Адрес", "Address", "Адрес", "Address",
                       synonyms=("юридический адрес", "местонахождение", "адрес организации"))
    latitude = shared.latitude()
    longitude = shared.longitude()
    okved2 = shared.okved2()
    okved2_other = col.texts("Прочие ОКВЭД2", "Other OKVED2", "Дополнительные коды через «;»",
                             "Further activity codes parted by “;”",
                             synonyms=("дополнительные ОКВЭД", "доп. ОКВЭД", "okved_add"))
    okved2007 = col.code("ОКВЭД-2007", "OKVED 2007", "Код старой редакции, переводится мостом",
                         "Code of the old edition; bridged", synonyms=("ОКВЭД-2001", "ОКВЭД1", "старый ОКВЭД"))
    output_th_rub = shared.output_th_rub()
    jobs = shared.jobs()
    high_productivity_jobs = shared.high_productivity_jobs()
    year = col.year("Год показателей", "Year of the figures", low=1990, high=2100, example=2025,
                       synonyms=("отчётный год", "год отчётности", "год отчёта"))
    source = shared.source()
    source_date = shared.source_date()


class Sites(dy.Schema):
    """Where an organisation makes things. One row, one site."""

    site_id = col.text("Код площадки", "Site id", "Ваш код площадки", "Your own id of the site", key=True,
                       example="S-1", synonyms=("site",))
    org_id = col.text("Код организации", "Organisation id", "Чья площадка", "Whose site it is", need=True,
                      example="ORG-1", synonyms=("organisation",))
    name = col.text("Наименование", "Name", "Название площадки", "Name of the site",
                    synonyms=("площадка", "название"))
    region = shared.region()
    oktmo = col.code("ОКТМО", "OKTMO", "Код муниципального образования", "Municipality code")
    address = col.text("Адрес", "Address", "Адрес производства", "Address of production",
                       synonyms=("адрес производства", "место производства"))
    latitude = shared.latitude()
    longitude = shared.longitude()
    source = shared.source()
    source_date = shared.source_date()


class Regions(dy.Schema):
    """Regions of a replaceable pack. One row, one region; the pack takes no position on borders."""

    region = col.text("Регион", "Region", "Код в наборе, обычно ISO 3166-2", "Id in the pack, mostly ISO 3166-2",
                      key=True, example="RU-BA")
    name_ru = col.text("Название", "Name in Russian", "Название по-русски", "Name in Russian", need=True)
    name_en = col.text("Название по-английски", "Name", "Название по-английски", "Name in English")
    tax_code = col.code("Код налогового органа", "Tax code", "Две цифры, с которых начинается ИНН",
                        "Two digits with which an INN begins")
    okato = col.code("ОКАТО", "OKATO", "Код ОКАТО", "OKATO code")
    oktmo = col.code("ОКТМО", "OKTMO", "Код ОКТМО", "OKTMO code")
    aliases = col.texts("Написания", "Spellings", "Другие написания через «;»", "Other spellings parted by “;”")
    parent = col.text("Входит в", "Part of", "Регион, в который входит этот (не считать дважды)",
                      "The region that contains this one (never counted twice)")
    latitude = shared.latitude()
    longitude = shared.longitude()
