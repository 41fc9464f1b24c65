"""A server's process as seen by its parent."""

import asyncio
import contextlib
import os
import signal
from typing import Any

from tests.engine.crash_server import Life, Moment, begin
from tests.engine.grants import FORKSERVER

PATIENCE = 20.0  # seconds of real time, for any wait


class Server:
    """Works on request. `fallen` is set when the process reaches its fated moment or ends."""

    def __init__(self, life: Life) -> None:
        self._conn, theirs = FORKSERVER.Pipe()
        self._process = FORKSERVER.Process(target=begin, args=(theirs, life))
        self._process.start()
        theirs.close()
        self._said: asyncio.Queue[Any] = asyncio.Queue()
        self._working = False
        self.fallen = asyncio.Event()
        self.steps: list[Moment] = []
        self.url = ""
        asyncio.get_running_loop().add_reader(self._conn.fileno(), self._hear)

    def _hear(self) -> None:
        try:
            word = self._conn.recv()
        except (EOFError, ConnectionError):
            self.mute()
            word = "fallen"
        if word == "fallen":
            self.fallen.set()
        else:
            self._said.put_nowait(word)

    async def ready(self) -> "Server":
        """Waits until the server listens at `url`."""
        async with asyncio.timeout(PATIENCE):
            self.url = await self._said.get()
        return self

    async def work(self) -> bool:
        """Works until nothing is ready and nothing is due. False if the server fell meanwhile."""
        if not self._working:
            self._conn.send("work")
            self._working = True
        said, fell = asyncio.ensure_future(self._said.get()), asyncio.ensure_future(self.fallen.wait())
        done, _ = await asyncio.wait((said, fell), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        assert done, "it neither comes to rest nor falls"
        for other in (said, fell):
            other.cancel()
        if said in done:
            self.steps, self._working = said.result(), False
        return said in done

    def kill(self) -> None:
        """Sends SIGKILL."""
        self._process.kill()

    def wake(self) -> None:
        """Continues the stopped process."""
        self.fallen.clear()
        assert self._process.pid
        os.kill(self._process.pid, signal.SIGCONT)

    def mute(self) -> None:
        """Stops reading from the process."""
        asyncio.get_running_loop().remove_reader(self._conn.fileno())

    def close(self) -> None:
        """Kills the process if it is alive, and waits for its end."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        with contextlib.suppress(ValueError, OSError):
            self.mute()
        self._conn.close()
