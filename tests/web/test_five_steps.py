"""The five steps of the demo, as one goes through them who never saw it: by hand, in both languages, and by key."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smezhnik.messages import say
from smezhnik.types import Lang
from smezhnik.workflows.demo import LOGINS

pytestmark = pytest.mark.browser
#: A criterion that is not met, in the counts above the verdict.
SIGN_OF_FAILURE = "main .counts .light.bad"
#: Keys that lead from one thing on a page to the next, at most.
MOST_KEYS = 400


class Demo:
    """``smezhnik demo`` in a folder, on a port of its own."""

    def __init__(self, folder: Path, lang: Lang) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        self.folder, self.base = folder, f"http://127.0.0.1:{self.port}"
        place = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SMEZHNIK_HOME")}
        self.running = subprocess.Popen(
            [sys.executable, "-m", "smezhnik", "demo", "-o", str(folder), "--port", str(self.port), "--lang", lang],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=place)
        began = time.monotonic()
        while True:
            try:
                urllib.request.urlopen(f"{self.base}/signin/", timeout=5).close()
                break
            except OSError:
                assert self.running.poll() is None and time.monotonic() - began < 240, "the demo does not start"
                time.sleep(0.2)
        self.started_s = time.monotonic() - began

    @property
    def password(self) -> str:
        """That of the ministry, which the command printed."""
        lines = (self.folder / "workplace" / LOGINS).read_text("utf-8").splitlines()
        return dict(line.split() for line in lines)["министерство"]

    def end(self) -> str:
        """Stop it as Ctrl-C does; all that it printed."""
        self.running.terminate()
        said, _ = self.running.communicate(timeout=30)
        return said


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was started once, and what it has."""
    folder = tmp_path_factory.mktemp("demo")
    demo = Demo(folder, "ru")
    said = demo.end()
    assert f"{demo.base}/" in said and demo.password in said, "address and passwords are printed"
    return folder


@dataclass
class Hand:
    """Somebody at a page: with a pointer, or with keys alone."""

    page: Any
    lang: Lang
    by_key: bool = False

    def press(self, code: str, *, within: str = "main") -> None:
        """The first button or link there that the sentence of the catalogue names."""
        self.act(self.page.locator(within).locator("a, button, summary").filter(has_text=say(code, self.lang)).first)

    def act(self, thing: Any) -> None:
        """Click it; by key, go to it by Tab and press Enter."""
        if not self.by_key:
            thing.click()
        else:
            self.reach(thing)
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def reach(self, thing: Any) -> None:
        """Tab until the thing has the focus, which must show."""
        target = thing.element_handle()
        for _ in range(MOST_KEYS):
            if self.page.evaluate("thing => thing === document.activeElement", target):
                assert self.page.evaluate("thing => { const s = getComputedStyle(thing);"
                                          " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }", target)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("no key leads there")

    def fill(self, field: str, text: str) -> None:
        """Type into a field of the page."""
        thing = self.page.locator(field)
        if self.by_key:
            self.reach(thing)
            self.page.keyboard.type(text)
        else:
            thing.fill(text)

    def step(self, name: str) -> None:
        """Go to a step from the first page."""
        self.page.goto("/")
        self.act(self.page.locator(f".tour a[href='/tour/{name}/']"))


@pytest.mark.parametrize(("lang", "by_key"), [("ru", False), ("en", False), ("ru", True)],
                         ids=["ru", "en", "by key alone"])
def test_the_five_steps_lead_to_a_contract_a_cluster_and_two_regions(
    chromium: Any, filled: Path, tmp_path: Path, lang: Lang, by_key: bool
) -> None:
    shutil.copytree(filled, tmp_path / "demo")
    demo = Demo(tmp_path / "demo", lang)
    try:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=demo.base)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(demo.base)
                else None)
        page.goto(f"/signin/?lang={lang}")
        hand = Hand(page, lang, by_key)
        hand.fill("#login", "министерство")
        hand.fill("#password", demo.password)
        hand.press("web.signin.do")
        page.wait_for_url("/")
        _speak(hand, lang)
        _find(hand)
        _lead(hand)
        _mend(hand)
        _pair(hand)
        _region(hand)
        page.goto("/")
        assert page.locator(".tour").get_by_text(say("web.tour.seen", lang)).count() == 5
        assert complaints == []
    finally:
        demo.end()


def _speak(hand: Hand, lang: Lang) -> None:
    """The language of the account; it was Russian."""
    if lang == "en":
        hand.page.goto("/account/")
        hand.page.locator("select[name=lang]").select_option("en")
        hand.page.locator("form", has=hand.page.locator("select[name=lang]")).locator("button").click()


def _find(hand: Hand) -> None:
    """A need without a case, its candidates with the sum of reasons, a case."""
    hand.step("find")
    hand.page.wait_for_url("**/partners/")
    assert hand.page.locator("main svg").count(), "reasons are drawn"
    hand.press("web.find.case")
    hand.page.wait_for_url("**/cases/K-*/**")


def _lead(hand: Hand) -> None:
    """A case that is negotiated gets its contract."""
    hand.step("case")
    hand.page.wait_for_url("**/cases/K-*/**")
    hand.press("web.case.sign")
    hand.fill("#own_id", "Д-2026/17")
    hand.fill("#value_th_rub", "1250")
    day = hand.page.locator("#signed_on")
    if hand.by_key:
        hand.reach(day)
        hand.page.keyboard.type("11202026")  # a field of a date is typed part by part
    else:
        day.fill("2026-11-20")
    hand.act(hand.page.locator("form", has=hand.page.locator("#own_id")).locator("button").last)
    hand.page.get_by_text("Д-2026/17").first.wait_for()


def _mend(hand: Hand) -> None:
    """The verdict, the least change with its proof, the change, the verdict again."""
    hand.step("cluster")
    hand.page.locator(SIGN_OF_FAILURE).wait_for()
    hand.press("web.cluster.repair.find")
    join = hand.page.locator("main").get_by_role("button", name=say("web.cluster.do.join", hand.lang), exact=True).first
    join.wait_for(timeout=120_000)  # the page shows by itself that the work is done
    hand.act(join)
    hand.page.locator(SIGN_OF_FAILURE).wait_for(state="detached")  # what the repair asked for makes it comply
    assert "/clusters/C-" in hand.page.url


def _pair(hand: Hand) -> None:
    """The best link between two regions that does not exist becomes a case."""
    hand.step("pair")
    hand.page.wait_for_url("**/pair/*/*/")
    hand.press("web.pair.case")
    hand.page.wait_for_url("**/cases/K-*/**")


def _region(hand: Hand) -> None:
    """What the region is strong in, by a real table."""
    hand.step("region")
    hand.page.wait_for_url("**/regions/*/")
    hand.act(hand.page.locator("main a.button.main").first)
    hand.page.wait_for_url("**/profile/**")
    assert hand.page.locator("h1").inner_text()
