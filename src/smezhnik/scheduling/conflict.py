"""The smallest set of conditions that exclude each other.

Every set that can be kept, made as large as it gets, leaves conditions out; a conflict has at least one of these (a
hitting set). The smallest set that has one of each of those found so far is tried: where it cannot be kept it is the
smallest conflict there is, else one more such rest is found (A. Ignatiev, A. Previti, M. Liffiton, J. Marques-Silva,
"Smallest MUS extraction with minimal hitting set dualization", CP 2015). Where the time is over, the answer is a
conflict of which none can be left out (deletion filter, J. Chinneck and E. Dravnieks, 1991).

Conditions that can be exchanged for each other without changing the question are counted, not named: seventeen clusters
of one plant each and twelve seats are one question about numbers, not thousands about names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from smezhnik.scheduling.program import Program
from smezhnik.solver import Watch

One = TypeVar("One", bound=Hashable)
#: Conditions → all conditions that some answer under them keeps; None where there is no answer.
Kept = Callable[[Collection[One]], "frozenset[One] | None"]
#: Seconds that the proof may take.
PROOF_S = 2.0


def find_conflict(conditions: Sequence[One], kept: Kept[One], *, watch: Watch, proof_s: float = PROOF_S,
                  alike: Mapping[One, Hashable] | None = None) -> tuple[list[One], bool]:
    """A smallest set of conditions that cannot be kept together, and whether it is proved that none is smaller.

    Parameters
    ----------
    conditions : that cannot be kept together; of equally small conflicts the order may decide
    kept : what an answer under some conditions keeps besides
    proof_s : seconds for the proof; without a proof none of the conditions can be left out
    alike : condition → its class; any two of one class may be exchanged. One that is absent is like no other

    Raises
    ------
    ValueError where the conditions can be kept.
    """
    if kept(conditions) is not None:
        raise ValueError("the conditions can be kept")
    classes: dict[Hashable, list[One]] = {}
    for one in conditions:
        classes.setdefault((alike or {}).get(one, one), []).append(one)
    groups = list(classes.values())
    until = max(watch.left - proof_s, 0.0)
    rests: list[list[int]] = []
    while watch.left > until:
        counts = _hit(groups, rests, watch)
        if counts is None:
            break
        tried = [one for some, count in zip(groups, counts, strict=True) for one in some[:count]]
        answer = kept(tried)
        if answer is None:
            return tried, True
        rest = _rest(conditions, answer, kept)
        rests.append([len(some) - sum(one in rest for one in some) for some in groups])
    return min((_shrink(conditions, kept), _shrink(conditions[::-1], kept)), key=len), False


def _hit(groups: Sequence[Sequence[One]], rests: Sequence[Sequence[int]], watch: Watch) -> list[int] | None:
    """How many of each class, the fewest in all, so that of every set that can be kept (given by its numbers) more is
    asked somewhere; None where that was not proved in time.
    """
    first = [0]
    for some in groups:
        first.append(first[-1] + len(some))
    program = Program([-1.0] * first[-1])  # column first[g] + k: at least k + 1 of the class g
    for at, some in enumerate(groups):
        for count in range(1, len(some)):
            program.imply(first[at] + count, first[at] + count - 1)
    for kept in rests:
        program.limit([first[at] + count for at, count in enumerate(kept) if count < len(groups[at])], low=1)
    found = program.solve(watch, stage="delegation")
    return [int(found.chosen[first[at]:first[at + 1]].sum()) for at in range(len(groups))] \
        if found.status == "proved" else None


def _rest(conditions: Sequence[One], held: frozenset[One], kept: Kept[One]) -> frozenset[One]:
    """What is left out by conditions that can be kept, after as many others as possible were added."""
    whole = held
    for one in conditions:
        more = kept([*whole, one]) if one not in whole else None
        if more is not None and more > whole:
            whole = more
    return frozenset(conditions) - whole


def _shrink(conditions: Sequence[One], kept: Kept[One]) -> list[One]:
    """Leave out what the conflict does not need, one after another: what stays excludes each other."""
    left = list(conditions)
    for one in conditions:
        fewer = [other for other in left if other != one]
        if kept(fewer) is None:
            left = fewer
    return left
