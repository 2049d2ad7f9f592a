"""What is typed into a form means what it would mean in a file; a number that is none is no fault of ours."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.errors import InputFaults
from smezhnik.io import check_table, write_table
from smezhnik.records.models import Action
from smezhnik.registry.actions import edit
from smezhnik.registry.models import Need
from smezhnik.registry.rows import frame_of
from smezhnik.tables import table
from smezhnik.web.values import settle, whole_number
from tests.workplace import HERE, make_need, make_user, signed_in

COLUMNS = table("needs").columns


@settings(derandomize=True, deadline=None, max_examples=8)
@given(texts=st.lists(st.tuples(st.text(max_size=40), st.text(max_size=20)), max_size=40))
def test_what_was_settled_comes_back_from_a_file_as_it_is(texts: list[tuple[str, str]]) -> None:
    rows = []
    for text, note in [*texts, ("Болты\x85М12", "а\u2028б")]:
        try:
            row = {"text": settle("text", COLUMNS["text"], text),
                   "basis_note": settle("basis_note", COLUMNS["basis_note"], note)}
        except InputFaults:
            continue
        if row["text"] is not None:
            rows.append({name: row.get(name) for name in COLUMNS} | {"need_id": f"N-{len(rows)}"})
    for ending in ("csv", "json", "xlsx"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"rows.{ending}"
            write_table(frame_of("needs", rows), path, "needs")
            loaded = check_table(path, "needs")
        assert not loaded.faults
        assert loaded.frame.select("text", "basis_note").rows() == [(row["text"], row["basis_note"]) for row in rows]


def test_a_whole_number_is_one_that_a_key_can_be() -> None:
    assert [whole_number(text) for text in ("7", "0", "", "-1", "²", "٣", "1.5", "x", "9" * 18, "9" * 19, "9" * 5000)
            ] == [7, 0, 0, 0, 0, 0, 0, 0, 10**18 - 1, 0, 0]


@pytest.mark.django_db
def test_a_form_settles_what_was_changed_and_leaves_what_stood_there() -> None:
    need = make_need(okpd2="старый код", unit="т")
    browser = signed_in(make_user("аналитик", "ministry", region=HERE))
    typed = {"version": need.version, "text": " Болты ", "okpd2": "старый код", "unit": "килограмм"}
    assert browser.post(f"/r/{need.public_id}/edit/", typed).status_code == 302
    need.refresh_from_db()
    assert (need.text, need.okpd2, need.unit) == ("Болты", "старый код", "кг")
    refused = browser.post(f"/r/{need.public_id}/edit/", {**typed, "version": need.version, "okpd2": "99.99.99"})
    assert refused.status_code == 400 and "99.99.99" in refused.content.decode()
    assert "ОКПД2" in refused.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000, "-1"])
def test_a_number_that_is_none_is_no_fault_of_ours(number: str) -> None:
    need = make_need()
    browser = signed_in(make_user("аналитик", "ministry", region=HERE))
    assert browser.get(f"/needs/?after={number}:а").status_code == 200
    assert browser.get(f"/journal/?before={number}").status_code == 200
    assert browser.post(f"/r/{need.public_id}/edit/", {"version": number, "text": "иное"}).status_code == 409
    assert browser.post(f"/r/{need.public_id}/archive/", {"version": number}).status_code == 409
    assert not Need.objects.get().archived


@pytest.mark.django_db
def test_codes_stand_in_words_in_the_history_and_in_the_journal() -> None:
    need = make_need(region=HERE)
    edit(need, {"region": "RU-CHE"}, "аналитик", expected=need.version)
    number = Action.objects.latest("number").number
    browser = signed_in(make_user("аналитик", "ministry", region=HERE))
    for address in (f"/r/{need.public_id}/history/", f"/journal/{number}/"):
        page = browser.get(address).content.decode()
        assert "Челябинская область" in page and "RU-CHE" not in page
