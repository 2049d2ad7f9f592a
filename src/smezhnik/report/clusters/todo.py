"""What is missing as a list of what to do: who, which member, contract or fact; beside it what a plan proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.clusters.outsiders import Outsider
from smezhnik.clusters.sentences import SHOWN_LINKS, reached_words
from smezhnik.messages import say
from smezhnik.report.clusters.findings import change_words
from smezhnik.report.clusters.members import Shown
from smezhnik.report.clusters.plan import Plan
from smezhnik.rules.criterion import Finding
from smezhnik.rules.judge import Verdict
from smezhnik.rules.sentences import (
    SHOWN_NAMES,
    amount,
    concerned_line,
    fact_name,
    lacking_lines,
    list_names,
    missing_lines,
    shortfall_line,
)
from smezhnik.types import Lang

Group = Literal["first", "plan", "shortfall", "facts", "watch", "outsiders"]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    Attributes
    ----------
    why : what it gives, or why it is needed
    inferred : it rests on a calculation
    about : id of the link to sign, of the organisation to take in or to part with; empty for anything else
    """

    group: Group
    text: str
    why: str = ""
    inferred: bool = False
    about: str = ""


@dataclass(frozen=True)
class ToDo:
    """The list, in groups; ``proof`` says how sure a plan is, ``notes`` what it counts on beside what is signed.

    ``changes``: which numbers the plan moves.
    """

    tasks: Sequence[Task]
    proof: str
    notes: Sequence[str]
    proven: bool
    changes: Sequence[tuple[str, str, str, bool]]

    def of(self, group: Group) -> list[Task]:
        return [task for task in self.tasks if task.group == group]

    @property
    def groups(self) -> list[Group]:
        """Groups that hold anything, in their order."""
        return list(dict.fromkeys(task.group for task in self.tasks))


def make_todo(verdict: Verdict, shown: Shown, plan: Plan | None, names: Mapping[str, str], lang: Lang) -> ToDo:
    """What to do so that the cluster complies: a plan where there is one, else what each criterion lacks."""
    counting = [finding for finding in verdict.findings if not finding.criterion.informative]
    after = plan.after.findings if plan is not None and plan.found else ()
    mended = {finding.code for finding in after if finding.state != "not_met"}
    first = list(missing_lines(plan.missing, verdict.edition.law, names, lang, codes=False)) if plan is not None else []
    tasks = [Task("first", line) for line in first]
    tasks += _changes_to_make(plan, shown, names, lang) if plan is not None and plan.found else []
    tasks += [_shortfall(finding, verdict, names, lang) for finding in counting
              if finding.state == "not_met" and finding.code not in mended]
    tasks += [Task("facts", line) for line in _facts(verdict, names, lang) if line not in first]
    for finding in verdict.findings:
        tasks += [Task("watch", say("report.cluster.todo.excused", lang, name=_name(verdict, item.position, names)),
                       finding.criterion.title.of(lang)) for item in finding.each if item.excused]
    if plan is not None and plan.kind == "composition":
        tasks += _outsiders(plan, names, lang)
    return ToDo(tasks, plan.proof if plan else "", plan.notes if plan else (), plan is not None and plan.proven,
                _moved(plan, lang) if plan is not None and plan.found else [])


def _name(verdict: Verdict, position: int, names: Mapping[str, str]) -> str:
    return names.get(verdict.ids[position], verdict.ids[position])


def _changes_to_make(plan: Plan, shown: Shown, names: Mapping[str, str], lang: Lang) -> list[Task]:
    """Contracts to sign, whom to take in, who leaves and why."""
    tasks = []
    named = plan.new_contracts[:SHOWN_LINKS] if plan.kind == "composition" else plan.new_contracts
    for contract in named:
        told = {"seller": names.get(contract.seller, contract.seller),
                "buyer": names.get(contract.buyer, contract.buyer),
                "value": _money(contract.volume_th_rub, lang), "possible": _money(contract.possible_th_rub, lang)}
        how = "any" if contract.volume_th_rub <= 0 else "least" if plan.kind == "repair" else "counted"
        tasks.append(Task("plan", say(f"report.cluster.todo.sign.{how}", lang, **told),
                          say("report.cluster.todo.sign.why", lang, **told), True, contract.link))
    if rest := plan.new_contracts[len(named):]:
        tasks.append(Task("plan", say("report.cluster.todo.sign.rest", lang, count=len(rest),
                                      value=_money(sum(item.volume_th_rub for item in rest), lang)), "", True))
    for key in plan.added:
        member = shown.members.get(key)
        place = "" if member is None else ", ".join(part for part in (
            list_names([say(f"choice.{role}", lang) for role in member.roles], lang), member.place(lang)) if part)
        tasks.append(Task("plan", say("report.cluster.todo.add", lang, name=names.get(key, key)), place,
                          about=key))
    reasons = {item.id: item for item in plan.outsiders}
    for key in plan.removed:
        why = _outsider(reasons[key], plan.before, lang) if key in reasons else ""
        tasks.append(Task("plan", say("report.cluster.todo.remove", lang, name=names.get(key, key)), why,
                          about=key))
    return tasks


def _outsiders(plan: Plan, names: Mapping[str, str], lang: Lang) -> list[Task]:
    """Who cannot be in any cluster that complies, the first of them, and how many more; not whom the request bars."""
    barred = [item for item in plan.outsiders if item.reason != "not_allowed"]
    tasks = [Task("outsiders", names.get(item.id, item.id), _outsider(item, plan.before, lang))
             for item in barred[:SHOWN_NAMES]]
    if (rest := len(barred) - SHOWN_NAMES) > 0:
        tasks.append(Task("outsiders", say("report.cluster.todo.outsiders.rest", lang, count=rest)))
    return tasks


def _outsider(item: Outsider, verdict: Verdict, lang: Lang) -> str:
    titles = {finding.code: finding.criterion.title.of(lang) for finding in verdict.findings}
    fields: dict[str, object] = {"criterion": titles.get(item.criterion or "", item.criterion or "")}
    if item.reason == "too_little" and item.unit == "th_rub":
        fields |= {"found": _money(item.found, lang), "needed": _money(item.needed, lang),
                   "reached": reached_words(item, lang)}
        return say("report.cluster.todo.outsider.too_little", lang, **fields)
    code = "report.cluster.todo.outsider." + ("alone" if item.reason == "too_little" else item.reason)
    return say(code, lang, **fields)


def _money(th_rub: float, lang: Lang) -> str:
    return amount(th_rub, "th_rub", lang) if th_rub < 1000 else \
        say("rules.amount.mln_rub", lang, value=round(th_rub / 1000, 1))


def _shortfall(finding: Finding, verdict: Verdict, names: Mapping[str, str], lang: Lang) -> Task:
    """A criterion that is not met: what it lacks and who is concerned."""
    lines = [shortfall_line(finding, lang), concerned_line(finding, verdict.ids, names, lang),
             *lacking_lines(finding, verdict.edition.law, lang, codes=False)]
    why = " ".join(line[:1].upper() + line[1:] + ("" if line.endswith(".") else ".") for line in lines if line)
    return Task("shortfall", finding.criterion.title.of(lang), why)


def _facts(verdict: Verdict, names: Mapping[str, str], lang: Lang) -> list[str]:
    """Absent facts of all criteria, one line per fact: who has to tell it."""
    missing = list(dict.fromkeys(item for finding in verdict.findings for item in finding.missing))
    lines = list(dict.fromkeys(missing_lines(missing, verdict.edition.law, names, lang, codes=False)))
    absent = [fact for finding in verdict.findings if finding.criterion.informative and finding.state == "not_met"
              for fact in finding.outcome.lacking]
    return lines + [say("rules.lacking", lang, fact=fact_name(fact, verdict.edition.law, lang))
                    for fact in dict.fromkeys(absent)]


def _moved(plan: Plan, lang: Lang) -> list[tuple[str, str, str, bool]]:
    """Criteria whose state or number the plan moves: title, before, after, met afterwards."""
    after = {finding.code: finding for finding in plan.after.findings}
    moved = []
    for finding in plan.before.findings:
        later = after[finding.code]
        if finding.criterion.informative or (finding.state == later.state and finding.found == later.found):
            continue
        moved.append((finding.criterion.title.of(lang), *change_words(finding, later, lang), later.state == "met"))
    return sorted(moved, key=lambda item: not item[3])
