"""The page itself: nothing leaves it, nothing breaks out of it, everybody can read it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import itertools
import re
from functools import cache

import pytest

from smezhnik.messages import catalogue
from smezhnik.report import report_links
from smezhnik.types import Lang
from tests.report import sample
from tests.report.markup_of import Page

MADE_AT = dt.datetime(2026, 11, 23, 9, 12, tzinfo=dt.UTC)
HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "</style><script>alert(1)</script>",
           "{{ 7 * 7 }}", "**bold** & <b>", "]]></svg><svg onload=alert(1)>"]


@cache
def whole(lang: Lang) -> str:
    """The page with everything on it."""
    return report_links(sample.sample_links(), lang=lang, needs=sample.sample_needs(), offers=sample.sample_offers(),
                        made_at=MADE_AT, issuer="Министерство промышленности", sample=True)


@cache
def pair(lang: Lang) -> str:
    return report_links(sample.frame(sample.pair_rows()), lang=lang)


@pytest.fixture(params=["whole ru", "whole en", "pair ru", "pair en"])
def html(request: pytest.FixtureRequest) -> str:
    kind, lang = request.param.split()
    return {"whole": whole, "pair": pair}[kind](lang)


def test_nothing_is_fetched_from_anywhere(html: str) -> None:
    page = Page(html)
    assert page.fetched() == []
    style = page.root.find("style")[0].text
    assert set(re.findall(r"url\((.{5})", style)) == {"data:", "#hatc"}
    assert "@import" not in style
    assert not re.search(r"https?://", html)


def test_the_policy_allows_just_this_style_and_this_script(html: str) -> None:
    page = Page(html)
    policy = next(item.attributes["content"] for item in page.root.find("meta")
                  if item.attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        found = page.root.find(tag)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256("".join(found[0].pieces).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_no_element_carries_style_or_script_of_its_own(html: str) -> None:
    for item in Page(html).root.find():
        assert not [name for name in item.attributes if name == "style" or name.startswith("on")], item


def test_every_drawing_has_a_name_or_is_hidden_from_readers(html: str) -> None:
    for drawing in Page(html).root.find("svg"):
        assert drawing.hidden or (drawing.attributes.get("role") == "img" and drawing.find("title")[0].text), drawing


def test_every_heading_cell_says_what_it_heads_and_ids_are_unique(html: str) -> None:
    page = Page(html)
    assert all(cell.attributes.get("scope") in ("row", "col") for cell in page.root.find("th"))
    ids = [item.attributes["id"] for item in page.root.find() if "id" in item.attributes]
    assert len(ids) == len(set(ids))
    assert {use.attributes["href"][1:] for use in page.root.find("use")} <= set(ids)


def test_headings_go_down_one_level_at_a_time(html: str) -> None:
    levels = [int(item.tag[1]) for item in Page(html).root.find() if re.fullmatch(r"h[1-6]", item.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_buttons_and_fields_have_names(html: str) -> None:
    page = Page(html)
    assert all(button.text or button.attributes.get("aria-label") for button in page.root.find("button"))
    for given in page.root.find("input"):
        assert given.parent is not None
        assert given.parent.tag == "label"
        assert given.parent.text


def test_no_key_of_the_catalogues_reaches_the_reader(html: str) -> None:
    said = Page(html).said
    assert not [code for code in catalogue() if "." in code and code in said]
    assert "None" not in said
    assert "nan" not in said.split()


def test_an_english_page_has_no_russian_words_of_ours() -> None:
    """What is left in Cyrillic are names and texts of the plants, and the plants' own units and sources."""
    own = set()
    for table in (sample.sample_links(), sample.sample_needs(), sample.sample_offers()):
        own.update(re.findall("[А-Яа-яё]+", table.write_ndjson()))
    left = [word for word in re.findall("[А-Яа-яё]+", Page(whole("en")).said)
            if word not in own and word.lower() not in {known.lower() for known in own}]
    assert left == ["Министерство", "промышленности"][:len(left)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name_wherever_it_stands(name: str) -> None:
    rows = sample.glass_rows() + sample.pair_rows()
    for row in rows:
        row |= {"seller": name, "buyer": name, "need_text": name, "offer_text": name, "unit": name, "okpd2": name,
                "need_id": row["need_id"] + name, "contract_id": name if row["rank"] == 2 else None}
        row["reasons"] = [*row["reasons"], sample.reason("text", 0.1, matched=[name], corrected=[[name, name]])]
        row["gaps"] = [sample.gap("size", need=name, offer=name)]
    html = report_links(sample.frame(rows), lang="ru", title=name, issuer=name, sources=[name], needs=sample.frame(
        [{"need_id": name, "text": name, "buyer": name, "source": name, "region": name, "unit": name}], "needs"))
    page = Page(html)
    assert len(page.root.find("script")) == 1
    assert len(page.root.find("style")) == 1
    assert page.root.find("img") == []
    assert not [item for item in page.root.find() for attribute in item.attributes if attribute.startswith("on")]
    assert re.sub(r"\s+", " ", name) in page.said
    assert page.root.find("title")[0].text == re.sub(r"\s+", " ", name)


def test_paper_names_issuer_pages_day_selection_number_and_moment() -> None:
    page = Page(whole("ru"))
    style = page.root.find("style")[0].text
    assert '@top-left{content:"Министерство промышленности"' in style
    assert 'counter(page) " из " counter(pages)' in style
    assert "size:A4 landscape" in style
    frame = page.root.find("dl", class_="frame")[0].text
    assert frame == "На дату 23.11.2026 Отбор все связи"
    foot = page.root.find("footer")[0]
    assert re.search(r"Документ составлен 23\.11\.2026, 09:12\. Постоянный номер: L-20261123-[0-9A-F]{10}\.", foot.text)
    assert "Данные на 03.11.2026." in foot.text
    assert foot.find("svg", class_="qr")


def test_sample_data_are_marked_on_screen_and_on_paper() -> None:
    assert Page(whole("ru")).said.count("Учебные данные: предприятия и значения вымышлены") == 2
    assert "Учебные данные" not in Page(pair("ru")).said


def test_the_number_is_that_of_the_result_not_of_the_paper() -> None:
    def number(html: str) -> str:
        return re.findall(r"L-20261123-[0-9A-F]{10}", html)[0]

    links = sample.frame(sample.pair_rows())
    assert number(report_links(links, lang="ru")) == number(report_links(links.reverse(), lang="en", made_at=MADE_AT))
    assert number(report_links(links, lang="ru")) != number(report_links(links.head(20), lang="ru"))
