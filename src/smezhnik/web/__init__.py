"""The workplace in a browser: settings, addresses, pages."""
