"""The messages of a channel: each release's own, its thread, and the comments that replace it."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ghapp.core.model.environment import Environment
from ghapp.core.model.published import Message
from ghapp.core.rules.release_status import pulls_to_show
from ghapp.core.views import comment, slack
from ghapp.core.views.slack_blocks import Part, message, name_repository
from ghapp.engine.publish.create_once import post_once
from ghapp.engine.publish.post_comment_once import Spot, replace_comment, show_comment
from ghapp.engine.publish.projections import Projection, Published, Rendered, Shown, fingerprint_of
from ghapp.ports import NotThere, Retryable

if TYPE_CHECKING:
    from ghapp.engine.publish.slack_channels import SlackChannels

UNDONE_IN_TURN = 3  # releases before the live one whose threads are kept: repeated rollbacks lead there
STAND_IN = "!"  # before the environment whose comment replaces a message
PREFIX = "slack/"


def _may_be_undone(environment: Environment) -> Iterable[int]:
    """The pull requests that a rollback may undo, or has just undone."""
    undone = environment.deployment.grant.undoes if environment.deployment else None
    lately = (undone, environment.live, *environment.earlier[:UNDONE_IN_TURN])
    return dict.fromkeys(revision.pull.number for revision in lately if revision)


class MoreToSay(Retryable):
    """The rest of the messages, left for a step that is due or for other work. No failure, so it is not logged."""


@dataclass(frozen=True, slots=True)
class SlackMessages:
    """One update of all messages of a channel, from the state of one moment. `teller`: the environment that publishes
    them, or did until its channel changed; `here`: the environments of the channel now."""

    channels: "SlackChannels"
    teller: Environment
    channel: str
    here: Sequence[Environment]
    published: Mapping[str, Published]
    now: datetime
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def pulls(self) -> list[int]:
        """The pull requests that get a message."""
        return list(dict.fromkeys(pull.number for one in self.here for pull in pulls_to_show(one)))

    def of(self, pull: int) -> Iterator[Projection]:
        """The message of a release, its comments instead, and its threads."""
        key = self._key(pull)
        yield Projection(key, partial(self._message, pull))
        yield from self._stand_ins(pull)
        for environment in self.here:
            if mark := slack.thread_mark(environment, pull):
                yield Projection(f"{key}/{mark}", partial(self._details, key, environment, pull))

    def past(self, shown: Shown) -> Iterator[Projection]:
        """The threads of releases that may still be rolled back, without buttons: a rollback is their last line."""
        for environment in self.here:
            for pull in _may_be_undone(environment):
                begins = f"{PREFIX}{self.channel}/{pull}/{slack.thread_prefix(environment, pull)}"
                for key, before in shown.items():
                    if key.startswith(begins) and key not in self.published and before.final_text:
                        yield Projection(key, partial(self._past, environment, pull, before.final_text))

    def final_edits(self, shown: Shown) -> Iterator[Projection]:
        """Messages not published in this round: a last edit says what became of each."""
        for key, before in shown.items():
            if (
                key.startswith(f"{PREFIX}{self.channel}/")
                and key not in self.published
                and before.final_text is not None
            ):
                yield Projection(key, partial(self._rest, key, before.final_text))

    def _message(self, pull: int) -> Rendered | None:
        wanted = self._prompt(self.here, pull)
        if wanted is None:
            return None
        final_text = slack.final_text(self.here, pull, now=self.now)
        return Rendered(f"{wanted}", partial(self._publish_message, pull, wanted), final_text)

    def _details(self, key: str, environment: Environment, pull: int) -> Rendered | None:
        """The thread of a message; none where the message is empty or not posted yet."""
        under, details = self.published.get(key), slack.thread(environment, pull, now=self.now)
        if under is None or details is None:
            return None
        text = f"{details}" if details.offers else details.text  # without buttons only the text counts
        attempt = environment.deployment
        since = attempt.grant.at if attempt else environment.created_at
        return Rendered(text, partial(self._publish_details, under, details, since), details.text)

    def _past(self, environment: Environment, pull: int, before: str) -> Rendered:
        """The thread as it was, or with its last line, after which it is not edited any more."""
        taken_back = slack.taken_back(environment, pull, now=self.now)
        text = f"{before}\n{taken_back}" if taken_back else before
        return Rendered(text, partial(self._publish_rest, message(Part([text]))), None if taken_back else before)

    def _rest(self, key: str, final_text: str) -> Rendered:
        number, _, under = key.removeprefix(f"{PREFIX}{self.channel}/").partition("/")
        pull = int(number)
        if under.startswith(STAND_IN):
            return self._stand_in_rest(pull, under.removeprefix(STAND_IN), final_text)
        became = None if under else self._prompt(self.here, pull)
        if not (under or became or self._is_here):
            became = slack.moved(self.teller, pull, now=self.now)
        rest = became or message(Part([final_text]))
        return Rendered(rest.text, partial(self._publish_rest, rest))

    def _stand_ins(self, pull: int) -> Iterator[Projection]:
        """While Slack refuses the message: a comment for each environment, the first of which says why."""
        why = self.channels.refusals.why((self.teller.repository.id, self.teller.name, self._key(pull)))
        refused = (self.channel, why) if why else None
        for one in self.here if why else ():
            body = comment.prompt(one, pull, web=self.channels.web, now=self.now, refused=refused)
            if body:
                spot = Spot(one.repository, pull, comment.prompt_marker(one, pull), one.created_at)
                lasts = comment.prompt(one, pull, web=self.channels.web, now=self.now)
                rest = comment.final_text(one, pull, now=self.now) or lasts
                instead = Rendered(body, partial(show_comment, self.channels.comments, spot, body), rest)
                yield Projection(f"{self._key(pull)}/{STAND_IN}{one.name}", partial(_as_it_is, instead))
                refused = None

    def _stand_in_rest(self, pull: int, name: str, final_text: str) -> Rendered:
        """Closes the comment once Slack has the message, or needs none. Until that is known the comment stays."""
        environment = next((one for one in self.here if one.name == name), self.teller)
        published, concerned_still, body = self._published_as_it_is(pull), pull in self.pulls(), None
        if not self._is_here or (published and published.id):
            concerned_still = False
            body = comment.moved(environment, pull, now=self.now) if environment.config.channel else None
        elif published or not concerned_still:
            body = comment.past(environment, pull, now=self.now) or final_text
        return Rendered(body, partial(self._publish_stand_in_rest, body or ""), final_text if concerned_still else None)

    @property
    def _is_here(self) -> bool:
        return self.teller.config.channel == self.channel

    def _published_as_it_is(self, pull: int) -> Published | None:
        """The note of the message, if that is up to date; without an id where none was needed."""
        published, wanted = self.published.get(self._key(pull)), self._prompt(self.here, pull)
        return published if published and wanted and published.fingerprint == fingerprint_of(f"{wanted}") else None

    def _key(self, pull: int) -> str:
        return f"{PREFIX}{self.channel}/{pull}"

    def _prompt(self, environments: Sequence[Environment], pull: int) -> Message | None:
        return slack.prompt(environments, pull, web=self.channels.web, now=self.now)

    async def _publish_message(self, pull: int, wanted: Message, published: Published | None) -> str:
        await self._in_time()
        known = published.id if published else ""
        since = min(one.created_at for one in self.here)
        return await self._shown(await self._mentioning(pull, wanted, known), known, since)

    async def _publish_stand_in_rest(self, body: str, published: Published | None) -> str:
        if published and published.id:
            await replace_comment(self.channels.comments, self.teller.repository, int(published.id), body)
        return published.id if published else ""

    async def _publish_details(
        self, under: Published, details: Message, since: datetime, published: Published | None
    ) -> str:
        _, _, timestamp = under.id.partition("/")
        if not timestamp:
            return ""  # no message, no thread
        await self._in_time()
        return await self._shown(details, published.id if published else "", since, thread=timestamp)

    async def _publish_rest(self, rest: Message, published: Published | None) -> str:
        channel, _, timestamp = published.id.partition("/") if published else ("", "", "")
        if timestamp:
            await self._in_time()
            with contextlib.suppress(NotThere):  # the channel itself was deleted
                await self.channels.chat.edit(channel, timestamp, await self._told_apart(rest))
            return f"{channel}/{timestamp}"
        return ""

    async def _in_time(self) -> None:
        """Slack takes one message a second: after `at_once` seconds, or where a step is due by now, the rest waits, and
        is then rendered anew."""
        late = asyncio.get_running_loop().time() - self.began > self.channels.at_once
        if late or await self.channels.has_step_due(self.teller):
            raise MoreToSay("there is more to be said in Slack", after=timedelta(seconds=1))

    async def _mentioning(self, pull: int, wanted: Message, known: str) -> Message:
        """Mentions people whom the config does not link, by their e-mail: looked up only when the message is written.

        An edit notifies no person anew, so it does not wait for a failed look-up.
        """
        found: Mapping[str, str] = {}
        try:
            found = await self.channels.mentions.of(self.here[0].repository, wanted.unlinked)
        except Retryable:
            if not known:
                raise
        linked = [one.with_people(found) for one in self.here] if found else ()
        return (self._prompt(linked, pull) if linked else None) or wanted

    async def _shown(self, wanted: Message, known: str, since: datetime, thread: str | None = None) -> str:
        """Edits the message. Before a first post, looks for it among those posted from `since` on: an earlier worker
        may have posted it without noting its id."""
        wanted = await self._told_apart(wanted)
        channel, _, timestamp = known.partition("/")
        if timestamp and await self.channels.chat.edit(channel, timestamp, wanted):
            return known  # else it was deleted, and its request is still open
        found = await self.channels.chat.find(self.channel, wanted.mark, since=since, thread=thread)
        if found:
            await self.channels.chat.edit(self.channel, found, wanted)
        elif wanted.old or (timestamp and not wanted.offers):
            return ""  # it asks for nothing
        else:
            found = await post_once(self.channels.chat, self.channel, wanted, since=since, thread=thread)
        return f"{self.channel}/{found}"

    async def _told_apart(self, wanted: Message) -> Message:
        """Names the repository in each line, where several repositories share the channel."""
        shared = len(await self.channels.archive.found_by(self.channel)) > 1
        return name_repository(wanted, self.teller.repository.full_name) if shared else wanted


def _as_it_is(rendered: Rendered) -> Rendered:
    return rendered
