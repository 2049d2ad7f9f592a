"""Fitting to one's own decisions: kept only when better, said plainly when not."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from smezhnik.cli.train import train as command
from smezhnik.errors import CannotSay, MissingExtra
from smezhnik.io import write_table
from smezhnik.matching.features import FEATURES
from smezhnik.matching.ranking import Ranker
from smezhnik.matching.refit import compare_fit, fit_reasons
from smezhnik.tables import complete
from smezhnik.workflows import train as workflow
from smezhnik.workflows.train import refusal, train

THINGS = ["стекло листовое", "болт", "насос центробежный", "кабель силовой", "ткань бязь", "кирпич", "окно", "труба"]
COLUMN = {feature.name: at for at, feature in enumerate(FEATURES)}


def decided(needs: int, *, by_code: bool, seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Links of needs to two offers each. With ``by_code`` the one of the same code is agreed on, whatever its text."""
    draw = np.random.default_rng(seed)
    rows, need_rows, offer_rows = [], [], []
    for number in range(needs):
        text = f"{THINGS[number % len(THINGS)]} {number}"
        need_rows.append({"need_id": f"n{number}", "text": text, "okpd2": "23.11.12"})
        for side, code in enumerate(("23.11.12", "28.13.14")):
            offer = f"o{number}-{side}"
            good = side == 0 if by_code else bool(draw.integers(0, 2))
            offer_rows.append({"offer_id": offer, "text": THINGS[(number + 3 * side) % len(THINGS)], "okpd2": code})
            rows.append({"need_id": f"n{number}", "offer_id": offer, "rank": side + 1, "probability": 0.5, "score": 0.0,
                         "base": 0.0, "grade": "C", "basis": "declared", "need_text": text,
                         "offer_text": offer_rows[-1]["text"], "decision": "contracted" if good else "declined",
                         "decline_reason": None if good else "не тот материал"})
    return tuple(complete(pl.DataFrame(part, infer_schema_length=None), name)  # type: ignore[return-value]
                 for part, name in ((rows, "links"), (need_rows, "needs"), (offer_rows, "offers")))


def test_decisions_by_code_make_the_code_weigh_more_and_the_model_better() -> None:
    trained = train(*decided(60, by_code=True), Ranker.load())
    assert trained.method == "reasons"
    assert trained.comparison.better
    assert trained.comparison.after < trained.comparison.before
    assert trained.scale["code"] > 1.1
    assert (trained.comparison.positive, trained.comparison.negative, trained.comparison.needs) == (60, 60, 60)


def test_the_model_is_judged_by_the_score_that_the_link_showed() -> None:
    links, needs, offers = decided(60, by_code=True)
    behind = pl.Series("reasons", [[{"code": "rivals", "contribution": -9.0 * (decision == "declined"), "fields": "{}"}]
                                   for decision in links["decision"]], dtype=links["reasons"].dtype)
    known = train(links.with_columns(behind), needs, offers, Ranker.load())
    unknown = train(links, needs, offers, Ranker.load())
    assert known.comparison.before < unknown.comparison.before
    assert 1 < known.scale["code"] < unknown.scale["code"]


def test_chance_decisions_are_not_taken_for_a_gain_of_ranking() -> None:
    ranker = Ranker.load()
    trained = train(*decided(60, by_code=False), ranker)
    features, label, needs = _pairs(trained.ranker, 60)
    again = compare_fit(trained.ranker, features, label, np.zeros(len(label)), needs, lambda *known:
                        fit_reasons(trained.ranker, *known), seed=1)
    assert not again.better


def _pairs(ranker: Ranker, needs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    links, _, _ = decided(needs, by_code=False)
    rows = np.arange(len(links))
    sides = [ranker.profile_texts(links[name]) for name in ("need_text", "offer_text")]
    features = ranker.features(sides[0], sides[1], rows, rows)
    return features, (links["decision"] == "contracted").to_numpy(), links["need_id"].to_numpy()


def test_refusals_for_price_say_nothing_of_the_fit() -> None:
    links, needs, offers = decided(30, by_code=True)
    priced = links.with_columns(decline_reason=pl.when(pl.col("need_id") < "n2").then(pl.lit("Цена"))
                                .otherwise("decline_reason"))
    left_out = len(priced.filter((pl.col("decision") == "declined") & (pl.col("decline_reason") == "Цена")))
    trained = train(priced, needs, offers, Ranker.load())
    assert left_out > 0
    assert trained.left_out == left_out
    assert trained.comparison.negative == 30 - left_out


def test_a_deal_closed_with_a_reason_of_refusal_is_no_success() -> None:
    links, needs, offers = decided(30, by_code=True)
    failed = links.with_columns(decision=pl.when(pl.col("decision") == "contracted").then(pl.lit("closed"))
                                .otherwise("decision"), decline_reason=pl.lit("не тот материал"))
    with pytest.raises(CannotSay) as said:
        train(failed, needs, offers, Ranker.load())
    assert (said.value.code, said.value.fields["positive"]) == ("too_few_decisions", 0)


def test_too_few_decisions_are_named_with_what_is_needed() -> None:
    with pytest.raises(CannotSay) as said:
        train(*decided(6, by_code=True), Ranker.load())
    assert said.value.fields == {"positive": 6, "negative": 6, "needs": 6, "fewest": 10}
    links, _, _ = decided(6, by_code=True)
    with pytest.raises(CannotSay) as said:
        train(links.with_columns(decision=pl.lit("proposed")), None, None, Ranker.load())
    assert said.value.code == "no_decisions"


def test_a_reason_that_speaks_against_the_decisions_gets_no_weight_rather_than_a_negative_one() -> None:
    ranker = Ranker.load()
    links, needs, offers = decided(80, by_code=True)
    turned = links.with_columns(decision=pl.when(pl.col("decision") == "declined").then(pl.lit("contracted"))
                                .otherwise(pl.lit("declined")), decline_reason=pl.lit(None, pl.String))
    trained = train(turned, needs, offers, ranker)
    assert min(trained.scale.values()) >= 0
    assert trained.scale["code"] == 0


def test_new_trees_keep_sums_exact_and_silent_reasons_at_zero() -> None:
    ranker = Ranker.load()
    trained = train(*decided(300, by_code=True), ranker, method="trees")
    assert trained.method == "trees"
    assert trained.comparison.better
    assert len(trained.ranker.trees.root) > len(ranker.trees.root)
    features, _, _ = _pairs(trained.ranker, 20)
    code = [feature.reason for feature in FEATURES].index("code")
    assert np.isnan(features[:, code]).all()
    assert trained.ranker.explain_features(features)[1][:, 2] == pytest.approx(np.zeros(len(features)), abs=1e-12)


def test_trees_without_lightgbm_name_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(MissingExtra, match="smezhnik"):
        train(*decided(20, by_code=True), Ranker.load(), method="trees")
    monkeypatch.setattr(workflow, "ENOUGH_FOR_TREES", 10)
    assert train(*decided(20, by_code=True), Ranker.load()).method == "reasons"


def test_the_command_writes_a_better_model_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["smezhnik"])
    links, needs, offers = decided(40, by_code=True)
    for frame, name in ((links, "links"), (needs, "needs"), (offers, "offers")):
        write_table(frame, tmp_path / f"{name}.parquet", name, lang="ru")
    out = tmp_path / "model.npz"
    arguments = [str(tmp_path / "links.parquet"), "--needs", str(tmp_path / "needs.parquet"), "--offers",
                 str(tmp_path / "offers.parquet"), "-o", str(out)]
    outcome = CliRunner().invoke(command, arguments)
    assert outcome.exception is None, outcome.output
    assert "лучше" in outcome.stderr
    assert Ranker.load(out).meta["refitted"] == {"method": "reasons", "links": 80}


def test_the_command_writes_nothing_when_the_gain_is_not_proven(tmp_path: Path) -> None:
    links, _, _ = decided(30, by_code=False, seed=3)
    # half of the needs of every thing agree, half do not: only the level can be learnt, and it is given already
    features, label, _ = _pairs(Ranker.load(), 30)
    ranker = fit_reasons(Ranker.load(), features, label, np.zeros(len(label)))
    ranker.save(tmp_path / "at-hand.npz")
    write_table(links, tmp_path / "links.parquet", "links", lang="ru")
    out = tmp_path / "model.npz"
    outcome = CliRunner().invoke(command, [str(tmp_path / "links.parquet"), "--model", str(tmp_path / "at-hand.npz"),
                                           "-o", str(out)])
    assert isinstance(outcome.exception, CannotSay)
    assert outcome.exception.code == "not_better"
    assert not out.exists()


@pytest.mark.parametrize(("words", "said"), [
    ("дорого", "deal"), ("высокая цена", "deal"), ("Нет мощности", "deal"), ("далеко", "deal"),
    ("не устроили сроки", "deal"), ("no_answer", "deal"), ("Other supplier", "deal"), ("не та марка", "fit"),
    ("Не подходит по размеру", "fit"), ("wrong product", "fit"), (None, "fit"), ("решение директора", "unclear"),
])
def test_a_refusal_is_a_misfit_only_where_its_words_say_so(words: str | None, said: str) -> None:
    frame = pl.DataFrame({"decline_reason": [words]}, schema={"decline_reason": pl.String})
    assert frame.select(refusal()).item() == said


def test_reasons_that_are_not_understood_are_left_out_and_named() -> None:
    links, needs, offers = decided(30, by_code=True)
    vague = links.with_columns(decline_reason=pl.when(pl.col("need_id") < "n2").then(pl.lit("решение директора"))
                               .otherwise("decline_reason"))
    trained = train(vague, needs, offers, Ranker.load())
    assert trained.unclear == ("решение директора",)
    assert trained.left_out == 30 - trained.comparison.negative > 0
