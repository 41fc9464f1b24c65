"""An empty store of each technology."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.store_world import StoreUnderTest, connect


@pytest.fixture(params=["sqlite", "dynamodb"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "dynamodb":
        return f"dynamodb://{request.getfixturevalue('table')}"
    return f"sqlite:///{tmp_path / 'ghapp.db'}"


@pytest.fixture
async def store(address: str) -> AsyncIterator[StoreUnderTest]:
    """The store, opened."""
    store = connect(address)
    await store.open()
    yield store
    await store.close()
