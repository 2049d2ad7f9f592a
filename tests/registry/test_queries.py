"""A page of a list is the same whichever way the database comes to it, and no row is missed or shown twice."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from django.db import connection

from smezhnik.records import search
from smezhnik.records.access import KINDS, Viewer
from smezhnik.records.bulk import refresh_statistics
from smezhnik.registry import queries
from smezhnik.registry.actions import archive
from smezhnik.registry.queries import Asked, Way, access_page, rows_of
from tests.workplace import HERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

VIEWER = Viewer("анна", "ministry", HERE)
FEW = 4
TEXTS = ("Болты М12", "Болт шестигранный", "Гайка под болт", "Труба 57", "Стекло", "ёлочная гирлянда", "Промывка")


ASKED = (Asked(), *map(Asked, ("болт", "болты", "про", "гайка болт", "ел", "м12", "!!!", 'бо"лт%_', "' OR 1=1")),
         Asked(where={"okpd2": "25."}), Asked("болт", {"okpd2": "25.9"}))


@pytest.mark.parametrize("asked", ASKED)
def test_walking_a_list_finds_what_the_index_finds(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, text in enumerate(TEXTS * 3):
        make_offer(f"{text} {number}", okpd2=("25.94.11", "24.20", "25.9")[number % 3])
    kind = KINDS["offer"]
    wanted = [record.pk for record in rows_of(kind, VIEWER, asked)]
    if connection.vendor == "sqlite":
        for way in get_args(Way):
            assert [record.pk for record in rows_of(kind, VIEWER, asked, by=way)] == wanted
    latest = sorted(wanted, reverse=True) if search.words_of(asked.text) and len(wanted) > FEW else wanted
    for many, bound in ((False, 1), (True, 1), (True, 7), (True, 1_000)):
        monkeypatch.setattr(queries, "COUNTED", FEW if many else 1_000)
        monkeypatch.setattr(queries, "WALKED", bound)
        seen: list[int] = []
        after = None
        while True:
            page = access_page(kind, VIEWER, Asked(asked.text, asked.where, after), size=FEW)
            seen += [record.pk for record in page.rows]
            if page.more is None:
                break
            after = page.more
        assert seen == (latest if many else wanted)


def test_pages_that_follow_keep_the_order_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [make_offer(f"Болт {letter}") for letter in "дгваб"]
    kind = KINDS["offer"]
    monkeypatch.setattr(queries, "COUNTED", 4)
    first = access_page(kind, VIEWER, Asked("болт"), size=2)
    assert first.newest and [one.pk for one in first.rows] == [records[4].pk, records[3].pk]
    archive(records[0], "анна", expected=records[0].version)  # now there are few enough to stand by name
    second = access_page(kind, VIEWER, Asked("болт", after=first.more), size=2)
    assert second.newest and [one.pk for one in second.rows] == [records[2].pk, records[1].pk] and second.more is None
    few = access_page(kind, VIEWER, Asked("болт"), size=2)
    assert not few.newest and few.count == 4 and [one.text for one in few.rows] == ["Болт а", "Болт б"]
    make_offer("Болт е")
    onward = access_page(kind, VIEWER, Asked("болт", after=few.more), size=2)
    assert not onward.newest and [one.text for one in onward.rows] == ["Болт в", "Болт г"]


def test_a_word_is_found_in_any_form_and_by_its_beginning_on_every_database() -> None:
    for text in ("Станок токарный", "Станки", "Станочный парк", "Станция", "Болторез"):
        make_offer(text)

    def found(asked: str) -> set[str]:
        return {record.text for record in access_page(KINDS["offer"], VIEWER, Asked(asked)).rows}

    assert found("станков") == {"Станок токарный", "Станки"}
    assert found("стан") == {"Станок токарный", "Станки", "Станочный парк", "Станция"}
    assert found("болты") == set(), "the stem is looked for as it is: what only begins with it is another word"


def test_every_page_is_reached_by_its_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """More are found than are counted: the link of the foot leads on, and the foot says in which order."""
    records = [make_offer(f"Болт {number}", region="RU-CHE") for number in range(60)]
    monkeypatch.setattr(queries, "COUNTED", 40)
    desk, seen, address = signed_in(make_user("аналитик", "ministry", region=HERE)), list[str](), "/offers/?q=болт"
    for _ in range(3):
        page = desk.get(address).content.decode()
        assert "сначала новые" in page
        seen += re.findall(r'class="second">(M-[0-9A-Z-]+)<', page)
        onward = re.search(r'class="more"><a href="([^"]+)"', page)
        address = "/offers/" + onward[1].replace("&amp;", "&") if onward else ""
    assert seen == [one.public_id for one in reversed(records)] and address == ""
    for odd in ("abc", "0", "9" * 30, "0:"):
        assert "Болт" in desk.get(f"/offers/?q=болт&after={odd}").content.decode()


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if hasattr(kind.model, "words")))
def test_every_kind_that_has_words_is_searched(name: str) -> None:
    kind = KINDS[name]
    assert access_page(kind, VIEWER, Asked("болт гайка")).count == 0
    if name in ("organisation", "offer", "need"):
        record = {"organisation": make_organisation, "offer": make_offer, "need": make_need}[name]("Гайка и болты")
        assert [one.pk for one in access_page(kind, VIEWER, Asked("болт гайка")).rows] == [record.pk]


def test_an_address_that_names_no_place_in_the_order_is_answered() -> None:
    make_offer("Болт", okpd2="25.94")
    assert len(access_page(KINDS["offer"], VIEWER, Asked(after=(None, 0))).rows) == 1
    assert len(access_page(KINDS["offer"], VIEWER, Asked(where={"okpd2": "25."}, after=(None, 0))).rows) == 1


def test_the_list_of_a_region_is_read_in_the_order_of_its_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a plan of SQLite")
    make_offer()
    refresh_statistics()
    plan = rows_of(KINDS["offer"], VIEWER, Asked())[:26].explain()
    assert "offer_list" in plan and "TEMP B-TREE" not in plan


def test_the_facet_of_a_list_is_counted_by_its_index_alone() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a plan of SQLite")
    for number in range(30):
        make_offer(f"Болт {number}", region=HERE if number % 3 else "RU-CHE")
    refresh_statistics()
    plan = rows_of(KINDS["offer"], VIEWER, Asked()).order_by().values_list("pk", "region")[:1001].explain()
    assert "offer_list" in plan
    listed = access_page(KINDS["offer"], VIEWER, Asked("болт"), facets=("region",))
    assert listed.facets == {"region": [(HERE, 20), ("RU-CHE", 10)]}
