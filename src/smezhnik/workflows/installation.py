"""Opening an installation of the workplace: its settings come first, whatever uses its records after them."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from smezhnik.errors import MissingExtra

#: The settings by their name: whoever starts the pages does not import them.
SETTINGS = "smezhnik.web.settings"


def opened(workflow: str) -> ModuleType:
    """A module of this room that works on records, once the settings are loaded: models cannot be imported before.

    Parameters
    ----------
    workflow : ``serving``, ``backup``, ``doctor``, ``users`` …

    Raises
    ------
    MissingExtra where the packages of the workplace are not installed.
    """
    try:
        if not import_module("django.conf").settings.configured:  # another project's settings are none of ours
            os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        import_module("django").setup()
    except ModuleNotFoundError as error:
        raise MissingExtra("missing_extra", package=error.name, command="pip install 'smezhnik[web]'") from error
    return import_module(f"smezhnik.workflows.{workflow}")
