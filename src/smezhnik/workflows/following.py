"""Ending after the process that started us, also where that one was killed; settings of gunicorn that do so."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import Any

#: Variable with the process that is to be followed.
PARENT = "SMEZHNIK_PARENT"
#: Seconds between two looks.
_LOOK_S = 0.5
#: Seconds for which the system keeps a connection on which nothing is sent.
_SILENT_S = 60


def follow() -> None:
    """End this process by SIGTERM once the one that started it has ended; without such a one, nothing."""
    parent = os.environ.get(PARENT, "")
    if parent.isdigit() and hasattr(os, "fork"):
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def when_ready(server: Any) -> None:
    """Called by gunicorn when it listens.

    Browsers open connections in advance, on which they send nothing yet. Each would hold a thread for five seconds, and
    four of them the whole server: where the system can, it hands over only those on which a request has begun.
    """
    follow()
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_S)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
