"""The demo's server, a process of its own that can be killed: `python -m ghapp.cli.demo.child CLOCK`.

A byte on stdin wakes its worker; the end of stdin ends it. On stdout it says when it is ready.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ghapp import settings
from ghapp.assembly import Spans, assemble
from ghapp.cli import logs
from ghapp.cli.server import running
from ghapp.demo.clock import SharedClock

# a killed server's work is taken up again as soon as its leases end
SPANS = Spans(a_message_takes=0, lease=timedelta(seconds=4))


async def serve(clock: Path) -> None:
    """Serves until its parent is gone."""
    loaded, gone = settings.load(dotenv=None), asyncio.Event()
    logs.configure(loaded.log_level, loaded.log_format)
    async with (
        assemble(loaded, clock=SharedClock(clock), spans=SPANS) as made,
        running(made, (loaded.host, loaded.port), loaded.internal),
    ):
        _listen(made.worker.wake, gone)
        print("ready", flush=True)
        await gone.wait()


def _listen(wake: Callable[[], None], gone: asyncio.Event) -> None:
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()

    def hear() -> None:
        if os.read(stdin, 4096):
            wake()
        else:
            loop.remove_reader(stdin)
            gone.set()

    loop.add_reader(stdin, hear)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
