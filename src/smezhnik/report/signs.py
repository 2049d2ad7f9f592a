"""Signs of the product as one sprite: bases, lights, the logo, and the Tabler outline icons that pages use."""

from __future__ import annotations

from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.markup import element
from smezhnik.types import Basis, Lang

#: Tabler Icons 3.51 (MIT), outline, 24 px: name → what stands inside the symbol.
_ICONS = {
    "arrow": '<path d="M5 12h14M15 16l4-4M15 8l4 4"/>',
    "pair": '<path d="M7 10h14l-4-4M17 14h-14l4 4"/>',
    "moon": '<path d="M12 3c.132 0 .263 0 .393 0a7.5 7.5 0 0 0 7.92 12.446a9 9 0 1 1-8.313-12.454z"/>',
    "sun": '<path d="M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M3 12h1m8-9v1m8 8h1m-9 8v1m-6.4-15.4l.7.7m12.1-.7l-.7.7'
           'm0 11.4l.7.7m-12.1-.7l-.7.7"/>',
    "print": '<path d="M17 17h2a2 2 0 0 0 2-2v-4a2 2 0 0 0-2-2h-14a2 2 0 0 0-2 2v4a2 2 0 0 0 2 2h2M17 9v-4a2 2 0 0 0'
             '-2-2h-6a2 2 0 0 0-2 2v4M7 15a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-6a2 2 0 0 1-2-2z"/>',
    "search": '<path d="M3 10a7 7 0 1 0 14 0a7 7 0 1 0-14 0M21 21l-6-6"/>',
    "calendar": '<path d="M4 7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-12a2 2 0 0 1-2-2zM16 3v4M8 3v4'
                'M4 11h16"/>',
    "inbox": '<path d="M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-12a2 2 0 0 1-2-2zM4 13h3l3 3h4l3-3h3"/>',
    "board": '<path d="M4 4h6M14 4h6M4 10a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-2a2 2 0 0 1-2-2zM14 10'
             'a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v2a2 2 0 0 1-2 2h-2a2 2 0 0 1-2-2z"/>',
    "list": '<path d="M9 5h-2a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-12a2 2 0 0 0-2-2h-2M9 5a2 2 0 0 1 2-2h2'
            'a2 2 0 0 1 0 4h-2a2 2 0 0 1-2-2M9 12h.01M13 12h2M9 16h.01M13 16h2"/>',
    "building": '<path d="M3 21h18M9 8h1M9 12h1M9 16h1M14 8h1M14 12h1M14 16h1M5 21v-16'
                'a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v16"/>',
    "menu": '<path d="M4 6h16M4 12h16M4 18h16"/>',
    "help": '<path d="M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 17v.01M12 13.5a1.5 1.5 0 0 1 1-1.5a2.6 2.6 0 1 0-3-4"/>',
    "down": '<path d="M6 9l6 6l6-6"/>',
}
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


def sprite() -> Markup:
    """The hidden drawing that holds every sign once; ``icon`` and ``sign`` point into it."""
    symbols = [f'<symbol id="i-{name}" viewBox="0 0 24 24">{inner}</symbol>' for name, inner in _ICONS.items()]
    symbols += [f'<symbol id="s-{name}" viewBox="0 0 14 14">{inner}</symbol>' for name, inner in _SIGNS.items()]
    symbols.append(f'<symbol id="logo" viewBox="0 0 22 20">{_LOGO}</symbol>')
    return Markup('<svg class="vh" aria-hidden="true"><defs>{}{}</defs></svg>').format(
        Markup(_HATCH + _LOSS + _NODATA), Markup("").join(map(Markup, symbols)))


def icon(name: str, class_: str = "icon") -> Markup:
    """An icon beside a word; it says nothing by itself."""
    if name not in _ICONS:
        raise KeyError(name)
    return element("svg", element("use", href=f"#i-{name}"), class_=class_, aria_hidden="true")


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
