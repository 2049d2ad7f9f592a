"""The plan of who serves which need as a paper: how far, by whom, what is left and why, what capacity is worth."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from smezhnik.matching.sentences import unit_name
from smezhnik.messages import NBSP, format_number, format_value, say
from smezhnik.papers.paper import Cell, Column, Paper, Table
from smezhnik.report.page import permanent_number
from smezhnik.types import Lang

#: Needs and capacities that are printed; the workbook has them all.
NEEDS, PRICES = 300, 50
Row = Mapping[str, Any]


class Planned(Protocol):
    """A need of the plan: rows of ``allocations`` that serve it, the row of ``uncovered`` where something is left."""

    @property
    def text(self) -> str: ...

    @property
    def buyer(self) -> str | None: ...

    @property
    def served(self) -> Sequence[Row]: ...

    @property
    def left(self) -> Row | None: ...


def plan_paper(made: Mapping[str, Any], needs: Sequence[Planned], asked: Mapping[str, Any], *, on: dt.date,
               lang: Lang) -> Paper:
    """The paper of a plan.

    Parameters
    ----------
    made : the figures of ``matching.plan.Plan`` with its tables as rows, ``left_out`` rows that were not kept
    needs : its needs in the order of the page
    asked : ``min_grade``, ``max_suppliers`` (None: any number), ``inferred``
    on : the day for which it holds
    """
    number = permanent_number("N", on, json.dumps(made, sort_keys=True, default=str).encode())
    return Paper(
        say("paper.plan.title", lang, served=made["served"], needs=made["needs"]), lang, number,
        [_served(needs, made["left_out"], on, lang), _uncovered(made["uncovered"], lang),
         _prices(made["shadow_prices"], lang)],
        lead=_lead(made, lang), frame=_frame(asked, lang), as_of=on, sources=[say("web.plan.source", lang, day=on)])


def _lead(made: Mapping[str, Any], lang: Lang) -> list[str]:
    """How far the stated capacities go; then how sure that is."""
    far = [say("web.plan.result", lang, served=made["served"], needs=made["needs"], partly=made["partly"],
               value=made["value_th_rub"] / 1000, wanted=made["wanted_value_th_rub"] / 1000)]
    if made["wanted_imported_th_rub"]:
        far.append(say("web.plan.imports", lang, imported=made["imported_th_rub"] / 1000,
                       wanted=made["wanted_imported_th_rub"] / 1000))
    sure = [say("web.plan.gap", lang, percent=made["gap"] * 100) if made["doubt"] else say("web.plan.proven", lang)]
    if made["doubt"] and made["interrupted"]:
        sure.append(say("web.composed.interrupted", lang))
    if made["ask_value_th_rub"]:
        sure.append(say("web.plan.ask", lang, value=made["ask_value_th_rub"] / 1000))
    unknown = [say(f"paper.plan.{name}", lang, count=made[name])
               for name in ("needs_without_price", "needs_without_volume") if made[name]]
    return [line for line in (" ".join(far), " ".join(sure), " ".join(unknown)) if line]


def _frame(asked: Mapping[str, Any], lang: Lang) -> list[tuple[str, str]]:
    most = asked.get("max_suppliers")
    return [(say("web.plan.grade", lang), f"{asked['min_grade']}: {say('grade.' + asked['min_grade'], lang)}"),
            (say("web.plan.suppliers", lang), say("paper.plan.any", lang) if most is None else str(most)),
            (say("paper.plan.inferred", lang),
             say("paper.plan.inferred.yes" if asked["inferred"] else "paper.plan.inferred.no", lang))]


def _served(needs: Sequence[Planned], left_out: int, on: dt.date, lang: Lang) -> Table:
    """Needs that somebody serves, each with its suppliers and, with a light, what is left of it."""
    some = [need for need in needs if need.served]
    rows: list[list[Cell]] = []
    for need in some[:NEEDS]:
        rows.append([Cell(f"{need.text}. {say('paper.plan.for', lang, buyer=need.buyer)}" if need.buyer
                          else need.text)])
        rows += [[Cell(one["seller"] or "–", one["offer_text"] or ""), *_amounts(one, lang),
                  Cell("–" if one["distance_km"] is None else format_number(one["distance_km"], lang, 0)),
                  Cell(say("web.plan.assured" if one["assured"] else "web.plan.unknown", lang),
                       bold=not one["assured"])] for one in need.served]
        if need.left is not None:
            rows.append([Cell(say("web.plan.left", lang), say(f"web.plan.reason.{need.left['reason']}", lang),
                              light="bad"), *_amounts(need.left, lang), Cell(), Cell()])
    notes = [say("paper.plan.apart", lang)]
    if len(some) > NEEDS:
        notes.append(say("web.plan.more", lang, count=len(some) - NEEDS))
    if left_out:
        notes.append(say("web.plan.left_out", lang, count=left_out))
    return Table(say("web.plan.who", lang),
                 [Column(say("report.links.col.seller", lang), 4), *_amount_columns(lang),
                  Column(say("report.links.col.distance", lang), 1, number=True),
                  Column(say("web.plan.capacity", lang), 1.6)], rows, note=" ".join(notes),
                 empty=say("paper.plan.nobody", lang))


def _uncovered(uncovered: Sequence[Row], lang: Lang) -> Table:
    """What is left, by reason, the most frequent first, each with what to do."""
    by_reason: dict[str, list[Row]] = {}
    for row in uncovered:
        by_reason.setdefault(row["reason"], []).append(row)
    rows: list[list[Cell]] = []
    shown = 0
    for reason, some in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        why = say(f"web.plan.reason.{reason}", lang)
        rows.append([Cell(say("paper.plan.reason", lang, reason=why[:1].upper() + why[1:], count=len(some),
                              do=say(f"web.plan.reason.{reason}.do", lang)))])
        largest = sorted(some, key=lambda row: (-(row["value_th_rub"] or 0.0), row["need_id"]))[:NEEDS - shown]
        shown += len(largest)
        rows += [[Cell(row["need_text"] or row["need_id"], row["buyer"] or ""), *_amounts(row, lang)]
                 for row in largest]
    more = len(uncovered) - shown
    return Table(say("web.plan.uncovered", lang, count=len(uncovered)),
                 [Column(say("paper.plan.need", lang), 4), *_amount_columns(lang)], rows,
                 note=say("web.plan.more", lang, count=more) if more else "", empty=say("paper.plan.all", lang))


def _prices(prices: Sequence[Row], lang: Lang) -> Table:
    """What one more unit of a capacity that is full would give."""
    return Table(
        say("web.plan.prices", lang),
        [Column(say("paper.plan.offer", lang), 4), Column(say("paper.plan.unit", lang), 1),
         Column(say("paper.plan.worth", lang), 1.6, number=True),
         Column(say("paper.plan.worth_imported", lang), 1.6, number=True)],
        [[Cell(one["offer_text"] or "–", one["seller"] or ""), Cell(_unit(one["unit"], lang) or "–"),
          *(Cell(format_value(one[name], lang)) for name in ("value_th_rub", "imported_th_rub"))]
         for one in prices[:PRICES]],
        note=say("web.plan.prices.source", lang) if prices else "", empty=say("paper.plan.no_prices", lang))


def _amount_columns(lang: Lang) -> list[Column]:
    return [Column(say("paper.plan.quantity", lang), 1.8, number=True),
            Column(say("web.plan.mln", lang), 1.2, number=True)]


def _amounts(row: Row, lang: Lang) -> list[Cell]:
    """Quantity with its unit, and value in millions; «–» where either is unknown."""
    quantity = "–" if row["quantity"] is None else NBSP.join(
        filter(None, (format_number(row["quantity"], lang), _unit(row["unit"], lang))))
    value = "–" if row["value_th_rub"] is None else format_number(row["value_th_rub"] / 1000, lang, 1)
    return [Cell(quantity), Cell(value)]


def _unit(unit: str | None, lang: Lang) -> str:
    return unit_name(unit, lang) if unit else ""
