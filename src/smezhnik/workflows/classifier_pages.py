"""A classification as it is browsed: a code with what stands above, below and beside it in other classifications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smezhnik.classifiers.bridges import bridge
from smezhnik.classifiers.editions import load
from smezhnik.classifiers.systems import SYSTEMS, System
from smezhnik.errors import InputError, UnknownCode
from smezhnik.records.access import KINDS, Viewer

#: Counterparts in one classification that are shown, the heaviest first.
SHOWN = 6
#: System → records that bear its codes: kind and column.
BORN_BY = {"okpd2": (("offer", "okpd2"), ("need", "okpd2")), "okved2": (("organisation", "okved2"),)}


@dataclass(frozen=True)
class Branch:
    """A code in a tree: ``below`` counts what stands right under it; ``mark`` says what the source lost."""

    code: str
    name: str
    level: str
    below: int
    mark: str


@dataclass(frozen=True)
class Counterpart:
    """A code of another classification: its share of the weight, how sure, and the codes passed on the way."""

    code: str
    name: str
    share: float
    quality: str
    via: str


def branches(system: str, code: str | None = None) -> list[Branch]:
    """What stands right under a code, at the top without one.

    Raises
    ------
    UnknownCode for a system or a code that there is not.
    """
    tree = load(system)
    return [branch_of(system, one) for one in tree.children(code if code is None else tree.show(code).code)]


def branch_of(system: str, code: str) -> Branch:
    """A code of the tree."""
    tree = load(system)
    entry = tree.show(code)
    return Branch(code, entry.name, entry.level, len(tree.children(code)), entry.mark)


def above(system: str, code: str) -> list[Branch]:
    """The way from the top down to a code, the code itself last."""
    return [branch_of(system, one) for one in load(system).path(code)]


def searched(system: str, text: str, top: int = 30) -> list[Branch]:
    """Codes by words, or by a code as people write it."""
    tree = load(system)
    if text.strip()[:1].isdigit():
        code = tree.normalise(text)
        return [] if code is None else [branch_of(system, code)]
    return [branch_of(system, one.code) for one in tree.find(text, top)]


def counterparts(system: str, code: str) -> Iterator[tuple[System, Sequence[Counterpart], int]]:
    """Classification → counterparts of the code there, heaviest first, and how many there are."""
    for other in SYSTEMS.values():
        if other.name == system:
            continue
        try:
            found = bridge(code, system, other.name)
        except (InputError, UnknownCode):
            continue
        if found.height:
            tree = load(other.name)
            yield other, [Counterpart(row["to"], tree.name(row["to"]) if row["to"] in tree else "", row["weight"],
                                      row["quality"], row["via"]) for row in found.head(SHOWN).to_dicts()], found.height


def borne(viewer: Viewer, system: str, code: str) -> list[tuple[str, str, int]]:
    """Kind of record, column, and how many of those that the viewer may know of bear the code or one under it."""
    return [(kind, column, KINDS[kind].visible_to(viewer).filter(**{f"{column}__startswith": code}).count())
            for kind, column in BORN_BY.get(system, ()) if code[:1].isdigit()]
