"""The rows of the verdict: every criterion with its light, numbers, point, edition, source and status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.messages import NBSP, format_number, say
from smezhnik.rules.criterion import Finding
from smezhnik.rules.judge import Verdict
from smezhnik.rules.provenance import Status
from smezhnik.rules.sentences import (
    act_words,
    amount,
    apart,
    concerned_line,
    lacking_lines,
    list_lines,
    list_names,
    measure_line,
    missing_lines,
    shortfall_line,
    source_line,
    status_word,
    term_lines,
)
from smezhnik.types import Lang

Light = Literal["bad", "unk", "warn", "ok"]
#: Worst first.
LIGHTS: tuple[Light, ...] = ("bad", "unk", "warn", "ok")
#: Units whose words stay the same after «не меньше».
_GOVERNED = ("share", "percent", "percent_point", "th_rub", "mln_rub")
#: Lines under a criterion; the list of what to do has them all.
_MOST_LINES = 4
_NUMBER = re.compile(r"(№|No) ")


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion as its row shows it.

    Attributes
    ----------
    light : ``bad`` not met, ``unk`` cannot say, ``warn`` met with a reservation, ``ok`` met
    found, needed : numbers with their units; empty where the criterion has none
    why : who and what it is about, a sentence each
    act : act and point; since : the day from which it stands
    status : the worst of the rule and of its parameters; ``verified`` if that is confirmed
    rests_on : rule and parameters with their sources, a sentence each
    """

    code: str
    title: str
    light: Light
    word: str
    found: str
    needed: str
    why: Sequence[str]
    act: str
    since: str
    status: Status
    status_word: str
    rests_on: Sequence[str]
    informative: bool

    @property
    def verified(self) -> bool:
        return self.status == "confirmed"


def make_rows(verdict: Verdict, names: Mapping[str, str], lang: Lang) -> list[Row]:
    """Every criterion of the day, worst first, those for information last; else in the order of the pack."""
    rows = [_row(finding, verdict, names, lang) for finding in verdict.findings]
    return sorted(rows, key=lambda row: (row.informative, LIGHTS.index(row.light)))


def light_of(finding: Finding) -> Light:
    """What the reader sees first. A reservation: waived, exempted, or met only by exceptions that the rule allows."""
    if finding.state != "met":
        return "bad" if finding.state == "not_met" else "unk"
    reserved = finding.waiver is not None or finding.exempted or any(item.excused for item in finding.each)
    return "warn" if reserved else "ok"


def numbers(finding: Finding, lang: Lang) -> tuple[str, str]:
    """Found and needed as texts; empty where the criterion has no number."""
    outcome = finding.outcome
    if outcome.needed is None or outcome.unit is None:
        return "", ""
    if outcome.every:
        of = say("report.cluster.of", lang, found=outcome.found, needed=outcome.needed)
        return of, say("report.cluster.needed.all", lang)
    found, needed = apart(outcome.found, outcome.needed, outcome.unit, lang)
    if outcome.unit not in _GOVERNED:  # «не меньше 2»: the word of the unit would need another case
        needed = format_number(round(outcome.needed, 3), lang)
    return found, say(f"report.cluster.needed.{'least' if outcome.sense == '>=' else 'most'}", lang, needed=needed)


def _row(finding: Finding, verdict: Verdict, names: Mapping[str, str], lang: Lang) -> Row:
    light, rule = light_of(finding), finding.criterion.provenance
    found, needed = numbers(finding, lang)
    act = act_words(rule, lang)
    return Row(
        finding.code, finding.criterion.title.of(lang), light, say(f"report.cluster.light.{light}", lang), found,
        needed, _why(finding, verdict, names, lang), _NUMBER.sub(rf"\1{NBSP}", act),
        say("rules.from", lang, since=finding.criterion.period.since), finding.status,
        status_word(finding.status, lang), [source_line(rule, lang), *term_lines(finding.uses, lang),
                                   *list_lines(finding.lists, lang)],
        finding.criterion.informative)


def _why(finding: Finding, verdict: Verdict, names: Mapping[str, str], lang: Lang) -> list[str]:
    """What falls short and by how much, who, what is missing; a reservation in words."""
    law = verdict.edition.law
    said = [shortfall_line(finding, lang), concerned_line(finding, verdict.ids, names, lang),
            *lacking_lines(finding, law, lang, codes=False),
            *missing_lines(finding.missing, law, names, lang, codes=False)]
    if finding.waiver is not None or finding.exempted:
        said.append(measure_line(finding, lang))
    excused = [names.get(verdict.ids[item.position], verdict.ids[item.position]) for item in finding.each
               if item.excused]
    if excused and finding.state == "met":
        said.append(say("report.cluster.excused", lang, members=list_names(excused, lang)))
    lines = [line[:1].upper() + line[1:] for line in said if line]
    if len(lines) <= _MOST_LINES + 1:
        return lines
    return [*lines[:_MOST_LINES], say("report.cluster.more", lang, count=len(lines) - _MOST_LINES)]


def change_words(before: Finding, after: Finding, lang: Lang) -> tuple[str, str]:
    """The number of a criterion before and after, as far apart as needed to differ."""
    if before.outcome.every or before.outcome.unit is None or before.found is None or after.found is None:
        return numbers(before, lang)[0], numbers(after, lang)[0]
    if before.outcome.unit == "share":
        return apart(before.found, after.found, "share", lang)
    return amount(before.found, before.outcome.unit, lang), amount(after.found, after.outcome.unit, lang)
