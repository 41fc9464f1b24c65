"""The mutable objects of GitHub: pull requests, comments, statuses, checks and runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = Literal["admin", "maintain", "write", "triage", "read"]
Conclusion = Literal["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"]
FOLDED: dict[Role, str] = {"admin": "admin", "maintain": "write", "write": "write", "triage": "read", "read": "read"}


@dataclass(slots=True, eq=False)
class Pull:
    """A pull request; `base_sha` and `head_sha`: the tips of its branches, as of its closing once closed.

    `begun_sha`: the commit at which its head left its base; it stays in the head's history.
    """

    id: int
    number: int
    title: str
    body: str
    author: str
    base: str
    base_sha: str
    head: str
    head_sha: str
    created_at: datetime
    updated_at: datetime
    begun_sha: str = ""
    draft: bool = False
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: str | None = None
    merge_commit_sha: str | None = None
    review_decision: Literal["APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED"] | None = None
    labels: list[str] = field(default_factory=list)
    labelled: list["Labelling"] = field(default_factory=list)
    fork: Literal["no", "yes", "gone"] = "no"

    @property
    def merged(self) -> bool:
        return self.merged_at is not None

    @property
    def state(self) -> Literal["open", "closed"]:
        return "open" if self.closed_at is None else "closed"


@dataclass(frozen=True, slots=True)
class Stack:
    """Stacked pull requests, from the bottom up: the base of each is the head of the one below.

    github.com/github/gh-stack: docs/src/content/docs/reference
    """

    id: int
    number: int
    base: str
    layers: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Queued:
    """A pull request in the merge queue, with the commit that combines it with all entries before it."""

    number: int
    base: str
    base_sha: str
    head_ref: str
    head_sha: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Labelling:
    """A label that a user added to a pull request."""

    name: str
    by: str
    at: datetime


@dataclass(slots=True, eq=False)
class Comment:
    """A comment on a pull request; `reactions`: (login, content) -> reaction id. `late`: not shown yet."""

    id: int
    number: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime
    by_app: bool = False
    late: bool = False
    reactions: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """One commit status; only the newest of its sha and context counts."""

    id: int
    sha: str
    context: str
    state: Literal["error", "failure", "pending", "success"]
    description: str | None
    target_url: str | None
    creator: str
    at: datetime


@dataclass(slots=True, eq=False)
class Job:
    """A job of one attempt of a run. `broke`: the failed step. `environment`: GitHub's, "" for none.

    `steps`: the names of the steps, shown once a runner has begun the job. `record`: its deployment.
    `calls`: the workflow whose jobs replace it once it begins, and `given`: the inputs of that workflow. `written`: the
    name in the file.
    """

    id: int
    name: str
    environment: str = ""
    recorded: bool = True
    steps: tuple[str, ...] = ()
    status: Literal["queued", "in_progress", "completed"] = "queued"
    conclusion: str | None = None
    began: bool = False
    broke: str = ""
    record: "Deployment | None" = None
    calls: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    written: str = ""

    def skip(self) -> None:
        """A skipped job keeps the unexpanded name: actions/runner#1215, UMEP-dev/SUEWS#1168."""
        self.status, self.conclusion, self.name = "completed", "skipped", self.written or self.name


@dataclass(slots=True, eq=False)
class Run:
    """A workflow run. `stubborn`: it does not end on cancel, only on force-cancel.

    `actor` started it, `again` the newest attempt; `ends`: the conclusions of the attempts before that, `past`: their
    jobs. `began_at`: the start of the newest attempt.
    `gates`: the App's decision for each protected environment, "" while it waits; `said`: all with comments, in order.
    """

    id: int
    number: int
    workflow: str
    name: str
    display_title: str
    event: str
    branch: str
    head_sha: str
    inputs: Mapping[str, str]
    jobs: tuple[Job, ...]
    actor: str
    created_at: datetime
    began_at: datetime
    updated_at: datetime
    status: Literal["queued", "waiting", "in_progress", "completed"] = "queued"
    conclusion: str | None = None
    attempt: int = 1
    again: str | None = None
    ends: tuple[str, ...] = ()
    past: tuple[tuple[Job, ...], ...] = ()
    gates: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, str, str]] = field(default_factory=list)
    stubborn: bool = False
    cancel_asked: bool = False


ACTIONS_APP = 15368  # GitHub Actions' own App id


@dataclass(frozen=True, slots=True)
class Check:
    """A check run on a commit. `began` None: not begun. `ended` None: not ended.

    `workflow`, `event`, `run`: file, event and id of the workflow run whose job it is, if any.
    """

    id: int
    sha: str
    name: str
    status: Literal["queued", "waiting", "in_progress", "completed"]
    conclusion: str | None
    began: datetime | None
    ended: datetime | None = None
    app: int = ACTIONS_APP
    external_id: str = ""
    workflow: str = ""
    event: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class Required:
    """A check that a branch's rules require. `app`: the App that must report it, None = any.

    `classic`: required by classic branch protection instead of a ruleset.
    """

    context: str
    branch: str
    app: int | None = None
    classic: bool = False


@dataclass(slots=True, eq=False)
class Report:
    """A check run of the App with its annotations, and its buttons, which are shown once it is completed."""

    id: int
    sha: str
    name: str
    at: datetime
    external_id: str = ""
    status: Literal["queued", "in_progress", "completed"] = "queued"
    conclusion: str | None = None
    completed_at: datetime | None = None
    title: str | None = None
    summary: str | None = None
    details_url: str | None = None
    annotations: list[Mapping[str, Any]] = field(default_factory=list)
    actions: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        """The identifiers of the shown buttons."""
        return [one["identifier"] for one in self.actions] if self.status == "completed" else []


Opinion = Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"]


@dataclass(slots=True, eq=False)
class Review:
    """A review of a pull request's head at that time."""

    number: int
    author: str
    state: Opinion
    sha: str


@dataclass(frozen=True, slots=True)
class Push:
    """A move of a branch, with its actor."""

    id: int
    branch: str
    before: str
    after: str
    kind: Literal["push", "force_push", "branch_creation", "branch_deletion", "pr_merge"]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Protection:
    """A workflow execution protection: the actors and events that may start a workflow. None = all.

    docs.github.com/actions/concepts/about-actions-policies, which quotes the message for an event.
    """

    actors: frozenset[str] | None = None
    events: frozenset[str] | None = None

    def complaint(self, event: str, actor: str, path: str) -> str:
        """GitHub's message for a refused actor or event; empty where the start is allowed."""
        if self.events is not None and event not in self.events:
            refused = f"Event '{event}'"
        elif self.actors is not None and actor not in self.actors:
            refused = f"Actor '{actor}'"
        else:
            return ""
        return f"{refused} is not allowed to trigger Actions workflows. Workflow file: '{path}'."


@dataclass(frozen=True, slots=True)
class Deployed:
    """A SHA that a successful run deployed to an environment."""

    environment: str
    sha: str
    run_id: int
    at: datetime


@dataclass(slots=True, eq=False)
class Deployment:
    """GitHub's record of a deployment; `states`: its statuses, oldest first; `log_url`: the address that they link.

    `job`: the id of the job that created it.
    """

    id: int
    sha: str
    ref: str
    task: str
    environment: str
    description: str
    payload: Any
    creator: str
    at: datetime
    states: list[str] = field(default_factory=list)
    job: int | None = None
    log_url: str = ""


def as_role(text: str) -> Role:
    """The role of this name. Raises ValueError for an unknown one."""
    for role in FOLDED:
        if role == text:
            return role
    raise ValueError(f"no such role: {text}")
