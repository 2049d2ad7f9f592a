"""Papers of promises: the progress of an agreement, the red list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from smezhnik.accords.models import Agreement
from smezhnik.messages import format_value, say
from smezhnik.papers import Cell, Column, Paper, Table
from smezhnik.types import Lang
from smezhnik.web.papers import framed
from smezhnik.web.promised import Line, Part, counts_of, worst_of

#: State → the light of a paper.
_LIGHTS: Mapping[str, Literal["bad", "unk", "warn", "ok", "way"]] = {
    "done": "ok", "on_the_way": "way", "behind": "warn", "late": "bad", "cannot_say": "unk"}


def agreement_paper(agreement: Agreement, lines: Sequence[Line], day: dt.date, lang: Lang, *,
                    sides: Sequence[tuple[str, str]] = ()) -> Paper:
    """How far an agreement is by a day: words made of numbers, every item, and why some are late; two sheets.

    Parameters
    ----------
    sides : short and whole names of the two sides
    """
    heads = (("no", 0.5), ("commitment", 3.8), ("state", 1.9), ("fact", 1.7), ("expected", 1.1), ("due", 1.2),
             ("proof", 1), ("side_1", 1.1), ("side_2", 1.1))
    titles = {f"side_{number}": short for number, (short, _) in enumerate(sides, 1)}
    rows = [[Cell(line.record.no), Cell(line.record.text or "", line.record.responsible_a or ""),
             Cell(say(f"choice.{line.state}", lang), light=_LIGHTS[line.state]),
             Cell(_facts(line.parts, lang)), Cell("; ".join(part.expected for part in line.parts) or "–"),
             Cell(format_value(line.due, lang)), Cell(format_value(line.counted, lang)),
             *(Cell(_said(line, side, lang)) for side in (1, 2))] for line in lines]
    late = [line for line in lines if line.state in ("late", "behind")]
    blocks = [Table(say("web.accords.items", lang), [
        Column(titles.get(name) or say(f"web.accords.col.{name}", lang), share) for name, share in heads], rows,
                    note=say("web.accords.source", lang), empty=say("web.accords.no_plan", lang))]
    if late:
        blocks.append(Table(say("web.accords.late_items", lang), [
            Column(say("web.accords.col.no", lang), 0.5), Column(say("web.accords.col.commitment", lang), 4),
            Column(say("web.accords.col.why", lang), 4)],
            [[Cell(line.record.no), Cell(line.record.text or ""), Cell("; ".join(filter(None, (
                line.record.because, *(part.why for part in line.parts)))) or "–")] for line in late]))
    lead = [say("web.accords.lead", lang, total=len(lines), **counts_of(lines))] if lines else [
        say("web.accords.no_plan", lang)]
    if (worst := worst_of(lines)) is not None and worst.main is not None:
        lead.append(say("web.accords.worst", lang, no=worst.record.no, fact=worst.main.fact, unit=worst.main.unit,
                        expected=worst.main.expected))
    if len(sides) == 2:
        lead.append("; ".join(f"{short} – {whole}" for short, whole in sides) + ".")
    title = say("web.accords.titled", lang, number=agreement.number, title=agreement.title) if agreement.number \
        else agreement.title
    return framed(title, agreement.public_id, blocks, lang, region=agreement.held_by, as_of=day,
                  lead=lead, sources=[agreement.source] if agreement.source else [])


def _facts(parts: Sequence[Part], lang: Lang) -> str:
    return "; ".join(say("web.accords.of_plan", lang, fact=part.fact, plan=part.plan, unit=part.unit)
                     for part in parts if part.measure) or "–"


def _said(line: Line, side: int, lang: Lang) -> str:
    said = line.said.get(side)
    if said is None:
        return say("web.accords.waits", lang)
    return format_value(said.on, lang) if said.agrees else say("web.accords.disputes", lang)


def red_list_paper(rows: pl.DataFrame, day: dt.date, region: str, lang: Lang) -> Paper:
    """Overdue orders on one sheet, grouped by paper."""
    heads = (("number", 1.2), ("text", 4), ("executor", 2), ("due_first", 1.1), ("due", 1.1), ("days_over", 0.8),
             ("extensions", 0.8), ("data_say", 2))
    blocks: list[list[Cell]] = []
    paper: Any = ""
    for row in rows.iter_rows(named=True):
        if row["protocol"] != paper:
            paper = row["protocol"]
            blocks.append([Cell(paper or say("web.orders.no_paper", lang), bold=True)])
        blocks.append([Cell(format_value(row[name], lang), light="bad" if name == "days_over" else None)
                       for name, _ in heads])
    table = Table(say("web.orders.red_list", lang), [Column(say(f"web.orders.col.{name}", lang), share)
                                                     for name, share in heads], blocks,
                  empty=say("web.orders.none_late", lang))
    return framed(say("web.orders.red_list.title", lang, count=rows.height, day=day), f"RL-{day:%Y%m%d}", [table], lang,
                  region=region, as_of=day)
