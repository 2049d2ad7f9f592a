"""Build examples/regions/sales.csv: sales of large manufacturing firms by region, activity and year.

    python scripts/build_regional_sales.py DATA_FOLDER

DATA_FOLDER holds firms_ru/bln_2012…2014.utf8.csv.gz: firms with sales above one billion roubles, Rosstat open data.
Codes are of ОКВЭД-2007, as reported; only sections of manufacturing are kept. A firm counts in the region of its ИНН,
so that holdings stand in Moscow. Sums are million roubles; no firm is named.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from smezhnik.classifiers.bridges import okved2007_of
from smezhnik.classifiers.regions import open_pack

OUT = Path(__file__).parent.parent / "examples" / "regions" / "sales.csv"
YEARS = (2012, 2013, 2014)
#: Divisions of manufacturing in ОКВЭД-2007.
MANUFACTURING = (15, 37)
SOURCE = "Росстат, 7708234640-bdboo"
#: Regions whose okrugs have codes of their own in an ИНН: the firms counted there are without those of the okrugs.
PARTED = {"RU-TYU": "Тюменская область без автономных округов",
          "RU-ARK": "Архангельская область без автономного округа"}


def read_firms(folder: Path) -> pl.DataFrame:
    """One row per firm and year: territory, activity, year, sales (million RUB), inn."""
    pack = open_pack()
    frames = [pl.read_csv(folder / "firms_ru" / f"bln_{year}.utf8.csv.gz",
                          columns=["year", "inn", "ok1", "ok2", "ok3", "region", "sales"],
                          schema_overrides={"region": pl.String, "inn": pl.String}) for year in YEARS]
    rows = pl.concat(frames, how="vertical_relaxed").filter(pl.col("sales") > 0)
    codes = [okved2007_of(*code) for code in rows.select("ok1", "ok2", "ok3").iter_rows()]
    names = dict(pack.frame.select("region", "name_ru").iter_rows()) | PARTED
    regions = {region: names.get(pack.find(region) or "") for region in rows["region"].unique()}
    return rows.with_columns(activity=pl.Series(codes, dtype=pl.String),
                             territory=pl.Series([regions[region] for region in rows["region"]], dtype=pl.String))


def main() -> None:
    made = read_firms(Path(sys.argv[1])).filter(
        pl.col("territory").is_not_null()
        & pl.col("activity").str.slice(0, 2).cast(pl.Int64).is_between(*MANUFACTURING))
    sums = made.group_by("territory", "activity", "year").agg(
        value=pl.col("sales").sum().round(1), firms=pl.col("inn").n_unique()).sort("year", "territory", "activity")
    OUT.parent.mkdir(exist_ok=True)
    sums.select(pl.col("territory").alias("Территория"), pl.col("activity").alias("Вид деятельности"),
                pl.col("year").alias("Год"), pl.col("value").alias("Объём"), pl.col("firms").alias("Предприятий"),
                pl.lit(SOURCE).alias("Источник")).write_csv(OUT)


if __name__ == "__main__":
    main()
