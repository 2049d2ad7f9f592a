"""The whole site is walked as every viewer: no word that stands only where they may not look ever shows."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator

import pytest

from tests.web.world import VIEWERS, World, words_of

pytestmark = pytest.mark.django_db

#: What a record, a file or a job can be asked for, also where no link leads.
OF_RECORD = ("", "edit/", "history/", "why/")
OF_FILE = ("", "file/marked/", "file/recipe/")
ENDINGS = (".csv", ".xlsx", ".json", ".geojson", ".pdf", ".docx")
#: Files of a list that are read: the whole of it and a few choices of it, not every choice; as many of single records.
MOST_FILES = 3
#: Trees without records of their own, of thousands of pages, and how many of each are walked.
TREES, MOST_BRANCHES = ("/classifiers/", "/packs/"), 15
#: Pages that a walk goes through at most: a walk that does not end is a fault of the walk.
MOST = 2_500


def links(page: str) -> Iterator[str]:
    """Where a page leads: links, what htmx asks for, forms that only ask, with each choice that they offer."""
    for address in re.findall(r'(?:href|hx-get)="(/[^"#]*|\?[^"#]*)"', page):
        yield html.unescape(address)
    for form in re.findall(r"<form(?![^>]*method=.post)[^>]*>.*?</form>", page, re.DOTALL):
        action = re.search(r'(?:action|hx-get)="([^"]*)"', form)
        for select in re.findall(r'<select[^>]*name="([^"]+)"(.*?)</select>', form, re.DOTALL):
            for value in re.findall(r'<option value="([^"]+)"', select[1]):
                yield f"{action[1] if action else ''}?{select[0]}={value}"
        yield f"{action[1] if action else ''}?q=насос"


def starts(world: World) -> Iterator[str]:
    """The first page, and every record, file, job and user by its address, whether a page leads there or not."""
    yield "/"
    for thing in world.things:
        for what in OF_RECORD:
            yield f"/r/{thing.record.public_id}/{what}"
        for ending in ENDINGS:
            yield f"/{thing.plural}{ending}"
        yield f"/{thing.plural}/?q={thing.title}"
        for address in (f"?q={thing.title}", f"/{thing.record.public_id}", f"/{thing.record.public_id}/history"):
            yield f"/api/v1/{thing.plural}{address}"
    yield from ("/find/?text=насос", "/find/?text=28.13.14&within_km=600&place=Уфа")
    yield from ("/api/v1/imports", "/api/v1/jobs", "/api/v1/me", "/api/v1/journal/head")
    for items in world.imports.values():
        for item in items:
            for what in OF_FILE:
                yield f"/imports/{item.pk}/{what}"
    for user in world.users.values():
        yield f"/users/{user.login}/"


def walk(world: World, viewer: str) -> Iterator[tuple[str, int, str, bool]]:
    """Every address that can be come to, the status of its answer, all that it says, and whether a page leads to it."""
    led: set[str] = set()
    files: Counter[str] = Counter()
    client, seen, waiting = world.clients[viewer], set[str](), deque(dict.fromkeys(starts(world)))
    while waiting:
        address = waiting.popleft()
        path = address.partition("?")[0]
        file = f"/r/{path[path.rfind('.'):]}" if path.startswith("/r/") and path.endswith(ENDINGS) else path
        tree = next((one for one in TREES if path.startswith(one)), "")
        if tree and files[tree] == MOST_BRANCHES:
            continue
        if address in seen or path.startswith("/static/") or (path.endswith(ENDINGS) and files[file] == MOST_FILES):
            continue
        seen.add(address)
        files[tree or file] += 1
        assert len(seen) <= MOST
        answer = client.get(address)
        words = words_of(answer)
        yield address, answer.status_code, words, address in led
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found = [path + to if to.startswith("?") else to for to in links(words)]
            led.update(found)
            waiting.extend(found)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_canary_sings_where_it_must_not(world: World, viewer: str) -> None:
    secrets = list(world.secrets())
    forbidden = [(of, secret) for of, secret, readers in secrets if viewer not in readers]
    silent = {secret: of for of, secret, readers in secrets if viewer in readers}
    leaks, answers = [], 0
    for address, status, words, led in walk(world, viewer):
        answers += 1
        assert status < 500, address
        if led and status in (403, 404):
            leaks.append(f"a page leads to {address}, which answers {status}")
        leaks += [f"{of} on {address}" for of, secret in forbidden if secret in words and secret not in address]
        for secret in [secret for secret in silent if secret in words]:
            del silent[secret]
    assert not leaks, "\n".join(leaks)
    assert answers >= 150
    # a canary that nobody ever hears would prove nothing: who keeps the records hears every one of its region
    if viewer == "ministry":
        assert {of for of in silent.values() if not ("gone" in of and of.endswith("tude"))} == set()
