"""English names of product classes: those of the activities of NACE Rev. 2 that share their digits."""

from __future__ import annotations

import re

from smezhnik.classifiers.editions import load
from smezhnik.types import Lang

#: The part of an activity's name that is not of its product.
_ACTIVITY = re.compile(r"^(Manufacture|Production) of ")


def product_name(code: str, lang: Lang, *, system: str = "okpd2") -> str | None:
    """Name of a product class, in English that of the NACE class where there is one; None where nobody names it.

    >>> product_name("24.10", "en")
    'Basic iron and steel and ferro-alloys'
    """
    for classifier in (load("nace2"), load(system)) if lang == "en" else (load(system),):
        if code in classifier:
            name = _ACTIVITY.sub("", classifier.name(code)).replace(" and of ", " and ")
            return name[:1].upper() + name[1:]
    return None
