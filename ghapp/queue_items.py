"""Makes every queue item: id, lane and body, in this one place."""

from dataclasses import replace

from ghapp.core.model import codec
from ghapp.core.model.decision import Notice
from ghapp.core.model.environment import DISPATCH
from ghapp.core.model.events import (
    CheckRerequested,
    GatesChanged,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    PermissionsAccepted,
    QueuedEvent,
    ScheduledTask,
    SlackRequest,
    WorkflowRunChanged,
)
from ghapp.core.model.lanes import lane, member_lane
from ghapp.ports import Item

TASKS = "rounds"  # the lane


def event_item(event: QueuedEvent | PermissionsAccepted) -> Item:
    """An event: in its repository's lane, stored once, however often it is received.

    Events that only update projections have lanes beside it, so that no command waits for them: the heads of a pull
    request have a lane in which the newest counts. One that has moved to another branch has another lane, because later
    heads do not show that. The end of a run that nothing has dispatched is only reported, so it has a lane beside, too.
    """
    if isinstance(event, PermissionsAccepted):
        own = f"{event.account}/installation"
        return Item(id=f"{own}/{event.installation}/{event.key}", lane=own, body=codec.encode_item(event))
    repository = event.repository
    own = lane(repository.full_name, repository.id)
    match event:
        case HeadChanged():
            own += f"/heads/{event.number}{'/moved' if event.moved else ''}"
        case HeadReleased():
            own += "/left"
        case MergeGroupQueued():
            own += "/groups"
        case CheckRerequested():
            own += "/reruns"
        case WorkflowRunChanged() if event.cause != DISPATCH:
            own += "/foreign"
        case _:
            pass
    return Item(id=f"{repository.id}/{event.key}", lane=own, body=codec.encode_item(event))


def notice_item(notice: Notice) -> Item:
    """A notice: in a lane beside the events, so that it never delays one."""
    repository, notice = notice.repository, replace(notice, config=notice.config.of_a_message)
    own = f"{lane(repository.full_name, repository.id)}/notices"
    return Item(id=f"{repository.id}/notice/{notice.id}", lane=own, body=codec.encode_item(notice))


def gates_item(changed: GatesChanged, nonce: str) -> Item:
    """An update of a branch's gates: in a lane beside the events, once for each request."""
    repository = changed.repository
    own = f"{lane(repository.full_name, repository.id)}/gates"
    return Item(id=f"{repository.id}/repaint/{nonce}", lane=own, body=codec.encode_item(changed))


def task_item(task: ScheduledTask, name: str) -> Item:
    """A scheduled task: it belongs to no repository, so it waits for none."""
    return Item(id=f"{TASKS}/{task.kind}/{name}", lane=TASKS, body=codec.encode_item(task))


def slack_item(request: SlackRequest) -> Item:
    """A request from Slack: in its member's lane, until its repository is known."""
    own = member_lane(request.team, request.user)
    return Item(id=f"slack/{request.team}/{request.key}", lane=own, body=codec.encode_item(request))
