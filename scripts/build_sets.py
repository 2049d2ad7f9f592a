"""Build needs, offers and judgements from the public matching data.

    .venv/bin/python -m scripts.build_sets ../shared/data/matching [--out bench/out/sets] [NAME …]

Deterministic: the same data give the same files. Fields, splits and seeds: ``bench/sets.py``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.sets import BUILDERS, OUT


def main() -> None:
    """Build the named sets, or all, and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the matching data: er_magellan/, wdc/, crowdflower/ …")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(BUILDERS)}")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    for name in asked.names or BUILDERS:
        built = BUILDERS[name](asked.data)
        built.save(asked.out)
        print(f"{name:22} {built.needs.height:6} × {built.offers.height:6}  judged {built.judgements.height:7}  "
              f"{built.about}")


if __name__ == "__main__":
    main()
