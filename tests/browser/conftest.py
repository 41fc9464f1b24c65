"""One browser for each process of tests, in one event loop with the servers that it looks at."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import NAMES, chromium, program

LACKING = f"this machine has no Chromium: none of {', '.join(NAMES)}, and no CHROMIUM"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's Chromium. Without one its tests are left out; with GHAPP_TEST_COMPLETE=1 they fail."""
    path = program()
    if path is None:
        (pytest.fail if os.environ.get("GHAPP_TEST_COMPLETE") == "1" else pytest.skip)(LACKING)
    async with chromium(path) as running:
        yield running
