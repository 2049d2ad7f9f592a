"""Pictures of every page of the demo, so that anyone sees the product without starting it.

    ./run gallery [--out docs/gallery] [--all] [--only NAME …]

A demo of its own is filled in a folder aside and served on this machine; a browser without a head opens each page of
``gallery.toml`` as the user named there. By default: Russian wide, Russian on a phone, Russian dark, English wide;
``--all`` makes all eight of language × width × light and dark. A page that is wider than its window, answers anything
but 200 or writes to the console is a fault, told at the end; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from smezhnik.workflows.demo import LOGINS

PAGES = Path(__file__).with_name("gallery.toml")
DOCS = Path(__file__).parents[1] / "docs" / "gallery"
WIDTHS = {"wide": (1440, 900), "phone": (390, 1300)}
#: A wide picture ends here: what lies below is more of the same. On a phone the bar stands at the foot of the window.
TALLEST = 1300
#: Pages that the documentation shows in the dark too.
DARK = ("today", "find", "cluster", "pair", "agreement", "cases", "map", "region")
#: Wide pictures are made this much smaller for the documentation.
SMALLER = 0.75
QUALITY = 50


#: Fields of a day or an hour are drawn by the browser in its own language, and one without a head knows English only:
#: the picture shows them as a browser of the reader's language does.
DAYS = """(lang) => document.querySelectorAll("input[type=date], input[type=time]").forEach((field) => {
  const given = field.value;
  const day = given && field.type === "date" ? given.split("-").reverse().join(lang === "ru" ? "." : "/") : given;
  const empty = field.type === "time" ? "" : lang === "ru" ? "дд.мм.гггг" : "dd/mm/yyyy";
  field.type = "text"; field.value = day; field.placeholder = empty;
})"""


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a page."""

    lang: str
    width: str
    scheme: str

    @property
    def ending(self) -> str:
        """How a file of it is named: ``ru-wide-light``."""
        return f"{self.lang}-{self.width}-{self.scheme}"


#: What the documentation shows; all of them exist.
SHOWN = (Look("ru", "wide", "light"), Look("ru", "phone", "light"), Look("ru", "wide", "dark"),
         Look("en", "wide", "light"))
ALL = tuple(Look(*one) for one in itertools.product(("ru", "en"), WIDTHS, ("light", "dark")))


def main() -> None:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=DOCS)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", nargs="*", default=())
    given = parser.parse_args()
    pages = [page for page in tomllib.loads(PAGES.read_text("utf-8"))["page"]
             if not given.only or page["name"] in given.only]
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="smezhnik-gallery-") as folder, Served(Path(folder)) as (base, home):
        faults = shoot(base, home, pages, ALL if given.all else SHOWN, given.out)
    if not given.only:
        write_index(pages, ALL if given.all else SHOWN, given.out)
    print("\n".join(faults) or f"{len(pages)} pages, no faults: {given.out}")
    sys.exit(bool(faults))


class Served:
    """A filled demo on a free port, ended when the block ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> tuple[str, Path]:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            port = door.getsockname()[1]
        self.running = subprocess.Popen([sys.executable, "-m", "smezhnik", "demo", "-o", str(self.folder), "--port",
                                         str(port)], stdout=subprocess.DEVNULL)
        base = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{base}/signin/", timeout=5).close()
                return base, self.folder / "workplace"
            except OSError:
                if self.running.poll() is not None:
                    break
                time.sleep(0.5)
        raise SystemExit("The demo does not start: smezhnik demo says why.")

    def __exit__(self, *_: object) -> None:
        self.running.terminate()
        self.running.wait(30)


def shoot(base: str, home: Path, pages: list[dict[str, Any]], looks: tuple[Look, ...], out: Path) -> list[str]:
    """Picture after picture; what is wrong with a page, in words."""
    found = addresses(home)
    secrets = dict(line.split() for line in (home / LOGINS).read_text("utf-8").splitlines())
    faults: list[str] = []
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the loop of the browser runs beside us
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"])
        for lang, who in sorted({(look.lang, page["who"]) for look in looks for page in pages}):
            speak(who, lang)
            state = sign_in(browser, base, who, secrets.get(who, ""), lang)
            for look in (look for look in looks if look.lang == lang):
                with Window(browser, look, state) as sheet:
                    for page in (page for page in pages if page["who"] == who):
                        if looks is SHOWN and look.scheme == "dark" and page["name"] not in DARK:
                            continue
                        address = page["address"].format_map(found)
                        wrong = picture(sheet, base + address, out / f"{page['name']}-{look.ending}.webp", look)
                        faults += [f"{page['name']} ({address}) {look.ending}: {fault}" for fault in wrong]
        browser.close()
    return faults


def addresses(home: Path) -> Mapping[str, str]:
    """Records of the demo that pages are about: name in ``gallery.toml`` → public id."""
    os.environ |= {"SMEZHNIK_HOME": str(home), "SMEZHNIK_SAMPLE": "1",
                   "DJANGO_SETTINGS_MODULE": "smezhnik.web.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from smezhnik.workflows.demo import REGIONS
    from smezhnik.workflows.demo_tour import landmarks
    from smezhnik.workflows.demo_workplace import run_work

    run_work("repair_cluster", REGIONS[0], cluster=landmarks()["cluster"], on="", role="ministry")
    return landmarks()


def speak(who: str, lang: str) -> None:
    """Let a user of the demo read in a language; a guest chooses on the page."""
    from smezhnik.people.models import User

    User.objects.filter(login=who).update(lang=lang)


def sign_in(browser: Browser, base: str, who: str, password: str, lang: str) -> Any:
    """Cookies of somebody who signed in; of a guest, those of the language."""
    context = browser.new_context()
    sheet = context.new_page()
    sheet.goto(f"{base}/signin/?lang={lang}")
    if password:
        sheet.fill("#login", who)
        sheet.fill("#password", password)
        sheet.click("button.main")
        sheet.wait_for_load_state()
    state = context.storage_state()
    context.close()
    return state


class Window:
    """A page of a browser that looks in one way."""

    def __init__(self, browser: Browser, look: Look, state: Any) -> None:
        width, height = WIDTHS[look.width]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, storage_state=state, reduced_motion="reduce",
            color_scheme="dark" if look.scheme == "dark" else "light", locale="ru-RU" if look.lang == "ru" else "en-GB")

    def __enter__(self) -> Page:
        return self.context.new_page()

    def __exit__(self, *_: object) -> None:
        self.context.close()


def picture(sheet: Page, address: str, file: Path, look: Look) -> list[str]:
    """Open, look, keep; a Russian page that is wider than its window, or complains, is told."""
    said: list[str] = []

    def hear(message: Any) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    sheet.on("console", hear)
    try:
        answer = sheet.goto(address)
    except Error as refused:
        return [str(refused).partition("\n")[0]]
    sheet.wait_for_timeout(250)
    sheet.evaluate(DAYS, look.lang)
    wrong = [] if answer is not None and answer.status == 200 else [f"answers {answer and answer.status}"]
    over = sheet.evaluate("document.documentElement.scrollWidth - innerWidth")
    wrong += [f"is {over} pixels too wide"] if over > 0 else []
    wrong += [f"console: {message}" for message in said]
    sheet.remove_listener("console", hear)
    wide = look.width == "wide"
    shot = Image.open(io.BytesIO(sheet.screenshot(full_page=wide)))
    if wide:
        shot = shot.crop((0, 0, shot.width, min(shot.height, TALLEST)))
        shot = shot.resize((round(shot.width * SMALLER), round(shot.height * SMALLER)), Image.Resampling.LANCZOS)
    shot.save(file, quality=QUALITY, method=6)
    return wrong


def write_index(pages: list[dict[str, Any]], looks: tuple[Look, ...], out: Path) -> None:
    """The page that shows them all, in both languages."""
    (out / "README.md").write_text("\n".join(_index(pages, looks, out)) + "\n", "utf-8")


def _index(pages: list[dict[str, Any]], looks: tuple[Look, ...], out: Path) -> Iterator[str]:
    yield "# Галерея · Gallery\n"
    yield "Страницы учебного рабочего места, снятые командой `./run gallery`. Предприятия открытых данных – настоящие,"
    yield "потребности, предложения, договоры, дела и кластеры – учебные.\n"
    yield "Pages of the demo as `./run gallery` takes them. Plants of the open data are real; needs, offers, contracts,"
    yield "cases and clusters are invented.\n"
    for page in pages:
        yield f"## {page['ru']} · {page['en']}\n"
        for look in looks:
            if not (out / f"{page['name']}-{look.ending}.webp").exists():
                continue
            width = 900 if look.width == "wide" else 260
            words = f"{page['ru'] if look.lang == 'ru' else page['en']}, {look.ending}"
            yield f'<img src="{page["name"]}-{look.ending}.webp" width="{width}" alt="{words}">\n'


if __name__ == "__main__":
    main()
