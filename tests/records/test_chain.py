"""The journal: whole as it was written, and every tampering shows."""

from __future__ import annotations

import random
from typing import Any

import pytest

from smezhnik.records.chain import START, Break, canonical, digest_of, find_breaks, plain, seal

Row = tuple[dict[str, Any], str, str, str]


def journal(count: int) -> tuple[list[Row], tuple[int, str]]:
    rows: list[Row] = []
    previous = START
    for number in range(1, count + 1):
        digest = digest_of([{"record": f"N-{number}", "old": {}, "new": {"volume": number * 1.5}}])
        content = {"number": number, "who": "анна", "what": "registry.edit_need", "digest": digest}
        sealed = seal(previous, content)
        rows.append((content, digest, previous, sealed))
        previous = sealed
    return rows, (count, previous)


def breaks(rows: list[Row], head: tuple[int, str], anchors: dict[int, str] | None = None) -> list[Break]:
    return list(find_breaks(rows, head, anchors or {}))


def test_a_journal_as_it_was_written_is_whole() -> None:
    rows, head = journal(20)
    assert breaks(rows, head) == []
    assert breaks(rows, head, {7: rows[6][3], 20: head[1]}) == []
    assert breaks([], (0, START)) == []


@pytest.mark.parametrize("seed", range(400))
def test_every_tampering_is_found(seed: int) -> None:
    draw = random.Random(seed)
    rows, head = journal(12)
    anchors = {12: head[1]}
    at = draw.randrange(len(rows))
    content, digest, previous, sealed = rows[at]
    match draw.choice(["edit", "history", "delete", "insert", "swap", "cut", "rebuild"]):
        case "edit":
            rows[at] = ({**content, "who": "борис"}, digest, previous, sealed)
        case "history":
            rows[at] = (content, digest_of([]), previous, sealed)
        case "delete":
            del rows[at]
        case "insert":
            rows.insert(at, ({**content, "who": "борис"}, digest, previous, seal(previous, content)))
        case "swap":
            other = (at + 1 + draw.randrange(len(rows) - 1)) % len(rows)
            rows[at], rows[other] = rows[other], rows[at]
        case "cut":
            rows = rows[:at]
            head = (at, rows[-1][3] if rows else START)
        case "rebuild":  # everything after the edit sealed anew: only what was kept outside shows it
            rows[at] = ({**content, "who": "борис"}, digest, previous, "")
            for place in range(at, len(rows)):
                now, covers, _, _ = rows[place]
                before = rows[place - 1][3] if place else START
                rows[place] = (now, covers, before, seal(before, now))
            head = (12, rows[-1][3])
    assert breaks(rows, head, anchors)


def test_a_value_has_one_spelling_on_every_database() -> None:
    assert canonical({"b": 1.0, "a": [None, True]}) == b'{"a":[null,true],"b":1}'
    assert canonical(1e22) == canonical(10 ** 22)
    with pytest.raises(ValueError, match="nan"):
        plain(float("nan"))
