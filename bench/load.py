"""Eight people at once against ``smezhnik serve``, every tenth request a write (bench/web.py)."""

from __future__ import annotations

import http.client
import itertools
import os
import random
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.web_words import HERE, KINDS, NOUNS


def load(seconds: float) -> dict[str, Any]:
    """Eight clients against ``smezhnik serve``, every tenth request a write."""
    from smezhnik.registry.models import Organisation
    from tests.workplace import PASSWORD, make_user

    port = 18_431
    server = subprocess.Popen([sys.executable, "-m", "smezhnik", "serve", "--port", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        logins = [f"load-{number}-{time.time_ns()}" for number in range(8)]
        for login in logins:
            make_user(login, "ministry", region=HERE)
        cards = list(Organisation.objects.filter(held_by=HERE)[:400].values_list("public_id", flat=True))
        clients = [Person(port, login, PASSWORD, number, cards) for number, login in enumerate(logins)]
        for client in clients:
            client.sign_in()
        began, own = cpu_s(server.pid), time.process_time()
        stop = time.monotonic() + seconds
        threads = [threading.Thread(target=client.work, args=(stop,)) for client in clients]
        for thread in threads:
            thread.start()
        time.sleep(min(10, seconds / 3))
        early = memory(server.pid)
        for thread in threads:
            thread.join()
        late, spent, own = memory(server.pid), cpu_s(server.pid) - began, time.process_time() - own
    finally:
        server.terminate()
        server.wait()
    times = sorted(itertools.chain.from_iterable(client.times for client in clients))
    states: dict[int, int] = {}
    for client in clients:
        for state, count in client.states.items():
            states[state] = states.get(state, 0) + count
    made = {"seconds": seconds, "requests_per_s": len(times) / seconds, "p50_ms": times[len(times) // 2],
            "p99_ms": times[int(len(times) * 0.99)], "server_cpu_ms": spent * 1000 / len(times),
            "client_cpu_ms": own * 1000 / len(times), "states": states,
            "memory_mb": [early, late], "memory_growth": late / early - 1}
    print(f"load: {made['requests_per_s']:.0f} requests/s, p50 {made['p50_ms']:.0f}, p99 {made['p99_ms']:.0f} ms, "
          f"CPU a request {made['server_cpu_ms']:.1f} ms of the server, {made['client_cpu_ms']:.1f} of the clients, "
          f"{states}, memory {early:.0f} → {late:.0f} MB")
    return made


class Person:
    """A client that reads nine times and writes once."""

    def __init__(self, port: int, login: str, password: str, seed: int, cards: list[str]) -> None:
        self.port, self.login, self.password, self.draw = port, login, password, random.Random(seed)
        self.cards = cards
        self.cookies: dict[str, str] = {}
        self.times: list[float] = []
        self.states: dict[int, int] = {}
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers |= {"Content-Type": "application/x-www-form-urlencoded",
                        "Referer": f"http://127.0.0.1:{self.port}/"}
        answer, text = self.sent(method, urllib.parse.quote(path, safe="/?=&+:"), body, headers)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, said = value.partition(";")[0].partition("=")
                self.cookies[key] = said
        return answer.status, text

    def sent(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[Any, str]:
        """The answer; a connection that the server closed while it was idle is opened anew."""
        for last in (False, True):
            try:
                self.http.request(method, path, body, headers)
                answer = self.http.getresponse()
                return answer, answer.read().decode()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.http.close()
                if last:
                    raise
        raise AssertionError

    def sign_in(self) -> None:
        self.ask("GET", "/signin/")
        state, _ = self.ask("POST", "/signin/", {"login": self.login, "password": self.password})
        assert state == 302, state

    def work(self, stop: float) -> None:
        turn = 0
        while time.monotonic() < stop:
            turn += 1
            began = time.perf_counter()
            if turn % 10 == 0:
                state = self.write()
            else:
                state, _ = self.ask("GET", self.draw.choice([
                    "/organisations/", "/offers/", "/needs/", f"/offers/?q={self.draw.choice(NOUNS)}",
                    f"/offers/?q={self.draw.choice(NOUNS)}+{self.draw.choice(KINDS)}",
                    f"/r/{self.draw.choice(self.cards)}/"]))
            self.times.append((time.perf_counter() - began) * 1000)
            self.states[state] = self.states.get(state, 0) + 1

    def write(self) -> int:
        """Enter a new need by its form."""
        return self.ask("POST", "/needs/new/", {"text": f"{self.draw.choice(NOUNS)} {self.draw.random()}",
                                                "volume": str(self.draw.randrange(1, 999)), "unit": "т",
                                                "basis": "declared", "region": HERE})[0]


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/signin/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError


def tree(pid: int) -> Iterator[int]:
    """The process and those it started, as far as they live."""
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split())
        except OSError:
            continue
        yield one


def memory(pid: int) -> float:
    """Megabytes of a process and its children that are theirs alone."""
    total = 0
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return total / 1024


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process and its living children have used; PostgreSQL is none of them."""
    total = 0
    for one in tree(pid):
        try:
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]))
        except OSError:
            continue
    return total / os.sysconf("SC_CLK_TCK")
