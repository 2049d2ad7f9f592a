"""Names of what rules may ask of a member: its numbers, labels and yes/no facts. Roles are those of the tables."""

from __future__ import annotations

from smezhnik.tables.places import ROLES

#: Number that rules name → column of the table of members.
NUMBERS = {"output": "output_th_rub", "purchases": "purchases_th_rub", "jobs": "jobs",
           "high_productivity_jobs": "high_productivity_jobs"}
LABELS = ("region", "oktmo", "country", "okved2", "member_type")
FLAGS = ("spic", "newcomer", "special_territory", "sok_founder")

__all__ = ["FLAGS", "LABELS", "NUMBERS", "ROLES"]
