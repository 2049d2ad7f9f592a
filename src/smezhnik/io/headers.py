"""Which column of a file is which declared column: by name, by synonym, by content."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from smezhnik.classifiers.units import find_unit, split_multiplier
from smezhnik.errors import Fault
from smezhnik.io.grid import Grid, cell_text, column_letters
from smezhnik.messages import Words, say
from smezhnik.tables import TABLES, table
from smezhnik.types import Lang

LANGS: tuple[Lang, ...] = ("ru", "en")
#: Rows at the top among which the header is looked for: titles, addressees and stamps stand above it.
SEARCHED = 40
#: Columns among which the declared ones are looked for: tables of plants have tens.
WIDEST = 500
_WORD = re.compile(r"[^\W_]+|№|%")
_UNIT_TAIL = re.compile(r"^(.*?)\s*(?:,\s*(?:в\s+)?([^,()]+)|\(\s*(?:в\s+)?([^()]+)\)|\s+в\s+([^,()]+))\s*$", re.DOTALL)
#: Headers of an end whose day still counts (CONVENTIONS §1): so they say, or so papers with a term mean it.
_LAST_DAY = re.compile(r"(?:\bпо|включительно|последний день|inclusive|last day|through)[)\s]*$|"
                       r"^(?!.*\b(?:до|until)\b).*(?:срок действия|дата окончания|окончание действия|expir)")
#: What follows «в» in a header but is no unit of the numbers: «Количество в год», «Объём, 2026 г.».
_PERIOD = re.compile(r"(?:\d{4}\s*)?(?:год[ау]?|г\.?|year|целом|наличии|среднем)?")
#: A time for which a header counts: «в месяц», «/мес», «на 2027 г.», and the word alone: «месячная».
_EVERY = re.compile(r"\s*[,(]?\s*(?:\b(?:в|за|на|per|a)\s+|/\s*)(?:(?P<month>мес(?:яц\w*|\.)?|month)|"
                    r"(?P<quarter>квартал\w*|кв(?!\.?\s*м)\.?|quarter)|(?P<year>\d{4}\s*г(?:од\w*|\.)?|\d{4}|год\w*|г\.?|year))(?![\w])\)?",
                    re.IGNORECASE)
_EVERY_WORD = re.compile(r"\b(?:(?P<month>(?:еже)?месячн\w+|monthly)|(?P<quarter>(?:еже)?квартальн\w+|quarterly))\b",
                         re.IGNORECASE)
_TIMES = {"month": 12, "quarter": 4, "year": 1}
#: A part of what another header counts: «в т.ч. импорт» under «Стоимость» is no cost.
_PART = re.compile(r"^(?:в т ?ч|в том числе|из них|из него|including|incl|of which|thereof)\b")
#: Amounts that are counted for a time, whatever the time; all other numbers are not (a lot, a price).
TIMED = ("capacity", "volume")
#: Tables that people give in place of each other.
SWAPPED = ("needs", "offers", "contracts", "sites", "organisations")
#: Headers of a mere counter of rows, which gives way to any other id.
_COUNTERS = {"№", "№ п п", "п п", "no", "n", "номер п п", "номер по порядку"}
#: Words that name nothing by themselves: «Наименование контрагента» is no name of goods.
_GENERIC = {"наименование", "название", "описание", "description", "name"}


@dataclass(frozen=True)
class Header:
    """How the columns of a file were recognised.

    Attributes
    ----------
    rows : positions of the header rows in the grid (none where the file has no header)
    names : header of each column as its owner wrote it, storeys joined by « / »; a letter where it has none
    columns : declared column → position in the grid
    units : declared column → unit that its header names («Объём, тыс. т» → «тыс. т»)
    periods : amount → how often its header counts it a year («в месяц» → 12)
    loose_id : header of the key column where it is a counter («№ п/п») or a code of goods («Артикул»), which may
        repeat and is then no key; None where the file names a key as such
    storeys : the lowest storey of each header, which a repeated header shows again
    mapped : headers of the explicit mapping that were found
    levels : how surely each column was recognised, 0 best
    ignored : headers that no declared column answers to
    last_day : date columns whose header says that the last day still counts («действует по»)
    notes : what was ambiguous or ignored
    """

    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    periods: Mapping[str, int] = field(default_factory=dict)
    last_day: frozenset[str] = frozenset()
    loose_id: str | None = None
    levels: tuple[int, ...] = ()
    storeys: tuple[str, ...] = ()
    mapped: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = ()

    @property
    def first_data_row(self) -> int:
        return self.rows[-1] + 1 if self.rows else 0


@dataclass(frozen=True)
class _Match:
    column: str
    level: int  # 0 exact, 1 without its unit, 2 one storey of two, 3 begins with a declared phrase
    unit: str | None
    times: int | None = None  # how often a year the header counts: «в месяц» → 12


@dataclass(frozen=True)
class _Refused:
    """A header that looks like a declared column and means something else; ``code`` is the note that says why."""

    column: str
    code: str


@lru_cache(maxsize=1 << 16)
def normal(text: str) -> str:
    """A header without case, ё, punctuation and line breaks: «Кол-во,  шт.» → ``кол во шт``."""
    joined = re.sub(r"-\s*\n\s*", "", text)
    return " ".join(_WORD.findall(joined.lower().replace("ё", "е")))


def split_unit(text: str) -> tuple[str, str | None]:
    """The header and the unit at its end: «Объём (тыс. т)» → «Объём», «тыс. т»; «№ в реестре» has none."""
    if match := _UNIT_TAIL.match(text.replace("\u00a0", " ")):
        unit = next(part for part in match.groups()[1:] if part is not None).strip()
        if match[4] is None or _is_measure(unit):
            return match[1], unit
    return text, None


def _is_measure(text: str) -> bool:
    """Whether the words after «в» are a unit, a multiplier of one or a time."""
    multiplier, rest = split_multiplier(text)
    return multiplier > 1 or find_unit(rest) is not None or _PERIOD.fullmatch(text.lower()) is not None


def split_period(text: str) -> tuple[str, int | None]:
    """The header without the time that it counts for, and how many such times a year has.

    Examples
    --------
    >>> split_period("Количество в месяц, т")
    ('Количество, т', 12)
    >>> split_period("Цена, руб./т")
    ('Цена, руб./т', None)
    """
    for pattern in (_EVERY, _EVERY_WORD):
        if match := pattern.search(text):
            times = next(times for name, times in _TIMES.items() if match.groupdict().get(name))
            return (text[:match.start()] + text[match.end():]).strip(), times
    return text, None


def _yearly(text: str) -> str:
    """The same header counted for a year: «Месячная потребность» → «годовая потребность»."""
    said = _EVERY.sub(" в год", text, count=1)
    return said if said != text else _EVERY_WORD.sub("годовая", text, count=1)


@cache
def _names(name: str) -> Mapping[str, str]:
    """Normal form of every declared header of the table → its column."""
    found: dict[str, str] = {}
    about = table(name).columns
    for title in (lambda c, i: (c, i.ru, i.en), lambda c, i: i.synonyms,
                  lambda c, i: (split_unit(i.ru)[0], split_unit(i.en)[0])):
        for column, item in about.items():
            for written in title(column, item):
                found.setdefault(normal(written), column)
    return found


@cache
def _own_names(name: str, column: str) -> frozenset[str]:
    """Normal forms of what a column is called in its declaration and in our forms."""
    about = table(name).columns[column]
    return frozenset(map(normal, (column, about.ru, about.en)))


@cache
def _derived(name: str) -> frozenset[str]:
    """Normal forms of headers that our own files carry for people only: records in words."""
    return frozenset(normal(say("io.in_words", lang, column=getattr(info, lang)))
                     for info in table(name).columns.values() if info.kind == "records" for lang in LANGS)


def _match(name: str, storeys: Sequence[str]) -> _Match | _Refused | None:
    """The declared column that a header names; storeys from top to bottom."""
    names = _names(name)
    filled = [storey for storey in storeys if storey.strip()]
    if not filled:
        return None
    whole = " ".join(filled)
    bare, times = split_period(whole)
    if column := names.get(normal(whole)) or names.get(re.sub(r" по$", " до", normal(whole))):
        return _checked(name, _Match(column, 0, split_unit(split_period(filled[-1])[0])[1], times), whole)
    for written in dict.fromkeys((_yearly(whole), whole, bare) if times else (whole,)):
        base, unit = split_unit(written)
        if column := names.get(normal(base)):
            if column == "text" and (times or find_unit(unit)):  # «Потребность, т» counts, it names no goods
                column = names.get(f"{normal(base)} в год", "")
            found = _Match(column, 1, split_unit(bare)[1] or unit, times)
            return _checked(name, found, whole, normal(written)[len(normal(base)):]) if column else None
    if len(filled) > 1:
        for storey in reversed([item for item in filled if normal(item) not in _GENERIC]):
            base, unit = split_unit(split_period(storey)[0])
            if column := names.get(normal(storey)) or names.get(normal(base)):
                found = _Match(column, 2, unit or split_unit(split_period(filled[-1])[0])[1], times)
                return _checked(name, found, whole, normal(" ".join(filled[filled.index(storey) + 1:])))
            if _PART.match(normal(storey)):
                return None  # what it is a part of is not it
    base = normal(split_unit(bare)[0])
    starts = [phrase for phrase in names
              if len(phrase) >= 5 and phrase not in _GENERIC and f"{base} ".startswith(f"{phrase} ")]
    if not starts:
        return None
    phrase = max(starts, key=len)
    return _checked(name, _Match(names[phrase], 3, split_unit(bare)[1], times), whole, base[len(phrase):])


def _checked(name: str, found: _Match, whole: str, rest: str = "") -> _Match | _Refused:
    """The match where the words and the unit of the header fit the column, else why they do not.

    ``rest`` are the words of the header after those that name the column.
    """
    about, words = table(name).columns[found.column], rest.split()
    if any(word.startswith(stem) for word in words for stem in about.never):
        return _Refused(found.column, "header_other")
    if any(_PART.match(" ".join(words[place:])) for place in range(len(words))):
        return _Refused(found.column, "header_part")
    if about.kind != "number" or found.column in ("latitude", "longitude"):
        return replace(found, times=None)
    if "%" in whole and about.unit != "share":
        return _Refused(found.column, "header_percent")
    unit = find_unit(found.unit)
    if about.unit == "th_rub" and unit is not None and not unit.dimension.startswith("money"):
        return _Refused(found.column, "header_not_money")
    if found.column == "volume" and unit is not None and unit.dimension.startswith("money"):
        return _Refused(found.column, "header_money") if name != "needs" else replace(found, column="value_th_rub")
    if about.unit == "th_rub" and found.times not in (None, 1):
        return _Refused(found.column, "header_not_yearly")
    return found if found.column in TIMED else replace(found, times=None)


def recognise(grid: Grid, name: str, columns: Mapping[str, str] | None = None) -> Header:
    """Find the header of a grid and what its columns are.

    Parameters
    ----------
    grid : the top of a sheet is enough
    name : declared table
    columns : explicit mapping, header (or letter of the column) → declared column; it wins over everything

    Returns
    -------
    Header; its ``columns`` is empty where nothing was recognised.
    """
    best: Header | None = None
    best_score = 0.0
    for top in range(min(grid.height, SEARCHED)):
        for height in (1, 2):
            if top + height > grid.height:
                continue
            header = _read_header(grid, name, tuple(range(top, top + height)), columns or {})
            if (score := _score(header, grid, top)) > best_score:
                best, best_score = header, score
    return best or Header()


def likelier_table(header: Header, name: str) -> str | None:
    """The table whose columns the headers name rather than those of ``name``; None where no other knows more of them.

    Of tables that know equally many the first declared one.
    """
    best = max(TABLES, key=lambda other: _known(header, other))
    return best if _known(header, best) > _known(header, name) else None


def other_table(header: Header, name: str) -> str | None:
    """The table that the file is instead of ``name``, by a key that only the other has; None where it may be ``name``.

    Needs and offers look alike: «Код предложения» tells them apart, and so do three columns more that only one knows.
    """
    if name not in SWAPPED:
        return None
    titles = [normal(title) for title in header.names[:WIDEST]]
    own = _known(header, name)
    for other in (*SWAPPED, "links"):
        keys = [key for key in table(other).key if key not in table(name).columns]
        named = any(title in _own_names(other, key) for key in keys for title in titles)
        if other != name and ((named and _known(header, other) > own) or (
                {name, other} == {"needs", "offers"} and _known(header, other) >= own + 3)):
            return other
    return None


def _known(header: Header, name: str) -> int:
    matches = (_match(name, [title]) for title in header.names[:WIDEST])
    return len({match.column for match in matches if isinstance(match, _Match) and match.level < 2})


def _score(header: Header, grid: Grid, top: int) -> float:
    """How much a row looks like the header; a higher row wins a tie."""
    if not header.columns:
        return 0.0
    sure = sum({3: 0.6, 2: 0.9}.get(level, 1.0) for level in header.levels)
    alone = grid.width > 1 and sum(bool(cell_text(column[top]).strip()) for column in grid.columns) == 1
    # One more storey must earn its place; a title over the table is one cell that begins like a header.
    storey = 0.5 * (len(header.rows) - 1)
    if storey and any(unit and _is_measure(unit) for unit in (split_unit(title)[1] for title in header.storeys)):
        storey = -0.1  # without it the units would be lost
    return sure * (0.2 if alone else 1.0) - storey


def _read_header(grid: Grid, name: str, rows: tuple[int, ...], mapping: Mapping[str, str]) -> Header:
    storeys = [[cell_text(column[row]).strip() for column in grid.columns] for row in rows]
    if len(storeys) == 2:
        if not _is_second_storey(storeys):
            return Header()
        storeys[0] = _fill_right(storeys)
    titles = [" / ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*storeys, strict=True)]
    names = tuple(title or column_letters(grid.first_column + place) for place, title in enumerate(titles))
    explicit = {normal(header): header for header in mapping}
    letters = {header.upper(): header for header in mapping}
    mapped: set[str] = set()
    derived = _derived(name)
    known = {normal(title) for title in titles[:WIDEST]} if letters else set()
    found: dict[int, _Match] = {}
    refused: dict[int, _Refused] = {}
    for place, parts in enumerate(itertools.islice(zip(*storeys, strict=True), WIDEST)):
        letter = column_letters(grid.first_column + place)
        given = explicit.get(normal(titles[place])) if titles[place] else None
        if given is None and letters and normal(letter) not in known:
            given = letters.get(letter)
        if given is not None:
            mapped.add(given)
            bare, times = split_period(titles[place])
            found[place] = _Match(mapping[given], -1, split_unit(bare)[1], times)
        elif any(len(part) > 120 for part in parts) or normal(titles[place]) in derived:
            continue  # a sentence, or words that only repeat another column
        elif isinstance(match := _match(name, parts), _Match):
            found[place] = match
        elif match is not None:
            refused[place] = match
    header = _resolve(name, found, names, rows, titles, tuple(storeys[-1]))
    about = table(name).columns
    why = tuple(Fault(item.code, {"column": Words(about[item.column].ru, about[item.column].en), "name": item.column},
                      column=names[place], severity="note") for place, item in refused.items())
    return replace(header, mapped=frozenset(mapped), notes=(*header.notes, *why))


def _resolve(name: str, found: Mapping[int, _Match], names: tuple[str, ...], rows: tuple[int, ...],
             titles: Sequence[str], storeys: tuple[str, ...]) -> Header:
    """One place per declared column: the best match, then the leftmost; the others become notes, counters do not."""
    columns: dict[str, int] = {}
    notes = []
    counters = {place for place, match in found.items() if match.level >= 0 and normal(titles[place]) in _COUNTERS}
    for place, match in sorted(found.items(), key=lambda item: (item[0] in counters, item[1].level, item[0])):
        if (taken := columns.get(match.column)) is None:
            columns[match.column] = place
        elif found[taken].level >= 0 and place not in counters:
            notes.append(Fault("ambiguous_header", {"column": match.column, "taken": names[taken],
                                                    "passed": names[place]}, column=names[place], severity="note"))
    units = {match.column: match.unit for place, match in found.items()
             if match.unit and columns[match.column] == place and not _PERIOD.fullmatch(match.unit.lower())}
    periods = {match.column: match.times for place, match in found.items()
               if match.times and match.column in TIMED and columns[match.column] == place}
    last_day = frozenset(column for column, place in columns.items() if _LAST_DAY.search(titles[place].lower()))
    taken_places, derived = {*columns.values(), *counters}, _derived(name)
    ignored = tuple(title for place, title in enumerate(titles)
                    if title and place not in taken_places and normal(title) not in derived)
    loose = next((titles[place] for key in table(name).key if (place := columns.get(key, -1)) >= 0
                  and found[place].level >= 0 and normal(titles[place]) not in _own_names(name, key)), None)
    return Header(
        rows=rows, names=names, columns=columns, units=units, periods=periods, last_day=last_day, loose_id=loose,
        storeys=storeys, levels=tuple(found[place].level for place in columns.values()), ignored=ignored,
        notes=tuple(notes))


def _is_second_storey(storeys: Sequence[Sequence[str]]) -> bool:
    """Whether the lower row continues the upper one: words only, and under at least one merged group."""
    upper, lower = storeys
    filled = [cell for cell in lower if cell]
    if not filled or any(re.fullmatch(r"[\d\s.,%]+", cell) for cell in filled):
        return False
    under_gap = any(low and not up for up, low in zip(upper[1:], lower[1:], strict=True))
    left_open = any(up and not low for up, low in zip(upper, lower, strict=True))
    return under_gap and left_open


def _fill_right(storeys: Sequence[Sequence[str]]) -> list[str]:
    """The upper storey with the text of a merged group over each of its columns."""
    filled = list(storeys[0])
    for place in range(1, len(filled)):
        if not filled[place] and storeys[1][place] and storeys[1][place - 1]:
            filled[place] = filled[place - 1]
    return filled


def recognise_by_content(grid: Grid, name: str, header: Header) -> Header | None:
    """The header with the must-have text column found by what stands in it; None where nothing fits.

    A file of one column of texts needs no header at all. In a wider one the column of the longest texts is taken,
    and a note says so; below a header whose words are unknown, or below none.
    """
    if name not in ("needs", "offers") or grid.height == 0:
        return None
    if grid.width == 1 and not header.columns:
        lines = [text for row in range(min(grid.height, 200)) if (text := cell_text(grid.columns[0][row]).strip())]
        if len(lines) < 2 or any(_LETTER.search(line) for line in lines):
            return None  # a line of a letter, a cover sheet
        return Header((), ("A",), {"text": 0}, notes=(Fault("text_only", {}, severity="note"),))
    first = header.first_data_row
    rows = range(first, min(first + 200, grid.height))
    free = [place for place in range(min(grid.width, WIDEST)) if place not in header.columns.values()]
    wordy = {place: _wordiness([cell_text(grid.columns[place][row]) for row in rows]) for place in free}
    best = max(wordy, key=lambda place: wordy[place], default=None)
    if best is None or wordy[best] < MIN_WORDINESS:
        return None
    if not header.rows:
        header = _guessed_header(grid)
    column = table(name).columns["text"]
    note = Fault("by_content", {"header": header.names[best], "column": Words(column.ru, column.en),
                                 "name": "text"}, severity="note")
    return replace(header, columns={**header.columns, "text": best}, levels=(*header.levels, 4),
                   ignored=tuple(title for title in header.ignored if title != header.names[best]),
                   notes=(*header.notes, note))


#: What stands in letters and on covers, and in no list of products.
_LETTER = re.compile(r"\b(?:уважаем\w+|просим|прошу|направля\w+|сообща\w+|с уважением|добрый день|здравствуйте|"
                     r"министерств\w+|сводн\w+ заявк\w+|утвержда\w+|приложение к|dear|regards|ministry)\b",
                     re.IGNORECASE)
#: Plants, addresses and links have long texts too, and are no products.
_NO_PRODUCT = re.compile(r"\b(?:ООО|АО|ПАО|ОАО|ЗАО|ИП|ФГУП|МУП|ГБУ|МБУ)\b|учреждение|общество с огр|акционерное общ|"
                         r"https?://|\w@\w|\bул\.|\bобл(?:\.|асть)", re.IGNORECASE)
#: Letters of a cell on average, from which on a column can be the texts of products.
MIN_WORDINESS = 8.0


def _wordiness(cells: Sequence[str]) -> float:
    """Letters a filled cell on average, times the share of different ones: names of plants and units repeat."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) * 2 < len(cells) or not filled:
        return 0.0
    if sum(bool(_NO_PRODUCT.search(cell)) for cell in filled) * 2 > len(filled):
        return 0.0
    letters = sum(sum(char.isalpha() for char in cell) for cell in filled)
    return letters / len(filled) * len(set(filled)) / len(filled)


def _guessed_header(grid: Grid) -> Header:
    """The first full row of words as header; none where the rows begin with data."""
    width = max(sum(bool(cell.strip()) for cell in grid.row(row)) for row in range(min(grid.height, SEARCHED)))
    for row in range(min(grid.height - 1, SEARCHED)):
        titles = [cell.strip() for cell in grid.row(row)]
        if sum(map(bool, titles)) < width:
            continue
        words_only = not any(any(char.isdigit() for char in title) for title in titles)
        below = [cell.strip() for cell in grid.row(row + 1)]
        if words_only and any(any(char.isdigit() for char in cell) for cell in below):
            return Header((row,), tuple(titles), storeys=tuple(titles), ignored=tuple(filter(None, titles)))
        break
    return Header((), tuple(column_letters(grid.first_column + place) for place in range(grid.width)))
