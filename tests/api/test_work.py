"""Files, jobs, the journal and the caller through the API; keys that end; limits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone

from smezhnik.jobs.actions import ask
from smezhnik.people.models import Token
from smezhnik.records.journal import anchor
from smezhnik.registry.models import Need
from smezhnik.web.limits import Limit
from tests.api.conftest import Api, caller
from tests.imports.test_linked import WHOLE, book
from tests.workplace import HERE, THERE, body, do_jobs, make_need, make_user, signed_in

NEEDS = "Что нужно;Покупатель;Объём в год;Единица;Заметка\nСтекло М1;Окна Идель;420000;м²;а\nБолты;Метиз;{volume};т;б\n"


def upload(api: Api, text: str, table: str = "needs") -> Any:
    file = SimpleUploadedFile("потребности.csv", text.encode())
    return api.client.post("/api/v1/imports", {"file": file, "table": table}, headers=api.headers)


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_in_through_the_api_is_loaded_and_undone() -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE))
    made = upload(api, NEEDS.format(volume="много"))
    assert made.status_code == 202 and made.json()["busy"] is True
    path = f"/imports/{made.json()['number']}"
    do_jobs()
    faulty = api.get(path).json()
    assert (faulty["state"], faulty["read"], faulty["accepted"], faulty["refused"]) == ("faulty", 2, 1, 1)
    assert faulty["parts"][0]["ignored"] == ["Заметка"] and "много" in faulty["faults"][0]["sentence"]
    refused = api.post(f"{path}/apply")
    assert (refused.status_code, refused.json()["code"]) == (409, "import_faulty")
    unknown = api.post(f"{path}/columns", {"columns": [{"header": "Заметка", "column": "цвет"}]})
    assert (unknown.status_code, unknown.json()["fields"][0]["name"]) == (422, "columns.0.column")
    columns = [*faulty["columns"], {"header": "Заметка", "column": "basis_note"}]
    assert api.post(f"{path}/columns", {"columns": columns, "skip_faulty": True}).status_code == 202
    do_jobs()
    assert api.get(path).json()["parts"][0]["ignored"] == []
    assert api.post(f"{path}/apply").status_code == 202
    do_jobs()
    applied = api.get(path).json()
    assert (applied["state"], applied["created"], applied["busy"]) == ("applied", 1, False)
    assert Need.objects.get().basis_note == "а" and applied["action"] == anchor().number
    assert api.post(f"{path}/apply").status_code == 409, "what is loaded is loaded"
    assert api.post(f"{path}/undo").status_code == 202
    do_jobs()
    undone = api.get(path).json()
    assert (undone["state"], undone["undone"], undone["conflicts"]) == ("undone", 2, 0)
    assert not Need.objects.filter(archived=False).exists()
    jobs = api.get("/jobs?size=3").json()
    assert [job["kind"] for job in jobs["items"]] == ["undo_import", "apply_import", "read_import"]
    assert len(api.get(f"/jobs?cursor={jobs['next']}").json()["items"]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_workbook_of_linked_sheets_goes_in_through_the_api_as_one() -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE))
    before = anchor().number
    file = SimpleUploadedFile("сведения.xlsx", book(WHOLE))
    made = api.client.post("/api/v1/imports", {"file": file, "table": "workbook"}, headers=api.headers)
    do_jobs()
    path = f"/imports/{made.json()['number']}"
    read = api.get(path).json()
    assert [(part["table"], part["created"]) for part in read["parts"]] == [
        ("organisations", 2), ("sites", 1), ("offers", 2), ("needs", 1)]
    unknown = api.post(f"{path}/columns", {"columns": [{"table": "links", "header": "ИНН", "column": "inn"}]})
    assert (unknown.status_code, unknown.json()["fields"][0]["name"]) == (422, "columns.0.column")
    assert api.post(f"{path}/columns", {"columns": read["columns"]}).status_code == 202, "as it was answered"
    do_jobs()
    assert api.post(f"{path}/apply").status_code == 202
    do_jobs()
    assert api.get(path).json()["created"] == 6 and anchor().number == before + 1
    assert api.post(f"{path}/undo").status_code == 202
    do_jobs()
    assert api.get(path).json()["undone"] == 6 and not Need.objects.filter(archived=False).exists()


@pytest.mark.django_db
def test_files_are_for_those_who_may_load_them() -> None:
    number = upload(caller(make_user("аналитик", "ministry", region=HERE)), NEEDS.format(volume=1)).json()["number"]
    for role, region in (("fund", HERE), ("auditor", HERE), ("administrator", "")):
        api = caller(make_user(role, role, region=region))
        assert upload(api, NEEDS).status_code == 403
        assert api.get("/imports").status_code == 403 and api.get(f"/imports/{number}").status_code == 403
    other = caller(make_user("другой", "ministry", region=THERE))
    assert other.get("/imports").json()["items"] == [] and other.get(f"/imports/{number}").status_code == 404


@pytest.mark.django_db
def test_an_upload_names_what_is_wrong_with_it(settings: Any) -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE))
    assert upload(api, NEEDS, "ratings").json()["fields"][0]["name"] == "table"
    answer = api.client.post("/api/v1/imports", {"table": "needs"}, headers=api.headers)
    assert (answer.status_code, answer.json()["fields"][0]["code"]) == (422, "missing")
    broken = api.client.post("/api/v1/imports", b"--x\r\n", content_type="multipart/form-data; boundary=y\x00",
                             headers=api.headers)
    assert broken.status_code == 422
    settings.MAX_UPLOAD_BYTES = 10
    assert upload(api, NEEDS).status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert api.post("/needs", {"row": {"text": "лист" * 10}}).status_code == 413


@pytest.mark.django_db
def test_a_job_is_stopped_and_begun_again_by_who_may_see_it() -> None:
    job = ask("read_import", "аналитик", held_by=HERE, import_id=1)
    own, other = caller(make_user("аналитик", "ministry", region=HERE)), caller(
        make_user("другой", "ministry", region=THERE))
    assert other.get(f"/jobs/{job.pk}").status_code == 404 and other.post(f"/jobs/{job.pk}/cancel").status_code == 404
    assert own.post(f"/jobs/{job.pk}/retry").json()["code"] == "job_over"
    assert own.post(f"/jobs/{job.pk}/cancel").json()["state"] == "cancelled"
    assert own.post(f"/jobs/{job.pk}/cancel").status_code == 409
    assert own.post(f"/jobs/{job.pk}/retry").json()["state"] == "ready"
    for wrong in (0, -1, 2**63, "x"):
        assert own.get(f"/jobs/{wrong}").status_code == 422


@pytest.mark.django_db
def test_the_end_of_the_journal_is_for_those_who_watch_it() -> None:
    make_need()
    for role, status in (("ministry", 200), ("auditor", 200), ("security", 200), ("administrator", 200),
                         ("cluster", 403), ("fund", 403)):
        region = "" if role in ("security", "administrator") else HERE
        answer = caller(make_user(role, role, region=region)).get("/journal/head")
        assert answer.status_code == status, role
        if status == 200:
            end = anchor()
            assert answer.json() == {"number": end.number, "hash": end.hash}


@pytest.mark.django_db
def test_a_key_holds_until_its_day_and_while_its_owner_may_come_in() -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    api = caller(user)
    assert api.get("/me").json()["login"] == "аналитик"
    Token.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    refused = api.get("/me")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    Token.objects.update(until=timezone.now() + dt.timedelta(days=1))
    assert api.get("/me").status_code == 200
    user.is_active = False
    user.save()
    assert api.get("/me").status_code == 401
    for header in ("Bearer", "Bearer ", "Basic YTpi", "smz_x", "Bearer smz_x\u2603"):
        assert api.client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


@pytest.mark.django_db
def test_a_key_that_reads_does_not_write() -> None:
    need = make_need()
    api = caller(make_user("аналитик", "ministry", region=HERE), writes=False)
    assert api.get("/needs").status_code == 200
    for method, path in (("post", "/needs"), ("patch", f"/needs/{need.public_id}"),
                         ("post", f"/needs/{need.public_id}/archive"), ("post", "/imports")):
        assert api.send(method, path, {}).json()["code"] == "api_read_only"


@pytest.mark.django_db
def test_to_read_with_a_key_does_not_wait_for_who_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE))

    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", locked)
    assert api.get("/needs").status_code == 200


@pytest.mark.django_db
def test_a_busy_database_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE))

    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("smezhnik.web.api.records.enter", locked)
    answer = api.post("/needs", {"row": {"text": "лист"}})
    assert (answer.status_code, answer.json()["code"]) == (503, "api_busy") and int(answer.headers["Retry-After"]) > 0


@pytest.mark.django_db
def test_a_fault_of_ours_has_a_number_and_no_trace(monkeypatch: pytest.MonkeyPatch,
                                                   caplog: pytest.LogCaptureFixture) -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE))

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("тайна")

    monkeypatch.setattr("smezhnik.web.api.records.enter", broken)
    answer = api.post("/needs", {"row": {"text": "лист"}})
    assert answer.status_code == 500 and "тайна" not in answer.content.decode()
    number = answer.json()["sentence"].rstrip(".").split()[-1]
    assert f"fault {number}" in caplog.text and "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_sentences_are_in_the_language_that_is_asked_for() -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    for lang, word in (("ru", "Такого адреса"), ("en-GB,en;q=0.9,ru;q=0.1", "There is no"), ("de", "Такого адреса"),
                       ("x" * 5000, "Такого адреса")):
        answer = caller(user, lang=lang).get("/needs/x")
        assert answer.json()["sentence"].startswith(word), lang


@pytest.mark.django_db
def test_limits_hold_on_pages_and_in_the_api_together(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.LIMITS = {"search": Limit(2, 60), "export": Limit(1, 600), "request": Limit(8, 60)}
    user = make_user("аналитик", "ministry", region=HERE, exports=True)
    browser, api = signed_in(user), caller(user)
    assert browser.get("/needs/?q=лист").status_code == 200
    assert api.get("/needs?q=лист").status_code == 200
    page, answer = browser.get("/needs/?q=лист"), api.get("/needs?q=лист")
    assert page.status_code == answer.status_code == 429 and answer.json()["code"] == "too_often"
    assert 0 < int(page.headers["Retry-After"]) <= 60 and 0 < int(answer.headers["Retry-After"]) <= 60
    assert browser.get("/needs/").status_code == 200 and api.get("/needs").status_code == 200, "to look is free"
    assert body(browser.get("/needs.json")) == b"[\n]\n"
    assert api.get("/needs.json").status_code == 429
    assert [api.get("/me").status_code for _ in range(6)][-1] == 429
    other = caller(make_user("другой", "ministry", region=HERE))
    assert other.get("/needs?q=лист").status_code == 200
