"""Pairs spread over slots so that nobody sits twice in one: the edge colouring of a bipartite graph.

A bipartite graph whose nodes have at most k edges can be coloured with k colours (D. Kőnig, 1916), and so that the
sizes of the colours differ by one at most (D. de Werra, 1971).
"""

from __future__ import annotations

from collections.abc import Sequence


def colour_pairs(pairs: Sequence[tuple[int, int]], colours: int) -> list[int]:
    """A colour for every pair.

    Parameters
    ----------
    pairs : (left, right), each once
    colours : how many there are, 0 … colours − 1

    Returns
    -------
    the colour of each pair, in the order given: two pairs with a node in common have different ones, and every
    colour is used ⌊n/colours⌋ or ⌈n/colours⌉ times.

    Raises
    ------
    ValueError where a node has more pairs than there are colours.
    """
    # node → colour → pair; a node of the right side is −1 − right
    at: dict[int, dict[int, int]] = {}
    ends = [(left, -1 - right) for left, right in pairs]
    for pair, (left, right) in enumerate(ends):
        here, there = at.setdefault(left, {}), at.setdefault(right, {})
        first, second = _free(here, colours), _free(there, colours)
        if first != second:
            _swap(at, ends, right, first, second)
        here[first] = there[first] = pair
    made = [0] * len(pairs)
    for taken in at.values():
        for colour, pair in taken.items():
            made[pair] = colour
    _balance(made, ends, colours)
    return made


def _free(taken: dict[int, int], colours: int) -> int:
    for colour in range(colours):
        if colour not in taken:
            return colour
    raise ValueError("more pairs at one node than colours")


def _swap(at: dict[int, dict[int, int]], ends: Sequence[tuple[int, int]], node: int, first: int, second: int) -> None:
    """Exchange two colours along the path that leaves a node by the first of them; the node is free of it then."""
    path: list[tuple[int, int]] = []
    colour, here = first, node
    while (pair := at[here].get(colour)) is not None:
        path.append((pair, colour))
        here = ends[pair][0] if ends[pair][1] == here else ends[pair][1]
        colour = second if colour == first else first
    for pair, colour in path:
        for end in ends[pair]:
            if at[end].get(colour) == pair:
                del at[end][colour]
    for pair, colour in path:
        other = second if colour == first else first
        for end in ends[pair]:
            at[end][other] = pair


def _balance(made: list[int], ends: Sequence[tuple[int, int]], colours: int) -> None:
    """Make the colours of one size, but for one: between the most and the least used, odd paths change colour."""
    while made:
        sizes = [made.count(colour) for colour in range(colours)]
        most, least = sizes.index(max(sizes)), sizes.index(min(sizes))
        if sizes[most] - sizes[least] < 2:
            return
        path = _odd_path(made, ends, most, least)
        for pair in path:
            made[pair] = least if made[pair] == most else most


def _odd_path(made: Sequence[int], ends: Sequence[tuple[int, int]], most: int, least: int) -> list[int]:
    """A component of two colours that has one more of ``most``; there is one where it is used more often."""
    touching: dict[int, list[int]] = {}
    for pair, colour in enumerate(made):
        if colour in (most, least):
            for end in ends[pair]:
                touching.setdefault(end, []).append(pair)
    seen: set[int] = set()
    for start, colour in enumerate(made):
        if colour != most or start in seen:
            continue
        component, waiting = [start], [start]
        seen.add(start)
        while waiting:
            for end in ends[waiting.pop()]:
                for pair in touching[end]:
                    if pair not in seen:
                        seen.add(pair)
                        component.append(pair)
                        waiting.append(pair)
        if 2 * sum(made[pair] == most for pair in component) > len(component):
            return component
    raise AssertionError("the colour is not used more often")
