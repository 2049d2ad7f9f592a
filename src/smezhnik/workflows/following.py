"""Ending after the process that started us, also where that one was killed; settings of gunicorn that do so."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

#: Variable with the process that is to be followed.
PARENT = "SMEZHNIK_PARENT"
#: Seconds between two looks.
_LOOK_S = 0.5


def follow() -> None:
    """End this process by SIGTERM once the one that started it has ended; without such a one, nothing."""
    parent = os.environ.get(PARENT, "")
    if parent.isdigit() and hasattr(os, "fork"):
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def when_ready(server: Any) -> None:
    """Called by gunicorn when it listens."""
    follow()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
