"""The year of the demo: a strategy of four goals, plans and facts of a dozen indicators, a report that is worked on.

All values are invented, and each source says so.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from smezhnik.promises.year import usual_day
from smezhnik.strategy.actions import add_task, assign_owners, explain, open_report, set_goal, set_values, take_usual
from smezhnik.strategy.models import Goal, Indicator, ReportTask
from smezhnik.tables import table

#: What every invented source says of itself.
INVENTED = "учебное значение"
_DOCUMENT = "Концепция промышленной стратегии до 2030 года (учебная)"
#: Indicator, plan, fact, a year ago, kind of fact, source; a second fact of the same period is another source.
_VALUES: tuple[tuple[str, float | None, float | None, float | None, str, str], ...] = (
    ("production_index", 105.0, 105.0, 103.8, "operative", "Росстат"),
    ("production_index", None, 106.0, None, "operative", "Минпромторг региона"),
    ("mining_index", 100.0, 98.4, 101.2, "operative", "Росстат"),
    ("manufacturing_index", 106.0, 107.2, 104.9, "operative", "Росстат"),
    ("energy_index", 101.0, 101.1, 100.4, "operative", "Росстат"),
    ("shipped", 2_500.0, 2_610.0, 2_318.0, "operative", "Росстат"),
    ("investment", 180.0, 162.0, 158.0, "operative", "Росстат"),
    ("exports", 900.0, 948.0, 871.0, "operative", "ФТС"),
    ("federal_support", 1_200.0, 1_340.0, 980.0, "revised", "Минпромторг региона"),
    ("fund_loans", 900.0, 905.0, 760.0, "final", "Региональный фонд"),
    ("wage", None, 78.4, 69.9, "operative", "Росстат"),
    ("contracts_signed", 280.0, None, None, "final", ""),
    ("clusters", 3.0, None, None, "final", ""),
    ("share_first_term", 80.0, None, None, "final", ""))
_OWNERS = {"production_index": "Начальник отдела экономики", "shipped": "Начальник отдела экономики",
           "investment": "Начальник отдела инвестиций", "taxes": "Начальник отдела экономики",
           "labour_productivity": "Начальник отдела экономики", "exports": "Начальник отдела кооперации",
           "employees": "Начальник отдела кадровой политики", "parks": "Начальник отдела инвестиций"}


def fill_year(region: str, there: str, who: str, today: dt.date) -> None:
    """Goals, indicators and the report of the year, in an installation that holds agreements and contracts."""
    day = usual_day(today)
    _goals(region, there, who, day)
    take_usual(region, who)
    _owners(region, who)
    set_values(region, _rows(region, day), who, file="Показатели (учебные).xlsx")
    report = open_report(region, day, who)
    explain(report, "investment", "Два завода перенесли покупку станков на следующий год",
            "Заявки переданы в фонд, решения ждём в первом квартале", who, expected=report.version)
    for text, executor, months in (
            ("Довести число связей с заводами соседнего региона до 30", "Отдел кооперации", 6),
            ("Внести в реестр кластер двух регионов", "Отдел кластерной политики", 9),
            ("Собрать потребности заводов в оснастке и литье", "Отдел промышленности", 4)):
        add_task(ReportTask(held_by=region, report=report, text=text, executor=executor,
                            controller="Первый заместитель министра", due=day + dt.timedelta(days=30 * months)), who)


def _goals(region: str, there: str, who: str, day: dt.date) -> None:
    since, due = dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    both = {"from_region": region, "to_region": there, "both_ways": True}
    goals: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("1", "Кооперация", "Заводы региона берут больше у соседей, чем прежде",
         {"measure": "contracts_sum", "plan": 90_000.0, **both}),
        ("2", "Кооперация", "20 новых связей с заводами соседнего региона",
         {"measure": "links_new", "plan": 20.0, **both}),
        ("3", "Кластеры", "Два кластера региона отвечают требованиям", {"measure": "clusters_compliant", "plan": 2.0}),
        ("4", "Импортозамещение", "Договоры замещают импорт", {"measure": "import_replaced_sum", "plan": 12_000.0}))
    for no, section, text, aim in goals:
        set_goal(Goal(held_by=region, no=no, section=section, text=text, document=_DOCUMENT,
                      responsible="Заместитель министра"),
                 [{**aim, "counted": "in_scope", "since": since, "due": due}], who)


def _owners(region: str, who: str) -> None:
    from_code = {one.code: one for one in Indicator.objects.filter(held_by=region)}
    assign_owners({from_code[code]: post for code, post in _OWNERS.items()}, who)


def _rows(region: str, day: dt.date) -> list[dict[str, Any]]:
    """Rows of ``indicator_values`` for the last periods that ended by the day, and for the same of the year before."""
    periods = dict(Indicator.objects.filter(held_by=region).values_list("code", "period"))
    months = (day + dt.timedelta(days=1)).month - 1 or 12
    parts = {"by_year": None, "by_quarter": months // 3 or None, "by_month": months}
    empty = dict.fromkeys(table("indicator_values").columns)
    rows = []
    for code, plan, fact, before, kind, source in _VALUES:
        told = f"{source} ({INVENTED})" if source else None
        about = {**empty, "indicator": code, "fact_kind": kind, "part": parts[periods[code]]}
        rows.append({**about, "year": day.year, "plan": plan, "fact": fact, "source": told,
                     "plan_source": f"План региона ({INVENTED})" if plan is not None else None,
                     "published_on": day if fact is not None else None,
                     "chosen": True if (code, source) == ("production_index", "Росстат") else None,
                     "why": "Официальная статистика; значение министерства предварительное"
                     if (code, source) == ("production_index", "Росстат") else None})
        if before is not None:
            rows.append({**about, "year": day.year - 1, "fact": before, "source": told, "fact_kind": "final"})
    for row in rows:
        if row["fact"] is None:  # of what the product counts itself there is only a plan, that of the whole year
            row |= {"part": None, "fact_kind": None}
    return rows
