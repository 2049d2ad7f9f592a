"""What people do with links and cases: open, step, decline, sign; and what a calculation writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from smezhnik.cooperation.models import (
    Case,
    CaseStep,
    Claim,
    Cluster,
    ClusterDocument,
    ClusterFact,
    Contract,
    Delivery,
    Link,
    Member,
)
from smezhnik.cooperation.queries import as_members
from smezhnik.errors import InputError
from smezhnik.records.actions import Act, act
from smezhnik.records.models import Action, Record
from smezhnik.registry.models import Need, Offer, Organisation
from smezhnik.tables.links import DECISIONS

#: Candidates that are asked for a need unless somebody says more, and at most ever.
ASKED, MOST_ASKED = 20, 100
SIDES = ("seller", "buyer")
#: Columns of a case that name what caused it, the nearest cause first: the first that is filled is the primary one.
ORIGINS = ("meeting_id", "event_id", "order_id", "commitment_id", "agreement_id")
#: Stages at which a candidate has been asked.
_ASKED_AT = DECISIONS[1:]


def open_case(need: Need | None, offer: Offer | None, who: str, *, on: dt.date, next_on: dt.date | None = None,
              note: str = "", link: Link | None = None, origins: Mapping[str, Any] | None = None) -> Case:
    """Begin to lead a pair to a contract; of a pair that has an open case, that case.

    Raises
    ------
    InputError where there is neither a need nor an offer.
    """
    if need is None and offer is None:
        raise InputError("case_of_nothing")
    there = Case.objects.filter(need=need, offer=offer, archived=False).exclude(stage__in=("closed", "declined"))
    if need is not None and offer is not None and (found := there.first()):
        return found
    case = _new_case(need, offer, link, who, on)
    case.next_on = next_on
    for name, value in (origins or {}).items():
        if name in (*ORIGINS, "also_ids") and value:
            setattr(case, name, value)
    with act(who, "cooperation.open_case", held_by=case.held_by) as made:
        made.create([case])
        made.create([_step(case, who, on, note)])
    return case


def open_cases(links: Sequence[Link], who: str, *, on: dt.date) -> Action | None:
    """Begin to lead the pairs of links, as one action that is undone as one; those that a case leads already stay.

    Parameters
    ----------
    links : of one region

    Returns
    -------
    the row of the journal; None where every pair has its case
    """
    led = set(Case.objects.filter(need__in=[link.need_id for link in links], archived=False).values_list(
        "need", "offer"))
    free = [link for link in links if (link.need_id, link.offer_id) not in led]
    if not free:
        return None
    cases = [_new_case(link.need, link.offer, link, who, on) for link in free]
    with act(who, "cooperation.open_cases", held_by=free[0].held_by) as made:
        made.create(cases)
        made.create([_step(case, who, on, "") for case in cases])
    return made.action


def _new_case(need: Need | None, offer: Offer | None, link: Link | None, who: str, on: dt.date) -> Case:
    one: Any = need if need is not None else offer
    return Case(held_by=one.held_by, need=need, offer=offer, buyer=need and need.organisation,
                seller=offer and offer.organisation, stage="proposed", lead=who, opened_on=on, stage_on=on,
                potential_th_rub=link.value_th_rub if link else getattr(need, "value_th_rub", None),
                basis=link.basis if link else one.basis)


def step(case: Case, stage: str, who: str, *, on: dt.date, expected: int, note: str = "",
         next_on: dt.date | None = None, decline_reason: str = "", more_asks: bool = False,
         file: tuple[str, str] | None = None) -> Case:
    """Bring a case to a stage, or note something at the one where it stands.

    Parameters
    ----------
    on : the day of the step; not before the last one
    decline_reason : why it was declined; a must for that stage
    more_asks : ask more than ``ASKED`` candidates of the need, up to ``MOST_ASKED``
    file : name and hash of a file that belongs to the step

    Raises
    ------
    InputError that names what is missing: a contract before "contracted", a reason for a refusal, words for a step
    back, room for one more candidate; Stale where somebody else moved the case meanwhile.
    """
    if stage not in DECISIONS:
        raise InputError("case_stage", found=stage, stages=list(DECISIONS))
    back = stage != "declined" and DECISIONS.index(stage) < DECISIONS.index(case.stage)
    if back and not note.strip():
        raise InputError("case_back_without_note")
    if stage == "declined" and not decline_reason.strip():
        raise InputError("case_decline_without_reason")
    if stage in ("contracted", "delivering") and not Contract.objects.filter(case=case, archived=False).exists():
        raise InputError("case_without_contract", stage=stage)
    last = case.steps.order_by("-on").first()
    if last is not None and on < last.on:
        raise InputError("case_step_before", day=on, last=last.on)
    if next_on is not None and next_on < on:
        raise InputError("case_next_before", day=next_on, on=on)
    if stage == "contacted" and case.need is not None and case.stage == "proposed":
        _check_asks(case.need, more_asks)
    with act(who, "cooperation.step_case", held_by=case.held_by, reason=note, stage=stage) as made:
        made.change(case, {
            "stage": stage, "stage_on": on if stage != case.stage else case.stage_on,
            "next_on": None if stage in ("closed", "declined") else next_on,
            "decline_reason": decline_reason or None if stage == "declined" else None,
        }, expected=expected)
        made.create([_step(case, who, on, note, file)])
    return case


def sign(case: Case | None, seller: Organisation, buyer: Organisation, who: str, **values: Any) -> Contract:
    """Enter a contract; with a case it proves that case.

    Raises
    ------
    InputError where somebody would sell to itself (``Contract.check``).
    """
    contract = Contract(held_by=case.held_by if case else seller.held_by, case=case, seller=seller, buyer=buyer,
                        **{"basis": "declared", "kind": "supply", **values})
    with act(who, "cooperation.sign_contract", held_by=contract.held_by) as made:
        made.create([contract])
    return contract


def attribute(case: Case, origins: Mapping[str, str], who: str, *, expected: int) -> Case:
    """Say which promises a case came of; its contracts inherit them. An empty id takes an origin away.

    Raises
    ------
    Stale where somebody else changed the case meanwhile.
    """
    with act(who, "cooperation.attribute_case", held_by=case.held_by) as made:
        made.change(case, {name: value or None for name, value in origins.items() if name in ORIGINS},
                    expected=expected)
    return case


def deliver(contract: Contract, who: str, *, on: dt.date, value_th_rub: float, paper: str = "") -> Delivery:
    """Note what was delivered under a contract.

    Raises
    ------
    InputError where that was before the contract was signed.
    """
    if contract.signed_on is not None and on < contract.signed_on:
        raise InputError("delivery_before", day=on, signed=contract.signed_on)
    delivery = Delivery(held_by=contract.held_by, contract=contract, on=on, value_th_rub=value_th_rub, paper=paper)
    with act(who, "cooperation.deliver", held_by=contract.held_by) as made:
        made.create([delivery])
    return delivery


def claim(contract: Contract, side: str, who: str, *, on: dt.date, value_th_rub: float | None = None, note: str = ""
          ) -> Claim:
    """Note what the seller or the buyer says of a contract; what it said before stays in sight.

    Raises
    ------
    InputError where the side is neither of the two.
    """
    if side not in SIDES:
        raise InputError("claim_side", found=side)
    told = Claim(held_by=contract.held_by, contract=contract, side=side, on=on, who=who, value_th_rub=value_th_rub,
                 note=note)
    with act(who, "cooperation.claim", held_by=contract.held_by) as made:
        made.create([told])
    return told


def found_cluster(records: Sequence[Record], who: str) -> None:
    """Enter a cluster with all that belongs to it; what others refer to comes before them."""
    with act(who, "cooperation.found_cluster", held_by=records[0].held_by) as made:
        made.create(records)


def join_cluster(cluster: Cluster, organisation: Organisation, who: str, *, roles: Sequence[str] = (),
                 since: dt.date | None = None) -> Member:
    """Take an organisation into a cluster; what other memberships know of it comes with it (``as_members``).

    Raises
    ------
    InputError where it is in already.
    """
    if Member.objects.filter(cluster=cluster, organisation=organisation, archived=False).exists():
        raise InputError("member_already", name=organisation.name)
    member, = as_members([organisation], cluster.held_by, cluster=cluster, since=since, roles=list(roles) or None)
    with act(who, "cooperation.join_cluster", held_by=cluster.held_by) as made:
        made.create([member])
    return member


def tell_member(member: Member, who: str, expected: int, **values: Any) -> None:
    """Say what is known of a member besides the record of its organisation.

    Raises
    ------
    Stale where somebody else has changed it since.
    """
    with act(who, "cooperation.tell_member", held_by=member.held_by) as made:
        made.change(member, values, expected=expected)


def add_document(cluster: Cluster, document: str, who: str, **values: Any) -> ClusterDocument:
    """Enter a document of a cluster.

    Raises
    ------
    InputError where it would end before it begins.
    """
    since, until = values.get("valid_from"), values.get("valid_until")
    if since is not None and until is not None and until <= since:
        raise InputError("document_period", since=since, until=until)
    made_of = ClusterDocument(held_by=cluster.held_by, cluster=cluster, document=document, **values)
    with act(who, "cooperation.add_document", held_by=cluster.held_by) as made:
        made.create([made_of])
    return made_of


def leave_cluster(member: Member, who: str, *, until: dt.date) -> None:
    """End a membership on the first day on which it no longer counts; the member stays in the history of the cluster.

    Raises
    ------
    InputError where that is not after the day of joining.
    """
    if member.since is not None and until <= member.since:
        raise InputError("member_until", name=member.organisation.name, since=member.since)
    with act(who, "cooperation.leave_cluster", held_by=member.held_by) as made:
        made.change(member, {"until": until})


def tell_fact(cluster: Cluster, fact: str, value: str | None, who: str, *, source: str | None = None) -> None:
    """Say what is known of a cluster: a fact of the table ``cluster_facts``, in the words of a file."""
    there = ClusterFact.objects.filter(cluster=cluster, fact=fact, archived=False).first()
    with act(who, "cooperation.tell_fact", held_by=cluster.held_by, fact=fact) as made:
        if there is None:
            made.create([ClusterFact(held_by=cluster.held_by, cluster=cluster, fact=fact, value=value, source=source)])
        else:
            made.change(there, {"value": value, "source": source})


def write_links(made: Act, held_by: str, found: Iterable[Mapping[str, Any]], needs: Mapping[str, Need],
                offers: Mapping[str, Offer]) -> dict[str, int]:
    """Keep what a calculation found for these needs: links that it no longer finds go, unless a case holds them.

    Parameters
    ----------
    found : rows of the table ``links``; ids are public ids
    needs, offers : records by public id

    Returns
    -------
    counts: created, changed, gone.
    """
    columns = [field.name for field in Link._meta.concrete_fields if field.name in _CALCULATED]
    there = {(link.need_id, link.offer_id): link for link in Link.objects.filter(
        held_by=held_by, need__in=[need.pk for need in needs.values()])}
    led = set(Case.objects.filter(held_by=held_by, archived=False).values_list("need_id", "offer_id"))
    created: list[Link] = []
    changes: list[tuple[Link, dict[str, Any]]] = []
    seen: set[tuple[int, int]] = set()
    for row in found:
        need, offer = needs[row["need_id"]], offers[row["offer_id"]]
        values = {name: row[name] for name in columns}
        seen.add((need.pk, offer.pk))
        link = there.get((need.pk, offer.pk))
        if link is None:
            created.append(Link(held_by=held_by, need=need, offer=offer, **values))
        else:
            changes.append((link, {**values, "archived": False}))
    gone = [(link, {"archived": True}) for pair, link in there.items()
            if pair not in seen and pair not in led and not link.archived]
    made.create(created)
    return {"created": len(created), "changed": made.change_all(changes),
            "gone": made.change_all(gone, verb="archived")}


#: Columns of a link that a calculation gives.
_CALCULATED = frozenset({"rank", "probability", "score", "base", "grade", "reasons", "gaps", "basis", "quantity",
                         "unit", "value_th_rub", "imported_th_rub", "distance_km", "as_of"})


def _check_asks(need: Need, more: bool) -> None:
    asked = Case.objects.filter(need=need, archived=False, stage__in=_ASKED_AT).count()
    if asked >= MOST_ASKED:
        raise InputError("case_asked_most", count=asked, most=MOST_ASKED)
    if asked >= ASKED and not more:
        raise InputError("case_asked_many", count=asked, most=MOST_ASKED)


def _step(case: Case, who: str, on: dt.date, note: str, file: tuple[str, str] | None = None) -> CaseStep:
    name, digest = file or ("", "")
    return CaseStep(held_by=case.held_by, case=case, on=on, who=who, stage=case.stage, note=note,
                    next_on=case.next_on, file=name, digest=digest)
