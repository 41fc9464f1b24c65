"""What may change state: small typed events. What was ambiguous outside is decided before one of these exists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from ghapp.core.model.destination import Destination, PrivateReply
from ghapp.core.model.environment import DISPATCH, Activity, Pull, Repository, Run, UnexpectedRun
from ghapp.core.model.platform import PlatformState
from ghapp.core.model.run_jobs import RunJob
from ghapp.core.model.slack_person import SlackPerson

# refused: it was never made. throttled: likewise, and it may be tried again.
# error: the sender saw an error status, and it may exist all the same.
# unknown: nobody knows the outcome of the call. missing: looked for, and not there. waiting: for a reviewer.
RunStatus = Literal[
    "refused",
    "throttled",
    "error",
    "unknown",
    "missing",
    "denied",
    "ambiguous",
    "queued",
    "waiting",
    "running",
    "succeeded",
    "failed",
    "cancelled",
]


Button = Literal["deploy", "rollback", "unlock"]
BUTTONS: dict[str, Button] = {"deploy": "deploy", "rollback": "rollback", "unlock": "unlock"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestMerged:
    """A pull request was merged into `base`; `merger` is None where a bot or the queue did it.

    `sha`: empty where GitHub did not say which commit its merge made. `labels`: the names of those it had.
    """

    repository: Repository
    key: str
    pull: Pull
    base: str
    sha: str
    merger: str | None
    at: datetime
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChanged:
    """An open pull request has a head, base, readiness or labels that its gate has not seen yet.

    `moved`: it went into another branch until now, so its head may show that one's gate. `head`: its newest commit
    then; empty where that was not noted.
    """

    repository: Repository
    key: str
    number: int
    base: str
    moved: bool = False
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadReleased:
    """A pull request onto `base` holds its head no more: it was closed, merged, made a draft or pushed to.

    The head may be another pull request's, too, and show what held this one.
    """

    repository: Repository
    key: str
    head: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeGroupQueued:
    """A merge queue wants to know whether what it has put together as `head` may go into `base`."""

    repository: Repository
    key: str
    head: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeQueueGaveUp:
    """A merge queue has taken a pull request onto `base` out, because its checks took longer than it waits.

    `by`: who had put it in, where that is told. `labels`: the names of those it has. `at`: when the door was told.
    """

    repository: Repository
    key: str
    pull: Pull
    base: str
    by: tuple[str, ...]
    at: datetime
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPosted:
    """Somebody wrote a comment on a pull request; `text` is its first non-blank line.

    `author`: a login. One that ends in `[bot]` is an App that belongs to the repository's owner: no other gets here.
    """

    repository: Repository
    key: str
    number: int
    comment: int
    author: str
    text: str
    at: datetime

    @property
    def destination(self) -> Destination:
        """Under it."""
        return Destination(pull=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckButtonPressed:
    """A person pressed a button of the check run `release / <environment>` on a pull request's `head`.

    `painted`: the environment's number when the button was offered, None where it was none of a release yet.
    `at`: when it was pressed, by the delivery's id, since GitHub says it nowhere else.
    """

    repository: Repository
    key: str
    environment: str
    number: int
    head: str
    painted: int | None
    button: Button
    author: str
    at: datetime

    @property
    def text(self) -> str:
        """The line that says the same."""
        line = f"/{self.button} {self.environment}"
        return f"{line} #{self.number}" if self.button == "deploy" else line

    @property
    def destination(self) -> Destination:
        """On the pull request whose check it is."""
        return Destination(pull=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRerequested:
    """Somebody pressed "Re-run" on a check of ours on `head`. `name`: which; None: all that there are."""

    repository: Repository
    key: str
    head: str
    name: str | None = None


SlackAction = Literal["deploy", "rollback", "unlock", "cancel", "skip", "pass"]
SLACK_BUTTONS: dict[str, SlackAction] = {name: name for name in get_args(SlackAction)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackCommandGiven:
    """Somebody typed a line or pressed a button in a channel of Slack, and means this repository.

    `others`: the full names of those that are spoken of there, should this one not be.

    `text` is the line, or the one that the button stands for. `author`: the GitHub login, known once the config is;
    until then Slack's own id. `number`: the pull request of the button. `mark`: what it was painted for.
    `trigger` opens a modal. `web`: the address of GitHub's own pages.
    """

    repository: Repository
    key: str
    author: str
    person: SlackPerson
    team: str
    channel: str
    text: str
    at: datetime
    reply: str
    web: str
    number: int | None = None
    button: SlackAction | None = None
    mark: str = ""
    reason: str = ""
    trigger: str | None = None
    others: tuple[str, ...] = ()

    @property
    def destination(self) -> Destination:
        """To whoever asked, alone."""
        return Destination(whisper=PrivateReply(channel=self.channel, user=self.person.id, reply=self.reply))


CommandGiven = CommentPosted | CheckButtonPressed | SlackCommandGiven
"""A command by a person. All have `author`, `text`, `number` (the pull request, if it was said on one), `at`, `key`,
`repository`, and `destination`, where they are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRunChanged:
    """A workflow run moved; of one that was not dispatched, only its end. `title`: its run-name; `path`: its file.

    `by`: who started this attempt, where that is a person. `cause`: GitHub's event that started the run.
    """

    repository: Repository
    key: str
    run: Run
    attempt: int
    path: str
    title: str
    status: RunStatus
    by: str | None = None
    cause: str = DISPATCH


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed for one environment."""

    environment: str


@dataclass(frozen=True, slots=True)
class WaitingReleasesChecked:
    """Whether the releases in line can be deployed at all is asked of GitHub."""

    environment: str


@dataclass(frozen=True, slots=True)
class StartIntended:
    """Whoever records this, and nobody else, may now start that number."""

    environment: str
    number: int


@dataclass(frozen=True, slots=True)
class LaterAttempt:
    """A later attempt of a run; `by`: who ran it again, where that is a person."""

    attempt: int
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunObserved:
    """What a runner saw of one number; `detail` says more where something went wrong.

    `activity` is what a platform still does; a runner without a platform has none. `nth`: which look
    of that number it is, counted from 0; where another came between, this one may tell of the past.
    `again`: the run was run again by hand, which is under way.
    `view`: what the platform told, where it was asked; `unasked`: why it could not be.
    `jobs`: of a run that has ended; None = a runner that has none. `unread`: why they are not known yet.
    `unnamed`: the run shows no ticket, and was taken because it is the only one that it can be.
    """

    environment: str
    number: int
    status: RunStatus
    run: Run | None = None
    detail: str = ""
    activity: Activity | None = None
    nth: int | None = None
    again: LaterAttempt | None = None
    view: PlatformState | None = None
    unasked: str = ""
    jobs: tuple[RunJob, ...] | None = None
    unread: str = ""
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class RunStopRequested:
    """The run of a number that somebody wants ended was told so; `force`: whatever its steps want."""

    environment: str
    number: int
    force: bool


@dataclass(frozen=True, slots=True)
class PlatformStopRequested:
    """The platform was told to stop one of its deployments for a number. `over`: that one had ended before."""

    environment: str
    number: int
    deployment: str
    over: bool


@dataclass(frozen=True, slots=True)
class PlatformWaitEnded:
    """The platform was told not to keep what was before any longer."""

    environment: str
    number: int
    deployment: str


@dataclass(frozen=True, slots=True)
class UnexpectedRunCancelled:
    """A stray run was asked to end. `acted`: it was still under way then."""

    environment: str
    unexpected_run: UnexpectedRun
    acted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChanged:
    """The default branch was pushed to, and the config may be another now. What it says is read, never sent.

    `forced`: commits that were on it may be so no more.
    """

    repository: Repository
    key: str
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergesRecounted:
    """What was merged up to `at` is asked of GitHub: of a merge we may never have been told."""

    repository: Repository
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    """Something that one server does for all, and that is not worth doing any more after `until`."""

    kind: Literal["deliveries", "merges", "policy"]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesChanged:
    """The gates on a branch may have to show something else. No rule decides it: it changes nothing but what is shown.

    `left`: some environment got its releases from there until now.
    """

    repository: Repository
    base: str
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentJobWaiting:
    """A job waits at our protection rule on one of GitHub's environments, `github_environment`, since `at`."""

    repository: Repository
    key: str
    run: int
    github_environment: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedJob:
    """A job of a workflow run, by what GitHub itself has signed.

    `workflow` is the run's own file, as `owner/name/.github/workflows/deploy.yml@refs/heads/main`.
    """

    repository: int
    full_name: str
    run: Run
    attempt: int
    workflow: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardAsked:
    """A deploy job shows its ticket and the commit it checked out, and asks whether it may go on.

    `break_glass`: why it will go on whatever the answer is; "" = it will not.
    """

    job: GuardedJob
    ticket: str
    sha: str
    break_glass: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackRequest:
    """Somebody typed a slash command or pressed a button. Which repository that concerns is found out later.

    `team`, `app`, `channel` and `user` are Slack's ids; `text` the line that was typed, empty for a button.
    `reply`: the address for answers to this person alone, for half an hour. `mark`: what the button was painted for.
    `trigger` opens a modal, within three seconds. `reason` was typed into one.
    """

    key: str
    team: str
    app: str
    channel: str
    user: str
    text: str
    at: datetime
    reply: str
    button: SlackAction | None = None
    mark: str = ""
    trigger: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsAccepted:
    """An account lets the App do more than before: it has accepted permissions, or has installed the App anew.

    No rule decides it: what could not be done or shown there is tried again.
    """

    account: str
    installation: int
    key: str
    at: datetime


QueuedEvent = (
    PullRequestMerged
    | HeadChanged
    | HeadReleased
    | MergeGroupQueued
    | MergeQueueGaveUp
    | CommentPosted
    | CheckButtonPressed
    | CheckRerequested
    | SlackCommandGiven
    | WorkflowRunChanged
    | ConfigChanged
    | MergesRecounted
    | DeploymentJobWaiting
)
Own = (
    Tick
    | WaitingReleasesChecked
    | StartIntended
    | RunObserved
    | RunStopRequested
    | PlatformStopRequested
    | PlatformWaitEnded
    | UnexpectedRunCancelled
)
Event = QueuedEvent | Own | GuardAsked
QUEUED_EVENTS: dict[str, type[QueuedEvent]] = {
    kind.__name__: kind
    for kind in (
        *(
            PullRequestMerged,
            HeadChanged,
            HeadReleased,
            MergeGroupQueued,
            MergeQueueGaveUp,
            CommentPosted,
            CheckButtonPressed,
            CheckRerequested,
            SlackCommandGiven,
        ),
        *(WorkflowRunChanged, ConfigChanged, MergesRecounted, DeploymentJobWaiting),
    )
}
