"""Full text that knows Russian: what is searched is the stem of the dictionary form, and the word as written.

«станки», «станков» and «станок» have three stems and one dictionary form; 15 of 30 usual nouns of industry fall apart
under the stem alone, none under the stem of the dictionary form (methods/web.md §3.3). SQLite keeps the words in an
FTS5 table beside the record, PostgreSQL in an index of ``to_tsvector('simple', words)``; both find the same rows.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pymorphy3
from django.db import connection, connections, models
from django.db.models import Func
from django.db.models.expressions import RawSQL
from Stemmer import Stemmer

from smezhnik.records.models import Record

_WORD = re.compile(r"[0-9a-zа-я]+")
_FOLD = str.maketrans("ёЁ", "её")
#: A word of so many letters also finds what begins with it.
PREFIX_FROM = 3
#: Rows from which on a list is walked and not gathered: fewer may all stand at its end, and the walk would be long.
BROAD = 20_000
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
    wanted = words_of(asked)
    if not wanted:
        return rows
    model: type[Record] = rows.model
    if connections[rows.db].vendor == "postgresql":
        # OFFSET 0 keeps the question apart, or the planner walks the list in its order and takes every row's words to
        # pieces
        holding = f"SELECT id FROM {model._meta.db_table} WHERE {_HOLDS.format('words')} OFFSET 0"
        return rows.filter(pk__in=RawSQL(holding, [_query(asked)]))
    name = words_table(model)
    return rows.filter(pk__in=RawSQL(f"SELECT rowid FROM {name} WHERE {name} MATCH %s", [_match(asked)]))


def streamed(rows: Any, asked: str) -> Any:
    """The same rows as ``found``, each as the index of words comes to it: for the first of them, in no order, or for
    those that are few enough to be sorted.
    """
    if not words_of(asked):
        return rows
    model: type[Record] = rows.model
    if connections[rows.db].vendor == "postgresql":
        rows = rows.extra(where=[_HOLDS.format(f"{model._meta.db_table}.words")], params=[_query(asked)])
        # an order that no index has: the planner would walk the list and take every row's words to pieces
        return rows.order_by(Func("sort_key", function="concat"), "id")
    name = words_table(model)
    # the plus keeps SQLite from asking the index of words anew for every row of the table
    return rows.extra(tables=[name], where=[f"{name} MATCH %s AND {model._meta.db_table}.id = +{name}.rowid"],
                      params=[_match(asked)])


def is_broad(model: type[Record], asked: str) -> bool:
    """On SQLite: whether so many rows hold the words that a list is quicker walked than gathered and sorted."""
    name, query = words_table(model), _match(asked)
    if not query:
        return True  # there is no word to look for
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {name} WHERE {name} MATCH %s LIMIT {BROAD})",
                       [query])
        return bool(cursor.fetchone()[0] == BROAD)


def walked(rows: Any, asked: str) -> Any:
    """On SQLite: the same rows as ``found``, met as the list comes to them: for words that many rows hold."""
    if not words_of(asked):
        return rows
    name = words_table(rows.model)
    # the plus keeps SQLite from looking each of the many up in the table, which it would have to sort then
    return rows.extra(where=[f"+{rows.model._meta.db_table}.id IN (SELECT rowid FROM {name} WHERE {name} MATCH %s)"],
                      params=[_match(asked)])


def _match(asked: str) -> str:
    """The words in the language of FTS5."""
    return " AND ".join(f'({_quoted(word)}{"*" if len(word) >= PREFIX_FROM else ""} OR {_quoted(stemmed)})'
                        for word, stemmed in words_of(asked))


#: Written as the index of PostgreSQL has it.
_HOLDS = "to_tsvector('simple', {}) @@ to_tsquery('simple', %s)"


def _query(asked: str) -> str:
    """The words in the language of PostgreSQL."""
    return " & ".join(f"({_prefixed(word, ':*')} | {stemmed}:*)" if len(word) >= PREFIX_FROM
                      else f"({word} | {stemmed})" for word, stemmed in words_of(asked))


def _prefixed(word: str, ending: str) -> str:
    return word + ending


def _quoted(word: str) -> str:
    return f'"{word}"'


def words_table(model: type[models.Model]) -> str:
    """The FTS5 table of a model."""
    return f"{model._meta.db_table}_words"
