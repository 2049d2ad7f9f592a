"""``report_cluster``: from a cluster and the verdict on it to the finished page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.compose import Composition
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.repair import Repair
from smezhnik.messages import say
from smezhnik.report.clusters.chain import Chain, draw_chain, make_chain
from smezhnik.report.clusters.findings import LIGHTS, Row, make_rows
from smezhnik.report.clusters.head import make_head
from smezhnik.report.clusters.members import Shown, show
from smezhnik.report.clusters.plan import Plan, plan_of_composition, plan_of_repair
from smezhnik.report.clusters.shares import make_shares, shares_title
from smezhnik.report.clusters.todo import ToDo, make_todo
from smezhnik.report.clusters.where import draw_members_map
from smezhnik.report.markup import joined, render, sentence
from smezhnik.report.page import Page, render_page
from smezhnik.report.signs import basis_sign, icon, sign
from smezhnik.report.territory import short_name
from smezhnik.rules.judge import Verdict
from smezhnik.rules.sentences import amendment_line, checked_line, standing_line, status_word, unread_line
from smezhnik.types import Lang


def report_cluster(
    cluster: Cluster,
    verdict: Verdict,
    *,
    lang: Lang,
    repair: Repair | None = None,
    composition: Composition | None = None,
    network: Cluster | None = None,
    made_at: dt.datetime | None = None,
    title: str | None = None,
    issuer: str = "",
    sources: Sequence[str] = (),
    sample: bool = False,
) -> str:
    """The report of a cluster as one self-contained HTML page.

    Parameters
    ----------
    cluster : frames of the cluster (``make_cluster``)
    verdict : of ``judge`` on this cluster; the page says nothing about the law that it does not hold
    lang : language of the page
    repair : the least change that makes it comply; without it the page lists what each criterion lacks
    composition : how the cluster was composed; ``cluster`` then holds its members and ``verdict`` is its own
    network : frames of all who may be members: names and places of those whom a repair takes in or who stay outside
    made_at : when the paper was made; None leaves it out
    title : None lets the verdict be the title
    issuer : who issues the paper, top left of each sheet
    sources : further sources, a sentence each
    sample : plants and values are invented

    Returns
    -------
    str, the page. The same cluster, verdict and arguments give the same text.
    """
    made = draw_cluster(cluster, verdict, lang=lang, plan=_plan(repair, composition, lang), network=network)
    head = make_head(cluster, verdict, made.shown, made.names, lang)
    return render_page(Page(
        title=title or head.title, lead=made.lead, body=made.cards, lang=lang, number=head.number, as_of=verdict.day,
        data_date=head.data_date, made_at=made_at, frame=head.frame, selection=head.selection,
        sources=[*sources, *head.sources], issuer=issuer, sample=sample, landscape=True,
    ))


@dataclass(frozen=True)
class Drawn:
    """A cluster as cards, for a page of its own or for one of the workplace.

    Attributes
    ----------
    lead : the sentences that answer the page's question
    cards : verdict beside what to do; the chain; shares beside the map
    rows, todo : criteria and tasks of the cards
    shown, names : what they show, and how everybody is called
    """

    lead: list[Markup]
    cards: Markup
    rows: Sequence[Row]
    todo: ToDo
    shown: Shown
    names: Mapping[str, str]


def draw_cluster(cluster: Cluster, verdict: Verdict, *, lang: Lang, plan: Plan | None = None,
                 network: Cluster | None = None, acts: Mapping[str, Markup] = MappingProxyType({}),
                 names: Mapping[str, str] = MappingProxyType({})) -> Drawn:
    """The cards of a cluster.

    Parameters
    ----------
    cluster, verdict, lang, network : as of ``report_cluster``
    plan : what would be changed, as the list of what to do has it
    acts : what a reader may do about a task, by what the task is about (``Task.about``): a link that opens a case
    names : how those are called who are neither in the cluster nor in the network
    """
    names = {**names, **(names_of(network) if network else {}), **names_of(cluster)}
    shown = show(cluster, verdict, plan, network)
    rows, todo = make_rows(verdict, names, lang), make_todo(verdict, shown, plan, names, lang)
    chain, shares = make_chain(shown, lang), make_shares(shown, verdict)
    chain_title = _chain_title(chain, lang)
    cards = render(
        "cluster.html", lang,
        verdict=verdict, rows=rows, counts=_counts(rows), todo=todo, shown=shown, chain=chain, acts=acts,
        chain_title=chain_title, chain_drawing=draw_chain(chain, shown, chain_title, lang) if chain.members else None,
        beside=[(member, _roles(member.roles, lang)) for member in chain.beside],
        shares=[(table, shares_title(table, lang)) for table in shares], where=_where(shown, lang),
        standing=verdict.standing and standing_line(verdict.standing, lang), law_lines=_law_lines(verdict, lang),
        tier_rows=_tier_rows(chain, shown, lang), short_name=short_name, sign=sign, icon=icon, basis_sign=basis_sign,
        LIGHTS=LIGHTS,
    )
    return Drawn(_lead(verdict, shown, plan, lang), cards, rows, todo, shown, names)


def _plan(repair: Repair | None, composition: Composition | None, lang: Lang) -> Plan | None:
    if repair is not None:
        return plan_of_repair(repair, lang)
    return None if composition is None else plan_of_composition(composition, lang)


def _lead(verdict: Verdict, shown: Shown, plan: Plan | None, lang: Lang) -> list[Markup]:
    """The sentences under the title: by which pack, how many criteria, what they rest on; who is in."""
    counts = verdict.counts
    said = [sentence(f"report.cluster.lead.{verdict.state}", lang, day=verdict.day, met=counts["met"],
                     not_met=counts["not_met"], unknown=counts["unknown"], total=sum(counts.values()),
                     pack=verdict.edition.pack.title.of(lang))]
    if verdict.state == "not_met" and counts["unknown"]:
        said.append(sentence("report.cluster.lead.undecided", lang, unknown=counts["unknown"]))
    said.append(sentence("report.cluster.lead.status", lang, status=status_word(verdict.status, lang)))
    if plan is not None and plan.found and plan.actions and plan.after.state == "met":
        code = "report.cluster.lead.repair" + (".proved" if plan.proven and plan.kind == "repair" else "")
        said.append(sentence(code, lang, count=plan.actions))
    places = ", ".join(f"{short_name(region, lang)} {count}" for region, count in shown.regions.items())
    who = [sentence("report.cluster.lead.members", lang, members=len(shown.own),
                    plants=sum(member.industrial for member in shown.own)), places]
    return [joined(said, " "), joined([part for part in who if part], " ")]


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    """Light → how many criteria show it, those for information left out."""
    return {light: sum(row.light == light and not row.informative for row in rows) for light in LIGHTS}


def _law_lines(verdict: Verdict, lang: Lang) -> list[str]:
    """Which edition is in force, and what of the law nobody has read."""
    edition = verdict.edition
    lines = (amendment_line(edition.amendment, lang), unread_line(verdict.unread, lang), checked_line(edition, lang))
    return [line if line.endswith(".") else f"{line}." for line in lines if line]


def _roles(roles: Sequence[str], lang: Lang) -> str:
    return ", ".join(say(f"choice.{role}", lang) for role in roles)


def _chain_title(chain: Chain, lang: Lang) -> str:
    """The finding of the chain: who has no contract inside, else how much goes through it."""
    signed = [bond for bond in chain.bonds if bond.kind == "signed"]
    if chain.unlinked:
        return say("report.cluster.chain.title.unlinked", lang, tiers=chain.depth, count=len(chain.unlinked))
    if not signed:
        return say("report.cluster.chain.title.none", lang)
    if all(bond.value is None for bond in signed):
        return say("report.cluster.chain.title.unsaid", lang, tiers=chain.depth,
                   bonds=sum(bond.contracts for bond in signed))
    return say("report.cluster.chain.title", lang, tiers=chain.depth, bonds=sum(bond.contracts for bond in signed),
               value=chain.scale.full(sum(bond.least for bond in signed), lang))


def _tier_rows(chain: Chain, shown: Shown, lang: Lang) -> list[dict[str, Any]]:
    """The chain as words, tier by tier: each plant and to whom it sells."""
    return [{"heading": chain.heading(number, lang),
             "plants": [{"member": member, "place": member.place(lang), "tone": shown.tone(member),
                         "bonds": [(bond, chain.members[bond.buyer]) for bond in chain.bonds
                                   if bond.seller == member.key]} for member in chain.column(number)]}
            for number in range(chain.depth) if chain.members]


def _where(shown: Shown, lang: Lang) -> Mapping[str, Any]:
    towns = len({member.place(lang) for member in shown.own if member.latitude is not None})
    code = "report.cluster.map" if towns else "report.cluster.map.regions"
    title = say(code, lang, towns=towns, regions=len(shown.regions))
    drawing, beside, centres = draw_members_map(shown, title, lang)
    notes = [say("report.cluster.map.unit", lang), *([say("report.links.map.centres", lang)] if centres else []),
             say("report.links.map.outlines", lang)]
    return {"title": title, "drawing": drawing, "beside": beside, "notes": notes}
