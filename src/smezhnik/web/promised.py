"""Promises as pages and papers show them: state, bar, fact of plan, proof; no sum of fewer than three firms."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from smezhnik.accords.actions import latest_of
from smezhnik.accords.models import Commitment, Confirmation
from smezhnik.cooperation.models import Claim, Delivery
from smezhnik.messages import NBSP, format_number, say
from smezhnik.promises.evidence import Evidence
from smezhnik.promises.progress import Progress, rows_of, share_of
from smezhnik.promises.target import MEASURES
from smezhnik.records.access import KINDS, Viewer
from smezhnik.report.promises import LIGHTS, ORDER, progress_bar
from smezhnik.tables.column import LEAST_FIRMS, TH_RUB_IN_MILLION
from smezhnik.types import Lang
from smezhnik.workflows.promise_records import Promised, may_tell
from smezhnik.workflows.promises import why_line

#: Rows of proof that an opened line shows before the rest is only counted.
PROOF = 8


@dataclass(frozen=True)
class Part:
    """One measure of a promise in the reader's words.

    Attributes
    ----------
    fact, plan, unit : as they are written; fact is «–» where nothing is known or it may not be told
    told : whether the value is shown; why : reasons of rows that do not count, or what is missing
    """

    progress: Progress
    measure: str
    fact: str
    plan: str
    unit: str
    expected: str
    bar: Markup
    told: bool
    why: str


@dataclass(frozen=True)
class Line:
    """A commitment or an order as a row of its table."""

    record: Any
    state: str
    light: str
    parts: tuple[Part, ...]
    said: Mapping[int, Confirmation]

    @property
    def main(self) -> Part | None:
        """Its first measure."""
        return self.parts[0] if self.parts else None

    @property
    def money(self) -> bool:
        """Whether its first measure is a sum, in thousand roubles."""
        return self.main is not None and self.main.progress.target.in_money

    @property
    def due(self) -> dt.date | None:
        """The latest deadline of its measures."""
        days = [part.progress.target.due for part in self.parts if part.progress.target.due is not None]
        return max(days, default=None)

    @property
    def counted(self) -> int:
        """Rows that prove it."""
        return sum(part.progress.counted for part in self.parts)

    @property
    def proved_by(self) -> str:
        """The kind of evidence of its measures; empty where they have several, or none."""
        kinds = {MEASURES[str(part.progress.target.measure)].kind for part in self.parts if part.progress.counted}
        return next(iter(kinds)) or "" if len(kinds) == 1 else ""

    @property
    def left_out(self) -> int:
        """Rows that concern it and do not count."""
        return sum(sum(part.progress.left_out.values()) for part in self.parts)


def lines_of(promised: Sequence[Promised], viewer: Viewer, lang: Lang) -> list[Line]:
    """Promises as rows, in the order given."""
    return [Line(one.record, one.state, LIGHTS[one.state], tuple(part_of(part, viewer, lang) for part in one.parts),
                 latest_of(one.record) if isinstance(one.record, Commitment) else {}) for one in promised]


def part_of(part: Progress, viewer: Viewer, lang: Lang) -> Part:
    """One measure in words; a sum of fewer than three firms is kept from those who may not see its contracts."""
    target = part.target
    measure = MEASURES[target.measure] if target.measure else None
    unit = measure.unit if measure else ""
    closed = not may_tell(part, viewer)
    value = None if closed else part.value
    expected = share_of(target, part.expected) if part.expected is not None else None
    share = part.share if part.share is not None or not target.plan or value is None else value / target.plan
    plan, fact = amount(target.plan, unit, lang), amount(value, unit, lang)
    said = say("web.accords.bar", lang, fact=fact, plan=plan, expected=amount(part.expected, unit, lang))
    why = say("web.accords.few_firms", lang) if closed else why_line(part, lang) or ""
    return Part(part, say(f"choice.{target.measure}", lang) if target.measure else "", fact, plan,
                unit_of(target.plan, unit, lang), amount(part.expected, unit, lang),
                progress_bar(None if value is None else share, expected, part.state, said), not closed, why)


def amount(value: float | None, unit: str, lang: Lang) -> str:
    """A value as its table writes it: money in millions with one decimal, anything else as it is."""
    if value is None:
        return "–"
    if unit == "th_rub":
        return format_number(value / TH_RUB_IN_MILLION, lang, 1)
    return format_number(round(value, 1), lang)


def unit_of(plan: float | None, unit: str, lang: Lang) -> str:
    """The word beside the plan."""
    if not unit:  # what a person tells has the unit of its words
        return ""
    return f"млн{NBSP}₽" if unit == "th_rub" and lang == "ru" else "m RUB" if unit == "th_rub" else say(
        f"promises.unit.{unit}", lang, count=plan or 0)


def worst_of(lines: Sequence[Line]) -> Line | None:
    """Of the promises that are behind or late the one furthest from what was expected; None where none is known."""
    behind = [(main.progress.value / main.progress.expected, number, line) for number, line in enumerate(lines)
              if line.state in ("behind", "late") and (main := line.main) is not None and main.told
              and main.progress.value is not None and main.progress.expected]
    return min(behind)[2] if behind else None


def initials(names: Sequence[str]) -> list[str]:
    """«Республика Башкортостан», «Челябинская область» → «РБ», «ЧО»: heads of narrow columns.

    Names of one word stay; where two would be the same, all stay as they are.
    """
    short = []
    for name in names:
        words = [word for word in re.split(r"[\s\u00a0–—-]+", name) if word and word not in ("of", "the", "и")]
        short.append("".join(word[0].upper() for word in words) if len(words) > 1 else name)
    return short if len(set(short)) == len(short) else list(names)


def counts_of(lines: Sequence[Line]) -> dict[str, int]:
    """State → how many promises."""
    return {state: sum(line.state == state for line in lines) for state in ORDER}


@dataclass(frozen=True)
class Proof:
    """A row that proves a promise, as the viewer may read it.

    Attributes
    ----------
    href : page of the record, empty where it has none that the viewer may open
    signed, delivered : th. RUB, two sums; None where absent or closed
    sides : seller and buyer → agreed, other sum, or silent
    """

    href: str
    name: str
    on: dt.date | None
    what: str
    seller: str
    buyer: str
    signed: float | None = None
    delivered: float | None = None
    sides: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Opened:
    """What proves a promise: rows that the viewer may see, how many there are in all, sums of all of them.

    ``closed``: rows that count and that the viewer may not see.
    """

    rows: tuple[Proof, ...]
    count: int
    closed: int
    signed: float | None
    delivered: float | None
    money: bool


def open_line(line: Line, evidence: Evidence, viewer: Viewer, *, on: dt.date, most: int | None = PROOF) -> Opened:
    """The rows that count for the first measure of a promise, the newest first."""
    part = line.main
    if part is None:
        return Opened((), 0, 0, None, None, False)
    rows = rows_of(part.progress.target, evidence, on=on).filter(pl.col("reason").is_null())
    kind = MEASURES[str(part.progress.target.measure)].kind if part.progress.target.measure else None
    find = _contracts if kind == "contract" else _others
    shown = find(rows, viewer, on)
    money = kind == "contract"
    sees = money and (viewer.sees("confidential") or part.progress.firms >= LEAST_FIRMS)
    ids = rows["evidence_id"].to_list()
    return Opened(tuple(shown[:most]), rows.height, rows.height - len(shown),
                  _sum(rows["value_th_rub"].to_list()) if sees else None,
                  _sum(list(delivered_by(ids, on).values())) if sees else None, money)


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _contracts(rows: pl.DataFrame, viewer: Viewer, on: dt.date) -> list[Proof]:
    kind = KINDS["contract"]
    ids = rows["evidence_id"].to_list()
    there = {one.public_id: one for one in kind.visible_to(viewer).filter(public_id__in=ids)}
    delivered, sides = delivered_by(ids, on), sides_of(ids, on)
    found = []
    for public_id in ids:
        record = there.get(public_id)
        if record is not None:
            row = kind.seen(viewer, record)
            sees = row["value_th_rub"] is not None
            found.append(Proof(public_id, row["contract_id"], row["signed_on"], row["text"] or "", row["seller"] or "",
                               row["buyer"] or "", row["value_th_rub"], delivered.get(public_id) if sees else None,
                               _words_of(sides.get(public_id, {}), record.value_th_rub)))
    return found


def _others(rows: pl.DataFrame, viewer: Viewer, on: dt.date) -> list[Proof]:
    """Rows of other kinds: members, clusters and events are no secret; who met whom and whose product was admitted is
    known to those who broker; cases and deliveries are those of the viewer's cases.
    """
    kinds = {"case": "case", "answer": "case"}
    ids = rows["evidence_id"].to_list()
    cases = set(KINDS["case"].visible_to(viewer).filter(public_id__in=ids).values_list("public_id", flat=True)) \
        if set(rows["kind"]) & set(kinds) else set()
    found = []
    for row in rows.iter_rows(named=True):
        if row["kind"] in kinds and row["evidence_id"] not in cases:
            continue
        if row["kind"] == "delivery" and not viewer.sees("confidential"):
            continue
        if row["kind"] in ("pair_meeting", "admission") and not viewer.sees("internal"):
            continue
        href = row["evidence_id"] if row["kind"] in kinds else row["event"] or row["cluster"] or ""
        found.append(Proof(href, row["text"] or row["evidence_id"], row["on"], "", "", "", row["value_th_rub"]))
    return found


def delivered_by(contracts: Sequence[str], on: dt.date) -> dict[str, float]:
    """Contract → sum of what was delivered by the day."""
    found: dict[str, float] = {}
    for own, value in Delivery.objects.filter(contract__public_id__in=list(contracts), archived=False,
                                              on__lte=on).values_list("contract__public_id", "value_th_rub"):
        found[own] = found.get(own, 0.0) + value
    return found


def sides_of(contracts: Sequence[str], on: dt.date) -> dict[str, dict[str, Claim]]:
    """Contract → side → the last that it said by the day."""
    found: dict[str, dict[str, Claim]] = {}
    for one in Claim.objects.filter(contract__public_id__in=list(contracts), archived=False, on__lte=on).select_related(
            "contract").order_by("on", "id"):
        found.setdefault(one.contract.public_id, {})[one.side] = one
    return found


def _words_of(said: Mapping[str, Claim], value: float | None) -> dict[str, str]:
    """Whether each side holds the sum of the contract, another one, or said nothing."""
    return {side: "silent" if side not in said else
            "agreed" if said[side].value_th_rub in (None, value) else "other" for side in ("seller", "buyer")}
