"""The year of a region in words: sections in the order in which a collegium hears them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smezhnik.messages import format_value, say
from smezhnik.papers.paper import Column, Light
from smezhnik.papers.sections import Chart, Item, Section, Series
from smezhnik.papers.yearly_promises import promise_sections
from smezhnik.papers.yearly_sums import funnel_section, sum_sections
from smezhnik.promises.indicators import Reading, Value
from smezhnik.promises.year import Year
from smezhnik.tables.column import LEAST_FIRMS
from smezhnik.types import Lang

_LIGHTS: dict[str, Light | None] = {"reached": "ok", "missed": "bad", "no_plan": None, "cannot_say": "unk"}
_JUDGED: dict[str, Light] = {"met": "ok", "not_met": "bad", "unknown": "unk"}
_TASKS: dict[str, Light] = {"overdue": "bad", "soon": "warn", "done_first_term": "ok", "done_extended": "ok",
                            "in_time": "way"}


@dataclass(frozen=True, slots=True)
class Told:
    """How a year is told. ``sees``: to somebody who may see every contract, so that no sum is kept back."""

    lang: Lang
    sees: bool = False


def year_sections(year: Year, told: Told) -> list[Section]:
    """All sections that have something to say, in the order of the report."""
    lang = told.lang
    found = [_five(year, told), *(_indicators(year, group, told) for group in ("output", "investment", "support")),
             _indicators(year, "cooperation", told), *sum_sections(year, lang, told.sees), _clusters(year, lang),
             *promise_sections(year, lang, told.sees), funnel_section(year, lang, told.sees), _places(year, lang),
             _indicators(year, "staff", told), _own_indicators(year, told), _missed(year, told),
             _tasks(year, lang, "last_tasks"), _tasks(year, lang, "tasks"), _lacking(year, lang)]
    return [one for one in found if one is not None]


def year_title(year: Year, lang: Lang) -> str:
    """«Итоги 2026 года на 31.12.2026»"""
    return say("year.title", lang, year=year.on.year, day=year.on)


def year_lead(year: Year, lang: Lang) -> str:
    """The year in one sentence, the number in bold."""
    plans = [one for one in year.readings if one.state in ("reached", "missed")]
    lacking = sum(one.state == "cannot_say" for one in year.readings)
    said = [say("year.lead", lang, reached=sum(one.state == "reached" for one in plans), plans=len(plans),
                contracts=year.signed.rows)]
    return " ".join([*said, *([say("year.lead.lacking", lang, lacking=lacking)] if lacking else [])])


def fact_of(reading: Reading, told: Told) -> float | None:
    """The fact as it may be told: one that is counted over fewer than three firms stays with who sees the contracts."""
    if reading.fact is None or (reading.firms is not None and reading.firms < LEAST_FIRMS and not told.sees
                                and reading.indicator.sort == "sum"):
        return None
    return reading.fact.fact


def period_of(reading: Reading, lang: Lang) -> str:
    """«2026 год», «3 квартал 2026», «10 месяцев 2026»"""
    if reading.part is None:
        return say("year.period.year", lang, year=reading.year)
    return say(f"year.period.{reading.indicator.period}", lang, year=reading.year, part=reading.part)


def source_of(value: Value | None, lang: Lang) -> str:
    """«Росстат, уточнённый, 12.02.2027»; what the product counted says so."""
    if value is None:
        return ""
    if not value.source:
        return say("year.own", lang)
    kind = say(f"choice.{value.fact_kind}", lang)
    day = format_value(value.published_on, lang) if value.published_on else ""
    return ", ".join(filter(None, (value.source, kind, day)))


def _state(reading: Reading, told: Told) -> Item:
    if reading.fact is not None and fact_of(reading, told) is None:
        return Item(say("year.few", told.lang), light="unk")
    if reading.state == "cannot_say":
        return Item(say(f"year.missing.{reading.missing}", told.lang), light="unk",
                    second=reading.indicator.owner and say("year.owner", told.lang, owner=reading.indicator.owner))
    return Item(say(f"year.state.{reading.state}", told.lang), light=_LIGHTS[reading.state], second=reading.plan_source)


def _row(reading: Reading, told: Told) -> tuple[Item, ...]:
    """Indicator, period, a year ago, plan, fact, state, source and what other sources say."""
    lang = told.lang
    name = format_value(reading.indicator.name, lang)
    others = "; ".join(say("year.other", lang, value=one.fact, source=source_of(one, lang)) for one in reading.others)
    if others and reading.fact is not None and reading.fact.why:
        others = say("year.chosen", lang, others=others, why=reading.fact.why)
    return (Item(name, second=format_value(reading.indicator.unit, lang)), Item(period_of(reading, lang)),
            Item(reading.before), Item(reading.plan),
            Item(fact_of(reading, told), _decimals(reading), bold=True, opens=_opens(reading)), _state(reading, told),
            Item(source_of(reading.fact, lang) or "–", second=others))


def _decimals(reading: Reading) -> int | None:
    return 1 if reading.indicator.own and reading.indicator.sort != "count" else None


def _opens(reading: Reading) -> str:
    return {"contracts_signed": "total", "contracts_number": "total", "delivered": "delivered",
            "imports_replaced": "imported"}.get(reading.indicator.own or "", "")


def _columns(lang: Lang) -> tuple[Column, ...]:
    return tuple(Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
        ("indicator", 2.8, False), ("period", 1.1, False), ("before", 0.9, True), ("plan", 1.5, True),
        ("fact", 0.9, True), ("state", 1.9, False), ("source", 2.5, False)))


def _section(code: str, readings: Sequence[Reading], told: Told) -> Section:
    lang = told.lang
    plans = [one for one in readings if one.state in ("reached", "missed") and fact_of(one, told) is not None]
    reached = sum(one.state == "reached" for one in plans)
    lag = sorted((one for one in plans if one.state == "missed" and one.miss is not None),
                 key=lambda one: -(one.miss or 0.0))
    lead = sorted((one for one in plans if one.miss is not None and one.miss <= 0), key=lambda one: one.miss or 0.0)
    title = say(f"year.section.{code}", lang) + ": " + (
        say("year.of_plan", lang, reached=reached, plans=len(plans)) if plans else say("year.no_plans", lang))
    sentence = say("year.lag", lang, name=lag[0].indicator.name, miss=100 * (lag[0].miss or 0.0)) if lag else \
        say("year.best", lang, name=lead[0].indicator.name, over=-100 * (lead[0].miss or 0.0)) if lead else \
        say("year.nothing_to_hold", lang)
    shares = [(one, fact / plan) for one in plans if (fact := fact_of(one, told)) is not None and (plan := one.plan)]
    chart = Chart("bars", tuple(format_value(one.indicator.name, lang) for one, _ in shares), (
        Series(say("year.share_of_plan", lang), tuple(round(100 * share, 1) for _, share in shares),
               points=tuple("ok" if one.state == "reached" else "bad" for one, _ in shares)),),
        say("year.share_of_plan.unit", lang), 1) if shares else None
    sources = dict.fromkeys(one.fact.source or say("year.own", lang) for one in readings if one.fact is not None)
    return Section(code, title, sentence, _columns(lang), tuple(_row(one, told) for one in readings),
                   say("year.sources", lang, sources=list(sources) or ["–"]), chart, brief=(0, 3, 4, 5))


def _known(reading: Reading) -> bool:
    return reading.plan is not None or reading.fact is not None or bool(reading.others)


def _five(year: Year, told: Told) -> Section | None:
    """At most five numbers, each with its plan."""
    heads = sorted((one for one in year.readings if one.indicator.head), key=lambda one: one.indicator.head or 0)[:5]
    return _section("five", heads, told) if heads else None


def _indicators(year: Year, group: str, told: Told) -> Section | None:
    """A group of indicators; those of which nothing is known at all stand in one list at the end."""
    readings = [one for one in year.readings if one.indicator.section == group and _known(one)]
    return _section(group, readings, told) if readings else None


def _own_indicators(year: Year, told: Told) -> Section | None:
    """Indicators of groups that the report has no section for: the region's own."""
    usual = ("output", "investment", "support", "cooperation", "staff", "orders")
    readings = [one for one in year.readings if one.indicator.section not in usual and _known(one)]
    return _section("other", readings, told) if readings else None


def _missed(year: Year, told: Told) -> Section | None:
    """Why plans were missed, and what is done: an explanation for every indicator."""
    lang = told.lang
    missed = [one for one in year.readings if one.state == "missed"]
    if not missed:
        return None
    said = {one.indicator: one for one in year.comments}
    rows = tuple((Item(format_value(one.indicator.name, lang), second=format_value(one.indicator.unit, lang)),
                  Item(one.plan), Item(fact_of(one, told), _decimals(one)),
                  Item(None if one.miss is None or fact_of(one, told) is None else 100 * one.miss, 1),
                  Item(said[one.indicator.code].why) if one.indicator.code in said else
                  Item(say("year.unexplained", lang), light="warn" if one.to_explain else None),
                  Item(said[one.indicator.code].done if one.indicator.code in said else "–"))
                 for one in missed)
    without = sum(one.indicator.code not in said for one in missed if one.to_explain)
    return Section("missed", say("year.missed.title", lang, count=len(rows)),
                   say("year.missed.without" if without else "year.missed.all", lang, count=without), tuple(
        Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
            ("indicator", 2.4, False), ("plan", 1, True), ("fact", 1, True), ("miss", 1, True), ("why", 3, False),
            ("done", 3, False))), rows, say("year.missed.source", lang))


def _clusters(year: Year, lang: Lang) -> Section | None:
    """Clusters by the law of the day."""
    if not year.clusters:
        return None
    met = sum(one.state == "met" for one in year.clusters)
    unknown = sum(one.state == "unknown" for one in year.clusters)
    rows = tuple((Item(one.name, second=one.id), Item(float(one.members), 0),
                  Item(say(f"year.cluster.{one.state}", lang), light=_JUDGED[one.state]),
                  Item(say(f"year.cluster.lacks.{one.state}", lang, met=one.met, lacking=one.lacking)))
                 for one in year.clusters)
    return Section("clusters", say("year.clusters.title", lang, met=met, of=len(rows)),
                   say("year.clusters.sentence" if unknown else "year.clusters.sure", lang, unknown=unknown), tuple(
        Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
            ("cluster", 3, False), ("members", 1, True), ("verdict", 2, False), ("criteria", 1.6, False))), rows,
        say("year.clusters.source", lang, day=year.on))


def _places(year: Year, lang: Lang) -> Section | None:
    """Places in the ratings that are kept."""
    if not year.places:
        return None
    best = min(year.places, key=lambda one: (one.place / one.of, one.rating))
    return Section("places", say("year.places.title", lang, place=best.place, of=best.of, rating=best.rating),
                   say("year.places.sentence", lang, count=len(year.places)), tuple(
        Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
            ("rating", 4, False), ("year", 1, True), ("place", 1, True), ("of", 1, True))), tuple(
        (Item(one.rating), Item(str(one.year) if one.year else "–"), Item(float(one.place), 0), Item(float(one.of), 0))
        for one in year.places), say("year.places.source", lang))


def _tasks(year: Year, lang: Lang, code: str) -> Section | None:
    """Tasks of the report; of the report before, how far they are."""
    tasks = year.tasks if code == "tasks" else year.last_tasks
    if not tasks and code == "last_tasks":
        return None
    rows = tuple((Item(f"{number}"), Item(one.text), Item(one.executor), Item(one.due),
                  Item(say(f"year.order.{one.state}", lang), light=_TASKS.get(one.state), second=one.order)
                  if one.state else Item(say("year.task.none", lang))) for number, one in enumerate(tasks, 1))
    done = sum(one.state in ("done_first_term", "done_extended") for one in tasks)
    return Section(code, say(f"year.{code}.title", lang, count=len(tasks), done=done),
                   say(f"year.{code}.sentence", lang), tuple(
        Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
            ("no", 0.4, False), ("task", 5, False), ("executor", 2, False), ("due", 1.2, False),
            ("state", 2, False))), rows, say("year.tasks.source", lang), empty=say("year.tasks.none", lang))


def _lacking(year: Year, lang: Lang) -> Section | None:
    """Indicators of which nothing can be said, by who answers for them."""
    lacking = sorted((one for one in year.readings if one.state == "cannot_say"),
                     key=lambda one: (one.indicator.owner == "", one.indicator.owner))
    if not lacking:
        return None
    return Section("lacking", say("year.lacking.title", lang, count=len(lacking)),
                   say("year.lacking.sentence", lang), tuple(
        Column(say(f"year.col.{name}", lang), share) for name, share in (
            ("indicator", 4), ("missing", 3), ("owner", 3))), tuple(
        (Item(format_value(one.indicator.name, lang)), Item(say(f"year.missing.{one.missing or 'fact'}", lang),
                                                            light="unk"),
         Item(one.indicator.owner or say("year.no_owner", lang))) for one in lacking),
        say("year.lacking.source", lang))
