"""Train the shipped ranking model on the public sets and pack it.

    .venv/bin/python -m scripts.build_sets ../shared/data/matching
    .venv/bin/python -m scripts.train_ranker [--edition 2026-11-22] [-o src/smezhnik/matching/model/ranker.npz]

Deterministic: one thread, fixed seeds. Trees are trained on all sets; the calibration comes from scores of each set
by trees trained without its family. Measured quality: ``./run bench quality``.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from bench.calibration import calibrate
from bench.prepared import MEASURE_ONLY, count_classifiers, make_background, prepare, prepare_strangers
from bench.quality import leave_one_out
from bench.sets import BUILDERS, open_set
from bench.training import gather_examples, make_ranker, train

OUT = Path("src/smezhnik/matching/model/ranker.npz")


def main() -> None:
    """Train, calibrate out of set, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edition", default="2026-11-22", help="date that the model carries")
    parser.add_argument("-o", "--output", type=Path, default=OUT)
    asked = parser.parse_args()
    sets = [prepare(open_set(name)) for name in BUILDERS if name not in MEASURE_ONLY]
    general = count_classifiers()
    judged = [*sets, *prepare_strangers(sets)]
    calibration = calibrate(judged, leave_one_out(judged, general))
    background = make_background([general, *(item.counted for item in sets)])
    examples = gather_examples(sets, background)
    model = train(examples)
    meta = {"edition": asked.edition, "sets": [item.judged.name for item in sets], "seed": 0,
            "trees": len(model.trees.root), "calibration": asdict(calibration), "measured": "docs/why/ranking.md"}
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    make_ranker(model, examples.features, background, calibration, meta).save(asked.output)
    print(f"{asked.output}: {len(model.trees.root)} trees, {len(background.hashes)} words, "
          f"{asked.output.stat().st_size / 1024:.0f} KB, "
          f"{calibration}")


if __name__ == "__main__":
    main()
