"""`ghapp serve`: doors and worker in one process, or each in some of their own, until they are told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from aiohttp import web

from ghapp import settings
from ghapp.assembly import Street, street
from ghapp.cli import logs
from ghapp.doors.front import Front
from ghapp.ports import Fault
from ghapp.settings import Settings, SettingsError

FINISH_WITHIN = 20.0  # seconds for what is in hand when told to stop

logger = logging.getLogger(__name__)
Role = Literal["serve", "web", "worker"]
Place = tuple[str, int]
"""Host and port."""


async def serve(role: Role) -> int:
    """Serve until SIGTERM or SIGINT: then take nothing new, finish what is in hand, and go."""
    loaded = settings.load()
    logs.configure(loaded.log_level, loaded.log_format)
    at = None if role == "worker" else (loaded.host, loaded.port)
    stop = told_to_stop()
    try:
        async with street(loaded) as connected, running(connected, at, loaded.internal, works=role != "web") as address:
            known = {"address": address, "store": str(loaded.store), "slack": bool(loaded.slack_token)}
            logger.info("ready", extra={"role": role, **known})
            await stop.wait()
            logger.info("stopping")
    except (ValueError, Fault) as error:
        raise SettingsError(_named(loaded, error)) from None
    except OSError as error:
        raise SettingsError(_unheard(loaded, error)) from None
    return 0


def told_to_stop() -> asyncio.Event:
    """Set by SIGTERM or SIGINT, however soon they come."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def running(
    connected: Street, at: Place | None, internal: Place | None = None, *, works: bool = True
) -> AsyncIterator[str]:
    """The doors open, if there is a place for them, and the worker at work; the address, empty without doors."""
    applications = [(connected.application, at), (connected.internal, internal)]
    fronts = [(Front(each, shutdown_timeout=FINISH_WITHIN), place) for each, place in applications if each and place]
    working: asyncio.Task[None] | None = None
    try:
        for front, (host, port) in fronts:
            await front.setup()
            await web.TCPSite(front, host, port).start()
        if works:  # not before it is known that it can be reached
            working = asyncio.create_task(connected.worker.run())
        yield f"http://{at[0]}:{fronts[0][0].addresses[0][1]}" if at else ""
    finally:
        if working:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
        await asyncio.gather(connected.worker.finish(FINISH_WITHIN), *(front.cleanup() for front, _ in fronts))


def _named(loaded: Settings, error: Exception) -> str:
    """Which setting it is that cannot be used."""
    if isinstance(error, Fault):
        return f"GHAPP_STORE ({loaded.store}): {error}"
    return f"GITHUB_PRIVATE_KEY: {error}"


def _unheard(loaded: Settings, error: OSError) -> str:
    """Which address it is that cannot be listened on."""
    told = error.strerror or ""
    if loaded.internal and str(loaded.internal[1]) in told:
        return f"GHAPP_INTERNAL_LISTEN: cannot listen on {loaded.internal[0]}:{loaded.internal[1]} ({told})"
    return f"HOST/PORT: cannot listen on {loaded.host}:{loaded.port} ({told})"
