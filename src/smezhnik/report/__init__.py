"""The HTML and print kit with which every result is shown."""
