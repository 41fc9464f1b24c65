"""Posts each notice once: after an earlier try that may have succeeded, looks for its marker first."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig, People
from ghapp.core.handlers.protection_rule import may_go_on, withdrawn
from ghapp.core.handlers.undecided import late, slack_refused
from ghapp.core.model.decision import Notice
from ghapp.core.model.destination import Destination, Waiting
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import DeploymentJobWaiting
from ghapp.core.model.published import Message
from ghapp.core.views import comment, fence, slack
from ghapp.core.views.slack_blocks import name_repository
from ghapp.engine.documents import complete, documents, everybody, readable
from ghapp.engine.publish.create_once import post_once
from ghapp.engine.publish.mentions import Mentions
from ghapp.engine.publish.post_comment_once import Spot, post_comment_once
from ghapp.ports import Archive, Chat, Clock, Comments, Fault, Permanent, ProtectionRules, Retryable, Store

LATE = timedelta(hours=1)  # older notices go to a channel only as one summary

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NoticePoster:
    """Posts to a pull request, to a waiting job, or to Slack where it is connected. `shown_rules`: the same rules, for
    what only displays."""

    comments: Comments
    chat: Chat | None
    mentions: Mentions | None
    rules: ProtectionRules
    shown_rules: ProtectionRules
    clock: Clock
    archive: Archive
    store: Store

    async def __call__(self, notice: Notice, *, again: bool) -> None:
        """Posts it. `again`: an earlier try began and its outcome is unknown, so look first."""
        place = notice.destination
        if place.job:
            await self._answer(notice, place.job)
        elif self.chat and (place.channel or place.whisper):
            try:
                await self._in_slack(self.chat, notice, again=again)
            except Permanent as fault:
                await self._refused(notice, fault)
        elif place.pull is not None:
            await self._comment(notice, place.pull, again=again)

    async def _answer(self, notice: Notice, job: Waiting) -> None:
        """An approval that GitHub did not take for a while may come after the end of its release."""
        if job.state == "approved" and not await self._may_go_on(notice.repository, job):
            notice, job = withdrawn(notice), replace(job, state="rejected")
        await self.rules.answer(notice.repository, job, fence.to_job(notice, now=self.clock()))

    async def _may_go_on(self, repository: Repository, job: Waiting) -> bool:
        found = documents(await self.store.load(repository.id))
        if may_go_on(job, readable(found)):
            return True
        if not complete(found):
            raise Retryable("an environment cannot be read")
        return False

    async def _in_slack(self, chat: Chat, notice: Notice, *, again: bool) -> None:
        place = notice.destination
        if place.channel and self.clock() - notice.at > LATE:
            await self._too_late(chat, notice, place.channel)
            return
        message = await self._told_apart(notice, await self._mentioning(notice))
        if place.whisper:
            await chat.whisper(place.whisper.channel, place.whisper.user, message, reply=place.whisper.reply)
        elif place.channel and not (again and await chat.find(place.channel, message.mark, since=notice.at)):
            await post_once(chat, place.channel, message, since=notice.at)

    async def _told_apart(self, notice: Notice, message: Message) -> Message:
        """Names the repository in each line, where several repositories share the channel."""
        place = notice.destination
        channel = place.whisper.channel if place.whisper else place.channel
        shared = channel and len(await self.archive.found_by(channel)) > 1
        if not shared:
            return message
        return name_repository(message, notice.repository.full_name, answers=place.whisper is not None)

    async def _too_late(self, chat: Chat, notice: Notice, channel: str) -> None:
        """Posts one message an hour for all late notices: the messages of the releases show the current state."""
        logger.warning("too late for slack", extra={"notice": notice.code, "id": notice.id})
        now = self.clock()
        summary = replace(slack.refusal(late(), notice.config, now=now), mark=f"late/{channel}")
        if not await chat.find(channel, summary.mark, since=now - LATE):
            await post_once(chat, channel, summary, since=now - LATE)

    async def _mentioning(self, notice: Notice) -> Message:
        people = everybody(await self.store.load(notice.repository.id))
        if isinstance(people, People):
            notice = replace(notice, config=notice.config.with_everybody(people))
        message = slack.notice(notice, now=self.clock())
        found = await self.mentions.of(notice.repository, message.unlinked) if self.mentions else {}
        if not found:
            return message
        linked = replace(notice.config, people={**found, **notice.config.people})
        return slack.notice(replace(notice, config=linked), now=self.clock())

    async def _refused(self, notice: Notice, fault: Permanent) -> None:
        """A retry would not help: posts the notice on the pull request, and once the reason."""
        logger.warning("slack refuses", extra={"notice": notice.code, "why": str(fault)})
        pull, channel = notice.destination.pull, notice.destination.channel
        if pull is None or channel is None:
            return
        await self._comment(notice, pull, again=True)
        await self._comment(refusal(notice, pull, channel, fault), pull, again=True)

    async def could_not_check(self, event: DeploymentJobWaiting, config: EnvironmentConfig, why: str) -> None:
        """Reports why beside a job that goes on waiting. Best effort: the check is repeated in any case."""
        told = fence.could_not_check(why, config, now=self.clock())
        try:
            await self.shown_rules.report(event.repository, event.run, event.github_environment, told)
        except Fault as fault:
            logger.info("not reported", extra={"run": event.run, "why": str(fault)})

    async def _comment(self, notice: Notice, pull: int, *, again: bool) -> None:
        spot = Spot(notice.repository, pull, comment.notice_marker(notice), notice.at)
        await post_comment_once(self.comments, spot, comment.notice(notice, now=self.clock()), look=again)


def refusal(notice: Notice, pull: int, channel: str, fault: Permanent) -> Notice:
    """That Slack refuses messages for a channel, once per pull request and reason."""
    told, name = slack_refused(channel, f"{fault}"), f"slack_refused/{pull}/{channel}/{fault}"
    return replace(notice, id=name, destination=Destination(pull=pull), code=told.code, values=told.values)
