"""The card of an organisation: all that belongs to it, in sections; contacts for those few who may see them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from smezhnik.cooperation.models import Case, Cluster, Contract, Member
from smezhnik.records.journal import verify
from smezhnik.registry.models import Contact, Fact, Organisation
from tests.web.world import BUSINESS, HERE, THERE, VIEWERS, World
from tests.workplace import make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 2)


def furnished() -> Organisation:
    plant, other = make_organisation("Салаватское стекло"), make_organisation("Окна Идель")
    offer = make_offer("Стекло листовое", organisation=plant, confidential=False)
    make_need("Песок кварцевый", organisation=plant, confidential=False)
    need = make_need("Стекло 4 мм", organisation=other, confidential=False)
    case = make(Case(need=need, offer=offer, buyer=other, seller=plant, held_by=HERE, basis="declared",
                     stage="negotiating", opened_on=DAY, stage_on=DAY, next_on=DAY))
    make(Contract(case=case, seller=plant, buyer=other, text="Поставка стекла", held_by=HERE, basis="declared"))
    cluster = make(Cluster(name="Стекольный кластер", pack="ru-779", region=HERE, held_by=HERE))
    make(Member(cluster=cluster, organisation=plant, held_by=HERE))
    make(Fact(organisation=plant, column="jobs", value=640, source="Отчёт завода", valid_until=DAY, held_by=HERE))
    return plant


def test_the_card_says_all_that_belongs_to_the_organisation() -> None:
    plant = furnished()
    page = signed_in(make_user("анна", "ministry", region=HERE)).get(f"/r/{plant.public_id}/").content.decode()
    for words in ("Что производит", "Стекло листовое", "Что ей нужно", "Песок кварцевый", "Дела", "Переговоры",
                  "Договоры", "Поставка стекла", "Стекольный кластер", "Отчёт завода", "действует до 02.11.2026",
                  "С кем говорить"):
        assert words in page, words


def send(client: Client, plant: Organisation, **values: Any) -> int:
    return int(client.post(f"/r/{plant.public_id}/contacts/", values).status_code)


def test_a_contact_is_entered_changed_and_taken_away() -> None:
    plant = make_organisation()
    client = signed_in(make_user("анна", "ministry", region=HERE))
    assert send(client, plant, person="Отдел сбыта", phone="+7 347 000-00-00", mail="sales@example.org") == 302
    made = Contact.objects.get()
    page = client.get(f"/r/{plant.public_id}/").content.decode()
    assert "Отдел сбыта" in page and 'href="tel:+7347000-00-00"' in page and "mailto:sales@example.org" in page
    assert send(client, plant, contact=made.public_id, version=1, person="Отдел продаж") == 302
    assert send(client, plant, contact=made.public_id, version=1, person="Кто-то другой") == 409, "somebody was quicker"
    assert Contact.objects.get().person == "Отдел продаж"
    assert send(client, plant, contact=made.public_id, version=2, what="archive", person="") == 302
    assert "Отдел продаж" not in client.get(f"/r/{plant.public_id}/").content.decode() and verify() == []
    assert send(client, plant, person="  ") == 400 and send(client, plant, contact="T-0000-0000", person="а") == 404


@pytest.mark.parametrize("viewer", VIEWERS)
def test_contacts_are_seen_and_kept_by_few(world: World, viewer: str) -> None:
    """The ministry of the region and the plant itself; the cluster organisation changes plants, and not these."""
    for contact in Contact.objects.select_related("organisation"):
        plant, client = contact.organisation, world.clients[viewer]
        here = plant.held_by == HERE
        may = here and viewer in ("ministry", "plant")
        page = client.get(f"/r/{plant.public_id}/").content.decode()
        assert (contact.person in page) == may and (str(contact.phone) in page) == may
        assert ("/contacts/" in page) == may
        knows = viewer in BUSINESS and (here or viewer in ("administrator", "auditor_of_all"))
        wanted = 302 if viewer == "guest" or may else 403 if knows else 404
        assert send(client, plant, person="Новый человек") == wanted, (viewer, plant.held_by)
    assert Contact.objects.filter(person="Новый человек", held_by=THERE).count() == 0


def test_a_contact_of_another_plant_cannot_be_changed_through_ones_own() -> None:
    plant, other = make_organisation("Окна"), make_organisation("Стекло")
    foreign = make(Contact(organisation=other, person="Чужой человек", held_by=HERE))
    client = signed_in(make_user("завод", "plant", region=HERE, organisation=plant))
    assert send(client, plant, contact=foreign.public_id, version=1, person="Мой") == 404
    assert not re.search("Чужой", client.get(f"/r/{other.public_id}/").content.decode())
