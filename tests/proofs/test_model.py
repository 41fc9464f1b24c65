"""Searches for orders of events in which the lock fails."""

import logging
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.model import Releases

logger = logging.getLogger(__name__)


def searched(examples: int, steps: int) -> None:
    """Searches for a sequence of events that breaks an invariant."""

    class Story(Releases):
        """Has counts of its own."""

        counted: ClassVar[Counter[str]] = Counter()

    found = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=False,  # each run searches elsewhere, also where `CI` is set
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Story, settings=found)
    logger.info("%d stories of at most %d steps: %s", examples, steps, dict(sorted(Story.counted.items())))
    assert Story.counted["dispatch"]
    assert Story.counted["rollback"]


@pytest.mark.timeout(600)  # shrinking a failing example takes a while
def test_no_sequence_of_events_breaks_the_lock() -> None:
    """Three replicas whose clocks differ, that die, repeat and overtake each other: one release at a time."""
    searched(200, 50)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(4))  # each part searches at random, so they may run at the same time
def test_no_long_sequence_of_events_breaks_the_lock(part: int) -> None:
    """The same in 20,000 examples: over an hour on a machine with other work."""
    searched(20_000 // 4, 100)
