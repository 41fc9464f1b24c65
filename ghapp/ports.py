"""The ports: protocols that the engine calls and adapters implement, with their values and the faults they raise."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct, field

from ghapp.core.model.lanes import Share
from ghapp.core.model.secret import Secret

if TYPE_CHECKING:  # a door needs only the store: without these imports it opens in half the time
    from ghapp.core.config.model import CodeDeploy, InvalidConfig, PolicyFile, Role
    from ghapp.core.config.workflow_check import Files as WorkflowFiles
    from ghapp.core.model.button_id import ButtonId
    from ghapp.core.model.destination import Waiting
    from ghapp.core.model.environment import Grant, Repository, Run
    from ghapp.core.model.events import GuardedJob, RunObserved
    from ghapp.core.model.facts import ConfigFact, Fact, Files, Labels, Need, NeedPlatform
    from ghapp.core.model.platform import PlatformDenied, PlatformState
    from ghapp.core.model.published import Block, CheckRun, ConfigCheck, Message, Question, Record
    from ghapp.core.model.slack_person import SlackPerson

Clock = Callable[[], datetime]
"""Returns the current time, timezone-aware, in UTC."""


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class Fault(Exception):  # noqa: N818 - the word of the field; it has two kinds
    """A failure outside of the engine. A refusal is a value, never a fault."""


class Retryable(Fault):
    """A failure that may pass: not reachable, overloaded, rate limited. `after`: the shortest wait, if known."""

    def __init__(self, cause: str, *, after: timedelta | None = None) -> None:
        super().__init__(cause)
        self.after = after


class Overslept(Retryable):
    """The lease that covers this call has ended, so another worker may have taken over: nothing was sent."""


class Replaced(Retryable):
    """The store is no longer the one that was opened. The message says what to do and may be shown publicly."""


class Permanent(Fault):
    """A failure that a retry does not fix: not permitted, gone, or refused as malformed."""


class TargetDenied(Permanent):
    """An act on a platform that this repository may not do. Nothing was asked of the platform."""

    def __init__(self, denied: PlatformDenied) -> None:
        super().__init__(denied.why)
        self.denied = denied


class NotThere(Permanent):
    """The object to change does not exist any more."""


class NotTaken(Permanent):
    """The service rejects the content of a write."""


class NoAccess(Permanent):
    """The App has no access: it is not installed there (any more), suspended, lacks a permission, or its address is
    not allowed. People can change that, so the failure is not final."""


class NotNow(NoAccess):
    """Only this call was denied, for example while an account edits its list of allowed addresses."""


class NotGranted(NoAccess):
    """The installation lacks a permission, such as `statuses: write`. `where`: the page where its owner grants it."""

    def __init__(self, permission: str, where: str) -> None:
        super().__init__(f"the App lacks the permission {permission}, see {where}")
        self.permission = permission
        self.where = where


class Priority(Enum):
    """The priority of calls to GitHub where its rate limits are short.

    `ACT`: the call decides or acts. `DISPLAY`: it may wait, and leaves the hour's reserve to calls that act. `BULK`:
    one of a large batch for display; it also leaves room within the minute for all other calls.
    """

    ACT = "act"
    DISPLAY = "display"
    BULK = "bulk"


_HOLDS: ContextVar[Callable[[], bool] | None] = ContextVar("holds", default=None)


@contextmanager
def in_hand_while(holds: Callable[[], bool]) -> Iterator[None]:
    """Marks the work within as covered by a lease that lasts as long as `holds` returns True. Nested: all must hold."""
    outer = _HOLDS.get()
    token = _HOLDS.set(holds if outer is None else lambda: outer() and holds())
    try:
        yield
    finally:
        _HOLDS.reset(token)


def is_in_hand() -> bool:
    """Whether the current work's lease still holds; True for work without one."""
    holds = _HOLDS.get()
    return holds is None or holds()


def check_in_hand() -> None:
    """Called right before each request that changes the world outside: the process may have been stopped for so long
    that another one has taken over. Raises Overslept."""
    if not is_in_hand():
        raise Overslept("the server stood still for so long that another one may have gone on")


@contextmanager
def taking_back() -> Iterator[None]:
    """Needs no lease inside: this worker removes its own duplicate, which no other worker knows."""
    token = _HOLDS.set(None)
    try:
        yield
    finally:
        _HOLDS.reset(token)


class Conflict(Exception):  # noqa: N818 - an outcome, not an error
    """Another writer was first: load again and decide anew. Nothing of the change was written."""


class Superseded(Exception):  # noqa: N818 - an outcome, not an error
    """This worker has lost its claim: another one settles the item. Nothing of the change was written."""


# ---------------------------------------------------------------- the store


class Item(Struct, frozen=True, kw_only=True):
    """A queue item, processed once. `id` is its business key, unique in the store.

    Items of one `lane` are processed one at a time; the part before its first `/` is the tenant. `kept`: it is not
    processed at all, but can be read by `Archive.item` for 7 days.
    """

    id: str
    lane: str
    body: bytes
    kept: bool = False


class Claimed(Struct, frozen=True, kw_only=True):
    """An item that is leased to this worker `until` then. `tries`: its earlier claims, without those given back as not
    counted; `token` proves the claim."""

    id: str
    lane: str
    body: bytes
    tries: int
    token: str
    stored_at: datetime
    until: datetime


class Row(Struct, frozen=True, kw_only=True):
    """An environment's document with its version. `shown`: its projections as last published.

    `until`: the end of its lease, if `due` has leased it; `token` proves the lease.
    """

    repository: int
    full_name: str
    name: str
    version: int
    document: bytes
    shown: bytes
    until: datetime | None = None
    token: str = ""


class Write(Struct, frozen=True, kw_only=True):
    """A document to write. `version`: the one it was decided on, 0 for a document that must not exist yet.

    A document of no repository has a negative number for one: it is never due, and `Archive` does not list it.
    """

    repository: int
    full_name: str
    name: str
    version: int
    document: bytes


class Change(Struct, frozen=True, kw_only=True):
    """All writes of one decision, in one transaction. `id` is unique: a change recorded twice is written once.
    `repository`: whose history it belongs to; 0 for that of no repository.

    Its documents are due at `at`; a lease on them goes on, so that two workers never publish the same. `settles`: the
    item that it completes. An id without history is remembered for 7 days, longer than any retry. `found_by`: the keys
    by which the repository is found from now on, added to the known ones: its name, its Slack channels and its targets.
    It is found by them no later than the documents are written, and possibly even if the change itself fails.
    """

    id: str
    at: datetime
    repository: int
    writes: tuple[Write, ...] = ()
    history: bytes = b""
    items: tuple[Item, ...] = ()
    settles: Claimed | None = None
    found_by: tuple[str, ...] = ()


class Past(Struct, frozen=True, kw_only=True):
    """One change that left history, as `Archive` returns it. `place`: in the order in which they were recorded."""

    id: str
    at: datetime
    history: bytes
    place: int


class Silence(Struct, frozen=True):
    """Since when a repository is known to have no config; None = not known. `token` identifies the last event that may
    have added one."""

    since: datetime | None = None
    token: str = ""


class Store(Protocol):
    """Stores bytes: it knows no hold and no release. Raises `Retryable` where it cannot be reached."""

    def put(self, items: Sequence[Item], *, now: datetime) -> Awaitable[Sequence[bool]]:
        """Durable on return. False = the id is known (until 7 days after the item was done), and nothing was stored."""

    async def claim(
        self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None
    ) -> Sequence[Claimed]:
        """Leases the oldest ready item of each lane that has none leased, at most `limit`: lanes that act first, else
        the oldest first. In a lane where the newest counts it leases that one, once ready, and the older ones are done.

        `share`: the most that each tenant gets; tenants take turns."""

    async def renew(self, held: Claimed | Row, *, now: datetime, lease: timedelta) -> bool:
        """Extends the lease to `now + lease`, also one that is over, unless another worker has taken it.

        False where this worker has lost it; nothing was written."""

    async def give_back(
        self, claimed: Claimed, *, now: datetime, retry_at: datetime | None, counts: bool, why: str
    ) -> None:
        """Returns an item undone. `retry_at` None = to the dead letters. `counts`: as a try. `why`: stored with it.

        Does nothing where this worker has lost the claim.
        """

    async def overtakes(self, claimed: Claimed) -> bool:
        """Whether an older item of its lane is still open, such as one that waits for its retry."""

    async def revive(self, item_id: str, *, now: datetime) -> bool:
        """Makes a dead letter ready again, with 0 tries. False = there is no such dead letter."""

    async def check(self) -> datetime:
        """Proves by a write that the store works, and returns its clock. Raises `Retryable` where nothing is stored."""

    async def load(self, repository: int) -> Sequence[Row]:
        """All documents of a repository, by a consistent read."""

    def record(self, change: Change) -> Awaitable[None]:
        """Writes all or nothing. Raises `Conflict` where a version has changed, `Superseded` where the claim is lost.

        A change whose id was written before returns as written: that resolves a lost answer. Raises `Permanent`, with
        nothing written, for more than the store takes: a hundred rows with those of the change and its item, or a
        document or an item beyond 400 KB.
        """

    async def silence(self, account: str, repository: int) -> Silence:
        """Whether the repository is known to have no config, by a consistent read."""

    async def keep_silence(self, account: str, repository: int, *, seen: Silence, at: datetime) -> None:
        """Records that it has no config, by a look that began after `seen`. Does nothing if the token has changed."""

    async def break_silence(self, account: str, repository: int | None = None) -> None:
        """Records that it may have a config now; without `repository`: each known one of the account."""

    async def due(self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None) -> Sequence[Row]:
        """Leases the documents that are due, so that other workers skip them: leases save work, versions protect.

        `share` as for items.
        """

    async def lease_document(self, repository: int, name: str, *, now: datetime, lease: timedelta) -> Row | None:
        """Leases one document, due or not; None where another worker holds its lease, or there is none."""

    async def rest(self, row: Row, *, due_at: datetime | None, shown: bytes) -> None:
        """Stores `shown` where it differs from `row.shown`, and ends the lease of `row`, never that of another worker.

        `due_at` is written only if the version is still `row.version` and no other worker has leased the row since;
        otherwise it is due again, since `shown` may be older than the document."""


class Counts(Struct, frozen=True):
    """How many items are open, leased or not, and how many are dead letters."""

    open: int
    dead: int


class Version(Struct, frozen=True):
    """Which version of a document is the newest. It changes with each write of the document, and with nothing else."""

    repository: int
    name: str
    version: int


class Archive(Protocol):
    """The store's read side: may be stale."""

    async def history(self, repository: int, *, limit: int, before: int | None = None) -> Sequence[Past]:
        """The newest changes that left history, newest first; those before a place."""

    async def repositories(self) -> Sequence[int]:
        """Every repository that has a document."""

    async def versions(self) -> Sequence[Version]:
        """Every document's version, in the order of repository and name: cheap, so that a reader may ask each second
        which documents to load again."""

    async def found_by(self, key: str) -> Sequence[int]:
        """The repositories that have this name, Slack channel or target, or once did: their documents say which. By a
        consistent read."""

    async def item(self, item_id: str) -> Item | None:
        """An item by its id, by a consistent read; None where it is not known (any more). Once it is done its body is
        empty, except that of a kept one."""

    async def counts(self) -> Counts:
        """The counts of the queue."""

    async def dead(self, *, limit: int) -> Sequence[tuple[Item, str]]:
        """The dead letters, oldest first, each with its reason."""


# ---------------------------------------------------------------- GitHub


class Source(Protocol):
    """Reads facts. Raises `Retryable` where GitHub could not be asked: "unknown" is never an answer."""

    async def gather(self, repository: Repository, need: Need) -> Fact:
        """The fact that answers the need."""


class Installations(Protocol):
    """The repositories that the App is installed on."""

    async def find(self, full_name: str) -> Repository | None:
        """A repository by its name; None where it does not exist or lacks the App. Raises `Retryable`."""

    async def still(self, repository: Repository) -> Repository | None:
        """The same repository under its current name, as far as that is known; None likewise. Raises `Retryable`."""

    async def is_public(self, repository: Repository) -> bool:
        """Raises `Retryable`, and NoAccess where the App is not installed on it any more."""


class FirstPulls(Protocol):
    """Pull requests in repositories without a config."""

    async def workflows(self, repository: Repository, number: int, *, since: datetime) -> WorkflowFiles:
        """The workflows on the default branch whose names say that they deploy, if a proposal fits that pull request:
        a person of the repository opened it since then, into the default branch, it does not bring the config itself,
        and the App may comment. Else none. Raises `Retryable` or `Permanent`."""


class Reach(Protocol):
    """All that the App is installed on."""

    async def all(self) -> Sequence[int]:
        """The ids of the installations, without suspended ones. Raises `Retryable` or `Permanent`."""

    async def repositories(self, installation: int, owners: Collection[str] = ()) -> Sequence[Repository]:
        """Those that an installation reaches, without archived ones. `owners`: the accounts that are served, in lower
        case; empty = all. Raises `Retryable` or `Permanent`."""


class Policies(Protocol):
    """The owners' rules, from the repositories that the operator has named for them."""

    async def read(self, repository: Repository) -> PolicyFile | InvalidConfig | None:
        """The rules of the repository's owner, or why they cannot be read; None where no repository is named.

        Raises `Retryable` where GitHub gives no answer.
        """


class Profiles(Protocol):
    """Public profiles on GitHub."""

    async def email(self, repository: Repository, login: str) -> str | None:
        """The public e-mail address of a login, None without one. Raises `Retryable` or `Permanent`."""


class Runner(Protocol):
    """Carries out a grant. Called late, twice or after a crash, the end is the same. Outcomes are values.

    `clock`: the service's own, which dates its runs; it may be seconds behind, and is never ahead.
    """

    clock: Clock

    async def start(self, repository: Repository, grant: Grant) -> RunObserved:
        """Creates the run. An unknown outcome is `RunObserved("unknown")`, never an exception."""

    async def look(self, repository: Repository, grant: Grant, run: Run | None, *, since: datetime) -> RunObserved:
        """Finds the run by id, else by number among those created from `since` on, by `clock`. `missing` is an answer,
        and so is `denied` (no permission to look).

        Raises `Retryable` where the service could not be asked."""

    async def cancel(self, repository: Repository, run: Run, *, force: bool) -> bool:
        """Cancels a run; `force`: regardless of the conditions of its steps. False: it has ended already, or is gone.

        Raises `Retryable` where the request failed."""


class ProtectionRules(Protocol):
    """Our deployment protection rule on GitHub's environments, at which jobs wait."""

    async def answer(self, repository: Repository, job: Waiting, comment: str) -> None:
        """Approves or rejects the job. Succeeds for a job that waits no more, too."""

    async def report(self, repository: Repository, run: int, environment: str, comment: str) -> None:
        """Adds a comment to a job that goes on waiting."""


class Doubt(Struct, frozen=True):
    """Why a token is not accepted. `why` quotes nothing of the request."""

    why: str


class Jobs(Protocol):
    """Identifies jobs of workflow runs by the tokens that GitHub signs for them."""

    async def believed(self, token: str) -> GuardedJob | Doubt:
        """The job of a token. Raises `Retryable` where GitHub's keys could not be read: that is neither yes nor no."""


Make = Callable[[], Awaitable["RunObserved"]]
"""Creates a deployment, once."""


class Platform(Protocol):
    """The service that knows the live revision and can roll back. Raises `Retryable` or `Permanent` if a call fails.

    `repository`: the one that it is called for.
    """

    async def look(self, repository: Repository, need: NeedPlatform) -> PlatformState | PlatformDenied:
        """The target's newest deployments, by any creator. `PlatformDenied` where that is not permitted."""

    async def stop(self, repository: Repository, place: CodeDeploy, deployment: str, *, back: bool) -> bool:
        """Stops a deployment; `back`: with the platform's own rollback. False: it had ended before."""

    async def finish(self, repository: Repository, place: CodeDeploy, deployment: str) -> None:
        """Ends the wait in which the platform keeps the previous revision running."""

    async def prepare(self, repository: Repository, grant: Grant) -> Make | RunObserved:
        """Fetches the revision that the grant brings back; changes nothing. `RunObserved`: it is not there any more."""


class OpenPull(Struct, frozen=True, kw_only=True):
    """An open pull request's head with its current gate: (state, description), or None without one.

    `base`: the branch that it goes into; for a layer, the one that its stack goes into.
    `posted`: how many gates that head has got. `ready`: only a gate keeps it from being merged, as far as is known;
    None: that has to be asked. `approved`: it has an approval, whether or not that is enough.
    `changed_at`: the last change of any kind. `queued`: it is in the merge queue.
    `files`: None where not requested, or where one call does not return all of them.
    `group`: a merge group of a merge queue, under the number of its last pull request.
    `doubtful`: it may be a layer of a stack that goes into `base`: a shut gate stays shut, and none is opened.
    """

    number: int
    head: str
    draft: bool
    base: str
    gate: tuple[str, str] | None
    posted: int = 0
    ready: bool | None = False
    approved: bool = False
    changed_at: datetime | None = None
    queued: bool = False
    labels: Labels = field(default_factory=dict)
    files: Files | None = None
    group: bool = False
    doubtful: bool = False


class Complaint(Struct, frozen=True):
    """A problem that people have to fix. `shown`: the public text; `logged`: the log's lines, one for each repository
    or account concerned, with its name; empty: as `shown`."""

    shown: str
    logged: tuple[str, ...] = ()


class Gates(Protocol):
    """The gates: commit statuses on open pull requests."""

    def open_pulls(
        self, repository: Repository, base: str, *, files: bool, labels: bool
    ) -> AsyncGenerator[Sequence[OpenPull]]:
        """Every open pull request onto a branch, in batches, in no order.

        One may come twice. `files`, `labels`: whether to read the changed files, and the labels with their authors.
        """

    async def layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """The layers of the stacks that go into a branch, with labels."""

    async def likely_layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Where stacks cannot be read: the pull requests that were layers when they got their gates and still lead to
        the branch."""

    async def ready(self, repository: Repository, numbers: Sequence[int]) -> Collection[int]:
        """The numbers of those that only a gate keeps from being merged at this moment."""

    async def open_pull(self, repository: Repository, number: int, *, into: str) -> OpenPull | None:
        """One pull request, or None where it is not open. `into`: the branch that it was last known to go into."""

    async def heads(self, repository: Repository) -> Mapping[str, Collection[int]]:
        """The numbers of all open pull requests, without drafts, by their heads: a status belongs to the commit."""

    async def shut(self, repository: Repository, head: str) -> bool:
        """Whether a commit has a gate that is shut."""

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """The merge groups of a branch's merge queue; none without a queue."""

    async def between(self, repository: Repository, base: str, head: str) -> Files:
        """The files that change when `head` goes into the branch `base`."""

    async def write(self, repository: Repository, pull: OpenPull, state: str, description: str) -> None:
        """Writes this gate on its head. Raises `NotTaken` where GitHub rejects the content."""


class Proposal(Struct, frozen=True):
    """The config as a pull request would make it, at its `head`: for advice, never for authority.

    `held`: the config until then. `text`: the text of the proposed one. `changed`: the names of the workflows that it
    names and the pull request changes.
    """

    number: int
    head: str
    meaning: ConfigFact
    held: ConfigFact
    text: str = ""
    changed: frozenset[str] = frozenset()


class ConfigChecks(Protocol):
    """The check run on pull requests that change the config, or a workflow that it names."""

    async def proposed(self, repository: Repository, number: int) -> Proposal | None:
        """The config as the pull request would make it; None where it changes neither that nor its workflows."""

    async def workflows(self, repository: Repository, proposal: Proposal) -> WorkflowFiles:
        """The workflows that the proposed config names, as proposed. Raises Retryable."""

    async def absent(self, repository: Repository, branches: Collection[str]) -> frozenset[str]:
        """The branches that do not exist. Raises Retryable."""

    async def readers(self, repository: Repository, logins: Collection[str]) -> frozenset[str]:
        """The logins without write permission or without an account; not those for which GitHub gives no answer."""

    async def strangers(self, repository: Repository, apps: Collection[str]) -> Mapping[str, str]:
        """The Apps, by slug, that do not belong to the repository's owner, with the account that owns them; "" where
        GitHub shows no such App; not those for which it gives no answer."""

    async def show(
        self, repository: Repository, proposal: Proposal, check: ConfigCheck, *, again: bool = False
    ) -> None:
        """Publishes the check on its head, once. An earlier one that is not completed is edited.

        `again`: a user requested a re-run, so it is published anew even with the same content.
        """

    async def repeat(self, repository: Repository, head: str) -> None:
        """Creates a check with the content of the newest on a head, if that one is completed."""

    async def number(self, repository: Repository, head: str) -> int | None:
        """The pull request of the check on a head; None without a check."""


class ShownCheck(Struct, frozen=True):
    """A check run of ours by its id. `ended`: it is completed, which is final."""

    id: int
    ended: bool


class ReleaseChecks(Protocol):
    """The check runs `release / <environment>`. One that was created but not stored is found again by its mark.

    Of several for one pull request the newest counts: after a completed one a new one is created. All that are in
    progress end together.
    """

    async def publish(
        self, repository: Repository, check: CheckRun, *, known: ShownCheck | None, again: bool = False
    ) -> ShownCheck:
        """Publishes it. `known`: the earlier one, which saves a look-up. `again`: as a new one, if that has ended."""

    async def show(self, repository: Repository, head: str, checks: Sequence[CheckRun]) -> None:
        """Publishes these on one head, after one look-up for all of them."""

    async def marks(self, repository: Repository, head: str) -> Sequence[ButtonId]:
        """The marks of the check runs on a head, each once."""


class Comments(Protocol):
    """The comments of pull requests."""

    async def create(self, repository: Repository, pull: int, body: str) -> int:
        """Creates a comment and returns its id."""

    async def edit(self, repository: Repository, comment: int, body: str) -> None:
        """Replaces the text of one of our own. Raises `NotThere` where it does not exist any more."""

    async def delete(self, repository: Repository, comment: int) -> None:
        """Deletes one of our own. Succeeds for one that is gone already."""

    async def find(self, repository: Repository, pull: int, marker: str, *, since: datetime) -> int | None:
        """Our own comment that ends with this marker, the oldest of those created or changed from `since` on."""

    async def react(self, repository: Repository, comment: int, reaction: str) -> None:
        """Adds a reaction to a comment by any author."""


class Deployments(Protocol):
    """GitHub's own deployments."""

    async def publish(self, repository: Repository, record: Record, *, known: int | None) -> int | None:
        """Publishes the record, created if missing, and returns its id; `known` is the id from before. None: a job of
        the run keeps its own record instead.

        Raises `NotThere` where the one with that id was deleted.
        """


class Sent(Struct, frozen=True):
    """One attempt of GitHub's to deliver a webhook. `guid` is the delivery's, the same at each attempt.

    `status`: the answer's HTTP status, 0 without an answer.
    """

    id: int
    guid: str
    at: datetime
    status: int
    event: str = ""


class Deliveries(Protocol):
    """GitHub's own log of the webhooks that it sent to the App. It goes three days back."""

    async def sent(self, *, since: datetime) -> Sequence[Sent]:
        """Every attempt since then, newest first."""

    async def again(self, attempt: int) -> None:
        """Redelivers one. Raises `Permanent` where GitHub no longer can."""


# ---------------------------------------------------------------- sign-in


class SignedIn(Struct, frozen=True):
    """A GitHub user with their token. `until`: the token's expiry; None for one without."""

    id: int
    login: str
    token: Secret
    until: datetime | None


class NotSignedIn(Struct, frozen=True):
    """Why GitHub gives no token: for this `code`, for the App's `client` settings, or for the `person`."""

    of: Literal["code", "client", "person"]
    error: str
    """GitHub's own code, for the log."""


class Visible(Struct, frozen=True):
    """A user's login, and the ids of the repositories that they may see, as GitHub listed them at that time.

    `roles`: theirs where they have a higher one than `read`."""

    login: str
    repositories: frozenset[int]
    at: datetime
    roles: Mapping[int, Role] = field(default_factory=dict)


class SignIn(Protocol):
    """Sign-in at GitHub. No call waits longer than two seconds; it raises `Retryable` then."""

    def page(self, *, state: str, challenge: str) -> str:
        """The address of GitHub's page that sends the user back with a code. `challenge`: PKCE's, by S256."""

    async def exchange(self, code: str, verifier: str) -> SignedIn | NotSignedIn:
        """The user of a code, which counts once."""

    async def visible(self, token: Secret) -> Visible | None:
        """The repositories that the user and the App may see; None where GitHub rejects the token.

        A list of the last hour stands in where GitHub gives no answer now: `Visible.at` is its age.
        """

    async def login(self, token: Secret) -> str | None:
        """The user's login, asked of GitHub now; None where GitHub rejects the token."""

    async def revoke(self, token: Secret) -> None:
        """Makes the token invalid. Raises `Permanent` where GitHub refuses."""


# ---------------------------------------------------------------- Slack


class Home(Struct, frozen=True):
    """The ids of our Slack workspace and of our App. `app` None: Slack does not show it to this token."""

    team: str
    app: str | None


class Names(Struct, frozen=True):
    """The names under which people know a member and their workspace."""

    member: str
    workspace: str


class Chat(Protocol):
    """Slack's Web API. Raises `Retryable` or `Permanent`."""

    async def home(self) -> Home:
        """Our workspace and App."""

    async def token_problem(self) -> str:
        """Why our token is of no use, as Slack says now; empty if it is of use."""

    async def person(self, user: str) -> SlackPerson:
        """A Slack user by id."""

    async def names(self, user: str) -> Names:
        """The member's name, and our workspace's."""

    async def member(self, email: str) -> str | None:
        """The id of the user with that e-mail in our workspace, or None. `Permanent` without permission to ask."""

    async def post(self, channel: str, message: Message, *, thread: str | None = None) -> str:
        """Posts a message; returns its timestamp: a string, its id within the channel. `thread`: the one to answer."""

    async def delete(self, channel: str, timestamp: str) -> None:
        """Deletes one of our own messages; no error where it is gone."""

    async def edit(self, channel: str, timestamp: str, message: Message) -> bool:
        """Replaces one of our own messages; False where it was deleted. Raises `NotThere` where the channel does not
        exist or is closed to us."""

    async def find(self, channel: str, mark: str, *, since: datetime, thread: str | None = None) -> str | None:
        """The timestamp of our own oldest message with this mark, posted from `since` on; None also without
        permission."""

    async def whisper(self, channel: str, user: str, message: Message, *, reply: str) -> None:
        """Sends a message that only one user sees. `reply`: the response address from Slack, empty without one."""

    async def channels(self, user: str) -> frozenset[str]:
        """The ids of the channels that a member is in; of private ones, those that the bot is in too."""

    async def show_home(self, user: str, blocks: Sequence[Block]) -> None:
        """Publishes a member's App Home; replaces the former."""

    async def ask(self, trigger: str, question: Question) -> None:
        """Opens a modal that asks for one text, at once: the trigger lasts three seconds."""
