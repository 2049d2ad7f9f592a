"""A column of needs that somebody pasted → candidates of every line, found in the background and kept for its owner."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils import timezone

from smezhnik.imports.actions import keep, path_of
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.people.models import User
from smezhnik.progress import Progress, Step
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.rows import frame_of
from smezhnik.tables import complete
from smezhnik.workflows.partners import matcher_of

#: Lines that one column may have; candidates of a line that are kept; lines matched between two looks at «stop».
MOST_LINES, KEPT, PIECE = 500, 3, 50
KIND = "match_column"


@dataclass(frozen=True)
class Line:
    """One line of the column: its number from 1, what was asked, rows of ``links`` for it, best first."""

    number: int
    asked: dict[str, Any]
    links: tuple[dict[str, Any], ...]


def match_column(job: Job, progress: Progress) -> Effect:
    """Match the lines of a job with what whoever asked sees; the links are kept as a file, the counts as its result."""
    viewer = User.objects.get(login=job.who).viewer
    lines = job.args["lines"]
    needs = frame_of("needs", [dict.fromkeys(frame_of("needs", []).columns) | {
        "need_id": str(number), "text": line["text"], "okpd2": line["okpd2"]} for number, line in enumerate(lines, 1)])
    matcher = matcher_of(viewer, timezone.localdate(), progress=progress)
    found = []
    for start in range(0, len(needs), PIECE):
        progress(Step("match", start, len(needs)))
        found.append(matcher.match(needs.slice(start, PIECE)).filter(pl.col("rank") <= KEPT))
    links = complete(pl.concat(found), "links")
    written = io.BytesIO()
    links.write_ipc(written)
    digest, _ = keep([written.getvalue()])
    first = links.filter(pl.col("rank") == 1)
    return Effect(result={"digest": digest, "lines": len(needs), "found": len(first),
                          "fit": len(first.filter(pl.col("grade").is_in(["A", "B"])))})


def column_links(job: Job, viewer: Viewer) -> pl.DataFrame:
    """The kept links of a job that is done, those whose offers the viewer still sees."""
    links = pl.read_ipc(path_of(job.result["digest"]))
    wanted = links["offer_id"].unique().to_list()
    seen = set(KINDS["offer"].visible_to(viewer).filter(public_id__in=wanted).values_list("public_id", flat=True))
    return links.filter(pl.col("offer_id").is_in(list(seen)))


def column_lines(job: Job, viewer: Viewer) -> list[Line]:
    """Every line in the order in which it was pasted, also those without a candidate."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in column_links(job, viewer).sort("rank").to_dicts():
        found.setdefault(row["need_id"], []).append(row)
    return [Line(number, line, tuple(found.get(str(number), ()))) for number, line in enumerate(job.args["lines"], 1)]
