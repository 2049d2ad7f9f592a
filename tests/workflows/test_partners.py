"""A matcher that is kept warm is that of the records as they stand, and of what its viewer may read of them."""

from __future__ import annotations

import datetime as dt
from threading import Thread
from typing import Any

import pytest

from smezhnik.records.access import KINDS, Viewer
from smezhnik.records.actions import act
from smezhnik.registry.frames import offer_frame
from smezhnik.registry.models import Offer, Organisation, Site
from smezhnik.registry.rows import frame_of, offer_row
from smezhnik.types import ROLES
from smezhnik.workflows import partners
from smezhnik.workflows.partners import Ready, find_partners, matcher_of, ready_matcher
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.date(2026, 11, 22)
MINISTRY = Viewer("аналитик", "ministry", HERE)


def several() -> Organisation:
    """Offers with and without an organisation, a site, a place of their own, a secret; the first plant."""
    plant = make_organisation("Стекло", inn="0274000001", latitude=54.7, longitude=55.9, group_id="группа")
    other = make_organisation("Насосы", region=None)
    site = make(Site(name="Цех", organisation=plant, held_by=HERE))
    make_offer(organisation=plant, site=site, region=None, capacity=10.0, price=420.5, valid_until=DAY)
    make_offer("Насос К 80-50-200", organisation=plant, confidential=True, latitude=55.0, high_tech=True)
    make_offer("Болт М12", organisation=other, region=None, capacity=7, confidential=False, okpd2="25.94.11")
    make_offer("Гайка М12", confidential=True, unit="т", source_date=DAY)
    make_offer("Труба 57", held_by=THERE)
    return plant


def slowly(offer: Offer, viewer: Viewer) -> dict[str, Any]:
    """The row of one offer by the function that decides over one record."""
    row, whose = offer_row(offer), offer.organisation
    if whose is not None and all(row[name] is None for name in ("region", "latitude", "longitude")):
        row |= {name: getattr(whose, name) for name in ("region", "latitude", "longitude")}
    fields = KINDS["offer"].visible_fields(viewer, offer)
    return {name: value if name in fields else None for name, value in row.items()}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("own", [False, True])
def test_a_frame_of_offers_tells_what_each_of_them_would(role: Any, own: bool) -> None:
    plant = several()
    viewer = Viewer("кто", role, HERE, organisation=plant.pk if own else None)
    rows = KINDS["offer"].visible_to(viewer)
    wanted = frame_of("offers", (slowly(offer, viewer) for offer in rows.order_by("pk")))
    assert offer_frame(rows, viewer).equals(wanted)
    assert (len(wanted) > 0) == (role != "security")


def test_no_offers_are_an_empty_frame() -> None:
    assert offer_frame(Offer.objects.none(), MINISTRY).equals(frame_of("offers", []))


def test_a_matcher_stays_warm_until_something_of_it_changes() -> None:
    plant, need = several(), make_need()
    warm = matcher_of(MINISTRY, DAY)
    need.refresh_from_db()
    with act("аналитик", "registry.edit_need", held_by=HERE) as made:
        made.change(need, {"volume": 5.0})
    make_offer("Чужая труба", held_by=THERE)
    assert matcher_of(MINISTRY, DAY) is warm, "neither needs nor another region's offers are in it"
    assert matcher_of(MINISTRY, DAY + dt.timedelta(days=1)) is not warm
    warm = matcher_of(MINISTRY, DAY)
    with act("аналитик", "registry.edit_organisation", held_by=HERE) as made:
        made.change(Organisation.objects.get(pk=plant.pk), {"latitude": 50.0})
    moved = matcher_of(MINISTRY, DAY)
    assert moved is not warm and 50.0 in moved.offers["latitude"].to_list()


def test_a_new_an_edited_and_an_archived_offer_show_at_once() -> None:
    several()
    need = make_need("Швеллер 20П")
    asked = [row["offer_text"] for row in find_partners(need, MINISTRY, on=DAY).to_dicts()]
    assert "Швеллер 20П" not in asked
    offer = make_offer("Швеллер 20П")
    assert find_partners(need, MINISTRY, on=DAY)["offer_id"][0] == offer.public_id
    with act("аналитик", "registry.edit_offer", held_by=HERE) as made:
        made.change(offer, {"text": "Швеллер 20У"})
    assert find_partners(need, MINISTRY, on=DAY)["offer_text"][0] == "Швеллер 20У"
    with act("аналитик", "registry.archive_offer", held_by=HERE) as made:
        made.archive(offer)
    assert offer.public_id not in find_partners(need, MINISTRY, on=DAY)["offer_id"].to_list()


def test_nobody_waits_for_a_long_making_and_nothing_that_changed_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    plant = several()
    need = make_need("Швеллер 20П")
    kept, secret = make_offer("Швеллер 20У"), make_offer("Швеллер 20П")
    moved = make_offer("Швеллер 20П 12 м", organisation=plant)
    warm = matcher_of(MINISTRY, DAY)
    begun: list[Thread] = []
    monkeypatch.setattr(partners, "PATIENCE_S", 0.0)
    monkeypatch.setattr(partners, "Thread", lambda **given: begun.append(Thread(**given)) or NotYet())
    assert ready_matcher(MINISTRY, DAY) == Ready(warm)
    with act("аналитик", "registry.archive_offer", held_by=HERE) as made:
        made.archive(secret)
    with act("аналитик", "registry.edit_organisation", held_by=HERE) as made:
        made.change(Organisation.objects.get(pk=plant.pk), {"latitude": 50.0})
    new = make_offer("Швеллер 20П новый")
    ready = ready_matcher(MINISTRY, DAY)
    assert ready.matcher is warm and ready.waiting == 2 + plant.offers.count(), "the archived, the new, the plant's"
    asked = find_partners(need, MINISTRY, on=DAY)["offer_id"].to_list()
    assert kept.public_id in asked and not {secret.public_id, moved.public_id, new.public_id} & set(asked)
    assert len(begun) == 1, "one is made, however many ask"
    begun[0].start()
    begun[0].join()
    fresh = ready_matcher(MINISTRY, DAY)
    assert fresh.matcher is not warm and (fresh.free, fresh.waiting) == (None, 0)
    asked = find_partners(need, MINISTRY, on=DAY)["offer_id"].to_list()
    assert {new.public_id, moved.public_id} <= set(asked) and secret.public_id not in asked


def test_everybody_waits_where_very_much_changed_or_another_journal_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    several()
    warm = matcher_of(MINISTRY, DAY)
    monkeypatch.setattr(partners, "PATIENCE_S", 0.0)
    monkeypatch.setattr(partners, "MOST_WAITING", 1)
    make_offer("Швеллер 20П")
    make_offer("Швеллер 20У")
    ready = ready_matcher(MINISTRY, DAY)
    assert ready.matcher is not warm and ready.free is None and "Швеллер 20У" in ready.matcher.offers["text"].to_list()


class NotYet:
    """A thread that is not begun before the test says so."""

    def start(self) -> None:
        """Nothing yet."""
