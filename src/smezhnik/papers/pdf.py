"""A paper as PDF, set by Typst from one template; tagged, so that a reader of screens can read it aloud."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from smezhnik.messages import say
from smezhnik.papers.dateless import EPOCH
from smezhnik.papers.paper import Paper, Table, Text, runs
from smezhnik.papers.standard import standard
from smezhnik.report.page import qr_code

_ASSETS = Path(str(resources.files("smezhnik.papers"))) / "assets"


def write_pdf(paper: Paper) -> bytes:
    """The paper as PDF. The same paper gives the same bytes.

    Fonts come with the package; those of the machine are not looked at, so the sheet is the same everywhere.
    """
    made: bytes = typst.compile(
        str(_ASSETS / "frame.typ"), root=str(_ASSETS), font_paths=[str(_ASSETS / "fonts")],
        ignore_system_fonts=True, timestamp=int((paper.made_at or EPOCH).timestamp()),
        sys_inputs={"paper": json.dumps(_data(paper), ensure_ascii=False), "measure": json.dumps(standard().pdf)})
    return made


def _data(paper: Paper) -> Mapping[str, Any]:
    lang = paper.lang
    title = say("report.number_title", lang, number=paper.number)
    return {
        "title": paper.title, "lang": lang, "issuer": paper.issuer, "landscape": paper.landscape,
        "product": say("report.product", lang), "of": say("report.page_of", lang),
        "sample": say("report.sample", lang) if paper.sample else "", "lead": [runs(line) for line in paper.lead],
        "frame": paper.frame_rows, "foot": paper.foot, "blocks": [_block(block) for block in paper.blocks],
        "qr": str(qr_code(paper.number, title)).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        .replace("currentColor", "#000000"), "qr_title": title,
    }


def _block(block: Table | Text) -> Mapping[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "title": block.title, "new_page": block.new_page,
                "lines": [runs(line) for line in block.lines]}
    return {
        "kind": "table", "title": block.title, "new_page": block.new_page, "note": block.note,
        "note_runs": runs(block.note), "empty": block.empty,
        "columns": [{"title": column.title, "share": column.share, "number": column.number}
                    for column in block.columns],
        "rows": [[_cell(cell) for cell in row] for row in block.rows],
        "total": None if block.total is None else [_cell(cell) for cell in block.total],
    }


def _cell(cell: Any) -> Mapping[str, Any]:
    return {"text": cell.text, "second": cell.second, "light": cell.light, "bold": cell.bold}
