"""GitHub's faults, by whether the request was carried out.

Never: Refused, NoToken, Limited, Unauthorized, Unsent. Perhaps: Broken, with an error status. Unknown: Unanswered."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import msgspec

from ghapp.core.model.secret import masked
from ghapp.ports import Fault, NoAccess, NotNow, NotTaken, NotThere, Permanent, Retryable

MESSAGE_KEPT = 200
LIMITED_WAIT = timedelta(seconds=60)  # docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
LONGEST_WAIT = timedelta(hours=1)
DIGITS = 9  # of a number in a header: a proxy may write thousands
_LIMITED_TYPES = {"RATE_LIMITED", "RATE_LIMIT"}
_REFUSED_TYPES = {"FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403, "UNPROCESSABLE": 422, "MAX_NODE_LIMIT_EXCEEDED": 422}
_TOO_MUCH = "RESOURCE_LIMITS_EXCEEDED"  # docs.github.com/graphql: rate limits and query limits
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Refused(Permanent):
    """GitHub refused the request. `status`: the HTTP status. `message`: GitHub's message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"GitHub answered {status}: {message}")
        self.status = status
        self.message = message


class Unprocessable(Refused, NotTaken):
    """GitHub refused the content of the request: 422."""


class Denied(Refused, NotNow):
    """GitHub denied access: 403. Right after a token was made that may pass by itself:
    https://github.com/octokit/handbook/pull/8
    """

    @property
    def lacks(self) -> bool:
        """Whether a permission is missing; other causes are, for example, an IP allow list or a single sign-on."""
        return "resource not accessible by integration" in self.message.lower()


class NoToken(NoAccess):
    """GitHub gives us no token for the repository: the App is not installed, suspended, or lacks permissions.

    Not a Refused, whose 404 may be the answer to the actual request.
    """


class Gone(NoToken):
    """The installation does not exist."""


class Limited(Retryable):
    """Too many requests, by GitHub's answer or by our `Budget`."""


class Unauthorized(Retryable):
    """GitHub rejected the credential."""


class Unsent(Retryable):
    """The request did not reach GitHub."""


class Broken(Retryable):
    """GitHub answered with a server error, a 408 or an unknown GraphQL error."""


class Strained(Broken):
    """GitHub gave up on the request: a smaller one may work."""


class TooMuch(Strained):
    """The query exceeds GitHub's resource limits."""


class Unanswered(Retryable):
    """No answer came, or no usable one."""


class TimedOut(Unanswered):
    """No answer came in time."""


@contextmanager
def changing() -> Iterator[None]:
    """Turns a 404 or 410 on a change into `NotThere`."""
    try:
        yield
    except Refused as refusal:
        if refusal.status not in (404, 410):
            raise
        raise NotThere(str(refusal)) from None


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Turns a refused read into `Unanswered`: a fact that GitHub does not show us is unknown."""
    try:
        yield
    except (Refused, NoToken) as refusal:
        why = str(refusal)
    else:
        return
    raise Unanswered(f"{what} could not be asked: {why}")


def fault_of(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Fault:
    """The fault for an HTTP status of 300 or more."""
    message = _message(body)
    cause = f"GitHub answered {status}: {message}"
    if status == 401:
        return Unauthorized(cause)
    if status == 429 or (status == 403 and _limited(headers, message)):
        return Limited(cause, after=_wait(headers, now) or LIMITED_WAIT)
    if status in (502, 504):
        return Strained(cause, after=_wait(headers, now))
    if status >= 500 or status == 408:
        return Broken(cause, after=_wait(headers, now))
    return _refused(status, message)


def query_fault(errors: Sequence[Mapping[str, Any]], headers: Mapping[str, str], now: datetime) -> Fault | None:
    """The fault in a GraphQL answer's errors; None if there are none but NOT_FOUND."""
    rest = [error for error in errors if error.get("type") != "NOT_FOUND"]
    if not rest:
        return None
    message = _cut("; ".join(str(error.get("message", "")) for error in rest))
    types = {str(error.get("type", "")) for error in rest}
    if types & _LIMITED_TYPES or _speaks_of_limit(message):
        return Limited(f"GitHub's GraphQL: {message}", after=_wait(headers, now) or LIMITED_WAIT)
    if _TOO_MUCH in types:
        return TooMuch(f"GitHub's GraphQL: {message}")
    if refused := [_REFUSED_TYPES[name] for name in types if name in _REFUSED_TYPES]:
        return _refused(min(refused), message)
    if any("code" in (error.get("extensions") or {}) for error in rest):  # the query itself does not fit the schema
        return Refused(400, message)
    return Broken(f"GitHub's GraphQL: {message}")


def _refused(status: int, message: str) -> Refused:
    """A 403 for a locked conversation is no `Denied`: the App's permissions are not the cause."""
    if status == 403 and "is locked" not in message:
        return Denied(status, message)
    return Unprocessable(status, message) if status == 422 else Refused(status, message)


def lost(error: Exception) -> Fault:
    """The fault for a failed connection. It names only the error's class: the error's text may contain headers."""
    kind = type(error).__name__
    if isinstance(error, _NEVER_CONNECTED):
        return Unsent(f"GitHub could not be reached ({kind})")
    if isinstance(error, TimeoutError):
        return TimedOut(f"GitHub gave no answer ({kind})")
    return Unanswered(f"GitHub gave no answer ({kind})")


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """GitHub's clock, from the Date header."""
    return _instant(headers.get("date", ""))


def _limited(headers: Mapping[str, str], message: str) -> bool:
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or _speaks_of_limit(message)


def _speaks_of_limit(message: str) -> bool:
    return "rate limit" in message.lower() or "abuse detection" in message.lower()


def _wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    wait = _retry_after(headers.get("retry-after", ""), now)
    if wait is None and headers.get("x-ratelimit-remaining") == "0":
        reset = epoch(headers.get("x-ratelimit-reset", ""))
        wait = reset - now if reset else None
    return None if wait is None else min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def epoch(seconds: str) -> datetime | None:
    """A header's time; None where a proxy has written what is none."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _retry_after(value: str, now: datetime) -> timedelta | None:
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:DIGITS])), LONGEST_WAIT)
    at = _instant(value)
    return at - now if at else None


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _message(body: bytes) -> str:
    """GitHub's message and its details on single fields; empty if the body is not GitHub's JSON."""
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors")
    more = [_detail(error) for error in errors] if isinstance(errors, list) else [errors]
    said = [str(part) for part in (answer.get("message"), *more) if part]
    return _cut(": ".join(said))


def _detail(error: object) -> object:
    return error.get("message") or error.get("field") if isinstance(error, dict) else error


def _cut(text: str) -> str:
    """One line of at most `MESSAGE_KEPT` characters, with secrets masked."""
    return masked(" ".join(text.split()))[:MESSAGE_KEPT]
