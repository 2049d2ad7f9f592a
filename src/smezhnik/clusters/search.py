"""The search for the best cluster: peel, bound, round, branch and bound, neighbourhoods.

1. Peel. Where everybody who is left keeps every rule together, that is the best cluster: all others lie inside it.
2. Bound by prices (``bound``). Near the bound only few nodes are in doubt: a small problem over those most in doubt,
   everybody else as the bound has it, gives a first answer, leaving out one after the other (``greedy``) another.
3. Nodes that cannot be decided otherwise in a better answer are settled; branch and bound over the rest.
4. Where its gap stays large, neighbourhoods: all but some members and some outsiders stay as they are, and the small
   problem is solved; what it finds is the start of another branch and bound.
5. An answer that breaks a rule which no row can say is cut off, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from smezhnik.clusters.arrays import summed
from smezhnik.clusters.bound import CUTS, Bound, find_bound
from smezhnik.clusters.engine import Engine, Run
from smezhnik.clusters.greedy import leave_out
from smezhnik.clusters.model import Model
from smezhnik.clusters.problem import Problem
from smezhnik.errors import Cancelled
from smezhnik.rules.facts import Bools, Floats
from smezhnik.solver import Watch

#: An answer counts as proven when it may be off by this part of its value at most.
PROVEN = 1e-4
#: A gap below this is float noise.
NOISE = 1e-9
#: Up to so many nodes branch and bound does well alone: no cases, few cuts of the bound.
SMALL, SMALL_CUTS = 300, 8
#: Nodes in doubt of the first small problem, and the seconds it may take.
CORE, CORE_S = 2_500, 10.0
#: The same where worth goes by steps.
FEW = 600
#: Branch and bound is interrupted for neighbourhoods after this many seconds if its gap is large.
PATIENCE_S = 10.0
#: A neighbourhood: the most members that are free and their part, outsiders that are free, seconds that one may take,
#: and how it grows when it is solved and holds nothing better (and shrinks when it is not solved in time).
MEMBERS, LOOSE, OUTSIDERS, NEIGHBOURHOOD_S, GROWTH = 150, 0.5, 220, 8.0, 1.25
#: The part of the time that neighbourhoods may take.
NEIGHBOURING = 0.7


@dataclass(frozen=True, eq=False)
class Answer:
    """Members, and of the links to be decided: which are signed, in which part of their volume ([m] both)."""

    member: Bools
    part: Floats
    signed: Bools
    value: float


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    Attributes
    ----------
    answer : the best, None where none was found
    bound : no answer is worth more; −inf where it is proven that there is none
    asked_gap : the part of the value below which nothing better was sought
    gap : how much more there may be, as a part of the value; inf without an answer
    """

    answer: Answer | None
    bound: float
    asked_gap: float

    @property
    def gap(self) -> float:
        if self.answer is None:
            return np.inf
        gap = (self.bound - self.answer.value) / max(abs(self.answer.value), 1e-9)
        return gap if gap > NOISE else 0.0

    @property
    def proven(self) -> bool:
        """Nothing better exists (within the gap that was asked for), or nothing at all."""
        return self.bound == -np.inf or (self.answer is not None and self.gap <= self.asked_gap)


class Search:
    """One search; it keeps the best answer and the best bound.

    ``thorough`` false: of many nodes only those most in doubt are tried, for an answer that needs no proof.
    """

    def __init__(self, problem: Problem, watch: Watch, *, gap: float = PROVEN, seed: int = 0,
                 start: Answer | None = None, thorough: bool = True) -> None:
        self.problem, self.watch, self.asked_gap, self.seed = problem, watch, gap, seed
        self.thorough = thorough
        self.draw = np.random.default_rng(seed)
        self.answer = start if start is None else replace(start, value=problem.value(
            start.member, start.part, start.signed))
        self.bound = np.inf
        self.size = 1.0
        self._closed = False
        everybody = problem.decided.any() or problem.peeled.kept.sum() <= SMALL
        self._linked = problem.few_links | everybody

    def run(self) -> Found:
        """The best answer that the time allows; of each case by itself where the rules hold an "or".

        Whoever stops the search, wherever it stands, gets the best found so far.
        """
        return self._until_stopped(self._seek)

    def _until_stopped(self, work: Callable[[], Found]) -> Found:
        try:
            return work()
        except (KeyboardInterrupt, Cancelled) as stopped:
            self.watch.stopped = stopped
            return self._found()

    def _seek(self) -> Found:
        cases = self.problem.cases if self.problem.peeled.kept.sum() > SMALL else (self.problem,)
        if self.problem.growing and self._largest():
            assert self.answer is not None
            self.bound = self.answer.value
            return self._found()
        if len(cases) == 1:
            return self._run(self._promise(self.problem))
        return self._run_cases(cases)

    def _found(self) -> Found:
        return Found(self.answer, self.bound, self.asked_gap)

    def _run_cases(self, cases: tuple[Problem, ...]) -> Found:
        """Case by case, the most promising first, until no other can hold anything better."""
        bounds = [self._promise(case) for case in cases]
        promises = [-np.inf if bound is None else case.floor(bound.value)
                    for case, bound in zip(cases, bounds, strict=True)]
        for place, case in enumerate(order := sorted(range(len(cases)), key=lambda case: -promises[case])):
            self.bound = max(promises)
            if self._done() or promises[case] == -np.inf:
                break
            part = self.watch.part(self.watch.left / (len(order) - place))
            search = Search(cases[case], part, gap=self.asked_gap, seed=self.seed, start=self.answer,
                            thorough=self.thorough)
            found = search._until_stopped(partial(search._run, bounds[case]))
            self.watch.join(part)
            self.answer = found.answer
            promises[case] = min(promises[case], found.bound)
        self.bound = max(promises)
        if self.bound == -np.inf and self.answer is not None:
            self.bound = self.answer.value
        return self._found()

    def _promise(self, case: Problem) -> Bound | None:
        """What no answer of a case can pass; None where peeling leaves out somebody who has to be a member."""
        kept = case.peeled.kept
        if (case.must & ~kept).any():
            return None
        return find_bound(case, kept & ~case.must, case.must, CUTS if kept.sum() > SMALL else SMALL_CUTS)

    def _largest(self) -> bool:
        """Whether everybody who is left after peeling keeps everything together."""
        kept = self.problem.peeled.kept
        self._offer(kept)
        return self.answer is not None and bool((self.answer.member == kept).all())

    def _run(self, bound: Bound | None) -> Found:
        problem = self.problem
        if bound is None:
            self.bound = -np.inf
            return self._found()
        parties = problem.must[problem.facts.seller] & problem.must[problem.facts.buyer]
        if not len(bound.nodes) and not (problem.decided & parties).any():
            self._offer(problem.must)
            self.bound = -np.inf if self.answer is None else self.answer.value
            return self._found()
        self.size = max(abs(bound.value), 1.0)
        self._lower(bound.value)
        if problem.step and problem.peeled.kept.sum() > SMALL:
            self._climb(bound)
        else:
            self._begin(bound)
        if not self.thorough and len(bound.nodes) > CORE:
            return self._found()
        while not self._done() and self.watch.tell("compose_search"):
            cuts = len(self.problem.cuts)
            if not self._branch(bound, patient=self.answer is not None and self._gap() <= 0.05):
                self._neighbours(bound)
                self._branch(bound, patient=True)
                break
            if self._closed and len(self.problem.cuts) == cuts:
                break  # nothing is left but what was cut off, of which no proof is to be had
        return self._found()

    def _climb(self, bound: Bound) -> None:
        """Where worth goes by steps: is there an answer at the bound? Else a step below, then two, four, … more.

        All answers of at least so much lie among few nodes that are in doubt.
        """
        step = 0.0
        while not self._done() and self.watch.tell("compose_search"):
            target, cuts = self.bound - step, len(self.problem.cuts)
            free, inside = bound.settle(bound.value - target)
            for most in (FEW, CORE) if not self.problem.decided.any() else ():
                if free.sum() > most and not self._done():
                    self._solve(*self._most_in_doubt(bound, max(bound.value - target, self.size), most),
                                gap=self.asked_gap, limit_s=CORE_S)
            if free.sum() > CORE or self._done():
                return
            whole = free.sum() == len(bound.nodes)
            run = self._solve(free, inside, gap=self.asked_gap, least=-np.inf if whole else target)
            if not run.proven or self._closed:
                return
            if len(self.problem.cuts) > cuts:
                continue
            if whole:
                self.bound = -np.inf if self.answer is None else self.answer.value
            elif self.answer is not None and self.answer.value >= target:
                self._lower(self.answer.value)
            else:
                self._lower(target - self.problem.step)
            step = 2 * step + self.problem.step

    def _lower(self, bound: float) -> None:
        """A bound that may be lower than the one known."""
        if not self._closed:
            self.bound = min(self.bound, self.problem.floor(bound))

    def _gap(self) -> float:
        return self._found().gap

    def _done(self) -> bool:
        return self.bound == -np.inf or self._gap() <= self.asked_gap

    def _offer(self, member: Bools, part: Floats | None = None, signed: Bools | None = None) -> bool:
        """Keep these members if they keep everything and are the best yet; whether they keep everything."""
        part = self.problem.decided.astype(np.float64) * 0.0 if part is None else part
        signed = np.zeros(len(part), np.bool_) if signed is None else signed
        if not self.problem.complies(member, part, signed):
            return False
        value = self.problem.value(member, part, signed)
        if self.answer is None or value > self.answer.value:
            self.answer = Answer(member, part, signed, value)
        return True

    def _begin(self, found: Bound) -> None:
        """First answers: the best sets of the prices that were tried, rounding near the bound, leaving out."""
        if len(found.nodes) > CORE // 10 and not self.problem.decided.any():
            member = leave_out(self.problem, found)
            if member is not None:
                self._offer(member)
        if self._done() or len(found.nodes) <= CORE:
            return
        for most in (CORE // 2, CORE):
            if not self._done():
                self._solve(*self._most_in_doubt(found, self.size, most), limit_s=CORE_S, gap=self.asked_gap / 2)

    def _most_in_doubt(self, bound: Bound, lack: float, most: int) -> tuple[Bools, Bools]:
        """At most so many nodes free: those who would be in doubt if still less were lacking; of equals some drawn."""
        low, high = 0.0, lack
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if bound.settle(middle)[0].sum() <= most else (low, middle)
        free, inside = bound.settle(low)
        if free.sum() > most:
            drawn = self.draw.permutation(np.flatnonzero(free))[:most]
            free = np.zeros(len(free), np.bool_)
            free[drawn] = True
        return free, inside

    def _branch(self, found: Bound, *, patient: bool) -> bool:
        """Branch and bound over all who are not settled; whether it ended by itself, or gave an answer to cut off."""
        free, inside = self.problem.peeled.kept & ~self.problem.must, self.problem.must
        if self.answer is not None:
            free, inside = found.settle(found.value - self.answer.value - self.problem.step * (1 - 1e-6))
        run = self._solve(free, inside, gap=self.asked_gap, patience_s=None if patient else PATIENCE_S)
        settled = -np.inf if self.answer is None else self.answer.value
        self._lower(settled if run.impossible else max(settled, -run.bound))
        return patient or run.proven

    def _solve(self, free: Bools, inside: Bools, *, gap: float, limit_s: float | None = None,
               patience_s: float | None = None, least: float = -np.inf) -> Run:
        """The best answer with these nodes free. Costs of the run are worth × −1.

        ``least``: only answers worth as much are sought, none of which is known.
        """
        if not free.any() and not self.problem.decided.any():
            self._offer(inside)
            return Run(None, np.inf, np.inf, True)
        began = self.watch.spent
        while True:
            rest_s = None if limit_s is None else max(limit_s - (self.watch.spent - began), 0.1)
            problem = self.problem
            model, worth = problem.model(free, inside, self._linked if free.sum() > CORE else None)
            if least > -np.inf:
                model.add_row(worth, least - (problem.step or NOISE) * 1e-3)
            cost = np.zeros(model.rows.columns)
            # Whole costs where worth goes by steps: a bound less than a step away then is a proof.
            unit = problem.step or self.size
            np.add.at(cost, worth.column, -worth.value / unit)
            engine = Engine(model.rows.build(cost, np.zeros(model.rows.columns), model.rows.upper), gap=gap,
                            step=problem.step and 1.0)
            run = engine.run(self.watch, "compose_search", limit_s=rest_s, patience_s=patience_s,
                             start=self._start(model) if least == -np.inf else None)
            again = run.columns is not None and self._take(model, run.columns)
            if not again or self.watch.left <= 0 or (limit_s is not None and self.watch.spent - began > limit_s):
                break
        return Run(run.columns, run.cost * unit - worth.constant, run.bound * unit - worth.constant,
                   run.proven and not again)

    def _start(self, model: Model) -> tuple[np.ndarray, Floats] | None:
        if self.answer is None:
            return None
        edges = model.decided
        return (np.concatenate([model.x, model.part[edges], model.signed[edges]]),
                np.concatenate([self.answer.member[model.universe.nodes].astype(np.float64), self.answer.part[edges],
                                self.answer.signed[edges].astype(np.float64)]))

    def _take(self, model: Model, columns: Floats) -> bool:
        """Offer what a run found; True where it lacks only links that no row asked for yet, which then are asked for.

        Where it breaks a rule that no row can say it is cut off.
        """
        problem, universe = self.problem, model.universe
        member = universe.inside.copy()
        member[universe.nodes] = columns[model.x] > 0.5
        part, signed = np.zeros(len(problem.worth)), np.zeros(len(problem.worth), np.bool_)
        if len(model.decided):
            signed[model.decided] = columns[model.signed[model.decided]] > 0.5
            part[model.decided] = rounded_up(columns[model.part[model.decided]], problem.volume[model.decided])
            part[~signed] = 0.0
            # A link signed for nothing that no rule asks for is not proposed.
            if (signed & (part == 0)).any() and self._offer(member, part, signed & (part > 0)):
                return False
        if not self._offer(member, part, signed):
            if (lonely := problem.lonely(member) & ~self._linked).any():
                self._linked = self._linked | lonely
                return True
            if not problem.linear and problem.decided.any():
                self._offer_linked(member)
            # A rule that no row can say, or one broken by less than the solver sees. Other parts of the same links
            # might have kept it, so where links are decided the bound stays as it was before the cut.
            self.problem = replace(problem, cuts=(*problem.cuts, member))
            self._closed = self._closed or bool(problem.decided.any())
        return False

    def _offer_linked(self, member: Bools) -> None:
        """Offer these members with all links that may be signed between them, less those that nothing needs.

        No row asks for the links of a rule that no row can say, so a run leaves them unsigned.
        """
        facts = self.problem.facts
        signed = self.problem.decided & member[facts.seller] & member[facts.buyer] & (facts.seller != facts.buyer)
        if not self._offer(member, signed.astype(np.float64), signed):
            return
        for edge in sorted(np.flatnonzero(signed).tolist(), key=lambda edge: -self.problem.volume[edge]):
            fewer = signed.copy()
            fewer[edge] = False
            if self.problem.complies(member, fewer.astype(np.float64), fewer):
                signed = fewer
        self._offer(member, signed.astype(np.float64), signed)

    def _neighbours(self, found: Bound) -> None:
        """Solve small problems around the best answer, larger ones where these are solved and hold nothing better."""
        worth, until, size = self._attraction(found), self.watch.limit_s * NEIGHBOURING, 1.0
        everybody = int(self.problem.peeled.kept.sum())
        while self.answer is not None and self.watch.spent < until and self.watch.tell("compose_search"):
            before = self.answer.value
            free, inside = self._neighbourhood(worth, size)
            run = self._solve(free, inside, gap=self.asked_gap, limit_s=min(NEIGHBOURHOOD_S, until - self.watch.spent))
            if self.answer.value <= before * (1 + 1e-6):
                size = size * GROWTH if run.proven else max(size / GROWTH, 0.3)
            if OUTSIDERS * size > everybody:
                return

    def _attraction(self, found: Bound) -> Floats:
        """[n] what is left of a node's worth at the best prices."""
        rest = np.zeros(self.problem.facts.count)
        rest[found.nodes] = found.rest
        return rest

    def _neighbourhood(self, rest: Floats, size: float) -> tuple[Bools, Bools]:
        """Members drawn at random, outsiders by what they trade with the members and what the bound says of them."""
        assert self.answer is not None
        problem, member = self.problem, self.answer.member
        seller, buyer = problem.facts.seller, problem.facts.buyer
        near = summed(seller, problem.worth * member[buyer], len(member)) + summed(
            buyer, problem.worth * member[seller], len(member))
        score = (near / max(near.max(), 1e-9) + rest / max(np.abs(rest).max(), 1e-9)) * self.draw.random(len(member))
        outside = np.flatnonzero(problem.peeled.kept & ~member)
        chosen = outside[np.argsort(-score[outside], kind="stable")[:int(OUTSIDERS * size)]]
        inner = np.flatnonzero(member & ~problem.must)
        loose = self.draw.permutation(inner)[:min(MEMBERS, int(LOOSE * size * len(inner)) + 1)]
        free = np.zeros(len(member), np.bool_)
        free[chosen] = free[loose] = True
        return free, member & ~free


def rounded_up(part: Floats, volume: Floats) -> Floats:
    """Parts whose volumes are whole roubles, not below what they were; 1 at most."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.ceil(part * volume * 1000 - 1e-4) / 1000 / volume
    return np.clip(np.where(volume > 0, up, np.round(part)), 0.0, 1.0) + 0.0


