"""The law as data: dated rule packs, what they ask of a cluster, and what a cluster answers."""

from __future__ import annotations

from smezhnik.rules.criterion import Criterion, Finding, Waiver
from smezhnik.rules.facts import Facts
from smezhnik.rules.judge import Verdict, judge_facts
from smezhnik.rules.load import list_packs, load_pack, read_pack
from smezhnik.rules.pack import Edition, Pack

__all__ = ["Criterion", "Edition", "Facts", "Finding", "Pack", "Verdict", "Waiver", "judge_facts", "list_packs",
           "load_pack", "read_pack"]
