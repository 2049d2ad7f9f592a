"""Organisations, sites, offers, needs; facts with their sources; contacts apart from facts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from smezhnik.records.declared import declared
from smezhnik.records.models import Record
from smezhnik.records.search import fold, search_words

#: Letters of the key that a list is sorted by.
SORTED_BY = 80


class Searched(Record):
    """A record with a list of its own.

    Attributes
    ----------
    own_id : id that its owner uses; a file that is loaded again finds its rows by it
    sort_key : beginning of the text, folded: databases sort Russian letters in different ways
    words : what the search looks at; nothing that only some may see
    """

    own_id = models.TextField(null=True, blank=True)
    sort_key = models.CharField(max_length=SORTED_BY, editable=False)
    words = models.TextField(editable=False)

    class Meta:
        abstract = True

    def index(self) -> None:
        self.sort_key = fold(getattr(self, self.SEARCHED[0]) or "")[:SORTED_BY]
        self.words = search_words(getattr(self, name) for name in self.SEARCHED)


def _listed(name: str) -> list[models.Index]:
    """Indexes of a list in its order, of what was not taken away, and of the ids that owners use.

    They are partial: «NOT archived» is no column that SQLite would look for in an index, but it knows a condition.
    The list holds the region, so that its facet is counted without the rows; by region of a place and of whoever keeps
    the records it is asked where a filter names a place in which few of them lie.
    """
    standing = models.Q(archived=False)
    return [models.Index(fields=["held_by", "sort_key", "id", "region"], name=f"{name}_list", condition=standing),
            models.Index(fields=["sort_key", "id"], name=f"{name}_all", condition=standing),
            models.Index(fields=["region", "held_by", "id"], name=f"{name}_place", condition=standing),
            models.Index(fields=["held_by", "own_id"], name=f"{name}_own", condition=models.Q(own_id__isnull=False))]


def _ending(name: str, column: str) -> models.Index:
    """The index for what ends soon: few rows have a day there, and fewer one of the next weeks."""
    return models.Index(fields=[column, "id"], name=f"{name}_{column}",
                        condition=models.Q(archived=False, **{f"{column}__isnull": False}))


_Organisation: Any = declared("organisations", without=("org_id",), indexed=("inn", "ogrn", "region", "okved2"))
_Site: Any = declared("sites", without=("site_id", "org_id"))
_OF_ORGANISATION = ("org_id", "inn", "group_id", "site_id")
_Offer: Any = declared("offers", without=("offer_id", "seller", *_OF_ORGANISATION), indexed=("okpd2", "region"))
_Need: Any = declared("needs", without=("need_id", "buyer", *_OF_ORGANISATION), indexed=("okpd2", "region"))


class Organisation(Searched, _Organisation):
    """A plant or another body.

    Attributes
    ----------
    merged_into : public id of the record that this one lives on in, while it is archived: an id never dies
    """

    KIND, PREFIX, SEARCHED = "organisation", "P", ("name", "inn", "ogrn", "address")

    merged_into = models.CharField(max_length=16, null=True, blank=True, editable=False)

    class Meta:
        indexes: ClassVar = _listed("organisation")

    def __str__(self) -> str:
        return str(self.name)


class Site(Record, _Site):
    """Where an organisation makes things."""

    KIND, PREFIX = "site", "S"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    own_id = models.TextField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["held_by", "own_id"], name="site_own")]


class Offer(Searched, _Offer):
    """What an organisation makes or can make."""

    KIND, PREFIX, SEARCHED = "offer", "M", ("text", "okpd2", "tnved", "standard", "register_entry")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offers", null=True, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="offers", null=True, blank=True)

    class Meta:
        indexes: ClassVar = [*_listed("offer"), _ending("offer", "valid_until"), _ending("offer", "register_until")]


class Need(Searched, _Need):
    """What an organisation wants to buy."""

    KIND, PREFIX, SEARCHED = "need", "N", ("text", "okpd2", "tnved", "standard")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="needs", null=True, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="needs", null=True, blank=True)

    class Meta:
        indexes: ClassVar = [*_listed("need"), models.Index(fields=["held_by", "-value_th_rub", "id"],
                                                            name="need_worth", condition=models.Q(archived=False))]


class Fact(Record):
    """What one source says of one column of an organisation; sources that disagree stand side by side.

    Attributes
    ----------
    column : declared column of the table ``organisations``
    value : as the column holds it
    source, source_date : who says it, as of which day
    valid_until : first day on which it no longer counts; None where it does not age
    """

    KIND, PREFIX = "fact", "F"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="facts")
    column = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    source = models.TextField()
    source_date = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "column", "source"],
                                                         name="fact_of_source")]
        indexes: ClassVar = [_ending("fact", "valid_until")]


class Contact(Record):
    """A person to speak with; apart from facts, since it is personal: shown to few, never exported in bulk."""

    KIND, PREFIX = "contact", "T"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contacts")
    person = models.TextField()
    post = models.TextField(null=True, blank=True)
    phone = models.TextField(null=True, blank=True)
    mail = models.TextField(null=True, blank=True)


class SavedFilter(Record):
    """A list as somebody asked for it, under a permanent id: the same question later, of whoever may ask it.

    Attributes
    ----------
    name : what it is called; kind : of the records; owner : login; shared : shown to others of the region
    text, where : as ``queries.Asked``; columns : those that it shows, empty for the usual ones
    """

    KIND, PREFIX = "filter", "Q"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    owner = models.CharField(max_length=150)
    shared = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    where = models.JSONField(default=dict)
    columns = models.JSONField(default=list)


class Reference(Record):
    """A table that calculations read as it is: output of regions, numbers of a rating. A new load takes its place.

    Attributes
    ----------
    title : what it is called; table : ``output``, or the name of a rating scheme
    file, digest, size : name as its owner gave it, SHA-256 by which it is kept, bytes
    """

    KIND, PREFIX = "reference", "R"

    title = models.CharField(max_length=200)
    table = models.CharField(max_length=60)
    file = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
