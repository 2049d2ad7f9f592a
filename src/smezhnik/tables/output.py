"""Output of regions by activity, and what is calculated from it."""

from __future__ import annotations

from typing import Any

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared


def _year(**about: Any) -> dy.Int64:
    return col.year("Год показателя", "Year of the figure", low=1900, high=2200, example=2025,
                       synonyms=("отчётный год", "period", "период"), **about)


def _territory(**about: Any) -> dy.String:
    return col.text("Территория", "Territory", "Регион в любом написании или свой код города, страны",
                    "A region in any spelling, or your own code of a town or country", example="RU-CHE", **about)


def _activity(**about: Any) -> dy.String:
    return col.code("Вид деятельности", "Activity", "Код вида деятельности или продукции (ОКВЭД2, ОКПД2, ТН ВЭД) "
                    "или название", "Code of an activity or product (OKVED2, OKPD2, CN FEA), or its name",
                    example="24.10", **about)


def _activity_name() -> dy.String:
    return col.text("Название вида деятельности", "Name of the activity", "Название вида деятельности",
                    "Name of the activity")


def _territory_name() -> dy.String:
    return col.text("Название территории", "Name of the territory", "Название территории", "Name of the territory")


def _share(ru: str, en: str, meaning_ru: str, meaning_en: str) -> dy.Float64:
    return col.number(ru, en, meaning_ru, meaning_en, low=None, unit="share")


def _figure(ru: str, en: str, meaning_ru: str, meaning_en: str) -> dy.Float64:
    return col.number(ru, en, meaning_ru, meaning_en, low=None)


class Output(dy.Schema):
    """Output of territories by activity. One row, one territory, activity and year; one unit for the whole table."""

    territory = _territory(need=True, synonyms=("регион", "субъект РФ", "область", "страна", "город", "region",
                                                "country"))
    activity = _activity(need=True, synonyms=("код", "ОКВЭД2", "ОКВЭД", "ОКПД2", "отрасль", "продукция", "товар",
                                              "industry", "product"))
    year = _year(need=True)
    value = col.number("Объём", "Value", "Выпуск, отгрузка, экспорт, работники: одна единица на всю таблицу; пусто – "
                       "неизвестно, 0 – не производят", "Output, sales, exports or jobs, one unit for the whole table; "
                       "empty is unknown, 0 is none", example=1250.0, need=True, low=None,
                       synonyms=("выпуск", "отгрузка", "экспорт", "значение", "количество", "сумма", "value", "sales"))
    firms = col.integer("Предприятий", "Firms", "Сколько предприятий стоит за объёмом; нужно, чтобы закрыть ячейки",
                        "Number of firms behind the value; needed to keep cells secret", example=7,
                        synonyms=("число предприятий", "число организаций", "количество предприятий", "firms"))
    source = shared.source()
    source_date = shared.source_date()


class Profile(dy.Schema):
    """Specialisation of territories. One row, one territory, activity and year."""

    year = col.year("Год показателя", "Year of the figure", low=None)
    territory = _territory(need=True)
    territory_name = _territory_name()
    activity = _activity(need=True)
    activity_name = _activity_name()
    value = _figure("Объём", "Value", "Объём в единице исходной таблицы", "Value in the unit of the table given")
    share = _share("Доля в территории", "Share of the territory", "Доля вида деятельности в объёме территории",
                   "Share of the activity in the territory")
    country_share = _share("Доля в стране", "Share of the country", "Доля вида деятельности во всей таблице",
                           "Share of the activity in the whole table")
    lq = _figure("Коэффициент локализации", "Location quotient", "Доля в территории к доле в стране: больше 1 – "
                 "специализация", "Share of the territory to that of the country: above 1 is specialisation")
    firms = col.integer("Предприятий", "Firms", "Сколько предприятий стоит за объёмом", "Firms behind the value")
    lq_firms = _figure("Локализация по числу предприятий", "Quotient of firms", "Тот же коэффициент по числу "
                       "предприятий", "The same quotient of the number of firms")
    lq_low = _figure("Нижняя граница", "Low", "Нижняя граница 95 % коэффициента по числу предприятий",
                     "Lower bound, 95 %, of the quotient of firms")
    lq_high = _figure("Верхняя граница", "High", "Верхняя граница 95 %", "Upper bound, 95 %")
    certain = col.text("Различие", "Difference", "higher – выше страны, lower – ниже, unclear – по числу предприятий "
                       "не различить", "higher or lower than the country, or unclear by the number of firms",
                       choices=("higher", "lower", "unclear"))
    growth = _share("Рост", "Growth", "Рост за весь период таблицы, доля", "Growth over the period of the table, share")
    change = _figure("Изменение", "Change", "Изменение объёма за период", "Change of the value over the period")
    national = _figure("В том числе рост страны", "Of it national", "Сколько дал бы рост страны",
                       "What the growth of the country would give")
    mix = _figure("В том числе структура", "Of it mix", "Сколько добавила структура: виды деятельности растут быстрее "
                  "или медленнее страны", "What the mix of activities added")
    own = _figure("В том числе своё", "Of it own", "Остальное – собственный вклад территории",
                  "The rest: the territory's own part")
    hidden = col.text("Закрыто", "Hidden", "few – меньше трёх предприятий, cover – иначе вычислялась бы другая ячейка",
                      "few: fewer than three firms; cover: another cell could be found from it",
                      choices=("few", "cover"))


class Structures(dy.Schema):
    """Structure of territories. One row, one territory and year."""

    year = col.year("Год показателя", "Year of the figure", low=None)
    territory = _territory(need=True)
    territory_name = _territory_name()
    value = _figure("Объём", "Value", "Объём в единице исходной таблицы", "Value in the unit of the table given")
    activities = col.integer("Видов деятельности", "Activities", "Сколько видов деятельности есть",
                             "Number of activities")
    krugman = _figure("Отличие от страны", "Difference from the country", "Индекс Кругмана: 0 – структура страны, "
                      "2 – ничего общего", "Krugman's index: 0 the structure of the country, 2 nothing in common")
    herfindahl = _figure("Концентрация", "Concentration", "Индекс Херфиндаля, от 0 до 1", "Herfindahl's index, 0 to 1")
    equivalent = _figure("Равных видов деятельности", "Equal activities", "Столько равных видов деятельности дали бы "
                         "ту же концентрацию", "So many equal activities would have the same concentration")
    entropy = _figure("Разнообразие, бит", "Entropy, bits", "Энтропия долей: сумма двух следующих",
                      "Entropy of the shares: the sum of the next two")
    unrelated = _figure("Неродственное разнообразие", "Unrelated variety", "Между группами, бит",
                        "Between groups, bits")
    related = _figure("Родственное разнообразие", "Related variety", "Внутри групп, бит", "Within groups, bits")
    hachman = _figure("Сходство со страной", "Hachman index", "Индекс Хакмана: 1 – структура страны",
                      "Hachman's index: 1 is the structure of the country")
    peers = col.texts("Похожие территории", "Peers", "Пять самых похожих по структуре", "The five nearest structures")


class RegionComplexity(dy.Schema):
    """Economic complexity of territories. One row, one territory and year."""

    year = col.year("Год показателя", "Year of the figure", low=None)
    territory = _territory(need=True)
    territory_name = _territory_name()
    diversity = col.integer("Разнообразие", "Diversity", "Сколько видов деятельности с преимуществом",
                            "Activities with advantage")
    eci = _figure("Сложность", "Complexity (ECI)", "Индекс экономической сложности, в отклонениях от среднего",
                  "Economic complexity index, in deviations from the mean")
    eci_rank = col.integer("Место", "Place", "Место по сложности, 1 – самая сложная", "Place by complexity, 1 is top")
    coi = _figure("Задел", "Outlook (COI)", "Сложность того, что рядом и ещё не производится, в отклонениях",
                  "Complexity of what is near and not made yet, in deviations")
    fitness = _figure("Приспособленность", "Fitness", "Показатель Такеллы, среднее 1", "Tacchella's fitness, mean 1")


class ActivityComplexity(dy.Schema):
    """Complexity of activities. One row, one activity and year."""

    year = col.year("Год показателя", "Year of the figure", low=None)
    activity = _activity(need=True)
    activity_name = _activity_name()
    ubiquity = col.integer("Распространённость", "Ubiquity", "Сколько территорий с преимуществом",
                           "Territories with advantage")
    pci = _figure("Сложность", "Complexity (PCI)", "Сложность вида деятельности, в отклонениях сложности территорий",
                  "Complexity of the activity, in deviations of that of territories")
    complexity = _figure("Сложность по Такелле", "Complexity by fitness", "Сложность по слабейшему производителю, "
                         "среднее 1", "Complexity by the weakest maker, mean 1")


class Next(dy.Schema):
    """What a territory could make next. One row, one activity, best first."""

    territory = _territory(need=True)
    place = col.integer("Место", "Place", "Место в списке", "Place in the list")
    activity = _activity(need=True)
    activity_name = _activity_name()
    score = _share("Оценка", "Score", "Средняя доля кандидатов, которых превосходит, с весами",
                   "Weighted mean share of the candidates that it surpasses")
    density = _share("Близость", "Density", "Какую часть близкого территория уже производит",
                     "Part of what is near that the territory makes")
    density_place = col.integer("Место по близости", "Place by density", "Место по близости среди кандидатов",
                                "Place by density among the candidates")
    rca = _figure("Преимущество сейчас", "Advantage now", "Коэффициент локализации сейчас, меньше 1",
                  "Location quotient now, below 1")
    value = _figure("Объём сейчас", "Value now", "Объём сейчас", "Value now")
    pci = _figure("Сложность", "Complexity", "Сложность вида деятельности", "Complexity of the activity")
    cog = _figure("Открывает", "Gain", "Сколько сложности приблизит", "Complexity that it would bring nearer")
    growth = _share("Рост за год", "Growth a year", "Рост вида деятельности по всем территориям",
                    "Growth of the activity in all territories")
    imports = _figure("Ввоз", "Imports", "Сколько ввозят: единица таблицы ввоза", "What is imported, in its own unit")
    near = col.texts("Рядом есть", "Made nearby in kind", "Самые близкие виды деятельности, которые территория "
                     "производит, с близостью", "Nearest activities that it makes, with their proximity")
    plants = col.texts("Кто производит", "Who makes them", "Заводы территории, которые это производят",
                       "Plants of the territory that make them")
    lacking = col.texts("Чего рядом нет", "Lacking", "Самые близкие виды деятельности, которых нет: чего не хватает",
                        "Nearest activities that it lacks")
    basis = shared.basis()


class BackTest(dy.Schema):
    """Whether density told beforehand what was taken up and given up. One row, one span and kind."""

    first = col.integer("С года", "From", "По данным какого года", "By the data of this year", low=None)
    last = col.integer("По год", "To", "Что стало в каком году", "What became of it in this year", low=None)
    kind = col.text("Что", "Kind", "entry – появилось, exit – ушло", "entry: taken up; exit: given up",
                    choices=("entry", "exit"), need=True)
    cases = col.integer("Случаев", "Cases", "Пар территории и вида деятельности", "Pairs of territory and activity")
    events = col.integer("Событий", "Events", "Сколько появилось или ушло", "Taken up or given up")
    auc_density = _share("По близости", "By density", "Как часто событие стояло выше не-события, 0,5 – наугад",
                         "How often an event stood above a non-event; 0.5 is a guess")
    auc_size = _share("По размеру", "By size", "То же, если знать только размеры", "The same knowing only sizes")
    auc_density_within = _share("По близости внутри", "By density within", "Среднее внутри территорий",
                                "Mean within territories")
    auc_size_within = _share("По размеру внутри", "By size within", "Среднее внутри территорий",
                             "Mean within territories")
    random_low = _share("Наугад от", "Random from", "95 % случайных порядков лежат отсюда",
                        "95 % of random orders lie from here")
    random_high = _share("Наугад до", "Random to", "и досюда", "to here")


class ProductSpace(dy.Schema):
    """Where activities lie in the picture of the product space. One row, one activity; kept so that pictures agree."""

    activity = _activity(need=True)
    activity_name = _activity_name()
    x = col.number("По горизонтали", "Across", "Место на рисунке, от 0 до 1", "Place in the picture, 0 to 1", need=True,
                   high=1)
    y = col.number("По вертикали", "Down", "Место на рисунке, от 0 до 1", "Place in the picture, 0 to 1", need=True,
                   high=1)
    linked = col.texts("Связи", "Links", "Виды деятельности, с которыми он соединён линией; каждая линия один раз",
                       "Activities that a line joins it with, each line once")
