"""A paper as DOCX that an office goes on editing: real headings, real tables whose head repeats, page n of m."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import segno
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from smezhnik.messages import say
from smezhnik.papers.dateless import EPOCH, dateless
from smezhnik.papers.paper import Cell, Light, Paper, Table, Text, runs
from smezhnik.papers.standard import standard

#: Sign before the word of a light; what failed is filled.
_SIGNS: dict[Light, str] = {"bad": "■", "unk": "?", "warn": "▲", "ok": "○", "way": "◐"}
_GREY = RGBColor(0x44, 0x44, 0x44)
_A4 = (Mm(210), Mm(297))


def write_docx(paper: Paper) -> bytes:
    """The paper as DOCX."""
    made = Document()
    _styles(made)
    _sheet(made, paper)
    if paper.sample:
        _lines(made, [f"**{say('report.sample', paper.lang)}**"])
    made.add_heading(paper.title, 1)
    _lines(made, paper.lead)
    if paper.frame_rows:
        _frame(made, paper.frame_rows)
    for block in paper.blocks:
        if block.title:
            made.add_heading(block.title, 2).paragraph_format.page_break_before = block.new_page
        if isinstance(block, Text):
            _lines(made, block.lines)
        elif not block.rows:
            _lines(made, [block.empty])
        else:
            _table(made, block)
            _lines(made, [block.note] if block.note else [])
    _foot(made, paper)
    properties = made.core_properties
    properties.title, properties.author, properties.language = paper.title, paper.issuer, paper.lang
    properties.comments, properties.identifier = "", paper.number
    properties.created = properties.modified = (paper.made_at or EPOCH).replace(tzinfo=None)
    out = io.BytesIO()
    made.save(out)
    return dateless(out)


def _styles(made: Any) -> None:
    """Body, headings and small type in the font and sizes of the standard, black."""
    measures = standard()
    for name, size, bold in (("Normal", measures.sizes["text"], False), ("Heading 1", measures.sizes["title"], True),
                             ("Heading 2", measures.sizes["text"], True)):
        style = made.styles[name]
        style.font.name, style.font.size, style.font.bold = measures.docx_font, Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for which in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(which), measures.docx_font)
        for which in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(which), None)
        style.paragraph_format.space_before = Pt(12 if name == "Heading 2" else 0)
        style.paragraph_format.space_after = Pt(6)


def _sheet(made: Any, paper: Paper) -> None:
    """A4 with the margins of the standard; issuer, number of the page and product in the top margin."""
    section, margin = made.sections[0], standard().margin
    section.page_width, section.page_height = _A4
    if paper.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = _A4[1], _A4[0]
    section.left_margin, section.right_margin = Mm(margin["left"]), Mm(margin["right"])
    section.top_margin, section.bottom_margin = Mm(margin["top"]), Mm(margin["bottom"])
    section.header_distance = Mm(10)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(head, "PAGE")
    head.add_run(f" {say('report.page_of', paper.lang)} ")
    _field(head, "NUMPAGES")
    for text in (paper.issuer, say("report.product", paper.lang)):
        if text:
            head.add_run(f" · {text}")
    for run in head.runs:
        run.font.size = Pt(standard().sizes["second"])


def _field(paragraph: Any, name: str) -> None:
    """A number that Word computes, such as that of the page."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        if kind is None:
            told = OxmlElement("w:instrText")
            told.text = name
        else:
            told = OxmlElement("w:fldChar")
            told.set(qn("w:fldCharType"), kind)
        run._r.append(told)


def _lines(made: Any, lines: Sequence[str]) -> None:
    for line in lines:
        paragraph = made.add_paragraph()
        for words, bold in runs(line):
            paragraph.add_run(words).bold = bold


def _frame(made: Any, rows: Sequence[tuple[str, str]]) -> None:
    table = made.add_table(rows=0, cols=2)
    for label, words in rows:
        cells = table.add_row().cells
        _write(cells[0], Cell(label))
        _write(cells[1], Cell(words, bold=True))
    table.autofit = True
    _widths(table, [1, 4])
    _borders(table, ("top", "bottom"))
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(made: Any, block: Table) -> None:
    """Rows lines only; the head repeats on every sheet, no row is torn."""
    wide = len(block.columns)
    table = made.add_table(rows=1, cols=wide)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        _write(cell, Cell(column.title, bold=True), right=column.number)
    _mark(table.rows[0], "w:tblHeader")
    for row in [*block.rows, *([block.total] if block.total is not None else [])]:
        last = row is block.total
        cells = table.add_row().cells
        _mark(table.rows[-1], "w:cantSplit")
        if len(row) == 1 and wide > 1:
            group = cells[0].merge(cells[-1])
            _write(group, Cell(row[0].text, bold=True))
            _shade(group)
            group.paragraphs[0].paragraph_format.keep_with_next = True
            continue
        for cell, told, column in zip(cells, row, block.columns, strict=True):
            _write(cell, Cell(told.text, told.second, told.light, told.bold or last), right=column.number)
    _widths(table, [column.share for column in block.columns])
    _borders(table, ("top", "bottom", "insideH"))


def _write(cell: Any, told: Cell, *, right: bool = False) -> None:
    """Text of a cell, and its second line in smaller type."""
    sizes = standard().sizes
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    sign = f"{_SIGNS[told.light]}\u00a0" if told.light else ""
    run = paragraph.add_run(sign + (told.text.replace(" ", "\u00a0") if told.light else told.text))
    run.bold, run.font.size = told.bold or told.light is not None, Pt(sizes["table"])
    if told.second:
        run.add_break()
        small = paragraph.add_run(told.second)
        small.font.size, small.font.color.rgb = Pt(sizes["second"]), _GREY


def _shade(cell: Any) -> None:
    told = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEEEEE")):
        told.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(told)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _widths(table: Any, shares: Sequence[float]) -> None:
    """Columns by their shares of the sheet; LibreOffice reads the cells, Word the grid."""
    table.autofit = False
    section = table.part.document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, shares, strict=True):
        width = int(room * share / sum(shares))
        column.width = width
        for cell in column.cells:
            cell.width = width


def _borders(table: Any, sides: Sequence[str]) -> None:
    made = OxmlElement("w:tblBorders")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "777777")):
            line.set(qn(f"w:{name}"), value)
        made.append(line)
    table._tbl.tblPr.append(made)


def _foot(made: Any, paper: Paper) -> None:
    """Sources, dates and permanent number, with its code at the right."""
    table = made.add_table(rows=1, cols=2)
    words, code = table.rows[0].cells
    for number, line in enumerate(paper.foot):
        paragraph = words.paragraphs[0] if number == 0 else words.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(line)
        run.font.size, run.font.color.rgb = Pt(standard().sizes["second"]), _GREY
    picture = io.BytesIO()
    segno.make(paper.number, error="m", micro=False).save(picture, kind="png", scale=8, border=1)
    picture.seek(0)
    paragraph = code.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    shown = paragraph.add_run().add_picture(picture, width=Mm(20))
    shown._inline.docPr.set("descr", say("report.number_title", paper.lang, number=paper.number))
    _widths(table, [8, 1.5])
    _borders(table, ("top",))
    _mark(table.rows[0], "w:cantSplit")
