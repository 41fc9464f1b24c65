"""Every event has its handler."""

from typing import get_args

from ghapp.core.decide import HANDLERS
from ghapp.core.model.events import Event


def test_every_event_has_its_handler() -> None:
    """An event without a handler would fail in the worker five times and become a dead letter."""
    assert set(HANDLERS) == set(get_args(Event))
