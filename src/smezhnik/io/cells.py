"""From the text of a cell to its value. What cannot be read is named, never guessed.

Columns are read as a whole where every cell has the plain form; the rest, one distinct text at a time.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from smezhnik.io.grid import BLANKS
from smezhnik.messages import Words, catalogue
from smezhnik.tables import ColumnInfo
from smezhnik.types import Lang


@dataclass(frozen=True)
class Reading:
    """What one text turned out to be.

    Attributes
    ----------
    value : None where it cannot be used
    code, fields : the fault or note, if any; with a value it is a note
    unit : words that stood beside a number («420 тыс. м²» → «тыс. м²»)
    """

    value: object = None
    code: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    unit: str | None = None


@dataclass(frozen=True)
class Column:
    """A column after reading: its values, by row the readings that have something to say, and notes on the whole."""

    values: pl.Series
    remarks: Mapping[int, Reading] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[Reading, ...] = ()


EXCEL_ERRORS = re.compile(
    r"#(?:ССЫЛКА!|REF!|Н/Д|N/A|ДЕЛ/0!|DIV/0!|ЗНАЧ!|VALUE!|ИМЯ\?|NAME\?|ПУСТО!|NULL!|ЧИСЛО!|NUM!|ПЕРЕНОС!|SPILL!|"
    r"РАСЧЕТ!|CALC!|ПОЛЕ!|FIELD!)|Err:\d{3}", re.IGNORECASE)
_PLAIN_NUMBER = r"^[+-]?\d{1,15}(?:[.,]\d+)?(?:[eE][+-]?\d{1,3})?$"
_NUMBER = re.compile(r"^([+\-−–]?)\s*((?:\d[\d \u00a0\u2009\u202f'.,]*)?\d)(?:[eE]([+-]?\d{1,3}))?\s*(.*)$", re.DOTALL)
_ABSENT = {"н/д", "нет данных", "нет", "n/a", "na", "null", "none", "nan", "не указано", "отсутствует", "х", "x"}
_YES = {"да", "yes", "true", "истина", "1", "+", "y", "есть", "✓", "✔"}
_NO = {"нет", "no", "false", "ложь", "0", "n"}
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_TIME = r"(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)"
_DATE_ISO = re.compile(rf"^(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:[T ]{_TIME})?$")
_DATE_DOTS = re.compile(rf"^(\d{{1,2}})[./\-](\d{{1,2}})[./\-](\d{{4}}|\d{{2}})\s*(?:г\.?|года)?(?:\s+{_TIME})?$")
_DATE_WORDS = re.compile(r"^«?(\d{1,2})»?\s+([а-яё]+)\s+(\d{4})\s*(?:г\.?|года)?$", re.IGNORECASE)
#: Days that Excel could mean by a bare number in a column of dates: 1954–2119.
_SERIALS = range(20_000, 80_001)
#: Units whose numbers are fractions by nature: three digits after the mark are no thousands.
_FRACTIONS = ("degree", "share")
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 1, 1)

def read_number(text: str) -> Reading:
    """A number with any usual grouping and decimal sign, and the unit written beside it."""
    if text.lower() in _ABSENT:
        return Reading()
    match = _NUMBER.match(text.strip(BLANKS))
    if not match:
        return Reading(None, "not_number", {"found": text})
    sign, digits, exponent, rest = match.groups()
    plain = _plain_digits(digits)
    if plain is None or re.match(r"^[-–—…]\s*\d", rest) or re.match(r"^(?:до|и|или|to)\s+\d", rest):
        return Reading(None, "number_range" if plain is not None else "not_number", {"found": text})
    if rest and re.search(r"\d\s*[-–—x×*/]\s*\d|^[.,]", rest):
        return Reading(None, "not_number", {"found": text})
    value = float(f"{plain}e{exponent or 0}") * (-1 if sign in ("-", "−", "–") and sign else 1)
    if not math.isfinite(value):
        return Reading(None, "not_finite", {"found": text})
    return Reading(value, unit=(rest.strip(" .") and rest.strip()) or None)


def _plain_digits(digits: str) -> str | None:
    """Digits as Python reads them: «1 234,5», «1.234,5», «1,234.5», «1,234,567»; None where it is no number."""
    tight = re.sub(r"[ \u00a0\u2009\u202f']", "", digits)
    if re.search(r"\d[ \u00a0\u2009\u202f']\d", digits) and not re.fullmatch(
            r"\d{1,3}(?:[ \u00a0\u2009\u202f']\d{3})+(?:[.,]\d+)?", digits):
        return None
    marks = [mark for mark in tight if mark in ".,"]
    if not marks:
        return tight
    last = marks[-1]
    other = "," if last == "." else "."
    if marks.count(last) > 1:  # the sign repeats, so it groups thousands
        return tight.replace(last, "") if other not in marks and re.fullmatch(
            rf"\d{{1,3}}(?:\{last}\d{{3}})+", tight) else None
    if other in marks and not re.fullmatch(rf"\d{{1,3}}(?:\{other}\d{{3}})+\{last}\d+", tight):
        return None
    return tight.replace(other, "").replace(last, ".")


def settle_marks(raw: pl.Series) -> tuple[pl.Series, tuple[Reading, ...]]:
    """Numbers like «1,500», which are 1500 to some and 1.5 to others, read as the rest of their column tells.

    A mark that groups thousands in another cell («1,234,567», «1,234.5») and parts a fraction in none groups them
    here too. Otherwise it parts a fraction, and where no cell shows that it does («1,5»), a note says so.

    Returns
    -------
    The column without marks of thousands where it was told, and notes ``number_fraction``.
    """
    notes = []
    for mark, other in ((",", "."), (".", ",")):
        doubtful = raw.str.contains(rf"^[+−–-]?[1-9]\d{{0,2}}\{mark}\d{{3}}(?:[^\d.,eE]|$)").fill_null(False)
        if not doubtful.any():
            continue
        rest = raw.filter(~doubtful).drop_nulls()
        fractions = rest.str.contains(rf"^\D*\d[\d\s']*\{mark}\d+(?:[^\d.,]|$)").any()
        groups = rest.str.contains(rf"\d\{mark}\d{{3}}\{mark}\d{{3}}|\d\{mark}\d{{3}}\{other}\d").any()
        if groups and not fractions:
            raw = pl.select(pl.when(doubtful).then(raw.str.replace(mark, "", literal=True)).otherwise(raw)
                            ).to_series().alias(raw.name)
        elif groups or not fractions:
            found = raw.filter(doubtful)
            notes.append(Reading(None, "number_fraction", {
                "found": found[0], "value": read_number(found[0]).value, "count": len(found)}))
    return raw, tuple(notes)


def read_date(text: str, epoch_1904: bool = False) -> Reading:
    """A day: ISO, 22.11.2026, 22/11/26, «22 ноября 2026 г.», or the bare number by which Excel counts days."""
    if text.lower() in _ABSENT or text.lower() in {"бессрочно", "без срока", "постоянно"}:
        return Reading()
    note: str | None = None
    if match := _DATE_ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DATE_DOTS.match(text):
        day, month, year = (int(part) for part in match.groups())
        if len(match[3]) == 2:
            year += 2000 if year < 70 else 1900
        if month > 12 >= day and "/" in text:
            day, month = month, day
        elif "/" in text and day <= 12 and day != month:
            note = "date_order"
    elif match := _DATE_WORDS.match(text):
        month = next((place for place, stem in enumerate(_MONTHS, 1) if match[2].lower().startswith(stem)), 0)
        day, year = int(match[1]), int(match[3])
    elif re.fullmatch(r"\d{5}(?:\.\d+)?", text) and int(float(text)) in _SERIALS:
        serial = int(float(text)) + (1462 if epoch_1904 else 0)
        found = dt.date(1899, 12, 30) + dt.timedelta(serial)
        return Reading(found, "date_serial", {"found": text, "date": found})
    else:
        vague = re.fullmatch(r"(?:\d{4}|.*(?:кв|квартал|полугод|год|г)\.?.*\d.*|[а-яё]+\s+\d{4}.*|.*\d{4}.*)", text,
                             re.IGNORECASE)
        return Reading(None, "date_vague" if vague else "not_date", {"found": text})
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return Reading(None, "not_date", {"found": text})
    if not FIRST_DAY <= value <= LAST_DAY:
        return Reading(None, "date_far", {"found": text})
    return Reading(value, note, {"found": text, "date": value} if note else {})


def read_flag(text: str) -> Reading:
    """Yes, no or nothing."""
    lower = text.lower().strip(" .")
    if lower in _YES:
        return Reading(True)
    if lower in _NO:
        return Reading(False)
    return Reading() if lower in _ABSENT else Reading(None, "not_flag", {"found": text})


def read_integer(text: str) -> Reading:
    """A whole number."""
    reading = read_number(text)
    if isinstance(reading.value, float):
        if not reading.value.is_integer():
            return Reading(None, "not_whole", {"found": text})
        if abs(reading.value) >= 2**53:
            return Reading(None, "not_finite", {"found": text})
        if reading.unit and not re.fullmatch(r"(?:г\.?|год|года?|шт\.?|чел\.?|year)", reading.unit):
            return Reading(None, "not_number", {"found": text})
        return Reading(int(reading.value))
    return reading


def choice_word(choice: str, lang: Lang) -> str:
    """An allowed value in words («поставка» for ``supply``), or itself where it has none; both are read."""
    entry = catalogue().get(f"choice.{choice}")
    return entry[lang] if entry else choice


def choice_words(choices: Sequence[str]) -> list[Words]:
    """The allowed values as a sentence names them in either language."""
    return [Words(choice_word(choice, "ru"), choice_word(choice, "en")) for choice in choices]


def read_choice(choices: tuple[str, ...]) -> Callable[[str], Reading]:
    """One of the allowed words, in the file's own word or in the words of the catalogues («заявлено»)."""
    words: dict[str, str] = {}
    for choice in choices:
        words[choice.lower()] = choice
        for text in catalogue().get(f"choice.{choice}", {}).values():
            words.setdefault(text.lower(), choice)
    # A grade is a letter that looks the same in both alphabets.
    words |= {cyrillic: latin for cyrillic, latin in zip("авсд", "ABCD", strict=True) if latin in choices}

    def read(text: str) -> Reading:
        if value := words.get(text.lower().strip(" .")):
            return Reading(value)
        return Reading(None, "not_choice", {"found": text, "choices": choice_words(choices)})

    return read


def read_list(text: str) -> Reading:
    r"""Several texts parted by ``;`` or line breaks; ``\;`` is a semicolon of the text; JSON is taken as well."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except ValueError:
            items = None
        if isinstance(items, list):
            return Reading([str(item) for item in items])
    parts = re.split(r"(?<!\\);|\n", text)
    return Reading([item for part in parts if (item := part.replace("\\;", ";").strip(BLANKS))])


def read_column(raw: pl.Series, info: ColumnInfo, dtype: pl.DataType, epoch_1904: bool = False) -> Column:
    """Read clean text (``grid.texts``) as the declared kind; rows are positions in the series."""
    match info.kind:
        case "number":
            settled, notes = settle_marks(raw) if info.unit not in _FRACTIONS else (raw, ())
            return replace(_mixed(settled, _plain_numbers(settled), read_number, dtype), notes=notes)
        case "integer":
            return _mixed(raw, None, read_integer, dtype)
        case "date":
            return _mixed(raw, _plain_dates(raw), lambda text: read_date(text, epoch_1904), dtype)
        case "flag":
            return _mixed(raw, None, read_flag, dtype)
        case "list":
            return _mixed(raw, None, _checked_list(info.choices) if info.choices else read_list, dtype)
        case "records":
            return _records(raw, dtype)
    if info.choices:
        return _mixed(raw, None, read_choice(info.choices), dtype)
    return Column(raw)


def _checked_list(choices: tuple[str, ...]) -> Callable[[str], Reading]:
    read_one = read_choice(choices)

    def read(text: str) -> Reading:
        readings = [read_one(str(item)) for item in read_list(text).value]  # type: ignore[attr-defined]
        wrong = next((reading for reading in readings if reading.code), None)
        return wrong or Reading([reading.value for reading in readings])

    return read


def _mixed(raw: pl.Series, plain: pl.Series | None, read: Callable[[str], Reading], dtype: pl.DataType) -> Column:
    """The plain reading where there is one, else the careful one for each distinct text."""
    rest = raw if plain is None else raw.set(plain.is_not_null(), None)
    readings = {text: read(text) for text in rest.drop_nulls().unique(maintain_order=True)}
    if not readings:
        return Column(plain if plain is not None else pl.Series(raw.name, [None] * len(raw), dtype))
    read_values = pl.Series([reading.value for reading in readings.values()], dtype=dtype)
    keys = pl.DataFrame({"text": pl.Series(list(readings), dtype=pl.String), "value": read_values})
    values = pl.DataFrame({"text": rest}).join(keys, on="text", how="left", maintain_order="left")["value"]
    if plain is not None:
        values = values.zip_with(plain.is_null(), plain)
    loud = {text for text, reading in readings.items() if reading.code or reading.unit}
    remarks, units = {}, {}
    if loud:
        rows = rest.is_in(list(loud)).fill_null(False).arg_true()
        for row, text in zip(rows.to_list(), rest.gather(rows).to_list(), strict=True):
            reading = readings[text]
            if reading.code:
                remarks[row] = reading
            if reading.unit:
                units[row] = reading.unit
    return Column(values.alias(raw.name), remarks, units)


def _plain_numbers(raw: pl.Series) -> pl.Series:
    plain = raw.set(~raw.str.contains(_PLAIN_NUMBER), None)
    values = plain.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return values.set(values.is_infinite(), None)


def _plain_dates(raw: pl.Series) -> pl.Series:
    iso = raw.set(~raw.str.contains(r"^\d{4}-\d{2}-\d{2}$"), None).str.to_date("%Y-%m-%d", strict=False)
    dots = raw.set(~raw.str.contains(r"^\d{2}\.\d{2}\.\d{4}$"), None).str.to_date("%d.%m.%Y", strict=False)
    days = iso.zip_with(iso.is_not_null(), dots)
    return days.set(~days.is_between(FIRST_DAY, LAST_DAY), None)


def _records(raw: pl.Series, dtype: pl.DataType) -> Column:
    try:
        return Column(raw.str.json_decode(dtype))
    except pl.exceptions.PolarsError:
        pass
    values: list[object] = []
    remarks = {}
    for row, text in enumerate(raw.to_list()):
        try:
            values.append(None if text is None else pl.Series([text]).str.json_decode(dtype)[0].to_list())
        except pl.exceptions.PolarsError:
            values.append(None)
            remarks[row] = Reading(None, "not_json", {"found": text[:60]})
    return Column(pl.Series(raw.name, values, dtype), remarks)
