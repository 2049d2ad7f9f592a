"""Goals with what they count, the dictionary of indicators, plans and facts, reports of years and their tasks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from smezhnik.accords.models import Aimed, Order
from smezhnik.errors import InputError
from smezhnik.records.declared import declared
from smezhnik.records.models import Record
from smezhnik.records.search import fold

_Goal: Any = declared("goals", without=("goal_id",))
_Indicator: Any = declared("indicators")
_Value: Any = declared("indicator_values", without=("indicator", "chosen"))


class Goal(Record, _Goal):
    """A goal of the strategy. ``because``: why it was dropped."""

    KIND, PREFIX = "goal", "Z"

    because = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["document", "id"]


class GoalAim(Record, Aimed):
    """What a goal counts: the columns that commitments and orders have, too."""

    KIND, PREFIX = "goalaim", "Z"

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="aims")

    class Meta:
        ordering: ClassVar = ["id"]


class Indicator(Record, _Indicator):
    """An indicator of the region's dictionary. ``place``: in the order of a report."""

    KIND, PREFIX = "indicator", "Z"

    place = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["held_by", "code"], name="indicator_code")]


class IndicatorValue(Record, _Value):
    """A plan or a fact of one source. ``chosen``: of several sources this one is believed, ``why`` says why."""

    KIND, PREFIX = "indicatorvalue", "Z"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="value_rows")
    chosen = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["year", "part", "id"]

    def check(self) -> None:
        """A value says something; a choice has its reason."""
        if self.plan is None and self.fact is None:
            raise InputError("indicator_empty")
        if self.chosen and not (self.why or "").strip():
            raise InputError("indicator_no_reason")


class YearReport(Record):
    """The report of a year as of a day.

    Attributes
    ----------
    state : of ``REPORT_STATES``; from ``data_closed`` on it shows what was frozen
    edition : 1, 2 …: an approved one is not edited, a change is a new edition
    content : the year as ``promises.frozen.to_plain`` writes it; empty while it is open
    comments : indicator → why it missed its plan, and what is done
    approved_by : post
    """

    KIND, PREFIX = "yearreport", "Z"

    as_of = models.DateField()
    state = models.CharField(max_length=15, default="open")
    edition = models.IntegerField(default=1)
    content = models.JSONField(null=True)
    frozen_on = models.DateField(null=True)
    comments = models.JSONField(default=dict)
    approved_by = models.TextField(blank=True)
    approved_on = models.DateField(null=True)
    #: The content is a copy of what the records said; the history keeps that it was frozen, not the copy again.
    UNKEPT = frozenset({"content"})

    class Meta:
        ordering: ClassVar = ["-as_of", "-edition"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["held_by", "as_of", "edition"],
                                                         name="year_report_edition")]


class ReportTask(Record):
    """A task for the next year; with the approval of the report it becomes an order."""

    KIND, PREFIX = "reporttask", "Z"

    report = models.ForeignKey(YearReport, models.PROTECT, related_name="tasks")
    text = models.TextField()
    executor = models.TextField()
    controller = models.TextField()
    due = models.DateField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="year_tasks", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due", "id"]

    def check(self) -> None:
        """Nobody controls what he executes."""
        if fold(self.executor).split() == fold(self.controller).split():
            raise InputError("order_controls_itself", who=self.executor)
