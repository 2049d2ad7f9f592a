"""Work in the background that survives anything: jobs with a lease, a heartbeat, progress, and one effect each."""
