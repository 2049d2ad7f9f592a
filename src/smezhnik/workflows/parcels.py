"""An agreement between two installations without a server between them: a signed file goes out, another comes back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from pydantic import ValidationError

from smezhnik.accords.access import visible_agreements
from smezhnik.accords.actions import Edition, Signatories, latest_of, write_agreement, write_plan, write_word
from smezhnik.accords.exchange import may_exchange, trust
from smezhnik.accords.models import Agreement, Commitment, Confirmation, Neighbour, Parcel
from smezhnik.accords.package import (
    NEEDS,
    Heading,
    Package,
    RoadMap,
    Side,
    Terms,
    Value,
    Wanted,
    Word,
    content_of,
    digest_of_plan,
    promises_in,
    read_package,
    row_in,
)
from smezhnik.accords.queries import commitments_of, standing_plan
from smezhnik.accords.rows import signed_rows
from smezhnik.accords.sealed import LARGEST, fingerprint, own_key, public_of, seal, unseal
from smezhnik.errors import InputError, UnknownCode
from smezhnik.people.models import User
from smezhnik.promises.target import MEASURES
from smezhnik.records.access import Viewer
from smezhnik.records.actions import Act, act
from smezhnik.records.ids import read_id
from smezhnik.registry.access import visible_needs
from smezhnik.workflows.promise_records import Promised, count_records, may_tell

__all__ = ["LARGEST", "Arrival", "Difference", "agreement_of", "fingerprint", "home", "look", "ministry", "own_public",
           "send", "take", "trust"]
#: Columns of an agreement that both sides have alike; where they do not, it is shown and left.
SHARED = ("title", "number", "kind", "signed_on", "place", "in_force_from", "term_kind", "until", "renewal",
          "renew_years", "notice_months", "coordinator")
#: How far the clock of a neighbour may be ahead.
AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True)
class Difference:
    """One thing in which a package differs from what stands here.

    Attributes
    ----------
    what : ``agreement`` (entered anew), ``linked``, ``plan`` (a later edition), ``word`` (the neighbour's side on an
        item): these are taken; ``value`` and ``field`` are shown side by side, and each side keeps its own
    of : number of the item, or column of the agreement
    money : its values are thousand roubles
    """

    what: str
    of: str = ""
    was: Any = None
    now: Any = None
    money: bool = False

    @property
    def taken(self) -> bool:
        """Whether taking the package changes it here."""
        return self.what not in ("value", "field")


@dataclass(frozen=True)
class Arrival:
    """A package that was opened and compared; ``before``: it was taken already."""

    package: Package
    neighbour: Neighbour
    digest: str
    agreement: Agreement | None
    differences: tuple[Difference, ...]
    before: Parcel | None


def home() -> Path:
    """The folder of the installation, where its key lies."""
    return Path(settings.HOME)


def ministry(login: str) -> Viewer:
    """Who signs and takes packages from the command line.

    Raises
    ------
    InputError where the user is not of the ministry of a region, or is shut out.
    """
    user = User.objects.filter(login=login.strip().casefold(), is_active=True).first()
    if user is None or not may_exchange(user.viewer, user.region):
        raise InputError("exchange_ministry", login=login)
    viewer: Viewer = user.viewer
    return viewer


def agreement_of(viewer: Viewer, public_id: str) -> Agreement:
    """An agreement that the viewer may see.

    Raises
    ------
    UnknownCode where there is none.
    """
    found = visible_agreements(viewer).filter(public_id=read_id(public_id)).first()
    if found is None:
        raise UnknownCode("record_absent", found=public_id)
    return found


def own_public() -> str:
    """The public key of this installation."""
    return public_of(own_key(home()))


def send(agreement: Agreement, who: str, *, on: dt.date) -> bytes:
    """A signed package for the other side, as of a day; that it went is noted.

    Raises
    ------
    InputError where the agreement is closed, its parties are not of two regions, or something is too long for it.
    """
    if agreement.confidential:
        raise InputError("package_closed")
    try:
        file = seal(content_of(_collect(agreement, on)), own_key(home()))
    except ValidationError as error:
        raise InputError("package_long", place=".".join(str(part) for part in error.errors()[0]["loc"])) from error
    with act(who, "accords.send_parcel", held_by=agreement.held_by) as made:
        made.create([Parcel(held_by=agreement.held_by, agreement=agreement, made_on=on, on=on, who=who,
                            digest=_digest(file))])
    return file


def look(raw: bytes, held_by: str, *, on: dt.date, into: Agreement | None = None) -> Arrival:
    """Open a package, and say in what it differs from what stands here; nothing is written.

    Parameters
    ----------
    into : an agreement that was entered here by hand and is the same

    Raises
    ------
    InputError where the file was changed, its key is not one of a neighbour, it breaks the schema, speaks for somebody
    else, comes from the future, or answers another plan than the one that stands here.
    """
    opened = unseal(raw)
    if opened.key == own_public():
        raise InputError("package_own")
    neighbour = Neighbour.objects.filter(held_by=held_by, key=opened.key, archived=False).first()
    if neighbour is None:
        raise InputError("package_unknown", fingerprint=fingerprint(opened.key))
    package = read_package(opened.content)
    regions = {one.region for one in package.agreement.parties}
    if package.region != neighbour.region or not {package.region, held_by} <= regions:
        raise InputError("package_not_yours", says=package.region, key_of=neighbour.region, ours=held_by)
    if package.made_on > on + AHEAD or any(word.on > package.made_on for word in package.words):
        raise InputError("package_future", day=package.made_on)
    shared = package.agreement.id
    found = Agreement.objects.filter(Q(shared_id=shared) | Q(public_id=shared, shared_id=None), held_by=held_by,
                                     archived=False).first() or into
    digest = _digest(raw)
    before = Parcel.objects.filter(held_by=held_by, digest=digest, archived=False).first()
    main = {row.no: row.measure for row in reversed(package.plan.rows if package.plan is not None else [])}
    differences = tuple(replace(one, money=_is_sum(main.get(one.of))) if one.what == "word" else one
                        for one in _compare(package, found, on))
    return Arrival(package, neighbour, digest, found, differences, before)


def take(raw: bytes, held_by: str, who: str, *, on: dt.date, into: Agreement | None = None) -> Agreement:
    """Take a package in as one action; one that was taken before changes nothing.

    Raises
    ------
    InputError as ``look`` does.
    """
    seen = look(raw, held_by, on=on, into=into)
    if seen.before is not None:
        return seen.before.agreement
    with act(who, "accords.take_parcel", held_by=held_by, neighbour=seen.neighbour.region, digest=seen.digest) as made:
        Neighbour.objects.select_for_update().get(pk=seen.neighbour.pk)  # two who press at once: the second waits
        seen = look(raw, held_by, on=on, into=into)
        if seen.before is not None:
            raise InputError("package_taken", day=seen.before.on)
        return _write(made, seen, who, on)


def _write(made: Act, seen: Arrival, who: str, on: dt.date) -> Agreement:
    package, held_by = seen.package, seen.neighbour.held_by
    agreement = seen.agreement
    if agreement is None:
        agreement = _agreement_of(package, held_by)
        write_agreement(made, agreement, Signatories(
            [{"body": one.body, "region": one.region, "post": one.post, "coordinator": one.coordinator}
             for one in sorted(package.agreement.parties, key=lambda one: one.side)],
            [(one.title, one.industries) for one in package.agreement.directions]))
    elif agreement.public_id != package.agreement.id and agreement.shared_id is None:
        made.change(agreement, {"shared_id": package.agreement.id})
    parcel = Parcel(held_by=held_by, agreement=agreement, neighbour=seen.neighbour, made_on=package.made_on, on=on,
                    who=who, digest=seen.digest, values=[one.model_dump(mode="json") for one in package.values],
                    needs=[one.model_dump(mode="json") for one in package.needs])
    made.create([parcel])
    if package.plan is not None and any(one.what == "plan" for one in seen.differences):
        write_plan(made, agreement, promises_in(package.plan), _about(package.plan, seen.digest), package.plan.edition)
    words = {one.no: one for one in package.words if any(
        change.what == "word" and change.of == one.no for change in seen.differences)}
    side = _side_of(agreement, package.region)
    computed = {one.no: one.value for one in reversed(package.values)}
    for item in _items(agreement):
        if (word := words.get(item.no)) is not None:
            write_word(made, Confirmation(
                held_by=held_by, commitment=item, side=side, on=word.on, who=seen.neighbour.region, agrees=word.agrees,
                value=word.value, computed=computed.get(item.no), note=word.note, parcel=parcel))
    return agreement


def _agreement_of(package: Package, held_by: str) -> Agreement:
    told = package.agreement
    return Agreement(held_by=held_by, shared_id=told.id, state=told.state,
                     **{name: getattr(told, name) for name in SHARED})


def _about(plan: RoadMap, digest: str) -> Edition:
    return Edition(plan.title, plan.since, plan.until, plan.approved_by, plan.approved_on, "", digest)


def _compare(package: Package, agreement: Agreement | None, on: dt.date) -> Iterator[Difference]:
    told, plan = package.agreement, package.plan
    numbers = {one.no for one in promises_in(plan)} if plan is not None else set()
    if not {one.no for one in package.words} | {one.no for one in package.values} <= numbers:
        raise InputError("package_plan")
    if agreement is None:
        yield Difference("agreement", now=told.title)
        yield from (Difference("plan", now=plan) for _ in range(plan is not None))
        yield from (Difference("word", one.no, now=one) for one in package.words)
        return
    if agreement.public_id != told.id and agreement.shared_id is None:
        yield Difference("linked", now=told.title)
    yield from (Difference("field", name, ours, theirs) for name in SHARED
                if (ours := getattr(agreement, name)) != (theirs := getattr(told, name)))
    items = _items(agreement)
    standing = standing_plan(agreement)
    if plan is not None and (standing is None or plan.edition > standing.edition):
        yield Difference("plan", was=standing, now=plan)
        yield from (Difference("word", one.no, now=one) for one in package.words)
        return
    if plan is not None and standing is not None and digest_of_plan(plan.rows) != digest_of_plan(_rows(items)):
        raise InputError("package_other_plan", ours=standing.edition, theirs=plan.edition)
    yield from _compare_words(package, agreement, items)
    yield from _compare_values(package, count_records(items, agreement.held_by, on=on))


def _compare_words(package: Package, agreement: Agreement, items: list[Commitment]) -> Iterator[Difference]:
    side, there = _side_of(agreement, package.region), {one.no: one for one in items}
    for word in package.words:
        said = [one for one in there[word.no].confirmations.all() if one.side == side and not one.archived]
        if not any((one.on, one.agrees, one.value, one.note) == (word.on, word.agrees, word.value, word.note)
                   for one in said):
            yield Difference("word", word.no, latest_of(there[word.no]).get(side), word)


def _compare_values(package: Package, counted: list[Promised]) -> Iterator[Difference]:
    ours = {(one.record.no, part.target.measure): part.value for one in counted for part in one.parts}
    for told in package.values:
        own = ours.get((told.no, told.measure))
        if told.value is not None and own is not None and told.value != own:
            yield Difference("value", told.no, own, told.value, _is_sum(told.measure))


def _is_sum(measure: str | None) -> bool:
    return measure is not None and MEASURES[measure].unit == "th_rub"


def _collect(agreement: Agreement, on: dt.date) -> Package:
    """All that goes out is what anybody in the region may read: it is looked at with the eyes of an auditor."""
    region = agreement.held_by
    viewer = Viewer("", "auditor", region)
    items, plan = _items(agreement), standing_plan(agreement)
    parties = [one for one in agreement.party_rows.all() if not one.archived]
    headings = [one for one in agreement.direction_rows.all() if not one.archived]
    counted = count_records(items, region, on=on)
    side = _side_of(agreement, region)
    return Package(
        made_on=on, region=region,
        agreement=Terms(
            id=agreement.shared_id or agreement.public_id, state=agreement.state,
            parties=[Side(side=one.side, body=one.body, region=one.region, post=one.post,
                          coordinator=one.coordinator) for one in parties],
            directions=[Heading(title=one.title, industries=one.industries) for one in headings],
            **{name: getattr(agreement, name) for name in SHARED}),
        plan=RoadMap(edition=plan.edition, title=plan.title, since=plan.since, until=plan.until,
                     approved_by=plan.approved_by, approved_on=plan.approved_on,
                     rows=_rows(items)) if plan is not None else None,
        values=[Value(no=one.record.no, measure=part.target.measure, state=part.state,
                      value=part.value if may_tell(part, viewer) else None) for one in counted for part in one.parts],
        words=[word for one in counted if (word := _word_of(one, side, viewer, on)) is not None],
        needs=_needs(viewer, [code for one in headings for code in one.industries]))


def _word_of(one: Promised, side: int, viewer: Viewer, on: dt.date) -> Word | None:
    """What our side said here of an item by the day; a value that few firms make is not told."""
    said = latest_of(one.record).get(side)
    if said is None or said.parcel_id is not None or said.on > on:
        return None
    told = one.main is None or may_tell(one.main, viewer)
    return Word(no=one.record.no, on=said.on, agrees=said.agrees, value=said.value if told else None, note=said.note)


def _needs(viewer: Viewer, industries: list[str]) -> list[Wanted]:
    """Open needs of the industries of the agreement, the newest first; what is needed, and not by whom."""
    wanted = tuple(code.replace(".", "") for code in industries)
    found: list[Wanted] = []
    for text, code, unit in visible_needs(viewer).order_by("-id").values_list("text", "okpd2", "unit").iterator():
        if not wanted or (code or "").replace(".", "").startswith(wanted):
            found.append(Wanted(text=text[:4_000], okpd2=code, unit=unit))
            if len(found) == NEEDS:
                break
    return found


def _items(agreement: Agreement) -> list[Commitment]:
    plan = standing_plan(agreement)
    return list(commitments_of([plan])) if plan is not None else []


def _rows(items: list[Commitment]) -> list[Any]:
    return [row_in(row) for item in items for row in signed_rows(item)]


def _side_of(agreement: Agreement, region: str) -> int:
    """The side that a region stands for.

    Raises
    ------
    InputError where no party is of that region.
    """
    sides: Mapping[str, int] = {one.region: one.side for one in agreement.party_rows.all() if not one.archived}
    if region not in sides:
        raise InputError("package_no_side", region=region)
    return sides[region]


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
