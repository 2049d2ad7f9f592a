"""Signs of the product as one sprite: bases, lights, the logo, and the outline icons that pages use."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.icons import ICONS, MENU
from smezhnik.report.markup import element
from smezhnik.types import Basis, Lang

#: Our own signs, 14 px: they differ by shape first, by colour second (look.md, "Lights" and "Bases").
_SIGNS = {
    "register": '<rect x="1.5" y="1.5" width="11" height="11" rx="1.5" fill="currentColor"/>',
    "declared": '<circle cx="7" cy="7" r="4.75" fill="none" stroke="currentColor" stroke-width="2.5"/>',
    "inferred": '<path d="M7 1.2L12.8 7L7 12.8L1.2 7z" fill="none" stroke="currentColor" stroke-width="1.6" '
                'stroke-dasharray="2.6 1.5"/>',
    "ok": '<circle cx="7" cy="7" r="6.5" fill="currentColor"/>'
          '<path d="M4.2 7.2l2 2l3.6-4" fill="none" stroke="var(--surface)" stroke-width="1.6"/>',
    "warn": '<path d="M7 .8L13.6 13H.4z" fill="currentColor"/>'
            '<path d="M7 5v4M7 10.4v1.2" stroke="var(--surface)" stroke-width="1.6"/>',
    "bad": '<rect x=".8" y=".8" width="12.4" height="12.4" rx="1.5" fill="currentColor"/>'
           '<path d="M4.5 4.5l5 5M9.5 4.5l-5 5" stroke="var(--surface)" stroke-width="1.6"/>',
    "unk": '<circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" stroke-width="1.4" '
           'stroke-dasharray="2.4 1.6"/><path d="M5.4 5.6a1.6 1.6 0 1 1 2.2 1.5c-.5.2-.6.5-.6 1M7 9.6v.9" '
           'fill="none" stroke="currentColor" stroke-width="1.2"/>',
    "half": '<circle cx="7" cy="7" r="5.8" fill="none" stroke="currentColor" stroke-width="1.4"/>'
            '<path d="M7 1.2a5.8 5.8 0 0 1 0 11.6z" fill="currentColor"/>',
}
_LOGO = ('<path d="M7 1h8l6 9l-6 9h-8l-6-9z" fill="none" stroke="currentColor" stroke-width="2" '
         'stroke-linejoin="round"/><path d="M1 10h6M15 10h6" stroke="currentColor" stroke-width="2"/>'
         '<circle cx="11" cy="10" r="3.5" fill="none" stroke="currentColor" stroke-width="2"/>')
#: Hatching of what was inferred: an area that is violet also without colour vision.
_HATCH = ('<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
          '<rect width="6" height="6" fill="var(--inf-weak)"/><rect width="2" height="6" fill="var(--inf)"/></pattern>')
#: Hatching of what was lost, over its bar.
_LOSS = ('<pattern id="loss" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
         '<rect width="1.8" height="5" fill="var(--surface)"/></pattern>')
#: Hatching of a place where nothing is known: neither nought nor full.
_NODATA = ('<pattern id="nodata" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
           '<rect width="1.4" height="5" fill="var(--unk)"/></pattern>')


@cache
def sprite(menu: bool = False) -> Markup:
    """The hidden drawing that holds every sign once; ``icon`` and ``sign`` point into it.

    Parameters
    ----------
    menu : with the icons of the workplace's menu, which no report shows
    """
    icons = ICONS | (MENU if menu else {})
    symbols = [f'<symbol id="i-{name}" viewBox="0 0 24 24">{inner}</symbol>' for name, inner in icons.items()]
    symbols += [f'<symbol id="s-{name}" viewBox="0 0 14 14">{inner}</symbol>' for name, inner in _SIGNS.items()]
    symbols.append(f'<symbol id="logo" viewBox="0 0 22 20">{_LOGO}</symbol>')
    return Markup('<svg class="vh" aria-hidden="true"><defs>{}{}</defs></svg>').format(
        Markup(_HATCH + _LOSS + _NODATA), Markup("").join(map(Markup, symbols)))


@cache
def icon(name: str, class_: str = "icon") -> Markup:
    """An icon beside a word; it says nothing by itself."""
    if name not in ICONS and name not in MENU:
        raise KeyError(name)
    return element("svg", element("use", href=f"#i-{name}"), class_=class_, aria_hidden="true")


@cache
def sign(name: str) -> Markup:
    """A light or a base without its word; the word stands beside it."""
    if name not in _SIGNS:
        raise KeyError(name)
    return element("svg", element("use", href=f"#s-{name}"), class_="sign", aria_hidden="true")


def basis_sign(basis: Basis, lang: Lang) -> Markup:
    """What a fact rests on: its shape and always its word."""
    return element("span", sign(basis), say(f"basis.{basis}", lang), class_=f"basis {basis}")


def grade_sign(grade: str, lang: Lang) -> Markup:
    """The letter of a grade on its density, with its meaning for who hovers or listens."""
    meaning = say(f"grade.{grade}", lang)
    return element("span", grade, element("span", f": {meaning}", class_="vh"), class_=f"grade {grade}", title=meaning)
