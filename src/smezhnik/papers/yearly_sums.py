"""Contracts of a year in words: three sums that are never added, what promises brought, funnels."""

from __future__ import annotations

from smezhnik.messages import say
from smezhnik.papers.paper import Column
from smezhnik.papers.sections import Chart, Item, Section, Series
from smezhnik.promises.year import Funnel, Kept, Money, Year
from smezhnik.tables.column import TH_RUB_IN_MILLION
from smezhnik.types import Lang

#: Promises that a paper lists with what they brought; the workbook has them all.
SHOWN = 25


def money_item(money: Money | None, lang: Lang, sees: bool, opens: str = "") -> Item:
    """A sum in millions of roubles, as it may be told."""
    if money is None or money.value is None:
        return Item(None)
    if not (sees or money.told):
        return Item(say("year.few", lang))
    return Item(money.value / TH_RUB_IN_MILLION, 1, opens=opens, bold=True)


def numbered(kept: Kept) -> str:
    """«2.4. Новые связи»: number and words do not run into one another."""
    return ". ".join(filter(None, (kept.no, kept.text)))


def sum_sections(year: Year, lang: Lang, sees: bool) -> list[Section]:
    """The three sums and the months; then each contract once, under the promise that caused it."""
    return [_sums(year, lang, sees), *([_caused(year, lang, sees)] if year.caused else [])]


def _sums(year: Year, lang: Lang, sees: bool) -> Section:
    rows = tuple((Item(say(f"year.sum.{name}", lang), second=say(f"year.sum.{name}.help", lang)),
                  Item(float(money.rows), 0, opens=opens), Item(float(money.firms), 0),
                  money_item(money, lang, sees, opens)) for name, money, opens in (
        ("potential", year.potential, "potential"), ("signed", year.signed, "total"),
        ("delivered", year.delivered, "delivered")))
    signed = money_item(year.signed, lang, sees)
    sentence = say("year.sums.sentence", lang, undated=year.undated, unpriced=year.unpriced, inferred=year.inferred)
    months = tuple(say(f"year.month.{month}", lang) for month in range(1, len(year.months) + 1))
    return Section(
        "sums", say("year.sums.title" if isinstance(signed.value, float) else "year.sums.title.few", lang,
                    count=year.signed.rows, sum=signed.said(lang)), sentence, tuple(
            Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
                ("sum", 4, False), ("records", 1.2, True), ("firms", 1, True), ("m_rub", 1.4, True))), rows,
        say("year.sums.source", lang, since=year.since, until=year.on),
        Chart("columns", months, (Series(say("year.contracts_by_month", lang), tuple(map(float, year.months))),),
              say("year.contracts_by_month", lang)) if year.signed.rows else None)


def _caused(year: Year, lang: Lang, sees: bool) -> Section:
    names = {one.id: one for one in year.promises}
    shown = [one for one in year.caused if one.promise is not None][:SHOWN]
    rest = [one for one in year.caused if one.promise is None]
    rows = []
    for one in [*shown, *rest]:
        kept = names.get(one.promise or "")
        what = Item(say("year.caused.none", lang)) if kept is None else Item(
            numbered(kept), second=" · ".join(filter(None, (
                say(f"year.kind.{kept.kind}", lang), kept.whose))))
        rows.append((what, Item(float(one.primary.rows), 0, opens=f"primary:{one.promise or ''}"),
                     money_item(one.primary, lang, sees, f"primary:{one.promise or ''}"),
                     Item(float(one.touched.rows), 0, opens=f"touched:{one.promise}") if kept else Item(None),
                     money_item(one.touched, lang, sees, f"touched:{one.promise}") if kept and sees else Item(None)))
    by_promise = sum(one.primary.rows for one in year.caused if one.promise is not None)
    left = len([one for one in year.caused if one.promise is not None]) - len(shown)
    drawn = [(row, one) for row, one in zip(rows, [*shown, *rest], strict=True) if one.primary.rows][:8]
    chart = Chart("bars", tuple(str(row[0].value) for row, _ in drawn), (
        Series(say("year.col.rows", lang), tuple(float(one.primary.rows) for _, one in drawn)),),
        say("year.col.rows", lang)) if drawn else None
    return Section(
        "caused", say("year.caused.title", lang, count=by_promise, of=year.signed.rows),
        " ".join([say("year.caused.sentence", lang), *([say("year.caused.more", lang, count=left)] if left else [])]),
        tuple(Column(say(f"year.col.{name}", lang), share, number) for name, share, number in (
            ("promise", 4, False), ("primary_rows", 1.2, True), ("primary_sum", 1.3, True), ("touched_rows", 1.3, True),
            ("touched_sum", 1.4, True))), tuple(rows),
        say("year.sums.source", lang, since=year.since, until=year.on), chart, brief=(0, 1, 2),
        total=(Item(say("year.total", lang)), Item(float(year.signed.rows), 0, opens="total"),
               money_item(year.signed, lang, sees, "total"), Item(None), Item(None)))


def funnel_section(year: Year, lang: Lang, sees: bool) -> Section | None:
    """From events, sittings and cases to contracts; each step counts what came of the one before."""
    if not any(count for one in year.funnels for _, count in one.steps):
        return None
    rows: list[tuple[Item, ...]] = []
    for funnel in year.funnels:
        rows.append((Item(say(f"year.funnel.{funnel.kind}", lang)),))
        rows += [(Item(say(f"year.step.{name}", lang)), Item(float(count), 0)) for name, count in funnel.steps]
        rows += [(Item(say(f"year.sum.{name}", lang)), money_item(money, lang, sees)) for name, money in (
            ("potential", funnel.potential), ("signed", funnel.signed), ("delivered", funnel.delivered))
            if money is not None]
    first = max(year.funnels, key=lambda one: (one.kind == "events" and _any(one), _any(one)))
    held, ended = first.steps[0][1], first.steps[-1][1]
    return Section(
        "funnels", say(f"year.funnels.{first.kind}", lang, held=held, ended=ended), say("year.funnels.sentence", lang),
        (Column(say("year.col.step", lang), 4), Column(say("year.col.count", lang), 1.4, True)), tuple(rows),
        say("year.funnels.source", lang, since=year.since, until=year.on),
        Chart("bars", tuple(say(f"year.step.{name}", lang) for name, _ in first.steps), (
            Series(say(f"year.funnel.{first.kind}", lang), tuple(float(count) for _, count in first.steps)),),
            say("year.col.count", lang)))


def _any(funnel: Funnel) -> bool:
    return any(count for _, count in funnel.steps)
