"""The schedule of pair meetings on paper: a card for every table and every participant, each whole on its sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from smezhnik.messages import say
from smezhnik.report.markup import render, sentence
from smezhnik.report.page import Page, permanent_number, render_page
from smezhnik.scheduling import Schedule
from smezhnik.types import Lang


@dataclass(frozen=True)
class Card:
    """What one participant, or one table, holds in the hand: when, with whom and where, what of."""

    title: str
    lines: tuple[tuple[str, str, str], ...]


def report_schedule(made: Schedule, cards: Sequence[Card], *, lang: Lang, slots: int, title: str | None = None,
                    issuer: str = "", made_at: dt.datetime | None = None, sample: bool = False) -> str:
    """The page as one self-contained HTML text.

    Parameters
    ----------
    cards : in the order of the sheets
    slots : of the event
    """
    content = "\n".join(f"{one.slot} {one.table} {one.host} {one.guest}" for one in made.meetings).encode()
    said = "proved" if made.status == "proved" else "gap"
    return render_page(Page(
        title=title or say("report.schedule.title", lang, count=len(made.meetings)),
        lead=[sentence("report.schedule.lead", lang, count=len(made.meetings), mutual=made.mutual_met, of=made.mutual,
                       slots=slots, tables=made.tables),
              sentence(f"report.schedule.{said}", lang, most=made.mutual_bound, percent=100 * made.gap)],
        body=render("schedule.html", lang, cards=cards), lang=lang, number=permanent_number("V", None, content),
        made_at=made_at, issuer=issuer, sample=sample, sources=[say("report.schedule.source", lang)]))
