"""Rating schemes: TOML files, checked as a whole, all faults at once with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import cast

from smezhnik.errors import Fault, InputError, InputFaults
from smezhnik.messages import Words
from smezhnik.places import TIES, TieRule
from smezhnik.regions.rating.scheme import (
    INDEX,
    JOINS,
    MISSING,
    NORMALS,
    OUTLIERS,
    WEIGHTS,
    Block,
    Choices,
    Denominator,
    Indicator,
    Joining,
    JoinMethod,
    Missing,
    MissingMethod,
    Normalisation,
    NormalMethod,
    OutlierMethod,
    Outliers,
    Scheme,
    Ties,
    Weighting,
    WeightMethod,
)
from smezhnik.regions.rating.weights import RANDOM_INDEX
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.toml import Place, read_toml

#: Sums of weights that differ from one by less are one: 0.333 three times is not.
ROUNDING = 1e-6


def list_schemes() -> list[str]:
    """Names of the schemes that are shipped."""
    return sorted(item.name.removesuffix(".toml") for item in _shipped().iterdir() if item.name.endswith(".toml"))


def _shipped() -> Path:
    return Path(str(resources.files("smezhnik.regions.rating") / "schemes"))


def scheme_file(name: str) -> Path:
    """The file of a scheme: a shipped one by its name, otherwise the path; InputError where there is neither."""
    if name in list_schemes():
        return _shipped() / f"{name}.toml"
    if not Path(name).is_file():
        raise InputError("rating.no_scheme", found=name, known=list_schemes())
    return Path(name)


def read_scheme(name: str) -> Scheme:
    """A scheme by the name of a shipped one or by its file.

    Raises
    ------
    InputError where there is no such file; InputFaults with everything that is wrong with it.
    """
    file = scheme_file(name)
    return parse_scheme(file.read_text("utf-8-sig"), file.name)


def parse_scheme(text: str, file: str) -> Scheme:
    """A scheme from the text of its file; InputFaults as ``read_scheme``."""
    document = read_toml(text, file)
    faults = list(document.faults)
    cursor = Cursor.of(document, faults)
    scheme = _read(cursor)
    cursor.done()
    checks: tuple[Callable[[Scheme], Iterable[_Wrong]], ...] = (_find_wrong_names, _find_wrong_weights,
                                                               _find_wrong_methods)
    if scheme is not None and not faults:  # what could not be read would be missed everywhere else
        faults += [Fault(f"rating.{wrong.code}", wrong.fields, file=file, row=document.line(wrong.place))
                   for check in checks for wrong in check(scheme)]
    if faults or scheme is None:
        raise InputFaults(sorted(faults, key=lambda fault: fault.row or 0), "rating.scheme_refused", file=file)
    return scheme


class _Wrong:
    """What does not fit together, and where."""

    def __init__(self, code: str, place: Place, **fields: object) -> None:
        self.code, self.place, self.fields = code, place, fields


def _read(cursor: Cursor) -> Scheme | None:
    code, title, note = cursor.text("code"), _words(cursor), _words(cursor, "note", need=False)
    index = _words(cursor, "index", need=False) or title
    source, year = _words(cursor, "source", need=False), cursor.number("year", need=False)
    regions, groups = cursor.flag("regions"), cursor.texts("groups")
    denominators = tuple(filter(None, map(_denominator, cursor.tables("denominators"))))
    blocks = tuple(filter(None, map(_block, cursor.tables("blocks", need=True))))
    indicators = tuple(item for one in cursor.tables("indicators", need=True)
                       if (item := _indicator(one, source, year)) is not None)
    parts = (_missing(cursor), _outliers(cursor), _normalisation(cursor.table("normalisation")), _weighting(cursor),
             _joining(cursor), _ties(cursor), _choices(cursor))
    if code is None or title is None or index is None:
        return None
    return Scheme(code, title, index, indicators, blocks, note, regions, denominators, groups, *parts)


def _words(cursor: Cursor, key: str = "", *, need: bool = True) -> Words | None:
    ru_key, en_key = (f"{key}_ru", f"{key}_en") if key else ("ru", "en")
    need = need or cursor.has(ru_key) or cursor.has(en_key)
    ru, en = cursor.text(ru_key, need=need), cursor.text(en_key, need=need)
    return Words(ru, en) if ru is not None and en is not None else None


def _number(cursor: Cursor, key: str, default: float) -> float:
    value = cursor.number(key, need=False)
    return default if value is None else value


def _denominator(cursor: Cursor) -> Denominator | None:
    code, title, unit = cursor.text("code"), _words(cursor), _words(cursor, "unit")
    cursor.done()
    return None if code is None or title is None or unit is None else Denominator(code, title, unit)


def _block(cursor: Cursor) -> Block | None:
    code, title, weight = cursor.text("code"), _words(cursor), _number(cursor, "weight", 1.0)
    parent = cursor.text("parent", need=False) or INDEX
    cursor.done()
    return None if code is None or title is None else Block(code, title, weight, parent)


def _indicator(cursor: Cursor, source: Words | None, year: float | None) -> Indicator | None:
    code, title, block, unit = cursor.text("code"), _words(cursor), cursor.text("block"), _words(cursor, "unit")
    better = cursor.choice("better", ("more", "less"))
    weight, per = _number(cursor, "weight", 1.0), cursor.text("per", need=False)
    own, own_year = _words(cursor, "source", need=False), cursor.number("year", need=False)
    least, most, target = (cursor.number(key, need=False) for key in ("least", "most", "target"))
    posts = _numbers(cursor, "goalposts", 2)
    steerable = cursor.data.get("steerable", True)
    cursor.flag("steerable")
    cursor.done()
    if code is None or title is None or block is None or unit is None:
        return None
    when = own_year if own_year is not None else year
    return Indicator(code, title, block, unit, -1 if better == "less" else 1, weight, own or source,
                     None if when is None else int(when), per, least, most,
                     None if posts is None else (posts[0], posts[1]), target, steerable is not False)


def _numbers(cursor: Cursor, key: str, count: int | None = None) -> tuple[float, ...] | None:
    values = cursor.take(key, (list,), "list", need=False)
    if values is None:
        return None
    if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in values) or (
            count is not None and len(values) != count):
        cursor.fault("wrong_kind.number", key, found=str(values))
        return None
    return tuple(float(value) for value in values)


def _missing(cursor: Cursor) -> Missing:
    inner = cursor.table("missing")
    return Missing() if inner is None else _one_missing(inner)


def _one_missing(inner: Cursor) -> Missing:
    own = Missing()
    method = inner.choice("method", MISSING, need=False) or own.method
    found = Missing(cast(MissingMethod, method), inner.text("group", need=False),
                    int(_number(inner, "neighbours", own.neighbours)), _number(inner, "least_share", own.least_share))
    inner.done()
    return found


def _outliers(cursor: Cursor) -> Outliers:
    inner, own = cursor.table("outliers"), Outliers()
    if inner is None:
        return own
    method = inner.choice("method", OUTLIERS) or own.method
    found = Outliers(cast(OutlierMethod, method), _number(inner, "skew", own.skew),
                     _number(inner, "kurtosis", own.kurtosis), int(_number(inner, "points", own.points)),
                     _number(inner, "power", own.power))
    inner.done()
    return found


def _normalisation(inner: Cursor | None) -> Normalisation:
    own = Normalisation()
    if inner is None:
        return own
    method = cast(NormalMethod, inner.choice("method", NORMALS) or own.method)
    if method == "z_score":
        found = Normalisation(method, _number(inner, "mean", 50.0), _number(inner, "deviation", 10.0))
    else:
        found = Normalisation(method, _number(inner, "low", own.low), _number(inner, "high", own.high))
    inner.done()
    return found


def _weighting(cursor: Cursor) -> Weighting:
    inner, own = cursor.table("weights"), Weighting()
    if inner is None:
        return own
    method = inner.choice("method", WEIGHTS) or own.method
    relative, shares = inner.flag("relative"), _numbers(inner, "shares", 2)
    comparisons: dict[str, tuple[tuple[float, ...], ...]] = {}
    for one in inner.tables("comparisons"):
        parent, rows = one.text("of"), one.take("matrix", (list,), "list", need=True)
        one.done()
        if parent is None or rows is None:
            continue
        if all(isinstance(row, list) and all(isinstance(cell, (int, float)) for cell in row) for row in rows):
            comparisons[parent] = tuple(tuple(float(cell) for cell in row) for row in rows)
        else:
            one.fault("wrong_kind.number", "matrix", found=str(rows))
    inner.done()
    return Weighting(cast(WeightMethod, method), relative, own.shares if shares is None else (shares[0], shares[1]),
                     comparisons)


def _joining(cursor: Cursor) -> Joining:
    inner = cursor.table("joining")
    if inner is None:
        return Joining()
    method = inner.choice("method", JOINS, need=False) or "arithmetic"
    by_block: dict[str, JoinMethod] = {}
    names = inner.table("by_block")
    for code in names.data if names is not None else ():
        if names is not None and (found := names.choice(code, JOINS)) is not None:
            by_block[code] = cast(JoinMethod, found)
    inner.done()
    return Joining(cast(JoinMethod, method), by_block)


def _ties(cursor: Cursor) -> Ties:
    inner = cursor.table("ties")
    if inner is None:
        return Ties()
    rule, decimals = inner.choice("rule", TIES), inner.number("decimals", need=False)
    inner.done()
    return Ties(cast(TieRule, rule or "standard"), None if decimals is None else int(decimals))


def _choices(cursor: Cursor) -> Choices:
    inner, own = cursor.table("choices"), Choices()
    if inner is None:
        return own
    missing = tuple(_one_missing(one) for one in inner.tables("missing"))
    points = _numbers(inner, "points") or ()
    normals = tuple(_normalisation(one) for one in inner.tables("normalisations"))
    joins = inner.texts("joins", choices=JOINS)
    found = Choices(missing, tuple(int(point) for point in points), normals,
                    tuple(join for join in JOINS if join in joins), _number(inner, "block_noise", own.block_noise),
                    _number(inner, "indicator_noise", own.indicator_noise),
                    int(_number(inner, "weight_sets", own.weight_sets)))
    inner.done()
    return found


def _find_wrong_names(scheme: Scheme) -> Iterator[_Wrong]:
    """Codes given twice or leading nowhere, blocks that hold nothing or lie in a circle."""
    for kind, items in (("indicators", scheme.indicators), ("blocks", scheme.blocks),
                        ("denominators", scheme.denominators)):
        codes = [item.code for item in items]
        yield from (_Wrong("code_twice", (kind, number), found=code) for number, code in enumerate(codes)
                    if code in codes[:number] or code == INDEX)
    blocks = {item.code: item for item in scheme.blocks}
    for number, item in enumerate(scheme.indicators):
        if item.block not in blocks:
            yield _Wrong("no_block", ("indicators", number, "block"), found=item.block, known=list(blocks))
        if item.per is not None and item.per not in {one.code for one in scheme.denominators}:
            yield _Wrong("no_denominator", ("indicators", number, "per"), found=item.per,
                         known=[one.code for one in scheme.denominators])
        if item.code in blocks:
            yield _Wrong("code_twice", ("indicators", number), found=item.code)
    holders = {item.block for item in scheme.indicators} | {item.parent for item in scheme.blocks}
    for number, block in enumerate(scheme.blocks):
        if block.code not in holders:
            yield _Wrong("hollow_block", ("blocks", number), found=block.code)
        if block.parent != INDEX and block.parent not in blocks:
            yield _Wrong("no_block", ("blocks", number, "parent"), found=block.parent, known=list(blocks))
        elif _circles(block, blocks):
            yield _Wrong("circle", ("blocks", number, "parent"), found=block.code)


def _circles(block: Block, blocks: Mapping[str, Block]) -> bool:
    seen: set[str] = set()
    code = block.code
    while code in blocks and code not in seen:
        seen.add(code)
        code = blocks[code].parent
    return code in seen


def _children(scheme: Scheme) -> dict[str, list[tuple[str, float]]]:
    """Parent → its children and their weights."""
    found: dict[str, list[tuple[str, float]]] = {}
    for item in scheme.indicators:
        found.setdefault(item.block, []).append((item.code, item.weight))
    for block in scheme.blocks:
        found.setdefault(block.parent, []).append((block.code, block.weight))
    return found


def _find_wrong_weights(scheme: Scheme) -> Iterator[_Wrong]:
    """Weights below zero, sums that are not one, comparisons that fit no children."""
    weights = {"indicators": [item.weight for item in scheme.indicators],
               "blocks": [block.weight for block in scheme.blocks]}
    for kind, values in weights.items():
        yield from (_Wrong("weight_below_zero", (kind, number, "weight"), found=value)
                    for number, value in enumerate(values) if value < 0)
    children = _children(scheme)
    if scheme.weighting.method == "given":
        for parent, held in children.items():
            total = sum(weight for _, weight in held)
            if total <= 0 or (not scheme.weighting.relative and abs(total - 1) > ROUNDING):
                yield _Wrong("weights_sum", ("weights",), parent=parent, total=total)
    blocks = sum(1 for parent, held in children.items() if any(code in scheme.codes for code, _ in held))
    least, most = scheme.weighting.shares
    if scheme.weighting.method == "envelopment" and not 0 <= least * blocks <= 1 <= most * blocks:
        yield _Wrong("shares", ("weights", "shares"), least=least, most=most, count=blocks)
    if scheme.weighting.method == "hierarchy":
        for number, (parent, matrix) in enumerate(scheme.weighting.comparisons.items()):
            count, place = len(children.get(parent, ())), ("weights", "comparisons", number)
            if not count or len(matrix) != count or any(len(row) != count for row in matrix):
                yield _Wrong("comparison_size", place, parent=parent, count=count,
                             known=[code for code, _ in children.get(parent, ())])
            elif count >= len(RANDOM_INDEX) or any(
                    matrix[one][two] <= 0 or abs(matrix[one][two] * matrix[two][one] - 1) > 0.02
                    for one in range(count) for two in range(count)):
                yield _Wrong("comparison_mirror", place, parent=parent)


def _find_wrong_methods(scheme: Scheme) -> Iterator[_Wrong]:
    """Methods that lack what they need."""
    chosen = (scheme.normalisation, *scheme.choices.normalisations)
    for method, attribute in (("goalposts", "goalposts"), ("distance_to_target", "target")):
        if any(item.method == method for item in chosen):
            yield from (_Wrong("no_goal", ("indicators", number), key=attribute, method=method, found=item.code)
                        for number, item in enumerate(scheme.indicators) if getattr(item, attribute) is None)
    for number, item in enumerate(scheme.indicators):
        if item.goalposts is not None and item.goalposts[0] == item.goalposts[1]:
            yield _Wrong("goalposts_equal", ("indicators", number, "goalposts"), found=item.code)
    for one in chosen:
        if (one.method == "z_score" and one.high <= 0) or (one.method != "z_score" and one.high <= one.low):
            yield _Wrong("ends", ("normalisation",), low=one.low, high=one.high)
    for filling in (scheme.missing, *scheme.choices.missing):
        if filling.method.startswith("group_") and filling.group not in scheme.groups:
            yield _Wrong("no_group", ("missing",), found=filling.group, known=list(scheme.groups))
        if not 0 <= filling.least_share <= 1:
            yield _Wrong("least_share", ("missing", "least_share"), found=filling.least_share)
    known = {item.code for item in scheme.blocks} | {INDEX}
    for code in scheme.joining.by_block:
        if code not in known:
            yield _Wrong("no_block", ("joining", "by_block", code), found=code, known=sorted(known))
    strict = {scheme.joining.method, *scheme.joining.by_block.values()} & {"geometric", "harmonic"}
    scale = scheme.normalisation
    if strict and scale.method != "z_score" and scale.low < 0:
        yield _Wrong("below_zero_scale", ("normalisation", "low"), method=sorted(strict), low=scale.low)
