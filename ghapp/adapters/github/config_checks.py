"""The config that a pull request proposes, read at its head for advice only, and the check run that reports on it."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.blobs import FILE_FIELDS, Commit, File, found
from ghapp.adapters.github.check_runs import CONFIG_MARK, CheckRuns, Known
from ghapp.adapters.github.config_file import ConfigFile
from ghapp.adapters.github.queries import Query
from ghapp.adapters.github.workflow_files import FOLDER, read_workflows
from ghapp.core.config.model import CONFIG_PATH, Config
from ghapp.core.config.workflow_check import Files as WorkflowFiles
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import AppFact, ConfigFact, Files, NeedApp, NeedCommit, NeedFiles, NeedRole, Presence
from ghapp.core.model.published import CONFIG_CHECK, Annotation, ConfigCheck
from ghapp.ports import Fault, Proposal, Source

PEOPLE = 20  # the most logins, or Apps, of a config that are looked up
A_CALL = 50  # annotations that GitHub takes per request; further requests append
FIELDS = f"{FILE_FIELDS} workflows: file(path: $folder) {{ object {{ oid }} }}"
QUERY = Query(
    f"""
    defaultBranchRef {{ name target {{ __typename oid ... on Commit {{ {FIELDS} }} }} }}
    pullRequest(number: $number) {{
      baseRefName
      commits(last: 1) {{ nodes {{ commit {{ oid {FIELDS} }} }} }}
    }}
    """,
    "$path: String!, $folder: String!, $number: Int!",
)


class _Tree(msgspec.Struct):
    oid: str


class _Folder(msgspec.Struct):
    object: _Tree | None = None


class _Commit(Commit):
    """`workflows`: the folder of the workflows; its id changes if a file in it does."""

    workflows: _Folder | None = None


class _Branch(msgspec.Struct):
    name: str
    target: _Commit | None = None


class _Node(msgspec.Struct):
    commit: _Commit


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _Pull(msgspec.Struct, rename="camel"):
    base_ref_name: str
    commits: _Commits


class _Repository(msgspec.Struct, rename="camel"):
    default_branch_ref: _Branch | None = None
    pull_request: _Pull | None = None


class GitHubConfigChecks:
    """The port `ConfigChecks`."""

    def __init__(self, api: Api, runs: CheckRuns, source: Source, config: ConfigFile) -> None:
        self._api = api
        self._runs = runs
        self._source = source
        self._config = config

    async def proposed(self, repository: Repository, number: int) -> Proposal | None:
        if self._config.is_policy(repository):
            return None
        values = {"path": CONFIG_PATH, "folder": FOLDER, "number": number}
        answer = await self._api.query(repository, QUERY, _Repository, **values)
        branch, pull = answer.default_branch_ref, answer.pull_request
        if branch is None or branch.target is None or pull is None or not pull.commits.nodes:
            return None
        base, head = branch.target, pull.commits.nodes[0].commit
        same = (head.file, head.workflows) == (base.file, base.workflows)
        if pull.base_ref_name != branch.name or same:
            return None  # the config would not change, or never takes effect on that branch
        files = await self._source.gather(repository, NeedFiles(number, branch.name, head.oid))
        assert isinstance(files, Files)
        changes = head.file != base.file and _touches(files, CONFIG_PATH)
        file = found(head if changes else base, branch.name)
        meaning = await self._config.proposed(repository, file)
        named = _workflows(meaning) if head.workflows != base.workflows else ()
        changed = frozenset(name for name in named if _touches(files, f"{FOLDER}/{name}"))
        if not changes and not changed:
            return None
        text = file.text if isinstance(file, File) else ""
        held = await self._config.proposed(repository, found(base, branch.name))
        return Proposal(number, head.oid, meaning, held, text, changed)

    async def workflows(self, repository: Repository, proposal: Proposal) -> WorkflowFiles:
        return await read_workflows(self._api, repository, proposal)

    async def absent(self, repository: Repository, branches: Collection[str]) -> frozenset[str]:
        """Looks up full ref names: a renamed branch is absent under its old name, although GitHub redirects that."""
        needs = {branch: NeedCommit(f"refs/heads/{branch}") for branch in branches}
        found = await asyncio.gather(*(self._source.gather(repository, need) for need in needs.values()))
        return frozenset(branch for branch, fact in zip(needs, found, strict=True) if fact == Presence(there=False))

    async def readers(self, repository: Repository, logins: Collection[str]) -> frozenset[str]:
        """Looks up at most `PEOPLE` logins: this is advice, and each takes a call."""
        asked = tuple(logins)[:PEOPLE]
        needs = (self._source.gather(repository, NeedRole(login)) for login in asked)
        found = await asyncio.gather(*needs, return_exceptions=True)
        if broken := next(
            (one for one in found if isinstance(one, BaseException) and not isinstance(one, Fault)), None
        ):
            raise broken
        return frozenset(login for login, role in zip(asked, found, strict=True) if role in ("none", "read", "triage"))

    async def strangers(self, repository: Repository, apps: Collection[str]) -> Mapping[str, str]:
        """Looks up at most `PEOPLE` Apps."""
        asked = tuple(apps)[:PEOPLE]
        found = await asyncio.gather(*(self._whose(repository, slug) for slug in asked))
        owner = repository.full_name.split("/", 1)[0].lower()
        whose = zip(asked, found, strict=True)
        return {slug: name for slug, name in whose if name is not None and name.lower() != owner}

    async def _whose(self, repository: Repository, slug: str) -> str | None:
        """The App's owner, `?` if unknown; empty if GitHub shows no such App; None if it could not be read."""
        try:
            found = await self._source.gather(repository, NeedApp(slug))
        except Fault:
            return None
        return found.owner or "?" if isinstance(found, AppFact) else ""

    async def show(
        self, repository: Repository, proposal: Proposal, check: ConfigCheck, *, again: bool = False
    ) -> None:
        newest = await self._newest(repository, proposal.head)
        if newest and newest.external_id == _mark(proposal, check) and not again:
            told = newest.output.annotations_count
        else:
            newest, told = await self._written(repository, proposal, check, newest), len(check.annotations[:A_CALL])
        while told < len(check.annotations):
            more = check.annotations[told : told + A_CALL]
            await self._runs.edit(repository, newest.id, {"output": _output(check, more)})
            told += len(more)

    async def repeat(self, repository: Repository, head: str) -> None:
        """Omits the annotations: the summary has the same findings."""
        newest = await self._newest(repository, head)
        if newest and newest.ended:
            says = {"title": newest.output.title or CONFIG_CHECK, "summary": newest.output.summary or ""}
            ends = {"status": "completed", "conclusion": newest.conclusion, "external_id": newest.external_id}
            await self._runs.make(repository, {"name": CONFIG_CHECK, "head_sha": head, **ends, "output": says})

    async def number(self, repository: Repository, head: str) -> int | None:
        newest = await self._newest(repository, head)
        found = CONFIG_MARK.fullmatch(newest.external_id or "") if newest else None
        return int(found[1]) if found else None

    async def _written(
        self, repository: Repository, proposal: Proposal, check: ConfigCheck, newest: Known | None
    ) -> Known:
        """Creates a check run, or edits the newest one if it has not ended."""
        body = {**_body(check), "external_id": _mark(proposal, check)}
        if newest is None or newest.ended:
            return await self._runs.make(repository, {**body, "head_sha": proposal.head})
        await self._runs.edit(repository, newest.id, body)
        return newest

    async def _newest(self, repository: Repository, head: str) -> Known | None:
        return next((run for run in await self._runs.ours(repository, head) if run.name == CONFIG_CHECK), None)


def _touches(files: Files, path: str) -> bool:
    """Whether the pull request changes `path`; True also if GitHub's list of files is incomplete."""
    return path in files.names or not files.complete


def _workflows(meaning: ConfigFact) -> frozenset[str]:
    environments = meaning.environments if isinstance(meaning, Config) else {}
    return frozenset(config.workflow for config in environments.values())


def _body(check: ConfigCheck) -> dict[str, object]:
    body: dict[str, object] = {
        "name": CONFIG_CHECK,
        "output": _output(check, check.annotations[:A_CALL]),
    }
    if check.conclusion is None:
        return {**body, "status": "in_progress"}
    return {**body, "status": "completed", "conclusion": check.conclusion}


def _output(check: ConfigCheck, annotations: tuple[Annotation, ...]) -> Mapping[str, object]:
    lines = [
        {
            "path": CONFIG_PATH,
            "start_line": one.line,
            "end_line": one.line,
            "annotation_level": one.level,
            "message": one.message,
        }
        for one in annotations
    ]
    return {"title": check.title, "summary": check.summary, "annotations": lines}


def _mark(proposal: Proposal, check: ConfigCheck) -> str:
    """The pull request's number and a hash of the check's content."""
    return f"{proposal.number}/{hashlib.sha256(repr(check).encode()).hexdigest()[:16]}"
