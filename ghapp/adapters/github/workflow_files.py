"""The workflows that a config names: as a pull request would leave them, or as they are on the default branch."""

import asyncio
from collections.abc import Collection, Iterable, Mapping

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.blobs import BLOB_FIELDS, TreeEntry, text_of
from ghapp.adapters.github.faults import Unanswered, reading_fact
from ghapp.adapters.github.queries import Query
from ghapp.core.config.model import Config, Problem
from ghapp.core.config.workflow_check import Files
from ghapp.core.config.workflow_file import LIMITS, Workflow, read_workflow
from ghapp.core.model.environment import Repository
from ghapp.ports import Proposal

FOLDER = ".github/workflows"
Entries = Mapping[str, object]
"""A commit's fields; each file under its alias in the query."""


class _Node(msgspec.Struct):
    commit: dict[str, object]


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _Pull(msgspec.Struct):
    commits: _Commits


class _Branch(msgspec.Struct):
    target: dict[str, object] | None = None


class _Repository(msgspec.Struct, rename="camel"):
    default_branch_ref: _Branch | None = None
    pull_request: _Pull | None = None


async def read_workflows(api: Api, repository: Repository, proposal: Proposal) -> Files:
    """The workflows that a valid config names, each read once, all in one query. Raises Retryable."""
    assert isinstance(proposal.meaning, Config)
    names = sorted({config.workflow for config in proposal.meaning.environments.values()})
    aliases = {f"workflow_{place}": name for place, name in enumerate(names)}
    at_head = {alias for alias, name in aliases.items() if name in proposal.changed}
    values = {alias: f"{FOLDER}/{name}" for alias, name in aliases.items()}
    with reading_fact("the workflows"):
        found = await api.query(repository, _query(values, at_head), _Repository, number=proposal.number, **values)
    branch, head = _commits(found, proposal)
    entries = {name: (head if alias in at_head else branch).get(alias) for alias, name in aliases.items()}
    there = {name: read(entry, TreeEntry) for name, entry in entries.items() if entry is not None}
    return await asyncio.to_thread(_read_all, there)


async def read_present_workflows(api: Api, repository: Repository, config: Config) -> Files:
    """Those on the default branch now, all in one query. Raises Retryable."""
    names = sorted({environment_config.workflow for environment_config in config.environments.values()})
    aliases = {f"workflow_{place}": name for place, name in enumerate(names)}
    values = {alias: f"{FOLDER}/{name}" for alias, name in aliases.items()}
    query = Query(
        f"defaultBranchRef {{ target {{ __typename oid ... on Commit {{ {_files(aliases)} }} }} }}",
        ", ".join(f"${alias}: String!" for alias in aliases),
    )
    with reading_fact("the workflows"):
        found = await api.query(repository, query, _Repository, **values)
    branch = (found.default_branch_ref.target if found.default_branch_ref else None) or {}
    entries = {name: branch.get(alias) for alias, name in aliases.items()}
    there = {name: read(entry, TreeEntry) for name, entry in entries.items() if entry is not None}
    return await asyncio.to_thread(_read_all, there)


def _query(aliases: Collection[str], at_head: Collection[str]) -> Query:
    head, branch = (_files(one for one in aliases if (one in at_head) is wanted) for wanted in (True, False))
    fields = f"""
    defaultBranchRef {{ target {{ __typename oid ... on Commit {{ {branch} }} }} }}
    pullRequest(number: $number) {{ commits(last: 1) {{ nodes {{ commit {{ oid {head} }} }} }} }}
    """
    return Query(fields, ", ".join(("$number: Int!", *(f"${alias}: String!" for alias in aliases))))


def _files(aliases: Iterable[str]) -> str:
    return " ".join(f"{alias}: file(path: ${alias}) {{ {BLOB_FIELDS} }}" for alias in aliases) or "oid"


def _commits(found: _Repository, proposal: Proposal) -> tuple[Entries, Entries]:
    """The default branch's newest commit and the pull request's. Raises Unanswered if its head has moved."""
    branch = found.default_branch_ref.target if found.default_branch_ref else None
    nodes = found.pull_request.commits.nodes if found.pull_request else []
    head = nodes[0].commit if nodes else {}
    if branch is None or head.get("oid") != proposal.head:
        raise Unanswered(f"the head of #{proposal.number} has moved meanwhile")
    return branch, head


def _read_all(entries: Mapping[str, TreeEntry]) -> Mapping[str, Workflow | Problem]:
    texts = {name: text_of(entry, LIMITS.size) for name, entry in entries.items()}
    return {name: text if isinstance(text, Problem) else read_workflow(text) for name, text in texts.items()}
