"""The typed events that may change state. Ambiguity in outside payloads is resolved before an event is made."""

from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from ghapp.core.model.destination import Destination, PrivateReply
from ghapp.core.model.environment import DISPATCH, Activity, Grant, Pull, Repository, Run, UnexpectedRun
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.model.run_jobs import RunJob
from ghapp.core.model.slack_link import GitHubAccount
from ghapp.core.model.slack_person import SlackPerson

# refused: no run was created. throttled: the same, and it may be tried again. error: the sender saw an error status,
# and the run may exist all the same. unknown: the outcome of the call is unknown. missing: searched for and not found.
# waiting: for a reviewer.
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


class PullRequestMerged(Struct, frozen=True, kw_only=True):
    """A pull request was merged into `base`; `merger` is None if a bot or the queue merged it.

    `sha`: empty if GitHub did not name the merge commit. `labels`: the names of its labels. `aside`: `base` is not the
    default branch.
    """

    repository: Repository
    key: str
    pull: Pull
    base: str
    sha: str
    merger: str | None
    at: datetime
    labels: tuple[str, ...] = ()
    aside: bool = False


class HeadChanged(Struct, frozen=True, kw_only=True):
    """An open pull request has a new head, base, readiness or labels, and its gate is not updated yet.

    `moved`: its base was another branch until now, so its head may show that one's gate. `head`: its newest commit
    then; empty if unknown.
    """

    repository: Repository
    key: str
    number: int
    base: str
    moved: bool = False
    head: str = ""


class HeadReleased(Struct, frozen=True, kw_only=True):
    """A head is no longer that of a pull request onto `base`: it was closed, merged, made a draft or pushed to.

    The head may be another pull request's, too, and show the obstacle of this one.
    """

    repository: Repository
    key: str
    head: str
    base: str


class MergeGroupQueued(Struct, frozen=True, kw_only=True):
    """A merge queue asks whether the merge group `head` may go into `base`."""

    repository: Repository
    key: str
    head: str
    base: str


class MergeQueueGaveUp(Struct, frozen=True, kw_only=True):
    """A merge queue removed a pull request onto `base`, because its checks took longer than the queue's time-out.

    `by`: who had queued it, if known. `labels`: the names of its labels. `at`: when the delivery arrived.
    """

    repository: Repository
    key: str
    pull: Pull
    base: str
    by: tuple[str, ...]
    at: datetime
    labels: tuple[str, ...] = ()


class CommentPosted(Struct, frozen=True, kw_only=True):
    """A new comment on a pull request; `text` is its first non-blank line.

    `author`: a login. One that ends in `[bot]` is an App of the repository's owner: no other gets here.
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
        """The commented pull request."""
        return Destination(pull=self.number)


class CheckButtonPressed(Struct, frozen=True, kw_only=True):
    """A person pressed a button of the check run `release / <environment>` on a pull request's `head`.

    `offered_at_number`: the environment's number when the button was offered, None if it depended on none. `at`: when
    it was pressed, taken from the delivery's id, since GitHub gives no other time.
    """

    repository: Repository
    key: str
    environment: str
    number: int
    head: str
    offered_at_number: int | None
    button: Button
    author: str
    at: datetime

    @property
    def text(self) -> str:
        """The equivalent command line."""
        line = f"/{self.button} {self.environment}"
        return f"{line} #{self.number}" if self.button == "deploy" else line

    @property
    def destination(self) -> Destination:
        """The pull request of the check run."""
        return Destination(pull=self.number)


class CheckRerequested(Struct, frozen=True, kw_only=True):
    """A check of ours on `head` was re-run by its "Re-run" button. `name`: which; None: all of them."""

    repository: Repository
    key: str
    head: str
    name: str | None = None


SlackAction = Literal["deploy", "rollback", "unlock", "cancel", "skip", "pass"]
SLACK_BUTTONS: dict[str, SlackAction] = {name: name for name in get_args(SlackAction)}


class SlackCommandGiven(Struct, frozen=True, kw_only=True):
    """A person typed a line or pressed a button in a Slack channel, meaning this repository.

    `others`: the full names of the channel's repositories, in case it is not this one. `account`: the GitHub account
    that the person has proved to be theirs; `can_link`: whether they could prove one on this server.

    `text` is the line, or the one that the button stands for. `author`: the GitHub login, known once the config is;
    until then Slack's own id. `number`: the pull request of the button. `mark`: the button's `ButtonId`. `trigger`
    opens a modal.
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
    number: int | None = None
    button: SlackAction | None = None
    mark: str = ""
    reason: str = ""
    trigger: str | None = None
    others: tuple[str, ...] = ()
    account: GitHubAccount | None = None
    can_link: bool = False

    @property
    def destination(self) -> Destination:
        """A reply to the sender only."""
        return Destination(whisper=PrivateReply(channel=self.channel, user=self.person.id, reply=self.reply))


class BoardCommandGiven(Struct, frozen=True, kw_only=True):
    """A signed-in person sent a command line from the page of one environment.

    `author`: their login when it was sent; `user`: their id at GitHub, since a login can pass to another person.
    `offered_at_number`: the environment's number on their page; `page_at`: when that page was made.
    """

    repository: Repository
    key: str
    environment: str
    author: str
    user: int
    text: str
    offered_at_number: int
    page_at: datetime
    at: datetime

    @property
    def number(self) -> None:
        """It was given on no pull request."""

    @property
    def destination(self) -> Destination:
        """The page shows the answer."""
        return Destination(page=True)


CommandGiven = CommentPosted | CheckButtonPressed | SlackCommandGiven | BoardCommandGiven
"""A command by a person. All have `author`, `text`, `number` (the pull request on which it was given, if any), `at`,
`key`, `repository`, and `destination`, where the answer goes.
"""


class WorkflowRunChanged(Struct, frozen=True, kw_only=True):
    """The status of a workflow run changed; of one that was not dispatched, only its end is an event. `title`: its
    run-name; `path`: its file.

    `by`: the person who started this attempt, if any. `cause`: GitHub's event that started the run.
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


class Tick(Struct, frozen=True):
    """Time has passed for one environment."""

    environment: str


class WaitingReleasesChecked(Struct, frozen=True):
    """GitHub is asked whether the waiting releases can be deployed at all."""

    environment: str


class StartIntended(Struct, frozen=True):
    """Only the writer of this event may now start that number. `at`: by the runner's clock."""

    environment: str
    number: int
    at: datetime


class LaterAttempt(Struct, frozen=True):
    """A later attempt of a run; `by`: the person who ran it again, if any."""

    attempt: int
    by: str | None


class RunObserved(Struct, frozen=True, kw_only=True):
    """A runner's observation of one number; `detail` says more in case of an error.

    `activity` is the platform's own; a runner without a platform has none. `nth`: the look at that number, counted from
    0; if another came between, this one may be outdated. `again`: a later attempt, started manually, is under way.
    `platform`: its state, if it was read; `unasked`: why it could not be. `jobs`: of an ended run; None = the
    runner has none. `unread`: why they are not known yet. `unnamed`: the run shows no ticket, and was taken because it
    is the only candidate.
    """

    environment: str
    number: int
    status: RunStatus
    run: Run | None = None
    detail: str = ""
    activity: Activity | None = None
    nth: int | None = None
    again: LaterAttempt | None = None
    platform: PlatformState | None = None
    unasked: PlatformDenied | None = None
    jobs: tuple[RunJob, ...] | None = None
    unread: str = ""
    unnamed: bool = False

    @classmethod
    def of(cls, grant: Grant, status: RunStatus, *, run: Run | None = None, detail: str = "") -> "RunObserved":
        """An observation for the grant."""
        return cls(environment=grant.environment, number=grant.number, status=status, run=run, detail=detail)


class RunStopRequested(Struct, frozen=True):
    """The run of a number was cancelled on request; `force`: regardless of the conditions of its steps."""

    environment: str
    number: int
    force: bool


class PlatformStopRequested(Struct, frozen=True):
    """The platform was asked to stop one of its deployments for a number. `over`: that one had ended before."""

    environment: str
    number: int
    deployment: str
    over: bool


class PlatformWaitEnded(Struct, frozen=True):
    """The platform was asked to end its termination wait."""

    environment: str
    number: int
    deployment: str


class UnexpectedRunCancelled(Struct, frozen=True):
    """An unexpected run was cancelled. `acted`: it was still under way then."""

    environment: str
    unexpected_run: UnexpectedRun
    acted: bool


class ConfigChanged(Struct, frozen=True, kw_only=True):
    """The default branch was pushed to, so the config may have changed. The config is read, never sent with the event.

    `forced`: commits may have left the branch.
    """

    repository: Repository
    key: str
    forced: bool = False


class MergesRecounted(Struct, frozen=True, kw_only=True):
    """GitHub is asked for the merges up to `at`: the event of a merge may have been lost."""

    repository: Repository
    key: str
    at: datetime


class ScheduledTask(Struct, frozen=True):
    """A task that one server does for all; it expires at `until`."""

    kind: Literal["deliveries", "merges", "policy"]
    until: datetime


class GatesChanged(Struct, frozen=True, kw_only=True):
    """The gates on a branch may need an update. No rule decides it: it changes only the display.

    `former`: some environment got its releases from there until now.
    """

    repository: Repository
    base: str
    former: bool = False


class Batch(Struct, frozen=True, kw_only=True):
    """Queue items of one decision, each with its id, lane and body: a few batches fit into a write that many items do
    not fit into."""

    repository: Repository
    items: tuple[tuple[str, str, str], ...]


class DeploymentJobWaiting(Struct, frozen=True, kw_only=True):
    """A job waits at our protection rule on one of GitHub's environments, `github_environment`, since `at`."""

    repository: Repository
    key: str
    run: int
    github_environment: str
    at: datetime


class GuardedJob(Struct, frozen=True, kw_only=True):
    """A job of a workflow run, as GitHub's token attests it.

    `workflow` is the run's own file, as `owner/name/.github/workflows/deploy.yml@refs/heads/main`.
    """

    repository: int
    full_name: str
    run: Run
    attempt: int
    workflow: str
    actor: str


class GuardAsked(Struct, frozen=True, kw_only=True):
    """A deploy job shows its ticket and the commit it checked out, and asks whether it may go on.

    `break_glass`: the reason to go on regardless of the answer; "" = none.
    """

    job: GuardedJob
    ticket: str
    sha: str
    break_glass: str = ""


class SlackRequest(Struct, frozen=True, kw_only=True):
    """A slash command or a pressed button. The repository that it concerns is determined later.

    `team`, `app`, `channel` and `user` are Slack's ids; `text` the typed line, empty for a button. `reply`: the address
    for answers to this person alone, for half an hour. `mark`: the button's `ButtonId`. `trigger` opens a modal, within
    three seconds. `reason` was typed into one.
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


class SlackEvent(Struct, frozen=True, kw_only=True):
    """What Slack tells of our app: a member has opened its home, or it was removed from the workspace, or its token
    revoked. No rule decides it. `key`: Slack's id of the event; `team`, `app` and `user`: Slack's ids.
    """

    kind: Literal["home_opened", "app_removed"]
    key: str
    team: str
    app: str
    at: datetime
    user: str = ""


class PermissionsAccepted(Struct, frozen=True, kw_only=True):
    """An account granted the App more: it has accepted permissions, has installed the App anew, or has unarchived a
    repository, which takes no writes before.

    No rule decides it: actions and displays that failed there are tried again.
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
    | BoardCommandGiven
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
