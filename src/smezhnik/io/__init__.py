"""Reading and writing of files, all faults of a file at once."""
