"""What a form or an address of a page gives beside the columns of a record: a day, another record, a file."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import Http404
from django.utils import timezone

from smezhnik.errors import InputError
from smezhnik.imports.actions import keep, path_of, plain_name
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.models import Organisation
from smezhnik.tables import table
from smezhnik.web.forms import read_value


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that somebody sent, under its own name for as long as it is read; kept under its digest."""

    path: Path
    digest: str
    size: int

    @property
    def name(self) -> str:
        """Its name as far as a record keeps it."""
        return self.path.name


def day_in(given: Mapping[str, str], name: str) -> dt.date | None:
    """A day of a form; None where it is empty.

    Raises
    ------
    InputError where it is none.
    """
    day: dt.date | None = read_value(table("cases").columns["stage_on"], given.get(name, "").strip())
    return day


def day_of(request: Any) -> dt.date:
    """The day that the address asks for (``?on=``), today without one."""
    return day_in(request.GET, "on") or timezone.localdate()


def organisation_in(given: Mapping[str, str], name: str, viewer: Viewer) -> Organisation | None:
    """An organisation of a form by its id; None where nothing is given.

    Raises
    ------
    InputError where the viewer sees none of that id.
    """
    asked = given.get(name, "").strip().upper()
    if not asked:
        return None
    found: Organisation | None = KINDS["organisation"].visible_to(viewer).filter(public_id=asked).first()
    if found is None:
        raise InputError("organisation_absent", found=asked)
    return found


def needed_organisation(given: Mapping[str, str], viewer: Viewer) -> Organisation:
    """The ``organisation`` of a form; InputError where nothing is given or the viewer sees none of that id."""
    found = organisation_in(given, "organisation", viewer)
    if found is None:
        raise InputError("organisation_absent", found="")
    return found


def part_in(rows: Any, given: Mapping[str, str], name: str) -> Any:
    """The part of a record that a form names, of those that stand; 404 where it is none of them."""
    found = rows.filter(archived=False, public_id=given.get(name, "")).first()
    if found is None:
        raise Http404
    return found


@contextmanager
def uploaded(request: Any, name: str = "file") -> Iterator[Uploaded]:
    """A file of a form, taken in as every file is: of a size that may be, scanned, kept under its digest.

    Raises
    ------
    InputError where none was sent, or it may not come in.
    """
    file = request.FILES.get(name)
    if file is None:
        raise InputError("file_not_given")
    digest, size = keep(file.chunks())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / plain_name(file.name)
        shutil.copyfile(path_of(digest), path)
        yield Uploaded(path, digest, size)
