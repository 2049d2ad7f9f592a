"""Lists of records as people ask for them: search, filters, facets, pages."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal

from django.db import connection
from django.db.models import Q, QuerySet

from smezhnik.records.access import Kind, Viewer
from smezhnik.records.search import found, newest, streamed, words_of
from smezhnik.tables import table

#: Rows of a page; most rows that are counted, since an exact count reads all of them.
PAGE, COUNTED = 25, 1_000
#: Values of a facet that are shown; digits of the class under which a facet counts codes.
FACET, CLASS = 12, 2
#: Rows of a list that a walk looks at before all that answer are gathered.
WALKED = 5_000
#: Seconds for which the facets of a whole list stay where it has more rows than are counted: they are of its first
#: rows only, and counting them costs as much as the page. Lists for which they are kept.
STEADY_S, MOST_KEPT = 60, 512
#: How SQLite comes to the rows: gathered by an index; in the order of the list, each looked at; by the index of words,
#: each as it comes.
Way = Literal["index", "list", "words"]
#: Where a page ends: sort key, None where the newest come first, and database key of its last row.
Place = tuple[str | None, int]

_kept: OrderedDict[tuple[str, Viewer], tuple[float, Mapping[str, list[tuple[Any, int]]]]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Asked:
    """A list as it is asked for: what a saved filter keeps.

    Attributes
    ----------
    text : words to search for
    where : column → value; a code stands for all codes that begin with it
    after : sort key and database key of the last row of the page before; None on the first. The sort key is None
        where the newest come first
    """

    text: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    after: Place | None = None


@dataclass(frozen=True)
class Listed:
    """A page of a list; ``count`` is None where there are more than ``COUNTED`` rows.

    ``facets``: column → its values and how many of the first ``COUNTED`` rows have each. ``newest``: the rows that
    were entered last stand first, and not the list in its order.
    """

    rows: tuple[Any, ...]
    count: int | None
    more: Place | None
    facets: Mapping[str, list[tuple[Any, int]]]
    newest: bool = False


def filters_of(kind: Kind) -> tuple[str, ...]:
    """Columns that the list may be filtered by: public ones, which every viewer may read of every row."""
    columns = table(kind.table).columns
    names = {item.name for item in kind.model._meta.concrete_fields}
    return tuple(name for name in ("region", "stage", "grade", "okved2", "okpd2", "basis", "import_substituting",
                                   "high_tech", "socially_significant", "exported")
                 if name in columns and name in names)


def rows_of(kind: Kind, viewer: Viewer, asked: Asked, *, by: Way = "index") -> QuerySet[Any]:
    """The rows that the viewer may see and that answer what is asked, in the order of the list.

    ``by``: how SQLite, whose statistics do not tell how many rows hold a word or a value, comes to them; the rows are
    the same. PostgreSQL decides by itself.
    """
    rows = kind.visible_to(viewer)
    for column, value in asked.where.items():
        if column not in filters_of(kind):
            continue
        about = table(kind.table).columns[column]
        if about.kind == "code" and by == "list":
            name = f"+{kind.model._meta.db_table}.{column}"  # the plus keeps SQLite from the index of the column
            rows = rows.extra(where=[f"{name} >= %s AND {name} < %s"], params=[value, value + "\uffff"])
        elif about.kind == "code":
            rows = rows.filter(**{f"{column}__gte": value, f"{column}__lt": value + "\uffff"})
        elif about.kind == "flag":
            rows = rows.filter(**{column: value == "yes"})
        else:
            rows = rows.filter(**{column: value})
    rows = rows.order_by("sort_key", "id") if _keyed(kind) else rows.order_by("id")
    if _sought(kind, asked):
        rows = (streamed if by == "words" else found)(rows, asked.text)
    return rows


def access_page(kind: Kind, viewer: Viewer, asked: Asked, *, size: int = PAGE, facets: Sequence[str] = ()) -> Listed:
    """One page of the list, by key: the thousandth page costs what the first does.

    Where more than ``COUNTED`` rows hold the words that are looked for, the newest come first: nobody reads so many by
    name, and to bring them into the order of their names all would have to be read. The pages that follow keep the
    order of the first.

    ``facets``: columns of which it is told how many of the first ``COUNTED`` rows have each value.
    """
    keyed, narrow, sought = _keyed(kind), bool(asked.text or asked.where), _sought(kind, asked)
    if asked.after is not None and asked.after[0] is None and not sought:
        asked = replace(asked, after=("", asked.after[1]))  # the words were taken out of the address
    steady = None if narrow else _steady(kind, viewer, facets)
    if steady is not None:
        return _page(list(_onward(kind, rows_of(kind, viewer, asked), asked)[:size + 1]), size, None, steady)
    names = ["pk", *(["sort_key"] if keyed and narrow else []), *facets]
    # of the whole list the first rows, which its index has in order; of others any, none of which has to be sorted
    rows = rows_of(kind, viewer, asked, by="words")
    some = list((rows.order_by() if narrow else rows).values_list(*names)[:COUNTED + 1])
    counted = {name: _values(kind, name, (row[names.index(name)] for row in some[:COUNTED])) for name in facets}
    count = len(some) if len(some) <= COUNTED else None
    if not narrow:
        if count is None:
            _keep_steady(kind, viewer, counted)
        return _page(list(_onward(kind, rows_of(kind, viewer, asked), asked)[:size + 1]), size, count, counted)
    if sought and (asked.after[0] is None if asked.after else count is None):
        keys = newest(rows_of(kind, viewer, replace(asked, text="")), asked.text, before=asked.after and asked.after[1])
        page = _fetched(kind, viewer, list(keys.values_list("pk", flat=True)[:size + 1]))
        return _page(page, size, count, counted, latest=True)
    walked = _walk(kind, viewer, asked, size + 1) if keyed and not sought and count is None \
        and connection.vendor == "sqlite" else None
    if walked is None:
        walked = _fetched(kind, viewer, _first(kind, asked, size + 1, some) if count is not None else list(
            _onward(kind, rows_of(kind, viewer, asked, by="words"), asked).values_list("pk", flat=True)[:size + 1]))
    return _page(walked, size, count, counted)


def _fetched(kind: Kind, viewer: Viewer, keys: Sequence[int]) -> list[Any]:
    """The rows of a page in its order: narrow ones were looked through, wide ones are fetched for a page only."""
    there = {record.pk: record for record in kind.visible_to(viewer).filter(pk__in=keys)}
    return [there[key] for key in keys if key in there]


def _page(rows: list[Any], size: int, count: int | None, facets: Mapping[str, list[tuple[Any, int]]], *,
          latest: bool = False) -> Listed:
    """A page of rows that were asked for with one too many, by which it is known whether more follow."""
    last = rows[size - 1] if len(rows) > size else None
    more = (None if latest else getattr(last, "sort_key", ""), last.pk) if last is not None else None
    return Listed(tuple(rows[:size]), count, more, facets, latest)


def _steady(kind: Kind, viewer: Viewer, facets: Sequence[str]) -> Mapping[str, list[tuple[Any, int]]] | None:
    """The facets of a whole list that were counted lately; None where they are to be counted."""
    until, there = _kept.get((kind.name, viewer), (0.0, {}))
    return {name: there[name] for name in facets} if time.monotonic() < until and set(facets) <= set(there) else None


def _keep_steady(kind: Kind, viewer: Viewer, facets: Mapping[str, list[tuple[Any, int]]]) -> None:
    with _lock:
        _kept[kind.name, viewer] = (time.monotonic() + STEADY_S, facets)
        _kept.move_to_end((kind.name, viewer))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _first(kind: Kind, asked: Asked, size: int, some: Sequence[tuple[Any, ...]]) -> list[int]:
    """Keys of the first rows after the page before, of all that answer, which begin with their key and sort key."""
    if connection.vendor == "sqlite" and _keyed(kind):
        places = sorted((row[1], row[0]) for row in some)
        return [pk for key, pk in places if asked.after is None or (key, pk) > asked.after][:size]
    rows = kind.model.objects.filter(pk__in=[row[0] for row in some])  # each PostgreSQL has its own order of letters
    rows = _onward(kind, rows.order_by(*(("sort_key", "id") if _keyed(kind) else ("id",))), asked)
    return list(rows.values_list("pk", flat=True)[:size])


def _walk(kind: Kind, viewer: Viewer, asked: Asked, size: int) -> list[Any] | None:
    """On SQLite: a page by walking the list, quicker than to gather where many rows answer; None where the page is not
    full within reach, since all may stand at the end of the list.
    """
    listed = kind.model._default_manager.filter(archived=viewer.archived)  # the index alone, whoever may see the rows
    listed = listed.filter(held_by=viewer.region) if viewer.region else listed
    keys = _onward(kind, listed.order_by("sort_key", "id"), asked).values_list("sort_key", flat=True)
    bound = list(keys[WALKED:][:1])
    rows = _onward(kind, rows_of(kind, viewer, asked, by="list"), asked)
    page = list((rows.filter(sort_key__lte=bound[0]) if bound else rows)[:size])
    return page if len(page) == size or not bound else None


def _onward(kind: Kind, rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """The rows after the page before."""
    if asked.after is None:
        return rows
    key, pk = asked.after
    return rows.filter(sort_key__gte=key).filter(Q(sort_key__gt=key) | Q(pk__gt=pk)) if _keyed(kind) else \
        rows.filter(pk__gt=pk)


def other_values(kind: Kind, viewer: Viewer, asked: Asked, column: str) -> list[tuple[Any, int]]:
    """A facet without its own condition, so that another value can be chosen in place of the one that is set."""
    others = Asked(asked.text, {name: value for name, value in asked.where.items() if name != column})
    rows = rows_of(kind, viewer, others, by="words").order_by().values_list(column, flat=True)
    return _values(kind, column, rows[:COUNTED])


def _values(kind: Kind, name: str, column: Iterable[Any]) -> list[tuple[Any, int]]:
    """The values of a facet and how many rows have each, the most frequent first; a code counts under its class."""
    code = table(kind.table).columns[name].kind == "code"
    counts = Counter(value[:CLASS] if code else value for value in column if value is not None)
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:FACET]


def _keyed(kind: Kind) -> bool:
    return hasattr(kind.model, "sort_key")


def _sought(kind: Kind, asked: Asked) -> bool:
    """Whether rows are looked for by words, and the kind has any."""
    return bool(words_of(asked.text)) and hasattr(kind.model, "words")
