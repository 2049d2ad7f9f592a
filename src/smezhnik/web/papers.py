"""The card of a record as a paper, PDF or DOCX: what its viewer may read of it, and of what belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from smezhnik.io import readable_name
from smezhnik.messages import format_value, say
from smezhnik.papers import WRITERS, Cell, Column, Paper, Table, verdict_paper
from smezhnik.people.log import note
from smezhnik.records.access import KINDS, Kind, Viewer
from smezhnik.records.journal import anchor
from smezhnik.registry.models import Fact
from smezhnik.tables import ColumnInfo, table
from smezhnik.types import Lang
from smezhnik.web.exporting import as_file
from smezhnik.web.given import day_of
from smezhnik.web.limits import spend
from smezhnik.web.values import label_of, region_names, word_of
from smezhnik.workflows.cluster_card import cluster_card, repair_job
from smezhnik.workflows.cluster_records import stored

#: Ending → media type.
PAPERS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: Rows of one kind on a card; the list has them all.
MOST = 40
#: What belongs to an organisation, and which of its columns stand on the card.
_BELONGS = {"offer": ("text", "okpd2", "capacity", "unit", "register_until"),
            "need": ("text", "okpd2", "volume", "unit", "value_th_rub"), "site": ("name", "region", "address")}
#: Columns that join records; the paper names those that they lead to.
_KEYS = ("org_id", "need_id", "offer_id", "buyer_id", "seller_id")
_NUMBERS = ("number", "integer")


def answer_paper(request: Any, paper: Paper, ending: str, *, kind: str) -> HttpResponse:
    """A paper as a file to take away, issued by this installation; that somebody took it is noted.

    Raises
    ------
    TooOften where the user took away too much lately.
    """
    viewer: Viewer = request.user.viewer
    spend(viewer.login, "export")
    note("exported", viewer.login, kind=kind, of=paper.number, rows=1, format=ending)
    return as_file(WRITERS[ending](_issued(paper)), PAPERS[ending],
                   readable_name(paper.title, timezone.localdate().isoformat(), suffix=f".{ending}"))


def paper_of(request: Any, kind: Kind, record: Any) -> Paper:
    """The paper of a record: of a cluster its verdict of a day, of anything else what its card says."""
    viewer: Viewer = request.user.viewer
    if kind.name != "cluster" or not viewer.sees("internal"):
        return card_paper(kind, viewer, record, request.lang)
    whole = stored(record)
    job = repair_job(record, viewer) if kind.may_edit(viewer, record) else None
    card = cluster_card(whole, viewer, on=day_of(request), lang=request.lang, job=job)
    return verdict_paper(whole.tables(viewer), card.verdict, card.drawn, lang=request.lang)


def card_paper(kind: Kind, viewer: Viewer, record: Any, lang: Lang) -> Paper:
    """What the viewer may know of one record, as the card shows it."""
    row, columns = kind.seen(viewer, record), table(kind.table).columns
    says = [[Cell(label_of(columns[name], lang)), Cell(shown(columns[name], name, value, lang))]
            for name, value in row.items()
            if value not in (None, [], "") and name not in _KEYS and value != record.public_id]
    head = (Column(say("web.card.column", lang), 2), Column(say("web.card.value", lang), 3))
    blocks = [Table(say("web.card.says", lang), head, says)]
    if kind.name == "organisation":
        blocks += [_facts(record, lang)] if viewer.sees("internal") else []
        blocks += [_belonging(name, viewer, record, lang) for name in _BELONGS]
    if kind.name == "case":
        blocks += [*_steps(viewer, record, lang), _contracts(viewer, record, lang)]
    title = row.get("name") or row.get("text") or row.get("need_text") or row.get("offer_text") or record.public_id
    return framed(str(title), record.public_id, blocks, lang, region=row.get("region"),
                  sources=[str(row["source"])] if row.get("source") else [], data_date=row.get("source_date"))


def framed(title: str, number: str, blocks: Sequence[Table], lang: Lang, *, region: str | None = None,
           lead: Sequence[str] = (), sources: Sequence[str] = (), data_date: dt.date | None = None,
           as_of: dt.date | None = None) -> Paper:
    """A paper of a record: its region and number under the title, of today where no day is given."""
    place = [(say("web.paper.region", lang), region_names(lang).get(region, region))] if region else []
    return Paper(title, lang, number, blocks, lead=lead, as_of=as_of or timezone.localdate(), data_date=data_date,
                 frame=[*place, (say("web.paper.record", lang), number)], sources=sources)


def _issued(paper: Paper) -> Paper:
    """The paper with what this installation adds: moment, its ministry, the end of its journal at the foot."""
    return replace(paper, made_at=timezone.localtime(), issuer=settings.ISSUER, sample=settings.SAMPLE,
                   sources=[*paper.sources, _end_of_journal(paper.lang)])


def _end_of_journal(lang: Lang) -> str:
    """What proves later that the journal was not cut before this paper."""
    end = anchor()
    return say("web.paper.journal", lang, number=end.number, hash=end.hash[:16])


def shown(about: ColumnInfo, name: str, value: Any, lang: Lang) -> str:
    """A value as a reader of the language sees it: choices and regions by their names."""
    if name.endswith("region") and isinstance(value, str):
        return region_names(lang).get(value, value)
    if name == "decline_reason":
        return say(f"web.refusal.{value}", lang)
    if about.names:
        return str(value)
    if about.choices and isinstance(value, list):
        return "; ".join(word_of("web.choice", one, lang) for one in value)
    if about.choices and isinstance(value, str):
        return word_of("web.choice", value, lang)
    if about.kind == "records":
        return format_value(len(value or ()), lang)
    if about.kind == "date" and isinstance(value, str):
        value = dt.date.fromisoformat(value)
    return format_value(value, lang)


def _belonging(name: str, viewer: Viewer, record: Any, lang: Lang) -> Table:
    """Offers, needs or sites of an organisation; a need whose owner is hidden from the viewer is not among them."""
    kind = KINDS[name]
    columns = table(kind.table).columns
    some = [kind.seen(viewer, item) for item in kind.visible_to(viewer).filter(organisation=record)[:MOST]]
    if name == "need":
        some = [seen for seen in some if seen["org_id"] is not None]
    wanted = [column for column in _BELONGS[name] if column in columns]
    return Table(
        say(f"web.{name}s", lang),
        [Column(label_of(columns[column], lang), 3 if number == 0 else 1, columns[column].kind in _NUMBERS)
         for number, column in enumerate(wanted)],
        [[Cell(shown(columns[column], column, seen.get(column), lang)) for column in wanted] for seen in some],
        empty=say("web.card.none", lang))


def _facts(record: Any, lang: Lang) -> Table:
    columns = table("organisations").columns
    facts = Fact.objects.filter(organisation=record, archived=False).order_by("column", "-source_date")[:MOST]
    heads = ("column", "value", "source", "day")
    return Table(say("web.card.facts", lang), [Column(say(f"web.card.{head}", lang), 2) for head in heads],
                 [[Cell(label_of(columns[fact.column], lang)),
                   Cell(shown(columns[fact.column], fact.column, fact.value, lang)), Cell(fact.source or "–"),
                   Cell(format_value(fact.source_date, lang))] for fact in facts], empty=say("web.card.none", lang))


def _steps(viewer: Viewer, record: Any, lang: Lang) -> list[Table]:
    """The way of a case so far; only for those who lead it, and for the fund."""
    if not (KINDS["case"].may_edit(viewer, record) or viewer.role == "fund"):
        return []
    heads = (("web.case.on", 1), ("web.paper.stage", 1.5), ("web.case.note", 4), ("web.paper.next", 1.2))
    return [Table(say("web.case.timeline", lang), [Column(say(code, lang), share) for code, share in heads],
                  [[Cell(format_value(step.on, lang)), Cell(say(f"web.stage.{step.stage}", lang), bold=True),
                    Cell(step.note or "–", step.file), Cell(format_value(step.next_on, lang))]
                   for step in record.steps.filter(archived=False).order_by("id")], empty=say("web.card.none", lang))]


def _contracts(viewer: Viewer, record: Any, lang: Lang) -> Table:
    kind, columns = KINDS["contract"], table("contracts").columns
    names = ("contract_id", "signed_on", "seller", "buyer", "value_th_rub")
    rows = [kind.seen(viewer, item) for item in kind.visible_to(viewer).filter(case=record)]
    return Table(say("web.contracts", lang),
                 [Column(label_of(columns[name], lang), 2 if columns[name].kind == "text" else 1.2,
                         columns[name].kind in _NUMBERS) for name in names],
                 [[Cell(shown(columns[name], name, row[name], lang)) for name in names] for row in rows],
                 empty=say("web.card.none", lang))
