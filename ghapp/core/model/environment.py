"""The environment document: everything that decides whether a release may go, as frozen values."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config.model import CLOSED, CONFIG_PATH, ClosedCode, EnvironmentConfig, NotAllowed, Problem, Said
from ghapp.core.config.names import plain_name
from ghapp.core.model.lanes import tenant

Phase = Literal["accepted", "starting", "queued", "running", "succeeded", "failed", "cancelled", "lost"]
Ended = Literal["succeeded", "failed", "cancelled"]
Kind = Literal["deploy", "rollback"]
HoldKind = Literal["manual", "rollback"]
# auto: a merge that releases automatically. github: a manual run, on GitHub's pages. guard: a deploy job.
Door = Literal["pull_request", "check_run", "slack", "board", "timer", "auto", "github", "guard"]
RunnerName = Literal["workflow", "codedeploy"]
# How a platform goes back. stop: it is stopped and rolls back by itself; follow: it does so already; create: it deploys
# the revision once more; onward: it goes back first, as by the first two, and deploys from there; there: the target
# serves already.
Strategy = Literal["stop", "follow", "create", "onward", "there"]
# unknown: not read since the run ended. created: no traffic has shifted. shifting: it shifts, or may have. ready: it
# waits for the signal to shift. baking: all has shifted, and is watched. kept: the old revision still stands by.
# scaling: it deploys to instances that come or go, and what serves stays the same.
ActivityStage = Literal["unknown", "created", "shifting", "ready", "baking", "kept", "scaling"]

# How far an ended attempt came, by its run's jobs. none: no deploy job began. skipped: the same, and nothing failed.
# maybe: a deploy job began. unknown: the jobs could not be read. unread: the same, and the run is green. unsure: the
# run is green, a job was skipped, and which one deploys is not known. "": not read.
Reach = Literal["", "none", "skipped", "maybe", "unknown", "unread", "unsure"]

# Why a release is not called: its branch is gone, its commit is not on it, it does not contain the live commit; or in
# the environment that comes before it is not live yet, or not for long enough (after), it was rolled back or that was
# tried (after_barred), or it is not known what that serves (after_unknown).
Unfit = Literal["branch_gone", "off_branch", "beside", "after", "after_barred", "after_unknown"]

DISPATCH = "workflow_dispatch"  # GitHub's event by which we start runs, and people may
LIVE_KEPT = 20
AWAITING_KEPT = 100
BARRED_KEPT = 100
ALONG_KEPT = 100
UNEXPECTED_RUNS_KEPT = 20
MANUAL_RUNS_KEPT = 5
RUNS_KEPT = 10
TITLE = 200  # bytes


class Repository(Struct, frozen=True):
    """A repository by its id; the name is the newest seen and may change, the id does not."""

    id: int
    full_name: str
    installation: int


def name_key(full_name: str) -> str:
    """The key under which a repository is found by its name, among those of channels and targets."""
    return f"github:{full_name.lower()}"


def same_owner(one: Repository, other: Repository) -> bool:
    """Whether two names of a repository have one owner: whose rules, teams and operator's settings count."""
    return tenant(one.full_name).lower() == tenant(other.full_name).lower()


class Pull(Struct, frozen=True, kw_only=True):
    """A pull request as messages name it; `head` is its last head's SHA, `title` as `kept_title` leaves it."""

    number: int
    title: str
    author: str
    head: str


def kept_title(title: str) -> str:
    """Cut to `TITLE` bytes: GitHub takes 256 characters of up to four, and a document holds hundreds of titles."""
    if len(title.encode()) <= TITLE:
        return title
    return title.encode()[: TITLE - len("…".encode())].decode(errors="ignore") + "…"


class Reference(Struct, frozen=True):
    """The platform's reference to a revision: the deployment that brought it, its revision's type and hash.

    `application`: where it is kept, as `CodeDeploy.kept_in` has it; "" = not known.
    """

    deployment: str
    kind: str = ""
    sha256: str = ""
    application: str = ""

    def is_kept_in(self, application: str) -> bool:
        """Whether it may be used there: another application does not have it."""
        return self.application in ("", application)

    def same_as(self, other: "Reference | None") -> bool:
        if other is None or not self.is_kept_in(other.application or self.application):
            return False
        same_content = bool(self.sha256) and (self.kind, self.sha256) == (other.kind, other.sha256)
        return same_content or self.deployment == other.deployment


class Revision(Struct, frozen=True, kw_only=True):
    """A commit SHA with its pull request, and when it was live. `warns`: a rollback does not undo everything it
    changes.

    `landed`: released before it was merged, it is on its branch as this commit. `platform`: the platform's reference,
    if known. `releases`: those that went live with it, its own among them, so that a rollback puts them back in line.
    `in_vain`: it is barred, and its rollback did not succeed. `off_branch`: its branch does not contain it any more.
    `first_live`: when it went live first, if it came back without having been rolled back. `passed_on`: the
    environments that come after this one and have had it live.
    """

    sha: str
    pull: Pull
    live_since: datetime | None = None
    live_until: datetime | None = None
    warns: bool = False
    landed: str | None = None
    platform: Reference | None = None
    releases: "tuple[Release, ...]" = ()
    in_vain: bool = False
    off_branch: bool = False
    first_live: datetime | None = None
    passed_on: tuple[str, ...] = ()

    @property
    def proven_since(self) -> datetime | None:
        """Since when it counts for the environments that come after, replaced in between or not."""
        return self.first_live or self.live_since

    @property
    def along(self) -> "tuple[Release, ...]":
        """The releases of other pull requests that went live with it."""
        return tuple(release for release in self.releases if release.pull.number != self.pull.number)

    @property
    def pulls(self) -> tuple[Pull, ...]:
        """Its own pull request, then those that went live with it."""
        return (self.pull, *(release.pull for release in self.along))

    @property
    def contained_in(self) -> str:
        """The commit by which its branch contains it: its own, or the merge commit if it was released before."""
        return self.landed or self.sha


class PlatformRecord(Struct, frozen=True):
    """The platform's data on a target that was never released here: since when it served, and its description."""

    since: datetime
    description: str = ""


class RollbackPlan(Struct, frozen=True, kw_only=True):
    """The plan of a platform's rollback: its strategy, its target, and about how long it takes.

    `halts`: the deployment that is stopped for it; `follows`: the one that rolls back already; `awaits`: the one that
    deploys to instances that come or go, and ends first. `consented`: the origin of `halts` is unknown, and a person
    has named it. `record`: the record of a target of which nothing else is known.
    """

    how: Strategy
    target: Reference
    about: timedelta | None = None
    halts: str | None = None
    follows: str | None = None
    awaits: str | None = None
    consented: bool = False
    record: PlatformRecord | None = None


class LeftBehind(Struct, frozen=True):
    """The revision that was live when a deploy was granted that does not contain it, and the person's reason."""

    pull: Pull
    sha: str
    reason: str


class Grant(Struct, frozen=True, kw_only=True):
    """The proof that a deployment was granted. Only `core.rules.lock` makes one, and nothing starts without one.

    `number` is the environment's fencing token; `id` is random, so that its ticket cannot be known before it is shown;
    `key` is the business key of the requesting event; `along` are the other pull requests that it brings. `undoes`: the
    revision that a rollback takes back; `passes`: those that were live between that and the target; `keeps`: the
    commits of either that the target contains. `brings_back`: rolled back pull requests that are named, so that they
    may come again. `left_behind`: the revision it leaves behind.
    `runner` carries it out; `plan`: how, if that is a platform. `revision` None: it goes back to a target that was
    never released here and only the platform knows.
    """

    number: int
    id: str
    key: str
    environment: str
    kind: Kind
    revision: Revision | None
    actor: str
    door: Door
    at: datetime
    config: EnvironmentConfig
    undoes: Revision | None = None
    passes: tuple[Revision, ...] = ()
    keeps: tuple[str, ...] = ()
    along: tuple[Pull, ...] = ()
    brings_back: tuple[Pull, ...] = ()
    left_behind: LeftBehind | None = None
    runner: RunnerName = "workflow"
    plan: RollbackPlan | None = None

    @property
    def name(self) -> str:
        """The number for people: `production-128`."""
        return f"{self.environment}-{self.number}"

    @property
    def brings(self) -> Revision:
        """Its revision, if it was released here; that of a deploy always was."""
        assert self.revision
        return self.revision

    @property
    def sha(self) -> str | None:
        """The commit that it brings, if that is known."""
        return self.revision.sha if self.revision else None

    @property
    def leads_to(self) -> int | str:
        """The pull request that it brings; if none is known, the platform's deployment that it goes back to."""
        return self.brings.pull.number if self.revision or self.plan is None else self.plan.target.deployment

    @property
    def shown_on(self) -> int:
        """The pull request that shows its progress: for a rollback that of the undone revision."""
        return (self.undoes or self.brings).pull.number

    @property
    def taken_back(self) -> tuple[Revision, ...]:
        """The revisions that a rollback takes back: those it undoes and passes, unless its target contains them."""
        undone = (self.undoes, *self.passes) if self.undoes else ()
        return tuple(one for one in undone if one.sha not in self.keeps)

    @property
    def takes_along(self) -> tuple[Pull, ...]:
        """The pull requests that a rollback takes back beside the one that it undoes."""
        undone = (pull for revision in self.taken_back for pull in revision.pulls)
        return tuple(pull for pull in undone if self.undoes is None or pull.number != self.undoes.pull.number)

    @property
    def carries(self) -> tuple[int, ...]:
        """The numbers of the pull requests that ship along."""
        return tuple(pull.number for pull in self.along)

    @property
    def ticket(self) -> str:
        """The number for machines: the workflow's input, which its `run-name` should show."""
        return f"{self.number}:{self.id}"


class Run(Struct, frozen=True):
    """The run of a grant: a workflow run's id, or the platform's own, and its address."""

    id: int | str
    url: str


class UnexpectedRun(Struct, frozen=True):
    """A run that was seen under way, is not the one bound to its number, and is to be cancelled.

    `by`: the person who started it, if any.
    """

    number: int
    run: Run
    attempt: int = 1
    by: str | None = None


class ManualRun(Struct, frozen=True):
    """A run of the environment's workflow that has no number; `at`: when it was seen.

    `cause`: GitHub's event that started it, "" for a person. `stopped`: the guard or the protection rule rejected it.
    """

    run: Run
    attempt: int
    by: str
    at: datetime
    cause: str = ""
    stopped: bool = False


class StopRequest(Struct, frozen=True):
    """A request to end an attempt. `asked_at`: when its run was cancelled; `forced_at`: when by force.

    `said`: people were notified that no end of it is seen, and that a person has to decide.
    """

    by: str
    at: datetime
    asked_at: datetime | None = None
    forced_at: datetime | None = None
    said: bool = False


class HaltRequest(Struct, frozen=True):
    """A deployment of the platform that has to be stopped, and when that was requested."""

    deployment: str
    asked_at: datetime | None = None


class Ending(Struct, frozen=True):
    """The run has ended as `phase`, seen `at`, and its jobs are still to be read.

    `looks`: how often the attempt was looked at by then. It stays if the attempt ends without them.
    """

    phase: Ended
    at: datetime
    looks: int


class Deployment(Struct, frozen=True, kw_only=True):
    """One attempt to change an environment.

    `since`: when this phase began. `seen_at`: when it was last looked at; `looks`: how often. `rejected`: the sender
    itself saw an error status, so the run was never created. `stop`: the request to end it. `missing_since`: GitHub
    does not show its run; `denied`: GitHub denies access to it. `for_reviewer`: it waits for a reviewer. `reminded`:
    the number of notices that it does not begin. `let_through`: when the guard let its run, and no other, go on.
    `platform`: the platform's reference to its revision. `halt`: the platform's deployment to stop for it.
    `cleared_at`: when the platform was seen to need a new deployment for it. `ending`: its run has ended, and its jobs
    are not read yet. `broke`: the job and the step of its run that failed. `intended_at`: its intent by GitHub's clock,
    after which its run was created. `given_up`: a person ended it without knowing its outcome; the phase is cancelled.
    """

    grant: Grant
    phase: Phase
    since: datetime
    seen_at: datetime
    looks: int = 0
    run: Run | None = None
    rejected: str | None = None
    stop: StopRequest | None = None
    missing_since: datetime | None = None
    denied: bool = False
    for_reviewer: bool = False
    reminded: int = 0
    let_through: datetime | None = None
    platform: Reference | None = None
    halt: HaltRequest | None = None
    cleared_at: datetime | None = None
    ending: Ending | None = None
    reach: Reach = ""
    broke: str = ""
    intended_at: datetime | None = None
    given_up: bool = False

    @property
    def may_be_out(self) -> bool:
        """Whether it did not succeed, but its revision may be out all the same."""
        return self.phase in ("failed", "cancelled") and self.reach in ("maybe", "unknown", "unread", "unsure")

    @property
    def unbegun(self) -> bool:
        """Whether it failed before anything was done for it: never started, or no job of its run came to deploy."""
        plan = self.grant.plan
        shifted = (self.halt and self.halt.asked_at) or (plan and plan.follows)
        never = (self.rejected is not None and self.run is None) or self.reach in ("none", "skipped")
        return self.phase == "failed" and never and not shifted


class Hold(Struct, frozen=True, kw_only=True):
    """A reason why an environment takes no new deployment, beside the deployment itself. `until` None = for ever.

    The holders pass their own hold; `pull` is the pull request that it is about, if any. `announced_on`: where it was
    put; `nagged_at`: when its holder was last asked whether one without an end is still needed. `in_vain`: the rollback
    that it follows did not succeed.
    """

    kind: HoldKind
    holders: tuple[str, ...]
    reason: str
    since: datetime
    until: datetime | None = None
    pull: int | None = None
    announced_on: int | None = None
    nagged_at: datetime | None = None
    in_vain: bool = False


class Activity(Struct, frozen=True):
    """The platform's own activity: while there is any, the environment is busy.

    `busy_until`: its expected end; `quick_rollback_until`: that of the quick rollback; None = it does not say.
    `deployment`: its own id; `ours`: whether its origin is known; `ending`: the end of the wait is requested or asked
    of the platform, since `ending_since`; `ending_by` requested it. `unasked_since`: since when the platform could
    not be read, and `why`; `lacks`: the repository may not act there; `said`: people were notified of that.
    """

    busy_until: datetime | None = None
    quick_rollback_until: datetime | None = None
    stage: ActivityStage = "shifting"
    deployment: str = ""
    ours: bool = True
    ending: Literal["", "wanted", "asked"] = ""
    ending_since: datetime | None = None
    ending_by: str = ""
    unasked_since: datetime | None = None
    why: str = ""
    lacks: NotAllowed | None = None
    said: bool = False


class Release(Struct, frozen=True, kw_only=True):
    """One merged pull request's wish to reach one environment. `called_at`: since when it has the turn.

    `call_at`: when a message was owed that asks for it, the call or the newest reminder; None = no message was needed.
    `reminded`: the number of reminders since, the last at `reminded_at`. `passed`: the next one has the turn, and it
    keeps its place. `skipped`: no message asks about it any more, and the next release brings it; `skipped_by`: the
    actor, None = a label. `warns`: it changes one of the environment's `warn_paths`. `not_auto`: why the merge did not
    release it automatically. `unfit`: why `/deploy` would refuse it; `examined`: the question
    (`releases.question`) that was answered. `fit_at`: when it has been live for long enough in the environment that
    comes before; None: time alone does not make it fit.
    """

    pull: Pull
    merger: str | None
    sha: str
    merged_at: datetime
    called_at: datetime | None = None
    call_at: datetime | None = None
    reminded: int = 0
    reminded_at: datetime | None = None
    passed: bool = False
    skipped: bool = False
    skipped_by: str | None = None
    warns: bool = False
    not_auto: str | None = None
    unfit: Unfit | None = None
    examined: str = ""
    fit_at: datetime | None = None

    @property
    def waiter(self) -> str:
        """The person who is asked to release it: the merger, else the author."""
        return self.merger or self.pull.author


class BrokenConfig(Struct, frozen=True):
    """The unusable config on the default branch: its file, the commit at which that was seen, and the problem."""

    file: str
    sha: str
    problem: Problem

    @property
    def code(self) -> ClosedCode:
        """The refusal's code: for a file with a mistake, or for the owner's policy, which cannot be read."""
        return CLOSED.get(self.problem.code, "config_invalid")

    @property
    def of_owner(self) -> bool:
        """Whether the unusable file is the owner's rules."""
        return self.file != CONFIG_PATH

    def as_values(self) -> dict[str, str | Mapping[str, str | int | Mapping[str, Said]]]:
        """The parameters of a refusal."""
        return {"file": self.file, "sha": self.sha[:7], "problem": self.problem.as_values()}


class MissingPermission(Struct, frozen=True):
    """A missing permission without which nothing can be deployed, and the page on which an owner accepts it."""

    permission: str
    where: str


class Environment(Struct, frozen=True, kw_only=True):
    """A named target of releases, the unit of locking. `deployment` is the newest attempt.

    The deployment hold lasts while that attempt, the one it has overtaken, or the platform is busy, and after it until
    `cooldown_until`. The `manual` and the `after_rollback` hold are independent of it: ending one ends no other. `live`
    serves; `earlier` served before, newest first; `barred` was rolled back, and of that `bars_lost` says that the
    bounded list had no room for all; `awaiting` is in merge order;
    `unexpected_runs` are to be cancelled; `manual_runs` are the newest without a number. `runs`: the newest workflow
    runs bound to attempts, oldest first: each belongs to one attempt for ever. `fenced`: the job of the newest release
    that went live, or of one since, had asked the guard. `gone`: since when the config no longer names it.
    `broken_config`: the newest config, if it is unusable: `config` is then the last valid one, and nothing new starts.
    `withheld`: a missing permission to start deployments.
    """

    repository: Repository
    name: str
    config: EnvironmentConfig
    created_at: datetime
    number: int = 0
    free_since: datetime | None = None
    cooldown_until: datetime | None = None
    manual: Hold | None = None
    after_rollback: Hold | None = None
    activity: Activity | None = None
    deployment: Deployment | None = None
    overtaken: Deployment | None = None
    unexpected_runs: tuple[UnexpectedRun, ...] = ()
    manual_runs: tuple[ManualRun, ...] = ()
    runs: tuple[int, ...] = ()
    fenced: bool = False
    live: Revision | None = None
    earlier: tuple[Revision, ...] = ()
    barred: tuple[Revision, ...] = ()
    bars_lost: bool = False
    awaiting: tuple[Release, ...] = ()
    gone: datetime | None = None
    broken_config: BrokenConfig | None = None
    withheld: MissingPermission | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name, then its aliases."""
        return self.name, *self.config.aliases

    def answers_to(self, word: str) -> bool:
        """Whether a word, in any form, is its name or an alias."""
        return plain_name(word) in self.names

    def is_on_github(self, place: str) -> bool:
        """Whether this is the name of its GitHub environment, in any form."""
        return plain_name(place) in self.config.named_on_github(self.name)

    def with_people(self, found: Mapping[str, str]) -> "Environment":
        """A copy for display that knows more people than the config links: to mention them, never to let them act."""
        return replace(self, config=replace(self.config, people={**found, **self.config.people}))
