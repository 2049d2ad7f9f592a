"""A delegation under a limit of seats: every cluster of the region represented, and everybody left out told why.

Conditions are hard: seats of each package, every cluster, must-haves, limits by role, cluster, industry. Among the
delegations that keep them all the one with the highest sum of expected meetings is taken. Where none keeps them, the
answer is the smallest set of conditions that exclude each other (``conflict``), how many seats would do, and which
clusters the best delegation leaves out.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.errors import Fault, InputFaults
from smezhnik.progress import Progress, no_progress
from smezhnik.scheduling.conflict import find_conflict
from smezhnik.scheduling.program import Answer, Program, Status
from smezhnik.solver import Watch

LIMIT_S = 10.0
#: What a limit counts: people of a role, of a cluster, of an industry, of an organisation.
Of = Literal["role", "cluster", "industry", "organisation"]
#: seats: of a package; cluster: is represented; must, must_not: a person; least, most: of a limit.
ConditionKind = Literal["seats", "cluster", "must", "must_not", "least", "most"]
#: asked_out: must not go; no_package: fits no package that has seats; displaced: a must-have has the seat;
#: weaker: whoever could give up the seat to it is worth as much or more; bound: nobody who goes could be exchanged for
#: it with every condition kept.
Reason = Literal["asked_out", "no_package", "displaced", "weaker", "bound"]


@dataclass(frozen=True)
class Candidate:
    """Who may go.

    Attributes
    ----------
    packages : that the person fits; none named is any
    clusters, roles, industries : that the person stands for
    worth : expected meetings, or what else the seat is worth
    """

    id: str
    organisation: str = ""
    packages: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    worth: float = 0.0
    must: bool = False
    must_not: bool = False

    def of(self, what: Of) -> tuple[str, ...]:
        """What a limit looks at."""
        return {"role": self.roles, "cluster": self.clusters, "industry": self.industries,
                "organisation": (self.organisation,)}[what]


@dataclass(frozen=True)
class Limit:
    """At least and at most so many people of a role, cluster, industry or organisation."""

    of: Of
    value: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, order=True)
class Condition:
    """One condition: its kind, and of what (package, cluster, candidate, or number of the limit as given)."""

    kind: ConditionKind
    name: str


@dataclass(frozen=True)
class Seat:
    """Who has a seat, in which package, and the clusters that nobody else stands for."""

    candidate: str
    package: str
    alone_for: tuple[str, ...]


@dataclass(frozen=True)
class Loser:
    """Who has none and why.

    Attributes
    ----------
    by : the must-haves that took the seat; for ``weaker`` the one that could give it up at least loss
    clusters : for ``displaced``, what it would have stood for
    loss : for ``weaker``, by how much the sum would fall
    """

    candidate: str
    reason: Reason
    by: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    loss: float | None = None


@dataclass(frozen=True)
class Delegation:
    """What comes out.

    Attributes
    ----------
    seats : by package and candidate; of an impossible one those of the delegation that leaves out the fewest clusters
    losers : everybody else
    uncovered : clusters that nobody stands for; only where it is impossible
    conflict : conditions that exclude each other, none of them idle; empty where it is possible
    seats_needed : with how many seats in all everything else could be kept; None where no number helps
    worth : sum over the seats
    smallest : no smaller set of conditions excludes each other: proved
    """

    status: Status
    seats: tuple[Seat, ...]
    losers: tuple[Loser, ...]
    uncovered: tuple[str, ...]
    conflict: tuple[Condition, ...]
    seats_needed: int | None
    worth: float
    smallest: bool = False


def compose_delegation(candidates: Sequence[Candidate], seats: Mapping[str, int], clusters: Sequence[str],
                       limits: Sequence[Limit] = (), *, time_limit_s: float = LIMIT_S,
                       progress: Progress = no_progress) -> Delegation:
    """The best delegation that keeps every condition, or why there is none.

    Parameters
    ----------
    seats : package → seats; the organiser gives them
    clusters : that are to be represented

    Raises
    ------
    InputFaults that name candidates given twice and limits that contradict themselves. A cluster that nobody stands
    for is no fault but a conflict.
    """
    _check(candidates, seats, limits)
    people = sorted(candidates, key=lambda one: one.id)
    asked = _Asked(people, dict(sorted(seats.items())), tuple(dict.fromkeys(clusters)), tuple(limits),
                   Watch(time_limit_s, progress))
    every = asked.conditions()
    answer = asked.solve(every)
    if answer.status == "unknown":
        return Delegation("unknown", (), (), (), (), None, 0.0)
    if answer.status == "impossible":
        return asked.impossible(every)
    return asked.result(answer)


class _Asked:
    """The question, ready to be asked with some of its conditions."""

    def __init__(self, people: Sequence[Candidate], seats: Mapping[str, int], clusters: tuple[str, ...],
                 limits: tuple[Limit, ...], watch: Watch) -> None:
        self.people, self.seats, self.clusters, self.limits, self.watch = people, seats, clusters, limits, watch
        self.columns = [(at, package) for at, person in enumerate(people) for package in seats
                        if not person.packages or package in person.packages]
        self.of_person: dict[int, list[int]] = {}
        for column, (at, _) in enumerate(self.columns):
            self.of_person.setdefault(at, []).append(column)

    def conditions(self) -> list[Condition]:
        """All of them; what a search for a conflict tries to leave out first stands first."""
        return [*(Condition("most", str(at)) for at, limit in enumerate(self.limits) if limit.most is not None),
                *(Condition("least", str(at)) for at, limit in enumerate(self.limits) if limit.least is not None),
                *(Condition("must", one.id) for one in self.people if one.must),
                *(Condition("must_not", one.id) for one in self.people if one.must_not),
                *(Condition("cluster", cluster) for cluster in self.clusters),
                *(Condition("seats", package) for package in self.seats)]

    def solve(self, conditions: Collection[Condition], *, worth: Sequence[float] | None = None) -> Answer:
        """Choose under these conditions and no others."""
        program = Program([self.people[at].worth for at, _ in self.columns] if worth is None else worth)
        for some in self.of_person.values():
            program.limit(some, high=1)
        for condition in conditions:
            columns, low, high = self._of(condition)
            program.limit(columns, low, high)
        return program.solve(self.watch, stage="delegation")

    def _of(self, condition: Condition) -> tuple[list[int], float, float]:
        """Columns of a condition, and how many of them are chosen."""
        inf, name = float("inf"), condition.name
        match condition.kind:
            case "seats":
                return [c for c, (_, package) in enumerate(self.columns) if package == name], -inf, self.seats[name]
            case "cluster":
                return self._who("cluster", name), 1, inf
            case "must":
                return self._named(name), 1, inf
            case "must_not":
                return self._named(name), -inf, 0
        limit = self.limits[int(name)]
        who = self._who(limit.of, limit.value)
        return (who, limit.least or 0, inf) if condition.kind == "least" else (who, -inf, limit.most or 0)

    def _who(self, of: Of, value: str) -> list[int]:
        return [column for column, (at, _) in enumerate(self.columns) if value in self.people[at].of(of)]

    def _named(self, name: str) -> list[int]:
        return [column for column, (at, _) in enumerate(self.columns) if self.people[at].id == name]

    def chosen(self, answer: Answer) -> dict[str, str]:
        """Candidate → package."""
        return {self.people[at].id: package for column, (at, package) in enumerate(self.columns)
                if answer.chosen[column]}

    def result(self, answer: Answer) -> Delegation:
        going = self.chosen(answer)
        worth = sum(one.worth for one in self.people if one.id in going)
        return Delegation(answer.status, self._seats(going), self._losers(going), (), (), None, worth)

    def _seats(self, going: Mapping[str, str]) -> tuple[Seat, ...]:
        stands = {cluster: [one.id for one in self.people if one.id in going and cluster in one.clusters]
                  for cluster in self.clusters}
        return tuple(sorted((Seat(who, package, tuple(cluster for cluster, whose in stands.items() if whose == [who]))
                             for who, package in going.items()), key=lambda seat: (seat.package, seat.candidate)))

    def _losers(self, going: Mapping[str, str]) -> tuple[Loser, ...]:
        """Everybody else with the reason: what a must-have took is found by asking without it."""
        every = self.conditions()
        taken: dict[str, list[str]] = {}
        for one in self.people:
            if one.must and self.watch.left:
                other = self.solve([condition for condition in every if condition != Condition("must", one.id)])
                for loser in sorted(set(self.chosen(other)) - set(going)) if other.status == "proved" else ():
                    taken.setdefault(loser, []).append(one.id)
        return tuple(self._loser(one, taken, going) for one in self.people if one.id not in going)

    def _loser(self, one: Candidate, taken: Mapping[str, list[str]], going: Mapping[str, str]) -> Loser:
        if one.must_not:
            return Loser(one.id, "asked_out")
        own = self._named(one.id)
        if not any(self.seats[self.columns[column][1]] for column in own):
            return Loser(one.id, "no_package")
        if one.id in taken:
            stands = tuple(cluster for cluster in one.clusters if cluster in self.clusters)
            return Loser(one.id, "displaced", tuple(taken[one.id]), stands)
        swaps = [(other.worth - one.worth, other.id) for other in self.people
                 if other.id in going and not other.must and self._swaps(one, other, going)]
        if swaps:
            loss, whom = min(swaps)
            return Loser(one.id, "weaker", (whom,), loss=loss)
        return Loser(one.id, "bound")

    def _swaps(self, one: Candidate, other: Candidate, going: Mapping[str, str]) -> bool:
        """Whether the first could take the seat of the second with every condition kept."""
        if one.packages and going[other.id] not in one.packages:
            return False
        there = [one, *(person for person in self.people if person.id in going and person is not other)]
        if any(not any(cluster in person.clusters for person in there) for cluster in self.clusters
               if cluster in other.clusters and cluster not in one.clusters):
            return False
        for limit in self.limits:
            if (limit.value in one.of(limit.of)) != (limit.value in other.of(limit.of)):
                count = sum(limit.value in person.of(limit.of) for person in there)
                if count < (limit.least or 0) or (limit.most is not None and count > limit.most):
                    return False
        return True

    def impossible(self, every: list[Condition]) -> Delegation:
        """The conflict, the seats that would do, and the delegation that leaves out the fewest clusters."""
        conflict, smallest = find_conflict(every, self._kept, watch=self.watch, alike=self._alike())
        fixed = [condition for condition in every if condition.kind != "seats"]
        wider = self.solve(fixed, worth=[-1.0] * len(self.columns))
        needed = int(wider.chosen.sum()) if wider.status == "proved" else None
        going, uncovered = self._nearest([condition for condition in every if condition.kind != "cluster"])
        return Delegation("impossible", self._seats(going), tuple(
            Loser(one.id, "asked_out" if one.must_not else "bound") for one in self.people if one.id not in going),
            uncovered, tuple(sorted(conflict)), needed, sum(one.worth for one in self.people if one.id in going),
            smallest)

    def _kept(self, conditions: Collection[Condition]) -> frozenset[Condition] | None:
        """All conditions that a delegation under these ones keeps; None where there is none."""
        answer = self.solve(conditions, worth=[0.0] * len(self.columns))
        if answer.status == "impossible":
            return None
        return frozenset(one for one in self.conditions() if self._holds(one, answer))

    def _alike(self) -> dict[Condition, Hashable]:
        """Clusters that may be exchanged with all that stand for them: these stand for nothing else, nobody has to go
        or to stay, and no limit tells them apart.
        """
        found: dict[Condition, Hashable] = {}
        for cluster in self.clusters:
            stand = [one for one in self.people if cluster in one.clusters]
            if all(set(one.clusters) & {*self.clusters} == {cluster} and not one.must and not one.must_not
                   for one in stand):
                found[Condition("cluster", cluster)] = ("cluster", tuple(sorted(
                    (tuple(sorted(one.packages)), tuple(limit.value in one.of(limit.of) for limit in self.limits))
                    for one in stand)))
        return found

    def _holds(self, condition: Condition, answer: Answer) -> bool:
        columns, low, high = self._of(condition)
        return bool(low <= int(answer.chosen[columns].sum()) <= high)

    def _nearest(self, conditions: Sequence[Condition]) -> tuple[dict[str, str], tuple[str, ...]]:
        """The delegation under the other conditions that stands for the most clusters, then is worth most."""
        count, shown = len(self.columns), len(self.clusters)
        total = sum(abs(one.worth) for one in self.people) + 1
        program = Program([*(self.people[at].worth for at, _ in self.columns), *([-total] * shown)])
        for some in self.of_person.values():
            program.limit(some, high=1)
        for condition in conditions:
            program.limit(*self._of(condition))
        for at, cluster in enumerate(self.clusters):  # the last columns say that a cluster is left out
            program.limit([*self._who("cluster", cluster), count + at], low=1)
        answer = program.solve(self.watch, stage="delegation")
        if answer.status not in ("proved", "found"):
            return {}, self.clusters
        return self.chosen(answer), tuple(cluster for at, cluster in enumerate(self.clusters)
                                          if answer.chosen[count + at])


def _check(candidates: Sequence[Candidate], seats: Mapping[str, int], limits: Sequence[Limit]) -> None:
    seen: set[str] = set()
    faults: list[Fault] = []
    for one in candidates:
        if one.id in seen:
            faults.append(Fault("candidate_twice", {"id": one.id}))
        seen.add(one.id)
        if one.must and one.must_not:
            faults.append(Fault("candidate_both_ways", {"id": one.id}))
    faults += [Fault("seats_negative", {"package": package}) for package, count in seats.items() if count < 0]
    faults += [Fault("limit_turned", {"value": limit.value, "least": limit.least, "most": limit.most})
               for limit in limits if limit.least is not None and limit.most is not None and limit.least > limit.most]
    if faults:
        raise InputFaults(faults, "delegation_faults")
