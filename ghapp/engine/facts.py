"""Gathers what a decision asks for, side by side. A fact that cannot be had is a fault, never a guess."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Fact, Need, NeedPlatform, Ungranted
from ghapp.ports import NotGranted, Platform, Source


@dataclass(frozen=True, slots=True)
class Sources(Source):
    """Whoever knows is asked: GitHub, or the platform."""

    github: Source
    platform: Platform

    async def gather(self, repository: Repository, need: Need) -> Fact:
        """The fact that answers the need."""
        if isinstance(need, NeedPlatform):
            return await self.platform.look(repository, need)
        return await self.github.gather(repository, need)


async def gather(source: Source, repository: Repository, needs: Iterable[Need]) -> dict[Need, Fact]:
    """Every need with its fact. Raises the first fault, after the others have been given up."""
    asked = tuple(dict.fromkeys(needs))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_fact(source, repository, need)) for need in asked]
    return {need: task.result() for need, task in zip(asked, tasks, strict=True)}


async def _fact(source: Source, repository: Repository, need: Need) -> Fact:
    """That it may not be asked for is known, too: what needs it is refused, and says which permission is missing."""
    try:
        return await source.gather(repository, need)
    except NotGranted as fault:
        return Ungranted(fault.permission, fault.where)
