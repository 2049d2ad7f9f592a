"""Why no cluster complies: minimal conflicts, minimal relaxations, and how far each criterion can be reached.

A set of criteria is *possible* where some cluster keeps all of it. Minimal conflicts are the impossible sets whose
every part is possible; minimal relaxations are sets whose absence, and that of no part of them, makes the rest
possible. Both are enumerated completely: a set that is not decided yet is tried, then grown to a largest possible one
(whose complement is a minimal relaxation) or shrunk to a minimal conflict, until nothing is left undecided. Clusters
found on the way decide later questions without a search.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from smezhnik.clusters.asked import Request, check_request, who_forms
from smezhnik.clusters.bound import contradict
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.compose import problem_of
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.hope import Unsettled, certain, hoped_for
from smezhnik.clusters.problem import Problem
from smezhnik.clusters.search import Search
from smezhnik.clusters.tree import plain
from smezhnik.errors import Cancelled, InputError
from smezhnik.progress import Progress, no_progress
from smezhnik.rules.criterion import Finding
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.forms import Sum, TotalShare, decide
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Edition, Pack
from smezhnik.solver import Watch

Codes = frozenset[str]
#: The gap at which any answer will do.
ANY = 1e18


@dataclass(frozen=True)
class Reach:
    """How far a criterion can be reached while the others of a relaxation hold.

    Attributes
    ----------
    code : of the criterion
    finding : what the judge says of the cluster that comes nearest: the number found and the number needed
    members : that cluster
    proved : nothing comes nearer; for shares of sums nearness is what the sum lacks, not the share
    supposed : possible links count in ``finding`` as if they were signed
    """

    code: str
    finding: Finding
    members: tuple[str, ...]
    proved: bool
    supposed: bool


@dataclass(frozen=True)
class Conflicts:
    """What comes out of ``conflicts``.

    Attributes
    ----------
    possible : some cluster keeps everything; then there are no conflicts
    minimal : minimal conflicts, smaller ones first; codes of criteria and of what was asked (``asked.…``)
    relaxations : minimal sets to give up, smaller ones first
    reaches : for every criterion that is a relaxation by itself, how far it can be reached
    impossible_alone : criteria that no cluster meets even alone
    unproved : those of ``minimal`` that only absent facts exclude: no cluster is proven to keep them, some could, or
        there was no time to see that none could
    complete : all of them were found
    interrupted : somebody stopped the search; where it is not complete and nobody did, the time was over
    unreached : criteria that ``reaches`` would tell of, had there been time
    beside : criteria that no choice of members changes
    searches : how many searches it took
    """

    possible: bool
    minimal: tuple[tuple[str, ...], ...]
    relaxations: tuple[tuple[str, ...], ...]
    reaches: tuple[Reach, ...]
    impossible_alone: tuple[str, ...]
    unproved: tuple[tuple[str, ...], ...]
    complete: bool
    interrupted: bool
    unreached: tuple[str, ...]
    beside: tuple[str, ...]
    searches: int


class Undecided(Exception):
    """The time was over before a search could say."""


class _Oracle:
    """Whether a set of criteria is possible; remembers every answer and every cluster that was found."""

    def __init__(self, problem: Problem, watch: Watch) -> None:
        self.problem, self.watch, self.searches = problem, watch, 0
        self._kept: list[Codes] = []
        self._broken: list[Codes] = []

    def possible(self, codes: Codes) -> bool:
        if any(codes <= kept for kept in self._kept):
            return True
        if any(broken <= codes for broken in self._broken):
            return False
        asked = self.problem.only(codes)
        self.searches += 1
        if all(contradict(case) for case in asked.cases):
            self._broken.append(codes)
            return False
        if asked.complies(asked.peeled.kept):
            self._note(asked.peeled.kept)
            return True
        # Among few nodes: a cluster of few members is sought, any will do.
        few = replace(asked, worth=np.zeros(len(asked.worth)), gain=np.full(len(asked.gain), -1.0), step=1.0)
        found = Search(few, self.watch, gap=ANY).run()
        self.watch.tell("conflicts", self.searches, 0)
        if found.answer is not None:
            self._note(found.answer.member)
            return True
        if not found.proven:
            raise Undecided
        self._broken.append(codes)
        return False

    def _note(self, member: Bools) -> None:
        """All that a cluster keeps is possible together."""
        facts = self.problem.facts
        self._kept.append(frozenset(code for code, form in self.problem.forms.items()
                                    if decide(form, facts, member) is True))


def conflicts(network: Cluster, pack: Pack | str, *, on: dt.date, request: Request = Request(),
              time_limit_s: float = 60.0, first_only: bool = False, progress: Progress = no_progress) -> Conflicts:
    """All minimal sets of criteria that exclude each other in a network, and all minimal sets to give up.

    Parameters
    ----------
    network, pack, on, request, time_limit_s, progress : as of ``compose``
    first_only : one minimal conflict is enough
    """
    edition = (load_pack(pack) if isinstance(pack, str) else pack).on(on)
    return conflicts_facts(facts_of(network, on), edition, request=request, time_limit_s=time_limit_s,
                           first_only=first_only, progress=progress)


def conflicts_facts(network: Facts, edition: Edition, *, request: Request = Request(), time_limit_s: float = 60.0,
                    first_only: bool = False, progress: Progress = no_progress) -> Conflicts:
    """``conflicts`` over what rules see."""
    check_request(request, network)
    if request.new_volume_th_rub is not None:
        raise InputError("clusters.conflicts_volume")
    problem, beside = problem_of(network, edition, request)
    problem = replace(problem, forms={**problem.forms, **who_forms(request, problem.facts)},
                      allowed=np.ones(network.count, np.bool_), must=np.zeros(network.count, np.bool_))
    watch = Watch(time_limit_s, progress)
    oracle = _Oracle(problem, watch)
    minimal, relaxations, complete = enumerate_conflicts(oracle, tuple(problem.forms), first_only=first_only)
    reachable = () if first_only else _reachable(problem, edition, relaxations)
    reaches = tuple(_reaches(network, problem, edition, reachable, watch))
    unproved = tuple(conflict for conflict in minimal if _could_be(problem.only(conflict), watch))
    alone = tuple(conflict[0] for conflict in minimal if len(conflict) == 1 and conflict not in unproved)
    told = {item.code for item in reaches}
    unreached = tuple(code for code in reachable if code not in told) if watch.left <= 0 else ()
    return Conflicts(complete and not minimal, minimal, relaxations, reaches, alone, unproved, complete,
                     watch.stopped is not None, unreached, beside, oracle.searches)


def _could_be(problem: Problem, watch: Watch) -> bool:
    """Whether absent facts might still turn out so that some cluster keeps everything; so where time is over, too."""
    if all(certain(form) for form in problem.forms.values()):
        return False
    try:
        return hoped_for(problem, watch) is not None
    except Unsettled:
        return True


def enumerate_conflicts(oracle: _Oracle, codes: tuple[str, ...], *, first_only: bool = False
                        ) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...], bool]:
    """Minimal conflicts, minimal relaxations, and whether these are all; codes in the order given."""
    minimal: list[Codes] = []
    largest: list[Codes] = []
    complete = True
    try:
        for candidate in _undecided(codes, minimal, largest):
            if oracle.possible(candidate):
                largest.append(_grown(oracle, candidate, codes))
            else:
                minimal.append(_shrunk(oracle, candidate, codes))
                if first_only:
                    break
    except (Undecided, KeyboardInterrupt, Cancelled) as ended:
        if not isinstance(ended, Undecided):
            oracle.watch.stopped = ended
        if not minimal:
            oracle.watch.give_up()
        complete = False
    gone = [frozenset(codes) - kept for kept in largest if kept != frozenset(codes)]
    return _ordered(minimal, codes), _ordered(gone, codes), complete


def _undecided(codes: tuple[str, ...], minimal: list[Codes], largest: list[Codes]) -> Iterator[Codes]:
    """Sets that are neither within a known possible one nor hold a known conflict, larger ones first."""
    for size in range(len(codes), 0, -1):
        for chosen in itertools.combinations(codes, size):
            candidate = frozenset(chosen)
            if not any(candidate <= kept for kept in largest) and not any(one <= candidate for one in minimal):
                yield candidate


def _grown(oracle: _Oracle, kept: Codes, codes: tuple[str, ...]) -> Codes:
    for code in codes:
        if code not in kept and oracle.possible(kept | {code}):
            kept = kept | {code}
    return kept


def _shrunk(oracle: _Oracle, broken: Codes, codes: tuple[str, ...]) -> Codes:
    for code in codes:
        if code in broken and not oracle.possible(broken - {code}):
            broken = broken - {code}
    return broken


def _ordered(sets: list[Codes], codes: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    listed = [tuple(code for code in codes if code in chosen) for chosen in sets]
    return tuple(sorted(listed, key=lambda chosen: (len(chosen), [codes.index(code) for code in chosen])))


def _reachable(problem: Problem, edition: Edition, relaxations: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Criteria that are a relaxation by themselves and have a number that can be near or far."""
    criteria = {criterion.code for criterion in edition.criteria}
    return tuple(codes[0] for codes in relaxations if len(codes) == 1 and codes[0] in criteria
                 and isinstance(plain(problem.forms[codes[0]], problem.facts), Sum | TotalShare))


def _reaches(network: Facts, problem: Problem, edition: Edition, codes: tuple[str, ...],
             watch: Watch) -> Iterator[Reach]:
    """The nearest to each of these criteria, all others kept."""
    criteria = {criterion.code: criterion for criterion in edition.criteria}
    for code in codes:
        if watch.left <= 0:
            return
        form = plain(problem.forms[code], problem.facts)
        rest = problem.only(problem.forms.keys() - {code})
        if isinstance(form, Sum):
            usable = np.isfinite(form.low)
            rest = replace(rest, gain=np.where(usable, form.low, 0.0), allowed=rest.allowed & usable)
        elif isinstance(form, TotalShare):
            usable = np.isfinite(form.denominator)
            rest = replace(rest, worth=form.weight, gain=np.where(usable, -form.share * form.denominator, 0.0),
                           allowed=rest.allowed & usable)
        found = Search(rest, watch).run()
        if found.answer is None:
            continue
        member = found.answer.member
        yield Reach(code, criteria[code].judge(problem.facts, member, edition.law),
                    tuple(network.ids[node] for node in np.flatnonzero(member)), found.proven,
                    bool((network.possible & ~problem.facts.possible & member[network.seller]
                          & member[network.buyer]).any()))


