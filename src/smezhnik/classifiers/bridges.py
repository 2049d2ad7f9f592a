"""Bridges between classifications: many to many, each pair with a weight, a quality and the way it went.

No official table joins ОКПД2 and ТН ВЭД. The chain used here is ТН ВЭД (first six digits are the Harmonized System)
→ ISIC 4 → NACE 2, whose four digits are those of ОКВЭД2 and ОКПД2. ОКВЭД-2007 is NACE 1.1 down to four digits.
A table of the owner (``load_table``) goes before any chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import polars as pl

from smezhnik.classifiers.editions import load
from smezhnik.classifiers.packaged import DATA, read_tsv
from smezhnik.errors import InputError, UnknownCode

#: exact – the same group, or the only one; split – one of several, the weight is its share; wider – only a code above
#: has a counterpart, or the counterpart is wider than the code; given – from the owner's table.
Quality = Literal["exact", "split", "wider", "given"]
_WORSE: Mapping[Quality, int] = {"exact": 0, "given": 1, "split": 2, "wider": 3}

SCHEMA = {"from": pl.String, "to": pl.String, "weight": pl.Float64, "quality": pl.String, "via": pl.String}


@dataclass(frozen=True, slots=True)
class Link:
    """One counterpart of a code: its code, share of the weight, quality, and the codes passed on the way."""

    to: str
    weight: float
    quality: Quality
    via: str = ""


def bridge(code: str, from_: str, to: str, *, table: pl.DataFrame | None = None) -> pl.DataFrame:
    """Counterparts of a code in another classification.

    Parameters
    ----------
    code : as its system writes it, of any level
    from_, to : ``tnved``, ``hs2022``, ``nace2``, ``okpd2``, ``okved2``; ``okved2007`` as a source only
    table : from ``load_table``: where it knows the code or one above it, it answers instead of the chain

    Returns
    -------
    frame, one row a counterpart, heaviest first, then by code
        from, to, weight (share, sums to 1), quality, via (codes passed on the way). Empty where there is none.

    Raises
    ------
    InputError where no bridge joins the two systems.
    """
    links = _given(code, table) if table is not None else []
    if not links:
        links = [Link(code, 1.0, "exact")]
        for step in _route(from_, to):
            links = _walk(links, step)
    rows = [(code, link.to, round(link.weight, 4), link.quality, link.via)
            for link in sorted(links, key=lambda link: (-round(link.weight, 4), link.to))]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def bridge_all(codes: Iterable[str], from_: str, to: str, *, table: pl.DataFrame | None = None) -> pl.DataFrame:
    """``bridge`` of each distinct code, one under another in the order given; codes without counterpart are absent."""
    frames = [bridge(code, from_, to, table=table) for code in dict.fromkeys(codes)]
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def load_table(path: Path) -> pl.DataFrame:
    """The owner's table between two classifications, for instance ОКПД2 ↔ ТН ВЭД.

    CSV or TSV (UTF-8) or Parquet; columns ``from``, ``to``, and ``weight`` if it has one (equal shares if not).
    """
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
    else:
        frame = pl.read_csv(path, separator="\t" if path.suffix == ".tsv" else ",", infer_schema=False)
    missing = [column for column in ("from", "to") if column not in frame.columns]
    if missing:
        raise InputError("bridge_columns", file=path.name, missing=missing)
    weight = pl.col("weight").cast(pl.Float64) if "weight" in frame.columns else pl.lit(1.0)
    codes = pl.col("from", "to").cast(pl.String).str.strip_chars()
    return frame.select(codes, weight.alias("weight"))


def okved2007_of(first: int, second: int, third: int) -> str:
    """The code of ОКВЭД-2007 from the three numbers of Rosstat's open accounts, ``ok1.ok2ok3`` (15, 51, 4 → 15.51.4).

    Zeros in front are lost there: 30, 2 is 30.02 because there is no group 30.2. A third number of zero is no digit.
    """
    head = f"{first:02}"
    tail = f"{second}" if second > 9 or f"{head}.{second}" in _nace1_prefixes() else f"{second:02}"
    return f"{head}.{tail}" + (f".{third}" if third else "")


# -- steps of the chain

Step = Callable[[str], Sequence[Link]]


def is_okved2007(code: str) -> bool:
    """Whether a code can be of the old edition of ОКВЭД: its class or group stands in NACE 1.1, on which it rests."""
    digits = "".join(code.split("."))[:4]
    return digits.isdigit() and len(digits) >= 3 and bool(_nace1_classes(digits))


def _walk(links: Sequence[Link], step: Step) -> list[Link]:
    """One step further from every link; links that meet are added up."""
    found: dict[str, Link] = {}
    for link in links:
        for after in step(link.to):
            quality = max(link.quality, after.quality, key=_WORSE.__getitem__)
            via = " → ".join(part for part in (link.via, after.via) if part)
            if (before := found.get(after.to)) is None:
                found[after.to] = Link(after.to, link.weight * after.weight, quality, via)
                continue
            heavier = before if before.weight >= link.weight * after.weight else Link(after.to, 0, quality, via)
            found[after.to] = Link(after.to, before.weight + link.weight * after.weight, heavier.quality, heavier.via)
    total = sum(link.weight for link in found.values())
    return [Link(link.to, link.weight / total, link.quality, link.via) for link in found.values()]


def _given(code: str, table: pl.DataFrame) -> list[Link]:
    """Counterparts in the owner's table of the code or of the nearest one above it."""
    digits = code.replace(".", "")
    for size in range(len(digits), 1, -1):
        rows = table.filter(pl.col("from").str.replace_all(".", "", literal=True) == digits[:size])
        if len(rows):
            total = float(rows["weight"].sum())
            quality: Quality = "given" if size == len(digits) else "wider"
            return [Link(to, weight / total, quality) for to, weight in rows.select("to", "weight").iter_rows()]
    return []


def _tnved_to_hs(code: str) -> list[Link]:
    classifier = load("hs2022")
    code = code.replace(" ", "")[:6]
    if len(code) < 6:  # a chapter or a heading stands for the subheadings under it
        below = [item for item in classifier.below(code) if len(item) == 6]
        return [Link(item, 1 / len(below), "split", f"HS {item}") for item in below]
    return [Link(code, 1.0, "exact", f"HS {code}")] if code in classifier else []


def _hs_to_tnved(code: str) -> list[Link]:
    found = load("tnved").normalise(code)
    return [Link(found, 1.0, "exact")] if found else []


def _hs_to_nace(code: str) -> list[Link]:
    subheadings = [code] if len(code) == 6 else load("hs2022").below(code)
    rows = [row for item in subheadings for row in _hs_nace().get(item, ())]
    total = sum(weight for *_, weight in rows)
    return [Link(nace, weight / total, "exact" if len(rows) == 1 else "split", f"ISIC {isic} → NACE {nace}")
            for isic, nace, weight in rows]


def _nace_to_hs(code: str) -> list[Link]:
    digits = code.replace(".", "")
    rows = [row for nace, rows in _nace_hs().items() if nace.startswith(digits[:4]) for row in rows]
    total = sum(weight for *_, weight in rows)
    return [Link(hs, weight / total, "exact" if len(rows) == 1 else "split", f"NACE {nace} → ISIC {isic}")
            for hs, isic, nace, weight in rows]


def _same_digits(system: str) -> Step:
    """Four digits are the same by construction; deeper ones differ, and a class that one side lacks is taken wider."""

    def step(code: str) -> list[Link]:
        classifier = load(system)
        digits = code.replace(".", "")
        for size in range(min(4, len(digits)), 1, -1):
            listed = digits[:2] + ("." + digits[2:size] if size > 2 else "")
            if listed in classifier:
                return [Link(listed, 1.0, "exact" if size == len(digits) else "wider")]
        return []

    return step


def _okved2007_to_nace(code: str) -> list[Link]:
    """By four digits; where NACE 1.1 lacks the class, all classes of the nearest group above. Equal shares.

    Repair and installation (NACE 2 division 33) was cut out of every industry: it is left out where another class
    remains.
    """
    digits = "".join(code.split(".")[:2])[:4]
    for size in range(len(digits), 1, -1):
        found = _nace1_classes(digits[:size])
        if found:
            kept = [nace for nace in found if not nace.startswith("33")] or found
            quality: Quality = "wider" if size < len(digits) else "exact" if len(kept) == 1 else "split"
            return [Link(nace, 1 / len(kept), quality, f"NACE {nace}") for nace in kept]
    return []


# -- tables of the chain

def _nace1_classes(digits: str) -> list[str]:
    """Classes of NACE 2 for a class of NACE 1.1 or for all classes of a wider group."""
    table = _nace1_nace2()
    if len(digits) == 4:
        return sorted(table.get(digits.rstrip("0"), []))
    return sorted({nace for key, found in table.items() if key.startswith(digits) for nace in found})


@cache
def _hs_nace() -> Mapping[str, list[tuple[str, str, float]]]:
    found: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for hs, isic, nace, weight in read_tsv(DATA / "hs_nace2.tsv.gz").iter_rows():
        found[hs].append((isic, nace, float(weight)))
    return found


@cache
def _nace_hs() -> Mapping[str, list[tuple[str, str, str, float]]]:
    found: dict[str, list[tuple[str, str, str, float]]] = defaultdict(list)
    for hs, rows in _hs_nace().items():
        for isic, nace, weight in rows:
            found[nace.replace(".", "")].append((hs, isic, nace, weight))
    return found


@cache
def _nace1_nace2() -> Mapping[str, list[str]]:
    """Digits of a NACE 1.1 class without trailing zeros → classes of NACE 2."""
    found: dict[str, list[str]] = defaultdict(list)
    for nace1, nace2 in read_tsv(DATA / "nace1_nace2.tsv.gz").iter_rows():
        digits = nace2.replace(".", "").ljust(4, "0")  # published without trailing zeros: 24.1 is 24.10
        found[nace1.replace(".", "")].append(f"{digits[:2]}.{digits[2:]}")
    return found


@cache
def _nace1_prefixes() -> frozenset[str]:
    keys = [key.ljust(4, "0") for key in _nace1_nace2()]
    return frozenset(f"{key[:2]}.{key[2:size]}" for key in keys for size in (3, 4))


_STEPS: Mapping[tuple[str, str], Step] = {
    ("tnved", "hs2022"): _tnved_to_hs, ("hs2022", "tnved"): _hs_to_tnved,
    ("hs2022", "nace2"): _hs_to_nace, ("nace2", "hs2022"): _nace_to_hs,
    ("nace2", "okpd2"): _same_digits("okpd2"), ("nace2", "okved2"): _same_digits("okved2"),
    ("okpd2", "nace2"): _same_digits("nace2"), ("okved2", "nace2"): _same_digits("nace2"),
    ("okpd2", "okved2"): _same_digits("okved2"), ("okved2", "okpd2"): _same_digits("okpd2"),
    ("okved2007", "nace2"): _okved2007_to_nace,
}


def _route(from_: str, to: str) -> list[Step]:
    """The shortest way between two systems."""
    ways: dict[str, list[Step]] = {from_: []}
    waiting = [from_]
    while waiting and to not in ways:
        here = waiting.pop(0)
        for (left, right), step in _STEPS.items():
            if left == here and right not in ways:
                ways[right] = [*ways[here], step]
                waiting.append(right)
    systems = {system for pair in _STEPS for system in pair}
    if from_ not in systems or to not in systems:
        raise UnknownCode("unknown_system", found=to if from_ in systems else from_, known=sorted(systems))
    if to not in ways:
        raise InputError("no_bridge", from_=from_, to=to, known=sorted(f"{left} → {right}" for left, right in _STEPS))
    return ways[to]
