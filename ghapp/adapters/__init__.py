"""What makes the ports true, one technology a module."""
