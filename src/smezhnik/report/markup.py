"""Markup that is safe by construction: elements from Python, templates with escaping on, numbers by language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from smezhnik.messages import format_number, format_value, say
from smezhnik.types import Lang

_BOLD = re.compile(r"\*\*(.+?)\*\*")
#: Elements of a drawing that hold nothing.
_SHAPES = frozenset({"circle", "path", "rect", "use"})
#: Drawn as an icon: the font has no arrow of its own.
ARROW = Markup('<svg class="icon arrow" aria-hidden="true"><use href="#i-arrow"/></svg>')


def element(tag: str, /, *children: object, **attributes: object) -> Markup:
    """One element; text and values are escaped, ``class_`` and ``stroke_width`` become ``class``, ``stroke-width``.

    A child or an attribute that is None is left out; floats are written with at most two decimals.
    """
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_shown(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _SHAPES:
        return Markup(f"<{tag}{named}/>")
    inner = joined(child for child in children if child is not None)
    return Markup(f"<{tag}{named}>{inner}</{tag}>")


def _shown(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """The parts one after another, those that are not markup escaped."""
    return escape(between).join(escape(part) for part in parts)


def arrows(text: str) -> Markup:
    """The text, escaped unless it is markup already, with each arrow as an icon."""
    return ARROW.join(escape(text).split("→"))


def sentence(code: str, lang: Lang, /, **fields: object) -> Markup:
    """A sentence of the catalogues; what stands there between ``**`` is bold, everything else is escaped."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(say(code, lang, **fields)))))


class _Loader(PackageLoader):
    """Templates without the indents of their lines: a page has thousands of rows."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        source, file, fresh = super().get_source(environment, template)
        return re.sub(r"\n\s+", "\n", source), file, fresh


@cache
def _environment() -> Environment:
    made = Environment(loader=_Loader("smezhnik.report"), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
    made.filters["arrows"] = arrows
    made.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    made.globals["ARROW"] = ARROW
    return made


def render(template: str, lang: Lang, /, **values: Any) -> Markup:
    """A template of ``report/templates`` in a language; it has ``t(code, …)``, ``n(value, decimals)``, ``v(value)``."""

    def number(value: float | None, decimals: int | None = None, *, sign: bool = False) -> Markup:
        if value is None:
            return Markup('<span class="absent">–</span>')
        return Markup(escape(format_number(value, lang, decimals, sign=sign)))

    return Markup(_environment().get_template(template).render(
        lang=lang, n=number,
        t=lambda code, **fields: say(code, lang, **fields),
        v=lambda value: format_value(value, lang),
        **values,
    ))
