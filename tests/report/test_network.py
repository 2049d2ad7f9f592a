"""Places of a network: the same every time, ties short, nobody outside the picture."""

from __future__ import annotations

import re

import numpy as np

from smezhnik.report.network import Plant, draw_network, lay_out_network

#: Two groups that are tied inside and not to each other.
TIES = tuple((group + one, group + other) for group in (0, 6) for one in range(6) for other in range(one))


def test_those_who_are_tied_stand_near_each_other() -> None:
    places = lay_out_network(12, TIES)
    apart = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    tied = np.zeros((12, 12), np.bool_)
    for one, other in TIES:
        tied[one, other] = tied[other, one] = True
    assert apart[tied].mean() < 0.6 * apart[~tied & ~np.eye(12, dtype=bool)].mean()
    assert places.min() >= 0 and places.max() <= 1 and len({tuple(place) for place in places.tolist()}) == 12


def test_the_same_network_has_the_same_places_and_small_ones_are_no_fault() -> None:
    first = lay_out_network(12, TIES)
    lay_out_network.cache_clear()
    assert (lay_out_network(12, TIES) == first).all()
    assert lay_out_network(0, ()).shape == (0, 2) and lay_out_network(1, ()).tolist() == [[0.5, 0.5]]
    assert np.isfinite(lay_out_network(3, ())).all()


def test_every_plant_and_every_tie_is_drawn() -> None:
    plants = [Plant(f"Завод <{number}>", f"Завод {number}", number < 3) for number in range(12)]
    drawn = str(draw_network(plants, [(*tie, "signed") for tie in TIES[:-1]] + [(*TIES[-1], "possible")],
                             title="Сеть", desc="Круги и линии"))
    assert drawn.count("<circle") == 12 and drawn.count('class="in o"') == 3
    lines = dict(re.findall(r'class="tie (\w+)" d="([^"]*)"', drawn))
    assert lines["signed"].count("M") == len(TIES) - 1 and lines["possible"].count("M") == 1
    assert "Завод &lt;0&gt;" in drawn and "<script" not in drawn
    assert "<circle" not in str(draw_network([], [], title="Сеть", desc="Пусто"))
