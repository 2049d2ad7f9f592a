"""Two regions: what could go between them, what is signed, what is delivered, and the trade that nobody declared."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import polars as pl
from django.db.models import Count, Max, Q
from django.utils import timezone

from smezhnik.cooperation.access import visible_cases, visible_contracts, visible_links
from smezhnik.cooperation.actions import open_case
from smezhnik.cooperation.models import Case
from smezhnik.cooperation.pipeline import DELIVERED, Money
from smezhnik.errors import InputError
from smezhnik.imports.actions import keep, path_of
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.people.models import User
from smezhnik.progress import Progress
from smezhnik.records.access import KINDS, Viewer
from smezhnik.regions.complement import Complement, compare_plants
from smezhnik.registry.actions import enter
from smezhnik.registry.models import Need, Offer
from smezhnik.registry.rows import frame_of
from smezhnik.tables import complete
from smezhnik.types import Lang

KIND = "compare_regions"
#: Links of the register that the page reads at most, the most valuable first; inferred ones that are kept and shown.
MOST_LINKS, KEPT, SHOWN = 4_000, 60, 20


@dataclass(frozen=True)
class Sum:
    """How many contracts, and their sum in thousand roubles a year; None where it is unknown or may not be told."""

    count: int
    value_th_rub: float | None


@dataclass(frozen=True)
class Existing:
    """What there is between the two already; sums of different kinds are never added together.

    Attributes
    ----------
    signed : contracts of plants of one region with plants of the other
    delivered : those of them whose case has come to deliveries
    cases : open cases between the two, as the viewer reads them
    pairs : ids of seller and buyer that have a contract
    """

    signed: Sum
    delivered: Sum
    cases: tuple[tuple[Case, dict[str, Any]], ...]
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Trade:
    """The trade that the activities of the plants let expect, as it was calculated last.

    Attributes
    ----------
    links : table ``links``, best first; flows : as ``regions.Complement.flows``
    made_at : when; stale : an organisation has changed since
    told : counts and sums of the job
    """

    links: pl.DataFrame
    flows: pl.DataFrame
    made_at: dt.datetime
    stale: bool
    told: Mapping[str, Any]


def pair_links(viewer: Viewer, a: str, b: str) -> pl.DataFrame:
    """Kept links from plants of one region to plants of the other, as rows of ``links`` that the viewer may read.

    ``decision`` is the stage of the case that leads the pair, ``contract_id`` tells that its plants have a contract.
    """
    rows = visible_links(viewer).exclude(grade="D").filter(_crosses("offer", "need", a, b))
    found = list(rows.order_by("-value_th_rub", "id")[:MOST_LINKS])
    led = {(case.need_id, case.offer_id): case.stage for case in visible_cases(viewer).exclude(need=None)}
    joined = {(contract.seller_id, contract.buyer_id) for contract in visible_contracts(viewer)}
    kind = KINDS["link"]
    return complete(frame_of("links", ({
        **kind.seen(viewer, link), "decision": led.get((link.need_id, link.offer_id)),
        "contract_id": "–" if (link.offer.organisation_id, link.need.organisation_id) in joined else None,
    } for link in found)), "links")


def existing(viewer: Viewer, a: str, b: str) -> Existing:
    """Contracts and open cases between the two regions."""
    both = Q(seller__region=a, buyer__region=b) | Q(seller__region=b, buyer__region=a)
    contracts = list(visible_contracts(viewer).filter(both))
    cases = visible_cases(viewer).filter(both).exclude(stage__in=("closed", "declined")).order_by("next_on", "id")
    kind = KINDS["case"]
    return Existing(
        total(viewer, contracts), total(viewer, (one for one in contracts if one.case and one.case.stage in DELIVERED)),
        tuple((case, kind.seen(viewer, case)) for case in cases[:SHOWN]),
        frozenset((one.seller.public_id, one.buyer.public_id) for one in contracts))


def total(viewer: Viewer, contracts: Iterable[Any]) -> Sum:
    """The sum of contracts: to who may not read each of them only where three sellers and three buyers stand in it."""
    rows, money = list(contracts), Money()
    for one in rows:
        money.add(one.value_th_rub, one.seller_id, one.buyer_id)
    return Sum(len(rows), money.told_to(viewer))


def compare_regions(job: Job, progress: Progress) -> Effect:
    """Work out the trade of two regions by the activities of their plants; kept for all who read internal columns."""
    viewer = User.objects.get(login=job.who).viewer
    a, b = job.args["a"], job.args["b"]
    plants, stamp = _plants(viewer, a, b), _stamp(viewer, a, b)
    compared = compare_plants(plants, a, b, top=KEPT, as_of=timezone.localdate(), progress=progress)
    # whoever asked, both languages are read afterwards
    told: dict[Lang, Complement] = {lang: compared.told(lang) for lang in get_args(Lang)}
    found = told["ru"]
    return Effect(result={
        "links": {lang: _keep(one.links) for lang, one in told.items()},
        "flows": {lang: _keep(one.flows) for lang, one in told.items()},
        "table": {lang: one.table for lang, one in told.items()}, "stamp": stamp,
        "a_to_b_th_rub": found.a_to_b_th_rub, "b_to_a_th_rub": found.b_to_a_th_rub, "plants": dict(found.plants),
        "without_activity": found.without_activity, "without_output": found.without_output,
        "other_activity": found.other_activity})


def trade_jobs(viewer: Viewer, a: str, b: str) -> Any:
    """Jobs that compare the two, the latest first: what they hold everybody reads who reads internal columns."""
    if not viewer.sees("internal") or not viewer.region:
        return Job.objects.none()
    return Job.objects.filter(kind=KIND, held_by=viewer.region, args__a=a, args__b=b).order_by("-id")


def latest_trade(viewer: Viewer, a: str, b: str, lang: Lang, taken: frozenset[tuple[str, str]]) -> Trade | None:
    """The trade as it was calculated last; None where it never was. Pairs of ``taken`` are left out of the links."""
    job = trade_jobs(viewer, a, b).filter(state="done").first()
    if job is None:
        return None
    links = pl.read_ipc(path_of(job.result["links"][lang]))
    kept = [pair not in taken for pair in links.select("seller_id", "buyer_id").iter_rows()]
    flows = pl.read_ipc(path_of(job.result["flows"][lang]))
    return Trade(complete(links.filter(pl.Series(kept, dtype=pl.Boolean)), "links"), flows, job.ended_at,
                 job.result["stamp"] != _stamp(viewer, a, b), {**job.result, "table": job.result["table"][lang]})


def lead_inferred(viewer: Viewer, trade: Trade, seller_id: str, buyer_id: str, *, on: dt.date) -> Case:
    """Open a case for a link that was inferred: its need and its offer enter the register, marked as inferred.

    Raises
    ------
    InputError ``pair_gone`` where the calculation holds no such link, or the viewer does not see its plants.
    """
    row = next((row for row in trade.links.to_dicts() if (row["seller_id"], row["buyer_id"]) == (seller_id, buyer_id)),
               None)
    there = {plant.public_id: plant for plant in KINDS["organisation"].visible_to(viewer).filter(
        public_id__in=(seller_id, buyer_id), held_by=viewer.region)}
    if row is None or len(there) < 2:
        raise InputError("pair_gone")
    seller, buyer = there[seller_id], there[buyer_id]
    about = {"held_by": viewer.region, "basis": "inferred", "okpd2": row["okpd2"], "source": trade.told["table"]}
    need = Need.objects.filter(organisation=buyer, text=row["need_text"], basis="inferred", archived=False).first()
    offer = Offer.objects.filter(organisation=seller, text=row["offer_text"], basis="inferred", archived=False).first()
    for record in [one for one in (
            None if need else Need(text=row["need_text"], organisation=buyer, region=buyer.region,
                                   value_th_rub=row["value_th_rub"], **about),
            None if offer else Offer(text=row["offer_text"], organisation=seller, region=seller.region, **about))
            if one is not None]:
        record.index()
        enter(record, viewer.login)
        need, offer = (record, offer) if isinstance(record, Need) else (need, record)
    return open_case(need, offer, viewer.login, on=on)


def _plants(viewer: Viewer, a: str, b: str) -> pl.DataFrame:
    kind = KINDS["organisation"]
    rows = kind.visible_to(viewer).filter(region__in=(a, b))
    return frame_of("organisations", (kind.seen(viewer, plant) for plant in rows.iterator(chunk_size=2_000)))


def _stamp(viewer: Viewer, a: str, b: str) -> list[Any]:
    state = KINDS["organisation"].visible_to(viewer).filter(region__in=(a, b)).order_by().aggregate(
        Count("pk"), Max("changed_at"))
    last = state["changed_at__max"]
    return [state["pk__count"], last.isoformat() if last else None]


def _crosses(seller: str, buyer: str, a: str, b: str) -> Q:
    """The two sides lie in the two regions, one in each; a side without a region of its own lies where its plant is."""
    def lies(side: str, region: str) -> Q:
        return Q(**{f"{side}__region": region}) | Q(**{f"{side}__region": None,
                                                       f"{side}__organisation__region": region})

    return (lies(seller, a) & lies(buyer, b)) | (lies(seller, b) & lies(buyer, a))


def _keep(frame: pl.DataFrame) -> str:
    written = io.BytesIO()
    frame.write_ipc(written)
    return keep([written.getvalue()])[0]
