"""The pages in a real browser: the main job by hand and by key, in both languages, on a desk and in a pocket."""

from __future__ import annotations

import datetime as dt
import os
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from smezhnik.cooperation.models import Case, Cluster, Contract
from smezhnik.imports.models import Import
from smezhnik.jobs.models import Job
from smezhnik.people.models import User
from smezhnik.records.models import Action
from smezhnik.registry.models import Need, Site
from smezhnik.strategy.actions import open_report
from tests.accords.factories import make_agreement, make_order, make_plan
from tests.strategy.factories import make_indicators
from tests.workplace import (
    HERE,
    PASSWORD,
    do_jobs,
    make,
    make_need,
    make_offer,
    make_organisation,
    make_user,
    signed_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = """Что нужно;Покупатель;Объём в год;Единица;Код ОКПД2
Стекло листовое М1 4 мм;Окна Идель;420000;м²;23.11.12
Болты М12×60;Метиз-Уфа;{volume};т;25.94.11
"""
#: Who looks → pages; a page of a record is named by what ``furnished`` gives.
PAGES = {
    "ministry": ("/", "/organisations/", "/offers/", "/needs/", "/sites/", "/needs/?q=стекло", "/links/",
                 "/cases/board/", "/cases/", "/contracts/", "/clusters/", "/clusters/new/", "/imports/", "{faulty}",
                 "{applied}", "/jobs/", "/journal/", "{action}", "/account/", "/account/password/", "{organisation}",
                 "{need}", "{need}edit/", "{need}history/", "{need}partners/", "/needs/new/", "/contracts/new/",
                 "/organisations/duplicates/", "/regions/", "/regions/RU-BA/", "{case}", "{cluster}", "/api/",
                 "/agreements/", "/agreements/new/",
                 "{agreement}", "/orders/?state=all", "/orders/new/", "{order}", "/orders/red-list/",
                 "/orders/reminders/", "/neighbours/", "/agreements/receive/", "{chain}",
                 "{cluster}what-if/", "{cluster}network/", "/packs/", "/packs/ru-779/", "/packs/ru-779/changes/",
                 "/compose/", "/allocation/", "/year/?on=2026-12-31", "/year/sum/?on=2026-12-31", "/strategy/",
                 "/strategy/new/", "/indicators/?open=production_index",
                 "/classifiers/", "/classifiers/okpd2/", "/classifiers/okpd2/23.1/",
                 "/nothing/"),
    "administrator": ("/users/", "{user}", "{need}why/"),
    "plant": ("/", "/needs/", "{need}"),
}


class Desk:
    """A browser in which somebody works, with all that it complained of and asked other hosts for."""

    def __init__(self, chromium: Any, server: Any, user: User | None = None, *, width: int = 1440,
                 scheme: str = "light") -> None:
        self.base = server.url
        self.context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme,
                                            accept_downloads=True)
        if user is not None:
            session = signed_in(user).cookies["smezhnik"].value
            self.context.add_cookies([{"name": "smezhnik", "value": session, "url": self.base}])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text)
                     if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def __enter__(self) -> Desk:
        return self

    def go(self, address: str) -> Any:
        """The page at an address of ours."""
        self.page.goto(self.base + address)
        return self.page

    def __exit__(self, kind: object, *_: object) -> None:
        self.context.close()
        if kind is not None:
            return  # what went wrong first is what matters
        assert [text for text in self.complaints if "404 (Not Found)" not in text and "400 (Bad" not in text] == []
        assert [one for one in self.asked if not one.startswith((self.base, "data:", "blob:"))] == []


def furnish() -> tuple[dict[str, User], dict[str, str]]:
    """A small region with something on every page; users by role, addresses by name."""
    glass = make_organisation("Салаватское стекло", inn="0276111119", output_th_rub=5_400_000, jobs=640,
                              address="Республика Башкортостан, Салават, Индустриальная ул., 18", okved2="23.11")
    plant = make_organisation("Окна Идель", inn="0274066665", output_th_rub=812_000, jobs=97, okved2="25.12")
    make(Site(name="Цех закалки", organisation=glass, held_by=HERE, region=HERE, address="Салават"))
    day = dt.date(2026, 11, 2)
    for text, okpd2 in (("Стекло листовое М1 4 мм", "23.11.12"), ("Стеклопакеты однокамерные СПО 24", "23.12.13"),
                        ("Профиль поливинилхлоридный оконный", "22.23.14"), ("Болты с шестигранной головкой М12×60",
                                                                            "25.94.11")):
        offer = make_offer(text, organisation=glass, okpd2=okpd2, capacity=420_000, unit="м²", price=1250.5,
                           confidential=False, basis="register", register_until=dt.date(2026, 12, 20))
    need = make_need("Стекло листовое М1 4 мм для стеклопакетов", organisation=plant, okpd2="23.11.12", volume=84_000,
                     unit="м²", value_th_rub=105_000, imported_th_rub=40_000, basis="declared", source="Письмо завода")
    make_need("Фурнитура оконная поворотно-откидная", organisation=plant, okpd2="25.72.14", volume=12_000, unit="шт")
    case = make(Case(need=need, offer=offer, buyer=plant, seller=glass, stage="negotiating", opened_on=day,
                     stage_on=day, next_on=dt.date(2026, 11, 20), potential_th_rub=105_000, basis="declared",
                     held_by=HERE, lead="аналитик"))
    make(Contract(own_id="18/2026", case=case, buyer=plant, seller=glass, text="Стекло листовое", signed_on=day,
                  value_th_rub=52_000, basis="declared", held_by=HERE))
    cluster = Cluster(name="Стекольный кластер", pack="ru-779", region=HERE, held_by=HERE)
    cluster.index()
    make(cluster)
    users = {"ministry": make_user("аналитик", "ministry", region=HERE, exports=True),
             "administrator": make_user("админ", "administrator"),
             "plant": make_user("завод", "plant", region=HERE, organisation=glass)}
    client = signed_in(users["ministry"])
    for volume in ("12,5", "много"):
        file = SimpleUploadedFile(f"потребности {volume}.csv", FILE.format(volume=volume).encode())
        client.post("/imports/", {"file": file, "table": "needs"})
    do_jobs()
    applied, faulty = Import.objects.order_by("pk")
    client.post(f"/imports/{applied.pk}/apply/")
    do_jobs()
    Job.objects.create(kind="read_import", who="аналитик", held_by=HERE, state="failed",
                       error={"code": "file_too_large", "fields": {"most": 64}})
    number = Action.objects.order_by("-number").values_list("number", flat=True)[0]
    return users, {
        "faulty": f"/imports/{faulty.pk}/", "applied": f"/imports/{applied.pk}/", "action": f"/journal/{number}/",
        "organisation": f"/r/{glass.public_id}/", "need": f"/r/{need.public_id}/", "user": "/users/завод/",
        **promise(case), "case": f"/cases/{case.public_id}/", "cluster": f"/clusters/{cluster.public_id}/"}


def promise(case: Case) -> dict[str, str]:
    """An agreement whose item a contract proves, an order under it that is overdue."""
    agreement = make_agreement()
    (item,) = make_plan(agreement, {"measure": "contracts_sum", "plan": 60_000.0, "counted": "in_scope",
                                    "from_region": None, "to_region": None, "industries": None})
    order = make_order({"measure": "links_new", "plan": 10.0, "due": dt.date(2026, 2, 27)}, commitment=item,
                       agreement=agreement)
    contract = case.contracts.get()
    make_indicators()
    open_report(HERE, dt.date(2026, 12, 31), "аналитик")
    return {"agreement": f"/agreements/{agreement.public_id}/", "order": f"/orders/{order.public_id}/",
            "chain": f"/contracts/{contract.public_id}/chain/"}


def pages_of(role: str, names: dict[str, str]) -> list[str]:
    """Addresses of the pages of a role."""
    return [address.format(**names) for address in PAGES[role]]


@pytest.mark.parametrize(("lang", "width", "scheme"), [("ru", 1440, "light"), ("en", 390, "dark"),
                                                       ("ru", 360, "light")])  # 1440 px at 400 %
def test_no_page_breaks_a_rule_of_accessibility_or_its_frame(chromium: Any, live_server: Any, lang: str, width: int,
                                                             scheme: str) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    users, names = furnish()
    User.objects.update(lang=lang)
    shots = os.environ.get("SMEZHNIK_TEST_SHOTS")  # a folder, for who wants to look
    found = []
    for role, user in users.items():
        with Desk(chromium, live_server, user, width=width, scheme=scheme) as desk:
            for address in pages_of(role, names):
                page = desk.go(address)
                page.evaluate(axe)
                broken = page.evaluate("axe.run().then((result) => result.violations.map("
                                       "(one) => one.id + ': ' + one.nodes[0].html))")
                found += [f"{role} {address} {one[:200]}" for one in broken]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{role} {address} is wider than {width}")
                if shots:
                    name = address.strip("/").replace("/", "_").replace("?", "_") or "home"
                    page.screenshot(path=Path(shots) / f"{role}_{name}_{lang}_{width}.png", full_page=True)
    with Desk(chromium, live_server, width=width, scheme=scheme) as desk:
        page = desk.go(f"/signin/?lang={lang}")
        page.evaluate(axe)
        found += page.evaluate("axe.run().then((result) => result.violations.map((one) => one.id))")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_file_is_loaded_and_taken_back_by_hand(chromium: Any, live_server: Any, tmp_path: Path, lang: str) -> None:
    make_user("аналитик", "ministry", region=HERE)
    words = {"ru": ("Войти", "Прочитать", "Загрузить", "Отменить загрузку", "Загрузка отменена", "Потребности"),
             "en": ("Sign in", "Read", "Load", "Undo the import", "The import was undone", "Needs")}[lang]
    file = tmp_path / "потребности.csv"
    file.write_text(FILE.format(volume="12,5"), "utf-8")
    User.objects.update(lang=lang)
    with Desk(chromium, live_server) as desk:
        page = desk.go(f"/signin/?lang={lang}&next=/imports/")
        page.fill("#login", "аналитик")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name=words[0]).click()
        page.set_input_files("#file", file)
        page.select_option("#table", "needs")
        page.get_by_role("button", name=words[1], exact=True).click()
        page.wait_for_url("**/imports/*/")
        do_jobs()  # the page asks how far the work is, and shows the end of it by itself
        page.get_by_role("button", name=words[2], exact=True).click()
        do_jobs()
        page.reload()
        assert Need.objects.count() == 2
        page.get_by_role("link", name=words[5]).first.click()
        assert page.locator("tbody tr").count() == 2
        page.fill("#q", "болт")
        page.locator("tbody tr", has_text="Стекло").wait_for(state="detached")
        assert page.locator("tbody tr").count() == 1
        page.goto(desk.base + f"/imports/{Import.objects.get().pk}/")
        page.get_by_role("button", name=words[3]).click()
        do_jobs()
        page.reload()
        assert words[4] in page.inner_text("main")
        assert not Need.objects.filter(archived=False).exists()


def test_everything_is_come_to_by_the_keyboard_alone(chromium: Any, live_server: Any) -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    make_need("Стекло листовое")
    with Desk(chromium, live_server, user) as desk:
        page = desk.go("/needs/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", "the way past the menu comes first"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        reached = set()
        page.evaluate("document.activeElement.blur()")
        for _ in range(60):
            page.keyboard.press("Tab")
            seen = page.evaluate("""(() => { const e = document.activeElement, r = e.getBoundingClientRect(),
                s = getComputedStyle(e); return [e.id || e.getAttribute('href') || e.textContent.trim(),
                r.width > 0, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                e === document.body]; })()""")
            if seen[0] and not seen[3]:
                assert seen[1] and seen[2], f"{seen[0]}: focus must be seen"
                reached.add(seen[0])
        need = Need.objects.get()
        wanted = {"find", "q", "facet-region", "/needs/new/", "/imports/", "/account/", "Выйти",
                  f"/r/{need.public_id}/"}
        assert wanted <= reached


def test_the_theme_is_the_readers_own_and_stays(chromium: Any, live_server: Any) -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    with Desk(chromium, live_server, user) as desk:
        page = desk.go("/")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.click("[data-theme-switch]")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark != light
        page = desk.go("/needs/")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
