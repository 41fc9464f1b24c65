"""The store and its archive in one SQLite file, for any number of processes on one machine."""

from ghapp.adapters.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
