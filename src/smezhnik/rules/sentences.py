"""Law and verdicts in words, for the command line and every page (``messages/rules*.toml``)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from smezhnik.messages import catalogue, format_date, say
from smezhnik.rules.criteria import Missing
from smezhnik.rules.criterion import Finding, Listed
from smezhnik.rules.differences import CriterionChange, TermChange
from smezhnik.rules.judge import Verdict
from smezhnik.rules.law import Law
from smezhnik.rules.pack import Amendment, Edition
from smezhnik.rules.parameters import Term, Value
from smezhnik.rules.provenance import Provenance, Status
from smezhnik.rules.standing import Standing
from smezhnik.types import Lang

#: Members that a sentence names before it only counts the rest.
SHOWN_NAMES = 8
#: A code in brackets, as files write it.
_CODES = re.compile(r" \([a-z]+(?:_[a-z0-9]+)*\)")


def status_word(status: Status, lang: Lang) -> str:
    """«по новостям», «не сверено» …"""
    return say(f"rules.status.{status}", lang)


def amount(number: float | None, unit: str | None, lang: Lang, *, decimals: int = 1) -> str:
    """A number with its unit: «20 %», «9 участников», «1 200 тыс. руб.»; «неизвестно» where absent."""
    if number is None or number != number:
        return say("rules.amount.absent", lang)
    if unit == "share":
        return say("rules.amount.share", lang, percent=round(100 * number, decimals))
    code = f"rules.amount.{unit}"
    return say(code if code in catalogue() else "rules.amount.plain", lang, value=round(number, 3))


def apart(found: float | None, needed: float, unit: str, lang: Lang) -> tuple[str, str]:
    """Both as texts, with so many decimals that numbers that differ look different (19,96 % is not 20 %)."""
    for decimals in (1, 2, 3):
        pair = amount(found, unit, lang, decimals=decimals), amount(needed, unit, lang, decimals=decimals)
        if pair[0] != pair[1] or found == needed:
            break
    return pair


def fact_word(fact: str, law: Law, lang: Lang) -> str:
    """How a fact is called; documents by their titles in the pack, an unknown one by its code."""
    if fact.startswith("document."):
        _, code, *part = fact.split(".")
        document = law.documents.get(code)
        if document is not None and part:
            titles = dict(document.parts)
            return say("rules.part", lang, part=titles[part[0]].of(lang), document=document.title.of(lang))
        return document.title.of(lang) if document is not None else code
    code = f"rules.fact.{fact}"
    return say(code, lang) if code in catalogue() else fact


def fact_name(fact: str, law: Law, lang: Lang) -> str:
    """How a page calls a fact: without the codes, which files need."""
    return plain(fact_word(fact, law, lang))


def plain(words: str) -> str:
    """Words without the codes in brackets that files need.

    >>> plain("years of work (years_of_work), or its first day (founded_on)")
    'years of work, or its first day'
    """
    return _CODES.sub("", words)


def missing_lines(missing: Sequence[Missing], law: Law, names: Mapping[str, str], lang: Lang, *,
                  codes: bool = True) -> Iterator[str]:
    """What is missing and who has it, one line per fact; ``codes``: with the code under which a file tells it."""
    called = fact_word if codes else fact_name
    by_fact: dict[tuple[str, str], list[str]] = {}
    for item in missing:
        parties = " – ".join(names.get(party, party) for party in item.parties)
        owner = f"{item.owner} ({parties})" if parties else names.get(item.owner, item.owner)
        by_fact.setdefault((item.holder, item.fact), []).append(owner)
    for (holder, fact), owners in by_fact.items():
        if holder == "law":
            yield say("rules.missing.law", lang, parameter=law.terms[fact].parameter.title.of(lang))
        else:
            yield say(f"rules.missing.{holder}", lang, fact=called(fact, law, lang),
                      owners=list_names(owners, lang))


def list_names(names: Sequence[str], lang: Lang) -> str:
    """Names joined by commas; beyond ``SHOWN_NAMES`` only how many more."""
    unique = list(dict.fromkeys(names))
    shown = ", ".join(unique[:SHOWN_NAMES])
    rest = len(unique) - SHOWN_NAMES
    return shown if rest <= 0 else say("rules.and_more", lang, shown=shown, count=rest)


def measure_line(finding: Finding, lang: Lang) -> str | None:
    """What was found and what is needed; None where the criterion has no number."""
    outcome = finding.outcome
    if finding.waiver is not None:
        return say("rules.waived", lang, authority=finding.waiver.authority, reason=finding.waiver.reason)
    if finding.exempted:
        return say("rules.exempted", lang)
    if outcome.needed is None or outcome.unit is None:
        return None
    if outcome.every:
        return say("rules.found.each", lang, found=outcome.found, needed=outcome.needed)
    which = "least" if outcome.sense == ">=" else "most"
    if outcome.found is None:
        return say(f"rules.wanted.{which}", lang, needed=amount(outcome.needed, outcome.unit, lang))
    found, needed = apart(outcome.found, outcome.needed, outcome.unit, lang)
    return say(f"rules.found.{which}", lang, found=found, needed=needed)


def shortfall_line(finding: Finding, lang: Lang) -> str | None:
    """How much is lacking to meet it."""
    outcome = finding.outcome
    if finding.state != "not_met" or not outcome.shortfall or outcome.shortfall_unit in (None, "share"):
        return None
    return say("rules.shortfall" if outcome.sense == ">=" else "rules.excess", lang,
               amount=amount(outcome.shortfall, outcome.shortfall_unit, lang))


def of_needed(found: float, needed: float, lang: Lang) -> str:
    """Two shares: «13 % из нужных 20 %»."""
    shown = apart(found, needed, "share", lang)
    return say("rules.of_needed", lang, found=shown[0], needed=shown[1])


def concerned_line(finding: Finding, ids: Sequence[str], names: Mapping[str, str], lang: Lang) -> str | None:
    """Members who fall short of what each must meet."""
    if finding.state != "not_met" or not finding.outcome.every or not finding.concerned:
        return None
    shares = {item.position: item for item in finding.each}
    told = []
    for position in finding.concerned:
        name, item = names.get(ids[position], ids[position]), shares.get(position)
        told.append(name if item is None or item.found is None or item.needed is None else
                    say("rules.short_member", lang, name=name, reached=of_needed(item.found, item.needed, lang)))
    return say("rules.concerned", lang, members=list_names(told, lang))


def lacking_lines(finding: Finding, law: Law, lang: Lang, *, codes: bool = True) -> Iterator[str]:
    """Facts of the cluster that are known to be wrong or not there; ``codes`` as of ``missing_lines``."""
    called = fact_word if codes else fact_name
    for fact in dict.fromkeys(finding.outcome.lacking):
        if finding.state != "met":
            yield say("rules.lacking", lang, fact=called(fact, law, lang))


def act_words(provenance: Provenance, lang: Lang) -> str:
    """«постановление …, пункт 2»."""
    parts = [title.of(lang) for title in (provenance.act and provenance.act.title, provenance.point) if title]
    return ", ".join(parts) or say("rules.no_act", lang)


def source_line(provenance: Provenance, lang: Lang) -> str:
    """Act, point, page and status: «постановление …, пункт 2 – по новостям, https://…»."""
    said = say("rules.source", lang, act=act_words(provenance, lang), status=status_word(provenance.status, lang))
    if provenance.note is not None:
        said += f" ({provenance.note.of(lang)})"
    return f"{said}, {provenance.source.address}" if provenance.source else said


def term_line(term: Term, lang: Lang) -> str:
    """A parameter of the law, its value, since when, and where that is from."""
    return next(term_lines([term], lang))


def term_lines(terms: Sequence[Term], lang: Lang, rule: Provenance | None = None) -> Iterator[str]:
    """Parameters of the law with their sources; those of one source together in a line.

    The source is left out where it is that of the ``rule``, which has just been told.
    """
    told = source_line(rule, lang) if rule is not None else None
    by_source: dict[str, list[str]] = {}
    for term in terms:
        source = source_line(term.value.provenance, lang) + carried_words(term.value, lang)
        by_source.setdefault(source, []).append(
            say("rules.term", lang, title=term.parameter.title.of(lang), value=value_words(term, lang),
                since=term.value.period.since))
    for source, said in by_source.items():
        yield "; ".join(said) if source == told else f"{'; '.join(said)} – {source}"


def list_lines(lists: Sequence[Listed], lang: Lang) -> Iterator[str]:
    """Lists of territories of the day, each with all the sources of what it lists."""
    for item in lists:
        sources = "; ".join(source_line(provenance, lang) for provenance in item.provenances)
        yield say("rules.list", lang, title=item.territories.title.of(lang), sources=sources)


def value_words(term: Term, lang: Lang) -> str:
    """«20 %»; «не больше 9 участников, точное число неизвестно» where it is only known to be no stricter."""
    said = amount(term.value.number, term.parameter.unit, lang)
    return say("rules.no_stricter", lang, value=said) if term.value.known == "no_stricter" else said


def carried_words(value: Value, lang: Lang) -> str:
    return "" if value.carried is None else say("rules.carried", lang, status=status_word(value.carried, lang))


def amendment_line(amendment: Amendment, lang: Lang) -> str:
    """«редакция 2024 года: постановление … (с 01.04.2024, день подписания)»."""
    return say("rules.amendment", lang, title=amendment.title.of(lang), act=amendment.act.title.of(lang),
               since=amendment.since, day=say(f"rules.day.{amendment.day}", lang))


def unread_line(amendments: Sequence[Amendment], lang: Lang) -> str | None:
    """Amendments of which only number and date are known."""
    if not amendments:
        return None
    return say("rules.unread", lang, acts="; ".join(item.act.title.of(lang) for item in amendments))


def checked_line(edition: Edition, lang: Lang) -> str | None:
    """Said of a day after the pack was last compared with the law."""
    if not edition.after_check:
        return None
    return say("rules.after_check", lang, day=edition.day, checked=edition.pack.checked)


def verdict_line(verdict: Verdict, lang: Lang) -> str:
    """The whole in one sentence: the state, how many of each, the worst status of what it rests on."""
    counts = verdict.counts
    return say(f"rules.verdict.{verdict.state}", lang, met=counts["met"], not_met=counts["not_met"],
               unknown=counts["unknown"], total=sum(counts.values()), status=status_word(verdict.status, lang))


def standing_line(standing: Standing, lang: Lang) -> str:
    """How an earlier decision stands, and by which clause."""
    said = say(f"rules.standing.{standing.state}", lang, decided=standing.decided_on, until=standing.until)
    by = f" {standing.by.title.of(lang)}." if standing.by else ""
    return f"{said}{by} ({source_line(standing.provenance, lang)})"


def period_words(since: dt.date, until: dt.date | None, lang: Lang) -> str:
    if until is None:
        return say("rules.from", lang, since=format_date(since, lang))
    return say("rules.from_until", lang, since=format_date(since, lang), until=format_date(until, lang))


def criterion_change_line(item: CriterionChange, lang: Lang) -> str:
    """A requirement that is new, gone, or counted otherwise."""
    before, after = item.before or item.criterion, item.after or item.criterion
    return say(f"cli.packs.criterion.{item.kind}", lang, title=after.title.of(lang), earlier=before.title.of(lang),
               before=status_word(before.provenance.status, lang), after=status_word(after.provenance.status, lang))


def term_change_line(item: TermChange, lang: Lang) -> str:
    """A number of the law that is new, gone, or another."""
    before, after = item.before or item.term, item.after or item.term
    return say(f"cli.packs.term.{item.kind}", lang, title=item.term.parameter.title.of(lang),
               before=value_words(before, lang), after=value_words(after, lang),
               before_status=status_word(before.value.status, lang), after_status=status_word(after.value.status, lang))
