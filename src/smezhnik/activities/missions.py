"""What people do before and after a mission: steps of a customer, readiness of plants, admission of products."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from smezhnik.activities.models import Admission, Customer, CustomerStep, Event, Readiness
from smezhnik.errors import InputError
from smezhnik.promises.calendar import months_later
from smezhnik.records.actions import act
from smezhnik.registry.models import Organisation

#: What a plant may say of a step.
HAS = ("has", "in_work", "lacks", "not_needed")
#: The way of a product into the purchases of a customer.
STAGES = ("proposed", "review", "assessment", "tests", "admitted", "tender", "contracted", "delivering", "refused",
          "frozen")
REFUSALS = ("requirements", "tests", "price", "volume", "no_demand", "papers", "other")
#: green: there and valid that day; lacking: not there, ends before, or in work; cannot_say: nobody said.
Light = Literal["green", "lacking", "cannot_say"]


@dataclass(frozen=True)
class Ready:
    """What a plant has of a step on a day, and why: a code and the day that it names."""

    step: CustomerStep
    light: Light
    why: str
    day: dt.date | None = None


def add_step(customer: Customer, name: str, who: str, **values: Any) -> CustomerStep:
    """A step of qualification; unverified until somebody compared it with the customer's own paper.

    Raises
    ------
    InputError without a name, or where it is said to be verified without a source.
    """
    if not name.strip():
        raise InputError("step_without_name")
    if values.get("verified") and not str(values.get("source") or "").strip():
        raise InputError("step_verified_without_source")
    made = CustomerStep(held_by=customer.held_by, customer=customer, name=name.strip(), **values)
    with act(who, "activities.add_step", held_by=customer.held_by) as action:
        action.create([made])
    return made


def tell_readiness(step: CustomerStep, organisation: Organisation, standing: str, who: str, *, paper: str = "",
                   issued_on: dt.date | None = None, valid_until: dt.date | None = None) -> Readiness:
    """Say what a plant has of a step; an answer takes the place of the one before, its history stays.

    Raises
    ------
    InputError where the word is unknown, or the paper ends before it was issued.
    """
    if standing not in HAS:
        raise InputError("readiness_unknown", found=standing)
    if issued_on is not None and valid_until is not None and valid_until <= issued_on:
        raise InputError("readiness_ends", issued=issued_on, until=valid_until)
    values = {"standing": standing, "paper": paper, "issued_on": issued_on, "valid_until": valid_until}
    there = Readiness.objects.filter(step=step, organisation=organisation).first()
    made = there or Readiness(held_by=step.held_by, step=step, organisation=organisation, **values)
    with act(who, "activities.tell_readiness", held_by=step.held_by) as action:
        if there is None:
            action.create([made])
        else:
            action.change(there, {**values, "archived": False})
    return made


def judge_step(step: CustomerStep, answer: Readiness | None, on: dt.date) -> Ready:
    """A step of one plant on a day. A paper counts on every day before ``valid_until``; where only the day of issue is
    known, so many months as the step says. A step that nobody verified is judged like others and marked by the page.
    """
    if answer is None:
        return Ready(step, "cannot_say", "unsaid")
    if answer.standing == "not_needed":
        return Ready(step, "green", "not_needed")
    if answer.standing != "has":
        return Ready(step, "lacking", answer.standing)
    until = ends_on(step, answer)
    if until is not None and until <= on:
        return Ready(step, "lacking", "ended", until)
    if until is None and step.valid_months is not None:
        return Ready(step, "cannot_say", "no_end")
    return Ready(step, "green", "has", until)


def ends_on(step: CustomerStep, answer: Readiness) -> dt.date | None:
    """The first day on which a paper no longer holds; None where nobody can tell, or it has no end."""
    if answer.valid_until is None and answer.issued_on is not None and step.valid_months is not None:
        return months_later(answer.issued_on, step.valid_months)
    return answer.valid_until


def propose(customer: Customer, organisation: Organisation, product: str, who: str, *, on: dt.date, okpd2: str = "",
            event: Event | None = None) -> Admission:
    """Put a product on its way to a customer; ``event``: the mission that proposed it.

    Raises
    ------
    InputError without a product, or where the mission goes to somebody else.
    """
    if not product.strip():
        raise InputError("admission_without_product")
    if event is not None and event.customer_id != customer.pk:
        raise InputError("admission_of_other", name=event.name)
    made = Admission(held_by=customer.held_by, customer=customer, organisation=organisation, product=product.strip(),
                     okpd2=okpd2.strip(), event=event, stage_on=on, reached={"proposed": on.isoformat()})
    with act(who, "activities.propose", held_by=customer.held_by) as action:
        action.create([made])
    return made


def move_admission(admission: Admission, stage: str, who: str, *, on: dt.date, refusal: str = "") -> None:
    """Bring a product to a stage.

    Raises
    ------
    InputError where the stage is unknown, a refusal has no code, or the day lies before the last step.
    """
    if stage not in STAGES:
        raise InputError("admission_stage", found=stage)
    if (stage == "refused") != bool(refusal) or (refusal and refusal not in REFUSALS):
        raise InputError("admission_refusal")
    if on < admission.stage_on:
        raise InputError("case_step_before", day=on, last=admission.stage_on)
    with act(who, "activities.move_admission", held_by=admission.held_by, stage=stage) as action:
        action.change(admission, {"stage": stage, "stage_on": on, "refusal": refusal,
                                  "reached": {stage: on.isoformat(), **admission.reached}})
