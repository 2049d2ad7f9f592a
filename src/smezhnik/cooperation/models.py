"""Links, cases and their steps, contracts, clusters with members, facts and documents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from smezhnik.errors import InputError
from smezhnik.records.declared import declared
from smezhnik.records.models import Record
from smezhnik.registry.models import Need, Offer, Organisation, Searched

_Link: Any = declared("links", without=(
    "need_id", "offer_id", "buyer_id", "seller_id", "buyer", "seller", "need_text", "offer_text", "okpd2",
    "buyer_region", "seller_region", "buyer_latitude", "buyer_longitude", "seller_latitude", "seller_longitude",
    "contract_id", "decision", "decline_reason", "agreement_id", "order_id", "event_id"))
_OF_PAIR = ("need_id", "offer_id", "need_text", "offer_text", "buyer_id", "seller_id", "buyer", "seller",
            "buyer_region", "seller_region")
_Case: Any = declared("cases", without=("case_id", "signed_th_rub", *_OF_PAIR), indexed=("stage", "next_on"))
_Contract: Any = declared("contracts", without=("contract_id", "seller_id", "buyer_id", "seller", "buyer",
                                                "seller_inn", "buyer_inn"), indexed=("signed_on",))
_Cluster: Any = declared("clusters", without=("cluster_id", "members"))
_Member: Any = declared("members", without=("org_id", "name", "inn", "region", "oktmo", "country", "okved2",
                                            "latitude", "longitude"))
_Fact: Any = declared("cluster_facts", without=("fact",))
_Document: Any = declared("cluster_documents", without=("document_id",))


class Link(Record, _Link):
    """A candidate that a calculation found for a need; every run gives its numbers anew."""

    KIND, PREFIX = "link", "L"
    UNKEPT = frozenset({"reasons", "gaps", "score", "base"})

    need = models.ForeignKey(Need, models.PROTECT, related_name="links")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="links")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "offer"], name="link_of_pair")]
        indexes: ClassVar = [models.Index(fields=["held_by", "grade", "-value_th_rub", "id"], name="link_best",
                                               condition=models.Q(archived=False))]


class Case(Record, _Case):
    """A link that somebody leads from a proposal to a contract.

    Attributes
    ----------
    need, offer : of the pair; a case may begin with one of them only
    buyer, seller : the organisations
    """

    KIND, PREFIX = "case", "K"

    need = models.ForeignKey(Need, models.PROTECT, related_name="cases", null=True)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="cases", null=True)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="purchases", null=True)
    seller = models.ForeignKey(Organisation, models.PROTECT, related_name="sales", null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["held_by", "archived", "stage", "next_on"], name="case_board")]


class CaseStep(Record):
    """One step of a case: when, by whom, to which stage, with which words, and what comes next.

    Attributes
    ----------
    file, digest : name and hash of a file that belongs to it
    """

    KIND, PREFIX = "step", "Y"

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    on = models.DateField()
    who = models.CharField(max_length=150)
    stage = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    next_on = models.DateField(null=True)
    file = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Cluster(Searched, _Cluster):
    """A cluster; what it is by the law of a day is judged, not kept."""

    KIND, PREFIX, SEARCHED = "cluster", "C", ("name", "sok")


class Member(Record, _Member):
    """An organisation in a cluster, from a day to a day; what its row leaves open the organisation answers."""

    KIND, PREFIX = "member", "U"

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="member_rows")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")


class Contract(Record, _Contract):
    """Who sells what to whom already. ``own_id``: number on the paper; ``case``: the case that brought it about."""

    KIND, PREFIX = "contract", "D"

    own_id = models.TextField(null=True, blank=True)
    seller = models.ForeignKey(Organisation, models.PROTECT, related_name="sold")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="bought")
    case = models.ForeignKey(Case, models.PROTECT, related_name="contracts", null=True, blank=True)

    def check(self) -> None:
        """Nobody sells to itself."""
        if self.seller_id is not None and self.seller_id == self.buyer_id:
            raise InputError("contract_with_oneself", name=self.seller.name)


class Delivery(Record):
    """What was delivered under a contract: the third sum, beside what was possible and what was signed.

    Attributes
    ----------
    on : day of the paper; value_th_rub : its sum; paper : act or invoice
    """

    KIND, PREFIX = "delivery", "D"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="deliveries")
    on = models.DateField()
    value_th_rub = models.FloatField()
    paper = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["on", "id"]


class Claim(Record):
    """What one side says of a contract: that it stands, and for which sum. Sides that disagree stand side by side.

    Attributes
    ----------
    side : seller or buyer; on, who : when and who wrote it down; value_th_rub : the sum by that side
    note : the paper, or the words
    """

    KIND, PREFIX = "claim", "D"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="claims")
    side = models.CharField(max_length=10)
    on = models.DateField()
    who = models.CharField(max_length=150)
    value_th_rub = models.FloatField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["on", "id"]


class ClusterFact(Record, _Fact):
    """What is known of a cluster and of its specialised organisation."""

    KIND, PREFIX = "clusterfact", "G"

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="fact_rows")
    fact = models.TextField()


class ClusterDocument(Record, _Document):
    """A document of a cluster; an authority's waiver of a criterion is one too."""

    KIND, PREFIX = "clusterdocument", "B"

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="document_rows")
    own_id = models.TextField(null=True, blank=True)
