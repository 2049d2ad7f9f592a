"""Files on their way into the records: uploaded, read, compared, applied, undone."""
