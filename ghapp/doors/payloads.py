"""The parts of GitHub's webhook payloads that a rule needs. A payload of another shape is refused."""

import re
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from ghapp.core.model.environment import Repository

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Sha = Annotated[str, Meta(pattern=r"\A[0-9a-f]{40}\Z")]
Login = Annotated[str, Meta(min_length=1, max_length=100)]
FullName = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\Z")]
Line = Annotated[str, Meta(max_length=1024)]
_ANSWERED_AT = re.compile(r"/actions/runs/([1-9][0-9]{0,17})/deployment_protection_rule\Z", re.ASCII)
Time = Annotated[datetime, Meta(tz=True)]


class Named(Struct):
    """An object with a full name."""

    full_name: FullName


class NamedRepository(Named):
    """The repository of a delivery."""

    id: Id


class Account(Struct):
    """An account by id and login. An enterprise has no login."""

    id: int = 0
    login: str = ""


class OwnedRepository(NamedRepository):
    """The repository of a delivery, with its owner."""

    owner: Account | None = None


class Installation(Struct):
    """The installation that a delivery belongs to."""

    id: Id


class Something(Struct):
    """An object of which only the presence counts."""


class User(Struct):
    """An account."""

    login: Login
    type: Line = "User"


class Base(Struct):
    """The branch a pull request goes into."""

    ref: Line


class Stack(Struct):
    """The stack of which a pull request is a layer; `base` is the branch that the whole stack goes into."""

    base: Base


class Leading(Struct, kw_only=True):
    """A pull request with its target. For a layer of a stack `base` is the layer below."""

    base: Base
    stack: Stack | None = None

    @property
    def into(self) -> str:
        """The branch whose rules apply. docs.github.com/pull-requests/reference/stacked-pull-requests"""
        return self.stack.base.ref if self.stack else self.base.ref


class Head(Struct):
    """The newest commit of a pull request."""

    sha: Sha


class Told(Struct):
    """The base of all deliveries."""

    @property
    def action(self) -> str:
        """The action, which selects the kind among those of one event; empty where the event has none."""
        return str(self.__struct_config__.tag or "")

    @property
    def about(self) -> str:
        """The full name of the repository, or the login of the account, that the delivery is about."""
        raise NotImplementedError


class InstalledOn(Installation):
    """An installation and its account."""

    account: User


class Installed(Told):
    """The App was installed on an account, or its owner changed its permissions or repositories there."""

    installation: InstalledOn

    @property
    def about(self) -> str:
        return self.installation.account.login


class Delivery(Told):
    """A delivery about a repository."""

    repository: NamedRepository
    installation: Installation

    @property
    def about(self) -> str:
        return self.repository.full_name

    def where(self) -> Repository:
        """The repository as the rules know it."""
        return Repository(id=self.repository.id, full_name=self.repository.full_name, installation=self.installation.id)


class Label(Struct):
    """A label on a pull request."""

    name: Line


class ClosedPull(Leading, kw_only=True):
    """A pull request that was closed, merged or not. Newer versions of the API leave `merge_commit_sha` out."""

    number: Id
    title: Line
    user: User | None
    head: Head
    merged: bool
    merge_commit_sha: Sha | None = None
    merged_by: User | None
    merged_at: Time | None
    labels: list[Label] = []


class BranchedRepository(NamedRepository):
    """A repository with its default branch, as far as that is needed."""

    default_branch: Line = ""


class PullClosed(Delivery):
    """`pull_request.closed`."""

    repository: BranchedRepository
    pull_request: ClosedPull


class OpenPull(Leading, kw_only=True):
    """A pull request as its gate needs it."""

    number: Id
    head: Head
    draft: bool = False
    state: Line = "open"


class PullChanged(Delivery):
    """`pull_request`: opened, reopened, ready_for_review, converted_to_draft, (un)labeled, (un)stacked."""

    pull_request: OpenPull


class PullPushed(PullChanged):
    """`pull_request.synchronize`. `before`: the previous head."""

    before: Sha


class AutoMerge(Struct):
    """The order to merge a pull request as soon as possible."""

    enabled_by: User | None = None


class LeftPull(Leading, kw_only=True):
    """A pull request that has left the merge queue."""

    number: Id
    title: Line
    user: User | None
    head: Head
    labels: list[Label] = []
    auto_merge: AutoMerge | None = None


class QueueLeft(Delivery):
    """`pull_request.dequeued`."""

    pull_request: LeftPull
    reason: Line
    sender: User | None = None


class MergeGroup(Struct):
    """A merge queue's group of pull requests."""

    head_sha: Sha
    base_ref: Line


class GroupMade(Delivery):
    """`merge_group.checks_requested`."""

    merge_group: MergeGroup


class Changes(Struct):
    """The fields that an edit changed."""

    base: Something | None = None


class PullEdited(PullChanged):
    """`pull_request.edited`."""

    changes: Changes


class Issue(Struct):
    """The issue or pull request of a comment."""

    number: Id
    pull_request: Something | None = None


class ViaApp(Struct):
    """The App that created an object."""

    id: int = 0
    slug: str = ""
    owner: Account | None = None


class Comment(Struct):
    """A comment."""

    id: Id
    body: str | None
    user: User | None
    created_at: Time
    performed_via_github_app: ViaApp | None = None


class CommentCreated(Delivery):
    """`issue_comment.created`."""

    repository: OwnedRepository
    issue: Issue
    comment: Comment


class PushedCommit(Struct):
    """A commit of a push with the paths that it touches."""

    added: list[str] = []
    removed: list[str] = []
    modified: list[str] = []

    def touches(self, path: str) -> bool:
        return any(path in paths for paths in (self.added, self.removed, self.modified))


class PushedRepository(NamedRepository):
    """The repository of a push."""

    default_branch: Line


class Pushed(Delivery):
    """`push`."""

    repository: PushedRepository
    ref: str
    forced: bool
    created: bool
    deleted: bool
    commits: list[PushedCommit]


class RepositoryChanges(Struct):
    """The fields that an edit of a repository's settings changed."""

    default_branch: Something | None = None


class RepositoryEdited(Delivery):
    """`repository.edited`."""

    changes: RepositoryChanges


class RepositoryRenamed(Delivery):
    """`repository.renamed`, with the new name."""


class RepositoryUnarchived(Delivery):
    """`repository.unarchived`."""


class FormerOwner(Struct):
    """The account that a repository was transferred from: one of both."""

    organization: Account | None = None
    user: Account | None = None


class OwnerChange(Struct):
    """A repository's change of owner."""

    former: FormerOwner = field(name="from")


class OwnerChanges(Struct):
    """What a transfer changed."""

    owner: OwnerChange


class RepositoryTransferred(Delivery):
    """`repository.transferred`, as the new owner's installation gets it."""

    changes: OwnerChanges

    @property
    def left(self) -> str:
        former = self.changes.owner.former
        account = former.organization or former.user
        return account.login if account else ""


class WorkflowRun(Struct):
    """A workflow run."""

    id: Id
    run_attempt: Id
    event: Line
    status: Line | None
    conclusion: Line | None
    path: Line
    display_title: Line
    html_url: Line
    triggering_actor: User | None = None


class WaitingDeployment(Struct):
    """The deployment of a waiting job."""

    id: Id
    created_at: Time


class ProtectionAsked(Delivery):
    """`deployment_protection_rule`. Only its callback address, which we do not call, names the run."""

    environment: Annotated[str, Meta(min_length=1, max_length=255)]
    deployment_callback_url: Annotated[str, Meta(max_length=1024)]
    deployment: WaitingDeployment

    def run(self) -> int | None:
        """The run's id; None where the address is of another shape."""
        found = _ANSWERED_AT.search(self.deployment_callback_url)
        return int(found[1]) if found else None


class RunMoved(Delivery):
    """`workflow_run`."""

    workflow_run: WorkflowRun


class CheckApp(Struct):
    """The App that made a check run."""

    id: Id


class CheckRun(Struct):
    """A check run. `external_id`: the text that its App stored in it."""

    name: Line
    head_sha: Sha
    external_id: Line
    app: CheckApp


class RerequestedRun(Struct):
    """A check run to be run again."""

    name: Line
    head_sha: Sha
    app: CheckApp


class RerequestedSuite(Struct):
    """All check runs of an App on a commit, to be run again."""

    head_sha: Sha
    app: CheckApp


class RequestedAction(Struct):
    """The pressed button."""

    identifier: Line


class ActionRequested(Delivery):
    """`check_run.requested_action`."""

    check_run: CheckRun
    requested_action: RequestedAction
    sender: User


class RunRerequested(Delivery):
    """`check_run.rerequested`."""

    check_run: RerequestedRun


class SuiteRerequested(Delivery):
    """`check_suite.rerequested`."""

    check_suite: RerequestedSuite
