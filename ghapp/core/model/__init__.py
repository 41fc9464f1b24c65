"""The values that everything is decided on and by: states, events, facts, decisions, and how they are stored."""
