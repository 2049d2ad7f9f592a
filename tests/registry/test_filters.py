"""A saved filter is a question: it finds what is there when it is asked, for whoever asks."""

from __future__ import annotations

import pytest

from smezhnik.errors import InputError
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.filters import drop_filter, found_by, save_filter, visible_filters
from smezhnik.registry.queries import Asked
from tests.workplace import HERE, THERE, make_need, make_user, signed_in

pytestmark = pytest.mark.django_db
ANNA, BORIS = Viewer("анна", "ministry", HERE), Viewer("борис", "ministry", HERE)
FAR = Viewer("вера", "ministry", THERE)


def test_a_filter_counts_what_is_there_when_it_is_asked() -> None:
    make_need("Стекло 4 мм")
    saved = save_filter(KINDS["need"], Asked("стекла", {"region": HERE}), "Стекло", ANNA, shared=True)
    assert found_by(saved, ANNA).count() == 1
    make_need("Стекло закалённое")
    make_need("Болты")
    make_need("Стекло там", held_by=THERE)
    assert found_by(saved, ANNA).count() == 2
    assert found_by(saved, Viewer("аудитор", "auditor", HERE)).count() == 0, "it shows nobody more than he may see"


def test_a_filter_is_its_owners_unless_it_is_shared() -> None:
    own = save_filter(KINDS["need"], Asked("стекло"), "Моё", ANNA)
    common = save_filter(KINDS["need"], Asked("болты"), "Общее", ANNA, shared=True)
    assert list(visible_filters(ANNA)) == [own, common]
    assert list(visible_filters(BORIS)) == [common]
    assert not visible_filters(FAR).exists()
    drop_filter(own, ANNA)
    assert list(visible_filters(ANNA)) == [common]


@pytest.mark.parametrize(("name", "asked"), [("", Asked("стекло")), ("Всё", Asked()),
                                             ("Чужое", Asked(where={"price": "10"}))])
def test_a_filter_needs_a_name_and_a_public_condition(name: str, asked: Asked) -> None:
    with pytest.raises(InputError):
        save_filter(KINDS["need"], asked, name, ANNA)


def test_a_list_is_saved_and_opened_again_in_a_browser() -> None:
    make_need("Стекло 4 мм")
    make_need("Болты")
    client = signed_in(make_user("анна", "ministry", region=HERE))
    answer = client.post("/needs/filter/", {"q": "стекло", "name": "Стекло"})
    opened = client.get(client.get(answer.headers["Location"]).headers["Location"]).content.decode()
    assert "Стекло 4 мм" in opened and "Болты" not in opened
