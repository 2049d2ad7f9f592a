"""Find the organisation that a name means: ИНН candidates with a probability, a grade and a reason.

Candidates come by letter groups (typos, other scripts and word order do not hide a name), then names are compared
word by word. Two logistic steps: the likeness of the pair, then how far it stands above its rivals. Both were learnt
on spoiled real names, a third of whose owners were taken out of the register (``scripts/train_reconcile.py``). How
good it is: ``docs/why/reconcile.md``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers.regions import find_region
from smezhnik.errors import InputError
from smezhnik.matching.codespace import Field, calc_cosine_field
from smezhnik.matching.names import FAMILIES, Name, read_name
from smezhnik.matching.namescores import CANDIDATES, FEATURES, Side, Words, compare
from smezhnik.matching.phrases import Terms, count_pairs
from smezhnik.matching.suggest import ask_cosine
from smezhnik.messages import say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.types import Lang

WEIGHTS = Path(__file__).parent / "data" / "reconcile.json"
#: Two thresholds, both inclusive: taken without asking, shown to a person. Below them a candidate is only listed.
ACCEPT_FROM, ASK_FROM = 0.9, 0.3
#: Less likely candidates are not worth a row.
LISTED_FROM = 0.01
BATCH = 512
#: What the second step looks at: the likeness of the pair, its lead over the best rival, rivals as good as it.
SECOND = 3
OUTPUT = {"row": pl.Int64, "asked": pl.String, "rank": pl.Int64, "inn": pl.String, "name": pl.String,
          "region": pl.String, "probability": pl.Float64, "grade": pl.String, "reason": pl.String}
_FORMS = {family: at for at, family in enumerate(dict.fromkeys(FAMILIES.values()))}


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic weights of the pair and of the pair among its rivals; the last one of each is the constant."""

    pair: NDArray[np.float64]
    among: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidates of asked names: int32[names, CANDIDATES] (−1: none) and float32[names, CANDIDATES, FEATURES]."""

    candidate: NDArray[np.int32]
    features: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Register:
    """Names taken apart and their regions (id of the region pack; None where unknown), row by row."""

    names: list[Name]
    regions: list[str | None]


def reconcile(names: pl.DataFrame, register: pl.DataFrame, *, top: int = 5, lang: Lang = "ru",
              progress: Progress = no_progress) -> pl.DataFrame:
    """Organisations of the register that the names may mean.

    pair = logistic(features · weights); probability = logistic of the pair's log-odds, its lead over the best rival
    and the number of rivals as good

    Parameters
    ----------
    names : frame, one row per asked name
        name (text); region (any spelling, may be absent or no column); row (number that the result refers to; the
        position from 1 where there is no such column).
    register : table ``organisations``
        name, inn; region if known. Rows without ИНН are no candidates.
    top : candidates a name
    lang : language of the reasons

    Returns
    -------
    frame, one row per (asked name, candidate), best first
        row, asked (the name as given), rank (from 1), inn, name and region as the register has them, probability
        (0…1, that they are the same organisation), grade (``accept`` from 0.9 for the first alone, ``ask`` from 0.3,
        else ``weak``), reason. Candidates below 0.01 are left out. Equal probabilities: the lower ИНН. A name without
        a like has no rows.

    Raises
    ------
    InputError where a column is missing or ``top`` is below 1.
    """
    _check(names, register, top)
    usable = register.filter(pl.col("inn").is_not_null() & pl.col("name").is_not_null())
    register = usable.unique("inn", keep="first", maintain_order=True).sort("inn")
    asked = read_side(names)
    known = read_side(register)
    weights = load_weights()
    rows = names["row"].to_list() if "row" in names.columns else list(range(1, len(names) + 1))
    given, shown, inns = names["name"].to_list(), register["name"].to_list(), register["inn"].to_list()
    found: list[tuple[object, ...]] = []
    matcher = Matcher(asked, known)
    for first in range(0, len(rows), BATCH):
        progress(Step("reconcile", first, len(rows)))
        compared = matcher.compare(first, min(first + BATCH, len(rows)))
        probability = calc_probability(compared, weights)
        order = np.lexsort((compared.candidate, -probability), axis=1)[:, :top]
        for at, places in enumerate(order):
            for rank, place in enumerate(places, 1):
                one = int(compared.candidate[at, place])
                sure = float(probability[at, place])
                if one < 0 or sure < LISTED_FROM:
                    continue
                reason = _reason(compared.features[at, place], asked.names[first + at], known.names[one], lang)
                found.append((rows[first + at], given[first + at], rank, inns[one], shown[one], known.regions[one],
                              sure, grade(sure, rank), reason))
    progress(Step("reconcile", len(rows), len(rows)))
    return pl.DataFrame(found, schema=OUTPUT, orient="row")


def grade(probability: float, rank: int) -> str:
    """``accept``, ``ask`` or ``weak``; only the first candidate can be accepted."""
    if probability >= ACCEPT_FROM and rank == 1:
        return "accept"
    return "ask" if probability >= ASK_FROM else "weak"


def _check(names: pl.DataFrame, register: pl.DataFrame, top: int) -> None:
    for table, frame, wanted in (("names", names, ("name",)), ("register", register, ("name", "inn"))):
        missing = [column for column in wanted if column not in frame.columns]
        if missing:
            raise InputError("reconcile_columns", table=table, missing=missing)
    if top < 1:
        raise InputError("reconcile_top", found=top)


def read_side(frame: pl.DataFrame) -> Register:
    """Names and regions of a frame, taken apart; a region that nobody knows is absent."""
    texts = frame["name"].cast(pl.String).fill_null("").to_list()
    regions: list[str | None] = [None] * len(texts)
    if "region" in frame.columns:
        given = frame["region"].cast(pl.String)
        meant = {text: find_region(text) for text in given.drop_nulls().unique()}
        regions = [meant.get(text) for text in given.to_list()]
    return Register([read_name(text) for text in texts], regions)


@cache
def load_weights() -> Weights:
    """The packaged weights."""
    item = json.loads(WEIGHTS.read_text("utf-8"))
    return Weights(np.array(item["pair"]), np.array(item["among"]))


class Matcher:
    """Two lists of names made ready to be compared."""

    def __init__(self, asked: Register, known: Register) -> None:
        vocabulary, groups, places = Terms(), Terms(), Terms()
        self._known = _side(known, vocabulary, places)
        rows = [groups.learn(_letter_groups(name)) for name in known.names]
        self._field: Field = calc_cosine_field(*count_pairs(rows, len(groups)), len(rows), len(groups))
        frequency = np.bincount(self._known.word, minlength=len(vocabulary))
        self._asked = _side(asked, vocabulary, places)
        frequency = np.pad(frequency, (0, len(vocabulary) - len(frequency)))
        self._words = _words(list(vocabulary.ids), frequency, len(known.names))
        asked_rows = [groups.look_up(_letter_groups(name)) for name in asked.names]
        self._groups = ask_cosine(asked_rows, self._field)

    def compare(self, first: int, last: int) -> Compared:
        """Candidates of the asked names ``first`` to ``last`` − 1."""
        return Compared(*compare(self._words, self._asked, self._groups, self._known, self._field, first, last))


def _letter_groups(name: Name) -> list[str]:
    """Groups of two and three letters of the words, blanks around each word included."""
    return [framed[at:at + size] for word in name.words for framed in (f" {word} ",)
            for size in (2, 3) for at in range(len(framed) - size + 1)]


def _side(side: Register, vocabulary: Terms, places: Terms) -> Side:
    rows = [vocabulary.learn(name.words) for name in side.names]
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Side(
        start, np.array([word for row in rows for word in row], np.int32),
        np.array([_FORMS.get(name.form, -1) for name in side.names], np.int32),
        np.array([-1 if region is None else places.learn([region])[0] for region in side.regions], np.int32),
    )


def _words(keys: Sequence[str], frequency: NDArray[np.int64], names: int) -> Words:
    raw = [key.encode("latin-1", "replace") for key in keys]
    start = np.concatenate([[0], np.cumsum([len(item) for item in raw])]).astype(np.int64)
    weight = np.log1p((names - np.minimum(frequency, names) + 0.5) / (frequency + 0.5))
    number = np.array([key.isdigit() for key in keys], bool)
    return Words(start, np.frombuffer(b"".join(raw), np.uint8), weight.astype(np.float32), number,
                 frequency > 0)


def calc_pair_odds(compared: Compared, weights: Weights) -> NDArray[np.float64]:
    """Log-odds of each pair by itself; −∞ where there is no candidate."""
    odds = compared.features @ weights.pair[:FEATURES] + weights.pair[FEATURES]
    return np.where(compared.candidate >= 0, odds, -np.inf)


def calc_rivalry(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pair's log-odds, its lead over the best other candidate (−8…8), ln(1 + others as good): [n, c, SECOND]."""
    best = np.sort(odds, axis=1)[:, ::-1]
    rival = np.where(odds == best[:, :1], best[:, 1:2], best[:, :1])
    with np.errstate(invalid="ignore"):
        lead = np.clip(np.nan_to_num(odds - rival, nan=0.0, posinf=8.0, neginf=-8.0), -8, 8)
    finite = np.where(np.isfinite(odds), odds, -20.0)
    equal = (np.abs(finite[:, :, None] - finite[:, None, :]) < 1e-6).sum(axis=2)
    return np.stack([finite, lead, np.log(np.maximum(equal, 1))], axis=2)


def calc_probability(compared: Compared, weights: Weights) -> NDArray[np.float64]:
    """Probability of each pair, four decimals; 0 where there is no candidate."""
    rivalry = calc_rivalry(calc_pair_odds(compared, weights))
    odds = rivalry @ weights.among[:SECOND] + weights.among[SECOND]
    return np.where(compared.candidate >= 0, 1 / (1 + np.exp(-odds)), 0.0).round(4)


def _reason(features: NDArray[np.float32], asked: Name, known: Name, lang: Lang) -> str:
    """What is the same and what is not, for a person."""
    parts = []
    if features[4]:
        parts.append(say("reconcile.same_words", lang))
    elif features[5]:
        parts.append(say("reconcile.same_letters", lang))
    else:
        shared = [word for word in asked.words if word in known.words]
        parts.append(say("reconcile.shared", lang, asked=float(features[1]), known=float(features[2]),
                         same=len(shared), words=len(asked.words)))
    for at, code in ((6, "same_form"), (7, "other_form"), (8, "same_region"), (9, "other_region"), (10, "numbers")):
        if features[at]:
            parts.append(say(f"reconcile.{code}", lang))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


#: For the training script: how many candidates a name has at most.
DEPTH = CANDIDATES
