"""Papers: what a page says, set for A4 as PDF and as DOCX that an office can go on editing."""

from smezhnik.papers.docx import write_docx
from smezhnik.papers.pair import Between, pair_paper, ways
from smezhnik.papers.paper import Cell, Column, Paper, Table, Text
from smezhnik.papers.pdf import write_pdf
from smezhnik.papers.plan import plan_paper
from smezhnik.papers.verdict import verdict_paper

#: Ending → what writes it.
WRITERS = {"pdf": write_pdf, "docx": write_docx}

__all__ = ["WRITERS", "Between", "Cell", "Column", "Paper", "Table", "Text", "pair_paper", "plan_paper",
           "verdict_paper", "ways", "write_docx", "write_pdf"]
