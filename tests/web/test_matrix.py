"""Who sees what, cell by cell: viewer × record × surface against the truth that ``world`` writes down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import get_resolver

from smezhnik.records.models import Action
from smezhnik.registry.models import Organisation
from smezhnik.web.api.build import document
from tests.web import world as truth
from tests.web.world import HERE, KNOWS, KNOWS_GONE, THERE, VIEWERS, Thing, World, words_of

pytestmark = pytest.mark.django_db

#: Name of an address → the surfaces here, or the test, that hold it against the truth.
ADDRESSES = {
    "blank_form": "tests/web/test_given.py",
    "duplicates": "duplicates", "merge": "duplicates", "partners": "partners", "links": "list",
    "card_file": "one_row, pdf, docx",
    "find": "tests/web/test_finding.py",
    **dict.fromkeys(("find_compare", "column", "column_found", "column_file"), "tests/web/test_finding.py"),
    "map": "tests/web/test_map.py",
    **dict.fromkeys(("case_list", "case_funnel"), "tests/web/test_pipeline.py"),
    **dict.fromkeys(("pairs", "pair", "pair_calc", "pair_lead", "pair_paper", "pair_file"), "tests/web/test_pairs.py"),
    "cases_open": "tests/web/test_opening.py",
    "case_board": "board", "case": "case", "case_new": "case_new", "case_step": "case", "case_sign": "case",
    **dict.fromkeys(("what_if", "cluster_network", "cluster_member"), "cluster"), "job_wait": "jobs",
    **dict.fromkeys(("compose", "composed", "compose_found"), "tests/workflows/test_compose_records.py"),
    **dict.fromkeys(("plans", "plan", "plan_file", "plan_paper"), "tests/workflows/test_allocation.py"),
    **dict.fromkeys(("classifiers", "classifier", "code_card", "packs", "pack", "pack_changes"),
                    "no record stands there but counts of what is seen; tests/web/test_law.py"),
    "cluster": "cluster", "cluster_new": "cluster_new", "cluster_paper": "cluster", "cluster_change": "cluster",
    "bulk": "tests/web/test_lists.py", "contacts": "tests/web/test_card.py",
    **dict.fromkeys(("agreement", "agreement_file", "agreement_change", "agreement_new"), "agreement"),
    **dict.fromkeys(("order", "order_change", "order_new", "red_list", "red_list_file", "reminders"), "order"),
    **dict.fromkeys(("agreements", "orders"), "list, search"), **dict.fromkeys(("chain", "contract_tell"), "chain"),
    "case_origin": "case",
    **dict.fromkeys(("year", "year_file", "year_sum", "year_do", "strategy", "goal_new", "goal_drop", "indicators",
                     "indicator_file", "indicator_do"), "tests/web/test_year.py"),
    **dict.fromkeys(("neighbours", "neighbour_drop", "parcel_send", "parcel_take"), "tests/web/test_exchange.py"),
    "filter": "tests/registry/test_filters.py", "filter_new": "tests/registry/test_filters.py",
    "filter_drop": "tests/registry/test_filters.py",
    **dict.fromkeys(("regions", "region", "region_profile", "rating", "rated", "compare"),
                    "tests/web/test_canaries.py"),
    **dict.fromkeys(("api", "api_group"), "no record stands there; tests/web/test_canaries.py"),
    **dict.fromkeys(("cycle", "cycle_call", "meeting", "meeting_do", "meeting_paper", "event", "event_do",
                     "event_answers", "event_paper", "customer", "customer_do", "customer_paper", "delegation",
                     "delegation_do", "delegation_paper"), "activity"),
    "calendar": "test_a_calendar_holds_the_meetings_that_are_known",
    **dict.fromkeys(("deadlines", "feed"), "tests/people/test_deadlines.py"),
    "tour": "tests/workflows/test_demo_workplace.py", "home": "counts", "waiting": "tests/web/test_today.py",
    "list": "list, search, filter, facets, counts", "file": "the four exports",
    "card": "card", "change": "change", "take_away": "take_away", "history": "history", "why": "why", "new": "new",
    "journal": "journal", "action": "action", "undo": "undo", "jobs": "jobs", "do_job": "do_job",
    "imports": "imports", "import": "import", "import_file": "marked, recipe", "do_import": "do_import",
    "users": "users", "user_new": "tests/people/test_users.py", "user_change": "tests/people/test_users.py",
    "signin": "tests/people/test_signin.py", "code": "tests/people/test_signin.py",
    "kept": "tests/web/test_kept.py",
    "signout": "tests/people/test_signin.py", "invitation": "tests/people/test_signin.py",
    "account": "tests/people/test_account.py", "password": "tests/people/test_account.py",
    "confirm": "tests/people/test_account.py", "user": "users",
}
#: Operation of the API, with the kinds of records as PLURAL and KIND → the surfaces here, or the test.
OPERATIONS = {
    "list_PLURAL": "api_list", "get_KIND": "api_card", "KIND_history": "api_history",
    **{f"PLURAL_{ending}": "the four exports of the API" for ending in ("csv", "xlsx", "json", "geojson")},
    "enter_KIND": "test_records_are_entered_by_those_who_keep_them", "change_KIND": "api_change",
    "archive_KIND": "api_change", "restore_KIND": "api_change",
    **dict.fromkeys(("list_imports", "upload_import", "get_import", "settle_import", "apply_import", "undo_import",
                     "list_jobs", "get_job", "cancel_job", "retry_job"),
                    "test_files_and_jobs_are_of_the_region_that_loads_them"),
    **dict.fromkeys(("open_KIND", "step_KIND", "sign_KIND"), "tests/api/test_cases.py"),
    **dict.fromkeys(("KIND_partners", "match_PLURAL"), "tests/api/test_matching.py"),
    "journal_head": "the head of the chain is no secret", "me": "oneself",
}
REGIONS = (HERE, THERE)
PLACED = ("organisation", "site", "offer", "need")
EXPORTS = ("csv", "xlsx", "json", "geojson")


class Look:
    """What one viewer gets; a page is asked for once."""

    def __init__(self, world: World, viewer: str) -> None:
        self.world, self.viewer, self.client = world, viewer, world.clients[viewer]
        self._kept: dict[str, tuple[int, str]] = {}

    def get(self, address: str) -> tuple[int, str]:
        """Status and words."""
        if address not in self._kept:
            answer = self.client.get(address)
            self._kept[address] = answer.status_code, words_of(answer)
        return self._kept[address]

    def post(self, address: str, **values: Any) -> int:
        """Status."""
        return int(self.client.post(address, values).status_code)

    def api(self, address: str) -> tuple[int, str]:
        """Status and words of the API, asked for with a key; a guest has one that does not hold."""
        if f"api {address}" not in self._kept:
            answer = self.client.get(f"/api/v1/{address}", headers=self._key())
            self._kept[f"api {address}"] = answer.status_code, words_of(answer)
        return self._kept[f"api {address}"]

    def send(self, method: str, address: str, values: Any, **headers: str) -> int:
        """Status of what is sent to the API."""
        answer = getattr(self.client, method)(f"/api/v1/{address}", values, content_type="application/json",
                                              headers={**self._key(), **headers})
        return int(answer.status_code)

    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.world.keys.get(self.viewer, 'smz_none')}"}

    def pages(self, address: str) -> str:
        """A list to its last page."""
        words, start = "", address
        while address:
            status, page = self.get(address)
            words += page
            more = re.search(r'class="more"><a href="([^"]+)"', page)
            address = start.partition("?")[0] + more[1].replace("&amp;", "&") if more and status == 200 else ""
        return words


def _status(look: Look, thing: Thing, *, may: frozenset[str] | set[str], yes: int = 200) -> int:
    """What an address of a record answers: a guest is sent to sign in, who may not know of it finds nothing."""
    if look.viewer == "guest":
        return 302
    if look.viewer in may and thing.known_to(look.viewer):
        return yes
    return 403 if thing.known_to(look.viewer) else 404


#: A page rounds coordinates; a file has them whole.
ROUNDED = ("latitude", "longitude")


def _columns(thing: Thing, may: Callable[[str], bool], words: str, *, page: bool = True) -> None:
    """Every value that nobody else has, where it may be read and nowhere else."""
    for column, secret in thing.secrets.items():
        if may(column) and not (page and column in ROUNDED):
            assert secret in words, f"{column} is missing"
        elif not may(column):
            assert secret not in words, f"{column} shows"


def _in_words(ask: Callable[[Look, Thing], str]) -> Callable[[Look, Thing], None]:
    def check(look: Look, thing: Thing) -> None:
        words, known = ask(look, thing), thing.known_to(look.viewer)
        words = words.replace(f"q={thing.title}", "").replace(f'value="{thing.title}"', "")
        marks = {thing.record.public_id, thing.title}
        if not known:
            assert not [mark for mark in marks if mark in words]
        elif thing.record.KIND in ("organisation", "site", "offer", "need"):
            assert [mark for mark in marks if mark not in words] == []
        elif thing.record.KIND != "link":  # a file of links tells them by need and offer
            assert [mark for mark in marks if mark in words] != []
        if look.viewer not in truth.INTERNAL and thing.tag == "need_blind":
            assert not [secret for secret in thing.whose if secret and secret in words]
    return check


def card(look: Look, thing: Thing) -> None:
    status, words = look.get(f"/r/{thing.record.public_id}/")
    assert status == _status(look, thing, may=truth.BUSINESS)
    _in_words(lambda *_: words.replace(f"next=/r/{thing.record.public_id}/", ""))(look, thing)
    _columns(thing, lambda column: look.viewer in thing.readers(column), words)


def history(look: Look, thing: Thing) -> None:
    status, words = look.get(f"/r/{thing.record.public_id}/history/")
    gone = look.viewer in KNOWS_GONE.get(thing.tag, ()) and thing.region == HERE
    assert status == (200 if gone else _status(look, thing, may=truth.BUSINESS))
    _columns(thing, lambda column: look.viewer in (truth.READS.get(column, truth.BUSINESS) if gone
                                                   else thing.readers(column)), words)
    if thing.tag == "need_blind" and look.viewer not in truth.INTERNAL:
        assert not [secret for secret in thing.whose if secret and secret in words]


def change(look: Look, thing: Thing) -> None:
    may = truth.EDITS[thing.tag] if thing.region == HERE and thing.record.KIND not in truth.NO_FORM else set()
    assert look.get(f"/r/{thing.record.public_id}/edit/")[0] == _status(look, thing, may=may)


def take_away(look: Look, thing: Thing) -> None:
    may = truth.EDITS[thing.tag] if thing.region == HERE else set()
    assert look.post(f"/r/{thing.record.public_id}/archive/", version=0) == _status(look, thing, may=may, yes=409)


def why(look: Look, thing: Thing) -> None:
    status, words = look.get(f"/r/{thing.record.public_id}/why/")
    there = thing.region == HERE or look.viewer == "administrator"
    may = look.viewer in ("administrator", "administrator_here")
    assert status == (302 if look.viewer == "guest" else (200 if there else 404) if may else 403)
    assert thing.title not in words.replace(thing.record.public_id, ""), "it says who sees it, not what stands in it"


def journal(look: Look, thing: Thing) -> None:
    words = look.pages("/journal/")
    gone = look.viewer in KNOWS_GONE.get(thing.tag, ()) and thing.region == HERE
    shown = (thing.known_to(look.viewer) or gone) and look.viewer in truth.JOURNAL
    assert (thing.record.public_id in words) is shown


def action(look: Look, thing: Thing) -> None:
    number = Action.objects.filter(record=thing.record.public_id).order_by("number").values_list("number", flat=True)[0]
    status, words = look.get(f"/journal/{number}/")
    reads = look.viewer in truth.JOURNAL and (thing.region == HERE or look.viewer in truth.EVERYWHERE)
    assert status == (302 if look.viewer == "guest" else 200 if reads else 404)
    gone = look.viewer in KNOWS_GONE.get(thing.tag, ()) and thing.region == HERE
    _columns(thing, lambda column: reads and (gone or look.viewer in thing.readers(column)), words)
    if look.viewer != "ministry" or thing.region == THERE:
        expected = 302 if look.viewer == "guest" else 403 if reads else 404
        assert look.post(f"/journal/{number}/undo/") == expected


def _exported(ending: str) -> Callable[[Look, Thing], None]:
    def check(look: Look, thing: Thing) -> None:
        status, words = look.get(f"/{thing.plural}.{ending}")
        assert status == (302 if look.viewer == "guest" else 200)
        _in_words(lambda *_: words)(look, thing)
        _columns(thing, lambda column: look.viewer in thing.readers(column), words, page=False)
    return check


def one_row(look: Look, thing: Thing) -> None:
    status, words = look.get(f"/r/{thing.record.public_id}.csv")
    assert status == _status(look, thing, may=truth.BUSINESS)
    _columns(thing, lambda column: look.viewer in thing.readers(column), words, page=False)


def _paper(ending: str) -> Callable[[Look, Thing], None]:
    def check(look: Look, thing: Thing) -> None:
        status, words = look.get(f"/r/{thing.record.public_id}.{ending}")
        assert status == _status(look, thing, may=truth.BUSINESS)
        _columns(thing, lambda column: look.viewer in thing.readers(column), words)
        if thing.tag == "need_blind" and look.viewer not in truth.INTERNAL:
            assert not [secret for secret in thing.whose if secret and secret in words]
    return check


def partners(look: Look, thing: Thing) -> None:
    may = truth.EDITS[thing.tag] if thing.region == HERE else set()
    assert look.get(f"/r/{thing.record.public_id}/partners/")[0] == _status(look, thing, may=may)


def board(look: Look, thing: Thing) -> None:
    words = look.get("/cases/board/")[1]
    assert (thing.record.public_id in words) is thing.known_to(look.viewer)
    assert not [secret for column, secret in thing.secrets.items()
                if secret in words and look.viewer not in thing.readers(column)]


def case(look: Look, thing: Thing) -> None:
    address = f"/cases/{thing.record.public_id}/"
    status, words = look.get(address)
    assert status == _status(look, thing, may=truth.BUSINESS)
    for column, secret in thing.secrets.items():
        assert look.viewer in thing.readers(column) or secret not in words, column
    if look.viewer not in truth.EDITS[thing.tag] or thing.region == THERE:
        for what in ("step", "sign", "origin"):
            assert look.post(f"{address}{what}/") == _status(look, thing, may=set())


def cluster(look: Look, thing: Thing) -> None:
    assert look.get(f"/clusters/{thing.record.public_id}/")[0] == _status(look, thing, may=truth.BUSINESS)
    refused = _status(look, thing, may=set())
    member = thing.record.member_rows.first().public_id
    assert look.get(f"/clusters/{thing.record.public_id}/members/{member}/")[0] == _status(
        look, thing, may=truth.EDITS[thing.tag] if thing.region == HERE else set())
    for what in ("paper", "what-if", "network"):
        status = look.get(f"/clusters/{thing.record.public_id}/{what}/")[0]
        assert status == refused if look.viewer not in truth.INTERNAL or refused == 404 else status in (200, 400, 409)


def agreement(look: Look, thing: Thing) -> None:
    address = f"/agreements/{thing.record.public_id}/"
    status, words = look.get(address)
    assert status == _status(look, thing, may=truth.BUSINESS)
    _in_words(lambda *_: words.replace(f"next={address}", ""))(look, thing)
    assert look.get(f"{address[:-1]}.docx")[0] == _status(look, thing, may=truth.BUSINESS)
    if look.viewer not in truth.EDITS[thing.tag] or thing.region == THERE:
        for what in ("stage", "plan", "confirm", "settle"):
            assert look.post(f"{address}{what}/change/") == _status(look, thing, may=set())


def order(look: Look, thing: Thing) -> None:
    address = f"/orders/{thing.record.public_id}/"
    status, words = look.get(address)
    assert status == _status(look, thing, may=truth.BUSINESS)
    _in_words(lambda *_: words.replace(f"next={address}", ""))(look, thing)
    for listed in ("/orders/red-list/", "/orders/red-list.docx", "/orders/reminders/?on=2026-11-09"):
        status, words = look.get(listed)
        assert status == (302 if look.viewer == "guest" else 200 if look.viewer in truth.INTERNAL else 403)
        assert listed.endswith("docx") or (thing.title in words) is (
            thing.known_to(look.viewer) and look.viewer in truth.INTERNAL)
    if look.viewer not in truth.EDITS[thing.tag] or thing.region == THERE:
        for what in ("report", "extend", "decide", "return", "remove"):
            assert look.post(f"{address}{what}/change/") == _status(look, thing, may=set())


def chain(look: Look, thing: Thing) -> None:
    address = f"/contracts/{thing.record.public_id}/"
    status, words = look.get(f"{address}chain/")
    assert status == _status(look, thing, may=truth.BUSINESS)
    for column, secret in thing.secrets.items():
        assert look.viewer in thing.readers(column) or secret not in words, column
    if look.viewer not in truth.EDITS[thing.tag] or thing.region == THERE:
        for what in ("delivery", "claim"):
            assert look.post(f"{address}{what}/tell/") == _status(look, thing, may=set())


def activity(look: Look, thing: Thing) -> None:
    address = f"/{thing.plural}/{thing.record.public_id}/"
    status, words = look.get(address)
    assert status == _status(look, thing, may=truth.BUSINESS)
    _columns(thing, lambda column: look.viewer in thing.readers(column), words)
    if look.viewer not in truth.EDITS[thing.tag] or thing.region == THERE:
        refused = _status(look, thing, may=set())
        does = {"cycle": ("call/",), "meeting": ("agenda/do/", "move/do/")}.get(thing.record.KIND, ("move/do/",))
        assert [look.post(address + what) for what in does] == [refused] * len(does)
        if thing.record.KIND == "event":
            plant = look.world.thing("organisation", thing.region).record.public_id
            assert look.get(f"{address}answers/{plant}.xlsx")[0] == refused
    if thing.record.KIND == "event":
        assert look.get(f"{address}report.docx")[0] == _status(look, thing, may=truth.BROKERS)
        cards = look.get(f"{address}cards.docx")[0]
        assert cards == _status(look, thing, may=truth.BROKERS | ({"plant"} if thing.region == HERE else set()))
    if thing.record.KIND == "meeting":
        assert look.get(f"{address}short.docx")[0] == _status(look, thing, may=truth.BROKERS)
    elif thing.record.KIND == "delegation":
        assert look.get(f"{address}report.docx")[0] == _status(look, thing, may=truth.BROKERS)
    elif thing.record.KIND == "customer":
        assert look.post(f"{address}else/do/") in (302, 403, 404)
        plant = look.world.thing("organisation", thing.region).record.public_id
        taken = _status(look, thing, may=truth.BROKERS)
        assert look.get(f"{address}dossier.docx?plant={plant}")[0] == (400 if taken == 200 else taken)


def case_new(look: Look, thing: Thing) -> None:
    if thing.record.KIND == "need" and look.viewer not in (truth.EDITS[thing.tag] if thing.region == HERE else ()):
        status = look.post("/cases/new/", need=thing.record.public_id, offer="M-0000-0000")
        assert status == (302 if look.viewer == "guest" else 404 if look.viewer in ("ministry", "cluster") else 403)


def _api_status(look: Look, thing: Thing, *, may: frozenset[str] | set[str], yes: int = 200) -> int:
    return 401 if look.viewer == "guest" else _status(look, thing, may=may, yes=yes)


def api_list(look: Look, thing: Thing) -> None:
    _in_words(lambda *_: look.api(f"{thing.plural}?size=200")[1])(look, thing)


def api_card(look: Look, thing: Thing) -> None:
    status, words = look.api(f"{thing.plural}/{thing.record.public_id}")
    gone = look.viewer in KNOWS_GONE.get(thing.tag, ()) and thing.region == HERE
    assert status == (200 if gone else _api_status(look, thing, may=truth.BUSINESS))
    _columns(thing, lambda column: look.viewer in (truth.READS.get(column, truth.BUSINESS) if gone
                                                   else thing.readers(column)), words, page=False)


def api_history(look: Look, thing: Thing) -> None:
    status, words = look.api(f"{thing.plural}/{thing.record.public_id}/history")
    gone = look.viewer in KNOWS_GONE.get(thing.tag, ()) and thing.region == HERE
    assert status == (200 if gone else _api_status(look, thing, may=truth.BUSINESS))
    for column, secret in thing.secrets.items():
        assert gone or look.viewer in thing.readers(column) or secret not in words, column


def api_change(look: Look, thing: Thing) -> None:
    gone = look.viewer in KNOWS_GONE.get(thing.tag, ()) and thing.region == HERE
    may = truth.EDITS[thing.tag] if thing.region == HERE else set()
    if thing.record.KIND in truth.NO_FORM or gone:
        return
    address, stale = f"{thing.plural}/{thing.record.public_id}", {"If-Match": '"0"'}
    for method, what, values in (("patch", "", {"row": {}}), ("post", "/archive", {}), ("post", "/restore", {})):
        assert look.send(method, address + what, values, **stale) == _api_status(look, thing, may=may, yes=412)


def _api_exported(ending: str) -> Callable[[Look, Thing], None]:
    def check(look: Look, thing: Thing) -> None:
        status, words = look.api(f"{thing.plural}.{ending}")
        assert status == (401 if look.viewer == "guest" else 200)
        _in_words(lambda *_: words)(look, thing)
        _columns(thing, lambda column: look.viewer in thing.readers(column), words, page=False)
    return check


#: Surface → how a viewer's cell of a record is checked.
SURFACES: dict[str, Callable[[Look, Thing], None]] = {
    "list": _in_words(lambda look, thing: look.pages(f"/{thing.plural}/")),
    "search": _in_words(lambda look, thing: look.pages(f"/{thing.plural}/?q={thing.title}")),
    "filter": _in_words(lambda look, thing: look.pages(f"/{thing.plural}/?region={thing.region}")),
    "card": card, "history": history, "change": change, "take_away": take_away, "why": why, "journal": journal,
    "action": action, **{ending: _exported(ending) for ending in EXPORTS}, "one_row": one_row,
    "pdf": _paper("pdf"), "docx": _paper("docx"), "partners": partners,
    "agreement": agreement, "order": order, "chain": chain,
    "board": board, "case": case, "case_new": case_new, "cluster": cluster, "activity": activity, "api_list": api_list,
    "api_card": api_card, "api_history": api_history, "api_change": api_change,
    **{f"api_{ending}": _api_exported(ending) for ending in ("csv", "json")},
}
#: Surfaces of some kinds only.
ONLY = {"search": ("organisation", "offer", "need", "cluster", "agreement", "order", *truth.ACTIVITIES),
        "activity": truth.ACTIVITIES, "agreement": ("agreement",),
        "order": ("order",), "chain": ("contract",), "partners": ("need",), "board": ("case",),
        "case": ("case",), "cluster": ("cluster",), "case_new": ("need",), "geojson": PLACED,
        "list": (*PLACED, "case", "contract", "cluster", "agreement", "order", *truth.ACTIVITIES), "filter": PLACED}


def _has(surface: str, tag: str) -> bool:
    return tag.partition("_")[0] in ONLY.get(surface, (tag.partition("_")[0],))


CELLS = [(viewer, region, tag, surface) for viewer in VIEWERS for region in REGIONS for tag in KNOWS
         for surface in SURFACES if _has(surface, tag)]


@pytest.fixture
def look(world: World, request: Any) -> Look:
    return Look(world, request.param)


everybody = pytest.mark.parametrize("look", VIEWERS, indirect=True)


def test_the_matrix_is_large() -> None:
    assert len(CELLS) >= 3_000


def test_every_address_stands_in_the_matrix() -> None:
    def names(resolver: Any) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            yield from names(pattern) if hasattr(pattern, "url_patterns") else [pattern.name]

    assert {name for name in names(get_resolver()) if not str(name).startswith("api:")} == set(ADDRESSES)


def test_every_operation_of_the_api_stands_in_the_matrix() -> None:
    kinds = sorted({tag.partition("_")[0] for tag in KNOWS}, key=len, reverse=True)
    found = set()
    for operations in document()["paths"].values():
        for operation in operations.values():
            name = operation["operationId"]
            for kind in kinds:
                name = re.sub(rf"(^|_){kind}s(_|$)", r"\1PLURAL\2", name)
                name = re.sub(rf"(^|_){kind}(_|$)", r"\1KIND\2", name)
            found.add(name)
    assert found == set(OPERATIONS)


@everybody
def test_every_cell_of_records_holds(look: Look) -> None:
    wrong = []
    for viewer, region, tag, surface in CELLS:
        if viewer == look.viewer:
            try:
                SURFACES[surface](look, look.world.thing(tag, region))
            except AssertionError as error:
                wrong.append(f"{region} {tag} on {surface}: {str(error)[:120]}")
    assert not wrong, "\n".join(wrong[:60])


@everybody
def test_a_calendar_holds_the_meetings_that_are_known(look: Look) -> None:
    status, words = look.get("/meetings.ics")
    assert status == (302 if look.viewer == "guest" else 200)
    for thing in look.world.things:
        if thing.record.KIND == "meeting":
            assert (thing.record.public_id in words) is thing.known_to(look.viewer)


@everybody
def test_counts_and_facets_count_what_is_seen(look: Look) -> None:
    if look.viewer == "guest":
        return
    for kind in ("organisation", "site", "offer", "need"):
        by_region = {region: _seen(look, kind, region) for region in REGIONS}
        for region, text in {None: "", **{region: f"?region={region}" for region in REGIONS}}.items():
            page = look.get(f"/{kind}s/{text}")[1]
            expected = by_region[region] if region else sum(by_region.values())
            assert re.search(r'class="lead"><strong>([\d]+) ', page)[1] == str(expected), (kind, region)  # type: ignore[index]
            if region is None:
                found = dict(re.findall(r'<option value="(RU-[A-Z]+)">[^<]*\((\d+)\)', page))
                assert found == {one: str(number) for one, number in by_region.items() if number}
        home = look.get("/")[1]
        if kind != "site" and look.viewer != "security":
            assert re.search(rf'href="/{kind}s/">[^<]*</a></dt><dd>(\d+)<', home)[1] == str(  # type: ignore[index]
                sum(by_region.values()))


def _seen(look: Look, kind: str, region: str) -> int:
    """How many records of the kind the viewer may know of, by the truth."""
    things = [thing for thing in look.world.things if kind == thing.record.KIND and thing.region == region]
    known = sum(thing.known_to(look.viewer) for thing in things)
    here = look.viewer in (truth.BUSINESS if region == HERE else truth.EVERYWHERE)
    match kind:
        case "organisation":  # owners of things, too
            return Organisation.objects.filter(held_by=region, archived=False).count() if here else 0
        case "site":  # and every offer and need has its shop
            made = [thing for thing in look.world.things if thing.record.KIND in ("offer", "need")
                    and thing.region == region]
            return known + len(made) * here
        case "need":  # and the blind one that a file brought
            return known + (look.viewer in (truth.KNOWS if region == HERE else truth.KNOWS_THERE)["need_blind"])
    return known


@everybody
def test_files_and_jobs_are_of_the_region_that_loads_them(look: Look) -> None:
    guest = look.viewer == "guest"
    for region in REGIONS:
        mine = look.viewer in truth.MINISTRY and region == HERE
        status, words = look.get("/imports/")
        assert status == (302 if guest else 200 if look.viewer in truth.MINISTRY else 403)
        for item in look.world.imports[region]:
            assert (item.file in words) is mine
            refused = 401 if guest else 404 if look.viewer in truth.MINISTRY else 403
            assert look.api(f"imports/{item.pk}")[0] == (200 if mine else refused)
            assert (item.file in look.api("imports")[1]) is mine
            for what in ("columns", "apply", "undo"):
                if not mine:
                    assert look.send("post", f"imports/{item.pk}/{what}", {}) == refused
            for what in ("", "file/marked/", "file/recipe/"):
                assert look.get(f"/imports/{item.pk}/{what}")[0] == (302 if guest else 200 if mine else 404)
            assert look.post(f"/imports/{item.pk}/else/") == (302 if guest else 404)
            if not mine:
                for what in ("apply", "undo", "settle"):
                    assert look.post(f"/imports/{item.pk}/{what}/") == (302 if guest else 404)
        watches = ("ministry", "administrator", "administrator_here") if region == HERE else ("administrator",)
        job, sees = look.world.jobs[region], look.viewer in watches
        assert (str(job.error["fields"]["most"]) in look.get("/jobs/")[1]) is sees
        assert look.api(f"jobs/{job.pk}")[0] == (401 if guest else 200 if sees else 404)
        assert (f'"number": {job.pk},' in look.api("jobs")[1]) is sees
        if not sees:
            assert look.get(f"/jobs/{job.pk}/wait/")[0] == (302 if guest else 404)
            for what in ("cancel", "retry"):
                assert look.send("post", f"jobs/{job.pk}/{what}", {}) == (401 if guest else 404)
            assert look.post(f"/jobs/{job.pk}/retry/") == (302 if guest else 404)


@everybody
def test_records_are_entered_by_those_who_keep_them(look: Look) -> None:
    may = look.viewer in ("ministry", "cluster")
    for kind in ("organisations", "sites", "offers", "needs"):
        own = look.viewer == "plant" and kind != "organisations"
        asks = {200, 400} if may or own else {302} if look.viewer == "guest" else {403}
        assert look.get(f"/{kind}/new/")[0] in asks
        if not (may or own):
            row = {"name": "Проба"} if kind in ("organisations", "sites") else {"text": "Проба"}
            assert look.send("post", kind, {"row": row}) in ({401} if look.viewer == "guest" else {403, 422})
    for address in ("/clusters/new/", "/organisations/duplicates/", "/agreements/new/", "/orders/new/"):
        status, words = look.get(address)
        assert status == (302 if look.viewer == "guest" else 200 if may else 403)
        assert not [thing.title for thing in look.world.things if thing.region == THERE and thing.title in words]
    kept, other = (look.world.thing(tag).record.public_id for tag in ("organisation", "organisation_gone"))
    assert look.post("/organisations/merge/", kept=kept, other=other) == (302 if look.viewer == "guest" else 404)
    assert look.get("/elsewhere/new/")[0] == (302 if look.viewer == "guest" else 404)


@everybody
def test_users_are_seen_by_administration_and_security_of_their_region(look: Look) -> None:
    may = look.viewer in ("administrator", "administrator_here", "security")
    status, words = look.get("/users/")
    assert status == (302 if look.viewer == "guest" else 200 if may else 403)
    for whose, sees in (("cluster", may), ("other", look.viewer == "administrator")):
        login = look.world.users[whose].login
        assert (login in words.replace(f'class="group">{login}<', "")) is sees
        assert look.get(f"/users/{login}/")[0] == (302 if look.viewer == "guest" else 200 if sees else 404)
        if not sees:
            for what in ("role", "link", "sessions"):
                assert look.post(f"/users/{login}/{what}/") == (302 if look.viewer == "guest" else 404)


@everybody
def test_nobody_exports_without_the_right_to(look: Look) -> None:
    if look.viewer == "guest":
        return
    user = look.world.users[look.viewer]
    type(user).objects.filter(pk=user.pk).update(exports=False)
    for kind in ("organisations", "sites", "offers", "needs"):
        for ending in EXPORTS:
            assert look.client.get(f"/{kind}.{ending}").status_code == 403
        assert f"/{kind}.csv" not in look.client.get(f"/{kind}/").content.decode()
    type(user).objects.filter(pk=user.pk).update(exports=True)
