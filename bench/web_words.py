"""What a workplace is filled with and asked for (bench/web.py): two regions, names of goods, words that part them."""

from __future__ import annotations

from pathlib import Path

HERE, THERE = "RU-BA", "RU-CHE"
NOUNS, KINDS = (line.split() for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines())
