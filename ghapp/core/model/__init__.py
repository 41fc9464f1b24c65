"""The values of the core: states, events, facts, decisions, and their stored form."""
