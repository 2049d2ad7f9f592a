"""Write the reference of commands from the commands themselves: docs/reference/commands.md (Russian, then English).

    .venv/bin/python scripts/build_reference.py            write
    .venv/bin/python scripts/build_reference.py --check    say whether it is up to date (exit code 1 if not)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from smezhnik.cli import smezhnik

OUT = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
HEAD = """# Команды · Commands

Сделано из самих команд: `scripts/build_reference.py`. Коды выхода: 0 сделано · 1 ошибка программы · 2 ошибка во
входных данных · 3 нельзя сказать или не доказано · 4 не соответствует закону · 130 остановлено.

Made from the commands themselves. Exit codes: 0 done · 1 a fault of ours · 2 a fault in the input · 3 cannot say or
not proven · 4 does not comply · 130 interrupted.
"""


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before what is in them."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from walk(found, f"{path} {name}")


def help_of(command: click.Command, path: str, lang: str) -> str:
    sys.argv = ["smezhnik", "--lang", lang]
    return click.Context(command, info_name=path, terminal_width=100, max_content_width=100).get_help().strip()


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    for path, command in walk(smezhnik, "smezhnik"):
        parts.append(f"## {path}\n\n```text\n{help_of(command, path, 'ru')}\n```\n\n"
                     f"```text\n{help_of(command, path, 'en')}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    check = "--check" in sys.argv
    os.environ.pop("SMEZHNIK_LANG", None)
    page = reference()
    if check:
        sys.exit(OUT.read_text("utf-8") != page)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(page, "utf-8")
