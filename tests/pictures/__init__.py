"""Pictures of the messages that people read, made from those of a real server: `python -m tests.pictures`."""
