"""The port `FirstPulls`: the workflows that deploy a repository without a config, if a pull request fits a proposal."""

import asyncio
from collections.abc import Collection
from datetime import datetime

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.blobs import BLOB_FIELDS, TreeEntry, text_of
from ghapp.adapters.github.config_file import ConfigFile
from ghapp.adapters.github.queries import Query
from ghapp.adapters.github.workflow_files import FOLDER
from ghapp.core.config.model import CONFIG_PATH, Problem
from ghapp.core.config.release_files import says_release
from ghapp.core.config.values import WORKFLOW_FILE
from ghapp.core.config.workflow_check import Files
from ghapp.core.config.workflow_file import LIMITS, read_workflow
from ghapp.core.model.environment import Repository

MOST = 10  # workflows that are read
WRITES = "pull_requests: write"
PULL = Query(
    """
    isArchived
    defaultBranchRef { name target { __typename oid ... on Commit {
      file(path: $path) { mode }
      workflows: file(path: $folder) { object { __typename ... on Tree { entries { name } } } }
    } } }
    pullRequest(number: $number) {
      author { __typename } baseRefName createdAt isCrossRepository isDraft state
      commits(last: 1) { nodes { commit { oid file(path: $path) { mode } } } }
    }
    """,
    "$path: String!, $folder: String!, $number: Int!",
)


class _Named(msgspec.Struct):
    name: str


class _Tree(msgspec.Struct):
    entries: list[_Named] = []


class _Folder(msgspec.Struct):
    object: _Tree | None = None


class _Mode(msgspec.Struct):
    mode: int


class _Commit(msgspec.Struct):
    oid: str
    file: _Mode | None = None
    workflows: _Folder | None = None


class _Branch(msgspec.Struct):
    name: str
    target: _Commit | None = None


class _Author(msgspec.Struct):
    kind: str = msgspec.field(name="__typename")


class _Node(msgspec.Struct):
    commit: _Commit


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _Pull(msgspec.Struct, rename="camel"):
    author: _Author | None
    base_ref_name: str
    created_at: datetime
    is_cross_repository: bool
    is_draft: bool
    state: str
    commits: _Commits


class _Repository(msgspec.Struct, rename="camel"):
    is_archived: bool
    default_branch_ref: _Branch | None = None
    pull_request: _Pull | None = None


class _Files(msgspec.Struct, rename="camel"):
    default_branch_ref: "_FilesBranch | None" = None


class _FilesBranch(msgspec.Struct):
    target: dict[str, object] | None = None


class GitHubFirstPulls:
    """Asks nothing where the App may not comment, and nothing of a repository with an owner's rules."""

    def __init__(self, api: Api, config: ConfigFile) -> None:
        self._api, self._config = api, config

    async def workflows(self, repository: Repository, number: int, *, since: datetime) -> Files:
        if self._config.is_policy(repository) or WRITES in (await self._api.grants(repository)).lacking:
            return {}
        values = {"path": CONFIG_PATH, "folder": FOLDER, "number": number}
        found = await self._api.query(repository, PULL, _Repository, **values)
        branch, pull = found.default_branch_ref, found.pull_request
        if found.is_archived or branch is None or branch.target is None or pull is None:
            return {}
        if not _fits(pull, branch.name, since) or branch.target.file:
            return {}
        folder = branch.target.workflows
        names = sorted(one.name for one in (folder.object.entries if folder and folder.object else ()))
        chosen = [name for name in names if WORKFLOW_FILE.fullmatch(name) and says_release(name)][:MOST]
        return await self._read(repository, chosen) if chosen else {}

    async def _read(self, repository: Repository, names: Collection[str]) -> Files:
        aliases = {f"workflow_{place}": name for place, name in enumerate(names)}
        fields = " ".join(f"{alias}: file(path: ${alias}) {{ {BLOB_FIELDS} }}" for alias in aliases)
        query = Query(
            f"defaultBranchRef {{ target {{ __typename oid ... on Commit {{ {fields} }} }} }}",
            ", ".join(f"${alias}: String!" for alias in aliases),
        )
        values = {alias: f"{FOLDER}/{name}" for alias, name in aliases.items()}
        found = await self._api.query(repository, query, _Files, **values)
        target = (found.default_branch_ref.target if found.default_branch_ref else None) or {}
        entries = {name: read(target[alias], TreeEntry) for alias, name in aliases.items() if target.get(alias)}
        return await asyncio.to_thread(_read_all, entries)


def _fits(pull: _Pull, default_branch: str, since: datetime) -> bool:
    """Whether a person of the repository opened it lately, and it does not bring the config itself."""
    by_a_person = pull.author is not None and pull.author.kind == "User" and not pull.is_cross_repository
    is_new = pull.state == "OPEN" and not pull.is_draft and pull.created_at >= since
    brings = any(node.commit.file for node in pull.commits.nodes)
    return by_a_person and is_new and pull.base_ref_name == default_branch and not brings


def _read_all(entries: dict[str, TreeEntry]) -> Files:
    texts = {name: text_of(entry, LIMITS.size) for name, entry in entries.items()}
    return {name: text if isinstance(text, Problem) else read_workflow(text) for name, text in texts.items()}
