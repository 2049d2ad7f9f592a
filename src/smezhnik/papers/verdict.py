"""The verdict on a cluster as a paper: criteria worst first, what to do, members with their shares."""

from __future__ import annotations

from collections.abc import Sequence

from smezhnik.clusters.cluster import Cluster
from smezhnik.messages import NBSP, say
from smezhnik.papers.paper import Cell, Column, Paper, Table
from smezhnik.report.clusters.build import Drawn
from smezhnik.report.clusters.findings import Row
from smezhnik.report.clusters.head import make_head
from smezhnik.report.clusters.todo import ToDo
from smezhnik.rules.judge import Verdict
from smezhnik.types import Lang


def verdict_paper(cluster: Cluster, verdict: Verdict, drawn: Drawn, *, lang: Lang) -> Paper:
    """The verdict of ``drawn`` (``draw_cluster``) for A4."""
    head = make_head(cluster, verdict, drawn.shown, drawn.names, lang)
    return Paper(
        head.title, lang, head.number, [_criteria(drawn.rows, lang), _todo(drawn.todo, lang), _members(drawn, lang)],
        lead=drawn.lead, as_of=verdict.day, data_date=head.data_date,
        frame=[*head.frame, (say("report.frame.selection", lang), head.selection)],
        sources=head.sources)


def _criteria(rows: Sequence[Row], lang: Lang) -> Table:
    heads = (("verdict", 1.75), ("criterion", 3.1), ("found", 1.3), ("needed", 1.5), ("basis", 2.5))
    return Table(
        say("report.cluster.verdict", lang),
        [Column(say(f"paper.verdict.{name}", lang), share, name in ("found", "needed")) for name, share in heads],
        [[Cell(row.word, say("paper.verdict.informative", lang) if row.informative else "", row.light),
          Cell(row.title, " ".join(row.why)), Cell(_whole(row.found)), Cell(_whole(row.needed)),
          Cell(row.act, "" if row.verified else row.status_word)] for row in rows])


def _whole(number: str) -> str:
    """A number that its unit does not leave at the end of a line; «–» where the criterion has none."""
    return number.replace(" %", f"{NBSP}%") or "–"


def _todo(todo: ToDo, lang: Lang) -> Table:
    """Groups as on the screen; what the plan proves stands under them."""
    rows: list[list[Cell]] = []
    number = 0
    for group in todo.groups:
        if group != "plan":  # what the plan asks for stands under the title itself
            rows.append([Cell(say(f"report.cluster.todo.group.{group}", lang))])
        for task in todo.of(group):
            number += 1
            inferred = say("paper.verdict.inferred", lang) if task.inferred else ""
            rows.append([Cell(str(number)), Cell(task.text, inferred), Cell(task.why)])
    return Table(say("report.cluster.todo", lang),
                 [Column("№", 0.3), Column(say("paper.verdict.action", lang), 4),
                  Column(say("paper.verdict.why", lang), 4)], rows,
                 note=" ".join(part for part in (todo.proof, *todo.notes) if part),
                 empty=say("paper.verdict.nothing", lang))


def _members(drawn: Drawn, lang: Lang) -> Table:
    return Table(
        say("paper.verdict.members", lang),
        [Column(say("paper.verdict.member", lang), 3), Column(say("paper.verdict.roles", lang), 3),
         Column(say("paper.verdict.place", lang), 2)],
        [[Cell(member.name, member.key), Cell(", ".join(say(f"choice.{role}", lang) for role in member.roles)),
          Cell(member.place(lang))] for member in drawn.shown.own])
