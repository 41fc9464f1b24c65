"""What a config file says: read, checked at its lines, and written."""
