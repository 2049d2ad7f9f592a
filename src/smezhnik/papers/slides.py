"""Sections as slides, 16:9: each a title, one sentence, a chart and a table that an office can edit, a source."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from smezhnik.messages import say
from smezhnik.papers.dateless import EPOCH, dateless
from smezhnik.papers.paper import Column, Light, runs
from smezhnik.papers.sections import Chart, Item, Section
from smezhnik.papers.standard import standard
from smezhnik.types import Lang

_WIDE, _HIGH, _MARGIN = 13.333, 7.5, 0.6
_TOP = 1.95
_GAP = 0.4
#: Points: title, sentence, source; cells of a table, the largest that has room for all rows.
_TITLE, _SENTENCE, _SOURCE, _CELLS = 26, 15, 10, (16, 14, 12)
#: A head and a second line are so many points smaller than the cells.
_HEAD_LESS, _SECOND_LESS = 1, 2
#: Part of the width that a chart takes, beside a table of few columns and of more than so many.
_CHART, _CHART_BESIDE_MANY, _MANY = 0.5, 0.38, 5
#: Mean width of a letter and height of a line, in parts of the size of the type.
_LETTER, _LINE = 0.6, 1.25
_TOKENS: dict[str, str] = {"bad": "bad", "unk": "unk", "warn": "warn", "ok": "ok", "way": "accent"}
_SIGNS: dict[Light, str] = {"bad": "■", "unk": "?", "warn": "▲", "ok": "●", "way": "◐"}
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@dataclass(frozen=True, slots=True)
class Deck:
    """Slides before they are made.

    Attributes
    ----------
    title, lead : of the first slide; ``**`` makes bold; place : whose they are
    figures : code of the section whose rows stand as large figures
    sample : plants and values are invented, said on every slide
    """

    title: str
    lead: str
    place: str
    lang: Lang
    sections: Sequence[Section]
    issuer: str = ""
    number: str = ""
    figures: str = ""
    sample: bool = False


@cache
def colour(token: str) -> RGBColor:
    """A colour of the product by its meaning, as light pages have it."""
    sheet = resources.files("smezhnik.report").joinpath("assets/tokens.css").read_text("utf-8")
    found = re.search(rf"--{token}: #([0-9A-F]{{6}})", sheet)
    if found is None:
        raise KeyError(token)
    made: RGBColor = RGBColor.from_string(found[1])  # type: ignore[no-untyped-call]
    return made


def write_pptx(deck: Deck) -> bytes:
    """The deck as PPTX; the same deck gives the same bytes."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(_WIDE), Inches(_HIGH)
    _theme(made)
    _first(made, deck)
    for section in deck.sections:
        if section.code == deck.figures:
            _figures(made, deck, section)
        elif section.rows:
            _slide(made, deck, section)
    properties = made.core_properties
    properties.title, properties.author, properties.language = deck.title, deck.issuer, deck.lang
    properties.identifier, properties.last_modified_by, properties.comments = deck.number, "", ""
    properties.created = properties.modified = EPOCH.replace(tzinfo=None)
    out = io.BytesIO()
    made.save(out)
    return dateless(out)


def _theme(made: Any) -> None:
    """Our typeface and colours as those of the theme, so that what is added later looks the same."""
    part = next(rel.target_part for rel in made.slide_masters[0].part.rels.values() if rel.reltype.endswith("/theme"))
    text = part.blob.decode()
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=)"[^"]*"', rf'\1"{standard().slide_font}"', text)
    for place, token in enumerate(("pos", "neg", "ok", "warn-fill", "bad", "inf"), 1):
        text = re.sub(rf"(<a:accent{place}>).*?(</a:accent{place}>)",
                      rf'\1<a:srgbClr val="{colour(token)}"/>\2', text, flags=re.DOTALL)
    part._blob = text.encode()


def _new(made: Any, deck: Deck, title: str) -> Any:
    """A slide with its title in the title's own place: outlines and readers of screens find it."""
    slide = made.slides.add_slide(made.slide_layouts[5])
    place = slide.shapes.title
    place.left, place.top = Inches(_MARGIN), Inches(0.4)
    place.width, place.height = Inches(_WIDE - 2 * _MARGIN), Inches(0.95)
    frame = place.text_frame
    _frame(frame, MSO_ANCHOR.BOTTOM)
    _write(frame.paragraphs[0], title, _TITLE, "ink", bold=True)
    _rule(slide, _MARGIN, 7.0, _WIDE - 2 * _MARGIN, "line", 0.75)
    words = [deck.place, deck.title, *([say("report.sample", deck.lang)] if deck.sample else [])]
    _text(slide, " · ".join(filter(None, words)), (_MARGIN, 7.05, _WIDE - 2 * _MARGIN - 1, 0.3), _SOURCE, "ink3")
    _text(slide, str(len(made.slides)), (_WIDE - _MARGIN - 1, 7.05, 1, 0.3), _SOURCE, "ink3", right=True)
    return slide


def _rule(slide: Any, left: float, top: float, width: float, token: str, points: float) -> None:
    """A line across, in no style of the theme, which would give it a shadow."""
    edge = slide.shapes.add_connector(1, Inches(left), Inches(top), Inches(left + width), Inches(top))
    edge.line.color.rgb, edge.line.width = colour(token), Pt(points)
    edge._element.remove(edge._element.find(qn("p:style")))


def _frame(frame: Any, anchor: Any = MSO_ANCHOR.TOP) -> None:
    frame.word_wrap, frame.vertical_anchor = True, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _write(paragraph: Any, text: str, size: float, token: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    for words, strong in runs(text) or [("", False)]:
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold or strong, colour(token)
        run.font.name = standard().slide_font


def _text(slide: Any, text: str, box: tuple[float, float, float, float], size: float, token: str, *,
          bold: bool = False, right: bool = False) -> Any:
    """Words in a box: left, top, width, height in inches."""
    shape = slide.shapes.add_textbox(*(Inches(one) for one in box))
    _frame(shape.text_frame)
    _write(shape.text_frame.paragraphs[0], text, size, token, bold=bold, right=right)
    return shape


def _first(made: Any, deck: Deck) -> None:
    """Whose year it is, and the year in one sentence."""
    slide = _new(made, deck, deck.title)
    title = slide.shapes.title
    title.top, title.height = Inches(2.0), Inches(1.2)
    for run in title.text_frame.paragraphs[0].runs:
        run.font.size = Pt(40)
    _text(slide, deck.place, (_MARGIN, 1.5, 12, 0.4), 18, "ink2")
    bar = slide.shapes.add_shape(1, Inches(_MARGIN), Inches(3.45), Inches(1.2), Inches(0.07))
    bar.fill.solid()
    bar.fill.fore_color.rgb = colour("accent")
    bar.line.fill.background()
    bar.shadow.inherit = False
    _text(slide, deck.lead, (_MARGIN, 3.75, 11, 1.4), 20, "ink")
    _text(slide, deck.issuer, (_MARGIN, 6.4, 12, 0.4), 14, "ink2")


def _figures(made: Any, deck: Deck, section: Section) -> None:
    """At most five figures, each with its unit, its plan and the word for it."""
    slide = _new(made, deck, section.title)
    _text(slide, section.sentence, (_MARGIN, 1.4, _WIDE - 2 * _MARGIN, 0.4), _SENTENCE, "ink2")
    width = (_WIDE - 2 * _MARGIN - _GAP * (len(section.rows) - 1)) / max(len(section.rows), 1)
    for place, row in enumerate(section.rows):
        left = _MARGIN + place * (width + _GAP)
        name, _, _, plan, fact, state, _ = row
        _rule(slide, left, 2.3, width, _TOKENS.get(state.light or "", "line2"), 3)
        _text(slide, name.said(deck.lang), (left, 2.5, width, 1.0), 15, "ink", bold=True)
        _text(slide, fact.said(deck.lang), (left, 3.55, width, 0.8), 36, "ink", bold=True)
        _text(slide, name.second, (left, 4.3, width, 0.4), 13, "ink3")
        _text(slide, say("year.slide.plan", deck.lang, plan=plan.said(deck.lang)), (left, 4.75, width, 0.35), 14,
              "ink2")
        _state(slide, state, (left, 5.1, width, 0.6), deck.lang)
    others = [f"{row[0].said(deck.lang)}. {row[6].second}" for row in section.rows if row[6].second]
    _text(slide, " ".join(others), (_MARGIN, 5.8, _WIDE - 2 * _MARGIN, 0.8), 12, "ink2")
    _text(slide, section.source, (_MARGIN, 6.65, _WIDE - 2 * _MARGIN, 0.3), _SOURCE, "ink3")


def _state(slide: Any, state: Item, box: tuple[float, float, float, float], lang: Lang) -> None:
    sign = f"{_SIGNS[state.light]} " if state.light else ""
    _text(slide, sign + state.said(lang), box, 14, _TOKENS.get(state.light or "", "ink2"), bold=True)


def _slide(made: Any, deck: Deck, section: Section) -> None:
    """A section: sentence, chart left and table right, or the table alone."""
    slide = _new(made, deck, section.title)
    _text(slide, section.sentence, (_MARGIN, 1.4, _WIDE - 2 * _MARGIN, 0.5), _SENTENCE, "ink2")
    room = _WIDE - 2 * _MARGIN
    left, wide, columns = _MARGIN, room, tuple(range(len(section.columns)))
    if section.chart is not None:
        columns = section.brief or columns
        chart_wide = (room - _GAP) * (_CHART if len(columns) <= _MANY else _CHART_BESIDE_MANY)
        _chart(slide, section.chart, (_MARGIN, _TOP, chart_wide, _tall(section.chart)))
        left, wide = _MARGIN + chart_wide + _GAP, room - chart_wide - _GAP
    left_out = _table(slide, section, columns, (left, _TOP, wide, 4.6), deck.lang)
    source = section.source
    if left_out:
        source = say("year.slide.more", deck.lang, count=left_out) + " " + source
    _text(slide, source, (_MARGIN, 6.65, _WIDE - 2 * _MARGIN, 0.3), _SOURCE, "ink3")


def _tall(chart: Chart) -> float:
    """Height of a chart, inches: lying bars of one width, however few there are."""
    return 4.6 if chart.kind == "columns" else min(4.6, 0.5 + (0.5 if len(chart.series) > 1 else 0.0)
                                                   + 0.62 * len(chart.categories))


def _chart(slide: Any, chart: Chart, box: tuple[float, float, float, float]) -> None:
    """A native chart: numbers at the marks, no grid, first category on top."""
    lies = chart.kind != "columns"
    data: Any = CategoryChartData(  # type: ignore[no-untyped-call]
        number_format="0.0" if chart.decimals else "0")
    data.categories = [_cut(one) for one in chart.categories]
    for series in chart.series:
        data.add_series(series.name, series.values)
    kinds = {"bars": XL_CHART_TYPE.BAR_CLUSTERED, "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
             "stacked": XL_CHART_TYPE.BAR_STACKED}
    shape = slide.shapes.add_chart(kinds[chart.kind], *(Inches(one) for one in box), data)
    made = shape.chart
    made.font.size, made.font.name, made.font.color.rgb = Pt(12), standard().slide_font, colour("ink2")
    made.has_title = True
    made.chart_title.include_in_layout = False
    _write(made.chart_title.text_frame.paragraphs[0], chart.unit, 12, "ink3")
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        made.legend.font.size = Pt(12)
    plot = made.plots[0]
    plot.gap_width = 55
    if chart.kind == "stacked":
        plot.overlap = 100
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.font.size, labels.number_format, labels.number_format_is_linked = Pt(12), (
        "0.0" if chart.decimals else "0;;"), False
    if chart.kind == "stacked":
        labels.font.color.rgb = colour("on-accent")
    else:
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        if not chart.decimals:
            labels.number_format = "0"
    for series, drawn in zip(chart.series, plot.series, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = colour(series.token)
        for place, token in enumerate(series.points):
            point = drawn.points[place].format.fill
            point.solid()
            point.fore_color.rgb = colour(token)
    values, names = made.value_axis, made.category_axis
    values.visible, values.has_major_gridlines, values.minimum_scale = False, False, 0
    names.format.line.color.rgb, names.major_tick_mark = colour("line2"), XL_TICK_MARK.NONE
    names.tick_label_position, names.tick_labels.font.size = XL_TICK_LABEL_POSITION.LOW, Pt(12)
    if lies:
        names.reverse_order = True
    shape._element.nvGraphicFramePr.cNvPr.set("descr", f"{chart.unit}: " + "; ".join(
        f"{name} –" if value is None else f"{name} {value:g}"
        for name, value in zip(chart.categories, chart.series[0].values, strict=True)))


def _cut(name: str, most: int = 46) -> str:
    """A label that a chart has room for, ended at a word; the table beside it has it whole."""
    if len(name) <= most:
        return name
    return name[:most].rsplit(" ", 1)[0] + "…"


def _table(slide: Any, section: Section, columns: Sequence[int], box: tuple[float, float, float, float],
           lang: Lang) -> int:
    """A native table of as many rows as have room; how many had none."""
    left, top, wide, high = box
    heads = [section.columns[place] for place in columns]
    whole = (*section.rows, *filter(None, (section.total,)))
    for size in _CELLS:
        widths, whole_words = _widths(heads, [row[columns[0]].said(lang) for row in whole], wide, size)
        heights = [_height(row, columns, widths, lang, size) for row in whole]
        head = _lines([head.title for head in heads], widths, size - _HEAD_LESS)
        if whole_words and head + sum(heights) <= high:
            break
    spare = high - head - (heights[-1] if section.total else 0.0)
    shown: list[tuple[Item, ...]] = []
    for row, tall in zip(section.rows, heights, strict=False):
        if (spare := spare - tall) < 0:
            break
        shown.append(row)
    left_out = len(section.rows) - len(shown)
    if shown and len(shown[-1]) == 1 and len(section.columns) > 1:  # the head of a group whose rows have no room
        shown.pop()
    shown += [section.total] if section.total else []
    shape = slide.shapes.add_table(len(shown) + 1, len(columns), Inches(left), Inches(top), Inches(wide), Inches(0.3))
    table = shape.table
    shape._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_TABLE
    table.first_row, table.horz_banding = True, False
    for place, width in enumerate(widths):
        table.columns[place].width = Inches(width)
        _cell(table.cell(0, place), Item(heads[place].title), heads[place], lang, size, head=True)
    for number, row in enumerate(shown, 1):
        group = len(row) == 1 and len(section.columns) > 1
        if group:
            table.cell(number, 0).merge(table.cell(number, len(columns) - 1))
        for place, column in enumerate(columns[:1] if group else columns):
            one = row[0] if group else row[column]
            bold = group or row is section.total
            second = "" if section.brief and one.light else one.second
            _cell(table.cell(number, place), Item(one.value, one.decimals, second, one.light, "", one.bold or bold),
                  heads[place], lang, size)
        table.rows[number].height = Emu(0)
    return left_out


def _widths(heads: Sequence[Column], subjects: Sequence[str], wide: float, size: float
            ) -> tuple[list[float], bool]:
    """Widths by their shares, none narrower than the longest word of its head, the first one than that of its cells;
    the widest gives what others need. And whether it then has room for its own words.
    """
    whole = sum(head.share for head in heads)
    words = [[head.title] for head in heads]
    words[0] += subjects
    least = [max((len(word) for text in texts for word in text.split()), default=0) * size * 0.6 / 72 + 0.14
             for texts in words]
    widths = [max(wide * head.share / whole, need) for head, need in zip(heads, least, strict=True)]
    widest = max(range(len(widths)), key=lambda place: widths[place])
    widths[widest] -= sum(widths) - wide
    return widths, widths[widest] >= least[widest]


def _height(row: tuple[Item, ...], columns: Sequence[int], widths: Sequence[float], lang: Lang, size: float) -> float:
    """How tall a row gets, inches: the tallest of its cells."""
    if len(row) == 1:
        return _lines([row[0].said(lang)], [sum(widths)], size)
    return max(_lines([row[column].said(lang)], [width], size) + (
        _lines([row[column].second], [width], size - _SECOND_LESS) - 0.1 if row[column].second else 0.0)
        for column, width in zip(columns, widths, strict=True))


def _lines(texts: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Height of the tallest text in cells of these widths, inches, with the room around it."""
    tall = max(-(-len(text) // max(int((width - 0.12) * 72 / (size * _LETTER)), 1)) or 1
               for text, width in zip(texts, widths, strict=True))
    return tall * size * _LINE / 72 + 0.1


def _cell(cell: Any, told: Item, column: Column, lang: Lang, size: float, *, head: bool = False) -> None:
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.04)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    sign = f"{_SIGNS[told.light]} " if told.light else ""
    paragraph = cell.text_frame.paragraphs[0]
    _write(paragraph, sign + told.said(lang), size - _HEAD_LESS if head else size,
           "ink3" if head else _TOKENS[told.light] if told.light else "ink", bold=told.bold, right=column.number)
    if told.second:
        _write(cell.text_frame.add_paragraph(), told.second, size - _SECOND_LESS, "ink3", right=column.number)
    _line_below(cell, "line2" if head else "line")


def _line_below(cell: Any, token: str) -> None:
    """A line under the row and no other."""
    properties = cell._tc.get_or_add_tcPr()
    for side in ("a:lnL", "a:lnR", "a:lnT", "a:lnB"):
        line = properties.makeelement(qn(side), {"w": "9525" if side == "a:lnB" else "0"})
        if side == "a:lnB":
            fill = line.makeelement(qn("a:solidFill"), {})
            fill.append(fill.makeelement(qn("a:srgbClr"), {"val": str(colour(token))}))
        else:
            fill = line.makeelement(qn("a:noFill"), {})
        line.append(fill)
        properties.append(line)
