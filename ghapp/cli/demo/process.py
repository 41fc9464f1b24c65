"""The server's process, as its parent sees it: started, killed, and started again on the same port and store."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from ghapp import settings

BACK_AFTER = 2.0  # seconds that it stays away, so that people see it
STOPS_WITHIN = 10.0  # seconds for the work under way
MODULE = "ghapp.cli.demo.child"
KEPT = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "HOME", "TMPDIR", "LANG")  # of the parent's environment

State = Literal["up", "down", "starting"]


class ServerProcess:
    """`environ`: its settings, and no other ones reach it. `changed` is called when its state changes."""

    def __init__(self, environ: Mapping[str, str], *, clock: Path, log: Path, changed: Callable[[], None]) -> None:
        self.settings = settings.load(environ, dotenv=None)
        self.state: State = "starting"
        self.kills = 0
        self.log = log
        self._environ = {name: os.environ[name] for name in KEPT if name in os.environ} | dict(environ)
        self._clock, self._changed = clock, changed
        self._process: asyncio.subprocess.Process | None = None
        self._closing = asyncio.Event()
        self._ready = asyncio.Event()
        self._keeping = asyncio.create_task(self._keep())

    async def ready(self) -> bool:
        """Waits until it serves; False where it has ended instead."""
        await self._ready.wait()
        return self.state == "up"

    def wake(self) -> None:
        """Lets its worker look at the clock at once."""
        if self.state == "up" and self._process and self._process.stdin and not self._closing.is_set():
            self._process.stdin.write(b"\n")

    def kill(self) -> bool:
        """SIGKILL; False where it does not run. It starts again by itself."""
        if self.state == "down" or self._process is None:
            return False
        self._process.kill()
        self.kills += 1
        self._becomes("down")
        return True

    async def close(self) -> None:
        """Ends it for good: it finishes the work under way."""
        self._closing.set()
        if self._process and self._process.stdin:
            self._process.stdin.close()
        done, _ = await asyncio.wait([self._keeping], timeout=STOPS_WITHIN)
        if not done:
            self.kill()
            await self._keeping

    async def _keep(self) -> None:
        while not self._closing.is_set():
            await self._live()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BACK_AFTER):
                    await self._closing.wait()

    async def _live(self) -> None:
        """One life of the process. The terminal's Ctrl-C is for the parent: it does not reach another session."""
        self._becomes("starting")
        pipe = asyncio.subprocess.PIPE
        with self.log.open("ab") as log:
            process = self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", MODULE, str(self._clock)),
                env=self._environ,
                stdin=pipe,
                stdout=pipe,
                stderr=log,
                start_new_session=True,
            )
        assert process.stdin
        assert process.stdout
        if self._closing.is_set():
            process.stdin.close()
        if await process.stdout.readline():
            self._becomes("up")
        self._ready.set()
        await process.wait()
        self._becomes("down")
        self._ready.set()

    def _becomes(self, state: State) -> None:
        self.state = state
        self._changed()
