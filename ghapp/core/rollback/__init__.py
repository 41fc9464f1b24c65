"""What a platform adds to a rollback: what it shows, what is planned, how far it is."""
