"""The documents keep their word: every command in them runs, the reference is the one the program makes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
#: Pages with commands; what is done in the browser is tested there (tests/web/test_browser.py).
PAGES = sorted(page for page in [*(DOCS / "tutorial").glob("*.md"), *(DOCS / "how-to").glob("*.md")]
               if "```sh" in page.read_text("utf-8"))
#: A block of commands, the exit code it ends with («```sh exit 2», else 0), and what it is said to print.
_BLOCK = re.compile(r"^```sh(?: exit (\d))?\n(.*?)^```$(?:\s*^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_run_from_top_to_bottom(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    blocks = _BLOCK.findall(page.read_text("utf-8"))
    assert blocks, f"{page.name} has a block of commands that is not of the form of the others"
    for code, commands, said in blocks:
        done = run(["/bin/sh", "-eu", "-c", commands], tmp_path)
        printed = done.stdout + done.stderr
        assert done.returncode == int(code or 0), f"{commands}\n{printed[-3000:]}"
        missing = [line for line in plain(said).splitlines() if line.strip(" …") and line not in plain(printed)]
        assert not missing, f"{commands}\nis said to print\n{missing}\nbut prints\n{printed[-3000:]}"


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_the_python_of_a_readme_runs(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    blocks = _PYTHON.findall((ROOT / name).read_text("utf-8"))
    assert blocks, f"{name} shows no Python"
    done = run([sys.executable, "-W", "error", "-c", "\n".join(blocks)], tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "SMEZHNIK_LANG": "ru"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)


def plain(text: str) -> str:
    """Hard spaces as spaces: pages are typed by people."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_reference_of_commands_is_the_one_the_commands_make() -> None:
    script = ROOT / "scripts" / "build_reference.py"
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "run scripts/build_reference.py"
