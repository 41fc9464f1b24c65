"""Guards the platform: a repository acts only on targets that the operator allows it and no other repository claims."""

import logging
from dataclasses import dataclass, field
from typing import Protocol

from ghapp.core.config.model import CodeDeploy, InvalidConfig
from ghapp.core.config.targets import Allowance, check_target, same_target, target_key
from ghapp.core.model.environment import Environment, Grant, Repository
from ghapp.core.model.events import RunObserved
from ghapp.core.model.facts import NeedPlatform
from ghapp.core.model.lanes import tenant
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.engine.documents import documents, readable
from ghapp.engine.policy import Rules, Says, lacks, read_rules
from ghapp.ports import Archive, Fault, Installations, Make, Platform, Policies, Store, TargetDenied

logger = logging.getLogger(__name__)


ReadRules = dict[tuple[str, int], Rules]
"""The rules read for one call, by owner and installation."""


class Kept(Store, Archive, Protocol):
    """Stored documents, and the index of repositories by target."""


@dataclass(frozen=True, slots=True)
class AllowedPlatform(Platform):
    """The port `Platform`. It passes no call on for a repository that may not act on the very target of that call.

    No stored answer counts: it may be about another target, or older than the setting or the owner's rules. These are
    read at each call, once for each owner. While they cannot be read, those that this server read last count; without
    any, nothing is allowed. `allowances`: the operator's setting.

    An act counts under the name that GitHub gives the repository then, a look under the stored one, which is at most an
    hour old.
    """

    platform: Platform
    store: Kept
    installations: Installations
    allowances: tuple[Allowance, ...] | None
    policies: Policies
    _last_read: dict[str, Says] = field(default_factory=dict)  # by owner, of those that the operator has named

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
        if denied := await self._denied(await self._present(repository), place):
            raise TargetDenied(denied)

    async def _present(self, repository: Repository) -> Repository:
        """Under its stored name while GitHub gives no answer: the way back must not depend on that."""
        try:
            found = await self.installations.still(repository)
        except Fault:
            return repository
        if found is None:
            raise TargetDenied(PlatformDenied(f"not allowed: ghapp is not installed on {repository.full_name}"))
        return found

    async def _denied(self, repository: Repository, place: CodeDeploy) -> PlatformDenied | None:
        read: ReadRules = {}
        if denied := await self._without_leave(repository, place, read):
            return denied
        rival = await self._rival(repository, place, read)
        if rival is None:
            return None
        shown = rival.full_name if await self._is_public(rival) else ""
        by = shown or "another repository"
        return PlatformDenied(f"not allowed: {by} names {place.target} too", claimed_by=shown)

    async def _without_leave(self, repository: Repository, place: CodeDeploy, read: ReadRules) -> PlatformDenied | None:
        """Why the setting and the owner's rules do not allow it now."""
        rules = await self._rules(repository, read)
        if isinstance(rules, InvalidConfig):
            return PlatformDenied(f"not allowed: {rules.file} cannot be used")
        found = lacks(repository.full_name, place, self.allowances, rules)
        return PlatformDenied(found.why, lacks=found) if found else None

    async def _rules(self, repository: Repository, read: ReadRules) -> Rules:
        by = tenant(repository.full_name).lower(), repository.installation
        if by not in read:
            read[by] = await self._newest(repository)
        return read[by]

    async def _newest(self, repository: Repository) -> Rules:
        owner = tenant(repository.full_name).lower()
        try:
            rules = await read_rules(self.policies, repository)
        except Fault:
            if owner not in self._last_read:
                raise
            return self._last_read[owner]
        if isinstance(rules, Says) and rules.address:
            self._last_read[owner] = rules
        return self._last_read.get(owner, rules)

    async def _rival(self, repository: Repository, place: CodeDeploy, read: ReadRules) -> Repository | None:
        """Another repository that is allowed the target, names it in its config and still has the App installed."""
        for other in await self.store.found_by(target_key(place)):
            if other == repository.id:
                continue
            found = readable(documents(await self.store.load(other)))
            claimed = [(one.repository, named) for one in found if (named := _claimed(one, place))]
            rivals = [rival for rival, named in claimed if await self._may_claim(rival, named, read)]
            if not rivals:
                continue
            rival = rivals[0]
            if now := await self.installations.still(rival):
                logger.warning(
                    "target claimed twice",
                    extra={"target": place.target, "repository": repository.full_name, "other": rival.full_name},
                )
                return now
        return None

    async def _may_claim(self, rival: Repository, place: CodeDeploy, read: ReadRules) -> bool:
        """Also if it is not known to lack the leave: another server may know better.

        The operator's setting goes first: where it does not allow the rival, the rules of the rival's owner have no say
        here, read or not.
        """
        if self.allowances is not None and check_target(rival.full_name, place, self.allowances):
            return False
        denied = await self._without_leave(rival, place, read)
        return denied is None or denied.lacks is None

    async def _is_public(self, repository: Repository) -> bool:
        """Every reader of the asking repository sees the answer, so a repository of unknown visibility is not named."""
        try:
            return await self.installations.is_public(repository)
        except Fault:
            return False


def _claimed(environment: Environment, place: CodeDeploy) -> CodeDeploy | None:
    """The target of its config, if that may be this one."""
    named = environment.config.rollback
    return named if named and not environment.gone and same_target(named, place) else None
