"""Ratings: places with their intervals, scores at every level, what moved them, a plan, the dictionary."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col


def _territory() -> dy.String:
    return col.text("Территория", "Territory", "Код региона, а где оценены не регионы – как записано в данных",
                    "Id of the region; as written in the data where others are rated", key=True, example="RU-CHE")


def _name() -> dy.String:
    return col.text("Название", "Name", "Название региона", "Name of the region")


def _code() -> dy.String:
    return col.text("Код", "Code", "Код показателя или блока в схеме; index – весь рейтинг",
                    "Code of the indicator or block in the scheme; index is the whole", key=True, example="index")


def _title() -> dy.String:
    return col.text("Показатель", "Indicator", "Показатель или блок", "Indicator or block")


def _unit() -> dy.String:
    return col.text("Единица показателя", "Unit of the indicator", "Единица измерения", "Unit of measurement")


class Ratings(dy.Schema):
    """Places of a rating. One row, one region and year."""

    territory = _territory()
    name = _name()
    year = col.year("Год данных", "Year of the data")
    place = col.number("Место", "Place", "Место по правилу схемы; пусто – не оценён",
                       "Place by the rule of the scheme; empty: not rated")
    score = col.number("Балл", "Score", "Балл на шкале схемы", "Score on the scale of the scheme", low=None)
    place_low = col.number("Место не выше", "Place from", "Лучший конец интервала: девять расчётов из десяти внутри",
                           "Better end of the interval that holds nine runs in ten")
    place_high = col.number("Место не ниже", "Place to", "Худший конец интервала", "Worse end of the interval")
    place_mean = col.number("Место в среднем", "Mean place", "Среднее место по всем расчётам", "Mean over all runs")
    same_share = col.number("Доля того же места", "Share of the same place", "Доля расчётов с тем же местом",
                            "Share of runs with the same place", unit="share", high=1)
    known_share = col.number("Известно показателей", "Known indicators", "Доля известных показателей",
                             "Share of indicators that are known", unit="share", high=1)
    filled = col.integer("Заполнено значений", "Values filled", "Сколько значений заполнено по схеме",
                         "How many values were filled in by the scheme")


class RatingScores(dy.Schema):
    """Scores at every level of a rating. One row, one region and indicator or block."""

    territory = _territory()
    name = _name()
    code = _code()
    title = _title()
    level = col.integer("Уровень", "Level", "0 – показатель, выше – блоки", "0: indicator, above: blocks")
    value = col.number("Значение", "Value", "Значение в единице показателя", "Value in the unit of the indicator",
                       low=None)
    indicator_unit = _unit()
    filled = col.flag("Заполнено", "Filled in", "да – значения не было, оно заполнено по схеме",
                      "yes: the value was absent and filled in")
    points = col.number("Баллы", "Points", "Баллы на общей шкале", "Points on the common scale", low=None)
    place = col.number("Место", "Place", "Место по этому показателю или блоку", "Place at this indicator or block")
    median = col.number("Середина остальных", "Median of others", "Баллы, которые делят остальных пополам",
                        "Points that halve the others", low=None)
    ahead = col.number("Впереди на", "Ahead by", "На сколько баллов впереди середины остальных",
                       "Points ahead of the median of the others", low=None)
    weight = col.number("Вес", "Weight", "Вес в итоговом балле", "Weight in the whole score", unit="share", high=1)


class RatingIndicators(dy.Schema):
    """The dictionary of a rating. One row, one indicator."""

    code = _code()
    title = _title()
    block = col.text("Блок", "Block", "Блок показателя", "Block of the indicator")
    indicator_unit = _unit()
    better = col.text("Лучше", "Better", "more – больше, less – меньше", "more or less", choices=("more", "less"))
    per = col.text("На что делится", "Divided by", "Знаменатель", "Denominator")
    source = col.text("Источник", "Source", "Откуда показатель", "Where the indicator is from")
    year = col.year("Год показателя", "Year of the indicator")
    weight = col.number("Вес", "Weight", "Вес в итоговом балле", "Weight in the whole score", unit="share", high=1)
    influence = col.number("Влияние", "Influence", "Квадрат корреляции с итоговым баллом",
                           "Squared correlation with the whole score", unit="share", high=1)
    known_share = col.number("Известно", "Known", "Доля регионов, у которых он известен",
                             "Share of regions that know it", unit="share", high=1)
    least = col.number("Наименьшее", "Least", "Наименьшее значение", "Least value", low=None)
    median = col.number("Середина", "Median", "Медиана", "Median", low=None)
    most = col.number("Наибольшее", "Most", "Наибольшее значение", "Most", low=None)
    treatment = col.text("Выбросы", "Outliers", "none – не трогали, winsorised – придвинуты, log – логарифм",
                         "none, winsorised, log or box_cox")
    points = col.integer("Придвинуто", "Brought nearer", "Сколько значений придвинуто", "Values brought nearer")
    left_out = col.flag("Не вошёл", "Left out", "да – одинаков у всех или пуст, в рейтинг не вошёл",
                        "yes: the same for all or empty, not in the rating")


class RatingChanges(dy.Schema):
    """What moved the score from one year to the next. One row, one region and indicator."""

    territory = _territory()
    name = _name()
    code = _code()
    title = _title()
    value_effect = col.number("От значения", "By value", "Баллы итога от изменения самого значения",
                              "Points of the whole by the change of the value itself", low=None)
    scale_effect = col.number("От шкалы", "By scale", "Баллы итога от того, что сдвинулись остальные",
                              "Points of the whole because the others moved", low=None)
    coverage_effect = col.number("От полноты", "By coverage", "Баллы итога от того, что значение появилось или пропало",
                                 "Points of the whole because the value appeared or went", low=None)
    effect = col.number("Всего", "Together", "Сумма трёх", "Sum of the three", low=None)


class RatingPlan(dy.Schema):
    """The least effort that gains places. One row, one indicator to move."""

    territory = _territory()
    name = _name()
    code = _code()
    title = _title()
    now = col.number("Сейчас", "Now", "Значение сейчас", "Value now", low=None)
    needed = col.number("Нужно", "Needed", "Какое значение нужно", "Value needed", low=None)
    indicator_unit = _unit()
    points = col.number("Усилие, баллы", "Effort, points", "На сколько баллов поднять показатель",
                        "By how many points the indicator has to rise")
    gain = col.number("Даёт итогу, баллы", "Gain, points", "Сколько баллов это даёт итогу", "What that gives the whole")
    reached_by = col.integer("У скольких уже есть", "Reached by", "У скольких регионов уже не меньше",
                             "How many regions have as much already")
    source = col.text("Источник", "Source", "Откуда показатель", "Where the indicator is from")
