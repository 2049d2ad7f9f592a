"""Contrast of the colours, computed from the style sheet itself (WCAG 2.1, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = (resources.files("smezhnik.report") / "assets" / "tokens.css").read_text("utf-8")
#: Text on its ground, ratio at least 4.5.
TEXT = [("ink", ground) for ground in ("canvas", "surface", "sunken", "selected", "inf-weak", "ok-weak", "warn-weak",
                                       "bad-weak", "reg-a-weak", "reg-b-weak", "land")]
TEXT += [(ink, ground) for ink in ("ink2", "ink3", "accent", "ok", "warn", "bad", "unk", "inf")
         for ground in ("canvas", "surface", "selected", "sunken")]
TEXT += [("on-accent", "accent"), ("reg-a", "surface"), ("reg-b", "surface"), ("reg-a", "reg-a-weak"),
         ("reg-b", "reg-b-weak"), ("on-grade-a", "grade-a"), ("on-grade-b", "grade-b"), ("on-grade-c", "grade-c"),
         ("on-grade-d", "surface"), ("on-grade-d", "selected")]
#: Marks and edges of controls, ratio at least 3.
MARKS = [(mark, ground) for mark in ("line2", "pos", "neg", "reg-a-fill", "reg-b-fill", "inf")
         for ground in ("surface",)] + [("warn-fill", "surface"), ("accent", "canvas"), ("pos", "selected"),
                                        ("neg", "selected")]


def block(pattern: str) -> dict[str, str]:
    found = re.search(pattern + r"\s*\{(.*?)\}", CSS, re.DOTALL)
    assert found
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-F]{6})", found[1]))


THEMES = {"light": block(r"\n:root"), "dark": block(r':root\[data-theme="dark"\]')}


def ratio(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(theme: str, ink: str, ground: str) -> None:
    assert ratio(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_stand_out_from_their_ground(theme: str, mark: str, ground: str) -> None:
    assert ratio(THEMES[theme][mark], THEMES[theme][ground]) >= 2.95


def test_the_reader_who_chose_dark_and_the_browser_that_asks_for_it_see_the_same() -> None:
    assert block(r":root:not\(\[data-theme=\"light\"\]\)") == THEMES["dark"]
    assert THEMES["dark"].keys() == THEMES["light"].keys()


def test_paper_is_black_and_grey_and_tells_the_regions_apart() -> None:
    paper = block(r'@media print \{\s*:root, :root\[data-theme="dark"\]')
    assert paper.keys() == THEMES["light"].keys()
    assert all(len({colour[1:3], colour[3:5], colour[5:7]}) == 1 for colour in paper.values())
    assert ratio(paper["reg-a-fill"], paper["reg-b-fill"]) >= 3
    assert ratio(paper["pos"], paper["neg"]) >= 3


def test_the_first_region_is_the_darker_one_on_screen_in_grey() -> None:
    for theme in THEMES.values():
        assert ratio(theme["reg-a-fill"], "#000000") < ratio(theme["reg-b-fill"], "#000000")


def test_every_colour_that_the_styles_use_is_declared() -> None:
    used = set()
    for name in ("charts.css", "kit.css", "report.css", "cluster.css", "measures.css", "print.css"):
        text = (resources.files("smezhnik.report") / "assets" / name).read_text("utf-8")
        used |= set(re.findall(r"var\(--([a-z0-9-]+)\)", text))
    assert used <= THEMES["light"].keys()
