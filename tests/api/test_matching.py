"""Partners through the API: for whom the pages have them, from what they may see, and not without end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from smezhnik.cooperation.models import Link
from smezhnik.web.limits import Limit
from tests.api.conftest import caller
from tests.workplace import HERE, THERE, do_jobs, make_need, make_offer, make_organisation, make_user


@pytest.mark.django_db
def test_partners_are_for_who_may_lead_and_from_what_they_see() -> None:
    plant, other = make_organisation(), make_organisation("Стекло-Юрюзань")
    need = make_need("Стекло листовое 4 мм", organisation=plant, okpd2="23.11.12")
    make_offer("Стекло листовое 4 мм М1", organisation=other, okpd2="23.11.12", confidential=False)
    make_offer("Стекло листовое 4 мм тайное", organisation=other, okpd2="23.11.12", confidential=True)
    path = f"/needs/{need.public_id}/partners"
    ministry = caller(make_user("ministry", "ministry", region=HERE)).get(path).json()["items"]
    assert [one["rank"] for one in ministry] == [1, 2] and all(one["seller"] == "Стекло-Юрюзань" for one in ministry)
    for one in ministry:
        total = one["base"] + sum(reason["contribution"] for reason in one["reasons"])
        assert total == pytest.approx(one["score"], abs=1e-9)
    own = caller(make_user("plant", "plant", region=HERE, organisation=plant)).get(path)
    assert [one["offer_text"] for one in own.json()["items"]] == ["Стекло листовое 4 мм М1"]
    assert len(caller(make_user("second", "ministry", region=HERE)).get(f"{path}?top=1").json()["items"]) == 1
    for role, status in (("fund", 403), ("auditor", 404), ("security", 404), ("administrator", 403)):
        user = make_user(role, role, region=HERE if role in ("fund", "auditor") else "")
        assert caller(user).get(path).status_code == status, role
    assert caller(make_user("there", "ministry", region=THERE)).get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_all_needs_are_matched_as_a_job() -> None:
    make_need("Стекло листовое 4 мм", organisation=make_organisation())
    make_offer("Стекло листовое 4 мм М1", organisation=make_organisation("Стекло-Юрюзань"))
    api = caller(make_user("ministry", "ministry", region=HERE))
    asked = api.post("/matching")
    assert asked.status_code == 202 and asked.json()["state"] == "ready"
    do_jobs()
    assert api.get(f"/jobs/{asked.json()['number']}").json()["state"] == "done"
    assert Link.objects.count() == 1
    (link,) = api.get("/links").json()["items"]
    assert link["row"]["offer_text"] == "Стекло листовое 4 мм М1" and link["row"]["reasons"]
    assert caller(make_user("fund", "fund", region=HERE)).post("/matching").status_code == 403


@pytest.mark.django_db
def test_matching_has_its_tries(settings: Any, tmp_path: Path) -> None:
    settings.HOME, settings.LIMITS = tmp_path, {"match": Limit(2, 600)}
    need = make_need(organisation=make_organisation())
    api = caller(make_user("ministry", "ministry", region=HERE))
    path = f"/needs/{need.public_id}/partners"
    assert [api.get(path).status_code, api.post("/matching").status_code] == [200, 202]
    assert api.get(path).status_code == api.post("/matching").status_code == 429
