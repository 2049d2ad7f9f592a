"""Every table that crosses a room, declared once.

From a declaration come reading (``io``), validation, the template workbook, the reference pages and
``smezhnik tables --as tableschema``. Text is parsed by ``io``; here a frame already has its types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import dataframely as dy
import polars as pl

from smezhnik.tables.activities import Customers, Cycles, Delegations, Events, Meetings
from smezhnik.tables.clusters import ClusterDocuments, ClusterFacts, Findings, Members
from smezhnik.tables.column import ColumnInfo, info
from smezhnik.tables.cooperation import Cases, Clusters
from smezhnik.tables.links import Allocations, Links, ShadowPrices, Uncovered
from smezhnik.tables.naming import Examples, Identities, Suggestions, Texts
from smezhnik.tables.output import (
    ActivityComplexity,
    BackTest,
    Next,
    Output,
    ProductSpace,
    Profile,
    RegionComplexity,
    Structures,
)
from smezhnik.tables.places import Organisations, Regions, Sites
from smezhnik.tables.promises import Agreements, Commitments, Evidence, Orders, PromiseProgress, RedList, Reminders
from smezhnik.tables.rating import RatingChanges, RatingIndicators, RatingPlan, Ratings, RatingScores
from smezhnik.tables.register import RegisterChanges
from smezhnik.tables.scheduling import (
    Candidates,
    DelegationLosers,
    DelegationRules,
    DelegationSeats,
    PairMeetings,
    Participants,
    UnmetWishes,
    Wishes,
)
from smezhnik.tables.strategy import Goals, Indicators, IndicatorValues
from smezhnik.tables.trade import Contracts, Needs, Offers

__all__ = ["TABLES", "ColumnInfo", "Table", "complete", "table"]


@dataclass(frozen=True)
class Table:
    """A declared table: its name in commands and files, its titles, its schema."""

    name: str
    ru: str
    en: str
    schema: type[dy.Schema]

    @property
    def columns(self) -> Mapping[str, ColumnInfo]:
        """Column name → what was declared of it, in the declared order."""
        return _columns_of(self.schema)

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that together name a row."""
        return tuple(self.schema.primary_key())

    @property
    def dtypes(self) -> Mapping[str, pl.DataType]:
        return {name: column.dtype for name, column in self.schema.columns().items()}

    def empty(self) -> pl.DataFrame:
        return self.schema.create_empty()


@cache
def _columns_of(schema: type[dy.Schema]) -> Mapping[str, ColumnInfo]:
    """Taken apart once: lists and exports ask for every row."""
    return MappingProxyType({name: info(column) for name, column in schema.columns().items()})


TABLES: Mapping[str, Table] = {
    item.name: item
    for item in (
        Table("organisations", "Организации", "Organisations", Organisations),
        Table("sites", "Площадки", "Sites", Sites),
        Table("regions", "Регионы", "Regions", Regions),
        Table("offers", "Предложения", "Offers", Offers),
        Table("needs", "Потребности", "Needs", Needs),
        Table("contracts", "Договоры", "Contracts", Contracts),
        Table("members", "Участники кластера", "Members of a cluster", Members),
        Table("cluster_facts", "Сведения о кластере", "Facts of a cluster", ClusterFacts),
        Table("cluster_documents", "Документы кластера", "Documents of a cluster", ClusterDocuments),
        Table("findings", "Соответствие кластера", "Compliance of a cluster", Findings),
        Table("links", "Связи", "Links", Links),
        Table("cases", "Дела", "Cases", Cases),
        Table("clusters", "Кластеры", "Clusters", Clusters),
        Table("allocations", "План распределения", "Allocation plan", Allocations),
        Table("uncovered", "Незакрытые потребности", "Uncovered needs", Uncovered),
        Table("shadow_prices", "Теневые цены", "Shadow prices", ShadowPrices),
        Table("register_changes", "Изменения реестра", "Register changes", RegisterChanges),
        Table("texts", "Тексты без кода", "Texts without a code", Texts),
        Table("examples", "Тексты с известным кодом", "Texts whose code is known", Examples),
        Table("suggestions", "Подобранные коды", "Suggested codes", Suggestions),
        Table("output", "Объёмы", "Output", Output),
        Table("profile", "Профиль", "Profile", Profile),
        Table("structures", "Структура", "Structure", Structures),
        Table("region_complexity", "Сложность территорий", "Complexity of territories", RegionComplexity),
        Table("activity_complexity", "Сложность видов деятельности", "Complexity of activities", ActivityComplexity),
        Table("product_space", "Карта близости", "Product space", ProductSpace),
        Table("next", "Что дальше", "What next", Next),
        Table("backtest", "Проверка прогноза", "Back-test", BackTest),
        Table("identities", "Найденные организации", "Organisations found", Identities),
        Table("ratings", "Рейтинг", "Rating", Ratings),
        Table("rating_scores", "Баллы рейтинга", "Scores of a rating", RatingScores),
        Table("rating_indicators", "Показатели рейтинга", "Indicators of a rating", RatingIndicators),
        Table("rating_changes", "Что изменило балл", "What moved the score", RatingChanges),
        Table("agreements", "Соглашения", "Agreements", Agreements),
        Table("commitments", "Обязательства", "Commitments", Commitments),
        Table("evidence", "Чем доказано", "Evidence", Evidence),
        Table("promise_progress", "Ход обязательств", "Progress of promises", PromiseProgress),
        Table("orders", "Поручения", "Orders", Orders),
        Table("goals", "Цели стратегии", "Goals of the strategy", Goals),
        Table("indicators", "Показатели региона", "Indicators of a region", Indicators),
        Table("indicator_values", "Значения показателей", "Values of indicators", IndicatorValues),
        Table("red_list", "Красный список", "Red list", RedList),
        Table("reminders", "Напоминания", "Reminders", Reminders),
        Table("cycles", "Серии совещаний", "Series of meetings", Cycles),
        Table("meetings", "Совещания", "Meetings", Meetings),
        Table("events", "Мероприятия", "Events", Events),
        Table("customers", "Заказчики", "Customers", Customers),
        Table("delegations", "Делегации", "Delegations", Delegations),
        Table("participants", "Участники встреч", "Participants of meetings", Participants),
        Table("wishes", "Пожелания встреч", "Wishes for meetings", Wishes),
        Table("pair_meetings", "Расписание встреч", "Schedule of meetings", PairMeetings),
        Table("unmet_wishes", "Пожелания без встречи", "Wishes without a meeting", UnmetWishes),
        Table("candidates", "Кандидаты в делегацию", "Candidates for a delegation", Candidates),
        Table("delegation_rules", "Условия делегации", "Conditions of a delegation", DelegationRules),
        Table("delegation_seats", "Состав делегации", "Members of a delegation", DelegationSeats),
        Table("delegation_losers", "Кандидаты без места", "Candidates without a seat", DelegationLosers),
        Table("rating_plan", "План по рейтингу", "Plan for a rating", RatingPlan),
    )
}


def table(name: str) -> Table:
    """The declared table of that name; KeyError where there is none."""
    return TABLES[name]


def complete(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame with every declared column, in the declared order and type; absent columns are all null.

    Columns that the table does not declare are dropped. Values are not checked: that is ``schema.validate``.
    """
    if not frame.width:
        return table(name).empty()
    dtypes = table(name).dtypes
    # added to the rows, not selected: a selection of nothing but literals has one row
    whole = frame.with_columns(pl.lit(None).alias(column) for column in dtypes if column not in frame.columns)
    return whole.select(pl.col(column).cast(dtype) for column, dtype in dtypes.items())
