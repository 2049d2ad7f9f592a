"""How many queries every page costs each role: never more because there are more rows, and never more unnoticed.

``SMEZHNIK_RENEW_QUERIES=1 python -m pytest tests/web/test_queries.py`` writes the baseline anew.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smezhnik.accords.models import Agreement, Aim, Commitment, Order, Plan
from smezhnik.activities.models import (
    Admission,
    AgendaItem,
    Customer,
    CustomerStep,
    Cycle,
    Decision,
    Delegation,
    Event,
    Meeting,
    MeetingGuest,
    Nominee,
    PairMeeting,
    Participant,
    Problem,
    Readiness,
)
from smezhnik.cooperation.models import Case, Cluster, Contract, Delivery, Member
from smezhnik.imports.models import Import
from smezhnik.jobs.models import Job
from smezhnik.people.models import User
from smezhnik.records.actions import act
from smezhnik.records.models import Action
from smezhnik.registry.models import Need, Offer, Organisation, Site
from smezhnik.strategy.actions import open_report
from smezhnik.strategy.models import Goal, GoalAim, Indicator, IndicatorValue, ReportTask
from tests.workplace import HERE, body, make, make_user, signed_in

pytestmark = pytest.mark.django_db
BASELINE = Path(__file__).with_name("queries.json")
#: Pages of lists and of one record; what may not be seen costs queries, too.
PAGES = ("/", "/organisations/", "/offers/", "/needs/", "/sites/", "/cases/", "/contracts/", "/clusters/", "/links/",
         "/cases/board/", "/needs/?q=насос", "/imports/", "{import}", "/jobs/", "/journal/", "{action}", "/users/",
         "/account/", "/regions/", "{organisation}", "{need}", "{need}history/", "{need}why/", "{need}edit/", "{case}",
         "/agreements/", "{agreement}", "/orders/?state=all", "{order}", "/orders/red-list/", "/orders/reminders/",
         "{chain}",
         "/api/v1/needs", "/api/v1/organisations", "/needs.csv", "/find/", "/find/?text=насос", "{need}partners/",
         "{cluster}", "{cluster}what-if/", "{cluster}network/", "/compose/", "/allocation/", "/packs/",
         "/packs/ru-779/", "/classifiers/", "/classifiers/okpd2/23.1/",
         "/pair/", "/pair/RU-BA/RU-CHE/", "/map/", "/cases/list/", "/cases/funnel/", "/regions/RU-BA/")
PAGES += ("/year/?on=2026-12-31", "/year/sum/?on=2026-12-31", "/strategy/?on=2026-12-31", "/indicators/?on=2026-12-31")
PAGES += ("/cycles/", "/meetings/", "/events/", "/customers/", "/delegations/", "/meetings.ics", "{cycle}", "{meeting}",
          "{event}", "{customer}", "{delegation}")
ROLES = ("ministry", "cluster", "fund", "plant", "auditor", "security", "administrator")
FEW, MANY = 10, 100


def fill(start: int, count: int, first: dict[str, Any]) -> None:
    """So many more of everything, with all that belongs to it."""
    about = {"held_by": HERE, "region": HERE}
    organisations = [Organisation(name=f"Завод {number}", **about) for number in range(start, start + count)]
    for item in organisations:
        item.index()
    with act("система", "registry.enter_organisation", held_by=HERE) as made:
        made.create(organisations)
    whose = [first.setdefault("organisation", organisations[0]), *organisations][:count]
    sites = [Site(name=f"Цех {number}", organisation=one, **about) for number, one in enumerate(whose)]
    with act("система", "registry.enter_site", held_by=HERE) as made:
        made.create(sites)
    offers = [Offer(text=f"Насос {start + number}", organisation=one, site=site, okpd2="28.13.14", basis="declared",
                    **about) for number, (one, site) in enumerate(zip(whose, sites, strict=True))]
    needs = [Need(text=f"Насос {start + number}", organisation=one, site=site, okpd2="28.13.14", basis="declared",
                  confidential=False, **about) for number, (one, site) in enumerate(zip(whose, sites, strict=True))]
    for item in (*offers, *needs):
        item.index()
    with act("система", "registry.enter_need", held_by=HERE) as made:
        made.create(offers)
        made.create(needs)
    first.setdefault("need", needs[0])
    sold = [*offers[2:], *offers[:2]]  # nobody sells to itself
    cases = [Case(need=need, offer=offer, buyer=need.organisation, seller=offer.organisation, stage="contacted",
                  basis="declared", held_by=HERE) for need, offer in zip(needs, sold, strict=True)]
    with act("система", "cooperation.open_case", held_by=HERE) as made:
        made.create(cases)
        made.create([Contract(case=case, buyer=case.buyer, seller=case.seller, text="Насос", basis="declared",
                              held_by=HERE) for case in cases])
    first.setdefault("case", cases[0])
    if "cluster" not in first:
        first["cluster"] = make(Cluster(name="Кластер с участниками", pack="ru-779", **about))
    for one in organisations:
        make(Member(cluster=first["cluster"], organisation=one, held_by=HERE, roles=["producer"]))
    promise(start, count, first)
    first.setdefault("contract", Contract.objects.order_by("id")[0])
    for number in range(start, start + count):
        cluster = Cluster(name=f"Кластер {number}", pack="ru-779", **about)
        cluster.index()
        make(cluster)
        job = Job.objects.create(kind="read_import", who="кто-ministry", held_by=HERE, state="done")
        item = Import.objects.create(file=f"файл {number}.csv", digest="0" * 64, size=1, table="needs", held_by=HERE,
                                     who="кто-ministry", state="ready", job=job)
        first.setdefault("import", item)
        User(login=f"ещё {number}", role="fund", region=HERE).save()


def promise(start: int, count: int, first: dict[str, Any]) -> None:
    """So many more agreements, items of the first plan, orders, contracts that an item caused, deliveries of them."""
    about, day = {"held_by": HERE}, dt.date(2026, 11, 2)
    for number in range(start, start + count):
        agreement = Agreement(title=f"Соглашение {number}", kind="ministerial", state="in_force", signed_on=day,
                              **about)
        first.setdefault("agreement", make(agreement))
        plan = make(Plan(agreement=agreement, edition=1, title="План", **about))
        first.setdefault("plan", plan)
        item = make(Commitment(plan=first["plan"], no=str(number), text="Поставки", **about))
        first.setdefault("item", item)
        for measure in ("contracts_sum", "members_joined", "needs_answered"):
            make(Aim(commitment=item, measure=measure, plan=5, counted="in_scope", due=day, **about))
        order = make(Order(text=f"Связи {number}", number=f"п. {number}", protocol="1-пр", executor="Отдел",
                           state="in_work", due_first=day, due=day, agreement=agreement, **about))
        first.setdefault("order", order)
        make(Aim(order=order, measure="links_new", plan=5, counted="in_scope", due=day, **about))
    for contract in Contract.objects.filter(signed_on=None).select_related("case"):
        Contract.objects.filter(pk=contract.pk).update(signed_on=day, value_th_rub=5.0)
        Case.objects.filter(pk=contract.case_id).update(commitment_id=first["item"].public_id)
        make(Delivery(contract=contract, on=day, value_th_rub=1.0, **about))


def sum_up(start: int, count: int) -> None:
    """So many more goals, indicators with two facts each, and a report with so many tasks."""
    report = open_report(HERE, dt.date(2026, 12, 31), "кто-ministry")
    for number in range(start, start + count):
        goal = make(Goal(no=str(number), text="Больше связей", held_by=HERE))
        make(GoalAim(goal=goal, measure="links_new", plan=5, counted="in_scope", due=dt.date(2026, 12, 31),
                     held_by=HERE))
        found = make(Indicator(code=f"i{number}", name_ru="Индекс", name_en="Index", unit_ru="%", unit_en="%",
                               better="more", sort="index", period="by_year", section="output", place=number,
                               held_by=HERE))
        for source in ("Росстат", "Министерство"):
            make(IndicatorValue(indicator=found, year=2026, plan=5.0, fact=4.0, source=source, held_by=HERE))
        make(ReportTask(report=report, text="Задача", executor="Отдел", controller="Министр",
                        due=dt.date(2027, 6, 1), held_by=HERE))


def meet(first: dict[str, Any], start: int, count: int) -> None:
    """So many more sittings, participants, pair meetings, steps and candidates, with all that belongs to them."""
    about, day = {"held_by": HERE, "region": HERE}, dt.date(2026, 11, 2)
    plants = list(Organisation.objects.order_by("id"))[start:start + count]
    if "cycle" not in first:
        first |= {"cycle": make(Cycle(name="Час", kind="industrial_hour", **about)),
                  "customer": make(Customer(name="Корпорация", **about)),
                  "event": make(Event(name="День поставщика", kind="supplier_day", standing="timetabled", starts_on=day,
                                      hours="10:00-12:00", **about)),
                  "delegation": make(Delegation(name="Выставка", **about))}
        first["step"] = make(CustomerStep(customer=first["customer"], name="Аудит", held_by=HERE))
        first["meeting"] = make(Meeting(cycle=first["cycle"], name="Первое", held_on=day, standing="called", **about))
    item = make(AgendaItem(meeting=first["meeting"], place=1, kind="own", title="Вопрос", minutes=5, held_by=HERE))
    for number, plant in enumerate(plants):
        make(Meeting(cycle=first["cycle"], name=f"Совещание {number}", held_on=day, host=plant, standing="called",
                     **about))
        make(MeetingGuest(meeting=first["meeting"], organisation=plant, body=plant.name, post="директор",
                          held_by=HERE))
        make(Decision(meeting=first["meeting"], item=item, kind="note", text="Принять", held_by=HERE))
        make(Problem(meeting=first["meeting"], organisation=plant, text="Сырьё", held_by=HERE))
        make(Readiness(step=first["step"], organisation=plant, standing="has", held_by=HERE))
        make(Admission(customer=first["customer"], organisation=plant, product="Насос", stage_on=day, held_by=HERE))
        make(Nominee(delegation=first["delegation"], organisation=plant.name, post="директор", held_by=HERE))
        for model, kind in ((Cycle, "industrial_hour"), (Event, "course"), (Customer, ""), (Delegation, "")):
            make(model(name=f"Ещё {number}", **({"kind": kind} if kind else {}), **about))
        firm = make(Participant(event=first["event"], organisation=plant, side="guest" if number else "host",
                                held_by=HERE))
        if "firm" in first:
            make(PairMeeting(event=first["event"], host=first["firm"], guest=firm, slot=1 + number % 4,
                             table=1 + number // 4, standing="held", outcome="contact", held_by=HERE))
        first.setdefault("firm", firm)


def count(clients: dict[str, Client], names: dict[str, str]) -> dict[str, dict[str, int]]:
    """Page → role → queries of the second visit: the first one may fill a cache of the program."""
    found: dict[str, dict[str, int]] = {}
    for page in PAGES:
        for role, client in clients.items():
            address = page.format(**names)
            body(client.get(address))
            with CaptureQueriesContext(connection) as queries:
                body(client.get(address))
            found.setdefault(page, {})[role] = len(queries)
    return found


def test_a_page_costs_what_it_did_and_the_same_with_ten_times_the_rows(settings: Any) -> None:
    settings.LIMITS = {}
    first: dict[str, Any] = {}
    fill(0, FEW, first)
    sum_up(0, FEW)
    meet(first, 0, FEW)
    clients = {role: signed_in(make_user(f"кто-{role}", role, region=HERE, exports=True,
                                         organisation=first["organisation"] if role == "plant" else None))
               for role in ROLES}
    names = {name: f"/r/{first[name].public_id}/" for name in ("organisation", "need", "case")}
    names |= {"agreement": f"/agreements/{first['agreement'].public_id}/",
              "order": f"/orders/{first['order'].public_id}/",
              "chain": f"/contracts/{first['contract'].public_id}/chain/"}
    action = Action.objects.get(what="registry.enter_organisation", changes=FEW)
    names["cluster"] = f"/clusters/{first['cluster'].public_id}/"
    names |= {name: f"/{name}s/{first[name].public_id}/" for name in ("cycle", "meeting", "event", "customer",
                                                                      "delegation")}
    names |= {"import": f"/imports/{first['import'].pk}/", "action": f"/journal/{action.number}/"}
    few = count(clients, names)
    fill(FEW, MANY - FEW, first)
    sum_up(FEW, MANY - FEW)
    meet(first, FEW, MANY - FEW)
    many = count(clients, names)
    grown = {f"{page} {role}": (few[page][role], many[page][role]) for page in PAGES for role in ROLES
             if many[page][role] > few[page][role] + 1}  # one more where a list now has a second page
    assert grown == {}
    if os.environ.get("SMEZHNIK_RENEW_QUERIES") == "1":
        BASELINE.write_text(json.dumps(few, indent=1, ensure_ascii=False) + "\n", "utf-8")
    kept = json.loads(BASELINE.read_text("utf-8"))
    if connection.vendor == "postgresql":  # it sorts a page of a search in a question of its own, and nothing more
        assert {f"{page} {role}": (asked, kept[page][role]) for page, roles in few.items()
                for role, asked in roles.items() if asked > kept[page][role] + 1} == {}
        return
    assert {page: kept.get(page) for page in PAGES} == few, "cheaper or dearer: look why, then renew the baseline"
