"""The `ghapp` command in a process of its own, with the server's settings."""

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.canaries import SECRETS
from tests.scenarios.scene import Scene

ADDRESS = re.compile(r'"address": "([^"]*)"')
TICK = os.sysconf("SC_CLK_TCK")


async def ghapp(
    told: Scene | Mapping[str, str], *arguments: str, cwd: Path | None = None
) -> tuple[int | None, str, str]:
    """Exit code, stdout and stderr."""
    environ = await told.environ() if isinstance(told, Scene) else told
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ghapp", *arguments),
        env={"PATH": os.environ["PATH"], **environ},
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


class Process:
    """A process of `ghapp web`, `ghapp worker` or `ghapp serve`."""

    def __init__(self, process: asyncio.subprocess.Process, role: str) -> None:
        self._process, self.role = process, role
        self.address = ""
        self.log: list[str] = []
        self._reading = asyncio.create_task(self._read())
        self._ready = asyncio.Event()

    async def _read(self) -> None:
        assert self._process.stderr
        async for line in self._process.stderr:
            self.log.append(line.decode())
            if '"event": "ready"' in self.log[-1]:
                found = ADDRESS.search(self.log[-1])
                self.address = found[1] if found else ""
                self._ready.set()

    async def ready(self) -> "Process":
        """Waits until the process logs that it is ready."""
        ended = asyncio.create_task(self._process.wait())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait((ended, ready), timeout=30, return_when=asyncio.FIRST_COMPLETED)
        assert self._ready.is_set(), self.log
        ended.cancel()
        return self

    async def says(self, part: str) -> None:
        """Waits until a line of the log contains `part`."""
        until = time.monotonic() + 20
        while not any(part in line for line in self.log):  # a line in another process's log sets no event
            assert time.monotonic() < until, self.log
            await asyncio.sleep(0.01)

    def told_to_stop(self) -> None:
        """Sends SIGTERM, as an operator or a host does."""
        self._process.send_signal(signal.SIGTERM)

    async def stops(self) -> int:
        """Stops the process with SIGTERM; returns its exit code."""
        self.told_to_stop()
        done, _ = await asyncio.wait([asyncio.create_task(self._process.wait())], timeout=25)
        assert done, self.log[-20:]
        await self._reading
        return done.pop().result()

    def kill(self) -> None:
        """Sends SIGKILL, where the process still exists."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """Ends the process in any state, and checks its log for secrets."""
        self.kill()
        await self._process.wait()
        await self._reading
        assert not [line for line in self.log if SECRETS.search(line)]

    def most_memory(self) -> int:
        """The peak resident memory, in bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def worked(self) -> float:
        """The used processor time, in seconds."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK


@asynccontextmanager
async def born(environ: Mapping[str, str]) -> AsyncIterator["Born"]:
    """Processes with these settings; all end with the block."""
    made = Born(environ)
    try:
        yield made
    finally:
        for process in made.all:
            await process.close()


class Born:
    """The processes of a test."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ, self.all = environ, list[Process]()

    async def start(self, role: str, *, descriptors: int | None = None, **changed: str) -> Process:
        """Starts a process and waits until it is ready. `changed`: settings of its own. `descriptors`: its limit of
        open files."""
        limited = ("sh", "-c", f'ulimit -n {descriptors} && exec "$@"', "sh") if descriptors else ()
        process = await asyncio.create_subprocess_exec(
            *(*limited, sys.executable, "-m", "ghapp", role),
            env={"PATH": os.environ["PATH"], "LOG_FORMAT": "json", "LOG_LEVEL": "debug", **self._environ, **changed},
            stderr=asyncio.subprocess.PIPE,
        )
        self.all.append(Process(process, role))
        return await self.all[-1].ready()
