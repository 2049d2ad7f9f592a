"""Break files in many ways and see that the reader neither falls, hangs nor eats the memory.

    python scripts/fuzz_files.py --count 5000 --json fuzz.json

Seeds are good and hand-made broken files of every kind. A mutation flips, cuts, doubles or swaps bytes; inside
archives it does so to one part and packs it anew, so that the damage reaches the reader. Each file is read in a
process of its own pool; a file fails that raises anything but named faults, takes more than ``--seconds``, or lets
the process grow beyond ``--megabytes`` of resident memory (address space is not limited: engines reserve it).
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing as mp
import os
import random
import re
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.io.seeds import SEEDS, write_seeds

#: Mutations of one worker process before it is replaced: its peak memory is that of its largest file.
LIFE = 200


@dataclass(frozen=True)
class Outcome:
    """How the reading of one file ended."""

    name: str
    seconds: float
    megabytes: float
    problem: str | None = None


def mutate(content: bytes, rng: random.Random) -> bytes:
    """The content with one to eight pieces of damage; of an archive, often of one part inside."""
    if content[:4] == b"PK\x03\x04" and rng.random() < 0.7:
        try:
            return _mutate_part(content, rng)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
            pass
    damaged = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        _damage(damaged, rng)
    return bytes(damaged)


def _mutate_part(content: bytes, rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = rng.choice(names)
        for name in names:
            part = bytearray(source.read(name))
            if name == chosen:
                if rng.random() < 0.1:
                    continue
                for _ in range(rng.randint(1, 8)):
                    _damage(part, rng)
            target.writestr(name, bytes(part))
    return out.getvalue()


_WORDS = (b"1048576", b"XFD", b"-1", b"1e999", b"4294967295", b"\x00", b"<", b"&", b'"', b";", b"\xff\xfe", b"true",
          "№".encode(), b"number-rows-repeated=\"999999\"", b"]]>", b"\r", b"{", b"[", b"s=\"99999999\"", b"t=\"s\"")


def _damage(content: bytearray, rng: random.Random) -> None:
    if not content:
        content += b"\x00"
    at = rng.randrange(len(content))
    size = min(rng.choice((1, 2, 4, 16, 64, 512)), len(content) - at)
    match rng.randrange(7):
        case 0:
            content[at] ^= 1 << rng.randrange(8)
        case 1:
            content[at:at + size] = rng.randbytes(size)
        case 2:
            del content[at:at + size]
        case 3:
            content[at:at] = content[at:at + size] * rng.choice((1, 2, 50))
        case 4:
            del content[at:]
        case 5:
            content[at:at] = rng.choice(_WORDS)
        case _:
            digits = [place for place in range(at, min(at + 2000, len(content))) if 48 <= content[place] <= 57]
            if digits:
                content[rng.choice(digits)] = rng.choice(b"0123456789-.")


def read_one(path: Path, table: str) -> str | None:
    """Read a file as a user would; the traceback of what must not happen, else None."""
    from smezhnik.errors import describe_fault
    from smezhnik.io import check_table

    try:
        loaded = check_table(path, table)
        for fault in (*loaded.faults, *loaded.notes):
            describe_fault(fault, "ru")
            describe_fault(fault, "en")
        if loaded.read != loaded.accepted + loaded.refused + loaded.skipped:
            return f"rows do not add up: {loaded.read}, {loaded.accepted}, {loaded.refused}, {loaded.skipped}"
    except BaseException:  # noqa: BLE001 – engines raise panics that are no Exception
        return traceback.format_exc()
    return None


def _peak() -> float:
    """Most memory this process ever held, MB. Not ``ru_maxrss`` where there is /proc: that begins with the peak of the
    process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text("ascii"))[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _worker(pipe: Connection) -> None:
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)  # engines write of their panics themselves
    while (task := pipe.recv()) is not None:
        path, table = task
        began = time.monotonic()
        problem = read_one(Path(path), table)
        pipe.send((time.monotonic() - began, _peak(), problem))


@dataclass
class _Lane:
    """A worker process and what it is busy with."""

    process: mp.process.BaseProcess
    pipe: Connection
    done: int = 0


def _start(context: mp.context.BaseContext) -> _Lane:
    ours, theirs = context.Pipe()
    process = context.Process(target=_worker, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
    process.start()
    return _Lane(process, ours)


def run(tasks: Iterator[tuple[str, bytes, str]], folder: Path, seconds: float, megabytes: float) -> Iterator[Outcome]:
    """Read the files one after another, each in a worker that is killed when it takes too long."""
    context = mp.get_context("spawn")
    lane = _start(context)
    for number, (name, content, table) in enumerate(tasks):
        path = folder / f"{number}-{os.getpid()}{Path(name).suffix}"
        path.write_bytes(content)
        lane.pipe.send((str(path), table))
        outcome = _outcome(lane, name, seconds, megabytes)
        lane.done += 1
        if outcome.problem is None:
            path.unlink()
        if outcome.problem is not None or lane.done >= LIFE:
            lane.process.kill()
            lane.process.join()
            lane = _start(context)
        yield outcome
    lane.pipe.send(None)
    lane.process.join()


def _outcome(lane: _Lane, name: str, seconds: float, megabytes: float) -> Outcome:
    # The first file of a worker also waits for its imports.
    if not lane.pipe.poll(seconds + (20 if lane.done == 0 else 0)):
        return Outcome(name, seconds, 0, f"more than {seconds} s")
    try:
        took, peak, problem = lane.pipe.recv()
    except EOFError:
        lane.process.join()
        return Outcome(name, 0, 0, f"the process died: {lane.process.exitcode}")
    if problem is None and peak > megabytes:
        problem = f"{peak:.0f} MB"
    if problem is None and took > seconds and lane.done:
        problem = f"{took:.1f} s"
    return Outcome(name, took, peak, problem)


def mutations(count: int, seed: int, folder: Path, only: str) -> Iterator[tuple[str, bytes, str]]:
    """``count`` damaged files, every seed in turn; the seeds themselves come first."""
    files = [(item.name, (folder / item.name).read_bytes(), item.table) for item in SEEDS
             if item.name.endswith(only)]
    yield from files
    for number in range(count):
        name, content, table = files[number % len(files)]
        yield name, mutate(content, random.Random(f"{seed}-{number}")), table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="seeds whose name ends so")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--megabytes", type=float, default=512)
    parser.add_argument("--keep", type=Path, help="folder for the files that failed")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    began = time.monotonic()
    outcomes = []
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as scratch:
        write_seeds(Path(made))
        keep = args.keep or Path(scratch)
        keep.mkdir(parents=True, exist_ok=True)
        for outcome in run(mutations(args.count, args.seed, Path(made), args.only), keep, args.seconds, args.megabytes):
            outcomes.append(outcome)
            if outcome.problem:
                print(f"FAILED {outcome.name}\n{outcome.problem}", flush=True)
    failed = [outcome for outcome in outcomes if outcome.problem]
    summary = {"seeds": len(SEEDS), "files": len(outcomes), "failed": len(failed),
               "slowest_s": round(max(item.seconds for item in outcomes), 2),
               "largest_mb": round(max(item.megabytes for item in outcomes)),
               "wall_s": round(time.monotonic() - began),
               "by_seed": Counter(item.name for item in failed)}
    print(json.dumps(summary, ensure_ascii=False))
    if args.json:
        args.json.write_text(json.dumps(summary | {"failures": [asdict(item) for item in failed]},
                                        ensure_ascii=False, indent=2), "utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
