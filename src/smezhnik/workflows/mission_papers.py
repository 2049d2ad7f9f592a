"""Whom to take to a customer, and the dossier of each plant on a page: readiness, what it makes, three questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from smezhnik.activities.models import Admission, Customer
from smezhnik.activities.queries import PlantReady, readiness_of
from smezhnik.classifiers.english import product_name
from smezhnik.cooperation.access import visible_contracts
from smezhnik.errors import InputError
from smezhnik.messages import format_date, say
from smezhnik.papers import Cell, Column, Paper, Table, Text
from smezhnik.papers.paper import Light
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_offers
from smezhnik.registry.models import Offer
from smezhnik.types import Lang

#: Plants that a mission takes unless somebody chooses, and at most ever; offers on a page; questions of a plant.
TAKEN, MOST, SHOWN, QUESTIONS = 8, 30, 6, 3
_LIGHTS: Mapping[str, Light] = {"green": "ok", "lacking": "bad", "cannot_say": "unk"}


def whom_to_take(plants: Sequence[PlantReady]) -> list[PlantReady]:
    """Plants that are ready for something and lack nothing on the day, in the order of ``readiness_of``: the most green
    first. One of which nothing is known is asked first, not taken.
    """
    return [one for one in plants if one.counts.get("green", 0) and not one.counts.get("lacking", 0)][:TAKEN]


def dossier_paper(customer: Customer, viewer: Viewer, on: dt.date, lang: Lang, *, chosen: Collection[str] = ()
                  ) -> Paper:
    """The dossiers of plants for a customer on the day of the mission or tender, a page each.

    Parameters
    ----------
    chosen : public ids of plants; none takes ``whom_to_take``

    Raises
    ------
    InputError where there is nobody to take.
    """
    known = readiness_of(customer, viewer, on)
    taken = [one for one in known if one.organisation.public_id in chosen][:MOST] if chosen else whom_to_take(known)
    if not taken:
        raise InputError("dossier_of_nobody", name=customer.name)
    firms = [one.organisation.pk for one in taken]
    offers, admissions, contracts = _offers(viewer, firms, customer), _admissions(customer, firms), _contracts(
        viewer, firms)
    blocks: list[Text | Table] = [_list(taken, lang), _buys(customer, lang)]
    for one in taken:
        pk = one.organisation.pk
        own = admissions.get(pk, [])
        blocks += [_steps(one, lang), _makes(offers.get(pk, []), contracts.get(pk, 0), lang),
                   Text(say("paper.dossier.questions", lang), [
                       f"{number}. {text}" for number, text in enumerate(_questions(one, own, offers.get(
                           pk, []), lang), 1)])]
        if own:
            blocks.insert(len(blocks) - 1, _way(own, lang))
    return Paper(say("paper.dossier.title", lang, name=customer.name), lang, customer.public_id, blocks,
                 lead=[say("paper.dossier.lead", lang, count=len(taken), of=len(known))], as_of=on,
                 sources=[say("paper.dossier.source", lang), *filter(None, [customer.source])])


def _list(taken: Sequence[PlantReady], lang: Lang) -> Table:
    heads = (("paper.no", 0.5, False), ("paper.body", 4, False), ("paper.dossier.green", 1, True),
             ("paper.dossier.unsaid", 1.2, True), ("paper.dossier.lacking", 1, True))
    rows = [[Cell(str(number)), Cell(one.organisation.name), *(Cell(str(one.counts.get(light, 0)))
                                                                for light in ("green", "cannot_say", "lacking"))]
            for number, one in enumerate(taken, 1)]
    return Table(say("paper.dossier.list", lang), [Column(say(code, lang), share, number) for code, share, number in
                                                   heads], rows)


def _buys(customer: Customer, lang: Lang) -> Text:
    """What the customer buys: its codes in words, where it buys, which road map stands."""
    lines = [f"{code} {product_name(code[:5], lang) or ''}".strip() for code in customer.buys or ()]
    lines += [say(f"paper.dossier.{name}", lang, value=value) for name in ("unit", "platforms", "road_map")
              if (value := getattr(customer, name))]
    return Text(say("paper.dossier.buys", lang), lines or [say("paper.report.unknown", lang)])


def _steps(one: PlantReady, lang: Lang) -> Table:
    """The readiness of a plant; it begins the plant's page."""
    rows = [[Cell(ready.step.name, "" if ready.step.verified else say("web.customer.unverified", lang)),
             Cell(say(f"web.light.{ready.light}", lang), light=_LIGHTS[ready.light]),
             Cell(say(f"web.ready.{ready.why}", lang, day=ready.day))] for ready in one.steps]
    heads = (("web.customer.step", 3), ("paper.dossier.state", 1.6), ("paper.dossier.why", 2.6))
    return Table(one.organisation.name, [Column(say(code, lang), share) for code, share in heads], rows,
                 empty=say("paper.dossier.no_steps", lang), new_page=True)


def _makes(offers: Sequence[Offer], contracts: int, lang: Lang) -> Text:
    lines = [f"{one.text}{f' ({one.okpd2})' if one.okpd2 else ''}" for one in offers[:SHOWN]]
    if len(offers) > SHOWN:
        lines.append(say("paper.dossier.more", lang, count=len(offers) - SHOWN))
    if contracts:
        lines.append(say("paper.dossier.contracts", lang, count=contracts))
    return Text(say("paper.dossier.makes", lang), lines or [say("paper.report.unknown", lang)])


def _way(rows: Sequence[Admission], lang: Lang) -> Text:
    """Products that are on their way to the customer already."""
    return Text(say("web.customer.admissions", lang), [
        f"{one.product}: {say(f'web.admission.{one.stage}', lang)}, {format_date(one.stage_on, lang)}" + (
            f" ({say(f'web.admission.refusal.{one.refusal}', lang)})" if one.refusal else "") for one in rows])


def _questions(one: PlantReady, own: Sequence[Admission], offers: Sequence[Offer], lang: Lang) -> list[str]:
    """What to ask: what became of refusals, when what lacks will be there, what nobody said, capacity, references."""
    asked = [say("paper.ask.refused", lang, product=row.product, why=say(f"web.admission.refusal.{row.refusal}", lang))
             for row in own if row.refusal]
    asked += [say("paper.ask.ended" if ready.day else "paper.ask.lacking", lang, step=ready.step.name, day=ready.day)
              for ready in one.steps if ready.light == "lacking"]
    asked += [say("paper.ask.unsaid", lang, step=ready.step.name) for ready in one.steps if ready.light == "cannot_say"]
    asked += [say("paper.ask.capacity", lang, product=offer.text) for offer in offers if offer.capacity is None][:1]
    asked += [say("paper.ask.references", lang), say("paper.ask.term", lang), say("paper.ask.price", lang)]
    return asked[:QUESTIONS]


def _offers(viewer: Viewer, firms: Sequence[int], customer: Customer) -> dict[int, list[Offer]]:
    """What the plants make, what the customer buys first."""
    codes = tuple(customer.buys or ())
    found: dict[int, list[Offer]] = {}
    for row in visible_offers(viewer).exclude(confidential=True).filter(organisation__in=firms).order_by("id"):
        found.setdefault(row.organisation_id, []).append(row)
    return {pk: sorted(rows, key=lambda row: not (row.okpd2 or "").startswith(codes) if codes else False)
            for pk, rows in found.items()}


def _admissions(customer: Customer, firms: Sequence[int]) -> dict[int, list[Admission]]:
    found: dict[int, list[Admission]] = {}
    for row in customer.admissions.filter(archived=False, organisation__in=firms):
        found.setdefault(row.organisation_id, []).append(row)
    return found


def _contracts(viewer: Viewer, firms: Sequence[int]) -> dict[int, int]:
    """How many contracts each plant has as a seller, of those that the viewer sees."""
    found: dict[int, int] = {}
    rows: Any = visible_contracts(viewer).filter(seller__in=firms).order_by().values_list("seller", flat=True)
    for seller in rows:
        found[seller] = found.get(seller, 0) + 1
    return found
