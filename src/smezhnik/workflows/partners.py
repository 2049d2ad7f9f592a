"""Partners for stored needs: at once for one of them, in the background for all of a region."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Any

import polars as pl
from django.db import connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from smezhnik.cooperation.actions import write_links
from smezhnik.errors import InputError
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.matching.match import Matcher
from smezhnik.matching.ranking import Ranker
from smezhnik.matching.settings import MatchSettings
from smezhnik.matching.sides import Flags
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.records.access import KINDS, SEES, Viewer
from smezhnik.records.actions import act
from smezhnik.records.journal import Anchor, anchor
from smezhnik.records.models import Action, Change
from smezhnik.registry.frames import offer_frame
from smezhnik.registry.models import Need, Offer
from smezhnik.registry.rows import frame_of, need_row
from smezhnik.workflows.enrich import FILLED

log = logging.getLogger(__name__)
#: Candidates of a need that are kept, and matchers that a process keeps warm.
TOP, WARM = 20, 4


#: Kinds of records that a row of an offer is made from.
_MADE_FROM = ("offer", "organisation", "site")
#: Offers asked for at once.
_PIECE = 1_000
#: Seconds that somebody waits for a matcher to be made anew; records that may change until everybody waits for it.
PATIENCE_S, MOST_WAITING = 1.0, 5_000


@dataclass(frozen=True)
class _Warm:
    """A matcher over the offers that one kind of viewer sees on a day, and the end of the journal up to which they
    were looked at.
    """

    on: dt.date
    seen: Anchor
    matcher: Matcher
    took_s: float


@dataclass(frozen=True)
class Ready:
    """A matcher that answers at once.

    Attributes
    ----------
    free : its offers that are still what they were; None for all
    waiting : offers that were entered or changed since, or whose plant was: the next matcher will know them
    """

    matcher: Matcher
    free: Flags | None = None
    waiting: int = 0


_kept: OrderedDict[tuple[Any, ...], _Warm] = OrderedDict()
_beside: set[tuple[Any, ...]] = set()
_lock, _making = Lock(), Lock()


def find_partners(need: Need, viewer: Viewer, *, on: dt.date, top: int = TOP) -> pl.DataFrame:
    """Candidates for one need among the offers that the viewer sees, best first: rows of the table ``links``.

    What the viewer does not see enters neither the candidates nor the weights of words, and no reason tells it.
    """
    ready = ready_matcher(viewer, on)
    links = ready.matcher.match(frame_of("needs", [seen_need(need, viewer)]), ready.free)
    return links.filter(pl.col("rank") <= top)


def seen_need(need: Need, viewer: Viewer) -> dict[str, Any]:
    """A row of ``needs`` with what the viewer may read of it; its place may come from its organisation."""
    fields = KINDS["need"].visible_fields(viewer, need)
    row = _placed(need_row(need), need.organisation)
    return {name: value if name in fields else None for name, value in row.items()}


def match_needs(job: Job, progress: Progress) -> Effect:
    """Match needs of a region with its offers and keep the links: all its needs, or those that the job names."""
    viewer = Viewer(job.who, "ministry", job.held_by)
    rows = KINDS["need"].visible_to(viewer)
    if job.args.get("needs"):
        rows = rows.filter(public_id__in=job.args["needs"])
    needs = {need.public_id: need for need in rows}
    if not needs:
        raise InputError("match_no_needs")
    on = timezone.localdate()
    matcher = matcher_of(viewer, on, progress=progress)
    found = matcher.whole(need_frame(list(needs.values())), progress=progress).to_dicts()
    wanted = sorted({row["offer_id"] for row in found})
    offers = {offer.public_id: offer for start in range(0, len(wanted), _PIECE) for offer in Offer.objects.filter(
        held_by=job.held_by, public_id__in=wanted[start:start + _PIECE])}
    progress(Step("write", 0, None))

    def write() -> Mapping[str, Any]:
        with act(job.who, "cooperation.match", held_by=job.held_by, needs=len(needs)) as made:
            done = write_links(made, job.held_by, found, needs, offers)
            made.details |= done
        return done

    return Effect(write, {"needs": len(needs), "links": len(found)})


def need_frame(needs: list[Need]) -> pl.DataFrame:
    """Stored needs as the table ``needs``, with the place and group of their organisations."""
    return frame_of("needs", (_placed(need_row(need), need.organisation) for need in needs))


def _placed(row: dict[str, Any], whose: Any) -> dict[str, Any]:
    """A row that says no place of its own has that of its organisation: all of it, never a mixture."""
    if whose is None or any(row[name] is not None for name in ("region", "latitude", "longitude")):
        return row
    return {**row, **{column: getattr(whose, name) for name, column in FILLED.items() if row[column] is None}}


def matcher_of(viewer: Viewer, on: dt.date, *, progress: Progress = no_progress) -> Matcher:
    """A matcher over what the viewer sees, made anew where an offer, or whose it is, has changed since."""
    key = _key(viewer)
    with _making:  # whoever comes meanwhile waits: two at once would take twice the memory and twice the time
        now = anchor()  # before the rows: what is written meanwhile is met by the next who asks
        warm = _kept.get(key)
        if warm is not None and warm.on == on and (warm.seen == now or not _changed(warm.seen, viewer)):
            warm = replace(warm, seen=now)
        else:
            began = time.monotonic()
            frame = offer_frame(KINDS["offer"].visible_to(viewer), viewer)
            matcher = Matcher(frame, on=on, settings=replace(MatchSettings(), top=TOP), ranker=Ranker.load(),
                              progress=progress)
            warm = _Warm(on, now, matcher, time.monotonic() - began)
        with _lock:
            _kept[key] = warm
            _kept.move_to_end(key)
            while len(_kept) > WARM:
                _kept.popitem(last=False)
        return warm.matcher


def ready_matcher(viewer: Viewer, on: dt.date) -> Ready:
    """A matcher to ask at once: the one of the records as they stand where it is there or soon made; else the last one
    without what has changed since, while the next one is made beside.
    """
    key, now = _key(viewer), anchor()
    with _lock:
        warm = _kept.get(key)
    if warm is not None and (warm.on, warm.seen) == (on, now):
        return Ready(warm.matcher)
    if warm is None or warm.on != on or warm.took_s < PATIENCE_S or not _follows(warm.seen):
        return Ready(matcher_of(viewer, on))
    changes = _changes(warm.seen, viewer)
    touched: dict[str, set[str]] = {kind: set() for kind in _MADE_FROM}
    for kind, record in changes.values_list("kind", "record").distinct()[:MOST_WAITING + 1]:
        touched[kind].add(record)
    if sum(map(len, touched.values())) > MOST_WAITING:
        return Ready(matcher_of(viewer, on))
    if not any(touched.values()):
        with _lock:
            if _kept.get(key) is warm:
                _kept[key] = replace(warm, seen=now)
        return Ready(warm.matcher)
    whose = Offer.objects.filter(Q(organisation__public_id__in=touched["organisation"]) | Q(
        site__public_id__in=touched["site"])).values_list("public_id", flat=True)
    waiting = touched["offer"] | set(whose)
    _make_beside(viewer, on)
    free = ~warm.matcher.offers["offer_id"].is_in(list(waiting)).to_numpy()
    return Ready(warm.matcher, free, len(waiting))


def _make_beside(viewer: Viewer, on: dt.date) -> None:
    """Make the next matcher in a thread, unless one is at it."""
    key = _key(viewer)
    with _lock:
        if key in _beside:
            return
        _beside.add(key)

    def make() -> None:
        try:
            matcher_of(viewer, on)
        except Exception:
            log.exception("the next matcher could not be made")
        finally:
            with _lock:
                _beside.discard(key)
            connections.close_all()  # those of this thread

    Thread(target=make, daemon=True).start()


def _key(viewer: Viewer) -> tuple[Any, ...]:
    return viewer.region, SEES[viewer.role], viewer.organisation


def _changed(seen: Anchor, viewer: Viewer) -> bool:
    """Whether the journal tells of a change after that place of what a matcher of the viewer is made from."""
    return not _follows(seen) or _changes(seen, viewer).exists()


def _follows(seen: Anchor) -> bool:
    """Whether the journal is the one of that place; another one where the database was restored."""
    return not seen.number or Action.objects.filter(number=seen.number, hash=seen.hash).exists()


def _changes(seen: Anchor, viewer: Viewer) -> QuerySet[Change]:
    """Changes after that place of what a matcher of the viewer is made from."""
    changes = Change.objects.filter(action__number__gt=seen.number, kind__in=_MADE_FROM).order_by()
    return changes.filter(action__held_by__in=(viewer.region, "")) if viewer.region else changes
