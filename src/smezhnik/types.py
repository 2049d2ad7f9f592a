"""Named types that cross rooms."""

from __future__ import annotations

from typing import Literal

Lang = Literal["ru", "en"]
Basis = Literal["register", "declared", "inferred"]
Role = Literal["ministry", "cluster", "fund", "plant", "auditor", "security", "administrator"]
Grade = Literal["A", "B", "C", "D"]

#: Strongest first: an entry of an official register, a plant's own word, a calculation.
BASES: tuple[Basis, ...] = ("register", "declared", "inferred")
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
ROLES: tuple[Role, ...] = ("ministry", "cluster", "fund", "plant", "auditor", "security", "administrator")
