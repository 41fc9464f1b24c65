"""Gathers the facts that a decision needs, concurrently. A fact that cannot be read is a fault, never a guess."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import ConfigFact, Fact, Need, NeedPlatform, Ungranted
from ghapp.engine.unusable_configs import UnusableConfigs
from ghapp.ports import NotGranted, Platform, Source


@dataclass(frozen=True, slots=True)
class Sources(Source):
    """Asks GitHub or the platform, by the kind of fact; notes each config that was read."""

    github: Source
    platform: Platform
    unusable: UnusableConfigs

    async def gather(self, repository: Repository, need: Need) -> Fact:
        if isinstance(need, NeedPlatform):
            return await self.platform.look(repository, need)
        fact = await self.github.gather(repository, need)
        if isinstance(fact, ConfigFact):
            self.unusable.note(repository, fact)
        return fact


async def gather(source: Source, repository: Repository, needs: Iterable[Need]) -> dict[Need, Fact]:
    """Each need with its fact. Raises a group with the first fault; the other requests are cancelled."""
    asked = tuple(dict.fromkeys(needs))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_fact(source, repository, need)) for need in asked]
    return {need: task.result() for need, task in zip(asked, tasks, strict=True)}


async def _fact(source: Source, repository: Repository, need: Need) -> Fact:
    """A missing permission is a fact, too: the command that needs it is refused with the name of the permission."""
    try:
        return await source.gather(repository, need)
    except NotGranted as fault:
        return Ungranted(fault.permission, fault.where)
