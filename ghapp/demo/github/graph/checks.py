"""Checks and statuses on a commit, as GraphQL shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ghapp.demo.github.graph.actors import Actor, actor
from ghapp.demo.github.graph.paging import Connection, page, problem
from ghapp.demo.github.repository import Repository
from ghapp.demo.github.shapes.words import instant, maybe, node_id, number_for
from ghapp.demo.github.state import ACTIONS_APP, Check, Status

BAD = {"FAILURE", "ERROR", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE", "STALE"}
WAITING = {"PENDING", "EXPECTED", "QUEUED", "IN_PROGRESS"}


def rollup_state(contexts: Sequence["CheckRun | StatusContext"]) -> str:
    """The rollup of all states: FAILURE beats PENDING beats SUCCESS."""
    words = {context.word for context in contexts}
    return "FAILURE" if words & BAD else "PENDING" if words & WAITING else "SUCCESS"


def contexts(place: Repository, sha: str) -> list["CheckRun | StatusContext"]:
    return [
        CheckRun(place, found) if isinstance(found, Check) else StatusContext(place, found)
        for found in place.contexts(sha)
    ]


@dataclass(frozen=True, slots=True)
class StatusCheckRollup:
    place: Repository
    sha: str

    @property
    def id(self) -> str:
        return node_id("StatusCheckRollup", self.sha)

    @property
    def state(self) -> str:
        return rollup_state(contexts(self.place, self.sha))

    def contexts(self, **paging: Any) -> Connection:
        return page("contexts", contexts(self.place, self.sha), **paging)


@dataclass(frozen=True, slots=True)
class CombinedStatus:
    """GitHub's type `Status`: the commit statuses alone, without checks."""

    place: Repository
    sha: str
    graphql_type = "Status"

    @property
    def contexts(self) -> list["StatusContext"]:
        return [found for found in contexts(self.place, self.sha) if isinstance(found, StatusContext)]

    @property
    def state(self) -> str:
        return rollup_state(self.contexts)

    def context(self, name: str) -> "StatusContext | None":
        found = self.place.status(self.sha, name)
        return StatusContext(self.place, found) if found else None


@dataclass(frozen=True, slots=True)
class CheckRun:
    place: Repository
    check: Check

    @property
    def word(self) -> str:
        return self.conclusion or self.status

    @property
    def database_id(self) -> int:
        return self.check.id

    @property
    def name(self) -> str:
        return self.check.name

    @property
    def status(self) -> str:
        return self.check.status.upper()

    @property
    def conclusion(self) -> str | None:
        return self.check.conclusion.upper() if self.check.conclusion else None

    @property
    def external_id(self) -> str | None:
        return self.check.external_id or None

    @property
    def started_at(self) -> str | None:
        return maybe(self.check.began)

    @property
    def completed_at(self) -> str | None:
        return maybe(self.check.ended)

    @property
    def check_suite(self) -> "CheckSuite":
        return CheckSuite(self.place, self.check)

    def is_required(self, **about: Any) -> bool:
        return _required(self.place, self.name, about)


@dataclass(frozen=True, slots=True)
class CheckSuite:
    place: Repository
    check: Check

    @property
    def app(self) -> "App":
        own = self.place.site.app
        names = {own.id: own.slug, ACTIONS_APP: "github-actions"}
        slug = names.get(self.check.app, f"app-{self.check.app}")
        return App(self.check.app, slug, slug)

    @property
    def workflow_run(self) -> "WorkflowRun | None":
        return WorkflowRun(self.place, self.check) if self.check.workflow else None


@dataclass(frozen=True, slots=True)
class App:
    """The App of a check run."""

    database_id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    place: Repository
    check: Check

    @property
    def database_id(self) -> int:
        return self.check.run

    @property
    def event(self) -> str:
        return self.check.event

    @property
    def workflow(self) -> "Workflow":
        return Workflow(self.place, self.check.workflow)

    @property
    def resource_path(self) -> str:
        return f"/{self.place.full_name}/actions/runs/{self.check.run}"

    @property
    def file(self) -> "WorkflowRunFile":
        return WorkflowRunFile(self.check.workflow, f"{self.resource_path}/workflow")


@dataclass(frozen=True, slots=True)
class WorkflowRunFile:
    path: str
    resource_path: str


@dataclass(frozen=True, slots=True)
class Workflow:
    place: Repository
    path: str

    @property
    def database_id(self) -> int | None:
        number = number_for(f"{self.place.id}/{self.path}")
        return number if number < 2**31 else None  # GraphQL's Int is 32 bits wide

    @property
    def name(self) -> str:
        known = self.place.workflow(self.path, "HEAD")
        return known.name if known else self.path

    @property
    def resource_path(self) -> str:
        return f"/{self.place.full_name}/actions/workflows/{self.path.rsplit('/', 1)[-1]}"


@dataclass(frozen=True, slots=True)
class StatusContext:
    place: Repository
    kept: Status

    @property
    def id(self) -> str:
        return node_id("StatusContext", self.kept.id)

    @property
    def word(self) -> str:
        return self.state

    @property
    def context(self) -> str:
        return self.kept.context

    @property
    def state(self) -> str:
        return self.kept.state.upper()

    @property
    def description(self) -> str | None:
        return self.kept.description

    @property
    def target_url(self) -> str | None:
        return self.kept.target_url

    @property
    def created_at(self) -> str:
        return instant(self.kept.at)

    @property
    def creator(self) -> Actor | None:
        return actor(self.place.site, self.kept.creator)

    def is_required(self, **about: Any) -> bool:
        return _required(self.place, self.context, about)


def _required(place: Repository, name: str, about: dict[str, Any]) -> bool:
    """Only before the merge: for a merged pull request no check is required any more."""
    if not about:
        raise problem("MISSING_ARGUMENT", "One of pullRequestId or pullRequestNumber must be provided.")
    pull = place.pulls.get(about.get("pull_request_number", 0))
    return pull is not None and not pull.merged and name in place.required(pull.base)
