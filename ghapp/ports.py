"""What the engine needs from outside, in its own words: adapters implement it. And the faults they may raise."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from ghapp.core.model.lanes import Share

if TYPE_CHECKING:  # a door needs the store alone, and is open in half the time without the others
    from ghapp.core.config.model import CodeDeploy, InvalidConfig, PolicyFile
    from ghapp.core.config.workflow_check import Files as WorkflowFiles
    from ghapp.core.model.button_id import ButtonId
    from ghapp.core.model.destination import Waiting
    from ghapp.core.model.environment import Grant, Repository, Run
    from ghapp.core.model.events import GuardedJob, RunObserved
    from ghapp.core.model.facts import ConfigFact, Fact, Files, Labels, Need, NeedPlatform
    from ghapp.core.model.platform import PlatformDenied, PlatformState
    from ghapp.core.model.slack_person import SlackPerson
    from ghapp.core.views.check_run import CheckRun
    from ghapp.core.views.config_check import ConfigCheck
    from ghapp.core.views.github_deployment import Record
    from ghapp.core.views.slack import Question
    from ghapp.core.views.slack_blocks import Message

Clock = Callable[[], datetime]
"""The time, aware and in UTC."""


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class Fault(Exception):  # noqa: N818 - the word of the field; it has two kinds
    """Something outside went wrong. A refusal is never a fault."""


class Retryable(Fault):
    """It may work later: not reachable, overloaded, rate limited. `after`: not before so long, where known."""

    def __init__(self, cause: str, *, after: timedelta | None = None) -> None:
        super().__init__(cause)
        self.after = after


class Overslept(Retryable):
    """What this is done for is no longer, for certain, in this worker's hand: nothing was sent."""


class Replaced(Retryable):
    """The store is no longer the one that was opened. Its words say what to do, and may be shown to anybody."""


class Permanent(Fault):
    """It will not work by trying again: not permitted, gone, or refused as malformed."""


class TooLarge(Permanent):
    """What is to be stored at once is more than the store takes. Its words are the store's own."""


class NotThere(Permanent):
    """What was to be changed is not there any more."""


class NotTaken(Permanent):
    """What is to be written is not taken as it is."""


class NoAccess(Permanent):
    """The App may not do that there, as things stand: it is not installed there (any more), suspended, not granted
    enough, or its address is not let in. People can change that, so it is not done for good."""


class NotNow(NoAccess):
    """Only this was not let through, such as while an account edits from which addresses it may be asked."""


class NotGranted(NoAccess):
    """The installation lacks a permission, such as `statuses: write`. `where`: the page where its owner accepts it."""

    def __init__(self, permission: str, where: str) -> None:
        super().__init__(f"the App lacks the permission {permission}, see {where}")
        self.permission = permission
        self.where = where


_SHOWN: ContextVar[bool] = ContextVar("shown", default=False)


@contextmanager
def only_shown() -> Iterator[None]:
    """What is asked within only shows what is so: it can wait, and leaves what is scarce to what acts."""
    token = _SHOWN.set(True)
    try:
        yield
    finally:
        _SHOWN.reset(token)


def is_only_shown() -> bool:
    """Whether that is so here."""
    return _SHOWN.get()


_MANY: ContextVar[bool] = ContextVar("many", default=False)


@contextmanager
def one_of_many() -> Iterator[None]:
    """What is written within is one of a great many: it leaves room for everything else, and can wait for its own."""
    token = _MANY.set(True)
    try:
        yield
    finally:
        _MANY.reset(token)


def is_one_of_many() -> bool:
    """Whether that is so here."""
    return _MANY.get()


_HOLDS: ContextVar[Callable[[], bool] | None] = ContextVar("holds", default=None)


@contextmanager
def in_hand_while(holds: Callable[[], bool]) -> Iterator[None]:
    """What is done within is done for something that is in this worker's hand as long as `holds` says so."""
    outer = _HOLDS.get()
    token = _HOLDS.set(holds if outer is None else lambda: outer() and holds())
    try:
        yield
    finally:
        _HOLDS.reset(token)


def is_in_hand() -> bool:
    """Whether it still is. What is done for nothing of that kind always is."""
    holds = _HOLDS.get()
    return holds is None or holds()


def check_in_hand() -> None:
    """Asked right before anything is sent that changes the world outside: a process may have been stopped for so long
    that another one does it by now. Raises Overslept."""
    if not is_in_hand():
        raise Overslept("the server stood still for so long that another one may have gone on")


class Conflict(Exception):  # noqa: N818 - an outcome, not an error
    """Another writer was first: load again and decide anew. Nothing of the change was written."""


class Superseded(Exception):  # noqa: N818 - an outcome, not an error
    """The item is no longer in this worker's hand: somebody else settles it. Nothing of the change was written."""


# ---------------------------------------------------------------- the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to be worked once. `id` is its business key, unique in the store, so it begins with its repository.

    `lane` is worked one at a time, and begins with the account that it is for.
    """

    id: str
    lane: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An item in this worker's hand `until` its lease ends. `tries`: how often it was taken up before this time
    without being given back unharmed; `token` proves the claim."""

    id: str
    lane: str
    body: bytes
    tries: int
    token: str
    stored_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An environment's document with its version, and beside it what was painted of it.

    `until`: the end of its lease, where it was leased to be given out.
    """

    repository: int
    full_name: str
    name: str
    version: int
    document: bytes
    shown: bytes
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A document as it shall be. `version`: the one it was decided on, 0 for a document that must not exist yet."""

    repository: int
    full_name: str
    name: str
    version: int
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All that one decision writes, in one transaction. `id` is unique: written twice, it is written once.

    What it writes is due at `at`; a lease on it goes on, so that two never paint the same. `settles`: the item that
    is done with it. An id without history is remembered 7 days, long after nobody sends it again. `channels`: where
    in Slack the repository is spoken of from now on, beside those that are known; and likewise the targets that it
    names. By either it is found again, never later than its documents; it may be although the change itself failed.
    """

    id: str
    at: datetime
    repository: int
    writes: tuple[Write, ...] = ()
    history: bytes = b""
    items: tuple[Item, ...] = ()
    settles: Claimed | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One change of history, as `Archive` gives it."""

    id: str
    at: datetime
    history: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when a repository is known to have no config; None = that is not known. `token`: of the last time at which
    it might have got one."""

    since: datetime | None = None
    token: str = ""


class Store(Protocol):
    """Bytes only: it knows no hold and no release. Raises `Retryable` where it cannot be reached."""

    def put(self, items: Sequence[Item], *, now: datetime) -> Awaitable[Sequence[bool]]:
        """Durable on return. False = this id is known (7 days), and nothing was stored."""

    async def claim(
        self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None
    ) -> Sequence[Claimed]:
        """The oldest ready item of each lane that has none in hand, at most `limit`: of lanes that act first, and else
        oldest first. Of a lane in which the newest counts it is that one, once it is ready; the older are done with it.

        `share`: no account gets more than that, and they take turns."""

    async def renew(self, held: Claimed | Row, *, now: datetime, lease: timedelta) -> bool:
        """In hand until `now + lease`. A lease that is over is renewed as long as nobody else has taken it up.

        False where it is no longer this worker's; nothing was written."""

    async def give_back(
        self, claimed: Claimed, *, now: datetime, retry_at: datetime | None, counts: bool, why: str
    ) -> None:
        """Not done. `retry_at` None = to the dead letters. `counts`: whether this was a try. `why`: kept with it.

        Nothing happens where the claim is no longer this worker's.
        """

    async def overtakes(self, claimed: Claimed) -> bool:
        """Whether an older item of its lane is still open: it has stepped aside, and is not forgotten."""

    async def revive(self, item_id: str, *, now: datetime) -> bool:
        """A dead letter is ready again, with its tries at 0. False = there is no such dead letter."""

    async def check(self) -> datetime:
        """Healthy on return: the store's own clock. Raises `Retryable` where nothing could be stored."""

    async def load(self, repository: int) -> Sequence[Row]:
        """All documents of a repository, consistent."""

    def record(self, change: Change) -> Awaitable[None]:
        """All or nothing. Raises `Conflict` where a version has moved, `Superseded` where the claim is gone.

        A change whose id was written before returns as written: that settles a lost answer. Raises `TooLarge`, with
        nothing written, where it is more than fits into one transaction.
        """

    async def silence(self, account: str, repository: int) -> Silence:
        """What is known, consistent."""

    async def keep_silence(self, account: str, repository: int, *, seen: Silence, at: datetime) -> None:
        """It has no config, as of a look that began after `seen`. Nothing happens where the token has moved since."""

    async def break_silence(self, account: str, repository: int | None = None) -> None:
        """It may have one now; without `repository` each of the account that is known."""

    async def due(
        self,
        *,
        now: datetime,
        lease: timedelta,
        limit: int,
        share: Share | None = None,
        key: tuple[int, str] | None = None,
    ) -> Sequence[Row]:
        """Documents whose time has come, leased so that others leave them alone: this saves work, versions protect.

        `share` as for items. `key` (repository, name): that one only, whether due or not, unless somebody holds its
        lease.
        """

    async def rest(self, row: Row, *, due_at: datetime | None, shown: bytes) -> None:
        """Keep `shown` and end the lease. `due_at` is written only if the version is still `row.version`;
        where it has moved the row is due again, since what was shown may be older than what is."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items are open, in hand or not, and how many are dead letters."""

    open: int
    dead: int


class Archive(Protocol):
    """The read side: may be stale."""

    async def history(self, repository: int, *, limit: int) -> Sequence[Past]:
        """The newest changes that left history, newest first."""

    async def repositories(self) -> Sequence[int]:
        """Every repository that has a document."""

    async def in_channel(self, channel: str) -> Sequence[int]:
        """The repositories that are spoken of in a channel of Slack, or once were, or that name a target, or once
        did: their documents tell. Consistent."""

    async def counts(self) -> Counts:
        """Of the queue."""

    async def dead(self, *, limit: int) -> Sequence[tuple[Item, str]]:
        """The dead letters, oldest first, each with why."""


# ---------------------------------------------------------------- GitHub


class Source(Protocol):
    """Reads facts. Raises `Retryable` where GitHub could not be asked: not knowing is never an answer."""

    async def gather(self, repository: Repository, need: Need) -> Fact:
        """The fact that answers the need."""


class Installations(Protocol):
    """The repositories that the App is installed on."""

    async def find(self, full_name: str) -> Repository | None:
        """One by its name; None where it is not there, or the App is not. Raises `Retryable`."""

    async def still(self, repository: Repository) -> Repository | None:
        """That very one, by the name that it has now as far as that is known; None likewise. Raises `Retryable`."""

    async def is_public(self, repository: Repository) -> bool:
        """Whether everybody may know of it. Raises `Retryable`, and NoAccess where the App is not on it any more."""


class Policies(Protocol):
    """The owners' rules, where the operator has named a repository for them."""

    async def read(self, repository: Repository) -> PolicyFile | InvalidConfig | None:
        """Those of a repository's owner: why they cannot be read, or None where no repository is named.

        Raises `Retryable` where GitHub gives no answer.
        """


class Profiles(Protocol):
    """What people show of themselves on GitHub."""

    async def email(self, repository: Repository, login: str) -> str | None:
        """The e-mail that somebody shows to everybody; None where they show none. Raises `Retryable` or `Permanent`."""


class Runner(Protocol):
    """What carries a grant out: late, twice, after a crash, the end is the same. Outcomes are values."""

    async def start(self, repository: Repository, grant: Grant) -> RunObserved:
        """Make the run. An unknown outcome is `RunObserved("unknown")`, never an exception."""

    async def look(self, repository: Repository, grant: Grant, run: Run | None, *, since: datetime) -> RunObserved:
        """Find it by id, else by number among what was made from `since` on. `missing` is an answer, and
        so is `denied`: we may not look.

        Raises `Retryable` where it could not be asked."""

    async def cancel(self, repository: Repository, run: Run, *, force: bool) -> bool:
        """Tell a run to end; `force`: whatever its steps want. False: it has ended already, or is gone.

        Raises `Retryable` where it could not be told."""


class ProtectionRules(Protocol):
    """Our rule on GitHub's environments, at which jobs wait."""

    async def answer(self, repository: Repository, job: Waiting, comment: str) -> None:
        """Let it go on or not. A job that waits no more is answered, too."""

    async def report(self, repository: Repository, run: int, environment: str, comment: str) -> None:
        """Tell beside a job that it goes on waiting."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why somebody is not believed to be who they say. `why` quotes nothing of what they sent."""

    why: str


class Jobs(Protocol):
    """Jobs of workflow runs, by the tokens that GitHub signs for them."""

    async def believed(self, token: str) -> GuardedJob | Doubt:
        """Whose token it is. Raises `Retryable` where GitHub's keys could not be had: that is neither yes nor no."""


Make = Callable[[], Awaitable["RunObserved"]]
"""Makes a deployment, once."""


class Platform(Protocol):
    """What knows what serves, and the way back. Raises `Retryable` or `Permanent` where it cannot be asked or told.

    `repository`: for which it is asked.
    """

    async def look(self, repository: Repository, need: NeedPlatform) -> PlatformState | PlatformDenied:
        """Its newest deployments, whosever they are. `PlatformDenied` where that is not permitted."""

    async def stop(self, repository: Repository, place: CodeDeploy, deployment: str, *, back: bool) -> bool:
        """Stop one of its deployments; `back`: and let it go back to what was before. False: it had ended before."""

    async def finish(self, repository: Repository, place: CodeDeploy, deployment: str) -> None:
        """Keep what was before no longer."""

    async def prepare(self, repository: Repository, grant: Grant) -> Make | RunObserved:
        """Fetch what the order brings back, and change nothing. `RunObserved`: it is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPull:
    """An open pull request's head with the gate it shows now: (state, description), or None if it shows none.

    `base`: the branch that it goes into; of a layer the one that its stack does.
    `posted`: how many gates that head was given. `ready`: nothing but a gate keeps it from being merged, as far as is
    known; None: that has to be asked. `approved`: somebody has, whether or not that is enough.
    `changed_at`: anything about it. `queued`: it is in the merge queue.
    `files`: None where that was not asked, or where one call does not tell all of them.
    `group`: it is what a merge queue has put together, under the number of its last pull request.
    `doubtful`: whether it is a layer of a stack that goes into `base` is not known: it is held, and never shown free.
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


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that people have to mend, as it is `shown` to anybody who looks, and as the log has it: there with the
    names of those whom it concerns, one line each; empty: as it is shown."""

    shown: str
    logged: tuple[str, ...] = ()


class Gates(Protocol):
    """The commit statuses on open pull requests."""

    def open_pulls(
        self, repository: Repository, base: str, *, files: bool, labels: bool
    ) -> AsyncGenerator[Sequence[OpenPull]]:
        """Every open pull request onto a branch, some at a time, in no order.

        One may come twice. `files`, `labels`: whether what they change, and who labelled them, is asked for.
        """

    async def layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Those of stacks that go into a branch, with labels."""

    async def likely_layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Where stacks cannot be read: what was a layer when it got its gate, and still stands above the branch."""

    async def ready(self, repository: Repository, numbers: Sequence[int]) -> Collection[int]:
        """Which of them could be merged this moment, were it not for a gate."""

    async def open_pull(self, repository: Repository, number: int, *, into: str) -> OpenPull | None:
        """One pull request, or None where it is not open. `into`: what it was last known to go into."""

    async def heads(self, repository: Repository) -> Mapping[str, Collection[int]]:
        """The numbers of all open pull requests, without drafts, by their heads: a status is the commit's."""

    async def shut(self, repository: Repository, head: str) -> bool:
        """Whether a commit shows a shut gate."""

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """What the merge queue of a branch has put together; nothing where it has none."""

    async def between(self, repository: Repository, base: str, head: str) -> Files:
        """What changes where `head` goes into the branch `base`."""

    async def write(self, repository: Repository, pull: OpenPull, state: str, description: str) -> None:
        """Show this gate on its head. Raises `NotTaken` where GitHub minds something in it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the config would be after a pull request, at its `head`: for advice, never for authority.

    `held`: what it is until then. `text`: the config's own. `changed`: the names of the workflows that the pull request
    changes, of those it names.
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
        """What it would make of the config; None where it leaves that and its workflows as they are."""

    async def workflows(self, repository: Repository, proposal: Proposal) -> WorkflowFiles:
        """The workflows that the proposed config names, as they would be. Raises Retryable."""

    async def absent(self, repository: Repository, branches: Collection[str]) -> frozenset[str]:
        """Those of these branches that are not there. Raises Retryable."""

    async def readers(self, repository: Repository, logins: Collection[str]) -> frozenset[str]:
        """Those of these logins that may not write, or that do not exist; not those whom GitHub does not tell of."""

    async def strangers(self, repository: Repository, apps: Collection[str]) -> Mapping[str, str]:
        """Those of these Apps, by slug, that do not belong to the repository's owner, with the account that they belong
        to; empty where GitHub shows none; not those of which it does not tell."""

    async def show(
        self, repository: Repository, proposal: Proposal, check: ConfigCheck, *, again: bool = False
    ) -> None:
        """Show it on its head, once. One that was shown before and is not completed becomes this one.

        `again`: somebody asked for it, so it is shown anew though it says the same.
        """

    async def repeat(self, repository: Repository, head: str) -> None:
        """A new check with what the newest on a head says, where that is completed."""

    async def number(self, repository: Repository, head: str) -> int | None:
        """Of which pull request the check on a head speaks; None where it shows none."""


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check run of ours by its id. `ended`: it is completed, and stays so."""

    id: int
    ended: bool


class ReleaseChecks(Protocol):
    """The check runs `release / <environment>`. One that was made and not remembered is found again by its mark.

    Of several for one pull request the newest counts: what has ended begins again as another one.
    """

    async def paint(
        self, repository: Repository, check: CheckRun, *, known: ShownCheck | None, again: bool = False
    ) -> ShownCheck:
        """Show it. `known`: what was shown before, which saves a look. `again`: as another one, if that has ended."""

    async def show(self, repository: Repository, head: str, checks: Sequence[CheckRun]) -> None:
        """Show these on one head, after one look for all of them."""

    async def marks(self, repository: Repository, head: str) -> Sequence[ButtonId]:
        """What is shown on a head, each once."""


class Comments(Protocol):
    """A pull request's conversation."""

    async def create(self, repository: Repository, pull: int, body: str) -> int:
        """A new comment's id."""

    async def edit(self, repository: Repository, comment: int, body: str) -> None:
        """Replace the text of one of our own. Raises `NotThere` where it is not there any more."""

    async def delete(self, repository: Repository, comment: int) -> None:
        """Take back one of our own. One that is gone stays gone."""

    async def find(self, repository: Repository, pull: int, marker: str, *, since: datetime) -> int | None:
        """Our own comment that ends with this marker, the oldest of those made or changed from `since` on."""

    async def react(self, repository: Repository, comment: int, reaction: str) -> None:
        """Put a reaction on anybody's comment."""


class Deployments(Protocol):
    """GitHub's own deployments."""

    async def paint(self, repository: Repository, record: Record, *, known: int | None) -> int | None:
        """Its id, made if it is not there; `known` is the id from before. None: somebody else keeps that record.

        Raises `NotThere` where the one with that id was deleted.
        """


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt of GitHub's to deliver a webhook. `guid` is the delivery's, the same at each attempt.

    `status`: what it was answered, 0 where no answer came.
    """

    id: int
    guid: str
    at: datetime
    status: int
    event: str = ""


class Deliveries(Protocol):
    """GitHub's own log of what it sent to the App. It goes three days back."""

    async def sent(self, *, since: datetime) -> Sequence[Sent]:
        """Every attempt from then on, newest first."""

    async def again(self, attempt: int) -> None:
        """Have that one sent once more. Raises `Permanent` where GitHub no longer can."""


# ---------------------------------------------------------------- Slack


@dataclass(frozen=True, slots=True)
class Home:
    """Where our App lives: the ids of its workspace and of itself. `app` None: Slack does not tell this token."""

    team: str
    app: str | None


class Chat(Protocol):
    """Slack. Raises `Retryable` or `Permanent`."""

    async def home(self) -> Home:
        """Our workspace and App."""

    async def person(self, user: str) -> SlackPerson:
        """Somebody by their id."""

    async def member(self, email: str) -> str | None:
        """Whoever has that e-mail in our workspace; None for nobody. `Permanent` where we may not ask."""

    async def post(self, channel: str, message: Message, *, thread: str | None = None) -> str:
        """A new message's timestamp: a string, its id within the channel. `thread`: the one it answers."""

    async def edit(self, channel: str, timestamp: str, message: Message) -> bool:
        """Replace one of our own messages; False where it is not there any more. Raises `NotThere` where there is no
        such channel for us."""

    async def find(self, channel: str, mark: str, *, since: datetime, thread: str | None = None) -> str | None:
        """The timestamp of our own message with this mark, posted from `since` on; None also where we may not look."""

    async def whisper(self, channel: str, user: str, message: Message, *, reply: str) -> None:
        """To one person alone. `reply`: the address that Slack gave for it, empty where it gave none."""

    async def ask(self, trigger: str, question: Question) -> None:
        """Open a modal that asks for one text, at once: the trigger lasts three seconds."""
