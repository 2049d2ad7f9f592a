"""Quantities and marks of texts as numbers on a scale, and how they are shown to a person."""

from __future__ import annotations

import math
import re

from smezhnik.matching.normalise import TO_CYRILLIC

#: The key of a quantity token: its number in base units and the base unit.
_QUANTITY = re.compile(r"=([0-9.]+)(\D.*)")
#: A mark of few letters and a number names a scale: М1 and М4, Ду50 and Ду80 exclude each other.
_SCALE = re.compile(r"([a-zа-я]{1,3})([0-9.]+)")
#: 09Г2С, 12Х18Н10Т, 40Х, Ст3сп: an alloy by its elements, or a common steel. Letters as Cyrillic ones.
_STEEL = re.compile(r"\d\d(?:[абвгдкмнрстуфхцчю]\d{0,2}){2,}|\d\d[гхс]|ст\d{1,2}(?:кп|пс|сп)?\d?")
#: Letters, a number, a letter or two; a number with a letter or two.
_SUFFIXED = re.compile(r"([a-zа-я]{1,3})(\d+)[a-zа-я]{1,2}\d?")
_SERIES = re.compile(r"(\d{1,3})([a-zа-я]{1,2})(\d?)")
#: Base unit → (unit shown, power of ten) from the largest; the first with a number of at least 1 is shown.
_SHOWN: dict[str, tuple[tuple[str, int], ...]] = {
    "м": (("м", 0), ("мм", -3), ("мкм", -6)),
    "м2": (("м²", 0), ("мм²", -6)),
    "г": (("т", 6), ("кг", 3), ("г", 0), ("мг", -3)),
    "л": (("м³", 3), ("л", 0), ("мл", -3)),
    "в": (("кВ", 3), ("В", 0)),
    "вт": (("МВт", 6), ("кВт", 3), ("Вт", 0)),
    "а": (("А", 0), ("мА", -3)),
    "гц": (("ГГц", 9), ("МГц", 6), ("кГц", 3), ("Гц", 0)),
    "па": (("МПа", 6), ("кПа", 3), ("Па", 0)),
    "лс": (("л.с.", 0),),
    "обмин": (("об/мин", 0),),
    "б": (("ТБ", 12), ("ГБ", 9), ("МБ", 6), ("КБ", 3)),
}


def scale_of(key: str) -> tuple[str, float] | None:
    """What a quantity or a mark measures, and its number there (nan where it is none); None for other keys.

    >>> scale_of("=0.004м"), scale_of("m12"), scale_of("стекл")
    (('unit:м', 0.004), ('mark:m', 12.0), None)
    """
    if match := _QUANTITY.fullmatch(key):
        scale, number = f"unit:{match[2]}", match[1]
    elif match := _SCALE.fullmatch(key):
        scale, number = f"mark:{match[1]}", match[2]
    else:
        return None
    return scale, float(number) if number.count(".") <= 1 and number != "." else math.nan


def kin_of(key: str) -> tuple[str, float] | None:
    """What a mark is a kind of, and its number there (nan: none); kin of other numbers excludes. None for other keys.

    Besides scales: grades of steel; letters, a number and letters (А500С is akin to А240); a number and letters (12П).

    >>> kin_of("a500c"), kin_of("a240"), kin_of("12п"), kin_of("m12")
    (('mark:a', 500.0), ('mark:a', 240.0), ('mark:#п', 12.0), ('mark:m', 12.0))
    >>> kin_of("09г2c"), kin_of("ct3сп5"), kin_of("w120bxr")
    (('mark:steel', nan), ('mark:steel', nan), None)
    """
    if _STEEL.fullmatch(key.translate(TO_CYRILLIC)):
        return "mark:steel", math.nan
    if match := _SUFFIXED.fullmatch(key):
        return f"mark:{match[1]}", float(match[2])
    if match := _SERIES.fullmatch(key):
        return f"mark:#{match[2]}", float(f"{match[1]}.{match[3]}")  # 20Б1 and 20Б2 differ
    return scale_of(key)


def number_of(key: str) -> float:
    """The number of a quantity or a mark on its scale; nan where it has none."""
    scale = scale_of(key)
    return scale[1] if scale else math.nan


def show_quantity(key: str) -> str:
    r"""A quantity token in the unit in which it is at least 1.

    >>> show_quantity("=0.004м")
    '4\xa0мм'
    """
    match = _QUANTITY.fullmatch(key)
    if match is None:
        return key
    value, base = float(match[1]), match[2]
    units = _SHOWN.get(base, ((base, 0),))
    unit, power = next(((unit, power) for unit, power in units if value / 10.0**power >= 1), units[-1])
    return f"{value / 10.0**power:.10g}".replace(".", ",") + "\u00a0" + unit


def show_unit(written: str, base: str, power: int) -> str:
    """A unit with its usual letters, as written where it is none of those that are shown.

    >>> show_unit("квт", "вт", 3), show_unit("бар", "па", 5)
    ('кВт', 'бар')
    """
    return next((unit for unit, shown in _SHOWN.get(base, ()) if shown == power), written)
