"""Forms as rows (formulation F3).

x_i, 0 or 1: node i is a member. No big M is needed for what members ask of each other: Σ_j w_ij x_j ≥ need_i x_i holds
by itself where x_i = 0. A sum over contracts inside the cluster is Σ_i W_i f_i with one continuous f_i a node instead
of one variable a contract: f_i ≤ x_i and W_i f_i ≤ Σ_j w_ij x_j. Supplies are clipped to the need (more than all of it
does not help), and a partner without whom the need cannot be met is implied: x_i ≤ x_j.

Only nodes that are still free have columns; who is inside already counts as a constant, everybody else is out. A
contract that is still to be decided has t_e in [0, 1], the part of its volume that is signed, and b_e, 0 or 1: signed
at all; t_e ≤ b_e ≤ x of both parties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from smezhnik.clusters.arrays import summed
from smezhnik.clusters.demands import demands_of
from smezhnik.clusters.rows import Rows
from smezhnik.rules.facts import Bools, Facts, Floats, Ints
from smezhnik.rules.forms import SLACK, AllOf, AnyOf, Distinct, EachShare, Fixed, Form, Linked, Sum, TotalShare


@dataclass(frozen=True, eq=False)
class Universe:
    """What may be chosen.

    Attributes
    ----------
    facts : the network, possible links taken as signed
    free : [n] who may be a member or not
    inside : [n] who is one; nobody is both
    decided : [m] contracts that are still to be decided; only between free nodes and those inside
    """

    facts: Facts
    free: Bools
    inside: Bools
    decided: Bools

    @classmethod
    def of(cls, facts: Facts, free: Bools, inside: Bools | None = None, decided: Bools | None = None) -> Universe:
        inside = np.zeros(facts.count, np.bool_) if inside is None else inside
        decided = np.zeros(len(facts.seller), np.bool_) if decided is None else decided
        return cls(facts, free & ~inside, inside, decided)

    @cached_property
    def nodes(self) -> Ints:
        """[k] positions of the free nodes, ascending."""
        return np.flatnonzero(self.free)

    @cached_property
    def column(self) -> Ints:
        """[n] column of each free node, −1 for the others."""
        found = np.full(self.facts.count, -1)
        found[self.nodes] = np.arange(len(self.nodes))
        return found

    @cached_property
    def live(self) -> Bools:
        """[m] contracts that may lie inside, not all parties of which are inside already unless it is decided."""
        within = self.free | self.inside
        seller, buyer = self.facts.seller, self.facts.buyer
        found: Bools = within[seller] & within[buyer] & (seller != buyer)
        return found


@dataclass(frozen=True, eq=False)
class Expression:
    """Σ values · columns + constant."""

    column: Ints
    value: Floats
    constant: float

    def __add__(self, more: Expression) -> Expression:
        return Expression(np.concatenate([self.column, more.column]), np.concatenate([self.value, more.value]),
                          self.constant + more.constant)


class Model:
    """The rows of all rules over one universe; the first columns are ``x`` of its free nodes, in their order."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.rows = Rows()
        self.x = self.rows.add_columns(len(universe.nodes), integer=True)
        self.part = np.full(len(universe.facts.seller), -1)
        self.signed = np.full(len(universe.facts.seller), -1)
        self.decided = np.flatnonzero(universe.decided & universe.live)
        self._sums: dict[bytes, Expression] = {}
        if len(self.decided):
            self._add_decisions()

    def add(self, form: Form, given: int | None = None) -> None:
        """The rows of one tree of plain rules (``tree.plain``), binding where the column ``given`` is 1."""
        match form:
            case AllOf(parts):
                for part in parts:
                    self.add(part, given)
            case AnyOf(options):
                self._add_any(options, given)
            case Fixed(met):
                if not met:
                    self._add_never(given)
            case Sum(low, _, least):
                self._bar(np.isinf(low), given)
                self.add_row(self.sum_of_nodes(np.where(np.isinf(low), 0.0, low)), least, given)
            case Distinct():
                self._add_distinct(form, given)
            case EachShare() | Linked():
                self._add_each(form, given)
            case TotalShare(weight, denominator, share):
                barred = np.isinf(denominator)
                self._bar(barred, given)
                inner, whole = self.sum_of_edges(weight), self.sum_of_nodes(np.where(barred, 0.0, -share * denominator))
                self.add_row(inner + whole, 0.0, given)

    def add_row(self, left: Expression, least: float, given: int | None = None) -> None:
        """A row: left ≥ least."""
        some = left.value != 0
        rest = least - left.constant
        if not some.any() and rest <= SLACK * max(1.0, abs(least)):
            return
        self.rows.add_rows(np.zeros(int(some.sum()), np.int64), left.column[some], left.value[some], np.array([rest]),
                           given)

    def sum_of_nodes(self, value: Floats) -> Expression:
        """Σ value_i over the members."""
        return Expression(self.x, value[self.universe.nodes], float(value[self.universe.inside].sum()))

    def sum_of_edges(self, weight: Floats) -> Expression:
        """An expression that may reach Σ weight_e over the contracts inside, and never passes it; weight ≥ 0."""
        key = weight.tobytes()
        if key not in self._sums:
            self._sums[key] = self._flows(weight)
        return self._sums[key]

    def _flows(self, weight: Floats) -> Expression:
        facts, column, inside = self.universe.facts, self.universe.column, self.universe.inside
        edges = np.flatnonzero(self.universe.live & (weight > 0))
        amount, decision = weight[edges], self.part[edges]
        seller, buyer = facts.seller[edges], facts.buyer[edges]
        settled = inside[seller] & inside[buyer] & (decision < 0)
        one = (inside[seller] ^ inside[buyer]) & (decision < 0)
        lone = np.where(inside[seller], buyer, seller)[one]
        linear = summed(column[lone], amount[one], len(self.x))
        own_decision = (inside[seller] | inside[buyer]) & (decision >= 0)
        both = ~(settled | one | own_decision)
        pair = self._pairs(column[seller[both]], column[buyer[both]], amount[both], decision[both])
        return Expression(np.concatenate([self.x, decision[own_decision], pair.column]),
                          np.concatenate([linear, amount[own_decision], pair.value]), float(amount[settled].sum()))

    def _pairs(self, sellers: Ints, buyers: Ints, amount: Floats, decision: Ints) -> Expression:
        """The same for contracts between free nodes: one column for each who sells, or each who buys."""
        own, other = (sellers, buyers) if len(np.unique(sellers)) >= len(np.unique(buyers)) else (buyers, sellers)
        nodes, row = np.unique(own, return_inverse=True)
        whole = summed(row, amount, len(nodes))
        flow = self.rows.add_columns(len(nodes))
        self.imply(flow, self.x[nodes])
        source = np.where(decision >= 0, decision, self.x[other])
        self.rows.add_rows(np.concatenate([row, np.arange(len(nodes))]), np.concatenate([source, flow]),
                           np.concatenate([amount / whole[row], np.full(len(nodes), -1.0)]), np.zeros(len(nodes)))
        return Expression(flow, whole, 0.0)

    def imply(self, less: Ints, more: Ints, given: int | None = None) -> None:
        """Rows: less ≤ more, column by column."""
        row = np.arange(len(less))
        self.rows.add_rows(np.tile(row, 2), np.concatenate([more, less]), np.repeat([1.0, -1.0], len(less)),
                           np.zeros(len(less)), given)

    def _add_decisions(self) -> None:
        facts, edges = self.universe.facts, self.decided
        self.part[edges] = self.rows.add_columns(len(edges))
        self.signed[edges] = self.rows.add_columns(len(edges), integer=True)
        self.imply(self.part[edges], self.signed[edges])
        for party in (facts.seller[edges], facts.buyer[edges]):
            open_ = self.universe.free[party]
            self.imply(self.signed[edges][open_], self.universe.column[party[open_]])

    def _add_any(self, options: tuple[Form, ...], given: int | None) -> None:
        chosen = self.rows.add_columns(len(options), integer=True)
        ones = np.ones(len(options))
        if given is None:
            self.add_row(Expression(chosen, ones, 0.0), 1.0)
        else:
            self.add_row(Expression(np.append(chosen, given), np.append(ones, -1.0), 0.0), 0.0)
        for column, option in zip(chosen.tolist(), options, strict=True):
            self.add(option, column)

    def _add_never(self, given: int | None) -> None:
        """A row that nothing satisfies."""
        self.add_row(Expression(self.x[:0], np.zeros(0), 0.0), 1.0, given)

    def _bar(self, barred: Bools, given: int | None) -> None:
        """Nodes that cannot be members (where ``given`` is 1)."""
        if (barred & self.universe.inside).any():
            self._add_never(given)
        columns = self.x[barred[self.universe.nodes]]
        self.rows.add_rows(np.arange(len(columns)), columns, np.full(len(columns), -1.0), np.zeros(len(columns)), given)

    def _add_distinct(self, form: Distinct, given: int | None) -> None:
        met = np.unique(form.group[self.universe.inside & (form.group >= 0)])
        group = form.group[self.universe.nodes]
        known = np.flatnonzero((group >= 0) & ~np.isin(group, met))
        values, place = np.unique(group[known], return_inverse=True)
        present = self.rows.add_columns(len(values))
        self.rows.add_rows(np.concatenate([place, np.arange(len(values))]), np.concatenate([self.x[known], present]),
                           np.concatenate([np.ones(len(known)), np.full(len(values), -1.0)]), np.zeros(len(values)))
        self.add_row(Expression(present, np.ones(len(present)), float(len(met))), float(form.least), given)

    def _add_each(self, form: EachShare | Linked, given: int | None) -> None:
        """Supplies ≥ need for each member that the rule binds, but for those excepted."""
        asked = self._asked(form)
        rows, own = np.arange(len(asked.owner)), self.universe.column[asked.owner]
        free = rows[own >= 0]
        row, column = [asked.row, free], [asked.column, own[free]]
        value = [asked.value, np.full(len(free), -1.0)]
        lucky = rows[(form.exempt_among[asked.owner] > 0) & (form.exempt > 0)]
        if len(lucky):
            excepted = self.rows.add_columns(len(lucky), integer=True)
            open_ = own[lucky] >= 0
            self.imply(excepted[open_], own[lucky][open_])
            self.add_row(Expression(excepted, np.full(len(lucky), -1.0), 0.0), -float(form.exempt))
            row, column, value = [*row, lucky], [*column, excepted], [*value, np.ones(len(lucky))]
        self.rows.add_rows(np.concatenate(row), np.concatenate(column), np.concatenate(value),
                           np.where(own >= 0, 0.0, 1.0), given)
        if given is None:
            self._add_indispensable(asked, own, np.setdiff1d(free, lucky))

    def _asked(self, form: EachShare | Linked) -> _Asked:
        """Demands that those inside do not meet already; supplies as parts of what is left to meet."""
        universe = self.universe
        demands = demands_of(form, universe.facts)
        within = universe.free | universe.inside
        entries = np.flatnonzero(universe.live[demands.edge])
        row, other, supply = demands.demand[entries], demands.other[entries], demands.supply[entries]
        decision = (self.part if isinstance(form, EachShare) else self.signed)[demands.edge[entries]]
        settled = universe.inside[other] & (decision < 0)
        left = demands.need - summed(row[settled], supply[settled], len(demands.owner))
        open_ = within[demands.owner] & (left > SLACK * np.maximum(1.0, np.where(left < np.inf, demands.need, 1.0)))
        number, kept = np.cumsum(open_) - 1, open_[row] & ~settled
        source = np.where(decision >= 0, decision, universe.column[other])[kept]
        key, place = np.unique(number[row[kept]] * np.int64(self.rows.columns) + source, return_inverse=True)
        row, column = key // self.rows.columns, key % self.rows.columns
        part = summed(place, supply[kept], len(key)) / left[open_][row]
        # Only a member is there or not; of a contract to be decided a small part may do, so it is not clipped.
        return _Asked(demands.owner[open_], row, column, np.where(column < len(self.x), np.minimum(part, 1.0), part))

    def _add_indispensable(self, asked: _Asked, own: Ints, binding: Ints) -> None:
        """x_i ≤ x_j where without j what is left does not meet the need of i."""
        total = summed(asked.row, asked.value, len(asked.owner))
        short = (total[asked.row] - asked.value < 1 - SLACK)
        lone = short & np.isin(asked.row, binding) & (asked.column < len(self.x))
        self.imply(own[asked.row[lone]], asked.column[lone])


@dataclass(frozen=True, eq=False)
class _Asked:
    """Demands: position of the ``owner``; entries by ``row``, ``column``, ``value``; the need of each is 1."""

    owner: Ints
    row: Ints
    column: Ints
    value: Floats
