"""From raw values to index and places, every step kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smezhnik.errors import CannotSay, Fault
from smezhnik.places import calc_places
from smezhnik.regions.rating.aggregate import join_all
from smezhnik.regions.rating.envelopment import calc_benefit_of_doubt
from smezhnik.regions.rating.missing import fill
from smezhnik.regions.rating.normalise import Scale, find_flat, fit_scale
from smezhnik.regions.rating.outliers import Treatment, treat
from smezhnik.regions.rating.scheme import Scheme
from smezhnik.regions.rating.table import IndicatorTable
from smezhnik.regions.rating.tree import Bools, Floats, Tree, make_tree
from smezhnik.regions.rating.weights import CONSISTENT, calc_hierarchy_weights, effective_weights, find_weights


@dataclass(frozen=True, eq=False)
class Composite:
    """A rating of one year.

    Attributes
    ----------
    scheme, table : what was rated: indicators and regions that stayed
    unrated : region → its name and the share of its indicators that is known, below what the scheme asks
    left_out : codes of indicators by which regions cannot be told apart
    tree : positions of indicators, blocks and index
    denominated, imputed, treated, normalised : [n, m] after each step
    absent : [n, m] what was not known; where the step ``imputed`` holds a number it was filled in
    treatment, scale : how values were treated and scaled, to treat others alike
    weights : position → weights of its children
    scores : [positions, n]; NaN where nothing under a position is known (never for the index)
    shares : [n, blocks] share of each block in the score, where every region has weights of its own
    places : [n] of the index
    notes : what was decided on the way and is worth a look
    """

    scheme: Scheme
    table: IndicatorTable
    unrated: dict[str, tuple[str, float]]
    left_out: tuple[str, ...]
    tree: Tree
    denominated: Floats
    imputed: Floats
    treated: Floats
    absent: Bools
    treatment: Treatment
    scale: Scale
    normalised: Floats
    weights: tuple[Floats, ...]
    scores: Floats
    shares: Floats | None
    places: Floats
    notes: tuple[Fault, ...]

    @property
    def index(self) -> Floats:
        """[n] scores of the whole."""
        return np.asarray(self.scores[self.tree.root])

    @property
    def effective(self) -> Floats:
        """[positions] weight of every position in the index."""
        return effective_weights(self.tree, self.weights)

    def row(self, region: str) -> int:
        """Row of a region by id or name; CannotSay where it was not rated or is not there."""
        wanted = region.strip().casefold()
        for row, names in enumerate(zip(self.table.regions, self.table.names, strict=True)):
            if wanted in (name.casefold() for name in names):
                return row
        raise CannotSay("rating.region_unknown", found=region, known=list(self.table.names)[:12])

    def node_places(self) -> Floats:
        """[positions, n] places at every position; NaN where there is no score."""
        places = np.full(self.scores.shape, np.nan)
        for place, scores in enumerate(self.scores):
            known = ~np.isnan(scores)
            if known.any():
                places[place, known] = calc_places(scores[known], self.scheme.ties.rule, self.scheme.ties.decimals)
        return places


def denominate(table: IndicatorTable, scheme: Scheme) -> Floats:
    """[n, m] values divided by their denominators; absent where either is."""
    place = {item.code: number for number, item in enumerate(scheme.denominators)}
    return np.column_stack([
        table.values[:, column] / (1.0 if item.per is None else table.denominators[:, place[item.per]])
        for column, item in enumerate(scheme.indicators)])


def rate(table: IndicatorTable, scheme: Scheme) -> Composite:
    """Rate the regions of one year.

    Steps in order: screening, denominators, absent values, outliers, normalisation, weights, joining, places.

    Raises
    ------
    CannotSay where fewer than two regions can be rated, or a block keeps no indicator.
    """
    known = ~np.isnan(denominate(table, scheme))
    share = known.mean(axis=1)
    enough = (share >= scheme.missing.least_share) & known.any(axis=1)
    unrated = {table.regions[row]: (table.names[row], float(share[row])) for row in np.flatnonzero(~enough)}
    if enough.sum() < 2:
        raise CannotSay("rating.too_few", count=int(enough.sum()), of=len(enough), least=scheme.missing.least_share)
    table = table.rows(enough)
    notes = [Fault("rating.unrated", {"region": name, "share": 100 * part,
                                      "least": 100 * scheme.missing.least_share}, severity="skipped")
             for name, part in unrated.values()]
    scheme, table, left_out = _without_flat(scheme, table, notes)
    tree = make_tree(scheme)
    denominated = denominate(table, scheme)
    group = table.groups.get(scheme.missing.group or "")
    imputed = fill(denominated, scheme.missing, group)
    treatment = treat(imputed, scheme.outliers)
    treated = treatment.apply(imputed)
    scale = fit_scale(treated, scheme.indicators, scheme.normalisation)
    normalised = scale.apply(treated)
    weights = find_weights(scheme, tree, normalised)
    notes += _contradictions(scheme)
    scores = join_all(normalised, weights, tree, scheme)[:, 0]
    shares = None
    if scheme.weighting.method == "envelopment":
        parts = scores[tree.blocks].T
        if np.isnan(parts).any() or (parts < 0).any():
            raise CannotSay("rating.envelopment_gaps")
        best, shares = calc_benefit_of_doubt(parts, scheme.weighting.shares)
        scores[tree.root] = 100 * best
    if np.isnan(scores[tree.root]).any():
        raise CannotSay("rating.no_score", regions=[table.names[row] for row in np.flatnonzero(
            np.isnan(scores[tree.root]))])
    places = calc_places(scores[tree.root], scheme.ties.rule, scheme.ties.decimals)
    return Composite(scheme, table, unrated, left_out, tree, denominated, imputed, treated, np.isnan(denominated),
                     treatment, scale, normalised, weights, scores, shares, places, tuple(notes))


def _without_flat(scheme: Scheme, table: IndicatorTable,
                  notes: list[Fault]) -> tuple[Scheme, IndicatorTable, tuple[str, ...]]:
    """Without indicators that cannot tell regions apart; a block that keeps none is refused.

    What one of them leaves changes how the gaps of others are filled, so the rest is looked at again.
    """
    gone: list[str] = []
    while True:
        values = fill(denominate(table, scheme), scheme.missing, table.groups.get(scheme.missing.group or ""))
        flat = find_flat(treat(values, scheme.outliers).apply(values), scheme.indicators, scheme.normalisation)
        if not flat.any():
            return scheme, table, tuple(gone)
        out = [item for item, tells_nothing in zip(scheme.indicators, flat, strict=True) if tells_nothing]
        for item, column in zip(out, table.values[:, flat].T, strict=True):
            code = "rating.all_absent" if np.isnan(column).all() else "rating.flat"
            notes.append(Fault(code, {"title": item.title}, column=item.code, severity="note"))
        kept = {item.block for item, tells_nothing in zip(scheme.indicators, flat, strict=True) if not tells_nothing}
        empty = [block.title for block in scheme.blocks if block.code in {item.block for item in out} - kept]
        if empty:
            raise CannotSay("rating.empty_blocks", blocks=empty)
        gone += [item.code for item in out]
        scheme, table = scheme.without([item.code for item in out]), table.columns(~flat)


def _contradictions(scheme: Scheme) -> list[Fault]:
    if scheme.weighting.method != "hierarchy":
        return []
    titles = {item.code: item.title for item in scheme.blocks}
    return [Fault("rating.contradiction", {"parent": titles.get(code, scheme.index), "ratio": ratio}, severity="note")
            for code, matrix in scheme.weighting.comparisons.items()
            if (ratio := calc_hierarchy_weights(np.array(matrix))[1]) > CONSISTENT]
