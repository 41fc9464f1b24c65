"""What CI and reviewers say of a pull request, and who pushed what is released."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused, Unanswered, asking
from ghapp.adapters.github.pages import PageInfo
from ghapp.adapters.github.queries import Query
from ghapp.core.environment import Repository
from ghapp.core.facts import Checks, Context, Fact, NeedChecks, NeedPush, NeedReviews, NoPush, Push, Review, Reviews

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
                name status conclusion isRequired(pullRequestNumber: $number)
                checkSuite { workflowRun { workflow { resourcePath } } }
              }
              ... on StatusContext { context state isRequired(pullRequestNumber: $number) }
            }
          }
        }
      }
    }
    """,
    "$sha: GitObjectID!, $number: Int!, $after: String",
)
REVIEWS = Query(
    """
    pullRequest(number: $number) {
      latestOpinionatedReviews(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { state authorCanPushToRepository author { login } commit { oid } }
      }
    }
    """,
    "$number: Int!, $after: String",
)
PUSHES = "/activity{?ref,per_page}"
_VERDICTS: dict[str, Literal["approved", "changes_requested", "dismissed"]] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "DISMISSED": "dismissed",
}


class _Workflow(msgspec.Struct, rename="camel"):
    resource_path: str


class _Run(msgspec.Struct):
    workflow: _Workflow


class _Suite(msgspec.Struct, rename="camel"):
    workflow_run: _Run | None = None


class _CheckRun(msgspec.Struct, rename="camel", tag_field="__typename", tag="CheckRun"):
    name: str
    status: str
    is_required: bool
    check_suite: _Suite
    conclusion: str | None = None


class _StatusContext(msgspec.Struct, rename="camel", tag_field="__typename", tag="StatusContext"):
    context: str
    state: str
    is_required: bool


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


class _Author(msgspec.Struct):
    login: str


class _Oid(msgspec.Struct):
    oid: str


class _Review(msgspec.Struct, rename="camel"):
    state: str
    author_can_push_to_repository: bool
    author: _Author | None = None
    commit: _Oid | None = None


class _ReviewPage(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Review | None]


class _Reviewed(msgspec.Struct, rename="camel"):
    latest_opinionated_reviews: _ReviewPage | None = None


class _Pull(msgspec.Struct, rename="camel"):
    pull_request: _Reviewed | None = None


class _Pushed(msgspec.Struct):
    after: str
    timestamp: datetime
    actor: _Author | None = None


class Reports:
    """Reads `NeedChecks`, `NeedReviews` and `NeedPush`. What cannot be asked is `Retryable`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def read(self, repository: Repository, need: NeedChecks | NeedReviews | NeedPush) -> Fact:
        """The fact that answers the need."""
        match need:
            case NeedChecks():
                return await self.checks(repository, need)
            case NeedReviews():
                return await self.reviews(repository, need)
            case NeedPush():
                return await self.push(repository, need)

    async def checks(self, repository: Repository, need: NeedChecks) -> Checks:
        """All contexts of a commit."""
        found: list[Context] = []
        after: str | None = None
        while True:
            variables: dict[str, Any] = {"sha": need.sha, "number": need.number, "after": after}
            with asking(f"the checks of #{need.number}"):
                commit = (await self._api.query(repository, CHECKS, _Reported, **variables)).object
            if commit is None:
                raise Unanswered(f"GitHub does not know {need.sha[:7]}")
            if commit.status_check_rollup is None:
                return Checks(tuple(found))
            page = commit.status_check_rollup.contexts
            found += [_context(node) for node in page.nodes if node]
            after = page.page_info.following
            if after is None:
                return Checks(tuple(found))

    async def reviews(self, repository: Repository, need: NeedReviews) -> Reviews:
        """Of everybody who has an opinion."""
        found: list[Review] = []
        after: str | None = None
        while True:
            with asking(f"the reviews of #{need.number}"):
                answer = await self._api.query(repository, REVIEWS, _Pull, number=need.number, after=after)
            page = answer.pull_request.latest_opinionated_reviews if answer.pull_request else None
            if page is None:
                raise Unanswered(f"GitHub does not tell the reviews of #{need.number}")
            found += [_review(node) for node in page.nodes if node and node.author and node.state in _VERDICTS]
            after = page.page_info.following
            if after is None:
                return Reviews(tuple(found))

    async def push(self, repository: Repository, need: NeedPush) -> Push | NoPush:
        """The newest push that left the branch at this head, if nothing came after it on a branch that is there."""
        pushes = await self._pushes(repository, need)
        if need.listed and (not pushes or pushes[0].after != need.head):
            raise Unanswered(f"GitHub does not show the last push to {need.branch} yet")
        found = next((push for push in pushes if push.after == need.head), None)
        return Push(found.actor.login if found.actor else None, found.timestamp) if found else NoPush()

    async def _pushes(self, repository: Repository, need: NeedPush) -> list[_Pushed]:
        ref = f"refs/heads/{need.branch}"
        with asking(f"the pushes to {need.branch}"):
            try:
                return await self._api.get(repository, PUSHES, list[_Pushed], ref=ref, per_page=100)
            except Refused as refusal:
                if refusal.status != 404:
                    raise
                return []


def _context(node: _CheckRun | _StatusContext) -> Context:
    """A word that is not known does not pass."""
    if isinstance(node, _StatusContext):
        running = node.state in ("PENDING", "EXPECTED")
        passed = node.state == "SUCCESS"
        name, workflow = node.context, ""
    else:
        running = node.status != "COMPLETED"
        passed = node.conclusion in PASSED
        name, run = node.name, node.check_suite.workflow_run
        workflow = run.workflow.resource_path.rsplit("/", 1)[-1] if run else ""
    state: Literal["passed", "failing", "running"] = "running" if running else "passed" if passed else "failing"
    return Context(name=name, state=state, required=node.is_required, workflow=workflow)


def _review(node: _Review) -> Review:
    assert node.author
    return Review(
        author=node.author.login,
        verdict=_VERDICTS[node.state],
        sha=node.commit.oid if node.commit else "",
        writes=node.author_can_push_to_repository,
    )
