"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "smezhnik.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"
