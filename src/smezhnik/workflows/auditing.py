"""The proof of the journal, for who may not import its room."""

from __future__ import annotations

from smezhnik.records.journal import anchor, verify

__all__ = ["anchor", "verify"]
