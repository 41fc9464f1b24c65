"""Works on Slack's events: an opened App Home is shown anew, and a removed app ends the links of its workspace."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from ghapp.core.model.events import SlackEvent
from ghapp.engine.rate_limit import MINUTE, Quota
from ghapp.engine.slack_home import SlackHome
from ghapp.engine.slack_links import SlackLinks
from ghapp.ports import Change, Chat, Claimed, Clock, Fault, Permanent, Retryable, Store

OPENINGS_A_MINUTE = 10  # by one member: each costs three calls, and Slack limits them for all members together
SHOWN_WITHIN = timedelta(minutes=10)  # of its opening: the member does not wait longer

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SlackEvents:
    """Settles one item."""

    store: Store
    chat: Chat
    links: SlackLinks
    home: SlackHome
    clock: Clock
    _openings: Quota = field(init=False)

    def __post_init__(self) -> None:
        self._openings = Quota(OPENINGS_A_MINUTE, self.clock)

    async def __call__(self, event: SlackEvent, claimed: Claimed) -> None:
        """Raises faults."""
        if not await self._is_ours(event):
            logger.warning("of another workspace or App", extra={"team": event.team, "app": event.app})
        elif event.kind == "app_removed":
            await self.links.end_all(event.team, removed_at=event.at)
            logger.error("slack app removed", extra={"team": event.team, "why": await self._token_problem()})
        elif self.clock() - event.at < SHOWN_WITHIN:
            await self._show(event)
        change = Change(id=f"{claimed.id}/done", at=self.clock(), repository=0, settles=claimed)
        await self.store.record(change)

    async def _show(self, event: SlackEvent) -> None:
        """The next opening tries again. Of more openings than a person needs, the newest waits."""
        if not self._openings.admits(event.team, event.user, event.key):
            raise Retryable("the member opens the home too often", after=MINUTE)
        try:
            await self.home.show(event.team, event.user)
        except Permanent as fault:
            logger.warning("home not shown", extra={"why": str(fault)})

    async def _is_ours(self, event: SlackEvent) -> bool:
        """A removed app may be unable to ask for its workspace any more; then the signature says that it is meant. The
        links do not wait for Slack."""
        try:
            home = await self.chat.home()
        except Fault as fault:
            if isinstance(fault, Retryable) and event.kind != "app_removed":
                raise
            return event.kind == "app_removed"
        return event.team == home.team and home.app in (None, event.app)

    async def _token_problem(self) -> str:
        try:
            return await self.chat.token_problem()
        except Retryable as fault:
            return str(fault)
