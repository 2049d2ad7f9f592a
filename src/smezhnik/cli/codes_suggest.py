"""``smezhnik codes suggest``: texts in, codes out."""

from __future__ import annotations

from pathlib import Path

import click

from smezhnik.cli.base import argument, command, lang, option, progress, tell
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import FILE, TABLE, shown
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.suggest import suggest_file


@command("suggest", help="cli.codes.suggest")
@argument("texts", type=FILE, help="cli.argument.texts")
@option("--system", type=click.Choice(["okpd2", "okved2", "tnved"]), default="okpd2", show_default=True,
        help="cli.codes.system")
@option("--top", type=click.IntRange(1, 150), default=10, show_default=True, help="cli.codes.suggest.top")
@option("--examples", type=FILE, help="cli.codes.suggest.examples")
@option("--output", "-o", type=TABLE, required=True, help="cli.codes.suggest.output")
@reading_options("texts")
def suggest(texts: Path, system: str, top: int, examples: Path | None, output: Path, reading: Reading) -> None:
    """See the catalogue entry ``cli.codes.suggest``."""
    done = suggest_file(texts, output, system=system, top=top, examples=examples, reading=reading, lang=lang(),
                        progress=progress())
    for loaded in done.loaded:
        tell_loaded(loaded)
    tell("cli.codes.suggest.done", texts=done.texts, answered=done.answered, file=shown(output))
    if done.answered < done.texts:
        tell("cli.codes.suggest.unknown", count=done.texts - done.answered)
