"""Duplicates: suggested with a reason, merged by a person; two that have different numbers are two."""

from __future__ import annotations

import re

import pytest

from smezhnik.records.access import Viewer
from smezhnik.registry.models import Organisation
from smezhnik.workflows.duplicates import find_duplicates
from tests.workplace import HERE, make_need, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
MINISTRY = Viewer("анна", "ministry", HERE)


def test_a_name_without_a_number_is_found_among_those_with_one() -> None:
    known = make_organisation("АО «Салаватстекло»", inn="0266004050")
    bare = make_organisation("Салаватстекло")
    make_organisation("Окна Идель", inn="0278000001")
    (only,) = find_duplicates(MINISTRY, lang="ru")
    assert (only.kept.pk, only.other.pk) == (known.pk, bare.pk)
    assert only.reason and only.probability is not None and only.probability >= 0.3


def test_one_name_in_two_legal_forms_is_suggested_and_two_numbers_are_not() -> None:
    make_organisation("ООО «Завод бурового оборудования»")
    make_organisation("АО Завод бурового оборудования")
    make_organisation("Прокат", inn="0278000001")
    make_organisation("ООО Прокат", inn="0278000002")
    (only,) = find_duplicates(MINISTRY, lang="ru")
    assert {only.kept.name, only.other.name} == {"ООО «Завод бурового оборудования»", "АО Завод бурового оборудования"}


def test_two_are_merged_from_the_page_and_parted_by_the_journal() -> None:
    known, bare = make_organisation("АО «Салаватстекло»", inn="0266004050"), make_organisation("Салаватстекло")
    need = make_need(organisation=bare)
    client = signed_in(make_user("анна", "ministry", region=HERE))
    assert "Салаватстекло" in client.get("/organisations/duplicates/").content.decode()
    assert client.post("/organisations/merge/", {"kept": known.public_id, "other": bare.public_id}).status_code == 302
    need.refresh_from_db()
    assert need.organisation_id == known.pk and Organisation.objects.get(pk=bare.pk).archived
    assert client.get(f"/r/{bare.public_id}/").status_code in (200, 301, 302), "an id never dies"
    number = max(int(item) for item in re.findall(r"/journal/(\d+)/", client.get("/journal/").content.decode()))
    assert client.post(f"/journal/{number}/undo/", {"password": "пароль-для-проверки-1"}).status_code == 302
    need.refresh_from_db()
    assert need.organisation_id == bare.pk and not Organisation.objects.get(pk=bare.pk).archived
