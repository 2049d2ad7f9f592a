"""Promises in a browser: two clicks to the contract that proves an agreement; two sheets on paper."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pypdf
import pytest
from django.utils import timezone

from tests.accords.factories import make_agreement, make_plan
from tests.accords.test_agreements import contract
from tests.web.test_browser import Desk
from tests.workplace import HERE, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agreement() -> Any:
    """Twelve items, of which the first is proved by three contracts."""
    made = make_agreement()
    items = make_plan(made, *({"text": f"Обязательство двух регионов номер {number}", "section": "Поставки",
                               "since": dt.date(2026, 2, 26), "due": timezone.localdate() + dt.timedelta(days=99)}
                              for number in range(1, 13)))
    for number in range(3):
        contract(number, items[0].public_id, own_id=f"{number}-П", text="Насос")
    return made


@pytest.fixture
def aide() -> Any:
    return make_user("помощник", "ministry", region=HERE, exports=True)


def test_two_clicks_lead_an_aide_to_the_contract_that_proves_an_agreement(chromium: Any, live_server: Any, aide: Any,
                                                                        agreement: Any) -> None:
    with Desk(chromium, live_server, aide) as desk:
        page = desk.go("/")
        page.click("nav a[href='/agreements/']")
        page.click(f"td.subject a[href^='/agreements/{agreement.public_id}/']")
        brought = page.locator("#brought")
        assert "3 связи" in brought.inner_text().replace("\xa0", " ")
        assert brought.bounding_box()["y"] < 900, "it stands on the first screen"
        contracts = page.locator(".proof a", has_text="-П")
        assert sorted(contracts.nth(number).inner_text() for number in range(3)) == ["0-П", "1-П", "2-П"]
        assert contracts.first.is_visible()


def test_the_progress_of_twelve_items_prints_on_two_sheets(chromium: Any, live_server: Any, aide: Any,
                                                          agreement: Any) -> None:
    with Desk(chromium, live_server, aide) as desk:
        page = desk.go(f"/agreements/{agreement.public_id}/")
        page.emulate_media(media="print")
        page.evaluate("document.fonts.ready")  # in another typeface it would be longer
        printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        answer = page.context.request.get(f"{live_server.url}/agreements/{agreement.public_id}.pdf")
        paper = pypdf.PdfReader(io.BytesIO(answer.body()))
    for file in (printed, paper):
        assert len(file.pages) == 2
        assert "номер12" in words_in(file) and "Опромышленнойкооперации" in words_in(file)
    assert "Загрузитьплан" not in words_in(printed), "no forms on paper"


def words_in(file: Any) -> str:
    """The text of all sheets without blanks, which a browser puts between words as it likes."""
    return "".join("".join(sheet.extract_text() for sheet in file.pages).split())
