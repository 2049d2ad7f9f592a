"""Regions: input–output tables, what plants probably make and buy, what two regions can give each other, profiles,
complexity and what next.
"""

from __future__ import annotations

from smezhnik.regions.backtest import backtest
from smezhnik.regions.bridged import Bridged, bridge_output
from smezhnik.regions.complement import Complement, ComplementSettings, complement
from smezhnik.regions.complexity import Complexity, ComplexityTables, calc_complexity, complexity
from smezhnik.regions.gravity import Gravity, LinkWeights
from smezhnik.regions.inputoutput import InputOutput, load_input_output, read_input_output
from smezhnik.regions.likely import likely_needs, likely_offers
from smezhnik.regions.linkages import RegionChain, linkages, product_chain, region_chain
from smezhnik.regions.linkfit import Refit, refit
from smezhnik.regions.panel import Panel, make_panel
from smezhnik.regions.positions import find_frontier, growth_shares
from smezhnik.regions.spacemap import SpaceMap, make_space_map, read_space_map, space_table
from smezhnik.regions.specialisation import (
    colocations,
    concentrations,
    find_peers,
    location_quotients,
    shift_share,
    structures,
)
from smezhnik.regions.suppression import suppress
from smezhnik.regions.territories import Territories, resolve_territories
from smezhnik.regions.towns import TownSettings, single_industry_towns
from smezhnik.regions.whatnext import NextWeights, what_next

__all__ = ["Bridged", "Complement", "ComplementSettings", "Complexity", "ComplexityTables", "Gravity", "InputOutput",
           "LinkWeights", "NextWeights", "Panel", "Refit", "RegionChain", "SpaceMap", "Territories",
           "TownSettings", "backtest", "bridge_output", "calc_complexity", "colocations", "complement",
           "complexity", "concentrations", "find_frontier", "find_peers", "growth_shares", "likely_needs",
           "likely_offers", "linkages", "load_input_output", "location_quotients", "make_panel",
           "make_space_map", "product_chain", "read_input_output", "read_space_map", "refit",
           "region_chain", "resolve_territories", "shift_share", "single_industry_towns", "space_table",
           "structures", "suppress", "what_next"]
