"""What all record rooms stand on: records with a public id and a version, actions, the journal, who sees what."""
