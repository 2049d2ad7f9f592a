"""Help: every word in the reader's language, every argument explained, nothing wider than a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import click
import pytest

from smezhnik.cli import smezhnik
from smezhnik.cli.base import Option
from smezhnik.cli.helping import Argument
from smezhnik.messages import catalogue


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from walk(found, f"{path} {name}")


COMMANDS = dict(walk(smezhnik, "smezhnik"))


def help_of(path: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "argv", ["smezhnik", "--lang", lang])
    return click.Context(COMMANDS[path], info_name=path, terminal_width=80, max_content_width=80).get_help()


@pytest.mark.parametrize("path", COMMANDS)
def test_every_argument_and_option_is_explained_in_both_languages(path: str) -> None:
    for parameter in COMMANDS[path].params:
        assert isinstance(parameter, Argument | Option), f"{path}: {parameter.name} is not declared by cli.base"
        assert parameter.help in catalogue(), f"{path}: {parameter.name}"
        if isinstance(parameter, Argument):
            assert parameter.metavar in catalogue(), f"{path}: {parameter.name}"


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("path", COMMANDS)
def test_help_fits_a_terminal_of_eighty_columns(path: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line for line in help_of(path, lang, monkeypatch).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("path", COMMANDS)
def test_russian_help_uses_no_words_of_the_library(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = help_of(path, "ru", monkeypatch)
    assert not re.search(r"\b(INTEGER|FLOAT|TEXT|FILE|PATH|DIRECTORY|RANGE|Options|arguments|default|required|Usage)\b",
                         said)
    assert not re.search(r"%Y|x>=|<=x", said)
    assert not [code for code in catalogue() if code.startswith("cli.") and code in said]


def test_limits_and_long_choices_are_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    russian = " ".join(help_of("smezhnik codes suggest", "ru", monkeypatch).split())
    assert "--top ЧИСЛО сколько кодов дать на текст [от 1 до 150; по умолчанию: 10]" in russian
    english = " ".join(help_of("smezhnik match", "en", monkeypatch).split())
    assert "--between REGION REGION" in english
    assert "[one of: high_tech, import_substituting, socially_significant, exported]" in english
