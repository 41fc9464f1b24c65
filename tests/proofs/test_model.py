"""Releases in every order that a machine can think of: the lock holds in each."""

import logging
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.model import Releases

logger = logging.getLogger(__name__)


def searched(examples: int, steps: int) -> None:
    """Look for a story in which something that must hold does not."""

    class Story(Releases):
        """Counted by itself."""

        counted: ClassVar[Counter[str]] = Counter()

    found = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=False,  # each run looks elsewhere, also where `CI` is set
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Story, settings=found)
    logger.info("%d stories of at most %d steps: %s", examples, steps, dict(sorted(Story.counted.items())))
    assert Story.counted["dispatch"]
    assert Story.counted["rollback"]


@pytest.mark.timeout(600)  # a story that breaks it is told as shortly as it can be, which takes a while
def test_no_story_breaks_the_lock() -> None:
    """Three replicas whose clocks disagree, dying, repeating and overtaking each other: one release at a time."""
    searched(500, 50)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(4))  # each looks where it likes, so they may run at the same time
def test_no_long_story_breaks_the_lock(part: int) -> None:
    """The same, in 20,000 stories: for over an hour where the machine does other work too."""
    searched(20_000 // 4, 100)
