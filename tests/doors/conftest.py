"""The server that most tests send to."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doors.site import Site, site


@pytest.fixture
async def door(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Site]:
    """A running server with its defaults. Asserts afterwards that no request led to a traceback in the log."""
    caplog.set_level(logging.DEBUG)
    async with site(tmp_path) as standing:
        yield standing
    assert not [record.getMessage() for record in caplog.records if record.exc_info or "unexpected" in record.msg]
