"""Synthetic needs and offers of plants: leaves of ОКПД2 dressed with sizes, marks, standards, typos and codes.

What it is for: no public judged set has codes, Russian sizes or standards. Names are real; everything else is
drawn, with stated shares, so levels of quality on it say little and only directions count.

A plant offers a leaf in a few variants. A need asks for a variant that some plant makes, for a variant that
nobody makes, or for the leaf without any size. Judgement: every attribute that the need states and the offer gives
is equal → grade 3; one or more differ → grade 2; a sister leaf (same eight signs) → grade 1.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RELEVANCE = {3: 1.0, 2: 0.4, 1: 0.15}
LETTERS = "абвгдежзиклмнопрстуфхцчшщыэюя"
#: ``прочие, не включенные …`` says nothing of the product; plants never write it.
RESIDUAL = re.compile(r"[,;]?\s*(прочи[еийхяюм]+|не включенн\S+ в другие группировки)")

#: A size: its ways of being written, ``{0}`` and ``{1}`` are numbers in the two units of the same quantity.
WAYS: Mapping[str, tuple[str, ...]] = {
    "thickness": ("{0} мм", "{0}мм", "толщ. {0} мм", "толщиной {0} мм", "s={0} мм"),
    "diameter": ("Ду{0}", "DN {0}", "DN{0}", "Ду {0}", "d {0} мм"),
    "thread": ("М{0}", "M{0}", "М {0}"),
    "box": ("{0}х{1} мм", "{0}x{1}", "{0} х {1} мм", "{0}*{1} мм"),
    "volume": ("{0} мл", "{1} л", "{0}мл", "{1}л", "{1} литра"),
    "mass": ("{0} г", "{1} кг", "{0}г", "{1}кг"),
    "power": ("{1} кВт", "{0} Вт", "{1}кВт", "мощность {1} кВт"),
    "voltage": ("{0} В", "{0}В", "{0} V", "напряжение {0} В"),
    "density": ("{0} г/м2", "{0}г/м2", "плотность {0} г/кв.м", "пл. {0}"),
    "load": ("{1} т", "{0} кг", "г/п {1} т", "{1}т"),
    "pressure": ("PN{0}", "Ру{0}", "PN {0}", "Ру {0}"),
    "core": ("{0}х{1}", "{0}x{1}", "{0}х{1} мм2", "{0} х {1}"),
}
SIZES = {
    "thickness": (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20), "diameter": (15, 20, 25, 32, 50, 80, 100, 150),
    "thread": (6, 8, 10, 12, 16, 20, 24), "box": (100, 200, 300, 400, 600, 800, 1200),
    "volume": (100, 250, 500, 750, 1000, 1500, 5000), "mass": (100, 200, 250, 400, 500, 1000, 5000, 25000),
    "power": (250, 550, 1100, 1500, 2200, 5500, 7500), "voltage": (12, 24, 220, 380, 660),
    "density": (80, 110, 160, 200, 240, 320), "load": (500, 1000, 2000, 3200, 5000, 10000),
    "pressure": (10, 16, 25, 40), "core": (2, 3, 4, 5),
}
#: Class of ОКПД2 → sizes that its products are usually told apart by.
KINDS = {
    "10": ("mass",), "11": ("volume",), "12": ("mass",), "13": ("density",), "14": ("density",), "15": ("thickness",),
    "16": ("thickness", "box"), "17": ("density", "box"), "19": ("volume",), "20": ("volume", "mass"), "21": ("mass",),
    "22": ("diameter", "thickness"), "23": ("thickness", "box"), "24": ("thickness", "diameter"),
    "25": ("thread", "thickness", "box"), "26": ("voltage", "power"), "27": ("voltage", "power", "core"),
    "28": ("power", "load", "diameter", "pressure"), "29": ("load", "power"), "30": ("load", "power"),
    "31": ("box",), "32": ("box", "mass"),
}
TAILS = ("", "", "", "от производителя", "в ассортименте", "на заказ", "собственного производства",
         "серийный выпуск", "по чертежам заказчика", "для промышленности")


@dataclass(frozen=True)
class Variant:
    """A product as somebody makes or wants it: leaf, sizes by kind, mark, standard."""

    leaf: str
    sizes: tuple[tuple[str, int], ...]
    mark: str | None
    standard: str | None


@dataclass
class PlantTexts:
    """Texts with codes of needs and offers, and judgements (need, offer, grade, relevance)."""

    need_texts: list[str] = field(default_factory=list)
    need_codes: list[str | None] = field(default_factory=list)
    offer_texts: list[str] = field(default_factory=list)
    offer_codes: list[str | None] = field(default_factory=list)
    judgements: list[tuple[int, int, int, float]] = field(default_factory=list)


def make_typos(texts: Sequence[str], *, share: float, seed: int) -> list[str]:
    """One edit (drop, swap, replace, insert a letter) in a share of the words of five letters or more."""
    draw = random.Random(seed)

    def edit(match: re.Match[str]) -> str:
        word = match.group()
        if draw.random() >= share:
            return word
        at, letter = draw.randrange(1, len(word) - 1), draw.choice(LETTERS)
        return draw.choice((
            word[:at] + word[at + 1:],
            word[:at] + word[at + 1] + word[at] + word[at + 2:],
            word[:at] + letter + word[at + 1:],
            word[:at] + letter + word[at:],
        ))

    return [re.sub(r"[а-яёА-ЯЁ]{5,}", edit, text) for text in texts]


def make_plant_texts(names: Mapping[str, str], *, seed: int, leaves: int = 2500, needs: int = 3000) -> PlantTexts:
    """Draw needs and offers over whole eight-sign groups of leaves.

    Parameters
    ----------
    names : code → name of ОКПД2
    leaves : about how many leaves somebody makes; groups are taken whole so that sister leaves meet
    needs : how many needs

    Returns
    -------
    PlantTexts; codes are absent in 20 % of texts, of another leaf in 5 %, cut to 2, 5, 8 or left at 12 signs.
    """
    draw = random.Random(seed)
    groups: dict[str, list[str]] = defaultdict(list)
    for code, name in names.items():
        if len(code) == 12 and code[:2] in KINDS and len(RESIDUAL.sub("", name)) > 4 and "слуги" not in name:
            groups[code[:8]].append(code)
    order = sorted(groups)
    draw.shuffle(order)
    made: list[str] = []
    for group in order:
        if len(made) < leaves:
            made += groups[group]
    offers = [_variant(leaf, draw) for leaf in made for _ in range(draw.choice((1, 2, 3, 4)))]
    draw.shuffle(offers)
    wanted = []
    for _ in range(needs):
        variant = draw.choice(offers)
        wanted.append(variant if draw.random() < 0.6 else _variant(variant.leaf, draw))
    result = PlantTexts()
    for variant in offers:
        result.offer_texts.append(_write(variant, names, draw, terse=False))
        result.offer_codes.append(_code(variant.leaf, made, draw))
    by_group: dict[str, list[int]] = defaultdict(list)
    for position, variant in enumerate(offers):
        by_group[variant.leaf[:8]].append(position)
    for position, want in enumerate(wanted):
        asked = _asked(want, draw)
        result.need_texts.append(make_typos([_write(asked, names, draw, terse=True)], share=0.05,
                                            seed=draw.randrange(1 << 30))[0])
        result.need_codes.append(_code(want.leaf, made, draw))
        for offer in by_group[want.leaf[:8]]:
            grade = _judge(asked, offers[offer])
            result.judgements.append((position, offer, grade, RELEVANCE[grade]))
    return result


def _variant(leaf: str, draw: random.Random) -> Variant:
    """Values of a leaf come from a few of its own, so that plants meet by chance."""
    own = random.Random(leaf)
    kinds = KINDS[leaf[:2]]
    palette = {kind: own.sample(SIZES[kind], min(4, len(SIZES[kind]))) for kind in kinds}
    marks = ["".join(own.choice("АВКМНПСТ") for _ in range(own.choice((1, 2, 3)))) + own.choice(("-", " ", ""))
             + str(own.randrange(1, 400)) for _ in range(3)]
    standards = [f"ГОСТ {own.randrange(100, 59999)}-{own.randrange(1970, 2023)}",
                 f"ТУ {leaf[:8]}-{own.randrange(1, 99):03d}-{own.randrange(10**7, 10**8)}-{own.randrange(2000, 2023)}"]
    sizes = tuple((kind, draw.choice(palette[kind])) for kind in kinds if draw.random() < 0.55)
    return Variant(leaf, sizes, draw.choice(marks) if draw.random() < 0.35 else None,
                   draw.choice(standards) if draw.random() < 0.4 else None)


def _asked(variant: Variant, draw: random.Random) -> Variant:
    """A need says less than a price list."""
    return Variant(variant.leaf, tuple(size for size in variant.sizes if draw.random() < 0.75),
                   variant.mark if draw.random() < 0.6 else None, variant.standard if draw.random() < 0.6 else None)


def _judge(asked: Variant, offer: Variant) -> int:
    if asked.leaf != offer.leaf:
        return 1
    given = dict(offer.sizes)
    unequal = any(given.get(kind, size) != size for kind, size in asked.sizes)
    unequal |= None not in (asked.mark, offer.mark) and asked.mark != offer.mark
    unequal |= None not in (asked.standard, offer.standard) and asked.standard != offer.standard
    return 2 if unequal else 3


def _write(variant: Variant, names: Mapping[str, str], draw: random.Random, *, terse: bool) -> str:
    name = RESIDUAL.sub("", names[variant.leaf])
    if draw.random() < 0.5:
        name = re.split(r"[,(;]", name)[0] if len(re.split(r"[,(;]", name)[0]) > 8 else name
    words = name.split()
    if len(words) > 2:
        words = [word for position, word in enumerate(words)
                 if position == 0 or draw.random() >= (0.15 if terse else 0.05)]
    if len(words) > 2 and draw.random() < 0.15:
        draw.shuffle(words)
    extra = [_write_size(kind, size, draw) for kind, size in variant.sizes]
    if variant.mark:
        extra.append(draw.choice(("{}", "марка {}", "тип {}", "{}")).format(variant.mark))
    draw.shuffle(extra)
    if variant.standard:
        extra.append(variant.standard if draw.random() < 0.6 else variant.standard.rsplit("-", 1)[0])
    tail = "" if terse else draw.choice(TAILS)
    text = draw.choice((" ", ", ")).join([" ".join(words).strip(" ,"), *extra, *([tail] if tail else [])])
    return text.lower() if draw.random() < 0.25 else text


def _write_size(kind: str, size: int, draw: random.Random) -> str:
    if kind == "box":
        other = f"{size * 2}"
    elif kind == "core":
        other = ("1,5", "2,5", "4", "6")[size % 4]
    else:
        other = f"{size / 1000:g}".replace(".", draw.choice(",."))
    return draw.choice(WAYS[kind]).format(size, other)


def _code(leaf: str, leaves: Sequence[str], draw: random.Random) -> str | None:
    chance = draw.random()
    if chance < 0.2:
        return None
    code = draw.choice(leaves) if chance < 0.25 else leaf
    return code[:draw.choices((2, 5, 8, 12), weights=(5, 20, 35, 40))[0]]
