"""What the workplace of the demo shows of meetings and trips: a year of Industrial Hours, a supplier day, a mission.

Everything is invented and marked as sample data; people stand by their posts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from smezhnik.accords.models import Commitment
from smezhnik.accords.orders import Told, remove_order, report
from smezhnik.activities import meetings as sittings
from smezhnik.activities import missions
from smezhnik.activities.delegations import nominate, set_rules
from smezhnik.activities.events import keep_answers, keep_wishes, move_event, tell_outcome
from smezhnik.activities.models import Customer, Cycle, Delegation, Event, Meeting, PairMeeting, Participant
from smezhnik.cooperation.models import Case
from smezhnik.records.access import Viewer
from smezhnik.records.actions import act
from smezhnik.registry.models import Organisation
from smezhnik.workflows.delegation_records import compose_stored
from smezhnik.workflows.events import schedule_event
from smezhnik.workflows.sittings import prepare_agenda

#: Industries that take turns, every sitting another: title, beginning of the code.
ROTATION = (("машиностроение", "28"), ("металлургия", "24"), ("химия", "20"), ("строительные материалы", "23"),
            ("лёгкая промышленность", "13"), ("металлоизделия", "25"))
#: Sittings of the year, every second week, and of the supplier day who sits and who goes round.
SITTINGS, HOSTS, GUESTS = 26, 6, 14
#: Plants that have every step of the customer.
READY = 3
#: Sittings ago, before which the orders of the demo are done.
DONE_BEFORE = 7
#: What is decided, in turn; who does it and who controls it, by post.
ORDERS = ("Провести встречу с поставщиками по открытым потребностям",
          "Подготовить перечень продукции для замены импорта",
          "Проверить сроки записей в реестре и подать заявления")
EXECUTOR, CONTROLLER = "начальник отдела кооперации", "заместитель министра"
#: Steps to a large customer: name, paper, months that it holds, whether it was compared with the customer's paper.
STEPS = (("Проверка поставщика", "аккредитация", 12, True),
         ("Технические требования", "протокол соответствия", None, True),
         ("Испытания", "протокол испытаний", 24, False), ("Система качества", "сертификат", 36, False))


def fill_activities(region: str, who: str, today: dt.date) -> dict[str, int]:
    """Fill a region that has plants, cases and links; how many of each were made."""
    viewer = Viewer(who, "ministry", region)
    plants = list(Organisation.objects.filter(held_by=region, archived=False).annotate(n=Count("offers")).filter(
        n__gt=0).order_by("sort_key", "id")[:40])
    held = _hours(region, viewer, today, plants)
    event = _supplier_day(region, viewer, today, plants)
    _mission(region, viewer, today, plants)
    _delegation(region, viewer, today, plants, event)
    return {"meetings": held, "pairs": event.pairs.filter(archived=False).count()}


def _make(record: Any, who: str) -> Any:
    record.index()
    with act(who, f"registry.enter_{record.KIND}", held_by=record.held_by) as made:
        made.create([record])
    return record


def _hours(region: str, viewer: Viewer, today: dt.date, plants: Sequence[Organisation]) -> int:
    """A year of sittings: held ones with decisions and signed protocols, the next one with its agenda."""
    cycle: Cycle = _make(Cycle(
        held_by=region, region=region, name="Промышленный час", kind="industrial_hour", every_days=14, minutes=60,
        rotation=[code for _, code in ROTATION],
        chair="министр", secretary="начальник отдела", members=["заместитель министра", "начальник отдела кооперации"],
        note="Учебные данные"), viewer.login)
    monday = today - dt.timedelta(days=today.weekday())
    for turn in range(SITTINGS, -1, -1):
        day = monday + dt.timedelta(days=7 - 14 * turn)
        title, code = ROTATION[turn % len(ROTATION)]
        host = plants[turn % len(plants)]
        made = sittings.call_sitting(cycle, day, viewer.login, host=host, name=f"О кооперации: {title}",
                                     industries=[code])
        if turn:
            _hold(made, viewer, day, turn)
        else:
            prepare_agenda(made, viewer, day)
            sittings.move(made, "called", viewer.login, expected=made.version)
    return SITTINGS


def _hold(meeting: Meeting, viewer: Viewer, day: dt.date, turn: int) -> None:
    """One sitting from its beginning to a signed protocol."""
    who = viewer.login
    item = sittings.add_item(meeting, f"О загрузке мощностей: {meeting.place}", 20, who, speaker="руководитель завода")
    for standing in ("called", "in_progress"):
        sittings.move(meeting, standing, who, expected=meeting.version)
    sittings.hear(item, who, heard="доклад руководителя завода", spoke="министр, заместитель министра")
    sittings.decide(meeting, who, kind="note", text="Принять доклад к сведению", item=item)
    if turn % 3 == 0:
        sittings.decide(meeting, who, kind="order", text=ORDERS[turn // 3 % len(ORDERS)], item=item, executor=EXECUTOR,
                        controller=CONTROLLER, due_on=day + dt.timedelta(days=60))
    problem = sittings.raise_problem(meeting, "Нужны поставщики ближе 500 км", who, organisation=meeting.host)
    if turn % 4:
        sittings.settle_problem(problem, "solved", who, outcome="поставщики найдены подбором")
    sittings.draft_protocol(meeting, f"{SITTINGS + 1 - turn}-пр", who, expected=meeting.version)
    sittings.sign_protocol(meeting, who, on=day + dt.timedelta(days=2), expected=meeting.version)
    sittings.move(meeting, "closed", who, expected=meeting.version)
    for order in sittings.orders_of(meeting) if turn > DONE_BEFORE else ():
        done = day + dt.timedelta(days=50)
        report(order, Told(order.text, "Сделано, заводы извещены", petition="remove"), who, on=done,
               expected=order.version)
        remove_order(order, "done", who, on=done, expected=order.version)


def _supplier_day(region: str, viewer: Viewer, today: dt.date, plants: Sequence[Organisation]) -> Event:
    """A supplier day that was held, whose meetings led to some of the cases of the demo."""
    who, day = viewer.login, today - dt.timedelta(days=70)
    event: Event = _make(Event(
        held_by=region, region=region, name="День поставщика", kind="supplier_day", standing="registration",
        starts_on=day, last_day=day, hours="10:00-17:00", lunch="13:00-14:00", slot_minutes=25, pause_minutes=5,
        organiser="министерство промышленности", place="выставочный центр", budget_th_rub=850.0,
        commitment_id=Commitment.objects.filter(held_by=region, archived=False, kind="meetings").order_by(
            "-id").values_list("public_id", flat=True).first(),
        participation="organiser", visitors=140, programme=["10:00 Открытие", "10:30 Закупки и требования",
                                                            "11:00 Парные встречи"],
        costs=["аренда зала 400 тыс. руб., бюджет", "печать 50 тыс. руб., бюджет"],
        note="Учебные данные"), who)
    cases = list(Case.objects.filter(
        held_by=region, archived=False, buyer__isnull=False, seller__isnull=False).exclude(
        stage__in=("proposed", "declined")).select_related("buyer", "seller").order_by("id"))
    hosts = list(dict.fromkeys(case.buyer for case in cases))[:HOSTS]
    sellers = [case.seller for case in cases if case.seller not in hosts]
    guests = list(dict.fromkeys([*sellers, *(one for one in plants if one not in hosts)]))[:GUESTS]
    people = {plant: Participant(held_by=region, event=event, organisation=plant, side=side, people=2, attended=True,
                                 listed=True, invited_on=day - dt.timedelta(days=30),
                                 registered_on=day - dt.timedelta(days=9))
              for side, some in (("host", hosts), ("guest", guests)) for plant in some}
    with act(who, "activities.invite_firm", held_by=region) as made:
        made.create(list(people.values()))
    pairs = [(case.buyer, case.seller) for case in cases]
    wishes = [{"who": people[first], "whom": people[second], "wish": 3} for buyer, seller in pairs
              if buyer in people and seller in people for first, second in ((buyer, seller), (seller, buyer))]
    wishes += [{"who": people[guest], "whom": people[host], "wish": 1 + (at + row) % 3} for at, host in enumerate(hosts)
               for row, guest in enumerate(guests) if (at + row) % 3 == 0 and (host, guest) not in pairs]
    keep_wishes(event, wishes, who)
    schedule_event(event, who)
    _tell(event, cases, who, day)
    move_event(event, "held", who, expected=event.version)
    return event


def _tell(event: Event, cases: Sequence[Case], who: str, day: dt.date) -> None:
    """What came of the meetings; cases of the same pair get the event as an origin, and answers after 30 days."""
    by_pair = {(case.buyer_id, case.seller_id): case for case in cases}
    answers: dict[Organisation, list[dict[str, Any]]] = {}
    for number, pair in enumerate(event.pairs.filter(archived=False).select_related(
            "host__organisation", "guest__organisation")):
        case = by_pair.get((pair.host.organisation_id, pair.guest.organisation_id))
        outcome = "quotation" if case else ("none", "contact", "sample", "declined")[number % 4]
        tell_outcome(pair, who, expected=pair.version, standing="held", outcome=outcome,
                     potential_th_rub=case.potential_th_rub if case else None)
        if case is not None:
            with act(who, "activities.open_case_of_meeting", held_by=event.held_by) as made:
                made.change(pair, {"case_id": case.pk})
                made.change(case, {"event_id": event.public_id, "meeting_id": pair.public_id})
        answers.setdefault(pair.guest.organisation, []).append(_answer(pair, alive=outcome not in ("none", "declined")))
    for organisation, rows in answers.items():
        keep_answers(event, organisation, rows, who, on=day + dt.timedelta(days=31))


def _answer(pair: PairMeeting, *, alive: bool) -> dict[str, Any]:
    return {"pair": pair.public_id, "after_days": 30, "alive": alive, "reason": "" if alive else "цена"}


def _mission(region: str, viewer: Viewer, today: dt.date, plants: Sequence[Organisation]) -> None:
    """A customer whose steps are partly not verified, plants in every state of readiness, products on their way."""
    who = viewer.login
    customer: Customer = _make(Customer(
        held_by=region, region=region, name="Учебная корпорация", unit="департамент закупок", buys=["25.9", "28.1"],
        platforms="учебная площадка", source="Учебные данные", source_date=today), who)
    steps = [missions.add_step(customer, name, who, paper=paper, valid_months=months, verified=verified,
                               source="учебный порядок отбора" if verified else "",
                               checked_on=today if verified else None) for name, paper, months, verified in STEPS]
    for row, plant in enumerate(plants[:10]):
        for column, step in enumerate(steps):
            ready = row < READY
            standing = "has" if ready else (*missions.HAS, None)[(row + 2 * column) % 5]
            if standing is not None:
                days = 400 if ready else (400, 20, -15)[(row + column) % 3]
                ends = today + dt.timedelta(days=days) if standing == "has" else None
                missions.tell_readiness(step, plant, standing, who, paper=step.paper, valid_until=ends)
    mission: Event = _make(Event(
        held_by=region, region=region, name="Миссия к учебной корпорации", kind="mission", customer=customer,
        starts_on=today + dt.timedelta(days=24), last_day=today + dt.timedelta(days=25),
        organiser="министерство промышленности", note="Учебные данные"), who)
    _make(Cycle(held_by=region, region=region, name="Рабочая группа с учебной корпорацией", kind="working_group",
                customer=customer, every_days=30, minutes=90, chair="заместитель министра",
                members=["начальник отдела кооперации", "начальник департамента закупок"], note="Учебные данные"), who)
    for row, (plant, stage) in enumerate(zip(plants[:6], ("review", "assessment", "tests", "admitted", "refused",
                                                          "refused"), strict=False)):
        one = missions.propose(customer, plant, f"Учебное изделие {row + 1}", who, on=today - dt.timedelta(days=90),
                               event=mission)
        missions.move_admission(one, stage, who, on=today - dt.timedelta(days=20),
                                refusal=("tests", "requirements")[row % 2] if stage == "refused" else "")


def _delegation(region: str, viewer: Viewer, today: dt.date, plants: Sequence[Organisation], event: Event) -> None:
    """A delegation to an exhibition: more candidates than seats, every industry of the rotation represented."""
    who = viewer.login
    delegation: Delegation = _make(Delegation(
        held_by=region, region=region, name="Делегация на учебную выставку", head="министр", event=None,
        programme=["10:00 Открытие выставки, министр", "12:00 Стенд корпорации, директора заводов",
                   "16:00 Подписание протокола, заместитель министра"],
        starts_on=today + dt.timedelta(days=40), last_day=today + dt.timedelta(days=42), note="Учебные данные"), who)
    names = [title for title, _ in ROTATION]
    rows = [{"organisation": plant.name, "post": "директор", "clusters": [names[at % 6], names[(at + 2) % 6]][
        :1 + at % 2], "packages": ["Обычный"] if at % 3 else [], "roles": ["завод"], "industries": [],
        "expected_meetings": float(1 + at * 7 % 9), "must": at == 11} for at, plant in enumerate(plants[:20])]
    nominate(delegation, rows, who)
    set_rules(delegation, [{"counted": "package", "value": "Премиум", "most": 2},
                           {"counted": "package", "value": "Обычный", "most": 5},
                           *({"counted": "cluster", "value": name} for name in names)], who)
    compose_stored(delegation, who)
