"""Build examples/plants from examples/demo: real plants of two regions and the links that a calculation infers.

    python scripts/build_plants_network.py

Plants are those of the demo whose activity and sales open registers tell; nothing is added to them but the role, which
follows from the activity. Links are the likely trade of ``regions.gravity``: every one is inferred, none is signed, and
each row says so. The same input gives the same files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from smezhnik.io import read_table
from smezhnik.regions import InputOutput, load_input_output
from smezhnik.regions.activity import classes_of, industries_of, makes_goods
from smezhnik.regions.gravity import Gravity, calc_trade
from smezhnik.tables import complete, table

EXAMPLES = Path(__file__).parent.parent / "examples"
OUT = EXAMPLES / "plants"
#: Day of the calculation, and the least likely trade that is kept, thousand roubles a year.
DAY, LEAST = date(2026, 11, 22), 20_000.0
#: Activities whose products nobody builds into others: food, clothes, medicines, electronics, machines, vehicles but
#: not their parts, furniture and the like. Our reading of the codes, for no register tells who makes an end product.
END_PRODUCTS = ("10", "11", "14", "15", "21", "26", "28", "29.1", "29.2", "30", "31", "32")


def read_plants(flows: InputOutput) -> pl.DataFrame:
    """Plants that make goods, with the class, the industry and the sales known."""
    rows = complete(read_table(EXAMPLES / "demo" / "organisations.csv", "organisations").frame, "organisations")
    classes = classes_of(rows)
    rows = rows.with_columns(classes, industries_of(classes, flows).alias("industry")).sort("org_id")
    goods = pl.Series([makes_goods(code) for code in rows["class"]], dtype=pl.Boolean)
    return rows.filter(goods, pl.col("industry").is_not_null(), pl.col("output_th_rub") > 0)


def write(frame: pl.DataFrame, name: str) -> None:
    """A CSV file with only the columns that are told, as people write them."""
    about = table(name).columns
    texts = frame.with_columns(pl.col(pl.List(pl.String)).list.join("; "), pl.col(pl.Float64).cast(pl.Int64))
    texts.rename({column: about[column].ru for column in frame.columns}).write_csv(OUT / f"{name}.csv")


def main() -> None:
    flows = load_input_output()
    plants = read_plants(flows)
    final = [code.startswith(END_PRODUCTS) for code in plants["class"]]
    role = "; роль выведена из вида деятельности"
    members = plants.select(
        "org_id", "name", "inn", pl.Series("roles", [["final_producer" if end else "producer"] for end in final]),
        "region", "okved2", "output_th_rub", pl.col("source") + role, "source_date")
    trade = calc_trade(plants, flows, Gravity())
    seller, buyer = np.nonzero((trade.flow >= LEAST) & (trade.typical != 0))
    ids, names = plants["org_id"].to_list(), [item.name("ru") for item in flows.industries]
    links = pl.DataFrame({
        "contract_id": [f"В-{number:04}" for number in range(1, len(seller) + 1)],
        "seller_id": [ids[place] for place in seller], "buyer_id": [ids[place] for place in buyer],
        "kind": "supply", "text": [names[plants["industry"][int(place)]] for place in seller],
        "value_th_rub": np.round(trade.flow[seller, buyer]), "basis": "inferred",
        "source": f"вероятная торговля по таблице «{flows.title['ru']}»", "source_date": DAY})
    OUT.mkdir(exist_ok=True)
    write(members, "members")
    write(links, "contracts")
    print(f"{len(members)} plants, {sum(final)} of them make end products; {len(links)} inferred links")


if __name__ == "__main__":
    main()
