"""What a calculation would change: a repair or a composition in the one form that the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.clusters.compose import Composition, NewContract
from smezhnik.clusters.outsiders import Outsider
from smezhnik.clusters.repair import Repair
from smezhnik.messages import say
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
    proof : the same in words
    added, removed : ids; ``outsiders`` say why somebody cannot be a member
    before, after : the verdict as things are, and once everything is done
    beside : codes of criteria that no choice of members changes
    """

    kind: Kind
    found: bool
    proven: bool
    proof: str
    added: Sequence[str]
    removed: Sequence[str]
    new_contracts: Sequence[NewContract]
    outsiders: Sequence[Outsider]
    before: Verdict
    after: Verdict
    beside: Sequence[str]

    @property
    def actions(self) -> int:
        return len(self.added) + len(self.removed) + len(self.new_contracts)


def plan_of_repair(repair: Repair, lang: Lang) -> Plan:
    """The least change of members and links."""
    count = len(repair.added) + len(repair.removed) + len(repair.new_contracts)
    proof = say(f"report.cluster.todo.{repair.status}", lang, count=count, bound=max(repair.bound, 0.0))
    return Plan("repair", repair.status in ("proved", "best_found"), repair.status in ("proved", "complies"), proof,
                repair.added, repair.removed, repair.new_contracts, repair.unavoidable, repair.verdict,
                repair.verdict_after, repair.beside)


def plan_of_composition(composition: Composition, lang: Lang) -> Plan:
    """A cluster that was composed: what it counts on, and whether a better one exists."""
    proof = say(f"report.cluster.composed.{composition.status}", lang, value=composition.value_th_rub / 1000,
                bound=composition.bound_th_rub / 1000, gap=100 * composition.gap)
    return Plan("composition", composition.status in ("proved", "best_found"), composition.status == "proved", proof,
                (), (), composition.new_contracts, composition.outsiders, composition.verdict,
                composition.verdict_if_signed, composition.beside)
