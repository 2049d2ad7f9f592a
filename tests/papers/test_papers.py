"""A paper says all it holds, on A4 with the margins of an office, as PDF and as DOCX, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from smezhnik.papers import WRITERS, Cell, Column, Paper, Table, Text, write_docx, write_pdf
from smezhnik.papers.paper import runs
from smezhnik.papers.standard import standard

MADE = dt.datetime(2026, 11, 23, 9, 12, tzinfo=dt.UTC)
ROWS = [[Cell("Не выполнено", light="bad"), Cell("Зависимость", "порог 10 % не применяется"), Cell("18,7 %")],
        [Cell("Прочее")],
        [Cell("Выполнено", light="ok"), Cell("Новички без связей"), Cell("1")]]
COLUMNS = (Column("Итог", 1.6), Column("Требование", 3), Column("Есть", 1, number=True))


def paper(**changes: object) -> Paper:
    made = Paper(
        "Кластер «Стекло и окна» не соответствует", "ru", "V-20261123-04AB", (
            Table("Вывод", COLUMNS, ROWS, total=(Cell("Итого"), Cell(""), Cell("2")), note="**Доказанный** минимум."),
            Text("Что сделать", ("Подписать договор.",))),
        lead=("Из 10 требований **не выполнены 2**.",), frame=(("Свод правил", "779-2024.04"),),
        sources=("Источник: договоры участников.",), as_of=dt.date(2026, 11, 23), data_date=dt.date(2026, 11, 22),
        made_at=MADE, issuer="Министерство промышленности", sample=True)
    return replace(made, **changes)  # type: ignore[arg-type]


def pdf_text(content: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))


def docx_text(content: bytes) -> str:
    made = Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    head = [paragraph.text for paragraph in made.sections[0].header.paragraphs]
    return re.sub(r"\s+", " ", " ".join([*head, *(paragraph.text for paragraph in made.paragraphs), *cells]))


READ: dict[str, Callable[[bytes], str]] = {"pdf": pdf_text, "docx": docx_text}


@pytest.mark.parametrize("ending", WRITERS)
def test_everything_that_a_paper_holds_is_on_the_sheet(ending: str) -> None:
    said = READ[ending](WRITERS[ending](paper()))
    for words in ("Кластер «Стекло и окна» не соответствует", "Из 10 требований не выполнены 2.", "779-2024.04",
                  "23.11.2026", "Вывод", "Требование", "Не выполнено", "порог 10 % не применяется", "Прочее", "Итого",
                  "Доказанный минимум.", "Подписать договор.", "договоры участников", "V-20261123-04AB",
                  "Министерство промышленности", "вымышлены", "Данные на 22.11.2026"):
        assert words in said, words
    assert "**" not in said


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_paper_gives_the_same_bytes(ending: str) -> None:
    assert WRITERS[ending](paper()) == WRITERS[ending](paper())
    if ending == "docx":  # an archive dates its parts
        assert {part.date_time[0] for part in zipfile.ZipFile(io.BytesIO(write_docx(paper()))).infolist()} == {1980}


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_paper_without_anything_still_has_its_frame(ending: str, lang: str) -> None:
    bare = Paper("Пусто", lang, "N-1", [Table("", COLUMNS, [], empty="Ничего нет")])  # type: ignore[arg-type]
    said = READ[ending](WRITERS[ending](bare))
    assert "Пусто" in said and "N-1" in said and "Ничего нет" in said
    assert ("Постоянный номер" in said) is (lang == "ru")


def test_a_wide_table_lays_the_sheet_on_its_side() -> None:
    wide = Table("", [Column(str(number)) for number in range(7)], [[Cell(str(number)) for number in range(7)]])
    box = pypdf.PdfReader(io.BytesIO(write_pdf(paper(blocks=[wide])))).pages[0].mediabox
    assert box.width > box.height
    section = Document(io.BytesIO(write_docx(paper(blocks=[wide])))).sections[0]
    assert section.page_width > section.page_height
    assert not paper().landscape


def test_the_head_of_a_table_repeats_on_every_sheet() -> None:
    long = paper(blocks=[Table("", COLUMNS, [row for _ in range(40) for row in ROWS])])
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(long))).pages
    assert len(pages) > 2
    assert all("Требование" in page.extract_text() and f"{number} из {len(pages)}" in page.extract_text()
               for number, page in enumerate(pages, 1))
    assert "w:tblHeader" in document_xml(write_docx(long))


def document_xml(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/document.xml").decode()


def test_the_sheet_keeps_the_margins_of_the_standard() -> None:
    section, margin = Document(io.BytesIO(write_docx(paper()))).sections[0], standard().margin
    for side in ("left", "right", "top", "bottom"):
        assert getattr(section, f"{side}_margin").mm == pytest.approx(margin[side], abs=0.1)
    assert (margin["left"], margin["right"], margin["top"], margin["bottom"]) == (20, 10, 20, 20)


def test_headings_are_headings_and_the_code_has_words() -> None:
    made = Document(io.BytesIO(write_docx(paper())))
    heads = [(item.style.name, item.text) for item in made.paragraphs
             if item.style is not None and item.style.name.startswith("Heading")]
    assert heads == [("Heading 1", paper().title), ("Heading 2", "Вывод"), ("Heading 2", "Что сделать")]
    assert 'descr="Постоянный номер V-20261123-04AB как QR-код"' in document_xml(write_docx(paper()))
    catalog = pypdf.PdfReader(io.BytesIO(write_pdf(paper()))).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/Lang"] == "ru"  # type: ignore[index]


def test_markup_becomes_words_and_plain_text_stays_as_it_is() -> None:
    assert runs(Markup("Не <strong>2 &amp; 3</strong>&nbsp;<em>из</em> 10")) == [
        ("Не ", False), ("2 & 3", True), ("\u00a0из 10", False)]
    assert runs("a < b > c & d") == [("a < b > c & d", False)]


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_no_text_breaks_a_sheet(text: str) -> None:
    hostile = paper(title=text or "–", lead=(text,), blocks=[Table(text, COLUMNS, [[Cell(text, text)] * 3])],
                    issuer=text, frame=((text, text),))
    for ending, write in WRITERS.items():
        assert READ[ending](write(hostile))
