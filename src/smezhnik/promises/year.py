"""The year of a region as of a day: what contracts, promises, orders, events and indicators came to.

    total = sum over distinct contracts signed from 1 January to the day
    total = sum over promises of what each is the primary origin of, and of what no promise caused

Potential, signed and delivered are three sums, never added. What a promise touches besides is told and not additive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from smezhnik.promises.evidence import ancestors
from smezhnik.promises.indicators import Indicator, Reading, Value, read_indicator
from smezhnik.promises.light import Discipline
from smezhnik.promises.origins import by_primary, names_any, primary_origin
from smezhnik.tables.column import LEAST_FIRMS, TH_RUB_IN_MILLION

#: Columns of the contracts of a year; the chain behind each, nearest step first, in words or null where it is missing.
CHAIN_COLUMNS = ("case", "pair_meeting", "event", "order", "commitment", "agreement")
CONTRACT_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "contract": pl.String, "own_id": pl.String, "signed_on": pl.Date, "text": pl.String, "seller": pl.String,
    "buyer": pl.String, "seller_id": pl.String, "buyer_id": pl.String, "okpd2": pl.String, "signed": pl.Float64,
    "imported": pl.Float64, "delivered": pl.Float64, "inferred": pl.Boolean, "origins": pl.List(pl.String),
    **dict.fromkeys(CHAIN_COLUMNS, pl.String)}
CASE_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "case": pl.String, "opened_on": pl.Date, "text": pl.String, "seller": pl.String, "buyer": pl.String,
    "seller_id": pl.String, "buyer_id": pl.String, "stage": pl.String, "potential": pl.Float64, "event": pl.String}


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of contracts or cases.

    Attributes
    ----------
    value : th. RUB; None where no row has one
    rows : how many, with a sum or without; firms : distinct ones in them
    told : whether it may be told to who does not see the rows
    """

    value: float | None
    rows: int
    firms: int
    told: bool


@dataclass(frozen=True, slots=True)
class Caused:
    """What a promise brought; ``promise`` is None for what no promise caused.

    ``primary``: contracts of which it is the primary origin, sums that may be added; ``touched``: all contracts that it
    or what serves it is among the origins of, not additive.
    """

    promise: str | None
    primary: Money
    touched: Money


@dataclass(frozen=True, slots=True)
class Part:
    """A measure of a promise by the day. ``missing``: code of what it lacks where it cannot be said."""

    measure: str
    value: float | None
    plan: float | None
    unit: str
    state: str
    firms: int
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise by the day. ``kind``: goal, commitment, order; ``whose``: what it belongs to, in words; ``closed``: its
    words are for those alone who see everything of the region.
    """

    id: str
    kind: str
    no: str
    text: str
    whose: str
    responsible: str
    state: str
    due: dt.date | None
    because: str
    parts: tuple[Part, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Funnel:
    """How one step of work led to the next: code → count, in the order of the way; three sums, never added."""

    kind: str
    steps: tuple[tuple[str, int], ...]
    potential: Money | None = None
    signed: Money | None = None
    delivered: Money | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A cluster by the law of the day. ``state``: met, not_met, unknown; ``lacking``: criteria that make it so."""

    id: str
    name: str
    members: int
    state: str
    met: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a rating that is kept."""

    rating: str
    year: int | None
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task: what, by whom, by when; ``state``: of the order that it became, empty where it became none yet."""

    text: str
    executor: str
    due: dt.date | None
    order: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """Why an indicator missed its plan and what is done."""

    indicator: str
    why: str
    done: str


@dataclass(frozen=True)
class YearFacts:
    """All that a year is made of.

    Attributes
    ----------
    contracts, cases : ``CONTRACT_SCHEMA``, ``CASE_SCHEMA``: all that the region keeps, whatever their days
    parents : promise → promises that it serves
    orders : how those of the year were kept
    counted : own measure → its value, where contracts do not give it (clusters, orders)
    """

    region: str
    on: dt.date
    contracts: pl.DataFrame
    cases: pl.DataFrame
    parents: Mapping[str, Sequence[str]]
    promises: Sequence[Kept] = ()
    indicators: Sequence[Indicator] = ()
    values: Sequence[Value] = ()
    orders: Discipline | None = None
    counted: Mapping[str, float] = field(default_factory=dict)
    funnels: Sequence[Funnel] = ()
    clusters: Sequence[Judged] = ()
    places: Sequence[Place] = ()
    comments: Sequence[Comment] = ()
    tasks: Sequence[Task] = ()
    last_tasks: Sequence[Task] = ()


@dataclass(frozen=True)
class Year:
    """The content of a report, without words.

    Attributes
    ----------
    since, on : first and last day that are looked at
    potential, signed, delivered : of the year, each on its own
    undated, unpriced, inferred : contracts without a day (not counted), without a sum, inferred (not counted)
    months : number of contracts signed in each month up to the day
    caused : promises that brought contracts, the largest sum first, last what none of them caused
    """

    region: str
    since: dt.date
    on: dt.date
    readings: tuple[Reading, ...]
    potential: Money
    signed: Money
    delivered: Money
    undated: int
    unpriced: int
    inferred: int
    months: tuple[int, ...]
    caused: tuple[Caused, ...]
    promises: tuple[Kept, ...]
    orders: Discipline | None
    funnels: tuple[Funnel, ...]
    clusters: tuple[Judged, ...]
    places: tuple[Place, ...]
    comments: tuple[Comment, ...]
    tasks: tuple[Task, ...]
    last_tasks: tuple[Task, ...]


def usual_day(today: dt.date) -> dt.date:
    """The day that a report is asked for unless another is named: till April the year before is summed up."""
    return dt.date(today.year - 1, 12, 31) if today.month <= 3 else today


def make_year(facts: YearFacts) -> Year:
    """The content of the report; the order of the rows of the facts changes nothing."""
    since = dt.date(facts.on.year, 1, 1)
    rows = signed_in(facts.contracts, since, facts.on)
    signed, delivered = sum_of(rows, "signed"), sum_of(delivered_in(facts.contracts), "delivered")
    potential = sum_of(opened_in(facts.cases, since, facts.on), "potential")
    caused = _caused(rows, facts)
    money = {"contracts_signed": signed, "delivered": delivered, "imports_replaced": sum_of(rows, "imported")}
    counted = {**facts.counted, "contracts_number": float(signed.rows)}
    readings = tuple(_reading(one, facts, money, counted) for one in facts.indicators)
    months = rows.group_by(pl.col("signed_on").dt.month().alias("month")).len()
    by_month: dict[int, int] = dict(months.iter_rows())
    inside = facts.contracts.filter(pl.col("signed_on").is_null() | pl.col("signed_on").is_between(since, facts.on))
    return Year(
        facts.region, since, facts.on, readings, potential, signed, delivered,
        inside["signed_on"].null_count(), rows["signed"].null_count(),
        inside.filter(pl.col("inferred") & pl.col("signed_on").is_not_null()).height,
        tuple(by_month.get(month, 0) for month in range(1, facts.on.month + 1)), caused,
        tuple(sorted(facts.promises, key=_order_of)), facts.orders, tuple(facts.funnels),
        tuple(sorted(facts.clusters, key=lambda one: (one.state, one.name, one.id))),
        tuple(sorted(facts.places, key=lambda one: (one.rating, one.year or 0))),
        tuple(sorted(facts.comments, key=lambda one: one.indicator)), tuple(facts.tasks), tuple(facts.last_tasks))


def without_closed(year: Year, word: str) -> Year:
    """The year for others than those who see everything of the region: in place of the words of a closed promise stands
    ``word``; its state and what it counts stay, so that all see the same totals.
    """
    return replace(year, promises=tuple(
        replace(one, no="", text=word, whose="", responsible="", because="") if one.closed else one
        for one in year.promises))


def signed_in(contracts: pl.DataFrame, since: dt.date, on: dt.date) -> pl.DataFrame:
    """Distinct contracts signed in the days given, that were not inferred; newest first, then by id."""
    return contracts.filter(pl.col("signed_on").is_between(since, on), ~pl.col("inferred")).unique(
        "contract", keep="first").sort("signed_on", "contract", descending=[True, False])


def delivered_in(contracts: pl.DataFrame) -> pl.DataFrame:
    """Contracts under which something was delivered in the year, whenever they were signed."""
    return contracts.filter(pl.col("delivered").is_not_null(), ~pl.col("inferred")).unique(
        "contract", keep="first").sort("signed_on", "contract", descending=[True, False], nulls_last=True)


def opened_in(cases: pl.DataFrame, since: dt.date, on: dt.date) -> pl.DataFrame:
    """Cases opened in the days given of which a potential is known, each once."""
    return cases.filter(pl.col("opened_on").is_between(since, on), pl.col("potential").is_not_null()).unique(
        "case", keep="first").sort("opened_on", "case", descending=[True, False])


def touched_by(rows: pl.DataFrame, promise: str, parents: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Contracts that a promise, or what serves it, is among the origins of."""
    wanted = [one for one in _named(rows) if promise in ancestors(one, parents)]
    return rows.filter(names_any(wanted))


def primary_of(rows: pl.DataFrame, promise: str | None, promises: Sequence[str]) -> pl.DataFrame:
    """Contracts of which a promise is the primary origin; of None those that none of the promises caused."""
    first = primary_origin(promises)
    return rows.filter(first.is_null() if promise is None else (first == promise).fill_null(False))


def sum_of(rows: pl.DataFrame, column: str) -> Money:
    """A sum of distinct rows, and how many firms stand behind it."""
    known = rows[column].drop_nulls()
    firms = _firms(rows)
    # sorted: the last digit of a sum must not hang on the order of the records
    return Money(float(known.sort().sum()) if len(known) else None, rows.height, firms, firms >= LEAST_FIRMS)


def _firms(rows: pl.DataFrame) -> int:
    return int(pl.concat([rows["seller_id"], rows["buyer_id"]]).drop_nulls().n_unique())


def _named(rows: pl.DataFrame) -> list[str]:
    """Promises that any row names among its origins."""
    return sorted(rows["origins"].explode().drop_nulls().unique().to_list())


def _caused(rows: pl.DataFrame, facts: YearFacts) -> tuple[Caused, ...]:
    """Each contract once under its primary origin, and beside it what the promise touches."""
    promises = [one.id for one in facts.promises if one.kind != "goal"]
    sums = by_primary(rows, promises)
    shared = {one: set(ancestors(one, facts.parents)) & set(promises) for one in _named(rows)}
    pairs = pl.DataFrame([(one, above) for one, all_above in shared.items() for above in sorted(all_above)],
                         schema={"origin": pl.String, "promise": pl.String}, orient="row")
    reached = rows.select("contract", "signed", "seller_id", "buyer_id", origin="origins").explode("origin").join(
        pairs, on="origin").unique(["contract", "promise"], keep="first", maintain_order=True)
    touched = {str(key[0]): sum_of(some, "signed") for key, some in reached.group_by("promise", maintain_order=True)}
    own = {key[0]: some for key, some in
           rows.with_columns(promise=primary_origin(promises)).group_by("promise", maintain_order=True)}
    nothing = Money(None, 0, 0, True)
    found = [Caused(promise, sum_of(own[promise], "signed"), nothing if promise is None else touched[promise])
             for promise in sums["promise"].to_list() if promise in own]
    found += [Caused(promise, nothing, some) for promise, some in touched.items() if promise not in own]
    found.sort(key=lambda one: (one.promise is None, -(one.primary.value or 0.0), -one.primary.rows,
                                -one.touched.rows, one.promise or ""))
    return _covered(found, own)


def _covered(found: list[Caused], own: Mapping[object, pl.DataFrame]) -> tuple[Caused, ...]:
    """The same with every sum hidden that could be found from the total and the others: beside those of few firms the
    smallest ones, until the firms behind all that is hidden are enough.
    """
    hidden = [one.promise for one in found if one.primary.rows and not one.primary.told]
    rest = sorted((one for one in found if one.primary.rows and one.primary.told),
                  key=lambda one: (one.primary.value or 0.0, one.promise or ""))
    while hidden and rest and _firms(pl.concat([own[one] for one in hidden])) < LEAST_FIRMS:
        hidden.append(rest.pop(0).promise)
    return tuple(Caused(one.promise, Money(one.primary.value, one.primary.rows, one.primary.firms,
                                           one.promise not in hidden),
                        # the sums touched overlap: the difference of two of them may be that of one firm
                        Money(one.touched.value, one.touched.rows, one.touched.firms, False)) for one in found)


def _reading(indicator: Indicator, facts: YearFacts, money: Mapping[str, Money], counted: Mapping[str, float]
             ) -> Reading:
    """An indicator: entered, or counted from the records (sums in millions of roubles)."""
    if indicator.own is None:
        return read_indicator(indicator, facts.values, on=facts.on)
    behind = money.get(indicator.own)
    value = counted.get(indicator.own) if behind is None else \
        None if behind.value is None else behind.value / TH_RUB_IN_MILLION
    plans = [one for one in facts.values if one.fact is None]
    if value is None:
        return read_indicator(indicator, plans, on=facts.on)
    return read_indicator(indicator, plans, on=facts.on, firms=behind.firms if behind else None,
                          own=Value(indicator.code, facts.on.year, fact=value, fact_kind="final"))


def _order_of(promise: Kept) -> tuple[object, ...]:
    """Goals, commitments, orders; each in the order of its numbers, numbers as numbers."""
    number = tuple((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in promise.no.split("."))
    return ("goal", "commitment", "order").index(promise.kind), promise.whose, number, promise.id
