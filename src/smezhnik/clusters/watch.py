"""How long a search may take, and how it is stopped; a limit of waiting, never a fact of the answer's meaning."""

from __future__ import annotations

import time

from smezhnik.errors import Cancelled
from smezhnik.progress import Progress, Step, no_progress


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
