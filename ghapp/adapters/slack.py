"""Slack: messages posted and replaced. The queue retries, so nothing is tried twice here."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from ghapp.core.views.slack import Message
from ghapp.ports import Fault, Permanent, Retryable

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

TIMEOUT = 10  # seconds
LIMITED_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
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
_QUIET = {"unfurl_links": False, "unfurl_media": False, "link_names": False}


class SlackChat:
    """The port `Chat`. `base_url` ends in `/api/`."""

    def __init__(self, session: aiohttp.ClientSession, *, token: str, base_url: str = "https://slack.com/api/") -> None:
        self._session = session
        self._token = token
        self._base_url = base_url
        self._made: AsyncWebClient | None = None

    async def post(self, channel: str, message: Message) -> str:
        """A new message's timestamp."""
        send = self._client().chat_postMessage
        answer = await _sent(send, channel=channel, **_body(message))
        if not isinstance(stamp := answer.get("ts"), str):
            raise Retryable("Slack's answer holds no timestamp")
        return stamp

    async def edit(self, channel: str, timestamp: str, message: Message) -> None:
        """Replace one of our own messages."""
        await _sent(self._client().chat_update, channel=channel, ts=timestamp, **_body(message))

    async def check(self) -> None:
        """Whether Slack can be reached with this token. Raises `Retryable` or `Permanent`."""
        await _sent(self._client().auth_test)

    def _client(self) -> "AsyncWebClient":
        """Imported where first needed: it takes long, and many installations have no Slack."""
        if self._made is None:
            from slack_sdk.web.async_client import AsyncWebClient

            self._made = AsyncWebClient(
                token=self._token,
                base_url=self._base_url,
                session=self._session,
                timeout=TIMEOUT,
                retry_handlers=[],
            )
        return self._made


def _body(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": [dict(block) for block in message.blocks], **_QUIET}


async def _sent(send: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """One call; every failure is a fault that names no more than Slack's code."""
    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        async with asyncio.timeout(TIMEOUT):  # with a session of ours, the client does not heed its own
            return await send(**arguments)
    except SlackApiError as error:
        fault = _fault(error.response)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        fault = Retryable(f"Slack gave no answer ({type(error).__name__})")
    except (SlackClientError, AttributeError, ValueError) as error:  # an answer that is not Slack's
        fault = Retryable(f"Slack's answer could not be read ({type(error).__name__})")
    raise fault  # outside of the except: the client's errors hold the whole answer


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
    return Permanent(cause)


def _wait(headers: Any) -> timedelta | None:
    value = headers.get("Retry-After", "")
    return min(timedelta(seconds=int(value)), LONGEST_WAIT) if value.isdecimal() else None
