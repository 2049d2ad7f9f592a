"""Meetings, events, missions, delegations in a real browser: what a secretary does, and that every page reads well."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from smezhnik.activities.models import Customer, Cycle, Delegation, Event, Meeting
from smezhnik.people.models import User
from smezhnik.workflows.demo_activities import fill_activities
from tests.web.test_browser import Desk
from tests.web.test_cluster_browser import check
from tests.workplace import HERE, make_need, make_offer, make_organisation, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def furnish() -> dict[str, str]:
    """What the demo shows of this room, of twelve plants; addresses of its pages."""
    codes = ("13.20", "24.10", "28.15", "20.1", "23.1", "25.1")
    for number in range(12):
        plant = make_organisation(f"Завод {number:02}", okved2=codes[number % 6])
        make_offer(f"Изделие {number:02} стальное с покрытием", organisation=plant, okpd2="25.94.11")
        make_need(f"Заготовка {number:02}", organisation=plant)
    fill_activities(HERE, "аналитик", timezone.localdate())
    latest = Meeting.objects.order_by("-held_on").first()
    assert latest is not None
    hour = Cycle.objects.get(kind="industrial_hour")
    return {"cycle": f"/cycles/{hour.public_id}/", "meeting": f"/meetings/{latest.public_id}/",
            "held": f"/meetings/{Meeting.objects.order_by('held_on').first().public_id}/",  # type: ignore[union-attr]
            "event": f"/events/{Event.objects.get(kind='supplier_day').public_id}/",
            "mission": f"/events/{Event.objects.get(kind='mission').public_id}/",
            "customer": f"/customers/{Customer.objects.get().public_id}/",
            "delegation": f"/delegations/{Delegation.objects.get().public_id}/", "today": "/"}


@pytest.mark.parametrize(("lang", "width", "scheme"), [("ru", 1440, "light"), ("en", 390, "dark")])
def test_every_page_of_meetings_and_trips_reads_well(chromium: Any, live_server: Any, lang: str, width: int, scheme: str
                                                    ) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    user, names, found = make_user("аналитик", "ministry", region=HERE, exports=True), furnish(), list[str]()
    User.objects.update(lang=lang)
    shots = os.environ.get("SMEZHNIK_TEST_SHOTS")  # a folder, for who wants to look
    with Desk(chromium, live_server, user, width=width, scheme=scheme) as desk:
        for name, address in names.items():
            page = desk.go(address)
            found += check(page, axe, width)
            if shots:
                page.screenshot(path=Path(shots) / f"{name}_{lang}_{width}_{scheme}.png", full_page=True)
    assert found == []


def test_a_secretary_calls_the_sitting_that_the_rotation_proposes(chromium: Any, live_server: Any) -> None:
    user, names = make_user("аналитик", "ministry", region=HERE, exports=True), furnish()
    with Desk(chromium, live_server, user, width=1440) as desk:
        page = desk.go(names["cycle"])
        industry, host = page.locator("#industry").input_value(), page.locator("#host").input_value()
        page.locator("form[action$='/call/'] button").click()
        page.wait_for_url("**/meetings/**")
        made = Meeting.objects.order_by("-id").first()
        assert made is not None and made.industries == [industry] and made.host.public_id == host
        page.get_by_role("button", name="Собрать повестку").click()
        page.wait_for_load_state()
        assert made.items.filter(archived=False, backlog=False).exists()
        page = desk.go(names["mission"])
        page.get_by_role("button", name="Записать решения").click()
        page.wait_for_load_state()
        assert Event.objects.get(kind="mission").sittings.count() == 1
        page = desk.go(names["customer"])
        page.locator("input[name=plant]").first.check()
        with page.expect_download() as loaded:
            page.get_by_role("button", name="Досье отмеченных PDF").click()
        assert Path(loaded.value.path()).read_bytes()[:5] == b"%PDF-"
