"""How good and how fast ``suggest_codes`` is, beside plain letter-group TF-IDF on the same texts and candidates.

    .venv/bin/python bench/suggest.py DATA [--out FILE]

okved2 : phrases whose gold code is in the second half (``scripts/train_suggest.py``: distinct gold codes in string
    order, ``random.Random(0).shuffle``; the first half trained the weights). Asked without examples; with the
    explanations of the first half as examples; and every second one with the others, of the same codes, as examples.
    Candidates: all codes of 2 to 6 digits.
okpd2 : TN VED names of the other half of the headings whose bridge leads to one class; and phrases of the second half
    whose gold code has up to four digits.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from train_suggest import read_bridged, read_phrases, split_half

from smezhnik.matching import suggest as room
from smezhnik.matching.codespace import code_space

DRAWS = 1000
Codes = list[list[str]]


def interval(hits: NDArray[np.bool_], base: NDArray[np.bool_] | None = None) -> list[float]:
    """Share (or paired difference from ``base``) with its 95 % bootstrap interval over texts."""
    values = hits.astype(float) - (base if base is not None else 0)
    random_ = np.random.default_rng(0)
    means = [values[random_.integers(0, len(values), len(values))].mean() for _ in range(DRAWS)]
    return [round(float(value), 3) for value in (values.mean(), *np.quantile(means, (0.025, 0.975)))]


def hits(found: Codes, gold: list[str], digits: int | None) -> NDArray[np.bool_]:
    """bool[texts, 10]: right in full, or equal in the first ``digits`` digits (a shorter code is equal as a whole)."""
    def cut(code: str) -> str:
        return code.replace(".", "")[:digits]

    out = np.zeros((len(gold), 10), bool)
    for row, (codes, right) in enumerate(zip(found, gold, strict=True)):
        out[row, :len(codes)] = [cut(code) == cut(right) for code in codes[:10]]
    return out


def suggested(system: str, texts: list[str], examples: pl.DataFrame | None = None) -> tuple[Codes, pl.DataFrame]:
    frame = pl.DataFrame({"id": [str(at) for at in range(len(texts))], "text": texts})
    rows = room.suggest_codes(frame, system=system, top=10, examples=examples)
    by_text: Codes = [[] for _ in texts]
    for text, code in zip(rows["id"], rows["code"], strict=True):
        by_text[int(text)].append(code)
    return by_text, rows


def letter_groups(system: str, texts: list[str]) -> Codes:
    """The plain way: cosine of TF-IDF of 3 to 5 letters over the names (scikit-learn, char_wb, default settings)."""
    tree = code_space(system).tree
    model = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    names = model.fit_transform([name.lower() for name in tree.names])
    found: Codes = []
    for first in range(0, len(texts), 512):
        score = (model.transform([text.lower() for text in texts[first:first + 512]]) @ names.T).toarray()
        found += [[tree.codes[at] for at in row] for row in np.argsort(-score, axis=1, kind="stable")[:, :10]]
    return found


def compare(found: Codes, base: Codes, gold: list[str], depths: tuple[int | None, ...]) -> dict[str, object]:
    out: dict[str, object] = {"texts": len(gold)}
    for digits in depths:
        ours, plain = hits(found, gold, digits), hits(base, gold, digits)
        name = f"{digits} digits" if digits else "exact"
        for at in (1, 10):
            a, b = ours[:, :at].any(axis=1), plain[:, :at].any(axis=1)
            out[f"{name} hit@{at}"] = {"ours": interval(a), "plain": interval(b), "gain": interval(a, b)}
    return out


def calibration(rows: pl.DataFrame, gold: list[str]) -> dict[str, float]:
    """Expected calibration error of the ten best (ten equal bins) and Brier skill over their base rate."""
    probability = rows["probability"].to_numpy()
    right = np.array([gold[int(text)] == code for text, code in zip(rows["id"], rows["code"], strict=True)])
    bins = np.minimum((probability * 10).astype(int), 9)
    error = sum(abs(probability[bins == at].mean() - right[bins == at].mean()) * (bins == at).mean()
                for at in range(10) if (bins == at).any())
    rank_only = rows.with_columns(right=right).group_by("rank").agg(pl.col("right").mean().alias("share"))
    by_rank = rows.join(rank_only, on="rank", how="left", maintain_order="left")["share"].to_numpy()
    brier = ((probability - right) ** 2).mean()
    return {"ece": round(float(error), 4), "brier": round(float(brier), 4),
            "skill_over_rank": round(float(1 - brier / ((by_rank - right) ** 2).mean()), 4)}


def beaten(rows: pl.DataFrame, phrases: list[dict[str, str]]) -> float:
    """How often the group a phrase is excluded from stands above the right one among the ten best."""
    rank = {(text, code): place for text, code, place in zip(rows["id"], rows["code"], rows["rank"], strict=True)}
    wrong = [rank.get((str(at), row["hard_negative_code"]), 99) < rank.get((str(at), row["gold_code"]), 99)
             for at, row in enumerate(phrases)]
    return round(float(np.mean(wrong)), 3)


def measure_okved2(data: Path) -> dict[str, object]:
    rows = read_phrases(data)
    half = split_half({row["gold_code"] for row in rows})
    told = [row for row in rows if row["gold_code"] in half and row["kind"] == "include"]
    examples = pl.DataFrame({"text": [row["phrase"] for row in told], "code": [row["gold_code"] for row in told]})
    out: dict[str, object] = {}
    for kind in ("include", "exclude_see"):
        asked = [row for row in rows if row["gold_code"] not in half and row["kind"] == kind]
        texts, gold = [row["phrase"] for row in asked], [row["gold_code"] for row in asked]
        plain = letter_groups("okved2", texts)
        for name, given in (("", None), (", with examples", examples)):
            found, frame = suggested("okved2", texts, given)
            about = compare(found, plain, gold, (None, 2, 4)) | {"calibration": calibration(frame, gold)}
            if kind == "exclude_see":
                about["excluding group above the right one"] = beaten(frame, asked)
            out[f"okved2 {kind}{name}"] = about
    asked = [row for row in rows if row["gold_code"] not in half and row["kind"] == "include"]
    told, asked = asked[1::2], asked[::2]
    texts, gold = [row["phrase"] for row in asked], [row["gold_code"] for row in asked]
    own = pl.DataFrame({"text": [row["phrase"] for row in told], "code": [row["gold_code"] for row in told]})
    without, _ = suggested("okved2", texts)
    found, _ = suggested("okved2", texts, own)
    out["okved2 include, every second phrase as example; plain = without"] = compare(found, without, gold, (None, 2, 4))
    return out


def measure_okpd2(data: Path) -> dict[str, object]:
    bridged = read_bridged(data)
    half = split_half({heading for heading, _, _ in bridged})
    held = [row for row in bridged if row[0] not in half]
    rows = read_phrases(data)
    first = split_half({row["gold_code"] for row in rows})
    codes = set(code_space("okpd2").tree.codes)
    asked = [row for row in rows if row["gold_code"] not in first and row["gold_code"] in codes
             and len(row["gold_code"]) <= 5]
    out: dict[str, object] = {}
    for name, texts, gold, depths in (
        ("okpd2, TN VED names, class of the bridge", [row[1] for row in held], [row[2] for row in held], (2, 4)),
        ("okpd2, phrases of activities", [row["phrase"] for row in asked], [row["gold_code"] for row in asked], (2, 4)),
    ):
        found, _ = suggested("okpd2", texts)
        out[name] = compare(found, letter_groups("okpd2", texts), gold, depths)
    return out


def measure_speed(data: Path) -> dict[str, object]:
    texts = ([row["phrase"] for row in read_phrases(data)] * 3)[:10_000]
    out: dict[str, object] = {}
    for system in ("okpd2", "okved2", "tnved"):
        code_space.cache_clear()
        began = time.process_time()
        code_space(system)
        built = time.process_time()
        _, rows = suggested(system, texts)
        out[system] = {"texts": len(texts), "rows": len(rows), "made ready, CPU s": round(built - began, 2),
                       "suggested, CPU s": round(time.process_time() - built, 2)}
    return {"speed": out}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    results = measure_okved2(given.data) | measure_okpd2(given.data) | measure_speed(given.data)
    for name, about in results.items():
        print(name)
        for key, value in about.items():  # type: ignore[attr-defined]
            print("   ", key, json.dumps(value, ensure_ascii=False))
    if given.out:
        given.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
