"""Turns a stored Slack request into a command in a repository's lane: finds workspace, person and repository."""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from cachetools import TTLCache
from msgspec.structs import replace

from ghapp.core.config.model import UNSPOKEN, EnvironmentConfig
from ghapp.core.handlers.current_config import reply_config
from ghapp.core.handlers.run_command import is_no_command
from ghapp.core.handlers.slack_repository import choose_repository, not_here
from ghapp.core.handlers.undecided import broken, could_not_check, unknown
from ghapp.core.model import slack_person as people
from ghapp.core.model.button_id import ButtonId, read_button_id
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import SlackCommandGiven, SlackRequest
from ghapp.core.model.lanes import look_lane, tenant
from ghapp.core.model.slack_person import SlackPerson
from ghapp.core.views import slack
from ghapp.engine.documents import documents, readable
from ghapp.engine.rate_limit import COMMANDS_A_MINUTE, MINUTE, SPACE, Quota
from ghapp.engine.slack_events import SlackEvents
from ghapp.engine.slack_linking import SlackLinking, is_about_links
from ghapp.ports import (
    Archive,
    Change,
    Chat,
    Claimed,
    Clock,
    Fault,
    Home,
    Installations,
    Item,
    Permanent,
    Retryable,
    Store,
)
from ghapp.queue_items import event_item

PERSON_KEPT = timedelta(minutes=1)
PEOPLE_KEPT = 1_000
WAITS_BEHIND = timedelta(seconds=30)  # of a command, for an older one of its lane that is to be retried

logger = logging.getLogger(__name__)
Here = Mapping[str, Sequence[Environment]]
"""A channel's environments, by their repository's full name."""


class Kept(Store, Archive, Protocol):
    """Stored documents, and the index of repositories by channel."""


@dataclass(slots=True)
class SlackCommands:
    """Forwards one item of Slack's lane. `owners` are served, empty = all."""

    store: Kept
    chat: Chat
    installations: Installations
    linking: SlackLinking
    events: SlackEvents
    clock: Clock
    owners: Collection[str] = ()
    _people: TTLCache[str, SlackPerson] = field(init=False)
    _unmeant: TTLCache[tuple[str, str], str] = field(init=False)
    _looks: Quota = field(init=False)

    def __post_init__(self) -> None:
        """Caches by the server's clock: people, members answered about lines that are no command, look-ups."""

        def now() -> float:
            return self.clock().timestamp()

        self._people = TTLCache(PEOPLE_KEPT, PERSON_KEPT.total_seconds(), timer=now)
        self._unmeant = TTLCache(PEOPLE_KEPT, SPACE.total_seconds(), timer=now)
        self._looks = Quota(COMMANDS_A_MINUTE, self.clock)

    async def forward(self, asked: SlackRequest, claimed: Claimed) -> None:
        """Moves the command to its repository's lane, behind earlier events; or answers why not.

        Raises faults.
        """
        if self._again(asked, claimed):
            await self._done(claimed)
            return
        if self.clock() - asked.at < WAITS_BEHIND and await self.store.overtakes(claimed):
            raise Retryable("an earlier command of the same member is not worked yet")
        here = await self._spoken_of(asked)
        try:
            home, person = await asyncio.gather(self.chat.home(), self._person(asked.user))
        except Permanent as fault:
            await self._refuse(asked, claimed, unknown(f"{fault}"), here)
            return
        if asked.team != home.team or home.app not in (None, asked.app):
            logger.warning("of another workspace or App", extra={"team": asked.team, "app": asked.app})
            await self._done(claimed)
            return
        found = await self._meant(asked, claimed, here, person, home)
        if isinstance(found, Refusal):
            await self._refuse(asked, claimed, found, here)
        elif isinstance(found, Item):
            await self._done(claimed, found)
        else:
            account = await self.linking.account(person, home.team)
            said = _said(asked, found, person, tuple(here))
            await self._done(claimed, event_item(replace(said, account=account, can_link=self.linking.is_possible)))

    async def _meant(
        self, asked: SlackRequest, claimed: Claimed, here: Here, person: SlackPerson, home: Home
    ) -> Repository | Refusal | Item:
        """The repository of a command; the answer to `/ghapp link`, which is about none."""
        if is_about_links(asked):
            return await self.linking.answer(asked, person)
        return await self._repository(asked, claimed, here, person, home)

    def _again(self, asked: SlackRequest, claimed: Claimed) -> bool:
        """Whether this line is no command, and the same member was lately answered after another such line."""
        if asked.button or is_about_links(asked) or not is_no_command(people.aimed(asked.text).line):
            return False
        return self._unmeant.setdefault((asked.team, asked.user), asked.key) != asked.key

    async def _repository(
        self, asked: SlackRequest, claimed: Claimed, here: Here, person: SlackPerson, home: Home
    ) -> Repository | Refusal | Item:
        """Chooses among the channel's repositories; one named in full and unknown there, among those with the App.

        It is looked up in a lane beside, to which the command moves first: the member's others go on. The call is made
        as the App itself, on which all accounts depend: a member has as many a minute as commands, and more wait.
        """
        aimed = people.aimed(asked.text)
        chosen = choose_repository(aimed, here)
        if chosen is not None:
            return chosen
        if unfit := people.why_not_admitted(person, home.team):
            return Refusal(f"slack.{unfit}")
        lane = look_lane(asked.team, asked.user, aimed.repository)
        if claimed.lane != lane:
            if not self._looks.admits(asked.team, asked.user, asked.key):
                raise Retryable("more repositories a minute than one member has looked for", after=MINUTE)
            return Item(id=f"{claimed.id}/look", lane=lane, body=claimed.body)
        served = not self.owners or tenant(aimed.repository).lower() in self.owners
        found = await self.installations.find(aimed.repository) if served else None
        return found or not_here(aimed.repository, here)

    async def asks_back(self, event: SlackCommandGiven, decision: Decision) -> None:
        """Opens a modal for the reason where only that is missing. The text answer stays."""
        wanted = decision.refusal is not None and decision.refusal.code == "reason_needed"
        mark = read_button_id(event.mark)
        if not (wanted and event.trigger and mark):
            return
        rows = documents(await self.store.load(event.repository.id))
        environment = rows.get(mark.environment)
        if not isinstance(environment, Environment):
            return
        try:
            await self.chat.ask(event.trigger, slack.question(environment, mark, event.channel, now=self.clock()))
        except Fault as fault:
            logger.info("not asked", extra={"why": str(fault)})

    async def could_not_check(self, asked: SlackRequest, claimed: Claimed, why: str) -> None:
        """Settles the item with one answer: nothing was done, and it may be typed again."""
        await self._sorry(asked, could_not_check(_typed(asked), why, pressed=asked.button is not None))
        await self._done(claimed)

    async def broke(self, asked: SlackRequest) -> None:
        """Answers before the item becomes a dead letter: the sender would learn it nowhere else."""
        await self._sorry(asked, broken(_typed(asked), pressed=asked.button is not None))

    async def _sorry(self, asked: SlackRequest, refusal: Refusal) -> None:
        """Answers in the channel's language, if that can be read."""
        here: Here = {}
        with contextlib.suppress(Exception):  # this read may be what fails
            here = await self._spoken_of(asked)
        await self._whisper(asked, refusal, here)

    async def _person(self, user: str) -> SlackPerson:
        if user not in self._people:
            self._people[user] = await self.chat.person(user)
        return self._people[user]

    async def _spoken_of(self, asked: SlackRequest) -> Here:
        """The channel's environments, by repository. A button's are those of its own repository, in any channel.

        Of two repositories with one name the newer counts: the older one was deleted, or has lost its name since.
        """
        if mark := read_button_id(asked.mark):
            found = readable(documents(await self.store.load(mark.repository)))
            return {found[0].repository.full_name: found} if found else {}
        oldest_first = sorted(await self.store.found_by(asked.channel))
        loaded = await asyncio.gather(*map(self.store.load, oldest_first))
        known = (readable(documents(rows)) for rows in loaded)
        here = ([one for one in each if one.config.channel == asked.channel and one.gone is None] for each in known)
        return {found[0].repository.full_name: found for found in here if found}

    async def _whisper(self, asked: SlackRequest, refusal: Refusal, here: Here) -> None:
        """Answers the sender alone, in the language of the channel's repositories."""
        first = next(iter(here.values()), None)
        config = first[0].config if first else await self._terms_of(read_button_id(asked.mark))
        message = slack.refusal(refusal, config, now=self.clock())
        try:
            await self.chat.whisper(asked.channel, asked.user, message, reply=asked.reply)
        except Fault as fault:
            logger.warning("not answered", extra={"why": str(fault)})

    async def _terms_of(self, mark: ButtonId | None) -> EnvironmentConfig:
        """The config for a button's repository, in whichever channel that is now."""
        if mark is None:
            return UNSPOKEN
        try:
            return reply_config(documents(await self.store.load(mark.repository)), None)
        except Fault:
            return UNSPOKEN

    async def _refuse(self, asked: SlackRequest, claimed: Claimed, refusal: Refusal, here: Here) -> None:
        await self._whisper(asked, refusal, here)
        await self._done(claimed)

    async def _done(self, claimed: Claimed, *items: Item) -> None:
        change = Change(id=f"{claimed.id}/done", at=self.clock(), repository=0, items=items, settles=claimed)
        await self.store.record(change)


def _said(
    asked: SlackRequest, repository: Repository, person: SlackPerson, others: tuple[str, ...]
) -> SlackCommandGiven:
    mark = read_button_id(asked.mark)
    return SlackCommandGiven(
        repository=repository,
        key=f"slack/{asked.key}",
        author=f"slack:{asked.user}",
        person=person,
        team=asked.team,
        channel=asked.channel,
        text=people.aimed(asked.text).line or _line(asked),
        at=asked.at,
        reply=asked.reply,
        number=mark.pull if mark else None,
        button=asked.button,
        mark=asked.mark,
        reason=asked.reason,
        trigger=asked.trigger,
        others=others,
    )


def _line(asked: SlackRequest) -> str:
    """The command line that a button stands for."""
    mark = read_button_id(asked.mark)
    pull = f" #{mark.pull}" if mark and asked.button in ("deploy", "skip", "pass") else ""
    return f"{asked.button} {mark.environment}{pull}" if mark else f"{asked.button}"


def _typed(asked: SlackRequest) -> str:
    return asked.text or _line(asked)
