"""Regions: input–output tables, what plants probably make and buy, what two regions can give each other."""

from __future__ import annotations

from smezhnik.regions.complement import Complement, complement
from smezhnik.regions.gravity import Gravity
from smezhnik.regions.inputoutput import InputOutput, load_input_output, read_input_output
from smezhnik.regions.likely import likely_needs, likely_offers

__all__ = ["Complement", "Gravity", "InputOutput", "complement", "likely_needs", "likely_offers", "load_input_output",
           "read_input_output"]
