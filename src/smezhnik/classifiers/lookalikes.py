"""Letters that look the same in both alphabets and are typed one for the other."""

from __future__ import annotations

_LATIN, _CYRILLIC = "ABCEHKMOPTX", "АВСЕНКМОРТХ"
#: Cyrillic capitals → Latin: for codes and numbers, whose letters are Latin.
TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
#: Latin small letters → Cyrillic: for units and other words, whose letters are Cyrillic; y is typed for у, u for и.
TO_CYRILLIC = str.maketrans(f"{_LATIN.lower()}yu", f"{_CYRILLIC.lower()}уи")
