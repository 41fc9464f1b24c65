"""The server's parts, connected by its settings; an error names the setting at fault."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from ghapp.assembly import Components, assemble
from ghapp.ports import Fault
from ghapp.settings import Settings, SettingsError


@asynccontextmanager
async def connected(loaded: Settings) -> AsyncIterator[Components]:
    """Raises SettingsError where a part cannot be used."""
    async with AsyncExitStack() as stack:
        try:
            made = await stack.enter_async_context(assemble(loaded))
        except Fault as fault:
            raise SettingsError(f"GHAPP_STORE ({loaded.store}): {fault}") from None
        except ValueError as error:
            raise SettingsError(f"GITHUB_PRIVATE_KEY: {error}") from None
        yield made
