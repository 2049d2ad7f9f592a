"""Regions: input–output tables, what plants probably make and buy, what two regions can give each other."""

from __future__ import annotations

from smezhnik.regions.complement import Complement, ComplementSettings, complement
from smezhnik.regions.gravity import Gravity, LinkWeights
from smezhnik.regions.inputoutput import InputOutput, load_input_output, read_input_output
from smezhnik.regions.likely import likely_needs, likely_offers
from smezhnik.regions.linkfit import Refit, refit

__all__ = ["Complement", "ComplementSettings", "Gravity", "InputOutput", "LinkWeights", "Refit", "complement",
           "likely_needs", "likely_offers", "load_input_output", "read_input_output", "refit"]
