"""A second factor lies sealed in the database; its key lies elsewhere."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smezhnik.people.actions import set_second_factor, unreadable_factors
from smezhnik.people.sealing import MARK, seal, unseal
from smezhnik.registry.actions import merge, split
from smezhnik.registry.models import Organisation
from tests.workplace import HERE, PASSWORD, make_organisation, make_user, signed_in


@given(st.text(max_size=90), st.text(max_size=20), st.text(min_size=1, max_size=60))
def test_what_is_sealed_is_read_with_the_same_key_and_for_the_same_user_only(secret: str, whose: str, key: str) -> None:
    sealed = seal(secret, whose, key)
    assert unseal(sealed, whose, key) == secret
    assert unseal(sealed, whose + "1", key) is None and unseal(sealed, whose, key + "1") is None


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_byte_of_it_can_be_changed(place: int, by: int) -> None:
    import base64

    sealed = seal("JBSWY3DPEHPK3PXP", "7", "ключ")
    raw = bytearray(base64.urlsafe_b64decode(sealed[len(MARK):]))
    raw[place % len(raw)] ^= by
    assert unseal(MARK + base64.urlsafe_b64encode(bytes(raw)).decode(), "7", "ключ") is None


def test_one_secret_sealed_twice_does_not_look_alike() -> None:
    assert len({seal("JBSWY3DPEHPK3PXP", "7", "ключ") for _ in range(50)}) == 50


@pytest.mark.parametrize("broken", ["", "JBSWY3DPEHPK3PXP", MARK, f"{MARK}я", f"{MARK}QUJD", f"{MARK}QUJD===="])
def test_what_is_no_seal_is_no_secret(broken: str) -> None:
    assert unseal(broken, "7", "ключ") is None


@pytest.mark.django_db
def test_with_another_key_recovery_codes_let_in_and_the_doctor_says_so(settings: Any) -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    secret = pyotp.random_base32()
    codes = set_second_factor(user, secret, pyotp.TOTP(secret).now())
    assert unreadable_factors() == []
    settings.SECRET_KEY = "ключ другой машины"
    assert unreadable_factors() == ["аналитик"]
    for code, status in ((pyotp.TOTP(secret).now(), 401), (codes[0], 302)):
        client = Client()
        client.post("/signin/", {"login": "аналитик", "password": PASSWORD})
        assert client.post("/signin/code/", {"code": code}).status_code == status


@pytest.mark.django_db
def test_the_user_of_a_plant_that_was_merged_speaks_for_the_one_that_lives_on() -> None:
    kept, other = make_organisation("Окна Идель"), make_organisation("ООО «Окна Идель»")
    client = signed_in(make_user("завод", "plant", region=HERE, organisation=other))
    merge(kept, other, "анна")
    page = client.get(f"/r/{kept.public_id}/")
    assert page.status_code == 200 and f"/r/{kept.public_id}/edit/" in page.content.decode()
    split(Organisation.objects.get(pk=other.pk), "анна")
    assert f"/r/{kept.public_id}/edit/" not in client.get(f"/r/{kept.public_id}/").content.decode()
    assert f"/r/{other.public_id}/edit/" in client.get(f"/r/{other.public_id}/").content.decode()
