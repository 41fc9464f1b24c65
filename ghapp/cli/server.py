"""`ghapp serve`, `web` and `worker`: doors and worker in one process or in separate ones, until a signal stops them."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from ghapp import settings
from ghapp.assembly import Components
from ghapp.cli import logs
from ghapp.cli.connected import connected
from ghapp.doors.crowd import Crowd, room
from ghapp.doors.front import Front, Site
from ghapp.settings import SettingsError

FINISH_WITHIN = 20.0  # seconds for the work under way at the stop signal

logger = logging.getLogger(__name__)
Role = Literal["serve", "web", "worker"]
Place = tuple[str, int]
"""Host and port."""


async def serve(role: Role) -> int:
    """Serves until SIGTERM or SIGINT: then takes nothing new, finishes the work under way, and returns."""
    loaded = settings.load()
    logs.configure(loaded.log_level, loaded.log_format)
    at = None if role == "worker" else (loaded.host, loaded.port)
    stop = told_to_stop()
    async with connected(loaded) as made, running(made, at, loaded.internal, works=role != "web") as address:
        known = {"address": address, "store": str(loaded.store), "slack": bool(loaded.slack_token)}
        logger.info("ready", extra={"role": role, **known})
        await stop.wait()
        logger.info("stopping")
    return 0


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets, however soon they come."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def running(
    made: Components, at: Place | None, internal: Place | None = None, *, works: bool = True
) -> AsyncIterator[str]:
    """Opens the doors, if they have an address, and runs the worker; yields the address, empty without doors."""
    applications = [
        (made.application, at, "HOST/PORT"),
        (made.internal, internal, "GHAPP_INTERNAL_LISTEN"),
    ]
    crowd = Crowd(room())
    fronts = [
        (Front(each, crowd=crowd, shutdown_timeout=FINISH_WITHIN), place, setting)
        for each, place, setting in applications
        if each and place
    ]
    tasks: list[asyncio.Task[None]] = []
    try:
        for front, place, setting in fronts:
            await _listen(front, place, setting)
        tasks.append(asyncio.create_task(made.app_status.run()))
        if works:  # not before the doors listen
            tasks.append(asyncio.create_task(made.worker.run()))
        yield f"http://{at[0]}:{fronts[0][0].addresses[0][1]}" if at else ""
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.gather(made.worker.finish(FINISH_WITHIN), *(front.cleanup() for front, _, _ in fronts))


async def _listen(front: Front, place: Place, setting: str) -> None:
    """Raises SettingsError with the setting that the address came from."""
    host, port = place
    try:
        await front.setup()
        await Site(front, host, port).start()
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{setting}: cannot listen on {host}:{port} ({why(error)})") from None


def why(error: OSError | UnicodeError) -> str:
    """The system's message alone: asyncio wraps it in its own."""
    if isinstance(error, UnicodeError):
        return "no host has such a name"
    if isinstance(error, socket.gaierror) or error.errno is None:
        return error.strerror or type(error).__name__
    return os.strerror(error.errno)
