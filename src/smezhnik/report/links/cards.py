"""From rows to what a card shows: a need and its candidates, with reasons, gaps and what they rest on in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from smezhnik.matching.sentences import gap_sentence, reason_name, reason_sentence, unit_name
from smezhnik.matching.settings import GRADE_FROM
from smezhnik.messages import catalogue, format_date, say
from smezhnik.report.territory import place_name
from smezhnik.types import GRADES, Basis, Lang

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """One term of the score: its code, name, contribution in log-odds and sentence."""

    code: str
    name: str
    contribution: float
    said: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate as its row shows it.

    ``offer_id`` is the id of its offer, ``free`` its free capacity in ``unit``, ``held`` says why the grade is lower
    than the probability gives, and ``rests`` pairs basis and words.
    """

    offer_id: str
    subject: str
    product: str
    place: str
    region: str
    grade: str
    basis: Basis
    probability: float
    score: float
    base: float
    reasons: Sequence[Reason]
    gaps: Sequence[str]
    gaps_short: Sequence[str]
    held: str
    free: float | None
    unit: str
    distance_km: float | None
    contract: str | None
    decision: str | None
    planned: float | None
    planned_unit: str
    rests: Sequence[tuple[Basis, str]]


@dataclass(frozen=True, slots=True)
class NeedCard:
    """A need with its candidates, best first; ``total`` counts those that are not shown too."""

    need_id: str
    text: str
    buyer: str
    place: str
    okpd2: str | None
    volume: float | None
    unit: str
    value: float | None
    imports: float | None
    needed_by: dt.date | None
    basis: Basis | None
    candidates: Sequence[Candidate]
    total: int
    grades: Mapping[str, int]

    @property
    def has_fitting(self) -> bool:
        """Whether a candidate is better than the weakest grade."""
        return any(self.grades[grade] for grade in GRADES[:-1])

    @property
    def code(self) -> str:
        """The id as its owner wrote it; empty where a calculation made it up (ИНН and activity, «0256006322:24A»)."""
        made_up = ":" in self.need_id and all(candidate.basis == "inferred" for candidate in self.candidates)
        return "" if made_up else self.need_id


def make_cards(links: pl.DataFrame, order: Sequence[str], *, lang: Lang, needs: pl.DataFrame | None,
               offers: pl.DataFrame | None, allocations: pl.DataFrame | None, most_candidates: int) -> list[NeedCard]:
    """Cards of the needs of ``order``, in that order.

    What the optional tables would add (volume, deadline, free capacity, sources) is absent without them, or taken from
    the fields of the reasons where these name it.
    """
    mine = links.filter(pl.col("need_id").is_in(list(order))).sort("need_id", "rank", "offer_id")
    totals = {row["need_id"]: row for row in mine.group_by("need_id").agg(
        pl.len().alias("total"), *((pl.col("grade") == grade).sum().alias(grade) for grade in "ABCD")
    ).iter_rows(named=True)}
    shown = mine.group_by("need_id", maintain_order=True).head(most_candidates)
    need_rows = _rows(needs, "need_id", shown["need_id"])
    offer_rows = _rows(offers, "offer_id", shown["offer_id"])
    plan = {} if allocations is None else {
        (row["need_id"], row["offer_id"]): row
        for row in allocations.filter(pl.col("need_id").is_in(list(order))).iter_rows(named=True)
    }
    grouped: dict[str, list[Row]] = {}
    for row in shown.iter_rows(named=True):
        grouped.setdefault(row["need_id"], []).append(row)
    return [
        _card(grouped[need], need_rows.get(need, {}), offer_rows, plan, totals[need], lang)
        for need in order
    ]


def _first_known(*values: float | None) -> float | None:
    """The first value that is not absent; 0 is a value."""
    return next((value for value in values if value is not None), None)


def _rows(frame: pl.DataFrame | None, key: str, wanted: pl.Series) -> dict[str, Row]:
    if frame is None:
        return {}
    return {row[key]: row for row in frame.filter(pl.col(key).is_in(wanted.unique().implode())).iter_rows(named=True)}


def _card(rows: Sequence[Row], need: Row, offers: Mapping[str, Row], plan: Mapping[tuple[str, str], Row],
          totals: Row, lang: Lang) -> NeedCard:
    first = rows[0]
    stated = [fields for row in rows for fields in [_fields_of(row, "capacity")] if fields]
    return NeedCard(
        need_id=first["need_id"],
        text=need.get("text") or first["need_text"] or first["need_id"],
        buyer=first["buyer"] or "",
        place=place_name(first["buyer_region"], first["buyer_latitude"], first["buyer_longitude"], lang),
        okpd2=need.get("okpd2") or first["okpd2"],
        volume=_first_known(need.get("volume"), *(fields.get("volume") for fields in stated)),
        unit=unit_name(need.get("unit") or (stated[0].get("unit") if stated else None) or first["unit"] or "", lang),
        value=_first_known(need.get("value_th_rub"), *_whole(rows, "value_th_rub")),
        imports=_first_known(need.get("imported_th_rub"), *_whole(rows, "imported_th_rub")),
        needed_by=need.get("needed_by"),
        basis=need.get("basis"),
        candidates=[_candidate(row, offers.get(row["offer_id"], {}), need,
                               plan.get((row["need_id"], row["offer_id"]), {}), lang) for row in rows],
        total=totals["total"],
        grades={grade: totals[grade] for grade in "ABCD"},
    )


def _whole(rows: Sequence[Row], column: str) -> Iterator[float]:
    """What the links say of the whole need: the sum of the part that an offer covers, over that part.

    A part whose size is not told, or that is nothing, says nothing of the whole.
    """
    for row in rows:
        fields = _fields_of(row, "capacity")
        capacity, volume = fields.get("capacity"), fields.get("volume")
        if row[column] is not None and capacity and volume:
            yield row[column] / min(capacity / volume, 1.0)


def _candidate(row: Row, offer: Row, need: Row, planned: Row, lang: Lang) -> Candidate:
    stated = _fields_of(row, "capacity")
    product = offer.get("text") or row["offer_text"] or ""
    return Candidate(
        offer_id=row["offer_id"],
        subject=row["seller"] or product or row["offer_id"],
        product=product if row["seller"] else "",
        place=place_name(row["seller_region"], row["seller_latitude"], row["seller_longitude"], lang),
        region=row["seller_region"] or "",
        grade=row["grade"],
        basis=row["basis"],
        probability=row["probability"],
        score=row["score"],
        base=row["base"],
        reasons=[Reason(item["code"], _full_reason(item["code"], lang), item["contribution"],
                        reason_sentence(item["code"], item["fields"], lang, contribution=item["contribution"]))
                 for item in row["reasons"] or ()],
        gaps=[gap_sentence(item["code"], item["fields"], lang) for item in row["gaps"] or ()],
        # What an inferred link was inferred from fills a paragraph: the row says what to do, the opened row why.
        gaps_short=[gap_sentence(item["code"], None if item["code"] == "inferred" else item["fields"], lang)
                    for item in row["gaps"] or ()],
        held=_held_back(row, lang),
        free=offer["capacity"] if offer.get("capacity") is not None else stated.get("capacity"),
        unit=unit_name((offer.get("unit") if offer.get("capacity") is not None else stated.get("unit")) or "", lang),
        distance_km=row["distance_km"],
        contract=row["contract_id"],
        decision=row["decision"],
        planned=planned.get("quantity"),
        planned_unit=unit_name(planned.get("unit") or row["unit"] or "", lang),
        rests=_rests_on(row, offer, need, lang),
    )


def _held_back(row: Row, lang: Lang) -> str:
    """Why a grade is lower than its probability alone would give; empty where it is not."""
    alone = next(grade for grade in GRADES if row["probability"] >= GRADE_FROM[grade])
    if GRADES.index(row["grade"]) <= GRADES.index(alone):
        return ""
    why = "inferred" if row["basis"] == "inferred" else "gap" if row["grade"] == "B" else "not_valid"
    return say(f"report.links.held.{why}", lang, grade=row["grade"])


def short_reason(code: str, lang: Lang) -> str:
    """The name of a reason for the head of a column; a code that no catalogue knows stays a code."""
    for entry in (f"report.links.reason.{code}", f"reason_name.{code}"):
        if entry in catalogue():
            return say(entry, lang)
    return code


def _full_reason(code: str, lang: Lang) -> str:
    return reason_name(code, lang) if f"reason_name.{code}" in catalogue() else short_reason(code, lang)


def _fields_of(row: Row, code: str) -> dict[str, Any]:
    """The fields of the reason (or else the gap) of that code; empty where the link has none."""
    for item in [*(row["reasons"] or ()), *(row["gaps"] or ())]:
        if item["code"] == code and item["fields"]:
            found: dict[str, Any] = json.loads(item["fields"])
            return found
    return {}


def _rests_on(row: Row, offer: Row, need: Row, lang: Lang) -> list[tuple[Basis, str]]:
    """What the link rests on: register entry, offer, need; each with its source, day and, if inferred, from what."""
    found: list[tuple[Basis, str]] = []
    entry = _fields_of(row, "register")
    if entry.get("entry"):
        code = "report.links.rests_on.register" + (".until" if entry.get("until") else "")
        until = format_date(dt.date.fromisoformat(entry["until"]), lang) if entry.get("until") else None
        found.append(("register", say(code, lang, entry=entry["entry"], until=until)))
    for name, facts in (("offer", offer), ("need", need)):
        if facts.get("basis"):
            said = [say(f"report.links.rests_on.{name}", lang), facts.get("source"), facts.get("basis_note")]
            if facts.get("source_date"):
                said.append(format_date(facts["source_date"], lang))
            found.append((facts["basis"], ", ".join(part for part in said if part)))
    return found or [(row["basis"], say("report.links.rests_on.link", lang))]
