"""Decided links in, a ranking model out – if it is better than the one at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import CannotSay, MissingExtra
from smezhnik.io import atomic
from smezhnik.matching.features import FEATURES, REASON_OF, TEXT_REASONS
from smezhnik.matching.match import codes_of, full_text
from smezhnik.matching.ranking import Ranker, silent_values
from smezhnik.matching.refit import Comparison, compare_fit, fit_reasons
from smezhnik.matching.trees import Trees, trees_of_dump
from smezhnik.progress import Progress
from smezhnik.tables import complete
from smezhnik.workflows.reading import Reading, read_all

Method = Literal["auto", "reasons", "trees"]

#: Decisions that say: this fits.
FITTING = ("contracted", "delivering", "closed")
#: Beginnings of words of a refusal that speak of the product itself: it does not fit.
OF_FIT = ("не та ", "не тот ", "не то ", "не те ", "продукци", "товар", "марк", "материал", "размер", "диаметр",
          "толщин", "качеств", "характеристик", "гост", "стандарт", "не подход", "не подош", "не соответств",
          "не производ", "не выпуска", "не делают", "product", "wrong", "mark", "material", "size", "quality",
          "standard", "misfit", "not suitable", "not fit")
#: Beginnings of words of a refusal that say nothing of the product: the offer may suit, the deal did not come about.
NOT_OF_FIT = ("цен", "дорог", "стоимост", "бюджет", "деньг", "денег", "мощност", "загруж", "объем", "срок", "поздн",
              "долг", "далек", "расстоян", "логист", "доставк", "перевоз", "оплат", "предоплат", "услови", "партия",
              "партии", "партию", "нет ответ", "не ответ", "не отвеч", "не нужн", "передума", "другой поставщик",
              "другого поставщик", "другим поставщик", "уже есть поставщик", "повтор", "дубл", "price", "expensive",
              "cost", "capacity", "deadline", "late", "distance", "far", "logistic", "payment", "terms", "lot",
              "no answer", "no need", "not needed", "other supplier", "another supplier", "duplicate")
#: Decisions from which on new trees are worth trying.
ENOUGH_FOR_TREES = 1000
#: New trees are few and small: they correct the model at hand.
BOOSTING: Mapping[str, Any] = {
    "objective": "binary", "num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 40, "lambda_l2": 5.0,
    "seed": 0, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
}
ROUNDS = 60


@dataclass(frozen=True)
class Trained:
    """What came of it.

    Attributes
    ----------
    method : how the new model was made
    left_out : decided links that say nothing of the fit, the unclear ones included
    unclear : reasons of refusal that say neither that the product is wrong nor that it was something else
    comparison : both models on needs unseen
    scale : reason → how many times heavier it weighs in the new model (method ``reasons``)
    ranker : the new model
    """

    method: str
    left_out: int
    unclear: tuple[str, ...]
    comparison: Comparison
    scale: Mapping[str, float]
    ranker: Ranker


def train_files(links: Path, *, needs: Path | None = None, offers: Path | None = None, model: Path | None = None,
                method: Method = "auto", reading: Reading, progress: Progress) -> Trained:
    """Fit the model to the decisions of a table of links.

    Parameters
    ----------
    links : table ``links`` with decisions, of which ids and decisions are enough beside the other two tables; its
        texts are used where ``needs`` and ``offers`` are not given (then codes and standards are unknown)
    model : the model to better; the shipped one if None
    method : weigh the reasons anew, add trees, or what the number of decisions allows

    Raises
    ------
    InputFaults with the faults of all files; CannotSay ``too_few_decisions``; MissingExtra for trees without LightGBM.
    """
    texts = [column for column, given in (("need_text", needs), ("offer_text", offers)) if given is None]
    loaded = read_all({"links": links, "needs": needs, "offers": offers}, reading, progress,
                      {"links": [["need_id", "offer_id", "decision", *texts]]})
    frames = {name: table.frame for name, table in loaded.items()}
    return train(frames["links"], frames.get("needs"), frames.get("offers"), Ranker.load(model), method=method)


def train(links: pl.DataFrame, needs: pl.DataFrame | None, offers: pl.DataFrame | None, ranker: Ranker, *,
          method: Method = "auto") -> Trained:
    """``train_files`` on tables."""
    links = complete(links, "links")
    decided = links.filter(pl.col("decision").is_in([*FITTING, "declined"]))
    told = decided.filter(_speaks_of_fit())
    unclear = decided.filter((pl.col("decision") == "declined") & (refusal() == "unclear"))["decline_reason"]
    if told.is_empty():
        raise CannotSay("no_decisions", decided=len(decided))
    sides = [_side(told, "need", needs), _side(told, "offer", offers)]
    profiles = [ranker.profile_texts(texts, codes) for texts, codes in sides]
    rows = np.arange(len(told))
    features = ranker.features(profiles[0], profiles[1], rows, rows)
    label = (told["decision"] != "declined").to_numpy()
    chosen = _choose(method, len(told))
    fit = partial(fit_reasons if chosen == "reasons" else fit_trees, ranker)
    offset = _other_reasons(told)
    comparison = compare_fit(ranker, features, label, offset, told["need_id"].to_numpy(), fit)
    refitted = fit(features, label, offset)
    factors = np.divide(refitted.scale, ranker.scale, out=np.zeros(len(ranker.scale)), where=ranker.scale > 0).tolist()
    scale = dict(zip(TEXT_REASONS, factors, strict=True)) if chosen == "reasons" else {}
    return Trained(chosen, len(decided) - len(told), tuple(unclear.unique(maintain_order=True)), comparison, scale,
                   refitted)


def save_model(ranker: Ranker, path: Path) -> None:
    """Write the model whole or not at all."""
    with atomic(path) as aside, Path(aside).open("wb") as file:
        ranker.save(file)


def _speaks_of_fit() -> pl.Expr:
    refused = (pl.col("decision") == "declined") & (refusal() == "fit")
    # closed with a reason of refusal: a deal that ended, not one that was kept
    kept = (pl.col("decision") != "declined") & ((pl.col("decision") != "closed") | (_words() == ""))
    return refused | kept


def refusal() -> pl.Expr:
    """What a reason of refusal says: ``fit`` (the product is wrong, or no reason given), ``deal`` or ``unclear``."""
    return (pl.when(_words() == "").then(pl.lit("fit"))
            .when(_words().str.contains(_begins(NOT_OF_FIT))).then(pl.lit("deal"))
            .when(_words().str.contains(_begins(OF_FIT))).then(pl.lit("fit"))
            .otherwise(pl.lit("unclear")))


def _words() -> pl.Expr:
    """The reason of a refusal with small letters, ё as е, blanks for underscores."""
    words = pl.col("decline_reason").fill_null("").str.to_lowercase().str.replace_all("ё", "е")
    return words.str.replace_all(r"[\s_]+", " ").str.strip_chars(" .")


def _begins(starts: tuple[str, ...]) -> str:
    return r"\b(?:" + "|".join(starts) + ")"


def _other_reasons(links: pl.DataFrame) -> NDArray[np.float64]:
    """What the rivals and the business facts of each link gave its score; 0 where its reasons are not known."""
    reason = pl.element().struct.field("code").is_in(TEXT_REASONS)
    given = pl.when(reason).then(0.0).otherwise(pl.element().struct.field("contribution"))
    return links.select(pl.col("reasons").list.eval(given).list.sum().fill_null(0.0)).to_series().to_numpy()


def _side(links: pl.DataFrame, name: str, table: pl.DataFrame | None) -> tuple[pl.Series, pl.Series | None]:
    """Texts and codes of one side of the links, from its table where the table has them."""
    own = links[f"{name}_text"]
    if table is None:
        return own, None
    full = complete(table, f"{name}s")
    known = full.select(f"{name}_id").with_columns(text=full_text(full), code=codes_of(full))
    joined = links.select(f"{name}_id").join(known, on=f"{name}_id", how="left", maintain_order="left")
    return joined["text"].fill_null(own), joined["code"]


def _choose(method: Method, links: int) -> Literal["reasons", "trees"]:
    if method != "auto":
        return method
    if links < ENOUGH_FOR_TREES:
        return "reasons"
    try:
        import_lightgbm()
    except MissingExtra:
        return "reasons"
    return "trees"


def import_lightgbm() -> Any:
    """LightGBM, which only training needs; MissingExtra names the command that installs it."""
    try:
        import lightgbm
    except ImportError as error:
        raise MissingExtra("missing_extra", package="lightgbm", command="pip install 'smezhnik[train]'") from error
    except OSError as error:  # the wheel is there, the library of the system that it needs is not
        raise MissingExtra("missing_extra", package="libgomp1", command="apt install libgomp1") from error
    return lightgbm


def fit_trees(ranker: Ranker, features: NDArray[np.float32], label: NDArray[np.bool_], offset: NDArray[np.float64]
              ) -> Ranker:
    """The model with trees added, each of one reason, that correct its score."""
    lightgbm = import_lightgbm()
    together = [[at for at, of in enumerate(REASON_OF) if of == number] for number in range(len(TEXT_REASONS))]
    base, part = ranker.explain_features(features)
    data = lightgbm.Dataset(features, label.astype(np.float64), init_score=base + part.sum(axis=1) + offset)
    booster = lightgbm.train({**BOOSTING, "interaction_constraints": together,
                              "monotone_constraints": [feature.direction for feature in FEATURES]}, data, ROUNDS)
    return add_trees(ranker, trees_of_dump(booster.dump_model(), REASON_OF), len(label))


def add_trees(ranker: Ranker, trees: Trees, links: int) -> Ranker:
    """The model with more trees; their values are taken apart by the weights of the reasons, which stay."""
    leaf_reason = np.zeros(len(trees.value), np.uint8)
    for root, reason in zip(trees.root.tolist(), trees.reason.tolist(), strict=True):
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node < 0:
                leaf_reason[-node - 1] = reason
            else:
                waiting += [int(trees.left[node]), int(trees.right[node])]
    weight = np.where(ranker.scale > 0, ranker.scale, np.inf)[leaf_reason]
    silent = silent_values(trees)
    added = Trees.of_arrays({**trees.arrays(), "value": trees.value / weight})
    meta = {**ranker.meta, "refitted": {"method": "trees", "links": links}}
    return replace(ranker, trees=Trees.joined([ranker.trees, added]), base=ranker.base + float(silent.sum()),
                   zero=ranker.zero + silent, meta=meta)
