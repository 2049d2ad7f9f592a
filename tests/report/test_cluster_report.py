"""The page of a cluster says what the judge says, no more and no less, and what to do about it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from smezhnik.cli.report import report
from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster, make_cluster
from smezhnik.clusters.compose import Composition, compose
from smezhnik.clusters.judge import judge
from smezhnik.clusters.repair import Repair, repair
from smezhnik.errors import InputError
from smezhnik.messages import catalogue
from smezhnik.report import report_cluster
from smezhnik.report.clusters.members import show
from smezhnik.report.clusters.plan import plan_of_composition
from smezhnik.rules.sentences import status_word
from smezhnik.types import Lang
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_page import composed_cluster
from tests.report.markup_of import Element, Page

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = dt.date(2026, 11, 22)
DAYS = [dt.date(2016, 9, 1), dt.date(2021, 10, 1), dt.date(2024, 6, 1), DAY]


@cache
def cluster() -> Cluster:
    return read_cluster(EXAMPLES / "cluster").cluster


@cache
def network() -> Cluster:
    return read_cluster(EXAMPLES / "network").cluster


@cache
def change() -> Repair:
    return repair(cluster(), "ru-779", on=DAY, network=network(), request=Request(possible=True), time_limit_s=30)


@cache
def html(lang: Lang, day: dt.date = DAY, *, repaired: bool = False, pack: str = "ru-779") -> str:
    return report_cluster(cluster(), judge(cluster(), pack, on=day), lang=lang, sample=True,
                          repair=change() if repaired else None, network=network() if repaired else None)


def shown(html: str) -> Page:
    return Page(html.replace("\u00a0", " "))


def criteria(page: Page) -> dict[str, Element]:
    return {item.attributes["data-criterion"]: item for item in page.root.find("tbody")
            if "data-criterion" in item.attributes}


def changed(**frames: pl.DataFrame) -> Cluster:
    """The example with some of its tables changed."""
    own = cluster()
    given = {"members": own.members, "contracts": own.contracts, "facts": own.facts, "documents": own.documents}
    given |= frames
    return make_cluster(given["members"], given["contracts"], given["facts"], given["documents"])


def page_of(changed_cluster: Cluster, lang: Lang = "ru") -> Page:
    return shown(report_cluster(changed_cluster, judge(changed_cluster, "ru-779", on=DAY), lang=lang))


@pytest.mark.parametrize("day", DAYS)
def test_every_criterion_has_its_row_with_the_numbers_and_the_light_of_the_judge(day: dt.date) -> None:
    verdict, rows = judge(cluster(), "ru-779", on=day), criteria(shown(html("ru", day)))
    assert set(rows) == {finding.code for finding in verdict.findings}
    words = {"met": {"Выполнено", "С оговоркой"}, "not_met": {"Не выполнено"}, "unknown": {"Нельзя сказать"}}
    for finding in verdict.findings:
        row = rows[finding.code]
        assert row.find("span", class_="light")[0].text in words[finding.state], finding.code
        assert finding.criterion.title.ru in row.text
        numbers = [float(text.replace(",", ".").replace(" ", "")) for text in re.findall(
            r"\d[\d ]*(?:,\d+)?", row.find("td", class_="found")[0].text)]
        if finding.needed is not None and finding.found is not None and finding.unit is not None:
            share = finding.unit == "share" and not finding.outcome.every
            assert numbers[0] == pytest.approx(finding.found * (100 if share else 1), abs=0.05), finding.code


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_act_status_and_the_whole_trace_stand_in_every_row(lang: Lang) -> None:
    verdict, rows = judge(cluster(), "ru-779", on=DAY), criteria(shown(html(lang)))
    for finding in verdict.findings:
        row, act = rows[finding.code], finding.criterion.provenance.act
        assert act is not None
        assert act.title.of(lang) in row.text
        assert status_word(finding.status, lang) == row.find("span", class_="tag")[0].text
        for use in finding.uses:
            assert use.parameter.title.of(lang) in row.text
            assert use.value.provenance.source is None or use.value.provenance.source.address in row.text


def test_an_unverified_norm_is_shown_as_such_on_its_row_in_the_lead_and_at_the_foot() -> None:
    page = shown(html("ru"))
    assert criteria(page)["jobs"].find("span", class_="tag")[0].text == "не сверено"
    assert any("Опора вывода: не сверено." in lead.text for lead in page.root.find("p", class_="lead"))
    assert "норму ещё никто не сравнил с официальным текстом" in page.root.find("footer")[0].text
    assert "внесено 22.11.2026" in page.root.find("footer")[0].text


def test_title_and_lead_give_the_verdict_and_count_as_the_judge_does() -> None:
    page = shown(html("ru"))
    assert page.root.find("h1")[0].text == "Кластер «Стекло и окна» не соответствует требованиям"
    lead = page.root.find("p", class_="lead")
    assert lead[0].find("strong")[0].text == "не выполнены 3 требования из 10"
    assert lead[1].text == "18 участников, из них 15 заводов. Башкортостан 16, Челябинская обл. 2"


def test_the_worst_stand_first_and_what_is_only_for_information_last() -> None:
    page = shown(html("ru"))
    lights = [row.find("span", class_="light")[0].attributes["class"].split()[1] for row in criteria(page).values()]
    assert lights[:10] == sorted(lights[:10], key=["bad", "unk", "warn", "ok"].index)
    assert set(list(criteria(page))[-3:]) == {"cooperation_each", "newcomers", "programme"}
    assert "Справочно, в итог не входит" in page.said


def test_a_repair_becomes_a_list_of_who_does_what_with_its_proof() -> None:
    page = shown(html("ru", repaired=True))
    todo = page.root.find("section", class_="todo")[0].text
    assert "Доказанный минимум: 3 действия" in todo
    assert "Профиль-Дёма Окна Идель, не меньше 17,4 млн руб. в год выведено" in todo
    assert "Полимер-Салават Профиль-Дёма, на любую сумму выведено" in todo
    assert len(change().added) == 1
    added = dict(network().members.select("org_id", "name").iter_rows())[change().added[0]]
    assert f"Принять в кластер: {added}" in todo
    before, after = change().verdict.finding("cooperation"), change().verdict_after.finding("cooperation")
    assert before.found is not None
    assert after.found is not None
    assert f"{100 * before.found:.1f} % {100 * after.found:.0f} %".replace(".", ",") in todo
    assert "меньшим не обойтись" in page.said


def test_who_does_what_the_page_says_has_a_cluster_that_complies() -> None:
    """The tables of the example with the tasks done in them, judged anew."""
    own, done = cluster(), change()
    joined = network().members.filter(pl.col("org_id").is_in(done.added)).with_columns(since=pl.lit(DAY))
    members = pl.concat([own.members.filter(~pl.col("org_id").is_in(done.removed)), joined])
    volumes = {item.link: item.volume_th_rub for item in done.new_contracts}
    signed = pl.col("contract_id").is_in(list(volumes))
    contracts = own.contracts.with_columns(
        basis=pl.when(signed).then(pl.lit("declared")).otherwise("basis"),
        value_th_rub=pl.when(signed).then(pl.col("contract_id").replace_strict(volumes, default=None))
        .otherwise("value_th_rub"))
    repaired = changed(members=members, contracts=contracts)
    assert judge(repaired, "ru-779", on=DAY).state == "met"
    page = page_of(repaired)
    assert page.root.find("h1")[0].text == "Кластер «Стекло и окна» соответствует требованиям"
    assert page.root.find("p", class_="lead")[0].find("strong")[0].text == "выполнены все требования, 10 из 10"


def test_without_a_repair_the_list_names_what_each_criterion_lacks_and_who_has_absent_facts() -> None:
    members = cluster().members.with_columns(
        jobs=pl.when(pl.col("org_id") == "У-03").then(None).otherwise("jobs"),
        high_productivity_jobs=pl.when(pl.col("org_id") == "У-03").then(None).otherwise("high_productivity_jobs"))
    members = members.with_columns(high_productivity_jobs=pl.when(pl.col("jobs").is_not_null()).then(
        (pl.col("jobs") * 0.5).floor()))
    page = page_of(changed(members=members))
    todo = page.root.find("section", class_="todo")[0].text
    assert "17 400 тыс. руб." in todo
    assert "Неизвестно: численность – знает Стеклопакет-Уфа" in todo
    assert criteria(page)["jobs"].find("span", class_="light")[0].text == "Нельзя сказать"


def test_a_composition_is_shown_as_the_cluster_of_its_members_with_its_proof() -> None:
    request = Request(possible=True, seed="У-01", least_regions=2, new_volume_th_rub=200_000.0)
    found = compose(network(), "ru-779", on=DAY, request=request, time_limit_s=20)
    assert found.status == "proved"
    made = composed_cluster(network(), found)
    page = shown(report_cluster(made, found.verdict, lang="ru", composition=found, network=network()))
    assert "Доказано: лучшего кластера в этой сети нет" in page.said
    assert f"{len(found.members)} участник" in page.root.find("p", class_="lead")[1].text
    todo = page.root.find("section", class_="todo")[0]
    assert todo.text.count("Заключить договор") == len(found.new_contracts)
    drawing = page.root.find("svg", class_="chain")[0]
    assert len(drawing.find("path", class_="proposed")) == len(found.new_contracts)


@cache
def grown() -> Composition:
    """A cluster with possible links that are worth something."""
    return compose(network(), "ru-779", on=DAY, request=Request(possible=True), time_limit_s=20)


def comma(number: float) -> str:
    return f"{number:,.1f}".replace(",", " ").replace(".", ",")


def test_what_is_signed_and_what_is_possible_are_two_sums_and_never_one() -> None:
    found = grown()
    assert found.unsigned_th_rub > 0
    signed, unsigned = (found.value_th_rub - found.unsigned_th_rub) / 1000, found.unsigned_th_rub / 1000
    todo = shown(report_cluster(composed_cluster(network(), found), found.verdict, lang="ru", composition=found,
                                network=network())).root.find("section", class_="todo")[0]
    assert f"Подписано: {comma(signed)} млн руб. в год внутри." in todo.text
    assert f"Ещё {comma(unsigned)} млн руб. в год – по возможным связям" in todo.text
    assert comma(signed + unsigned) not in todo.text
    assert "не меньше" not in todo.find("ol")[0].text, "what a composition counts on is no least sum"


def test_a_bound_that_nobody_knows_is_said_in_words() -> None:
    found = replace(grown(), status="best_found", gap=float("inf"), bound_th_rub=float("inf"))
    page = shown(report_cluster(composed_cluster(network(), found), found.verdict, lang="ru", composition=found))
    assert "Насколько бывает лучше, за отведённое время не выяснено." in page.said and "inf" not in page.said


def test_what_has_to_be_found_out_first_is_named_first() -> None:
    members = network().members.with_columns(jobs=pl.lit(None, pl.Int64),
                                             high_productivity_jobs=pl.lit(None, pl.Int64))
    dark = make_cluster(members, network().contracts, network().facts, network().documents)
    found = compose(dark, "ru-779", on=DAY, time_limit_s=20)
    assert found.status == "cannot_say" and found.missing
    page = shown(report_cluster(composed_cluster(dark, found), found.verdict, lang="ru", composition=found,
                                network=dark))
    todo = page.root.find("section", class_="todo")[0]
    assert todo.find("h3")[0].text == "Сначала выяснить"
    assert "численность" in todo.find("ol")[0].text
    own, done = cluster(), change()
    asked = replace(done, missing=found.missing)
    page = shown(report_cluster(own, judge(own, "ru-779", on=DAY), lang="ru", repair=asked, network=network()))
    assert page.root.find("section", class_="todo")[0].find("h3")[0].text == "Сначала выяснить"


@pytest.mark.parametrize(("least", "said"), [(True, "Доказано: в сумме меньше нельзя."),
                                             (False, "Не доказано, что меньшей суммы мало.")])
def test_a_repair_says_whether_its_new_contracts_are_the_least(least: bool, said: str) -> None:
    done = replace(change(), least_volume=least)
    total = sum(item.volume_th_rub for item in done.new_contracts) / 1000
    page = shown(report_cluster(cluster(), judge(cluster(), "ru-779", on=DAY), lang="ru", repair=done,
                                network=network()))
    assert f"Новых договоров в сумме на {comma(total)} млн руб. в год. {said}" in page.said


def test_two_links_between_the_same_plants_are_drawn_with_the_sum_of_both() -> None:
    found = grown()
    one = found.new_contracts[0]
    twice = replace(found, new_contracts=(*found.new_contracts, replace(one, link="again", volume_th_rub=1_000.0)))
    made = composed_cluster(network(), found)
    shown_bonds = show(made, found.verdict, plan_of_composition(twice, "ru"), network()).bonds
    bond = next(item for item in shown_bonds if item.kind == "proposed" and item.seller == one.seller
                and item.buyer == one.buyer)
    assert (bond.value, bond.contracts) == (pytest.approx(one.volume_th_rub + 1_000.0), 2)


def test_a_composition_names_who_cannot_be_a_member_and_why() -> None:
    """A plant whose jobs nobody gave is in no cluster that is proven to comply."""
    members = network().members.with_columns(
        jobs=pl.when(pl.col("org_id") == "У-12").then(None).otherwise("jobs"),
        high_productivity_jobs=pl.when(pl.col("org_id") == "У-12").then(None).otherwise("high_productivity_jobs"))
    wide = make_cluster(members, network().contracts, network().facts, network().documents)
    found = compose(wide, "ru-779", on=DAY, request=Request(possible=True, never=("У-33",)), time_limit_s=20)
    todo = shown(report_cluster(composed_cluster(wide, found), found.verdict, lang="ru", composition=found,
                                network=wide)).root.find("section", class_="todo")[0].text
    assert "Не могут войти Салават-Листовое «Доля высокопроизводительных рабочих мест»: не хватает сведений" in todo
    assert "Инструмент-Миасс" not in todo


def test_a_repair_that_is_proven_impossible_says_so_and_lists_what_is_lacking() -> None:
    alone = repair(cluster(), "ru-779", on=DAY, request=Request(possible=True), time_limit_s=20)
    assert alone.status == "impossible"
    page = shown(report_cluster(cluster(), judge(cluster(), "ru-779", on=DAY), lang="ru", repair=alone))
    todo = page.root.find("section", class_="todo")[0].text
    assert "соответствия не добиться" in todo
    assert "Есть объекты технологической инфраструктуры" in todo


def test_possible_links_are_dashed_marked_as_inferred_and_in_no_number() -> None:
    page = shown(html("ru"))
    possible = page.root.find("path", class_="possible")
    assert len([path for path in possible if path.find("title")]) == 6
    assert all("выведено" in path.find("title")[0].text for path in possible if path.find("title"))
    without = changed(contracts=cluster().contracts.filter(pl.col("basis") != "inferred"))
    again = page_of(without)
    assert again.root.find("path", class_="possible") == []
    for code, row in criteria(again).items():
        assert row.find("td", class_="found")[0].text == criteria(page)[code].find("td", class_="found")[0].text


def test_shares_of_members_and_their_total_are_those_of_the_judge() -> None:
    verdict, page = judge(cluster(), "ru-779", on=DAY), shown(html("ru"))
    sold, bought = page.root.find("table", class_="shares")
    rows = {row.attributes["data-member"]: row for row in sold.find("tr") if "data-member" in row.attributes}
    each = {verdict.ids[item.position]: item for item in verdict.finding("cooperation_each").each}
    assert set(rows) == set(each)
    for key, item in each.items():
        assert item.found is not None
        said = float(rows[key].find("td", class_="p")[0].text.replace(",", "."))
        assert said == pytest.approx(100 * item.found, abs=0.05)
        assert ("short" in rows[key].attributes.get("class", "")) is (item.truth is False)
    total = verdict.finding("cooperation").found
    assert total is not None
    foot = bought.find("tfoot")[0]
    assert float(foot.find("td", class_="p")[0].text.replace(",", ".")) == pytest.approx(100 * total, abs=0.05)
    inside, whole = (float(foot.find("td", class_=name)[0].text.replace(" ", "").replace(",", "."))
                     for name in ("in", "of"))
    assert inside / whole == pytest.approx(total, abs=0.0005)


def test_no_two_boxes_of_the_chain_overlap_and_every_bond_is_drawn() -> None:
    drawing = shown(html("ru", repaired=True)).root.find("svg", class_="chain")[0]
    boxes = [tuple(float(item.attributes[name]) for name in ("x", "y", "width", "height"))
             for item in drawing.find("rect", class_="plant")]
    assert len(boxes) == 15
    for number, (x, y, wide, tall) in enumerate(boxes):
        for other_x, other_y, other_wide, other_tall in boxes[:number]:
            apart = x >= other_x + other_wide or other_x >= x + wide or y >= other_y + other_tall or \
                other_y >= y + tall
            assert apart
    kinds = [item.attributes["class"].split()[1] for item in drawing.find("path", class_="bond")]
    assert (kinds.count("signed"), kinds.count("proposed"), kinds.count("possible")) == (14, 2, 4)


@pytest.mark.parametrize(("lang", "pack"), [("ru", "ru-779"), ("en", "ru-779"), ("en", "eccp"), ("en", "ecei")])
def test_a_page_speaks_one_language(lang: Lang, pack: str) -> None:
    """What is left in the other letters are names and texts of the plants and addresses."""
    page = shown(html(lang, pack=pack, repaired=pack == "ru-779"))
    said = re.sub(r"https?://\S+|V-\d{8}-[0-9A-F]+|smezhnik[\w ]*|\b[a-z]+(?:_[a-z]+)+\b", " ", page.said)
    if lang == "en":
        own = set()
        for table in (cluster().members, cluster().contracts, cluster().facts, network().members):
            own.update(word.lower() for word in re.findall("[А-Яа-яё]+", table.write_ndjson()))
        left = {word for word in re.findall("[А-Яа-яё]+", said) if word.lower() not in own}
    else:
        left = set(re.findall(r"[A-Za-z]{3,}", said)) - {"Natural", "Earth", "EPDM"}
    assert left == set()


def test_no_key_of_the_catalogues_reaches_the_reader() -> None:
    for page in (shown(html("ru", repaired=True)), shown(html("en", repaired=True)), shown(html("ru", DAYS[0]))):
        assert not [code for code in catalogue() if code.count(".") > 1 and code in page.said]
        assert "None" not in page.said.split()
        assert "nan" not in page.said.split()


def test_it_works_without_places_sums_and_names() -> None:
    members = cluster().members.with_columns(
        latitude=pl.lit(None, pl.Float64), longitude=pl.lit(None, pl.Float64), region=pl.lit(None, pl.String),
        name=pl.lit(None, pl.String), output_th_rub=pl.lit(None, pl.Float64),
        purchases_th_rub=pl.lit(None, pl.Float64))
    contracts = cluster().contracts.with_columns(value_th_rub=pl.lit(None, pl.Float64))
    page = page_of(changed(members=members, contracts=contracts, facts=cluster().facts.head(0)))
    assert page.root.find("h1")[0].text.startswith("Кластер не соответствует")
    assert page.root.find("path", class_="land") == []
    assert len(page.root.find("rect", class_="plant")) == 15
    assert criteria(page)["cooperation"].find("span", class_="light")[0].text == "Нельзя сказать"
    assert "0,0 %" not in page.said


def test_sums_that_are_partly_absent_are_never_shown_as_if_they_were_whole() -> None:
    contracts = cluster().contracts.with_columns(
        value_th_rub=pl.when(pl.col("contract_id") == "СО-08").then(None).otherwise("value_th_rub"))
    page = page_of(changed(contracts=contracts))
    bought = page.root.find("table", class_="shares")[1]
    row = next(row for row in bought.find("tr") if row.attributes.get("data-member") == "У-01")
    assert [row.find("td", class_=name)[0].text for name in ("in", "p")] == ["–", "–"]
    assert bought.find("tfoot")[0].find("td", class_="p")[0].text == "–"


def test_of_many_plants_the_weightiest_bonds_are_drawn_and_the_rest_is_counted() -> None:
    plants, regions = 70, ["RU-BA", "RU-CHE", "RU-SVE", "RU-PER", "RU-TA"]
    members = pl.DataFrame({
        "org_id": [f"P{number:02}" for number in range(plants)],
        "roles": [["final_producer" if number % 10 == 0 else "producer"] for number in range(plants)],
        "region": [regions[number % 5] for number in range(plants)], "output_th_rub": [1000.0] * plants})
    contracts = pl.DataFrame({
        "contract_id": [f"C{number}" for number in range(plants - 1)],
        "seller_id": [f"P{number + 1:02}" for number in range(plants - 1)],
        "buyer_id": [f"P{number // 10 * 10:02}" for number in range(plants - 1)],
        "value_th_rub": [10.0 * (number + 1) for number in range(plants - 1)]})
    page = page_of(make_cluster(members, contracts))
    drawing = page.root.find("svg", class_="chain")[0]
    boxes = len(drawing.find("rect", class_="plant"))
    assert 30 <= boxes <= 40
    assert f"Не поместились {plants - boxes} завод" in page.said
    assert "P69" in drawing.text
    assert "другие регионы" in page.said
    sold = page.root.find("table", class_="shares")[0]
    assert len([row for row in sold.find("tr") if "data-member" in row.attributes]) == 60
    each = judge(make_cluster(members, contracts), "ru-779", on=DAY).finding("cooperation_each").each
    assert f"у {sum(item.truth is False for item in each)} из {len(each)}" in page.said


def test_an_empty_network_of_contracts_says_so() -> None:
    page = page_of(changed(contracts=cluster().contracts.head(0)))
    assert "15 заводов без договоров внутри" in page.said
    assert page.root.find("path", class_="bond") != []  # the legend
    assert page.root.find("svg", class_="chain")[0].find("path", class_="bond") == []


def test_the_same_cluster_in_another_order_is_the_same_page_for_the_reader() -> None:
    turned = changed(members=cluster().members.reverse(), contracts=cluster().contracts.reverse())
    one, other = criteria(page_of(changed())), criteria(page_of(turned))
    assert {code: row.find("td", class_="found")[0].text for code, row in one.items()} == \
        {code: row.find("td", class_="found")[0].text for code, row in other.items()}


@pytest.mark.parametrize("name", ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }} **a**"])
def test_a_hostile_name_stays_a_name(name: str) -> None:
    members = cluster().members.with_columns(name=pl.lit(name), source=pl.lit(name), region=pl.lit(name))
    contracts = cluster().contracts.with_columns(text=pl.lit(name))
    hostile = changed(members=members, contracts=contracts)
    page = Page(report_cluster(hostile, judge(hostile, "ru-779", on=DAY), lang="ru", title=name, issuer=name))
    assert len(page.root.find("script")) == len(page.root.find("style")) == 1
    assert page.root.find("img") == []
    assert not [item for item in page.root.find() for attribute in item.attributes if attribute.startswith("on")]


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_page_fetches_nothing_and_everybody_can_read_it(lang: Lang) -> None:
    page = Page(html(lang, repaired=True))
    assert page.fetched() == []
    assert not [item for item in page.root.find() if "style" in item.attributes]
    for drawing in page.root.find("svg"):
        assert drawing.hidden or (drawing.attributes.get("role") == "img" and drawing.find("title")[0].text), drawing
    assert all(cell.attributes.get("scope") in ("row", "col", "rowgroup") for cell in page.root.find("th"))
    ids = [item.attributes["id"] for item in page.root.find() if "id" in item.attributes]
    assert len(ids) == len(set(ids))
    assert {use.attributes["href"][1:] for use in page.root.find("use")} <= set(ids)
    levels = [int(item.tag[1]) for item in page.root.find() if re.fullmatch(r"h[1-6]", item.tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(report, [str(argument) for argument in arguments], standalone_mode=False,
                              catch_exceptions=False)


def test_the_command_makes_the_page_and_tells_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["smezhnik", "report"])
    monkeypatch.chdir(tmp_path)
    done = run(EXAMPLES / "cluster", "--pack", "ru-779", "--on", "22.11.2026", "--sample")
    assert done.exit_code == 0
    page = tmp_path / "Кластер_Стекло-и-окна_2026-11-22.html"
    assert page.name in done.stderr
    assert "Учебные данные" in Page(page.read_text("utf-8")).said


def test_what_does_not_go_together_is_refused_with_the_remedy(tmp_path: Path) -> None:
    for arguments, code in ((("--pack", "ru-779", "--needs", tmp_path / "a.csv"), "report.with_pack"),
                            (("--network", EXAMPLES / "network"), "report.without_pack"), ((), "report.folder")):
        with pytest.raises(InputError) as refused:
            run(EXAMPLES / "cluster", *arguments, "-o", tmp_path / "page.html")
        assert refused.value.code == code
        assert not (tmp_path / "page.html").exists()
