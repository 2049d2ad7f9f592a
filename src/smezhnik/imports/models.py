"""Imports and remembered recipes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from smezhnik.jobs.models import Job

#: Under this name the register of decree 719 stands among the tables that can be loaded.
REGISTER = "register"
#: Under this name a workbook of several linked sheets stands among them.
BOOK = "workbook"
#: Where an import stands → where it may go.
STATES = {"uploaded": ("ready", "faulty"), "faulty": ("ready", "faulty", "applied"),
          "ready": ("ready", "faulty", "applied"), "applied": ("undone",), "undone": ()}


class Import(models.Model):
    """A file on its way into the records.

    Attributes
    ----------
    file, digest, size : name as its owner gave it, SHA-256 by which it is kept, bytes
    table : declared table that it is read as, or ``REGISTER`` or ``BOOK``
    columns : table → header → column as the user settled it; empty where recognised
    skip_faulty : load the rows without faults and leave the others
    state : uploaded → ready or faulty → applied → undone
    read, accepted, refused, skipped : rows, read = accepted + refused + skipped
    parts : each table that was read: its sheets, rows, columns, what would be done and the first rows of it
    found : counts of what would be done; faults : sentences by language
    action : number of the action that applied it
    """

    file = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    table = models.CharField(max_length=40)
    columns = models.JSONField(default=dict)
    skip_faulty = models.BooleanField(default=False)
    who = models.CharField(max_length=150)
    held_by = models.CharField(max_length=20)
    organisation = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default="uploaded")
    read = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    parts = models.JSONField(default=list)
    found = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    fault_count = models.IntegerField(default=0)
    done = models.JSONField(default=dict)
    action = models.BigIntegerField(null=True)
    undone_by = models.BigIntegerField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-id"]

    @property
    def settled(self) -> bool:
        """Whether the user may say how its headers are to be understood: those of the register are known."""
        return self.table != REGISTER


class KeptRecipe(models.Model):
    """How files with these headers were read last time, in this region: the next one is read the same way."""

    held_by = models.CharField(max_length=20)
    table = models.CharField(max_length=40)
    headers = models.CharField(max_length=64)
    columns = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["held_by", "table", "headers"], name="recipe_of")]
