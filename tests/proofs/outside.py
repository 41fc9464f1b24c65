"""GitHub as the model knows it: pull requests on one branch, runs that change state, webhooks that come at any time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from ghapp.core.config.model import CodeDeploy, Config, EnvironmentConfig
from ghapp.core.model.environment import Activity, Grant, Pull, Repository, Run
from ghapp.core.model.events import CommentPosted, PullRequestMerged, RunObserved, RunStatus, WorkflowRunChanged
from ghapp.core.model.facts import (
    AttemptFact,
    Checks,
    CommentFact,
    Comparison,
    Fact,
    Facts,
    Grants,
    Need,
    NeedAttempt,
    NeedChecks,
    NeedComment,
    NeedComparison,
    NeedConfig,
    NeedGrants,
    NeedPull,
    NeedRequired,
    NeedRole,
    NeedRun,
    PullFact,
    Required,
    RunFact,
)

START = datetime(2026, 11, 23, 4, 42, tzinfo=UTC)
REPOSITORY = Repository(id=1, full_name="acme/shop", installation=7)
ACTORS = ("mona", "taro", "hanako")
ENVIRONMENTS = ("production", "staging")
ENDS: tuple[RunStatus, ...] = ("succeeded", "failed", "cancelled")

PLACE = CodeDeploy(application="app", deployment_group="app-staging", region="ap-northeast-1")
CONFIG = Config(
    sha="c" * 40,
    environments={
        name: EnvironmentConfig(
            sha="c" * 40,
            branch="main",
            workflow="deploy.yml",
            default_branch="main",
            unlockers=("admin", "taro"),
            lock=timedelta(minutes=2),
            cooldown=timedelta(minutes=minutes),
            turn=timedelta(minutes=2),
            rollback=PLACE if name == "staging" else None,
        )
        for minutes, name in enumerate(ENVIRONMENTS)
    },
)

# ok: made, and the answer arrived. refused: not made. error: an error status. silent: the answer was lost.
# error and silent exist with a run ("_made") and without one.
Outcome = Literal["ok", "refused", "error", "error_made", "silent", "silent_made"]


@dataclass(slots=True)
class WorldRun:
    """A run that really exists."""

    grant: Grant
    run: Run
    made_at: datetime
    state: RunStatus = "queued"
    title: str = ""

    @property
    def active(self) -> bool:
        """Whether it may still change the environment."""
        return self.state not in ENDS


@dataclass(slots=True)
class Outside:
    """The real state outside, whether or not a replica knows of it."""

    merged: list[PullRequestMerged] = field(default_factory=list)
    runs: dict[tuple[str, int], WorldRun] = field(default_factory=dict)
    forged: dict[int | str, WorkflowRunChanged] = field(default_factory=dict)
    sent: set[tuple[str, int]] = field(default_factory=set)
    told: list[WorkflowRunChanged] = field(default_factory=list)
    platform: dict[str, Activity] = field(default_factory=dict)
    comments: dict[int, CommentFact] = field(default_factory=dict)

    def facts(self) -> Facts:
        """All facts that are constant; comparisons, pull requests and the like are added when asked for."""
        known: dict[Need, Fact] = {NeedConfig(): CONFIG, NeedGrants(): Grants()}
        known.update({NeedRole(actor): "write" for actor in ACTORS})
        return Facts(known, nonce="drawn outside")

    def fact(self, need: Need) -> Fact:
        """A fact that depends on the state: pull request, comment, run, or a comparison of two commits on the one
        branch."""
        match need:
            case NeedPull(number):
                return self._pull(number)
            case NeedChecks():
                return Checks(())
            case NeedRequired():
                return Required()
            case NeedComparison("main", _):
                return Comparison("behind", frozenset())
            case NeedComparison(base, head):
                places = [event.sha for event in self.merged]
                first, last = places.index(base), places.index(head)
                between = frozenset(places[first + 1 : last + 1])
                return Comparison("ahead" if first < last else "behind", between)
            case NeedComment(comment):
                return self.comments[comment]
            case NeedRun(run):
                return self._run(run)
            case NeedAttempt():
                return AttemptFact(actor="ghapp[bot]", ours=True, branch="main", jobs=(), places=frozenset())
            case _:
                raise AssertionError(f"{need} is known from the start")

    def merge(self, now: datetime) -> PullRequestMerged:
        """Merges the next pull request into the branch."""
        number = len(self.merged) + 1
        author = ACTORS[number % 3]
        pull = Pull(number=number, title=f"Change {number}", author=author, head=f"{number + 4096:040x}")
        event = PullRequestMerged(
            repository=REPOSITORY,
            key=f"pull/{number}/merged",
            pull=pull,
            base="main",
            sha=f"{number:040x}",
            merger=author,
            at=now,
        )
        self.merged.append(event)
        return event

    def write(self, event: CommentPosted) -> None:
        """Adds a comment that is never edited."""
        self.comments[event.comment] = CommentFact(
            author=event.author, text=event.text, created_at=event.at, updated_at=event.at
        )

    def forge(self, grant: Grant, state: RunStatus, by: str | None) -> None:
        """Another user or App starts a run under a grant's ticket, and GitHub sends its webhook."""
        identity = 5000 + len(self.forged)
        run = Run(identity, f"https://github.com/acme/shop/actions/runs/{identity}")
        made = WorldRun(grant, run, START, state, f"Release {grant.ticket} {grant.name}")
        self.forged[identity] = replace(_webhook(made), by=by)
        self.told.append(self.forged[identity])

    def dispatch(self, grant: Grant, outcome: Outcome, now: datetime) -> RunObserved:
        """The sender's observation of the dispatch."""
        self.sent.add((grant.environment, grant.number))
        if outcome in ("ok", "error_made", "silent_made"):
            identity = 100 + len(self.runs)
            run = Run(identity, f"https://github.com/acme/shop/actions/runs/{identity}")
            made = WorldRun(grant, run, now, title=grant.name if identity % 2 else f"Release {grant.ticket}")
            self.runs[grant.environment, grant.number] = made
            self.told.append(_webhook(made))
        if outcome == "ok":
            return self.look(grant)
        status: RunStatus = "refused" if outcome == "refused" else "error" if "error" in outcome else "unknown"
        return RunObserved(environment=grant.environment, number=grant.number, status=status, detail=outcome)

    def look(self, grant: Grant) -> RunObserved:
        """The current state of the run and of the platform."""
        activity = self.platform.get(grant.environment)
        made = self.runs.get((grant.environment, grant.number))
        return RunObserved(
            environment=grant.environment,
            number=grant.number,
            status=made.state if made else "missing",
            run=made.run if made else None,
            activity=activity,
        )

    def cancel(self, run: Run) -> bool:
        """Ends the run if it is active; the webhook comes at some later time."""
        made = next(made for made in self.runs.values() if made.run == run)
        if not made.active:
            return False
        self.move(made, "cancelled")
        return True

    def move(self, made: WorldRun, state: RunStatus) -> None:
        """Changes the run's state, and makes a webhook for delivery at some later time."""
        made.state = state
        self.told.append(_webhook(made))

    def _run(self, run: int) -> RunFact:
        """GitHub knows who started the run, regardless of its title."""
        forged = self.forged.get(run)
        made = None if forged else next(made for made in self.runs.values() if made.run.id == run)
        return RunFact(
            run=forged.run if forged else Run(run, ""),
            attempt=1,
            path=".github/workflows/deploy.yml",
            branch="main",
            title=forged.title if forged else made.title if made else "",
            sha="f" * 40,
            actor="hanako" if forged else "ghapp[bot]",
            event="workflow_dispatch",
            ours=made is not None,
            created_at=made.made_at if made else START + timedelta(days=365),
        )

    def _pull(self, number: int) -> PullFact:
        event = self.merged[number - 1]
        return PullFact(
            pull=event.pull, base="main", merged=True, sha=event.sha, merger=event.merger, merged_at=event.at
        )


def _webhook(made: WorldRun) -> WorkflowRunChanged:
    return WorkflowRunChanged(
        repository=REPOSITORY,
        key=f"run/{made.run.id}/1/{made.state}",
        run=made.run,
        attempt=1,
        path=".github/workflows/deploy.yml",
        title=made.title,
        status=made.state,
    )
