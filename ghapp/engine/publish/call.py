"""Publishes calls: the first time posts one and mentions the waiter, later ones edit it, the last one closes it."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from ghapp.core.model.environment import Environment
from ghapp.core.model.published import Message
from ghapp.core.views import call as view
from ghapp.core.views.call import Call
from ghapp.core.views.slack_blocks import name_repository
from ghapp.engine.publish.create_once import post_once
from ghapp.engine.publish.mentions import Mentions
from ghapp.engine.publish.post_comment_once import Spot, post_comment_once, replace_comment
from ghapp.engine.publish.projections import Projection, Published, Rendered, Shown
from ghapp.ports import Archive, Chat, Clock, Comments, NotThere, Permanent

PREFIX = "call/"
COMMENT = "!"  # before the id of a comment

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CallProjections:
    """Publishes calls in the environment's channel; without Slack, or where it refuses one, on the pull request."""

    comments: Comments
    chat: Chat | None
    mentions: Mentions | None
    clock: Clock
    archive: Archive

    def of(self, environment: Environment, shown: Shown) -> Iterator[Projection]:
        """The open calls; and once more those that were open until now, which lose their buttons."""
        standing = view.calls(environment, self.clock())
        for call in standing:
            before = shown.get(f"{PREFIX}{call}")
            if before and _in_another_channel(before.id, environment.config.channel):
                yield self._moved(environment, call, before)
            else:
                yield self._projection(environment, call, "")
        known = {f"{PREFIX}{call}" for call in standing}
        for key, before in shown.items():
            if key.startswith(PREFIX) and key not in known and before.final_text is not None:
                yield self._projection(environment, view.read_call(key.removeprefix(PREFIX)), None)

    def _projection(self, environment: Environment, call: Call, final_text: str | None) -> Projection:
        def render() -> Rendered:
            wanted = view.message(environment, call, now=self.clock())
            return Rendered(f"{wanted}", partial(self._publish, environment, call, wanted), final_text)

        return Projection(f"{PREFIX}{call}", render)

    def _moved(self, environment: Environment, call: Call, before: Published) -> Projection:
        """A call in the environment's former channel: edited once to say where it goes on, with no new mention."""
        wanted = view.moved(environment, call, now=self.clock())

        def render() -> Rendered:
            text = None if before.final_text is None else wanted.text
            return Rendered(text, partial(self._edit_known, environment, wanted))

        return Projection(f"{PREFIX}{call}", render)

    async def _edit_known(self, environment: Environment, wanted: Message, published: Published | None) -> str:
        known = published.id if published else ""
        channel, _, timestamp = known.partition("/")
        if self.chat and timestamp:
            with contextlib.suppress(NotThere):  # the channel itself was deleted
                await self.chat.edit(channel, timestamp, await self._told_apart(environment, wanted))
        return known

    async def _publish(self, environment: Environment, call: Call, wanted: Message, published: Published | None) -> str:
        channel, known = environment.config.channel, published.id if published else ""
        if known and not known.startswith(COMMENT):
            return await self._edit_known(environment, wanted, published)
        if self.chat is None or channel is None or known:
            return await self._comment(environment, call, known, None)
        try:
            return await self._in_slack(self.chat, environment, call, wanted, channel)
        except Permanent as fault:
            logger.warning("slack refuses", extra={"channel": channel, "why": str(fault)})
            return await self._comment(environment, call, "", (channel, str(fault)))

    async def _in_slack(self, chat: Chat, environment: Environment, call: Call, wanted: Message, channel: str) -> str:
        """Posts a call once. A deleted one is not posted anew: it has notified already."""
        shown = await self._told_apart(environment, wanted)
        if found := await chat.find(channel, wanted.mark, since=call.at):
            await chat.edit(channel, found, shown)
            return f"{channel}/{found}"
        if not wanted.offers:
            return ""
        shown = await self._told_apart(environment, await self._mentioning(environment, call, wanted))
        return f"{channel}/{await post_once(chat, channel, shown, since=call.at)}"

    async def _mentioning(self, environment: Environment, call: Call, wanted: Message) -> Message:
        found = await self.mentions.of(environment.repository, wanted.unlinked) if self.mentions else {}
        return view.message(environment.with_people(found), call, now=self.clock()) if found else wanted

    async def _told_apart(self, environment: Environment, message: Message) -> Message:
        """Names the repository in each line, where several repositories share the channel."""
        shared = len(await self.archive.found_by(environment.config.channel or "")) > 1
        return name_repository(message, environment.repository.full_name) if shared else message

    async def _comment(self, environment: Environment, call: Call, known: str, refused: tuple[str, str] | None) -> str:
        body = view.comment(environment, call, now=self.clock(), refused=refused)
        made, says = int(known.removeprefix(COMMENT) or 0), False
        if not made and call not in view.calls(environment, self.clock()):
            return ""  # never posted, and closed by now
        if not made:
            spot = Spot(environment.repository, call.pull, view.marker(environment, call), call.at)
            made, says = await post_comment_once(self.comments, spot, body, look=True)
        if not says:
            await replace_comment(self.comments, environment.repository, made, body)
        return f"{COMMENT}{made}"


def _in_another_channel(known: str, channel: str | None) -> bool:
    """Whether it is a Slack message in another channel."""
    there, _, timestamp = known.partition("/")
    return timestamp != "" and there != channel
