"""What must be known from outside to decide, and the answers. A fact is known or it is missing; never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ghapp.core.config.model import CodeDeploy, Config, InvalidConfig, NoConfig, Role
from ghapp.core.model.environment import Pull, Reference, Run
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.model.run_jobs import RunJob


@dataclass(frozen=True, slots=True)
class NeedConfig:
    """The repository's config, on its default branch."""


@dataclass(frozen=True, slots=True)
class NeedPull:
    """A pull request as it is now. `merged_at`: when a delivery says that it was merged; until GitHub shows that, too,
    it is waited for."""

    number: int
    merged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedRole:
    """The role a login has in the repository, now."""

    login: str


@dataclass(frozen=True, slots=True)
class NeedApp:
    """Whose an App is, by its slug."""

    slug: str


@dataclass(frozen=True, slots=True)
class NeedTeam:
    """Whether a login is an active member of a team (`@org/team`) of the repository owner's, now."""

    team: str
    login: str


@dataclass(frozen=True, slots=True)
class NeedFiles:
    """The files that a pull request onto `base` changes, at this head."""

    number: int
    base: str
    head: str


@dataclass(frozen=True, slots=True)
class NeedChecks:
    """What CI reported on a commit, and what of it the rules of that pull request's branch require."""

    sha: str
    number: int


@dataclass(frozen=True, slots=True)
class NeedRequired:
    """The checks that the rules of a branch require, whoever has reported them or not."""

    branch: str


@dataclass(frozen=True, slots=True)
class NeedReviews:
    """The newest opinion of each reviewer of a pull request."""

    number: int


@dataclass(frozen=True, slots=True)
class NeedPush:
    """The push that made `head` the head of a branch. `listed`: it must be there, so what is not yet is waited for."""

    branch: str
    head: str
    listed: bool


@dataclass(frozen=True, slots=True)
class NeedComparison:
    """How `head` stands to `base`, and the commits between."""

    base: str
    head: str


@dataclass(frozen=True, slots=True)
class NeedCommit:
    """Whether a commit is still in the repository, on a branch or not; or a branch, by its full name as a ref."""

    sha: str


@dataclass(frozen=True, slots=True)
class NeedComment:
    """A comment on the pull request `number` as it is now; `at`: when it was written."""

    comment: int
    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class NeedMerges:
    """What was merged into a branch since then."""

    branch: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NeedPlatform:
    """What a platform does and did. `also`: deployments that must be told of, however old they are.

    `revision`: what shall be deployed once more, if it is there.
    """

    place: CodeDeploy
    also: tuple[str, ...] = ()
    revision: Reference | None = None


@dataclass(frozen=True, slots=True)
class NeedRun:
    """A workflow run as it is now."""

    run: int


@dataclass(frozen=True, slots=True)
class NeedAttempt:
    """An attempt of a workflow run that has ended."""

    run: int
    attempt: int


@dataclass(frozen=True, slots=True)
class NeedGrants:
    """What the App's installation lacks of the permissions that the App asks for in a repository."""


Need = (
    NeedConfig
    | NeedGrants
    | NeedPull
    | NeedRole
    | NeedTeam
    | NeedApp
    | NeedFiles
    | NeedChecks
    | NeedRequired
    | NeedReviews
    | NeedPush
    | NeedComparison
    | NeedCommit
    | NeedComment
    | NeedRun
    | NeedAttempt
    | NeedMerges
    | NeedPlatform
)


Labels = Mapping[str, str | None]
"""The labels that a pull request has, each with the login of who put it there last; None = nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullFact:
    """A pull request read from GitHub. `sha`: the merge commit, where merged. `branch`: its head's.

    `fork`: its head is in another repository, or in one that is gone. `labels`: as in `Labels`.
    """

    pull: Pull
    base: str
    merged: bool
    sha: str | None
    merger: str | None
    merged_at: datetime | None
    closed: bool = False
    draft: bool = False
    fork: bool = False
    branch: str = ""
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """GitHub's comparison of two commits; `commits` are those that `head` has and `base` has not.

    `unrelated`: they have no commit in common. `base_gone`, `head_gone`: that one is not in the repository any more.
    """

    status: Literal["ahead", "behind", "identical", "diverged", "unrelated", "base_gone", "head_gone"]
    commits: frozenset[str] = frozenset()

    @property
    def contains_base(self) -> bool:
        """Whether `head` has all that `base` has."""
        return self.status in ("ahead", "identical")

    @property
    def contains_head(self) -> bool:
        """Whether `base` has all that `head` has."""
        return self.status in ("behind", "identical")

    @property
    def lists_commits(self) -> bool:
        """Whether `commits` says what `head` brings."""
        return self.status not in ("unrelated", "base_gone", "head_gone")


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether something is in the repository."""

    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFact:
    """A comment read from GitHub. `text`: its first non-blank line, if that could be a command."""

    author: str
    text: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFact:
    """A workflow run read from GitHub. `actor` started its newest attempt; `sha` is what it was started on.

    `ours`: the App itself started it, whoever has run it again since. `event`: GitHub's, that started it.
    """

    run: Run
    attempt: int
    path: str
    branch: str
    title: str
    sha: str
    actor: str
    event: str
    ours: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFact:
    """What an attempt of a workflow run did. `actor` started it; `ours`: that is the App itself.

    `places`: GitHub's environments to which its jobs have deployed, as far as they name any. `unsure`: one has deployed
    somewhere, and the App may not see where.
    """

    actor: str
    ours: bool
    branch: str
    jobs: tuple[RunJob, ...]
    places: frozenset[str]
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class NoRun:
    """There is no such run, or no more."""


@dataclass(frozen=True, slots=True)
class NoComment:
    """The comment was deleted."""


@dataclass(frozen=True, slots=True)
class Files:
    """Paths, renamed ones under both names. `complete`: whether GitHub tells all of them."""

    names: frozenset[str]
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One check run or commit status, a superseded one too. `began`: None where it waits to.

    `app`: the App that reports it, where GitHub tells. `workflow`, `event`: the file of the workflow that it is a job
    of, and what started that run; empty where it is none. `ordered`: that run is one that our App dispatched.
    `own`: it is one of those that we report ourselves. `by_bot`: a status that some App has posted; which, GitHub does
    not tell.
    """

    name: str
    state: Literal["passed", "failing", "running"]
    required: bool
    began: datetime | None = None
    app: int | None = None
    workflow: str = ""
    event: str = ""
    ordered: bool = False
    own: bool = False
    by_bot: bool = False


@dataclass(frozen=True, slots=True)
class Checks:
    """All that was reported on a commit."""

    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check by its name, and the App that has to report it; None: any may."""

    name: str
    app: int | None = None


@dataclass(frozen=True, slots=True)
class Required:
    """What a branch's rules require. `workflows`: the files of those that have to pass as a whole."""

    checks: tuple[RequiredCheck, ...] = ()
    workflows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesHidden:
    """GitHub does not let us see the rules of a branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Somebody's newest opinion, on which commit, and whether they may write to the repository.

    `person`: it is no App's. An App's `author` is its slug.
    """

    author: str
    verdict: Literal["approved", "changes_requested", "dismissed"]
    sha: str
    writes: bool
    person: bool


@dataclass(frozen=True, slots=True)
class Reviews:
    """One a reviewer."""

    reviews: tuple[Review, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """Who pushed and when, by GitHub's own clock."""

    actor: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NoPush:
    """GitHub does not tell of that push."""


@dataclass(frozen=True, slots=True)
class Grants:
    """The permissions that the installation's owner has not accepted, such as `statuses: write`; `where` they do.

    Without `merge_queues` where no queue is.
    """

    lacking: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Ungranted:
    """Stands for any fact that cannot be asked for without this permission, such as `checks: read`."""

    permission: str
    where: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether somebody belongs to a team; an invitation that was not taken up is none."""

    active: bool


@dataclass(frozen=True, slots=True)
class AppFact:
    """An App, and the account that it belongs to; empty where that is none that has repositories."""

    owner: str


@dataclass(frozen=True, slots=True)
class NoApp:
    """GitHub shows us no such App, or it is we ourselves, who vouch for nothing."""


@dataclass(frozen=True, slots=True)
class Merges:
    """Merged pull requests, in the order of their merges."""

    pulls: tuple[PullFact, ...]


@dataclass(frozen=True, slots=True)
class NoPull:
    """There is no such pull request."""


ConfigFact = Config | InvalidConfig | NoConfig
Fact = (
    ConfigFact
    | PullFact
    | NoPull
    | CommentFact
    | NoComment
    | RunFact
    | AttemptFact
    | NoRun
    | Role
    | Membership
    | AppFact
    | NoApp
    | Files
    | Checks
    | Required
    | RulesHidden
    | Reviews
    | Push
    | NoPush
    | Comparison
    | Presence
    | Merges
    | PlatformState
    | PlatformDenied
    | Grants
    | Ungranted
)


class Missing(Exception):  # noqa: N818 - not an error: the decision's own question
    """Raised by a rule that asks for facts not gathered yet; `decide` gives it back instead of a Decision."""

    def __init__(self, *needs: Need) -> None:
        super().__init__(*needs)
        self.needs = needs


class Lacking(Exception):  # noqa: N818 - likewise: nothing is decided without that permission
    """Raised where a rule asks for a fact that takes a permission which the App was not granted."""

    def __init__(self, ungranted: Ungranted) -> None:
        super().__init__(ungranted)
        self.permission = ungranted.permission
        self.where = ungranted.where


class Facts:
    """The facts gathered so far, each under the need it answers.

    `nonce`: random, drawn outside for the one event that is decided, however often that is: what it grants is named by
    it. Empty where nothing is granted.
    """

    def __init__(self, known: Mapping[Need, Fact] | None = None, *, nonce: str = "") -> None:
        self._known = dict(known or {})
        self.nonce = nonce

    def require(self, *needs: Need) -> None:
        """Ask for several at once, so that they are gathered side by side."""
        if lacking := tuple(need for need in needs if need not in self._known):
            raise Missing(*lacking)

    def with_(self, more: Mapping[Need, Fact]) -> "Facts":
        """These facts and more."""
        return Facts({**self._known, **more}, nonce=self.nonce)

    def config(self) -> ConfigFact:
        """The repository's config."""
        fact = self._get(NeedConfig())
        assert isinstance(fact, Config | InvalidConfig | NoConfig)
        return fact

    def config_if_known(self) -> ConfigFact | None:
        """The same, where somebody has asked for it."""
        return self.config() if isinstance(self._known.get(NeedConfig()), ConfigFact) else None

    def pull(self, number: int, *, merged_at: datetime | None = None) -> PullFact | None:
        """A pull request; None where there is none of that number."""
        fact = self._get(NeedPull(number, merged_at))
        assert isinstance(fact, PullFact | NoPull)
        return fact if isinstance(fact, PullFact) else None

    def role(self, login: str) -> Role:
        """A login's role."""
        fact = self._get(NeedRole(login))
        assert isinstance(fact, str)
        return fact

    def comment(self, need: NeedComment) -> CommentFact | None:
        """A comment; None where it was deleted."""
        fact = self._get(need)
        assert isinstance(fact, CommentFact | NoComment)
        return fact if isinstance(fact, CommentFact) else None

    def run(self, run: int) -> RunFact | None:
        """A workflow run; None where it is gone."""
        fact = self._get(NeedRun(run))
        assert isinstance(fact, RunFact | NoRun)
        return fact if isinstance(fact, RunFact) else None

    def attempt(self, run: int, attempt: int) -> AttemptFact | None:
        """An attempt of a workflow run; None where it is gone."""
        fact = self._get(NeedAttempt(run, attempt))
        assert isinstance(fact, AttemptFact | NoRun)
        return fact if isinstance(fact, AttemptFact) else None

    def member(self, team: str, login: str) -> bool:
        """Whether a login belongs to a team."""
        fact = self._get(NeedTeam(team, login))
        assert isinstance(fact, Membership)
        return fact.active

    def app(self, slug: str) -> AppFact | None:
        """An App; None where GitHub shows none."""
        fact = self._get(NeedApp(slug))
        assert isinstance(fact, AppFact | NoApp)
        return fact if isinstance(fact, AppFact) else None

    def files(self, number: int, base: str, head: str) -> Files:
        """What a pull request changes."""
        fact = self._get(NeedFiles(number, base, head))
        assert isinstance(fact, Files)
        return fact

    def checks(self, sha: str, number: int) -> Checks:
        """What CI reported on a commit."""
        fact = self._get(NeedChecks(sha, number))
        assert isinstance(fact, Checks)
        return fact

    def required(self, branch: str) -> Required | None:
        """What a branch's rules require; None where GitHub does not let us see them."""
        fact = self._get(NeedRequired(branch))
        assert isinstance(fact, Required | RulesHidden)
        return fact if isinstance(fact, Required) else None

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Everybody's newest opinion."""
        fact = self._get(NeedReviews(number))
        assert isinstance(fact, Reviews)
        return fact.reviews

    def push(self, branch: str, head: str, *, listed: bool) -> Push | None:
        """The push that brought a head; None where GitHub does not tell."""
        fact = self._get(NeedPush(branch, head, listed))
        assert isinstance(fact, Push | NoPush)
        return fact if isinstance(fact, Push) else None

    def comparison(self, base: str, head: str) -> Comparison:
        """How two commits stand to each other. The same commit needs no look, nor does a branch's newest one."""
        if base == head or self._newest(base, head):
            return Comparison("identical", frozenset())
        fact = self._get(NeedComparison(base, head))
        assert isinstance(fact, Comparison)
        return fact

    def has(self, sha: str) -> bool:
        """Whether the repository still has a commit."""
        fact = self._get(NeedCommit(sha))
        assert isinstance(fact, Presence)
        return fact.there

    def merges(self, branch: str, since: datetime) -> tuple[PullFact, ...]:
        """What was merged into a branch, in order."""
        fact = self._get(NeedMerges(branch, since))
        assert isinstance(fact, Merges)
        return fact.pulls

    def _newest(self, branch: str, sha: str) -> bool:
        """Whether the config, which is read at the default branch's newest commit, was read at this one."""
        config = self.config_if_known()
        return isinstance(config, Config) and (config.branch, config.sha) == (branch, sha)

    def grants(self) -> Grants:
        """What the App lacks."""
        fact = self._get(NeedGrants())
        assert isinstance(fact, Grants)
        return fact

    def grants_if_known(self) -> Grants | None:
        """The same, where something has asked for it."""
        fact = self._known.get(NeedGrants())
        return fact if isinstance(fact, Grants) else None

    def platform(self, need: NeedPlatform) -> PlatformState | PlatformDenied:
        """What a platform does and did."""
        fact = self._get(need)
        assert isinstance(fact, PlatformState | PlatformDenied)
        return fact

    def _get(self, need: Need) -> Fact:
        self.require(need)
        fact = self._known[need]
        if isinstance(fact, Ungranted):
            raise Lacking(fact)
        return fact
