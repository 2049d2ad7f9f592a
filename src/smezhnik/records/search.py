"""Full text that knows Russian: what is searched is the stem of the dictionary form, and the word as written.

«станки», «станков» and «станок» have three stems and one dictionary form; 15 of 30 usual nouns of industry fall apart
under the stem alone, none under the stem of the dictionary form (methods/web.md §3.3). SQLite keeps the words in an
FTS5 table beside the record, PostgreSQL in a column that it makes of them; both find the same rows.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pymorphy3
from django.db import connections, models
from django.db.models.expressions import RawSQL
from Stemmer import Stemmer

from smezhnik.records.models import Record

_WORD = re.compile(r"[0-9a-zа-я]+")
_FOLD = str.maketrans("ёЁ", "её")
#: A word of so many letters also finds what begins with it.
PREFIX_FROM = 3
#: The column of PostgreSQL that has the words as a ``tsvector``: what is looked for in it is not taken to pieces anew.
VECTOR = "sought"
_tools = threading.local()  # a stemmer is not to be shared by threads


def fold(text: str) -> str:
    """Lower case, ё as е: the key by which texts are compared and sorted on every database."""
    return text.translate(_FOLD).lower()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of the dictionary form of a folded word; marks and numbers stay as they are."""
    if not hasattr(_tools, "morph"):
        _tools.morph, _tools.stemmer = pymorphy3.MorphAnalyzer(), Stemmer("russian")
    if not word.isalpha() or word.isascii():
        return word
    found: str = _tools.stemmer.stemWord(fold(_tools.morph.parse(word)[0].normal_form))
    return found


def search_words(texts: Iterable[str | None]) -> str:
    """What is kept for the search of a record: every word as written and its stem, once each."""
    words: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(fold(text or "")):
            words[word] = None
            words[stem(word)] = None
    return " ".join(words)


def words_of(asked: str) -> list[tuple[str, str]]:
    """What a person asks for: each word as typed and its stem."""
    return [(word, stem(word)) for word in _WORD.findall(fold(asked))]


def found(rows: Any, asked: str) -> Any:
    """The rows that hold every word that is asked for, in any form; a word also finds what begins with it.

    Parameters
    ----------
    rows : query set of a model with ``words``
    asked : what a person typed; without any word nothing is filtered
    """
    if not words_of(asked):
        return rows
    if _has_vectors(rows):
        return rows.extra(where=[f"{rows.model._meta.db_table}.{VECTOR} @@ to_tsquery('simple', %s)"],
                          params=[_query(asked)])
    name = words_table(rows.model)
    return rows.filter(pk__in=RawSQL(f"SELECT rowid FROM {name} WHERE {name} MATCH %s", [_match(asked)]))


def streamed(rows: Any, asked: str) -> Any:
    """The same rows as ``found``, each as the index of words comes to it: for the first of them, in no order, or for
    those that are few enough to be sorted.
    """
    if not words_of(asked) or _has_vectors(rows):
        return found(rows, asked)
    model: type[Record] = rows.model
    name = words_table(model)
    # the plus keeps SQLite from asking the index of words anew for every row of the table
    return rows.extra(tables=[name], where=[f"{name} MATCH %s AND {model._meta.db_table}.id = +{name}.rowid"],
                      params=[_match(asked)])


def newest(rows: Any, asked: str, *, before: int | None = None) -> Any:
    """The same rows as ``found``, those that were entered last first, of which the first cost little however many
    there are.

    ``before``: the key of a row that others follow.
    """
    rows = streamed(rows, asked)
    if _has_vectors(rows):
        rows = rows.order_by("-id")
        return rows if before is None else rows.filter(pk__lt=before)
    name = words_table(rows.model)  # whose keys are those of the rows, and which has them in that order
    rows = rows.order_by().extra(order_by=[f"-{name}.rowid"])
    return rows if before is None else rows.extra(where=[f"{name}.rowid < %s"], params=[before])


def _has_vectors(rows: Any) -> bool:
    """Whether the database has the words as a column of its own kind, so PostgreSQL."""
    return bool(connections[rows.db].vendor == "postgresql")


def _match(asked: str) -> str:
    """The words in the language of FTS5."""
    return " AND ".join(_either(word, stemmed, one='"{}"', beginning='"{}"*', between=" OR ")
                        for word, stemmed in words_of(asked))


def _query(asked: str) -> str:
    """The words in the language of PostgreSQL."""
    return " & ".join(_either(word, stemmed, one="{}", beginning="{}:*", between=" | ")
                      for word, stemmed in words_of(asked))


def _either(word: str, stemmed: str, *, one: str, beginning: str, between: str) -> str:
    """A word or what begins with it, or its stem, unless that begins with the word."""
    long = len(word) >= PREFIX_FROM
    ways = [(beginning if long else one).format(word)]
    if not (stemmed.startswith(word) if long else stemmed == word):
        ways.append(one.format(stemmed))
    return f"({between.join(ways)})"


def words_table(model: type[models.Model]) -> str:
    """The FTS5 table of a model."""
    return f"{model._meta.db_table}_words"
