"""What an agreement has brought: cases, contracts and members that its promises caused, each once, by industry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from smezhnik.accords.models import Agreement, Commitment, Order
from smezhnik.activities.models import Event, PairMeeting
from smezhnik.cooperation.actions import ORIGINS
from smezhnik.cooperation.models import Case, Contract
from smezhnik.promises.evidence import Evidence, ancestors
from smezhnik.promises.origins import Cause, Sums, names_any, total, trace
from smezhnik.workflows.activity_evidence import causes_of

#: Industries that are told apart; the rest is one row.
SHOWN = 8


@dataclass(frozen=True)
class Industry:
    """A class of products with what it brought; the sum is None where no contract has one."""

    code: str
    contracts: int
    firms: int
    signed: float | None


@dataclass(frozen=True)
class Brought:
    """What an agreement has brought by a day.

    Attributes
    ----------
    cases, contracts, links : how many, each once; links are pairs of firms
    events : those held for it, and those that its cases name; clusters : those that its members joined
    sums : potential, signed and delivered, which are never added
    firms : in its contracts
    """

    cases: int
    contracts: int
    links: int
    events: int
    clusters: int
    firms: int
    sums: Sums
    industries: tuple[Industry, ...]


def what_it_brought(agreement: Agreement, evidence: Evidence, parents: Any, *, on: dt.date) -> Brought:
    """What the promises of an agreement have caused by a day.

    Parameters
    ----------
    evidence : with contracts, deliveries and cases; parents : promise → promises that it serves
    """
    ours = {one for one in parents if agreement.public_id in ancestors(one, parents)} | {agreement.public_id}
    rows = evidence.frame.filter(
        pl.col("on") <= on, ~pl.col("cancelled").fill_null(False), (pl.col("basis") != "inferred").fill_null(True),
        names_any(ours))
    contracts = rows.filter(pl.col("kind") == "contract")
    cases = rows.filter(pl.col("kind") == "case")
    delivered = rows.filter(pl.col("kind") == "delivery")["value_th_rub"].drop_nulls()
    ids = cases["evidence_id"].to_list()
    potential = [value for value in Case.objects.filter(public_id__in=ids).values_list("potential_th_rub", flat=True)
                 if value is not None]
    events = {*Case.objects.filter(public_id__in=ids, event_id__isnull=False).values_list("event_id", flat=True),
              *rows.filter(pl.col("kind") == "event")["evidence_id"]}
    signed = total(contracts.select(contract="evidence_id", signed="value_th_rub").with_columns(
        potential=pl.lit(None, pl.Float64), delivered=pl.lit(None, pl.Float64)))
    joined = evidence.frame.filter(pl.col("kind") == "membership", pl.col("on") <= on, names_any(ours))
    return Brought(
        cases.height, contracts.height, contracts.unique(["from_org", "to_org"]).height, len(events),
        joined["cluster"].n_unique(), _firms(contracts),
        Sums(signed.contracts, sum(potential) if potential else None, signed.signed,
             float(delivered.sum()) if len(delivered) else None), tuple(_industries(contracts)))


def _firms(contracts: pl.DataFrame) -> int:
    return int(pl.concat([contracts["from_org"], contracts["to_org"]]).drop_nulls().n_unique())


def _industries(contracts: pl.DataFrame) -> list[Industry]:
    """By the first two digits of the product, else of the seller's activity; the largest sum first."""
    coded = contracts.with_columns(code=pl.coalesce("okpd2", "okved2").str.slice(0, 2))
    found = []
    for (code,), some in coded.group_by("code", maintain_order=True):
        known = some["value_th_rub"].drop_nulls()
        found.append(Industry(str(code or ""), some.height, _firms(some), float(known.sum()) if len(known) else None))
    return sorted(found, key=lambda one: (-(one.signed or 0.0), -one.contracts, one.code))[:SHOWN]


def trace_contract(contract: Contract) -> list[tuple[Cause, Any]]:
    """The chain behind a contract, each step with its record where it is one of these rooms."""
    case = contract.case
    known: dict[str, dict[str, dict[str, str | None]]] = {"contract": {contract.public_id: {
        "case": case.public_id if case is not None else None}}}
    if case is not None:
        names = dict(zip(("pair_meeting", "event", "order", "commitment", "agreement"), ORIGINS, strict=True))
        known["case"] = {case.public_id: {kind: getattr(case, name) for kind, name in names.items()}}
        met = PairMeeting.objects.filter(public_id=case.meeting_id or "").select_related("event").first()
        if met is not None:
            known["pair_meeting"] = {met.public_id: {"event": met.event.public_id}}
        event = met.event if met is not None else Event.objects.filter(public_id=case.event_id or "").first()
        if event is not None:
            known["event"] = {event.public_id: causes_of(event)}
        _know_promises(known, case, causes_of(event))
    return [(cause, _record(cause, contract)) for cause in trace(contract.public_id, known)]


def _know_promises(known: dict[str, dict[str, dict[str, str | None]]], case: Case, of_event: Mapping[str, str | None]
                   ) -> None:
    """Add what the order and the commitment of a case, or of its event, serve."""
    order = Order.objects.filter(public_id=case.order_id or of_event["order"] or "").select_related(
        "commitment", "agreement").first()
    if order is not None:
        known["order"] = {order.public_id: {"commitment": order.commitment and order.commitment.public_id,
                                            "agreement": order.agreement and order.agreement.public_id}}
    named = [case.commitment_id, order.commitment.public_id if order is not None and order.commitment else None,
             of_event["commitment"]]
    for item in Commitment.objects.filter(public_id__in=[one for one in named if one]).select_related(
            "plan__agreement"):
        known.setdefault("commitment", {})[item.public_id] = {"agreement": item.plan.agreement.public_id}


def _record(cause: Cause, contract: Contract) -> Any:
    if cause.id is None:
        return None
    models: dict[str, Any] = {"order": Order, "commitment": Commitment, "agreement": Agreement, "event": Event,
                              "pair_meeting": PairMeeting}
    if cause.kind in ("contract", "case"):
        return contract if cause.kind == "contract" else contract.case
    return models[cause.kind].objects.filter(public_id=cause.id, held_by=contract.held_by).first()
