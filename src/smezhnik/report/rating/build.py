"""``report_rating``: from a rating to the finished page, of all or of one of the rated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from markupsafe import Markup

from smezhnik.messages import format_number, say
from smezhnik.regions.rating.frames import make_ratings, of
from smezhnik.report.figures import Shape, arrange
from smezhnik.report.markup import render, sentence
from smezhnik.report.page import Page, permanent_number, render_page
from smezhnik.report.rating.beside import draw_blocks, draw_sides, standings_of
from smezhnik.report.rating.facts import RatingFacts, place
from smezhnik.report.rating.indicators import draw_indicators, draw_influence
from smezhnik.report.rating.moved import draw_moved
from smezhnik.report.rating.places import draw_effects, draw_places
from smezhnik.report.rating.plan import draw_plan
from smezhnik.report.signs import basis_sign, icon
from smezhnik.types import Lang

Shelves = tuple[tuple[Shape, tuple[tuple[str, ...], ...]], ...]
#: The order of the page of one of the rated, and of the page of all.
SHELVES: Shelves = (("wide", (("places",), ("moved", "gap", "plan"))), ("one", (("blocks",),)), ("one", (("sides",),)),
                    ("one", (("effects",),)), ("one", (("indicators",),)))
SHELVES_OF_ALL: Shelves = (("wide", (("places",), ("effects", "influence"))), ("one", (("indicators",),)))


def report_rating(facts: RatingFacts, *, lang: Lang, made_at: dt.datetime | None = None, title: str | None = None,
                  issuer: str = "", sample: bool = False) -> str:
    """The page of a rating as one self-contained HTML text.

    Parameters
    ----------
    facts : the rating; with ``row`` the page is about one of the rated, without about all
    lang : language of the page
    made_at : when the paper was made; None leaves it out
    title : None lets the finding be the title
    issuer : who issues the paper, top left of each sheet
    sample : the values are invented

    Returns
    -------
    str, the page. The same facts and arguments give the same text.
    """
    standings = () if facts.row is None else standings_of(facts)
    made = [draw_places(facts, lang), draw_moved(facts, lang), draw_plan(facts, lang),
            draw_blocks(facts, standings, lang) if standings else None,
            draw_sides(facts, standings, lang) if standings else None, draw_effects(facts, lang),
            draw_influence(facts, lang) if facts.row is None else None, draw_indicators(facts, standings, lang)]
    year = facts.composite.table.year
    mark = permanent_number("R" if year is None else f"R-{year}", None, _content(facts))
    shelves = arrange(made, SHELVES if facts.row is not None else SHELVES_OF_ALL, mark, lang)
    body = render("figures.html", lang, shelves=shelves, strip=(), icon=icon, basis_sign=basis_sign)
    scheme = of(facts.scheme.title, lang) or facts.scheme.code
    note = of(facts.scheme.note, lang)
    return render_page(Page(
        title=title or _title(facts, lang), lead=_lead(facts, lang), body=body, lang=lang, number=mark, made_at=made_at,
        frame=[(say("report.rating.frame.scheme", lang), scheme),
               *([] if year is None else [(say("report.region.frame.year", lang), str(year))])],
        sources=[f"{scheme}.", *([note] if note else []), facts.source(lang)], issuer=issuer, sample=sample))


def _content(facts: RatingFacts) -> bytes:
    """What the permanent number stands for: places, scores and intervals, and whom the page is about; not
    the names, which each language has of its own.
    """
    own = "" if facts.row is None else facts.composite.table.regions[facts.row]
    rows = make_ratings(facts.composite, facts.spread).drop("name").sort("place", "territory")
    return f"{facts.scheme.code}\n{own}\n{rows.write_ndjson()}".encode()


def _title(facts: RatingFacts, lang: Lang) -> str:
    count = len(facts.names)
    if facts.row is None:
        first = facts.order[0]
        return say("report.rating.title.all", lang, name=facts.names[first], index=facts.scheme.index, count=count,
                   score=float(facts.composite.index[first]))
    fields: Mapping[str, object] = {"name": facts.names[facts.row], "count": count,
                                    "place": place(facts.composite.places[facts.row], lang)}
    change, region = facts.change, facts.composite.table.regions[facts.row]
    if change is None or region not in change.regions:
        low, high = facts.ends(facts.row)
        if low == high:
            return say("report.rating.title.sure", lang, **fields)
        return say("report.rating.title", lang, **fields, interval=facts.interval(facts.row, lang))
    at = change.regions.index(region)
    moved = float(change.places_before[at] - change.places_after[at])
    sense = "up" if moved > 0 else "down" if moved < 0 else "same"
    return say(f"report.rating.title.{sense}", lang, moved=abs(moved), year=change.years[0], **fields)


def _lead(facts: RatingFacts, lang: Lang) -> list[Markup]:
    if facts.row is None:
        said = [sentence("report.rating.lead.all", lang, indicators=len(facts.composite.scheme.indicators),
                         count=len(facts.names), index=facts.scheme.index)]
        return said if facts.spread is not None else [*said, sentence("report.rating.lead.unsure", lang)]
    low, high = facts.ends(facts.row)
    parts = [sentence("report.rating.lead.score", lang,
                      score=format_number(float(facts.composite.index[facts.row]), lang, 1))]
    if facts.spread is None:
        parts.append(sentence("report.rating.lead.unsure", lang))
    elif low == high:
        parts.append(sentence("report.rating.lead.sure", lang))
    else:
        parts.append(sentence("report.rating.lead.interval", lang, low=place(low, lang), high=place(high, lang)))
        parts.append(sentence("report.rating.lead.alike", lang, count=len(facts.alike)) if facts.alike else Markup(""))
    return [Markup(" ").join(part for part in parts if part)]


