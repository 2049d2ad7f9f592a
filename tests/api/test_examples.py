"""The documentation keeps its word: its story is told from beginning to end; its pages ask nothing of another host."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.messages import catalogue
from smezhnik.web.api.build import document
from smezhnik.web.api.examples import examples, filled, fits, samples
from smezhnik.web.api.page import groups
from tests.api.conftest import caller
from tests.workplace import HERE, body, do_jobs, make_user, signed_in


@pytest.mark.django_db(transaction=True)
def test_the_examples_answer_as_the_page_says() -> None:
    api = caller(make_user("аналитик", "ministry", region=HERE, exports=True))
    values: dict[str, Any] = {}
    for example in examples():
        path = "/api/v1" + filled(example.path, values)
        headers = {**api.headers, **example.headers}
        if example.file:
            name, content, table = example.file
            sent = {"file": SimpleUploadedFile(name, content.encode()), "table": table}
            answer = api.client.post(path, sent, headers=headers)
        else:
            answer = api.client.generic(example.method, path, filled(example.body, values), headers=headers,
                                        content_type="application/json")
        found = json.loads(body(answer))
        assert answer.status_code == example.status, (example.code, found)
        assert fits(json.loads(example.answer), found, values), (example.code, example.answer, found)
        do_jobs()
    assert set(values) == set(samples())


def test_an_example_that_says_something_else_is_found() -> None:
    assert fits({"a": [1, {"b": "{x}"}]}, {"a": [1, {"b": 7, "c": 0}], "d": 1}, {"x": 7})
    for wrong in ({"a": 1}, {"a": [1, 2]}, {"a": [2]}, {}, {"a": [True]}, {"a": ["1"]}):
        assert not fits({"a": [1]}, wrong, {})
    assert not fits("{x}", 8, {"x": 7})


def test_every_example_is_of_an_operation_that_there_is() -> None:
    ids = {one["operationId"] for some in document()["paths"].values() for one in some.values()}
    assert {example.operation for example in examples()} <= ids
    assert all(example.code in catalogue() for example in examples())


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_pages_tell_every_operation_and_schema_in_the_language_of_the_reader(lang: str) -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    user.lang = lang
    user.save()
    browser = signed_in(user)
    index = browser.get("/api/")
    assert index.status_code == 200
    page = index.content.decode()
    for name, some in groups("ru" if lang == "ru" else "en").items():
        answer = browser.get(f"/api/{name}/")
        assert answer.status_code == 200
        told = answer.content.decode()
        for one in some:
            assert f'id="{one.name}"' in told and one.method in told and f"/api/{name}/#{one.name}" in page
        anchors, links = set(re.findall(r'id="(s-\w+)"', told)), set(re.findall(r'href="#(s-\w+)"', told))
        assert links <= anchors, "every link of a schema leads somewhere"
        words = ("Объём в год", "Yearly volume") if name == "needs" else ()
        assert all((word in told) == ((lang == "ru") == (word == words[0])) for word in words)
    assert "OpenAPI 3.1" in page and browser.get("/api/plants/").status_code == 404


@pytest.mark.django_db
def test_the_pages_have_no_script_or_style_of_their_own_and_ask_no_other_host() -> None:
    browser = signed_in(make_user("аналитик", "ministry", region=HERE))
    for path in ("/api/", "/api/needs/", "/api/imports/", "/api/work/"):
        page = browser.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=\"/)|<style|\sstyle=|\son\w+=", page)
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*", page)


@pytest.mark.django_db
def test_the_pages_are_for_users() -> None:
    for path in ("/api/", "/api/needs/"):
        assert Client().get(path).status_code == 302
