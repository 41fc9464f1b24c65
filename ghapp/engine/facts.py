"""Gathers what a decision asks for, side by side. A fact that cannot be had is a fault, never a guess."""

import asyncio
from collections.abc import Iterable

from ghapp.core.environment import Repository
from ghapp.core.facts import Fact, Need
from ghapp.ports import Source


async def gather(source: Source, repository: Repository, needs: Iterable[Need]) -> dict[Need, Fact]:
    """Every need with its fact. Raises the first fault, after the others have been given up."""
    asked = tuple(dict.fromkeys(needs))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(source.gather(repository, need)) for need in asked]
    return {need: task.result() for need, task in zip(asked, tasks, strict=True)}
