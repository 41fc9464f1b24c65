"""GitHub's JSON: one function per object, with every field that its published description requires."""
