"""The first page: everything that waits, once, by urgency; for nobody more than it may see."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from smezhnik.cooperation.models import Case, Link
from smezhnik.imports.models import Import
from smezhnik.jobs.models import Job
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Fact
from smezhnik.workflows import today as room
from smezhnik.workflows.task import Task, urgency_of
from smezhnik.workflows.today import counted, tasks_of
from smezhnik.workflows.verdicts import Word
from tests.web.world import VIEWERS, World
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = timezone.localdate()
ANNA = Viewer("анна", "ministry", HERE)


def days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


def make_case(text: str, next_on: dt.date, **values: Any) -> Case:
    need = make_need(text, held_by=values.pop("held_by", HERE))
    return make(Case(need=need, held_by=need.held_by, basis="declared", **{
        "stage": "contacted", "opened_on": days(-30), "stage_on": days(-9), "next_on": next_on, **values}))


def of(kind: str, tasks: list[Task]) -> list[tuple[str, str]]:
    return [(task.subject, task.urgency) for task in tasks if task.kind == kind]


@pytest.mark.parametrize(("day", "urgency"), [
    (dt.date(2026, 11, 17), "late"), (dt.date(2026, 11, 18), "today"), (dt.date(2026, 11, 22), "week"),
    (dt.date(2026, 11, 23), "later")])
def test_what_is_urgent_is_told_by_the_day(day: dt.date, urgency: str) -> None:
    assert urgency_of(day, dt.date(2026, 11, 18)) == urgency  # a Wednesday


def test_each_thing_that_waits_stands_once_and_in_its_place() -> None:
    make_case("Стекло", days(-5), potential_th_rub=38_400)
    make_case("Болты", days(-1))
    make_case("Насосы", DAY)
    make_case("Закрытое", days(-1), stage="closed")
    make_case("Чужое", days(-1), held_by=THERE)
    make_offer("Профиль", register_until=days(20), confidential=False)
    make_offer("Давно", register_until=days(-1), confidential=False)
    plant = make_organisation("Окна Идель")
    make(Fact(organisation=plant, column="output_th_rub", value=1, source="Письмо", valid_until=days(9), held_by=HERE))
    Import.objects.create(file="потребности.xlsx", digest="0" * 64, size=1, table="needs", who="анна", held_by=HERE,
                          state="faulty", fault_count=7)
    Job.objects.create(kind="match_needs", who="анна", held_by=HERE, state="failed", error={"code": "disk_full"})
    tasks = tasks_of(ANNA, DAY)
    assert of("case", tasks) == [("Стекло", "late"), ("Болты", "late"), ("Насосы", "today")]
    assert {subject for subject, _ in of("expiry", tasks)} == {"Профиль", "Окна Идель"}
    assert of("import", tasks) == [("потребности.xlsx", "today")] and of("job", tasks) == [("match_needs", "today")]
    assert counted(tasks) == {"case": 3, "expiry": 2, "import": 1, "job": 1}
    order = [room.URGENCIES.index(task.urgency) for task in tasks]
    assert order == sorted(order)


def test_candidates_wait_until_a_case_is_led_and_needs_without_any_are_told_apart() -> None:
    wanted, bare = make_need("Стекло", value_th_rub=90_000), make_need("Редкость", value_th_rub=50_000)
    offers = [make_offer(f"Лист {number}", confidential=False) for number in range(3)]
    for number, offer in enumerate(offers):
        make(Link(need=wanted, offer=offer, held_by=HERE, grade="AAB"[number], value_th_rub=90_000, probability=0.9,
                  score=1.0, rank=number + 1, base=0, basis="declared"))
    tasks = tasks_of(ANNA, DAY)
    assert of("candidate", tasks) == [("Стекло", "week")] and of("need", tasks) == [("Редкость", "week")]
    task = next(task for task in tasks if task.kind == "candidate")
    assert (task.fields["count"], task.fields["best"], task.th_rub) == (3, 2, 90_000)
    for offer in offers:
        make(Case(need=wanted, offer=offer, held_by=HERE, basis="declared", stage="proposed", opened_on=DAY,
                  stage_on=DAY, next_on=days(30)))
    assert of("candidate", tasks_of(ANNA, DAY)) == []
    assert of("need", tasks_of(ANNA, DAY)) == [(bare.text, "week")]


@pytest.mark.parametrize(("now", "before", "why"), [("not_met", "met", "worse"), ("met", "not_met", "better"),
                                                    ("met", "met", None), ("unknown", None, None)])
def test_a_verdict_is_news_where_it_changed(monkeypatch: pytest.MonkeyPatch, now: str, before: str | None,
                                            why: str | None) -> None:
    from smezhnik.cooperation.models import Cluster

    make(Cluster(name="Стекольный", pack="ru-779", region=HERE, held_by=HERE))
    said = {0: now, 30: before}
    monkeypatch.setattr(room, "verdicts_on", lambda clusters, days: {
        (one.pk, day): (state := said[(DAY - day).days]) and Word(state, 0, 0, 1) for one in clusters for day in days})
    told = [task.why for task in tasks_of(ANNA, DAY) if task.kind == "verdict"]
    assert told == ([f"today.verdict.{why}"] if why else [])


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_page_says_the_number_and_groups_by_urgency(lang: str) -> None:
    make_case("Стекло", days(-5), potential_th_rub=38_400)
    make_offer("Профиль", register_until=days(20), confidential=False)
    user = make_user("анна", "ministry", region=HERE)
    user.lang = lang
    user.save()
    page = signed_in(user).get("/").content.decode()
    lead = {"ru": "Вас ждут 2 дела.", "en": "2 tasks wait for you."}[lang]
    assert f"<strong>{lead}</strong>" in page and {"ru": "Просрочено: 1.", "en": "Overdue: 1."}[lang] in page
    assert not re.search({"ru": r"На сегодня: \d\d\.", "en": r"For today: \d{4}"}[lang], page), "a number, no moment"
    assert {"ru": "38,4", "en": "38.4"}[lang] in page and {"ru": "−5 дней", "en": "−5 days"}[lang] in page
    assert page.index("Стекло") < page.index("Профиль") and page.count('class="button main"') == 1


def test_one_kind_can_be_looked_at_alone() -> None:
    make_case("Стекло", days(-5))
    make_offer("Профиль", register_until=days(20), confidential=False)
    client = signed_in(make_user("анна", "ministry", region=HERE))
    page = client.get("/?kind=expiry").content.decode()
    assert "Профиль" in page and "Стекло" not in page
    assert "Стекло" in client.get("/?kind=nothing").content.decode()


def test_the_menu_says_how_much_waits() -> None:
    make_case("Стекло", days(-5))
    assert signed_in(make_user("анна", "ministry", region=HERE)).get("/waiting/").json() == {
        "/": 1, "/cases/board/": 1}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_nobody_is_told_of_more_than_it_may_see(world: World, viewer: str) -> None:
    answer = world.clients[viewer].get("/waiting/")
    if viewer == "guest":
        assert answer.status_code == 302
        return
    page = world.clients[viewer].get("/").content.decode()
    for thing in world.things:
        if not thing.known_to(viewer):
            assert thing.title not in page and thing.record.public_id not in page
    assert answer.json().get("/", 0) == sum(map(int, re.findall(r'data-count="(\d+)"', page)))
