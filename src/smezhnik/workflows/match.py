"""Files of needs and offers in, a file of links out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.io import Loaded, Ways, find_kind_to_write, write_table
from smezhnik.matching.history import lost_decisions
from smezhnik.matching.match import Matcher, match
from smezhnik.matching.ranking import Ranker
from smezhnik.matching.sentences import readable_columns
from smezhnik.matching.settings import MatchSettings
from smezhnik.progress import Progress, no_progress
from smezhnik.types import Lang
from smezhnik.workflows.enrich import enrich
from smezhnik.workflows.reading import Reading, read_all

#: What an earlier table of links must say: which pairs, and what was decided.
PREVIOUS: Ways = (("need_id", "offer_id", "decision"), ("need_text", "offer_text", "decision"))


@dataclass(frozen=True)
class MatchFiles:
    """What to read. Only needs and offers are a must."""

    needs: Path
    offers: Path
    organisations: Path | None = None
    sites: Path | None = None
    contracts: Path | None = None
    previous: Path | None = None


@dataclass
class Tally:
    """What passed by while links were written.

    Attributes
    ----------
    links : rows
    matched : needs that have a candidate
    best : of them with a first candidate graded A
    """

    links: int = 0
    matched: int = 0
    best: int = 0

    def watch(self, pieces: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The pieces as they come, counted."""
        for piece in pieces:
            first = piece.filter(pl.col("rank") == 1)
            self.links += len(piece)
            self.matched += len(first)
            self.best += len(first.filter(pl.col("grade") == "A"))
            yield piece


@dataclass(frozen=True)
class Matched:
    """What came out: the counts, how many needs there were, and what there is to say of the files.

    ``strangers`` are excluded organisations that no table names: probably a slip of the pen. ``lost`` counts earlier
    decisions on pairs that are no more, of which the earlier file says nothing else.
    """

    tally: Tally
    needs: int
    loaded: tuple[Loaded, ...]
    strangers: tuple[str, ...] = ()
    lost: int = 0


def match_files(files: MatchFiles, output: Path, *, on: dt.date, lang: Lang,
                settings: MatchSettings = MatchSettings(), model: Path | None = None,
                reading: Reading = Reading(), progress: Progress = no_progress) -> Matched:
    """Read the files, match, write the links whole or not at all.

    Links are written as they are made, a batch of needs at a time, unless a limit of asks or earlier decisions need
    all of them together. ``model`` is a file that ``smezhnik train`` wrote; the shipped model if None.

    Raises
    ------
    InputFaults with the faults of all files together; InputError where the ending of ``output`` says nothing.
    """
    find_kind_to_write(output)
    loaded = read_all({"needs": files.needs, "offers": files.offers, "organisations": files.organisations,
                       "sites": files.sites, "contracts": files.contracts, "links": files.previous}, reading, progress,
                      {"links": PREVIOUS})
    frames = {name: table.frame for name, table in loaded.items()}
    organisations, sites = frames.get("organisations"), frames.get("sites")
    needs = enrich(frames["needs"], "needs", "buyer", organisations, sites)
    offers = enrich(frames["offers"], "offers", "seller", organisations, sites)
    contracts, previous, ranker = frames.get("contracts"), frames.get("links"), Ranker.load(model)
    if settings.max_asks is None and previous is None:
        matcher = Matcher(offers, on=on, settings=settings, contracts=contracts, ranker=ranker, progress=progress)
        pieces = matcher.batches(needs, progress=progress)
        lost = 0
    else:
        whole = match(needs, offers, on=on, settings=settings, contracts=contracts, previous=previous, ranker=ranker,
                      progress=progress)
        pieces, lost = iter([whole]), 0 if previous is None else len(lost_decisions(previous, whole))
    tally = Tally()
    write_table(tally.watch(pieces), output, "links", lang=lang, readable=readable_columns(lang))
    strangers = _strangers(settings.excluded, needs, offers, organisations)
    return Matched(tally, len(needs), tuple(loaded.values()), strangers, lost)


def _strangers(ids: frozenset[str], *tables: pl.DataFrame | None) -> tuple[str, ...]:
    """Ids that are neither an organisation's id nor an ИНН in any of the tables."""
    known = {item for frame in tables if frame is not None for key in ("org_id", "inn") if key in frame.columns
             for item in frame[key].drop_nulls()} if ids else set()
    return tuple(sorted(ids - known))
