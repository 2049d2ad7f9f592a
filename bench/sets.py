"""The matching sets: needs, offers and judgements built from public data, by stated rules and seeds.

Rows are never committed: ``scripts/build_sets.py`` builds them into ``bench/out/sets``. A set is judged by people
(0/1 or graded) or silver (the judgement follows from the tree of ОКПД2). Fields, splits and seeds stand beside each
builder and are printed into ``docs/why/ranking.md``.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bench.plants import make_plant_texts, make_typos

#: Where the built sets lie.
OUT = Path(__file__).parent / "out" / "sets"
#: Grade of a pair that must not be ranked at all (a text and itself).
NOT_OFFERED = -1
SPLITS = ("train", "valid", "test")
FIELD = re.compile(r"COL (\S+) VAL(.*?)(?= COL |$)")


@dataclass(frozen=True)
class MatchingSet:
    """One set.

    Attributes
    ----------
    name, family : sets of one family share rows: whoever tests on one must not train on the others
    needs, offers : frames with ``text`` and ``okpd2`` (null where there is none); a row's number is its id
    judgements : frame with ``need``, ``offer`` (row numbers), ``grade`` (0…3, gain of nDCG; ``NOT_OFFERED``)
        and ``relevance`` (0…1, what the probability is to mean); a pair that is absent counts as not relevant
    judged_only : rank only the judged offers of each need (the others were never looked at)
    about : one line on fields, splits, seed
    """

    name: str
    family: str
    needs: pl.DataFrame
    offers: pl.DataFrame
    judgements: pl.DataFrame
    judged_only: bool
    about: str

    def save(self, folder: Path) -> None:
        place = folder / self.name
        place.mkdir(parents=True, exist_ok=True)
        for part in ("needs", "offers", "judgements"):
            getattr(self, part).write_parquet(place / f"{part}.parquet")
        meta = {"family": self.family, "judged_only": self.judged_only, "about": self.about}
        (place / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), "utf-8")


def open_set(name: str, folder: Path = OUT) -> MatchingSet:
    """A set that was built before."""
    place = folder / name
    parts = {part: pl.read_parquet(place / f"{part}.parquet") for part in ("needs", "offers", "judgements")}
    return MatchingSet(name=name, **parts, **json.loads((place / "meta.json").read_text("utf-8")))


def _frame(texts: Sequence[str], codes: Sequence[str | None] | None = None) -> pl.DataFrame:
    return pl.DataFrame(
        {"text": list(texts), "okpd2": list(codes) if codes is not None else [None] * len(texts)},
        schema={"text": pl.String, "okpd2": pl.String},
    )


def _judgements(rows: Iterable[tuple[int, int, int, float]]) -> pl.DataFrame:
    schema = {"need": pl.Int32, "offer": pl.Int32, "grade": pl.Int8, "relevance": pl.Float32}
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")


def _read_pairs(files: Iterable[Path]) -> list[tuple[str, str, bool]]:
    pairs = []
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            left, right, label = line.split("\t")
            pairs.append((left, right, label == "1"))
    return pairs


def _matched(name: str, family: str, pairs: Iterable[tuple[str, str, bool]], about: str, *,
             closure: bool = False) -> MatchingSet:
    """Left texts that have a match are the needs, all right texts the offers.

    With ``closure`` a match of a match is a match (connected parts of the graph of matches), and a text that
    stands on both sides is not offered to itself.
    """
    offers: dict[str, int] = {}
    matches: dict[str, set[str]] = defaultdict(set)
    for left, right, match in pairs:
        offers.setdefault(right, len(offers))
        if match:
            matches[left].add(right)
    if closure:
        matches = _close(matches)
    needs = [need for need, found in matches.items() if found & offers.keys() - ({need} if closure else set())]
    rows = [(position, offers[offer], NOT_OFFERED, 0.0) if closure and offer == need
            else (position, offers[offer], 3, 1.0)
            for position, need in enumerate(needs) for offer in matches[need] & offers.keys()]
    return MatchingSet(name, family, _frame(needs), _frame(list(offers)), _judgements(rows), judged_only=False,
                       about=about)


def _close(matches: Mapping[str, set[str]]) -> dict[str, set[str]]:
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        parent.setdefault(text, text)
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for need, found in matches.items():
        for offer in sorted(found):
            parent[root(offer)] = root(need)
    members: dict[str, set[str]] = defaultdict(set)
    for text in list(parent):
        members[root(text)].add(text)
    return {need: members[root(need)] for need in matches}


def _fields(record: str, names: Sequence[str]) -> str:
    found = {key: value.strip() for key, value in FIELD.findall(record.strip())}
    return " ".join(found[name] for name in names if found.get(name))


def _magellan(data: Path, folder: str, name: str, family: str, fields: Sequence[str]) -> MatchingSet:
    pairs = _read_pairs(data / "er_magellan" / folder / f"{split}.txt" for split in SPLITS)
    texts = ((_fields(left, fields), _fields(right, fields), match) for left, right, match in pairs)
    return _matched(name, family, texts, f"fields {', '.join(fields)}; train + valid + test; no closure")


def _clean_title(record: str) -> str:
    """A title of the web corpus without language tags, quotes and empty marks."""
    title = re.sub(r'"\s*@[A-Za-z-]+', '" ', _fields(record, ("title",)))
    return re.sub(r"\s+", " ", title.replace('"', " ").replace("Null", " ").replace(" ,", " ")).strip(" ,")


def _wdc(data: Path, domain: str) -> MatchingSet:
    files = ("train.txt.small", "train.txt.medium", "valid.txt.small", "valid.txt.medium", "test.txt")
    pairs = _read_pairs(data / "wdc" / domain / file for file in files)
    texts = ((_clean_title(left), _clean_title(right), match) for left, right, match in pairs)
    return _matched(f"wdc-{domain}", f"wdc-{domain}", texts,
                    "title without language tags; small + medium + test; transitive closure of the matches",
                    closure=True)


def _crowdflower(data: Path) -> MatchingSet:
    with (data / "crowdflower" / "search_relevance.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    needs = {query: position for position, query in enumerate(dict.fromkeys(row["query"] for row in rows))}
    offers = {title: position for position, title in enumerate(dict.fromkeys(row["product_title"] for row in rows))}
    grades = {(needs[row["query"]], offers[row["product_title"]]): int(row["median_relevance"]) - 1 for row in rows}
    return MatchingSet(
        "crowdflower", "crowdflower", _frame(list(needs)), _frame(list(offers)),
        _judgements((need, offer, grade, grade / 3) for (need, offer), grade in grades.items()), judged_only=True,
        about="query → product title; median grade 1…4 as gain 0…3 and relevance 0, ⅓, ⅔, 1; judged pairs only",
    )


def read_okpd2(data: Path) -> dict[str, str]:
    """Code → name of ОКПД2; stray quotes and tabs of the source are dropped."""
    text = (data.parent / "classifiers" / "okpd2" / "okpd2_2025.tsv").read_text("utf-8")
    rows = (line.split("\t", 1) for line in text.splitlines())
    return {code.strip(): name.replace('"\t', "").strip(' "\t') for code, name in rows}


def _is_goods(code: str) -> bool:
    return code[:2].isdigit() and code[:2] <= "33"


def _okpd_tree(data: Path, *, typos: bool) -> MatchingSet:
    """Names of the 7- and 8-sign groups of goods against their 12-sign leaves."""
    names = read_okpd2(data)
    leaves = [code for code in names if len(code) == 12 and _is_goods(code)]
    under: dict[str, list[int]] = defaultdict(list)
    for position, leaf in enumerate(leaves):
        for length in (4, 5, 7, 8):
            under[leaf[:length]].append(position)
    groups = [code for code in names if len(code) in (7, 8) and len(under.get(code, ())) >= 2]
    first = list({names[code]: code for code in reversed(groups)}.values())[::-1]
    rows = []
    for position, code in enumerate(first):
        steps = (8, 7, 5) if len(code) == 8 else (7, 5, 4)
        grades: dict[int, int] = {}
        for grade, length in zip((3, 2, 1), steps, strict=True):
            for leaf in under[code[:length]]:
                grades.setdefault(leaf, grade)
        rows += [(position, leaf, grade, (0.0, 0.0, 0.3, 1.0)[grade]) for leaf, grade in grades.items()]
    texts = [names[code] for code in first]
    if typos:
        texts = make_typos(texts, share=0.4, seed=0)
    return MatchingSet(
        "okpd-typo" if typos else "okpd-tree", "okpd", _frame(texts), _frame([names[leaf] for leaf in leaves]),
        _judgements(rows), judged_only=False,
        about="silver: 7- and 8-sign groups of ОКПД2 01–33 with two leaves or more → 12-sign leaves; grade 3 leaf of "
        "the group, 2 of its parent, 1 of its grandparent" + ("; one edit in 40 % of words of 5 letters or more, seed 0"
                                                             if typos else ""),
    )


def _okved_phrases(data: Path) -> MatchingSet:
    """Phrases «включает / не включает, см.» against names of ОКВЭД2 of all levels."""
    with (data.parent / "classifiers" / "okved2" / "okved2_names.csv").open(encoding="utf-8", newline="") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file) if row["code"][:1].isdigit()}
    with (data / "ru_classifier_retrieval" / "okved2_phrases.csv").open(encoding="utf-8", newline="") as file:
        phrases = [(row["phrase"], row["gold_code"]) for row in csv.DictReader(file) if row["gold_code"] in names]
    needs = dict.fromkeys(phrase for phrase, _ in phrases)
    gold: dict[str, set[str]] = defaultdict(set)
    for phrase, code in phrases:
        gold[phrase].add(code)
    rows = []
    for position, phrase in enumerate(needs):
        for offer, code in enumerate(names):
            if code in gold[phrase]:
                rows.append((position, offer, 3, 1.0))
            elif len(code) > 2 and any(code[:2] == right[:2] and code.startswith(right[:5]) for right in gold[phrase]):
                rows.append((position, offer, 1, 0.3))
    return MatchingSet(
        "okved-phrases", "okved", _frame(list(needs)), _frame(list(names.values())), _judgements(rows),
        judged_only=False, about="official explanations of ОКВЭД2 → names of its codes; grade 3 the code, 1 its class",
    )


def _plants(data: Path) -> MatchingSet:
    made = make_plant_texts({code: name for code, name in read_okpd2(data).items() if _is_goods(code)}, seed=0)
    return MatchingSet(
        "plants", "plants", _frame(made.need_texts, made.need_codes), _frame(made.offer_texts, made.offer_codes),
        _judgements(made.judgements), judged_only=False,
        about="synthetic, seed 0: leaves of ОКПД2 with sizes, marks and standards; codes 20 % missing, 5 % wrong, "
        "of different depth; see bench/plants.py",
    )


BUILDERS: Mapping[str, Callable[[Path], MatchingSet]] = {
    "abt-buy": lambda data: _magellan(data, "Textual_Abt-Buy", "abt-buy", "abt-buy", ("name",)),
    "walmart-amazon": lambda data: _magellan(data, "Structured_Walmart-Amazon", "walmart-amazon", "walmart-amazon",
                                             ("title", "brand", "modelno")),
    "walmart-amazon-dirty": lambda data: _magellan(data, "Dirty_Walmart-Amazon", "walmart-amazon-dirty",
                                                   "walmart-amazon", ("title", "category", "brand", "modelno")),
    "wdc-computers": lambda data: _wdc(data, "computers"),
    "wdc-cameras": lambda data: _wdc(data, "cameras"),
    "crowdflower": _crowdflower,
    "okpd-tree": lambda data: _okpd_tree(data, typos=False),
    "okpd-typo": lambda data: _okpd_tree(data, typos=True),
    "plants": _plants,
    "dblp-acm": lambda data: _magellan(data, "Structured_DBLP-ACM", "dblp-acm", "dblp-acm",
                                       ("title", "authors", "venue", "year")),
    "beer": lambda data: _magellan(data, "Structured_Beer", "beer", "beer", ("Beer_Name", "Brew_Factory_Name")),
    "fodors-zagats": lambda data: _magellan(data, "Structured_Fodors-Zagats", "fodors-zagats", "fodors-zagats",
                                            ("name", "addr", "city", "phone", "type")),
    "okved-phrases": _okved_phrases,
}


def known_relevance(judged: MatchingSet, need: np.ndarray, offer: np.ndarray) -> np.ndarray:
    """Relevance 0…1 of the pairs; 0 where nobody judged."""
    return _look_up(judged, need, offer, "relevance").astype(np.float64)


def known_grades(judged: MatchingSet, need: np.ndarray, offer: np.ndarray) -> np.ndarray:
    """Grade 0…3 of the pairs; 0 where nobody judged."""
    return _look_up(judged, need, offer, "grade").astype(np.int64)


def _look_up(judged: MatchingSet, need: np.ndarray, offer: np.ndarray, column: str) -> np.ndarray:
    pairs = pl.DataFrame({"need": need, "offer": offer}, schema={"need": pl.Int32, "offer": pl.Int32})
    joined = pairs.join(judged.judgements, on=["need", "offer"], how="left", maintain_order="left")
    return joined[column].fill_null(0).to_numpy()
