"""Series and sittings with agenda, decisions and problems; events with pair meetings; customers; delegations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from smezhnik.cooperation.models import Case
from smezhnik.errors import InputError
from smezhnik.records.declared import declared
from smezhnik.records.models import Record
from smezhnik.registry.models import Organisation, Searched

_Cycle: Any = declared("cycles", without=("cycle_id", "customer_id"))
_Meeting: Any = declared("meetings", without=("meeting_id", "cycle_id", "host_id", "event_id", "state",
                                              "protocol_state", "number", "protocol_number"), indexed=("held_on",))
_Event: Any = declared("events", without=("event_id", "customer_id", "state"), indexed=("starts_on",))
_Customer: Any = declared("customers", without=("customer_id",))
_Delegation: Any = declared("delegations", without=("delegation_id", "event_id", "state"))


class Cycle(Searched, _Cycle):
    """A series of sittings; a working group is one, with standing members, some of them of a customer."""

    KIND, PREFIX, SEARCHED = "cycle", "H", ("name", "note")

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="groups", null=True, blank=True)

    def __str__(self) -> str:
        return str(self.name)


class Meeting(Searched, _Meeting):
    """A sitting.

    Attributes
    ----------
    standing : draft, called, in_progress, closed, reopened; only ``actions`` move it
    protocol, protocol_no, signed_on : of its protocol
    turn : which one of its series
    event : the mission or event whose decisions it keeps
    """

    KIND, PREFIX, SEARCHED = "meeting", "H", ("name", "place", "note")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="meetings", null=True, blank=True)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="hosted_meetings", null=True, blank=True)
    event = models.ForeignKey("Event", models.PROTECT, related_name="sittings", null=True, blank=True)
    standing = models.CharField(max_length=12, default="draft", editable=False)
    protocol = models.CharField(max_length=10, default="absent", editable=False)
    protocol_no = models.CharField(max_length=60, blank=True, editable=False)
    signed_on = models.DateField(null=True, editable=False)
    turn = models.IntegerField(null=True, editable=False)

    def __str__(self) -> str:
        return str(self.name)


class MeetingGuest(Record):
    """Who is invited: a body with a post, of an organisation that is kept or not. ``attended``: None until it began."""

    KIND, PREFIX = "meetingguest", "H"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="guests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations", null=True, blank=True)
    body = models.TextField()
    post = models.TextField()
    attended = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["body", "id"]

    def check(self) -> None:
        """Somebody without a post cannot stand in a protocol."""
        if not self.post.strip():
            raise InputError("guest_without_post", body=self.body)


class AgendaItem(Record):
    """A line of an agenda.

    Attributes
    ----------
    place : in the order of hearing; kind : of ``scheduling.agenda.KINDS``, or ``own``
    about : public id of what it is about; days : that made it urgent; fields : what its reason names
    backlog : waits for the next sitting
    heard, spoke : of the full protocol
    """

    KIND, PREFIX = "agendaitem", "H"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    place = models.IntegerField()
    kind = models.CharField(max_length=20)
    title = models.TextField()
    about = models.CharField(max_length=16, blank=True)
    days = models.IntegerField(null=True)
    fields = models.JSONField(default=dict)
    minutes = models.IntegerField()
    speaker = models.TextField(blank=True)
    backlog = models.BooleanField(default=False)
    heard = models.TextField(blank=True)
    spoke = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["backlog", "place", "id"]


class Decision(Record):
    """What a sitting decided. ``kind``: note, recommend, order, approve; ``order_id``: the order that it became."""

    KIND, PREFIX = "decision", "H"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="decisions", null=True, blank=True)
    kind = models.CharField(max_length=10)
    text = models.TextField()
    executor = models.TextField(blank=True)
    controller = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    order_id = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def check(self) -> None:
        """An order has an executor, who is not its own controller."""
        if self.kind == "order" and not self.executor.strip():
            raise InputError("decision_without_executor")
        if self.executor.strip() and self.executor.strip().casefold() == self.controller.strip().casefold():
            raise InputError("decision_controls_itself", who=self.executor)


class Problem(Record):
    """A problem that a plant raised, and what became of it: ``became`` is the public id of a case, need or order."""

    KIND, PREFIX = "problem", "H"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="problems")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="problems", null=True, blank=True)
    text = models.TextField()
    standing = models.CharField(max_length=10, default="raised")
    became = models.CharField(max_length=16, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Customer(Searched, _Customer):
    """A corporation or another large buyer, with the steps that lead to its purchases."""

    KIND, PREFIX, SEARCHED = "customer", "X", ("name", "unit", "note")

    def __str__(self) -> str:
        return str(self.name)


class CustomerStep(Record):
    """A step of qualification. ``verified``: somebody compared it with the customer's own paper."""

    KIND, PREFIX = "customerstep", "X"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="steps")
    name = models.TextField()
    paper = models.TextField(blank=True)
    valid_months = models.IntegerField(null=True)
    verified = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    checked_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Readiness(Record):
    """What a plant has of a step: has, in_work, lacks, not_needed; nothing kept is «cannot say»."""

    KIND, PREFIX = "readiness", "X"

    step = models.ForeignKey(CustomerStep, models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="readiness")
    standing = models.CharField(max_length=10)
    paper = models.TextField(blank=True)
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["step", "organisation"], name="readiness_of_step")]


class Admission(Record):
    """A product on its way into the purchases of a customer.

    Attributes
    ----------
    refusal : code, where it was refused
    reached : stage → the first day at it, as ISO; the stages that were gone through
    event : the mission at which it was proposed
    """

    KIND, PREFIX = "admission", "X"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="admissions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="admissions")
    product = models.TextField()
    okpd2 = models.CharField(max_length=12, blank=True)
    event = models.ForeignKey("Event", models.PROTECT, related_name="admissions", null=True, blank=True)
    reached = models.JSONField(default=dict)
    stage = models.CharField(max_length=12, default="proposed")
    stage_on = models.DateField()
    refusal = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Event(Searched, _Event):
    """An event; with a customer it is a mission. ``standing``: how far it has come; only ``actions`` move it."""

    KIND, PREFIX, SEARCHED = "event", "E", ("name", "organiser", "place", "note")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="events", null=True, blank=True)
    standing = models.CharField(max_length=12, default="planned", editable=False)
    plan = models.JSONField(default=dict, editable=False)

    def __str__(self) -> str:
        return str(self.name)

    def check(self) -> None:
        """No event ends before it begins."""
        if self.starts_on and self.last_day and self.last_day < self.starts_on:
            raise InputError("event_ends", starts=self.starts_on, ends=self.last_day)


class Participant(Record):
    """A firm at an event.

    Attributes
    ----------
    side : host or guest of pair meetings, empty for others
    people : how many it sends
    listed : agreed to stand in the catalogue; None until asked
    """

    KIND, PREFIX = "participant", "E"

    event = models.ForeignKey(Event, models.PROTECT, related_name="participants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="participations")
    side = models.CharField(max_length=5, blank=True)
    people = models.IntegerField(null=True)
    slots = models.TextField(blank=True)
    most = models.IntegerField(null=True)
    invited_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    attended = models.BooleanField(null=True)
    listed = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "organisation"],
                                                         name="participant_of_event")]


class Wish(Record):
    """What one participant wants of another: 1 would be good, 2 important, 3 a must."""

    KIND, PREFIX = "wish", "E"

    event = models.ForeignKey(Event, models.PROTECT, related_name="wishes")
    who = models.ForeignKey(Participant, models.PROTECT, related_name="wishes")
    whom = models.ForeignKey(Participant, models.PROTECT, related_name="wished")
    wish = models.IntegerField(default=1)
    topic = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "whom"], name="wish_of_pair")]


class PairMeeting(Record):
    """A pair meeting of a schedule and what came of it.

    Attributes
    ----------
    standing : scheduled, held, no_show_host, no_show_guest, dropped
    outcome : none, contact, sample, visit, quotation, nda, declined; empty until somebody says
    potential_th_rub : what it could give; never added to what is signed
    case : that grew from it, with the event as its origin
    """

    KIND, PREFIX = "pairmeeting", "E"

    event = models.ForeignKey(Event, models.PROTECT, related_name="pairs")
    host = models.ForeignKey(Participant, models.PROTECT, related_name="as_host")
    guest = models.ForeignKey(Participant, models.PROTECT, related_name="as_guest")
    slot = models.IntegerField()
    table = models.IntegerField()
    mutual = models.BooleanField(default=False)
    topic = models.TextField(blank=True)
    standing = models.CharField(max_length=15, default="scheduled")
    outcome = models.CharField(max_length=12, blank=True)
    potential_th_rub = models.FloatField(null=True)
    note = models.TextField(blank=True)
    next_on = models.DateField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="pair_meetings", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["slot", "table", "id"]


class FollowUp(Record):
    """What a plant answers 30 or 90 days after a pair meeting; three sums that are never added."""

    KIND, PREFIX = "followup", "E"

    pair = models.ForeignKey(PairMeeting, models.PROTECT, related_name="followups")
    after_days = models.IntegerField()
    by = models.ForeignKey(Organisation, models.PROTECT, related_name="followups")
    answered_on = models.DateField()
    alive = models.BooleanField(null=True)
    potential_th_rub = models.FloatField(null=True)
    signed_th_rub = models.FloatField(null=True)
    delivered_th_rub = models.FloatField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["pair", "after_days", "by"], name="followup_once")]


class Delegation(Searched, _Delegation):
    """A delegation. ``answer``: of the last composition, status, conflict and what it was worth."""

    KIND, PREFIX, SEARCHED = "delegation", "V", ("name", "head", "note")

    event = models.ForeignKey(Event, models.PROTECT, related_name="delegations", null=True, blank=True)
    standing = models.CharField(max_length=10, default="call", editable=False)
    answer = models.JSONField(default=dict, editable=False)

    def __str__(self) -> str:
        return str(self.name)


class Nominee(Record):
    """A candidate, by post.

    Attributes
    ----------
    package : the seat it has; reason, by, loss : why it has none
    alone_for : of who goes the clusters that nobody else stands for; of whom a must-have displaced those it lost
    """

    KIND, PREFIX = "nominee", "V"

    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="nominees")
    organisation = models.TextField()
    post = models.TextField(blank=True)
    packages = models.JSONField(default=list)
    clusters = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    industries = models.JSONField(default=list)
    expected_meetings = models.FloatField(null=True)
    must = models.BooleanField(default=False)
    must_not = models.BooleanField(default=False)
    package = models.TextField(blank=True)
    alone_for = models.JSONField(default=list)
    reason = models.CharField(max_length=12, blank=True)
    by = models.JSONField(default=list)
    loss = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def check(self) -> None:
        """A seat is that of a post: a name alone does not say for whom it stands."""
        if not self.post.strip():
            raise InputError("guest_without_post", body=self.organisation)


class DelegationRule(Record):
    """A condition of a delegation; as a row of ``delegation_rules``."""

    KIND, PREFIX = "delegationrule", "V"

    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="rules")
    counted = models.CharField(max_length=15)
    value = models.TextField()
    least = models.IntegerField(null=True)
    most = models.IntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
