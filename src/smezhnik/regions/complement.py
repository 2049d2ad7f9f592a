"""What the plants of two regions can give each other, and the best links that do not exist yet."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers.english import product_name
from smezhnik.classifiers.regions import RegionPack, open_pack
from smezhnik.errors import CannotSay, InputError
from smezhnik.messages import say
from smezhnik.progress import Progress, no_progress
from smezhnik.regions.activity import classes_of, industries_of, makes_goods
from smezhnik.regions.crossing import (
    Crossing,
    calc_crossing,
    calibrate_all,
    flow_of,
    log_strength,
    pair_terms,
    strongest,
    sum_industries,
)
from smezhnik.regions.gravity import TERMS, Gravity, LinkWeights
from smezhnik.regions.inputoutput import InputOutput, load_input_output
from smezhnik.tables import complete
from smezhnik.tables import table as declared
from smezhnik.types import Lang

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A link is C ("could make") from this probability on, D below; nothing inferred is better than C.
GRADE_C = 0.5
#: Pairs of each direction that the list is chosen from at first.
_LOOKED_AT = 4_096


@dataclass(frozen=True)
class Complement:
    """What two regions can give each other; everything is inferred and a potential, never a volume.

    Attributes
    ----------
    links : table ``links``: the best pairs that have no contract yet, both directions, best first
    flows : one row per direction and pair of industries: seller_region, seller_industry, buyer_region,
        buyer_industry (codes of the table), seller_name, buyer_name, value_th_rub
    a_to_b_th_rub, b_to_a_th_rub : sums of ``flows``, thousand roubles a year
    plants : region → plants that entered
    without_activity, without_output, other_activity : plants of the two regions that did not, and why
    existing : pairs with a contract, left out of ``links``
    links_total : expected number of links between the regions that the probabilities sum to
    table : title of the input–output table
    """

    links: pl.DataFrame
    flows: pl.DataFrame
    a_to_b_th_rub: float
    b_to_a_th_rub: float
    plants: Mapping[str, int]
    without_activity: int
    without_output: int
    other_activity: int
    existing: int
    links_total: float
    table: str


@dataclass(frozen=True)
class ComplementSettings:
    """What is assumed; each may be replaced.

    Attributes
    ----------
    per_plant : in how many links of the list a plant may stand
    links_total : expected number of links between the regions; None for one supplier in the neighbour region for
        each plant
    gravity : strengths of the terms of trade
    weights : weights of the reasons, where links that are known gave others than 1 (``linkfit.refit``)
    """

    per_plant: int = 2
    links_total: float | None = None
    gravity: Gravity = field(default_factory=Gravity)
    weights: LinkWeights = field(default_factory=LinkWeights)


@dataclass(frozen=True)
class Compared:
    """What a comparison found before it is put into words: worked out once, told in each language by ``told``."""

    crossing: Crossing
    picked: _Picked
    contributions: Mapping[str, Floats]
    base: float
    sides: tuple[str, str]
    counts: Mapping[str, int]
    left_out: tuple[int, int, int]
    known: int
    expected: float
    as_of: dt.date | None

    def told(self, lang: Lang) -> Complement:
        """The comparison with names and reasons in a language; its numbers are the same in each."""
        flows, table = _flows(self.crossing, lang), self.crossing.table
        links = _links(self.crossing.plants, table, self.picked, self.contributions, self.base, self.as_of, lang)
        sums = [float(flows.filter(pl.col("seller_region") == side)["value_th_rub"].sum()) for side in self.sides]
        return Complement(links, flows, sums[0], sums[1], self.counts, *self.left_out, self.known, self.expected,
                          table.title[lang])


def complement(organisations: pl.DataFrame, a: str, b: str, *, table: InputOutput | None = None,
               regions: RegionPack | None = None, contracts: pl.DataFrame | None = None, top: int = 20,
               settings: ComplementSettings = ComplementSettings(), as_of: dt.date | None = None, lang: Lang = "ru",
               progress: Progress = no_progress) -> Complement:
    """What each region's plants can give the other, in one language; ``compare_plants`` says how it is worked out.

    Parameters and faults are those of ``compare_plants``; ``lang`` is that of names, reasons and notes.
    """
    return compare_plants(organisations, a, b, table=table, regions=regions, contracts=contracts, top=top,
                          settings=settings, as_of=as_of, progress=progress).told(lang)


def compare_plants(organisations: pl.DataFrame, a: str, b: str, *, table: InputOutput | None = None,
                   regions: RegionPack | None = None, contracts: pl.DataFrame | None = None, top: int = 20,
                   settings: ComplementSettings = ComplementSettings(), as_of: dt.date | None = None,
                   progress: Progress = no_progress) -> Compared:
    """What each region's plants can give the other.

    The likely trade of all plants of both regions is worked out by gravity (``gravity.calc_trade``): a purchase is
    parted among the suppliers of both regions, own ones first, and no plant sells more than it makes for industry.
    What crosses from one region to the other is the potential. The rest of the country and imports play no part, so
    the sums are upper bounds of what the two could do for each other.

    A link's probability is c·T / (1 + c·T), T its likely trade, c such that the probabilities of all pairs sum to
    ``links_total`` of the settings. Its score is the log-odds and the exact sum of the base and the reasons
    ``industry`` (how much of its output the buyer's industry spends on the seller's products), ``use`` (whether the
    buyer's class usually buys the seller's), ``size`` (what the buyer makes, and the seller's part in the supply) and
    ``distance``. Pairs whose use is known to be unusual never enter the list.

    Parameters
    ----------
    organisations : table ``organisations``. Plants need an activity code and an output; the others are counted
    a, b : regions by id or any spelling of the pack
    table : the input–output table; the shipped one by default
    contracts : table ``contracts``: pairs that already trade are left out of the list (they stay in the flows)
    top : length of the list, half for each direction; where one has fewer, the other fills up
    as_of : written into the links

    Raises
    ------
    InputError
        A region that the pack does not know, or the same region twice.
    CannotSay
        No plant of one of the regions has both an activity code and an output.
    """
    table, gravity, weights = table or load_input_output(), settings.gravity, settings.weights
    pack = regions or open_pack()
    sides = [_region(pack, text) for text in (a, b)]
    if pack.contains(*sides) or pack.contains(*reversed(sides)):
        raise InputError("complement_same", a=a, b=b)
    chosen = _of_regions(complete(organisations, "organisations"), pack, sides)
    plants, left_out = _usable(chosen, table)
    counts = {side: int((plants["region"] == side).sum()) for side in sides}
    for side in sides:
        if not counts[side]:
            raise CannotSay("complement_empty", region=side, seen=int((chosen["region"] == side).sum()))
    crossing = calc_crossing(plants, table, gravity, progress=progress)
    plants = crossing.plants
    known = _known_pairs(plants, contracts)
    strengths = tuple(log_strength(crossing, half, weights) for half in crossing.halves)
    wanted = settings.links_total if settings.links_total is not None else float(len(plants))
    expected = min(wanted, 0.5 * sum(int(np.isfinite(one).sum()) for one in strengths))
    base = weights.intercept
    if (base is None or settings.links_total is not None) and expected:
        base = calibrate_all(strengths, expected)
    for half, strength in zip(crossing.halves, strengths, strict=True):
        for seller, buyer in known:
            if half.sellers.start <= seller < half.sellers.stop and half.buyers.start <= buyer < half.buyers.stop:
                strength[seller - half.sellers.start, buyer - half.buyers.start] = -np.inf
    picked = _picked(crossing, _best(crossing, strengths, top, settings.per_plant))
    contributions = {code: getattr(weights, code) * term for code, term in picked.terms.items()}
    return Compared(crossing, picked, contributions, base or 0.0, (sides[0], sides[1]), counts, left_out, len(known),
                    expected, as_of)


def _region(pack: RegionPack, text: str) -> str:
    found = pack.find(text)
    if found is None:
        raise InputError("complement_region", found=text)
    return found


def _of_regions(organisations: pl.DataFrame, pack: RegionPack, sides: list[str]) -> pl.DataFrame:
    """Organisations of the two regions, ``region`` being the side they belong to."""
    belongs = {
        region: next((side for side in sides if region and pack.contains(side, region)), None)
        for region in {pack.find(text) for text in organisations["region"].unique().to_list()}
    }
    found = {text: belongs[pack.find(text)] for text in organisations["region"].unique().to_list()}
    return (
        organisations.with_columns(
            region=pl.Series([found[text] for text in organisations["region"]], dtype=pl.String))
        .filter(pl.col("region").is_not_null()).sort("org_id")
    )


def _usable(chosen: pl.DataFrame, table: InputOutput) -> tuple[pl.DataFrame, tuple[int, int, int]]:
    """Plants with a class, an industry and an output; how many lack a code, an output, or make no goods."""
    classes = classes_of(chosen)
    rows = chosen.with_columns(classes, industries_of(classes, table).alias("industry"))
    coded = rows.filter(pl.col("class").is_not_null())
    goods = coded.filter(pl.Series([makes_goods(code) or code.startswith("38.3") for code in coded["class"]],
                                   dtype=pl.Boolean), pl.col("industry").is_not_null())
    sized = goods.filter(pl.col("output_th_rub") > 0)
    return sized, (len(rows) - len(coded), len(goods) - len(sized), len(coded) - len(goods))


def _known_pairs(plants: pl.DataFrame, contracts: pl.DataFrame | None) -> set[tuple[int, int]]:
    """Rows of seller and buyer that a contract joins across the border, by id or ИНН."""
    if contracts is None:
        return set()
    place = {key: row for column in ("inn", "org_id") for row, key in enumerate(plants[column]) if key}
    region, known = plants["region"].to_list(), set()
    pairs = complete(contracts, "contracts").select("seller_id", "seller_inn", "buyer_id", "buyer_inn")
    for seller_id, seller_inn, buyer_id, buyer_inn in pairs.iter_rows():
        seller = place.get(seller_id, place.get(seller_inn))
        buyer = place.get(buyer_id, place.get(buyer_inn))
        if seller is not None and buyer is not None and region[seller] != region[buyer]:
            known.add((seller, buyer))
    return known


def _flows(crossing: Crossing, lang: Lang) -> pl.DataFrame:
    """One row per direction and pair of industries that trade, the largest first."""
    industries, region = crossing.table.industries, crossing.plants["region"]
    rows = []
    for half in crossing.halves:
        if half.flow.size:
            sums = sum_industries(crossing, half)
            rows += [{"seller_region": region[half.sellers.start], "seller": int(seller),
                      "buyer_region": region[half.buyers.start], "buyer": int(buyer),
                      "value_th_rub": float(sums[seller, buyer])} for seller, buyer in np.argwhere(sums > 0)]
    frame = pl.DataFrame(rows, schema={"seller_region": pl.String, "seller": pl.Int64, "buyer_region": pl.String,
                                       "buyer": pl.Int64, "value_th_rub": pl.Float64})
    codes, names = [item.code for item in industries], [item.name(lang) for item in industries]
    return (
        frame.sort(["seller_region", "value_th_rub", "seller", "buyer"], descending=[False, True, False, False])
        .select(
            "seller_region", pl.col("seller").replace_strict(range(len(codes)), codes).alias("seller_industry"),
            "buyer_region", pl.col("buyer").replace_strict(range(len(codes)), codes).alias("buyer_industry"),
            pl.col("seller").replace_strict(range(len(codes)), names).alias("seller_name"),
            pl.col("buyer").replace_strict(range(len(codes)), names).alias("buyer_name"), "value_th_rub")
    )


@dataclass(frozen=True)
class _Picked:
    """Pairs of the list, best first: rows of seller and buyer, flow, use known to be usual (1, 0, −1), km, terms."""

    seller: Ints
    buyer: Ints
    flow: Floats
    typical: NDArray[np.int8]
    km: Floats
    terms: Mapping[str, Floats]


def _picked(crossing: Crossing, pairs: tuple[Ints, Ints]) -> _Picked:
    seller, buyer = pairs
    flow, place = flow_of(crossing, seller, buyer), crossing.pull.place
    terms, km = pair_terms(crossing, seller, buyer, flow)
    return _Picked(seller, buyer, flow, crossing.pull.typical[place[seller], place[buyer]], km, terms)


def _links(plants: pl.DataFrame, table: InputOutput, picked: _Picked, terms: Mapping[str, Floats], base: float,
           as_of: dt.date | None, lang: Lang) -> pl.DataFrame:
    if not len(picked.seller):
        return declared("links").empty()
    base = round(base, 4)
    contributions = {code: np.round(term, 4) + 0.0 for code, term in terms.items()}
    score = np.round(base + sum(contributions.values()), 4)
    fields = _fields(plants, table, picked, lang)
    rows = [{
        "score": float(score[row]), "base": base, "probability": float(1 / (1 + np.exp(-score[row]))),
        "reasons": [{"code": code, "contribution": float(contributions[code][row]),
                     "fields": json.dumps(fields[row][code], ensure_ascii=False)}
                    for code in TERMS if fields[row].get(code) is not None],
        "gaps": [{"code": "inferred", "fields": json.dumps({"note": fields[row]["note"]}, ensure_ascii=False)}],
    } for row in range(len(picked.seller))]
    return _framed(plants, table, picked, rows, as_of, lang)


def _best(crossing: Crossing, strengths: tuple[Floats, ...], top: int, per_plant: int) -> tuple[Ints, Ints]:
    """The strongest pairs: half of the list for each direction, no plant in more than ``per_plant`` of them.

    Only the strongest of each direction are looked at; more of them where the list is not full then.
    """
    most = max(_LOOKED_AT, top)
    while True:
        ways = [strongest(crossing, half, strength, most)
                for half, strength in zip(crossing.halves, strengths, strict=True)]
        taken, full = _greedy(crossing.plants, ways, top, per_plant)
        if all(whole or full[way] for way, (*_, whole) in enumerate(ways)):
            pairs = np.array(taken, np.int64).reshape(-1, 2)
            return pairs[:, 0], pairs[:, 1]
        most *= 8


def _greedy(plants: pl.DataFrame, ways: Sequence[tuple[Ints, Ints, Floats, bool]], top: int, per_plant: int
            ) -> tuple[list[tuple[int, int]], tuple[bool, bool]]:
    """Pairs taken from the strongest on, best first; and whether each direction had all that it has room for, so that
    weaker pairs of it would change nothing.
    """
    seller, buyer, logs = (np.concatenate([way[part] for way in ways]) for part in range(3))
    way = np.repeat(np.arange(len(ways)), [len(one[0]) for one in ways])
    name = plants["org_id"].rank("ordinal").to_numpy()
    order = np.lexsort([name[buyer], name[seller], -logs])
    busy = np.zeros(len(plants), np.int64)
    taken: dict[tuple[int, int], float] = {}
    room = [(top + 1) // 2, top // 2]
    filled = (False, False)
    for only in (True, False):  # first half and half, then whoever fills up
        for place in order:
            if len(taken) == top:
                break
            i, j, side = int(seller[place]), int(buyer[place]), int(way[place])
            if (not only or room[side] > 0) and (i, j) not in taken and max(busy[i], busy[j]) < per_plant:
                taken[i, j] = float(logs[place])
                room[side] -= 1
                busy[[i, j]] += 1
        if only:
            filled = (room[0] <= 0, room[1] <= 0)
    full = len(taken) == top
    best = sorted(taken, key=lambda pair: (-taken[pair], name[pair[0]], name[pair[1]]))
    return best, (full and filled[0], full and filled[1])


def _fields(plants: pl.DataFrame, table: InputOutput, picked: _Picked, lang: Lang) -> list[dict[str, object]]:
    """For each link: the fields of its reasons' sentences, and the note of what it was inferred from."""
    industry, output = plants["industry"].to_numpy(), plants["output_th_rub"].to_numpy()
    made = np.bincount(industry, output, len(table.industries))
    found: list[dict[str, object]] = []
    for i, j, worth, typical, km in zip(picked.seller, picked.buyer, picked.flow, picked.typical.tolist(),
                                        picked.km.tolist(), strict=True):
        sells, buys = table.industries[industry[i]], table.industries[industry[j]]
        share = float(table.input_shares[industry[i], industry[j]])
        fields: dict[str, object] = {
            "industry": {"seller": sells.name(lang), "buyer": buys.name(lang), "share": round(share, 4),
                         "percent": round(100 * share, 1), "table": table.title[lang]},
            "use": None if typical < 0 else {"class": plants["class"][int(i)], "buyer_class": plants["class"][int(j)],
                                             "typical": bool(typical)},
            "size": {"seller_mln": round(output[i] / 1000, 1), "buyer_mln": round(output[j] / 1000, 1),
                     "percent": round(100 * output[i] / made[industry[i]], 1), "industry": sells.name(lang)},
            "distance": None if np.isnan(km) else {"km": round(km, 1), "exact": True},
            "note": say("likely.link", lang, buyer=buys.name(lang), seller=sells.name(lang), percent=100 * share,
                        table=table.title[lang], output=output[j] / 1000, value=worth / 1000),
        }
        found.append(fields)
    return found


def _framed(plants: pl.DataFrame, table: InputOutput, picked: _Picked, rows: list[dict[str, object]],
            as_of: dt.date | None, lang: Lang) -> pl.DataFrame:
    """The links as a declared table, best first; the rank is that within the need."""
    sold, bought = plants[picked.seller], plants[picked.buyer]
    codes = [table.industries[row] for row in sold["industry"]]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        need_id=pl.concat_str([bought["org_id"], pl.Series([item.code for item in codes])], separator=":"),
        offer_id=pl.concat_str([sold["org_id"], sold["class"]], separator=":"),
        grade=pl.when(pl.col("probability") >= GRADE_C).then(pl.lit("C")).otherwise(pl.lit("D")),
        basis=pl.lit("inferred"), buyer_id=bought["org_id"], seller_id=sold["org_id"], buyer=bought["name"],
        seller=sold["name"], need_text=pl.Series([item.name(lang) for item in codes], dtype=pl.String),
        offer_text=pl.Series([product_name(code, lang) for code in sold["class"]], dtype=pl.String),
        okpd2=sold["class"], value_th_rub=pl.Series(np.round(picked.flow, 1)),
        distance_km=pl.Series(picked.km).fill_nan(None), buyer_region=bought["region"], seller_region=sold["region"],
        buyer_latitude=bought["latitude"], buyer_longitude=bought["longitude"],
        seller_latitude=sold["latitude"], seller_longitude=sold["longitude"],
        as_of=pl.lit(as_of, dtype=pl.Date),
    )
    ranked = frame.with_columns(rank=pl.col("score").rank("ordinal", descending=True).over("need_id"))
    return complete(ranked, "links")
