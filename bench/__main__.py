"""``./run bench NAME [ARGUMENTS]``: each module of this folder that has ``main()`` is a benchmark."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Benchmarks that there are."""
    return sorted(path.stem for path in HERE.glob("[a-z]*.py") if "def main(" in path.read_text("utf-8"))


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked not in names():
        print(f"./run bench NAME, NAME is one of: {', '.join(names())}", file=sys.stderr)
        sys.exit(2)
    sys.argv = [f"bench {asked}", *sys.argv[2:]]
    import_module(f"bench.{asked}").main()
