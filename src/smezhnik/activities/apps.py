"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "smezhnik.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of this room known: what is not known cannot be shown."""
        from smezhnik.activities.access import KINDS  # models may be imported only once all apps are there
        from smezhnik.records.access import add_kind

        for kind in KINDS:
            add_kind(kind)
