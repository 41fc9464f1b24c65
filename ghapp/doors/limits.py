"""Reads a body before the request is verified, within bounds: size, time, content type, and bytes over all requests."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

BODY_BYTES = 25 * 1024 * 1024  # GitHub delivers nothing larger
WAITING_BYTES = 112 * 1024 * 1024  # at GitHub's door
WAITING_BYTES_BESIDE = 8 * 1024 * 1024  # at each of the two other doors, which stay open during a flood at GitHub's
SMALL = 128 * 1024  # bytes; hardly any delivery is larger
PATIENCE = 7.5  # seconds from the headers to the response, which GitHub so gets within eight; it hangs up after ten


class Refused(Exception):  # noqa: N818 - a response, not an error
    """A refused request. `why` is the whole response text and quotes no input."""

    def __init__(self, status: int, why: str, *, close: bool = False) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.close = close

    def response(self) -> web.Response:
        """The response; `close` where the rest of the body is not wanted."""
        response = web.Response(status=self.status, text=f"{self.why}\n")
        if self.close:
            response.force_close()
        return response


class Intake:
    """The bounds of one door. Counts the bytes held for requests whose signature is not checked yet."""

    def __init__(
        self,
        *,
        body_bytes: int = BODY_BYTES,
        waiting_bytes: int = WAITING_BYTES,
        content_type: str = "application/json",
    ) -> None:
        self.body_bytes = body_bytes
        self.content_type = content_type
        # aiohttp's parser takes 20 ms for a header of eight kilobytes
        self._typed = re.compile(rf'{re.escape(content_type)}(?: ?; ?charset="?utf-8"?)?', re.IGNORECASE | re.ASCII)
        self.waiting_bytes = waiting_bytes
        self.held = 0

    @contextlib.asynccontextmanager
    async def body(self, request: web.Request, *, until: float) -> AsyncIterator[bytes]:
        """Reads the raw body and counts it while the block is open. `until`: the event loop's time.

        Raises Refused with 400, 408, 413, 415 or 503.
        """
        self.check(request)
        chunks: list[bytes] = []
        try:
            await self._read(request.content, until, chunks)
            chunks[:] = [b"".join(chunks)]  # so that each byte is in memory once
            yield chunks[0]
        finally:
            self.held -= sum(map(len, chunks))

    def check(self, request: web.Request) -> None:
        """Checks the headers. Raises Refused with 413 or 415."""
        if "Content-Encoding" in request.headers:
            raise Refused(415, "send the body without Content-Encoding", close=True)
        if not self._typed.fullmatch(request.headers.get("Content-Type", "")):
            raise Refused(415, f"set the content type to {self.content_type}", close=True)
        if (request.content_length or 0) > self.body_bytes:
            raise self._too_large()

    async def _read(self, content: StreamReader, until: float, chunks: list[bytes]) -> None:
        size = 0
        try:
            # most bodies have arrived already and need no timer
            async with contextlib.nullcontext() if content.is_eof() else asyncio.timeout_at(until):
                async for chunk in content.iter_any():
                    chunks.append(chunk)
                    size += len(chunk)
                    self.held += len(chunk)
                    if size > self.body_bytes:
                        raise self._too_large()
                    if self.held > self._room(size):
                        raise Refused(503, "too much at once, try again", close=True)
        except TimeoutError:
            raise Refused(408, "the body took too long", close=True) from None
        except (ConnectionError, web.RequestPayloadError, HttpProcessingError):
            raise Refused(400, "the body broke off", close=True) from None

    def _room(self, size: int) -> int:
        """Reserves a quarter for small bodies, so that a few large ones do not shut the door to all others."""
        return self.waiting_bytes if size <= SMALL else self.waiting_bytes * 3 // 4

    def _too_large(self) -> Refused:
        return Refused(413, f"the body is larger than {self.body_bytes} bytes", close=True)
