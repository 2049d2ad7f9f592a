"""The work of who keeps a cluster, in a real browser: judge, repair, what if, compose, found, plan."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from smezhnik.cooperation.actions import found_cluster
from smezhnik.cooperation.models import Cluster, Link
from smezhnik.people.models import User
from smezhnik.report.network import MOST, Plant, draw_network
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_records import read_into
from tests.web.test_browser import Desk
from tests.workplace import HERE, do_jobs, make_need, make_offer, make_organisation, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EXAMPLES = Path(__file__).parents[2] / "examples"


def furnish() -> Cluster:
    """The cluster of the example, the network around it in another one, and a link to plan by."""
    made = []
    for name, title in (("cluster", "Стекло и окна"), ("network", "Все вместе")):
        cluster = Cluster(held_by=HERE, name=title, pack="ru-779", region=HERE)
        cluster.index()
        found_cluster(read_into(cluster, read_cluster(EXAMPLES / name).cluster), "аналитик")
        made.append(cluster)
    offer = make_offer(organisation=make_organisation("Завод"), capacity=5.0, unit="т", basis="declared", okpd2="23.11")
    need = make_need(organisation=make_organisation("Стройка"), volume=9.0, unit="т", value_th_rub=90.0,
                     basis="declared", confidential=False)
    Link.objects.create(need=need, offer=offer, rank=1, probability=0.9, score=2.0, base=0.0, grade="A",
                        basis="declared", held_by=HERE, reasons=[], gaps=[])
    return made[0]


def check(page: Any, axe: str, width: int) -> list[str]:
    page.evaluate(axe)
    broken = page.evaluate("axe.run().then((result) => result.violations.map((one) => one.id + ': ' + "
                           "one.nodes[0].html))")
    if page.evaluate("document.documentElement.scrollWidth") > width:
        broken.append(f"wider than {width}")
    return [f"{page.url} {one[:240]}" for one in broken]


@pytest.mark.parametrize(("lang", "width", "scheme"), [("ru", 1440, "light"), ("en", 390, "dark")])
def test_a_cluster_is_judged_repaired_asked_about_composed_and_founded(
        chromium: Any, live_server: Any, lang: str, width: int, scheme: str) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    cluster, user, found = furnish(), make_user("аналитик", "ministry", region=HERE, exports=True), list[str]()
    User.objects.update(lang=lang)
    address = f"/clusters/{cluster.public_id}/"
    with Desk(chromium, live_server, user, width=width, scheme=scheme) as desk:
        page = desk.go(f"{address}?on=2026-11-22")
        found += check(page, axe, width)
        assert page.locator(".law tbody.cand").count() >= 10
        assert page.locator("svg.chain .bond").count() > 10

        page.locator("form[action$='/repair/change/'] button").click()
        page.wait_for_url(f"**{address}*")
        found += check(page, axe, width)
        do_jobs()  # the page asks how far the work is, and shows the end of it by itself
        page.locator(".proof").wait_for()
        assert page.locator(".tasks .do").count() >= 1
        found += check(page, axe, width)

        page = desk.go(f"{address}what-if/?on=2026-11-22")
        found += check(page, axe, width)
        page.locator("input[name='out']").first.check()
        page.locator("button[form='otherwise']").click()
        page.locator("table.verdicts").wait_for()
        assert "out=" in page.url and page.locator("tr.changed").count() >= 1
        found += check(page, axe, width)

        page = desk.go(f"{address}network/")
        assert page.locator("svg.net circle").count() > 15
        found += check(page, axe, width)

        page = desk.go("/compose/")
        found += check(page, axe, width)
        page.locator("form:has(input[value='compose']) button.main").click()
        page.wait_for_url("**/compose/*/")
        do_jobs()
        page.locator("tr.changed").wait_for()
        found += check(page, axe, width)
        page.fill("#name", "Из браузера")
        page.locator("form[action$='/found/'] button").click()
        page.wait_for_url("**/clusters/*/")
        assert Cluster.objects.filter(name="Из браузера").exists() and "Из браузера" in page.inner_text("h1")
        found += check(page, axe, width)

        page = desk.go("/allocation/")
        page.locator("main button.main").click()
        page.wait_for_url("**/allocation/*/")
        do_jobs()
        page.locator("table.plan").wait_for()
        found += check(page, axe, width)

        page = desk.go("/classifiers/okpd2/23/")
        page.locator("details:has(> .inner) > summary").first.click()
        page.locator("details[open] .inner li").first.wait_for()
        found += check(page, axe, width)
        page = desk.go("/packs/ru-779/?on=2026-11-22")
        found += check(page, axe, width)
    assert not found, "\n".join(found)


def test_a_network_of_two_thousand_is_there_within_a_second(chromium: Any, tmp_path: Path) -> None:
    plants = [Plant(f"Завод {number}", f"Завод {number}", number < 30, "ab"[number % 2]) for number in range(MOST)]
    ties = [(number, (number * 7 + 3 * turn) % MOST, "signed" if turn else "possible")
            for number in range(MOST) for turn in range(3) if number != (number * 7 + 3 * turn) % MOST]
    file = tmp_path / "net.html"
    file.write_text(f"<meta charset=utf-8>{draw_network(plants, ties, title='Сеть', desc='Круги')}", "utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert page.locator("circle").count() == MOST
    page.close()
    assert painted < 1000, f"{painted:.0f} ms"


def test_no_word_of_the_other_language_stands_on_the_pages(client: Any) -> None:
    cluster, user = furnish(), make_user("аналитик", "ministry", region=HERE)
    client.post("/signin/", {"login": user.login, "password": "пароль-для-проверки-1"})
    for address in (f"/clusters/{cluster.public_id}/", f"/clusters/{cluster.public_id}/what-if/", "/compose/",
                    "/allocation/", "/packs/ru-779/", "/packs/ru-779/changes/"):
        page = client.get(address).content.decode()
        main = re.sub(r"<code.*?</code>", "", page[page.index("<main"):], flags=re.DOTALL)
        said = re.sub(r"https?://\S+", "", re.sub(r"<[^>]+>", " ", main))
        words = set(re.findall(r"(?<![\w./@-])[a-z]{4,}(?![\w./@-])", said))
        assert not words, f"{address}: {words}"
