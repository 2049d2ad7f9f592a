"""Whatever a page names by a code has its words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from smezhnik.messages import catalogue
from smezhnik.records.access import KINDS
from smezhnik.tables import table
from smezhnik.workflows.works import WORKS

SOURCE = Path(__file__).parents[2] / "src"


def test_every_action_of_the_journal_has_its_words() -> None:
    found = set()
    for file in SOURCE.rglob("*.py"):
        found |= set(re.findall(r'\bact\(\s*[^,()]+,\s*f?"([a-z_.]+(?:\{record\.KIND\})?)"', file.read_text("utf-8")))
    entered = [kind.name for kind in KINDS.values() if kind.entered]
    codes = {code.replace("{record.KIND}", kind) for code in found for kind in entered}
    assert len(codes) >= 20
    assert [code for code in sorted(codes) if f"web.action.{code}" not in catalogue()] == []


def test_every_kind_of_work_and_of_record_has_its_words() -> None:
    assert [code for code in WORKS if f"web.job.kind.{code}" not in catalogue()] == []
    assert [kind for kind in KINDS if f"web.kind.{kind}" not in catalogue()] == []


def test_every_value_that_a_list_shows_has_its_words() -> None:
    # a grade is its letter in every language
    missing = [f"{kind.table}.{name}: {code}" for kind in KINDS.values() for name, about in
               table(kind.table).columns.items() if about.kind in ("text", "list") and name in kind.listed
               and name != "grade" for code in about.choices
               if not {f"web.choice.{code}", f"choice.{code}"} & set(catalogue())]
    assert missing == []
