"""Who stops a search gets the best found so far, and never a proof that was not made."""

from __future__ import annotations

import datetime as dt
import signal

from bench.networks import dense, make_network
from smezhnik.clusters.asked import Request
from smezhnik.clusters.compose import Composition, compose_facts
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.rules import load_pack


def hard_search(limit_s: float, progress: Progress = no_progress) -> Composition:
    """Dense possible links and a limit of members: not proved within half a minute on any machine."""
    return compose_facts(make_network(dense(1_000, 20, 0.48), 1), load_pack("ru-779").on(dt.date(2016, 10, 1)),
                         Request(possible=True, most_size=40), time_limit_s=limit_s, progress=progress)


def test_an_interrupt_from_the_keyboard_gives_the_best_found() -> None:
    told: list[Step] = []

    def press(step: Step) -> None:
        """Ctrl-C at a known moment: one that came by the clock could hit the runner of the tests."""
        told.append(step)
        if len(told) == 8:
            signal.raise_signal(signal.SIGINT)

    made = hard_search(30.0, press)
    assert made.interrupted and made.status == "best_found"
    assert made.gap > 0 and made.value_th_rub <= made.bound_th_rub and len(made.members) <= 40


def test_a_callback_that_raises_stops_the_search_at_once() -> None:
    steps: list[Step] = []

    def stop(step: Step) -> None:
        steps.append(step)
        if len(steps) == 5:
            raise KeyboardInterrupt

    made = hard_search(30.0, stop)
    assert made.interrupted and made.status == "best_found" and len(steps) == 5


def test_a_time_limit_is_kept_and_the_gap_is_shown() -> None:
    made = hard_search(2.0)
    assert made.status == "best_found" and not made.interrupted
    assert made.verdict_if_signed.counts["not_met"] == 0
