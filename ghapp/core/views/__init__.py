"""What people see, rendered from state: pure, one file a place."""
