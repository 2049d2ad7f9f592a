"""Regions: complexity beside its peers, location quotients of real firms, the back-test, input–output against pymrio.

    ./run bench regions [DATA_FOLDER]

Times are CPU seconds of one thread; peers run in the same process. ``DATA_FOLDER`` holds trade/, firms_ru/,
regional_ru/ and input_output/ (where they come from: docs/why/regions.md); parts without their data are passed over.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.rating import measure as bench_rating
from bench.report import describe_machine, save
from smezhnik.classifiers.bridges import okved2007_of
from smezhnik.classifiers.regions import open_pack
from smezhnik.regions import (
    backtest,
    bridge_output,
    calc_complexity,
    location_quotients,
    make_panel,
    make_space_map,
    resolve_territories,
)
from smezhnik.regions.complexity import _calc_indices
from smezhnik.regions.inputoutput import calc_coefficients, calc_leontief
from smezhnik.regions.linkages import calc_ghosh, calc_multipliers
from smezhnik.regions.panel import Panel
from smezhnik.regions.productspace import make_space
from smezhnik.regions.specialisation import calc_location_quotient
from smezhnik.workflows.output import Asked
from smezhnik.workflows.region_page import RegionFiles, report_region_files

Floats = NDArray[np.float64]

DATA, EXAMPLES = Path("../shared/data"), Path(__file__).parents[1] / "examples"
SEED, REGIONS, PRODUCTS, YEARS = 20261122, 250, 5_000, 25
MEASURES = ("eci", "pci", "density", "coi", "cog")
#: Divisions of ОКВЭД2 of manufacturing.
MANUFACTURING = [f"{division}" for division in range(10, 34)]


def read_trade(folder: Path) -> Panel:
    """226 countries × 785 products, mean of 1998–2000."""
    frame = pl.read_csv(folder / "trade" / "world_trade_avg_1998_to_2000.csv.gz", schema_overrides={
        "product": pl.String})
    return make_panel(frame.rename({"country": "territory", "product": "activity"}))


def read_firms(folder: Path) -> tuple[pl.DataFrame, dict[int, float], dict[int, float]]:
    """Sales (million RUB) and number of firms by region and division of ОКВЭД2, 2012–2014, manufacturing."""
    pack = open_pack()
    frames = [pl.read_csv(folder / "firms_ru" / f"bln_{year}.utf8.csv.gz",
                          columns=["year", "inn", "ok1", "ok2", "ok3", "region", "sales"],
                          schema_overrides={"region": pl.String, "inn": pl.String}) for year in (2012, 2013, 2014)]
    rows = pl.concat(frames, how="vertical_relaxed").filter(pl.col("sales") > 0)
    code = [okved2007_of(*codes) for codes in rows.select("ok1", "ok2", "ok3").iter_rows()]
    names = {region: pack.find(region) for region in rows["region"].unique()}
    old = rows.with_columns(activity=pl.Series(code), territory=pl.Series([names[item] for item in rows["region"]]))
    sums = old.filter(pl.col("territory").is_not_null()).group_by("territory", "activity", "year").agg(
        value=pl.col("sales").sum(), firms=pl.col("inn").n_unique())
    # only what is manufacturing on both sides counts, and the shares stated are of that
    made = sums.filter(pl.col("activity").str.slice(0, 2).cast(pl.Int64).is_between(15, 37))
    done = bridge_output(made, "okved2007")
    return done.frame.filter(pl.col("activity").is_in(MANUFACTURING)), done.split_share, done.lost_share


def read_counts(folder: Path) -> pl.DataFrame:
    """Organisations by region and section of ОКВЭД2, 2019–2022; each territory once."""
    wide = pl.read_csv(folder / "regional_ru" / "rosstat_org_counts_tidy.csv").filter(pl.col("level") == 0)
    long = wide.unpivot([f"y{year}" for year in range(2019, 2023)], index=["region", "activity"],
                        variable_name="year", value_name="value").drop_nulls("value")
    long = long.filter(~pl.col("activity").str.contains("(?i)^всего"))
    return resolve_territories(long.rename({"region": "territory"}).with_columns(
        pl.col("year").str.slice(1).cast(pl.Int64), pl.col("value").cast(pl.Float64)), open_pack()).frame


def draw_exports(regions: int = REGIONS, products: int = PRODUCTS, seed: int = SEED) -> Floats:
    """Exports by chance: sizes of regions and products are lognormal, two cells of five are filled."""
    draw = np.random.default_rng(seed)
    sizes = np.exp(draw.normal(0, 1, (regions, 1))) * np.exp(draw.normal(0, 1, products))
    return np.exp(draw.normal(0, 2, (regions, products))) * (draw.random((regions, products)) < 0.4) * sizes


def cpu(work: Callable[[], Any], runs: int = 1) -> tuple[float, Any]:
    """Least CPU seconds of some runs, and the result."""
    best, found = np.inf, None
    for _ in range(runs):
        began = time.process_time()
        found = work()
        best = min(best, time.process_time() - began)
    return best, found


def ask_ecomplexity(values: Floats) -> Any:
    """Run ecomplexity on a matrix: rows and columns are named so that their order stays."""
    import pandas as pd
    from ecomplexity import ecomplexity

    rows, columns = values.shape
    frame = pd.DataFrame({"year": 1, "loc": np.repeat([f"{row:05}" for row in range(rows)], columns),
                          "prod": np.tile([f"{column:05}" for column in range(columns)], rows),
                          "val": values.ravel()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ecomplexity(frame, {"time": "year", "loc": "loc", "prod": "prod", "val": "val"},
                           check_logsupermodularity=False, verbose=False)


def compare(values: Floats, found: Any, ours: Any) -> dict[str, float]:
    """Largest difference of each measure from ecomplexity's."""
    shape = values.shape
    by_pair = found.sort_values(["loc", "prod"])
    theirs = {name: by_pair[name].to_numpy(float).reshape(shape) for name in MEASURES}
    picked = {"eci": theirs["eci"][:, 0], "pci": theirs["pci"][0], "coi": theirs["coi"][:, 0],
              "density": theirs["density"], "cog": theirs["cog"]}
    return {name: float(np.abs(picked[name] - getattr(ours, name)).max()) for name in MEASURES}


def find_exact_indices(presence: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """ECI and PCI before standardisation in extended precision: Newton's steps on S v = λ v, |v| = 1.

    With 5,000 random products the second eigenvalue stands 0.0007 from the third: in double precision every solver is
    off by some 1e-12, so the truth is taken from 64 bits of mantissa.
    """
    made = presence.astype(np.longdouble)
    diversity, ubiquity = made.sum(axis=1), made.sum(axis=0)
    half = made / np.sqrt(ubiquity) / np.sqrt(diversity)[:, None]
    chain = half @ half.T
    roots, vectors = np.linalg.eigh(chain.astype(np.float64))
    vector, root, count = vectors[:, -2].astype(np.longdouble), np.longdouble(roots[-2]), len(chain)
    for _ in range(4):
        slope = np.zeros((count + 1, count + 1))
        slope[:count, :count] = chain.astype(np.float64) - float(root) * np.eye(count)
        slope[:count, count], slope[count, :count] = -vector.astype(np.float64), 2 * vector.astype(np.float64)
        rest = np.append(chain @ vector - root * vector, vector @ vector - 1)
        step = np.linalg.solve(slope, -rest.astype(np.float64))
        vector, root = vector + step[:count], root + step[count]
    eci = vector / np.sqrt(diversity)
    if np.corrcoef(eci.astype(np.float64), diversity.astype(np.float64))[0, 1] < 0:
        eci = -eci
    return eci, (made.T @ eci) / ubiquity / root


def compare_dense(presence: NDArray[np.bool_], ours: Any) -> dict[str, float]:
    """Largest difference of each measure from the definition: exact eigenvectors, the whole matrix φ of products."""
    exact_eci, exact_pci = find_exact_indices(presence)
    mean, deviation = exact_eci.mean(), np.sqrt(np.square(exact_eci - exact_eci.mean()).mean())
    made, pci = presence.astype(np.float64), exact_pci.astype(np.float64)
    both, ubiquity = made.T @ made, made.sum(axis=0)
    near = np.minimum(both / ubiquity, (both / ubiquity).T)
    total = near.sum(axis=1)
    density = made @ (near / total)
    outlook = (density * (1 - made) * pci).sum(axis=1)
    gain = (1 - made) * (((1 - made) * (pci / total)) @ near) / float(deviation)
    plain = {"eci": (exact_eci - mean) / deviation, "pci": (exact_pci - mean) / deviation, "density": density,
             "coi": (outlook - outlook.mean()) / outlook.std(), "cog": gain}
    return {name: float(np.abs(found - getattr(ours, name)).max()) for name, found in plain.items()}


def bench_trade(folder: Path) -> dict[str, Any]:
    values, _ = read_trade(folder).flat(0)
    values = values[:, values.sum(axis=0) > 0]
    ours_s, ours = cpu(lambda: calc_complexity(values), 5)
    theirs_s, theirs = cpu(lambda: ask_ecomplexity(values))
    return {"shape": values.shape, "ours_s": ours_s, "ecomplexity_s": theirs_s,
            "differences": compare(values, theirs, ours)}


def bench_large() -> dict[str, Any]:
    values = draw_exports()
    ours_s, ours = cpu(lambda: calc_complexity(values), 5)
    presence = calc_location_quotient(values) >= 1

    def indices() -> Any:
        made = calc_location_quotient(values) >= 1
        space = make_space(made)
        return _calc_indices(made, space, space.makers.T @ (space.makers / space.ubiquity[:, None]))

    indices_s, _ = cpu(indices, 5)
    dense = compare_dense(presence, ours)
    result = {"ours_s": ours_s, "indices_s": indices_s, "against_dense": dense}

    def years() -> float:
        return sum(float(calc_complexity(draw_exports(seed=SEED + year)).eci[0]) for year in range(YEARS))

    drawing_s, _ = cpu(lambda: [draw_exports(seed=SEED + year)[0, 0] for year in range(YEARS)])
    years_s, _ = cpu(years)
    result |= {"years_25_s": years_s - drawing_s,
               "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}
    theirs_s, theirs = cpu(lambda: ask_ecomplexity(values))
    result |= {"ecomplexity_s": theirs_s, "differences": compare(values, theirs, ours)}
    return result | bench_econcomplex(values, ours)


def bench_econcomplex(values: Floats, ours: Any) -> dict[str, Any]:
    import pandas as pd
    from econcomplex.complexity.eci_pci import eci_pci

    frame = pd.DataFrame(values)
    seconds, found = cpu(lambda: eci_pci(frame, use_rca=True))
    eci = np.asarray(found[0] if isinstance(found, tuple) else found["eci"], float).ravel()
    scaled = (eci - eci.mean()) / eci.std()
    return {"econcomplex_s": seconds, "econcomplex_eci_difference": float(np.abs(scaled - ours.eci).max())}


def bench_firms(folder: Path) -> dict[str, Any]:
    frame, split, lost = read_firms(folder)
    panel = make_panel(frame)
    found = location_quotients(panel)
    asked = {"RU-CHE": "24", "RU-LIP": "24", "RU-SAM": "29"}
    quotients = {f"{region} {code}": {str(year): value for year, value in found.filter(
        territory=region, activity=code).select("year", "lq").iter_rows()} for region, code in asked.items()}
    leads = {f"{region} {year}": found.filter(territory=region, year=year).sort("lq", descending=True)["activity"][0]
             for region in asked for year in panel.years}
    return {"split_share": split, "lost_share": lost, "quotients": quotients, "leads": leads,
            "backtest": backtest(panel).to_dicts()}


def bench_counts(folder: Path) -> dict[str, Any]:
    return {"backtest": backtest(make_panel(read_counts(folder))).to_dicts()}


def bench_pages(folder: Path) -> dict[str, Any]:
    """The page of a region: shipped sales (87 activities) and trade (785), with all that is calculated for it."""
    sales = RegionFiles(EXAMPLES / "regions" / "sales.csv", organisations=EXAMPLES / "demo" / "organisations.csv")
    sales_s, page = cpu(lambda: report_region_files(sales, "RU-CHE", Asked("okved2007", 3, (10, 33))), 3)
    panel = read_trade(folder)
    map_s, found = cpu(lambda: make_space_map(panel))
    with tempfile.TemporaryDirectory() as kept:
        output, space = Path(kept) / "trade.csv", Path(kept) / "space.csv"
        pl.DataFrame({"territory": np.repeat(panel.regions, len(panel.activities)),
                      "activity": list(panel.activities) * len(panel.regions), "year": 2000,
                      "value": panel.values[0].ravel()}).filter(pl.col("value") > 0).write_csv(output)
        files = RegionFiles(output, space=space)
        report_region_files(files, "deu")
        trade_s, trade = cpu(lambda: report_region_files(files, "deu"))
    return {"sales_s": sales_s, "sales_kb": len(page.reported.page.encode()) // 1024, "map_785_s": map_s,
            "map_links": len(found.links), "trade_s": trade_s, "trade_kb": len(trade.reported.page.encode()) // 1024}


def bench_pymrio() -> dict[str, float]:
    """The test system that pymrio ships: 6 regions × 8 sectors."""
    import pymrio

    system = pymrio.load_test().calc_all()
    flows, output = system.Z.to_numpy(), system.x.to_numpy().ravel()
    leontief = calc_leontief(calc_coefficients(flows, output))
    stress = system.factor_inputs.S.to_numpy(float)
    return {"leontief": float(np.abs(leontief - system.L.to_numpy()).max()),
            "multipliers": float(np.abs(calc_multipliers(leontief, stress) - system.factor_inputs.M.to_numpy()).max()),
            "ghosh": float(np.abs(calc_ghosh(flows, output) - pymrio.calc_G(
                pymrio.calc_B(system.Z, system.x))).to_numpy().max())}


def keep_one_thread() -> None:
    """Start again with one thread of linear algebra: the number is read when numpy is loaded."""
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
    if any(os.environ.get(name) != "1" for name in names):
        os.environ.update(dict.fromkeys(names, "1"))
        os.execv(sys.executable, [sys.executable, "-m", "bench", "regions", *sys.argv[1:]])


def main() -> None:
    keep_one_thread()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    print(describe_machine())
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "trade": lambda: bench_trade(folder), "firms": lambda: bench_firms(folder),
        "counts": lambda: bench_counts(folder), "pages": lambda: bench_pages(folder), "pymrio": bench_pymrio,
        "rating": bench_rating, "large": bench_large}
    results = {}
    for name, work in parts.items():
        try:
            results[name] = work()
        except FileNotFoundError as error:
            print(f"{name}: passed over, {error.filename} is absent")
            continue
        print(name, results[name])
    save("regions", results)


if __name__ == "__main__":
    main()
