"""Text to tokens, readably, one text at a time; ``bulk`` does the same to a million.

The folded text is cut into atoms (runs of digits, runs of letters); rules then read the atoms from left to right:
a standard, a size, a quantity with its unit, a mark of letters and digits, a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum
from functools import cache
from typing import NamedTuple

import Stemmer

from smezhnik.matching.normalise import (
    ALIASES,
    GLUED_UNITS,
    LATIN_LIKE,
    POWERS,
    STANDARD_MARKS,
    STANDARDS,
    TO_CYRILLIC,
    TO_LATIN,
    UNITS,
    fold,
    fold_mark,
    fold_number,
    fold_scripts,
    is_cyrillic,
    is_digit,
    is_latin,
    scale_number,
)
from smezhnik.matching.respell import respell


class Kind(IntEnum):
    """What a token is; the ranking looks at words, marks and standards apart."""

    WORD = 0
    NUMBER = 1
    MARK = 2
    QUANTITY = 3
    SIZE = 4
    STANDARD = 5
    CODE = 6


class Token(NamedTuple):
    """One piece of evidence in a text.

    Attributes
    ----------
    key : what is compared: a stem, ``m12``, ``=0.5л``, ``1200*600``, ``гост:111-2014``
    surface : the folded spelling that a person recognises
    kind : what it is
    """

    key: str
    surface: str
    kind: Kind


class Atom(NamedTuple):
    """A run of digits or letters; ``gap`` is what parts it from the atom before.

    ``gap``: ``""`` nothing, ``" "`` blanks only, one mark alone (blanks around it count in ``spaced``),
    ``"|"`` anything more.
    """

    text: str
    gap: str
    spaced: bool
    number: bool


#: Longest Cyrillic word that is joined with a number beside it: маркировки, not слова.
JOINED_CYRILLIC = 3
MAX_SIZES = 4
MIN_SIZE_PIECES = 3
_ATOM = re.compile(r"([^0-9a-zа-я]*)(?:(\d+(?:[.,]\d+)*)|([a-zа-я]+))")
_YEAR = re.compile(r"(?:19|20)\d\d|[5-9]\d")

_STOP = """
    а без более бы в вид во все где для до его ее если есть за и из или им их к как ко кроме либо между на над не но
    о об от по под при про с со так также такой то том у чем что шт штук эта эти это я
    a an and are as at by for from in is it of on or the to with
"""
STOP_WORDS = frozenset(_STOP.split())


@cache
def _stemmers() -> tuple[Stemmer.Stemmer, Stemmer.Stemmer]:
    # no cache inside: callers stem distinct words only
    return Stemmer.Stemmer("russian", 0), Stemmer.Stemmer("english", 0)


def tokenise(text: str) -> list[Token]:
    """All tokens of one text, in order, repeated ones repeated.

    >>> [token.key for token in tokenise("Бутылка 0,5 л из ПЭТ")]
    ['бутылк', '=0.5л', '0.5', 'пэт']
    >>> [token.key for token in tokenise("ГОСТ Р 52271-2004, Ду50")]
    ['гост:52271-2004', 'гост:52271', 'dn50', '50']
    """
    found = (finish(raw, kind) for raw, kind in lex(respell(fold(text))))
    return [token for token in found if token is not None]


def finish(raw: str, kind: Kind) -> Token | None:
    """The token of one raw piece: words lose their ending, stop words vanish; the rest is ready."""
    if kind is not Kind.WORD:
        return Token(raw, raw.removeprefix("="), kind)
    if raw in STOP_WORDS:
        return None
    if len(raw) <= 2 and all(char in LATIN_LIKE for char in raw.translate(TO_LATIN)):
        return Token(raw.translate(TO_LATIN), raw, kind)
    russian, english = _stemmers()
    return Token((russian if is_cyrillic(raw[0]) else english).stemWord(raw), raw, kind)


def atoms_of(folded: str) -> list[Atom]:
    """The atoms of a folded text."""
    found: list[Atom] = []
    for match in _ATOM.finditer(folded):
        blank, digits, letters = match.groups()
        marks = blank.replace(" ", "")
        gap = marks if len(marks) == 1 else "|" if marks else blank[:1]
        spaced = " " in blank
        if letters:
            found.append(Atom(letters, gap, spaced, False))
            continue
        parts = re.split(r"([.,])", digits)
        if len(parts) == 3:  # one mark between digits: a decimal number; more: a code or a date
            found.append(Atom(fold_number(digits), gap, spaced, True))
            continue
        found.append(Atom(parts[0], gap, spaced, True))
        found.extend(Atom(part, mark, False, True) for mark, part in zip(parts[1::2], parts[2::2], strict=True))
    return found


def lex(folded: str) -> Iterator[tuple[str, Kind]]:
    """Raw pieces with their kinds, in order; ``finish`` makes tokens of them."""
    atoms = atoms_of(folded)
    russian = sum(map(is_cyrillic, folded)) > sum(map(is_latin, folded))
    before = ""  # the word before, as it may be joined with the next one
    at = 0
    while at < len(atoms):
        end = _word_end(atoms, at)
        for rule in (_standard, _thread, _quantity):
            pieces, after = rule(atoms, at)
            if pieces:
                yield from pieces
                before, at = "", after
                break
        else:
            joined = _joined(atoms, at, end)
            if before and atoms[at].gap in {" ", "-", "/", "."} and _may_join(before, joined):
                yield mark_letters(before) + mark_letters(joined), Kind.MARK
            yield from _word(atoms, at, end, joined, russian)
            before, at = "" if joined in STOP_WORDS else joined, end


def _word_end(atoms: list[Atom], at: int) -> int:
    """Where the run of atoms written together ends."""
    end = at + 1
    while end < len(atoms) and atoms[end].gap == "":
        end += 1
    return end


def _standard(atoms: list[Atom], at: int) -> tuple[list[tuple[str, Kind]], int]:
    """ГОСТ 111-2014, ГОСТ Р ИСО 9001-2015, ТУ 14-3-1128-2000: with the edition and without it."""
    kind = STANDARDS.get(atoms[at].text)
    if kind is None:
        return [], at
    here = at + 1
    while here < len(atoms) and not atoms[here].number and atoms[here].gap in {" ", "-", "/"}:
        if atoms[here].text in STANDARDS:
            kind = STANDARDS[atoms[here].text]
        elif atoms[here].text not in STANDARD_MARKS:
            return [], at
        here += 1
    if here >= len(atoms) or not atoms[here].number or atoms[here].gap not in {"", " ", "-", ".", ":"}:
        return [], at
    parts, marks = [atoms[here].text], []
    here += 1
    while here < len(atoms) and atoms[here].number and atoms[here].gap in {"-", ".", ":"} and not atoms[here].spaced:
        parts.append(atoms[here].text)
        marks.append("." if atoms[here].gap == "." else "-")
        here += 1
    name = parts[0] + "".join(mark + part for mark, part in zip(marks, parts[1:], strict=True))
    found = [(f"{kind}:{name}", Kind.STANDARD)]
    if len(parts) > 1 and marks[-1] == "-" and _YEAR.fullmatch(parts[-1]):
        found.append((f"{kind}:{name[:-len(parts[-1]) - 1]}", Kind.STANDARD))
    return found, here


def _quantity(atoms: list[Atom], at: int) -> tuple[list[tuple[str, Kind]], int]:
    """A size 1200х600 or a number with its unit; the numbers themselves are evidence too."""
    if not atoms[at].number:
        return [], at
    numbers = [atoms[at].text]
    here = at + 1
    while len(numbers) < MAX_SIZES and (after := _next_size(atoms, here)):
        numbers.append(atoms[after].text)
        here = after + 1
    base, power, here, known = _unit(atoms, here)
    if len(numbers) == 1:
        if not known:
            return [], at
        return [("=" + scale_number(numbers[0], power) + base, Kind.QUANTITY), (numbers[0], Kind.NUMBER)], here
    if here < len(atoms) and atoms[here].gap == "" and not known:  # 10x20abc is a mark
        return [], at
    if known and base == "м":
        numbers = [scale_number(number, power + 3) for number in numbers]
    size = "*".join(sorted(numbers, key=lambda number: (Decimal(number), number), reverse=True))
    return [(size, Kind.SIZE), *((number, Kind.NUMBER) for number in numbers)], here


def _thread(atoms: list[Atom], at: int) -> tuple[list[tuple[str, Kind]], int]:
    """М8х20, М8×20: the mark M8 and, read next, the size 8 × 20."""
    if atoms[at].number or at + 2 >= len(atoms) or not atoms[at + 1].number or atoms[at + 1].gap:
        return [], at
    if atoms[at + 2].gap not in {"", "*"}:
        return [], at
    if not _next_size(atoms, at + 2) or len(_quantity(atoms, at + 1)[0]) < MIN_SIZE_PIECES:
        return [], at
    letters = mark_letters(atoms[at].text)
    return [(letters + atoms[at + 1].text, Kind.MARK), (letters, Kind.WORD)], at + 1


def _next_size(atoms: list[Atom], here: int) -> int:
    """Position of the next number of a size, 0 where none follows: ``х600``, `` x 600``, ``*600``."""
    if here < len(atoms) and atoms[here].number and atoms[here].gap == "*":
        return here
    if here + 1 < len(atoms) and atoms[here].text in {"x", "х"} and atoms[here + 1].number:
        sign, number = atoms[here], atoms[here + 1]
        if sign.gap in {"", " "} and number.gap == sign.gap:
            return here + 1
    return 0


def _unit(atoms: list[Atom], here: int) -> tuple[str, int, int, bool]:
    """Base unit, power of ten, position after the unit, whether there was one."""
    if here >= len(atoms) or atoms[here].number or atoms[here].gap not in {"", " "}:
        return "", 0, here, False
    name = atoms[here].text
    glued = here + 1 < len(atoms) and atoms[here + 1].gap == ""
    if glued and name in POWERS and atoms[here + 1].text in {"2", "3"} and _word_end(atoms, here) == here + 2:
        squared = atoms[here + 1].text == "2"
        return ("м2", 2 * POWERS[name], here + 2, True) if squared else ("л", 3 * POWERS[name] + 3, here + 2, True)
    if glued or name not in UNITS or (name in GLUED_UNITS and (atoms[here].gap or atoms[here - 1].gap == "-")):
        return "", 0, here, False
    base, power = UNITS[name]
    return base, power, here + 1, True


def _joined(atoms: list[Atom], at: int, end: int) -> str:
    """A word written together, its letters in one script; a mark's in Latin where they can be."""
    if end == at + 1:
        return atoms[at].text if atoms[at].number else fold_scripts(atoms[at].text)
    return "".join(atom.text if atom.number else mark_letters(atom.text) for atom in atoms[at:end])


def mark_letters(letters: str) -> str:
    """Letters of a mark in one spelling; ``ду`` and ``dn`` are one."""
    return ALIASES.get(letters) or (fold_mark(letters) if letters.isalpha() else letters)


def _may_join(before: str, joined: str) -> bool:
    """Whether two neighbours may be one mark written apart: DSC W120, М 1, power shot; труба 50 is not."""
    if joined in STOP_WORDS or (any(map(is_digit, before)) and any(map(is_digit, joined))):
        return False
    for word, other in ((before, joined), (joined, before)):
        if all(map(is_cyrillic, word)) and (len(word) > JOINED_CYRILLIC or not any(map(is_digit, other))):
            return False
    return True


def _word(atoms: list[Atom], at: int, end: int, joined: str, russian: bool) -> Iterator[tuple[str, Kind]]:
    if end == at + 1 and atoms[at].number:
        yield joined, Kind.NUMBER
        return
    if end == at + 1:
        like = russian and len(joined) > 2 and all(char in LATIN_LIKE for char in joined)
        yield joined.translate(TO_CYRILLIC) if like else joined, Kind.WORD
        return
    yield joined, Kind.MARK
    for atom in atoms[at:end]:
        yield (atom.text, Kind.NUMBER) if atom.number else (mark_letters(atom.text), Kind.WORD)
