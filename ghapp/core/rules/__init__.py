"""The rules of the lock, of releases and of runs: pure functions of an environment and the time."""
