"""Repositories, commits, files and comparisons."""

import base64
from collections.abc import Sequence

from ghapp.demo.github.content import Code
from ghapp.demo.github.git import Change, Commit, Comparison, blob_sha
from ghapp.demo.github.shapes.accounts import owner, user
from ghapp.demo.github.shapes.words import Json, instant, node_id, number_for
from ghapp.demo.github.state import Push, Required

PLAIN = (
    *("contributors", "deployments", "downloads", "events", "forks", "hooks", "languages", "merges"),
    *("stargazers", "subscribers", "subscription", "tags", "teams"),
)
TEMPLATED = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "statuses": "/statuses/{sha}",
    "trees": "/git/trees{/sha}",
}
MOST_FILES = 300


def api(code: Code) -> str:
    """The repository's address in the API."""
    return f"{code.site.url}/repos/{code.full_name}"


def rules(code: Code, required: Sequence[Required]) -> list[Json]:
    """The rules of a branch: a ruleset without checks, and one for each required check."""
    of = {"ruleset_source_type": "Repository", "ruleset_source": code.full_name}
    checks = [
        {"context": one.context} | ({"integration_id": one.app} if one.app is not None else {}) for one in required
    ]
    asked = [{"required_status_checks": [check], "strict_required_status_checks_policy": False} for check in checks]
    return [
        {"type": "deletion", "ruleset_id": 1, **of},
        *(
            {"type": "required_status_checks", "ruleset_id": number, "parameters": parameters, **of}
            for number, parameters in enumerate(asked, start=2)
        ),
        *(
            {
                "type": "workflows",
                "ruleset_id": 1,
                "parameters": {"workflows": [{"path": path, "repository_id": 1}]},
                **of,
            }
            for path in code.required_workflows
        ),
    ]


def web(code: Code) -> str:
    """The repository's page."""
    return f"{code.site.web_url}/{code.full_name}"


def minimal(code: Code) -> Json:
    """A repository in workflow runs."""
    addresses = {f"{name}_url": f"{api(code)}/{name}" for name in PLAIN}
    templates = {f"{name}_url": f"{api(code)}{path}" for name, path in TEMPLATED.items()}
    return {
        "id": code.id,
        "node_id": node_id("Repository", code.id),
        "name": code.name,
        "full_name": code.full_name,
        "owner": owner(code.site, code.owner),
        "private": not code.public,
        "html_url": web(code),
        "description": None,
        "fork": False,
        "url": api(code),
        **addresses,
        **templates,
    }


def whole(code: Code) -> Json:
    """A repository in webhooks and pull requests."""
    then, host = instant(code.created_at), code.site.web_url.split("://")[1]
    return minimal(code) | {
        "git_url": f"git://{host}/{code.full_name}.git",
        "ssh_url": f"git@{host}:{code.full_name}.git",
        "clone_url": f"{web(code)}.git",
        "svn_url": web(code),
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "created_at": then,
        "updated_at": then,
        "pushed_at": then,
        "size": 1,
        "default_branch": code.default_branch,
        "visibility": "public" if code.public else "private",
        "topics": [],
        "archived": code.archived,
        **dict.fromkeys(("disabled", "is_template", "web_commit_signoff_required"), False),
        **dict.fromkeys(("has_issues", "has_projects", "has_downloads", "has_wiki", "allow_forking"), True),
        **dict.fromkeys(("has_pages", "has_discussions"), False),
        **dict.fromkeys(("forks", "forks_count", "stargazers_count", "watchers", "watchers_count"), 0),
        **dict.fromkeys(("open_issues", "open_issues_count"), len(code.pulls)),
    }


def simple_commit(code: Code, commit: Commit) -> Json:
    """A commit in runs and pushes."""
    who = {"name": commit.author, "email": f"{commit.author.strip('[]')}@users.noreply.github.localhost"}
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": instant(commit.at),
        "author": who,
        "committer": who,
    }


def commit(code: Code, commit: Commit) -> Json:
    """A commit in the API."""
    who = simple_commit(code, commit)["author"] | {"date": instant(commit.at)}
    url, page = f"{api(code)}/commits/{commit.sha}", f"{web(code)}/commit/"
    return {
        "url": url,
        "sha": commit.sha,
        "node_id": node_id("Commit", commit.sha),
        "html_url": page + commit.sha,
        "comments_url": f"{url}/comments",
        "commit": {
            "url": f"{api(code)}/git/commits/{commit.sha}",
            "author": who,
            "committer": who,
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": commit.tree, "url": f"{api(code)}/git/trees/{commit.tree}"},
            "verification": _unsigned(),
        },
        "author": user(code.site, commit.author),
        "committer": user(code.site, commit.author),
        "parents": [
            {"sha": sha, "url": f"{api(code)}/commits/{sha}", "html_url": page + sha} for sha in commit.parents
        ],
    }


def comparison(code: Code, compared: Comparison, *, page: int, per_page: int) -> Json:
    """`base...head`: commits in pages, files on the first page only."""
    basehead = f"{compared.base.sha}...{compared.head.sha}"
    shown = compared.commits[(page - 1) * per_page : page * per_page]
    files = compared.changes[:MOST_FILES] if page == 1 else ()
    return {
        "url": f"{api(code)}/compare/{basehead}",
        "html_url": f"{web(code)}/compare/{basehead}",
        "permalink_url": f"{web(code)}/compare/{basehead}",
        "diff_url": f"{web(code)}/compare/{basehead}.diff",
        "patch_url": f"{web(code)}/compare/{basehead}.patch",
        "base_commit": commit(code, compared.base),
        "merge_base_commit": commit(code, compared.merge_base),
        "status": compared.status,
        "ahead_by": len(compared.commits),
        "behind_by": compared.behind_by,
        "total_commits": len(compared.commits),
        "commits": [commit(code, known) for known in shown],
        "files": [changed(code, change, compared.head.sha) for change in files],
    }


def branch(code: Code, name: str) -> Json:
    """A branch with its newest commit."""
    address = f"{api(code)}/branches/{name}"
    return {
        "name": name,
        "commit": commit(code, code.git.commits[code.git.branches[name]]),
        "_links": {"self": address, "html": f"{web(code)}/tree/{name}"},
        "protected": False,
        "protection": {
            "enabled": False,
            "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
        },
        "protection_url": f"{address}/protection",
    }


def changed(code: Code, change: Change, sha: str) -> Json:
    """One file of a comparison or a pull request."""
    added, removed = change.after.count("\n"), change.before.count("\n")
    return {
        "sha": blob_sha(change.after or change.before),
        "filename": change.path,
        "status": change.status,
        "additions": added,
        "deletions": removed,
        "changes": added + removed,
        "blob_url": f"{web(code)}/blob/{sha}/{change.path}",
        "raw_url": f"{web(code)}/raw/{sha}/{change.path}",
        "contents_url": f"{api(code)}/contents/{change.path}?ref={sha}",
    } | ({"previous_filename": change.previous} if change.previous else {})


def push(code: Code, push: Push) -> Json:
    """A move of a branch."""
    return {
        "id": push.id,
        "node_id": node_id("Push", push.id),
        "before": push.before,
        "after": push.after,
        "ref": f"refs/heads/{push.branch}",
        "timestamp": instant(push.at),
        "activity_type": push.kind,
        "actor": user(code.site, push.actor),
    }


def file(code: Code, path: str, text: str, ref: str) -> Json:
    """A file with its content."""
    sha, url = blob_sha(text), f"{api(code)}/contents/{path}?ref={ref}"
    git, page = f"{api(code)}/git/blobs/{sha}", f"{web(code)}/blob/{ref}/{path}"
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(text.encode()),
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "content": base64.encodebytes(text.encode()).decode(),
        "sha": sha,
        "url": url,
        "git_url": git,
        "html_url": page,
        "download_url": f"{web(code)}/raw/{ref}/{path}",
        "_links": {"git": git, "self": url, "html": page},
    }


def workflow_id(code: Code, path: str) -> int:
    """The id of a workflow file."""
    return number_for(f"{code.id}/{path}")


def _unsigned() -> Json:
    return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
