"""Maps (event, action) to one of our events or to none. Parses only the parts that a rule needs."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar, Union, cast
from uuid import UUID

import msgspec
from msgspec.structs import replace

from ghapp.core.commands.command_line import command_line
from ghapp.core.config.model import CONFIG_PATH, as_bot
from ghapp.core.model.button_id import read_button_id
from ghapp.core.model.environment import DISPATCH, Pull, Run, kept_title
from ghapp.core.model.events import (
    BUTTONS,
    CheckButtonPressed,
    CheckRerequested,
    CommentPosted,
    ConfigChanged,
    DeploymentJobWaiting,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    MergeQueueGaveUp,
    PermissionsAccepted,
    PullRequestMerged,
    QueuedEvent,
    RunStatus,
    WorkflowRunChanged,
)
from ghapp.core.rules.workflow_run import read_run_status
from ghapp.doors import payloads

LABELS_READ = 100  # GitHub's maximum on a pull request
COMMITS_LISTED = 2048  # GitHub leaves commits out of a larger push
_UUID_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)  # of version 1: RFC 9562, 5.1
T = TypeVar("T")


class Malformed(Exception):  # noqa: N818 - an answer, not an error
    """Raised where the body is not one strict JSON object."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The result of reading a delivery. Without `event` no rule can use it, and `why` has the reason for the operator.

    `former_owner`: the account that the repository was transferred from.
    `beside`: a second event of the same delivery, worked by itself.
    `unreadable`: the kind matters, but a field is missing or has another shape than GitHub documents.
    """

    action: str | None
    repository: str | None
    event: QueuedEvent | PermissionsAccepted | None = None
    beside: HeadReleased | None = None
    former_owner: str = ""
    why: str = ""
    unreadable: bool = False


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery's facts besides its body: its GUID, the App it is for, and when it was received."""

    guid: str
    app_id: int
    at: datetime

    @property
    def key(self) -> str:
        """The key of an event that has no business key of its own."""
        return f"delivery/{self.guid}"

    @property
    def happened(self) -> datetime:
        """When the event happened, for payloads without a time. GitHub's GUIDs are UUIDs of version 1, which carry
        the time, and a redelivery has the same one. For another id, or a later time: when it was received.

        GitHub does not document that, but every delivery that it shows is so:
        https://docs.github.com/en/rest/apps/webhooks#get-a-delivery-for-an-app-webhook
        """
        try:
            guid = UUID(self.guid)
        except ValueError:
            return self.at
        if guid.version != 1:
            return self.at
        return min(self.at, _UUID_EPOCH + timedelta(microseconds=guid.time // 10))


def read(event: str, envelope: Envelope, body: bytes) -> Reading:
    """Reads a delivery by its event's name and its body. Raises Malformed."""
    try:
        if not body.isascii():
            body.decode()  # the decoder does not check the encoding of strings that it skips
        delivery = _KINDS[event].decode(body)
    except (KeyError, ValueError, RecursionError):
        return _unused(event, body)
    _, parse = PARSERS[event, delivery.action]
    found = parse(delivery, envelope)
    why = "" if found else "nothing that a rule uses"
    beside = _head_before(delivery, envelope) if found and isinstance(delivery, payloads.PullPushed) else None
    former_owner = delivery.former_owner if isinstance(delivery, payloads.RepositoryTransferred) else ""
    return Reading(
        action=delivery.action or None,
        repository=delivery.about,
        event=found,
        beside=beside,
        former_owner=former_owner,
        why=why,
    )


def _unused(event: str, body: bytes) -> Reading:
    """Finds why a delivery cannot be used: no JSON, no kind that a rule uses, or a wrong field."""
    payload = _opened(body)
    action = _glance(payload, "action", _TEXT)
    repository = _glance(payload, "repository", _NAMED)
    name = repository.full_name if repository else None
    kind, _ = PARSERS.get((event, action or ""), (None, None))
    if kind is None:
        why = "connected" if event == "ping" else "no rule uses this event"  # GitHub pings when a webhook is set up
        return Reading(action=action, repository=name, why=why)
    return Reading(action=action, repository=name, why=_wrong(kind, body), unreadable=True)


def _wrong(kind: "Kind", body: bytes) -> str:
    """The wrong field's name, never its value."""
    try:
        _BARE[kind].decode(body)
    except msgspec.ValidationError as error:
        return str(error)
    return "its action is said in two ways"


def _opened(body: bytes) -> Mapping[str, msgspec.Raw]:
    try:
        body.decode()
        return _FIELDS.decode(body)
    except (ValueError, RecursionError) as error:
        raise Malformed from error


def _glance(payload: Mapping[str, msgspec.Raw], field: str, reader: msgspec.json.Decoder[T]) -> T | None:
    try:
        return reader.decode(payload.get(field, b"null"))
    except msgspec.ValidationError:
        return None


# ---------------------------------------------------------------- parsers by kind of payload


def _closed(delivery: payloads.PullClosed, envelope: Envelope) -> PullRequestMerged | HeadReleased:
    pull = delivery.pull_request
    if not pull.merged or pull.merged_at is None:
        return _left(delivery, envelope)
    author = pull.user.login if pull.user else "ghost"
    return PullRequestMerged(
        repository=delivery.where(),
        # a merge without its commit is found by the hourly count, under the key with the commit
        key=f"pull/{pull.number}/merged{'' if pull.merge_commit_sha else '/unsaid'}",
        pull=Pull(number=pull.number, title=kept_title(pull.title), author=author, head=pull.head.sha),
        base=pull.into,
        sha=pull.merge_commit_sha or "",
        merger=_person(pull.merged_by),
        at=pull.merged_at,
        labels=tuple(label.name for label in pull.labels[:LABELS_READ]),
        aside=delivery.repository.default_branch not in ("", pull.into),
    )


def _head_changed(delivery: payloads.PullChanged, envelope: Envelope) -> HeadChanged | None:
    pull = delivery.pull_request
    if pull.draft or pull.state != "open":
        return None
    return HeadChanged(
        repository=delivery.where(), key=envelope.key, number=pull.number, base=pull.into, head=pull.head.sha
    )


def _head_before(delivery: payloads.PullPushed, envelope: Envelope) -> HeadReleased:
    """The head before a push. Of several pushes only the newest head counts, but each old one is released."""
    left = f"{envelope.key}/left"
    return HeadReleased(repository=delivery.where(), key=left, head=delivery.before, base=delivery.pull_request.into)


def _left(delivery: payloads.PullClosed | payloads.PullChanged, envelope: Envelope) -> HeadReleased:
    pull = delivery.pull_request
    return HeadReleased(repository=delivery.where(), key=envelope.key, head=pull.head.sha, base=pull.into)


def _moved(delivery: payloads.PullChanged, envelope: Envelope) -> HeadChanged | None:
    """The target branch may have changed: the base was edited, or the pull request left its stack."""
    found = _head_changed(delivery, envelope)
    return replace(found, moved=True) if found else None


def _base_changed(delivery: payloads.PullEdited, envelope: Envelope) -> HeadChanged | None:
    return _moved(delivery, envelope) if delivery.changes.base else None


def _group_queued(delivery: payloads.GroupMade, _envelope: Envelope) -> MergeGroupQueued:
    group = delivery.merge_group
    base = group.base_ref.removeprefix("refs/heads/")
    return MergeGroupQueued(repository=delivery.where(), key=f"group/{group.head_sha}", head=group.head_sha, base=base)


def _queue_gave_up(delivery: payloads.QueueLeft, envelope: Envelope) -> MergeQueueGaveUp | None:
    """Only a timeout of CI is reported: the user who removes a pull request from the queue or breaks it knows why."""
    pull = delivery.pull_request
    if delivery.reason != "CI_TIMEOUT":
        return None
    by = (pull.auto_merge.enabled_by if pull.auto_merge else None, delivery.sender)
    author = pull.user.login if pull.user else "ghost"
    return MergeQueueGaveUp(
        repository=delivery.where(),
        key=envelope.key,
        pull=Pull(number=pull.number, title=kept_title(pull.title), author=author, head=pull.head.sha),
        base=pull.into,
        by=tuple(person for person in map(_person, by) if person),
        at=envelope.at,
        labels=tuple(label.name for label in pull.labels[:LABELS_READ]),
    )


def _commented(delivery: payloads.CommentCreated, envelope: Envelope) -> CommentPosted | None:
    comment = delivery.comment
    line = command_line(comment.body or "")
    if comment.user is None or line is None or delivery.issue.pull_request is None:
        return None
    by_a_person = comment.user.type == "User" and not comment.performed_via_github_app
    if not by_a_person and not _by_an_app_of_the_owner(delivery, envelope):
        return None
    return CommentPosted(
        repository=delivery.where(),
        key=f"comment/{comment.id}",
        number=delivery.issue.number,
        comment=comment.id,
        author=comment.user.login,
        text=line,
        at=comment.created_at,
    )


def _by_an_app_of_the_owner(delivery: payloads.CommentCreated, envelope: Envelope) -> bool:
    """Whether an App, as itself, wrote the comment, belongs to the repository's owner, and is not this App.

    Decided by the ids that GitHub signed. A login's text proves nothing, and a comment that an App writes in a person's
    name counts as neither's. `performed_via_github_app` holds the App with its owner:
    https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment
    """
    user, via, owner = delivery.comment.user, delivery.comment.performed_via_github_app, delivery.repository.owner
    if user is None or user.type != "Bot" or via is None or via.id == envelope.app_id:
        return False
    if via.owner is None or owner is None:
        return False
    same_owner = via.owner.id == owner.id > 0 and via.owner.login.lower() == owner.login.lower() != ""
    return same_owner and user.login.lower() == as_bot(via.slug)


def _run_changed(delivery: payloads.RunMoved, _envelope: Envelope) -> WorkflowRunChanged | None:
    """For a run that was not dispatched only the end counts: most are CI, and a skipped run did nothing."""
    run = delivery.workflow_run
    seen = _sight(delivery.action, run)
    if seen is None or (run.event != DISPATCH and (delivery.action != "completed" or run.conclusion == "skipped")):
        return None
    return WorkflowRunChanged(
        repository=delivery.where(),
        key=f"run/{run.id}/{run.run_attempt}/{delivery.action}",
        run=Run(id=run.id, url=run.html_url),
        attempt=run.run_attempt,
        path=run.path,
        title=run.display_title,
        status=seen,
        by=_person(run.triggering_actor),
        cause=run.event,
    )


def _person(account: payloads.User | None) -> str | None:
    return account.login if account and account.type != "Bot" else None


def _sight(action: str, run: payloads.WorkflowRun) -> RunStatus | None:
    """The status by the action, regardless of later ones. None for an end without a conclusion: no evidence."""
    match action:
        case "requested":
            return "queued"
        case "completed":
            return read_run_status("completed", run.conclusion) if run.conclusion else None
        case _:
            stands = read_run_status(run.status, None)
            return stands if stands in ("queued", "waiting") else "running"


def _job_waits(asked: payloads.ProtectionAsked, _envelope: Envelope) -> DeploymentJobWaiting | None:
    run = asked.run()
    if run is None:
        return None
    return DeploymentJobWaiting(
        repository=asked.where(),
        key=f"waits/{run}/{asked.deployment.id}",
        run=run,
        github_environment=asked.environment,
        at=asked.deployment.created_at,
    )


def _pushed(push: payloads.Pushed, envelope: Envelope) -> ConfigChanged | None:
    """Only a push to the default branch that may change the config: its path is listed, or not all paths are."""
    if push.ref != f"refs/heads/{push.repository.default_branch}" or push.deleted:
        return None
    unlisted = push.forced or push.created or len(push.commits) >= COMMITS_LISTED
    if not unlisted and not any(commit.touches(CONFIG_PATH) for commit in push.commits):
        return None
    return ConfigChanged(repository=push.where(), key=envelope.key, forced=push.forced)


def _edited(edited: payloads.RepositoryEdited, envelope: Envelope) -> ConfigChanged | None:
    """The default branch was changed or renamed, so the config is the one on that branch."""
    if edited.changes.default_branch is None:
        return None
    return ConfigChanged(repository=edited.where(), key=envelope.key, forced=True)


def _renamed(
    delivery: payloads.RepositoryRenamed | payloads.RepositoryTransferred, envelope: Envelope
) -> ConfigChanged:
    """The repository has another name or owner, by which rules and settings count."""
    return ConfigChanged(repository=delivery.where(), key=envelope.key)


def _clicked(delivery: payloads.ActionRequested, envelope: Envelope) -> CheckButtonPressed | None:
    """Only a person's press of a known button on a check run that this App made for this repository."""
    check, where = delivery.check_run, delivery.where()
    mark, button = read_button_id(check.external_id), BUTTONS.get(delivery.requested_action.identifier)
    if mark is None or button is None or delivery.sender.type != "User":
        return None
    if check.app.id != envelope.app_id or (mark.repository, mark.check) != (where.id, check.name):
        return None
    return CheckButtonPressed(
        repository=where,
        key=envelope.key,
        environment=mark.environment,
        number=mark.pull,
        head=check.head_sha,
        offered_at_number=mark.offered_at_number,
        button=button,
        author=delivery.sender.login,
        at=envelope.happened,
    )


def _admitted(delivery: payloads.Installed, envelope: Envelope) -> PermissionsAccepted:
    installation = delivery.installation
    return PermissionsAccepted(account=delivery.about, installation=installation.id, key=envelope.key, at=envelope.at)


def _unarchived(delivery: payloads.RepositoryUnarchived, envelope: Envelope) -> PermissionsAccepted:
    """GitHub takes writes again, as where the App was given the repository."""
    where = delivery.where()
    account = where.full_name.split("/", 1)[0]
    return PermissionsAccepted(account=account, installation=where.installation, key=envelope.key, at=envelope.at)


def _run_rerequested(delivery: payloads.RunRerequested, envelope: Envelope) -> CheckRerequested | None:
    check = delivery.check_run
    if check.app.id != envelope.app_id:
        return None
    return CheckRerequested(repository=delivery.where(), key=envelope.key, head=check.head_sha, name=check.name)


def _suite_rerequested(delivery: payloads.SuiteRerequested, envelope: Envelope) -> CheckRerequested | None:
    suite = delivery.check_suite
    if suite.app.id != envelope.app_id:
        return None
    return CheckRerequested(repository=delivery.where(), key=envelope.key, head=suite.head_sha)


Kind = type[payloads.Payload]
Parser = Callable[[Any, Envelope], QueuedEvent | PermissionsAccepted | None]
"""Makes the event from a delivery and its envelope."""

PARSERS: Mapping[tuple[str, str], tuple[Kind, Parser]] = MappingProxyType(
    {
        ("pull_request", "closed"): (payloads.PullClosed, _closed),
        ("pull_request", "converted_to_draft"): (payloads.PullChanged, _left),
        ("pull_request", "synchronize"): (payloads.PullPushed, _head_changed),
        **{
            ("pull_request", action): (payloads.PullChanged, _head_changed)
            for action in ("opened", "reopened", "ready_for_review", "labeled", "unlabeled", "stacked")
        },
        ("pull_request", "unstacked"): (payloads.PullChanged, _moved),
        ("pull_request", "edited"): (payloads.PullEdited, _base_changed),
        ("pull_request", "dequeued"): (payloads.QueueLeft, _queue_gave_up),
        ("merge_group", "checks_requested"): (payloads.GroupMade, _group_queued),
        ("issue_comment", "created"): (payloads.CommentCreated, _commented),
        ("push", ""): (payloads.Pushed, _pushed),
        ("repository", "edited"): (payloads.RepositoryEdited, _edited),
        ("repository", "transferred"): (payloads.RepositoryTransferred, _renamed),
        ("repository", "renamed"): (payloads.RepositoryRenamed, _renamed),
        ("repository", "unarchived"): (payloads.RepositoryUnarchived, _unarchived),
        ("deployment_protection_rule", "requested"): (payloads.ProtectionAsked, _job_waits),
        ("check_run", "requested_action"): (payloads.ActionRequested, _clicked),
        ("check_run", "rerequested"): (payloads.RunRerequested, _run_rerequested),
        ("check_suite", "rerequested"): (payloads.SuiteRerequested, _suite_rerequested),
        **{
            ("installation", action): (payloads.Installed, _admitted)
            for action in ("created", "new_permissions_accepted", "unsuspend")
        },
        ("installation_repositories", "added"): (payloads.Installed, _admitted),
        **{
            ("workflow_run", action): (payloads.RunMoved, _run_changed)
            for action in ("requested", "in_progress", "completed")
        },
    }
)
"""By event and action. The App subscribes to these events alone; GitHub sends those of `OF_EVERY_APP` to every App."""
OF_EVERY_APP = frozenset({"installation", "installation_repositories"})


def _decoder_of(event: str) -> msgspec.json.Decoder[Any]:
    """A decoder for all kinds of this event, which selects the kind by the action in one pass."""
    kinds = [_tagged(kind, action) for (name, action), (kind, _) in PARSERS.items() if name == event]
    return msgspec.json.Decoder(Union[tuple(kinds)])  # noqa: UP007 - as many as there are


def _tagged(kind: Kind, action: str) -> Kind:
    if not action:
        return kind
    tagged: Any = msgspec.defstruct(kind.__name__, [], bases=(kind,), tag_field="action", tag=action)
    return cast(Kind, tagged)


# all readers are made here, by one thread: two that make the reader of a type at the same moment crash the process
# (msgspec 0.22), and large bodies are read in threads
_KINDS = {event: _decoder_of(event) for event, _ in PARSERS}
_BARE: Mapping[Kind, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(kind) for kind, _ in PARSERS.values()}
_FIELDS, _TEXT = msgspec.json.Decoder(dict[str, msgspec.Raw]), msgspec.json.Decoder(str)
_NAMED = msgspec.json.Decoder(payloads.Named)
