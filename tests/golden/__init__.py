"""Golden documents: what is stored, as committed files. `python -m tests.golden` writes them anew from `values.py`."""
