"""GitHub's published webhook examples, and payloads of the kinds that ghapp uses, edited from them."""

import copy
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ghapp.doors.github_events import Envelope
from tests.published.fetch import published

Payload = dict[str, Any]
APP = 4711
ENVELOPE = Envelope(guid="guid", app_id=APP, at=datetime(2026, 11, 20, 5, 7, tzinfo=UTC))

MERGE_COMMIT = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"


@cache
def examples() -> Mapping[str, Sequence[Payload]]:
    """All examples by event name."""
    listed = json.loads(published("examples.json").read_bytes())
    return {entry["name"]: entry["examples"] for entry in listed}


def example(event: str, action: str) -> Payload:
    """The first example of an event and action, as the App would get it."""
    found: Payload = json.loads(_example(event, action))  # a fifth of the time that a deep copy takes
    return found


@cache
def _example(event: str, action: str) -> str:
    found = next(payload for payload in examples()[event] if payload.get("action") == action)
    return json.dumps(_of_today(copy.deepcopy(found) | {"installation": {"id": 77, "node_id": "I77"}}))


def _of_today(payload: Payload) -> Payload:
    """Adds the fields that GitHub's description requires by now, since the examples are older."""
    nobody = {"url": "https://api.github.com/x", "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "hooray": 0}
    reactions = nobody | {"confused": 0, "heart": 0, "rocket": 0, "eyes": 0}
    pull, issue, comment = (payload.get(name, {}) for name in ("pull_request", "issue", "comment"))
    for side in ("head", "base"):
        repository = pull.get(side, {}).get("repo") or {}
        repository.pop("custom_properties", None)
        repository.setdefault("has_discussions", False)
    defaults: dict[str, Any] = {"active_lock_reason": None, "reactions": reactions}
    for found, missing in (
        (pull, {"auto_merge": None}),
        (issue, defaults),
        (comment, {"performed_via_github_app": None, "reactions": reactions}),
        (payload.get("workflow_run", {}), {"actor": payload["sender"], "triggering_actor": payload["sender"]}),
        *((label, {"description": None}) for label in issue.get("labels", ())),
    ):
        found |= {name: value for name, value in missing.items() if found and name not in found}
    return payload


def merged() -> Payload:
    """#2 was merged by mona, a person."""
    payload = example("pull_request", "closed")
    payload["pull_request"] |= {
        "merged": True,
        "merged_at": "2026-11-20T05:06:07Z",
        "merge_commit_sha": MERGE_COMMIT,
        "merged_by": payload["sender"] | {"login": "mona", "id": 5, "type": "User"},
    }
    return payload


def closed() -> Payload:
    """#2 was closed without a merge."""
    return example("pull_request", "closed")


def pushed() -> Payload:
    """A new commit on an open pull request."""
    return example("pull_request", "synchronize")


def retargeted() -> Payload:
    """An open pull request got another base."""
    return example("pull_request", "opened") | {
        "action": "edited",
        "changes": {"base": {"ref": {"from": "main"}, "sha": {"from": MERGE_COMMIT}}},
    }


def grouped() -> Payload:
    """A merge queue has made a group."""
    payload = example("merge_group", "checks_requested")
    payload["repository"] = merged()["repository"] | {"homepage": None}
    return payload


def given_up(reason: str = "CI_TIMEOUT", **changed: Any) -> Payload:
    """A merge queue has removed #2. `changed`: fields of the pull request."""
    payload = example("pull_request", "opened") | {"action": "dequeued", "reason": reason}
    payload["sender"] = payload["sender"] | {"login": "github-merge-queue[bot]", "type": "Bot"}
    payload["pull_request"] |= {"active_lock_reason": None, **changed}
    for side in ("head", "base"):
        payload["pull_request"][side]["repo"] |= {"topics": [], "visibility": "public"}
    return payload


def commented(body: str = "/deploy production") -> Payload:
    """A person commented on a pull request."""
    payload = example("issue_comment", "created")
    payload["issue"]["pull_request"] = {"url": "https://api.github.com/repos/Codertocat/Hello-World/pulls/1"}
    payload["comment"]["body"] = body
    return payload


def config_pushed(**changed: Any) -> Payload:
    """A commit that changes the config was pushed to the default branch."""
    payload = copy.deepcopy(next(one for one in examples()["push"] if one["ref"] == "refs/heads/master"))
    payload["commits"][0] |= {"added": [], "modified": ["README.md", ".github/ghapp.yml"]}
    payload["repository"].setdefault("has_discussions", False)
    payload["repository"].pop("custom_properties", None)
    return payload | {"created": False} | changed


def default_branch_changed(**changes: Any) -> Payload:
    """The repository has another default branch."""
    found = (one for one in examples()["repository"] if "default_branch" in one.get("changes", {}))
    payload = _of_today(copy.deepcopy(next(found)) | {"installation": {"id": 77, "node_id": "I77"}})
    return payload | ({"changes": changes} if changes else {})


def ran(action: str = "completed", status: str = "completed", conclusion: str | None = "success") -> Payload:
    """A dispatched run changed its status."""
    payload = example("workflow_run", "completed")
    payload["action"] = action
    payload["workflow_run"] |= {
        "event": "workflow_dispatch",
        "status": status,
        "conclusion": conclusion,
        "path": ".github/workflows/deploy.yml",
        "display_title": "production 128:3fd1c2",
    }
    return payload


def pressed(button: str = "deploy", mark: str | None = None, **changed: Any) -> Payload:
    """A person pressed a button of the App's check run on #42. `changed`: fields of the check run."""
    payload = example("check_run", "requested_action")
    payload["requested_action"] = {"identifier": button}
    payload["check_run"]["app"]["id"] = APP
    payload["check_run"] |= {
        "name": "release / production",
        "external_id": f"{payload['repository']['id']}/production/42/7" if mark is None else mark,
        **changed,
    }
    return payload


def run_again(**changed: Any) -> Payload:
    """A person pressed "Re-run" on the App's check run. `changed`: fields of the check run."""
    payload = pressed(**changed) | {"action": "rerequested"}
    del payload["requested_action"]
    return payload


def all_again() -> Payload:
    """A person pressed "Re-run all checks"."""
    payload = example("check_suite", "rerequested")
    payload["check_suite"]["app"]["id"] = APP
    return payload


def waiting(**changed: Any) -> Payload:
    """A job waits at our protection rule. `changed`: fields of the payload."""
    payload = example("deployment", "created")
    address = f"{payload['repository']['url']}/actions/runs/30433642/deployment_protection_rule"
    asked = {"action": "requested", "environment": "production", "event": "workflow_dispatch", "pull_requests": []}
    kept: Payload = {
        name: payload[name] for name in ("deployment", "repository", "installation", "sender") if name in payload
    }
    return {"installation": {"id": 7, "node_id": "x"}, **kept, **asked, "deployment_callback_url": address, **changed}


def admitted(event: str, action: str) -> Payload:
    """An account grants the App more permissions or repositories."""
    payload = copy.deepcopy(next(one for one in examples()[event] if one.get("action") == action))
    times = dict.fromkeys(("created_at", "updated_at"), "2026-11-20T05:06:07Z")
    payload["installation"] |= {"app_slug": "ghapp", "suspended_by": None, "suspended_at": None, **times}
    return payload


def each_kind() -> Sequence[tuple[str, Payload]]:
    """One payload of each kind that ghapp uses."""
    return (
        ("pull_request", merged()),
        ("pull_request", closed()),
        ("pull_request", pushed()),
        ("pull_request", given_up()),
        ("merge_group", grouped()),
        ("issue_comment", commented()),
        ("workflow_run", ran()),
        ("push", config_pushed()),
        ("repository", default_branch_changed()),
        ("check_run", pressed()),
        ("deployment_protection_rule", waiting()),
        ("installation", admitted("installation", "new_permissions_accepted")),
        ("installation_repositories", admitted("installation_repositories", "added") | {"requester": None}),
        ("check_run", run_again()),
        ("check_suite", all_again()),
    )
