"""The config file: read, checked at its lines, written and documented."""
