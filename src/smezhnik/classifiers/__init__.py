"""Classifiers as packaged tables: trees, bridges, identifiers, units, regions."""
