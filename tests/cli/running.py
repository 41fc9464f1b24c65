"""The command as people run it: a process of its own, with the server's settings."""

import asyncio
import os
import sys
from collections.abc import Mapping

from tests.scenarios.scene import Scene


async def ghapp(told: Scene | Mapping[str, str], *arguments: str) -> tuple[int | None, str, str]:
    """Exit code, output and complaints."""
    environ = await told.environ() if isinstance(told, Scene) else told
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ghapp", *arguments),
        env={"PATH": os.environ["PATH"], **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()
