"""Webhook payloads."""

from typing import Any

from ghapp.demo.github.content import Code
from ghapp.demo.github.context import Site
from ghapp.demo.github.git import Commit, changes
from ghapp.demo.github.shapes import accounts, actions, conversation, deployments, reports, repositories
from ghapp.demo.github.shapes.words import Json, instant, node_id
from ghapp.demo.github.state import Comment, Deployment, Pull, Push, Queued, Report, Run, Status
from ghapp.demo.github.webhooks import HOOK_ID, Delivery

NOWHERE = "0" * 40  # GitHub's SHA for no commit


def delivery(sent: Delivery) -> Json:
    """A delivery attempt in the App's log. Without an answer its code is 0."""
    about = {
        name: sent.payload.get(name, {}).get("id") if sent.payload.get(name) else None
        for name in ("installation", "repository")
    }
    return {
        "id": sent.id,
        "guid": sent.guid,
        "delivered_at": instant(sent.at),
        "redelivery": sent.redelivery,
        "duration": 0.27 if sent.status else 10.0,
        "status": ("OK" if sent.status < 400 else "Invalid HTTP Response") if sent.status else "timed out",
        "status_code": sent.status or 0,
        "event": sent.event,
        "action": sent.action,
        "installation_id": about["installation"],
        "repository_id": about["repository"],
        "throttled_at": None,
    }


def installed(site: Site, owner: str, number: int, action: str) -> Json:
    """`installation.*`, which belongs to no repository."""
    more = {"requester": None} if action != "created" else {}
    whole = accounts.installation(site, owner, number)
    return {"action": action, "installation": whole, "sender": accounts.user(site, owner)} | more


def ping(site: Site) -> Json:
    """The payload that GitHub sends when a webhook is set up."""
    config = {"content_type": "json", "insecure_ssl": "0", "url": site.webhook_url or ""}
    hook = {"type": "App", "id": HOOK_ID, "name": "web", "active": True, "app_id": site.app.id}
    times = {"created_at": accounts.EPOCH, "updated_at": accounts.EPOCH}
    told = {"events": list(site.app.events), "config": config, **times}
    return {"zen": "Design for failure.", "hook_id": HOOK_ID, "hook": hook | told}


def pull(code: Code, pull: Pull, action: str, *, by: str, **more: Any) -> Json:
    """`pull_request.*`; `more`: the fields of this action (before and after, a label)."""
    return _payload(code, by, action=action, number=pull.number, pull_request=conversation.pull(code, pull), **more)


def commented(code: Code, comment: Comment) -> Json:
    """`issue_comment.created`."""
    return _payload(code, comment.author, action="created", **_about(code, comment))


def comment_edited(code: Code, comment: Comment, *, before: str, by: str) -> Json:
    """`issue_comment.edited`."""
    return _payload(code, by, action="edited", changes={"body": {"from": before}}, **_about(code, comment))


def comment_deleted(code: Code, comment: Comment, *, by: str) -> Json:
    """`issue_comment.deleted`."""
    return _payload(code, by, action="deleted", **_about(code, comment))


def group(code: Code, entry: Queued, action: str, **more: Any) -> Json:
    """`merge_group.*`; `more`: the fields of this action (a reason)."""
    made = {
        "head_sha": entry.head_sha,
        "head_ref": entry.head_ref,
        "base_sha": entry.base_sha,
        "base_ref": f"refs/heads/{entry.base}",
        "head_commit": repositories.simple_commit(code, code.git.commits[entry.head_sha]),
    }
    return _payload(code, entry.by, action=action, merge_group=made, **more)


def ran(code: Code, run: Run, action: str) -> Json:
    """`workflow_run.*`."""
    return _payload(
        code,
        run.actor,
        action=action,
        workflow=actions.workflow(code, run.workflow, run.name),
        workflow_run=actions.run(code, run),
    )


def protection_asked(code: Code, run: Run, waiting: Deployment) -> Json:
    """`deployment_protection_rule.requested`."""
    return _payload(
        code,
        run.actor,
        action="requested",
        environment=waiting.environment,
        event=run.event,
        deployment_callback_url=f"{repositories.api(code)}/actions/runs/{run.id}/deployment_protection_rule",
        deployment=deployments.deployment(code, waiting),
        pull_requests=[],
    )


def pushed(code: Code, push: Push) -> Json:
    """`push` of one commit, of all commits of a force-push, or of a branch's deletion."""
    whole, then = repositories.whole(code), int(code.created_at.timestamp())
    commits = [_pushed_commit(code, known) for known in _new(code, push)]
    return _payload(code, push.actor) | {
        "ref": f"refs/heads/{push.branch}",
        "before": push.before,
        "after": push.after,
        "created": False,
        "deleted": push.kind == "branch_deletion",
        "forced": push.kind == "force_push",
        "base_ref": None,
        "compare": f"{repositories.web(code)}/compare/{push.before[:12]}...{push.after[:12]}",
        "commits": commits,
        "head_commit": commits[-1] if commits else None,
        "pusher": {"name": push.actor, "email": f"{push.actor}@users.noreply.github.localhost"},
        "repository": whole | {"created_at": then, "pushed_at": int(push.at.timestamp())},
    }


def default_branch_changed(code: Code, before: str, *, by: str) -> Json:
    """`repository.edited` for another default branch or its new name."""
    return _payload(code, by, action="edited", changes={"default_branch": {"from": before}})


def renamed(code: Code, before: str, *, by: str) -> Json:
    """`repository.renamed`; `before`: the name without the owner."""
    return _payload(code, by, action="renamed", changes={"repository": {"name": {"from": before}}})


def transferred(code: Code, before: str, *, by: str) -> Json:
    """`repository.transferred`, as the installation of the new owner gets it; `before`: the old owner."""
    owner = {"from": {"user": accounts.user(code.site, before)}}
    return _payload(code, by, action="transferred", changes={"owner": owner})


def settled(code: Code, action: str, *, by: str) -> Json:
    """`repository.archived`, `repository.unarchived` or `repository.deleted`."""
    return _payload(code, by, action=action)


def status_set(code: Code, status: Status) -> Json:
    """`status`."""
    commit = repositories.commit(code, code.git.commits[status.sha])
    tips = [name for name, sha in code.git.branches.items() if sha == status.sha]
    at = {"sha": status.sha, "url": commit["url"]}
    return _payload(code, status.creator) | {
        "id": status.id,
        "sha": status.sha,
        "name": code.full_name,
        "avatar_url": f"{code.site.web_url}/{status.creator}.png",
        "target_url": status.target_url,
        "context": status.context,
        "description": status.description,
        "state": status.state,
        "commit": commit,
        "branches": [{"name": name, "commit": at, "protected": False} for name in tips],
        "created_at": instant(status.at),
        "updated_at": instant(status.at),
    }


def reported(code: Code, one: Report, action: str, *, by: str, **more: Any) -> Json:
    """`check_run.*`; `more`: the fields of this action (the pressed button)."""
    return _payload(code, by, action=action, check_run=reports.report(code, one), **more)


def suite_asked(code: Code, sha: str, *, by: str) -> Json:
    """`check_suite.rerequested`, for the App's own suite on a commit."""
    return _payload(code, by, action="rerequested", check_suite=reports.suite(code, sha))


def _about(code: Code, comment: Comment) -> Json:
    return {
        "issue": conversation.issue(code, code.pulls[comment.number]),
        "comment": conversation.comment(code, comment),
    }


def _new(code: Code, push: Push) -> list[Commit]:
    """The commits new to the branch, oldest first; only the newest unless it was a force-push."""
    if push.kind == "branch_deletion":
        return []
    if push.kind != "force_push":
        return [code.git.commits[push.after]]
    old = {known.sha for known in code.git.ancestry(push.before)}
    return [known for known in reversed(list(code.git.ancestry(push.after))) if known.sha not in old]


def _pushed_commit(code: Code, made: Commit) -> Json:
    files = code.git.commits[made.parents[0]].files if made.parents else {}
    differences = list(changes(files, made.files))
    return repositories.simple_commit(code, made) | {
        "distinct": True,
        "url": f"{repositories.web(code)}/commit/{made.sha}",
        **{kind: [d.path for d in differences if d.status == kind] for kind in ("added", "removed", "modified")},
    }


def _payload(code: Code, sender: str, **parts: Any) -> Json:
    number = code.installation_id
    return parts | {
        "repository": repositories.whole(code),
        "installation": {"id": number, "node_id": node_id("Integration", number)},
        "sender": accounts.user(code.site, sender),
    }
