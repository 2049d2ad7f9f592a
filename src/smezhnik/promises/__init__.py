"""Promises that count themselves: targets, what proves them, origins of contracts, deadlines, the light of an order."""
