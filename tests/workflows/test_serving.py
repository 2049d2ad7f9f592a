"""Serving: a worker that dies is started again, and nothing outlives the process that started it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")


def children(pid: int) -> dict[int, str]:
    found: dict[int, str] = {}
    try:
        for text in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            found[int(text)] = Path(f"/proc/{text}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for task in Path(f"/proc/{pid}/task").iterdir():
            for text in (task / "children").read_text("ascii").split():
                found[int(text)] = Path(f"/proc/{text}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        pass
    return found


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(what: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {**os.environ, "SMEZHNIK_HOME": str(tmp_path)}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        home.pop(name, None)
    process = subprocess.Popen([sys.executable, "-m", "smezhnik", "serve", "--port", str(port), "--processes", "1"],
                               env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(answers)
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    return [pid for pid, command in children(process.pid).items() if command.rstrip().endswith("smezhnik worker")]


def test_connections_on_which_nothing_is_sent_hold_nobody_up(serving: tuple[subprocess.Popen[bytes], int]) -> None:
    """Browsers open some in advance; each would hold a thread for five seconds."""
    if not hasattr(socket, "TCP_DEFER_ACCEPT"):
        pytest.skip("the system hands over every connection")
    _, port = serving

    def answered(seconds: float) -> int:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        asked.request("GET", "/signin/")
        return asked.getresponse().status

    assert answered(40) == 200
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
    assert answered(4) == 200
    for one in silent:
        one.close()


def test_a_dead_worker_is_started_again_and_all_end_with_a_killed_server(
        serving: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = serving
    until(lambda: workers(process))
    first = workers(process)[0]
    os.kill(first, signal.SIGKILL)
    until(lambda: workers(process) and workers(process) != [first])
    began = list(children(process.pid))
    began += [pid for child in began for pid in children(child)]
    process.kill()
    process.wait()
    until(lambda: not any(map(lives, began)))
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))


def test_a_server_that_is_told_to_stop_stops_with_all_it_started(
        serving: tuple[subprocess.Popen[bytes], int]) -> None:
    process, _ = serving
    until(lambda: workers(process))
    began = list(children(process.pid))
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert not any(map(lives, began))
