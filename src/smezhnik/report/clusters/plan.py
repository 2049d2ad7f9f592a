"""What a calculation would change: a repair or a composition in the one form that the page shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.clusters.compose import Composition, NewContract
from smezhnik.clusters.outsiders import Outsider
from smezhnik.clusters.repair import Repair
from smezhnik.messages import say
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.judge import Verdict
from smezhnik.types import Lang

Kind = Literal["repair", "composition"]


@dataclass(frozen=True)
class Plan:
    """What is to be done and how sure that is.

    Attributes
    ----------
    found : there is something to do or to show; without it the calculation has no answer
    proven : nothing better exists
    proof : the same in words; ``notes`` what it counts besides, a sentence each: links that nobody has signed
    added, removed : ids; ``outsiders`` say why somebody cannot be a member
    before, after : the verdict as things are, and once everything is done
    beside : codes of criteria that no choice of members changes
    missing : facts, and numbers of the law, to find out before anything else is done
    """

    kind: Kind
    found: bool
    proven: bool
    proof: str
    notes: Sequence[str]
    added: Sequence[str]
    removed: Sequence[str]
    new_contracts: Sequence[NewContract]
    outsiders: Sequence[Outsider]
    before: Verdict
    after: Verdict
    beside: Sequence[str]
    missing: Sequence[Missing]

    @property
    def actions(self) -> int:
        return len(self.added) + len(self.removed) + len(self.new_contracts)


def plan_of_repair(repair: Repair, lang: Lang) -> Plan:
    """The least change of members and links."""
    count = len(repair.added) + len(repair.removed) + len(repair.new_contracts)
    proof = say(f"report.cluster.todo.{repair.status}", lang, count=count, bound=max(repair.bound, 0.0))
    total = sum(item.volume_th_rub for item in repair.new_contracts)
    least = "report.cluster.todo.volume." + ("proved" if repair.least_volume else "open")
    return Plan("repair", repair.status in ("proved", "best_found"), repair.status in ("proved", "complies"), proof,
                [say(least, lang, value=total / 1000)] if total else [], repair.added, repair.removed,
                repair.new_contracts, repair.unavoidable, repair.verdict, repair.verdict_after, repair.beside,
                repair.missing)


def plan_of_composition(composition: Composition, lang: Lang) -> Plan:
    """A cluster that was composed: what is signed in it, what it counts on beside that, and whether a better exists."""
    unbounded = composition.status == "best_found" and not math.isfinite(composition.gap)
    signed = (composition.value_th_rub - composition.unsigned_th_rub) / 1000
    proof = say("report.cluster.composed." + ("unbounded" if unbounded else composition.status), lang,
                worth=say(f"clusters.worth.{composition.objective}", lang, value=signed),
                gap=100 * composition.gap if math.isfinite(composition.gap) else None,
                asked=100 * composition.asked_gap)
    unsigned = [say(f"clusters.unsigned.{composition.objective}", lang, value=composition.unsigned_th_rub / 1000)] \
        if composition.unsigned_th_rub else []
    return Plan("composition", composition.status in ("proved", "best_found"), composition.status == "proved", proof,
                unsigned, (), (), composition.new_contracts, composition.outsiders, composition.verdict,
                composition.verdict_if_signed, composition.beside, composition.missing)
