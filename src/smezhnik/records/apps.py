"""The room as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class RecordsConfig(AppConfig):
    name = "smezhnik.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell every new connection what our questions are like."""
        connection_created.connect(_answer_at_once)


def _answer_at_once(connection: Any, **_: Any) -> None:
    """PostgreSQL would compile a long question, which takes longer than to answer what a page asks for."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
