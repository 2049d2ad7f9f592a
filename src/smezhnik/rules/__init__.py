"""The law as data: dated rule packs, what they ask of a cluster, and what a cluster answers."""
