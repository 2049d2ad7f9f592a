"""How often one user may ask for what costs much: a bucket of so many tries that fills again evenly.

Of a bucket only the moment is kept at which it will be full again,
``full(n) = max(full(n − 1), now) + seconds / many``; a try is refused while that lies more than ``seconds`` ahead
(the generic cell rate algorithm, ITU-T I.371). The moments stand in a file of their own in the folder of the
installation, shared by all processes of the machine: a search must never wait for whoever writes records. They are
no records: without the file everybody begins anew.
"""

from __future__ import annotations

import logging
import math
import os
import sqlite3
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from smezhnik.errors import InputError, SmezhnikError

log = logging.getLogger(__name__)
_opened = threading.local()
_TABLE = "CREATE TABLE IF NOT EXISTS spent (who TEXT, what TEXT, full_at REAL, PRIMARY KEY (who, what)) WITHOUT ROWID"
#: One statement, so that two processes never both take the last try.
_SPEND = """
INSERT INTO spent VALUES (:who, :what, :now + :each) ON CONFLICT (who, what)
DO UPDATE SET full_at = max(full_at, :now) + :each WHERE max(full_at, :now) + :each <= :now + :seconds + 1e-3
RETURNING full_at
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """``many`` tries at once at most, and again as many over ``seconds``."""

    many: int
    seconds: int


#: What is limited: any request to the API, words searched for, files taken away, matching, composing.
LIMITS: Mapping[str, Limit] = {
    "request": Limit(1200, 60), "search": Limit(300, 60), "export": Limit(30, 600), "match": Limit(30, 600),
    "compose": Limit(20, 600),
}


class TooOften(SmezhnikError, RuntimeError):
    """The tries of a user are used up; after ``wait_s`` seconds there is one again."""

    def __init__(self, what: str, limit: Limit, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__("too_often", what=what, many=limit.many, seconds=limit.seconds, wait=wait_s)


def read_limits(text: str) -> dict[str, Limit]:
    """The limits, some of them set otherwise: ``search=600/60,export=100/600``; ``off`` for none at all.

    Raises
    ------
    InputError where a part is no name of a limit with two whole numbers above nought.
    """
    if text.strip() == "off":
        return {}
    limits = dict(LIMITS)
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, numbers = part.partition("=")
        many, _, seconds = numbers.partition("/")
        if name not in LIMITS or not (many.isdecimal() and seconds.isdecimal() and int(many) and int(seconds)):
            raise InputError("limits_unreadable", found=part, known=list(LIMITS))
        limits[name] = Limit(int(many), int(seconds))
    return limits


def spend(who: str, what: str, *, now: float | None = None) -> None:
    """Take one try of a user.

    Parameters
    ----------
    who : login
    what : one of ``LIMITS``; one that is switched off costs nothing
    now : seconds since 1970

    Raises
    ------
    TooOften where none is left.
    """
    limit: Limit | None = settings.LIMITS.get(what)
    if limit is None:
        return
    now = time.time() if now is None else now
    given = {"who": who, "what": what, "now": now, "each": limit.seconds / limit.many, "seconds": limit.seconds}
    try:
        file = _file()
        if file.execute(_SPEND, given).fetchone() is None:
            (full_at,) = file.execute("SELECT full_at FROM spent WHERE who = ? AND what = ?", (who, what)).fetchone()
            wait_s = math.ceil(full_at + given["each"] - limit.seconds - now)
            raise TooOften(what, limit, max(1, min(wait_s, limit.seconds)))
    except sqlite3.Error as error:  # a full disk must not keep people from reading
        log.warning("limits are not counted: %s", error)


def _file() -> sqlite3.Connection:
    """The file of this installation, opened once a thread; never one that a parent process opened."""
    path = Path(settings.HOME) / "limits.sqlite3"
    key = (os.getpid(), str(path))
    if getattr(_opened, "key", None) != key:
        made = sqlite3.connect(path, isolation_level=None, timeout=1, check_same_thread=False)
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", _TABLE):
            made.execute(line)
        _opened.file, _opened.key = made, key
    kept: sqlite3.Connection = _opened.file
    return kept
