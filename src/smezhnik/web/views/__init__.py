"""Pages, a file for each room: access → form → action → render."""
