"""The platform's part of a rollback: its state, the plan, the progress."""
