"""Opens the store without the server, for commands that need nothing else, so that GitHub may be down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ghapp import settings
from ghapp.assembly import FullStore, store_at
from ghapp.ports import Fault
from ghapp.settings import SettingsError


@asynccontextmanager
async def opened() -> AsyncIterator[FullStore]:
    """The store of GHAPP_STORE. A missing file is not created: it would be a different one from the server's."""
    place = settings.load_store()
    if isinstance(place, Path):
        expect_file(place)
    store = store_at(place)
    try:
        await store.open()
        yield store
    except Fault as fault:
        raise SettingsError(f"GHAPP_STORE ({place}): {fault}") from None
    finally:
        await store.close()


def expect_file(path: Path) -> None:
    """Raises SettingsError where the file is missing."""
    if not path.is_file():
        raise SettingsError(f"GHAPP_STORE: there is no {path} here: a file is on the server's own machine")
