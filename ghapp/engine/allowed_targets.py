"""Guards the platform: a repository acts only on targets that the operator allows it and no other repository claims."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from ghapp.core.config.model import CodeDeploy
from ghapp.core.config.targets import Allowance, check_target, same_target, target_key
from ghapp.core.model.environment import Environment, Grant, Repository
from ghapp.core.model.events import RunObserved
from ghapp.core.model.facts import NeedPlatform
from ghapp.core.model.lanes import tenant
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.engine.documents import documents, readable
from ghapp.ports import Archive, Fault, Installations, Make, Permanent, Platform, Store

logger = logging.getLogger(__name__)


class Kept(Store, Archive, Protocol):
    """Stored documents, and the index of repositories by target."""


@dataclass(frozen=True, slots=True)
class AllowedPlatform(Platform):
    """The port `Platform`. It passes no call on for a repository that may not act on the target.

    The owner's rules on a target are in the environment's config and are checked before this. `policies`: the owners
    that have rules, in lower case. `allowances`: the operator's current setting, which goes before a stored one.
    """

    platform: Platform
    store: Kept
    installations: Installations
    allowances: tuple[Allowance, ...] | None
    policies: Collection[str]

    async def look(self, repository: Repository, need: NeedPlatform) -> PlatformState | PlatformDenied:
        denied = await self._denied(repository, need.place)
        return denied or await self.platform.look(repository, need)

    async def stop(self, repository: Repository, place: CodeDeploy, deployment: str, *, back: bool) -> bool:
        await self._check(repository, place)
        return await self.platform.stop(repository, place, deployment, back=back)

    async def finish(self, repository: Repository, place: CodeDeploy, deployment: str) -> None:
        await self._check(repository, place)
        await self.platform.finish(repository, place, deployment)

    async def prepare(self, repository: Repository, grant: Grant) -> Make | RunObserved:
        assert grant.config.rollback
        await self._check(repository, grant.config.rollback)
        return await self.platform.prepare(repository, grant)

    async def _check(self, repository: Repository, place: CodeDeploy) -> None:
        if denied := await self._denied(repository, place):
            raise Permanent(denied.why)

    async def _denied(self, repository: Repository, place: CodeDeploy) -> PlatformDenied | None:
        if why := self._refused(repository.full_name, place):
            return PlatformDenied(why)
        rival = await self._rival(repository, place)
        if rival is None:
            return None
        shown = rival.full_name if await self._is_public(rival) else ""
        by = shown or "another repository"
        return PlatformDenied(f"not allowed: {by} names {place.target} too", claimed_by=shown)

    def _refused(self, full_name: str, place: CodeDeploy) -> str:
        """Checks the operator's setting alone. Without a setting, an owner with rules passes: the rules decide."""
        if self.allowances is None and tenant(full_name).lower() in self.policies:
            return ""
        found = check_target(full_name, place, self.allowances)
        return found.why if found else ""

    async def _rival(self, repository: Repository, place: CodeDeploy) -> Repository | None:
        """Another repository that is allowed the target, names it in its config and still has the App installed."""
        for other in await self.store.in_channel(target_key(place)):
            if other == repository.id:
                continue
            claims = [one for one in readable(documents(await self.store.load(other))) if self._claims(one, place)]
            if not claims:
                continue
            rival = claims[0].repository
            if now := await self.installations.still(rival):
                logger.warning(
                    "target claimed twice",
                    extra={"target": place.target, "repository": repository.full_name, "other": rival.full_name},
                )
                return now
        return None

    def _claims(self, environment: Environment, place: CodeDeploy) -> bool:
        config = environment.config
        if environment.gone or config.rollback is None or config.not_allowed or not same_target(config.rollback, place):
            return False
        return not self._refused(environment.repository.full_name, config.rollback)

    async def _is_public(self, repository: Repository) -> bool:
        """Every reader of the asking repository sees the answer, so a repository of unknown visibility is not named."""
        try:
            return await self.installations.is_public(repository)
        except Fault:
            return False
