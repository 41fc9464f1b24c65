"""A release's message in Slack, and its thread; and on the pull request instead, where Slack takes neither."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ghapp.core.environment import Environment
from ghapp.core.views import comment, slack
from ghapp.core.views.slack import Message
from ghapp.engine.once import Once, Spot
from ghapp.engine.places import Paint, Painted, Place
from ghapp.ports import Chat, Clock, Comments, Permanent

ELSEWHERE = "!"  # before the id of the comment that stands for a message

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlackPlaces:
    """The places of one channel. `painted`: what was painted so far, since a thread hangs on its message."""

    chat: Chat
    comments: Comments
    clock: Clock
    web: str
    channel: str
    painted: Mapping[str, Painted]

    def of(self, environment: Environment, pull: int, now: datetime) -> Iterator[Place]:
        """The message of a release, and its thread, as far as there is something to say."""
        message = slack.prompt(environment, pull, web=self.web, now=now)
        if message is None:
            return
        key = f"slack/{pull}"
        yield Place(key, f"{message}", self._message(environment, pull, message, now))
        details = slack.thread(environment, pull, now=now)
        if details:
            yield Place(f"thread/{pull}/{details.mark}", f"{details}", self._thread(key, details))

    def _message(self, environment: Environment, pull: int, message: Message, now: datetime) -> Paint:
        async def paint(painted: Painted | None) -> str:
            known = painted.id if painted else ""
            try:
                return await self._shown(message, known, environment.created_at)
            except Permanent as fault:
                logger.warning("slack refuses", extra={"channel": self.channel, "why": str(fault)})
                return await self._elsewhere(environment, pull, fault, now)

        return paint

    def _thread(self, key: str, details: Message) -> Paint:
        async def paint(painted: Painted | None) -> str:
            under = self.painted.get(key)
            _, _, timestamp = under.id.partition("/") if under else ("", "", "")
            if not timestamp:
                return ""  # where its message is not, there is no thread
            return await self._shown(details, painted.id if painted else "", None, thread=timestamp)

        return paint

    async def _shown(self, message: Message, known: str, since: datetime | None, thread: str | None = None) -> str:
        """Edited where it is. Before a first post it is looked for: whoever began one may not have come to note it."""
        channel, _, timestamp = known.partition("/")
        if timestamp:
            await self.chat.edit(channel, timestamp, message)
            return known
        found = await self.chat.find(self.channel, message.mark, since=since or self.clock(), thread=thread)
        if found:
            await self.chat.edit(self.channel, found, message)
        return f"{self.channel}/{found or await self.chat.post(self.channel, message, thread=thread)}"

    async def _elsewhere(self, environment: Environment, pull: int, fault: Permanent, now: datetime) -> str:
        """As a comment, which says why. Slack is tried again at the next change."""
        body = comment.prompt(environment, pull, web=self.web, now=now, refused=(self.channel, str(fault)))
        assert body
        spot = Spot(environment.repository, pull, comment.prompt_marker(environment, pull), environment.created_at)
        made, says = await Once(self.comments, self.clock).post(spot, body, look=True)
        if not says:
            await self.comments.edit(spot.repository, made, body)
        return f"{ELSEWHERE}{made}"
