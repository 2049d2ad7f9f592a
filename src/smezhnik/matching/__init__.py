"""Needs to offers: text, index, exact top-k, ranking, probability, grade, reasons, plan."""
