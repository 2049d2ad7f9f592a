"""Which part of what they make and buy stays inside: members as rows with a bar and a tick at the norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.amounts import Scale, money_scale
from smezhnik.report.charts import bar
from smezhnik.report.clusters.members import Member, Shown
from smezhnik.rules.criterion import Finding
from smezhnik.rules.judge import Verdict
from smezhnik.rules.sentences import amount
from smezhnik.types import Lang

Side = Literal["seller", "buyer"]
#: Rows of one table; the highest and the lowest shares of more members.
MOST = 60


@dataclass(frozen=True, slots=True)
class Share:
    """A member's row: sums in thousand roubles a year, None where absent; ``enough`` as the judge said."""

    member: Member
    inside: float | None
    whole: float | None
    share: float | None
    needed: float | None
    enough: bool | None

    def bar(self, largest: float, lang: Lang) -> Markup:
        said = amount(self.share, "share", lang)
        return bar(self.share, largest, said, width=150, tick=self.needed)


@dataclass(frozen=True)
class Shares:
    """One table: what members of a side trade inside.

    ``below`` counts those short of the norm; ``total`` is the judge's number of the whole, if it has one.
    """

    side: Side
    rows: Sequence[Share]
    left_out: int
    below: int
    total: Finding | None
    norm: float | None

    @property
    def scale(self) -> Scale:
        return money_scale([row.whole for row in self.rows], fine=True)

    @property
    def largest(self) -> float:
        """The end of all bars: nothing is above 1 but faults, which are told elsewhere."""
        shares = [row.share for row in self.rows if row.share is not None]
        total = self.total.found if self.total and self.total.found is not None else 0.0
        return min(1.0, max([*shares, total, 1.25 * (self.norm or 0.0), 0.05]))

    def sums(self) -> tuple[float | None, float | None]:
        """Inside and whole of all rows, None where one of them is absent."""
        inside, whole = [row.inside for row in self.rows], [row.whole for row in self.rows]
        return (None if None in inside else float(sum(value or 0.0 for value in inside)),
                None if None in whole else float(sum(value or 0.0 for value in whole)))

    def total_bar(self, lang: Lang) -> Markup:
        found = self.total.found if self.total else None
        return bar(found, self.largest, amount(found, "share", lang), tone="o", width=150, tick=self.norm)


def make_shares(shown: Shown, verdict: Verdict) -> list[Shares]:
    """What producers sell inside and what final producers buy inside, as far as anything is known of it."""
    whole = next((item for item in verdict.findings if item.unit == "share"
                  and item.outcome.shortfall_unit == "th_rub"), None)
    tables = [_sold(shown, verdict), _bought(shown, verdict, whole)]
    return [table for table in tables if table is not None]


def _sold(shown: Shown, verdict: Verdict) -> Shares | None:
    """Shares of output as the judge found them for each member; where no criterion asks, as the contracts say."""
    asked = next((item for item in verdict.findings if any(each.found is not None for each in item.each)
                  and getattr(item.criterion.test, "side", "seller") == "seller"), None)
    judged = {verdict.ids[item.position]: item for item in asked.each} if asked else {}
    inside = _inside(shown, "seller") if asked is None else _counted(asked, verdict)
    rows = []
    for member in shown.own:
        each = judged.get(member.key)
        if (each is None and asked) or not member.industrial or (member.final and not asked):
            continue
        known = inside.get(member.key)
        share = each.found if each is not None and each.truth is not None else \
            None if asked or known is None or not member.output else known / member.output
        enough = None if each is None or each.truth is None else each.truth or each.excused
        rows.append(Share(member, known, member.output, share, each.needed if each else None, enough))
    norm = next((row.needed for row in rows if row.needed is not None), None)
    return _table("seller", rows, None, norm)


def _bought(shown: Shown, verdict: Verdict, total: Finding | None) -> Shares | None:
    """Purchases as the judge counted them for the whole; where no criterion asks, as the contracts say."""
    inside = _inside(shown, "buyer") if total is None else _counted(total, verdict)
    rows = []
    for member in shown.own:
        if member.final and member.purchases is not None:
            known = inside.get(member.key)
            share = known / member.purchases if known is not None and member.purchases else None
            rows.append(Share(member, known, member.purchases, share, None, None))
    return _table("buyer", rows, total, total.needed if total else None)


def _counted(finding: Finding, verdict: Verdict) -> dict[str, float | None]:
    """Member → what the criterion counted as traded inside; None where absent facts forbid to say."""
    return {verdict.ids[item.position]: item.inside for item in finding.outcome.inner}


def _inside(shown: Shown, side: Side) -> dict[str, float | None]:
    """Member → sum of its signed contracts inside; None where one of them is absent."""
    sums: dict[str, float | None] = dict.fromkeys((member.key for member in shown.own), 0.0)
    for bond in shown.signed:
        key = bond.seller if side == "seller" else bond.buyer
        if shown.members[key].change == "added":
            continue
        before = sums.get(key, 0.0)
        sums[key] = None if before is None or bond.value is None else before + bond.value
    return sums


def _table(side: Side, rows: list[Share], total: Finding | None, norm: float | None) -> Shares | None:
    if not any(row.whole is not None or row.inside for row in rows):
        return None
    rows.sort(key=lambda row: (row.share is None, -(row.share or 0.0), row.member.key))
    kept = rows if len(rows) <= MOST else [*rows[:MOST // 2], *rows[-(MOST // 2):]]
    below = sum(row.enough is False for row in rows)
    return Shares(side, kept, len(rows) - len(kept), below, total, norm)


def shares_title(table: Shares, lang: Lang) -> str:
    """The finding of the table."""
    if table.side == "seller" and table.norm is not None:
        return say("report.cluster.shares.seller.finding", lang, norm=amount(table.norm, "share", lang),
                   below=table.below, count=len(table.rows) + table.left_out)
    if table.total is not None and table.total.found is not None:
        return say("report.cluster.shares.buyer.finding", lang, found=amount(table.total.found, "share", lang),
                   needed=amount(table.total.needed, "share", lang))
    return say(f"report.cluster.shares.{table.side}", lang)
