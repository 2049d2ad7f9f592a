"""The sentences of the report: its finding, its lead, its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.amounts import Scale
from smezhnik.report.links.cards import NeedCard
from smezhnik.report.links.counted import Counted
from smezhnik.report.markup import arrows, joined, sentence
from smezhnik.report.sources import named_sources
from smezhnik.report.territory import region_name, short_name
from smezhnik.types import Lang


def finding(counted: Counted, cards: Sequence[NeedCard], pair: tuple[str, str] | None, lang: Lang) -> str:
    """The title: what was found, in one line."""
    if not counted.links:
        return say("report.links.title.empty", lang)
    if pair:
        return say("report.links.title.pair", lang, a=region_name(pair[0], lang), b=region_name(pair[1], lang))
    if counted.needs == 1 and cards[0].buyer:
        return say("report.links.title.one", lang, buyer=cards[0].buyer, links=counted.links - counted.weak_links,
                   strong=counted.strong_links)
    code = "report.links.title" if counted.strong else "report.links.title.none"
    return say(code, lang, strong=counted.strong, needs=counted.needs, fit=counted.fit)


def lead(counted: Counted, pair: tuple[str, str] | None, flows: pl.DataFrame | None, scale: Scale,
         lang: Lang) -> list[Markup]:
    """The sentences under the title, the number that answers the page's question in bold."""
    if not counted.links:
        return [sentence("report.links.lead.empty", lang, needs=counted.needs)]
    money = counted.potential is not None
    whole = flows is not None and pair is not None
    facts: dict[str, object] = {"links": counted.links - counted.weak_links, "served": counted.fit}
    code = "report.links.lead"
    if pair:
        code = "report.links.pair.lead"
        trade = counted.best if flows is None else flows
        there, back = (trade.filter(pl.col("seller_region") == region) for region in pair)
        facts |= {"a": short_name(pair[0], lang), "b": short_name(pair[1], lang),
                  "links": counted.best.height,
                  "forth": _sum_or_count(there, scale if money or flows is not None else None, lang),
                  "back": _sum_or_count(back, scale if money or flows is not None else None, lang)}
    if flows is not None and whole:
        code += ".flows"
        facts |= {"count": counted.best.height, "potential": scale.full(float(flows["value_th_rub"].sum()), lang)}
    elif money:
        code += ".money"
        facts["potential"] = scale.full(counted.potential, lang)
    said = [sentence(code, lang, **facts)]
    if counted.imports:
        said.append(sentence("report.links.lead.imports", lang, imports=scale.full(counted.imports, lang)))
    if money and counted.unpriced:
        said.append(sentence("report.links.lead.unpriced", lang, count=counted.unpriced))
    if money and counted.unlike_units:
        said.append(sentence("report.links.lead.unlike_units", lang, count=counted.unlike_units))
    if counted.weak_links and not whole:
        said.append(sentence("report.links.lead.weak", lang, count=counted.weak_links))
    if counted.weak_only and not whole:
        said.append(sentence("report.links.lead.weak_only", lang, count=counted.weak_only))
    if counted.unserved:
        said.append(sentence("report.links.lead.unserved", lang, count=counted.unserved))
    if counted.signed:
        said.append(sentence("report.links.lead.signed", lang, count=counted.signed))
    lines = [arrows(joined(said, " "))]
    if counted.inferred:
        words = sentence("report.links.inferred", lang, count=counted.inferred, links=counted.links)
        lines.append(Markup('<span class="inf">{}</span>').format(words))
    return lines


def _sum_or_count(links: pl.DataFrame, scale: Scale | None, lang: Lang) -> str | int:
    return links.height if scale is None else scale.text(float(links["value_th_rub"].sum()), lang)


def source_lines(tables: Mapping[str, pl.DataFrame | None], lang: Lang) -> list[str]:
    """Where the facts come from: the sources that the tables name, and whose the figures are."""
    frames = [tables[name] for name in ("needs", "offers", "organisations")]
    return [*named_sources([frame for frame in frames if frame is not None], lang),
            say("report.links.source.secret", lang)]
