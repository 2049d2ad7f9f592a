"""What a password must hold where a profile demands it."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from smezhnik.messages import say

_PARTS = (r"[a-zа-яё]", r"[A-ZА-ЯЁ]", r"[0-9]", r"[^0-9A-Za-zА-Яа-яЁё]")


class Composition:
    """Small and large letters, digits and signs; the profile ``open`` demands none of it."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError where a part is missing."""
        if settings.PROFILE.composition and not all(re.search(part, password) for part in _PARTS):
            raise ValidationError(self.get_help_text(), code="composition")

    def get_help_text(self) -> str:
        """What is demanded."""
        return say("web.password.composition", "en" if get_language() == "en" else "ru")
