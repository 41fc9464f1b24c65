"""The fixtures of the scenarios."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.scene import Scene, scene


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop in English, with a Slack channel."""
    async with scene(tmp_path) as told:
        yield told


@pytest.fixture
async def shop_without_slack(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop without a connection to Slack."""
    async with scene(tmp_path, slack=False) as told:
        yield told


@pytest.fixture
async def japanese_shop(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop in Japanese."""
    async with scene(tmp_path, language="ja") as told:
        yield told
