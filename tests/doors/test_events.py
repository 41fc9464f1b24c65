"""The event of each payload, case by case."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from ghapp.core.model.events import (
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
    WorkflowRunChanged,
)
from ghapp.doors.github_events import PARSERS, Reading, read
from tests.doors import payloads
from tests.doors.payloads import ENVELOPE, Payload
from tests.published.fetch import published


def reading(event: str, payload: Payload) -> Reading:
    """The payload as the door reads it."""
    return read(event, ENVELOPE, json.dumps(payload).encode())


def found(event: str, payload: Payload) -> QueuedEvent | PermissionsAccepted | None:
    """The payload's event."""
    return reading(event, payload).event


@pytest.mark.parametrize("action", ["closed", "converted_to_draft"])
def test_closing_without_a_merge_leaves_a_head(action: str) -> None:
    """A close or a new draft is no release, but other pull requests at that head are no longer held by it."""
    payload = payloads.closed() | {"action": action}
    payload["pull_request"] |= {"draft": action == "converted_to_draft"}
    event = found("pull_request", payload)
    assert isinstance(event, HeadReleased)
    pull = payload["pull_request"]
    assert (event.head, event.base, event.key) == (pull["head"]["sha"], pull["base"]["ref"], ENVELOPE.key)


def test_a_push_leaves_a_head_too() -> None:
    """The head before the push."""
    payload = payloads.pushed()
    read = reading("pull_request", payload)
    assert isinstance(read.event, HeadChanged)
    assert isinstance(read.beside, HeadReleased)
    assert (read.event.head, read.beside.head) == (payload["pull_request"]["head"]["sha"], payload["before"])
    assert read.event.key != read.beside.key


@pytest.mark.parametrize("merged_by", [None, {"login": "github-merge-queue[bot]", "type": "Bot"}])
def test_a_merge_by_a_bot_has_no_merger(merged_by: object) -> None:
    """Where the queue or a bot merged, the merger is asked for later."""
    payload = payloads.merged()
    payload["pull_request"]["merged_by"] = merged_by
    event = found("pull_request", payload)
    assert isinstance(event, PullRequestMerged)
    assert event.merger is None


def test_a_deleted_author_is_a_ghost() -> None:
    """A pull request whose author deleted the account is still a release."""
    payload = payloads.merged()
    payload["pull_request"] |= {"user": None}
    payload["pull_request"]["head"] |= {"repo": None, "user": None}
    event = found("pull_request", payload)
    assert isinstance(event, PullRequestMerged)
    assert event.pull.author == "ghost"


def test_a_merge_without_a_commit_is_asked_for() -> None:
    """The commit is unknown until GitHub is asked for it."""
    payload = payloads.merged()
    payload["pull_request"]["merge_commit_sha"] = None
    event = found("pull_request", payload)
    assert isinstance(event, PullRequestMerged)
    assert event.sha == ""


@pytest.mark.parametrize("action", ["opened", "reopened", "synchronize", "ready_for_review"])
def test_an_open_pull_request_with_a_new_head_gets_its_gate(action: str) -> None:
    """Each action that brings a head leads to a paint of its gate."""
    assert isinstance(found("pull_request", payloads.pushed() | {"action": action}), HeadChanged)


@pytest.mark.parametrize("change", [{"draft": True}, {"state": "closed"}])
def test_drafts_and_closed_pull_requests_have_no_gate(change: Payload) -> None:
    """Drafts and closed pull requests cannot be merged."""
    payload = payloads.pushed()
    payload["pull_request"] |= change
    assert found("pull_request", payload) is None


@pytest.mark.parametrize("changes", [{}, {"title": {"from": "Old"}}, {"body": {"from": None}}])
def test_an_edit_that_keeps_the_base_is_ignored(changes: Payload) -> None:
    """A new title or text changes no gate."""
    assert found("pull_request", payloads.retargeted() | {"changes": changes}) is None


@pytest.mark.parametrize("text", ["", None, "Thanks!", "> /deploy", "```\n/deploy\n```", "see /deploy"])
def test_a_comment_that_is_no_command_is_ignored(text: Any) -> None:
    """Prose, quotes and code never reach the queue."""
    assert found("issue_comment", payloads.commented(text)) is None


def test_a_comment_on_an_issue_is_ignored() -> None:
    """Commands are for pull requests."""
    payload = payloads.commented()
    del payload["issue"]["pull_request"]
    assert found("issue_comment", payload) is None


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_an_edited_or_deleted_comment_is_ignored(action: str) -> None:
    """Only a new comment counts: an edit cannot plant a command."""
    assert found("issue_comment", payloads.commented() | {"action": action}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"user": None},
        {"user": {"login": "ghapp[bot]", "type": "Bot"}},
        {"user": {"login": "acme", "type": "Organization"}},
        {"performed_via_github_app": {"id": 1, "slug": "other"}},
    ],
)
def test_only_people_give_commands(change: Payload) -> None:
    """Comments by bots, by Apps for a user, by ghosts and by ghapp itself are ignored."""
    payload = payloads.commented()
    payload["comment"] |= change
    assert found("issue_comment", payload) is None


@pytest.mark.parametrize(
    ("action", "status", "conclusion", "sight"),
    [
        ("requested", "queued", None, "queued"),
        ("requested", "completed", "success", "queued"),
        ("in_progress", "in_progress", None, "running"),
        ("in_progress", "waiting", None, "waiting"),
        ("in_progress", "pending", None, "queued"),
        ("completed", "completed", "success", "succeeded"),
        ("completed", "completed", "cancelled", "cancelled"),
        ("completed", "completed", "failure", "failed"),
        ("completed", "completed", "timed_out", "failed"),
        ("completed", "completed", "skipped", "failed"),
        ("completed", "completed", "startup_failure", "failed"),
        ("completed", "completed", "brand_new", "failed"),
    ],
)
def test_the_status_of_a_run(action: str, status: str, conclusion: str | None, sight: str) -> None:
    """Only `success` is a success; a conclusion that GitHub adds later is not."""
    event = found("workflow_run", payloads.ran(action, status, conclusion))
    assert isinstance(event, WorkflowRunChanged)
    assert event.status == sight
    assert event.key == f"run/{event.run.id}/{event.attempt}/{action}"


@pytest.mark.parametrize("cause", ["push", "schedule", "pull_request", "release"])
@pytest.mark.parametrize(
    ("action", "status", "conclusion", "kept"),
    [
        ("completed", "completed", "success", True),
        ("completed", "completed", "failure", True),
        ("completed", "completed", "cancelled", True),
        ("completed", "completed", "skipped", False),
        ("requested", "queued", None, False),
        ("in_progress", "in_progress", None, False),
    ],
)
def test_the_end_of_a_run_without_a_dispatch_is_kept(
    cause: str, action: str, status: str, conclusion: str | None, kept: bool
) -> None:
    """Such a run may have deployed past the lock. A run whose jobs were all skipped has not."""
    payload = payloads.ran(action, status, conclusion)
    payload["workflow_run"]["event"] = cause
    event = found("workflow_run", payload)
    assert (event.cause if isinstance(event, WorkflowRunChanged) else None) == (cause if kept else None)


def test_an_end_without_a_conclusion_is_ignored() -> None:
    """The run is looked up instead."""
    assert found("workflow_run", payloads.ran("completed", "completed", None)) is None


def _without_installation(payload: Payload) -> None:
    del payload["installation"]


def _foreign_id(payload: Payload) -> None:
    payload["repository"]["id"] = 2**63


def _strange_name(payload: Payload) -> None:
    payload["repository"]["full_name"] = "Codertocat/../../Hello"


def _strange_commit(payload: Payload) -> None:
    payload["pull_request"]["merge_commit_sha"] = "main"


def _clock_time(payload: Payload) -> None:
    payload["pull_request"]["merged_at"] = "2026-11-20T05:06:07"


@pytest.mark.parametrize("spoil", [_without_installation, _foreign_id, _strange_name, _strange_commit, _clock_time])
def test_an_unreadable_merge_is_dropped_with_its_reason(spoil: Callable[[Payload], None]) -> None:
    """The reason names the missing or odd field, but not its value."""
    payload = payloads.merged()
    spoil(payload)
    result = reading("pull_request", payload)
    assert result.unreadable
    assert result.event is None
    assert "$" in result.why or "installation" in result.why
    assert "Hello" not in result.why


OTHER_COMMIT = {"added": ["a"], "removed": [], "modified": ["x/.github/ghapp.yml", ".github/ghapp.yaml"]}


@pytest.mark.parametrize(
    ("changed", "matters"),
    [
        ({}, True),
        ({"commits": [{"added": [".github/ghapp.yml"]}]}, True),
        ({"commits": [OTHER_COMMIT, {"removed": [".github/ghapp.yml"]}]}, True),
        ({"commits": [OTHER_COMMIT]}, False),
        ({"commits": []}, False),
        ({"commits": [], "forced": True}, True),
        ({"commits": [], "created": True}, True),
        ({"commits": [OTHER_COMMIT] * 2048}, True),
        ({"ref": "refs/heads/side"}, False),
        ({"ref": "refs/tags/master"}, False),
        ({"deleted": True}, False),
    ],
)
def test_only_a_push_that_may_change_the_config_matters(changed: Payload, matters: bool) -> None:
    """On the default branch, where the file is touched or the payload does not list all files."""
    assert isinstance(found("push", payloads.config_pushed(**changed)), ConfigChanged) is matters


@pytest.mark.parametrize("changes", [{"description": {"from": "My Repo"}}, {"topics": {"from": ["a"]}}])
def test_another_default_branch_may_have_another_config(changes: dict[str, Any]) -> None:
    """A renamed branch is reported likewise; no other setting concerns the config."""
    event = found("repository", payloads.default_branch_changed())
    assert isinstance(event, ConfigChanged)
    assert event.forced
    assert found("repository", payloads.default_branch_changed(**changes)) is None


def test_each_kind_of_event_has_an_origin() -> None:
    """Every event that GitHub can queue comes from some (event, action)."""
    made = {type(found(event, payload)) for event, payload in payloads.each_kind()}
    assert made == {
        *(
            PullRequestMerged,
            HeadChanged,
            HeadReleased,
            MergeGroupQueued,
            MergeQueueGaveUp,
            CommentPosted,
            CheckButtonPressed,
            CheckRerequested,
        ),
        *(WorkflowRunChanged, ConfigChanged, DeploymentJobWaiting, PermissionsAccepted),
    }
    assert {event for event, _ in PARSERS} == {event for event, _ in payloads.each_kind()}


# ---------------------------------------------------------------- groups of a merge queue


def test_a_group_is_known_by_its_commit() -> None:
    """Another group has another commit; its base is a branch's name, not a ref."""
    event = found("merge_group", payloads.grouped())
    assert isinstance(event, MergeGroupQueued)
    assert (event.key, event.base) == (f"group/{event.head}", "main")
    assert event.head == payloads.grouped()["merge_group"]["head_sha"]


def test_only_a_queues_timeout_is_reported() -> None:
    """A person who removes a pull request or sees its check fail knows the reason; an unknown reason of GitHub's is
    ignored."""
    reasons = schema_reasons()
    assert "CI_TIMEOUT" in reasons
    heard = {reason for reason in (*reasons, "SOMETHING_NEW") if found("pull_request", payloads.given_up(reason))}
    assert heard == {"CI_TIMEOUT"}


def schema_reasons() -> list[str]:
    """The reasons for leaving a merge queue that GitHub lists."""
    described = json.loads(published("webhooks.json").read_bytes())["components"]["schemas"]
    listed: list[str] = described["webhook-pull-request-dequeued"]["properties"]["reason"]["enum"]
    return listed


def test_the_people_who_queued_a_pull_request() -> None:
    """The person who enabled auto-merge, and a sender who is a person; never the queue itself."""
    mona = {"login": "mona", "type": "User"}
    event = found("pull_request", payloads.given_up())
    assert isinstance(event, MergeQueueGaveUp)
    assert (event.pull.author, event.by, event.base) == ("Codertocat", (), "master")
    event = found("pull_request", payloads.given_up(auto_merge={"enabled_by": mona}) | {"sender": {"login": "ken"}})
    assert isinstance(event, MergeQueueGaveUp)
    assert event.by == ("mona", "ken")


# ---------------------------------------------------------------- a job that waits


def test_a_job_that_waits_is_known_by_its_run_and_its_deployment() -> None:
    """Each job has a deployment of its own, and a redelivery has the same."""
    event = found("deployment_protection_rule", payloads.waiting())
    assert isinstance(event, DeploymentJobWaiting)
    assert (event.run, event.github_environment) == (30433642, "production")
    assert event.key == f"waits/30433642/{payloads.waiting()['deployment']['id']}"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example.com/",
        "https://api.github.com/repos/a/b/actions/runs/0/deployment_protection_rule",
        "https://api.github.com/repos/a/b/actions/runs/1/deployment_protection_rule/2",
        "https://api.github.com/repos/a/b/actions/runs/1/deployment_protection_rule?x=1",
        "https://api.github.com/repos/a/b/actions/runs/99999999999999999999/deployment_protection_rule",
        "https://api.github.com/repos/a/b/actions/runs/x/deployment_protection_rule",
    ],
)
def test_an_address_that_names_no_run_is_ignored(address: str) -> None:
    """Only the callback address has the run's id, and it is never called."""
    assert found("deployment_protection_rule", payloads.waiting(deployment_callback_url=address)) is None


# ---------------------------------------------------------------- a pressed button


def test_a_pressed_button_has_its_mark_author_and_commit() -> None:
    """The author is the person who pressed it, the commit that of the check run."""
    payload = payloads.pressed("rollback")
    assert found("check_run", payload) == CheckButtonPressed(
        repository=reading("check_run", payload).event.repository,  # type: ignore[union-attr]
        key="delivery/guid",
        environment="production",
        number=42,
        head=payload["check_run"]["head_sha"],
        offered_at_number=7,
        button="rollback",
        author=payload["sender"]["login"],
        at=payloads.ENVELOPE.at,
    )


@pytest.mark.parametrize(
    ("guid", "at"),
    [
        ("58474f00-b361-11eb-836d-0e4f3503ccbe", datetime(2021, 5, 12, 20, 33, 43, 920000, tzinfo=UTC)),
        ("ffffffff-ffff-1fff-bfff-ffffffffffff", ENVELOPE.at),
        ("0b989ba4-242f-45e5-81e1-c7b6966d2516", ENVELOPE.at),
        ("guid", ENVELOPE.at),
    ],
    ids=["as GitHub documents it", "later than it was received", "without a time", "not an id of GitHub's"],
)
def test_a_press_is_as_old_as_its_delivery(guid: str, at: datetime) -> None:
    """The delivery's id contains its time, however late and often it is sent; without it the receipt counts."""
    body = json.dumps(payloads.pressed()).encode()
    event = read("check_run", structs.replace(ENVELOPE, guid=guid), body).event
    assert isinstance(event, CheckButtonPressed)
    assert event.at == at


def test_a_button_that_was_painted_without_a_number_has_none() -> None:
    """Before the merge there is none."""
    owner = payloads.pressed()["repository"]["id"]
    event = found("check_run", payloads.pressed(mark=f"{owner}/production/42/-"))
    assert isinstance(event, CheckButtonPressed)
    assert event.offered_at_number is None


def test_a_bots_press_and_another_apps_check_are_ignored() -> None:
    payload = payloads.pressed()
    assert found("check_run", payload | {"sender": payload["sender"] | {"type": "Bot"}}) is None
    payload["check_run"]["app"]["id"] = payloads.APP + 1
    assert found("check_run", payload) is None


MARKS = (
    "",
    "lgtm|26764",
    "1/production/42/7",
    "{owner}/staging/42/7",
    "{owner}/production/42",
    "{owner}/production/0/7",
    "{owner}/production/42/-7",
    "{owner}/production/42/7 ",
    "{owner}/production/42/7\n",
    "{owner}/Production/42/7",
    "{owner}/production/٤٢/7",
    "{owner}/production/4294967296/7",
    "{owner}/../42/7",
    "{owner}/" + "p" * 65 + "/42/7",
    "{owner}/production/42/" + "7" * 500,
    "x" * 5_000,
)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_we_never_wrote_there_is_ignored(mark: str) -> None:
    """Another repository's, another environment's, too long, or no mark at all."""
    owner = payloads.pressed()["repository"]["id"]
    assert found("check_run", payloads.pressed(mark=mark.replace("{owner}", str(owner)))) is None


@pytest.mark.parametrize("button", ["", "Deploy", "cancel", "lock", "deploy ", "../deploy", "x" * 5_000])
def test_a_button_that_we_never_showed_is_ignored(button: str) -> None:
    """Only three are shown."""
    assert found("check_run", payloads.pressed(button)) is None


@pytest.mark.parametrize("action", ["created", "completed"])
def test_other_actions_of_a_check_run_are_ignored(action: str) -> None:
    """Most of them come from our own writes."""
    assert found("check_run", payloads.pressed() | {"action": action}) is None


# ---------------------------------------------------------------- reruns of checks


def test_a_rerun_names_its_check() -> None:
    """With its commit and a new key each time, by any sender, since a rerun only shows state."""
    payload = payloads.run_again()
    event = found("check_run", payload)
    assert isinstance(event, CheckRerequested)
    assert (event.key, event.head, event.name) == (
        "delivery/guid",
        payload["check_run"]["head_sha"],
        "release / production",
    )
    assert found("check_run", payload | {"sender": payload["sender"] | {"type": "Bot"}}) == event


def test_a_rerun_of_all_checks_has_the_commit_alone() -> None:
    """GitHub names none of them."""
    payload = payloads.all_again()
    event = found("check_suite", payload)
    assert isinstance(event, CheckRerequested)
    assert (event.head, event.name) == (payload["check_suite"]["head_sha"], None)


@pytest.mark.parametrize(("event", "what"), [("check_run", payloads.run_again), ("check_suite", payloads.all_again)])
def test_a_rerun_of_another_apps_checks_is_ignored(event: str, what: Callable[[], Payload]) -> None:
    payload = what()
    payload[event]["app"]["id"] = payloads.APP + 1
    assert found(event, payload) is None


@pytest.mark.parametrize("action", ["completed", "requested"])
def test_other_actions_of_a_check_suite_are_ignored(action: str) -> None:
    """GitHub reports each push, and the end of each."""
    assert found("check_suite", payloads.all_again() | {"action": action}) is None
