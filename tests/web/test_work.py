"""The main job in a browser: set up, sign in, load files with faults, mend them, find, undo."""

from __future__ import annotations

import io

import pytest

from smezhnik.cooperation.models import Contract
from smezhnik.imports.models import Import
from smezhnik.people.actions import make_token
from smezhnik.people.models import User
from smezhnik.records.actions import act
from smezhnik.records.journal import verify
from smezhnik.registry.models import Need, Organisation
from tests.workplace import HERE, body, do_jobs, make, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

NEEDS = """Что нужно;Покупатель;Объём в год;Единица;Код ОКПД2
Стекло листовое М1 4 мм;Окна Идель;420000;м²;23.11.12
Болты М12×60;Метиз-Уфа;{volume};т;25.94.11
"""


def upload(client, text: str, table: str = "needs") -> Import:  # type: ignore[no-untyped-def]
    file = io.BytesIO(text.encode("utf-8"))
    file.name = "потребности.csv"
    answer = client.post("/imports/", {"file": file, "table": table})
    assert answer.status_code == 302
    do_jobs()
    return Import.objects.get(pk=int(answer.headers["Location"].rstrip("/").split("/")[-1]))


def test_an_analyst_loads_a_file_with_a_fault_mends_it_and_undoes_it() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))
    faulty = upload(client, NEEDS.format(volume="много"))
    assert (faulty.state, faulty.read, faulty.accepted, faulty.refused) == ("faulty", 2, 1, 1)
    page = client.get(f"/imports/{faulty.pk}/").content.decode()
    assert "много" in page and "строка 3" in page
    assert client.post(f"/imports/{faulty.pk}/apply/").status_code == 400, "a faulty file is not loaded by half"
    assert body(client.get(f"/imports/{faulty.pk}/file/marked/"))[:2] == b"PK"
    assert Need.objects.count() == 0

    mended = upload(client, NEEDS.format(volume="12,5"))
    assert mended.state == "ready" and mended.found["created"] == 4, "two needs, two organisations that they name"
    client.post(f"/imports/{mended.pk}/apply/")
    do_jobs()
    assert dict(Need.objects.values_list("text", "volume")) == {"Стекло листовое М1 4 мм": 420000, "Болты М12×60": 12.5}
    assert Organisation.objects.count() == 2
    assert "Болты М12×60" in client.get("/needs/?q=болт").content.decode()
    assert "Болты М12×60" not in client.get("/needs/?q=стёкла").content.decode()

    again = upload(client, NEEDS.format(volume="12,5"))
    assert (again.found["created"], again.found["changed"], again.found["same"]) == (0, 0, 2)

    mended.refresh_from_db()
    client.post(f"/imports/{mended.pk}/undo/")
    do_jobs()
    mended.refresh_from_db()
    assert mended.state == "undone" and mended.done["undone"] == 4
    assert not Need.objects.filter(archived=False).exists()
    assert verify() == []


def test_undoing_a_file_keeps_what_others_changed_since() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    item = upload(client, NEEDS.format(volume="1"))
    client.post(f"/imports/{item.pk}/apply/")
    do_jobs()
    need = Need.objects.get(text="Болты М12×60")
    answer = client.post(f"/r/{need.public_id}/edit/", {"version": need.version, "text": need.text, "volume": "7",
                                                        "unit": "т", "okpd2": need.okpd2, "basis": "declared",
                                                        "region": need.region or "", "source": need.source})
    assert answer.status_code == 302
    client.post(f"/imports/{item.pk}/undo/")
    do_jobs()
    item.refresh_from_db()
    need.refresh_from_db()
    assert not need.archived and need.volume == 7
    assert need.public_id in {one["record"] for one in item.done["conflicts"]}


def test_a_stale_form_shows_both_versions_and_loses_nothing() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    item = upload(client, NEEDS.format(volume="1"))
    client.post(f"/imports/{item.pk}/apply/")
    do_jobs()
    need = Need.objects.get(text="Болты М12×60")
    first = {"version": need.version, "text": "Болты М12×60", "volume": "7"}
    assert client.post(f"/r/{need.public_id}/edit/", first).status_code == 302
    late = client.post(f"/r/{need.public_id}/edit/", {**first, "volume": "9"})
    assert late.status_code == 409
    page = late.content.decode()
    assert ">9<" in page and ">7<" in page
    assert Need.objects.get(pk=need.pk).volume == 7


def test_history_and_journal_tell_references_by_the_id_that_people_know() -> None:
    """The database's own keys are nobody's business, and say nothing."""
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    for number in range(30):
        make_organisation(f"Завод {number}")
    seller, buyer, later = (make_organisation(name) for name in ("Стекло", "Окна", "Двери"))
    contract = make(Contract(text="Стекло", seller=seller, buyer=buyer, held_by=HERE))
    with act("борис", "registry.edit_contract", held_by=HERE) as made:
        made.change(contract, {"buyer_id": later.pk})
    for address in (f"/r/{contract.public_id}/history/", f"/journal/{made.action.number}/"):
        page = client.get(address).content.decode()
        assert buyer.public_id in page and later.public_id in page
        assert f">{later.pk}<" not in page and f">{buyer.pk}<" not in page
    secret = make_token(User.objects.get(), "проверка", days=1, writes=False)
    found = client.get(f"/api/v1/contracts/{contract.public_id}/history",
                       headers={"Authorization": f"Bearer {secret}"}).json()
    changed = next(one for one in found["items"] if one["verb"] == "changed")
    assert changed["fields"] == [{"column": "buyer_id", "old": buyer.public_id, "new": later.public_id}]
