"""Every page helps in the reader's words, says what to do where it is empty, and speaks one language."""

from __future__ import annotations

import gzip
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import get_resolver

from smezhnik.messages import catalogue
from smezhnik.people.models import User
from smezhnik.web.views.records import PLURALS
from tests.web.test_browser import furnish, pages_of
from tests.workplace import HERE, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
#: Addresses that show no page of their own: they answer with a file, with numbers, or lead on to a page.
NO_PAGE = {"waiting", "signout", "signin", "code", "invitation", "user_change", "import_file", "do_import", "do_job",
           "undo", "card_file", "filter", "filter_drop", "filter_new", "column_file", "plan_file", "case_step",
           "case_sign", "cluster_change", "compose_found", "file", "tour", "pair_calc", "pair_lead",
           "pair_paper", "pair_file", "plan_paper", "agreement_file", "agreement_change", "red_list_file",
           "order_change", "deadlines", "feed", "calendar", "cycle_call", "meeting_do", "meeting_paper", "event_do",
           "event_answers", "event_paper", "customer_do", "customer_paper", "delegation_do",
           "delegation_paper", "case_origin", "parcel_send", "year_file", "year_do", "goal_drop",
           "indicator_file", "indicator_do",
           "neighbour_drop", "blank_form"}
#: Most bytes of a first view without charts, packed.
FIRST_VIEW = 250_000
#: Names and codes that are the same in every language: of formats, systems, sources, editions, keys of the keyboard.
LATIN = re.compile(r"\b(?:XLSX|CSV|JSON|GEOJSON|PDF|DOCX|PPTX|XLS|ODS|API|Ctrl|Enter|Excel|English|EPDM|DIN|ISO|WGS|"
                   r"ECCP|ECEI|Natural Earth|"
                   r"[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4})\b", re.IGNORECASE)
#: Addresses of sources, hashes, actions that only the tests do.
CODES = re.compile(r"\S+\.[a-z]{2,}/\S*|https?://\S+|\b[0-9a-f]{16,}\b|registry\.enter_\w+")
#: Pages that show names of fields of the API.
OTHER_TONGUES = ("/api/",)


def words_of_page(page: str) -> str:
    """What a reader sees or hears: texts, titles, names of fields; nothing that somebody entered into the records."""
    body = re.sub(r"<(script|style|code|pre|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', body)
    return unescape(" ".join([*said, re.sub(r"<[^>]+>", " ", body)]))


def test_every_page_has_its_help() -> None:
    names = {pattern.name for pattern in get_resolver().url_patterns if getattr(pattern, "name", None)}
    pages = {name for name in names if not name.startswith("api:")} - NO_PAGE
    missing = sorted(f"help.{name}" for name in pages if f"help.{name}" not in catalogue())
    assert missing == [], "write them into messages/help.toml"
    assert all(f"help.list.{plural}" in catalogue() or f"help.{plural}" in catalogue() for plural in PLURALS)


@pytest.fixture
def furnished() -> tuple[dict[str, User], dict[str, str]]:
    return furnish()


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_page_shows_its_help_and_speaks_one_language(furnished: Any, lang: str) -> None:
    """No English stands in the Russian pages, and the other way round; what people entered is theirs."""
    users, names = furnished
    User.objects.update(lang=lang)
    wrong = []
    entered = entered_words()
    for role, user in users.items():
        client = signed_in(user)
        for address in pages_of(role, names):
            answer = client.get(address)
            page = answer.content.decode()
            if "help-menu" not in page:
                wrong.append(f"{role} {address}: no help")
            if address.startswith(OTHER_TONGUES):
                continue
            words = CODES.sub(" ", words_of_page(page))
            strange = set(re.findall(r"[А-Яа-яЁё]{3,}", words)) if lang == "en" else \
                set(re.findall(r"[A-Za-z]{3,}", LATIN.sub(" ", words)))
            if strange := {word for word in strange if word.casefold() not in entered}:
                wrong.append(f"{role} {address}: {sorted(strange)[:12]}")
    assert not wrong, "\n".join(wrong)


def entered_words() -> set[str]:
    """Words that stand in the records, the files and the logins of the furnished region: they are of no language."""
    from smezhnik.classifiers.regions import load_regions
    from smezhnik.imports.models import Import
    from smezhnik.io.schemes import list_schemes
    from smezhnik.records.models import Record
    from smezhnik.rules.load import list_packs

    texts = [str(value) for model in Record.__subclasses__() + [one for sub in Record.__subclasses__()
                                                               for one in sub.__subclasses__()]
             if not model._meta.abstract for record in model.objects.all() for value in vars(record).values()]
    texts += [user.login for user in User.objects.all()] + ["система", "аналитик", "Русский"]
    texts += [str(value) for item in Import.objects.all() for value in (item.file, item.parts, item.faults)]
    texts += [*load_regions()["name_ru"], *list_schemes(), *list_packs(), "registry", "system"]
    return {word.casefold() for text in texts for word in re.findall(r"[^\W\d_]{3,}", text)}


def test_a_first_view_is_small() -> None:
    """The page of the day with all that it loads, packed as it is sent."""
    page = signed_in(make_user("анна", "ministry", region=HERE)).get("/").content
    loaded = re.findall(r'(?:href|src)="/static/([^"?]+)"', page.decode())
    assert len(loaded) >= 5
    sizes = {"page": len(gzip.compress(page))}
    for name in loaded:
        path = finders.find(name) or finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name))
        assert path is not None, name
        content = Path(str(path)).read_bytes()
        sizes[name] = len(gzip.compress(content))
        for font in re.findall(rb'url\("?([^")]+\.woff2)"?\)', content):
            found = finders.find(font.decode().removeprefix("/static/").removeprefix("../"))
            if found is not None:
                sizes[font.decode()] = len(Path(str(found)).read_bytes())
    assert sum(sizes.values()) <= FIRST_VIEW, sizes
    assert settings.STATIC_URL == "/static/"


@pytest.mark.parametrize("address", [f"/{plural}/" for plural in PLURALS] + ["/", "/imports/", "/jobs/", "/links/"])
def test_an_empty_page_says_what_to_do_next(address: str) -> None:
    page = signed_in(make_user("анна", "ministry", region=HERE)).get(address).content.decode()
    main = page[page.index("<main"):]
    assert re.search(r'class="(?:card )?(?:empty|lead)"', main) and re.search(r"<(?:a|button|form)\b", main)


def test_the_stylesheet_is_whole() -> None:
    """A brace that a merge has lost takes every rule after it along, and no other test would say so."""
    depth = 0
    for number, line in enumerate(Path(str(finders.find("web/workplace.css"))).read_text("utf-8").splitlines(), 1):
        assert not (depth and line.startswith((".", "/*", "table", "@media"))), f"line {number} is within a rule"
        depth += line.count("{") - line.count("}")
    assert depth == 0
