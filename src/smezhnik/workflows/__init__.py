"""Read, calculate, store: what the command line and the web both call."""
