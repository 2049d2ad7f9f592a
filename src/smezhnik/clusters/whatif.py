"""What if one member or contract came or went: both verdicts side by side, at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from smezhnik.clusters.arrays import named
from smezhnik.clusters.asked import Request, check_request
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.joined import join
from smezhnik.errors import Fault, InputFaults
from smezhnik.rules.facts import Facts
from smezhnik.rules.judge import Verdict, judge_facts
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Edition, Pack

Idle = Literal["already_in", "not_in", "already_signed", "not_signed"]


@dataclass(frozen=True)
class WhatIf:
    """Verdicts before and after; ``changed``: codes of criteria whose state is another.

    ``idle``: what was asked and changes nothing, as (what, id): ``already_in``, ``not_in``, ``already_signed``,
    ``not_signed``.
    """

    before: Verdict
    after: Verdict
    changed: tuple[str, ...]
    idle: tuple[tuple[Idle, str], ...] = ()


def what_if(cluster: Cluster, pack: Pack | str, *, on: dt.date, network: Cluster | None = None,
            add: Collection[str] = (), remove: Collection[str] = (), sign: Collection[str] = (),
            end: Collection[str] = ()) -> WhatIf:
    """The verdict on a cluster as it is, and after members come or go, links are signed, contracts end.

    Parameters
    ----------
    cluster, pack, on : as of ``judge``
    network : frames of all who may be added; the facts and documents are those of the cluster
    add, remove : ids of organisations
    sign, end : ids of contracts: inferred ones that are signed with their whole sum, signed ones that end
    """
    edition = (load_pack(pack) if isinstance(pack, str) else pack).on(on)
    whole = facts_of(cluster if network is None else join(cluster, network), on)
    return what_if_facts(whole, facts_of(cluster, on).ids, edition, add=add, remove=remove, sign=sign, end=end)


def what_if_facts(network: Facts, members: Collection[str], edition: Edition, *, add: Collection[str] = (),
                  remove: Collection[str] = (), sign: Collection[str] = (), end: Collection[str] = ()) -> WhatIf:
    """``what_if`` over what rules see."""
    check_request(Request(must=(*members, *add), never=tuple(remove)) if not set(remove) & {*members, *add}
                  else Request(must=(*members, *add, *remove)), network)
    known = set(network.contracts)
    unknown = [Fault("clusters.unknown_contract", {"id": name}) for name in (*sign, *end) if name not in known]
    if unknown:
        raise InputFaults(unknown, "clusters.request")
    inside = named(network.ids, members)
    signed, ended = named(network.contracts, sign), named(network.contracts, end)
    # An ended contract is one that no rule sees any more: a possible link.
    after = replace(network, possible=(network.possible & ~signed) | ended) if len(network.contracts) else network
    before = judge_facts(network, inside, edition)
    then = judge_facts(after, (inside | named(network.ids, add)) & ~named(network.ids, remove), edition)
    changed = tuple(old.code for old, new in zip(before.findings, then.findings, strict=True)
                    if old.state != new.state)
    possible = {network.contracts[edge] for edge in np.flatnonzero(network.possible)} if network.contracts else set()
    idle: list[tuple[Idle, str]] = [("already_in", name) for name in add if name in set(members)]
    idle += [("not_in", name) for name in remove if name not in set(members)]
    idle += [("already_signed", name) for name in sign if name not in possible]
    idle += [("not_signed", name) for name in end if name in possible]
    return WhatIf(before, then, changed, tuple(idle))
