"""Which facts the law of a day asks for: what a cluster has to collect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

from smezhnik.rules.criteria import Test
from smezhnik.rules.criteria.counting import Count, DistinctValues, ShareOfSum, SumOf
from smezhnik.rules.criteria.scores import Score
from smezhnik.rules.criteria.shares import ShareOfEach, ShareOfTotal
from smezhnik.rules.criteria.statements import FactIs, HasDocuments, InWindow, NumberIs
from smezhnik.rules.criteria.who import Who
from smezhnik.rules.law import Law
from smezhnik.rules.pack import Edition

Asked = tuple[Literal["member", "cluster"], str]


@dataclass(frozen=True)
class Wanted:
    """Facts of members and facts of the cluster, in the order in which the criteria ask."""

    members: tuple[str, ...]
    cluster: tuple[str, ...]


def find_wanted(edition: Edition) -> Wanted:
    """What the criteria of the day ask for, each fact once."""
    tests = [test for item in edition.criteria for test in (item.unless, item.test) if test is not None]
    found = list(dict.fromkeys(asked for test in tests for asked in _of_test(test, edition.law)))
    return Wanted(tuple(fact for holder, fact in found if holder == "member"),
                  tuple(fact for holder, fact in found if holder == "cluster"))


def _of_test(test: Test, law: Law) -> Iterator[Asked]:
    match test:
        case Count():
            pass
        case DistinctValues(label=label):
            yield "member", label
        case SumOf(number=number) | ShareOfEach(number=number) | ShareOfTotal(number=number):
            yield "member", number
        case ShareOfSum(part=part, whole=whole):
            yield "member", part
            yield "member", whole
        case FactIs(fact=fact) | NumberIs(fact=fact) | InWindow(fact=fact):
            yield "cluster", fact
        case HasDocuments(documents=documents):
            yield from (("cluster", f"document.{code}") for code in documents)
        case Score(items=items):
            yield from (("cluster", item.fact) for item in items)
    if isinstance(test, ShareOfEach | ShareOfTotal):
        yield "member", "volume"
    for attribute in fields(test):
        yield from _of_part(getattr(test, attribute.name), law)


def _of_part(part: object, law: Law) -> Iterator[Asked]:
    """Tests and choices of members inside a test."""
    match part:
        case Who():
            yield from _of_who(part, law)
        case Test():
            yield from _of_test(part, law)
        case tuple():
            for item in part:
                if isinstance(item, Test):
                    yield from _of_test(item, law)


def _of_who(who: Who, law: Law) -> Iterator[Asked]:
    if who.roles or who.not_roles:
        yield "member", "roles"
    for fact in (*who.flags, *who.not_flags, *([who.label] if who.label else ())):
        yield "member", fact
    if who.territory is not None:
        listed = law.territories[who.territory]
        yield "member", listed.label
        if listed.flag is not None:
            yield "member", listed.flag
    if who.joined_within is not None:
        yield "member", "since"
    for option in who.options:
        yield from _of_who(option, law)
