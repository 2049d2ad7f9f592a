"""A rating → its page: of all, or of one of the rated with what made its place and what would move it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from smezhnik.classifiers.countries import in_language
from smezhnik.errors import CannotSay
from smezhnik.io import readable_name
from smezhnik.messages import say
from smezhnik.regions.rating import Gap, Plan, Sensitivity, Uncertainty, calc_gap, calc_plan, find_alike
from smezhnik.report import report_rating
from smezhnik.report.rating import RatingFacts
from smezhnik.types import Lang
from smezhnik.workflows.rating import Rated, method_lines
from smezhnik.workflows.report import Reported

#: Places that the plan of a page gains where nobody said how many.
GAIN = 5
#: Share of the others whose best value no indicator of a plan passes.
LIMIT = 0.9


def report_rated(rated: Rated, *, lang: Lang, spread: Uncertainty | None = None, effects: Sensitivity | None = None,
                 title: str | None = None, issuer: str = "", made_at: dt.datetime | None = None) -> Reported:
    """The page of the whole rating."""
    return _report(_facts(rated, spread, effects, lang), lang, title, issuer, made_at)


def report_rated_region(rated: Rated, row: int, *, lang: Lang, spread: Uncertainty | None = None,
                        effects: Sensitivity | None = None, beside: tuple[int, ...] = (), gain: int = GAIN,
                        limit: float = LIMIT, title: str | None = None, issuer: str = "",
                        made_at: dt.datetime | None = None) -> Reported:
    """The page of one of the rated.

    Parameters
    ----------
    row : of the composite
    beside : rows of the peers; all others by default
    gain : places that the plan gains; fewer where there are not so many above, or the limits do not let it rise so far
    limit : quantile of the others that no indicator of the plan passes
    """
    plan, why = find_plan(rated, row, gain, lang, limit=limit)
    facts = replace(_facts(rated, spread, effects, lang), row=row, beside=tuple(beside), plan=plan, no_plan=why,
                    alike=() if spread is None else find_alike(rated.composite, spread, row))
    if rated.change is None:
        facts = replace(facts, gap=_find_gap(facts, row))
    return _report(facts, lang, title, issuer, made_at)


def find_plan(rated: Rated, row: int, gain: int, lang: Lang, *, limit: float = LIMIT) -> tuple[Plan | None, str]:
    """The plan that gains the places, or as many as can be gained, and why it is less or none."""
    composite = rated.composite
    region, place = composite.table.regions[row], int(composite.places[row])
    if place <= 1:
        return None, say("report.rating.plan.first", lang)
    why = ""
    wanted = min(gain, place - 1)
    while wanted > 0:
        try:
            return calc_plan(composite, region, gain=wanted, limit=limit), why
        except CannotSay as refused:
            if refused.code != "rating.out_of_reach":
                return None, say(f"error.{refused.code}", lang, **refused.fields)
            best = int(str(refused.fields["best"]))
            why = say("report.rating.plan.reach", lang, gain=gain, best=best, limit=refused.fields["limit"])
            wanted = min(wanted - 1, place - best)
    return None, why


def _find_gap(facts: RatingFacts, row: int) -> Gap | None:
    """Beside who holds the place that the plan aims at, else the next above, for the first the second."""
    order, composite = facts.order, facts.composite
    at = order.index(row)
    target = composite.places[row] - 1 if facts.plan is None else facts.plan.target
    above = [other for other in order[:at] if composite.places[other] >= target]
    other = above[0] if above else order[at - 1] if at else order[1]
    try:
        return calc_gap(composite, row, other)
    except CannotSay:
        return None


def _facts(rated: Rated, spread: Uncertainty | None, effects: Sensitivity | None, lang: Lang) -> RatingFacts:
    table = rated.composite.table
    names = tuple(in_language(code, name, lang) for code, name in zip(table.regions, table.names, strict=True))
    composite = replace(rated.composite, table=replace(table, names=names))
    return RatingFacts(rated.scheme, composite, spread=spread, effects=effects, change=rated.change,
                       method=method_lines(rated.scheme, lang, sources=False), file=rated.file)


def _report(facts: RatingFacts, lang: Lang, title: str | None, issuer: str, made_at: dt.datetime | None) -> Reported:
    page = report_rating(facts, lang=lang, title=title, issuer=issuer, made_at=made_at)
    own = "" if facts.row is None else facts.composite.table.regions[facts.row]
    year = facts.composite.table.year
    return Reported(page, readable_name(say("report.file.rating", lang), own, "" if year is None else str(year),
                                        suffix=".html"), ())
