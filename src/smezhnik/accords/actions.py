"""What people do with agreements: enter, bring to a stage, load a plan, confirm what was done, move and drop items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smezhnik.accords.models import Agreement, Aim, Commitment, Confirmation, Direction, Order, Party, Plan
from smezhnik.errors import InputError
from smezhnik.promises.plan import Promise
from smezhnik.records.actions import Act, act

#: Stage → stages that may follow it.
STAGES: Mapping[str, tuple[str, ...]] = {
    "draft": ("agreed", "signed", "terminated"), "agreed": ("draft", "signed", "terminated"),
    "signed": ("in_force", "terminated"), "in_force": ("renewed", "term_over", "terminated"),
    "renewed": ("renewed", "term_over", "terminated"), "term_over": ("renewed",), "replaced": (), "terminated": ()}
#: Stages of an agreement that binds its parties.
STANDING = ("signed", "in_force", "renewed")
#: Fields that say what a promise counts.
AIM_FIELDS = frozenset(one.name for one in Aim._meta.concrete_fields)
_ITEM = frozenset(one.name for one in Commitment._meta.concrete_fields) - {"plan", "id"}


@dataclass(frozen=True)
class Edition:
    """What is said of a plan besides its items."""

    title: str
    since: dt.date | None = None
    until: dt.date | None = None
    approved_by: str = ""
    approved_on: dt.date | None = None
    file: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Signatories:
    """Who signs, in their order, and the directions: (title, industries)."""

    parties: Sequence[Mapping[str, Any]]
    directions: Sequence[tuple[str, Sequence[str]]] = field(default=())


def enter_agreement(agreement: Agreement, signed_by: Signatories, who: str) -> Agreement:
    """Enter an agreement with its parties; one that takes the place of another ends that one.

    Raises
    ------
    InputError where there are fewer than two parties, one without a post, a term that ends before it begins, or where
    it would take the place of itself.
    """
    with act(who, "accords.enter_agreement", held_by=agreement.held_by) as made:
        write_agreement(made, agreement, signed_by)
    return agreement


def write_agreement(made: Act, agreement: Agreement, signed_by: Signatories) -> None:
    """The same as a part of a larger action."""
    if len(signed_by.parties) < 2:
        raise InputError("agreement_parties", count=len(signed_by.parties))
    rows = [Party(held_by=agreement.held_by, agreement=agreement, side=side, **party)
            for side, party in enumerate(signed_by.parties, 1)]
    directions = [Direction(held_by=agreement.held_by, agreement=agreement, title=title, industries=list(industries))
                  for title, industries in signed_by.directions]
    made.create([agreement])
    made.create([*rows, *directions])
    _replace_former(made, agreement)


def bring_agreement(agreement: Agreement, stage: str, who: str, *, on: dt.date, expected: int, note: str = "",
                    until: dt.date | None = None) -> Agreement:
    """Bring an agreement to a stage: signed on a day, renewed until one, ended with words.

    Raises
    ------
    InputError where the stage does not follow, where an end has no words, a renewal no new last day; Stale where
    somebody else changed it meanwhile.
    """
    if stage not in STAGES[agreement.state]:
        raise InputError("agreement_stage", found=stage, allowed=list(STAGES[agreement.state]))
    values: dict[str, Any] = {"state": stage}
    if stage == "signed":
        values["signed_on"] = on
    if stage == "in_force":
        values["in_force_from"] = agreement.in_force_from or on
    if stage in ("term_over", "terminated"):
        if not note.strip():
            raise InputError("agreement_end_without_note")
        values["ended_on"] = on
    if stage == "renewed":
        if until is None or (agreement.until is not None and until <= agreement.until):
            raise InputError("agreement_renewal", until=agreement.until)
        values |= {"until": until, "ended_on": None}
    with act(who, "accords.bring_agreement", held_by=agreement.held_by, reason=note, stage=stage) as made:
        made.change(agreement, values, expected=expected)
        _replace_former(made, agreement)
    return agreement


def _replace_former(made: Act, agreement: Agreement) -> None:
    """End what a signed agreement takes the place of; its items go on only where somebody says so."""
    former = agreement.supersedes
    if former is not None and agreement.state in STANDING and former.state in STANDING:
        made.change(former, {"state": "replaced", "ended_on": agreement.in_force_from or agreement.signed_on})


def load_plan(agreement: Agreement, promises: Sequence[Promise], about: Edition, who: str) -> Plan:
    """Keep a road map as the next edition; the one before stays readable.

    Raises
    ------
    InputError where there is nothing in it.
    """
    if not promises:
        raise InputError("plan_empty")
    with act(who, "accords.load_plan", held_by=agreement.held_by, file=about.file, commitments=len(promises)) as made:
        return write_plan(made, agreement, promises, about)


def write_plan(made: Act, agreement: Agreement, promises: Sequence[Promise], about: Edition,
               edition: int | None = None) -> Plan:
    """The same as a part of a larger action; ``edition`` is its number where it has one already."""
    former = list(agreement.plans.filter(archived=False, replaced=False))
    last = agreement.plans.filter(archived=False).order_by("-edition").first()
    plan = Plan(held_by=agreement.held_by, agreement=agreement, edition=edition or (last.edition if last else 0) + 1,
                title=about.title, since=about.since, until=about.until, approved_by=about.approved_by,
                approved_on=about.approved_on, file=about.file, digest=about.digest)
    items = [Commitment(held_by=plan.held_by, plan=plan, **{
        name: value for name, value in promise.head.items() if name in _ITEM}) for promise in promises]
    aims = [make_aim(item, row) for item, promise in zip(items, promises, strict=True) for row in promise.rows
            if row["measure"] is not None or row["due"] is not None]
    made.change_all([(one, {"replaced": True}) for one in former])
    made.create([plan])
    made.create(items)
    made.create(aims)
    return plan


def make_aim(whose: Commitment | Order, row: Mapping[str, Any]) -> Aim:
    """What a commitment or an order counts, from the columns of its row; not written yet."""
    owner = {"commitment" if isinstance(whose, Commitment) else "order": whose}
    return Aim(held_by=whose.held_by, due_first=row.get("due"), **owner, **{
        name: value for name, value in row.items() if name in AIM_FIELDS})


def confirm(commitment: Commitment, side: int, agrees: bool, who: str, *, on: dt.date, value: float | None = None,
            computed: float | None = None, note: str = "") -> Confirmation:
    """Note what one side says of a commitment; with both it is confirmed, or disputed where they do not say the same.

    Parameters
    ----------
    side : 1 or 2; computed : what the data say that day, kept as it is now

    Raises
    ------
    InputError where the side is not one of the two, or disputes without words.
    """
    told = Confirmation(held_by=commitment.held_by, commitment=commitment, side=side, on=on, who=who, agrees=agrees,
                        value=value, computed=computed, note=note)
    with act(who, "accords.confirm", held_by=commitment.held_by, side=side, reason=note) as made:
        write_word(made, told)
    return told


def write_word(made: Act, told: Confirmation) -> None:
    """The same as a part of a larger action."""
    if told.side not in (1, 2):
        raise InputError("confirmation_side", found=told.side)
    if not told.agrees and not told.note.strip():
        raise InputError("dispute_without_note")
    made.create([told])
    made.change(told.commitment, {"state": _agreed(latest_of(told.commitment, told))})


def latest_of(commitment: Commitment, new: Confirmation | None = None) -> dict[int, Confirmation]:
    """Side → the last thing that it said; ``new`` may be missing among those that were fetched before."""
    said = {one.pk: one for one in commitment.confirmations.all() if not one.archived}
    if new is not None:
        said[new.pk] = new
    return {one.side: one for one in sorted(said.values(), key=lambda one: (one.on, one.pk))}


def _agreed(said: Mapping[int, Confirmation]) -> str:
    values = {one.value for one in said.values() if one.value is not None}
    if len(values) > 1 or not all(one.agrees for one in said.values()):
        return "disputed"
    return "confirmed" if len(said) == 2 else "in_work"


def settle_commitment(commitment: Commitment, state: str, who: str, *, expected: int, because: str,
                      due: dt.date | None = None) -> None:
    """Close, drop or move an item; whoever does it says why, and the first deadline stays known.

    Raises
    ------
    InputError where there are no words, or nowhere to move it to.
    """
    if state not in ("closed_item", "dropped", "moved", "in_work"):
        raise InputError("commitment_state", found=state)
    if not because.strip():
        raise InputError("commitment_without_reason")
    if state == "moved" and due is None:
        raise InputError("commitment_moved_nowhere")
    with act(who, "accords.settle_commitment", held_by=commitment.held_by, reason=because, state=state) as made:
        made.change(commitment, {"state": state, "because": because}, expected=expected)
        if state == "moved":
            made.change_all([(aim, {"due": due}) for aim in commitment.aims.filter(archived=False)])
