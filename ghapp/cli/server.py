"""`ghapp serve`: doors and worker in one process, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from ghapp import settings
from ghapp.assembly import Street, street
from ghapp.cli import logs
from ghapp.ports import Fault
from ghapp.settings import Settings, SettingsError

FINISH_WITHIN = 20.0  # seconds for what is in hand when told to stop

logger = logging.getLogger(__name__)


async def serve() -> int:
    """Serve until SIGTERM or SIGINT: then stop accepting, finish what is in hand, and go."""
    loaded = settings.load()
    logs.configure(loaded.log_level, loaded.log_format)
    try:
        async with street(loaded) as connected, listening(connected, loaded.host, loaded.port) as address:
            logger.info(
                "ready", extra={"address": address, "store": str(loaded.store), "slack": bool(loaded.slack_token)}
            )
            await until_told_to_stop()
            logger.info("stopping")
    except (ValueError, Fault) as error:
        raise SettingsError(_named(loaded, error)) from None
    except OSError as error:
        raise SettingsError(f"HOST/PORT: cannot listen on {loaded.host}:{loaded.port} ({error.strerror})") from None
    return 0


async def until_told_to_stop() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


@asynccontextmanager
async def listening(connected: Street, host: str, port: int) -> AsyncIterator[str]:
    """The doors open and the worker at work; the address."""
    runner = web.AppRunner(connected.application, access_log=None, shutdown_timeout=FINISH_WITHIN)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    working = asyncio.create_task(connected.worker.run())
    try:
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        await connected.worker.finish(FINISH_WITHIN)


def _named(loaded: Settings, error: Exception) -> str:
    """Which setting it is that cannot be used."""
    if isinstance(error, Fault):
        return f"GHAPP_STORE ({loaded.store}): {error}"
    return f"GITHUB_PRIVATE_KEY: {error}"
