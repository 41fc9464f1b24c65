"""A command on its way: whether it is listened to, the signs under it, and what is answered without deciding."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from ghapp.core.commands.spec import is_named_app
from ghapp.core.config.model import UNSPOKEN, app_of
from ghapp.core.handlers.run_command import only_ours, parse_line
from ghapp.core.handlers.undecided import answer, answers_itself, broken, could_not_check, slow_down
from ghapp.core.model import codec
from ghapp.core.model.decision import Decision, Entry, Reaction, Refusal
from ghapp.core.model.environment import Door, Environment
from ghapp.core.model.events import CheckButtonPressed, CommandGiven, CommentPosted, SlackCommandGiven
from ghapp.engine.documents import documents, readable
from ghapp.engine.rate_limit import RateLimit
from ghapp.ports import Change, Claimed, Clock, Comments, Fault, Item, Store
from ghapp.queue_items import notice_item

logger = logging.getLogger(__name__)
_SLOWED = {"slow_down": slow_down(), "answers_itself": answers_itself()}


@dataclass(frozen=True, slots=True)
class CommandReplies:
    """What comes before and after a command's decision. Signs are best effort; a button has no place for them."""

    store: Store
    comments: Comments
    outsiders: RateLimit
    clock: Clock

    async def listens(self, event: CommandGiven, claimed: Claimed) -> bool:
        """Whether to decide it. Where not, it is done: answered once, or in silence."""
        if not _for_us(event):
            return True  # deciding it costs nothing, and nobody is answered
        verdict = self.outsiders.verdict(event, claimed.id)
        if verdict == "listen":
            return True
        logger.info(verdict, extra={"repository": event.repository.full_name, "actor": event.author})
        await self._done(event, claimed, _SLOWED.get(verdict))
        return False

    async def sees(self, event: CommandGiven) -> None:
        """Show at once that a command was seen, in repositories that ghapp is known to serve."""
        if not isinstance(event, CommentPosted) or not only_ours(event.text) or self.outsiders.knows(event):
            return
        try:
            served = await self._served(event)
        except Fault as fault:
            logger.info("no reaction", extra={"comment": event.comment, "why": str(fault)})
            return
        if served:
            await self.reacts(event, "eyes")

    def answered(self, event: CommandGiven, claimed: Claimed, decision: Decision) -> Decision:
        """The decision as it is recorded: an outsider is not answered the same again and again."""
        if self.outsiders.answers(event, claimed.id, decision):
            return decision
        logger.info("answered before", extra={"repository": event.repository.full_name, "actor": event.author})
        return replace(decision, notices=(), entries=(), reaction=None)

    async def reacts(self, event: CommandGiven, reaction: Reaction) -> None:
        """Put a sign under the comment, if it is one."""
        if not isinstance(event, CommentPosted):
            return
        try:
            await self.comments.react(event.repository, event.comment, reaction)
        except Fault as fault:
            logger.info("no reaction", extra={"comment": event.comment, "why": str(fault)})

    async def could_not_check(self, event: CommandGiven, claimed: Claimed, why: str) -> None:
        """Said once, of what was meant for us: nothing was done, and the person may type it again."""
        unchecked = could_not_check(event.text, why, pressed=_in_message(event)) if _for_us(event) else None
        await self._done(event, claimed, unchecked)

    async def broke(self, event: CommandGiven) -> None:
        """Said once, of what was meant for us and will not be tried again by itself."""
        if _for_us(event):
            refusal = broken(event.text, pressed=_in_message(event))
            await self.store.put(await self._answer(event, refusal), now=self.clock())

    async def _done(self, event: CommandGiven, claimed: Claimed, refusal: Refusal | None) -> None:
        """Settled with this answer; None = in silence."""
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
        """As it is put into the queue, where ghapp is known to serve; in Slack it is, and its command is seen."""
        known = [environment.config for environment in await self._served(event)]
        if isinstance(event, SlackCommandGiven):
            known.append(UNSPOKEN)
        notices = (answer(event, refusal, config, self.clock()) for config in known[:1])
        return tuple(map(notice_item, notices))

    async def _served(self, event: CommandGiven) -> tuple[Environment, ...]:
        """None for an App that is not named there: it is not answered."""
        found = readable(documents(await self.store.load(event.repository.id)))
        app = app_of(event.author) if isinstance(event, CommentPosted) else None
        return found if app is None or is_named_app(app, (one.config for one in found)) else ()


def _for_us(event: CommandGiven) -> bool:
    """Other bots share the slash on GitHub; in Slack everything is sent to ghapp alone."""
    return isinstance(event, SlackCommandGiven) or parse_line(event.text) is not None


def _in_message(event: CommandGiven) -> bool:
    """Whether it is a button of a message in Slack, which can be pressed again."""
    return isinstance(event, SlackCommandGiven) and event.button is not None


def _refused(event: CommandGiven, code: str, now: datetime) -> Entry:
    """Nothing was done, and history says so as of any other refusal."""
    return Entry(at=now, what="refused", environment=None, actor=event.author, door=_door(event), why=code)


def _door(event: CommandGiven) -> Door:
    match event:
        case CheckButtonPressed():
            return "check_run"
        case SlackCommandGiven():
            return "slack"
        case CommentPosted():
            return "pull_request"
