"""A pull request's own config, read at its head for advice alone, and the check run that tells it."""

import asyncio
import hashlib
from collections.abc import Mapping

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.check_runs import CheckRuns, Known
from ghapp.adapters.github.config_file import FILE_FIELDS, Branch, Commit, Reading, found
from ghapp.adapters.github.queries import Query
from ghapp.core.config import CONFIG_PATH, InvalidConfig, NoConfig
from ghapp.core.environment import Repository
from ghapp.core.facts import ConfigFact, Files, NeedFiles
from ghapp.core.views.config_check import NAME, Annotation, ConfigCheck
from ghapp.ports import Proposal, Source

A_CALL = 50  # annotations that GitHub takes at once; further ones are added to those
QUERY = Query(
    f"""
    defaultBranchRef {{ name target {{ __typename oid ... on Commit {{ {FILE_FIELDS} }} }} }}
    pullRequest(number: $number) {{
      baseRefName
      commits(last: 1) {{ nodes {{ commit {{ oid {FILE_FIELDS} }} }} }}
    }}
    """,
    "$path: String!, $number: Int!",
)


class _Node(msgspec.Struct):
    commit: Commit


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _Pull(msgspec.Struct, rename="camel"):
    base_ref_name: str
    commits: _Commits


class _Repository(msgspec.Struct, rename="camel"):
    default_branch_ref: Branch | None = None
    pull_request: _Pull | None = None


class GitHubConfigChecks:
    """The port `ConfigChecks`."""

    def __init__(self, api: Api, runs: CheckRuns, source: Source, reading: Reading) -> None:
        self._api = api
        self._runs = runs
        self._source = source
        self._reading = reading

    async def proposed(self, repository: Repository, number: int) -> Proposal | None:
        answer = await self._api.query(repository, QUERY, _Repository, path=CONFIG_PATH, number=number)
        branch, pull = answer.default_branch_ref, answer.pull_request
        if branch is None or branch.target is None or pull is None or not pull.commits.nodes:
            return None
        head = pull.commits.nodes[0].commit
        if pull.base_ref_name != branch.name or head.file == branch.target.file:
            return None  # what it says there is what holds already, or will never hold
        files = await self._source.gather(repository, NeedFiles(number, branch.name, head.oid))
        assert isinstance(files, Files)
        if files.complete and CONFIG_PATH not in files.names:
            return None
        held = await self._meaning(branch.target, branch.name)
        return Proposal(head.oid, await self._meaning(head, branch.name), held)

    async def _meaning(self, head: Commit, branch: str) -> ConfigFact:
        file = found(head, branch)
        if isinstance(file, NoConfig | InvalidConfig):
            return file
        return await asyncio.to_thread(self._reading, file.text, head.oid, branch, None)

    async def show(self, repository: Repository, head: str, check: ConfigCheck) -> None:
        known = await self._known(repository, head, check)
        told = known.output.annotations_count if known else 0
        if known is None:
            known = await self._made(repository, head, check)
            told = len(check.annotations[:A_CALL])
        while told < len(check.annotations):
            more = check.annotations[told : told + A_CALL]
            await self._runs.edit(repository, known.id, {"output": _output(check, more)})
            told += len(more)

    async def _made(self, repository: Repository, head: str, check: ConfigCheck) -> Known:
        body: dict[str, object] = {
            "name": NAME,
            "head_sha": head,
            "external_id": _fingerprint(check),
            "status": "completed",
            "conclusion": check.conclusion,
            "output": _output(check, check.annotations[:A_CALL]),
        }
        return await self._runs.make(repository, body)

    async def _known(self, repository: Repository, head: str, check: ConfigCheck) -> Known | None:
        """The same one, made before: by its name, and by what it says."""
        there = [run for run in await self._runs.ours(repository, head) if run.name == NAME]
        return next((run for run in there if run.external_id == _fingerprint(check)), None)


def _output(check: ConfigCheck, annotations: tuple[Annotation, ...]) -> Mapping[str, object]:
    lines = [
        {
            "path": CONFIG_PATH,
            "start_line": one.line,
            "end_line": one.line,
            "annotation_level": "failure",
            "message": one.message,
        }
        for one in annotations
    ]
    return {"title": check.title, "summary": check.summary, "annotations": lines}


def _fingerprint(check: ConfigCheck) -> str:
    return hashlib.sha256(repr(check).encode()).hexdigest()[:16]
