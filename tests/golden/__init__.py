"""Golden documents: stored forms as committed files. `python -m tests.golden` writes them anew from `values.py`."""
