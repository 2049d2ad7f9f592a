"""A file that is not what a form asks for: the answer names it, says what it is and what to do, on a page."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from smezhnik.cooperation.models import Cluster
from smezhnik.imports.models import Import
from smezhnik.messages import catalogue
from smezhnik.registry.models import Reference
from tests.workplace import HERE, do_jobs, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


def sheet(*rows: list[str]) -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    book.close()
    return written.getvalue()


#: What a new user takes by mistake: name, content, words that the answer must have.
FILES = (("фото.xlsx", PICTURE, "картинка. Возьмите исходную таблицу"), ("пусто.csv", b"", "файл пуст"),
         ("пусто.xlsx", sheet(), "файл пуст"),
         ("заметка.csv", "Привет;как дела\nхорошо;да\n".encode("cp1251"), "строка с названиями столбцов не найдена"))
#: Forms that take a table at once: address, what else they ask.
FORMS = (("/regions/", {"title": "Выпуск", "table": "output"}),
         ("/clusters/new/", {"name": "Стекло", "pack": "ru-779"}))


def words(answer: Any) -> str:
    page = answer.content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main"):])))


@pytest.fixture
def client() -> Any:
    return signed_in(make_user("анна", "ministry", region=HERE))


@pytest.mark.parametrize(("address", "fields"), FORMS)
@pytest.mark.parametrize(("name", "content", "said"), FILES)
def test_a_form_says_what_the_file_is_and_what_to_do(client: Any, address: str, fields: dict[str, str], name: str,
                                                     content: bytes, said: str) -> None:
    answer = client.post(address, {**fields, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 400 and name in words(answer) and said in words(answer)
    assert not re.search(r"smezhnik \w|--\w", words(answer)), "advice of the command line stands on no page"
    assert not Reference.objects.exists() and not Cluster.objects.exists()


@pytest.mark.parametrize(("name", "content", "said"), FILES)
def test_an_import_says_it_too_and_loads_nothing(client: Any, name: str, content: bytes, said: str) -> None:
    client.post("/imports/", {"table": "organisations", "file": SimpleUploadedFile(name, content)})
    do_jobs()
    answer = client.get(f"/imports/{Import.objects.get().pk}/")
    assert name in words(answer) and said in words(answer)
    assert not re.search(r"smezhnik \w|--\w", words(answer))


def test_a_table_of_an_old_encoding_is_read(client: Any) -> None:
    table = "Наименование;Регион\nОкна Идель;Башкортостан\n".encode("cp1251")
    client.post("/imports/", {"table": "organisations", "file": SimpleUploadedFile("заводы.csv", table)})
    do_jobs()
    assert "Окна Идель" in words(client.get(f"/imports/{Import.objects.get().pk}/"))


def test_a_page_says_of_a_fault_what_the_command_line_says() -> None:
    for code, texts in catalogue().items():
        if code.startswith("page."):
            own = catalogue()[code.removeprefix("page.")]
            for lang in ("ru", "en"):
                asked = set(re.findall(r"{(\w+)", texts[lang]))
                assert asked <= set(re.findall(r"{(\w+)", own[lang])), f"{code}: a field that the fault does not have"
                assert not re.search(r"smezhnik \w|--\w", texts[lang]), code
