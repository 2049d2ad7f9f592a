"""Who is reminded of which order on a day: −10, −3, −1, 0, then weekly; the controller a day after; rules are data."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from smezhnik.tables import complete

#: Day of the week on which the leadership gets the red list; Monday is 0.
RED_LIST_DAY = 0
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Rule:
    """When who is reminded.

    Attributes
    ----------
    of : column with the day; whom : columns with the people
    days : so many days after it, before it where negative; weekly : and every week after it
    """

    of: str
    whom: tuple[str, ...]
    days: tuple[int, ...]
    weekly: bool = False

    def speaks(self, after: int) -> bool:
        """Whether somebody is reminded so many days after the day of the rule."""
        return after in self.days or (self.weekly and after > 0 and after % _WEEK == 0)


@cache
def load_rules() -> tuple[Rule, ...]:
    """The shipped rules."""
    text = (resources.files("smezhnik.promises") / "reminders.toml").read_text("utf-8")
    return read_rules(text)


def read_rules(text: str) -> tuple[Rule, ...]:
    """Rules from their text: ``[[rule]]`` with ``of``, ``whom``, ``days`` and ``weekly``."""
    return tuple(Rule(item["of"], tuple(item["whom"]), tuple(item["days"]), item.get("weekly", False))
                 for item in tomllib.loads(text)["rule"])


def reminders(orders: pl.DataFrame, *, on: dt.date, rules: Sequence[Rule] | None = None) -> pl.DataFrame:
    """Who is to be reminded on a day, table ``reminders``: by person, the day that is longest gone first.

    Nobody is reminded of what is not in force or left control; of a pre-emptive report only until it was made, which
    clears its day.

    Parameters
    ----------
    orders : table ``orders``; rules : the shipped ones by default
    """
    rows = complete(orders, "orders").with_columns(due=pl.coalesce("due", "due_first")).filter(
        pl.col("state") != "unsigned", pl.col("removed_on").is_null() | (pl.col("removed_on") > on))
    found = [row for order in rows.iter_rows(named=True) for rule in rules or load_rules()
             for row in _of_order(order, rule, on)]
    return complete(pl.DataFrame(found, infer_schema_length=None), "reminders").unique(
        ["person", "order_id", "of"], keep="first", maintain_order=True).sort(
        "person", "day", "order_id", "of", nulls_last=True)


def _of_order(order: Mapping[str, Any], rule: Rule, on: dt.date) -> Iterator[dict[str, Any]]:
    day = order[rule.of]
    if day is None or not rule.speaks((on - day).days):
        return
    for role in rule.whom:
        named = order[role]
        for person in named if isinstance(named, list) else [named]:
            if person:
                yield {"person": person, "role": role.removesuffix("s"), "of": rule.of, "day": day,
                       "days_over": (on - day).days, **{name: order[name] for name in ("order_id", "number", "text")}}
