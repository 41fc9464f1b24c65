"""Keeps costly derivations of a published file beside it, so that each test worker only loads them."""

import os
from collections.abc import Callable
from pathlib import Path

from tests.published.fetch import FOLDER, published


def derived(source: str, suffix: str, make: Callable[[bytes], bytes], *, code: str) -> bytes:
    """`make(source)`, made anew when the source or the code (its `__file__`) is newer than the kept form."""
    origin, kept = published(source), FOLDER / f"{source}{suffix}"
    newest = max(origin.stat().st_mtime, Path(code).stat().st_mtime)
    if not kept.exists() or kept.stat().st_mtime < newest:
        half = kept.with_suffix(f".{os.getpid()}.part")
        half.write_bytes(make(origin.read_bytes()))
        half.replace(kept)
    return kept.read_bytes()
