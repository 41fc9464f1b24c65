"""Parameters of which every run takes a few, and the longer run all."""

from collections.abc import Collection, Iterable, Sequence
from itertools import product
from typing import Any

import pytest


def sampled(cases: Iterable[Any], always: Collection[Any]) -> list[Any]:
    """The cases; those that are not in `always` belong to `make soak`. A tuple is one case's parameters."""
    return [case if case in always else _long(*(case if isinstance(case, tuple) else (case,))) for case in cases]


def crossed(*axes: Sequence[Any]) -> list[Any]:
    """All combinations of the axes' values. Every run takes each value at least once: the shorter axes repeat."""
    longest = max(map(len, axes))
    return sampled(product(*axes), [tuple(axis[place % len(axis)] for axis in axes) for place in range(longest)])


def _long(*values: Any) -> Any:
    return pytest.param(*values, marks=pytest.mark.soak)
