"""Agreements with their plans and confirmations, orders with their reports and extensions."""
