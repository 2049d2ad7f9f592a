"""Agreements and orders with defaults, to be overridden by name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from smezhnik.accords.actions import Edition, Signatories, enter_agreement, load_plan
from smezhnik.accords.models import Agreement, Commitment, Order
from smezhnik.accords.orders import give_order
from smezhnik.promises.plan import promises_of
from smezhnik.tables import complete
from tests.workplace import HERE, THERE

SIGNED = dt.date(2026, 2, 26)
PARTIES = ({"body": "Минпромторг Республики Башкортостан", "region": HERE, "post": "министр"},
           {"body": "Минпромышленности Челябинской области", "region": THERE, "post": "министр"})


def make_agreement(**values: Any) -> Agreement:
    """A signed agreement of two ministries."""
    parties = values.pop("parties", PARTIES)
    made = Agreement(**{"held_by": HERE, "title": "О промышленной кооперации", "number": "7-С", "kind": "ministerial",
                        "state": "in_force", "signed_on": SIGNED, "in_force_from": SIGNED, **values})
    made.index()
    return enter_agreement(made, Signatories(parties, (("Промышленность", ["28"]),)), "аналитик")


def rows(*given: dict[str, object]) -> pl.DataFrame:
    """Rows of a road map: new links of machine building unless given."""
    return complete(pl.DataFrame([{
        "commitment_id": str(number), "no": str(number), "text": f"Пункт {number}", "measure": "links_new",
        "plan": 12.0, "from_region": HERE, "to_region": THERE, "industries": ["28"], "since": SIGNED,
        "due": dt.date(2026, 12, 31),
        **row} for number, row in enumerate(given, 1)], infer_schema_length=None), "commitments")


def make_plan(agreement: Agreement, *given: dict[str, object], **about: Any) -> list[Commitment]:
    """A road map of an agreement; its items."""
    plan = load_plan(agreement, promises_of(rows(*given)), Edition(**{"title": "Дорожная карта", **about}), "аналитик")
    return list(plan.commitments.all())


def make_order(*aims: dict[str, object], **values: Any) -> Order:
    """An order of a protocol, in work."""
    made = Order(**{"held_by": HERE, "number": "14-пр, п. 1.2", "protocol": "14-пр", "ground": "protocol",
                    "text": "Установить связи с заводами соседа", "executor": "Отдел кооперации",
                    "controller": "Заместитель министра", "given_on": dt.date(2026, 1, 30),
                    "due_first": dt.date(2026, 2, 27), "state": "in_work", "executor_login": "исполнитель", **values})
    made.index()
    return give_order(made, aims, "аналитик")
