"""Classifications, units, identifiers, regions: the reference data that every other room speaks in.

``load("okpd2")`` gives a classification as a tree; ``units``, ``identifiers``, ``regions``, ``places`` and
``bridges`` are used by their module names.
"""

from __future__ import annotations

from smezhnik.classifiers.editions import load, load_edition
from smezhnik.classifiers.systems import SYSTEMS, System
from smezhnik.classifiers.tree import Classifier, Entry

__all__ = ["SYSTEMS", "Classifier", "Entry", "System", "load", "load_edition"]
