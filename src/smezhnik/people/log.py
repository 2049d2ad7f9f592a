"""The security log: who came in, who did not, whose rights changed. JSON, a line an event, beside the database."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.utils import timezone

_log = logging.getLogger("smezhnik.security")


def note(event: str, login: str, **fields: Any) -> None:
    """Write an event; never a password, a code or a confidential value."""
    _log.info(json.dumps({"at": timezone.now().isoformat(), "event": event, "login": login, **fields},
                         ensure_ascii=False, default=str))
