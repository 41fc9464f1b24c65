"""Takes what the doors stored, decides it, records it, and brings the world to the state."""
