"""Ctrl-C: a search that is asked to end gives the best it has; a second one, or any other work, ends at once."""

from __future__ import annotations

import importlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smezhnik.cli import smezhnik
from smezhnik.cli.base import run, stoppable
from smezhnik.errors import Cancelled
from smezhnik.progress import Step

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_command_leaves_the_meaning_of_ctrl_c_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", ["smezhnik", "tables"])
    assert run(smezhnik) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_the_first_ctrl_c_asks_and_the_second_ends_the_program() -> None:
    script = """
import signal
from smezhnik.cli.base import stoppable
from smezhnik.progress import no_progress
with stoppable(no_progress):
    signal.raise_signal(signal.SIGINT)
    print("goes on", flush=True)
    signal.raise_signal(signal.SIGINT)
    print("never")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (130, "goes on\n")
    assert "Traceback" not in done.stderr and done.stderr.strip()


def test_asked_work_learns_it_at_its_next_step() -> None:
    told: list[Step] = []
    with stoppable(told.append) as watched:
        watched(Step("compose", 0, 1))
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Cancelled):
            watched(Step("compose", 1, 1))
    assert told == [Step("compose", 0, 1)]


def test_a_discovery_that_is_stopped_from_the_keyboard_tells_what_it_has_found(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[Step] = []

    def press(step: Step) -> None:
        told.append(step)
        if step.stage == "discover" and step.done == 1:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(importlib.import_module("smezhnik.cli.discover"), "progress", lambda: press)
    monkeypatch.setattr(sys, "argv", ["smezhnik", "discover", str(EXAMPLES / "network"), "--by", "best",
                                      "--pack", "ru-779", "--on", "2026-11-22"])
    assert run(smezhnik) == 0
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err and shown.out.strip()
    assert max(step.done for step in told if step.stage == "discover") == 1, "no other was begun"
