"""A question of a need → candidates that are ready to be shown: with reasons, gaps and what they rest on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from smezhnik.classifiers.english import product_name
from smezhnik.errors import InputError
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Need
from smezhnik.registry.rows import frame_of
from smezhnik.report.links.cards import Candidate, NeedCard, make_cards
from smezhnik.types import Lang
from smezhnik.workflows.partners import TOP, ready_matcher, seen_need
from smezhnik.workflows.places import Spot, distances_from


@dataclass(frozen=True)
class Question:
    """What is looked for.

    Attributes
    ----------
    text : what is needed; may be empty where there is a code
    okpd2, volume, unit, needed_by : as in the table ``needs``; None is unknown
    place : where it is wanted; within_km : no farther from there, great circle; both None for anywhere
    need : the need of the register that it began from, whose other facts count too
    """

    text: str
    okpd2: str | None = None
    volume: float | None = None
    unit: str | None = None
    needed_by: dt.date | None = None
    place: Spot | None = None
    within_km: float | None = None
    need: Need | None = None


@dataclass(frozen=True)
class Answer:
    """Candidates, best first.

    Attributes
    ----------
    row : the row of ``needs`` that was asked with; links : rows of the table ``links``
    card : the same as a page shows it; None where there is no candidate
    whole : candidates that can serve the whole volume; None where that cannot be said
    waiting : offers changed a moment ago, which the answer does not know yet
    """

    row: dict[str, Any]
    links: pl.DataFrame
    card: NeedCard | None
    whole: int | None
    waiting: int = 0

    @property
    def candidates(self) -> list[Candidate]:
        """The candidates as a page shows them."""
        return [] if self.card is None else list(self.card.candidates)


def find_candidates(question: Question, viewer: Viewer, *, on: dt.date, lang: Lang, top: int = TOP) -> Answer:
    """Candidates among the offers that the viewer sees.

    Raises
    ------
    InputError ``find_nothing_asked`` where there is neither a text nor a code; ``find_within_nowhere`` where a distance
    is asked for and no place is known to measure it from.
    """
    row = asked_row(question, viewer, lang)
    ready = ready_matcher(viewer, on)
    matcher, free = ready.matcher, ready.free
    if question.within_km is not None:
        centre = _centre(question, row)
        if centre is None:
            raise InputError("find_within_nowhere")
        near = distances_from(matcher.offers, *centre) <= question.within_km
        free = near if free is None else near & free
    needs = frame_of("needs", [row])
    links = matcher.match(needs, free).filter(pl.col("rank") <= top)
    offers = matcher.offers.filter(pl.col("offer_id").is_in(links["offer_id"].implode()))
    cards = make_cards(links, links["need_id"].unique().to_list(), lang=lang, needs=needs, offers=offers,
                       allocations=None, most_candidates=top)
    whole = None if row["volume"] is None else links.filter(
        (pl.col("quantity") >= row["volume"]) & (pl.col("grade") != "D")).height
    return Answer(row, links, cards[0] if cards else None, whole, ready.waiting)


def asked_row(question: Question, viewer: Viewer, lang: Lang) -> dict[str, Any]:
    """The row of ``needs`` of a question; a code without words gets the words of its class."""
    row = dict.fromkeys(frame_of("needs", []).columns) | (
        {"need_id": "1"} if question.need is None else seen_need(question.need, viewer))
    text = question.text.strip()
    if not text and question.okpd2:
        text = product_name(question.okpd2, lang) or question.okpd2
    if not text:
        raise InputError("find_nothing_asked")
    said = {"text": text, "okpd2": question.okpd2, "volume": question.volume, "unit": question.unit,
            "needed_by": question.needed_by}
    if question.place is not None:
        said |= {name: getattr(question.place, name) for name in ("region", "latitude", "longitude")}
    return row | said


def _centre(question: Question, row: dict[str, Any]) -> tuple[float, float] | None:
    if question.place is not None:
        return question.place.latitude, question.place.longitude
    if row["latitude"] is not None and row["longitude"] is not None:
        return row["latitude"], row["longitude"]
    return None
