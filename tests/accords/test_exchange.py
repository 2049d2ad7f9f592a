"""Story 2: an agreement of two installations without a server between them, by signed files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from smezhnik.accords.actions import confirm, settle_commitment
from smezhnik.accords.exchange import distrust, trust
from smezhnik.accords.models import Agreement, Commitment, Confirmation, Neighbour, Parcel
from smezhnik.accords.package import NAME, NEEDS, OWN, ROWS, TEXT, Package
from smezhnik.accords.queries import commitments_of, standing_plan
from smezhnik.accords.rows import signed_rows
from smezhnik.accords.sealed import LARGEST, fingerprint, own_key, public_of, seal, unseal
from smezhnik.errors import InputError
from smezhnik.records.history import undo
from smezhnik.records.journal import verify
from smezhnik.records.models import Action
from smezhnik.tables import table
from smezhnik.workflows.parcels import home, look, own_public, send, take
from tests.accords.factories import make_agreement, make_plan
from tests.accords.test_agreements import contract
from tests.workplace import HERE, THERE, make_need, make_organisation

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 30)
At = Callable[[str], Any]


@pytest.fixture
def at(settings: Any, tmp_path: Path) -> At:
    """Work as the installation of a region: its own folder with its own key, its own records."""
    @contextmanager
    def installation(region: str) -> Iterator[str]:
        home = tmp_path / region
        home.mkdir(exist_ok=True)
        settings.HOME = home
        yield region

    return installation


def meet(at: At, *, both: bool = True) -> None:
    """The two installations exchange keys and compare fingerprints."""
    keys = {}
    for region in (HERE, THERE):
        with at(region):
            keys[region] = own_public()
    for region, other in ((HERE, THERE), (THERE, HERE)) if both else ((HERE, THERE),):
        trust(region, other, keys[other], fingerprint(keys[other]), "министр", own=keys[region])


def signed(at: At) -> tuple[Agreement, list[Commitment]]:
    """A's agreement: 2.4 with four links that its records prove, 3.1 by hand; A confirms both."""
    agreement = make_agreement()
    items = make_plan(agreement, {"no": "2.4"}, {
        "no": "3.1", "measure": "manual", "plan": 10.0, "manual_value": 6.0, "manual_on": DAY,
        "manual_source": "журнал", "from_region": None, "to_region": None, "industries": None})
    for number in range(4):
        contract(number, items[0].public_id)
    for item, value in zip(items, (4.0, 6.0), strict=True):
        confirm(item, 1, True, "аналитик", on=DAY, value=value, computed=value)
    return agreement, items


def items_of(agreement: Agreement) -> dict[str, Commitment]:
    return {one.no: one for one in commitments_of([standing_plan(agreement)])}


def test_two_sides_confirm_and_dispute_by_files(at: At) -> None:
    meet(at)
    agreement, _ = signed(at)
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
    with at(THERE):
        assert [one.what for one in look(sent, THERE, on=DAY).differences] == ["agreement", "plan", "word", "word"]
        assert not Agreement.objects.filter(held_by=THERE).exists(), "to look changes nothing"
        theirs = take(sent, THERE, "сосед", on=DAY)
        assert (theirs.title, theirs.shared_id, theirs.number) == (agreement.title, agreement.public_id, "7-С")
        there = items_of(theirs)
        assert [one.value for one in there["2.4"].confirmations.all()] == [4.0], "A's word came along"
        assert {one["no"]: one["value"] for one in theirs.parcels.get().values} == {"2.4": 4.0, "3.1": 6.0}
        confirm(there["2.4"], 2, True, "сосед", on=DAY, value=4.0)
        confirm(there["3.1"], 2, False, "сосед", on=DAY, value=5.0, note="Одна встреча не состоялась")
        back = send(theirs, "сосед", on=DAY)
    with at(HERE):
        seen = look(back, HERE, on=DAY)
        assert seen.agreement == agreement and seen.before is None
        assert [(one.what, one.of) for one in seen.differences if one.taken] == [("word", "2.4"), ("word", "3.1")]
        take(back, HERE, "аналитик", on=DAY)
    here = items_of(agreement)
    assert here["2.4"].state == "confirmed"
    assert here["3.1"].state == "disputed"
    assert {one.side: one.value for one in here["3.1"].confirmations.all()} == {1: 6.0, 2: 5.0}
    brought = here["3.1"].confirmations.get(side=2)
    assert (brought.who, brought.note) == (THERE, "Одна встреча не состоялась")
    assert brought.parcel is not None and brought.parcel.neighbour.region == THERE

    before = Action.objects.count()
    with at(HERE):
        assert look(back, HERE, on=DAY).before == brought.parcel
        assert take(back, HERE, "аналитик", on=DAY) == agreement
    with at(THERE):
        take(sent, THERE, "сосед", on=DAY)
    assert Action.objects.count() == before, "a package that was taken changes nothing"
    assert Confirmation.objects.filter(held_by=HERE).count() == 4
    assert verify() == []


def test_what_a_package_did_is_taken_back_by_one_undo_and_can_be_taken_again(at: At) -> None:
    meet(at)
    agreement, _ = signed(at)
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
    with at(THERE):
        take(sent, THERE, "сосед", on=DAY)
        undone = undo(Action.objects.get(what="accords.take_parcel").number, "сосед", reason="не туда")
        assert not undone.conflicts
        assert not Agreement.objects.filter(held_by=THERE, archived=False).exists()
        again = take(sent, THERE, "сосед", on=DAY)
    assert set(items_of(again)) == {"2.4", "3.1"}


def test_a_package_with_any_changed_byte_is_refused(at: At) -> None:
    meet(at)
    agreement, _ = signed(at)
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
    with at(THERE):
        for place in (*range(0, len(sent), 11), *range(len(sent) - 300, len(sent))):
            broken = bytearray(sent)
            broken[place] ^= 1
            with pytest.raises(InputError) as refused:
                unseal(bytes(broken))
            assert refused.value.code in ("package_changed", "package_other", "package_version"), place
        for other in (sent[:-1], sent + b"\n", sent.replace(b'"agrees": true', b'"agrees":  true', 1),
                      b"\xef\xbb\xbf" + sent):
            with pytest.raises(InputError, match="changed after it was signed"):
                take(other, THERE, "сосед", on=DAY)
    assert not Parcel.objects.filter(held_by=THERE).exists()


def test_a_signer_who_is_not_known_is_refused_with_what_to_do(at: At) -> None:
    agreement, _ = signed(at)
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
        ours = own_public()
        with pytest.raises(InputError, match="your own package"):
            take(sent, HERE, "аналитик", on=DAY)
    with at(THERE):
        with pytest.raises(InputError, match="compare the fingerprint by telephone") as refused:
            take(sent, THERE, "сосед", on=DAY)
        assert refused.value.fields["fingerprint"] == fingerprint(ours)
        neighbour = trust(THERE, HERE, ours, fingerprint(ours), "сосед", own=own_public())
        take(sent, THERE, "сосед", on=DAY)
        distrust(neighbour, "сосед")
        with pytest.raises(InputError, match="do not know"):
            look(sent, THERE, on=DAY)


@pytest.mark.parametrize(("change", "code"), [
    ({"key": "не ключ"}, "key_wrong"),
    ({"key": "0" * 63}, "key_wrong"),
    ({"told": "12345"}, "fingerprint_differs"),
    ({"region": THERE}, "neighbour_self"),
])
def test_a_key_is_taken_only_as_it_was_told_over_the_telephone(at: At, change: dict[str, str], code: str) -> None:
    with at(HERE):
        key = own_public()
    values = {"region": HERE, "key": key, "told": fingerprint(key), **change}
    with at(THERE), pytest.raises(InputError) as refused:
        trust(THERE, values["region"], values["key"], values["told"], "сосед", own=own_public())
    assert refused.value.code == code and not Neighbour.objects.exists()


def test_the_private_key_lies_in_the_folder_for_its_owner_only(at: At, tmp_path: Path) -> None:
    with at(HERE):
        first = own_public()
        assert own_public() == first
        file = tmp_path / HERE / "package_key"
        assert file.stat().st_mode & 0o777 == 0o600
        assert bytes.fromhex(file.read_text()) and first not in file.read_text()
    assert len(fingerprint(first).split()) == 8


def forged(at: At, agreement: Agreement, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A package that its neighbour signed himself, with whatever he put in."""
    with at(HERE):
        content = json.loads(send(agreement, "аналитик", on=DAY))["content"]
        change(content)
        return seal(content, own_key(home()))


@pytest.mark.parametrize(("change", "code"), [
    (lambda said: said.update(code="import os"), "package_schema"),
    (lambda said: said["plan"]["rows"][0].update(plan="12"), "package_schema"),
    (lambda said: said["plan"]["rows"][0].update(organisations=["P-1234-5678"]), "package_schema"),
    (lambda said: said["plan"]["rows"][0].update(measure="доверие"), "package_schema"),
    (lambda said: said.update(needs=[{"text": "Насос"}] * 501), "package_schema"),
    (lambda said: said["agreement"].update(title="О" * 301), "package_schema"),
    (lambda said: said["plan"]["rows"][0].update(due="2026-01-01"), "package_plan"),
    (lambda said: said["words"][0].update(no="9.9"), "package_plan"),
    (lambda said: said.update(region=THERE), "package_not_yours"),
    (lambda said: said["agreement"]["parties"][1].update(region="RU-TA"), "package_not_yours"),
    (lambda said: said.update(made_on="2027-01-01"), "package_future"),
    (lambda said: said["words"][0].update(on="2026-10-01"), "package_future"),
])
def test_a_neighbour_who_signs_nonsense_is_refused_in_words(at: At, change: Callable[[dict[str, Any]], None],
                                                            code: str) -> None:
    meet(at)
    agreement, _ = signed(at)
    sent = forged(at, agreement, change)
    with at(THERE), pytest.raises(InputError) as refused:
        take(sent, THERE, "сосед", on=DAY)
    assert refused.value.code == code
    assert not Agreement.objects.filter(held_by=THERE).exists()


@pytest.mark.parametrize(("raw", "code"), [
    (b"PK\x03\x04", "package_other"), (b"[]", "package_other"), (b'{"format": "other"}', "package_other"),
    (b"\xff\xfe" + "пакет".encode("utf-16"), "package_other"), (b"[" * 200_000, "package_other"),
    (b'{"format": "smezhnik-agreement", "version": 2}', "package_version"),
    (b'{"format": "smezhnik-agreement", "version": 1, "key": NaN}', "package_changed"),
    (b" " * (LARGEST + 1), "package_large"),
])
def test_what_is_no_package_is_told_so(raw: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        unseal(raw)
    assert refused.value.code == code


def test_another_plan_of_the_same_number_is_not_taken_for_ours(at: At) -> None:
    meet(at)
    agreement, items = signed(at)
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
    settle_commitment(items[0], "moved", "аналитик", expected=items[0].version, because="Испытания",
                      due=dt.date(2027, 6, 1))
    with at(THERE):
        theirs = take(sent, THERE, "сосед", on=DAY)
        confirm(items_of(theirs)["2.4"], 2, True, "сосед", on=DAY, value=4.0)
        back = send(theirs, "сосед", on=DAY)
    with at(HERE):
        take(back, HERE, "аналитик", on=DAY)
    assert items_of(agreement)["2.4"].confirmations.filter(side=2).exists(), "moved, not another plan"
    make_plan(theirs, {"no": "2.4", "plan": 50.0})
    with at(THERE):
        renewed = send(theirs, "сосед", on=DAY)
    with at(HERE):
        assert ("plan", 2) in [(one.what, getattr(one.now, "edition", None)) for one in look(
            renewed, HERE, on=DAY).differences]
        make_plan(agreement, {"no": "2.4", "plan": 99.0})
        with pytest.raises(InputError, match="their items differ"):
            take(renewed, HERE, "аналитик", on=DAY)


def test_an_agreement_entered_by_hand_on_both_sides_is_joined_and_not_doubled(at: At) -> None:
    meet(at)
    agreement, _ = signed(at)
    own = make_agreement(held_by=THERE, title="Соглашение с соседом", number="15")
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
    with at(THERE):
        told = {(one.what, one.of) for one in look(sent, THERE, on=DAY, into=own).differences}
        assert {("linked", ""), ("field", "title"), ("field", "number"), ("plan", "")} <= told
        assert take(sent, THERE, "сосед", on=DAY, into=own) == own
    own.refresh_from_db()
    assert (own.title, own.shared_id) == ("Соглашение с соседом", agreement.public_id), "each side keeps its own words"
    assert Agreement.objects.filter(held_by=THERE).count() == 1


def test_nothing_closed_leaves_with_a_package(at: At) -> None:
    """Sums of few firms, names, volumes, closed and blind needs stay; an open need goes without whose it is."""
    agreement = make_agreement()
    item, _ = make_plan(agreement, {"measure": "contracts_sum", "plan": 5_000.0}, {"organisations": ["P-0000-0000"]})
    made = contract(1, item.public_id, value_th_rub=713_400.0)
    confirm(item, 1, True, "аналитик", on=DAY, value=713_400.0, computed=713_400.0)
    plant = make_organisation("Завод-тайна")
    for text, closed in (("Насос открытый", False), ("Насос слепой", None), ("Насос закрытый", True)):
        make_need(text, organisation=plant, confidential=closed, okpd2="28.13.14", volume=515_151.0, price=616_161.0)
    make_need("Стекло открытое", organisation=plant, confidential=False, okpd2="23.11")
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY).decode()
    package = Package.model_validate_json(json.dumps(json.loads(sent)["content"]))
    assert [one.text for one in package.needs] == ["Насос открытый"], "of the directions of the agreement"
    assert [one.value for one in package.values] == [None, 0.0] and package.words[0].value is None
    for secret in ("713400", "Завод-тайна", "слепой", "закрытый", "515151", "616161", made.seller.name, "аналитик",
                   plant.public_id, "P-0000-0000", item.public_id):
        assert secret not in sent, secret
    agreement.confidential = True
    with at(HERE), pytest.raises(InputError, match="closed agreement"):
        send(agreement, "аналитик", on=DAY)


def test_every_column_of_a_plan_comes_through_a_package(at: At) -> None:
    meet(at)
    agreement = make_agreement()
    whole = {"section": "Поставки", "kind": "supply", "responsible_a": "Отдел", "responsible_b": "Отдел соседа",
             "expected_result": "Договоры", "funding": "без денег", "baseline": 2.0, "direction": "at_least",
             "counted": "in_scope", "both_ways": True, "checkpoints": ["2026-06-30 = 5"], "no": "1"}
    make_plan(agreement, whole, {"no": "1", "text": None, "measure": "contracts_sum", "plan": 5_000.0},
              {"no": "2", "measure": None, "plan": None, "due": None, "since": None})
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
    with at(THERE):
        theirs = take(sent, THERE, "сосед", on=DAY)
    own = {"commitment_id"}
    rows = [[{name: value for name, value in row.items() if name not in own} for item in items_of(one).values()
             for row in signed_rows(item)] for one in (agreement, theirs)]
    assert rows[0] == rows[1] and len(rows[0]) == 3
    assert rows[0][2]["plan"] is None, "an item of words alone has no plan of its own"
    assert [table("commitments").columns[name].kind for name in ("both_ways", "kind")] == ["flag", "text"]


def test_the_key_of_a_file_is_that_of_its_signer(at: At) -> None:
    agreement, _ = signed(at)
    with at(HERE):
        sent = send(agreement, "аналитик", on=DAY)
        assert unseal(sent).key == own_public()
    with at(THERE):
        other = public_of(own_key(home()))
    stolen = sent.replace(unseal(sent).key.encode(), other.encode())
    with pytest.raises(InputError, match="changed after"):
        unseal(stolen)


def test_the_page_of_the_form_names_every_field_and_limit() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/package.md").read_text("utf-8")
    schema = Package.model_json_schema()
    names = {name for part in (schema, *(some for title, some in schema["$defs"].items() if title != "Row"))
             for name in part["properties"]}
    assert not [name for name in names if f"`{name}`" not in page]
    assert all(part["additionalProperties"] is False for part in (schema, *schema["$defs"].values()))
    assert not OWN & schema["$defs"]["Row"]["properties"].keys() and all(f"`{name}`" in page for name in OWN)
    for limit in (f"{LARGEST // 1024 ** 2} MB", f"{ROWS} rows", f"{NEEDS} needs", f"{TEXT:,} characters",
                  f"{NAME} of a name"):
        assert limit in page
