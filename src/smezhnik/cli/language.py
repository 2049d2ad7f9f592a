"""The language of this call."""

from __future__ import annotations

import os
import sys

from smezhnik.messages import catalogue, say
from smezhnik.types import Lang


def find_lang(args: list[str]) -> Lang:
    """The language of a line: ``--lang``, then ``SMEZHNIK_LANG``, then Russian."""
    asked = os.environ.get("SMEZHNIK_LANG", "ru")
    for position, arg in enumerate(args):
        if arg == "--lang" and position + 1 < len(args):
            asked = args[position + 1]
        elif arg.startswith("--lang="):
            asked = arg.partition("=")[2]
    return "en" if asked == "en" else "ru"


def lang() -> Lang:
    return find_lang(sys.argv[1:])


def translated(text: str | None) -> str:
    """The sentence of a catalogue entry of the command line; any other text as it is."""
    if text and text.startswith("cli.") and text in catalogue():
        return say(text, lang())
    return text or ""
