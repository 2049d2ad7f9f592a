"""``python -m smezhnik``."""

from smezhnik.cli import main

if __name__ == "__main__":
    main()
