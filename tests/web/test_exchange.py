"""Story 2 through the pages: keys compared by telephone, a package out, its difference looked at, taken, answered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.accords.actions import confirm
from smezhnik.accords.models import Agreement, Commitment, Neighbour, Parcel, Party
from smezhnik.accords.sealed import fingerprint
from smezhnik.workflows.parcels import own_public
from tests.accords.factories import make_agreement, make_plan
from tests.web.world import VIEWERS, World, words_of
from tests.workplace import HERE, PASSWORD, THERE, make, make_user, signed_in

pytestmark = pytest.mark.django_db


def words(answer: Any) -> str:
    return str(answer.content.decode().replace("\xa0", " "))


@pytest.fixture
def desks(settings: Any, tmp_path: Path) -> Any:
    """A browser of each ministry, and a way to stand in its installation."""
    clients = {region: signed_in(make_user(f"министр-{region}".lower(), "ministry", region=region, exports=True))
               for region in (HERE, THERE)}

    def at(region: str) -> Client:
        settings.HOME = tmp_path / region
        settings.HOME.mkdir(exist_ok=True)
        return clients[region]

    return at


def take_key(desk: Client, region: str, key: str, told: str) -> Any:
    return desk.post("/neighbours/", {"region": region, "key": key, "told": told, "title": "Минпромышленности",
                                      "confirm": PASSWORD})


def receive(desk: Client, sent: bytes) -> Any:
    return desk.post("/agreements/receive/", {"file": SimpleUploadedFile("пакет.json", sent)})


def apply(desk: Client, page: str) -> Any:
    digest = page.partition('name="digest" value="')[2][:64]
    return desk.post("/agreements/receive/", {"digest": digest, "do": "take"})


def test_two_ministries_confirm_and_dispute_without_a_common_server(desks: Any) -> None:
    day = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 – the day of the page
    agreement = make_agreement()
    items = make_plan(agreement, {"no": "2.4"}, {"no": "3.1"})
    for item, value in zip(items, (4.0, 6.0), strict=True):
        confirm(item, 1, True, "аналитик", on=day, value=value)
    address = f"/agreements/{agreement.public_id}/"
    here = desks(HERE)
    key = own_public()
    page = words(here.get("/neighbours/"))
    assert key in page and fingerprint(key) in page and "Соседей пока нет" in page
    session = here.session
    del session["confirmed_at"]  # the password was typed long ago
    session.save()
    refused = here.post(f"{address}send/")
    assert refused.status_code == 403 and "confirm" in words(refused), "the password is asked for once more"
    answer = here.post(f"{address}send/", {"confirm": PASSWORD})
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    sent = answer.content

    there = desks(THERE)
    unknown = receive(there, sent)
    assert unknown.status_code == 400
    assert f"отпечаток: {fingerprint(key)}" in words(unknown) and "по телефону" in words(unknown)
    assert take_key(there, "Башкортостан", key, "1").status_code == 400
    assert not Neighbour.objects.exists()
    assert take_key(there, "Башкортостан", key, fingerprint(key)).status_code == 302
    broken = receive(there, sent.replace(b'"value": 4.0', b'"value": 5.0'))
    assert broken.status_code == 400 and "Пакет изменён после подписи" in words(broken)
    page = words(receive(there, sent))
    assert "Подпись верна" in page and "Пункт 2.4: слово соседа" in page and "Что изменится: 4" in page
    assert not Agreement.objects.filter(held_by=THERE).exists()
    assert apply(there, page).status_code == 302
    theirs = Agreement.objects.get(held_by=THERE)
    by_no = {one.no: one for one in Commitment.objects.filter(held_by=THERE)}
    for no, agrees, value, why in (("2.4", "yes", "4", ""), ("3.1", "no", "5", "Одна связь не та")):
        assert there.post(f"/agreements/{theirs.public_id}/confirm/change/", {
            "commitment": by_no[no].public_id, "side": "2", "agrees": agrees, "value": value, "note": why,
            "on": day.isoformat()}).status_code == 302
    back = there.post(f"/agreements/{theirs.public_id}/send/").content
    key = own_public()

    here = desks(HERE)
    assert take_key(here, "Челябинская область", key, fingerprint(key)).status_code == 302
    page = words(receive(here, back))
    assert "Что изменится: 2" in page and "Одна связь не та" in page
    assert apply(here, page).status_code == 302
    page = words(here.get(address))
    assert "подтверждено обеими сторонами" in page
    assert "· спор" in page
    row = page.partition(f'id="{items[1].public_id}"')[2].partition("</tr>")[0]
    assert "значение 6" in row and "значение 5" in row and "Одна связь не та" in row, "both values stand side by side"
    assert "Принят пакет соседа" in page and "Выдан пакет для соседа" in page
    count = Parcel.objects.count()
    page = words(receive(here, back))
    assert "менять нечего" in page and Parcel.objects.count() == count
    assert here.post("/agreements/receive/", {"digest": "0" * 64, "do": "take"}).status_code == 400
    neighbour = Neighbour.objects.get(held_by=HERE)
    assert here.post(f"/neighbours/{neighbour.public_id}/drop/").status_code == 302
    assert receive(here, back).status_code == 400


def test_an_agreement_that_was_entered_by_hand_is_chosen_on_the_page(desks: Any) -> None:
    agreement = make_agreement()
    make_plan(agreement, {"no": "2.4"})
    own = make_agreement(held_by=THERE, title="Соглашение с соседом")
    sent = desks(HERE).post(f"/agreements/{agreement.public_id}/send/", {"confirm": PASSWORD}).content
    key = own_public()
    there = desks(THERE)
    take_key(there, "Башкортостан", key, fingerprint(key))
    page = words(receive(there, sent))
    assert "внести как новое" in page and own.title in page
    digest = page.partition('name="digest" value="')[2][:64]
    page = words(there.post("/agreements/receive/", {"digest": digest, "into": own.public_id}))
    assert "То же соглашение у вас" in page and "В чём стороны расходятся" in page
    there.post("/agreements/receive/", {"digest": digest, "into": own.public_id, "do": "take"})
    own.refresh_from_db()
    assert own.shared_id == agreement.public_id and Agreement.objects.filter(held_by=THERE).count() == 1


def test_only_the_ministry_signs_and_takes_packages(world: World, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    for viewer in VIEWERS:
        client, guest, may = world.clients[viewer], viewer == "guest", viewer == "ministry"
        for address in ("/neighbours/", "/agreements/receive/"):
            status = client.get(address).status_code
            assert status == (302 if guest else 200 if may else 403), (viewer, address)
            if not may:
                assert client.post(address, {"confirm": PASSWORD}).status_code == (302 if guest else 403)
        for region in (HERE, THERE):
            thing = world.thing("agreement_open", region)
            status = client.post(f"/agreements/{thing.record.public_id}/send/", {"confirm": PASSWORD}).status_code
            expected = 302 if guest else 404 if not thing.known_to(viewer) else 403
            assert status == (400 if may and region == HERE else expected), "its parties are of one region only"
        assert client.post("/neighbours/A-0000-0000/drop/").status_code == (302 if guest else 404 if may else 403)
    user = world.users["ministry"]
    type(user).objects.filter(pk=user.pk).update(exports=False)
    address = f"/agreements/{world.thing('agreement_open').record.public_id}/send/"
    assert world.clients["ministry"].post(address, {"confirm": PASSWORD}).status_code == 403
    type(user).objects.filter(pk=user.pk).update(exports=True)


def test_a_package_holds_nothing_that_not_everybody_may_read(world: World, settings: Any, tmp_path: Path) -> None:
    """Every value of the world that an auditor may not read is a canary; none leaves with the file."""
    settings.HOME = tmp_path
    agreement = world.thing("agreement_open").record
    make_party(agreement)
    answer = world.clients["ministry"].post(f"/agreements/{agreement.public_id}/send/", {"confirm": PASSWORD})
    assert answer.status_code == 200
    said = words_of(answer)
    closed = [what for what, secret, readers in world.secrets() if "auditor" not in readers and secret in said]
    assert closed == []
    assert world.thing("need_open").title in said and world.thing("need_open").record.organisation.name not in said


def make_party(agreement: Agreement) -> None:
    make(Party(held_by=HERE, agreement=agreement, side=2, body="Ведомство соседа", region=THERE, post="министр"))
