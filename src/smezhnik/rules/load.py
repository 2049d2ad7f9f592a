"""Packs from files: every fault of every file at once, each with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from smezhnik.errors import Fault, InputError, InputFaults
from smezhnik.rules.amounts import Amount, read_amount
from smezhnik.rules.criterion import Criterion, read_criterion
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.lists import read_document, read_territories
from smezhnik.rules.pack import CONTENTS, DAYS, Amendment, Change, Pack
from smezhnik.rules.parameters import Parameter, read_parameter
from smezhnik.rules.periods import Period, find_period_faults
from smezhnik.rules.provenance import References, Title, read_act, read_provenance, read_source, read_title
from smezhnik.rules.rating import read_rating
from smezhnik.rules.standing import (
    Grandfathering,
    Obligation,
    Validity,
    read_grandfathering,
    read_obligation,
    read_validity,
)
from smezhnik.rules.toml import read_toml

T = TypeVar("T")
LAYERS = ("federal", "union", "region", "fund", "association")
#: Folder of a pack that holds its cases, which are no part of the law.
CASES = "cases"


def list_packs() -> tuple[str, ...]:
    """Names of the packs that are shipped."""
    return tuple(sorted(item.name for item in _shipped().iterdir() if item.joinpath("pack.toml").is_file()))


def load_pack(name: str | Path) -> Pack:
    """A shipped pack by its name, or any pack by its folder.

    Raises
    ------
    InputFaults with all faults of all files of the pack; InputError where there is no such pack.
    """
    if isinstance(name, str) and name in list_packs():
        return _load_shipped(name)
    folder = Path(name)
    if not folder.joinpath("pack.toml").is_file():
        raise InputError("rules.no_pack", found=str(name), known=list(list_packs()))
    return read_pack(read_texts(folder, folder.name), folder.name, above=folder.parent)


def read_pack(texts: Mapping[str, str], name: str, *, above: Path | None = None) -> Pack:
    """A pack from the texts of its files; packs that it lies on are shipped ones or its neighbours in ``above``."""
    files = [read_toml(text, f"{name}/{file}") for file, text in texts.items()]
    heap = _Heap([fault for file in files for fault in file.faults])
    heap.roots = [Cursor.of(file, heap.faults) for file in files]
    pack = _assemble(name, heap, above)
    if heap.faults or pack is None:
        raise InputFaults(sorted(heap.faults, key=_place), "rules.pack_refused", pack=name)
    return pack


def _place(fault: Fault) -> tuple[str, int]:
    return fault.file or "", fault.row or 0


def _shipped() -> Traversable:
    return resources.files("smezhnik.rules") / "packs"


@cache
def _load_shipped(name: str) -> Pack:
    return read_pack(read_texts(_shipped() / name, name), name)


def read_texts(folder: Traversable | Path, name: str) -> dict[str, str]:
    """Name → text of every TOML file of a folder; a mark of UTF-8 at the beginning is passed over.

    Raises InputFaults with every file that is not UTF-8.
    """
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for item in files:
        raw = item.read_bytes()
        try:
            texts[item.name] = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            faults.append(Fault("rules.not_utf8", {}, file=f"{name}/{item.name}",
                                row=raw[:error.start].count(b"\n") + 1))
    if faults:
        raise InputFaults(faults, "rules.pack_refused", pack=name)
    return texts


@dataclass
class _Heap:
    """What is gathered while a pack is read."""

    faults: list[Fault]
    roots: list[Cursor] = field(default_factory=list)

    def named(self, section: str, read: Callable[[str, Cursor], T | None]) -> dict[str, tuple[T, Cursor]]:
        """Every table of a section in all files, by its name; a name that two files define is a fault."""
        found: dict[str, tuple[T, Cursor]] = {}
        places: dict[str, Cursor] = {}
        for root in self.roots:
            for name, cursor in root.named(section):
                if name in places:
                    _tell_twice(cursor, name, places[name])
                places.setdefault(name, cursor)
                item = read(name, cursor)
                cursor.done()
                if item is not None:
                    found.setdefault(name, (item, cursor))
        return found

    def listed(self, section: str, read: Callable[[Cursor], T | None]) -> list[tuple[T, Cursor]]:
        """Every item of a repeated section in all files."""
        return [(item, cursor) for root in self.roots for cursor in root.tables(section)
                if (item := read(cursor)) is not None]


def _tell_twice(cursor: Cursor, name: str, before: Cursor) -> None:
    cursor.fault("defined_twice", found=name, file=before.document.file, line=before.document.line(before.place))


@dataclass(frozen=True)
class _Head:
    title: Title
    about: Title | None
    span: Period
    checked: dt.date
    layer: str
    bases: tuple[Pack, ...]
    dated: bool


def _assemble(name: str, heap: _Heap, above: Path | None) -> Pack | None:
    head = _read_head(name, heap, above)
    if head is None:
        for root in heap.roots:  # without a span nothing dated can be checked: say only what stands in the head
            root.asked.update(root.data)
        return None
    acts, sources = heap.named("acts", read_act), heap.named("sources", read_source)
    references = References(_values(acts), _values(sources))
    amendments = heap.listed("editions", lambda cursor: _read_amendment(cursor, references))
    changes = heap.listed("changes", _read_change)
    parameters = heap.named("parameters", lambda code, cursor: read_parameter(code, cursor, references, head.span))
    territories = heap.named("territories", lambda code, cursor: read_territories(code, cursor, references))
    documents = heap.named("documents", read_document)
    criteria = heap.listed("criteria", lambda cursor: read_criterion(cursor, name, references))
    amounts = heap.listed("amounts", lambda cursor: read_amount(cursor, references))
    validity = heap.listed("validity", lambda cursor: read_validity(cursor, references))
    clauses = heap.listed("grandfathering", lambda cursor: read_grandfathering(cursor, references))
    owed = heap.listed("obligations", lambda cursor: read_obligation(cursor, references))
    ratings = [rating for root in heap.roots if (cursor := root.table("rating"))
               and (rating := read_rating(cursor, references))]
    for root in heap.roots:
        root.done()
    _check_editions(amendments, changes, head, heap)
    for section, found in (("parameters", parameters), ("territories", territories), ("documents", documents)):
        _check_below(section, {code: cursor for code, (_, cursor) in found.items()}, head.bases)
    known = _Known(head, _values(parameters), set(territories), set(documents))
    _check_criteria(criteria, known)
    _check_rest(amounts, validity, clauses, owed, known)
    if not amendments:
        return None
    return Pack(name, head.title, head.about, head.span, head.checked, head.layer, "all",
                tuple(sorted((item for item, _ in amendments), key=lambda item: item.since)),
                tuple(sorted((item for item, _ in changes), key=lambda item: item.on)),
                _values(parameters), tuple(item for item, _ in criteria), _values(territories), _values(documents),
                tuple(item for item, _ in amounts), tuple(item for item, _ in validity),
                tuple(item for item, _ in clauses), tuple(item for item, _ in owed),
                ratings[0] if ratings else None, head.bases)


def _check_below(section: str, own: Mapping[str, Cursor], bases: Iterable[Pack]) -> None:
    """A layer above adds to the law below and never changes its numbers and lists unseen."""
    for code, cursor in own.items():
        for base in bases:
            if code in _all(section, base):
                cursor.fault("defined_below", found=code, pack=base.name)


def _values(found: Mapping[str, tuple[T, Cursor]]) -> dict[str, T]:
    return {name: item for name, (item, _) in found.items()}


def _read_head(name: str, heap: _Heap, above: Path | None) -> _Head | None:
    heads = [cursor for root in heap.roots if (cursor := root.table("pack")) is not None]
    if not heads:
        heap.faults.append(Fault("rules.no_head", {}, file=f"{name}/pack.toml", row=1))
        return None
    cursor = heads[0]
    for other in heads[1:]:
        _tell_twice(other, "pack", cursor)
    title, about = read_title(cursor), read_title(cursor, need=False, key="about")
    since, until, checked = cursor.date("from"), cursor.date("until", need=False), cursor.date("checked")
    layer, _ = cursor.choice("layer", LAYERS), cursor.choice("logic", ("all",))
    bases = tuple(base for code in cursor.texts("extends") if (base := _find_base(cursor, code, above)))
    cursor.done()
    dated = since is not None
    if since is not None and until is not None and until <= since:
        cursor.fault("period_empty", "until", since=since, until=until)
        dated = False
    for base in bases:
        if since is not None and since not in base.span:
            cursor.fault("base_later", "from", found=since, pack=base.name, first=base.span.since)
    # Without a head that can be read the rest is still read, so that all its faults are told.
    span = Period(since, until) if since is not None and dated else Period(dt.date.min)
    return _Head(title or Title("", ""), about, span, checked or dt.date.min, layer or LAYERS[0], bases, dated)


def _find_base(cursor: Cursor, code: str, above: Path | None) -> Pack | None:
    try:
        if above is not None and above.joinpath(code, "pack.toml").is_file():
            return load_pack(above / code)
        return load_pack(code)
    except InputError:
        cursor.fault("no_base", "extends", found=code, known=list(list_packs()))
    except InputFaults as refused:
        cursor.fault("base_faulty", "extends", found=code, count=len(refused.faults))
    return None


def _read_amendment(cursor: Cursor, references: References) -> Amendment | None:
    since, title, provenance = cursor.date("from"), read_title(cursor), read_provenance(cursor, references)
    day, content = cursor.choice("day", DAYS), cursor.choice("content", CONTENTS)
    if not cursor.has("act"):
        cursor.fault("key_missing", None, key="act")
    cursor.done()
    act = provenance.act if provenance else None
    if since is None or title is None or provenance is None or act is None or day is None or content is None:
        return None
    return Amendment(since, act, title, day, content, provenance)


def _read_change(cursor: Cursor) -> Change | None:
    on, area = cursor.date("on"), read_title(cursor, key="area")
    text, whom = read_title(cursor), read_title(cursor, key="whom")
    cursor.done()
    if on is None or area is None or text is None or whom is None:
        return None
    return Change(on, area, text, whom)


def _check_editions(amendments: list[tuple[Amendment, Cursor]], changes: list[tuple[Change, Cursor]], head: _Head,
                    heap: _Heap) -> None:
    """The first edition begins with the span, none repeats, each has its entry in the changelog."""
    ordered = sorted(amendments, key=lambda item: item[0].since)
    if not ordered:
        if not any(root.data.get("editions") for root in heap.roots):  # those that could not be read were told
            heap.roots[0].fault("no_editions")
        return
    first, cursor = ordered[0]
    if head.dated and first.since != head.span.since:
        cursor.fault("first_edition", "from", found=first.since, first=head.span.since)
    seen: set[dt.date] = set()
    told = {change.on for change, _ in changes}
    for amendment, cursor in ordered:
        if amendment.since in seen:
            cursor.fault("edition_twice", "from", found=amendment.since)
        if amendment.since not in told:
            cursor.fault("edition_without_change", "from", found=amendment.since)
        seen.add(amendment.since)
    for change, cursor in changes:
        if change.on not in seen:
            cursor.fault("change_without_edition", "on", found=change.on, known=sorted(seen))


@dataclass(frozen=True)
class _Known:
    """What rules may refer to: the pack's own and what the packs below have."""

    head: _Head
    own: Mapping[str, Parameter]
    territories: set[str]
    documents: set[str]

    def parameter(self, code: str) -> Parameter | None:
        return self.own.get(code) or next((found for base in self.head.bases
                                           if (found := _all_parameters(base).get(code))), None)

    def codes(self) -> list[str]:
        return sorted({*self.own, *(code for base in self.head.bases for code in _all_parameters(base))})

    def has(self, section: str, code: str) -> bool:
        own = self.territories if section == "territories" else self.documents
        return code in own or any(code in _all(section, base) for base in self.head.bases)

    def check(self, codes: Iterable[str], period: Period, cursor: Cursor) -> None:
        """Every parameter exists and has a value, or is known to be unknown, throughout the period."""
        for code in dict.fromkeys(codes):
            parameter = self.parameter(code)
            if parameter is None:
                cursor.fault("no_parameter", found=code, known=self.codes())
            elif hole := _hole(parameter, period):
                cursor.fault("parameter_hole", found=code, day=hole)


def _all(section: str, pack: Pack) -> set[str]:
    """Codes of a section in a pack and in those it lies on."""
    return {*getattr(pack, section), *(code for base in pack.bases for code in _all(section, base))}


def _all_parameters(pack: Pack) -> dict[str, Parameter]:
    return {**{code: item for base in pack.bases for code, item in _all_parameters(base).items()}, **pack.parameters}


def _hole(parameter: Parameter, period: Period) -> dt.date | None:
    """The first day of the period on which the parameter has no value; values have no gaps between them."""
    if period.since not in Period(parameter.values[0].period.since) if parameter.values else True:
        return period.since
    last = max((value.period for value in parameter.values), key=lambda item: item.since).until
    return last if last is not None and (period.until is None or last < period.until) else None


def _check_criteria(criteria: list[tuple[Criterion, Cursor]], known: _Known) -> None:
    by_code: dict[str, list[tuple[Period, Cursor]]] = {}
    below = {item.code for base in known.head.bases for item in base.criteria}
    for criterion, cursor in criteria:
        by_code.setdefault(criterion.code, []).append((criterion.period, cursor))
        known.check(criterion.parameters(), criterion.period, cursor)
        for section, code in criterion.references():
            if not known.has(section, code):
                cursor.fault("no_reference", section=section, found=code)
        if criterion.code in below:
            cursor.fault("criterion_below", "code", found=criterion.code)
    for code, given in by_code.items():
        find_period_faults(code, given, known.head.span, gaps=False)


def _check_rest(amounts: list[tuple[Amount, Cursor]], validity: list[tuple[Validity, Cursor]],
                clauses: list[tuple[Grandfathering, Cursor]], owed: list[tuple[Obligation, Cursor]],
                known: _Known) -> None:
    for amount, cursor in amounts:
        known.check(amount.parameters(), amount.period, cursor)
    find_period_faults("validity", [(item.period, cursor) for item, cursor in validity if item.when is None],
                       known.head.span, gaps=False)
    for item, cursor in validity:
        known.check(item.parameters(), item.period, cursor)
    for clause, cursor in clauses:
        known.check([clause.years], Period(clause.decided_before, known.head.span.until), cursor)
    for obligation, cursor in owed:
        known.check([obligation.years], obligation.period, cursor)
