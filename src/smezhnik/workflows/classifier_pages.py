"""A classification as it is browsed: a code with what stands above, below and beside it in other classifications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smezhnik.classifiers.bridges import bridge
from smezhnik.classifiers.editions import load
from smezhnik.classifiers.naming import name_in
from smezhnik.classifiers.systems import SYSTEMS, System
from smezhnik.errors import InputError, UnknownCode
from smezhnik.records.access import KINDS, Viewer
from smezhnik.types import Lang

#: Counterparts in one classification that are shown, the heaviest first.
SHOWN = 6
#: System → records that bear its codes: kind and column.
BORN_BY = {"okpd2": (("offer", "okpd2"), ("need", "okpd2")), "okved2": (("organisation", "okved2"),)}
#: Names of systems on the way of a bridge, in Russian.
_SHORT = {"HS": "ГС", "ISIC": "МСОК", "NACE": "КДЕС"}


@dataclass(frozen=True)
class Branch:
    """A code in a tree.

    Attributes
    ----------
    name : in the language of the reader; a Russian classification keeps its Russian name where no other has one, an
        international one stands without a name then
    foreign : the name is the official one, of the other language
    below : how many codes stand right under it; mark : what the source lost
    """

    code: str
    name: str
    foreign: bool
    level: str
    below: int
    mark: str


@dataclass(frozen=True)
class Counterpart:
    """A code of another classification: its share of the weight, how sure, and the codes passed on the way."""

    code: str
    name: str
    foreign: bool
    share: float
    quality: str
    via: str


def branches(system: str, lang: Lang, code: str | None = None) -> list[Branch]:
    """What stands right under a code, at the top without one.

    Raises
    ------
    UnknownCode for a system or a code that there is not.
    """
    tree = load(system)
    return [branch_of(system, one, lang) for one in tree.children(code if code is None else tree.show(code).code)]


def branch_of(system: str, code: str, lang: Lang) -> Branch:
    """A code of the tree."""
    tree = load(system)
    entry = tree.show(code)
    name, foreign = _said(system, code, lang)
    mark = "" if entry.mark == "hs" else entry.mark  # the name of the Harmonized System is its own in English
    return Branch(code, name, foreign, entry.level, len(tree.children(code)), mark)


def _said(system: str, code: str, lang: Lang) -> tuple[str, bool]:
    """Name of a code, and whether it is of the other language: the official names of our own classifications stay."""
    if code not in load(system):
        return "", False
    name = name_in(system, code, lang)
    if name is not None:
        return name, False
    own = load(system).name(code) if SYSTEMS[system].lang == "ru" and lang == "en" else ""
    return own, bool(own)


def _way(via: str, lang: Lang) -> str:
    """The codes passed on the way, under the names that their systems have in the language."""
    return re.sub(r"HS|ISIC|NACE", lambda found: _SHORT[found[0]], via) if lang == "ru" else via


def above(system: str, code: str, lang: Lang) -> list[Branch]:
    """The way from the top down to a code, the code itself last."""
    return [branch_of(system, one, lang) for one in load(system).path(code)]


def searched(system: str, text: str, lang: Lang, top: int = 30) -> list[Branch]:
    """Codes by words, or by a code as people write it."""
    tree = load(system)
    if text.strip()[:1].isdigit():
        code = tree.normalise(text)
        return [] if code is None else [branch_of(system, code, lang)]
    return [branch_of(system, one.code, lang) for one in tree.find(text, top)]


def counterparts(system: str, code: str, lang: Lang) -> Iterator[tuple[System, Sequence[Counterpart], int]]:
    """Classification → counterparts of the code there, heaviest first, and how many there are."""
    for other in SYSTEMS.values():
        if other.name == system:
            continue
        try:
            found = bridge(code, system, other.name)
        except (InputError, UnknownCode):
            continue
        if found.height:
            yield other, [Counterpart(row["to"], *_said(other.name, row["to"], lang), row["weight"], row["quality"],
                                      _way(row["via"], lang)) for row in found.head(SHOWN).to_dicts()], found.height


def borne(viewer: Viewer, system: str, code: str) -> list[tuple[str, str, int]]:
    """Kind of record, column, and how many of those that the viewer may know of bear the code or one under it."""
    return [(kind, column, KINDS[kind].visible_to(viewer).filter(**{f"{column}__startswith": code}).count())
            for kind, column in BORN_BY.get(system, ()) if code[:1].isdigit()]
