"""Names of codes in a language: those of the classification itself, else of the one that shares its digits."""

from __future__ import annotations

from collections.abc import Mapping

from smezhnik.classifiers.editions import load
from smezhnik.classifiers.english import product_name
from smezhnik.classifiers.systems import SYSTEMS
from smezhnik.types import Lang

#: Classification → the one that names the same codes in the other language: ОКВЭД2 is NACE Rev. 2 as far as its four
#: digits go, ТН ВЭД the Harmonized System as far as its six, and both name what ISIC means where it means the same.
SAME_DIGITS: Mapping[str, str] = {"okved2": "nace2", "nace2": "okved2", "tnved": "hs2022", "hs2022": "tnved",
                                  "isic4": "okved2"}


def name_in(system: str, code: str, lang: Lang) -> str | None:
    """The name of a code in a language; None where no shipped table has one.

    A Russian name that the source of ТН ВЭД lost is none, although the table keeps the English one in its place.

    Raises
    ------
    UnknownCode where the classification has no such code.

    >>> name_in("hs2022", "0102", "ru"), name_in("nace2", "23.11", "ru"), name_in("okei", "006", "en")
    ('Крупный рогатый скот живой', 'Производство листового стекла', None)
    """
    entry = load(system).show(code)
    own: Lang = "en" if entry.mark == "hs" else SYSTEMS[system].lang  # type: ignore[assignment]
    if own == lang:
        return entry.name or None
    if SYSTEMS[system].lang == lang:
        return None  # lost in the source: the name of another classification is not put in its place
    if system == "okpd2":
        return product_name(code, lang) if code in load("nace2") else None
    other = _same(system, code)
    if other is None:
        return None
    there = load(SAME_DIGITS[system]).show(other)
    return None if there.mark == "hs" else there.name or None


def _same(system: str, code: str) -> str | None:
    """The code of the other classification that means the same."""
    if system not in SAME_DIGITS:
        return None
    tree = load(SAME_DIGITS[system])
    if system == "isic4" and len(code) > len("01"):
        return _alike(code)
    if system == "tnved":
        code = code[:-4] if code.endswith("0000") else code
    for one in (code, f"{code}0000" if system == "hs2022" else code):
        if one in tree:
            return one
    return None


def _alike(code: str) -> str | None:
    """The activity with the digits of an ISIC group or class, where NACE calls it by the same English name."""
    dotted, nace = f"{code[:2]}.{code[2:]}", load("nace2")
    if dotted not in nace or nace.name(dotted).casefold() != load("isic4").name(code).casefold():
        return None
    return dotted if dotted in load("okved2") else None
