"""Reads the owner's rules from the repository that GHAPP_POLICY names for the owner; no other has authority."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import replace

from ghapp.adapters.github import blobs
from ghapp.adapters.github.api import Api
from ghapp.adapters.github.blobs import File
from ghapp.core.config.model import (
    CONFIG_PATH,
    OWNER_NOT_SERVED,
    POLICY_UNREAD,
    InvalidConfig,
    NoConfig,
    PolicyFile,
    Problem,
)
from ghapp.core.model.environment import Repository
from ghapp.core.model.lanes import tenant


class PolicyFiles:
    """Reads the rules anew at each event, so a change takes effect at once, and missing rules fail closed at once.

    `served`: the accounts that are served, in lower case; empty = all.
    """

    def __init__(self, api: Api, named: Mapping[str, str], served: Collection[str] = ()) -> None:
        self._api = api
        self._served = served
        self._named = {owner.lower(): full_name for owner, full_name in named.items()}

    def at(self, api: Api) -> "PolicyFiles":
        """The same files, read through another handle of the API."""
        same = copy(self)
        same._api = api
        return same

    def holds(self, full_name: str) -> bool:
        """Whether it is an owner's policy repository, whose file is no config of its own."""
        return full_name.lower() in map(str.lower, self._named.values())

    async def read(self, repository: Repository) -> PolicyFile | InvalidConfig | None:
        """The rules of a repository's owner; None if no policy repository is set. Raises `Retryable` if GitHub gives
        no answer. Fails closed (`POLICY_UNREAD`) without access or a file, or if the repository was renamed; also
        (`OWNER_NOT_SERVED`) for a repository that was transferred to an owner whom no webhook is taken from."""
        owner = tenant(repository.full_name).lower()
        if self._served and owner not in self._served:
            return InvalidConfig("", (Problem(1, 1, OWNER_NOT_SERVED),), file=repository.full_name)
        full_name = self._named.get(owner)
        if full_name is None:
            return None
        address = f"{full_name}/{CONFIG_PATH}"
        name = full_name.split("/", 1)[1]
        answer = await self._api.query_beside(repository, name, blobs.QUERY, blobs.Repository, path=CONFIG_PATH)
        # GitHub redirects the name of a moved repository; the authority must not move with it
        if answer is None or answer.name_with_owner.lower() != full_name.lower():
            return _unread(address)
        match answer.file:
            case NoConfig():
                return _unread(address)
            case InvalidConfig() as invalid:
                return replace(invalid, file=address)
            case File(oid=blob, text=text, sha=sha):
                return PolicyFile(address, text, blob, sha)


def _unread(address: str) -> InvalidConfig:
    return InvalidConfig("", (Problem(1, 1, POLICY_UNREAD),), file=address)
