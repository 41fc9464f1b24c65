"""Builders of test values. Every field that a test does not set has a plain default."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from ghapp.core.config.model import Config, EnvironmentConfig, Language, Role
from ghapp.core.decide import decide
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Pull, Release, Repository, Revision, Run
from ghapp.core.model.events import CommentPosted, Event, PullRequestMerged, RunObserved, RunStatus, StartIntended, Tick
from ghapp.core.model.facts import (
    AppFact,
    AttemptFact,
    Checks,
    CommentFact,
    Comparison,
    Fact,
    Facts,
    Files,
    Grants,
    Login,
    Membership,
    Merges,
    Missing,
    Need,
    NeedApp,
    NeedAttempt,
    NeedChecks,
    NeedComment,
    NeedCommit,
    NeedComparison,
    NeedConfig,
    NeedFiles,
    NeedGrants,
    NeedLogin,
    NeedMerges,
    NeedPlatform,
    NeedPull,
    NeedPush,
    NeedRequired,
    NeedReviews,
    NeedRole,
    NeedRun,
    NeedTeam,
    NoApp,
    NoComment,
    NoLogin,
    NoPull,
    NoPush,
    NoRun,
    Presence,
    PullFact,
    Push,
    Required,
    Review,
    Reviews,
    RulesHidden,
    RunFact,
    Ungranted,
)
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.views import comment, slack
from ghapp.core.views.call import Call, calls
from ghapp.core.views.slack_blocks import name_repository
from ghapp.engine.documents import readable
from tests.core.everywhere import Decided, rendered
from tests.lines import not_understood

LANGUAGES: tuple[Language, ...] = ("en", "ja")
NOON = datetime(2026, 11, 23, 4, 42, tzinfo=UTC)  # 13:42 in Tokyo
REPOSITORY = Repository(id=1, full_name="acme/shop", installation=7)
PEOPLE = {"mona": "U024BE7LH", "taro": "U024BE7TA"}
TITLES = {
    40: "Speed up search",
    41: "Reword notifications",
    42: "Fix overlapping booking slots",
    44: "Show prices with tax",
}
TITLES_JA = {42: "予約枠の重複チェックを修正", 41: "通知文言の変更"}
AUTHORS = {40: "taro", 41: "taro", 42: "hanako", 44: "hanako"}
MERGERS = {40: "taro", 41: "taro", 42: "mona", 44: "hanako"}


def sha(number: int) -> str:
    """The merge commit of a pull request."""
    return f"{number:02x}" * 20


def pull(number: int, **more: Any) -> Pull:
    plain: dict[str, Any] = {"title": TITLES[number], "author": AUTHORS[number], "head": sha(number + 100)}
    return Pull(number=number, **{**plain, **more})


def config(**more: Any) -> EnvironmentConfig:
    """The environment config of production, in Tokyo time."""
    plain: dict[str, Any] = {
        "sha": "c" * 40,
        "branch": "main",
        "workflow": "deploy.yml",
        "timezone": "Asia/Tokyo",
        "people": PEOPLE,
        "channel": "C024BE91L",
        "lock": timedelta(minutes=23),
        "default_branch": "main",
    }
    return EnvironmentConfig(**{**plain, **more})


def release(number: int, *, merged_at: datetime = NOON, **more: Any) -> Release:
    """A merged release that waits; a higher number was merged later."""
    plain: dict[str, Any] = {"pull": pull(number), "merger": MERGERS[number], "sha": sha(number)}
    return Release(merged_at=merged_at + timedelta(seconds=number), **{**plain, **more})


def environment(**more: Any) -> Environment:
    """Production: free, with nothing released yet."""
    plain: dict[str, Any] = {"repository": REPOSITORY, "name": "production", "config": config(), "created_at": NOON}
    return Environment(**{**plain, **more})


def live(number: int, **more: Any) -> Revision:
    """A live revision, live since an hour before noon."""
    return Revision(sha=sha(number), pull=pull(number), live_since=NOON - timedelta(hours=1), **more)


def run_fact(run: Run, title: str, **more: Any) -> RunFact:
    """A run of the environment's workflow that our App started on the default branch, created after every command."""
    plain: dict[str, Any] = {"attempt": 1, "path": ".github/workflows/deploy.yml", "branch": "main", "sha": sha(44)}
    plain |= {"actor": "ghapp[bot]", "event": "workflow_dispatch", "ours": True}
    return RunFact(run=run, title=title, **{**plain, "created_at": NOON + timedelta(days=1), **more})


class Production:
    """One environment and the world around it, driven by events; every step goes through `decide`."""

    def __init__(self, start: Environment | None = None) -> None:
        self.environments: dict[str, Environment | Unreadable] = {}
        if start:
            self.environments[start.name] = start
        self.now = NOON
        self.config: Any = Config(sha="c" * 40, environments={"production": start.config if start else config()})
        self.roles: dict[str, Role] = {"mona": "write", "taro": "write", "hanako": "write", "ken": "read"}
        self.teams: dict[str, set[str]] = {}
        self.apps: dict[str, str] = {}
        self.logins: dict[int, str] = {}  # by account id
        self.files: dict[int, Files] = {}
        self.checks: dict[str, Checks] = {}
        self.required: Required | RulesHidden = Required()
        self.reviews: tuple[Review, ...] = ()
        self.pushes: dict[str, Push | NoPush] = {}
        self.opened: dict[int, dict[str, Any]] = {}
        self.off_branch: set[str] = set()
        self.collected: set[str] = set()
        self.merged: dict[int, PullRequestMerged] = {}
        self.platform: PlatformState | PlatformDenied = PlatformState()
        self.comments = 0
        self.grants = Grants()
        self.ungranted: dict[type[Need], Ungranted] = {}
        self.called: tuple[Call, ...] = ()
        self.runs: dict[int, RunFact] = {}
        self.attempts: dict[NeedAttempt, AttemptFact] = {}
        self.written: dict[int, CommentFact | NoComment] = {}

    @property
    def environment(self) -> Environment:
        """The current state of production."""
        found = self.environments["production"]
        assert isinstance(found, Environment)
        return found

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def apply(self, event: Event) -> Decision:
        """Decides, gathers missing facts, keeps changed environments, and renders everything people can read of it."""
        facts = Facts(nonce="drawn outside")
        for _ in range(6):
            outcome = decide(event, self.environments, facts, self.now)
            if not isinstance(outcome, Missing):
                self.environments.update({changed.name: changed for changed in outcome.changed})
                self._rendered(event, outcome)
                assert not refused_lines(outcome)
                return outcome
            facts = facts.with_({need: self.answered(need) for need in outcome.needs})
        raise AssertionError("it keeps asking")

    def _rendered(self, event: Event, decision: Decision) -> None:
        found = readable(self.environments)
        standing = (one for environment in found for one in calls(environment, self.now))
        self.called = tuple(dict.fromkeys((*self.called, *standing)))
        rendered(Decided(event, decision, found, self.config, self.now, self.called))

    def answered(self, need: Need) -> Fact:
        """The fact from the platform or GitHub, or `Ungranted` where the App lacks the permission."""
        if lacking := self.ungranted.get(type(need)):
            return lacking
        return self.platform if isinstance(need, NeedPlatform) else self.fact(need)

    def fact(self, need: Need) -> Fact:
        """The fact as GitHub answers it."""
        assert not isinstance(need, NeedPlatform)
        match need:
            case NeedConfig():
                fact: Fact = self.config
                return fact
            case NeedGrants() | NeedRole() | NeedTeam() | NeedLogin() | NeedApp():
                return self.rights(need)
            case NeedFiles(number, _, _):
                return self.files[number]
            case NeedChecks() | NeedRequired() | NeedReviews() | NeedPush():
                return self.reported(need)
            case NeedPull(number):
                return self.pull_fact(number) if number in TITLES else NoPull()
            case NeedComparison() | NeedCommit():
                return self.history(need)
            case NeedComment(comment):
                return self.written[comment]
            case NeedRun() | NeedAttempt():
                return self.started(need)
            case NeedMerges(branch, since):
                told = (one for one in self.merged.values() if one.base == branch and one.at >= since)
                return Merges(tuple(self.pull_fact(one.pull.number) for one in told))

    def started(self, need: NeedRun | NeedAttempt) -> Fact:
        """A workflow run, or an attempt of it."""
        match need:
            case NeedRun(run):
                return self.runs.get(run, NoRun())
            case NeedAttempt():
                return self.attempts.get(need, NoRun())

    def rights(self, need: NeedGrants | NeedRole | NeedTeam | NeedLogin | NeedApp) -> Fact:
        """The App's permissions, and roles and team memberships of people."""
        match need:
            case NeedGrants():
                return self.grants
            case NeedRole(login):
                return self.roles.get(login, "none")
            case NeedTeam(team, login):
                return Membership(active=login in self.teams.get(team, ()))
            case NeedLogin(account):
                return Login(self.logins[account]) if account in self.logins else NoLogin()
            case NeedApp(slug):
                return AppFact(self.apps[slug]) if slug in self.apps else NoApp()

    def reported(self, need: NeedChecks | NeedRequired | NeedReviews | NeedPush) -> Fact:
        """Checks, reviews, pushes, and the checks that the branch requires."""
        match need:
            case NeedRequired():
                return self.required
            case NeedChecks(commit, _):
                return self.checks.get(commit, Checks(()))
            case NeedReviews():
                return Reviews(self.reviews)
            case NeedPush(_, head, _):
                return self.pushes[head]

    def pull_fact(self, number: int) -> PullFact:
        """A pull request; merged if `merges` was called for it."""
        event = self.merged.get(number)
        return PullFact(
            pull=pull(number),
            base=event.base if event else "main",
            merged=event is not None,
            sha=event.sha if event else None,
            merger=event.merger if event else None,
            merged_at=event.at if event else None,
            branch=f"{AUTHORS[number]}/{number}",
            **self.opened.get(number, {}),
        )

    def history(self, need: NeedComparison | NeedCommit) -> Fact:
        """Facts from the branch's commit history."""
        match need:
            case NeedComparison(base, head):
                return self.comparison(base, head)
            case NeedCommit(commit):
                return Presence(commit not in self.collected)

    def comparison(self, base: str, head: str) -> Comparison:
        """Compares on one branch where pull requests stand in the order of their numbers."""
        known = {sha(number): number for number in TITLES}
        if base not in known:  # a branch
            return Comparison("diverged" if head in self.off_branch else "behind", frozenset())
        if known[base] > known[head]:
            return Comparison("behind", frozenset())
        between = (number for number in TITLES if known[base] < number <= known[head])
        return Comparison("ahead", frozenset(sha(number) for number in between))

    def merges(self, number: int, **more: Any) -> Decision:
        plain: dict[str, Any] = {"repository": REPOSITORY, "key": f"pull/{number}/merged", "base": "main"}
        plain |= {"pull": pull(number), "sha": sha(number), "merger": MERGERS[number], "at": self.now}
        event = PullRequestMerged(**{**plain, **more})
        self.merged[number] = event
        return self.apply(event)

    def says(
        self,
        author: str,
        text: str,
        *,
        on: int = 42,
        at: datetime | None = None,
        found: CommentFact | NoComment | None = None,
    ) -> Decision:
        """A person posts a comment; `found`: the comment as it is when read again, if it differs."""
        self.comments += 1
        when = at or self.now
        same = CommentFact(author=author, text=text, created_at=when, updated_at=when)
        self.written[self.comments] = found or same
        event = CommentPosted(
            repository=REPOSITORY,
            key=f"comment/{self.comments}",
            number=on,
            comment=self.comments,
            author=author,
            text=text,
            at=when,
        )
        return self.apply(event)

    def starts(self) -> Decision:
        """Records the intent to start the run."""
        return self.apply(StartIntended("production", self.environment.number, self.now))

    def sees(self, status: RunStatus, *, run: int | None = 9, number: int | None = None, detail: str = "") -> Decision:
        """The runner observes the run."""
        at = Run(run, f"https://github.com/acme/shop/actions/runs/{run}") if run else None
        number = self.environment.number if number is None else number
        return self.apply(RunObserved(environment="production", number=number, status=status, run=at, detail=detail))

    def ticks(self) -> Decision:
        """Applies `Tick` at the current time."""
        return self.apply(Tick("production"))

    def releases(self, number: int, author: str) -> None:
        """Takes a pull request from merge to live, without the wait for the cool-down."""
        self.merges(number)
        assert not self.says(author, "/deploy", on=number).refusal
        self.starts()
        self.sees("running")
        self.sees("succeeded")


def in_japanese(found: Environment, titles: Mapping[int, str] = TITLES_JA) -> Environment:
    """The same environment in Japanese."""
    waiting = tuple(
        replace(one, pull=replace(one.pull, title=titles.get(one.pull.number, one.pull.title)))
        for one in found.awaiting
    )
    return replace(found, config=replace(found.config, language="ja"), awaiting=waiting)


def code(decision: Decision) -> str | None:
    """The code of the refusal, if any."""
    return decision.refusal.code if decision.refusal else None


def refused_lines(decision: Decision) -> list[str]:
    """The commands that the notices propose in either language and any place, but that the grammar would not accept."""
    told = [replace(one, config=replace(one.config, language=code)) for one in decision.notices for code in LANGUAGES]
    refused: list[str] = []
    for one in told:
        typed, message = one.values.get("typed", ""), slack.notice(one, now=one.at)
        refused += not_understood(comment.notice(one, now=one.at), "pull_request", typed)
        for shown in (message, name_repository(message, one.repository.full_name)):
            refused += not_understood(shown.text, "slack", typed)
    return refused
