"""Agreements, parties, plans, commitments with what they count, confirmations; orders and what is done to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from smezhnik.errors import InputError
from smezhnik.records.declared import declared
from smezhnik.records.models import Record
from smezhnik.records.search import fold
from smezhnik.registry.models import Searched
from smezhnik.tables import table

_AIM = ("measure", "plan", "baseline", "direction", "counted", "from_region", "to_region", "both_ways", "industries",
        "organisations", "clusters", "events", "since", "due", "checkpoints", "manual_value", "manual_on",
        "manual_source")
_ITEM = tuple(name for name in table("commitments").columns if name not in _AIM)
_Agreement: Any = declared("agreements", without=("agreement_id", "parties", "regions", "directions", "supersedes_id",
                                                  "parent_id"), indexed=("signed_on",))
_Commitment: Any = declared("commitments", without=("commitment_id", *_AIM))
Aimed: Any = declared("commitments", without=_ITEM)
_Order: Any = declared("orders", without=("order_id", "agreement_id", "commitment_id"), indexed=("due", "protocol"))


class Agreement(Searched, _Agreement):
    """An agreement; what it promises stands in its plan, which may come later.

    Attributes
    ----------
    supersedes : the one that it took the place of; parent : the one that it is under
    shared_id : its id in the installation that sent it first; None where it was entered here
    """

    KIND, PREFIX, SEARCHED = "agreement", "A", ("title", "number", "coordinator")

    supersedes = models.ForeignKey("self", models.PROTECT, related_name="superseded_by", null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    shared_id = models.CharField(max_length=16, null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["held_by", "archived", "state"], name="agreement_list")]

    def __str__(self) -> str:
        return str(self.title)

    def check(self) -> None:
        """No term that ends before it begins, none that takes the place of itself or stands under itself."""
        start = self.in_force_from or self.signed_on
        if start and self.until and self.until < start:
            raise InputError("agreement_term", start=start, until=self.until)
        for name in ("supersedes", "parent"):
            seen, above = {self.public_id}, getattr(self, name)
            while above is not None:
                if above.public_id in seen:
                    raise InputError(f"agreement_circle_{name}", title=self.title, other=above.title)
                seen.add(above.public_id)
                above = getattr(above, name)


class Party(Record):
    """Who signed. ``side``: 1 is the first-named; ``coordinator``: keeps the agreement on that side."""

    KIND, PREFIX = "party", "A"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="party_rows")
    side = models.IntegerField()
    body = models.TextField()
    region = models.CharField(max_length=20, blank=True)
    post = models.TextField(blank=True)
    keeps_original = models.BooleanField(default=False)
    coordinator = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["side", "id"]

    def check(self) -> None:
        """A signature is that of a post: a name alone does not say for whom it stands."""
        if not self.post.strip():
            raise InputError("party_without_post", body=self.body)


class Direction(Record):
    """A field of cooperation; ``industries``: beginnings of codes that it is about."""

    KIND, PREFIX = "direction", "A"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="direction_rows")
    title = models.TextField()
    industries = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["id"]


class Plan(Record):
    """A road map in an edition; what was signed is not edited, a change is a new edition.

    Attributes
    ----------
    edition : 1, 2 …; replaced : a later one stands
    report_months : months of a reporting period; file, digest : of the sheet that it was loaded from
    """

    KIND, PREFIX = "plan", "A"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="plans")
    title = models.TextField()
    edition = models.IntegerField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    approved_by = models.TextField(blank=True)
    approved_on = models.DateField(null=True)
    report_months = models.IntegerField(default=6)
    replaced = models.BooleanField(default=False)
    file = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["edition", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["agreement", "edition"], name="plan_edition",
                                                         condition=models.Q(archived=False))]


class Commitment(Record, _Commitment):
    """An item of a plan. ``because``: why it was moved or dropped."""

    KIND, PREFIX = "commitment", "J"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="commitments")
    state = models.CharField(max_length=20, default="planned")
    because = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Order(Searched, _Order):
    """An order with a deadline; ``due_first`` never changes.

    Attributes
    ----------
    rules : the deadline rules that it was dated by
    executor_login, controller_login : who acts for the posts that are named, where they work here
    differs_closed_on, differs_closed_by, differs_because : the flag «report differs from data», closed with a reason
    """

    KIND, PREFIX, SEARCHED = "order", "W", ("text", "number", "protocol", "executor")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="orders", null=True, blank=True)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="orders", null=True, blank=True)
    rules = models.CharField(max_length=40, blank=True)
    executor_login = models.CharField(max_length=150, blank=True)
    controller_login = models.CharField(max_length=150, blank=True)
    differs_closed_on = models.DateField(null=True)
    differs_closed_by = models.CharField(max_length=150, blank=True)
    differs_because = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["held_by", "archived", "state", "due"], name="order_list")]

    def __str__(self) -> str:
        return str(self.number or self.public_id)

    def check(self) -> None:
        """Nobody controls what he executes; no deadline before the order."""
        if self.executor and self.controller and fold(self.executor).split() == fold(self.controller).split():
            raise InputError("order_controls_itself", who=self.executor)
        if self.executor_login and self.executor_login == self.controller_login:
            raise InputError("order_controls_itself", who=self.executor_login)
        given, due = self.given_on or self.registered_on, self.due_first
        if given and due and due < given:
            raise InputError("order_due_before", due=due, given=given)


class Aim(Record, Aimed):
    """What a commitment or an order counts; the first one is its main measure."""

    KIND, PREFIX = "aim", "J"

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="aims", null=True, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="aims", null=True, blank=True)
    due_first = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Neighbour(Record):
    """Another installation whose packages are taken: its public key, compared over the telephone, and its region."""

    KIND, PREFIX = "neighbour", "A"

    region = models.CharField(max_length=20)
    title = models.TextField(blank=True)
    key = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["held_by", "key"], name="neighbour_key",
                                                         condition=models.Q(archived=False))]


class Parcel(Record):
    """A signed package of an agreement that went to a neighbour or came from one.

    Attributes
    ----------
    neighbour : who sent it; None for one of ours
    made_on : day that it speaks of; digest : of the file
    values : what the records of the sender say, a row a measure; needs : its open needs, without whose they are
    """

    KIND, PREFIX = "parcel", "A"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="parcels")
    neighbour = models.ForeignKey(Neighbour, models.PROTECT, related_name="parcels", null=True)
    made_on = models.DateField()
    on = models.DateField()
    who = models.CharField(max_length=150)
    digest = models.CharField(max_length=64)
    values = models.JSONField(default=list)
    needs = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["id"]


class Confirmation(Record):
    """What one side says of a commitment: it holds, or it does not, and with which value.

    Attributes
    ----------
    side : of the party; value : by that side; computed : what the data said on that day, kept as it was
    parcel : the package that brought it; None where somebody here noted it
    """

    KIND, PREFIX = "confirmation", "J"

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="confirmations")
    side = models.IntegerField()
    on = models.DateField()
    who = models.CharField(max_length=150)
    agrees = models.BooleanField()
    value = models.FloatField(null=True)
    computed = models.FloatField(null=True)
    note = models.TextField(blank=True)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="confirmations", null=True)

    class Meta:
        ordering: ClassVar = ["on", "id"]


class Report(Record):
    """A report on an order in its parts: the task, what was done and by whom, what is asked for.

    Attributes
    ----------
    interim : tells how it goes and never removes the order from control
    petition : ``remove`` or ``move``; petition_until : the day asked for
    computed : what the data said that day, each measure with value, plan and state; kept as it was
    period_due : of an order that repeats, the deadline of the period that it tells of
    returned_on, returned_by, returned_for : what is to be redone
    """

    KIND, PREFIX = "report", "W"

    order = models.ForeignKey(Order, models.PROTECT, related_name="reports")
    on = models.DateField()
    who = models.CharField(max_length=150)
    interim = models.BooleanField(default=False)
    task = models.TextField()
    done = models.TextField()
    petition = models.CharField(max_length=10, blank=True)
    petition_until = models.DateField(null=True)
    computed = models.JSONField(default=list)
    file = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    period_due = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    returned_by = models.CharField(max_length=150, blank=True)
    returned_for = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["on", "id"]


class Extension(Record):
    """A deadline that is asked to be moved. ``late``: asked later than the rules want; ``granted``: None while open."""

    KIND, PREFIX = "extension", "W"

    order = models.ForeignKey(Order, models.PROTECT, related_name="extension_rows")
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=150)
    from_due = models.DateField()
    to_due = models.DateField()
    reason = models.CharField(max_length=20)
    words_of_reason = models.TextField(blank=True)
    late = models.BooleanField(default=False)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    granted = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["asked_on", "id"]
