"""What two installations tell each other of an agreement: a closed schema with limits, values that are no code.

What may stand in a package is what anybody may read: the text of the agreement, its plan as signed, how far the sender
counts each item, what the sender's side says of it, and open needs without whose they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from smezhnik.errors import InputError
from smezhnik.promises.plan import Promise, find_plan_faults, promises_of
from smezhnik.tables import ColumnInfo, complete, table
from smezhnik.tables.promises import AGREEMENT_KINDS, AGREEMENT_STATES, MEASURES, PROGRESS_STATES, RENEWALS, TERM_KINDS

#: Most characters of a text and of a name, most items of a list, rows of a plan, needs.
TEXT, NAME, ITEMS, ROWS, NEEDS = 4_000, 300, 50, 500, 500
NUMBER = 1e15
#: Columns of a plan that name records of one installation: they mean nothing in another, and tell of its records.
OWN = frozenset({"commitment_id", "organisations", "clusters", "events"})
#: Columns of a plan that somebody enters later: they are no part of what was signed.
LATER = frozenset({"manual_value", "manual_on", "manual_source"})

Text = Annotated[str, StringConstraints(max_length=TEXT)]
Name = Annotated[str, StringConstraints(max_length=NAME)]
Number = Annotated[float, Field(ge=-NUMBER, le=NUMBER, allow_inf_nan=False)]
Names = Annotated[list[Name], Field(max_length=ITEMS)]
Region = Annotated[str, StringConstraints(pattern=r"^RU-[A-Z]{2,3}$")]


class Closed(BaseModel):
    """Nothing but what is declared, and nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _type_of(about: ColumnInfo) -> Any:
    kinds: dict[str, Any] = {"number": Number, "date": dt.date, "flag": bool, "list": Names}
    if about.kind == "text" and about.choices:
        return Literal[about.choices] | None
    return kinds.get(about.kind, Text) | None


_COLUMNS: dict[str, Any] = {name: (_type_of(about), None) for name, about in table("commitments").columns.items()
                            if name not in OWN}
#: A row of the plan: the columns of the declared table ``commitments``, one row a measure of an item.
Row: Any = create_model("Row", __base__=Closed, **_COLUMNS)


class Side(Closed):
    """A party: its place among the parties, body, region and the post that signed."""

    side: Annotated[int, Field(ge=1, le=20)]
    body: Name
    region: Region | Literal[""] = ""
    post: Name
    coordinator: Name = ""


class Heading(Closed):
    """A direction of cooperation with the beginnings of its codes."""

    title: Name
    industries: Names = []


class Terms(Closed):
    """The agreement as signed; ``id`` is that of the installation which sent it first, the same on both sides."""

    id: Annotated[str, StringConstraints(pattern=r"^A-[0-9A-Z]{4}-[0-9A-Z]{4}$")]
    title: Name
    number: Name | None = None
    kind: Literal[AGREEMENT_KINDS]  # type: ignore[valid-type]
    state: Literal[AGREEMENT_STATES]  # type: ignore[valid-type]
    signed_on: dt.date | None = None
    place: Name | None = None
    in_force_from: dt.date | None = None
    term_kind: Literal[TERM_KINDS] | None = None  # type: ignore[valid-type]
    until: dt.date | None = None
    renewal: Literal[RENEWALS] | None = None  # type: ignore[valid-type]
    renew_years: Annotated[int, Field(ge=1, le=50)] | None = None
    notice_months: Annotated[int, Field(ge=0, le=60)] | None = None
    coordinator: Name | None = None
    parties: Annotated[list[Side], Field(min_length=2, max_length=20)]
    directions: Annotated[list[Heading], Field(max_length=ITEMS)] = []


class RoadMap(Closed):
    """The plan as signed."""

    edition: Annotated[int, Field(ge=1, le=1_000)]
    title: Name
    since: dt.date | None = None
    until: dt.date | None = None
    approved_by: Name = ""
    approved_on: dt.date | None = None
    rows: Annotated[list[Row], Field(min_length=1, max_length=ROWS)]


class Value(Closed):
    """What the sender's records say of a measure by the day of the package; ``value`` is null where it is not told."""

    no: Name
    measure: Literal[MEASURES] | None = None  # type: ignore[valid-type]
    value: Number | None = None
    state: Literal[PROGRESS_STATES]  # type: ignore[valid-type]


class Word(Closed):
    """What the sender's side says of an item: it holds, or it does not, with which value, and in words."""

    no: Name
    on: dt.date
    agrees: bool
    value: Number | None = None
    note: Text = ""


class Wanted(Closed):
    """An open need, without whose it is."""

    text: Text
    okpd2: Name | None = None
    unit: Name | None = None


class Package(Closed):
    """A package: who speaks, as of which day, of what."""

    made_on: dt.date
    region: Region
    agreement: Terms
    plan: RoadMap | None = None
    values: Annotated[list[Value], Field(max_length=5 * ROWS)] = []
    words: Annotated[list[Word], Field(max_length=ROWS)] = []
    needs: Annotated[list[Wanted], Field(max_length=NEEDS)] = []


def read_package(content: Any) -> Package:
    """The content of a file as a package.

    Raises
    ------
    InputError with the place where it breaks the schema.
    """
    try:
        return Package.model_validate_json(json.dumps(content))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InputError("package_schema", place=place or "content", count=error.error_count()) from error


def content_of(package: Package) -> dict[str, Any]:
    """The package as plain values; what is absent is left out."""
    return package.model_dump(mode="json", exclude_defaults=True)


def promises_in(plan: RoadMap) -> list[Promise]:
    """The items of a plan.

    Raises
    ------
    InputError where a row is none that a loaded plan could have, with its place.
    """
    columns = table("commitments").columns
    frame = complete(pl.DataFrame([{name: getattr(row, name, None) for name in columns} for row in plan.rows],
                                  infer_schema_length=None), "commitments")
    places = pl.DataFrame({"sheet": [None] * frame.height, "row": range(frame.height)})
    if frame["no"].null_count() or find_plan_faults(frame, places):
        raise InputError("package_plan")
    return promises_of(frame)


def row_in(row: Mapping[str, Any]) -> Any:
    """A row of ``commitments`` as it stands in a package."""
    return Row(**{name: value for name, value in row.items() if name not in OWN})


def digest_of_plan(rows: Sequence[Any]) -> str:
    """By which two sides see that they hold the same plan: what was signed, not what was entered later."""
    told = [row.model_dump(mode="json", exclude=set(LATER), exclude_none=True) for row in rows]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
