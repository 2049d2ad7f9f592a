"""Learn the weights of ``reconcile`` and write them to ``src/smezhnik/matching/data/reconcile.json``.

    .venv/bin/python scripts/train_reconcile.py DATA

DATA holds ``firms_ru/bln_2012…2014`` and ``firms_ru/gisp_registry_orgs_2026.csv`` (no row of them is packaged here).
The register is all their organisations, one row an ИНН, the latest list first. Organisations that stand in both
sources are kept for the test on real names and teach nothing. The others: ИНН in string order,
``random.Random(0).shuffle``, the first half trains, the second tests. Names are spoiled by ``spoil`` (seed 1); the
owners of every third asked name are taken out of the register, so that no candidate is right.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize

from smezhnik.matching import reconcile as room
from smezhnik.matching.names import read_name, strip_form
from smezhnik.matching.namescores import FEATURES

ASKED = 6000
PENALTY = 1e-3
SHORT_FORMS = ("ООО", "АО", "ПАО", "ЗАО", "ОАО")
FULL_FORMS = ("Общество с ограниченной ответственностью", "Акционерное общество", "Публичное акционерное общество")
SHORTENED = {"завод": "з-д", "комбинат": "к-т", "фабрика": "ф-ка", "производство": "пр-во", "предприятие": "предпр.",
             "Торговый дом": "ТД", "компания": "комп.", "институт": "ин-т"}
LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}


def read_firms(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Organisations of the accounts (latest year first) and of the register: name, inn, region."""
    accounts = []
    for year in (2014, 2013, 2012):
        with gzip.open(data / f"firms_ru/bln_{year}.utf8.csv.gz", "rt", encoding="utf-8") as file:
            accounts += [{"name": row["title"], "inn": row["inn"].zfill(10)} for row in csv.DictReader(file)]
    # the accounts' region is the first two digits of the ИНН, whatever the year's file makes of them
    firms = pl.DataFrame(accounts).unique("inn", keep="first", maintain_order=True).with_columns(
        region=pl.col("inn").str.slice(0, 2))
    text = (data / "firms_ru/gisp_registry_orgs_2026.csv").read_text("utf-8")
    listed = pl.DataFrame([{"name": row["company"], "inn": row["inn"], "region": row["region"]}
                           for row in csv.DictReader(io.StringIO(text))])
    return firms, listed


def latin(text: str) -> str:
    """The text in Latin letters."""
    spelled = "".join(LATIN.get(char.lower(), char) for char in text)
    return spelled.title() if text != text.upper() else spelled.upper()


def spoil(name: str, random_: random.Random) -> str:
    """The name as a list of a ministry may have it."""
    form = read_name(name).form
    words = strip_form(name).replace('"', " ").split()
    if len(words) > 1 and random_.random() < 0.15:
        words.pop(random_.randrange(len(words)))
    if random_.random() < 0.15:
        random_.shuffle(words)
    if random_.random() < 0.25:
        at = random_.randrange(len(words))
        if len(words[at]) > 4:
            cut = random_.randrange(1, len(words[at]) - 1)
            word = words[at]
            wrong = random_.choice(("", word[cut] * 2, word[cut + 1] + word[cut], "е"))
            words[at] = word[:cut] + wrong + word[cut + 1:]
    core = " ".join(words)
    if random_.random() < 0.3:
        for full, short in SHORTENED.items():
            core = core.replace(full, short)
    if random_.random() < 0.15:
        core = core.replace("-", " ") if "-" in core else core.replace(" ", "-", 1)
    if random_.random() < 0.1:
        core = latin(core)
    if random_.random() < 0.2:
        core = core.upper()
    quote = random_.choice(("«{}»", '"{}"', "{}", "“{}”"))
    core = quote.format(core)
    # a known form stays in its family nine times of ten; the accounts give no form, so any may be written
    fits = [item for item in SHORT_FORMS + FULL_FORMS if not form or read_name(item + " Я").form == form]
    chosen, written = random_.random(), random_.choice(fits if fits and random_.random() < 0.9 else SHORT_FORMS)
    if chosen < 0.65:
        return f"{written} {core}"
    return f"{core}, {written}" if chosen < 0.75 else core


def asked_of(frame: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, set[str]]:
    """Spoiled names with their owner's ИНН, and the owners that the register must not hold."""
    random_ = random.Random(seed)
    rows = random_.sample(frame.to_dicts(), min(ASKED, len(frame)))
    regions = sorted(set(frame["region"].drop_nulls()))
    out = []
    for row in rows:
        known = random_.random()
        region = row["region"] if known < 0.6 else random_.choice(regions) if known < 0.65 else None
        out.append({"name": spoil(row["name"], random_), "region": region, "inn": row["inn"]})
    return pl.DataFrame(out), {row["inn"] for row in rows[::3]}


def split_firms(data: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The whole register, the part that trains, the part that tests."""
    firms, listed = read_firms(data)
    everybody = pl.concat([firms, listed]).unique("inn", keep="first", maintain_order=True)
    both = set(firms["inn"]) & set(listed["inn"])
    order = sorted(set(everybody["inn"]) - both)
    random.Random(0).shuffle(order)
    half = order[:len(order) // 2]
    return (everybody, everybody.filter(pl.col("inn").is_in(half)),
            everybody.filter(pl.col("inn").is_in(order[len(half):])))


def compared(asked: pl.DataFrame, register: pl.DataFrame) -> tuple[room.Compared, NDArray[np.bool_]]:
    register = register.sort("inn")
    matcher = room.Matcher(room.read_side(asked), room.read_side(register))
    found = matcher.compare(0, len(asked))
    inns = np.array(register["inn"].to_list())
    return found, (found.candidate >= 0) & (inns[found.candidate] == asked["inn"].to_numpy()[:, None])


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.bool_]) -> NDArray[np.float64]:
    spread = np.append(np.where(x.std(axis=0) > 1e-9, x.std(axis=0), np.inf), 1.0)
    z = np.column_stack([x, np.ones(len(x))]) / spread

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = z @ w
        chance = 1 / (1 + np.exp(-odds))
        return (float(np.mean(np.logaddexp(0, odds) - y * odds) + PENALTY * (w[:-1] @ w[:-1]) / 10),
                z.T @ (chance - y) / len(y) + np.append(PENALTY / 5 * w[:-1], 0))

    return np.asarray(minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x / spread)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    register, train, _ = split_firms(parser.parse_args().data)
    asked, gone = asked_of(train, 1)
    found, right = compared(asked, register.filter(~pl.col("inn").is_in(sorted(gone))))
    there = found.candidate >= 0
    pair = fit_logistic(found.features[there].astype(np.float64), right[there])
    half = room.Weights(pair, np.zeros(room.SECOND + 1))
    rivalry = room.calc_rivalry(room.calc_pair_odds(found, half))
    near = there & (rivalry[:, :, 0] > -8)  # hopeless pairs would fill the fit with certain noughts
    among = fit_logistic(rivalry[near], right[near])
    weights = {"pair": [round(float(w), 5) for w in pair], "among": [round(float(w), 5) for w in among]}
    room.WEIGHTS.parent.mkdir(exist_ok=True)
    room.WEIGHTS.write_text(json.dumps(weights) + "\n", "utf-8")
    owners = ~asked["inn"].is_in(sorted(gone)).to_numpy()
    print(f"{len(asked)} names, owner among {room.DEPTH} candidates {right[owners].any(axis=1).mean():.4f}, "
          f"{FEATURES} features", weights)


if __name__ == "__main__":
    main()
