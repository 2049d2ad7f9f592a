"""The same rating made many times over, each time with other choices.

Everything that does not depend on a run is made once: values filled, treated and scaled for every combination of those
choices. A run then only joins and places; runs of one combination go through as one array.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from smezhnik.errors import CannotSay
from smezhnik.places import calc_places
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.regions.rating.aggregate import join_all
from smezhnik.regions.rating.composite import Composite
from smezhnik.regions.rating.missing import fill
from smezhnik.regions.rating.normalise import find_flat, fit_scale
from smezhnik.regions.rating.outliers import treat
from smezhnik.regions.rating.scheme import Choices, Joining, JoinMethod, Missing, Normalisation
from smezhnik.regions.rating.tree import Floats, Ints

#: What can be chosen otherwise, in the order of the columns of picks.
FACTORS = ("missing", "outliers", "normalisation", "joining", "weights")
#: Runs joined at a time: the scores of all positions are held for each.
PIECE = 2048


@dataclass(frozen=True, eq=False)
class Grid:
    """All choices of one rating.

    Attributes
    ----------
    composite : the rating as its scheme has it
    choices : the alternatives; where a step has none, the scheme's own
    seed, sets : of the drawn weights
    """

    composite: Composite
    choices: Choices
    seed: int
    sets: int

    @cached_property
    def fillings(self) -> tuple[Missing, ...]:
        return self.choices.missing or (self.composite.scheme.missing,)

    @cached_property
    def points(self) -> tuple[int, ...]:
        return self.choices.points or (self.composite.scheme.outliers.points,)

    @cached_property
    def normalisations(self) -> tuple[Normalisation, ...]:
        return self.choices.normalisations or (self.composite.scheme.normalisation,)

    @cached_property
    def joins(self) -> tuple[JoinMethod | None, ...]:
        return self.choices.joins or (None,)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many alternatives each factor has."""
        noisy = self.choices.block_noise > 0 or self.choices.indicator_noise > 0
        return (len(self.fillings), len(self.points), len(self.normalisations), len(self.joins),
                self.sets if noisy else 1)

    @cached_property
    def weights(self) -> tuple[Floats, ...]:
        """Position → [children, sets] drawn weights: those of the scheme times 1 ± noise, evenly."""
        draw, tree = np.random.default_rng(self.seed), self.composite.tree
        drawn: list[Floats] = [np.zeros(0)] * tree.leaves
        for place in tree.inner:
            noise = np.where(tree.children[place] < tree.leaves, self.choices.indicator_noise, self.choices.block_noise)
            factor = 1 + noise[:, None] * draw.uniform(-1, 1, (len(noise), self.sizes[4]))
            weight = self.composite.weights[place][:, None]
            drawn.append(weight * factor if noise.any() else weight)
        return tuple(drawn)

    @cached_property
    def _filled(self) -> dict[tuple[int, int, int], Floats]:
        return {}

    def normalised(self, filling: int, points: int, normal: int) -> Floats:
        """[n, m] values filled, treated and scaled by these choices; made when first asked for."""
        known = self._filled.get((filling, points, normal))
        if known is not None:
            return known
        composite = self.composite
        values = fill(composite.denominated, self.fillings[filling],
                      composite.table.groups.get(self.fillings[filling].group or ""))
        treated = treat(values, replace(composite.scheme.outliers, points=self.points[points])).apply(values)
        indicators, asked = composite.scheme.indicators, self.normalisations[normal]
        if find_flat(treated, indicators, asked).any():
            raise CannotSay("rating.flat_in_runs", method=asked.method)
        made = fit_scale(treated, indicators, asked).apply(treated)
        self._filled[filling, points, normal] = made
        return made

    def index_of(self, picks: Ints, progress: Progress = no_progress) -> Floats:
        """[runs, n] scores of the index.

        Parameters
        ----------
        picks : [runs, 5] number of the alternative of each of ``FACTORS``
        """
        scores = np.empty((len(picks), len(self.composite.table.regions)))
        base = np.array([1, *np.cumprod(self.sizes[:3])])
        combination = picks[:, :4] @ base
        order = np.argsort(combination, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(combination[order]) != 0])
        done = 0
        for rows in np.split(order, starts[1:]):
            for start in range(0, len(rows), PIECE):
                piece = rows[start:start + PIECE]
                scores[piece] = self._join(picks[piece])
                done += len(piece)
                progress(Step("rating_runs", done, len(picks)))
        return scores

    def _join(self, picks: Ints) -> Floats:
        """Runs that differ by weights only."""
        composite = self.composite
        filling, points, normal, joining = (int(number) for number in picks[0, :4])
        method = self.joins[joining]
        scheme = composite.scheme if method is None else replace(composite.scheme, joining=Joining(method))
        weights = [weight[:, picks[:, 4]] if weight.ndim > 1 and weight.shape[1] > 1 else weight
                   for weight in self.weights]
        joined = join_all(self.normalised(filling, points, normal), weights, composite.tree, scheme)[-1]
        return np.broadcast_to(joined, (len(picks), joined.shape[1]))


def make_grid(composite: Composite, choices: Choices | None, *, seed: int, sets: int) -> Grid:
    """The choices of a rating; CannotSay where every region has weights of its own, so that none can be varied."""
    if composite.scheme.weighting.method == "envelopment":
        raise CannotSay("rating.no_runs")
    return Grid(composite, choices or composite.scheme.choices, seed, sets)


def places_of(grid: Grid, picks: Ints, progress: Progress = no_progress) -> Floats:
    """[runs, n] places; equal runs are made once."""
    base = np.array([1, *np.cumprod(grid.sizes[:4])])
    keys, first, back = np.unique(picks @ base, return_index=True, return_inverse=True)
    if len(keys) * 2 > len(picks):
        first, back = np.arange(len(picks)), np.arange(len(picks))
    scores = grid.index_of(picks[first], progress)
    ties = grid.composite.scheme.ties
    return calc_places(scores, ties.rule, ties.decimals)[back]
