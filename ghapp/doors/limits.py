"""Reading a body before anybody is believed: so many bytes, so long, one type, and a total over all requests."""

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

BODY_BYTES = 25 * 1024 * 1024  # GitHub delivers nothing larger
WAITING_BYTES = 112 * 1024 * 1024  # at GitHub's door
WAITING_BYTES_BESIDE = 8 * 1024 * 1024  # at each of the two others, which a flood at GitHub's does not shut
SMALL = 128 * 1024  # bytes; hardly a delivery is larger
PATIENCE = 7.5  # seconds from the headers to the answer, so it is there within eight; GitHub hangs up after ten


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """A request that gets no further. `why` is the whole answer: it quotes nothing of what was sent."""

    def __init__(self, status: int, why: str, *, close: bool = False) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.close = close

    @property
    def text(self) -> str:
        """The answer's."""
        return f"{self.why}\n"

    def response(self) -> web.Response:
        """The answer; `close` where the rest of the body is not wanted."""
        response = web.Response(status=self.status, text=self.text)
        if self.close:
            response.force_close()
        return response


class Intake:
    """The bounds of one door. It counts the bytes that are held for requests whose signature nobody has checked yet."""

    def __init__(
        self,
        *,
        body_bytes: int = BODY_BYTES,
        waiting_bytes: int = WAITING_BYTES,
        content_type: str = "application/json",
    ) -> None:
        self.body_bytes = body_bytes
        self.content_type = content_type
        self.waiting_bytes = waiting_bytes
        self.held = 0

    def body(self, request: web.Request, *, until: float) -> "_Body":
        """The raw body, counted as long as it is in hand here. `until`: the event loop's time.

        Raises Refused with 400, 408, 413, 415 or 503.
        """
        return _Body(self, request, until)

    def check(self, request: web.Request) -> None:
        """What the headers alone tell. Raises Refused."""
        if "Content-Encoding" in request.headers:
            raise Refused(415, "send the body without Content-Encoding", close=True)
        if request.headers.get("Content-Type") != self.content_type:  # most say just this, and need no closer look
            charset = (request.charset or "utf-8").lower()
            if request.content_type != self.content_type or charset != "utf-8":
                raise Refused(415, f"set the content type to {self.content_type}", close=True)
        if (request.content_length or 0) > self.body_bytes:
            raise self.too_large()

    def room(self, size: int) -> int:
        """Large bodies leave a quarter to the small ones: a few of them do not shut the door to all others."""
        return self.waiting_bytes if size <= SMALL else self.waiting_bytes * 3 // 4

    def has_room(self, more: int) -> bool:
        """For so many bytes of a small body."""
        return self.held + more <= self.room(more)

    def too_large(self) -> Refused:
        """More than this door takes."""
        return Refused(413, f"the body is larger than {self.body_bytes} bytes", close=True)


class _Body:
    """One request's body. Written out, since an asynccontextmanager costs as much as reading most bodies."""

    __slots__ = ("_held", "_intake", "_request", "_until")

    def __init__(self, intake: Intake, request: web.Request, until: float) -> None:
        self._intake = intake
        self._request = request
        self._until = until
        self._held = 0

    async def __aenter__(self) -> bytes:
        self._intake.check(self._request)
        try:
            return await self._read()
        except BaseException:
            self._release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._release()

    async def _read(self) -> bytes:
        content = self._request.content
        try:
            if content.is_eof():  # all of it came with the headers: nobody has to be waited for
                return self._taken(content.read_nowait())
            async with asyncio.timeout_at(self._until):
                return b"".join(
                    [self._taken(chunk) async for chunk in content.iter_any()]
                )  # then each is once in memory
        except TimeoutError:
            raise Refused(408, "the body took too long", close=True) from None
        except (ConnectionError, web.RequestPayloadError, HttpProcessingError):
            raise Refused(400, "the body broke off", close=True) from None

    def _taken(self, chunk: bytes) -> bytes:
        self._held += len(chunk)
        self._intake.held += len(chunk)
        if self._held > self._intake.body_bytes:
            raise self._intake.too_large()
        if self._intake.held > self._intake.room(self._held):
            raise Refused(503, "too much at once, try again", close=True)
        return chunk

    def _release(self) -> None:
        self._intake.held -= self._held
        self._held = 0
