"""``smezhnik report`` as a person meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smezhnik.cli.report import report
from smezhnik.errors import InputFaults
from smezhnik.io import write_table
from tests.report import sample
from tests.report.markup_of import Page


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(report, [str(argument) for argument in arguments], standalone_mode=False,
                              catch_exceptions=False)


@pytest.fixture(autouse=True)
def _no_options_of_the_test_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The manners read the command line itself: ``-q`` of pytest would silence the command."""
    monkeypatch.setattr("sys.argv", ["smezhnik", "report"])


@pytest.fixture
def links(tmp_path: Path) -> Path:
    path = tmp_path / "связи.parquet"
    write_table(sample.sample_links(), path, "links", lang="ru")
    return path


def test_links_become_a_page_and_the_person_is_told_where(links: Path, tmp_path: Path) -> None:
    needs, offers, page = tmp_path / "needs.csv", tmp_path / "offers.parquet", tmp_path / "отчёт.html"
    write_table(sample.sample_needs(), needs, "needs", lang="ru")
    write_table(sample.sample_offers(), offers, "offers", lang="ru")
    done = run(links, "--needs", needs, "--offers", offers, "-o", page, "--sample", "--on", "01.12.2026",
               "--issuer", "Министерство промышленности")
    assert done.exit_code == 0
    assert "отчёт.html" in done.stderr
    assert done.stdout == ""
    said = Page(page.read_text("utf-8")).said
    assert "На дату 01.12.2026" in said
    assert "Без кандидатов 1 потребность" in said
    assert "Учебные данные" in said


def test_without_a_name_the_file_says_what_is_inside(links: Path, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(sample.frame(sample.pair_rows()), links, "links", lang="ru")
    monkeypatch.chdir(tmp_path)
    run(links)
    assert (tmp_path / "Связи_RU-BA_RU-CHE_2026-11-23.html").exists()


def test_a_dash_writes_the_page_to_standard_output(links: Path) -> None:
    assert run(links, "-o", "-").stdout.startswith("<!doctype html>")


def test_excel_links_make_the_same_sums_as_parquet_ones(links: Path, tmp_path: Path) -> None:
    workbook = tmp_path / "links.xlsx"
    write_table(sample.sample_links(), workbook, "links", lang="ru")
    leads = [Page(run(path, "-o", "-").stdout).root.find("p", class_="lead")[0].text for path in (links, workbook)]
    assert leads[0] == leads[1]


def test_a_file_that_is_no_table_of_links_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    wrong, page = tmp_path / "wrong.csv", tmp_path / "page.html"
    wrong.write_text("Город;Население\nУфа;1100000\n", "utf-8")
    with pytest.raises(InputFaults):
        run(wrong, "-o", page)
    assert not page.exists()
