"""HiGHS at work: quiet, one thread, told of and stopped like any other long calculation.

A limit is one of waiting, never a fact of the answer's meaning.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import highspy

from smezhnik.errors import Cancelled
from smezhnik.progress import Progress, Step, no_progress

#: Seconds between two looks at whether somebody stopped the search.
LOOK_S = 0.1


class Watch:
    """Time that is left, and whether somebody stopped the search.

    The progress callback stops a search by raising ``Cancelled`` or KeyboardInterrupt. A search that has found
    something then gives it; one that has not raises it again (``give_up``).
    """

    def __init__(self, limit_s: float, progress: Progress = no_progress) -> None:
        self.limit_s = limit_s
        self._progress = progress
        self._began = time.monotonic()
        self.stopped: BaseException | None = None

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds that are left; 0 where somebody stopped the search."""
        return 0.0 if self.stopped else max(self.limit_s - self.spent, 0.0)

    def part(self, limit_s: float) -> Watch:
        """A watch for a part of the work, which ends with this one at the latest; see ``join``."""
        return Watch(min(limit_s, self.left), self._progress)

    def join(self, part: Watch) -> None:
        """What stopped the part stops the whole."""
        self.stopped = self.stopped or part.stopped

    def tell(self, stage: str, done: int | None = None, total: int | None = None) -> bool:
        """Tell where the search stands (seconds of the limit unless told); False where it must end."""
        try:
            if self.stopped is None:
                self._progress(Step(stage, min(int(self.spent), int(self.limit_s)) if done is None else done,
                                    max(int(self.limit_s), 1) if total is None else total))
        except (KeyboardInterrupt, Cancelled) as stopped:
            self.stopped = stopped
        return self.left > 0

    def give_up(self) -> None:
        """Raise what stopped the search, where something did and nothing was found."""
        if self.stopped is not None:
            raise self.stopped


def quiet_highs(problem: highspy.HighsLp, **options: float | int | str | bool) -> Any:
    """A HiGHS that holds the problem; its type stubs do not know all of its methods.

    It prints nothing and works in one thread, so that the answer is the same on every machine.

    Raises
    ------
    RuntimeError where HiGHS refuses the problem.
    """
    engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        engine.setOptionValue(name, value)
    if engine.passModel(problem) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the problem")
    return engine


def run_watched(engine: Any, watch: Watch, go_on: Callable[[], bool]) -> None:
    """Run HiGHS in a thread of its own, so that this one can tell and be stopped; what it has found then stays in it.

    Parameters
    ----------
    watch : learns what stopped the search
    go_on : asked every ``LOOK_S`` seconds, with the word of the watch; False ends the search
    """
    if not engine.HandleUserInterrupt:
        engine.HandleUserInterrupt = True
    done = threading.Event()

    def work() -> None:
        try:
            engine.run()
        finally:
            done.set()

    # An event, not join: a join that is interrupted takes a running thread for one that has ended.
    threading.Thread(target=work, daemon=True).start()
    while not done.is_set():
        try:
            if done.wait(LOOK_S):
                return
            if not go_on():
                engine.cancelSolve()
        except (KeyboardInterrupt, Cancelled) as stopped:
            watch.stopped = stopped
            engine.cancelSolve()
