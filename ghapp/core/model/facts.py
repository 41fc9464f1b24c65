"""Needs (questions to GitHub and the platform) and the facts that answer them. A fact is never guessed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeVar

from msgspec import Struct, field

from ghapp.core.config.model import CodeDeploy, Config, InvalidConfig, NoConfig, Role
from ghapp.core.model.environment import Pull, Reference, Run
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.model.run_jobs import RunJob


class NeedConfig(Struct, frozen=True):
    """The repository's config, on its default branch."""


class NeedPull(Struct, frozen=True):
    """The present pull request. `merged_at`: from the delivery of its merge; awaited until GitHub shows it, too."""

    number: int
    merged_at: datetime | None = None


class NeedRole(Struct, frozen=True):
    """The current role of a login in the repository. `user`: the account whose login it has to be, by its id: a login
    that has passed to another account has no role."""

    login: str
    user: int | None = None


class NeedLogin(Struct, frozen=True):
    """The present login of an account, by its id."""

    account: int


class NeedApp(Struct, frozen=True):
    """The owner of an App, by its slug."""

    slug: str


class NeedTeam(Struct, frozen=True):
    """Whether a login is an active member of a team (`@org/team`) of the repository's owner, now."""

    team: str
    login: str


class NeedFiles(Struct, frozen=True):
    """The files that a pull request onto `base` changes, at this head."""

    number: int
    base: str
    head: str


class NeedChecks(Struct, frozen=True):
    """The CI reports on a commit, and which of them the rules of that pull request's branch require."""

    sha: str
    number: int


class NeedRequired(Struct, frozen=True):
    """The checks that the rules of a branch require, reported or not."""

    branch: str


class NeedReviews(Struct, frozen=True):
    """The newest review of each reviewer of a pull request."""

    number: int


class NeedPush(Struct, frozen=True):
    """The push that made `head` the head of a branch. `listed`: it must exist, so a missing one is waited for."""

    branch: str
    head: str
    listed: bool


class NeedComparison(Struct, frozen=True):
    """GitHub's comparison of `base` and `head`, and the commits between."""

    base: str
    head: str


class NeedCommit(Struct, frozen=True):
    """Whether a commit is still in the repository, on a branch or not; or a branch, by its full name as a ref."""

    sha: str


class NeedComment(Struct, frozen=True):
    """The present comment on the pull request `number`; `at`: when it was written."""

    comment: int
    at: datetime
    number: int


class NeedMerges(Struct, frozen=True):
    """The merges into a branch since then."""

    branch: str
    since: datetime


class NeedPlatform(Struct, frozen=True):
    """A platform's deployments. `also`: those to read however old they are.

    `revision`: the one to deploy once more, if it still exists.
    """

    place: CodeDeploy
    also: tuple[str, ...] = ()
    revision: Reference | None = None


class NeedRun(Struct, frozen=True):
    """The present workflow run."""

    run: int


class NeedAttempt(Struct, frozen=True):
    """An attempt of a workflow run that has ended."""

    run: int
    attempt: int


class NeedGrants(Struct, frozen=True):
    """The permissions that the App asks for and its installation lacks in a repository."""


Need = (
    NeedConfig
    | NeedGrants
    | NeedPull
    | NeedRole
    | NeedTeam
    | NeedLogin
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
"""The labels of a pull request, each with the login that added it last; None = unknown."""


class PullFact(Struct, frozen=True, kw_only=True):
    """A pull request read from GitHub. `sha`: the merge commit, if merged. `branch`: its head's.

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


class Comparison(Struct, frozen=True):
    """GitHub's comparison of two commits; `commits` are those that `head` has and `base` has not.

    `unrelated`: they have no commit in common. `base_gone`, `head_gone`: that one is not in the repository any more.
    """

    status: Literal["ahead", "behind", "identical", "diverged", "unrelated", "base_gone", "head_gone"]
    commits: frozenset[str] = frozenset()

    @property
    def contains_base(self) -> bool:
        return self.status in ("ahead", "identical")

    @property
    def contains_head(self) -> bool:
        return self.status in ("behind", "identical")

    @property
    def lists_commits(self) -> bool:
        """Whether `commits` lists what `head` brings."""
        return self.status not in ("unrelated", "base_gone", "head_gone")


class Presence(Struct, frozen=True):
    """Whether a commit or branch is in the repository."""

    there: bool


class CommentFact(Struct, frozen=True, kw_only=True):
    """A comment read from GitHub. `text`: its first non-blank line, if that could be a command."""

    author: str
    text: str | None
    created_at: datetime
    updated_at: datetime


class RunFact(Struct, frozen=True, kw_only=True):
    """A workflow run read from GitHub. `actor` started its newest attempt; `sha` is the commit it was started on.

    `ours`: the App itself started it, even if a person ran it again since. `event`: GitHub's event that started it.
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


class AttemptFact(Struct, frozen=True, kw_only=True):
    """An attempt of a workflow run and its jobs. `actor` started it; `ours`: that is the App itself.

    `places`: GitHub's environments to which its jobs have deployed, as far as they name any. `unsure`: one has deployed
    to an environment that the App may not see.
    """

    actor: str
    ours: bool
    branch: str
    jobs: tuple[RunJob, ...]
    places: frozenset[str]
    unsure: bool = False


class NoRun(Struct, frozen=True):
    """The run does not exist, or no longer."""


class NoComment(Struct, frozen=True):
    """The comment was deleted."""


class Files(Struct, frozen=True):
    """Paths, renamed ones under both names. `complete`: whether GitHub lists all of them."""

    names: frozenset[str]
    complete: bool = True


class Context(Struct, frozen=True, kw_only=True):
    """One check run or commit status, a superseded one too. `began`: None if it has not begun.

    `app`: the App that reports it, if GitHub names it. `workflow`, `event`: the workflow file of its job, and the event
    that started that run; empty if it is no job. `dispatched`: our App did that. `own`: we report it ourselves.
    `by_bot`: a commit status by an App, which GitHub does not name.
    """

    name: str
    state: Literal["passed", "failing", "running"]
    required: bool
    began: datetime | None = None
    app: int | None = None
    workflow: str = ""
    event: str = ""
    dispatched: bool = False
    own: bool = False
    by_bot: bool = False


class Checks(Struct, frozen=True):
    """All reports on a commit."""

    contexts: tuple[Context, ...]


class RequiredCheck(Struct, frozen=True):
    """A check by its name, and the App that has to report it; None: any may."""

    name: str
    app: int | None = None


class Required(Struct, frozen=True):
    """The requirements of a branch's rules. `workflows`: the files of workflows that have to pass as a whole."""

    checks: tuple[RequiredCheck, ...] = ()
    workflows: tuple[str, ...] = ()


class RulesHidden(Struct, frozen=True):
    """GitHub denies access to the rules of a branch."""


class Review(Struct, frozen=True, kw_only=True):
    """A reviewer's newest review, its commit, and whether the reviewer may write to the repository.

    `person`: the reviewer is no App. An App's `author` is its slug.
    """

    author: str
    verdict: Literal["approved", "changes_requested", "dismissed"]
    sha: str
    writes: bool
    person: bool


class Reviews(Struct, frozen=True):
    """One review per reviewer."""

    reviews: tuple[Review, ...]


class Push(Struct, frozen=True):
    """The actor and time of a push, by GitHub's own clock."""

    actor: str | None
    at: datetime


class NoPush(Struct, frozen=True):
    """GitHub does not list that push."""


class Grants(Struct, frozen=True):
    """The permissions that the installation's owner has not accepted, such as `statuses: write`; `where`: the page to
    accept them.

    Without `merge_queues` if there is no queue.
    """

    lacking: tuple[str, ...] = ()
    where: str = ""


class Ungranted(Struct, frozen=True):
    """Replaces any fact that cannot be read without this permission, such as `checks: read`."""

    permission: str
    where: str


class Membership(Struct, frozen=True):
    """Whether a login belongs to a team; a pending invitation does not count."""

    active: bool


class Login(Struct, frozen=True):
    """The login that an account has now."""

    login: str


class NoLogin(Struct, frozen=True):
    """The account does not exist any more."""


class AppFact(Struct, frozen=True):
    """An App and its owner; empty if that account has no repositories."""

    owner: str


class NoApp(Struct, frozen=True):
    """GitHub shows no such App, or it is our own, which vouches for no one."""


class Merges(Struct, frozen=True):
    """Merged pull requests, in the order of their merges."""

    pulls: tuple[PullFact, ...]


class NoPull(Struct, frozen=True):
    """There is no such pull request."""


T = TypeVar("T")
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
    | Login
    | NoLogin
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
    """Raised by a rule that needs facts not gathered yet; `decide` returns it instead of a Decision."""

    def __init__(self, *needs: Need) -> None:
        super().__init__(*needs)
        self.needs = needs


class Lacking(Exception):  # noqa: N818 - likewise: nothing is decided without that permission
    """Raised if a rule needs a fact that takes a permission which the App was not granted."""

    def __init__(self, ungranted: Ungranted) -> None:
        super().__init__(ungranted)
        self.permission = ungranted.permission
        self.where = ungranted.where


class Facts:
    """The facts gathered so far, each under the need it answers.

    `nonce`: random, drawn outside once per event, however often that is decided: the ids of its grants derive from it.
    Empty if nothing is granted.
    """

    def __init__(self, known: Mapping[Need, Fact] | None = None, *, nonce: str = "") -> None:
        self._known = dict(known or {})
        self.nonce = nonce

    def require(self, *needs: Need) -> None:
        """Require several at once, so that they are gathered in parallel."""
        if lacking := tuple(need for need in needs if need not in self._known):
            raise Missing(*lacking)

    def with_(self, more: Mapping[Need, Fact]) -> "Facts":
        return Facts({**self._known, **more}, nonce=self.nonce)

    def config(self) -> ConfigFact:
        fact = self._answer(NeedConfig())
        assert isinstance(fact, Config | InvalidConfig | NoConfig)
        return fact

    def config_if_known(self) -> ConfigFact | None:
        """The repository's config, if it was required before."""
        return self.config() if isinstance(self._known.get(NeedConfig()), ConfigFact) else None

    def pull(self, number: int, *, merged_at: datetime | None = None) -> PullFact | None:
        """A pull request; None if there is none of that number."""
        return self._found(NeedPull(number, merged_at), PullFact, NoPull)

    def role(self, login: str) -> Role:
        """The role of a login; of one account alone, wherever the same decision also asked for that."""
        of_account = (one for one in self._known if isinstance(one, NeedRole) and one.login == login and one.user)
        fact = self._answer(next(of_account, NeedRole(login)))
        assert isinstance(fact, str)
        return fact

    def comment(self, need: NeedComment) -> CommentFact | None:
        """A comment; None if it was deleted."""
        return self._found(need, CommentFact, NoComment)

    def run(self, run: int) -> RunFact | None:
        """A workflow run; None if it is gone."""
        return self._found(NeedRun(run), RunFact, NoRun)

    def attempt(self, run: int, attempt: int) -> AttemptFact | None:
        """An attempt of a workflow run; None if it is gone."""
        return self._found(NeedAttempt(run, attempt), AttemptFact, NoRun)

    def member(self, team: str, login: str) -> bool:
        return self._get(NeedTeam(team, login), Membership).active

    def login(self, account: int) -> str | None:
        """The present login of an account; None if it does not exist any more."""
        found = self._found(NeedLogin(account), Login, NoLogin)
        return found.login if found else None

    def app(self, slug: str) -> AppFact | None:
        """An App; None if GitHub shows none."""
        return self._found(NeedApp(slug), AppFact, NoApp)

    def files(self, number: int, base: str, head: str) -> Files:
        return self._get(NeedFiles(number, base, head), Files)

    def checks(self, sha: str, number: int) -> Checks:
        return self._get(NeedChecks(sha, number), Checks)

    def required(self, branch: str) -> Required | None:
        """The requirements of a branch's rules; None if GitHub denies access to them."""
        return self._found(NeedRequired(branch), Required, RulesHidden)

    def reviews(self, number: int) -> tuple[Review, ...]:
        """The newest review of each reviewer."""
        return self._get(NeedReviews(number), Reviews).reviews

    def push(self, branch: str, head: str, *, listed: bool) -> Push | None:
        """The push that brought a head; None if GitHub does not list it."""
        return self._found(NeedPush(branch, head, listed), Push, NoPush)

    def comparison(self, base: str, head: str) -> Comparison:
        """The comparison of two commits; not read for equal ones, nor for the default branch and its newest commit."""
        if base == head or self._newest(base, head):
            return Comparison("identical", frozenset())
        return self._get(NeedComparison(base, head), Comparison)

    def has(self, sha: str) -> bool:
        """Whether the repository still has a commit."""
        return self._get(NeedCommit(sha), Presence).there

    def merges(self, branch: str, since: datetime) -> tuple[PullFact, ...]:
        """The merges into a branch, in order."""
        return self._get(NeedMerges(branch, since), Merges).pulls

    def _newest(self, branch: str, sha: str) -> bool:
        """Whether the config, which is read at the default branch's newest commit, was read at this one."""
        config = self.config_if_known()
        return isinstance(config, Config) and (config.branch, config.sha) == (branch, sha)

    def grants(self) -> Grants:
        """The permissions that the App lacks."""
        return self._get(NeedGrants(), Grants)

    def grants_if_known(self) -> Grants | None:
        """The same, if it was required before."""
        fact = self._known.get(NeedGrants())
        return fact if isinstance(fact, Grants) else None

    def platform(self, need: NeedPlatform) -> PlatformState | PlatformDenied:
        fact = self._answer(need)
        assert isinstance(fact, PlatformState | PlatformDenied)
        return fact

    def _get(self, need: Need, kind: type[T]) -> T:
        fact = self._answer(need)
        assert isinstance(fact, kind)
        return fact

    def _found(self, need: Need, kind: type[T], absent: type) -> T | None:
        """The fact, or None where the answer is that there is none."""
        fact = self._answer(need)
        if isinstance(fact, kind):
            return fact
        assert isinstance(fact, absent)
        return None

    def _answer(self, need: Need) -> Fact:
        self.require(need)
        fact = self._known[need]
        if isinstance(fact, Ungranted):
            raise Lacking(fact)
        return fact
