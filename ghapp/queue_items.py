"""Makes every queue item: id, lane and body, in this one place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ghapp.core.model import codec
from ghapp.core.model.decision import Notice
from ghapp.core.model.environment import DISPATCH, Repository
from ghapp.core.model.events import (
    Batch,
    CheckRerequested,
    ConfigChanged,
    DeploymentJobWaiting,
    GatesChanged,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    MergeQueueGaveUp,
    MergesRecounted,
    PermissionsAccepted,
    PullRequestMerged,
    QueuedEvent,
    ScheduledTask,
    SlackEvent,
    SlackRequest,
    WorkflowRunChanged,
)
from ghapp.core.model.lanes import home_lane, lane, member_lane
from ghapp.ports import Item

TASKS = "rounds"  # the lane
FEW = 12  # items beside eighty documents, their people and their history in one write, which takes a hundred rows
BATCH, BATCH_BYTES = 50, 160 * 1024  # of items: a row of DynamoDB has 400 KB, and a body is quoted in it


def event_item(event: QueuedEvent | PermissionsAccepted) -> Item:
    """An event: in its repository's lane, stored once, however often it is received.

    In that lane are commands, presses, merges into the default branch, pushes of the config, and runs that no person
    has started: their order counts. All other events have lanes beside it, so that no command waits for them. Of the
    heads of a pull request, and of forced pushes, the newest counts. A head that has moved to another branch has
    another lane, because later heads do not show that. One of these that grants moves into the repository's lane first
    (`ordered_item`).
    """
    if isinstance(event, PermissionsAccepted):
        own = f"{event.account}/installation"
        return Item(id=f"{own}/{event.installation}/{event.key}", lane=own, body=codec.encode_item(event))
    repository = event.repository
    beside = _BESIDE.get(type(event))
    own = lane(repository.full_name, repository.id) + (beside(event) if beside else "")
    return Item(id=f"{repository.id}/{event.key}", lane=own, body=codec.encode_item(event))


def ordered_item(event: QueuedEvent) -> Item:
    """An event that stood in a lane beside and grants: now in its repository's lane, behind older commands."""
    repository = event.repository
    own = lane(repository.full_name, repository.id)
    return Item(id=f"{repository.id}/{event.key}/ordered", lane=own, body=codec.encode_item(event))


def _beside_run(event: WorkflowRunChanged) -> str:
    if event.cause != DISPATCH:
        return "/foreign"
    return "" if event.by is None else "/runs"


_BESIDE: Mapping[type[QueuedEvent], Callable[[Any], str]] = {
    HeadChanged: lambda event: f"/heads/{event.number}{'/moved' if event.moved else ''}",
    HeadReleased: lambda _: "/left",
    MergeGroupQueued: lambda _: "/groups",
    CheckRerequested: lambda _: "/reruns",
    WorkflowRunChanged: _beside_run,
    DeploymentJobWaiting: lambda event: f"/jobs/{event.github_environment.replace('/', ':')}",
    PullRequestMerged: lambda event: "/merges" if event.aside else "",
    ConfigChanged: lambda event: "/config/heads/forced" if event.forced else "",
    MergesRecounted: lambda _: "/counts",
    MergeQueueGaveUp: lambda _: "/counts",
}
"""The end of an event's lane; events that are not named are in their repository's."""


def notice_item(notice: Notice) -> Item:
    """A notice: in a lane beside the events, so that it never delays one; for a page, it is kept until that is read."""
    repository, notice = notice.repository, replace(notice, config=notice.config.of_a_message)
    own, kept = f"{lane(repository.full_name, repository.id)}/notices", notice.destination.page
    return Item(id=f"{repository.id}/notice/{notice.id}", lane=own, body=codec.encode_item(notice), kept=kept)


def ids_of_command(repository: int, key: str) -> tuple[str, str]:
    """The ids of a command's item and of its answer's."""
    return f"{repository}/{key}", f"{repository}/notice/answer/{key}"


def few_items(repository: Repository, items: Sequence[Item], nonce: str) -> tuple[Item, ...]:
    """These items, in batches if they are more than a write has room for. A kept one, of which an event has at most
    one, stays by itself: a batch is processed."""
    if len(items) <= FEW:
        return tuple(items)
    kept, work = [one for one in items if one.kept], [one for one in items if not one.kept]
    batches = (_batch_item(repository, batch, f"{nonce}/{place}") for place, batch in enumerate(_batches(work)))
    return (*kept, *batches)


def _batches(items: Sequence[Item]) -> list[list[Item]]:
    batches, size = [list[Item]()], 0
    for item in items:
        if len(batches[-1]) == BATCH or (batches[-1] and size + len(item.body) > BATCH_BYTES):
            batches.append([])
            size = 0
        batches[-1].append(item)
        size += len(item.body)
    return batches


def _batch_item(repository: Repository, items: Sequence[Item], nonce: str) -> Item:
    own = f"{lane(repository.full_name, repository.id)}/notices"
    batch = Batch(repository=repository, items=tuple((one.id, one.lane, one.body.decode()) for one in items))
    return Item(id=f"{repository.id}/batch/{nonce}", lane=own, body=codec.encode_item(batch))


def batched_items(batch: Batch) -> tuple[Item, ...]:
    """The items of a batch."""
    return tuple(Item(id=item_id, lane=own, body=body.encode()) for item_id, own, body in batch.items)


def gates_item(changed: GatesChanged, nonce: str) -> Item:
    """An update of a branch's gates: in a lane beside the events, once for each request."""
    repository = changed.repository
    return Item(id=f"{repository.id}/repaint/{nonce}", lane=gates_lane(repository), body=codec.encode_item(changed))


def gates_lane(repository: Repository) -> str:
    """The lane in which the gates of a repository are updated, one job at a time."""
    return f"{lane(repository.full_name, repository.id)}/gates"


def task_item(task: ScheduledTask, name: str) -> Item:
    """A scheduled task: it belongs to no repository, so it waits for none."""
    return Item(id=f"{TASKS}/{task.kind}/{name}", lane=TASKS, body=codec.encode_item(task))


def slack_item(request: SlackRequest) -> Item:
    """A request from Slack: in its member's lane, until its repository is known."""
    own = member_lane(request.team, request.user)
    return Item(id=f"slack/{request.team}/{request.key}", lane=own, body=codec.encode_item(request))


def slack_event_item(event: SlackEvent) -> Item:
    """An event from Slack, once, however often it is sent. An opened home is beside the member's commands, and the
    newest opening counts."""
    own = home_lane(event.team, event.user) if event.kind == "home_opened" else member_lane(event.team, "app")
    return Item(id=f"slack/{event.team}/{event.key}", lane=own, body=codec.encode_item(event))
