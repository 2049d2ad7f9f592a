"""Names of organisations found in a register: what hides a name and what tells two apart."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik import reconcile
from smezhnik.errors import InputError
from smezhnik.matching.names import read_name, sound
from smezhnik.matching.namescores import SAME_WORD, Words, compare_words
from smezhnik.matching.reconcile import ACCEPT_FROM, ASK_FROM, grade

PLANTS = [
    ("0200000001", 'Общество с ограниченной ответственностью "Окна Идель"', "RU-BA"),
    ("7400000002", "АО «Челябинский завод железобетонных изделий № 1»", "RU-CHE"),
    ("7400000003", "АО «Челябинский завод железобетонных изделий № 2»", "RU-CHE"),
    ("5000000004", "ООО «Меридиан»", "RU-MOS"),
    ("7400000005", "ООО «Меридиан»", "RU-CHE"),
    ("0200000006", "ПАО «Стеклозавод Берёзка»", "RU-BA"),
    ("6600000007", "Metall Holding Ural, LLC", "RU-SVE"),
    ("7700000008", "ЗАО «Научно-производственное объединение Вектор»", "RU-MOW"),
    ("0200000009", "ООО «Салаватский мебельный комбинат»", "RU-BA"),
    ("7400000010", "ООО «Уральские пластиковые трубы»", "RU-CHE"),
]
REGISTER = pl.DataFrame(PLANTS, schema=["inn", "name", "region"], orient="row")


def find(name: str, region: str | None = None) -> pl.DataFrame:
    asked = pl.DataFrame({"name": [name], "region": [region]}, schema={"name": pl.String, "region": pl.String})
    return reconcile(asked, REGISTER)


@pytest.mark.parametrize(("name", "inn"), [
    ("Окна Идель", "0200000001"),
    ("ООО ОКНА-ИДЕЛЬ", "0200000001"),
    ("«Идель окна», ооо", "0200000001"),
    ("OOO Okna Idel", "0200000001"),
    ("АО Стеклозавод «Березка»", "0200000006"),
    ("Стеклозавод Березка", "0200000006"),
    ("Металл-Холдинг Урал", "6600000007"),
    ("НПО Вектор", "7700000008"),
    ("Салаватский мебельный к-т", "0200000009"),
    ("Уральские пластиковые турбы", "7400000010"),
    ("Челябинский з-д железобетонных изделий №2", "7400000003"),
])
def test_a_name_written_otherwise_finds_its_owner(name: str, inn: str) -> None:
    found = find(name)
    assert found["inn"][0] == inn
    assert found["grade"][0] in ("accept", "ask")


def test_the_region_tells_two_firms_of_one_name_apart() -> None:
    assert find("Меридиан", "Челябинская область")["inn"][0] == "7400000005"
    assert find("Меридиан", "Московская обл.")["inn"][0] == "5000000004"
    assert "accept" not in find("Меридиан")["grade"].to_list()


def test_another_number_is_another_plant() -> None:
    found = find("Челябинский завод железобетонных изделий № 2")
    assert found["inn"][0] == "7400000003"
    other = found.filter(pl.col("inn") == "7400000002")
    assert other.is_empty() or other["probability"][0] < found["probability"][0] / 2


def test_a_plant_that_the_register_lacks_is_not_accepted() -> None:
    for name in ("Кондитерская фабрика Восход", "Белебеевский молочный комбинат", "Меркурий"):
        assert "accept" not in find(name)["grade"].to_list()


def test_thresholds_include_their_own_value_and_only_the_first_is_accepted() -> None:
    assert grade(ACCEPT_FROM, 1) == "accept"
    assert grade(ACCEPT_FROM, 2) == "ask"
    assert grade(ASK_FROM, 1) == "ask"
    assert grade(ASK_FROM - 1e-6, 1) == "weak"


def test_the_order_of_rows_and_of_the_register_changes_nothing() -> None:
    asked = pl.DataFrame({"row": [5, 9, 12], "name": ["Меридиан", "Окна Идель", "НПО Вектор"], "region": [None] * 3},
                         schema_overrides={"region": pl.String})
    forward, backward = reconcile(asked, REGISTER), reconcile(asked.reverse(), REGISTER.reverse())
    assert forward.sort("row", "rank").equals(backward.sort("row", "rank"))
    assert set(forward["row"]) == {5, 9, 12}


def test_rows_without_inn_are_no_candidates_and_an_inn_stands_once() -> None:
    register = pl.concat([REGISTER, REGISTER.head(1), pl.DataFrame(
        [(None, "ООО «Окна Идель»", "RU-BA")], schema=REGISTER.schema, orient="row")])
    found = reconcile(pl.DataFrame({"name": ["Окна Идель"]}), register)
    assert found["inn"].to_list() == ["0200000001"]


def test_the_reason_says_what_agrees() -> None:
    found = find("ООО Окна Идель", "Башкортостан")
    assert "слова те же" in found["reason"][0].lower()
    assert "регион тот же" in found["reason"][0]


def test_empty_lists_give_an_empty_table() -> None:
    empty = pl.DataFrame(schema={"name": pl.String, "inn": pl.String})
    assert reconcile(empty, REGISTER).is_empty()
    assert reconcile(pl.DataFrame({"name": ["Окна Идель", None, "ООО"]}), empty).is_empty()


def test_missing_columns_are_named() -> None:
    with pytest.raises(InputError, match="name"):
        reconcile(pl.DataFrame({"title": ["x"]}), REGISTER)
    with pytest.raises(InputError, match="inn"):
        reconcile(pl.DataFrame({"name": ["x"]}), REGISTER.drop("inn"))


@pytest.mark.parametrize(("one", "other"), [
    ("холдинг", "holding"), ("металлург", "metallurg"), ("щекино", "shchekino"), ("яна", "yana"), ("юг", "yug"),
    ("центр", "tsentr"), ("химпром", "khimprom"),
])
def test_two_scripts_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_legal_forms_of_joint_stock_companies_are_one_family() -> None:
    forms = {read_name(f"{form} «Рассвет»").form for form in (
        "ОАО", "ПАО", "ЗАО", "АО", "Открытое акционерное общество", "АКЦИОНЕРНОЕ ОБЩЕСТВО", "JSC")}
    assert forms == {"ао"}


def test_a_form_glued_to_the_name_is_read() -> None:
    assert read_name("ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮРАССВЕТ").form == "ооо"


def distance(a: str, b: str) -> int:
    """Optimal string alignment, written plainly."""
    table = {(i, -1): i + 1 for i in range(-1, len(a))} | {(-1, j): j + 1 for j in range(-1, len(b))}
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            best = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return table[len(a) - 1, len(b) - 1]


WORD = st.text("abc", min_size=1, max_size=7)


@given(WORD, WORD)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_likeness_of_words_is_one_minus_the_share_of_edits(a: str, b: str) -> None:
    raw = np.frombuffer((a + b).encode(), np.uint8)
    words = Words(np.array([0, len(a), len(a) + len(b)]), raw, np.ones(2, np.float32), np.zeros(2, bool),
                  np.zeros(2, bool))
    expected = 1 - distance(a, b) / max(len(a), len(b))
    assert compare_words(words, 0, 1) == pytest.approx(expected if expected >= SAME_WORD else 0)
