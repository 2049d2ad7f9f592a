"""The script ``run``: what it installs, and when again."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Stands for Python in the environment: says that pip is there and writes down what it is asked to install.
_PYTHON = '#!/bin/sh\ncase "$*" in *"import pip"*) exit 0 ;; *requirement*|*" -r "*) echo "$@" >> asked ;; esac\n'


@pytest.mark.skipif(os.name == "nt", reason="a script of the shell")
def test_packages_are_installed_once_for_each_lock_and_again_when_it_goes_back(tmp_path: Path) -> None:
    for name in ("run", "pyproject.toml", "locks/runtime.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    python, lock = tmp_path / "venv/bin/python", tmp_path / "locks/runtime.lock"
    python.parent.mkdir(parents=True)
    python.write_text(_PYTHON)
    python.chmod(0o755)
    earlier = lock.read_text()

    def installed() -> int:
        env = {**os.environ, "SMEZHNIK_VENV": "venv"}
        subprocess.run(["/bin/sh", "run", "setup"], cwd=tmp_path, env=env, check=True, capture_output=True, timeout=60)
        return len((tmp_path / "asked").read_text().splitlines())

    assert (installed(), installed()) == (1, 1)
    lock.write_text(earlier + "# later\n")
    assert (installed(), installed()) == (2, 2)
    lock.write_text(earlier)
    assert (installed(), installed()) == (3, 3)
    assert len((tmp_path / "venv/.installed").read_text().splitlines()) == 1
