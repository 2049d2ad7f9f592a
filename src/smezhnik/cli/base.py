"""Manners that all commands share: language, help from the catalogues, messages, exit codes, progress.

stdout carries data, stderr messages and progress. Exit codes: 0 done, 1 a fault of ours, 2 a fault in the input,
3 cannot say or not proven, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import IO, NoReturn

import click

from smezhnik.cli.helping import Command, Group, Option, argument, command, common, option
from smezhnik.cli.language import find_lang, lang
from smezhnik.cli.values import system_fault
from smezhnik.errors import Cancelled, CannotSay, InputFaults, SmezhnikError, describe_fault
from smezhnik.io.atomic import discard_unfinished
from smezhnik.messages import catalogue, say
from smezhnik.progress import CancelToken, Progress, Step, no_progress

__all__ = [
    "EXIT_CANNOT_SAY", "EXIT_INPUT", "EXIT_INTERRUPTED", "EXIT_OK", "EXIT_OURS", "Command", "Group", "Option",
    "argument", "command", "common", "find_lang", "lang", "leave", "option", "progress", "run", "stoppable", "tell",
    "tell_faults",
]

EXIT_OK, EXIT_OURS, EXIT_INPUT, EXIT_CANNOT_SAY, EXIT_INTERRUPTED = 0, 1, 2, 3, 130
#: Faults printed before the rest is only counted.
SHOWN_FAULTS = 50


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
    """``--min-grade`` for an option, ``ПОТРЕБНОСТИ`` for an argument."""
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
        case click.IntRange(min=low, max=high) | click.FloatRange(min=low, max=high) if high is not None:
            return say("cli.expect.number_range", lang(), low=low, high=high)
        case click.IntRange(min=low) | click.FloatRange(min=low):
            return say("cli.expect.number", lang(), low=low)
    return error.message


def _usage_message(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption(possibilities=near) if near:
            return say("cli.no_such_option.near", lang(), found=error.option_name, nearest=near)
        case click.NoSuchOption():
            return say("cli.no_such_option", lang(), found=error.option_name)
        case click.BadOptionUsage(option_name=name, ctx=ctx):
            options = [item for item in (ctx.command.params if ctx else ()) if isinstance(item, click.Option)]
            meant = next((item for item in options if name in item.opts), None)
            if meant is not None and meant.is_flag:
                return say("cli.flag_with_value", lang(), name=name)
            return say("cli.no_value", lang(), name=name, count=meant.nargs if meant else 1)
        case click.MissingParameter():
            return say("cli.missing_parameter", lang(), name=_name(error.param))
        case click.BadParameter():
            return say("cli.bad_parameter", lang(), name=_name(error.param), reason=_expected(error))
    return error.message


def run(root: click.Command) -> int:
    """Run the command line once; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8 by itself
            stream.reconfigure(encoding="utf-8", errors="replace")
    with _on_interrupt(_stop_at_once):
        return _outcome(root)


@contextlib.contextmanager
def stoppable(shown: Progress) -> Iterator[Progress]:
    """For work that keeps the best it has found: the first Ctrl-C asks it to end, the second ends the program."""
    token = CancelToken()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, _stop_at_once)
        token.cancel()

    with _on_interrupt(ask):
        yield token.watch(shown)


@contextlib.contextmanager
def _on_interrupt(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Ctrl-C means this within, and afterwards what it meant before: a program of many parts runs commands too."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


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
        click.echo(system_fault(error.errno, error.filename), err=True)
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
