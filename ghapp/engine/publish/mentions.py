"""Finds Slack members whom no config links, by the e-mail on their GitHub profile: only for mentions, never to act."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import timedelta

from cachetools import TTLCache

from ghapp.core.model.environment import Repository
from ghapp.ports import Chat, Clock, NoAccess, Permanent, Profiles

KEPT = timedelta(hours=1)
PEOPLE_KEPT = 1_000
AT_ONCE = 5

logger = logging.getLogger(__name__)


class Mentions:
    """Asks GitHub and Slack once an hour for each login; a miss is kept, too."""

    def __init__(self, profiles: Profiles, chat: Chat, clock: Clock) -> None:
        self._profiles, self._chat = profiles, chat
        self._known: TTLCache[tuple[int, str], str | None] = TTLCache(
            PEOPLE_KEPT, KEPT.total_seconds(), timer=lambda: clock().timestamp()
        )

    def at(self, profiles: Profiles) -> "Mentions":
        """The same members, looked up by another handle of the profiles."""
        same = copy(self)
        same._profiles = profiles
        return same

    async def of(self, repository: Repository, logins: Iterable[str]) -> Mapping[str, str]:
        """The member ids found, by login. Raises Retryable: a later edit would notify no person."""
        asked = [login for login in dict.fromkeys(logins) if login and not login.endswith("[bot]")][:AT_ONCE]
        found = await asyncio.gather(*(self._member(repository, login) for login in asked))
        return {login: member for login, member in zip(asked, found, strict=True) if member}

    async def _member(self, repository: Repository, login: str) -> str | None:
        key = repository.installation, login.lower()
        if key not in self._known:
            try:
                self._known[key] = await self._looked_up(repository, login)
            except NoAccess:
                return None  # the message does not wait for access; the next one asks again
        return self._known[key]

    async def _looked_up(self, repository: Repository, login: str) -> str | None:
        try:
            email = await self._profiles.email(repository, login)
            return await self._chat.member(email) if email else None
        except NoAccess:
            raise
        except Permanent as fault:
            logger.info("nobody to mention", extra={"why": str(fault)})
            return None
