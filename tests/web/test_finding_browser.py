"""Finding, comparing, the map and cases in a real browser: rules of accessibility, and the keyboard alone."""

from __future__ import annotations

import datetime as dt
import time
from importlib import resources
from typing import Any

import pytest

from smezhnik.cooperation.models import Case, Contract, Link
from smezhnik.jobs.models import Job
from smezhnik.people.models import User
from smezhnik.records.actions import act
from smezhnik.registry.models import Need, Offer, Organisation
from smezhnik.report.territory import outlines
from tests.web.test_browser import Desk
from tests.workplace import HERE, THERE, do_jobs, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UFA, MIASS = {"latitude": 54.735, "longitude": 55.959}, {"latitude": 55.045, "longitude": 60.107}


def furnish() -> tuple[User, Need]:
    """Two regions with a need, its candidates, a link, cases, a contract and a calculated trade."""
    glass = make_organisation("Стекло-Миасс", held_by=HERE, region=THERE, okved2="23.11", output_th_rub=5e6, **MIASS)
    near = make_organisation("Стекло-Уфа", okved2="23.13", output_th_rub=2e6, **UFA)
    buyer = make_organisation("Окна Идель", okved2="25.12", output_th_rub=8e5, **UFA)
    need = make_need("Стекло листовое М1 4 мм", organisation=buyer, okpd2="23.11.12", volume=84_000, unit="м²",
                     value_th_rub=105_000, basis="declared", **UFA)
    offers = [make_offer(text, held_by=HERE, organisation=whose, okpd2="23.11.12", capacity=90_000, unit="м²",
                         basis="declared", region=whose.region, confidential=False, latitude=whose.latitude,
                         longitude=whose.longitude)
              for text, whose in (("Стекло листовое М1 4 мм", glass), ("Стекло листовое М1 5 мм", near),
                                  ("Стекло листовое М4 4 мм", near))]
    day = dt.date(2026, 11, 2)
    make(Link(need=need, offer=offers[0], rank=1, probability=0.9, score=2.2, base=0.0, grade="A", basis="declared",
              value_th_rub=105_000, held_by=HERE, as_of=day))
    other = make_need("Фурнитура", organisation=buyer, okpd2="25.72.14")
    case = make(Case(need=other, offer=offers[1], buyer=buyer, seller=near, stage="delivering", opened_on=day,
                     stage_on=day, next_on=dt.date(2026, 11, 3), potential_th_rub=9_000, basis="declared",
                     held_by=HERE, lead="аналитик"))
    make(Contract(own_id="1", case=case, buyer=buyer, seller=near, text="Стекло", signed_on=day, value_th_rub=900,
                  basis="declared", held_by=HERE))
    user = make_user("аналитик", "ministry", region=HERE, exports=True)
    client = signed_in(user)
    client.post(f"/pair/{HERE}/{THERE}/calculate/")
    client.post("/find/column/", {"column": "Стекло листовое 4 мм\nБолты М20"})
    do_jobs()
    return user, need


def pages(need: Need) -> list[str]:
    """Every page of this area, also with a question that finds nobody and with one that cannot be read."""
    column = Job.objects.get(kind="match_column")
    first, second = Offer.objects.order_by("id").values_list("public_id", flat=True)[:2]
    return ["/find/", f"/r/{need.public_id}/partners/", "/find/?text=стекло&place=Атлантида",
            "/find/?text=стекло&place=Якутск&within_km=5",
            f"/find/compare/?need={need.public_id}&of={first}&of={second}", f"/find/column/{column.pk}/", "/pair/",
            f"/pair/{HERE}/{THERE}/", "/map/", "/map/?points=1&flow=contract&place=Уфа&within_km=300",
            "/cases/list/", "/cases/funnel/", "/cases/board/"]


@pytest.mark.parametrize(("lang", "width", "scheme"), [("ru", 1440, "light"), ("en", 390, "dark")])
def test_no_page_breaks_a_rule_of_accessibility_or_its_frame(chromium: Any, live_server: Any, lang: str, width: int,
                                                             scheme: str) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    user, need = furnish()
    User.objects.update(lang=lang)
    found = []
    with Desk(chromium, live_server, user, width=width, scheme=scheme) as desk:
        for address in pages(need):
            page = desk.go(address)
            page.evaluate(axe)
            broken = page.evaluate("axe.run().then((result) => result.violations.map("
                                   "(one) => one.id + ': ' + one.nodes[0].html))")
            found += [f"{address} {one[:200]}" for one in broken]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{address} is wider than {width}")
    assert not found, "\n".join(found)


def press_to(page: Any, wanted: str, most: int = 80) -> None:
    """Tab to what the selector names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({wanted!r})"):
            return
    raise AssertionError(f"the keyboard does not come to {wanted}")


def test_a_partner_is_found_chosen_and_led_by_the_keyboard_alone(chromium: Any, live_server: Any) -> None:
    user, _ = furnish()
    with Desk(chromium, live_server, user) as desk:
        page = desk.go("/find/")
        press_to(page, "#q-text")
        page.keyboard.type("стекло листовое 4 мм")
        page.keyboard.press("Enter")
        page.wait_for_selector("table.candidates")
        press_to(page, ".candidates .who a:not([aria-current])")
        name = page.evaluate("document.activeElement.textContent")
        address = page.evaluate("document.activeElement.id")
        page.keyboard.press("Enter")
        page.locator(f"#{address}[aria-current]").wait_for()
        assert page.inner_text("#explained-title") == name
        assert page.evaluate("document.activeElement.id") == address, "the focus stays where it was"
        press_to(page, ".explained .acts button.main")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/K-*/")
        case = Case.objects.order_by("-pk")[0]
        assert (case.need, case.seller.name) == (None, name)
        assert "стекло листовое 4 мм" in page.inner_text(".timeline")


def test_candidates_are_marked_and_compared_by_the_keyboard_alone(chromium: Any, live_server: Any) -> None:
    user, need = furnish()
    with Desk(chromium, live_server, user) as desk:
        page = desk.go(f"/r/{need.public_id}/partners/")
        press_to(page, ".candidates .pick input")
        page.keyboard.press("Space")
        press_to(page, ".candidates .pick input")
        page.keyboard.press("Space")
        assert page.locator(".candidates .pick input:checked").count() == 2
        page.locator("button[form=compare]").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/find/compare/**")
        assert page.locator("table.beside thead th[scope=col] a").count() == 2


def test_a_link_between_two_regions_becomes_a_case(chromium: Any, live_server: Any) -> None:
    user, need = furnish()
    with Desk(chromium, live_server, user) as desk:
        page = desk.go(f"/pair/{HERE}/{THERE}/")
        page.locator("table.pairs").first.locator("td.act button").first.click()
        page.wait_for_url("**/cases/K-*/")
        assert Case.objects.filter(need=need).count() == 1


def test_a_map_of_all_regions_and_five_hundred_flows_opens_within_a_second(chromium: Any, live_server: Any) -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    regions = sorted(outlines())
    plants = [Organisation(name=f"Завод {region}", held_by=HERE, region=region) for region in regions]
    for plant in plants:
        plant.index()
    with act("система", "registry.enter_organisation", held_by=HERE) as made:
        made.create(plants)
        made.create([Contract(seller=plants[number % 83], buyer=plants[(number % 83 + 1 + number // 83 * 11) % 83],
                              text="Стекло", value_th_rub=1 + number, basis="declared", held_by=HERE)
                     for number in range(500)])
    with Desk(chromium, live_server, user) as desk:
        desk.go("/map/?flow=contract")  # the first visit fills the caches of the program
        began = time.perf_counter()
        page = desk.go("/map/?flow=contract")
        page.locator("svg.atlas.wide a").first.focus()
        taken = time.perf_counter() - began
        # centres that nearly touch share a dot, and nothing is drawn between what shares one
        assert page.locator("svg.atlas.wide .arc").count() >= 480
        assert page.locator("svg.atlas.wide a").count() == 83
        assert taken < 4, f"{taken:.2f} s on a machine that does other work beside"
