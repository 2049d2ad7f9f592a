"""The command ``codes``: what a person sees."""

from __future__ import annotations

import json
import sys

import pytest

from smezhnik.cli import smezhnik
from smezhnik.cli.base import EXIT_INPUT, EXIT_OK, run


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command line."""
    monkeypatch.setattr(sys, "argv", ["smezhnik", "codes", *args])
    code = run(smezhnik)
    out, err = capsys.readouterr()
    return code, out, err


def test_show_gives_the_place_in_the_tree_and_what_is_under_it(monkeypatch: pytest.MonkeyPatch,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(monkeypatch, capsys, "show", "231213")
    assert (code, err) == (EXIT_OK, "")
    lines = out.splitlines()
    assert lines[0] == "ОКПД2, ОК 034-2014 (КПЕС 2008), редакция от 05.12.2025"
    assert lines[6] == "23.12.13  вид        Зеркала стеклянные, изделия из стекла изолирующие многослойные"
    assert lines[7] == "Под ним 5 кодов:"


def test_show_in_english_speaks_english(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(monkeypatch, capsys, "show", "23.12", "--system", "nace2", "--lang", "en")
    assert code == EXIT_OK
    assert "edition of 2008-01-01" in out and "Shaping and processing of flat glass" in out


def test_restored_headings_are_marked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(monkeypatch, capsys, "show", "700312")
    assert "[восстановлено по HS: в источнике нет]" in out


def test_an_unknown_code_is_a_fault_of_the_input_with_near_ones(monkeypatch: pytest.MonkeyPatch,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(monkeypatch, capsys, "show", "23.12.13.199")
    assert (code, out) == (EXIT_INPUT, "")
    assert "23.12.13.110 Зеркала стеклянные" in err


def test_find_prints_codes_and_the_next_step(monkeypatch: pytest.MonkeyPatch,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(monkeypatch, capsys, "find", "стекло листовое", "--top", "3")
    assert code == EXIT_OK
    assert out.splitlines()[0].split(maxsplit=1) == ["23.11", "Стекло листовое"]
    assert len(out.splitlines()) == 3
    assert "smezhnik codes show 23.11" in err


def test_find_nothing_says_so_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(monkeypatch, capsys, "find", "ъъъ")
    assert (code, out) == (EXIT_OK, "")
    assert "ъъъ" in err


@pytest.mark.parametrize("args", [("show", "23.12"), ("find", "стекло"), ("bridge", "7003190000", "--to", "okpd2")])
def test_json_is_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                      args: tuple[str, ...]) -> None:
    code, out, _ = call(monkeypatch, capsys, *args, "--json")
    assert code == EXIT_OK
    assert len(json.loads(out)) >= 2


def test_bridge_shows_shares_and_says_that_they_are_estimates(monkeypatch: pytest.MonkeyPatch,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(monkeypatch, capsys, "bridge", "7003190000", "--to", "okpd2")
    assert code == EXIT_OK
    assert out.splitlines()[0].startswith("23.11  ") and "%" in out
    assert "оценка" in err


def test_bridge_of_a_wrong_code_names_the_fault(monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(monkeypatch, capsys, "bridge", "23.12.13.199", "--from", "okpd2", "--to", "tnved")
    assert (code, out) == (EXIT_INPUT, "")
    assert "23.12.13.199" in err
