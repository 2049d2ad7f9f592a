"""A rating method as data: what is measured, how it is made comparable, weighed, joined and placed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from smezhnik.messages import Words
from smezhnik.places import TieRule

MissingMethod = Literal["none", "mean", "median", "group_mean", "group_median", "neighbours", "expectation"]
OutlierMethod = Literal["none", "winsorise", "log", "winsorise_or_log", "box_cox"]
NormalMethod = Literal["min_max", "z_score", "goalposts", "distance_to_best", "distance_to_reference",
                       "distance_to_target", "share_of_best", "percentile", "rank", "borda"]
WeightMethod = Literal["equal", "given", "components", "envelopment", "hierarchy"]
JoinMethod = Literal["arithmetic", "geometric", "harmonic", "copeland"]

MISSING: tuple[MissingMethod, ...] = get_args(MissingMethod)
OUTLIERS: tuple[OutlierMethod, ...] = get_args(OutlierMethod)
NORMALS: tuple[NormalMethod, ...] = get_args(NormalMethod)
WEIGHTS: tuple[WeightMethod, ...] = get_args(WeightMethod)
JOINS: tuple[JoinMethod, ...] = get_args(JoinMethod)

#: Code of the whole: the parent of blocks that name none.
INDEX = "index"


@dataclass(frozen=True)
class Indicator:
    """What is measured.

    Attributes
    ----------
    direction : 1 more is better, −1 less is better
    per : code of the denominator the value is divided by
    least, most : values outside are faults
    goalposts : values that count as the worst and the best possible, for ``goalposts``
    target : the value that counts as reached, for ``distance_to_target``
    steerable : a region can move it within years; a plan leaves the others alone
    """

    code: str
    title: Words
    block: str
    unit: Words
    direction: int = 1
    weight: float = 1.0
    source: Words | None = None
    year: int | None = None
    per: str | None = None
    least: float | None = None
    most: float | None = None
    goalposts: tuple[float, float] | None = None
    target: float | None = None
    steerable: bool = True


@dataclass(frozen=True)
class Block:
    """Indicators or blocks that are joined into one score; ``parent`` is the block it belongs to."""

    code: str
    title: Words
    weight: float = 1.0
    parent: str = INDEX


@dataclass(frozen=True)
class Denominator:
    """What indicators are divided by: population, output, area."""

    code: str
    title: Words
    unit: Words


@dataclass(frozen=True)
class Missing:
    """How absent values are filled, and how many may be absent.

    Attributes
    ----------
    method : ``none`` shares the weight of the absent among those present in the block
    group : the column of groups, for the group methods
    neighbours : how many of the most similar regions, for ``neighbours``
    least_share : a region with a smaller share of its indicators is not rated
    """

    method: MissingMethod = "none"
    group: str | None = None
    neighbours: int = 5
    least_share: float = 0.66


@dataclass(frozen=True)
class Outliers:
    """How far values are brought nearer: only where |skewness| > ``skew`` and kurtosis > ``kurtosis``.

    Attributes
    ----------
    points : how many values may be winsorised before the logarithm takes over
    power : λ of Box and Cox
    """

    method: OutlierMethod = "none"
    skew: float = 2.0
    kurtosis: float = 3.5
    points: int = 5
    power: float = 0.5


@dataclass(frozen=True)
class Normalisation:
    """One scale for all: from ``low`` to ``high``; for ``z_score`` the mean and the standard deviation."""

    method: NormalMethod = "min_max"
    low: float = 0.0
    high: float = 100.0


@dataclass(frozen=True)
class Weighting:
    """Where weights come from.

    Attributes
    ----------
    relative : given weights need not sum to one, they are divided by their sum
    shares : least and most share of a block in the score of a region, for ``envelopment``
    comparisons : parent → matrix; [i][j] is how many times child i matters more than child j, for ``hierarchy``
    """

    method: WeightMethod = "given"
    relative: bool = False
    shares: tuple[float, float] = (0.05, 0.5)
    comparisons: Mapping[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Joining:
    """How children become a score: one way for all, another where ``by_block`` names it."""

    method: JoinMethod = "arithmetic"
    by_block: Mapping[str, JoinMethod] = field(default_factory=dict)

    def of(self, code: str) -> JoinMethod:
        return self.by_block.get(code, self.method)


@dataclass(frozen=True)
class Ties:
    """Who shares a place; scores are rounded to ``decimals`` first where that is given."""

    rule: TieRule = "standard"
    decimals: int | None = None


@dataclass(frozen=True)
class Choices:
    """What a careful author could have chosen otherwise: the range of the uncertainty analysis.

    An empty tuple leaves the step as the scheme has it; weights are multiplied by a factor drawn evenly from
    1 − noise to 1 + noise, one of ``weight_sets`` draws.
    """

    missing: tuple[Missing, ...] = ()
    points: tuple[int, ...] = ()
    normalisations: tuple[Normalisation, ...] = ()
    joins: tuple[JoinMethod, ...] = ()
    block_noise: float = 0.25
    indicator_noise: float = 0.0
    weight_sets: int = 100


@dataclass(frozen=True)
class Scheme:
    """A rating method.

    Attributes
    ----------
    index : name of the whole score
    note : what is official in it, and what is ours
    regions : units are regions of the region pack, found under any of their names; otherwise they are taken as written
    groups : columns that sort units into groups
    """

    code: str
    title: Words
    index: Words
    indicators: tuple[Indicator, ...]
    blocks: tuple[Block, ...]
    note: Words | None = None
    regions: bool = False
    denominators: tuple[Denominator, ...] = ()
    groups: tuple[str, ...] = ()
    missing: Missing = Missing()
    outliers: Outliers = Outliers()
    normalisation: Normalisation = Normalisation()
    weighting: Weighting = Weighting()
    joining: Joining = Joining()
    ties: Ties = Ties()
    choices: Choices = Choices()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.indicators)

    def without(self, codes: Collection[str]) -> Scheme:
        """The scheme without some indicators; those that stay in the block share the weight."""
        return replace(self, indicators=tuple(item for item in self.indicators if item.code not in codes))
