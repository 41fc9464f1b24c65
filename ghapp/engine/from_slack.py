"""From what Slack's door kept to a command in a repository: whose workspace, who, and which repository is meant."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from cachetools import TTLCache

from ghapp.core import slack as people
from ghapp.core.arms.current import spoken
from ghapp.core.arms.undecided import broken, could_not_check, unmeant
from ghapp.core.config import UNSPOKEN, Terms
from ghapp.core.decision import Decision, Refusal
from ghapp.core.environment import Environment
from ghapp.core.events import SlackAsked, SlackSaid
from ghapp.core.mark import Mark, read_mark
from ghapp.core.slack import SlackPerson
from ghapp.core.views import slack
from ghapp.engine.documents import documents, readable
from ghapp.ports import Archive, Change, Chat, Claimed, Clock, Fault, Store

PERSON_KEPT = timedelta(minutes=1)
PEOPLE_KEPT = 1_000

logger = logging.getLogger(__name__)


class Kept(Store, Archive, Protocol):
    """Documents, and the repositories of a channel."""


class FromSlack:
    """Resolves one item of Slack's lane. `web`: the address of GitHub's own pages."""

    def __init__(self, store: Kept, chat: Chat, clock: Clock, web: str) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock
        self._web = web
        self._people: TTLCache[str, SlackPerson] = TTLCache(
            PEOPLE_KEPT, PERSON_KEPT.total_seconds(), timer=lambda: clock().timestamp()
        )

    async def said(self, asked: SlackAsked, claimed: Claimed) -> SlackSaid | None:
        """The command, in its repository; None where it was answered here, and is done. Raises faults."""
        home = await self._chat.home()
        if asked.team != home.team or home.app not in (None, asked.app):
            logger.warning("of another workspace or App", extra={"team": asked.team, "app": asked.app})
            await self._done(claimed)
            return None
        aim, mark = people.aimed(asked.text), read_mark(asked.mark)
        person, found = await asyncio.gather(self._person(asked.user), self._spoken_of(asked.channel, mark))
        names = people.meant(aim, [one.repository.full_name for one, *_ in found])
        named = [here for here in found if here[0].repository.full_name in names]
        if len(named) != 1:
            await self._whisper(asked, unmeant(asked, aim, found, named), found)
            await self._done(claimed)
            return None
        ((environment, *_),) = named
        return SlackSaid(
            repository=environment.repository,
            key=f"slack/{asked.key}",
            author=f"slack:{asked.user}",
            person=person,
            team=home.team,
            channel=asked.channel,
            text=aim.line,
            at=asked.at,
            reply=asked.reply,
            web=self._web,
            number=mark.pull if mark else None,
            button=asked.button,
            mark=asked.mark,
            reason=asked.reason,
            trigger=asked.trigger,
        )

    async def asks_back(self, event: SlackSaid, decision: Decision) -> None:
        """Where only the reason is missing, ask for it where the button was pressed. The answer by words stays."""
        wanted = decision.refusal is not None and decision.refusal.code == "reason_needed"
        mark = read_mark(event.mark)
        if not (wanted and event.trigger and mark):
            return
        rows = documents(await self._store.load(event.repository.id))
        environment = rows.get(mark.environment)
        if not isinstance(environment, Environment):
            return
        try:
            await self._chat.ask(event.trigger, slack.question(environment, mark, event.channel, now=self._clock()))
        except Fault as fault:
            logger.info("not asked", extra={"why": str(fault)})

    async def could_not_check(self, asked: SlackAsked, claimed: Claimed, why: str) -> None:
        """Said once: nothing was done, and the person may type it again."""
        await self._sorry(asked, could_not_check(_typed(asked), why))
        await self._done(claimed)

    async def broke(self, asked: SlackAsked) -> None:
        """Said before it is buried: nothing else would ever tell whoever typed it."""
        await self._sorry(asked, broken(_typed(asked)))

    async def _sorry(self, asked: SlackAsked, refusal: Refusal) -> None:
        """In the channel's language, if that can be known."""
        found: list[list[Environment]] = []
        with contextlib.suppress(Exception):  # it may be the very thing that fails
            found = await self._spoken_of(asked.channel, None)
        await self._whisper(asked, refusal, found)

    async def _person(self, user: str) -> SlackPerson:
        if user not in self._people:
            self._people[user] = await self._chat.person(user)
        return self._people[user]

    async def _spoken_of(self, channel: str, mark: Mark | None) -> list[list[Environment]]:
        """The environments of each repository that are spoken of there now; of a button's alone, if pressed."""
        asked = [mark.repository] if mark else await self._store.in_channel(channel)
        loaded = await asyncio.gather(*map(self._store.load, asked))
        known = (readable(documents(rows)) for rows in loaded)
        here = ([one for one in each if one.terms.channel == channel and one.gone is None] for each in known)
        return [found for found in here if found]

    async def _whisper(self, asked: SlackAsked, refusal: Refusal, found: Sequence[Sequence[Environment]]) -> None:
        """In the language of whoever is spoken of there."""
        terms = found[0][0].terms if found else await self._terms_of(read_mark(asked.mark))
        message = slack.refusal(refusal, terms, now=self._clock())
        try:
            await self._chat.whisper(asked.channel, asked.user, message, reply=asked.reply)
        except Fault as fault:
            logger.warning("not answered", extra={"why": str(fault)})

    async def _terms_of(self, mark: Mark | None) -> Terms:
        """Of the repository of a button, whatever is spoken of now where it was pressed."""
        if mark is None:
            return UNSPOKEN
        try:
            return spoken(documents(await self._store.load(mark.repository)), None)
        except Fault:
            return UNSPOKEN

    async def _done(self, claimed: Claimed) -> None:
        change = Change(id=f"{claimed.id}/done", at=self._clock(), repository=0, settles=claimed)
        await self._store.record(change)


def _typed(asked: SlackAsked) -> str:
    return asked.text or f"/{asked.button}"
