"""Where weights come from: equal, given, principal components, paired comparisons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smezhnik.regions.rating.aggregate import calc_join
from smezhnik.regions.rating.scheme import Scheme
from smezhnik.regions.rating.tree import Floats, Tree

#: Mean consistency index of random comparisons of n things; Saaty, The Analytic Hierarchy Process, 1980.
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
#: Comparisons above this contradict themselves too much to be used without a word.
CONSISTENT = 0.1


def find_weights(scheme: Scheme, tree: Tree, normalised: Floats) -> tuple[Floats, ...]:
    """Weights of the children of every position, summing to one; empty for indicators.

    Principal components look at the scores of the children, so the tree is joined from the bottom as it goes.

    Parameters
    ----------
    normalised : [n, m]
    """
    stated = ({item.code: item.weight for item in scheme.indicators}
              | {block.code: block.weight for block in scheme.blocks})
    scores = np.empty((len(tree.codes), len(normalised)))
    scores[:tree.leaves] = normalised.T
    weights: list[Floats] = [np.zeros(0)] * tree.leaves
    for place in tree.inner:
        children, method = tree.children[place], scheme.weighting.method
        matrix = scheme.weighting.comparisons.get(tree.codes[place])
        if method == "equal":
            weight = np.ones(len(children))
        elif method == "components":
            weight = calc_component_weights(scores[children].T)
        elif method == "hierarchy" and matrix is not None:
            weight = calc_hierarchy_weights(np.array(matrix))[0]
        else:
            weight = np.array([stated[tree.codes[child]] for child in children])
        weights.append(weight / weight.sum())
        scores[place] = calc_join(scores[children][:, None, :], weights[-1][:, None],
                                  scheme.joining.of(tree.codes[place]))[0]
    return tuple(weights)


def calc_component_weights(values: Floats) -> Floats:
    """Weights from principal components, as the handbook builds them.

    Components of the correlation matrix with an eigenvalue above 1 (at least one) are rotated by varimax; a weight is
    the largest squared loading of an indicator, divided by the sum of squared loadings of its factor, times the share
    of variance that the factor explains.

    Parameters
    ----------
    values : [n, c]; rows with absent values are left out; equal weights where fewer than three rows or two columns
        remain, or where a column does not vary

    Returns
    -------
    [c], >= 0, sum 1.

    References
    ----------
    Nicoletti, Scarpetta, Boylaud, 2000; OECD, JRC, Handbook, 2008, step 6, table 17.
    """
    whole = values[~np.isnan(values).any(axis=1)]
    size = values.shape[1]
    if len(whole) < 3 or size < 2 or (np.ptp(whole, axis=0) <= 0).any():
        return np.full(size, 1 / size)
    roots, vectors = np.linalg.eigh(np.corrcoef(whole, rowvar=False))
    kept = max(int((roots > 1).sum()), 1)
    loadings = _varimax(vectors[:, -kept:] * np.sqrt(roots[-kept:]))
    squared = loadings**2
    explained = squared.sum(axis=0)
    factor = squared.argmax(axis=1)
    weights = squared[np.arange(size), factor] / explained[factor] * explained[factor] / explained.sum()
    return np.asarray(weights / weights.sum())


def _varimax(loadings: Floats) -> Floats:
    """Rotated so that each indicator loads on few factors (Kaiser, 1958)."""
    rotation = np.eye(loadings.shape[1])
    before = 0.0
    for _ in range(100):
        turned = loadings @ rotation
        left, sizes, right = np.linalg.svd(
            loadings.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        rotation = left @ right
        if sizes.sum() <= before * (1 + 1e-10):
            break
        before = sizes.sum()
    return np.asarray(loadings @ rotation)


def calc_hierarchy_weights(comparisons: Floats) -> tuple[Floats, float]:
    """Weights from paired comparisons: the principal eigenvector, and how far they contradict each other.

    CR = (λ_max − n) / (n − 1) / RI(n); 0 for up to two things. Above 0.1 the comparisons should be looked at again.

    Parameters
    ----------
    comparisons : [c, c], positive, a[j, i] = 1 / a[i, j]

    References
    ----------
    Saaty, The Analytic Hierarchy Process, 1980.
    """
    size = len(comparisons)
    roots, vectors = np.linalg.eig(comparisons)
    largest = int(roots.real.argmax())
    vector = np.abs(vectors[:, largest].real)
    index = (float(roots[largest].real) - size) / max(size - 1, 1)
    chance = RANDOM_INDEX[min(size, len(RANDOM_INDEX) - 1)]
    return vector / vector.sum(), max(index / chance, 0.0) if chance else 0.0


def effective_weights(tree: Tree, weights: Sequence[Floats]) -> Floats:
    """[positions] weight of every position in the index: the product of the weights on the way up."""
    whole = np.ones(len(tree.codes))
    for place in reversed(tree.inner):
        whole[tree.children[place]] = whole[place] * weights[place]
    return whole
