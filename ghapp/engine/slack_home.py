"""Shows a member the App Home: the environments of the channels that they are in, from what the board reads."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ghapp.core.config.model import Language
from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import Overview
from ghapp.core.model.published import Block
from ghapp.core.model.slack_link import GitHubAccount
from ghapp.core.model.slack_person import login_of, may_act, why_not_admitted
from ghapp.core.views import home
from ghapp.engine.slack_links import SlackLinks
from ghapp.ports import Chat, Clock, Permanent

logger = logging.getLogger(__name__)

ReadOverview = Callable[[], Awaitable[Overview]]


@dataclass(frozen=True, slots=True)
class SlackHome:
    """`read`: all environments, as the board has them. `can_link`: whether members can link an account here."""

    read: ReadOverview
    chat: Chat
    links: SlackLinks
    clock: Clock
    can_link: bool

    async def show(self, team: str, user: str) -> None:
        """Publishes it for one member. Raises faults."""
        await self.chat.show_home(user, await self._blocks(team, user))

    async def _blocks(self, team: str, user: str) -> Sequence[Block]:
        overview, person = await asyncio.gather(self.read(), self.chat.person(user))
        known = [one.state for one in overview.environments if isinstance(one.state, Environment)]
        spoken = _language(known)
        if unfit := why_not_admitted(person, team):
            return home.closed(unfit, spoken, self.clock())
        account = await self.links.account(team, user)
        try:
            channels = await self.chat.channels(user)
        except Permanent as fault:
            logger.warning("home not known", extra={"why": str(fault)})
            return home.unknown(str(fault), spoken, self.clock())
        theirs = [one for one in known if one.config.channel in channels and one.gone is None]
        seen = [home.Seen(one, _login(one, account, user)) for one in theirs]
        linked = account.login if account else None
        spoken = _language(theirs) if theirs else spoken
        return home.home(seen, spoken, self.clock(), linked=linked, can_link=self.can_link)


def _language(known: Sequence[Environment]) -> Language:
    """That of the first environment with a channel: Slack does not say which one the member prefers."""
    return next((one.config.language for one in known if one.config.channel), "en")


def _login(environment: Environment, account: GitHubAccount | None, user: str) -> str | None:
    """As whom the member acts there. Where the owner's rules name who may act, a linked login has to be among them."""
    if account is None:
        return login_of(environment.config.slack_actors, user)
    return account.login if may_act(account.login, environment.config.acting) else None
