"""The commands profile, complexity and next: a table in a file goes in; words, tables and JSON come out."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from smezhnik.cli import smezhnik
from smezhnik.errors import InputError, InputFaults
from smezhnik.io import read_table
from smezhnik.regions.suppression import calc_suppression
from smezhnik.workflows.complexity import complexity_files, next_files, write_next
from smezhnik.workflows.output import Asked
from smezhnik.workflows.profile import calc_change, profile_files, write_profile

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "regions" / "organisations.csv"


def run(*line: object, stream: str = "stdout") -> str:
    """What the command prints; the line is also that of the process, where the language and quiet are read."""
    words = [str(item) for item in line]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["smezhnik", *words])
        done = CliRunner().invoke(smezhnik, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(getattr(done, stream)).replace("\u00a0", " ")


def drawn(folder: Path, regions: int = 8, activities: int = 12, seed: int = 5) -> Path:
    """Output of some regions of Russia in two years; codes are classes of food and machines."""
    draw = np.random.default_rng(seed)
    names = ["Башкирия", "Челябинская область", "Курганская область", "Пермский край", "Самарская область",
             "Кировская область", "Томская область", "Омская область"][:regions]
    codes = [f"10.{number}" for number in (11, 12, 13, 20, 31, 32)] + [f"28.{number}" for number in
                                                                      (11, 12, 13, 14, 15, 21)]
    rows = [{"Регион": name, "ОКВЭД2": code, "Год": year, "Выпуск": round(float(draw.lognormal(3, 1.5)), 1),
             "Число предприятий": int(draw.integers(0, 9)) + 1}
            for year in (2023, 2024) for name in names for code in codes[:activities] if draw.random() < 0.7]
    path = folder / "output.csv"
    pl.DataFrame(rows).write_csv(path)
    return path


def test_the_published_counts_are_told_as_they_are() -> None:
    """Belgorod: 1,023 organisations in agriculture in 2019, 923 in 2022; the two containers are parted."""
    made = profile_files(EXAMPLE)
    belgorod = made.cells.filter(territory="RU-BEL", activity="A")
    assert dict(belgorod.select("year", "value").iter_rows())[2019] == 1023
    assert belgorod.filter(year=2022)["change"][0] == 923 - 1023
    assert made.output.territories.parted == {"RU-ARK": ("RU-NEN",), "RU-TYU": ("RU-KHM", "RU-YAN")}
    assert made.cells["territory"].n_unique() == 83
    assert made.cells.filter(activity="C")["activity_name"][0] == "Обрабатывающие производства"


def test_a_region_is_told_in_words(tmp_path: Path) -> None:
    said = run("profile", drawn(tmp_path), "--region", "Башкортостан", "--lang", "ru")
    assert "Республика Башкортостан, 2024 г." in said and "Сильнее всего представлены:" in said
    assert "рост страны" in said and "Похожие по структуре:" in said


def test_figures_come_as_json(tmp_path: Path) -> None:
    found = json.loads(run("profile", drawn(tmp_path), "--region", "02", "--json"))
    assert found["structure"]["territory"] == "RU-BA"
    assert all(cell["territory"] == "RU-BA" and cell["year"] == 2024 for cell in found["cells"])


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    made = profile_files(drawn(tmp_path))
    files = write_profile(made, tmp_path / f"p.{ending}", lang="ru")
    back = [read_table(file, name).frame for file, name in zip(files, ("profile", "structures"), strict=True)]
    assert back[0]["lq"].to_list() == pytest.approx(made.cells["lq"].to_list())
    assert back[1].height == made.structures.height


def test_a_public_table_tells_nothing_of_hidden_cells(tmp_path: Path) -> None:
    made = profile_files(drawn(tmp_path), public=True)
    panel, shown = made.output.panel, made.cells
    hidden = shown.filter(pl.col("hidden").is_not_null())
    assert hidden.height and hidden.select("value", "share", "lq", "firms", "lq_low", "growth", "own").null_count().row(
        0) == (hidden.height,) * 7
    for place, year in enumerate(panel.years):
        assert panel.firms is not None
        primary, cover = calc_suppression(panel.values[place], panel.firms[place])
        kept = np.argwhere((primary | cover)[:-1, :-1])
        few = {(panel.regions[row], panel.activities[column]) for row, column in kept}
        assert few == set(hidden.filter(year=year).select("territory", "activity").iter_rows())
    told = made.structures.filter(pl.col("herfindahl").is_not_null())
    assert not set(told.select("year", "territory").iter_rows()) & set(hidden.select("year", "territory").iter_rows())
    # a change tells both years: where either is hidden it is absent
    was = set(hidden.filter(year=2023).select("territory", "activity").iter_rows())
    assert all((row["territory"], row["activity"]) not in was
               for row in shown.filter(pl.col("change").is_not_null()).iter_rows(named=True))


def test_complexity_is_told_with_its_test(tmp_path: Path) -> None:
    path = drawn(tmp_path)
    said = run("complexity", path, "--lang", "ru", "-o", tmp_path / "c.csv")
    assert "Самые сложные территории, 2024 г.:" in said
    found = json.loads(run("complexity", path, "--json", "--continuous"))
    assert {row["year"] for row in found["regions"]} == {2023, 2024} and found["backtest"][0]["kind"] == "entry"
    assert read_table(tmp_path / "c.csv", "region_complexity").frame.height == 16
    assert complexity_files(path, Asked(digits=4)).tables.regions.height == 16


def test_what_next_is_told_with_evidence_and_read_back(tmp_path: Path) -> None:
    path = drawn(tmp_path)
    plants = pl.DataFrame({"org_id": ["1"], "name": ["Мясокомбинат"], "region": ["RU-BA"], "okved2": ["10.11"]})
    plants.write_csv(tmp_path / "plants.csv")
    pl.DataFrame({"territory": ["Китай"], "activity": ["28.11"], "year": [2024], "value": [7.0]}).write_csv(
        tmp_path / "imports.csv")
    made = next_files(path, "Башкортостан", imports=tmp_path / "imports.csv", organisations=tmp_path / "plants.csv",
                      count=50)
    assert made.region == "RU-BA" and made.found["basis"].unique().to_list() == ["inferred"]
    assert set(made.found["imports"].drop_nulls()) <= {7.0}
    files = write_next(made, tmp_path / "next.xlsx", lang="ru")
    assert read_table(files[0], "next").frame["score"].to_list() == pytest.approx(made.found["score"].to_list())
    said = run("next", path, "--region", "02", "--lang", "en", "--top", "2")
    assert "what next" in said and "Basis: calculated" in said


@pytest.mark.parametrize(("row", "said"), [
    ("Башкортостан,10.11,2024,5,1", "RU-BA"),
    ("Башкирия,10.11,2024,-5,1", "-5"),
    ("Атлантида,10.11,2024,5,1", "Атлантида"),
    ("Башкирия,10,2024,5,1", "10.11"),
])
def test_bad_rows_are_refused_with_words(tmp_path: Path, row: str, said: str) -> None:
    path = drawn(tmp_path)
    path.write_text(path.read_text("utf-8") + row + "\n", "utf-8")
    with pytest.raises(InputFaults) as refused:
        profile_files(path)
    assert said in str(refused.value).replace("\u2212", "-")


def test_a_region_or_year_that_the_table_lacks_is_named(tmp_path: Path) -> None:
    path = drawn(tmp_path)
    with pytest.raises(InputError, match="Магадан"):
        next_files(path, "Магадан")
    with pytest.raises(InputError, match="1999"):
        next_files(path, "Башкирия", year=1999)


def test_old_codes_are_bridged_on_the_way(tmp_path: Path) -> None:
    rows = [(region, code, 2013, value) for region, extra in (("02", 5.0), ("74", 90.0), ("45", 1.0))
            for code, value in (("27.10", extra), ("15.11", 10.0), ("35.30", 4.0))]
    pl.DataFrame(rows, schema=["territory", "activity", "year", "value"], orient="row").write_csv(
        tmp_path / "old.csv")
    made = profile_files(tmp_path / "old.csv", Asked("okved2007"))
    assert made.output.bridged is not None
    assert made.output.bridged.split_share[2013] == pytest.approx(12 / 138)
    assert set(made.cells["activity"]) == {"10", "24", "28", "30"}
    told = run("profile", tmp_path / "old.csv", "--system", "okved2007", "--lang", "en", stream="stderr")
    assert "8.7 % of the value was split" in told


def test_a_page_of_one_region_is_written_beside_the_tables(tmp_path: Path) -> None:
    path, page = drawn(tmp_path), tmp_path / "region.html"
    said = run("profile", path, "--region", "02", "--report", page, "--unit", "т", "--issuer", "Министерство", "-o",
               tmp_path / "p.csv", stream="stderr")
    text = page.read_text("utf-8")
    assert "region.html" in said and (tmp_path / "p.csv").exists()
    assert "Республика Башкортостан" in text and "Министерство" in text and "Объём, т" in text


def test_the_map_of_the_product_space_is_kept_where_a_file_is_named(tmp_path: Path) -> None:
    path, kept = drawn(tmp_path), tmp_path / "space.csv"
    run("profile", path, "--region", "02", "--report", tmp_path / "r.html", "--space", kept)
    first = kept.read_bytes()
    run("profile", path, "--region", "74", "--report", tmp_path / "r.html", "--space", kept)
    assert kept.read_bytes() == first
    assert read_table(kept, "product_space").frame.height > 3


@pytest.mark.parametrize(("line", "code"), [
    (("--unit", "т"), "page_only"), (("--title", "Регион"), "page_only"),
    (("--report", "r.html"), "profile_page_region"),
])
def test_what_is_said_of_a_page_that_nobody_asked_for_is_refused(tmp_path: Path, line: tuple[str, ...],
                                                                 code: str) -> None:
    with pytest.raises(InputError) as caught:
        CliRunner().invoke(smezhnik, ["profile", str(drawn(tmp_path)), *line], catch_exceptions=False,
                           standalone_mode=False)
    assert caught.value.code == code


def test_only_the_divisions_asked_for_are_looked_at(tmp_path: Path) -> None:
    path = drawn(tmp_path)
    made = profile_files(path, Asked(divisions=(10, 10)))
    assert {code[:2] for code in made.output.panel.activities} == {"10"}
    whole, inside = profile_files(path).output.panel, made.output.panel
    for place, year in enumerate(whole.years):
        share = 1 - inside.values[place].sum() / whole.values[place].sum()
        assert made.output.outside[year] == pytest.approx(share)
    assert "вне выбранных видов деятельности" in run("profile", path, "--divisions", "10", "--lang", "ru",
                                                    stream="stderr")
    with pytest.raises(InputError):
        profile_files(path, Asked(divisions=(90, 99)))


def test_the_causes_of_a_change_count_what_is_no_longer_made(tmp_path: Path) -> None:
    rows = [("Башкирия", "10.11", 2023, 50.0), ("Башкирия", "28.11", 2023, 30.0), ("Башкирия", "10.11", 2024, 60.0),
            ("Пермский край", "10.11", 2023, 20.0), ("Пермский край", "28.11", 2023, 10.0),
            ("Пермский край", "10.11", 2024, 20.0), ("Пермский край", "28.11", 2024, 20.0)]
    path = tmp_path / "gone.csv"
    pl.DataFrame(rows, schema=["territory", "activity", "year", "value"], orient="row").write_csv(path)
    change = calc_change(profile_files(path), "RU-BA")
    assert change is not None
    assert (change["first"], change["last"], change["change"]) == (80.0, 60.0, -20.0)
    assert change["national"] + change["mix"] + change["own"] == pytest.approx(-20.0)


def test_the_shipped_sales_tell_the_published_quotients() -> None:
    """Location quotients of divisions within manufacturing: docs/why/regions.md."""
    made = profile_files(EXAMPLE.parent / "sales.csv", Asked("okved2007", 2, (10, 33)))
    for region, code, year, wanted in (("RU-CHE", "24", 2014, 3.69), ("RU-LIP", "24", 2013, 3.83),
                                       ("RU-SAM", "29", 2012, 4.55)):
        cells = made.cells.filter(territory=region, year=year).sort("lq", descending=True)
        assert cells["activity"][0] == code and round(cells["lq"][0], 2) == pytest.approx(wanted, abs=0.02)


def test_the_workbook_of_what_next_has_a_chart_and_is_read_back(tmp_path: Path) -> None:
    made = next_files(drawn(tmp_path), "Башкортостан")
    write_next(made, tmp_path / "n.xlsx", lang="ru")
    book = openpyxl.load_workbook(tmp_path / "n.xlsx")
    assert book.sheetnames == ["Что дальше", "Рисунок"]
    chart = book["Рисунок"]._charts[0]
    assert chart.ser[0].val.numRef.f.startswith("'Что дальше'!$E$2:$E$")
    assert read_table(tmp_path / "n.xlsx", "next").frame.height == made.found.height


def test_the_workbook_of_a_profile_charts_the_region_asked_for(tmp_path: Path) -> None:
    path = drawn(tmp_path)
    run("profile", path, "--region", "74", "-o", tmp_path / "p.xlsx", "--lang", "ru")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    chart = book["Рисунок"]._charts[0]
    found = re.fullmatch(r"'?Профиль'?!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", chart.ser[0].val.numRef.f)
    assert found is not None
    column, first, last = found.groups()
    sheet = book["Профиль"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet[f"{column}1"].value == "Коэффициент локализации"
    rows = [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(
        int(first), int(last))]
    assert {(row["Территория"], row["Год"]) for row in rows} == {("RU-CHE", 2024)}
    assert len(rows) == profile_files(path).cells.filter(territory="RU-CHE", year=2024).height
