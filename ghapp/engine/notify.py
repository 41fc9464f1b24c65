"""Posts notices: each once, found again by its marker where an earlier try may have got through."""

from dataclasses import dataclass

from ghapp.core.decision import Notice
from ghapp.core.views import comment, slack
from ghapp.engine.once import Once, Spot
from ghapp.ports import Chat, Clock, Comments


@dataclass(frozen=True, slots=True)
class Notify:
    """Posts to a pull request, or to Slack where one is connected."""

    comments: Comments
    chat: Chat | None
    clock: Clock

    async def __call__(self, notice: Notice, *, again: bool) -> None:
        """Post it. `again`: an earlier try began and nobody knows how it ended, so look first."""
        place = notice.place
        if place.channel and self.chat:
            await self.chat.post(place.channel, slack.notice(notice, now=self.clock()))
        elif place.pull is not None:
            await self._comment(notice, place.pull, again=again)

    async def _comment(self, notice: Notice, pull: int, *, again: bool) -> None:
        spot = Spot(notice.repository, pull, comment.notice_marker(notice), notice.at)
        await Once(self.comments, self.clock).post(spot, comment.notice(notice, now=self.clock()), look=again)
