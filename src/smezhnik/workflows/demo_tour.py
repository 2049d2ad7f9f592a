"""Five steps through the demo, and the records that they lead to."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef

from smezhnik.activities.models import Meeting
from smezhnik.cooperation.models import Case, Cluster, Link
from smezhnik.jobs.models import Job
from smezhnik.records.access import KINDS
from smezhnik.registry.models import Offer, Organisation
from smezhnik.workflows.demo import REGIONS


def landmarks() -> Mapping[str, str]:
    """What a guide points at → public id; what the demo no longer has is left out.

    ``need``: the dearest with a good candidate and no case; ``case``: one that is negotiated, next to be
    contracted; ``contracted``: one that is; ``cluster``, ``passing``, ``both``: the failing cluster, the one of a
    region, the one of two; ``plant``: a maker of the first offer; ``agreement``, ``event`` and
    the like: the first of the kind; ``meeting``: the last; ``plan_needs`` and the like: number of the latest work of a
    kind that is done.
    """
    held = {"held_by": REGIONS[0], "archived": False}
    open_links = Link.objects.filter(**held, grade="A", rank=1).exclude(
        Exists(Case.objects.filter(need=OuterRef("need"), archived=False))).order_by("-value_th_rub", "id")
    link = open_links.select_related("need").first()
    clusters = list(Cluster.objects.filter(**held).order_by("id")[:3])
    offer = Offer.objects.filter(**held, organisation__region=REGIONS[0]).order_by("id").first()
    found = {
        "need": link and link.need.public_id,
        "case": _first_case("negotiating"), "contracted": _first_case("contracted"),
        "plant": offer and Organisation.objects.get(pk=offer.organisation_id).public_id,
        **dict(zip(("cluster", "passing", "both"), (cluster.public_id for cluster in clusters), strict=False)),
    }
    found |= {kind: KINDS[kind].model.objects.filter(**held).order_by("id").values_list("public_id", flat=True).first()
              for kind in ("agreement", "event", "delegation", "cycle", "customer")}
    found["meeting"] = Meeting.objects.filter(**held).order_by("-id").values_list("public_id", flat=True).first()
    found |= {kind: str(number) for kind, number in Job.objects.filter(
        held_by=REGIONS[0], state="done").order_by("id").values_list("kind", "pk")}
    return {name: record for name, record in found.items() if record}


def _first_case(stage: str) -> str | None:
    return Case.objects.filter(held_by=REGIONS[0], archived=False, stage=stage).order_by("id").values_list(
        "public_id", flat=True).first()
