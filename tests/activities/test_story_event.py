"""Story 6 of the notes: a supplier day of 40 suppliers and 12 buyers, from a sheet of wishes to contracts."""

from __future__ import annotations

import datetime as dt
import io
import math
import time
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from smezhnik.activities import events as doing
from smezhnik.activities.models import Event, Participant
from smezhnik.activities.queries import event_funnel
from smezhnik.cooperation.actions import deliver, sign
from smezhnik.promises.origins import by_primary, total
from smezhnik.records.actions import act
from smezhnik.registry.models import Need, Offer, Organisation
from smezhnik.workflows.events import ask_answers, load_wishes, schedule_event, slots_of, take_answers
from smezhnik.workflows.promise_records import count_records, gather
from tests.accords.factories import make_agreement, make_plan
from tests.activities.test_events import DAY, WHO, make_event
from tests.workplace import HERE

pytestmark = pytest.mark.django_db
BUYERS, SUPPLIERS = 12, 40
WHO_ENTERS = "министерство"


def people_of(event: Event) -> dict[str, Participant]:
    """Buyers that need something and suppliers that offer it, all in one action."""
    firms = [Organisation(name=f"{side} {number}", held_by=HERE, region=HERE)
             for side, count in (("Покупатель", BUYERS), ("Поставщик", SUPPLIERS)) for number in range(count)]
    buyers, suppliers = firms[:BUYERS], firms[BUYERS:]
    rows = [*(Need(text="Деталь", organisation=firm, held_by=HERE, region=HERE) for firm in buyers),
            *(Offer(text="Деталь", organisation=firm, held_by=HERE, region=HERE) for firm in suppliers)]
    for row in (*firms, *rows):
        row.index()
    people = [Participant(event=event, organisation=firm, held_by=HERE, side="host" if firm in buyers else "guest",
                          registered_on=DAY, invited_on=DAY) for firm in firms]
    with act(WHO_ENTERS, "activities.invite_firm", held_by=HERE) as made:
        made.create(firms)
        made.create(rows)
        made.create(people)
    return {one.organisation.name: one for one in people}


def sheet_of_wishes(path: Path) -> int:
    """Every supplier wants three buyers; two of the three want it, too."""
    rows = []
    for number in range(SUPPLIERS):
        for step in range(3):
            pair = (f"Поставщик {number}", f"Покупатель {(number * 7 + step * 5) % BUYERS}")
            rows.append((*pair, 1 + step))
            rows += [(*pair[::-1], 2)] if step else []
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Кто", "С кем", "Насколько важно"))
        for place, row in enumerate(rows, 1):
            sheet.write_row(place, 0, row)
    return len(rows)


def test_a_supplier_day_of_two_days_ends_in_contracts_that_are_counted_once(tmp_path: Path) -> None:
    (item,) = make_plan(make_agreement(), {"from_region": None, "to_region": None, "industries": None, "no": "2.4",
                                           "measure": "contracts_sum", "plan": 1000.0})
    event = make_event(last_day=DAY + dt.timedelta(days=1), commitment_id=item.public_id, budget_th_rub=600.0)
    people = people_of(event)
    file = tmp_path / "пожелания.xlsx"
    asked = sheet_of_wishes(file)
    assert load_wishes(event, file, WHO_ENTERS) == asked == 200

    made = schedule_event(event, WHO_ENTERS)
    slots = slots_of(event)
    assert len(slots) == 24 and {(slot.ends - slot.starts).seconds for slot in slots} == {25 * 60}
    pairs = list(event.pairs.filter(archived=False).select_related("host__organisation", "guest__organisation"))
    for side in ("host_id", "guest_id", "table"):
        taken = [(one.slot, getattr(one, side)) for one in pairs]
        assert len(taken) == len(set(taken)), "nobody sits at two tables, no table has two meetings"
    unmet = {(host, guest): reason for host, guest, mutual, reason in event.plan["unmet"] if mutual}
    assert made.mutual == 80 and made.mutual_met + len(unmet) == 80 and all(unmet.values())
    assert made.status == "proved" and made.tables == math.ceil(len(pairs) / len(slots) * 1.15)

    absent = ("Поставщик 3", "Поставщик 17")
    for name in absent:
        doing.mark_came(people[name], False, WHO_ENTERS)
    before = {one.public_id: (one.slot, one.table) for one in pairs}
    started = time.perf_counter()
    schedule_event(event, WHO_ENTERS)
    assert time.perf_counter() - started < 5, "a second on a free machine: bench scheduling"
    after = list(event.pairs.filter(archived=False).select_related("host__organisation", "guest__organisation"))
    assert not {one.guest.organisation.name for one in after} & set(absent)
    assert all(before[one.public_id] == (one.slot, one.table) for one in after if one.public_id in before)
    assert {one.public_id for one in pairs if one.guest.organisation.name not in absent} <= {
        one.public_id for one in after}, "what stands stays"

    held = after[:10]
    for number, one in enumerate(held):
        doing.tell_outcome(one, WHO_ENTERS, expected=one.version, standing="held", potential_th_rub=100.0,
                           outcome="contact" if number < 6 else "none")
    cases = [doing.open_case_of(one, WHO_ENTERS, on=DAY + dt.timedelta(days=2)) for one in held[:3]]
    contracts = [sign(case, case.seller, case.buyer, WHO_ENTERS, signed_on=DAY + dt.timedelta(days=20),
                      value_th_rub=40.0 + number) for number, case in enumerate(cases[:2])]
    deliver(contracts[0], WHO_ENTERS, on=DAY + dt.timedelta(days=25), value_th_rub=15.0)

    for number, one in enumerate(held[:4]):
        plant = one.guest.organisation
        book = openpyxl.load_workbook(io.BytesIO(ask_answers(event, plant, "ru")))
        for row in range(2, book.active.max_row + 1):
            if book.active.cell(row, 1).value == one.public_id:
                book.active.cell(row, 4, "да" if number < 3 or book.active.cell(row, 2).value == 30 else "нет")
                book.active.cell(row, 7, 10 if number == 0 else None)
        out = io.BytesIO()
        book.save(out)
        assert take_answers(event, plant, out.getvalue(), WHO_ENTERS, on=DAY + dt.timedelta(days=91)) == 2

    found = event_funnel(event, WHO)
    assert (found.invited, found.held, found.contact, found.cases, found.contracts) == (52, 10, 6, 3, 2)
    assert (found.potential_th_rub, found.signed_th_rub, found.delivered_th_rub) == (1000.0, 81.0, 15.0), \
        "papers of a case weigh more than the answer of a plant"
    assert found.alive == {30: (4, 4), 90: (3, 4)}

    on = DAY + dt.timedelta(days=30)
    (counted,) = count_records([item], HERE, on=on)
    assert counted.main is not None and counted.main.value == 81.0
    rows = gather({"contract"}, HERE, on=on)[0]
    claimed = rows.explode("origins").select(contract="evidence_id", signed="value_th_rub").with_columns(
        potential=pl.lit(None, pl.Float64), delivered=pl.lit(None, pl.Float64))
    assert claimed.height > 2 and (total(claimed).contracts, total(claimed).signed) == (2, 81.0)
    shared = by_primary(rows.select(contract="evidence_id", origins="origins", signed="value_th_rub"),
                        [event.public_id, item.public_id])
    assert shared["signed"].to_list() == [81.0, 0.0, 0.0], "by its primary origin, once in the year total"
