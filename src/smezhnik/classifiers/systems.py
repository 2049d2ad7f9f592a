"""The shipped classifications: what each is, of which edition, and how its codes are built."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from smezhnik.errors import UnknownCode
from smezhnik.messages import Words


@dataclass(frozen=True)
class System:
    """A classification and how its codes are built.

    Attributes
    ----------
    name : its name in commands and files
    short : how papers call it
    ru, en : title with the number of the official document
    edition : the day whose text the table holds
    widths : digits of the groups between dots; empty where codes have no dots but are often written in groups
    lengths : how many digits a code may have → name of that level (catalogue entry ``level.<name>``)
    filler : numbers of trailing zeros that only fill a code up to its full length: ``13.20.44.120`` stands for
        the category ``13.20.44.12`` with its subcategories, ``0101210000`` for the subheading ``010121``
    lang : language of the names
    """

    name: str
    short: str
    ru: str
    en: str
    edition: dt.date
    widths: tuple[int, ...]
    lengths: Mapping[int, str]
    filler: tuple[int, ...] = ()
    lang: str = "ru"

    @property
    def called(self) -> Words:
        """Its short name in each language: «ОКПД2», “OKPD2”."""
        return Words(self.short, self.en.partition(",")[0].partition(" (")[0])


_ACTIVITY = {2: "class", 3: "subclass", 4: "group", 5: "subgroup", 6: "kind"}

SYSTEMS: Mapping[str, System] = {
    system.name: system
    for system in (
        System("okpd2", "ОКПД2", "ОКПД2, ОК 034-2014 (КПЕС 2008)", "OKPD2, OK 034-2014 (CPA 2008)",
               dt.date(2025, 12, 5), (2, 2, 2, 3), {**_ACTIVITY, 8: "category", 9: "subcategory"}, (1,)),
        System("okved2", "ОКВЭД2", "ОКВЭД2, ОК 029-2014 (КДЕС Ред. 2)", "OKVED2, OK 029-2014 (NACE Rev. 2)",
               dt.date(2023, 12, 1), (2, 2, 2), _ACTIVITY),
        System("tnved", "ТН ВЭД", "ТН ВЭД ЕАЭС", "Commodity nomenclature of the Eurasian Economic Union",
               dt.date(2023, 8, 9), (), {2: "chapter", 4: "heading", 6: "subheading", 8: "division", 10: "commodity"},
               (4, 2)),
        System("okei", "ОКЕИ", "ОКЕИ, ОК 015-94", "OKEI, OK 015-94 (units of measure)", dt.date(2020, 10, 8),
               (4,), {3: "unit", 4: "unit"}),
        System("hs2022", "ГС 2022", "Гармонизированная система, 2022", "Harmonized System 2022",
               dt.date(2022, 1, 1), (), {2: "chapter", 4: "heading", 6: "subheading"}, lang="en"),
        System("nace2", "КДЕС 2", "КДЕС Ред. 2 (классы КПЕС)", "NACE Rev. 2 (classes of CPA)",
               dt.date(2008, 1, 1), (2, 2), {2: "class", 3: "subclass", 4: "group"}, lang="en"),
        System("isic4", "МСОК 4", "МСОК, редакция 4", "ISIC Rev. 4", dt.date(2008, 8, 11), (),
               {2: "class", 3: "subclass", 4: "group"}, lang="en"),
    )
}


def system_of(name: str) -> System:
    """The declared system; UnknownCode lists those that there are."""
    try:
        return SYSTEMS[name]
    except KeyError:
        raise UnknownCode("unknown_system", found=name, known=list(SYSTEMS)) from None
