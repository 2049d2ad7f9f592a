"""Series of meetings and their sittings, events with pair meetings, missions to customers, delegations."""
