"""The strategy of a region and its year: goals, the dictionary of indicators, their plans and facts."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col

#: Which way an indicator gets better; what kind of number it is; over which period it is told.
BETTER = ("more", "less")
INDICATOR_KINDS = ("index", "sum", "share", "count")
PERIODS = ("by_year", "by_quarter", "by_month")
#: How sure a fact is, the surest last.
FACT_KINDS = ("operative", "revised", "final")
#: What the product counts itself: an indicator with one of these needs no fact from outside.
OWN_MEASURES = ("contracts_signed", "contracts_number", "delivered", "imports_replaced", "clusters_kept",
                "cluster_members", "share_first_term")
#: How far a report of a year has come, the last one frozen.
REPORT_STATES = ("open", "data_closed", "comments_in", "agreed", "approved")


class Goals(dy.Schema):
    """Goals of the industrial strategy of a region. One row, one goal; what it counts stands in ``commitments``."""

    goal_id = col.text("Код цели", "Goal id", "Код цели", "Id of the goal", key=True)
    no = col.text("№ цели", "No.", "Номер цели в стратегии", "Number of the goal in the strategy", need=True, first=1,
                  example="1.2")
    text = col.text("Цель", "Goal", "Цель, как она записана", "The goal as it is written", need=True, first=2)
    section = col.text("Направление", "Direction", "Раздел стратегии", "Section of the strategy")
    document = col.text("Документ", "Document", "Стратегия или концепция, которая её ставит",
                        "The strategy or concept that sets it")
    responsible = col.text("Ответственный", "Responsible", "Должность", "The post")


class Indicators(dy.Schema):
    """The dictionary of indicators of a region. One row, one indicator."""

    code = col.text("Код показателя", "Indicator code", "Короткий код, латиницей", "A short code", need=True,
                    example="production_index")
    name_ru = col.text("Показатель", "Indicator (Russian)", "Название по-русски", "The name in Russian", need=True,
                       first=1)
    name_en = col.text("Показатель по-английски", "Indicator", "Название по-английски", "The name in English",
                       need=True)
    unit_ru = col.text("Единица показателя", "Unit of the indicator (Russian)", "В чём измеряется", "Unit in Russian",
                       need=True)
    unit_en = col.text("Единица показателя по-английски", "Unit of the indicator", "В чём измеряется, по-английски",
                       "Unit in English", need=True)
    better = col.text("Что лучше", "Which way is better", "Больше или меньше", "More or less", choices=BETTER,
                      need=True)
    sort = col.text("Вид числа", "Kind of number", "Индекс, сумма, доля, количество", "Index, sum, share, count",
                    choices=INDICATOR_KINDS, need=True)
    period = col.text("Период", "Period", "За какой период его называют", "The period that it is told for",
                      choices=PERIODS, need=True)
    section = col.text("Раздел отчёта", "Section of the report", "Где он стоит в отчёте", "Where the report has it")
    head = col.integer("Место среди пяти", "Place among the five",
                       "1–5: стоит на первой странице; пусто – не стоит",
                       "1–5: stands on the first page; empty: does not", low=1, high=5)
    own = col.text("Считает Смежник", "Counted by Smezhnik", "Что считается по записям; пусто – значение вносят",
                   "What is counted from the records; empty: the value is entered", choices=OWN_MEASURES)
    owner = col.text("Кто отвечает", "Owner", "Должность", "The post")
    source = col.text("Откуда показатель", "Where the indicator comes from", "Кто его публикует", "Who publishes it")


class IndicatorValues(dy.Schema):
    """Plans and facts of indicators. One row, one value of one source; several sources of a period are all kept."""

    indicator = col.text("Показатель", "Indicator", "Код или название показателя", "Code or name of the indicator",
                         need=True, first=1, synonyms=("код показателя", "наименование показателя"),
                         example="production_index")
    year = col.year("Год", "The year", need=True, low=1990, high=2200, example=2026)
    part = col.integer("Квартал или месяц", "Quarter or month", "Номер; пусто – за год",
                       "Its number; empty is the whole year", low=1, high=12, synonyms=("квартал", "месяц"))
    plan = col.number("План", "Plan", "Плановое значение", "The planned value", low=None,
                      synonyms=("плановое значение", "установленное значение"))
    plan_source = col.text("Откуда план", "Source of the plan", "Документ, который ставит план",
                           "The paper that sets the plan", synonyms=("источник плана",))
    fact = col.number("Факт", "Fact", "Достигнутое значение", "The value reached", low=None,
                      synonyms=("фактическое значение", "достигнутое значение"))
    fact_kind = col.text("Вид факта", "Kind of fact", "Оперативный, уточнённый, окончательный",
                         "Operative, revised, final", choices=FACT_KINDS)
    published_on = col.date("Опубликовано", "Published on", "День публикации", "Day of publication")
    source = col.text("Источник", "Source", "Откуда факт", "Where the fact comes from", synonyms=("источник факта",))
    chosen = col.flag("Выбрано", "Chosen", "да – из нескольких источников верим этому",
                      "yes: of several sources this one is believed")
    why = col.text("Почему выбрано", "Why chosen", "Основание выбора", "The reason for the choice",
                   synonyms=("обоснование",))

