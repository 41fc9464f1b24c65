"""Slack's messages, replies and modals. The queue retries, so no call is tried twice here."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from ghapp.adapters.slack.calls import REVOKED, TIMEOUT, Calls, SlackRefused
from ghapp.adapters.slack.pace import Pace
from ghapp.core.model.published import Block, Message, Question
from ghapp.core.model.slack_person import SlackPerson
from ghapp.ports import (
    Clock,
    Complaint,
    Home,
    Names,
    NotThere,
    Permanent,
    Retryable,
    check_in_hand,
    taking_back,
    utc_now,
)

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

DELETED = "message_not_found"
CHANNEL_GONE = "channel_not_found"  # or it is private, and the bot is not in it
EVENT = "ghapp"  # the event type of our messages' metadata
PAGES = 3  # of a channel's newest messages, 100 each
CLOCKS_APART = timedelta(minutes=1)  # Slack dates messages by its own clock
SCOPES = frozenset(
    {
        *("commands", "chat:write", "chat:write.public", "users:read", "users:read.email"),
        *("channels:history", "groups:history", "channels:read", "groups:read"),
    }
)
REPLY_HOSTS = ("https://hooks.slack.com/",)
_NOT_OURS_TO_ASK = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "not_allowed_token_type"})
_POSTER = (("bot_id", "bot_id"), ("user_id", "user"))  # of a token, and of a message
_QUIET = {"unfurl_links": False, "unfurl_media": False, "link_names": False}


class SlackChat:
    """The port `Chat`. `base_url` ends in `/api/`; a response address must be Slack's, or of the same origin.

    `refused`: how many posts and edits Slack has refused permanently, by its code.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        token: str,
        base_url: str = "https://slack.com/api/",
        pace: Pace | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._clock = clock
        self._uninvited: dict[str, None] = {}
        self.refused: Counter[str] = Counter()
        self._session = session
        self._pace = pace or Pace(0)
        self._token = token
        self._base_url = base_url
        self._replies: tuple[str, ...] = REPLY_HOSTS
        if base_url != "https://slack.com/api/":
            self._replies = (*REPLY_HOSTS, base_url.removesuffix("api/"))
        self._made: AsyncWebClient | None = None
        self._home: Home | None = None
        self._calls = Calls(clock)
        self._identity: Any = None  # Slack's answer about our token

    async def home(self) -> Home:
        """Read once: a token belongs to one workspace and one App."""
        if self._home is None:
            told = await self._token_of()
            self._home = Home(str(told["team_id"]), await self._app(str(told.get("bot_id", ""))))
        return self._home

    async def workspace(self) -> str:
        """Its name. Raises `SlackRefused` for a token that is of no use."""
        return str((await self._token_of())["team"])

    async def bot(self) -> str:
        """The name by which people invite the bot. Raises `SlackRefused` for a token that is of no use."""
        return str((await self._token_of()).get("user", ""))

    async def closed(self, channel: str) -> str:
        """The code with which Slack refuses to show the bot a channel's messages; empty where it shows them.

        That is the call with which a posted message is found again. Raises `Retryable`.
        https://docs.slack.dev/reference/methods/conversations.history
        """
        try:
            await self._calls.sent(self._client().conversations_history, channel=channel, limit=1)
        except SlackRefused as refusal:
            return refusal.code or "refused"
        return ""

    async def channel_named(self, name: str) -> str | None:
        """The id of a public channel, searched in the first 3000; None if it is not among them.

        Requires the scope `channels:read`. Raises `Retryable` or `Permanent`.
        """
        cursor = ""
        for _ in range(PAGES):
            page = await self._calls.sent(
                self._client().conversations_list,
                types="public_channel",
                limit=1000,
                cursor=cursor,
                exclude_archived=True,
            )
            if found := [str(one["id"]) for one in page["channels"] if one.get("name") == name]:
                return found[0]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return None

    async def person(self, user: str) -> SlackPerson:
        found = (await self._calls.sent(self._client().users_info, user=user))["user"]
        return SlackPerson(
            id=str(found["id"]),
            team=str(found.get("team_id", "")),
            guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")),
            stranger=bool(found.get("is_stranger")),
            deleted=bool(found.get("deleted")),
            bot=bool(found.get("is_bot")),
        )

    async def token_problem(self) -> str:
        """Asks Slack, whatever it said before."""
        try:
            await self._looked_at()
        except SlackRefused as refusal:
            return _of_no_use(refusal)
        return ""

    async def names(self, user: str) -> Names:
        """The display name, else the full name, else the short one: members may leave the first ones empty."""
        told = await self._token_of()
        found = (await self._calls.sent(self._client().users_info, user=user))["user"]
        profile = found.get("profile") or {}
        shown = (profile.get("display_name"), profile.get("real_name"), found.get("name"), user)
        return Names(next(str(one) for one in shown if one), str(told.get("team") or told["team_id"]))

    async def member(self, email: str) -> str | None:
        """By the e-mail of the Slack profile; requires the scope `users:read.email`."""
        try:
            found = (await self._calls.sent(self._client().users_lookupByEmail, email=email))["user"]
        except SlackRefused as fault:
            if fault.code == "users_not_found":
                return None
            raise
        return None if found.get("deleted") else str(found["id"])

    async def post(self, channel: str, message: Message, *, thread: str | None = None) -> str:
        body = {**_body(message), **({"thread_ts": thread} if thread else {})}
        answer = await self._said(channel, self._client().chat_postMessage, **body)
        if not isinstance(stamp := answer.get("ts"), str):
            raise Retryable("Slack's answer holds no timestamp")
        return stamp

    async def delete(self, channel: str, timestamp: str) -> None:
        try:
            with taking_back():
                await self._calls.sent(self._client().chat_delete, channel=channel, ts=timestamp)
        except SlackRefused as fault:
            if fault.code not in (DELETED, CHANNEL_GONE):
                raise

    async def edit(self, channel: str, timestamp: str, message: Message) -> bool:
        try:
            await self._said(channel, self._client().chat_update, ts=timestamp, **_body(message))
        except SlackRefused as fault:
            if fault.code == CHANNEL_GONE:
                raise NotThere(str(fault)) from None
            if fault.code != DELETED:
                raise
            return False
        return True

    async def find(self, channel: str, mark: str, *, since: datetime, thread: str | None = None) -> str | None:
        """Searches the newest messages of the channel, or the thread. Returns our oldest: any App may post any mark."""
        client, cursor, oldest_found = self._client(), "", None
        listed = client.conversations_replies if thread else client.conversations_history
        # with the older end alone Slack would begin there; and it lists a thread from its beginning
        oldest, latest = since - CLOCKS_APART, self._clock() + CLOCKS_APART
        among = {"oldest": _stamp(oldest), "latest": _stamp(latest), **({"ts": thread} if thread else {})}
        for _ in range(PAGES):
            try:
                page = await self._calls.sent(
                    listed, channel=channel, limit=100, cursor=cursor, include_all_metadata=True, **among
                )
            except SlackRefused as fault:
                if fault.code not in _NOT_OURS_TO_ASK:
                    raise
                if fault.code == "not_in_channel":
                    self._uninvited[channel] = None
                return None
            self._uninvited.pop(channel, None)
            found = [str(one["ts"]) for one in page["messages"] if _mark(one) == mark and await self._is_ours(one)]
            oldest_found = min((*found, *([oldest_found] if oldest_found else [])), key=float, default=None)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return oldest_found

    async def whisper(self, channel: str, user: str, message: Message, *, reply: str) -> None:
        """Uses the response address as long as Slack takes answers there, else an ephemeral message."""
        check_in_hand()
        if reply.startswith(self._replies):
            body = {**_body(message), "response_type": "ephemeral", "replace_original": False}
            if await self._replied(reply, body):
                return
        await self._calls.sent(self._client().chat_postEphemeral, channel=channel, user=user, **_body(message))

    async def channels(self, user: str) -> frozenset[str]:
        """https://docs.slack.dev/reference/methods/users.conversations: in the first 3000."""
        found, cursor, kinds = set[str](), "", "public_channel,private_channel"
        for _ in range(PAGES):
            asked = {"user": user, "types": kinds, "exclude_archived": True, "limit": 999, "cursor": cursor}
            page = await self._calls.sent(self._client().users_conversations, **asked)
            found |= {str(one["id"]) for one in page["channels"]}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return frozenset(found)

    async def show_home(self, user: str, blocks: Sequence[Block]) -> None:
        check_in_hand()
        view = {"type": "home", "blocks": [dict(block) for block in blocks]}
        await self._calls.sent(self._client().views_publish, user_id=user, view=view)

    async def ask(self, trigger: str, question: Question) -> None:
        check_in_hand()
        await self._calls.sent(self._client().views_open, trigger_id=trigger, view=_modal(question))

    async def complaints(self) -> Sequence[Complaint]:
        """Problems of this token that people have to fix. Raises `Retryable`."""
        try:
            answer = await self._looked_at()
        except SlackRefused as refusal:
            return (Complaint(_of_no_use(refusal)),)
        given = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")} - {""}
        lacking = sorted(SCOPES - given) if given else []
        found = [f"missing scopes: {', '.join(lacking)}"] if lacking else []
        found += [f"invite the bot to {one}: it cannot read what it posts there" for one in self._uninvited]
        return tuple(map(Complaint, found))

    async def _looked_at(self) -> Any:
        """Slack's answer about our token now. Raises `SlackRefused` for one that is of no use, and `Retryable`."""
        self._calls.look_again()
        return await self._calls.sent(self._client().auth_test)

    async def _token_of(self) -> Any:
        """The workspace, user and bot of our token, read once."""
        if self._identity is None:
            self._identity = await self._calls.sent(self._client().auth_test)
        return self._identity

    async def _is_ours(self, message: dict[str, Any]) -> bool:
        """Whether our bot posted it. Slack itself names the poster."""
        own = await self._token_of()
        return any(own.get(mine) and own[mine] == message.get(its) for mine, its in _POSTER)

    async def _said(self, channel: str, send: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
        await self._pace.turn(channel)
        check_in_hand()
        try:
            return await self._calls.sent(send, channel=channel, **arguments)
        except SlackRefused as fault:
            if fault.code != DELETED:
                self.refused[fault.code] += 1
            raise
        except Retryable as fault:
            self._pace.hold(channel, fault.after)
            raise

    async def _app(self, bot: str) -> str | None:
        try:
            found = await self._calls.sent(self._client().bots_info, bot=bot)
        except Permanent:
            return None  # without that scope the signature alone shows that a request is for our App
        app = found["bot"].get("app_id")
        return str(app) if app else None

    async def _replied(self, reply: str, body: dict[str, Any]) -> bool:
        """False where Slack takes no more answers: five at most, within half an hour."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with self._session.post(reply, json=body, timeout=timeout, allow_redirects=False) as response:
                await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            cause = f"Slack gave no answer ({type(error).__name__})"
        else:
            if status < 500 and status != 429:
                return status == 200
            cause = f"Slack answered {status}"
        raise Retryable(cause)

    def _client(self) -> "AsyncWebClient":
        """Imported at the first use: it takes long, and many installations have no Slack."""
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


def _of_no_use(refusal: SlackRefused) -> str:
    said = f"refused: {refusal}, so SLACK_BOT_TOKEN is of no use"
    if refusal.code not in REVOKED:
        return said
    return (
        f"{said}: install the app into the workspace again, set its new token and restart; nothing is sent until then"
    )


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _body(message: Message) -> dict[str, Any]:
    marked = {"metadata": {"event_type": EVENT, "event_payload": {"mark": message.mark}}} if message.mark else {}
    return {"text": message.text, "blocks": [dict(block) for block in message.blocks], **marked, **_QUIET}


def _mark(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    mark = (metadata.get("event_payload") or {}).get("mark") if metadata.get("event_type") == EVENT else None
    return mark if isinstance(mark, str) else None


def _modal(question: Question) -> dict[str, Any]:
    def plain(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    return {
        "type": "modal",
        "callback_id": "unlock",
        "private_metadata": question.carries,
        "title": plain(question.title),
        "submit": plain(question.submit),
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": question.text, "verbatim": True}},
            {
                "type": "input",
                "block_id": "reason",
                "label": plain(question.label),
                "element": {"type": "plain_text_input", "action_id": "reason", "max_length": 200},
            },
        ],
    }
