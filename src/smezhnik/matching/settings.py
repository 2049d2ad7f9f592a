"""What the user asks of a match: how many candidates, of whom, and what each business fact weighs."""

from __future__ import annotations

from dataclasses import dataclass, field

from smezhnik.errors import InputError
from smezhnik.types import Grade

#: A grade holds from this probability on (inclusive), unless a gap caps it (``grades.py``).
GRADE_FROM: dict[Grade, float] = {"A": 0.85, "B": 0.70, "C": 0.50, "D": 0.0}


@dataclass(frozen=True)
class Weights:
    """Log-odds that business facts add. They are stated, not learnt: no public set holds them;
    ``smezhnik train`` weighs text, marks, codes and standards anew beside them.

    Attributes
    ----------
    capacity_enough, capacity_short : added when the free capacity covers the volume, and at the limit of none of it;
        between them linear in the covered share
    near, far, reference_km : ``near`` at the doorstep, 0 at ``reference_km``, falling by the same slope down to ``far``
    same_region : buyer and seller in one region
    register_valid : an entry in the register of Russian products in force on the day
    price_at_or_below, price_excess : added when the offer is not dearer than expected; taken for each 100 % above
    experience : the pair already has a contract
    """

    capacity_enough: float = 0.4
    capacity_short: float = -1.2
    near: float = 0.4
    far: float = -0.8
    reference_km: float = 600.0
    same_region: float = 0.2
    register_valid: float = 0.3
    price_at_or_below: float = 0.2
    price_excess: float = -2.0
    price_floor: float = -1.0
    experience: float = 0.6


@dataclass(frozen=True)
class MatchSettings:
    """Filters and sizes of a match. Every filter is off unless given.

    Attributes
    ----------
    top : candidates a need, where so many exist
    depth : candidates taken from the index and ranked, a need
    buyer_regions, seller_regions : only these regions (ids of the region pack)
    between : only between these two regions, both ways; InputError where they are one
    radius_km : only within this distance, or in the same region where a site is not known; pairs whose distance is
        unknown otherwise are left out
    register_only : only offers whose register entry is in force on the day
    marks : only offers that carry all these marks (``tables.trade.MARKS``)
    min_grade : only this grade or better
    excluded : organisations (id or ИНН) that neither buy nor sell here
    exclude_own_group : no candidates from the buyer's own group
    max_asks : at most so many needs ask one supplier; needs whose best suppliers are taken go on to the next
    include_inferred : False leaves inferred needs and offers out
    threads : worker threads
    """

    top: int = 10
    depth: int = 100
    buyer_regions: frozenset[str] = frozenset()
    seller_regions: frozenset[str] = frozenset()
    between: tuple[str, str] | None = None
    radius_km: float | None = None
    register_only: bool = False
    marks: tuple[str, ...] = ()
    min_grade: Grade | None = None
    excluded: frozenset[str] = frozenset()
    exclude_own_group: bool = False
    max_asks: int | None = None
    include_inferred: bool = True
    threads: int = 1
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        if self.between is not None and self.between[0] == self.between[1]:
            raise InputError("between_same", region=self.between[0])
