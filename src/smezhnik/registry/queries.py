"""Lists of records as people ask for them: search, filters, facets, pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from smezhnik.records.access import Kind, Viewer
from smezhnik.records.search import found, is_broad, walked
from smezhnik.tables import table

#: Rows of a page; most rows that are counted, since an exact count reads all of them.
PAGE, COUNTED = 25, 1_000
#: Values of a facet that are shown.
FACET = 12


@dataclass(frozen=True)
class Asked:
    """A list as it is asked for: what a saved filter keeps.

    Attributes
    ----------
    text : words to search for
    where : column → value; a code stands for all codes that begin with it
    after : sort key and database key of the last row of the page before; None on the first
    """

    text: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, int] | None = None


@dataclass(frozen=True)
class Listed:
    """A page of a list; ``count`` is None where there are more than ``COUNTED`` rows."""

    rows: tuple[Any, ...]
    count: int | None
    more: tuple[str, int] | None


def filters_of(kind: Kind) -> tuple[str, ...]:
    """Columns that the list may be filtered by: public ones, which every viewer may read of every row."""
    columns = table(kind.table).columns
    names = {item.name for item in kind.model._meta.concrete_fields}
    return tuple(name for name in ("region", "stage", "grade", "okved2", "okpd2", "basis", "import_substituting",
                                   "high_tech", "socially_significant", "exported")
                 if name in columns and name in names)


def rows_of(kind: Kind, viewer: Viewer, asked: Asked, *, walk: bool = False) -> QuerySet[Any]:
    """The rows that the viewer may see and that answer what is asked, in the order of the list.

    ``walk``: look at each row as the list comes to it, not at what an index gathers: quicker for a page where many
    rows answer (SQLite has no statistics to know it by; PostgreSQL decides by itself).
    """
    rows = kind.visible_to(viewer)
    for column, value in asked.where.items():
        if column not in filters_of(kind):
            continue
        about = table(kind.table).columns[column]
        if about.kind == "code" and walk:
            name = f"+{kind.model._meta.db_table}.{column}"  # the plus keeps SQLite from the index of the column
            rows = rows.extra(where=[f"{name} >= %s AND {name} < %s"], params=[value, value + "\uffff"])
        elif about.kind == "code":
            rows = rows.filter(**{f"{column}__gte": value, f"{column}__lt": value + "\uffff"})
        elif about.kind == "flag":
            rows = rows.filter(**{column: value == "yes"})
        else:
            rows = rows.filter(**{column: value})
    if asked.text and hasattr(kind.model, "words"):
        rows = (walked if walk else found)(rows, asked.text)
    return rows.order_by("sort_key", "id") if hasattr(kind.model, "sort_key") else rows.order_by("id")


def access_page(kind: Kind, viewer: Viewer, asked: Asked, *, size: int = PAGE) -> Listed:
    """One page of the list, by key: the thousandth page costs what the first does."""
    rows = rows_of(kind, viewer, asked)
    count = rows.order_by()[:COUNTED + 1].count()
    many = count > COUNTED and _keyed(kind) and connection.vendor == "sqlite"
    if many and (not asked.text or is_broad(kind.model, asked.text)):
        rows = rows_of(kind, viewer, asked, walk=True)
    if asked.after is not None:
        key, pk = asked.after
        rows = rows.filter(sort_key__gte=key).filter(Q(sort_key__gt=key) | Q(pk__gt=pk)) if _keyed(kind) else \
            rows.filter(pk__gt=pk)
    keys = list(rows.values_list("pk", flat=True)[:size + 1])  # narrow rows are sorted, wide ones fetched for a page
    there = {record.pk: record for record in kind.visible_to(viewer).filter(pk__in=keys)}
    page = tuple(there[key] for key in keys if key in there)
    last = page[size - 1] if len(page) > size else None
    more = (getattr(last, "sort_key", ""), last.pk) if last is not None else None
    return Listed(page[:size], count if count <= COUNTED else None, more)


def facets(kind: Kind, viewer: Viewer, asked: Asked, columns: Sequence[str]) -> dict[str, list[tuple[Any, int]]]:
    """How many of the first ``COUNTED`` rows have each value of each column, the most frequent first."""
    some = rows_of(kind, viewer, asked).order_by()[:COUNTED].values("pk")
    of = kind.model.objects.filter(pk__in=some)
    return {column: list(of.exclude(**{column: None}).values_list(column).annotate(n=Count("pk"))
                         .order_by("-n", column)[:FACET]) for column in columns}


def _keyed(kind: Kind) -> bool:
    return hasattr(kind.model, "sort_key")
