"""Commands, options and arguments that explain themselves in the reader's language, by catalogue entries."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from click.formatting import join_options, wrap_text

from smezhnik.cli.language import lang, translated
from smezhnik.cli.values import keep_inputs, limits, value_word
from smezhnik.messages import say

F = TypeVar("F", bound=Callable[..., Any])

#: Options that every command has; they stand last.
_COMMON = {"--lang", "--quiet", "--verbose", "--no-color", "--version", "--help"}
class Option(click.Option):
    """An option whose help and, where given, metavar are catalogue entries."""

    def make_metavar(self, ctx: click.Context) -> str:
        return translated(self.metavar) or " ".join([value_word(self.type)] * self.nargs)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        if self.hidden:
            return None
        names = join_options(self.opts)[0]
        if not (self.is_flag or self.count):
            names += f" {self.make_metavar(ctx)}"
        notes = limits(self.type)
        if default := self.get_help_extra(ctx).get("default"):
            notes.append(f"{say('cli.word.default', lang())}: {default}")
        if self.required:
            notes.append(say("cli.word.required", lang()))
        return names, translated(self.help) + (f"  [{'; '.join(notes)}]" if notes else "")


class Argument(click.Argument):
    """An argument whose help and metavar are catalogue entries: ``<help>`` and ``<help>.name``."""

    @property
    def human_readable_name(self) -> str:
        return translated(self.metavar) or self.name.upper()

    def make_metavar(self, ctx: click.Context) -> str:
        name = self.human_readable_name
        return name if self.required else f"[{name}]"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        notes = limits(self.type)
        return self.human_readable_name, "  ".join([translated(self.help), *(f"[{note}]" for note in notes)])


class _Helped:
    """Help of a command is a catalogue entry; it begins with examples."""

    help: str | None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Sentences are broken at the width of the terminal; lines of examples, which are indented, stay whole."""
        with formatter.indentation():
            indent = " " * formatter.current_indent
            for line in ["", *translated(self.help).strip().splitlines()]:
                formatter.write((wrap_text(line, formatter.width, indent, indent) if line[:1].strip() else
                                 f"{indent}{line}".rstrip()) + "\n")

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Nothing here: arguments are shown before the options, by ``format_options``."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [say("cli.usage_options", lang()) if piece == "[OPTIONS]" else
                  say("cli.usage_command", lang()) if piece == "COMMAND [ARGS]..." else piece
                  for piece in self.collect_usage_pieces(ctx)]  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=say("cli.usage", lang()) + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        parameters: Sequence[click.Parameter] = self.get_params(ctx)  # type: ignore[attr-defined]
        given = [item for item in parameters if isinstance(item, click.Argument)]
        common = [item for item in parameters if not _COMMON.isdisjoint(item.opts)]
        own = [item for item in parameters if item not in given and item not in common]
        for title, group in (("cli.arguments", given), ("cli.options", own), ("cli.common", common)):
            records = [record for item in group if (record := item.get_help_record(ctx)) is not None]
            if records:
                with formatter.section(say(title, lang())):
                    formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        shown = super().get_help_option(ctx)  # type: ignore[misc]
        if shown is not None:
            shown.help = say("cli.option.help", lang())
        return shown  # type: ignore[no-any-return]


class Command(_Helped, click.Command):
    """A command in the reader's language."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True  # told below, in the reader's language
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click leaves it out where an option has no value
            raise
        if rest and not ctx.resilient_parsing:
            raise click.UsageError(say("cli.extra_arguments", lang(), found=rest), ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        keep_inputs(ctx)
        return super().invoke(ctx)


class Group(_Helped, click.Group):
    """A group of commands in the reader's language; a near miss is answered with the nearest name."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(say("cli.commands", lang())):
            formatter.write_dl([(name, translated(item.help).strip().partition("\n")[0])
                                for name, item in found if item is not None])

    def resolve_command(self, ctx: click.Context, args: list[str]
                        ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.list_commands(ctx)) or self.list_commands(ctx)
            raise click.UsageError(say("cli.no_such_command", lang(), found=args[0], nearest=near), ctx)
        return super().resolve_command(ctx, args)


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """``click.option`` with help from the catalogues: ``help="cli.<command>.<option>"``."""
    return click.option(*names, cls=Option, **attributes)


def argument(name: str, *, help: str, **attributes: Any) -> Callable[[F], F]:
    """``click.argument`` with help from the catalogues; the entry ``<help>.name`` is what stands for it in the line."""
    return click.argument(name, cls=Argument, help=help, metavar=f"{help}.name", **attributes)


def common(function: F) -> F:
    """Options of every command: ``--lang``, ``--quiet``, ``--verbose``, ``--no-color``; read from the line itself."""
    for names, attributes in (
        (("--no-color",), {"is_flag": True, "expose_value": False, "help": "cli.option.no_color"}),
        (("--verbose", "-v"), {"is_flag": True, "expose_value": False, "help": "cli.option.verbose"}),
        (("--quiet", "-q"), {"is_flag": True, "expose_value": False, "help": "cli.option.quiet"}),
        (("--lang",), {"type": click.Choice(["ru", "en"]), "expose_value": False, "help": "cli.option.lang"}),
    ):
        function = option(*names, **attributes)(function)
    return function


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """A command with the common options; its help is the catalogue entry ``cli.<name>``."""

    def made(function: Callable[..., Any]) -> Command:
        attributes.setdefault("help", f"cli.{name}")
        return click.command(name, cls=Command, **attributes)(common(function))

    return made
