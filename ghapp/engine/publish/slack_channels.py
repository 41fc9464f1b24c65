"""The Slack channels of a repository: which environment publishes the messages of each.

One message covers all environments of a channel. Only the oldest, the teller, publishes it; the others make it due.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core.model.environment import Environment
from ghapp.core.rules.next_step import next_step
from ghapp.core.rules.release_status import pulls_to_show
from ghapp.core.views import slack
from ghapp.engine.documents import PEOPLE, documents, make_due, readable
from ghapp.engine.failures import Failures, PlaceFailed
from ghapp.engine.publish.backoff import Refusals
from ghapp.engine.publish.mentions import Mentions
from ghapp.engine.publish.projections import Projection, Published, Rendered, Shown
from ghapp.engine.publish.slack_messages import PREFIX, SlackMessages
from ghapp.ports import Archive, Chat, Clock, Comments, Store

TELLER = "teller/"
AT_ONCE = 45.0  # seconds of publishing; the rest is published later, from the state by then
SELDOM = timedelta(hours=1)  # a look at a run that goes on may wait for the messages


@dataclass(slots=True)
class SlackChannels:
    """Lists the messages of a repository's channels. `at_once`: seconds that one update may take."""

    chat: Chat
    comments: Comments
    store: Store
    mentions: Mentions
    failures: Failures
    refusals: Refusals
    clock: Clock
    web: str
    archive: Archive
    at_once: float = AT_ONCE

    def of(
        self, environment: Environment, all_of_them: Iterable[Environment], shown: Shown, published: Shown
    ) -> Iterator[Projection]:
        """Its projections. `shown`: the notes before, `published`: by now, since a thread needs its message.

        Each is listed after the ones before it were published.
        """
        channel, now = environment.config.channel, self.clock()
        if channel is None:
            return
        here = _speaking_in(channel, all_of_them)
        if here[0].name != environment.name:
            yield self._handed_on(environment, here[0], now)
            return
        messages = SlackMessages(self, environment, channel, here, published, now)
        for pull in messages.pulls():
            yield from messages.of(pull)
        yield from messages.past(shown)
        yield from messages.final_edits(shown)

    def moved(self, environment: Environment, all_of_them: Sequence[Environment], shown: Shown) -> Iterator[Projection]:
        """Messages in its former channels: a last edit of each says where it goes on."""
        for channel in dict.fromkeys(key.split("/")[1] for key in shown if key.startswith((PREFIX, TELLER))):
            if channel != environment.config.channel:
                here, now = _speaking_in(channel, all_of_them), self.clock()
                yield from SlackMessages(self, environment, channel, here, {}, now).final_edits(shown)
                if here:
                    yield self._taken_over(environment, channel, here[0])

    def _taken_over(self, environment: Environment, channel: str, teller: Environment) -> Projection:
        """The teller of the channel publishes its messages without this environment's part."""

        async def publish(published: Published | None) -> str:
            await self._make_due(environment.repository.id, teller.name)
            return ""

        return Projection(f"{TELLER}{channel}", lambda: Rendered("", publish))

    def _handed_on(self, environment: Environment, teller: Environment, now: datetime) -> Projection:
        """Makes the teller due where this environment's part of the messages has changed."""

        async def publish(published: Published | None) -> str:
            await self._make_due(environment.repository.id, teller.name)
            return teller.name

        def render() -> Rendered:
            pulls = sorted({pull.number for pull in pulls_to_show(environment)})
            return Rendered(f"{teller.name} {[self._part_of(environment, pull, now) for pull in pulls]}", publish)

        return Projection(f"{TELLER}{environment.config.channel}", render)

    def _part_of(self, environment: Environment, pull: int, now: datetime) -> str:
        """Its part of the message of one release. One that cannot be rendered does not stop the others."""
        with (
            contextlib.suppress(PlaceFailed),
            self.failures.confined(f"teller/{pull}", environment.repository, environment.name),
        ):
            message = slack.prompt([environment], pull, web=self.web, now=now)
            return f"{message} {slack.thread(environment, pull, now=now)}"
        return ""

    async def has_step_due(self, environment: Environment) -> bool:
        """Whether the environment has changed since, and a step is due by now: a release that was granted meanwhile."""
        rows = await self.store.load(environment.repository.id)
        current = documents(row for row in rows if row.name in (environment.name, PEOPLE))
        changed = (one for one in readable(current) if one != environment)
        return any(next_step(one, self.clock(), poll=SELDOM) for one in changed)

    async def _make_due(self, repository: int, name: str) -> None:
        for row in await self.store.load(repository):
            if row.name == name:
                await make_due(self.store, row, self.clock())


def _speaking_in(channel: str, environments: Iterable[Environment]) -> list[Environment]:
    """The channel's environments, the oldest first, which is the teller."""
    here = (one for one in environments if one.config.channel == channel)
    return sorted(here, key=lambda one: (one.created_at, one.name))
