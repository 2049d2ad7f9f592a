"""Measures of a sheet, read from ``standard.toml``: the one place where margins, fonts and sizes stand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Standard:
    """Margins in millimetres: left, right, top, bottom. Sizes in points: text, table, second, title."""

    margin: Mapping[str, float]
    sizes: Mapping[str, float]
    pdf_font: str
    docx_font: str
    slide_font: str

    @property
    def pdf(self) -> Mapping[str, float | str]:
        """What the template of the PDF asks for."""
        return {**self.margin, "font": self.pdf_font}


@cache
def standard() -> Standard:
    """The measures that ship."""
    told = tomllib.loads((resources.files("smezhnik.papers") / "standard.toml").read_text("utf-8"))
    fonts = told["font"]
    families = ("pdf", "docx", "slide")
    return Standard(told["margin"], {name: size for name, size in fonts.items() if name not in families},
                    *(fonts[name] for name in families))
