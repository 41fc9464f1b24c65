"""Handles a command around its decision: admission, reactions, and answers that need no decision."""

import logging
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.commands.spec import is_named_app
from ghapp.core.config.model import UNSPOKEN, app_of
from ghapp.core.handlers.run_command import only_ours, parse_line
from ghapp.core.handlers.undecided import answer, answers_itself, broken, could_not_check, slow_down
from ghapp.core.model import codec
from ghapp.core.model.decision import Decision, Entry, Reaction, Refusal
from ghapp.core.model.environment import Door, Environment
from ghapp.core.model.events import (
    BoardCommandGiven,
    CheckButtonPressed,
    CommandGiven,
    CommentPosted,
    SlackCommandGiven,
)
from ghapp.engine.documents import documents, readable
from ghapp.engine.rate_limit import RateLimit
from ghapp.ports import Change, Claimed, Clock, Comments, Fault, Item, Store
from ghapp.queue_items import notice_item

logger = logging.getLogger(__name__)
_SLOWED = {"slow_down": slow_down(), "answers_itself": answers_itself()}


@dataclass(frozen=True, slots=True)
class CommandReplies:
    """Handles a command before and after its decision. Reactions are best effort; a button cannot have any."""

    store: Store
    comments: Comments
    outsiders: RateLimit
    clock: Clock

    async def listens(self, event: CommandGiven, claimed: Claimed) -> bool:
        """Whether to decide the command. If not, the item is settled here: with one answer, or silently."""
        if not _for_us(event):
            return True  # deciding it costs nothing and answers nothing
        verdict = self.outsiders.verdict(event, claimed.id)
        if verdict == "listen":
            return True
        logger.info(verdict, extra={"repository": event.repository.full_name, "actor": event.author})
        # a page waits for its answer, which costs no call
        known = "slow_down" if isinstance(event, BoardCommandGiven) else verdict
        await self._done(event, claimed, _SLOWED.get(known))
        return False

    def is_strangers(self, event: CommandGiven) -> bool:
        """Whether it is the comment of an outsider: everybody can comment in a public repository."""
        return isinstance(event, CommentPosted) and self.outsiders.knows(event)

    async def sees(self, event: CommandGiven) -> None:
        """Acknowledges a command at once with the reaction `eyes`, in repositories that ghapp is known to serve."""
        if not isinstance(event, CommentPosted) or not only_ours(event.text) or self.outsiders.knows(event):
            return
        try:
            served = await self._environments_served(event)
        except Fault as fault:
            logger.info("no reaction", extra={"comment": event.comment, "why": str(fault)})
            return
        if served:
            await self.reacts(event, "eyes")

    def answered(self, event: CommandGiven, claimed: Claimed, decision: Decision) -> Decision:
        """The decision to record. Its answer is dropped where an outsider has had the same one, or too many; not one
        that only their own page shows."""
        if self.outsiders.answers(event, claimed.id, decision):
            return decision
        logger.info("answered before", extra={"repository": event.repository.full_name, "actor": event.author})
        owed = decision.notices if isinstance(event, BoardCommandGiven) else ()
        return replace(decision, notices=owed, entries=(), reaction=None)

    async def reacts(self, event: CommandGiven, reaction: Reaction) -> None:
        """Adds a reaction to the comment, if the command is one."""
        if not isinstance(event, CommentPosted):
            return
        try:
            await self.comments.react(event.repository, event.comment, reaction)
        except Fault as fault:
            logger.info("no reaction", extra={"comment": event.comment, "why": str(fault)})

    async def could_not_check(self, event: CommandGiven, claimed: Claimed, why: str) -> None:
        """Settles the item, with one answer to a command of ours: nothing was done, and it may be typed again.

        Silently for a stranger: at the reserve each answer would cost a call of it.
        """
        answers = _for_us(event) and not self.is_strangers(event)
        unchecked = could_not_check(event.text, why, pressed=_in_message(event)) if answers else None
        await self._done(event, claimed, unchecked)

    async def broke(self, event: CommandGiven) -> None:
        """Answers once a command of ours that has failed and is not tried again by itself."""
        if _for_us(event):
            refusal = broken(event.text, pressed=_in_message(event))
            await self.store.put(await self._answer(event, refusal), now=self.clock())

    async def _done(self, event: CommandGiven, claimed: Claimed, refusal: Refusal | None) -> None:
        """Settles the item with this answer; None = silently."""
        now, code = self.clock(), refusal.code if refusal else "silence"
        unchecked = code in ("could_not_check", "could_not_check.pressed")
        change = Change(
            id=f"{claimed.id}/{code}",
            at=now,
            repository=event.repository.id,
            history=codec.encode_entries((_refused(event, "could_not_check", now),)) if unchecked else b"",
            items=await self._answer(event, refusal) if refusal else (),
            settles=claimed,
        )
        await self.store.record(change)

    async def _answer(self, event: CommandGiven, refusal: Refusal) -> tuple[Item, ...]:
        """The answer as queue items: none on GitHub where ghapp is not known to serve; elsewhere always one."""
        known = [environment.config for environment in await self._environments_served(event)]
        if isinstance(event, SlackCommandGiven | BoardCommandGiven):
            known.append(UNSPOKEN)
        notices = (answer(event, refusal, config, self.clock()) for config in known[:1])
        return tuple(map(notice_item, notices))

    async def _environments_served(self, event: CommandGiven) -> tuple[Environment, ...]:
        """The repository's environments; none for an App that no config names, which is not answered."""
        found = readable(documents(await self.store.load(event.repository.id)))
        app = app_of(event.author) if isinstance(event, CommentPosted) else None
        return found if app is None or is_named_app(app, (one.config for one in found)) else ()


def _for_us(event: CommandGiven) -> bool:
    """On GitHub other bots use the slash, too; what comes from Slack or the board is for ghapp alone."""
    return isinstance(event, SlackCommandGiven | BoardCommandGiven) or parse_line(event.text) is not None


def _in_message(event: CommandGiven) -> bool:
    """Whether it is a button of a Slack message, which can be pressed again."""
    return isinstance(event, SlackCommandGiven) and event.button is not None


def _refused(event: CommandGiven, code: str, now: datetime) -> Entry:
    """The history entry of a command that was not decided, as of any other refusal."""
    return Entry(
        at=now, what="refused", environment=None, actor=event.author, door=_door(event), why=code, pull=event.number
    )


def _door(event: CommandGiven) -> Door:
    match event:
        case CheckButtonPressed():
            return "check_run"
        case SlackCommandGiven():
            return "slack"
        case BoardCommandGiven():
            return "board"
        case CommentPosted():
            return "pull_request"
