"""Clusters that meet the law: composed with proof, repaired at the least change, found in a network."""
