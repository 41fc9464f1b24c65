"""The board that most tests look at."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doors.board.stand import Stand, stand


@pytest.fixture
async def board(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stand]:
    """A board of nothing yet. Asserts afterwards that no request led to a traceback in the log."""
    caplog.set_level(logging.DEBUG)
    async with stand(tmp_path) as standing:
        yield standing
    assert not [record.getMessage() for record in caplog.records if record.exc_info or "unexpected" in record.msg]
