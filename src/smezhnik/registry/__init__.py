"""Who makes and needs what, and where: organisations, sites, offers, needs, the facts and contacts of each."""
