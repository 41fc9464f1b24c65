"""Writes the golden files anew: `python -m tests.golden`."""

from tests.golden import files

files.write()
