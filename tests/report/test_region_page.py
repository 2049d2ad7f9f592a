"""The numbers of the page of a region are those of the tables."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from smezhnik.errors import InputError
from smezhnik.messages import format_number
from smezhnik.workflows.region_page import RegionFiles, report_region_files
from tests.report import measures
from tests.report.markup_of import Element, Page


def card(html: str, code: str) -> Element:
    return Page(html).root.find("section", id=code)[0]


def rows(table: Element) -> list[list[str]]:
    return [[cell.text.replace("\u00a0", " ") for cell in row.children]
            for row in table.find("tbody")[0].find("tr")]


def shown(value: float, decimals: int, *, sign: bool = False) -> str:
    return format_number(value, "ru", decimals, sign=sign).replace("\u00a0", " ")


def test_the_structure_is_that_of_the_profile(tmp_path: Path) -> None:
    made = measures.region_page(tmp_path)
    cells = made.facts.cells.sort("value", descending=True).to_dicts()
    for row, cell in zip(rows(card(made.reported.page, "structure").find("table")[0]), cells[:12], strict=False):
        assert row[0].endswith(cell["activity"])
        assert row[1] == shown(cell["value"], 0 if cells[0]["value"] >= 1000 else 1)
        assert row[2] == f"{shown(100 * cell['share'], 1)} %"
        assert row[4].split()[0] == shown(cell["lq"], 2)
        assert row[5].startswith(f"{shown(cell['lq_low'], 2)}–{shown(cell['lq_high'], 2)}")
        assert row[5].split()[1] == str(cell["firms"])


def test_the_waterfall_adds_up_to_the_change_of_the_output(tmp_path: Path) -> None:
    made = measures.region_page(tmp_path)
    table = rows(card(made.reported.page, "change").find("table", class_="fall")[0])
    values = [float(row[2].replace(" ", "").replace(",", ".").replace("−", "-")) for row in table]
    panel = made.made.output.panel
    own = panel.values[:, panel.region("RU-BA")].sum(axis=1)
    assert values[0] == pytest.approx(own[0], abs=0.51) and values[-1] == pytest.approx(own[-1], abs=0.51)
    assert values[0] + sum(values[1:4]) == pytest.approx(values[4], abs=2.1)


def test_every_bubble_has_its_row_and_the_counts_of_the_title_are_theirs(tmp_path: Path) -> None:
    made = measures.region_page(tmp_path)
    figure = card(made.reported.page, "specialisation")
    behind = rows(figure.find("details")[0].find("table")[0])
    assert len(figure.find("svg", class_="wide")[0].find("circle")) == len(behind)
    strong = [row for row in behind if float(row[1].replace(",", ".")) >= 1]
    rising = [row for row in strong if not row[2].startswith(("−", "0,0"))]
    counts = re.findall(r"\d+", figure.find("h2")[0].text)
    assert [int(count) for count in counts] == [len(strong), len(rising)]
    assert figure.find("svg", class_="wide")[0].find("g", class_="strong").__len__() == len(strong)


def test_the_list_is_that_of_what_next_and_its_numbers_stand_in_both_pictures(tmp_path: Path) -> None:
    made = measures.region_page(tmp_path)
    html, found = made.reported.page, made.facts.candidates
    assert found is not None
    table = rows(card(html, "next").find("table")[0])
    for row, candidate in zip(table, found.to_dicts(), strict=False):
        assert row[0].startswith(str(candidate["place"])) and row[0].endswith(candidate["activity"])
        assert row[2] == shown(candidate["density"], 2) and row[3] == shown(candidate["pci"], 2, sign=True)
        assert all(name in row[5] for name in candidate["plants"][:2])
    ringed = card(html, "space").find("svg", class_="wide")[0].find("g", class_="next")
    assert {item.find("text")[0].text for item in ringed} <= {str(place) for place in range(1, len(table) + 1)}
    assert "Проверка на этой же таблице" in card(html, "next").text
    assert card(html, "next").find("span", class_="inferred")


def test_the_region_makes_what_the_product_space_fills(tmp_path: Path) -> None:
    made = measures.region_page(tmp_path)
    space = card(made.reported.page, "space")
    filled = space.find("svg", class_="wide")[0].find("g", class_="made")
    lq = made.facts.cells.filter(pl.col("lq") >= 1)
    assert len(filled) == lq.height == int(re.findall(r"\d+", space.find("h2")[0].text)[0])


def test_a_kept_map_gives_every_region_the_same_places(tmp_path: Path) -> None:
    kept = tmp_path / "space.csv"
    files = RegionFiles(measures.write_output(tmp_path), space=kept)
    pages = [report_region_files(files, region).reported.page for region in ("RU-BA", "RU-CHE")]
    assert kept.exists()
    places = [[(item.attributes["cx"], item.attributes["cy"]) for item in sorted(
        card(page, "space").find("svg", class_="wide")[0].find("circle"), key=lambda item: item.attributes["cx"])]
        for page in pages]
    assert sorted(places[0]) == sorted(places[1])
    other = measures.write_output(tmp_path, codes=("10.11", "10.12", "10.13", "29.10", "30.11"))
    with pytest.raises(InputError) as caught:
        report_region_files(RegionFiles(other, space=kept), "RU-BA")
    assert caught.value.code == "space_other"


def test_the_public_page_tells_nothing_of_hidden_cells(tmp_path: Path) -> None:
    made, inner = measures.region_page(tmp_path, public=True), measures.region_page(tmp_path)
    html = made.reported.page
    ids = {item.attributes["id"] for item in Page(html).root.find("section", class_="figure-card")}
    assert not ids & {"growth-share", "next", "space", "tradeoff", "chain"}
    hidden = made.facts.cells.filter(pl.col("hidden").is_not_null())["activity"].to_list()
    assert hidden and len(hidden) == made.facts.hidden
    said = " ".join(" ".join(row) for row in rows(card(html, "structure").find("table")[0]))
    for row in inner.facts.cells.filter(pl.col("activity").is_in(hidden)).to_dicts():
        assert shown(row["value"], 1) not in said and shown(row["value"], 0) not in said.split()
    assert "Для публикации" in Page(html).said and "Внутренний вид" not in Page(html).said
    assert "Внутренний вид" in Page(inner.reported.page).said


def test_imports_stand_in_the_list_only_where_they_are_given(tmp_path: Path) -> None:
    files = RegionFiles(measures.write_output(tmp_path))
    imports = tmp_path / "imports.csv"
    pl.DataFrame({"territory": ["World"] * len(measures.CODES), "activity": measures.CODES,
                  "year": [2024] * len(measures.CODES), "value": [float(7 * place) for place in range(
                      len(measures.CODES))]}).write_csv(imports)
    assert "Ввоз" not in card(report_region_files(files, "RU-BA").reported.page, "next").find("thead")[0].text
    made = report_region_files(RegionFiles(files.output, imports=imports), "RU-BA")
    brought = dict(zip(measures.CODES, (7 * place for place in range(len(measures.CODES))), strict=True))
    for row in rows(card(made.reported.page, "next").find("table")[0]):
        assert row[5] == str(brought[row[0].split()[-1]])


def test_another_input_output_table_shows_what_is_imported(tmp_path: Path) -> None:
    table = tmp_path / "ours.csv"
    table.write_text("industry,name_ru,name_en,okved2,10,17,20,output,imports\n"
                     "10,Еда,Food,10,5,0,0,100,25\n17,Бумага,Paper,17,20,5,10,100,100\n20,Химия,Chemicals,20,5,5,5,100,0\n",
                     "utf-8")
    files = RegionFiles(measures.write_output(tmp_path), table=table)
    figure = card(report_region_files(files, "RU-BA").reported.page, "chain")
    assert rows(figure.find("table")[0])[0][-1] == "50,0 %" and "ours" in figure.text
    shipped = card(report_region_files(RegionFiles(files.output), "RU-BA").reported.page, "chain")
    assert "ввоз" not in shipped.find("thead")[0].text and "Бельгия" in shipped.text
