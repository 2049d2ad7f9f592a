"""What a search found, in words: members, proof, what nobody has signed, who cannot be in, what excludes what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from smezhnik.clusters.compose import Composition, NewContract
from smezhnik.clusters.conflicts import Conflicts
from smezhnik.clusters.discover import Candidate
from smezhnik.clusters.outsiders import Outsider
from smezhnik.clusters.repair import Repair
from smezhnik.clusters.whatif import WhatIf
from smezhnik.messages import catalogue, say
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.pack import Edition
from smezhnik.rules.sentences import measure_line, missing_lines, of_needed, verdict_line
from smezhnik.types import Lang

Names = Mapping[str, str]
#: Links of a composition that are named one by one, the largest first; the others are counted.
SHOWN_LINKS = 12


def composition_lines(made: Composition, names: Names, lang: Lang) -> Iterator[str]:
    """The cluster, its worth and proof, then what stands beside it."""
    yield status_line(made, lang)
    if made.unsigned_th_rub:
        yield say(f"clusters.unsigned.{made.objective}", lang, value=made.unsigned_th_rub / 1000)
    yield from first_lines(made.missing, made.verdict.edition, names, lang)
    if made.members:
        called = [names.get(own, own) for own in made.members]
        yield say("clusters.members", lang, count=len(called), names=called)
    yield from contract_lines(made.new_contracts[:SHOWN_LINKS], names, lang)
    if rest := made.new_contracts[SHOWN_LINKS:]:
        yield say("clusters.sign_rest", lang, count=len(rest),
                  value=sum(item.volume_th_rub for item in rest) / 1000)
    if made.members:
        yield say("clusters.verdict", lang, verdict=verdict_line(made.verdict, lang))
    if made.new_contracts:
        yield say("clusters.verdict_if_signed", lang, verdict=verdict_line(made.verdict_if_signed, lang))
    yield from beside_lines(made.beside, made.verdict.edition, lang)


def status_line(made: Composition, lang: Lang) -> str:
    """What is proven of a composition."""
    code = "best_found_unbounded" if made.status == "best_found" and not math.isfinite(made.gap) else made.status
    more = say("clusters.interrupted", lang) + " " if made.interrupted else ""
    worth = say(f"clusters.worth.{made.objective}", lang,
                value=(made.value_th_rub - made.unsigned_th_rub) / 1000)
    return more + say(f"clusters.status.{code}", lang, worth=worth,
                      percent=100 * made.gap if math.isfinite(made.gap) else None, asked=100 * made.asked_gap)


def contract_lines(contracts: Sequence[NewContract], names: Names, lang: Lang, *, least: bool = False
                   ) -> Iterator[str]:
    """Links that nobody has signed yet, with the sum that is counted on; ``least``: proven to be the least."""
    for item in contracts:
        code = "sign_any" if not item.volume_th_rub else "sign_least" if least else "sign"
        yield say(f"clusters.{code}", lang, seller=names.get(item.seller, item.seller),
                  buyer=names.get(item.buyer, item.buyer), value=item.volume_th_rub,
                  possible=item.possible_th_rub, link=item.link)


def first_lines(missing: Sequence[Missing], edition: Edition, names: Names, lang: Lang) -> Iterator[str]:
    """What has to be found out before anything else is done."""
    if missing:
        yield say("clusters.find_out_first", lang)
        yield from ("  " + line for line in missing_lines(missing, edition.law, names, lang))


def beside_lines(codes: Sequence[str], edition: Edition, lang: Lang) -> Iterator[str]:
    """Criteria that no choice of members changes."""
    if codes:
        yield say("clusters.beside", lang, criteria=[title(code, edition, lang) for code in codes])


def outsider_line(item: Outsider, edition: Edition, names: Names, lang: Lang) -> str:
    """Why somebody can be in no cluster that complies."""
    fields: dict[str, object] = {"name": names.get(item.id, item.id), "found": item.found, "needed": item.needed,
                                 "criterion": title(item.criterion, edition, lang)}
    if item.reason in ("not_allowed", "absent_fact"):
        return say(f"clusters.outsider.{item.reason}", lang, **fields)
    if item.unit == "contract":
        return say(f"clusters.outsider.{item.reason}_link", lang, **fields)
    return say(f"clusters.outsider.{item.reason}", lang, reached=reached_words(item, lang), **fields)


def reached_words(item: Outsider, lang: Lang) -> str:
    """«13 % из нужных 20 %»; where the law says no share, the part of the sum that is needed."""
    if math.isnan(item.needed_share):
        return say("clusters.reached.sum", lang, percent=100 * item.found / item.needed)
    return of_needed(item.found_share, item.needed_share, lang)


def repair_lines(made: Repair, names: Names, lang: Lang) -> Iterator[str]:
    """The changes as a list of things to do, and how sure it is that fewer do not suffice."""
    edition = made.verdict.edition
    actions = len(made.added) + len(made.removed) + len(made.new_contracts)
    yield say(f"clusters.repair.{made.status}", lang, count=actions,
              bound=made.bound if math.isfinite(made.bound) else None)
    yield from first_lines(made.missing, edition, names, lang)
    for own in made.added:
        yield say("clusters.add", lang, name=names.get(own, own), id=own)
    unavoidable = {item.id: item for item in made.unavoidable}
    for own in made.removed:
        yield say("clusters.remove", lang, name=names.get(own, own), id=own)
        if own in unavoidable:
            yield "  " + outsider_line(unavoidable[own], edition, names, lang)
    yield from contract_lines(made.new_contracts, names, lang, least=made.least_volume)
    if made.status in ("proved", "best_found"):
        yield say("clusters.after", lang, verdict=verdict_line(made.verdict_after, lang))
    yield from beside_lines(made.beside, edition, lang)


def conflict_lines(found: Conflicts, edition: Edition, lang: Lang) -> Iterator[str]:
    """What excludes what, what to give up, and how far each can be reached."""
    if found.possible:
        yield say("clusters.conflicts.none", lang)
    for one in found.minimal:
        code = "unproved" if one in found.unproved else "alone" if len(one) == 1 else "together"
        yield say(f"clusters.conflicts.{code}", lang,
                  criteria=[title(code, edition, lang) for code in one])
    for one in found.relaxations:
        yield say("clusters.conflicts.give_up", lang, criteria=[title(code, edition, lang) for code in one])
    for item in found.reaches:
        yield say("clusters.conflicts.reach" if item.proved else "clusters.conflicts.reach_found", lang,
                  criterion=title(item.code, edition, lang), measure=measure_line(item.finding, lang) or "")
        if item.supposed:
            yield "  " + say("clusters.conflicts.supposed", lang)
    if found.unreached:
        yield say("clusters.conflicts.unreached", lang,
                  criteria=[title(code, edition, lang) for code in found.unreached])
    if not found.complete:
        yield say("clusters.conflicts.stopped" if found.interrupted else "clusters.conflicts.incomplete", lang)
    yield from beside_lines(found.beside, edition, lang)


def candidate_lines(found: Sequence[Candidate], names: Names, lang: Lang) -> Iterator[str]:
    """Every candidate: around whom, how many, worth, verdict, whom it shares with earlier ones."""
    if not found:
        yield say("clusters.discover.none", lang)
    for number, item in enumerate(found, 1):
        around = names.get(item.around, item.around) if item.around is not None else None
        yield say("clusters.discover.one" if around is None else "clusters.discover.around", lang, number=number,
                  around=around, pool=item.pool)
        yield from ("  " + line for line in composition_lines(item.composition, names, lang))
        if item.shared:
            yield "  " + say("clusters.discover.shared", lang, names=[names.get(own, own) for own in item.shared])


def what_if_lines(found: WhatIf, names: Names, lang: Lang) -> Iterator[str]:
    """Before, after, and what changed."""
    edition = found.after.edition
    for reason, own in found.idle:
        yield say(f"clusters.idle.{reason}", lang, name=names.get(own, own))
    yield say("clusters.before", lang, verdict=verdict_line(found.before, lang))
    yield say("clusters.after", lang, verdict=verdict_line(found.after, lang))
    if not found.changed:
        yield say("clusters.unchanged", lang)
    for code in found.changed:
        before, after = found.before.finding(code), found.after.finding(code)
        yield say("clusters.changed", lang, criterion=title(code, edition, lang),
                  before=say(f"choice.{before.state}", lang), after=say(f"choice.{after.state}", lang),
                  measure=measure_line(after, lang) or "–")


def title(code: str | None, edition: Edition, lang: Lang) -> str:
    """A criterion by its title, something asked by its words."""
    if code is None:
        return "–"
    known = next((item for item in edition.criteria if item.code == code), None)
    if known is not None:
        return known.title.of(lang)
    asked, _, rest = code.removeprefix("asked.").partition(".")
    return say(f"clusters.asked.{asked}", lang, what=rest) if f"clusters.asked.{asked}" in catalogue() else code
