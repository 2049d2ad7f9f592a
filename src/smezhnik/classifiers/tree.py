"""A classification as a tree of prefixes: show, parent, children, cover; read a code as people write it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from smezhnik.classifiers.codes import Written, join_groups, take_apart, with_dots
from smezhnik.classifiers.search import Found, WordIndex
from smezhnik.classifiers.systems import System
from smezhnik.errors import Fault, Severity, UnknownCode

#: Nearest valid codes that a fault names.
NEAREST = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of a classification.

    Attributes
    ----------
    code, name : as the system writes them; the name is empty where the source lost it
    level : name of the level (catalogue entry ``level.<level>``)
    mark : ``cut`` – the source cut the name; ``hs`` – lost in the source, named by the Harmonized System in English;
        ``earlier`` – lost, named as in an earlier edition; ``lost`` – lost, and no source has the name; empty – as
        published
    """

    code: str
    name: str
    level: str
    mark: str


class Classifier:
    """A classification of one edition.

    Alignment: a code covers all codes that begin with its digits (``13.2`` covers ``13.20.44.120``); zeros that only
    fill a code to its full length do not count (``13.20.44.120`` covers ``13.20.44.121``); a section covers the
    codes of its classes.

    Attributes
    ----------
    system : what the classification is and how its codes are built
    frame : code, name, section, mark, one row a code, in the order of codes
    """

    def __init__(self, system: System, frame: pl.DataFrame, *, earlier: Sequence[Classifier] = ()) -> None:
        self.system = system
        self.earlier = tuple(earlier)
        self.codes: list[str] = frame["code"].to_list()
        self._names: list[str | None] = frame["name"].to_list()
        absent: list[str | None] = [None] * len(self.codes)
        self._sections: list[str | None] = frame["section"].to_list() if "section" in frame.columns else absent
        self._marks: list[str | None] = frame["mark"].to_list() if "mark" in frame.columns else absent
        self._row = dict(zip(self.codes, range(len(self.codes)), strict=True))
        self._by_key = dict(zip(self._keys_of(frame["code"]), self.codes, strict=True))
        self._keys = sorted(key for key in self._by_key if key[0].isdigit())

    # -- looking up

    def __contains__(self, code: object) -> bool:
        return code in self._row

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Code, name, level, section, mark; one row a code."""
        return pl.DataFrame({
            "code": self.codes, "name": self._names, "level": [self.level(code) for code in self.codes],
            "section": self._sections, "mark": self._marks,
        }, schema=dict.fromkeys(("code", "name", "level", "section", "mark"), pl.String))

    def show(self, code: str) -> Entry:
        """The entry of a code that the classification holds; UnknownCode where it does not."""
        row = self._row_of(code)
        return Entry(code, self._names[row] or "", self.level(code), self._marks[row] or "")

    def name(self, code: str) -> str:
        """The name; empty where the source lost it."""
        return self._names[self._row_of(code)] or ""

    def level(self, code: str) -> str:
        """Name of the level of the code: how many digits count."""
        return self.system.lengths.get(len(self._key_of(code)), "section") if code[:1].isdigit() else "section"

    def parent(self, code: str) -> str | None:
        """The nearest code above; None for a section and for the top of a system without sections."""
        row = self._row_of(code)
        key = self._key_of(code)
        if not key[0].isdigit():
            return None
        for size in range(len(key) - 1, 0, -1):
            if (above := self._by_key.get(key[:size])) is not None:
                return above
        return self._sections[row] or None

    def path(self, code: str) -> list[str]:
        """Codes from the top of the tree down to this one, itself included."""
        steps = [code]
        while (above := self.parent(steps[-1])) is not None:
            steps.append(above)
        return steps[::-1]

    def children(self, code: str | None = None) -> list[str]:
        """Codes right under this one in the order of codes; the top of the tree for None."""
        pool = self.codes if code is None else self.below(code)
        return [item for item in pool if self.parent(item) == code]

    def below(self, code: str) -> list[str]:
        """All codes that this one covers, itself not included; ``code`` may be any prefix («13.20.4»)."""
        if not code[:1].isdigit():
            return [item for item in self.codes if item != code and self.covers(code, item)]
        key = self._key_of(code)
        start, end = bisect_left(self._keys, key), bisect_left(self._keys, key + ":")
        return [self._by_key[item] for item in self._keys[start:end] if item != key]

    def covers(self, wide: str, narrow: str) -> bool:
        """Whether ``narrow`` is ``wide`` or stands under it. Neither needs to be a listed code."""
        if wide[:1].isdigit():
            return self._key_of(narrow).startswith(self._key_of(wide))
        if not narrow[:1].isdigit():
            return wide == narrow
        row = self._row.get(with_dots(narrow.replace(".", "")[:2], self.system.widths))
        return row is not None and self._sections[row] == wide

    def full_name(self, code: str) -> str:
        """Names from the second level down, parted by `` › ``: a name like «прочие» says nothing alone."""
        steps = [step for step in self.path(code) if step[:1].isdigit()]
        names = [self.name(step) for step in steps[1:] or steps]
        kept = [name for place, name in enumerate(names) if name and (place == 0 or name != names[place - 1])]
        return " › ".join(kept)

    # -- reading what people write

    def normalise(self, value: object) -> str | None:
        """The listed code that was meant; None where the cell is empty or has a fault."""
        return self.read(value)[0]

    def find_code_fault(self, value: object) -> Fault | None:
        """What is wrong with a code; None where it is listed or the cell is empty.

        Codes of faults: ``code_form``, ``number_exponent``, ``code_date``, ``code_number``, ``code_level``,
        ``code_unknown``, ``code_other_edition``, ``code_unverified`` (a note: the source lost all codes of this
        heading). Fields: found, system, edition, nearest (codes), shown (the same with names) and what the
        sentence needs.
        """
        return self.read(value)[1]

    def read(self, value: object) -> tuple[str | None, Fault | None]:
        """The listed code that a cell means, or the fault that it has; both None for an empty cell."""
        written = take_apart(value)
        if written is None:
            return None, None
        if written.date is not None:
            day, month = written.date
            meant = self._listed(f"{day:02}{month:02}")
            return None, self._fault("code_date", written, nearest=[meant] if meant else [])
        if written.letter:
            if written.letter in self:
                return written.letter, None
            return None, self._fault("code_unknown", written, nearest=self.children(None)[:NEAREST])
        if written.exponent:
            return None, self._fault("number_exponent", written)
        digits = join_groups(written.groups, self.system.widths) if written.groups else None
        if digits is None:
            nearest = self._near("".join(written.groups)) if written.groups else []
            return None, self._fault("code_form", written, nearest=nearest)
        candidates = self._meant(digits, written)
        if len(candidates) > 1:
            return None, self._fault("code_number", written, nearest=candidates)
        return (candidates[0], None) if candidates else self._unknown(digits, written)

    def _meant(self, digits: str, written: Written) -> list[str]:
        """Listed codes that these digits may mean, the literal one first."""
        literal = self._listed(digits)
        if written.number and "." in str(written.shown) and len(written.groups) == 2:
            longer = self._listed(digits + "0")
            found = [code for code in (literal, longer) if code]
        else:
            found = [literal] if literal else []
        if not found and len(written.groups) == 1:
            padded = self._listed("0" + digits)
            found = [padded] if padded else []
        if not found and len(digits) == max(self.system.lengths):  # «13.20.00.000» is 13.20 filled up with zeros
            zeros = len(digits) - len(digits.rstrip("0"))
            shorter = (self._listed(digits[:-count]) for count in range(1, zeros + 1))
            found = [code for code in shorter if code][:1]
        return found

    def _unknown(self, digits: str, written: Written) -> tuple[str | None, Fault]:
        for edition in self.earlier:
            if (code := edition._listed(digits)) is not None:
                return None, self._fault("code_other_edition", written, other=edition.system.edition,
                                         name=edition.name(code), nearest=self._near(digits))
        heading = self._listed(digits[:4])
        if heading and self._marks[self._row[heading]] in ("hs", "earlier") and len(digits) == max(self.system.lengths):
            return digits, self._fault("code_unverified", written, severity="note",
                                       nearest=[heading])
        kind = "code_unknown" if len(digits) in self.system.lengths else "code_level"
        return None, self._fault(kind, written, digits=len(digits), allowed=sorted(self.system.lengths),
                                 nearest=self._near(digits))

    def _near(self, digits: str) -> list[str]:
        """The deepest listed code above, then the codes under it whose digits are nearest in order."""
        for size in range(len(digits), 1, -1):
            if (above := self._listed(digits[:size])) is not None:
                siblings = self.children(above)
                place = bisect_left(siblings, with_dots(digits, self.system.widths))
                return [above, *siblings[max(0, place - 1):][:NEAREST - 1]]
        place = bisect_left(self._keys, digits)
        return [self._by_key[key] for key in self._keys[max(0, place - 1):place + 1]]

    def _listed(self, digits: str) -> str | None:
        code = with_dots(digits, self.system.widths)
        return code if code in self._row else self._by_key.get(self._key_of(digits))

    def _fault(self, kind: str, written: Written, *, nearest: Sequence[str] = (), severity: Severity = "refused",
               **fields: object) -> Fault:
        shown = "; ".join(f"{code} {self.name(code)}".strip() for code in nearest)
        return Fault(kind, {"found": written.shown, "system": self.system.called, "edition": self.system.edition,
                            "nearest": list(nearest), "shown": shown or None, **fields}, severity=severity)

    def _key_of(self, code: str) -> str:
        """Digits that count: without dots and without the zeros that only fill the code up."""
        key = code.replace(".", "")
        if self.system.filler and len(key) == max(self.system.lengths):
            for zeros in self.system.filler:
                if key.endswith("0" * zeros):
                    return key[:-zeros]
        return key

    def _keys_of(self, codes: pl.Series) -> list[str]:
        """``_key_of`` of a whole column: a system is loaded in milliseconds only so."""
        whole = codes.str.replace_all(".", "", literal=True)
        keys, full = whole, max(self.system.lengths)
        for zeros in sorted(self.system.filler):
            filled = (whole.str.len_bytes() == full) & whole.str.ends_with("0" * zeros)
            keys = whole.str.slice(0, full - zeros).zip_with(filled, keys)
        return keys.to_list()

    def _row_of(self, code: str) -> int:
        try:
            return self._row[code]
        except KeyError:
            raise UnknownCode("unknown_code", found=code, system=self.system.called,
                              edition=self.system.edition) from None

    # -- searching

    def find(self, text: str, top: int = 10) -> list[Found]:
        """Codes whose names have the words of ``text``, best first (see ``search``)."""
        return self._words.find(text, top)

    @cached_property
    def _words(self) -> WordIndex:
        above = [self.parent(code) for code in self.codes]
        return WordIndex(self.codes, [name or "" for name in self._names],
                         [self._row[code] if code else -1 for code in above])
