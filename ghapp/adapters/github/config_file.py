"""Reads the repository's config file on its default branch, with its commit, in one query."""

import asyncio
import dataclasses
from copy import copy
from typing import Protocol

from cachetools import LRUCache
from msgspec.structs import replace

from ghapp.adapters.github import blobs
from ghapp.adapters.github.api import Api
from ghapp.adapters.github.blobs import File, Found
from ghapp.adapters.github.branches import Branches
from ghapp.adapters.github.policy_file import PolicyFiles
from ghapp.core.config.model import CONFIG_PATH, Config, InvalidConfig, NoConfig, PolicyFile
from ghapp.core.config.workflow_check import apps, refuse_app
from ghapp.core.model.environment import Repository, same_owner
from ghapp.core.model.facts import ConfigFact
from ghapp.ports import Priority

READINGS_KEPT = 256
SILENT_KEPT = 10_000


class Reading(Protocol):
    """Parses a text with its commit, default branch and the owner's rules. Pure, and slow enough for a thread.

    `repository`: the full name of the config's repository.
    """

    def __call__(
        self, text: str, sha: str, default_branch: str, policy: PolicyFile | None, /, *, repository: str
    ) -> Config | InvalidConfig: ...


Policy = PolicyFile | InvalidConfig | None
"""The owner's rules, the problems with them, or None if there are none."""


class ConfigFile:
    """Reads the config and caches parsed texts: the same text is parsed once."""

    def __init__(self, api: Api, reading: Reading, branches: Branches, policies: PolicyFiles) -> None:
        self._api = api
        self._reading = reading
        self._branches = branches
        self.policies = policies
        self._silent: LRUCache[int, bool] = LRUCache(SILENT_KEPT)
        self._meanings: LRUCache[tuple[str, str, str, str], Config | InvalidConfig] = LRUCache(READINGS_KEPT)

    def at(self, api: Api) -> "ConfigFile":
        """The same file and caches, read through another handle of the API."""
        same = copy(self)
        same._api, same.policies = api, self.policies.at(api)
        return same

    async def read(self, repository: Repository) -> ConfigFact:
        """The current config, under the rules of the owner that GitHub names. A zero-byte file is no config."""
        if self.is_policy(repository):
            return NoConfig()
        own, now, policy = await self._both(repository)
        if isinstance(own, NoConfig):
            fact: ConfigFact = own
        elif isinstance(policy, BaseException):
            raise policy
        else:
            fact = await self._under(now, own, policy)
        return dataclasses.replace(fact, repository=now.full_name, page=f"{self._api.web}/{now.full_name}")

    async def text(self, repository: Repository) -> str:
        """The present text of the config, empty without a usable file."""
        own, _ = await self._own(repository)
        return own.text if isinstance(own, File) else ""

    def is_policy(self, repository: Repository) -> bool:
        """Whether the repository's file holds the owner's rules instead of a config."""
        return self.policies.holds(repository.full_name)

    async def proposed(self, repository: Repository, file: Found) -> ConfigFact:
        """A file as the repository's config. Ignores unusable owner's rules: those are reported elsewhere."""
        if isinstance(file, NoConfig):
            return file
        policy = await self.policies.read(repository)
        return await self._under(repository, file, None if isinstance(policy, InvalidConfig) else policy)

    async def _under(self, repository: Repository, own: File | InvalidConfig, policy: Policy) -> ConfigFact:
        if isinstance(policy, InvalidConfig):
            return policy
        if isinstance(own, File):
            return await self._meaning(repository, own, policy)
        if policy is None:
            return own
        # the file has no usable text: an empty text shows what the rules alone say
        ruled = await self._meaning(repository, File(own.sha, "", own.sha, ""), policy)
        return _ruled(own, ruled)

    async def _both(self, repository: Repository) -> tuple[Found, Repository, Policy | BaseException]:
        """Reads both concurrently, and returns the repository under its present name. If there was no config lately, or
        the call is only for display, reads the rules second, and only if there is a config; likewise if the repository
        has another owner than was thought."""
        if repository.id in self._silent or self._api.priority is not Priority.ACT:
            own, now = await self._own(repository)
            return own, now, None if isinstance(own, NoConfig) else await self.policies.read(now)
        asked = self._own(repository), self.policies.read(repository)
        answer, policy = await asyncio.gather(*asked, return_exceptions=True)
        if isinstance(answer, BaseException):
            raise answer
        own, now = answer
        return own, now, policy if same_owner(now, repository) else await self.policies.read(now)

    async def _own(self, repository: Repository) -> tuple[Found, Repository]:
        answer = await self._api.query(repository, blobs.QUERY, blobs.Repository, path=CONFIG_PATH)
        if answer.default_branch_ref:
            self._branches.note(repository, answer.default_branch_ref.name)
        own = answer.file
        if isinstance(own, NoConfig):
            self._silent[repository.id] = True
        else:
            self._silent.pop(repository.id, None)
        return own, replace(repository, full_name=answer.name_with_owner)

    async def _meaning(self, repository: Repository, own: File, policy: PolicyFile | None) -> Config | InvalidConfig:
        full_name = repository.full_name
        key = (full_name, own.oid, own.branch, policy.blob if policy else "")
        if key not in self._meanings:
            read_at = (own.sha, own.branch, policy)
            meaning = await asyncio.to_thread(self._reading, own.text, *read_at, repository=full_name)
            if refused := await _names_ourselves(self._api, meaning, own.text):
                meaning = _ruled(refused, self._reading("", *read_at, repository=full_name))
            self._meanings[key] = meaning
        return _at_commit(self._meanings[key], own.sha)


async def _names_ourselves(api: Api, meaning: Config | InvalidConfig, text: str) -> InvalidConfig | None:
    """The problem of a config that names our own App among those allowed to act; else None."""
    if isinstance(meaning, InvalidConfig) or not apps(meaning):
        return None
    found = refuse_app(meaning, text, (await api.bot()).removesuffix("[bot]"))
    return found if isinstance(found, InvalidConfig) else None


def _ruled(own: InvalidConfig, ruled: Config | InvalidConfig) -> InvalidConfig:
    """Adds the rules' own settings to an unusable config. `ruled`: the rules' result for an empty text."""
    assert isinstance(ruled, InvalidConfig)
    if ruled.of_owner:
        return ruled
    return dataclasses.replace(own, acting=ruled.acting, refuses=ruled.refuses, language=own.language or ruled.language)


def _at_commit(meaning: Config | InvalidConfig, sha: str) -> Config | InvalidConfig:
    """The same parsed config, read at another commit."""
    if isinstance(meaning, InvalidConfig):
        return meaning if meaning.of_owner else dataclasses.replace(meaning, sha=sha)
    config = {name: replace(config, sha=sha) for name, config in meaning.environments.items()}
    return dataclasses.replace(meaning, sha=sha, environments=config)
