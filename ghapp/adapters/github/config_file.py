"""The repository's config file, on its default branch, read in one query with the commit it was read at."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
from cachetools import LRUCache

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.branches import Branches
from ghapp.adapters.github.queries import Query
from ghapp.core.config import CONFIG_PATH, OWNER_REPOSITORIES, Config, InvalidConfig, NoConfig, OwnerFile, Problem
from ghapp.core.environment import Repository
from ghapp.core.facts import ConfigFact
from ghapp.ports import is_only_shown

LARGEST = 65_536
FILE_MODES = (0o100644, 0o100755)  # not a folder, a link to another file, or another repository
READINGS_KEPT = 256
SILENT_KEPT = 10_000
BLOB_FIELDS = "mode object { __typename ... on Blob { oid byteSize isBinary isTruncated text } }"
FILE_FIELDS = f"file(path: $path) {{ {BLOB_FIELDS} }}"
QUERY = Query(
    f"defaultBranchRef {{ name target {{ __typename oid ... on Commit {{ {FILE_FIELDS} }} }} }}",
    "$path: String!",
)

Reading = Callable[[str, str, str, OwnerFile | None], Config | InvalidConfig]
"""From text, commit, default branch and the owner's file to what they mean. Pure, and slow enough for a thread."""


class _Object(msgspec.Struct, rename="camel"):
    kind: str = msgspec.field(name="__typename")
    oid: str = ""
    byte_size: int = 0
    is_binary: bool | None = None
    is_truncated: bool = False
    text: str | None = None


class TreeEntry(msgspec.Struct):
    """A file or a folder of a commit, with git's own mode."""

    mode: int
    object: _Object | None = None


class Commit(msgspec.Struct):
    """A commit with what it has at the config's path."""

    oid: str
    file: TreeEntry | None = None


class Branch(msgspec.Struct):
    """A branch and its newest commit."""

    name: str
    target: Commit | None


class _Repository(msgspec.Struct, rename="camel"):
    default_branch_ref: Branch | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file's text with its blob, its commit and the branch that it was read on."""

    oid: str
    text: str
    sha: str
    branch: str


Found = File | NoConfig | InvalidConfig
"""What is at the config's path, as far as its text."""
Owner = tuple[str, OwnerFile] | InvalidConfig | None
"""The owner's file with its blob."""


class ConfigFile:
    """Reads it, and remembers what a text meant: the same text is parsed once."""

    def __init__(self, api: Api, reading: Reading, branches: Branches) -> None:
        self._api = api
        self._reading = reading
        self._branches = branches
        self._silent: LRUCache[int, bool] = LRUCache(SILENT_KEPT)
        self._meanings: LRUCache[tuple[str, str, str], Config | InvalidConfig] = LRUCache(READINGS_KEPT)

    async def read(self, repository: Repository) -> ConfigFact:
        """The config now, with what its owner says once for all. A zero-byte file is no config."""
        if repository.full_name.split("/", 1)[1] in OWNER_REPOSITORIES:
            return NoConfig()  # the file there is the owner's
        own, owner = await self._both(repository)
        if not isinstance(own, File):
            return own
        if isinstance(owner, BaseException):
            raise owner
        return owner if isinstance(owner, InvalidConfig) else await self._meaning(own, owner)

    async def _both(self, repository: Repository) -> tuple[Found, Owner | BaseException]:
        """Side by side; but where there was no config lately the owner's is most likely of no use, and waits. Likewise
        where nobody waits for the answer."""
        if repository.id in self._silent or is_only_shown():
            own = await self._own(repository)
            return own, await self._owner(repository) if isinstance(own, File) else None
        asked = self._own(repository), self._owner(repository)
        found, owner = await asyncio.gather(*asked, return_exceptions=True)
        if isinstance(found, BaseException):
            raise found
        return found, owner

    async def _own(self, repository: Repository) -> Found:
        answer = await self._api.query(repository, QUERY, _Repository, path=CONFIG_PATH)
        if answer.default_branch_ref:
            self._branches.note(repository, answer.default_branch_ref.name)
        own = _default(answer)
        if isinstance(own, NoConfig):
            self._silent[repository.id] = True
        else:
            self._silent.pop(repository.id, None)
        return own

    async def _owner(self, repository: Repository) -> Owner:
        """The first that is there."""
        asked = (self._beside(repository, name) for name in OWNER_REPOSITORIES)
        return next((one for one in await asyncio.gather(*asked) if one), None)

    async def _beside(self, repository: Repository, name: str) -> Owner:
        """The owner's blob and text, if it is there. What could not be read is a fault, not absence."""
        answer = await self._api.query_beside(repository, name, QUERY, _Repository, path=CONFIG_PATH)
        there = _default(answer) if answer else NoConfig()
        address = f"{repository.full_name.split('/', 1)[0]}/{name}/{CONFIG_PATH}"
        match there:
            case NoConfig():
                return None
            case InvalidConfig():
                return replace(there, file=address)
            case File():
                return there.oid, OwnerFile(address, there.text)

    async def _meaning(self, own: File, owner: tuple[str, OwnerFile] | None) -> Config | InvalidConfig:
        owner_oid, beside = owner or ("", None)
        key = (own.oid, own.branch, owner_oid)
        if key not in self._meanings:
            self._meanings[key] = await asyncio.to_thread(self._reading, own.text, own.sha, own.branch, beside)
        return _at(self._meanings[key], own.sha)


def _default(repository: _Repository) -> Found:
    branch = repository.default_branch_ref
    return found(branch.target, branch.name) if branch and branch.target else NoConfig()


def found(commit: Commit, branch: str) -> Found:
    """What a commit has at the config's path, as far as its text."""
    text = text_of(commit.file, LARGEST)
    if isinstance(text, Problem):
        return InvalidConfig(commit.oid, (text,))
    blob = commit.file.object if commit.file else None
    return File(blob.oid, text, commit.oid, branch) if blob and text else NoConfig()


def text_of(entry: TreeEntry | None, most: int) -> str | Problem:
    """The text of a file of at most so many bytes, empty where there is none; or why it is not taken as text."""
    if entry is None:
        return ""
    blob = entry.object
    if entry.mode not in FILE_MODES or blob is None or blob.kind != "Blob":
        return Problem(1, 1, "yaml.not_a_file")
    if blob.byte_size > most or blob.is_truncated:
        return Problem(1, 1, "yaml.large", {"most": most // 1024})
    if blob.byte_size and (blob.is_binary or blob.text is None):
        return Problem(1, 1, "yaml.binary")
    return blob.text or ""


def _at(meaning: Config | InvalidConfig, sha: str) -> Config | InvalidConfig:
    """The same meaning, read at another commit."""
    if isinstance(meaning, InvalidConfig):
        return replace(meaning, sha=sha)
    terms = {name: replace(terms, sha=sha) for name, terms in meaning.environments.items()}
    return replace(meaning, sha=sha, environments=terms)
