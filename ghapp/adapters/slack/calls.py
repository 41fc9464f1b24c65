"""Calls Slack's Web API and turns every failure into a fault."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from ghapp.ports import Clock, Fault, Permanent, Retryable

TIMEOUT = 10  # seconds
LIMITED_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
DIGITS = 9  # of a number in a header: a proxy may write thousands
REVOKED = frozenset({"token_revoked", "account_inactive", "token_expired", "not_authed"})
OF_NO_USE = REVOKED | {"invalid_auth"}  # the latter also of a revoked one, once the app is installed again
LOOKS_APART = timedelta(minutes=1)  # at a token that is of no use
_LATER = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "external_channel_migrating",
        "team_added_to_org",
    }
)


class SlackRefused(Permanent):
    """A permanent refusal by Slack, with its code."""

    def __init__(self, cause: str, code: str) -> None:
        super().__init__(cause)
        self.code = code


class Calls:
    """The calls with one token. While it is of no use, one a minute is sent; the others get the same refusal."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gone: tuple[SlackRefused, datetime] | None = None

    def look_again(self) -> None:
        """The next call is sent in any case."""
        self._gone = None

    async def sent(self, send: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
        """One call; every failure is a fault that names no more than Slack's code."""
        if self._gone and self._clock() - self._gone[1] < LOOKS_APART:
            raise SlackRefused(str(self._gone[0]), self._gone[0].code)
        try:
            answer = await sent(send, **arguments)
        except SlackRefused as refusal:
            if refusal.code in OF_NO_USE:
                self._gone = refusal, self._clock()
            raise
        self._gone = None
        return answer


async def sent(send: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """One call; every failure is a fault that names no more than Slack's code."""
    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        async with asyncio.timeout(TIMEOUT):  # with a session of ours, the client ignores its own timeout
            return await send(**arguments)
    except SlackApiError as error:
        fault = _fault(error.response)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        fault = Retryable(f"Slack gave no answer ({type(error).__name__})")
    except (SlackClientError, AttributeError, ValueError) as error:  # an answer that is not Slack's
        fault = Retryable(f"Slack's answer could not be read ({type(error).__name__})")
    raise fault  # outside of the except: the client's errors contain the whole answer


def _fault(response: Any) -> Fault:
    """`response` is slack_sdk's where Slack answered in JSON, else aiohttp's."""
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    cause = f"Slack answered {code or status}"
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Retryable(cause, after=_wait(response.headers) or LIMITED_WAIT)
    if status >= 500 or code in _LATER or (status == 200 and not code):
        return Retryable(cause, after=_wait(response.headers))
    return SlackRefused(cause, code)


def _wait(headers: Any) -> timedelta | None:
    value = headers.get("Retry-After", "")
    return min(timedelta(seconds=int(value[:DIGITS])), LONGEST_WAIT) if value.isdecimal() else None
