"""Shows the state in every place, edits what no longer holds, and posts what is owed once."""
