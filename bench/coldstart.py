"""Cold start against what is known: use shares, contracts, and a synthetic network whose rule is known.

    ./run bench coldstart DATA_FOLDER

1. Belgium 2020 beside a Russian table of who buys from whom (okved_consumption, method undocumented, not shipped):
   rank correlation of the shares of sales of each manufacturing industry.
2. The class that ``likely_offers`` gives to a plant beside the codes of products that the same ИНН really sold by
   contract (one federal buyer; most contracts are services, so few sellers are plants).
3. A network of 2,000 firms as in the published studies: lognormal sizes, 20 of the industries of the table, 8 regions,
   links by noisy gravity. Precision of the first L pairs among held-out firms, every pair competing (true base rate).
   It tests the machinery and the order of methods, not the world.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import polars as pl

from bench.report import save
from smezhnik.classifiers.bridges import okved2007_of
from smezhnik.regions import Gravity, load_input_output, refit
from smezhnik.regions.activity import GOODS, classes_of, makes_goods
from smezhnik.regions.gravity import calc_terms, calc_trade
from smezhnik.regions.linkfit import precision_at
from smezhnik.tables import complete


def compare_use_shares(folder: Path) -> dict[str, float]:
    """Spearman's correlation of Russian and Belgian shares of sales, seller by seller.

    The Russian file names its columns the other way round (construction would "provide" 22 % of iron and steel) and
    holds one half of the matrix, each pair of codes once; rows of an aggregate are repeated for its branches. So sales
    are compared, among the buyers that the half holds, and branches are averaged.
    """
    table = load_input_output()
    frame = pl.read_csv(folder / "input_output" / "okved_consumption.csv", infer_schema=False).with_columns(
        pl.col("normalized_consumption").cast(pl.Float64))
    shares = np.zeros((len(table.industries),) * 2)
    counted = np.zeros_like(shares)
    for buyer, seller, share in frame.iter_rows():
        i, j = table.place_of(seller), table.place_of(buyer)
        if i is not None and j is not None:
            shares[i, j] += share
            counted[i, j] += 1
    russian = np.divide(shares, counted, out=np.zeros_like(shares), where=counted > 0)
    goods = [row for row, industry in enumerate(table.industries)
             if all(int(prefix[:2]) in GOODS for prefix in industry.prefixes)]
    found = []
    for seller in goods:
        buyers = [buyer for buyer in range(len(table.industries)) if counted[seller, buyer] and buyer != seller]
        if table.industries[seller].prefixes[0] >= "10" and len(buyers) >= 8:
            found.append(_spearman(russian[seller, buyers], table.flows[seller, buyers]))
    return {"sellers": len(found), "median_rank_correlation": float(np.median(found)),
            "lowest": float(np.min(found)), "highest": float(np.max(found))}


def _spearman(left: np.ndarray, right: np.ndarray) -> float:
    ranks = [pl.Series(values).rank("average").to_numpy() for values in (left, right)]
    return float(np.corrcoef(*ranks)[0, 1])


def compare_products(folder: Path) -> dict[str, float]:
    """How often a seller's products in contracts are of the class, group, division that its activity tells."""
    contracts = pl.read_csv(folder / "procurement" / "contracts_okpd2_supplier.csv", infer_schema=False).select(
        pl.col("sup_inn").str.strip_suffix(".0").alias("inn"), "OKPD2").drop_nulls().unique()
    firms = pl.concat([
        pl.read_csv(folder / "firms_ru" / f"bln_{year}.utf8.csv.gz", infer_schema=False)
        .select("year", "inn", "ok1", "ok2", "ok3") for year in (2012, 2013, 2014)
    ]).sort("year").unique("inn", keep="last")
    small = pl.read_csv(folder / "firms_ru" / "sme_legal_entities_sample.csv", infer_schema=False)
    rows = contracts.join(firms, on="inn", how="inner")
    from_statements = _classes_2007(rows)
    found = pl.concat([
        pl.DataFrame({"inn": rows["inn"], "sold": rows["OKPD2"], "told": from_statements}),
        *_from_small(contracts, small),
    ]).drop_nulls()
    goods = found.filter(pl.Series([makes_goods(code) for code in found["told"]], dtype=pl.Boolean))
    def part(digits: int, frame: pl.DataFrame) -> float:
        same = frame["sold"].str.slice(0, digits) == frame["told"].str.slice(0, digits)
        return float(same.mean() or 0.0)

    return {"pairs": len(found), "sellers": found["inn"].n_unique(), "same_division": part(2, found),
            "same_class": part(5, found), "plants": goods["inn"].n_unique(), "pairs_of_plants": len(goods),
            "plants_same_division": part(2, goods), "plants_same_class": part(5, goods)}


def _classes_2007(rows: pl.DataFrame) -> pl.Series:
    codes = [okved2007_of(*map(int, row)) for row in rows.select("ok1", "ok2", "ok3").iter_rows()]
    return classes_of(pl.DataFrame({"okved2": pl.Series([None] * len(codes), dtype=pl.String), "okved2007": codes}))


def _from_small(contracts: pl.DataFrame, small: pl.DataFrame) -> list[pl.DataFrame]:
    inn = next(column for column in small.columns if column.lower() in ("inn", "инн"))
    rows = contracts.join(small.select(pl.col(inn).alias("inn"), pl.col("okved_main").alias("okved2")), on="inn")
    if rows.is_empty():
        return []
    classes = classes_of(rows.select("okved2", pl.lit(None, pl.String).alias("okved2007")))
    return [pl.DataFrame({"inn": rows["inn"], "sold": rows["OKPD2"], "told": classes})]


def try_synthetic(firms: int = 2000, links: int = 20_000, seed: int = 0) -> dict[str, float]:
    """Precision of the first L pairs among held-out firms."""
    draw = np.random.default_rng(seed)
    table = load_input_output()
    industries = [row for row, item in enumerate(table.industries) if makes_goods(item.prefixes[0])][-20:]
    industry = draw.choice(industries, firms)
    plants = complete(pl.DataFrame({
        "org_id": [f"{row:05}" for row in range(firms)], "name": "x",
        "region": [f"R{row}" for row in draw.integers(0, 8, firms)], "output_th_rub": draw.lognormal(13, 1.6, firms)}),
        "organisations").with_columns(
            pl.Series("class", [table.industries[row].prefixes[0] for row in industry]),
            pl.Series("industry", industry, dtype=pl.Int64))
    gravity = Gravity()
    trade = calc_trade(plants, table, gravity, uses={})
    terms = calc_terms(plants, table, trade, gravity)
    # The truth: the table seen through noise, sizes damped, home preferred more than the stated weights say.
    noise = draw.normal(0, 1.0, (len(table.industries),) * 2)[np.ix_(industry, industry)]
    logit = (0.8 * terms["industry"] + noise + 0.6 * terms["size"] + 1.8 * terms["region"]
             + draw.gumbel(0, 1.0, trade.flow.shape))
    logit[~np.isfinite(logit)] = -np.inf
    limit = np.partition(logit[np.isfinite(logit)], -links)[-links]
    linked = logit >= limit
    outcome = refit(terms, linked, seed=seed)
    held = np.random.default_rng(seed).permutation(firms) < firms // 2
    pairs = np.isfinite(terms["size"]) & held[:, None] & held[None, :]
    truth = linked[pairs]
    count = int(truth.sum())
    size = np.log(plants["output_th_rub"].to_numpy())
    only_size = (size[:, None] + size[None, :])[pairs]
    return {"links": links, "base_rate": outcome.base_rate, "held_out_pairs": outcome.held_out_pairs, "k": count,
            "random": outcome.base_rate, "size_only": precision_at(only_size, truth, count),
            "coefficient_only": precision_at(terms["industry"][pairs], truth, count),
            "gravity": outcome.precision_before, "refitted": outcome.precision}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, help="folder with input_output, procurement, firms_ru")
    data = parser.parse_args().data
    found = {"use_shares": compare_use_shares(data), "products": compare_products(data), "synthetic": try_synthetic()}
    print(json.dumps(found, indent=1))
    save("coldstart", found)


if __name__ == "__main__":
    main()
