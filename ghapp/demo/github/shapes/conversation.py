"""Pull requests, also as issues, comments, reactions, statuses."""

from ghapp.demo.github.content import Code
from ghapp.demo.github.shapes.accounts import app, maybe_user, other_app, owner, user
from ghapp.demo.github.shapes.repositories import api, web, whole
from ghapp.demo.github.shapes.words import Json, instant, maybe, node_id, number_for
from ghapp.demo.github.state import Comment, Pull, Stack, Status

FACES = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


def label(code: Code, name: str) -> Json:
    number = number_for(f"{code.id}/{name}")
    return {
        "id": number,
        "node_id": node_id("Label", number),
        "url": f"{api(code)}/labels/{name}",
        "name": name,
        "color": "ededed",
        "default": False,
        "description": None,
    }


def pull(code: Code, pull: Pull) -> Json:
    """A pull request; the newest version of the API leaves `merge_commit_sha` out."""
    merged = {} if code.site.newest_api else {"merge_commit_sha": pull.merge_commit_sha}
    return (
        merged
        | _common(code, pull)
        | _addresses(code, pull)
        | {
            "draft": pull.draft,
            "merged_at": maybe(pull.merged_at),
            "requested_reviewers": [],
            "requested_teams": [],
            "head": _end(code, pull.head, pull.head_sha),
            "base": _end(code, pull.base, pull.base_sha),
            "auto_merge": None,
            "stack": stacked(code, pull),
            "merged": pull.merged,
            "merged_by": maybe_user(code.site, pull.merged_by),
            "mergeable": None if pull.closed_at else True,
            "rebaseable": None,
            "mergeable_state": "unknown" if pull.closed_at else "clean",
            "maintainer_can_modify": False,
        }
        | _counts(code, pull)
    )


def stacked(code: Code, pull: Pull) -> Json | None:
    """The pull request's stack and its position there."""
    stack = code.stack(pull.number)
    if stack is None:
        return None
    return {
        "id": stack.id,
        "number": stack.number,
        "size": len(stack.layers),
        "position": stack.layers.index(pull.number) + 1,
        "base": {"ref": stack.base, "sha": code.git.branches[stack.base]},
    }


def stack(code: Code, stack: Stack) -> Json:
    """A stack with its layers, from the bottom up."""
    layers = [code.pulls[number] for number in stack.layers]
    return {
        "id": stack.id,
        "number": stack.number,
        "node_id": node_id("PullRequestStack", stack.id),
        "url": f"{api(code)}/stacks/{stack.number}",
        "base": {"ref": stack.base},
        "open": any(layer.state == "open" for layer in layers),
        "created_at": instant(stack.at),
        "pull_requests": [
            {
                "number": layer.number,
                "state": layer.state,
                "draft": layer.draft,
                "merged_at": maybe(layer.merged_at),
                "head": {"ref": layer.head, "sha": layer.head_sha},
            }
            for layer in layers
        ],
    }


def issue(code: Code, pull: Pull) -> Json:
    """A pull request in its form as an issue."""
    page, url = f"{web(code)}/pull/{pull.number}", f"{api(code)}/issues/{pull.number}"
    return _common(code, pull) | {
        "url": url,
        "html_url": page,
        "repository_url": api(code),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "comments": len(code.talk(pull.number)),
        "draft": pull.draft,
        "state_reason": None,
        "performed_via_github_app": None,
        "reactions": _reactions(url, ()),
        "timeline_url": f"{url}/timeline",
        "pull_request": {
            "url": f"{api(code)}/pulls/{pull.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": maybe(pull.merged_at),
        },
    }


def comment(code: Code, comment: Comment) -> Json:
    """A comment on a pull request."""
    url = f"{api(code)}/issues/comments/{comment.id}"
    return {
        "id": comment.id,
        "node_id": node_id("IssueComment", comment.id),
        "url": url,
        "html_url": f"{web(code)}/pull/{comment.number}#issuecomment-{comment.id}",
        "issue_url": f"{api(code)}/issues/{comment.number}",
        "user": user(code.site, comment.author),
        "created_at": instant(comment.created_at),
        "updated_at": instant(comment.updated_at),
        "author_association": association(code, comment.author),
        "body": comment.body,
        "reactions": _reactions(url, [face for _, face in comment.reactions]),
        "performed_via_github_app": _via(code, comment),
    }


def _via(code: Code, comment: Comment) -> Json | None:
    """The App that wrote the comment."""
    if comment.by_app:
        return app(code.site)
    return other_app(code.site, comment.author.removesuffix("[bot]")) if comment.author.endswith("[bot]") else None


def reaction(code: Code, number: int, login: str, face: str) -> Json:
    """A reaction to a comment."""
    return {
        "id": number,
        "node_id": node_id("Reaction", number),
        "user": user(code.site, login),
        "content": face,
        "created_at": instant(code.now()),
    }


def status(code: Code, status: Status) -> Json:
    """A commit status."""
    return {
        "url": f"{api(code)}/statuses/{status.sha}",
        "avatar_url": f"{code.site.web_url}/{status.creator}.png",
        "id": status.id,
        "node_id": node_id("StatusContext", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": instant(status.at),
        "updated_at": instant(status.at),
        "creator": user(code.site, status.creator),
    }


def association(code: Code, login: str) -> str:
    """GitHub's `author_association`, which does not prove a permission."""
    return "MEMBER" if code.role(login) else "NONE"


def _common(code: Code, pull: Pull) -> Json:
    return {
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "user": user(code.site, pull.author),
        "body": pull.body or None,
        "labels": [label(code, name) for name in pull.labels],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": instant(pull.created_at),
        "updated_at": instant(pull.updated_at),
        "closed_at": maybe(pull.closed_at),
        "assignee": None,
        "assignees": [],
        "author_association": association(code, pull.author),
    }


def _addresses(code: Code, pull: Pull) -> Json:
    url, page = f"{api(code)}/pulls/{pull.number}", f"{web(code)}/pull/{pull.number}"
    links = {
        "html": page,
        "issue": f"{api(code)}/issues/{pull.number}",
        "comments": f"{api(code)}/issues/{pull.number}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api(code)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api(code)}/statuses/{pull.head_sha}",
    }
    return {
        "url": url,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{name}_url": address for name, address in links.items()},
        "_links": {name: {"href": address} for name, address in (links | {"self": url}).items()},
    }


def _counts(code: Code, pull: Pull) -> Json:
    compared = code.changes(pull)
    return {
        "comments": len(code.talk(pull.number)),
        "review_comments": 0,
        "commits": len(compared.commits),
        "additions": sum(change.after.count("\n") for change in compared.changes),
        "deletions": sum(change.before.count("\n") for change in compared.changes),
        "changed_files": len(compared.changes),
    }


def _end(code: Code, branch: str, sha: str) -> Json:
    person = owner(code.site, code.owner)
    return {"label": f"{code.owner}:{branch}", "ref": branch, "sha": sha, "user": person, "repo": whole(code)}


def _reactions(url: str, given: list[str] | tuple[str, ...]) -> Json:
    counts = {face: given.count(face) for face in FACES}
    return {"url": f"{url}/reactions", "total_count": len(given), **counts}
