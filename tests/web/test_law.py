"""Rule packs and classifications as pages: what they say is what the rooms say, and who looks changes nothing of it."""

from __future__ import annotations

import html
import re

import pytest

from smezhnik.classifiers.bridges import bridge
from smezhnik.classifiers.editions import load
from smezhnik.rules.load import list_packs, load_pack
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db


def words(answer) -> str:  # type: ignore[no-untyped-def]
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\N{NO-BREAK SPACE}", " ")


def test_the_law_of_a_day_is_shown_with_every_requirement_and_its_status() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    for name in list_packs():
        pack = load_pack(name)
        for day in pack.days:
            page = words(client.get(f"/packs/{name}/?on={day}"))
            for criterion in pack.on(day).criteria:
                assert criterion.title.ru in page, (name, day, criterion.code)
    early, late = (words(client.get(f"/packs/ru-779/?on={day}")) for day in ("2016-10-01", "2026-11-22"))
    assert early != late and "не сверено" in late
    assert client.get("/packs/ru-779/?on=1999-01-01").status_code == 200, "it says from when the pack knows the law"
    assert client.get("/packs/absent/").status_code == 404


def test_the_difference_of_two_editions_is_that_of_the_rules() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    same = words(client.get("/packs/ru-779/changes/?from=2026-01-01&to=2026-01-02"))
    assert "ничего не изменилось" in same
    page = words(client.get("/packs/ru-779/changes/?from=2015-07-31&to=2026-11-22"))
    assert "новое:" in page and "снято:" in page and "ничего не изменилось" not in page


def test_a_code_is_opened_branch_by_branch_with_its_counterparts_and_what_bears_it() -> None:
    make_offer("Стекло листовое", okpd2="23.11.12", organisation=make_organisation())
    make_need("Стекло", okpd2="23.11.12.110", organisation=make_organisation("Витраж"))
    make_need("Стекло", held_by=THERE, okpd2="23.11.12", organisation=make_organisation("Чужой", THERE))
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    tree = load("okpd2")
    top = words(client.get("/classifiers/okpd2/"))
    assert all(tree.name(code) in top for code in tree.children())
    page = client.get("/classifiers/okpd2/23.11/")
    text = words(page)
    assert all(tree.name(code) in text for code in tree.children("23.11"))
    for other in ("tnved", "okved2"):
        best = bridge("23.11", "okpd2", other)["to"][0]
        assert f'href="/classifiers/{other}/{best}/"' in page.content.decode()
    assert "Предложения : 1" in text and "Потребности : 1" in text
    branch = client.get("/classifiers/okpd2/23.11/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in branch and "23.11.1" in branch
    found = words(client.get("/classifiers/okpd2/?q=стекла листовые"))
    assert "Найдено кодов" in found and "23.1" in found
    assert client.get("/classifiers/okpd2/?q=23.11.12").headers["Location"] == "/classifiers/okpd2/23.11.12/"
    assert client.get("/classifiers/okpd2/99.99.99/").status_code == 404
    assert client.get("/classifiers/absent/").status_code == 404
