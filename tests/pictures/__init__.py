"""Pictures of what people read, made of what a real server says: `python -m tests.pictures`."""
