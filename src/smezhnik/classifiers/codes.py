"""A code as people write it → its digits, and digits → the code as its system writes it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from smezhnik.classifiers.lookalikes import TO_LATIN

#: Letters that hands and keyboards put where a digit or a Latin section letter is meant.
_TO_DIGITS = str.maketrans("OОIІL|ЗБ", "001111" + "36")
#: What a spreadsheet makes of a long number in a narrow column.
EXPONENT = re.compile(r"\d(?:[.,]\d+)?[EeЕе]\+?\d+")
_LABEL = re.compile(r"^(?:КОД(?:\s+ПО)?|ОКПД\s*-?\s*2?|ОКВЭД\s*-?\s*2?|ТН\s*ВЭД(?:\s+ЕАЭС)?|ОКЕИ|HS|NACE|CPA)"
                    r"(?:\s*\(?РЕД\.?\s*2\)?)?[\s:№–—-]+(?=[\dA-Z])")

#: A code with its name in the same cell; a code without dots must be long enough not to be a number in a text.
_NAME_AFTER = re.compile(r"^(\d\d?(?:\.\d{1,3})+|\d{4,10})\.?[\s:–—-]+[«\"(]?[A-ZА-Я]{2}.*$", re.DOTALL)
_MONTHS = "ЯНВФЕВМАРАПРМАЙИЮНИЮЛАВГСЕНОКТНОЯДЕК"


@dataclass(frozen=True, slots=True)
class Written:
    """A code cell taken apart.

    Attributes
    ----------
    shown : the cell as its owner sees it
    groups : its groups of digits (``("23", "12", "13")``); one group where it has no dots
    letter : a section letter or Roman numeral, in Latin capitals; empty where the cell has digits
    number : the cell was a number, so trailing and leading zeros may be lost
    exponent : the cell is ``7,00319E+09``: digits are lost for good
    date : day and month of the date, into which spreadsheets turn codes like ``01.11``
    """

    shown: str
    groups: tuple[str, ...] = ()
    letter: str = ""
    number: bool = False
    exponent: bool = False
    date: tuple[int, int] | None = None


def take_apart(value: object) -> Written | None:
    """What the cell says; None where it is empty, ``-`` or only spaces.

    Dots, or else commas, spaces of any width, dashes or slashes, part the groups of a code; a label before the code
    («ОКПД2: 23.12») and a name after it («23.12 Стекло листовое») are passed over; look-alike letters are read as
    digits («О1.11» is 01.11); a date, also as text («01.ноя»), is kept as a date. Several codes are no code.
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return Written(value.isoformat(), date=(value.day, value.month))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = "" if value is None else str(value).strip()
    text = unicodedata.normalize("NFKC", shown).upper().strip(" .,;:'\"«»`()")
    if number and text.endswith(".0"):
        text = text[:-2]
    if text in {"", "-", "–", "—"}:
        return None
    if EXPONENT.fullmatch(text):
        return Written(shown, number=number, exponent=True)
    if date := _written_date(text):
        return Written(shown, date=date)
    text = _LABEL.sub("", text)
    letters = text.translate(TO_LATIN)
    if re.fullmatch(r"[A-U]|[IVX]{1,6}", letters):
        return Written(shown, letter=letters, number=number)
    text = _NAME_AFTER.sub(r"\1", text).translate(_TO_DIGITS)
    return Written(shown, _groups(text), number=number)


def _groups(text: str) -> tuple[str, ...]:
    """Groups of digits; none where the text holds anything else, or several codes."""
    text = re.sub(r"\s*\.\s*", ".", text)
    if not re.fullmatch(r"[0-9][0-9\s.,/\\·•_‑–—-]*", text) or ("." in text and re.search(r"[^0-9.]", text)):
        return ()
    return tuple(re.split(r"[^0-9]+", text.rstrip(" ,/-–—_")))


def _written_date(text: str) -> tuple[int, int] | None:
    """Day and month of a date written as text; None where it is none."""
    if match := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](?:19|20)\d\d", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"(\d{1,2})[\s.-]([А-Я]{3})[А-Я]*\.?", text):
        month = _MONTHS.find(match[2]) // 3 + 1
        return (int(match[1]), month) if match[2] in _MONTHS and _MONTHS.find(match[2]) % 3 == 0 else None
    return None


def join_groups(groups: tuple[str, ...], widths: tuple[int, ...]) -> str | None:
    """Digits of a dotted code whose groups stand where its system has them; None where they do not.

    Every group but the last must be full; the first may have lost its leading zero («1.11» is 01.11).
    """
    if len(groups) == 1 or not widths:
        return "".join(groups)
    first, *rest = groups
    if len(first) == widths[0] - 1:
        first = "0" + first
    parts = [first, *rest]
    if len(parts) > len(widths):
        return None
    full = all(len(part) == width for part, width in zip(parts[:-1], widths, strict=False))
    return "".join(parts) if full and len(parts[-1]) <= widths[len(parts) - 1] else None


def with_dots(digits: str, widths: tuple[int, ...]) -> str:
    """``231213`` → ``23.12.13`` for widths (2, 2, 2, 3); unchanged where the system has no dots."""
    parts, start = [], 0
    for width in widths:
        if start < len(digits):
            parts.append(digits[start:start + width])
        start += width
    return ".".join(parts) if widths else digits
