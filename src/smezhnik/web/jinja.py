"""Templates: the same language, sentences and signs as in reports."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.forms.renderers import BaseRenderer
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import localtime
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from smezhnik.classifiers.countries import country_name
from smezhnik.classifiers.english import product_name
from smezhnik.errors import SmezhnikError, describe_fault
from smezhnik.messages import catalogue, format_number, format_value, say
from smezhnik.records.access import KINDS
from smezhnik.records.told import references_of
from smezhnik.report.markup import arrows, sentence
from smezhnik.report.signs import basis_sign, grade_sign, icon, sign, sprite
from smezhnik.rules.load import list_packs, load_pack
from smezhnik.rules.sentences import plain
from smezhnik.tables import TABLES
from smezhnik.types import Lang
from smezhnik.web.values import device, label_of, region_names, word_of
from smezhnik.web.views.errors import sentence_of


def environment(**options: Any) -> Environment:
    """The environment of all pages; a name that a page does not know is a fault, not an empty place."""
    made = Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})
    made.globals.update(static=static, url=_url, page_of=page_of, icon=icon, sign=sign, sprite=sprite,
                        basis_sign=basis_sign, grade_sign=grade_sign,
                        date=dt.date.fromisoformat, TABLES=TABLES)
    made.filters["arrows"] = arrows
    return made


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


#: What stands where nothing is known.
ABSENT = Markup('<span class="absent">–</span>')
#: Kinds whose record has a page of its own, under their name.
OWN_PAGES = ("agreement", "case", "cluster", "order", "cycle", "meeting", "event", "customer", "delegation")
#: How an id of a record is written.
IDS = re.compile(r"[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}")
#: An id that no record has.
_ANY = "Y-00000"


def page_of(kind: str, public_id: str) -> str:
    """Where the page of a record is."""
    return _page(kind if kind in OWN_PAGES else "card").replace(_ANY, public_id)


@cache
def _page(name: str) -> str:
    """The address of a page with an id to be put in: a list asks for one a row."""
    return reverse(name, args=[_ANY])


def page_values(request: Any) -> Mapping[str, Any]:
    """What every page knows: its language and how that writes sentences, numbers and values; who looks."""
    lang: Lang = getattr(request, "lang", "ru")
    user = getattr(request, "user", None)
    viewer = user.viewer if user is not None and user.is_authenticated else None

    def number(value: float | None, decimals: int | None = None) -> Markup:
        return ABSENT if value is None else escape(format_number(value, lang, decimals))

    def signed(value: float) -> str:
        return format_number(value, lang, 2, sign=True)

    def place(code: str | None) -> str:
        """The name of a region; a code that the pack does not know stands as it is."""
        return region_names(lang).get(code or "", code or "–")

    def code_words(name: str, value: Any) -> Markup | None:
        """What a code in a column stands for: a region, a country, a rule pack, another record; else None."""
        if not isinstance(value, str):
            return None
        if name == "region" or name.endswith("_region"):
            return escape(place(value))
        if "country" in name:
            return escape(country_name(value, lang) or value)
        if name == "pack" and value in list_packs():
            return escape(load_pack(value).title.of(lang))
        if name.endswith("_id") and IDS.fullmatch(value):
            return Markup('<a href="{}">{}</a>').format(reverse("card", args=[value]), value)
        return None

    def value(column: Any, given: Any, name: str = "") -> Any:
        """A value of a column as people read it; with the name of the column a code in the words that it stands for."""
        words = code_words(name, given) if name else None
        if words is not None:
            return words
        if given is None:
            return ABSENT
        if column.names:
            return given
        if column.kind in ("number", "integer"):
            return number(given)
        if column.choices and column.kind in ("list", "text"):
            return "; ".join(word("web.choice", one) for one in (given if column.kind == "list" else [given]))
        if column.kind == "records":
            return len(given)
        return format_value(dt.date.fromisoformat(given) if column.kind == "date" and isinstance(given, str) else _here(
            given), lang)

    def of_column(column: Any) -> str:
        return label_of(column, lang)

    def field_words(public_id: str, name: str) -> str:
        """What a field of a record is called: its column, or the kind of the record that holds it."""
        kind = next((one for one in KINDS.values() if public_id.startswith(one.model.PREFIX)), None)
        if kind is None or name in KINDS:
            return word("web.kind", name)
        column = references_of(kind.model).get(name, (name, None))[0]
        columns = TABLES[kind.table].columns
        return of_column(columns[column]) if column in columns else word("web.field", column)

    def class_name(system: str, code: str) -> str:
        """The name of a class of a classifier; nothing where the classifier does not know it."""
        return product_name(code[:2], lang, system=system) or ""

    def word(group: str, code: str) -> str:
        """A code in the reader's words, where the catalogues have them."""
        return word_of(group, code, lang)

    def fact(code: str) -> str:
        """What is known of a cluster in words, without the code that files need."""
        return plain(word("rules.fact", code))

    return {"lang": lang, "viewer": viewer, "user": user, "n": number, "of_column": of_column, "word": word,
            "help": help_of(request), "printed_at": localtime(),
            "field_words": field_words, "class_name": class_name, "fact": fact, "place": place,
            "value": value, "device": lambda agent: device(agent, lang),
            "signed": signed, "said_fault": lambda fault: describe_fault(fault, lang, page=True),
            "said_error": lambda error: sentence_of(error, lang),
            "said_job": lambda job: sentence_of(SmezhnikError(job.error.get("code", "ours"), **job.error.get(
                "fields", {})), lang),
            "t": lambda code, **fields: say(code, lang, **{name: _here(value) for name, value in fields.items()}),
            "s": lambda code, **fields: sentence(code, lang, **fields),
            "v": lambda value: format_value(_here(value), lang), "path": request.path,
            "htmx": bool(getattr(request, "htmx", False)), "sample": getattr(settings, "SAMPLE", False)}


def help_of(request: Any) -> str:
    """The entry of the catalogues that helps on the page: of the list of a kind, of the page, or of any page."""
    match = getattr(request, "resolver_match", None)
    name = match.url_name if match is not None else "other"
    plural = match.kwargs.get("plural", "") if match is not None else ""
    return next(entry for entry in (f"help.{name}.{plural}", f"help.{name}", "help.other") if entry in catalogue())


def _here(value: Any) -> Any:
    """A moment in the time of the installation; anything else as it is."""
    return localtime(value) if isinstance(value, dt.datetime) else value


class Forms(BaseRenderer):
    """Forms are drawn by the pages' own macros."""

    def get_template(self, template_name: str) -> Any:
        """No template of Django's own is used."""
        raise NotImplementedError(template_name)
