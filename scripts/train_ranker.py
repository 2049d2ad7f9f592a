"""Train the shipped ranking model on the public sets and pack it.

    .venv/bin/python -m scripts.build_sets ../shared/data/matching
    .venv/bin/python -m scripts.train_ranker [--edition 2026-11-22] [-o src/smezhnik/matching/model/ranker.npz]

Deterministic: one thread, fixed seeds. Trees are trained on all sets; the calibration comes from scores of each set
by trees trained without its family. Measured quality: ``./run bench quality``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.quality import leave_one_out
from bench.sets import BUILDERS, open_set
from bench.training import (
    MEASURE_ONLY,
    best_rows,
    calibrate,
    count_classifiers,
    make_background,
    make_ranker,
    prepare,
    train,
)

OUT = Path("src/smezhnik/matching/model/ranker.npz")


def main() -> None:
    """Train, calibrate out of set, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edition", default="2026-11-22", help="date that the model carries")
    parser.add_argument("-o", "--output", type=Path, default=OUT)
    asked = parser.parse_args()
    sets = [prepare(open_set(name)) for name in BUILDERS if name not in MEASURE_ONLY]
    general = count_classifiers()
    out_of_set = leave_one_out(sets, general)
    chosen = [best_rows(item, score) for item, score in zip(sets, out_of_set, strict=True)]
    calibration = calibrate([score[at] for score, at in zip(out_of_set, chosen, strict=True)],
                            [item.relevance[at] for item, at in zip(sets, chosen, strict=True)])
    background = make_background([general, *(item.counted for item in sets)])
    trees, base, features = train(sets, background)
    meta = {"edition": asked.edition, "sets": [item.judged.name for item in sets], "seed": 0,
            "trees": len(trees.root), "calibration": list(calibration), "measured": "docs/why/ranking.md"}
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    make_ranker(trees, base, features, background, calibration, meta).save(asked.output)
    print(f"{asked.output}: {len(trees.root)} trees, {len(background.hashes)} words, "
          f"{asked.output.stat().st_size / 1024:.0f} KB, calibration {calibration[0]:.3f} · score {calibration[1]:+.3f}")  # noqa: E501


if __name__ == "__main__":
    main()
