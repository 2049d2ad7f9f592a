"""Links, the cases that lead them to a contract, contracts, clusters with members, facts and documents."""
