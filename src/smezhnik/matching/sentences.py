"""Reasons and gaps of a link as sentences, from their codes and fields (``messages/matching.toml``)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from smezhnik.matching.normalise import CYRILLIC_LIKE, LATIN_LIKE
from smezhnik.messages import catalogue, say
from smezhnik.types import Lang

#: A smaller contribution changes the odds by less than a third: it decides nothing.
SLIGHT = 0.3
#: Fields that hold marks and sizes.
_MARKS = ("equal", "fitting", "unequal", "need", "offer")
#: Latin capital → the Cyrillic one that looks like it.
_ALIKE = dict(zip(LATIN_LIKE.upper(), CYRILLIC_LIKE.upper(), strict=True))
#: What tells a size: a sign between numbers, or a unit after one.
_SIZE = re.compile(r"\d\s?[×–]\s?\d|\d[ \u00a0][а-яё%°]")
#: What tells a name of a make from a size: letters behind a number, numbers joined by hyphens, a number alone.
_NAME = re.compile(r"^[^×–\u00a0]*\d[A-Za-zА-я][^×–\u00a0]*$|\d-\d|^\d+$")
#: Reasons whose facts agree, and the fields that name what agrees.
_AGREEING = {"text": ("matched",), "marks": ("equal", "fitting"), "code": ("digits",), "standard": ("equal",)}


def reason_sentence(code: str, fields: str | None, lang: Lang, *, contribution: float = 0.0) -> str:
    """One reason in words; several facts of one reason are joined by «; ».

    What agrees and yet lowers the score says so, since a reader would take the likeness for praise: a little, then it
    decides nothing; much, then it is less than suppliers of such needs usually show. The other way round, what
    differs or is absent and yet raises the score is no blame, and says so.
    """
    facts = _read(fields, lang)
    if contribution > 0 and code == "marks" and not any(facts.values()):
        return say("reason.marks.alike", lang)
    said = "; ".join(say(variant, lang, **named) for variant, named in _reason_parts(code, facts))
    agrees = code in _AGREEING and any(facts.get(name) for name in _AGREEING[code]) and not facts.get("unequal")
    if contribution > 0 and _speaks_against(code, facts):
        return say("reason.neutral" if contribution < SLIGHT else "reason.despite", lang, said=said)
    if contribution < 0 and agrees:
        return say("reason.neutral" if contribution > -SLIGHT else "reason.though", lang, said=said)
    return said


def gap_sentence(code: str, fields: str | None, lang: Lang) -> str:
    """One gap in words."""
    facts = _read(fields, lang)
    variant = f"gap.{code}"
    if code == "standard" and facts.get("offer") is None:
        variant = "gap.standard.absent"
    elif code == "size" and any(_NAME.search(facts[side]) for side in ("need", "offer")):
        variant = "gap.size.mark"
    elif code == "gone" and facts.get("as_of") is None:
        variant = "gap.gone.undated"
    elif code == "inferred" and facts.get("note"):
        variant = "gap.inferred.note"
    return say(variant, lang, **facts)


def reason_name(code: str, lang: Lang) -> str:
    """The heading of a reason: «Текст», «Код», «Расстояние» …"""
    return say(f"reason_name.{code}", lang)


def readable_reasons(reasons: Iterable[Mapping[str, Any]] | None, lang: Lang) -> str:
    """All reasons of a link, one a line, each with its contribution to the score."""
    return "\n".join(
        say("reason.line", lang, name=reason_name(reason["code"], lang), contribution=reason["contribution"],
            sentence=reason_sentence(reason["code"], reason["fields"], lang, contribution=reason["contribution"]))
        for reason in reasons or ()
    )


def readable_gaps(gaps: Iterable[Mapping[str, Any]] | None, lang: Lang) -> str:
    """All gaps of a link, one a line."""
    return "\n".join(gap_sentence(gap["code"], gap["fields"], lang) for gap in gaps or ())


def readable_columns(lang: Lang) -> dict[str, Callable[[Iterable[Mapping[str, Any]] | None], str]]:
    """The record columns of links, each with what says it in words; for ``io.write_table``."""
    return {"reasons": partial(readable_reasons, lang=lang), "gaps": partial(readable_gaps, lang=lang)}


def unit_name(unit: str, lang: Lang) -> str:
    """A unit as its language writes it, «тыс. м²» → “th. m²”; one that the catalogue lacks stays as it is."""
    if lang == "ru":
        return unit
    times, _, plain = unit.rpartition(". ")
    known = [catalogue().get(f"unit_symbol.{part}", {}).get(lang) for part in (times, plain) if part]
    return " ".join(word for word in known if word) if all(known) else unit


def _read(fields: str | None, lang: Lang) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(fields) if fields else {}
    if lang == "ru":
        facts |= {name: _in_russian(facts[name]) for name in _MARKS if name in facts}
    elif isinstance(facts.get("unit"), str):
        facts["unit"] = unit_name(facts["unit"], lang)
    return {name: _as_date(value) for name, value in facts.items()}


def _in_russian(value: Any) -> Any:
    """Marks and sizes as Russian writes them: a decimal comma, Cyrillic letters where none is Latin alone.

    Matching compares marks in one alphabet with decimal points: «09Г2C», «57×3.5». A number without unit or sign of
    size keeps its point, since it may be a mark of steel (1.4301).
    """
    if isinstance(value, list):
        return [_in_russian(item) for item in value]
    if not isinstance(value, str):
        return value
    value = re.sub(r"[^\W\d_]+", lambda run: _russian_letters(run[0]), value)
    return re.sub(r"(?<=\d)\.(?=\d)", ",", value) if _SIZE.search(value) else value


def _russian_letters(letters: str) -> str:
    """Capitals that look the same in both alphabets, in Cyrillic; untouched where a letter is Latin alone («DN»)."""
    if all(letter in _ALIKE or not letter.isascii() for letter in letters):
        return "".join(_ALIKE.get(letter, letter) for letter in letters)
    return letters


def _as_date(value: object) -> object:
    """Dates travel as ISO text; everything else stays as it is."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _speaks_against(code: str, facts: Mapping[str, Any]) -> bool:
    """Whether the facts of a reason, read alone, would lower one's opinion of the offer."""
    match code:
        case "text":
            return not facts.get("matched") and not facts.get("corrected")
        case "marks":
            return bool(facts.get("unequal"))
        case "code":
            return not facts.get("digits")
        case "standard":
            return not facts.get("equal")
        case "price":
            return (facts.get("offer") or 0) > (facts.get("need") or 0)
    return False


def _reason_parts(code: str, facts: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Which catalogue entries speak for a reason, and with which fields."""
    match code:
        case "text":
            parts = [("reason.text", facts)] if facts.get("matched") else []
            if facts.get("corrected"):
                fixed = [f"{written} → {meant}" for written, meant in facts["corrected"]]
                parts.append(("reason.text.corrected", {"corrected": fixed}))
            return parts or [("reason.text.none", {})]
        case "marks":
            parts = [("reason.marks", facts)] if facts.get("equal") else []
            parts += [("reason.marks.fitting", {"need": need, "offer": offer})
                      for need, offer in facts.get("fitting") or ()]
            parts += [("reason.marks.unequal", {"need": need, "offer": offer})
                      for need, offer in facts.get("unequal") or ()]
            return parts or [("reason.marks.none", {})]
        case "code":
            if not facts:
                return [("reason.code.absent", {})]
            return [("reason.code" if facts.get("digits") else "reason.code.none", facts)]
        case "standard":
            return [("reason.standard" if facts.get("equal") else "reason.standard.none", facts)]
        case "distance":
            return [("reason.distance" if facts.get("exact") else "reason.distance.centres", facts)]
        case "register":
            return [("reason.register.until" if facts.get("until") else "reason.register", facts)]
        case "price":
            rouble = facts.get("currency") in (None, "RUB")
            return [("reason.price" if rouble else "reason.price.currency", facts)]
    if f"reason.{code}" not in catalogue():
        raise KeyError(f"reason.{code}")
    return [(f"reason.{code}", facts)]
