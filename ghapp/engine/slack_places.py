"""A release's message in Slack, and its thread; and on the pull request instead, where Slack takes neither.

One message tells of all environments that share a channel. The oldest of them, the teller, paints it; the others make
the teller due, so that the newest state is painted by one at a time.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ghapp.core.environment import Environment
from ghapp.core.standing import concerned
from ghapp.core.views import comment, slack
from ghapp.core.views.slack_blocks import Message, Part, message
from ghapp.engine.mentions import Mentions
from ghapp.engine.once import Once, Spot
from ghapp.engine.places import Paint, Painted, Place, Shown
from ghapp.ports import Change, Chat, Clock, Comments, Conflict, Permanent, Retryable, Store, Write

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
    clock: Clock
    web: str
    at_once: float = AT_ONCE

    def of(
        self, environment: Environment, all_of_them: Iterable[Environment], shown: Shown, painted: Shown
    ) -> list[Place]:
        """What an environment has to paint. `shown` was before, `painted` is by now: a thread hangs on its message."""
        channel, now = environment.terms.channel, self.clock()
        if channel is None:
            return []
        here = sorted(
            (one for one in all_of_them if one.terms.channel == channel), key=lambda one: (one.created_at, one.name)
        )
        if here[0].name != environment.name:
            return [self._handed_on(environment, here[0], now)]
        round_ = _Round(self, channel, here, painted, now)
        places = [place for pull in round_.pulls() for place in round_.of(pull)]
        places += round_.past({place.key for place in places}, shown)
        return [*places, *round_.left({place.key for place in places}, shown)]

    def _handed_on(self, environment: Environment, teller: Environment, now: datetime) -> Place:
        """Written where what this environment would say differs from what it last had told."""

        async def paint(painted: Painted | None) -> str:
            await self._make_due(environment.repository.id, teller.name)
            return teller.name

        pulls = sorted({pull.number for pull in concerned(environment)})
        own = [
            (slack.prompt([environment], pull, web=self.web, now=now), slack.thread(environment, pull, now=now))
            for pull in pulls
        ]
        return Place(f"told/{environment.terms.channel}", f"{teller.name} {own}", paint)

    async def _make_due(self, repository: int, name: str) -> None:
        """The same document once more: whoever paints it now does so again. Where it just changed, that is so."""
        rows = await self.store.load(repository)
        for row in (row for row in rows if row.name == name):
            again = Write(
                repository=row.repository,
                full_name=row.full_name,
                name=row.name,
                version=row.version,
                document=row.document,
            )
            with contextlib.suppress(Conflict):
                await self.store.record(
                    Change(id=uuid.uuid4().hex, at=self.clock(), repository=repository, writes=(again,))
                )


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
        wanted = self._prompt(self.here, pull)
        if wanted is None:
            return
        key = f"{PREFIX}{self.channel}/{pull}"
        leaves = slack.over(self.here[0], pull, now=self.now).text if wanted.offers else None
        yield Place(key, f"{wanted}", self._message(pull, wanted), leaves)
        for environment in self.here:
            details = slack.thread(environment, pull, now=self.now)
            if details:
                shown = f"{details}" if details.offers else details.text  # without buttons it may stay as it is
                yield Place(f"{key}/{details.mark}", shown, self._thread(key, details), details.text)

    def past(self, told: set[str], shown: Shown) -> Iterator[Place]:
        """The threads of what may still be rolled back, without their buttons: that it was is said there at last."""
        for environment in self.here:
            for pull in _may_be_undone(environment):
                begins = f"{PREFIX}{self.channel}/{pull}/{slack.thread_prefix(environment, pull)}"
                for key in (key for key in shown if key.startswith(begins) and key not in told):
                    if before := shown[key].leaves:
                        yield self._past(key, before, slack.taken_back(environment, pull, now=self.now))

    def _past(self, key: str, before: str, taken_back: str | None) -> Place:
        """As it was, or with its last line, after which nothing is to be said there."""
        text = f"{before}\n{taken_back}" if taken_back else before
        return Place(key, text, self._over(message(Part([text]))), None if taken_back else before)

    def left(self, told: set[str], shown: Shown) -> Iterator[Place]:
        """What offers something, and means nothing any more."""
        for key, before in shown.items():
            if key.startswith(f"{PREFIX}{self.channel}/") and key not in told and before.leaves is not None:
                yield Place(key, before.leaves, self._over(message(Part([before.leaves]))))

    def _prompt(self, environments: Sequence[Environment], pull: int) -> Message | None:
        return slack.prompt(environments, pull, web=self.places.web, now=self.now)

    def _message(self, pull: int, wanted: Message) -> Paint:
        async def paint(painted: Painted | None) -> str:
            self._in_time()
            known = painted.id if painted else ""
            try:
                return await self._shown(await self._mentioning(pull, wanted, known), known)
            except Permanent as fault:
                logger.warning("slack refuses", extra={"channel": self.channel, "why": str(fault)})
                return await self._elsewhere(pull, fault)

        return paint

    def _thread(self, key: str, details: Message) -> Paint:
        async def paint(painted: Painted | None) -> str:
            if (under := self.painted.get(key)) is None:
                raise Retryable("its message did not get through yet")
            _, _, timestamp = under.id.partition("/")
            if not timestamp:
                return ""  # where its message is not, there is no thread
            self._in_time()
            return await self._shown(details, painted.id if painted else "", thread=timestamp)

        return paint

    def _over(self, rest: Message) -> Paint:
        async def paint(painted: Painted | None) -> str:
            channel, _, timestamp = painted.id.partition("/") if painted else ("", "", "")
            if painted and timestamp:
                self._in_time()
                await self.places.chat.edit(channel, timestamp, rest)
                return painted.id
            return ""

        return paint

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

    async def _shown(self, wanted: Message, known: str, thread: str | None = None) -> str:
        """Edited where it is. Before a first post it is looked for: whoever began one may not have come to note it."""
        channel, _, timestamp = known.partition("/")
        if timestamp and await self.places.chat.edit(channel, timestamp, wanted):
            return known  # else somebody has deleted it, and what it asks for still stands
        since = min(one.created_at for one in self.here)
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
