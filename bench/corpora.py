"""Needs and offers made up by stated parameters, the same on every machine: for speed, not for quality.

``ordinary``: leaf names of ОКПД2, some far commoner than others (Zipf), endings changed, words dropped and swapped,
brands, sizes, standards, typos; a fifth without a code, some with a wrong one.
``adversarial``: long descriptions of words drawn without any topic, hardly a duplicate, no order that an index could
use, and short commonplace offers that tie with one another.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from smezhnik.classifiers import load

CACHE = Path(__file__).parent / "out" / "corpora"
LETTERS = "абвгдежзиклмнопрстуфхцчшщыэюя"
LATIN = "abcdefghklmnprstvxz"
ADJECTIVE = re.compile(r"(?:ого|его|ому|ему|ыми|ими|ым|им|ых|их|ый|ий|ой|ая|яя|ое|ее|ые|ие|ую|юю)$")
ADJECTIVE_FORMS = ("ый", "ая", "ое", "ые", "ого", "ых", "ым")
NOUN = re.compile(r"(?:ами|ями|ах|ях|ов|ев|ом|ем|ам|ям|ой|ей|[аяыиоеуюьй])?$")
NOUN_FORMS = ("", "а", "ы", "у", "ом", "ов", "ам")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How texts are made; shares are 0…1.

    Attributes
    ----------
    zipf : exponent of how unequal products (or, adversarial, words) are
    inflected, dropped, swapped : share of words with another ending, left out; share of texts in another order
    brand, size, standard, mark : share of texts that name one
    brands, patterns : how many different brands; sizes, standards and marks repeat from this many
    typos : share of texts with one mistyped word
    codes_absent, codes_wrong : share of rows
    words : adversarial only: least and greatest number of words
    commonplace : adversarial only: share of offers of two common words
    """

    kind: str = "ordinary"
    zipf: float = 0.7
    inflected: float = 0.5
    dropped: float = 0.15
    swapped: float = 0.3
    brand: float = 0.5
    size: float = 0.6
    standard: float = 0.25
    mark: float = 0.4
    brands: int = 20_000
    patterns: int = 3_000
    typos: float = 0.08
    codes_absent: float = 0.2
    codes_wrong: float = 0.05
    words: tuple[int, int] = (0, 0)
    commonplace: float = 0.0


ORDINARY_OFFERS = Recipe()
ORDINARY_NEEDS = replace(ORDINARY_OFFERS, typos=0.15, dropped=0.25)
ADVERSARIAL_OFFERS = Recipe(
    kind="adversarial", zipf=0.9, words=(20, 60), commonplace=0.1, codes_absent=1.0, codes_wrong=0.0, typos=0.0,
    inflected=0.0, dropped=0.0, swapped=0.0, brand=0.0, size=0.0, standard=0.0, mark=0.0,
)
ADVERSARIAL_NEEDS = replace(ADVERSARIAL_OFFERS, words=(6, 16), commonplace=0.0)
RECIPES = {"ordinary": (ORDINARY_NEEDS, ORDINARY_OFFERS), "adversarial": (ADVERSARIAL_NEEDS, ADVERSARIAL_OFFERS)}


def make_corpus(kind: str, needs: int, offers: int, data: Path | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Needs and offers with columns ``text`` and ``code``, rows in random order; kept in ``bench/out/corpora``."""
    leaves, sides = read_leaves(data), []
    for seed, (recipe, rows) in enumerate(zip(RECIPES[kind], (needs, offers), strict=True)):
        stamp = sha256(f"{asdict(recipe)} {rows} {seed} {'|'.join(leaves)}".encode()).hexdigest()[:16]
        path = CACHE / f"{kind}-{rows}-{stamp}.parquet"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            make = make_ordinary if recipe.kind == "ordinary" else make_adversarial
            make(recipe, rows, leaves, np.random.default_rng(1 + seed)).write_parquet(path)
        sides.append(pl.read_parquet(path))
    return sides[0], sides[1]


def read_leaves(data: Path | None = None) -> pl.Series:
    """``code TAB name`` of every twelve-sign position of ОКПД2: the packaged table, else that of a data folder."""
    if data is not None:
        lines = (data / "classifiers" / "okpd2" / "okpd2_2025.tsv").read_text("utf-8").split("\n")
        pairs = [line.split("\t", 1) for line in lines if line]
    else:
        pairs = [list(pair) for pair in load("okpd2").frame.select("code", "name").drop_nulls().iter_rows()]
    leaves = [f"{code.strip()}\t{name.strip()}" for code, name in pairs if len(code.strip()) == len("00.00.00.000")]
    return pl.Series("leaf", sorted(leaves))


def make_ordinary(recipe: Recipe, rows: int, leaves: pl.Series, random: np.random.Generator) -> pl.DataFrame:
    codes, names = zip(*(leaf.split("\t", 1) for leaf in leaves), strict=True)
    words = [name.lower().replace(",", " ").replace("(", " ").replace(")", " ").split() for name in names]
    forms = {word: _forms(word) for name in words for word in name}
    fixed = np.random.default_rng(0)  # brands and patterns are common to needs and offers
    brands = _brands(recipe.brands, fixed)
    sizes, standards, marks = _patterns(recipe.patterns, fixed)
    popular = fixed.permutation(len(names))
    leaf = popular[_zipf(len(names), recipe.zipf, rows, random)]
    brand = _zipf(len(brands), recipe.zipf, rows, random)
    pattern = np.stack([_zipf(recipe.patterns, recipe.zipf, rows, random) for _ in range(3)], axis=1)
    chance = random.random((rows, 8))
    word_chance = random.random((rows, 64))
    texts: list[str] = []
    for row in range(rows):
        kept = []
        for place, word in enumerate(words[leaf[row]][:30]):
            if word_chance[row, place] < recipe.dropped:
                continue
            if word_chance[row, 63 - place] < recipe.inflected:
                choice = forms[word]
                word = choice[int(word_chance[row, place] * 997) % len(choice)]
            kept.append(word)
        if chance[row, 0] < recipe.swapped and len(kept) > 1:
            turn = 1 + int(chance[row, 0] / recipe.swapped * (len(kept) - 1))
            kept = kept[turn:] + kept[:turn]
        if kept and chance[row, 1] < recipe.typos:
            at = int(chance[row, 1] / recipe.typos * len(kept))
            kept[at] = _mistype(kept[at], word_chance[row, 31])
        if chance[row, 2] < recipe.brand:
            kept.append(brands[brand[row]])
        if chance[row, 3] < recipe.mark:
            kept.append(marks[pattern[row, 0]])
        if chance[row, 4] < recipe.size:
            kept.append(sizes[pattern[row, 1]])
        if chance[row, 5] < recipe.standard:
            kept.append(standards[pattern[row, 2]])
        texts.append(" ".join(kept))
    code: list[str | None] = [codes[at] for at in leaf]
    wrong = random.integers(0, len(codes), rows)
    for row in range(rows):
        if chance[row, 6] < recipe.codes_absent:
            code[row] = None
        elif chance[row, 7] < recipe.codes_wrong:
            code[row] = codes[wrong[row]]
    return pl.DataFrame({"text": texts, "code": code}, schema={"text": pl.String, "code": pl.String})


def make_adversarial(recipe: Recipe, rows: int, leaves: pl.Series, random: np.random.Generator) -> pl.DataFrame:
    vocabulary = sorted({word.strip("(),.;:«»").lower() for leaf in leaves for word in leaf.split("\t", 1)[1].split()})
    fixed = np.random.default_rng(0)
    vocabulary += [_made_up(fixed) for _ in range(100_000)]
    names = np.array(vocabulary, dtype=object)[fixed.permutation(len(vocabulary))]
    counts = random.integers(recipe.words[0], recipe.words[1] + 1, rows)
    common = random.random(rows) < recipe.commonplace
    counts[common] = 2
    drawn = _zipf(len(names), recipe.zipf, int(counts.sum()), random)
    drawn[np.repeat(common, counts)] %= 200
    ends = np.cumsum(counts)
    texts = [" ".join(names[drawn[end - count : end]]) for end, count in zip(ends, counts, strict=True)]
    return pl.DataFrame({"text": texts, "code": [None] * rows}, schema={"text": pl.String, "code": pl.String})


def _zipf(size: int, exponent: float, count: int, random: np.random.Generator) -> np.ndarray:
    """``count`` positions of 0…size − 1, the i-th with probability ∝ (i + 1)^−exponent."""
    weights = np.cumsum(np.arange(1, size + 1, dtype=np.float64) ** -exponent)
    return np.searchsorted(weights, random.random(count) * weights[-1])


def _forms(word: str) -> list[str]:
    if len(word) < 5 or not all("а" <= char <= "я" for char in word):
        return [word]
    if ADJECTIVE.search(word):
        return [ADJECTIVE.sub(ending, word) for ending in ADJECTIVE_FORMS]
    return [NOUN.sub(ending, word, count=1) for ending in NOUN_FORMS]


def _mistype(word: str, chance: float) -> str:
    at = int(chance * len(word))
    letter = LETTERS[int(chance * 7919) % len(LETTERS)]
    way = int(chance * 104_729) % 4
    if way == 0:
        return word[:at] + word[at + 1 :] or word
    if way == 1:
        return word[:at] + letter + word[at:]
    if way == 2:
        return word[:at] + letter + word[at + 1 :]
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _made_up(random: np.random.Generator) -> str:
    return "".join(random.choice(list(LETTERS), random.integers(5, 11)))


def _brands(count: int, random: np.random.Generator) -> list[str]:
    made = [_made_up(random) if random.random() < 0.6 else "".join(random.choice(list(LATIN), random.integers(4, 9)))
            for _ in range(count)]
    return list(dict.fromkeys(made)) + ["завод"] * (count - len(set(made)))


def _patterns(count: int, random: np.random.Generator) -> tuple[list[str], list[str], list[str]]:
    numbers = random.integers(1, 200, (count, 3))
    units = ("мм", "кг", "л", "мл", "кВт", "м")
    sizes = [f"{10 * a}х{10 * b} мм" if kind % 2 else f"{a / 10 if kind % 4 else a:g} {units[kind % 6]}"
             for kind, (a, b, _) in enumerate(numbers.tolist())]
    sizes = [size.replace(".", ",") for size in sizes]
    standards = [f"{('ГОСТ', 'ГОСТ Р', 'ТУ')[kind % 3]} {37 * a + b}-{1980 + c % 45}"
                 for kind, (a, b, c) in enumerate(numbers.tolist())]
    marks = [f"{LETTERS[a % 20].upper()}{LETTERS[b % 20].upper()}-{c}" if kind % 2 else f"{LETTERS[a % 20].upper()}{b}"
             for kind, (a, b, c) in enumerate(numbers.tolist())]
    return sizes, standards, marks
