"""Promises of a year in words: goals, agreements and orders by how far they are, what is late, how orders are kept."""

from __future__ import annotations

from collections.abc import Sequence

from smezhnik.messages import format_number, say
from smezhnik.papers.paper import Column, Light
from smezhnik.papers.sections import Chart, Item, Section, Series
from smezhnik.promises.year import Kept, Part, Year
from smezhnik.tables.column import LEAST_FIRMS, TH_RUB_IN_MILLION
from smezhnik.types import Lang

#: State → its light; the good ones first, as a bar shows them.
STATES: dict[str, Light] = {"done": "ok", "on_the_way": "way", "behind": "warn", "late": "bad", "cannot_say": "unk"}
_TOKENS = {"done": "ok", "on_the_way": "accent", "behind": "warn-fill", "late": "bad", "cannot_say": "unk"}
#: What the day says of an order → the state that a table of all promises counts it under.
_OF_ORDER = {"done_first_term": "done", "done_extended": "done", "in_time": "on_the_way", "soon": "on_the_way",
             "overdue": "late", "no_date": "cannot_say"}


def promise_sections(year: Year, lang: Lang, sees: bool) -> list[Section]:
    """All promises by state; goals one by one; what is late or behind; how orders were kept."""
    found = [_states(year, lang) if year.promises else None, _goals(year, lang, sees), _late(year, lang, sees),
             _orders(year, lang)]
    return [one for one in found if one is not None]


def state_of(promise: Kept) -> str:
    """The state of a promise, of an order that of its light; empty for one that left control or is not in force."""
    return _OF_ORDER.get(promise.state, "") if promise.kind == "order" else promise.state


def fact_words(part: Part, lang: Lang, sees: bool) -> str:
    """«новые связи: 4 из 12», money in millions; a sum of fewer than three firms is kept back."""
    if not part.measure:
        return "–"
    money = part.unit == "th_rub"
    scale, decimals = (TH_RUB_IN_MILLION, 1) if money else (1.0, None)
    closed = money and not sees and bool(part.value) and part.firms < LEAST_FIRMS
    fact = say("year.few", lang) if closed else "–" if part.value is None else format_number(
        round(part.value / scale, 1), lang, decimals)
    plan = "–" if part.plan is None else format_number(round(part.plan / scale, 1), lang, decimals)
    unit = say("year.m_rub", lang) if money else say(f"promises.unit.{part.unit}", lang, count=part.plan or 0) \
        if part.unit else ""
    return say("year.fact", lang, measure=say(f"choice.{part.measure}", lang), fact=fact,
               plan=plan, unit=unit).strip()


def _states(year: Year, lang: Lang) -> Section:
    kinds = [kind for kind in ("goal", "commitment", "order") if any(one.kind == kind for one in year.promises)]
    counts = {kind: [sum(state_of(one) == state for one in year.promises if one.kind == kind) for state in STATES]
              for kind in kinds}
    whole = [sum(column) for column in zip(*counts.values(), strict=True)]
    rows = tuple((Item(say(f"year.kinds.{kind}", lang)), Item(float(sum(counts[kind])), 0),
                  *(Item(float(count), 0) for count in counts[kind])) for kind in kinds)
    done, late = whole[0], whole[3]
    return Section(
        "promises", say("year.promises.title", lang, done=done, of=sum(whole), late=late),
        say("year.promises.sentence" if whole[4] else "year.promises.sure", lang, cannot=whole[4]),
        (Column(say("year.col.promises", lang), 3), Column(say("year.col.all", lang), 1, True),
         *(Column(say(f"year.promise.{state}", lang), 1.2, True) for state in STATES)), rows,
        say("year.promises.source", lang, day=year.on), brief=(0, 1, 2, 5),
        chart=Chart("stacked", tuple(say(f"year.kinds.{kind}", lang) for kind in kinds), tuple(
            Series(say(f"year.promise.{state}", lang), tuple(float(counts[kind][place]) for kind in kinds),
                   _TOKENS[state]) for place, state in enumerate(STATES)), say("year.col.promises", lang)),
        total=(Item(say("year.total", lang)), Item(float(sum(whole)), 0), *(Item(float(one), 0) for one in whole)))


def _rows(promises: Sequence[Kept], lang: Lang, sees: bool) -> tuple[tuple[Item, ...], ...]:
    return tuple((Item(one.no or one.id), Item(one.text, second=one.whose),
                  Item("; ".join(fact_words(part, lang, sees) for part in one.parts) or "–"),
                  Item(say(f"year.promise.{state_of(one)}", lang), light=STATES[state_of(one)]), Item(one.due),
                  Item(one.because or "; ".join(dict.fromkeys(
                      say(f"year.lacks.{part.missing}", lang) for part in one.parts if part.missing)) or "–",
                      second=one.responsible)) for one in promises)


def _columns(lang: Lang) -> tuple[Column, ...]:
    return tuple(Column(say(f"year.col.{name}", lang), share) for name, share in (
        ("no", 0.8), ("promise", 4), ("fact", 3), ("state", 1.5), ("due", 1.2), ("why", 2.5)))


def _goals(year: Year, lang: Lang, sees: bool) -> Section | None:
    goals = [one for one in year.promises if one.kind == "goal"]
    if not goals:
        return None
    done = sum(one.state == "done" for one in goals)
    return Section("goals", say("year.goals.title", lang, done=done, of=len(goals)), say("year.goals.sentence", lang),
                   _columns(lang), _rows(goals, lang, sees), say("year.promises.source", lang, day=year.on))


def _late(year: Year, lang: Lang, sees: bool) -> Section | None:
    late = [one for one in year.promises if one.kind != "goal" and state_of(one) in ("late", "behind", "cannot_say")]
    late.sort(key=lambda one: ("late", "behind", "cannot_say").index(state_of(one)))
    if not late:
        return None
    counts = {state: sum(state_of(one) == state for one in late) for state in ("late", "behind", "cannot_say")}
    return Section("late", say("year.late.title", lang, **counts), say("year.late.sentence", lang), _columns(lang),
                   _rows(late, lang, sees), say("year.promises.source", lang, day=year.on))


def _orders(year: Year, lang: Lang) -> Section | None:
    """Two shares that mean two things: by the deadline as first set, and as it was extended."""
    orders = year.orders
    if orders is None or not orders.orders:
        return None
    rows = tuple((Item(say(f"year.orders.{name}", lang)), Item(value, decimals)) for name, value, decimals in (
        ("due", float(orders.orders), 0), ("first", float(orders.in_first_term), 0), ("term", float(orders.in_term), 0),
        ("first_share", 100 * (orders.share_in_first_term or 0.0), 1),
        ("term_share", 100 * (orders.share_in_term or 0.0), 1), ("lost", float(orders.lost_relevance), 0),
        ("merged", float(orders.merged), 0), ("extensions", orders.extensions, 1), ("alarms", float(orders.alarms), 0),
        ("days_over", orders.days_over, 0)))
    return Section(
        "orders", say("year.orders.title", lang, first=100 * (orders.share_in_first_term or 0.0),
                      term=100 * (orders.share_in_term or 0.0)), say("year.orders.sentence", lang),
        (Column(say("year.col.measure", lang), 4), Column(say("year.col.value", lang), 1.4, True)), rows,
        say("year.orders.source", lang, year=year.on.year),
        Chart("bars", (say("year.orders.first", lang), say("year.orders.term", lang), say("year.orders.due", lang)), (
            Series(say("year.col.count", lang), (float(orders.in_first_term), float(orders.in_term),
                                                 float(orders.orders))),), say("year.col.count", lang)))
