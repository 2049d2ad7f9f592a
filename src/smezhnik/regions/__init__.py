"""Calculations on regions: input–output, likely needs, complementarity."""
