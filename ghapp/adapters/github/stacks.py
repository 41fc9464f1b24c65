"""Stacks of pull requests: a layer's base is the layer below; the rules of the stack's target branch apply to it.

By REST: an unknown GraphQL field fails the whole query on older servers. https://docs.github.com/rest/pulls/stacks"""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused
from ghapp.core.model.environment import Repository

STACKS = "/stacks{?pull_request,per_page}"
LISTED = 100


class _Base(msgspec.Struct):
    ref: str


class _Layer(msgspec.Struct):
    number: int
    state: str
    merged_at: datetime | None = None


class _Stack(msgspec.Struct):
    base: _Base
    pull_requests: list[_Layer]


class Stacks:
    """Reads stacks. A 404 counts as none: the server or the repository has no stacks."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def base_of(self, repository: Repository, number: int) -> str | None:
        """The branch that a pull request's stack goes into; None if it is in no stack."""
        async for stack in self._listed(repository, pull_request=number):
            return stack.base.ref
        return None

    async def opened(self, repository: Repository, base: str) -> AsyncIterator[int]:
        """The open pull requests of the stacks that go into a branch."""
        async for layer in self._layers(repository, base):
            if layer.state == "open":
                yield layer.number

    async def merged(self, repository: Repository, base: str, since: datetime) -> AsyncIterator[int]:
        """Likewise those merged from `since` on."""
        async for layer in self._layers(repository, base):
            if layer.merged_at and layer.merged_at >= since:
                yield layer.number

    async def _layers(self, repository: Repository, base: str) -> AsyncIterator[_Layer]:
        async for stack in self._listed(repository):
            for layer in stack.pull_requests if stack.base.ref == base else ():
                yield layer

    async def _listed(self, repository: Repository, **asked: int) -> AsyncIterator[_Stack]:
        try:
            async for page in self._api.pages(repository, STACKS, list[_Stack], per_page=LISTED, **asked):
                for stack in page:
                    yield stack
        except Refused as refusal:
            if refusal.status != 404:
                raise
