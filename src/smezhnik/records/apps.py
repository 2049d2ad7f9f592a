"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "smezhnik.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
