"""A bound from few prices: rules on sums are dropped at a price, and what is left is a minimum cut.

With a price μ ≥ 0 on every rule Σ_e w_e x_s x_b + Σ_i a_i x_i ≥ b that bites, no cluster is worth more than
g(μ) = max over x of Σ_e (v_e + Σ μ w_e) x_s x_b + Σ_i (Σ μ a_i) x_i − Σ μ b. Prices that make g least are found by
cutting planes: every best set of one price bounds g at all others from below. What is left of the worth of the nodes
at the best prices, and how it could still be pushed among them, tells how much is lost at least if a node is decided
otherwise: where the loss is more than what the best known cluster lacks to the bound, the node is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np

from smezhnik.clusters.arrays import summed
from smezhnik.clusters.cut import Pairs, push, widen
from smezhnik.clusters.problem import Problem
from smezhnik.rules.facts import Bools, Floats, Ints
from smezhnik.rules.forms import Sum, TotalShare

#: Cuts made at most, and the part of the bound below which a better one is not sought.
CUTS, CLOSE = 60, 2e-6
#: A bound that is below all possible worth by this much proves that there is no answer.
PROOF = 1e-5


@dataclass(frozen=True, eq=False)
class Bound:
    """What no cluster can pass.

    Attributes
    ----------
    value : no cluster is worth more
    nodes : [k] positions of the free nodes
    rest : [k] what is left of the worth of each at the best prices: positive for nodes that pay
    pairs, residual : the graph of the free nodes, and what each arc can still carry
    inside : [n] who is inside anyway
    sets : best sets of the prices that were tried, the last first
    prices : [rules] of the rules on sums (``Problem.totals``)
    """

    value: float
    nodes: Ints
    rest: Floats
    pairs: Pairs
    residual: Floats
    inside: Bools
    sets: tuple[Bools, ...]
    prices: Floats

    def settle(self, lack: float) -> tuple[Bools, Bools]:
        """[n] nodes still free, nodes inside, once only clusters worth more than ``value`` − ``lack`` are sought.

        To leave out a node that at least ``lack`` more worth could be pushed to from nodes that pay costs that much;
        so does taking in a node from which as much could be pushed to nodes that do not.
        """
        lack = max(lack, 0.0) + 1e-7 * max(1.0, abs(self.value))
        paying, costing = widen(self.pairs, self.residual, self.rest, lack)
        free, inside = np.zeros(len(self.inside), np.bool_), self.inside.copy()
        free[self.nodes[~paying & ~costing]] = True
        inside[self.nodes[paying]] = True
        return free, inside


@dataclass(frozen=True, eq=False)
class SumRows:
    """Rules on sums over the free nodes: Σ_e w_e x x + Σ a_i x_i ≥ b, contracts with those inside as part of a."""

    pairs: Pairs
    nodes: Ints
    worth: Floats
    cost: Floats
    constant: float
    edge: list[Floats]
    node: list[Floats]
    least: Floats

    @classmethod
    def of(cls, problem: Problem, free: Bools, inside: Bools) -> SumRows:
        facts, nodes = problem.facts, np.flatnonzero(free)
        column = np.full(facts.count, -1)
        column[nodes] = np.arange(len(nodes))
        seller, buyer = facts.seller, facts.buyer
        weights = [problem.worth, *(form.weight for form in problem.totals if isinstance(form, TotalShare))]
        both = free[seller] & free[buyer] & (seller != buyer) & np.any([weight > 0 for weight in weights], axis=0)
        one, other = column[seller[both]], column[buyer[both]]
        key, pair = np.unique(np.minimum(one, other) * np.int64(len(nodes)) + np.maximum(one, other),
                              return_inverse=True)
        half = (free[seller] & inside[buyer]) | (inside[seller] & free[buyer])
        lone = column[np.where(free[seller], seller, buyer)[half]]
        settled = inside[seller] & inside[buyer] & (seller != buyer)

        def parts(weight: Floats) -> tuple[Floats, Floats, float]:
            return (summed(pair, weight[both], len(key)), summed(lone, weight[half], len(nodes)),
                    float(weight[settled].sum()))

        worth, cost, constant = parts(problem.worth)
        cost, constant = cost + problem.gain[nodes], constant + float(problem.gain[inside].sum())
        edge, node, least = [], [], []
        for form in problem.totals:
            if isinstance(form, Sum):
                low = np.where(np.isinf(form.low), 0.0, form.low)
                edge.append(np.zeros(0))
                node.append(low[nodes])
                least.append(form.least - float(low[inside].sum()))
            else:
                pairs_, lone_, done = parts(form.weight)
                share = np.where(np.isinf(form.denominator), 0.0, form.share * form.denominator)
                edge.append(pairs_)
                node.append(lone_ - share[nodes])
                least.append(float(share[inside].sum()) - done)
        graph = Pairs.of(len(nodes), key // max(len(nodes), 1), key % max(len(nodes), 1))
        return cls(graph, nodes, worth, cost, constant, edge, node, np.array(least))

    def slack(self, row: int, chosen: Bools) -> float:
        """By how much these nodes pass the rule; below 0 where they break it."""
        found = float(self.node[row][chosen].sum()) - float(self.least[row])
        if len(self.edge[row]):
            found += float(self.edge[row][self._within(chosen)].sum())
        return found

    def value(self, chosen: Bools) -> float:
        return float(self.worth[self._within(chosen)].sum() + self.cost[chosen].sum()) + self.constant

    def priced(self, prices: Floats) -> tuple[Floats, Floats]:
        """Worth of pairs and of nodes at these prices."""
        worth, cost = self.worth, self.cost
        for row in np.flatnonzero(prices > 0):
            if len(self.edge[row]):
                worth = worth + prices[row] * self.edge[row]
            cost = cost + prices[row] * self.node[row]
        return worth, cost

    def _within(self, chosen: Bools) -> Bools:
        inner: Bools = (chosen[self.pairs.to[self.pairs.left]] & chosen[self.pairs.to[self.pairs.right]])
        return inner


def find_bound(problem: Problem, free: Bools, inside: Bools, cuts: int = CUTS) -> Bound:
    """The least g(μ) that a few dozen cuts find; every one of them is a bound, the least is kept."""
    rows = SumRows.of(problem, free, inside)
    count = len(rows.least)
    share = np.full(len(rows.worth), 0.5)
    found = push(rows.pairs, share, rows.worth, rows.cost)
    best, best_prices = np.inf, np.zeros(count)
    planes: list[tuple[float, Floats]] = []
    sets: list[Bools] = []
    active: list[int] = []
    least_worth = float(np.minimum(problem.gain, 0.0).sum()) if not problem.decided.any() else -np.inf
    prices = np.zeros(count)
    for _ in range(cuts):
        shared = push(rows.pairs, share, *rows.priced(prices))
        share, chosen = shared.share, shared.chosen
        value = float(np.maximum(shared.rest, 0.0).sum()) - float(prices @ rows.least) + rows.constant
        if value < best:
            best, found, best_prices = value, shared, prices
        slack = np.array([rows.slack(row, chosen) for row in range(count)])
        worth = rows.value(chosen)
        planes.append((worth, slack))
        sets.append(chosen)
        fresh = [row for row in np.flatnonzero(slack < -1e-9 * np.maximum(1.0, np.abs(rows.least))).tolist()
                 if row not in active]
        active += fresh
        if not active or best < least_worth - PROOF * max(1.0, abs(least_worth)):
            break
        lowest, prices = _master(planes, active, count, best)
        close = best - lowest <= CLOSE * max(1.0, abs(best))
        if not fresh and (close or problem.floor(best) <= problem.floor(lowest)):
            break
    return Bound(best, rows.nodes, found.rest, rows.pairs, found.residual, inside,
                 tuple(_spread(chosen, rows.nodes, inside) for chosen in sets[::-1]), best_prices)


def contradict(problem: Problem) -> bool:
    """Whether the rules on sums, who may and who has to be a member alone exclude every cluster: a quick proof."""
    kept = problem.peeled.kept
    if (problem.must & ~kept).any():
        return True
    nothing = replace(problem, worth=np.zeros(len(problem.worth)), gain=np.zeros(len(problem.gain)))
    return find_bound(nothing, kept & ~problem.must, problem.must).value < -PROOF


def _spread(chosen: Bools, nodes: Ints, inside: Bools) -> Bools:
    member = inside.copy()
    member[nodes[chosen]] = True
    return member


def _master(planes: list[tuple[float, Floats]], active: list[int], count: int, best: float) -> tuple[float, Floats]:
    """Prices of the active rules that make the largest of all planes least, and how low that is.

    Prices are bounded so that the first step stays finite; the bound moves with what the planes say.
    """
    lp = highspy.HighsLp()
    size = len(active)
    scale = np.array([max((abs(slack[row]) for _, slack in planes), default=1.0) or 1.0 for row in active])
    reach = max(max(abs(worth) for worth, _ in planes), 1.0)
    lp.num_col_, lp.num_row_ = size + 1, len(planes)
    lp.col_cost_ = np.append(np.zeros(size), 1.0)
    lp.col_lower_ = np.append(np.zeros(size), -highspy.kHighsInf)
    lp.col_upper_ = np.append(np.full(size, 4.0 * len(planes)), highspy.kHighsInf)
    lp.row_lower_ = np.array([worth / reach for worth, _ in planes])
    lp.row_upper_ = np.full(len(planes), highspy.kHighsInf)
    table = np.array([[*(-slack[active] / scale), 1.0] for _, slack in planes])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.arange(0, table.size + 1, size + 1, dtype=np.int32)
    lp.a_matrix_.index_ = np.tile(np.arange(size + 1, dtype=np.int32), len(planes))
    lp.a_matrix_.value_ = table.reshape(-1)
    engine = highspy.Highs()  # type: ignore[no-untyped-call]
    engine.setOptionValue("output_flag", False)
    engine.passModel(lp)
    engine.run()
    solution = np.asarray(engine.getSolution().col_value)
    prices = np.zeros(count)
    prices[active] = solution[:size] * reach / scale
    return float(solution[size]) * reach, prices
