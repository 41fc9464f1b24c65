"""`/ghapp link`: gives a member the address where they prove their GitHub account, and removes links; and as whom the
member acts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.events import SlackCommandGiven, SlackRequest
from ghapp.core.model.slack_link import ADDRESS_LASTS, GitHubAccount, LinkCode, said_of_links
from ghapp.core.model.slack_person import SlackPerson, why_not_admitted
from ghapp.engine.rate_limit import Quota
from ghapp.engine.slack_links import SlackLinks
from ghapp.ports import Clock, Fault

ADDRESSES_A_MINUTE = 5  # for one member

logger = logging.getLogger(__name__)

Addresses = Callable[[LinkCode], str]
"""The address where the member of this code proves their account."""


@dataclass(slots=True)
class SlackLinking:
    """`addresses`: None on a server without sign-in."""

    links: SlackLinks
    clock: Clock
    addresses: Addresses | None
    _given: Quota = field(init=False)

    def __post_init__(self) -> None:
        self._given = Quota(ADDRESSES_A_MINUTE, self.clock)

    @property
    def is_possible(self) -> bool:
        """Whether members can prove an account on this server."""
        return self.addresses is not None

    async def answer(self, asked: SlackRequest, person: SlackPerson) -> Refusal:
        """The sentence that only the member gets. Raises Retryable or Permanent."""
        if unfit := why_not_admitted(person, asked.team):
            return Refusal(f"slack.{unfit}")
        match said_of_links(asked.text):
            case "ask":
                return await self._address(asked)
            case "remove":
                return await self._removed(asked)
            case _:
                return Refusal("link.usage", {"typed": f"/ghapp {asked.text.removeprefix('/')}"})

    async def account(self, person: SlackPerson, team: str) -> GitHubAccount | None:
        """The GitHub account that the person acts as here. A link ends when its member leaves."""
        unfit = why_not_admitted(person, team)
        if unfit in ("gone", "stranger"):
            await self.links.end(team, person.id, why="left the workspace")
        return None if unfit else await self.links.account(team, person.id)

    async def keeps_login(self, event: SlackCommandGiven, decision: Decision) -> None:
        """Stores the new login of an account that was renamed, for people to see."""
        logins = (entry.actor for entry in decision.entries if entry.by == "link")
        known, login = event.account, next(logins, None)
        if known is None or login in (None, known.login):
            return
        try:
            await self.links.saw(event.team, event.person.id, known.id, login)
        except Fault as fault:
            logger.info("login not kept", extra={"why": str(fault)})

    async def _removed(self, asked: SlackRequest) -> Refusal:
        ended = await self.links.remove(asked.team, asked.user)
        return Refusal("link.removed", {"login": ended.login}) if ended else Refusal("link.none")

    async def _address(self, asked: SlackRequest) -> Refusal:
        if self.addresses is None:
            return Refusal("link.without_sign_in")
        if not self._given.admits(asked.team, asked.user, asked.key):
            return Refusal("link.often", {"count": ADDRESSES_A_MINUTE})
        linked = await self.links.account(asked.team, asked.user)
        code = await self.links.code(asked.team, asked.user)
        values: dict[str, Value] = {"url": self.addresses(code), "until": self.clock() + ADDRESS_LASTS}
        return Refusal("link.again", values | _shown(linked)) if linked else Refusal("link.open", values)


def _shown(linked: GitHubAccount) -> dict[str, Value]:
    return {"login": linked.login, "since": linked.at}


def is_about_links(asked: SlackRequest) -> bool:
    """Whether the typed line is `/ghapp link`, of whatever form."""
    return not asked.button and said_of_links(asked.text) is not None
