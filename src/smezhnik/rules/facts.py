"""What a rule sees of a production network: arrays, one row per candidate member, one per contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Facts of the cluster as a whole that no member has: ``Missing.owner`` of such a fact.
CLUSTER = "cluster"


@dataclass(frozen=True, eq=False)
class Facts:
    """A production network: nodes (plants, institutions) and contracts (edges).

    Attributes
    ----------
    ids : own ids of the nodes, in their order
    roles : code of a role → bool[n]; a role that nobody has may be left out
    numbers : name of a number → float[n], nan where absent (``output``, ``purchases``: thousand roubles a year;
        ``jobs``, ``high_productivity_jobs``: persons)
    labels : name of a label → text or None for every node (``region``, ``oktmo``, ``country``, ``okved2``, ``kind``)
    flags : name of a yes/no fact → float[n]: 1 yes, 0 no, nan unknown (``spic``, ``newcomer``)
    seller, buyer : int[m], positions of the parties of a contract
    volume : float[m], thousand roubles a year, nan where absent, never below zero
    kind : ``project``, ``supply`` or ``works`` of every contract
    possible : bool[m], links that nobody has signed; no rule sees them (``supposing_links``)
    contracts : own ids of the contracts, for naming what is missing
    cluster : facts of the cluster itself, of its specialised organisation (``sok.bankrupt``) and of its documents
        (``document.programme``); a name that is not there, or None, is unknown
    imported : float[m], imports that the contract replaces, thousand roubles a year, nan where nobody knows; for
        composing, no rule asks for it
    """

    ids: tuple[str, ...]
    roles: Mapping[str, Bools] = field(default_factory=dict)
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    labels: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    flags: Mapping[str, Floats] = field(default_factory=dict)
    seller: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    buyer: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    volume: Floats = field(default_factory=lambda: np.zeros(0))
    kind: tuple[str, ...] = ()
    possible: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    contracts: tuple[str, ...] = ()
    cluster: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    imported: Floats | None = None

    @property
    def count(self) -> int:
        """Number of nodes, n."""
        return len(self.ids)

    @cached_property
    def kinds(self) -> npt.NDArray[np.str_]:
        """``kind`` as an array, str[m]."""
        return np.array(self.kind, dtype=np.str_)

    def role(self, *codes: str) -> Bools:
        """Who has at least one of the roles, bool[n]; all nodes where no role is named."""
        found = np.full(self.count, not codes)
        for code in codes:
            if code in self.roles:
                found = found | self.roles[code]
        return found

    def number(self, name: str) -> Floats:
        """A number of every node; all nan where nobody gave it."""
        return self.numbers.get(name, np.full(self.count, np.nan))

    def flag(self, name: str) -> Floats:
        """A yes/no fact of every node: 1, 0, nan."""
        return self.flags.get(name, np.full(self.count, np.nan))

    def label(self, name: str) -> tuple[str | None, ...]:
        """A label of every node; all None where nobody gave it."""
        return self.labels.get(name, (None,) * self.count)

    def signed(self, kinds: tuple[str, ...] = ()) -> Bools:
        """Contracts that a rule may see: signed, between two different nodes, of one of ``kinds`` (all if empty)."""
        seen: Bools = ~self.possible & (self.seller != self.buyer)
        if kinds:
            seen &= np.isin(self.kinds, kinds)
        return seen

    def supposing_links(self) -> Facts:
        """The same network as if the possible links were signed: for composing, never for a verdict."""
        return replace(self, possible=np.zeros(len(self.seller), np.bool_))
