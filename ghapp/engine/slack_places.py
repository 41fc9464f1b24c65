"""A release's message in Slack, and its thread; and on the pull request instead, where Slack takes neither.

One message tells of all environments that share a channel. The oldest of them, the teller, paints it; the others make
the teller due, so that the newest state is painted by one at a time.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from ghapp.core.environment import Environment
from ghapp.core.standing import concerned
from ghapp.core.views import comment, slack
from ghapp.core.views.slack_blocks import Message, Part, message, name_repository
from ghapp.engine.documents import make_due
from ghapp.engine.failures import Failures, PlaceFailed
from ghapp.engine.mentions import Mentions
from ghapp.engine.once import Once, Spot
from ghapp.engine.places import Painted, Place, Rendered, Shown
from ghapp.ports import Archive, Chat, Clock, Comments, Permanent, Retryable, Store

UNDONE_IN_TURN = 3  # releases before the live one whose threads are kept: one rollback after another leads there
ELSEWHERE = "!"  # before the id of the comment that stands for a message
PREFIX = "slack/"
AT_ONCE = 45.0  # seconds of painting, much less than a lease; what is left over is painted as it is by then

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SlackPlaces:
    """The places of repositories in their channels. `at_once`: seconds that one painting may take."""

    chat: Chat
    comments: Comments
    store: Store
    mentions: Mentions
    failures: Failures
    clock: Clock
    web: str
    archive: Archive
    at_once: float = AT_ONCE

    def of(
        self, environment: Environment, all_of_them: Iterable[Environment], shown: Shown, painted: Shown
    ) -> Iterator[Place]:
        """What an environment has to paint. `shown` was before, `painted` is by now: a thread hangs on its message.

        Each place is listed after the ones before it were painted.
        """
        channel, now = environment.terms.channel, self.clock()
        if channel is None:
            return
        here = sorted(
            (one for one in all_of_them if one.terms.channel == channel), key=lambda one: (one.created_at, one.name)
        )
        if here[0].name != environment.name:
            yield self._handed_on(environment, here[0], now)
            return
        round_ = _Round(self, channel, here, painted, now)
        for pull in round_.pulls():
            yield from round_.of(pull)
        yield from round_.past(shown)
        yield from round_.left(shown)

    def _handed_on(self, environment: Environment, teller: Environment, now: datetime) -> Place:
        """Written where what this environment would say differs from what it last had told."""

        async def paint(painted: Painted | None) -> str:
            await self._make_due(environment.repository.id, teller.name)
            return teller.name

        def render() -> Rendered:
            pulls = sorted({pull.number for pull in concerned(environment)})
            return Rendered(f"{teller.name} {[self._told(environment, pull, now) for pull in pulls]}", paint)

        return Place(f"told/{environment.terms.channel}", render)

    def _told(self, environment: Environment, pull: int, now: datetime) -> str:
        """What it says of one release. One that cannot be rendered keeps no other from being told."""
        with (
            contextlib.suppress(PlaceFailed),
            self.failures.confined(f"told/{pull}", environment.repository, environment.name),
        ):
            message = slack.prompt([environment], pull, web=self.web, now=now)
            return f"{message} {slack.thread(environment, pull, now=now)}"
        return ""

    async def _make_due(self, repository: int, name: str) -> None:
        for row in await self.store.load(repository):
            if row.name == name:
                await make_due(self.store, row, self.clock())


def _may_be_undone(environment: Environment) -> Iterable[int]:
    """The pull requests that a rollback may take back, or has just."""
    undone = environment.deployment.order.undoes if environment.deployment else None
    lately = (undone, environment.live, *environment.earlier[:UNDONE_IN_TURN])
    return dict.fromkeys(revision.pull.number for revision in lately if revision)


@dataclass(frozen=True, slots=True)
class _Round:
    """One painting of all messages of a channel, by its teller, from the state of one moment."""

    places: SlackPlaces
    channel: str
    here: Sequence[Environment]
    painted: Mapping[str, Painted]
    now: datetime
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def pulls(self) -> list[int]:
        """The pull requests of which something is to be said."""
        return list(dict.fromkeys(pull.number for one in self.here for pull in concerned(one)))

    def of(self, pull: int) -> Iterator[Place]:
        """The message of a release, and what hangs on it."""
        key = f"{PREFIX}{self.channel}/{pull}"
        yield Place(key, partial(self._message, pull))
        for environment in self.here:
            if mark := slack.thread_mark(environment, pull):
                yield Place(f"{key}/{mark}", partial(self._details, key, environment, pull))

    def past(self, shown: Shown) -> Iterator[Place]:
        """The threads of what may still be rolled back, without their buttons: that it was is said there at last."""
        for environment in self.here:
            for pull in _may_be_undone(environment):
                begins = f"{PREFIX}{self.channel}/{pull}/{slack.thread_prefix(environment, pull)}"
                for key, before in shown.items():
                    if key.startswith(begins) and key not in self.painted and before.leaves:
                        yield Place(key, partial(self._past, environment, pull, before.leaves))

    def left(self, shown: Shown) -> Iterator[Place]:
        """What is spoken of no more says once what became of it: nothing was painted there in this round."""
        for key, before in shown.items():
            if key.startswith(f"{PREFIX}{self.channel}/") and key not in self.painted and before.leaves is not None:
                yield Place(key, partial(self._rest, key, before.leaves))

    def _message(self, pull: int) -> Rendered | None:
        wanted = self._prompt(self.here, pull)
        if wanted is None:
            return None
        leaves = slack.left(self.here, pull, now=self.now)
        return Rendered(f"{wanted}", partial(self._paint_message, pull, wanted), leaves)

    def _details(self, key: str, environment: Environment, pull: int) -> Rendered | None:
        """Under its message: where that says nothing, or did not get through yet, nothing can hang on it."""
        under, details = self.painted.get(key), slack.thread(environment, pull, now=self.now)
        if under is None or details is None:
            return None
        text = f"{details}" if details.offers else details.text  # without buttons it may stay as it is
        attempt = environment.deployment
        since = attempt.order.at if attempt else environment.created_at
        return Rendered(text, partial(self._paint_details, under, details, since), details.text)

    def _past(self, environment: Environment, pull: int, before: str) -> Rendered:
        """As it was, or with its last line, after which nothing is to be said there."""
        taken_back = slack.taken_back(environment, pull, now=self.now)
        text = f"{before}\n{taken_back}" if taken_back else before
        return Rendered(text, partial(self._paint_rest, message(Part([text]))), None if taken_back else before)

    def _rest(self, key: str, leaves: str) -> Rendered:
        pull = key.removeprefix(f"{PREFIX}{self.channel}/")
        became = self._prompt(self.here, int(pull)) if pull.isdigit() else None
        rest = became or message(Part([leaves]))
        return Rendered(rest.text, partial(self._paint_rest, rest))

    def _prompt(self, environments: Sequence[Environment], pull: int) -> Message | None:
        return slack.prompt(environments, pull, web=self.places.web, now=self.now)

    async def _paint_message(self, pull: int, wanted: Message, painted: Painted | None) -> str:
        self._in_time()
        known = painted.id if painted else ""
        try:
            since = min(one.created_at for one in self.here)
            return await self._shown(await self._mentioning(pull, wanted, known), known, since)
        except Permanent as fault:
            logger.warning("slack refuses", extra={"channel": self.channel, "why": str(fault)})
            return await self._elsewhere(pull, fault)

    async def _paint_details(self, under: Painted, details: Message, since: datetime, painted: Painted | None) -> str:
        _, _, timestamp = under.id.partition("/")
        if not timestamp:
            return ""  # where its message is not, there is no thread
        self._in_time()
        return await self._shown(details, painted.id if painted else "", since, thread=timestamp)

    async def _paint_rest(self, rest: Message, painted: Painted | None) -> str:
        channel, _, timestamp = painted.id.partition("/") if painted else ("", "", "")
        if timestamp:
            self._in_time()
            await self.places.chat.edit(channel, timestamp, rest)
            return f"{channel}/{timestamp}"
        return ""

    def _in_time(self) -> None:
        """Slack takes one message a second: where many are due, the rest waits and tells what is so by then."""
        if asyncio.get_running_loop().time() - self.began > self.places.at_once:
            raise Retryable("there is more to be said in Slack", after=timedelta(seconds=1))

    async def _mentioning(self, pull: int, wanted: Message, known: str) -> Message:
        """Whom the config does not link is mentioned if their e-mail tells who they are: only when it is written.

        An edit mentions nobody anew, so it waits for nobody who could tell.
        """
        found: Mapping[str, str] = {}
        try:
            found = await self.places.mentions.of(self.here[0].repository, wanted.unlinked)
        except Retryable:
            if not known:
                raise
        linked = [one.with_people(found) for one in self.here] if found else ()
        return (self._prompt(linked, pull) if linked else None) or wanted

    async def _shown(self, wanted: Message, known: str, since: datetime, thread: str | None = None) -> str:
        """Edited where it is. Before a first post it is looked for among what was posted from `since` on: whoever
        began one may not have come to note it."""
        if len(await self.places.archive.in_channel(self.channel)) > 1:
            wanted = name_repository(wanted, self.here[0].repository.full_name)
        channel, _, timestamp = known.partition("/")
        if timestamp and await self.places.chat.edit(channel, timestamp, wanted):
            return known  # else somebody has deleted it, and what it asks for still stands
        found = await self.places.chat.find(self.channel, wanted.mark, since=since, thread=thread)
        if found:
            await self.places.chat.edit(self.channel, found, wanted)
        elif wanted.old or (timestamp and not wanted.offers):
            return ""  # nobody asks for it
        return f"{self.channel}/{found or await self.places.chat.post(self.channel, wanted, thread=thread)}"

    async def _elsewhere(self, pull: int, fault: Permanent) -> str:
        """As a comment for each environment, the first of which says why. Slack is tried again at the next change."""
        refused: tuple[str, str] | None = (self.channel, str(fault))
        made = ""
        for one in self.here:
            body = comment.prompt(one, pull, web=self.places.web, now=self.now, refused=refused)
            if body:
                made, refused = await self._comment(one, pull, body), None
        return f"{ELSEWHERE}{made}"

    async def _comment(self, environment: Environment, pull: int, body: str) -> str:
        comments = self.places.comments
        spot = Spot(environment.repository, pull, comment.prompt_marker(environment, pull), environment.created_at)
        made, says = await Once(comments, self.places.clock).post(spot, body, look=True)
        if not says:
            await comments.edit(spot.repository, made, body)
        return str(made)
