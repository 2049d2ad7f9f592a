"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "smezhnik.strategy"
    label = "strategy"
    default_auto_field = "django.db.models.BigAutoField"
