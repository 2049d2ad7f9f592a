"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "smezhnik.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
