"""Two real installations, each with its folder, key and database: keys and packages go between them as files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SET_UP = """
import datetime as dt, sys
from smezhnik.workflows.installation import opened
opened("serving").upgrade(opened("backup").backup)
from tests.accords.factories import make_agreement, make_plan
from tests.workplace import make_user
region, entered = sys.argv[1:]
make_user("министр", "ministry", region=region, exports=True)
if entered == "yes":
    agreement = make_agreement()
    make_plan(agreement, {"no": "2.4"}, {"no": "3.1"})
    print(agreement.public_id)
"""
CONFIRM = """
import datetime as dt
from smezhnik.workflows.installation import opened
opened("parcels")
from smezhnik.accords.actions import confirm
from smezhnik.accords.models import Agreement, Commitment
items = {one.no: one for one in Commitment.objects.all()}
confirm(items["2.4"], 2, True, "министр", on=dt.date(2026, 9, 30), value=0)
confirm(items["3.1"], 2, False, "министр", on=dt.date(2026, 9, 30), value=5, note="Одна связь не та")
print(Agreement.objects.get().public_id)
"""


@pytest.mark.slow
def test_an_agreement_travels_between_two_installations_and_back(tmp_path: Path) -> None:
    def run(home: str, *words: str) -> str:
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, cwd=tmp_path, env={
            **os.environ, "SMEZHNIK_HOME": str(tmp_path / home), "SMEZHNIK_LANG": "ru", "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "smezhnik.web.settings",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])})
        assert done.returncode == 0, done.stdout + done.stderr
        return (done.stdout + done.stderr).replace("\xa0", " ")

    def exchange(home: str, *words: str) -> str:
        return run(home, "-m", "smezhnik", "exchange", *words)

    own = run("а", "-c", SET_UP, "RU-BA", "yes").split()[-1]
    run("б", "-c", SET_UP, "RU-CHE", "no")
    keys = {}
    for home in "аб":
        said = exchange(home, "key").splitlines()
        keys[home] = said[0].removeprefix("Ключ: "), said[1].removeprefix("Отпечаток: ")
    for home, other, region in (("а", "б", "RU-CHE"), ("б", "а", "RU-BA")):
        exchange(home, "trust", region, keys[other][0], "--fingerprint", keys[other][1], "--login", "министр")
    about = ("--login", "министр", "--on", "2026-09-30")
    exchange("а", "give", own, *about, "-o", "пакет.json")
    told = exchange("б", "take", "пакет.json", *about)
    assert "План: – → редакция 1: Дорожная карта" in told and "Ничего не изменено" in told
    exchange("б", "take", "пакет.json", *about, "--apply")
    theirs = run("б", "-c", CONFIRM).split()[-1]
    exchange("б", "give", theirs, *about, "-o", "ответ.json")
    told = exchange("а", "take", "ответ.json", *about, "--apply")
    assert "Пункт 2.4: слово соседа: – → подтверждает, 0, 30.09.2026" in told
    assert "Пункт 3.1: слово соседа: – → не согласна, 5, 30.09.2026, Одна связь не та" in told
    assert f"Принято: {own}" in told
    assert "менять нечего" in exchange("а", "take", "ответ.json", *about)
