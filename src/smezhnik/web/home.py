"""Where an installation keeps what it keeps, and how its database is opened."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import dj_database_url

from smezhnik.io.atomic import write_once

#: SQLite: a commit that was acknowledged survives a power cut (FULL), readers do not wait for a writer (WAL), a
#: writer takes its lock at the beginning (IMMEDIATE), so that it never has to give up half way. Temporary files are
#: not kept in memory: what a savepoint would bring back is then walked through from its beginning after every
#: statement, which is eight times slower for an import into a large database.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000", "mmap_size=0")
#: Seconds that a writer waits for another one.
WAIT_S = 20


@dataclass(frozen=True)
class Profile:
    """How strictly people are let in; see ``people/profiles.toml`` for the sources."""

    name: str
    password_length: int
    composition: bool
    rotation_days: int | None
    failures: int
    locked_hours: float
    idle_minutes: int
    session_hours: int


def find_home() -> Path:
    """``SMEZHNIK_HOME``, or the usual folder for data of this system; made for its owner only."""
    given = os.environ.get("SMEZHNIK_HOME")
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    home = Path(given) if given else base / "smezhnik"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def find_profile(name: str | None = None) -> Profile:
    """The security profile that is set; KeyError where there is none of that name."""
    name = name or os.environ.get("SMEZHNIK_SECURITY", "open")
    text = (resources.files("smezhnik.people") / "profiles.toml").read_text("utf-8")
    found = {key: value for key, value in tomllib.loads(text)[name].items() if key in Profile.__dataclass_fields__}
    return Profile(name=name, rotation_days=found.pop("rotation_days", None), **found)


def secret_key(home: Path) -> str:
    """The key that signs cookies: made on the first start, kept beside the database and never in it."""
    return write_once(home / "secret_key", lambda: secrets.token_urlsafe(50))


def database(home: Path) -> dict[str, Any]:
    """The database: SQLite in the folder, or what ``DATABASE_URL`` names."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    os.environ.setdefault("SQLITE_TMPDIR", str(home))  # what is set aside of records stays in the folder of its owner
    return {
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(home / "smezhnik.sqlite3"), "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": WAIT_S,
                    "init_command": ";".join(f"PRAGMA {item}" for item in PRAGMAS)},
    }
