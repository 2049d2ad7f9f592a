"""A workplace of any size, filled with goods that could be (bench/web.py)."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from typing import Any

from bench.web_words import HERE, KINDS, NOUNS, THERE

#: Organisations up to which each is made by itself.
MADE = 200_000


def fill(organisations: int, offers: int) -> float:
    """Organisations and offers of two regions; CPU seconds. So many at once as ``MADE`` are made by the bulk path, on
    SQLite further ones are copies of them inside the database, under ids and with texts of their own.
    """
    from django.db import connection

    from smezhnik.records.bulk import refresh_statistics
    from smezhnik.registry.models import Need, Offer, Organisation

    if Organisation.objects.exists():
        return 0.0
    times = max(1, organisations // MADE) if connection.vendor == "sqlite" else 1
    organisations, offers = organisations // times, offers // times
    began, draw = time.process_time(), random.Random(1)
    plants: list[Any] = []
    for number in range(organisations):
        region = THERE if number % 5 == 0 else HERE
        plants.append(indexed(Organisation(
            held_by=region, region=region, name=f"{draw.choice(KINDS)} {draw.choice(NOUNS)}-{number}",
            inn=f"{number:010d}", okved2=f"{draw.randrange(10, 33)}.{draw.randrange(1, 99)}",
            address=f"город {number % 90}",
            output_th_rub=draw.lognormvariate(10, 2), jobs=draw.randrange(5000), source="справочник")))
    write(Organisation, plants)

    def sold() -> Iterator[Any]:
        for number in range(offers):
            plant = plants[(number * 7919) % organisations]
            yield indexed(Offer(
                held_by=plant.held_by, region=plant.region, organisation=plant, own_id=str(number),
                text=f"{draw.choice(NOUNS)} {draw.choice(KINDS)} М{draw.randrange(64)} ГОСТ {number % 8000}",
                okpd2=f"{draw.randrange(10, 33)}.{draw.randrange(10, 99)}.{draw.randrange(10, 99)}", unit="т",
                capacity=draw.randrange(1, 9000), confidential=number % 20 == 0, source="справочник"))

    write(Offer, sold())
    write(Need, (indexed(Need(held_by=HERE, region=HERE, organisation=plants[number * 5 + 1], source="справочник",
                              text=f"{draw.choice(NOUNS)} {draw.choice(KINDS)}", volume=number))
                 for number in range(min(2_000, organisations // 10))))
    if times > 1:
        multiply(Organisation, "name", times, organisations, {})
        multiply(Offer, "text", times, offers, {"organisation_id": organisations})
    refresh_statistics()
    took = time.process_time() - began
    print(f"filled: {organisations * times} organisations, {offers * times} offers, CPU {took:.0f} s")
    return took


def multiply(model: Any, text: str, times: int, count: int, moved: dict[str, int]) -> None:
    """The first ``count`` rows of a table of SQLite so many times in all, as copies with keys, ids and texts of their
    own; ``moved``: references, and how far on the copy of what they refer to is.

    Indexes go meanwhile and are made anew at the end: kept, each row would cost ten times as much.
    """
    from django.db import connection

    name = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size = -1000000")
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND (type = 'index' OR type = "
                       "'trigger' AND name LIKE '%%_come') AND sql IS NOT NULL", [name])
        made = cursor.fetchall()
        for kind, called, _ in made:
            cursor.execute(f'DROP {kind} "{called}"')
        for turn in range(1, times):
            values = {field.column: field.column for field in model._meta.concrete_fields} | {
                "id": f"id + {turn * count}", **{item: f"{item} + {turn * step}" for item, step in moved.items()},
                "public_id": f"substr(public_id, 1, 1) || '{turn}' || substr(public_id, 2)",
                **{item: f"{item} || ' {turn}'" for item in (text, "sort_key", "words")}}
            cursor.execute(f"INSERT INTO {name} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {name} "
                           f"WHERE id <= {count} ORDER BY id")
        for _, _, statement in made:
            cursor.execute(statement)
        cursor.execute(f"INSERT INTO {name}_words({name}_words) VALUES ('rebuild')")


DRAWN: set[str] = set()


def indexed(record: Any) -> Any:
    """The record ready to be written, with an id that no other one has, as an action would see to."""
    from smezhnik.records.ids import draw_id

    while record.public_id in DRAWN:
        record.public_id = draw_id(record.PREFIX)
    DRAWN.add(record.public_id)
    record.index()
    return record


def write(model: Any, records: Any) -> None:
    from django.db import transaction

    from smezhnik.records.bulk import insert_all

    rest = iter(records)
    while some := list(itertools.islice(rest, 20_000)):
        with transaction.atomic():
            insert_all(model, some)
