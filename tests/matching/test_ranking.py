"""The ranking model: exact sums, honest zeros, directions that hold, a file that comes back unchanged."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from smezhnik.errors import InputError
from smezhnik.matching.features import FEATURES, TEXT_REASONS
from smezhnik.matching.ranking import Ranker, fall_behind
from smezhnik.matching.trees import Trees, trees_of_dump

NEEDS = ["стекло листовое 4 мм М1 ГОСТ 111", "болт М12х80", "насос", "кабель ВВГ 3х2,5", "вода 0,5 л", "окно", "",
         "бязь"]
OFFERS = ["Стекло листовое флоат 4 мм М1 ГОСТ 111-2014", "Стекло листовое 6 мм М4", "Болты М12х80 ГОСТ 7798",
          "Насос К 80", "Кабель ВВГнг 3х1,5", "Вода питьевая 500 мл", "Окна ПВХ", "", "Ткань бязь"]
CODES = ["23.11.12.110", "25.94.11", None, "27.32", "11.07.11", "22.23", None, "13.20"]
REASON = [TEXT_REASONS.index(feature.reason) for feature in FEATURES]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker.load()


def explain(ranker: Ranker, need: str, offer: str, need_code: str | None = None, offer_code: str | None = None
            ) -> tuple[float, dict[str, float]]:
    one = np.zeros(1, np.intp)
    base, part = ranker.explain(*(ranker.profile_texts(pl.Series([text]), pl.Series([code], dtype=pl.String))
                                  for text, code in ((need, need_code), (offer, offer_code))), one, one)
    return base, dict(zip(TEXT_REASONS, part[0].tolist(), strict=True))


def score(ranker: Ranker, *arguments: str | None) -> float:
    base, part = explain(ranker, *arguments)  # type: ignore[arg-type]
    return base + sum(part.values())


def sample(ranker: Ranker) -> np.ndarray:
    needs = ranker.profile_texts(pl.Series(NEEDS), pl.Series(CODES))
    offers = ranker.profile_texts(pl.Series(OFFERS), pl.Series([*CODES, None]))
    return ranker.features(needs, offers, *np.divmod(np.arange(len(NEEDS) * len(OFFERS)), len(OFFERS)))


def test_a_reason_whose_question_does_not_arise_is_exactly_zero(ranker: Ranker) -> None:
    _, part = explain(ranker, "стекло листовое", "листы стекла")
    assert part["marks"] == part["code"] == part["standard"] == 0.0
    assert explain(ranker, "стекло", "стекло", "23.11", None)[1]["code"] == 0.0


def test_changing_one_size_moves_marks_and_no_other_reason_but_letters_of_the_text(ranker: Ranker) -> None:
    same = explain(ranker, "стекло листовое 4 мм", "стекло листовое 4 мм", "23.11", "23.11")[1]
    other = explain(ranker, "стекло листовое 4 мм", "стекло листовое 6 мм", "23.11", "23.11")[1]
    assert other["marks"] < same["marks"] - 0.5
    assert other["code"] == same["code"]
    assert other["standard"] == same["standard"]


def test_a_deeper_common_code_never_lowers_and_parting_codes_never_raise(ranker: Ranker) -> None:
    codes = ["24.20", "23.99", "23.19", "23.11.99", "23.11.12.199", "23.11.12.110"]
    scores = [score(ranker, "стекло", "стекло", "23.11.12.110", code) for code in codes]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0] + 0.5


def test_an_equal_standard_raises_above_another_one(ranker: Ranker) -> None:
    assert (score(ranker, "болт ГОСТ 7798", "болт ГОСТ 7798-70")
            > score(ranker, "болт ГОСТ 7798", "болт ГОСТ 7805-70") + 0.3)


@pytest.mark.parametrize("feature", [feature.name for feature in FEATURES if feature.direction])
def test_the_stated_directions_hold_in_the_trees(ranker: Ranker, feature: str) -> None:
    column = [item.name for item in FEATURES].index(feature)
    rows = sample(ranker)
    rows = rows[~np.isnan(rows[:, column])]
    low, high = rows.copy(), rows.copy()
    low[:, column] *= 0.5
    high[:, column] = high[:, column] * 1.5 + 0.1
    gain = ranker.explain_features(high)[1].sum(axis=1) - ranker.explain_features(low)[1].sum(axis=1)
    assert (gain * FEATURES[column].direction >= -1e-9).all()


@pytest.mark.parametrize(("need", "better", "worse"), [
    ("стекло листовое 4 мм", "Стекло листовое флоат 4 мм", "Стекло листовое флоат 6 мм"),
    ("болты М12 80 гост 7798", "Болт М12х80 ГОСТ 7798-70 оцинкованный", "Болт М16х80 ГОСТ 7798-70"),
    ("труба бесшовная 57*3.5", "Труба стальная бесшовная 57х3,5 ГОСТ 8732", "Труба стальная электросварная 57х3,5"),
    ("задвижка 30ч39р DN80", "Задвижка клиновая 30ч39р Ду80 Ру16", "Задвижка клиновая 30ч39р Ду50 Ру16"),
    ("двигатель АИР100L4", "Электродвигатель АИР 100 L4 4 кВт", "Электродвигатель АИР100L2 5,5 кВт"),
    ("кабель ввгнг ls 3*2.5", "Кабель ВВГнг(А)-LS 3х2,5", "Кабель ВВГнг-LS 3х1,5"),
    ("вода 500 мл", "Вода минеральная 0,5 л ПЭТ", "Вода питьевая 1,5 л"),
    ("масло подсолнечное рафинированное", "Масло подсолнечное рафинированное", "Масло подсолнечное нерафинированное"),
    ("токарный станок 16к20", "Станок токарно-винторезный 16К20", "Станок токарный с ЧПУ 16А20Ф3"),
    ("полиэтелен высокого давления", "Полиэтилен высокого давления", "Насосы высокого давления"),
    ("перчатки хлопчатобумажные", "Перчатки хлопчатобумажные с ПВХ", "Перчатки резиновые"),
    ("редуктор цилиндрический", "Редукторы цилиндрические", "Редукторы планетарные"),
])
def test_plants_texts_rank_as_a_buyer_would(ranker: Ranker, need: str, better: str, worse: str) -> None:
    assert score(ranker, need, better) > score(ranker, need, worse)


def test_the_file_comes_back_without_change(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path / "model.npz")
    read = Ranker.load(tmp_path / "model.npz")
    rows = sample(ranker)
    np.testing.assert_array_equal(ranker.explain_features(rows)[1], read.explain_features(rows)[1])
    assert (read.base, read.meta["sets"]) == (ranker.base, ranker.meta["sets"])
    np.testing.assert_array_equal(sample(read), rows)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"need;offer\n1;2\n"])
def test_a_file_that_is_no_model_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"model\.npz"):
        Ranker.load(tmp_path / "model.npz")


@pytest.mark.parametrize(("meta", "code"), [
    ({"format": 0}, "model_format"), ({"features": ["need_covered"]}, "model_features"),
])
def test_a_model_of_another_version_is_refused(meta: dict[str, object], code: str, ranker: Ranker, tmp_path: Path
                                               ) -> None:
    file = io.BytesIO()
    ranker.save(file)
    file.seek(0)
    arrays = dict(np.load(file))
    written = {**json.loads(arrays["meta"].tobytes()), **meta}
    arrays["meta"] = np.frombuffer(json.dumps(written).encode(), np.uint8)
    np.savez(tmp_path / "old.npz", **arrays)
    with pytest.raises(InputError) as refused:
        Ranker.load(tmp_path / "old.npz")
    assert refused.value.code == code


def test_trees_equal_lightgbm_on_absent_values_and_on_thresholds() -> None:
    draw = np.random.default_rng(0)
    rows = draw.integers(0, 5, (2000, len(FEATURES))).astype(np.float32) / 4
    rows[draw.random(rows.shape) < 0.2] = np.nan
    label = np.nan_to_num(rows[:, 0]) + np.isnan(rows[:, REASON.index(1)]) + draw.normal(0, 0.1, len(rows))
    together = [[at for at, of in enumerate(REASON) if of == number] for number in range(len(TEXT_REASONS))]
    booster = lgb.train({"objective": "regression", "interaction_constraints": together, "num_threads": 1,
                         "verbose": -1, "num_leaves": 8}, lgb.Dataset(rows, label), 30)
    trees = trees_of_dump(booster.dump_model(), REASON)
    ours = trees.contributions(rows, len(TEXT_REASONS), threads=2).sum(axis=1)
    np.testing.assert_allclose(ours, booster.predict(rows, raw_score=True), atol=1e-12)
    twice = Trees.joined([trees, trees.scaled(0.5)]).contributions(rows, len(TEXT_REASONS)).sum(axis=1)
    np.testing.assert_allclose(twice, 1.5 * ours, atol=1e-12)


def test_a_tree_that_mixes_reasons_is_refused() -> None:
    rows = np.random.default_rng(0).random((500, 2)).astype(np.float32)
    label = (rows[:, 0] > 0.5) ^ (rows[:, 1] > 0.5)
    booster = lgb.train({"objective": "binary", "verbose": -1, "num_threads": 1}, lgb.Dataset(rows, label), 5)
    with pytest.raises(ValueError, match="several reasons"):
        trees_of_dump(booster.dump_model(), [0, 1])


def test_using_the_model_imports_no_training_library() -> None:
    code = ("import sys; from smezhnik.matching.ranking import Ranker; Ranker.load(); "
            "sys.exit(any(name in sys.modules for name in ('lightgbm', 'sklearn')))")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_who_is_surpassed_falls_behind() -> None:
    need, score = np.array([7, 7, 7, 2, 2]), np.array([1.0, 3.0, 3.0, -5.0, -4.5])
    assert fall_behind(need, score, 2.0).tolist() == [-4.0, 0.0, 0.0, -1.0, 0.0]
    assert fall_behind(need[:0], score[:0], 2.0).tolist() == []
