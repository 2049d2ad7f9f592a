"""Jobs and schedules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Job(models.Model):
    """A piece of work.

    Attributes
    ----------
    kind : which work (``worker.WORKS``); args : its arguments
    who : login of whoever asked
    state : ready → running → done | failed | cancelled
    lease : token of the worker that has it; beats : grows as long as that worker lives; beat_at : when
        it last did, by the clock of the system
    attempts : how often it was begun; a job whose worker dies is begun again, up to ``ATTEMPTS``
    run_after : not before this moment; None: at once, whatever the clock says
    stage, done, total : progress, as ``progress.Step``
    result : what came out, in a form that a page shows; error : code and fields of a sentence
    """

    kind = models.CharField(max_length=40)
    args = models.JSONField(default=dict)
    who = models.CharField(max_length=150)
    held_by = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, default="ready")
    lease = models.CharField(max_length=32, blank=True)
    beats = models.IntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    stage = models.CharField(max_length=40, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(null=True)
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    run_after = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="job_next")]


class Schedule(models.Model):
    """A job that is asked for again and again."""

    kind = models.CharField(max_length=40)
    args = models.JSONField(default=dict)
    every_s = models.IntegerField()
    next_at = models.DateTimeField(default=timezone.now)
