"""One self-contained page: head with the finding, body, foot with sources and permanent number; screen and paper.

Nothing is asked of any host: fonts, styles, script and signs are in the file, and its content security policy
allows just them by their hashes.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import segno
from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.markup import element, render
from smezhnik.report.signs import icon, sprite
from smezhnik.types import Lang

_ASSETS = resources.files("smezhnik.report") / "assets"
#: Subset of the font → the characters it holds (from the package of the font).
_SUBSETS = {
    "cyrillic-ext": "U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "latin-ext": "U+0100-02BA,U+1E00-1E9F,U+20A0-20AB,U+20AD-20C0",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says besides its body.

    Attributes
    ----------
    title : the finding in one line
    lead : sentences that answer the page's question, the number in bold
    body : the cards
    lang : language of the whole page
    number : permanent number of the record or of the result
    heading : richer form of the title, such as a pair of regions; None takes the title
    as_of : the day the result holds for; data_date : the day of the facts; made_at : when it was computed
    selection : what was selected, in words
    sources : where the facts come from, a sentence each
    frame : further rows of the frame on paper, label and text
    issuer : who issues the paper, top left of each sheet
    sample : the plants and values are invented («Учебные данные»)
    landscape : paper on its side, for tables of more than six columns
    """

    title: str
    lead: Sequence[Markup | str]
    body: Markup
    lang: Lang
    number: str
    heading: Markup | None = None
    as_of: dt.date | None = None
    data_date: dt.date | None = None
    made_at: dt.datetime | None = None
    selection: str = ""
    sources: Sequence[str] = field(default=())
    frame: Sequence[tuple[str, str]] = field(default=())
    issuer: str = ""
    sample: bool = False
    landscape: bool = False


def render_page(page: Page) -> str:
    """The page as HTML text, ready to be written to a file or served."""
    style, script = Markup(_stylesheet() + _running_head(page)), Markup(_text("report.js"))
    policy = (f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
              "font-src data:; img-src data:; base-uri 'none'; form-action 'none'")
    return str(render("page.html", page.lang, page=page, policy=policy, style=style, script=script, sprite=sprite(),
                      icon=icon, qr=qr_code(page.number, say("report.number_title", page.lang, number=page.number))))


def qr_code(content: str, title: str) -> Markup:
    """A QR code as a drawing; dark modules only, so that it prints on any paper."""
    matrix = segno.make(content, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return element("svg", element("title", title), element("path", d=path, fill="currentColor"), class_="qr",
                   role="img", viewBox=f"-1 -1 {len(matrix) + 2} {len(matrix) + 2}", shape_rendering="crispEdges")


def _text(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")


@cache
def _stylesheet() -> str:
    faces = []
    for subset, characters in _SUBSETS.items():
        data = base64.b64encode((_ASSETS / "fonts" / f"golos-text-{subset}.woff2").read_bytes()).decode()
        faces.append(
            '@font-face{font-family:"Golos Text";font-weight:400 900;font-display:block;'
            f"src:url(data:font/woff2;base64,{data}) format('woff2');unicode-range:{characters}}}\n"
        )
    return "".join([*faces, *(_text(f"{name}.css") for name in (
        "tokens", "charts", "kit", "report", "cluster", "measures", "print"))])


def _running_head(page: Page) -> str:
    """Issuer, page of pages and product in the top margin of every sheet."""
    of = _css_string(f" {say('report.page_of', page.lang)} ")
    boxes = {"top-left": _css_string(page.issuer), "top-center": f"counter(page) {of} counter(pages)",
             "top-right": _css_string(say("report.product", page.lang))}
    look = 'font:400 9pt "Golos Text",sans-serif;color:#333333'
    rules = "".join(f"@{place}{{content:{content};{look}}}" for place, content in boxes.items())
    return f"@page{{size:A4 {'landscape' if page.landscape else 'portrait'};{rules}}}\n"


def _css_string(text: str) -> str:
    """A string that ends neither the CSS nor the element that holds it."""
    return '"' + "".join(c if c.isalnum() or c in " .,«»–-№()" else f"\\{ord(c):x} " for c in text) + '"'


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def permanent_number(prefix: str, day: dt.date | None, content: bytes) -> str:
    """A number that the same result always has: prefix, day, first ten digits of the SHA-256 of its content."""
    stamp = f"{day:%Y%m%d}-" if day else ""
    return f"{prefix}-{stamp}{hashlib.sha256(content).hexdigest()[:10].upper()}"

