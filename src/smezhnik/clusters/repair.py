"""The least change that makes a cluster comply: whom to add, whom to remove, what to sign, what is unavoidable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from smezhnik.clusters.arrays import summed
from smezhnik.clusters.asked import Request, asked_forms, check_request, masks, worth_of
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.compose import NewContract, check_kept, law_forms, new_contracts, signing, why_not
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.hope import missing_of
from smezhnik.clusters.joined import join
from smezhnik.clusters.outsiders import Outsider, find_outsiders
from smezhnik.clusters.problem import Budget, Problem
from smezhnik.clusters.search import PROVEN, Answer, Found, Search
from smezhnik.progress import Progress, no_progress
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.forms import Sum
from smezhnik.rules.judge import Verdict, judge_facts
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Edition, Pack
from smezhnik.solver import Watch

#: Code of the number of changes among what is asked, once it is found.
CHANGES = "asked.changes"
#: The same of the members that stay.
KEPT = "asked.kept"
#: A rouble in thousands of roubles; the part of a sum below which it is float noise.
ROUBLE_TH, NOISE = 1e-3, 1e-7
#: Seconds that each choice among answers of the same weight may take.
POLISH_S = 2.0
#: Plants beside the members and those of the cluster among which it chooses.
NEAR = 200
Status = Literal["complies", "proved", "best_found", "impossible", "cannot_say", "nothing_found"]


@dataclass(frozen=True)
class Costs:
    """What a change weighs: whole numbers, 1 each unless said otherwise."""

    add: int = 1
    remove: int = 1
    sign: int = 1


@dataclass(frozen=True)
class Repair:
    """What comes out of ``repair``.

    Attributes
    ----------
    status : ``complies``: nothing to change; ``proved``: no smaller change complies; ``best_found``: one does, smaller
        ones may; ``impossible``: proven that no change of members and links complies; ``cannot_say``: none can be
        proven to, but some could if the facts in ``missing`` turn out well; ``nothing_found``
    added, removed : ids; ``kept`` the others of the cluster
    new_contracts : links to sign, with how much
    least_volume : it is proven that as many new contracts between these members cannot do with less volume
    unavoidable : members that no change can keep, and why
    weight, bound : of the changes by their costs, and what no answer can be below
    verdict, verdict_after : before, and once everything is done
    beside : criteria that no choice of members changes
    missing : facts, and numbers of the law, to find out first: where it cannot be said; and those for the absence of
        which somebody is removed
    """

    status: Status
    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    new_contracts: tuple[NewContract, ...]
    least_volume: bool
    unavoidable: tuple[Outsider, ...]
    weight: float
    bound: float
    verdict: Verdict
    verdict_after: Verdict
    beside: tuple[str, ...]
    missing: tuple[Missing, ...]
    interrupted: bool


def repair(cluster: Cluster, pack: Pack | str, *, on: dt.date, network: Cluster | None = None,
           request: Request = Request(), costs: Costs = Costs(), time_limit_s: float = 60.0,
           progress: Progress = no_progress) -> Repair:
    """The least change of members and links after which the cluster meets every criterion on the day.

    Minimises Σ add over newcomers + Σ remove over those who leave + Σ sign over new contracts. Of answers of that
    weight it seeks one that removes fewest, then one with the least new volume between its members; where no links may
    be signed, one with much cooperation inside (the most among the plants that trade most with the members).

    Parameters
    ----------
    cluster : frames of the cluster
    pack, on, request, time_limit_s, progress : as of ``compose``; links may be signed where ``request.possible``
    network : frames of all who may become members; the facts and documents are those of the cluster; None: only
        removals and links
    costs : what a change weighs
    """
    edition = (load_pack(pack) if isinstance(pack, str) else pack).on(on)
    whole = facts_of(cluster if network is None else join(cluster, network), on)
    return repair_facts(whole, facts_of(cluster, on).ids, edition, request=request, costs=costs,
                        time_limit_s=time_limit_s, progress=progress)


def repair_facts(network: Facts, members: Collection[str], edition: Edition, *, request: Request = Request(),
                 costs: Costs = Costs(), time_limit_s: float = 60.0, progress: Progress = no_progress) -> Repair:
    """``repair`` over what rules see; ``members`` are the ids of the cluster, all in the network."""
    check_request(request, network)
    check_request(Request(must=tuple(members)), network)
    inside = np.isin(np.array(network.ids), list(members))
    problem, beside = _problem_of(network, inside, edition, request, costs)
    watch = Watch(time_limit_s, progress)
    found = Search(problem, watch, gap=0.0).run()
    if found.answer is None and found.bound > -np.inf:
        watch.give_up()
    answer, least = found.answer, False
    if answer is not None and found.proven and ((answer.member != inside).any() or answer.signed.any()):
        answer, least = _polished(problem, _keeping(problem, inside, answer, watch), request, inside, watch)
    return _repair(network, inside, edition, problem, found, answer, beside, watch, least_volume=least)


def _problem_of(network: Facts, inside: Bools, edition: Edition, request: Request, costs: Costs
                ) -> tuple[Problem, tuple[str, ...]]:
    """Worth is minus the weight of the changes: gains of members make it 0 where nothing changes."""
    facts = network.supposing_links() if request.possible else network
    forms, beside = law_forms(facts, edition)
    allowed, must = masks(request, network)
    decided = network.possible & request.possible
    gain = np.where(inside, float(costs.remove), -float(costs.add))
    cap = request.new_volume_th_rub
    return Problem(
        facts, {**forms, **asked_forms(request, facts)}, np.zeros(len(facts.seller)), gain, allowed, must, decided,
        np.inf if cap is None else cap, signing=float(costs.sign), step=1.0), beside


def _keeping(problem: Problem, inside: Bools, answer: Answer, watch: Watch) -> Answer:
    """Of answers with as little change one that removes fewest: to sign or to add is less than to part."""
    removed = inside & ~answer.member
    if not (removed & problem.peeled.kept).any():
        return answer
    second = replace(problem, gain=inside.astype(np.float64), signing=0.0, budget=_budget(problem, answer),
                     forms={**problem.forms, CHANGES: Sum(problem.gain, problem.gain, answer.value - 0.5)})
    better = Search(second, Watch(min(watch.left, POLISH_S)), gap=0.0, start=answer, thorough=False).run().answer
    return answer if better is None else replace(better, value=answer.value)


def _polished(problem: Problem, answer: Answer, request: Request, inside: Bools, watch: Watch) -> tuple[Answer, bool]:
    """Of answers with as little change: the least new volume between these members, else the most cooperation.

    Also whether it is proven that as many links cannot do with less.
    """
    nothing = np.zeros(problem.facts.count)
    part = Watch(min(watch.left, POLISH_S))
    if problem.decided.any():
        count = int((answer.signed & problem.decided).sum())
        volume = float(problem.volume @ np.where(answer.signed & problem.decided, answer.part, 0.0))
        if not volume:
            return answer, True
        second = replace(problem, allowed=answer.member, must=answer.member, gain=nothing, step=0.0, signing=0.0,
                         per_volume=1.0, budget=Budget(nothing, 1.0, -float(count)))
        # Sums are whole roubles, so each link may be a rouble above what would do.
        found = Search(second, part, gap=NOISE + ROUBLE_TH * count / volume, start=answer).run()
        return (answer, False) if found.answer is None else (replace(found.answer, value=answer.value), found.proven)
    own = inside.astype(np.float64)
    forms = {**problem.forms, CHANGES: Sum(problem.gain, problem.gain, answer.value - 0.5),
             KEPT: Sum(own, own, float(own[answer.member].sum()))}
    worth = worth_of(problem.facts, request.objective)
    second = replace(problem, forms=forms, gain=nothing, step=0.0, worth=worth,
                     allowed=problem.allowed & (answer.member | inside | _near(problem, answer, worth)))
    better = Search(second, part, gap=PROVEN, start=answer).run().answer
    return answer if better is None else better, False


def _budget(problem: Problem, answer: Answer) -> Budget:
    """No more change than this answer makes; the weights are whole numbers."""
    return Budget(problem.gain, problem.signing, answer.value - 0.5)


def _near(problem: Problem, answer: Answer, worth: Floats) -> Bools:
    """[n] the ``NEAR`` plants that trade most with the members."""
    seller, buyer, member = problem.facts.seller, problem.facts.buyer, answer.member
    trade = summed(seller, worth * member[buyer], len(member)) + summed(buyer, worth * member[seller], len(member))
    found = np.zeros(len(member), np.bool_)
    found[np.argsort(-trade, kind="stable")[:NEAR]] = True
    return found & (trade > 0)


def _repair(network: Facts, inside: Bools, edition: Edition, problem: Problem, found: Found, answer: Answer | None,
            beside: tuple[str, ...], watch: Watch, *, least_volume: bool) -> Repair:
    status: Status
    missing: tuple[Missing, ...]
    before = judge_facts(network, inside, edition)
    most = float(problem.gain[inside].sum())
    unavoidable = tuple(item for item in find_outsiders(problem) if inside[network.ids.index(item.id)])
    if answer is None:
        status, missing = why_not(problem, network, edition, watch) if found.proven else ("nothing_found", ())
        return Repair(status, (), (), (), (), False, unavoidable, np.inf, most - found.bound, before, before,
                      beside, missing, watch.stopped is not None)
    member = answer.member
    contracts = new_contracts(network, member, answer.part, answer.signed & problem.decided)
    after = judge_facts(signing(network, answer.part, answer.signed & problem.decided), member, edition)
    check_kept(after, problem)
    changed = bool((member != inside).any() or contracts)
    status = "best_found" if not found.proven else "proved" if changed else "complies"
    gone = set(_names(network, inside & ~member))
    missing = tuple(item for item in missing_of(before, problem.forms) if gone & {item.owner, *item.parties})
    assert found.answer is not None
    return Repair(status, _names(network, member & ~inside), _names(network, inside & ~member),
                  _names(network, inside & member), contracts, least_volume, unavoidable, most - found.answer.value,
                  most - found.bound, before, after, beside, missing, watch.stopped is not None)


def _names(network: Facts, chosen: Bools) -> tuple[str, ...]:
    return tuple(network.ids[node] for node in np.flatnonzero(chosen))
