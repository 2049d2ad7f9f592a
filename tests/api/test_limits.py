"""Tries of a user are used up and come back; several processes share them."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from smezhnik.errors import InputError
from smezhnik.web.limits import LIMITS, Limit, TooOften, read_limits, spend


@pytest.fixture(autouse=True)
def _own_file(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.LIMITS = {"search": Limit(3, 60)}


def test_so_many_tries_at_once_then_one_at_a_time() -> None:
    for _ in range(3):
        spend("анна", "search", now=1000.0)
    with pytest.raises(TooOften) as refused:
        spend("анна", "search", now=1000.0)
    assert refused.value.wait_s == 20
    spend("анна", "search", now=1020.0)
    with pytest.raises(TooOften):
        spend("анна", "search", now=1020.5)
    for _ in range(3):
        spend("анна", "search", now=5000.0)


def test_users_and_limits_are_apart_and_what_has_no_limit_is_free(settings: Any) -> None:
    settings.LIMITS = {"search": Limit(1, 60), "export": Limit(1, 60)}
    spend("анна", "search", now=1.0)
    spend("борис", "search", now=1.0)
    spend("анна", "export", now=1.0)
    for _ in range(10):
        spend("анна", "match", now=1.0)
    with pytest.raises(TooOften):
        spend("анна", "search", now=1.0)


def _spend_in_process(count: int, allowed: Any) -> None:
    for _ in range(count):
        try:
            spend("анна", "search", now=1000.0)
        except TooOften:
            continue
        with allowed.get_lock():
            allowed.value += 1


def test_processes_share_one_bucket(settings: Any) -> None:
    settings.LIMITS = {"search": Limit(50, 60)}
    spend("анна", "search", now=1.0)  # the parent has the file open: children must not use its connection
    fork = multiprocessing.get_context("fork")
    allowed = fork.Value("i", 0)
    some = [fork.Process(target=_spend_in_process, args=(40, allowed)) for _ in range(4)]
    for one in some:
        one.start()
    for one in some:
        one.join()
    assert [one.exitcode for one in some] == [0] * 4
    assert allowed.value == 50


def test_a_file_that_cannot_be_used_keeps_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "limits.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "limits.sqlite3").execute("SELECT * FROM spent")
    for _ in range(10):
        spend("анна", "search")
    assert "limits are not counted" in caplog.text
    assert (tmp_path / "limits.sqlite3").stat().st_size == 1400


def test_limits_are_set_by_the_environment_and_a_slip_is_told() -> None:
    assert read_limits("") == LIMITS
    assert read_limits("search=5/10, export=1/2") == {**LIMITS, "search": Limit(5, 10), "export": Limit(1, 2)}
    assert read_limits("off") == {}
    for slip in ("serch=5/10", "search=5", "search=0/10", "search=-1/10", "search=²/10"):
        with pytest.raises(InputError):
            read_limits(slip)
