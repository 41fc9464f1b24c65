"""Headless Chromium: makes a picture of each figure of a page.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import contextlib
import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

SCALE = 1.5
PATIENCE = 30.0
BOXES = """
document.fonts.ready.then(() => Object.fromEntries([...document.querySelectorAll("figure")].map((one) => {
  const {x, y, width, height} = one.getBoundingClientRect();
  return [one.id, {x, y: y + scrollY, width, height}];
})))
"""


@dataclass(slots=True)
class Page:
    """One tab. Commands are sent and answered one at a time."""

    socket: aiohttp.ClientWebSocketResponse
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def does(self, method: str, **params: Any) -> Any:
        """Returns one command's answer. Raises RuntimeError with Chromium's message."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.socket.receive_json()
                if answer.get("id") == number:
                    break
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    async def figures(self, html: str) -> dict[str, bytes]:
        """PNG by the figure's id."""
        frame = (await self.does("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self.does("Page.setDocumentContent", frameId=frame, html=html)
        found = await self.does("Runtime.evaluate", expression=BOXES, awaitPromise=True, returnByValue=True)
        return {name: await self._picture(box) for name, box in found["result"]["value"].items()}

    async def _picture(self, box: dict[str, float]) -> bytes:
        clip = {**box, "scale": SCALE}
        shot = await self.does("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def page(chromium: str = "chromium") -> AsyncIterator[Page]:
    """An empty tab of a new browser, which ends with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = (chromium, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0")
        browser = await asyncio.create_subprocess_exec(
            *command,
            f"--user-data-dir={folder}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port(Path(folder) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                    (tab,) = [one for one in await answer.json() if one["type"] == "page"]
                async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            with contextlib.suppress(ProcessLookupError):
                browser.terminate()
            await browser.wait()


async def _port(file: Path) -> int:
    """Polls the file: Chromium writes it when it listens, and gives no other sign."""
    async with asyncio.timeout(PATIENCE):
        while not (written := _read(file)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return int(written.split()[0])


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
