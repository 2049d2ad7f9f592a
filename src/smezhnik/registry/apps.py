"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "smezhnik.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of this room known: what is not known cannot be shown."""
        from smezhnik.records.access import add_kind  # models may be imported only once all apps are there
        from smezhnik.registry.access import KINDS

        for kind in KINDS:
            add_kind(kind)
