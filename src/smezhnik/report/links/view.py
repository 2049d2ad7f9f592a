"""What the template asks for while it draws the cards and the table of the best links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.amounts import Scale, money_scale
from smezhnik.report.charts import ReasonScale, bar, reason_bar, reason_scale, signed_bar, stacked_bar
from smezhnik.report.links.cards import Candidate, NeedCard, short_reason
from smezhnik.report.links.counted import Counted
from smezhnik.report.territory import place_name, short_name
from smezhnik.types import BASES, GRADES, Lang

#: Reasons in the order of their columns.
REASONS = ("text", "marks", "code", "standard", "industry", "use", "size", "rivals", "capacity", "distance",
           "region", "register", "price", "experience")
#: Links of the table of the best and of the map.
BEST = 20
#: Seller regions that get a chip.
_REGION_CHIPS = 6
#: Room for all columns of bars, and for the heading of one, px.
_ROOM, _HEADING = 390.0, 46.0
#: Columns of bars; where there are more reasons, those that move the scores least stand summed up in the last one.
_MOST_COLUMNS = 7
#: The column that holds the sum of the others.
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class View:
    """The report in one language, with the colours of its regions."""

    lang: Lang
    counted: Counted
    cards: Sequence[NeedCard]
    tones: Mapping[str, str]
    pair: tuple[str, str] | None

    @property
    def candidates(self) -> list[Candidate]:
        return [candidate for card in self.cards for candidate in card.candidates]

    def region(self, region: str) -> str:
        return short_name(region, self.lang)

    def bars(self) -> Bars:
        return Bars.over(self.candidates, self.lang)

    def money(self) -> Scale:
        """One unit for the sums of all needs."""
        return money_scale([card.value for card in self.cards], fine=True)

    @property
    def has_free(self) -> bool:
        """Whether any candidate's free capacity is known: a column of dashes is left out."""
        return any(candidate.free is not None for candidate in self.candidates)

    @property
    def has_distance(self) -> bool:
        return any(candidate.distance_km is not None for candidate in self.candidates)

    @property
    def columns(self) -> int:
        """Columns of a table of candidates besides those of the bars."""
        return 5 + self.has_free + self.has_distance

    def units(self, card: NeedCard) -> str | None:
        """The unit of free capacity if all candidates of the card share it; then it stands in the head."""
        units = {candidate.unit for candidate in card.candidates if candidate.free is not None}
        return units.pop() if len(units) == 1 else None

    def chips(self) -> dict[str, list[tuple[str, int]]]:
        """Group of chips → (value, candidates that have it), only where there is something to choose."""
        regions = {candidate.region for candidate in self.candidates if candidate.region}
        groups: dict[str, list[tuple[str, int]]] = {
            "grade": [(grade, sum(c.grade == grade for c in self.candidates)) for grade in GRADES],
            "basis": [(basis, sum(c.basis == basis for c in self.candidates)) for basis in BASES],
            "region": sorted(((region, sum(c.region == region for c in self.candidates)) for region in regions),
                             key=lambda item: (-item[1], item[0]))[:_REGION_CHIPS],
        }
        found = {name: [item for item in items if item[1]] for name, items in groups.items()}
        return {name: items for name, items in found.items() if len(items) > 1}

    def best_rows(self) -> dict[str, Any]:
        """Rows and scale of the table of the best links."""
        rows: list[dict[str, Any]] = self.counted.best.head(BEST).to_dicts()
        scale = money_scale([row["value_th_rub"] for row in rows], fine=True)
        largest = max((row["value_th_rub"] for row in rows if row["value_th_rub"]), default=0.0)
        total = sum(row["value_th_rub"] or 0.0 for row in rows)
        for row in rows:
            tone = self.tones.get(row["seller_region"] or "", "o")
            row["tone"] = tone
            row["bar"] = Markup("") if row["value_th_rub"] is None else bar(
                row["value_th_rub"], largest, scale.full(row["value_th_rub"], self.lang), tone=tone)
            for side in ("seller", "buyer"):
                row[f"{side}_town"] = place_name(None, row[f"{side}_latitude"], row[f"{side}_longitude"], self.lang)
                row[f"{side}_short"] = short_name(row[f"{side}_region"], self.lang) if row[f"{side}_region"] else "–"
        return {"rows": rows, "scale": scale, "total": total,
                "priced": any(row["value_th_rub"] is not None for row in rows),
                "imports": any(row["imported_th_rub"] for row in rows),
                "distance": any(row["distance_km"] is not None for row in rows)}


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of all candidates of the page on one scale."""

    lang: Lang
    columns: Sequence[str]
    own: frozenset[str]
    scale: ReasonScale
    low: float
    high: float
    least: float
    most: float

    @classmethod
    def over(cls, candidates: Sequence[Candidate], lang: Lang, *, most_columns: int = _MOST_COLUMNS,
             room: float = _ROOM) -> Bars:
        """Bars of these candidates: at most so many columns in so many px."""
        weight: dict[str, float] = defaultdict(float)
        low = high = least = most = 0.0
        for candidate in candidates:
            terms = [reason.contribution for reason in candidate.reasons]
            for reason in candidate.reasons:
                weight[reason.code] += abs(reason.contribution)
            low = min(low, sum(term for term in terms if term < 0))
            high = max(high, sum(term for term in terms if term > 0))
            least, most = min(least, candidate.base, *terms), max(most, candidate.base, *terms)
        ordered = [*(code for code in REASONS if code in weight), *sorted(set(weight) - set(REASONS))]
        heavy = sorted(ordered, key=lambda code: (-weight[code], code))
        own = frozenset(heavy if len(heavy) <= most_columns else heavy[:most_columns - 1])
        columns = [code for code in ordered if code in own] + ([OTHERS] if len(own) < len(heavy) else [])
        values = {code: [0.0] for code in columns}
        for candidate in candidates:
            for code, value in _columns_of(candidate, own).items():
                values[code].append(value)
        extents = {code: (min(found), max(found)) for code, found in values.items()}
        scale = reason_scale(extents, room=room, least=_HEADING)
        return cls(lang, columns, own, scale, low, high, least, most)

    def width(self, code: str) -> int:
        return round(max(self.scale.width(code), _HEADING) + 6)

    def heading(self, code: str) -> str:
        """The short name of a reason for the head of its column."""
        return short_reason(code, self.lang)

    def cell(self, candidate: Candidate, code: str) -> Markup:
        """The bar of a reason in its column; nothing where the candidate has no such reason."""
        found = _columns_of(candidate, self.own)
        return reason_bar(code, found[code], self.scale, self.lang) if code in found else Markup("")

    def stack(self, candidate: Candidate) -> Markup:
        said = ", ".join(f"{reason.name} {say('report.links.signed', self.lang, value=reason.contribution)}"
                         for reason in candidate.reasons)
        return stacked_bar([reason.contribution for reason in candidate.reasons], self.low, self.high, said)

    def term(self, value: float) -> Markup:
        return signed_bar(value, self.least, self.most)


def _columns_of(candidate: Candidate, own: frozenset[str]) -> dict[str, float]:
    """Column → contribution: reasons of their own, and the sum of the others."""
    found: dict[str, float] = defaultdict(float)
    for reason in candidate.reasons:
        found[reason.code if reason.code in own else OTHERS] += reason.contribution
    return found
