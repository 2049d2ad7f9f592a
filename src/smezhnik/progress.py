"""How a long calculation says where it stands, and how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from smezhnik.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Step:
    """Where a long calculation stands.

    Attributes
    ----------
    stage : code of the stage, a key ``progress.<stage>`` of the message catalogues
    done, total : units of work finished and expected; ``total`` is None when nobody knows
    """

    stage: str
    done: int = 0
    total: int | None = None


#: Told about every step. It cancels the work by raising (``errors.Cancelled`` or KeyboardInterrupt):
#: calculations call it between batches and hold nothing that such an exit could leave half done.
Progress = Callable[[Step], None]


def no_progress(step: Step) -> None:
    """Tell nobody."""


class CancelToken:
    """A switch that another thread may turn; the progress callback made from it raises when it is on."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    def watch(self, inner: Progress = no_progress) -> Progress:
        def told(step: Step) -> None:
            if self._event.is_set():
                raise Cancelled("cancelled", stage=step.stage)
            inner(step)

        return told
