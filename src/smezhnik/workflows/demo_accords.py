"""Promises of the demo: an agreement of its two regions with a road map, orders half way, and what they have caused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from smezhnik.accords.actions import Edition, Signatories, confirm, enter_agreement, load_plan
from smezhnik.accords.models import Agreement, Commitment, Order
from smezhnik.accords.orders import Told, ask_extension, decide_extension, give_order, remove_order, report
from smezhnik.cooperation.actions import claim, deliver, open_case, sign, step
from smezhnik.cooperation.models import Case, Contract, Link
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.plan import promises_of
from smezhnik.tables import complete
from smezhnik.workflows.promise_records import count_records, frozen

#: Days since the agreement was signed, and since the order was given that has two months.
SIGNED, GIVEN, TERM = 270, 31, 61
#: Pairs that promises brought to a contract, and of these the last ones by the order.
CAUSED, BY_ORDER = 11, 4
#: Part of what a link could give that its contract is about, and part of that which was delivered.
PART, DELIVERED = 0.2, 0.4
#: Who executes orders and who controls them.
EXECUTOR, CONTROLLER = "Отдел кооперации", "Первый заместитель министра"


def fill_accords(who: str, here: str, there: str, today: dt.date) -> Agreement:
    """Agreements, orders and contracts of them in an installation whose links were found.

    Parameters
    ----------
    who : login of who enters it all; here, there : the two regions, the first keeps the records
    """
    signed = today - dt.timedelta(days=SIGNED)
    parties = ({"body": "Минпромторг Республики Башкортостан", "region": here, "post": "министр",
                "keeps_original": True},
               {"body": "Минпромышленности Челябинской области", "region": there, "post": "министр"})
    agreement = _agreement(Agreement(
        held_by=here, title="О промышленной кооперации", number="7-С", kind="ministerial", state="in_force",
        signed_on=signed, in_force_from=signed, term_kind="until_date", until=dt.date(signed.year + 2, 12, 31),
        renewal="auto", renew_years=5, notice_months=6, place="Уфа", coordinator=parties[0]["body"]), parties, who)
    items = {one.no: one for one in load_plan(
        agreement, promises_of(_road_map(here, there, signed, today)),
        Edition("Дорожная карта", signed, agreement.until, "министры двух сторон", signed + dt.timedelta(days=40)),
        who).commitments.all()}
    _agreement(Agreement(
        held_by=here, title="О сотрудничестве в подготовке кадров", number="11-С", kind="municipal", state="signed",
        signed_on=today - dt.timedelta(days=20), plan_due=today + dt.timedelta(days=12), parent=agreement), parties,
        who)
    orders = _orders(who, here, there, today, items["2"])
    _cause(who, items, orders[0], signed, today, (here, there))
    _finish(orders, today, who)
    _confirm(items, today, who)
    return agreement


def _agreement(made: Agreement, parties: Sequence[dict[str, Any]], who: str) -> Agreement:
    made.index()
    return enter_agreement(made, Signatories(parties, (("Машиностроение", ["28"]), ("Строительные материалы", ["23"]),
                                                       ("Химия", ["20", "22"]))), who)


def _road_map(here: str, there: str, signed: dt.date, today: dt.date) -> pl.DataFrame:
    """Twelve items: done, on the way, behind, late, and two of which nothing can be said."""
    soon, gone = today + dt.timedelta(days=40), today - dt.timedelta(days=3)
    far = today + dt.timedelta(days=200)
    both = {"from_region": here, "to_region": there, "both_ways": True, "counted": "in_scope"}
    rows: tuple[tuple[Any, ...], ...] = (
        ("1", "Поставки", "Взаимные поставки за год", "supply", "contracts_sum", 240_000, soon, both),
        ("2", "Поставки", "20 новых связей заводов двух регионов", "supply", "links_new", 20, gone, {}),
        ("3", "Кластеры", "Кластер двух регионов соответствует ПП № 779", "cluster", "clusters_compliant", 1, far,
         {"counted": "in_scope"}),
        ("4", "Поставки", "Замещение импорта", "supply", "import_replaced_sum", 24_000, far, both),
        ("5", "Поставки", "Открыть 25 дел между заводами", "supply", "cases_opened", 25, far, both),
        ("6", "Поставки", "Ответить на 10 потребностей", "supply", "needs_answered", 10, far, both),
        ("7", "Поставки", "Поставлено по договорам", "supply", "delivered_sum", 25_000, soon, both),
        ("8", "Кластеры", "5 заводов соседа вступили в кластеры", "cluster", "members_joined", 5, far,
         {"from_region": there, "counted": "in_scope"}),
        ("9", "Кадры", "120 рабочих обучены стекольным профессиям", "teaching", "manual", 120, soon, {}),
        ("10", "Мероприятия", "40 парных встреч на бирже контактов", "meetings", "manual", 40, soon,
         {"manual_value": 46.0, "manual_on": today - dt.timedelta(days=50), "manual_source": "журнал встреч"}),
        ("11", "Мероприятия", "5 договоров по итогам встреч", "meetings", "contracts_count", 5, soon, {}),
        ("12", "Обмен опытом", "Обмен сведениями о мерах поддержки", "information", None, None, soon, {}))
    return complete(pl.DataFrame([{
        "commitment_id": no, "no": no, "section": section, "text": text, "kind": kind, "measure": measure, "plan": plan,
        "since": signed, "due": due, "responsible_a": "Минпромторг, отдел кооперации",
        "responsible_b": "Минпромышленности, отдел развития", **more}
        for no, section, text, kind, measure, plan, due, more in rows], infer_schema_length=None), "commitments")


def _orders(who: str, here: str, there: str, today: dt.date, item: Commitment) -> list[Order]:
    """Items of one protocol: half way, overdue, reported though the data say otherwise, done; and one that repeats."""
    given = today - dt.timedelta(days=GIVEN)
    due = given + dt.timedelta(days=TERM)
    links = {"measure": "links_new", "plan": 8.0, "from_region": here, "to_region": there, "both_ways": True}
    joined = {"measure": "members_joined", "plan": 2.0, "from_region": there, "counted": "in_scope"}
    main = ("В двухмесячный срок установить связи с заводами Челябинской области и привлечь их "
            "в кластеры республики")
    texts = (("1.2", main, due, (links, joined)),
             ("1.3", "Согласовать с соседом перечень испытательных лабораторий", today - dt.timedelta(days=9), ()),
             ("1.4", "Найти покупателей для пяти заводов с незанятой мощностью", today + dt.timedelta(days=2),
              ({**links, "plan": 5.0},)),
             ("1.1", "Направить соседу список потребностей заводов", given + dt.timedelta(days=10), ()),
             ("1.5", "Направлять соседу сведения о новых потребностях заводов", today + dt.timedelta(days=8), ()))
    found = []
    for no, text, last, aims in texts:
        made = Order(held_by=here, number=f"14-пр, п. {no}", protocol="14-пр", ground="protocol", text=text,
                     given_by="Глава региона", given_on=given, registered_on=given, executor=EXECUTOR,
                     controller=CONTROLLER, due_first=last, state="in_work", agreement=item.plan.agreement,
                     commitment=item if no == "1.2" else None, every="month" if no == "1.5" else None,
                     report_by=today + dt.timedelta(days=3) if no == "1.2" else None)
        made.index()
        found.append(give_order(made, [{**aim, "since": given, "due": last} for aim in aims], who))
    return found


def _cause(who: str, items: dict[str, Commitment], order: Order, signed: dt.date, today: dt.date,
           regions: tuple[str, str]) -> None:
    """Cases that the promises opened, brought to a contract one after another, with deliveries and both sides' word."""
    led = Case.objects.filter(archived=False).values("need")
    links = [link for link in Link.objects.filter(held_by=regions[0], grade__in=("A", "B")).exclude(need__in=led)
             .select_related("need__organisation", "offer__organisation").order_by("-value_th_rub", "id")
             if link.need.region != link.offer.region and {link.need.region, link.offer.region} == set(regions)]
    pairs = list({link.need_id: link for link in reversed(links)}.values())[::-1][:CAUSED]  # the best link of a need
    for number, link in enumerate(pairs):
        by_order = number >= len(pairs) - BY_ORDER
        first = order.given_on if by_order else signed + dt.timedelta(days=30 + 25 * number)
        origins: dict[str, Any] = {"order_id": order.public_id} if by_order else {
            "commitment_id": items["2"].public_id}
        origins["also_ids"] = [items["11"].public_id] if number % 3 == 0 else None
        case = open_case(link.need, link.offer, who, on=first, link=link, origins=origins)
        value = round((link.value_th_rub or 5_000.0) * PART, 1)
        day = min(first + dt.timedelta(days=24 if not by_order else 5 + number), today - dt.timedelta(days=1))
        contract = sign(case, case.seller, case.buyer, who, own_id=f"{number + 62}-П/{day:%y}", signed_on=day,
                        value_th_rub=value, text=link.offer.text, okpd2=link.need.okpd2,
                        imported_th_rub=round(link.imported_th_rub * PART, 1) if link.imported_th_rub else None)
        for stage in ("contacted", "negotiating", "contracted"):
            step(case, stage, who, on=day, expected=case.version)
        _prove(contract, who, number, today, value)


def _prove(contract: Contract, who: str, number: int, today: dt.date, value: float) -> None:
    """Deliveries of the older contracts, and what the sides say: all sellers, most buyers, one of them another sum."""
    on = contract.signed_on
    if on < today - dt.timedelta(days=45):
        deliver(contract, who, on=on + dt.timedelta(days=30), value_th_rub=round(value * DELIVERED, 1),
                paper=f"УПД {number + 118}")
    claim(contract, "seller", who, on=today - dt.timedelta(days=1), value_th_rub=value)
    if number % 4 != 3:
        other = round(value * 0.9, 1) if number == 1 else value
        claim(contract, "buyer", who, on=today, value_th_rub=other, note="Письмо завода")


def _finish(orders: Sequence[Order], today: dt.date, who: str) -> None:
    """The second order was extended once, the third reported though the data differ, the fourth done in time."""
    _, late, differing, done, _ = orders
    day = late.due - dt.timedelta(days=14)
    wish = ask_extension(late, today - dt.timedelta(days=2), "other_region", who, on=day, expected=late.version,
                         days=load_calendar())
    decide_extension(wish, True, who, on=day)
    (counted,) = count_records([differing], differing.held_by, on=today)
    report(differing, Told(differing.text, "Проведены переговоры, письма направлены", "remove"), who, on=today,
           expected=differing.version, computed=frozen(counted.parts))
    report(done, Told(done.text, "Список направлен письмом № 14/218", "remove"), who, on=done.due_first,
           expected=done.version)
    remove_order(done, "done", who, on=done.due_first, expected=done.version)


def _confirm(items: dict[str, Commitment], today: dt.date, who: str) -> None:
    """Both sides on what is done, one side on most, a dispute on one."""
    for number, item in enumerate(items.values()):
        (counted,) = count_records([item], item.held_by, on=today)
        value = counted.parts[0].value if counted.parts else None
        if value is None:
            continue
        confirm(item, 1, True, who, on=today - dt.timedelta(days=10 + number), value=value, computed=value)
        if number % 3 == 0:
            confirm(item, 2, True, who, on=today - dt.timedelta(days=9 + number), value=value, computed=value)
    confirm(items["8"], 2, False, who, on=today - dt.timedelta(days=4), note="Один из заводов ещё не вступил")
