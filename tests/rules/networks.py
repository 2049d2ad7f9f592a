"""Production networks for tests: one by hand, any number by chance."""

from __future__ import annotations

import numpy as np

from smezhnik.rules.facts import Facts

NAN = float("nan")
ROLES = ("producer", "final_producer", "university", "infrastructure", "authority")


def network(*nodes: dict[str, object], contracts: tuple[tuple[object, ...], ...] = (), **cluster: object) -> Facts:
    """Nodes as (id, role, any number, flag or label by name); contracts as (seller, buyer, volume[, kind])."""
    ids = tuple(str(node["id"]) for node in nodes)
    place = {name: number for number, name in enumerate(ids)}
    names = {key for node in nodes for key in node} - {"id", "roles"}
    numbers = {name: _floats(nodes, name) for name in names if _is(nodes, name, (int, float), not_bool=True)}
    flags = {name: _floats(nodes, name) for name in names if _is(nodes, name, (bool,))}
    labels = {name: tuple(node.get(name) for node in nodes) for name in names if _is(nodes, name, (str,))}
    return Facts(
        ids, {role: np.array([role in str(node.get("roles", "")).split() for node in nodes], dtype=bool)
              for role in ROLES},
        numbers, labels, flags,  # type: ignore[arg-type]
        np.array([place[str(item[0])] for item in contracts], dtype=np.int64),
        np.array([place[str(item[1])] for item in contracts], dtype=np.int64),
        np.array([NAN if item[2] is None else item[2] for item in contracts], dtype=float),
        tuple(str(item[3]) if len(item) > 3 else "supply" for item in contracts),
        np.zeros(len(contracts), np.bool_), tuple(f"d{number}" for number, _ in enumerate(contracts, 1)), cluster)


def _is(nodes: tuple[dict[str, object], ...], name: str, kinds: tuple[type, ...], *, not_bool: bool = False) -> bool:
    values = [node[name] for node in nodes if node.get(name) is not None]
    return all(isinstance(value, kinds) and not (not_bool and isinstance(value, bool)) for value in values)


def _floats(nodes: tuple[dict[str, object], ...], name: str) -> np.ndarray:
    return np.array([NAN if node.get(name) is None else float(node[name]) for node in nodes])  # type: ignore[arg-type]


def by_chance(seed: int, *, absent: float) -> Facts:
    """A small network of everything a rule can ask for; a share ``absent`` of its facts is unknown."""
    draw = np.random.default_rng(seed)
    count, edges = int(draw.integers(1, 9)), int(draw.integers(0, 25))

    def some(values: np.ndarray) -> np.ndarray:
        return np.where(draw.random(len(values)) < absent, NAN, values)

    def words(choices: list[str], size: int) -> tuple[str | None, ...]:
        return tuple(None if draw.random() < absent else str(word) for word in draw.choice(choices, size))

    jobs = draw.integers(0, 5, count) * 10.0
    return Facts(
        tuple(f"p{number}" for number in range(count)),
        {role: draw.random(count) < 0.5 for role in ROLES},
        {"output": some(draw.integers(0, 6, count) * 100.0), "purchases": some(draw.integers(0, 6, count) * 100.0),
         "jobs": some(jobs), "high_productivity_jobs": some(np.floor(jobs * draw.random(count))),
         "since": some(draw.integers(736000, 738800, count).astype(float))},
        {"region": words(["RU-BA", "RU-CHE", "RU-ME"], count), "okved2": words(["23.11", "22.23", "10.1"], count)},
        {name: some((draw.random(count) < 0.5).astype(float)) for name in ("spic", "newcomer", "special_territory")},
        draw.integers(0, count, edges), draw.integers(0, count, edges), some(draw.integers(0, 5, edges) * 40.0),
        tuple(str(kind) for kind in draw.choice(["project", "supply", "works"], edges)),
        draw.random(edges) < 0.2, tuple(f"d{number}" for number in range(edges)),
        {"agreed": None if draw.random() < absent else bool(draw.random() < 0.5),
         "team": None if draw.random() < absent else float(draw.integers(0, 4)),
         "document.programme": None if draw.random() < absent else bool(draw.random() < 0.5)})
