"""Manners that all commands share: language, help from the catalogues, messages, exit codes, progress.

stdout carries data, stderr messages and progress. Exit codes: 0 done, 1 a fault of ours, 2 a fault in the input,
3 cannot say or not proven, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import IO, Any, NoReturn, TypeVar

import click

from smezhnik.errors import Cancelled, CannotSay, InputFaults, SmezhnikError, describe_fault
from smezhnik.io.atomic import discard_unfinished
from smezhnik.messages import catalogue, say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.types import Lang

EXIT_OK, EXIT_OURS, EXIT_INPUT, EXIT_CANNOT_SAY, EXIT_INTERRUPTED = 0, 1, 2, 3, 130
#: Faults printed before the rest is only counted.
SHOWN_FAULTS = 50

F = TypeVar("F", bound=Callable[..., Any])


def find_lang(args: list[str]) -> Lang:
    """The language of this call: ``--lang``, then ``SMEZHNIK_LANG``, then Russian."""
    asked = os.environ.get("SMEZHNIK_LANG", "ru")
    for position, arg in enumerate(args):
        if arg == "--lang" and position + 1 < len(args):
            asked = args[position + 1]
        elif arg.startswith("--lang="):
            asked = arg.partition("=")[2]
    return "en" if asked == "en" else "ru"


def lang() -> Lang:
    return find_lang(sys.argv[1:])


def tell(code: str, /, **fields: object) -> None:
    """A message to the person, on stderr; silent with ``--quiet``."""
    if "--quiet" not in sys.argv and "-q" not in sys.argv:
        click.echo(say(code, lang(), **fields), err=True)


def tell_faults(faults: InputFaults) -> None:
    """All faults, one a line, on stderr; beyond ``SHOWN_FAULTS`` only their number."""
    for fault in faults.faults[:SHOWN_FAULTS]:
        click.echo(describe_fault(fault, lang()), err=True)
    if (rest := len(faults.faults) - SHOWN_FAULTS) > 0:
        click.echo(say("cli.more_faults", lang(), count=rest), err=True)
    click.echo(say(f"error.{faults.code}", lang(), **faults.fields), err=True)


def _translated(text: str | None) -> str:
    if text and text.startswith("cli.") and text in catalogue():
        return say(text, lang())
    return text or ""


class _Helped:
    """Help of a command is a catalogue entry; it begins with examples."""

    help: str | None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            for block in _translated(self.help).strip().split("\n\n"):
                for line in block.splitlines():
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
                formatter.write("\n")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [say("cli.usage_options", lang()) if piece == "[OPTIONS]" else
                  say("cli.usage_command", lang()) if piece == "COMMAND [ARGS]..." else piece
                  for piece in self.collect_usage_pieces(ctx)]  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=say("cli.usage", lang()) + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for item in self.get_params(ctx)  # type: ignore[attr-defined]
                   if (record := item.get_help_record(ctx)) is not None]
        with formatter.section(say("cli.options", lang())):
            formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        shown = super().get_help_option(ctx)  # type: ignore[misc]
        if shown is not None:
            shown.help = say("cli.option.help", lang())
        return shown  # type: ignore[no-any-return]

    def get_short_help_str(self, limit: int = 45) -> str:
        return _translated(self.help).strip().splitlines()[0] if self.help else ""


class Option(click.Option):
    """An option whose help is a catalogue entry."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        kept, self.help = self.help, _translated(self.help)
        try:
            shown = super().get_help_record(ctx)
        finally:
            self.help = kept
        if shown is None:
            return None
        name, text = shown
        for word in ("default", "required"):
            text = text.replace(f"[{word}", f"[{say(f'cli.word.{word}', lang())}")
        return name, text


class Command(_Helped, click.Command):
    """A command in the reader's language."""


class Group(_Helped, click.Group):
    """A group of commands in the reader's language; a near miss is answered with the nearest name."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(say("cli.commands", lang())):
            formatter.write_dl([(name, item.get_short_help_str(100)) for name, item in found if item is not None])

    def resolve_command(self, ctx: click.Context, args: list[str]
                        ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.list_commands(ctx)) or self.list_commands(ctx)
            raise click.UsageError(say("cli.no_such_command", lang(), found=args[0], nearest=near), ctx)
        return super().resolve_command(ctx, args)


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """``click.option`` with help from the catalogues: ``help="cli.<command>.<option>"``."""
    return click.option(*names, cls=Option, **attributes)


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


def progress(stream: IO[str] | None = None) -> Progress:
    """A progress line with an estimate on stderr; none where stderr is not a terminal or ``--quiet`` is given."""
    out = stream or sys.stderr
    if not out.isatty() or "--quiet" in sys.argv or "-q" in sys.argv:
        return no_progress
    began: dict[str, float] = {}
    shown_at = [0.0]

    def told(step: Step) -> None:
        now = time.monotonic()
        start = began.setdefault(step.stage, now)
        finished = step.total is not None and step.done >= step.total
        if now - shown_at[0] < 0.2 and not finished:
            return
        shown_at[0] = now
        line = say(f"progress.{step.stage}", lang())
        if step.total:
            line += f" {100 * step.done // step.total} %"
            if step.done and now - start > 2 and not finished:
                left = (now - start) * (step.total - step.done) / step.done
                line += ", " + say("progress.left", lang(), seconds=round(left))
        out.write(f"\r\033[K{line}" + ("\n" if finished else ""))
        out.flush()

    return told


def _name(parameter: click.Parameter | None) -> str | None:
    """``--min-grade`` for an option, ``NEEDS`` for an argument."""
    if parameter is None:
        return None
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def _expected(error: click.BadParameter) -> str:
    """What the parameter takes, in the reader's language."""
    match error.param and error.param.type:
        case click.Choice(choices=choices):
            return say("cli.expect.choice", lang(), choices=list(choices))
        case click.DateTime():
            return say("cli.expect.date", lang())
        case click.IntRange(min=low) | click.FloatRange(min=low):
            return say("cli.expect.number", lang(), low=low)
    return error.message


def _usage_message(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return say("cli.no_such_option", lang(), found=error.option_name, nearest=error.possibilities or None)
        case click.MissingParameter():
            return say("cli.missing_parameter", lang(), name=_name(error.param))
        case click.BadParameter():
            return say("cli.bad_parameter", lang(), name=_name(error.param),
                       reason=_expected(error))
    return error.message


def run(root: click.Command) -> int:
    """Run the command line once; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8 by itself
            stream.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGINT, _stop_at_once)
    return _outcome(root)


def leave(code: int) -> NoReturn:
    """End the process as it stands: taking the compiler apart at the usual exit costs a quarter of a short run."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _stop_at_once(_signal: int, _frame: FrameType | None) -> None:
    """End on Ctrl-C wherever the program is.

    Not by an exception: raised inside a callback of the compiler it would take the process down. Nothing needs to be
    unwound, since files are written aside.
    """
    discard_unfinished()
    click.echo("\n" + say("error.cancelled", lang()), err=True)
    os._exit(EXIT_INTERRUPTED)


def _tell_error(error: SmezhnikError) -> None:
    """The sentence of an error; one that has none yet is told by its code, never by a trace."""
    code = f"error.{error.code}"
    if code in catalogue():
        click.echo(say(code, lang(), **error.fields), err=True)
    else:
        click.echo(say("error.ours", lang(), kind=type(error).__name__, what=error.code), err=True)


def _outcome(root: click.Command) -> int:
    try:
        done = root.main(standalone_mode=False, prog_name="smezhnik")
        sys.stdout.flush()  # a full disk or a closed pipe is told here, not lost at the end
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message(), err=True)
        return EXIT_INPUT
    except click.UsageError as error:
        click.echo(_usage_message(error), err=True)
        if error.ctx is not None:
            click.echo(say("cli.see_help", lang(), command=error.ctx.command_path), err=True)
        return EXIT_INPUT
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except InputFaults as faults:
        tell_faults(faults)
        return EXIT_INPUT
    except CannotSay as error:
        _tell_error(error)
        return EXIT_CANNOT_SAY
    except (KeyboardInterrupt, click.Abort, Cancelled):
        click.echo(say("error.cancelled", lang()), err=True)
        return EXIT_INTERRUPTED
    except SmezhnikError as error:
        _tell_error(error)
        return EXIT_INPUT
    except (BrokenPipeError, SystemExit):  # click turns a closed pipe into an exit: who reads has enough
        return EXIT_OK
    except OSError as error:
        click.echo(say("cli.os_error", lang(), file=error.filename, reason=error.strerror), err=True)
        return EXIT_INPUT
    except MemoryError:
        click.echo(say("error.memory", lang()), err=True)
        return EXIT_INPUT
    except Exception as error:  # noqa: BLE001 – the last edge: a person is never left with a stack trace
        if "--verbose" in sys.argv or "-v" in sys.argv:
            traceback.print_exc()
        click.echo(say("error.ours", lang(), kind=type(error).__name__, what=str(error)[:300]), err=True)
        return EXIT_OURS
    return done if isinstance(done, int) else EXIT_OK
