"""Claims queued items, decides and records each, and brings GitHub, Slack and the platform to the recorded state."""
