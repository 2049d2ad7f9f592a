"""The programming interface: the same records, rights and actions as the pages, under /api/v1/."""
