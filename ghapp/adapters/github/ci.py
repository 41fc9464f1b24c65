"""The checks and statuses reported on a commit, and those that a branch's rules require."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Set
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.check_runs import is_ours
from ghapp.adapters.github.faults import Denied, NoToken, Refused, Unanswered, reading_fact
from ghapp.adapters.github.find_run import WorkflowRun, made_by
from ghapp.adapters.github.open_pulls import CONTEXT as GATE
from ghapp.adapters.github.pages import PageInfo
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Checks, Context, NeedChecks, NeedRequired, Required, RequiredCheck, RulesHidden
from ghapp.core.rules.ci_checks import BY_HAND

PASSED = ("SUCCESS", "NEUTRAL", "SKIPPED")
CHECKS = Query(
    """
    object(oid: $sha) {
      __typename
      ... on Commit {
        oid
        statusCheckRollup {
          contexts(first: 100, after: $after) {
            pageInfo { hasNextPage endCursor }
            nodes {
              __typename
              ... on CheckRun {
                name status conclusion externalId startedAt completedAt isRequired(pullRequestNumber: $number)
                checkSuite { app { databaseId } workflowRun { event resourcePath workflow { resourcePath } } }
              }
              ... on StatusContext {
                context state createdAt isRequired(pullRequestNumber: $number) creator { __typename }
              }
            }
          }
        }
      }
    }
    """,
    "$sha: GitObjectID!, $number: Int!, $after: String",
)
CLASSIC = Query("ref(qualifiedName: $branch) { refUpdateRule { requiredStatusCheckContexts } }", "$branch: String!")
RULES = "/rules/branches/{branch}{?per_page}"
# GitHub's message if an account's plan has no rules for private repositories: SoftEtherApp/SoftEther-Web#37
NO_RULES = "upgrade to github"
_NEVER = datetime.min.replace(tzinfo=UTC)


class _App(msgspec.Struct, rename="camel"):
    database_id: int | None = None


class _Workflow(msgspec.Struct, rename="camel"):
    resource_path: str


class _Run(msgspec.Struct, rename="camel"):
    event: str
    resource_path: str
    workflow: _Workflow

    @property
    def id(self) -> int:
        """Read from the path: GraphQL's number of a run has only 32 bits, which is too small."""
        return int(self.resource_path.rsplit("/", 1)[-1])


class _Suite(msgspec.Struct, rename="camel"):
    app: _App | None = None
    workflow_run: _Run | None = None


class _CheckRun(msgspec.Struct, rename="camel", tag_field="__typename", tag="CheckRun"):
    name: str
    status: str
    check_suite: _Suite
    is_required: bool | None = None
    conclusion: str | None = None
    external_id: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


class _Creator(msgspec.Struct):
    kind: str = msgspec.field(name="__typename")


class _StatusContext(msgspec.Struct, rename="camel", tag_field="__typename", tag="StatusContext"):
    context: str
    state: str
    created_at: datetime
    is_required: bool | None = None
    creator: _Creator | None = None


class _Contexts(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_CheckRun | _StatusContext | None]


class _Rollup(msgspec.Struct):
    contexts: _Contexts


class _Commit(msgspec.Struct, rename="camel"):
    oid: str
    status_check_rollup: _Rollup | None = None


class _Reported(msgspec.Struct):
    object: _Commit | None = None


class _Classic(msgspec.Struct, rename="camel"):
    required_status_check_contexts: list[str | None] | None = None


class _Ref(msgspec.Struct, rename="camel"):
    ref_update_rule: _Classic | None = None


class _Branch(msgspec.Struct):
    ref: _Ref | None = None


class _Check(msgspec.Struct):
    context: str
    integration_id: int | None = None


class _WorkflowFile(msgspec.Struct):
    path: str


class _Parameters(msgspec.Struct):
    required_status_checks: list[_Check] = []
    workflows: list[_WorkflowFile] = []


class _Listed(msgspec.Struct):
    workflow_runs: list[WorkflowRun]


class _Rule(msgspec.Struct):
    type: str
    parameters: _Parameters | None = None


class Ci:
    """Answers `NeedChecks` and `NeedRequired`. Raises `Retryable` if a fact cannot be read. `app_id`: our App's."""

    def __init__(self, api: Api, app_id: int) -> None:
        self._api = api
        self._app_id = app_id

    async def read(self, repository: Repository, need: NeedChecks | NeedRequired) -> Checks | Required | RulesHidden:
        if isinstance(need, NeedRequired):
            return await self.required(repository, need)
        return await self.checks(repository, need)

    async def checks(self, repository: Repository, need: NeedChecks) -> Checks:
        """All check runs and commit statuses of a commit."""
        with reading_fact(f"the checks of #{need.number}"):
            nodes = [node async for node in self._nodes(repository, need)]
            manual_runs = {run.id for run in map(_run, nodes) if run and run.event == BY_HAND}
            ours = await self._dispatched(repository, need.sha, manual_runs) if manual_runs else ()
        return Checks(tuple(self._context(node, ours) for node in nodes))

    async def _nodes(self, repository: Repository, need: NeedChecks) -> AsyncIterator[_CheckRun | _StatusContext]:
        after: str | None = None
        while True:
            variables: dict[str, Any] = {"sha": need.sha, "number": need.number, "after": after}
            commit = (await self._api.query(repository, CHECKS, _Reported, **variables)).object
            if commit is None:
                raise Unanswered(f"GitHub does not know {need.sha[:7]}")
            if commit.status_check_rollup is None:
                return
            page = commit.status_check_rollup.contexts
            for node in page.nodes:
                if node:
                    yield node
            after = page.page_info.following
            if after is None:
                return

    async def _dispatched(self, repository: Repository, sha: str, manual_runs: Set[int]) -> Collection[int]:
        """The manual runs that our App dispatched, of any workflow file. GraphQL does not return a run's actor.

        A filtered list comes from an index that may lag by minutes or more: max-sixty/tend#348,
        dawidd6/action-download-artifact#243. Runs missing from it are read one by one.
        """
        asked: dict[str, str | int] = {"head_sha": sha, "event": BY_HAND, "per_page": 100}
        pages = self._api.pages(repository, "/actions/runs{?head_sha,event,per_page}", _Listed, **asked)
        runs = [run async for page in pages for run in page.workflow_runs]
        for run in sorted(manual_runs - {one.id for one in runs}):
            runs.append(await self._api.get(repository, "/actions/runs/{run}", WorkflowRun, run=run))
        bot = await self._api.bot_id(repository)
        return {run.id for run in runs if made_by(bot, run)}

    async def required(self, repository: Repository, need: NeedRequired) -> Required | RulesHidden:
        """Reads the branch's rulesets and its classic branch protection.

        `RulesHidden` only if the denial is lasting; any other failure is `Retryable`.
        """
        both = self._rulesets(repository, need.branch), self._classic(repository, need.branch)
        try:
            (rulesets, workflows), classic = await asyncio.gather(*both)
        except NoToken as fault:
            raise Unanswered(f"the rules of {need.branch} could not be asked: {fault}") from None
        except Denied as denial:  # for an IP allow list or a single sign-on it is no lasting denial
            if NO_RULES in denial.message.lower():
                return Required()
            if not denial.lacks:
                raise Unanswered(f"the rules of {need.branch} could not be asked: {denial}") from None
            return RulesHidden()
        except Refused:  # an older server has no rules
            return RulesHidden()
        return Required(tuple(dict.fromkeys((*rulesets, *classic))), tuple(dict.fromkeys(workflows)))

    async def _rulesets(self, repository: Repository, branch: str) -> tuple[list[RequiredCheck], list[str]]:
        """The checks, and the names of the workflow files, which may be in any of the owner's repositories."""
        pages = self._api.pages(repository, RULES, list[_Rule], branch=branch, per_page=100)
        rules = [rule async for page in pages for rule in page if rule.type in ("required_status_checks", "workflows")]
        asked = [rule.parameters for rule in rules if rule.parameters]
        checks = [
            RequiredCheck(one.context, one.integration_id) for each in asked for one in each.required_status_checks
        ]
        return checks, [file.path.rsplit("/", 1)[-1] for each in asked for file in each.workflows]

    async def _classic(self, repository: Repository, branch: str) -> Iterable[RequiredCheck]:
        ref = (await self._api.query(repository, CLASSIC, _Branch, branch=f"refs/heads/{branch}")).ref
        names = (ref.ref_update_rule.required_status_check_contexts if ref and ref.ref_update_rule else None) or ()
        return [RequiredCheck(name) for name in names if name]

    def _context(self, node: _CheckRun | _StatusContext, ours: Collection[int]) -> Context:
        """An unknown state or conclusion does not pass. `ours`: the runs that our App started."""
        if isinstance(node, _StatusContext):
            running, passed = node.state in ("PENDING", "EXPECTED"), node.state == "SUCCESS"
            return Context(
                name=node.context,
                state=_state(running=running, passed=passed),
                required=bool(node.is_required),
                began=node.created_at,
                own=node.context == GATE,
                by_bot=node.creator is not None and node.creator.kind == "Bot",
            )
        running, passed = node.status != "COMPLETED", node.conclusion in PASSED
        app, run = node.check_suite.app, node.check_suite.workflow_run
        app_id = app.database_id if app else None
        return Context(
            name=node.name,
            state=_state(running=running, passed=passed),
            required=bool(node.is_required),
            began=node.started_at or node.completed_at or (None if running else _NEVER),
            app=app_id,
            workflow=run.workflow.resource_path.rsplit("/", 1)[-1] if run else "",
            event=run.event if run else "",
            dispatched=run is not None and run.id in ours,
            own=app_id == self._app_id and is_ours(node.name, node.external_id or ""),
        )


def _run(node: _CheckRun | _StatusContext) -> _Run | None:
    return node.check_suite.workflow_run if isinstance(node, _CheckRun) else None


def _state(*, running: bool, passed: bool) -> Literal["passed", "failing", "running"]:
    return "running" if running else "passed" if passed else "failing"
