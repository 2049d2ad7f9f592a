"""Organisations that may be one: suggested with a reason, merged by a person, parted again by undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from smezhnik.matching.names import read_name
from smezhnik.matching.reconcile import ASK_FROM, reconcile
from smezhnik.messages import say
from smezhnik.progress import Progress, no_progress
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.models import Organisation
from smezhnik.types import Lang


@dataclass(frozen=True)
class Suspicion:
    """Two records that may be one organisation; ``kept`` is the one that says more. ``probability`` is None where a
    number of the state is the same and no likeness is needed.
    """

    kept: Organisation
    other: Organisation
    reason: str
    probability: float | None


def find_duplicates(viewer: Viewer, *, lang: Lang, progress: Progress = no_progress) -> list[Suspicion]:
    """Pairs of organisations that may be one, the surest first.

    Three questions: is an ИНН or ОГРН the same; is one without both called like one that has them (the reconciliation
    of ``smezhnik reconcile``, from its lower threshold on); are two without both called alike but for the legal form.
    Two that have different ИНН are two.
    """
    known = list(KINDS["organisation"].visible_to(viewer))
    found = [*_same_number(known, lang), *_like_known(known, lang, progress), *_same_name(known, lang)]
    seen: set[frozenset[int]] = set()
    unique = []
    for one in found:
        pair = frozenset((one.kept.pk, one.other.pk))
        if pair not in seen:
            seen.add(pair)
            unique.append(one)
    return sorted(unique, key=lambda one: (-(one.probability or 2), one.kept.sort_key, one.kept.pk))


def _same_number(known: list[Organisation], lang: Lang) -> Iterator[Suspicion]:
    for column in ("inn", "ogrn"):
        by_number: dict[str, list[Organisation]] = defaultdict(list)
        for organisation in known:
            if number := getattr(organisation, column):
                by_number[number].append(organisation)
        for number, some in by_number.items():
            yield from _each(some, say(f"web.duplicates.{column}", lang, number=number))


def _same_name(known: list[Organisation], lang: Lang) -> Iterator[Suspicion]:
    by_name: dict[tuple[tuple[str, ...], str | None], list[Organisation]] = defaultdict(list)
    for organisation in known:
        words = tuple(sorted(read_name(organisation.name).words))
        if words and not (organisation.inn or organisation.ogrn):
            by_name[words, organisation.region].append(organisation)
    for some in by_name.values():
        yield from _each(some, say("web.duplicates.name", lang))


def _each(some: list[Organisation], reason: str) -> Iterator[Suspicion]:
    """All others against the one that says most."""
    first, *rest = sorted(some, key=lambda item: (-_said(item), item.pk))
    yield from (Suspicion(first, other, reason, None) for other in rest)


def _like_known(known: list[Organisation], lang: Lang, progress: Progress) -> Iterator[Suspicion]:
    named = {item.inn: item for item in known if item.inn}
    bare = [item for item in known if not item.inn and not item.ogrn]
    if not named or not bare:
        return
    schema = {"name": pl.String, "region": pl.String}
    asked = pl.DataFrame([(item.name, item.region) for item in bare], schema=schema, orient="row")
    register = pl.DataFrame([(item.name, item.region, inn) for inn, item in named.items()],
                            schema={**schema, "inn": pl.String}, orient="row")
    rows = reconcile(asked, register, top=1, lang=lang, progress=progress).filter(pl.col("probability") >= ASK_FROM)
    for row in rows.iter_rows(named=True):
        yield Suspicion(named[row["inn"]], bare[row["row"] - 1], row["reason"], row["probability"])


def _said(item: Organisation) -> int:
    return sum(getattr(item, name) is not None for name in item.content_fields())
