"""Goals of the industrial strategy, indicators with plans and facts, the report of a year."""
