"""The best cluster that these plants could form, by the law of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from smezhnik.clusters.asked import Objective, Request, asked_forms, check_request, masks, worth_of
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.hope import Unsettled, hoped_for, missing_of
from smezhnik.clusters.outsiders import Outsider, find_outsiders
from smezhnik.clusters.problem import Problem
from smezhnik.clusters.search import PROVEN, Answer, Found, Search
from smezhnik.clusters.tree import TRUE, plain
from smezhnik.progress import Progress, no_progress
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.forms import Fixed, Form
from smezhnik.rules.judge import Verdict, judge_facts
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Edition, Pack
from smezhnik.solver import Watch

Status = Literal["proved", "best_found", "impossible", "cannot_say", "nothing_found"]


@dataclass(frozen=True)
class NewContract:
    """A link that nobody has signed and the answer counts on: thousand roubles a year, of what is possible."""

    link: str
    seller: str
    buyer: str
    volume_th_rub: float
    possible_th_rub: float


@dataclass(frozen=True)
class Composition:
    """What comes out of ``compose``.

    Attributes
    ----------
    status : ``proved``: no other cluster is better (by more than ``asked_gap``, a part of the value); ``best_found``:
        there may be better ones, by ``gap`` at most; ``impossible``: it is proven that no cluster keeps everything;
        ``cannot_say``: none can be proven to, but some could if the facts in ``missing`` turn out well;
        ``nothing_found``: the time was over before one was found
    objective : what was sought the most of
    members : ids in the order of the network
    value_th_rub : the objective, thousand roubles a year; what nobody has signed included
    unsigned_th_rub : of it what nobody has signed; shown beside the rest, never added to it
    bound_th_rub : no cluster has more; inf where nobody knows
    new_contracts : links between members that are not signed; marked wherever they are shown
    verdict : of the members as they are: what is not signed does not count
    verdict_if_signed : of the same once the new contracts are signed; the same verdict where there are none
    beside : criteria that do not depend on who the members are and are not met or cannot be decided (documents, the
        specialised organisation): no choice of members changes them, so they were left out of the search
    outsiders : who can be in no cluster that keeps everything asked, and why
    missing : facts, and numbers of the law, to be found out first where it cannot be said
    interrupted : somebody stopped the search
    """

    status: Status
    objective: Objective
    members: tuple[str, ...]
    value_th_rub: float
    unsigned_th_rub: float
    bound_th_rub: float
    gap: float
    asked_gap: float
    new_contracts: tuple[NewContract, ...]
    verdict: Verdict
    verdict_if_signed: Verdict
    beside: tuple[str, ...]
    outsiders: tuple[Outsider, ...]
    missing: tuple[Missing, ...]
    interrupted: bool


def compose(network: Cluster, pack: Pack | str, *, on: dt.date, request: Request = Request(),
            time_limit_s: float = 60.0, gap: float = PROVEN, seed: int = 0, progress: Progress = no_progress
            ) -> Composition:
    """The cluster with the most cooperation among its members that meets every criterion of the pack on the day.

    Criteria become constraints from the pack itself; what cannot be a row is checked afterwards and cut off where it is
    broken. Absent facts never help: a plant whose fact is needed and absent is left out and named among the outsiders.

    Parameters
    ----------
    network : frames of all plants and institutions that may be members, and of their contracts (``make_cluster``);
        inferred contracts are possible links
    pack : a pack, or the name of one that is shipped
    on : the day
    request : what is asked besides the law
    time_limit_s : seconds; then the best found is given with its gap
    gap : the part of the value below which a better cluster is not sought
    seed : of the neighbourhoods that are drawn in hard cases
    progress : told about the search; where it raises, the best found so far is given

    Returns
    -------
    Composition

    Raises
    ------
    InputError where the day lies outside the span of the pack; InputFaults where the request cannot be meant.
    """
    edition = (load_pack(pack) if isinstance(pack, str) else pack).on(on)
    return compose_facts(facts_of(network, on), edition, request, time_limit_s=time_limit_s, gap=gap, seed=seed,
                         progress=progress)


def compose_facts(network: Facts, edition: Edition, request: Request = Request(), *, within: Bools | None = None,
                  time_limit_s: float = 60.0, gap: float = PROVEN, seed: int = 0, progress: Progress = no_progress
                  ) -> Composition:
    """``compose`` over what rules see; ``within``: [n] who may be a member besides what the request says."""
    check_request(request, network)
    problem, beside = problem_of(network, edition, request)
    if within is not None:
        problem = replace(problem, allowed=problem.allowed & within)
    watch = Watch(time_limit_s, progress)
    found = Search(problem, watch, gap=gap, seed=seed).run()
    if found.answer is None and found.bound > -np.inf:
        watch.give_up()
    made = _composition(network, edition, problem, found, beside, request.objective,
                        interrupted=watch.stopped is not None)
    if made.status != "impossible":
        return made
    status, missing = why_not(problem, network, edition, watch)
    return replace(made, status=status, missing=missing)


def problem_of(network: Facts, edition: Edition, request: Request) -> tuple[Problem, tuple[str, ...]]:
    """What is to be solved, and the criteria beside it that no choice of members changes."""
    facts = network.supposing_links() if request.possible else network
    forms, beside = law_forms(facts, edition)
    allowed, must = masks(request, network)
    cap = request.new_volume_th_rub
    decided = network.possible & (request.possible and cap is not None)
    return Problem(facts, {**forms, **asked_forms(request, facts)}, worth_of(facts, request.objective),
                   np.zeros(facts.count), allowed, must, decided, np.inf if cap is None else cap), beside


def law_forms(facts: Facts, edition: Edition) -> tuple[dict[str, Form], tuple[str, ...]]:
    """Forms of the criteria that depend on who the members are; codes of the others that are not met."""
    forms: dict[str, Form] = {}
    beside = []
    for criterion in edition.criteria:
        if criterion.informative:
            continue
        form = criterion.form(facts, edition.law)
        shape = plain(form, facts)
        if not isinstance(shape, Fixed):
            forms[criterion.code] = form
        elif shape is not TRUE:
            beside.append(criterion.code)
    return forms, tuple(beside)


def signing(network: Facts, part: Floats, signed: Bools) -> Facts:
    """The network once some possible links are signed, each with its part of the volume; the others stay possible."""
    chosen = network.possible & signed
    return replace(network, possible=network.possible & ~chosen,
                   volume=np.where(chosen, network.volume * part, network.volume))


def _unsigned(problem: Problem, member: Bools, part: Floats, signed: Bools) -> float:
    """What of the worth of these members comes from links that nobody has signed."""
    inner = signed & member[problem.facts.seller] & member[problem.facts.buyer]
    return float((problem.worth * part)[inner].sum())


def why_not(problem: Problem, network: Facts, edition: Edition, watch: Watch
            ) -> tuple[Literal["impossible", "cannot_say"], tuple[Missing, ...]]:
    """Whether nothing keeps everything, or nothing only can be proven to; then what has to be found out."""
    try:
        hoped = hoped_for(problem, watch)
    except Unsettled:
        return "cannot_say", ()
    if hoped is None:
        return "impossible", ()
    part = np.where(problem.decided, hoped.part, 1.0)
    signed = network.possible & ~problem.facts.possible & (hoped.signed | ~problem.decided)
    verdict = judge_facts(signing(network, part, signed), hoped.member, edition)
    return "cannot_say", missing_of(verdict, problem.forms)


def check_kept(verdict: Verdict, problem: Problem) -> None:
    """The judge has the last word: whatever was searched for is met in the answer."""
    broken = [code for code in problem.forms if any(item.code == code and item.state != "met"
                                                    for item in verdict.findings)]
    assert not broken, f"composed, but not met: {broken}"


def new_contracts(network: Facts, member: Bools, part: Floats, signed: Bools) -> tuple[NewContract, ...]:
    """Possible links between members that are signed, largest first."""
    inner = network.possible & signed & member[network.seller] & member[network.buyer] & (
        network.seller != network.buyer)
    volume = np.nan_to_num(network.volume, nan=0.0)
    found = [NewContract(network.contracts[edge] if network.contracts else str(edge),
                         network.ids[network.seller[edge]], network.ids[network.buyer[edge]],
                         float(volume[edge] * part[edge]), float(volume[edge]))
             for edge in np.flatnonzero(inner).tolist()]
    return tuple(sorted(found, key=lambda item: (-item.volume_th_rub, item.link)))


def _composition(network: Facts, edition: Edition, problem: Problem, found: Found, beside: tuple[str, ...],
                 objective: Objective, *, interrupted: bool) -> Composition:
    answer = found.answer or Answer(np.zeros(network.count, np.bool_), np.zeros(len(network.seller)),
                                    np.zeros(len(network.seller), np.bool_), 0.0)
    part = np.where(problem.decided, answer.part, 1.0)
    signed = network.possible & ~problem.facts.possible & (answer.signed | ~problem.decided)
    contracts = new_contracts(network, answer.member, part, signed)
    verdict = judge_facts(network, answer.member, edition)
    if_signed = judge_facts(signing(network, part, signed), answer.member, edition) if contracts else verdict
    if found.answer is not None:
        check_kept(if_signed, problem)
    status: Status = ("impossible" if found.answer is None else "proved") if found.proven else (
        "nothing_found" if found.answer is None else "best_found")
    return Composition(
        status, objective, tuple(network.ids[node] for node in np.flatnonzero(answer.member)), answer.value,
        _unsigned(problem, answer.member, part, signed), found.bound if found.bound > -np.inf else 0.0, found.gap,
        found.asked_gap, contracts, verdict, if_signed, beside, find_outsiders(problem), (), interrupted)
