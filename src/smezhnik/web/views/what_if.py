"""What if: members, contracts, sums and facts of a cluster otherwise, and the verdict beside the present one.

Nothing is stored: the whole question stands in the address, which may be sent to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.records.access import KINDS, Viewer
from smezhnik.tables import table
from smezhnik.web.forms import read_value
from smezhnik.web.given import day_of
from smezhnik.web.views.clusters import cluster_of, contract_rows
from smezhnik.web.views.errors import forbidden, sentence_of
from smezhnik.workflows.cluster_card import what_if as judge_both
from smezhnik.workflows.cluster_records import Change, Stored, asked_facts, stored

#: Contracts with a sum that one question may name, and links that are proposed to be signed.
MOST_BONDS, MOST_LINKS = 3, 12


def what_if(request: Any, public_id: str) -> HttpResponse:
    """The form with what the address asks, and both verdicts where it asks anything."""
    viewer, found = request.user.viewer, cluster_of(request, public_id)
    if not viewer.sees("internal"):
        return forbidden(request)
    whole, day, given = stored(found), day_of(request), request.GET
    context: dict[str, Any] = {
        "cluster": found, "day": day, "given": given, "members": whole.members, "made": None, "error": "", "faults": [],
        "contracts": contract_rows(whole, viewer), "facts_asked": asked_facts(found, day),
        "bonds": range(1, MOST_BONDS + 1),
        "known": {fact.fact: fact.value for fact in whole.facts}, "links": list(_links(whole, viewer)),
    }
    try:
        change = _change(request, viewer)
        context["joined"] = KINDS["organisation"].visible_to(viewer).filter(public_id__in=change.add) \
            if change.add else []
        if change:
            context["made"] = judge_both(whole, change, on=day, lang=request.lang)
    except SmezhnikError as error:
        context["error"] = sentence_of(error, request.lang)
        context["faults"] = list(error.faults) if isinstance(error, InputFaults) else []
    return render(request, "what_if.html", {"joined": [], **context})


def _change(request: Any, viewer: Viewer) -> Change:
    given = request.GET
    value = table("contracts").columns["value_th_rub"]

    def number(text: str) -> float | None:
        found: float | None = read_value(value, text.strip())
        return found

    contracts = KINDS["contract"].visible_to(viewer)
    sums = {name[4:]: number(text) for name, text in given.items() if name.startswith("sum-") and text.strip()}
    known = set(contracts.filter(public_id__in=[*sums, *given.getlist("end")]).values_list("public_id", flat=True))
    links = {link.public_id: link for link in KINDS["link"].visible_to(viewer).filter(
        public_id__in=given.getlist("sign"))} if given.getlist("sign") else {}
    bonds = [(given.get(f"seller-{at}", ""), given.get(f"buyer-{at}", ""), number(given.get(f"value-{at}", "")))
             for at in range(1, MOST_BONDS + 1)]
    return Change(
        add=named_organisations(viewer, given.get("add", "")), remove=given.getlist("out"),
        end=[name for name in given.getlist("end") if name in known],
        sums={name: text for name, text in sums.items() if name in known and text is not None},
        sign={name: link.value_th_rub or 0.0 for name, link in links.items()},
        bonds=[(seller, buyer, sum_ or 0.0) for seller, buyer, sum_ in bonds if seller and buyer],
        facts={name[5:]: text.strip() for name, text in given.items() if name.startswith("fact-") and text.strip()})


def named_organisations(viewer: Viewer, text: str) -> list[str]:
    """Public ids of organisations named by number, ИНН or name, parted by semicolons.

    Raises
    ------
    InputError where one of them is not among those that the viewer may know of.
    """
    found = []
    rows = KINDS["organisation"].visible_to(viewer)
    for named in filter(None, (part.strip() for part in text.split(";"))):
        whose = rows.filter(public_id=named.upper()).first() or rows.filter(inn=named).first() or \
            rows.filter(name__iexact=named).first()
        if whose is None:
            raise InputError("organisation_absent", found=named)
        found.append(whose.public_id)
    return found


def _links(whole: Stored, viewer: Viewer) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Found links between members that nobody has signed, the largest first."""
    kind = KINDS["link"]
    inside = [member.organisation_id for member in whole.members]
    signed = {(one.seller_id, one.buyer_id) for one in whole.contracts}
    rows = kind.visible_to(viewer).filter(offer__organisation__in=inside, need__organisation__in=inside,
                                          grade__in=("A", "B")).order_by("-value_th_rub", "id")
    shown = [link for link in rows if (link.offer.organisation_id, link.need.organisation_id) not in signed]
    for link in shown[:MOST_LINKS]:
        yield link, kind.seen(viewer, link)
