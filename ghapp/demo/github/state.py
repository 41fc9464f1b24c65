"""The things on GitHub that have a life: pull requests, comments, statuses, checks and runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = Literal["admin", "maintain", "write", "triage", "read"]
Conclusion = Literal["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"]
FOLDED: dict[Role, str] = {"admin": "admin", "maintain": "write", "write": "write", "triage": "read", "read": "read"}


@dataclass(slots=True, eq=False)
class Pull:
    """A pull request; `base_sha` and `head_sha` are where its branches stand or, when closed, stood.

    `begun_sha`: where its head left its base, which the head keeps for ever.
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
    """Pull requests on top of each other, from the bottom up: the base of each is the head of the one below.

    github.com/github/gh-stack: docs/src/content/docs/reference
    """

    id: int
    number: int
    base: str
    layers: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Queued:
    """A pull request in the merge queue, with the commit that puts it together with all before it."""

    number: int
    base: str
    base_sha: str
    head_ref: str
    head_sha: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Labelling:
    """Somebody put a label on a pull request."""

    name: str
    by: str
    at: datetime


@dataclass(slots=True, eq=False)
class Comment:
    """A comment on a pull request; `reactions` holds (login, content) → reaction id. `late`: not shown yet."""

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
    """A job of one attempt of a run. `broke`: the step that failed. `environment`: GitHub's, "" where it names none.

    `steps`: their names, of those that are shown: a job that no runner took up shows none. `record`: its deployment.
    `calls`: the workflow whose jobs stand in its place once it begins, and `given`: with which inputs. `written`: the
    name as the file has it.
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
        """Its name stays as it is written: actions/runner#1215, UMEP-dev/SUEWS#1168."""
        self.status, self.conclusion, self.name = "completed", "skipped", self.written or self.name


@dataclass(slots=True, eq=False)
class Run:
    """A workflow run. `stubborn`: it does not end on cancel, only on force-cancel.

    `actor` started it, `again` the newest attempt; `ends` are the conclusions of the attempts before that, `past` their
    jobs. `began_at`: when the newest attempt was started.
    `gates`: what the App said at each protected environment, "" where it waits; `said`: that with comments, in order.
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
    """A check run on a commit. `began` None: it waits to. `ended` None: it has not.

    `workflow`, `event`, `run`: the file, the event and the id of the workflow run that it is a job of, if of any.
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
    """A check that a branch's rules require. `app`: that has to report it, if not any may.

    `classic`: by the branch's protection, as it was before there were rulesets.
    """

    context: str
    branch: str
    app: int | None = None
    classic: bool = False


@dataclass(slots=True, eq=False)
class Report:
    """A check run that the App made, with what it says line by line, and the buttons that it shows when completed."""

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
        """What can be pressed, by identifier."""
        return [one["identifier"] for one in self.actions] if self.status == "completed" else []


Opinion = Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"]


@dataclass(slots=True, eq=False)
class Review:
    """Somebody's review of a pull request, of the head that it had then."""

    number: int
    author: str
    state: Opinion
    sha: str


@dataclass(frozen=True, slots=True)
class Push:
    """A branch was moved, and by whom."""

    id: int
    branch: str
    before: str
    after: str
    kind: Literal["push", "force_push", "branch_creation", "branch_deletion", "pr_merge"]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Protection:
    """A workflow execution protection: who may start a workflow, and by which events. None = anybody, by any.

    docs.github.com/actions/concepts/about-actions-policies, which quotes what is said of an event.
    """

    actors: frozenset[str] | None = None
    events: frozenset[str] | None = None

    def complaint(self, event: str, actor: str, path: str) -> str:
        """What GitHub says of who may not; empty for who may."""
        if self.events is not None and event not in self.events:
            refused = f"Event '{event}'"
        elif self.actors is not None and actor not in self.actors:
            refused = f"Actor '{actor}'"
        else:
            return ""
        return f"{refused} is not allowed to trigger Actions workflows. Workflow file: '{path}'."


@dataclass(frozen=True, slots=True)
class Deployed:
    """A run that ended well put this SHA on this environment."""

    environment: str
    sha: str
    run_id: int
    at: datetime


@dataclass(slots=True, eq=False)
class Deployment:
    """A deployment as GitHub records it; `states` are its statuses, oldest first, and `log_url` is where they lead.

    `job`: of the job that made it.
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
    """The role of this name. Raises ValueError when GitHub has no such role."""
    for role in FOLDED:
        if role == text:
            return role
    raise ValueError(f"no such role: {text}")
