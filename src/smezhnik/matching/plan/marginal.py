"""What one more unit of a capacity would give."""

from __future__ import annotations

import numpy as np

from smezhnik.matching.plan.graph import best_reached
from smezhnik.matching.plan.solve import Ints, Solution, Transport

#: A need or an offer counts as full when no more than this part of it is left.
FULL = 1e-7


def one_more_unit(transport: Transport, solution: Solution) -> Ints:
    """Which need one more unit of each offer would serve, directly or through others; -1 where none.

    The gain of a capacity is the worth of the best need that waits and can be reached from it: the offer's own
    need, or one that gets what another supplier gives up when this offer takes its place. In a network of flows
    that is exactly the price of the capacity's row, for a unit more. Where lots or numbers of suppliers were
    decided, the decisions stay as they are: no delivery with a lot begins or ends, no supplier joins beyond
    the limit.
    """
    quantity = solution.quantity
    given = np.bincount(transport.offer, quantity, len(transport.capacity))
    taken = np.bincount(transport.need, quantity, len(transport.volume))
    full = given >= transport.capacity * (1 - FULL)
    waiting = np.flatnonzero(taken < transport.volume * (1 - FULL))
    wanted = np.lexsort([waiting, *(-transport.goals[::-1, waiting])])
    flows = quantity > 0
    grows = flows | (transport.lot <= 0)
    if transport.suppliers:
        suppliers = np.bincount(transport.need[flows], minlength=len(transport.volume))
        grows &= flows | (suppliers < transport.suppliers)[transport.need]
    shrinks = quantity > transport.lot * (1 + FULL)
    reached = best_reached(
        transport.need, transport.offer, np.argsort(transport.offer, kind="stable"), waiting[wanted],
        grows, shrinks, len(transport.capacity),
    )
    return np.where(full, reached, -1)
