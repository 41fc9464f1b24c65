"""Every payload that GitHub publishes as an example."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from ghapp.core.model.environment import Pull, Repository, Run
from ghapp.core.model.events import (
    CommentPosted,
    ConfigChanged,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    PermissionsAccepted,
    PullRequestMerged,
    WorkflowRunChanged,
)
from ghapp.demo.github import Delivery
from tests.doors import payloads
from tests.doors.site import Site
from tests.published.openapi import validate_webhook

HELLO = Repository(id=186853002, full_name="Codertocat/Hello-World", installation=77)


async def test_every_published_example_is_answered(door: Site) -> None:
    """All 329 are accepted or ignored, and only changes of a gate, of the App's access or of an owner are kept."""
    kept: dict[str, int] = {}
    statuses: list[int] = []
    queued: list[object] = []
    for event, listed in payloads.examples().items():
        for payload in listed:
            status = await door.deliver(event, payload)
            statuses.append(status)
            if status == 202:
                name = f"{event}.{payload.get('action', '')}"
                kept[name] = kept.get(name, 0) + 1
                queued += await door.queued()
    assert len(statuses) == 329
    assert set(statuses) == {200, 202}
    assert kept == {
        "installation.created": 2,
        "installation.new_permissions_accepted": 1,
        "installation.unsuspend": 1,
        "installation_repositories.added": 2,
        "merge_group.checks_requested": 1,
        "pull_request.closed": 2,
        "pull_request.converted_to_draft": 1,
        "pull_request.labeled": 2,
        "pull_request.opened": 3,
        "pull_request.ready_for_review": 1,
        "pull_request.reopened": 2,
        "pull_request.synchronize": 1,
        "pull_request.unlabeled": 2,
        "push.": 2,
        "repository.renamed": 1,
        "repository.transferred": 1,
    }
    assert Counter(map(type, queued)) == {
        HeadChanged: 11,
        HeadReleased: 4,
        ConfigChanged: 4,
        MergeGroupQueued: 1,
        PermissionsAccepted: 6,
    }
    assert len(door.woken) == 25


@pytest.mark.parametrize(("event", "payload"), [*payloads.each_kind(), ("pull_request", payloads.retargeted())])
def test_edited_payloads_match_githubs_description(event: str, payload: payloads.Payload) -> None:
    """A payload that GitHub could not send would prove nothing."""
    delivery = Delivery(1, "guid", event, payload.get("action"), payload, 202, datetime.now(UTC), redelivery=False)
    validate_webhook(delivery)


async def test_a_merge_becomes_pull_request_merged(door: Site) -> None:
    """With its pull request, commit, base, merger, time and labels."""
    assert await door.deliver("pull_request", payloads.merged()) == 202
    assert await door.queued() == [
        PullRequestMerged(
            repository=HELLO,
            key="pull/2/merged",
            pull=Pull(
                number=2,
                title="Update the README with new information.",
                author="Codertocat",
                head="ec26c3e57ca3a959ca5aad62de7213c562f8c821",
            ),
            base="master",
            sha=payloads.MERGE_COMMIT,
            merger="mona",
            at=datetime(2026, 11, 20, 5, 6, 7, tzinfo=UTC),
            labels=("bug",),
        )
    ]


async def test_a_merge_without_its_commit_is_kept(door: Site) -> None:
    """Newer versions of GitHub's API leave it out, and the commit is asked for at the decision."""
    payload = payloads.merged()
    del payload["pull_request"]["merge_commit_sha"]
    assert await door.deliver("pull_request", payload) == 202
    (event,) = await door.queued()
    assert isinstance(event, PullRequestMerged)
    assert (event.key, event.sha) == ("pull/2/merged/unsaid", "")


@pytest.mark.parametrize("action", ["stacked", "unstacked", "synchronize", "labeled"])
async def test_a_layer_of_a_stack_has_the_stacks_base(door: Site, action: str) -> None:
    """Its own base is the layer below; where `stack` is null, its own base counts."""
    for stack, base in (({"base": {"ref": "main", "sha": payloads.MERGE_COMMIT}, "position": 2}, "main"), (None, "b")):
        payload = payloads.pushed() | {"action": action, "stack": stack}
        payload["pull_request"] |= {"stack": stack, "base": payload["pull_request"]["base"] | {"ref": "b"}}
        assert await door.deliver("pull_request", payload, X_GitHub_Delivery=f"{base}-{action}") == 202
        events = await door.queued()
        assert [type(event) for event in events] == [HeadChanged, *[HeadReleased] * (action == "synchronize")]
        assert {event.base for event in events if isinstance(event, HeadChanged | HeadReleased)} == {base}


async def test_a_command_becomes_comment_posted(door: Site) -> None:
    """The first non-blank line of a person's comment is kept."""
    assert await door.deliver("issue_comment", payloads.commented("\n  /deploy production  \nThanks!")) == 202
    assert await door.queued() == [
        CommentPosted(
            repository=HELLO,
            key="comment/492700400",
            number=1,
            comment=492700400,
            author="Codertocat",
            text="  /deploy production",
            at=datetime(2019, 5, 15, 15, 20, 21, tzinfo=UTC),
        )
    ]


async def test_a_push_and_a_new_base_become_head_changed(door: Site) -> None:
    """Either repaints the gate, and a push repaints other pull requests at the old head too; the delivery's GUID makes
    the key."""
    head = payloads.pushed()["pull_request"]["head"]["sha"]
    assert await door.deliver("pull_request", payloads.pushed(), X_GitHub_Delivery="guid-1") == 202
    assert await door.deliver("pull_request", payloads.retargeted(), X_GitHub_Delivery="guid-2") == 202
    assert await door.queued() == [
        HeadChanged(repository=HELLO, key="delivery/guid-1", number=2, base="master", head=head),
        HeadReleased(repository=HELLO, key="delivery/guid-1/left", head=payloads.pushed()["before"], base="master"),
        HeadChanged(repository=HELLO, key="delivery/guid-2", number=2, base="master", moved=True, head=head),
    ]


async def test_a_dispatched_run_becomes_workflow_run_changed(door: Site) -> None:
    """With its attempt, title and status."""
    assert await door.deliver("workflow_run", payloads.ran()) == 202
    (event,) = await door.queued()
    assert isinstance(event, WorkflowRunChanged)
    assert event == WorkflowRunChanged(
        repository=event.repository,
        key="run/1589141559/1/completed",
        run=Run(id=1589141559, url="https://github.com/octo-org/octo-repo/actions/runs/1589141559"),
        attempt=1,
        path=".github/workflows/deploy.yml",
        title="production 128:3fd1c2",
        status="succeeded",
        by="Codertocat",
    )
