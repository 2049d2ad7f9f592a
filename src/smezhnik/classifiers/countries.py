"""Names of countries that trade with the Union or are rated beside its regions, by their codes of ISO 3166-1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from smezhnik.classifiers.packaged import DATA, read_tsv
from smezhnik.types import Lang

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def country_name(code: str, lang: Lang) -> str | None:
    """Short name of a country by its two or three letters; None for a code that the table does not have.

    >>> country_name("IT", "ru"), country_name("KAZ", "en"), country_name("RU-BA", "ru")
    ('Италия', 'Kazakhstan', None)
    """
    return _names(lang).get(code)


def in_language(code: str, given: str, lang: Lang) -> str:
    """The name that somebody gave to a country or another territory, in a language: where theirs is of another one and
    the code is of a country, its short name; else as it was given.

    >>> in_language("ITA", "Italy", "ru"), in_language("ITA", "Италия", "ru"), in_language("Уфа", "Уфа", "en")
    ('Италия', 'Италия', 'Уфа')
    """
    own = "ru" if _CYRILLIC.search(given) else "en"
    return given if own == lang else country_name(code, lang) or given


@cache
def _names(lang: Lang) -> Mapping[str, str]:
    frame = read_tsv(DATA / "countries.tsv")
    return {code: name for column in ("alpha2", "alpha3")
            for code, name in frame.select(column, f"name_{lang}").iter_rows()}
