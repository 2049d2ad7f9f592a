"""The watch of a search; it lives in ``smezhnik.solver``, since plans are searched for too."""

from smezhnik.solver import Watch

__all__ = ["Watch"]
