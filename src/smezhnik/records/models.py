"""The journal, the history of every record, and what every record has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from smezhnik.records.ids import draw_id

#: Fields that say how a record is kept, not what it says.
KEEPING = frozenset({"id", "public_id", "version", "changed_at", "words", "sort_key"})


class Action(models.Model):
    """One thing that somebody did: a row of the journal, chained to the one before.

    Attributes
    ----------
    number : 1, 2, 3 … without a hole
    who : login, or ``system``; not a reference, since a journal outlives its people
    what : code of the action, ``<room>.<verb>_<kind>``
    held_by : region whose records it concerns; empty for the installation
    record : public id of the record, where it is one
    details : what else there is to say (name of a file, counts), never a confidential value
    changes : rows of ``Change`` that belong to it; ``digest`` covers them
    previous, hash : of the chain (``chain.py``)
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150, db_index=True)
    what = models.CharField(max_length=80)
    held_by = models.CharField(max_length=20, blank=True, db_index=True)
    record = models.CharField(max_length=16, blank=True, db_index=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    changes = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]


class Change(models.Model):
    """What an action did to one record: the fields that changed, before and after."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="rows")
    kind = models.CharField(max_length=20)
    record = models.CharField(max_length=16)
    verb = models.CharField(max_length=10)
    version = models.IntegerField()
    old = models.JSONField()
    new = models.JSONField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["record", "id"], name="change_record")]


class Head(models.Model):
    """The end of the chain; one row, locked by whoever writes next."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class Record(models.Model):
    """What people enter and sign.

    Attributes
    ----------
    public_id : permanent id; ``PREFIX`` of its kind first
    held_by : region whose ministry keeps the record; regions of one installation are apart
    version : grows by one with every change
    archived : taken away; its history stays, and it can be brought back
    """

    KIND: ClassVar[str]
    PREFIX: ClassVar[str]
    #: Fields that a calculation gives anew at every run: the history does not keep them.
    UNKEPT: ClassVar[frozenset[str]] = frozenset()
    #: Texts that the search looks at; when one changes, ``index`` makes anew what is derived of them.
    SEARCHED: ClassVar[tuple[str, ...]] = ()

    public_id = models.CharField(max_length=16, unique=True, editable=False)
    held_by = models.CharField(max_length=20)
    version = models.IntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    archived = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.public_id:
            self.public_id = draw_id(self.PREFIX)

    def index(self) -> None:
        """Make anew what the record keeps for search and order; every action calls it where it is needed."""

    def check(self) -> None:
        """Refuse what such a record can never say, whoever writes it; InputError that names it."""

    @classmethod
    def content_fields(cls) -> tuple[str, ...]:
        """Names of the fields that say something of the world; a reference by the column that holds it."""
        return tuple(field.attname for field in cls._meta.concrete_fields if field.name not in KEEPING)

    @classmethod
    def kept_fields(cls) -> tuple[str, ...]:
        """Of these fields, those whose every value the history keeps."""
        return tuple(name for name in cls.content_fields() if name not in cls.UNKEPT)


class Installation(models.Model):
    """What the whole database is; one row, or none for one where people work.

    Attributes
    ----------
    sample : its plants are invented, to be looked at and not to be worked with
    """

    sample = models.BooleanField(default=False)
